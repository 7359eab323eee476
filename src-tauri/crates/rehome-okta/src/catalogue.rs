//! Every error code that a call of Rehome can meet: what it means, what is likely behind it, what to do (api-facts 12.2,
//! for OAuth 1.5). One table; the client branches on it, and people read it.

use crate::code::{Advice, Retry, catalogue};
use crate::error::FailureClass;

catalogue! {
    ValidationFailed "E0000001" 400 Validation Never
        "Okta found something wrong with the values"
        "A value is missing, has the wrong form or names an attribute that the app does not have; or provisioning is not on for the app."
        "Read what Okta says, correct that value, and go on.";
    IllegalArgument "E0000002" 400 Validation Never
        "Okta cannot use one of the values"
        "A search or an id is not what this call expects."
        "Check what was typed; if nothing was, send a diagnostic file to the makers of Rehome.";
    BodyNotWellFormed "E0000003" 400 Validation Never
        "Okta could not read what was sent"
        "A value has a character that Okta does not take, such as an emoji."
        "Look for unusual characters in the person's values and leave them out.";
    AuthenticationFailed "E0000004" 401 Credential Never
        "Okta does not accept this credential"
        "It is mistyped, or belongs to another org."
        "Connect again with a credential of this org.";
    InvalidSession "E0000005" 403 Credential Never
        "Okta's session has ended"
        "The credential is no longer valid."
        "Connect again.";
    AccessDenied "E0000006" 403 Forbidden Never
        "The credential may not do that"
        "The admin role, the scope or the resource set behind it does not cover this app, group or person. Reading needs a read-only admin, moving people an application admin for both apps."
        "Have the role or scope added, or use the credential of an admin who has it; Rehome goes on where it stopped.";
    ResourceNotFound "E0000007" 404 NotFound Never
        "Okta does not find it"
        "It was deleted, belongs to another org, or this credential is limited to other apps and may not see it."
        "Look whether it still exists in the Admin Console, and whether the admin behind the credential may see it.";
    EndpointNotFound "E0000008" 404 NotFound Never
        "This org does not offer that function"
        "The engine or the licence of the org does not have it."
        "Do this step in the Admin Console where it exists; Rehome works without it.";
    InternalError "E0000009" 500 Server Busy
        "Okta had an error of its own"
        "Mostly it passes. It also happens when two groups of an app have the same priority, when an app was deactivated a moment ago, or when a log search takes too long."
        "Wait a minute and go on. If it stays, Okta's support finds the call by its request id.";
    ReadOnlyMode "E0000010" 503 Server Later
        "Okta takes no changes at present"
        "Okta is being maintained; reading works."
        "Wait some minutes, see Okta's status page, then go on.";
    InvalidToken "E0000011" 401 Credential Never
        "Okta does not accept this token"
        "It was revoked, was not used for 30 days, the admin behind it was deactivated, or it belongs to another org."
        "Make a new token in the Admin Console under Security, API, Tokens, and connect again with it.";
    UnsupportedMediaType "E0000012" 404 Validation Never
        "Okta does not take this kind of content"
        "Something between Rehome and Okta has changed the call."
        "Check whether a proxy rewrites calls to Okta.";
    InvalidClientApp "E0000013" 403 Credential Never
        "Okta does not accept the app that Rehome signs in with"
        "The service app was deactivated or changed."
        "Look at the service app in the Admin Console, activate it, and connect again.";
    CredentialUpdateFailed "E0000014" 403 Validation Never
        "Okta could not change the person's credentials"
        "The person's status does not allow it."
        "Look at the person in Okta, then try this person again.";
    FeatureNotEnabled "E0000015" 401 Forbidden Never
        "The org does not have this feature"
        "It needs a licence or an early access switch. The credential is fine."
        "Do without it, or ask Okta to enable it.";
    ActivationFailed "E0000016" 403 Validation Never
        "Okta could not activate the person"
        "The person is active already, or cannot be activated now."
        "Look at the person in Okta, then try this person again.";
    PasswordResetFailed "E0000017" 403 Validation Never
        "Okta could not reset the password"
        "The person's status does not allow it."
        "Look at the person in Okta.";
    AcceptHeaderBad "E0000018" 400 Validation Never
        "Okta cannot answer in the form asked for"
        "Something between Rehome and Okta has changed the call."
        "Check whether a proxy rewrites calls to Okta.";
    ContentTypeBad "E0000019" 400 Validation Never
        "Okta does not know the kind of content"
        "Something between Rehome and Okta has changed the call."
        "Check whether a proxy rewrites calls to Okta.";
    BadRequest "E0000020" 400 Validation Never
        "Okta cannot make sense of the call"
        "A value in it is not what Okta expects."
        "Read what Okta says. If it names nothing of yours, send a diagnostic file to the makers of Rehome.";
    HeadersBad "E0000021" 400 Validation Never
        "Okta does not take the headers of the call"
        "Something between Rehome and Okta has changed the call."
        "Check whether a proxy rewrites calls to Okta.";
    MethodNotSupported "E0000022" 405 NotFound Never
        "This org does not offer that function"
        "The org lacks the feature, or the credential is too weak to be shown it."
        "Do this step in the Admin Console, or try with the credential of a stronger admin.";
    MasteredElsewhere "E0000023" 403 Validation Never
        "The profile belongs to another system"
        "A directory or an HR system is the source of this person or app, and Okta may not change it."
        "Change the value at its source.";
    AppMetadataOperation "E0000024" 400 Validation Never
        "This app cannot be changed through the API"
        "Okta allows that for this integration in the Admin Console alone."
        "Make the change in the Admin Console.";
    AppVersionFailed "E0000025" 400 Validation Never
        "Okta could not set the version of the app"
        "The integration does not allow it through the API."
        "Make the change in the Admin Console.";
    EndpointDeprecated "E0000026" 404 NotFound Never
        "Okta has given up this function"
        "This version of Rehome is too old for the org."
        "Update Rehome.";
    GroupPushBad "E0000027" 400 Validation Never
        "Okta cannot push this group"
        "A group of that name exists already, or the app cannot have groups pushed."
        "Read what Okta says, and link the group in the app's Push Groups tab.";
    MissingParameter "E0000028" 400 Validation Never
        "A parameter is missing"
        "Okta wants more than this version of Rehome sends."
        "Update Rehome, or do this step in the Admin Console.";
    InvalidPaging "E0000029" 400 Validation Never
        "Okta does not take the place in the list"
        "The place has expired, or pages of this size are not allowed."
        "Read the list again from its beginning.";
    InvalidDate "E0000030" 400 Validation Never
        "Okta does not take the time"
        "A time has the wrong form, or lies too far back."
        "Choose a later time.";
    InvalidSearch "E0000031" 400 Validation Never
        "Okta cannot search that way"
        "The search names something that cannot be searched for."
        "Search for something else.";
    SearchAndFilter "E0000033" 400 Validation Never
        "Okta does not search and filter at once"
        "This list does not allow both."
        "Search by the name alone.";
    TypeMismatch "E0000037" 400 Validation Never
        "A value is of the wrong kind"
        "A text was sent where the app wants a number or a list, or the other way round."
        "Compare the attribute in the profiles of both apps, and map it anew.";
    NotInThisUserStatus "E0000038" 403 Validation Never
        "The person's status does not allow it"
        "The person is deactivated, or was never activated."
        "Activate the person, or leave the person out with a reason.";
    AppSettingsFailed "E0000039" 403 Validation Never
        "The app does not allow this setting"
        "The integration forbids it."
        "Make the change in the Admin Console.";
    DuplicateLabel "E0000040" 400 Validation Never
        "Another app has this name"
        "Names of apps are unique in an org."
        "Choose another name, or rename the other app first.";
    CredentialsNotAllowed "E0000041" 400 Validation Never
        "This app takes no user name for a person"
        "All people of the app share one account, or Okta sets the user name."
        "Leave the user name out for this app.";
    SelfServiceNotEnabled "E0000043" 403 Validation Never
        "Self service is not on"
        "The org does not let people request apps."
        "Leave this setting out.";
    SelfServiceNotSupported "E0000044" 403 Validation Never
        "The app does not support self service"
        "The integration does not offer it."
        "Leave this setting out.";
    MappingBad "E0000045" 400 Validation Never
        "Okta does not take this mapping"
        "The expression is wrong, or names an attribute that does not exist."
        "Correct the expression; the preview in Okta's profile editor shows what is wrong with it.";
    StillGrantedByGroup "E0000046" 403 Conflict Never
        "A group still gives the person the app"
        "The person is in a group that is assigned to the app, so that the app cannot be taken away one by one."
        "Take the group off the app first.";
    TooManyRequests "E0000047" 429 Limit Limit
        "Too many calls"
        "Rehome or another tool that uses the same token has spent what Okta allows in a minute."
        "Wait; Rehome goes on by itself. Lower its share in the settings if others need more.";
    ScimEntityNotFound "E0000048" 404 NotFound Never
        "The app's server does not find the account"
        "It was deleted on the other side of provisioning."
        "Look for the account in the app itself.";
    ScimAnswerBad "E0000049" 500 Server Busy
        "The app's server gave an answer that Okta cannot use"
        "The provisioning connector or the app behind it has a fault."
        "Check the connector and its log.";
    ScimRequestBad "E0000050" 400 Validation Never
        "The app's server does not take what Okta sent"
        "A value does not suit the app."
        "Compare the person's values with what the app accepts.";
    ScimNoAnswer "E0000051" 500 Server Busy
        "The app's server does not answer"
        "The provisioning connector or the app behind it is down."
        "Check the connector, then go on.";
    ScimNotImplemented "E0000052" 501 Validation Never
        "The app's server cannot do this"
        "The provisioning connector does not offer the function."
        "Do this step in the app itself.";
    InvalidFilter "E0000053" 400 Validation Never
        "Okta does not take the filter"
        "A log search reaches back more than 180 days, or a filter is wrong."
        "Choose a shorter time.";
    ScimPagingBad "E0000054" 400 Validation Never
        "The app's server does not take the place in the list"
        "The provisioning connector counts pages otherwise."
        "Check the connector.";
    DuplicateGroup "E0000055" 409 Conflict Never
        "A group of this name exists already"
        "Names of groups are unique in an org."
        "Use the group that exists, or choose another name.";
    DeleteAppForbidden "E0000056" 403 Conflict Never
        "The app is still active"
        "Okta deletes inactive apps only."
        "Deactivate the app first.";
    DeniedByPolicy "E0000057" 403 Forbidden Never
        "A policy denies it"
        "The sign-on policy of the app or of the org does not let this credential through."
        "Look at the policy's rules in the Admin Console.";
    MfaRequired "E0000058" 403 Forbidden Never
        "A policy wants a second factor"
        "The sign-on policy asks for more than a token can give."
        "Look at the policy's rules in the Admin Console.";
    ConnectorNotTested "E0000059" 500 Server Busy
        "The provisioning connection could not be tested"
        "Its address or its credentials are wrong, or nothing listens there."
        "Check the connection on the app's Provisioning tab.";
    UnsupportedOperation "E0000060" 501 Validation Never
        "Okta does not do that for this app"
        "The integration does not offer the function."
        "Make the change in the Admin Console, where it exists.";
    AlreadyAssigned "E0000062" 409 Conflict Never
        "The person has the app already"
        "Somebody else, or an earlier call, has assigned it."
        "Nothing is to be done; Rehome looks at what is there.";
    BadCombination "E0000063" 400 Validation Never
        "Two values do not go together"
        "Okta takes the one or the other."
        "Read what Okta says.";
    AppMetadataError "E0000065" 500 Server Busy
        "Okta had an error with this integration"
        "The description of the app on Okta's side is faulty."
        "Try again, else make the change in the Admin Console.";
    AttributeIsMapped "E0000075" 403 Validation Never
        "The attribute is filled by a mapping"
        "Okta pushes profile updates to the app, so that a mapped value cannot be set by hand."
        "Leave the attribute to the mapping, or change the mapping.";
    AppUserMasteredByApp "E0000076" 405 Validation Never
        "The app is the source of this person"
        "The person was imported from the app, and Okta may not change it."
        "Make the change in the app itself.";
    AttributeReadOnly "E0000077" 403 Validation Never
        "The attribute is read-only"
        "The app's profile does not allow writing it."
        "Leave the attribute out.";
    AttributeImmutable "E0000078" 403 Validation Never
        "The attribute can be set only once"
        "The app's profile does not allow changing it."
        "Leave the attribute out.";
    AttributeReserved "E0000081" 403 Validation Never
        "The attribute is reserved"
        "Okta keeps it for itself."
        "Leave the attribute out.";
    TooManyTargets "E0000093" 400 Validation Never
        "Too many at once"
        "Okta limits how many targets a call or a role may have."
        "Do it in smaller parts.";
    UnsupportedFilter "E0000094" 400 Validation Never
        "Okta cannot filter that way"
        "This list does not offer the filter."
        "Search by the name alone.";
    SearchUnavailable "E0000100" 503 Server Busy
        "Okta's search does not answer"
        "It passes."
        "Wait a minute and search again.";
    WrongState "E0000107" 403 Conflict Never
        "Its state does not allow that now"
        "It is active already, inactive already, or just being changed."
        "Look at its state in the Admin Console; Rehome reads it again before it goes on.";
    ObjectReadOnly "E0000111" 403 Validation Never
        "It cannot be changed"
        "It belongs to Okta itself."
        "Leave it out.";
    UserStillActivating "E0000112" 409 Conflict Soon
        "The person is still being activated"
        "Okta has not finished yet."
        "Try this person again in a few minutes.";
    UserInactive "E0000117" 403 Validation Never
        "The person is deactivated"
        "Okta gives no apps to deactivated people."
        "Activate the person, or leave the person out with a reason.";
    NotAcceptable "E0000122" 406 Validation Never
        "Okta cannot answer in the form asked for"
        "Something between Rehome and Okta has changed the call."
        "Check whether a proxy rewrites calls to Okta.";
    ChoicesDiffer "E0000123" 400 Validation Never
        "The choices of an attribute do not agree with their titles"
        "Both lists must have the same values in the same order."
        "Correct the attribute in the profile editor.";
    HookUnreachable "E0000134" 502 Server Busy
        "An inline hook cannot be reached"
        "A hook is attached to this app, and its server does not answer."
        "Check the hook under Workflow, Inline Hooks.";
    HookFailed "E0000135" 400 Validation Never
        "An inline hook has refused it"
        "A hook is attached to this app, and its server answered with an error."
        "Check the hook under Workflow, Inline Hooks.";
    HookTimedOut "E0000137" 504 Server Busy
        "An inline hook did not answer in time"
        "A hook is attached to this app, and its server is slow."
        "Check the hook under Workflow, Inline Hooks.";
    FeatureConflict "E0000141" 400 Conflict Never
        "One provisioning setting depends on another"
        "A box can be ticked or unticked only after another one."
        "Change the settings in the order that Okta names.";
    UserTypeInUse "E0000142" 403 Conflict Never
        "The user type cannot be deleted"
        "It is in use."
        "Leave it as it is.";
    AppOperationNotAllowed "E0000143" 403 Validation Never
        "This app does not allow that"
        "It is inactive, or one of Okta's own."
        "Activate the app, or choose another one.";
    StaleProfiles "E0000145" 409 Conflict Never
        "Profiles no longer fit their schema"
        "The type of an attribute was changed while values of the old type exist."
        "Mend the attribute in the profile editor.";
    AuthenticatorInUse "E0000148" 403 Conflict Never
        "The authenticator is in use"
        "A policy needs it."
        "Leave it as it is.";
    AcceptNotSupported "E0000149" 406 Validation Never
        "Okta cannot answer in the form asked for"
        "Something between Rehome and Okta has changed the call."
        "Check whether a proxy rewrites calls to Okta.";
    UserNotActive "E0000155" 423 Validation Never
        "The person is not active"
        "The person is suspended, locked or not yet activated."
        "Activate the person, or leave the person out with a reason.";
    RequiredElsewhere "E0000179" 400 Validation Never
        "A required attribute has another source"
        "The attribute is filled by a directory or an HR system."
        "Fill it at its source, or make it optional.";
    ApiConflict "E0000195" 409 Conflict Soon
        "Somebody else is changing the same thing"
        "Two changes met; Okta did not make this one."
        "Wait a little and go on.";
    EndpointGone "E0000215" 410 NotFound Never
        "Okta has given up this function"
        "This version of Rehome is too old for the org."
        "Update Rehome.";
    EtagMismatch "E0000231" 412 Conflict Never
        "It has changed since it was read"
        "Somebody else has changed it in the meantime."
        "Read it again, look at the difference, then go on.";
    Reconciling "E0000239" 423 Conflict Soon
        "Okta is still putting its rules in order"
        "Policies or group rules were just changed, and Okta takes no further change until it has finished."
        "Wait half a minute and go on.";
    AgentTimedOut "E0000240" 502 Server Busy
        "An agent did not answer in time"
        "The directory or provisioning agent in your network is slow or down."
        "Check the agent, then go on.";
    AgentNotConnected "E0000241" 504 Server Busy
        "No agent is connected"
        "The directory or provisioning agent in your network is down."
        "Start the agent, then go on.";
    EtagBad "E0000242" 400 Validation Never
        "Okta does not take the version of the thing"
        "It was read too long ago."
        "Read it again, then go on.";
    RulesStarting "E0000249" 409 Conflict Soon
        "Okta is still preparing its group rules"
        "They were just switched on."
        "Wait half a minute and go on.";
    UserTypeLocked "E0000253" 409 Conflict Soon
        "Okta is still changing the user type"
        "Another change to it is under way."
        "Wait half a minute and go on.";
    AppIsPublished "E0000255" 403 Conflict Never
        "The app was submitted to Okta's catalogue"
        "Okta does not delete it while a version is published."
        "Withdraw it on Okta's publishing site first.";
    HeaderTooLong "E0000256" 414 Validation Never
        "Okta's answer has no room"
        "The search or the place in the list is too long."
        "Search for something shorter.";
    RoleLocked "E0000268" 409 Conflict Soon
        "Okta is still changing the admin role"
        "Another change to it is under way."
        "Wait half a minute and go on.";
    OAuthAccessDenied "access_denied" 400 Forbidden Never
        "Okta does not let the service app in"
        "A policy or the app's own settings deny it."
        "Look at the service app in the Admin Console.";
    OAuthInsufficientScope "insufficient_scope" 403 Forbidden Never
        "The service app lacks a scope"
        "The scope that this call needs was not granted to it."
        "Grant the scope on the app's Okta API Scopes tab; Rehome goes on where it stopped.";
    OAuthInvalidClient "invalid_client" 401 Credential Never
        "Okta does not know the service app or its key"
        "The client id is wrong, the app is inactive, or the public key was not added to it."
        "Compare the client id, and paste Rehome's public key into the app.";
    OAuthInvalidGrant "invalid_grant" 400 Credential Never
        "Okta does not accept the sign-in of the service app"
        "The clock of this machine may be wrong, or the key was replaced."
        "Check the clock of this machine, then connect again.";
    OAuthInvalidProof "invalid_dpop_proof" 400 Credential Never
        "Okta does not accept the proof that the token is ours"
        "The clock of this machine may be wrong, or a proxy changes the calls."
        "Check the clock of this machine, and whether a proxy rewrites calls to Okta.";
    OAuthInvalidRequest "invalid_request" 400 Validation Never
        "Okta cannot make sense of the sign-in"
        "Something between Rehome and Okta has changed the call, or the service app is of another kind."
        "Check that it is an API service app with a public key.";
    OAuthInvalidScope "invalid_scope" 400 Forbidden Never
        "A scope is not granted to the service app"
        "Rehome asked for it, and the app does not have it."
        "Grant it on the app's Okta API Scopes tab, then connect again.";
    OAuthInvalidToken "invalid_token" 401 Credential Never
        "Okta does not accept the access token"
        "It has expired, or was revoked."
        "Connect again.";
    OAuthUnauthorizedClient "unauthorized_client" 400 Credential Never
        "The service app may not sign in this way"
        "It is not an API service app, or its grant type is another one."
        "Make an API service app with a public key, and connect with it.";
    OAuthUseNonce "use_dpop_nonce" 400 Validation Never
        "Okta wants a number of its own in the proof"
        "It asks for it once a day, and Rehome answers by itself."
        "Try again; if it stays, check whether a proxy rewrites calls to Okta.";
}
