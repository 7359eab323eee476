//! The list of planted problems, one row for each kind.

use super::planted::Found::{
    self, Attribute, Compare, Difference, Downstream, Gap, Nowhere, Path, Predictor, Suspect, Usernames, Values,
};

/// Labels of the old and the new app.
pub(crate) type Pair = (&'static str, &'static str);

pub(crate) const HELP_DESK: Pair = ("Zendesk (2019)", "Zendesk Suite");
pub(crate) const EXPENSES: Pair = ("Expenses", "Expenses 2");
pub(crate) const PARCELS: Pair = ("Parcel Tracker", "Parcel Tracker 2");
pub(crate) const PRESS: Pair = ("Press Archive", "Press Archive 2");
pub(crate) const CUSTOMS: Pair = ("Customs Portal", "Customs Portal 2");
pub(crate) const FLEET: Pair = ("Fleet Cards", "Fleet Cards 2");
pub(crate) const TEAM: Pair = ("LinkedIn (team account)", "LinkedIn (new team account)");
pub(crate) const INTRANET: Pair = ("Intranet", "Intranet 2");
pub(crate) const HANDBOOK: Pair = ("Company Handbook", "Company Handbook (new site)");
pub(crate) const TRACKER: Pair = ("Jira (data centre)", "Jira (moved)");
pub(crate) const ZOOM: Pair = ("Zoom (2021)", "Zoom Workplace");
pub(crate) const SLACK: Pair = ("Slack (Fabrikam workspace)", "Slack Enterprise Grid");
pub(crate) const SALESFORCE: Pair = ("Salesforce", "Salesforce (Hyperforce)");
pub(crate) const WAREHOUSE: Pair = ("Warehouse", "Warehouse 2");
pub(crate) const PAYROLL: Pair = ("Workday", "Workday (2026)");
pub(crate) const PARTNERS: Pair = ("Partner Portal", "Partner Portal 2");
pub(crate) const BOX: Pair = ("Box", "Box (governed)");

/// All pairs of the company.
pub(crate) const PAIRS: [Pair; 17] = [
    HELP_DESK, EXPENSES, PARCELS, PRESS, CUSTOMS, FLEET, TEAM, INTRANET, HANDBOOK, TRACKER, ZOOM, SLACK, SALESFORCE,
    WAREHOUSE, PAYROLL, PARTNERS, BOX,
];

pub(crate) type Row = (&'static str, Pair, Found, &'static str);

#[rustfmt::skip] // one row, two lines
pub(crate) const PLANTED: &[Row] = &[
    ("case-only", HELP_DESK, Usernames("CaseOnly"),
        "The login has capital letters; the new app's template gives the same username in lower case."),
    ("different-email", HELP_DESK, Usernames("Different"),
        "The email is not the login, so the new app's template gives another username."),
    ("different-manual", HELP_DESK, Usernames("Different"),
        "The old app holds a username that no template gives."),
    ("blank", HELP_DESK, Usernames("Blank"),
        "The person has no email, so the new app's template gives no username at all."),
    ("collision", HELP_DESK, Usernames("Collision"),
        "Two people share an email, so the new app's template gives both the same username."),
    ("unicode-form", HELP_DESK, Usernames("UnicodeForm"),
        "The login has an accent as a character of its own; the new app's template gives the composed letter."),
    ("old-domain", HELP_DESK, Usernames("Domain"),
        "The login has the domain from before the merger; the new app's template gives the one of today."),
    ("collision-unicode", HELP_DESK, Usernames("Collision"),
        "Two people have emails that look the same and differ only in how the accent is written."),
    ("typed-usernames", HELP_DESK, Predictor("userName"),
        "The old app holds usernames that its own template does not give."),
    ("value-diverged", HELP_DESK, Predictor("timezone"),
        "The old app holds a time zone that its mapping of today does not give: the mapping was changed later."),
    ("value-changes", HELP_DESK, Difference("timezone"),
        "The new app would get the time zone of today instead of the one that the old app holds."),
    ("phone-changes", HELP_DESK, Difference("phone"),
        "The new app would get another phone number than the old app holds."),
    ("tags-joined", HELP_DESK, Difference("tags"),
        "Two groups give tags, which the old app joins; the new one takes those of the first group."),
    ("brand-lost", HELP_DESK, Difference("legacyBrand"), "The person has a brand on the old app; the new app has no place for it."),
    ("duplicate-name", HELP_DESK, Nowhere, "Two people have the same first and last name."),
    ("suspended", HELP_DESK, Suspect("Suspended"), "The person is suspended and cannot sign in."),
    ("never-activated", HELP_DESK, Suspect("NeverActivated"),
        "The person has never activated the Okta account and cannot sign in."),
    ("never-signed-in", HELP_DESK, Suspect("NeverSignedIn"), "The person could sign in to Okta and never has."),
    ("not-used", HELP_DESK, Suspect("NotUsed"),
        "The person signs in to Okta, but has not signed in to the old app for more than sixty days."),
    ("refused-only", HELP_DESK, Suspect("NotUsed"),
        "The System Log has sign-ins of this person to the old app, but Okta refused every one of them."),
    ("service-account", HELP_DESK, Suspect("ServiceAccount"), "The account is a program's, not a person's."),
    ("break-glass", HELP_DESK, Suspect("BreakGlass"), "The account is kept for emergencies."),
    ("deactivated-member", HELP_DESK, Nowhere,
        "A deactivated user is still in a group that is assigned to the old app."),
    ("overrides-group", HELP_DESK, Path("individual"),
        "The person has the old app individually although an assigned group would give it, too."),
    ("two-groups", HELP_DESK, Nowhere,
        "The person is in two assigned groups; the order of priority decides the values."),
    ("individual-values", HELP_DESK, Attribute("signature"),
        "The person has values on the old app that no mapping gives."),
    ("organization-too-long", HELP_DESK, Values, "The organization is longer than the new app takes."),
    ("role-renamed", HELP_DESK, Attribute("role"),
        "The role values were renamed: admin is administrator, end-user is end_user."),
    ("attribute-renamed", HELP_DESK, Attribute("organization"),
        "The old app's custom attribute organisation is the base attribute organization of the new app."),
    ("attribute-missing", HELP_DESK, Compare("attributes-differ"), "The new app has no attribute legacyBrand."),
    ("mapping-changed", HELP_DESK, Attribute("phone"),
        "phone is mapped from mobilePhone on the old app and from primaryPhone on the new one."),
    ("certificate-ends", HELP_DESK, Compare("certificate-old-expiring"), "The old app's signing certificate ends soon."),
    ("provisioning-deactivates", HELP_DESK, Compare("deactivate-users"),
        "The old app deactivates accounts downstream, which the new app shares."),
    ("profile-push-off", HELP_DESK, Compare("update-attributes"),
        "The new app does not push profile updates; the old one does."),
    ("policy-differs", HELP_DESK, Compare("access-policy"), "The apps have different access policies."),
    ("sign-on-rules-differ", HELP_DESK, Compare("sign-on-rules"),
        "On Classic Engine: the old app has a sign-on rule, which no API shows."),
    ("old-variable", HELP_DESK, Compare("references"), "Another app's mapping names the old app's variable."),
    ("template-names-old", HELP_DESK, Compare("references"),
        "Another app's username template names the old app's variable."),
    ("statement-names-old", HELP_DESK, Compare("references"),
        "Another app's attribute statement names the old app's variable."),
    ("routing-names-old", HELP_DESK, Compare("references"), "A routing rule of the identity providers names the old app."),
    ("group-rule-names-old", HELP_DESK, Compare("references"), "A group rule looks at the old app's variable."),
    ("imported-group", HELP_DESK, Compare("references"),
        "A group was imported from the old app; a group rule looks at it. It goes when the old app is deleted."),
    ("enrolment-names-old", HELP_DESK, Compare("references"), "A rule of an enrolment policy is about the old app alone."),
    ("hook-names-old", HELP_DESK, Compare("references"), "The filter of an event hook names the old app."),
    ("brand-names-old", HELP_DESK, Compare("references"), "The brand sends people to the old app after they sign in."),
    ("policy-has-rules", HELP_DESK, Compare("access-policy"),
        "The old app's access policy has rules for a zone, a group and an expression; the new app is on the org's default."),
    ("pushes-groups", HELP_DESK, Compare("push-groups"), "The old app pushes groups into the service."),
    ("push-by-both", HELP_DESK, Compare("push-both"), "Both apps push the same group and fight over its members."),
    ("push-and-assigned", HELP_DESK, Compare("push-assigned"), "A group is assigned to the old app and pushed by it."),
    ("push-fails", HELP_DESK, Compare("push-failing"), "The push of a group fails."),
    ("imports-less", HELP_DESK, Compare("imports"), "The old app imports profile updates; the new one does not."),
    ("no-account", HELP_DESK, Downstream("NoAccount"), "The service's export has no account of this person."),
    ("account-without-person", HELP_DESK, Downstream("AccountWithoutPerson"),
        "The service has an account that belongs to nobody on the old app."),
    ("account-twice", HELP_DESK, Downstream("Duplicate"), "The service has two accounts whose addresses differ in case alone."),
    ("account-inactive", HELP_DESK, Downstream("Inactive"), "The person's account is switched off in the service."),
    ("redirect-differs", EXPENSES, Compare("sign-on-settings"),
        "The new OAuth client has another redirect URI and takes refresh tokens."),
    ("client-differs", EXPENSES, Compare("client-id"), "The new app is another OAuth client: the service must learn its id."),
    ("client-condition", EXPENSES, Compare("references"),
        "A policy of an authorization server is for the old client alone."),
    ("swa-passwords", PARCELS, Compare("swa-passwords"),
        "People have passwords on the old app, which nobody can read: they stay behind."),
    ("shared-account-differs", TEAM, Compare("other-settings"), "The new app signs everybody in with another shared account."),
    ("realm-differs", INTRANET, Compare("sign-on-settings"), "Realm, audience and name format of the new app are others."),
    ("required-and-unmapped", INTRANET, Compare("required-attribute"),
        "The new app requires the attribute costCentre, which no mapping gives."),
    ("address-differs", HANDBOOK, Compare("sign-on-settings"), "The new bookmark leads to another page."),
    ("create-users-off", TRACKER, Compare("create-users"), "The new app does not create users; the old one does."),
    ("imports-differ", TRACKER, Compare("imports"), "The old app imports people; the new one does not."),
    ("old-deactivates", TRACKER, Compare("deactivate-users"), "The old app deactivates accounts downstream, which both share."),
    ("matches-by-id", TRACKER, Nowhere, "The service finds accounts by the id that it was given, not by username."),
    ("email-alias", TRACKER, Usernames("Different"), "The email is an alias of the login, and the new app names people by email."),
    ("zoom-creates-not", ZOOM, Compare("create-users"), "The new app does not create users; the old one does."),
    ("zoom-deactivates", ZOOM, Compare("deactivate-users"), "The old app deactivates accounts downstream, which both share."),
    ("zoom-imports-not", ZOOM, Compare("imports"), "The old app imports people on a schedule; the new one does not."),
    ("no-external-id", ZOOM, Compare("without-account"),
        "The person got the old app before provisioning was on: no account of the service is linked."),
    ("licence-renamed", ZOOM, Attribute("licenseType"), "The licences have other values on the new app."),
    ("licence-unmatched", ZOOM, Gap("licenseType"), "The new app has no licence like the person's."),
    ("boolean-unmapped", ZOOM, Attribute("largeMeeting"), "A yes or no that no mapping gives."),
    ("integer-unmapped", ZOOM, Attribute("webinarCapacity"), "A number that no mapping gives."),
    ("connection-off", SLACK, Compare("connection-off"), "The new app's connection to the service is not set up."),
    ("slack-creates-not", SLACK, Compare("create-users"), "The new app does not create users; the old one does."),
    ("slack-updates-not", SLACK, Compare("update-attributes"), "The new app does not push profile updates; the old one does."),
    ("one-or-several", SLACK, Compare("identity-providers"),
        "Nobody has said whether the service takes one identity provider or several at once."),
    ("salesforce-template", SALESFORCE, Compare("username-template"), "The new app makes usernames in another way."),
    ("certificate-ended", SALESFORCE, Compare("certificate-old-expired"), "The old app's signing certificate has ended."),
    ("new-app-has-people", SALESFORCE, Compare("new-app-has-people"), "Somebody is on the new app already."),
    ("too-long", SALESFORCE, Usernames("TooLong"), "The new app's template gives more than 100 characters."),
    ("collision-case", SALESFORCE, Usernames("Collision"), "Two people have emails that differ in case alone."),
    ("collision-form", SALESFORCE, Usernames("Collision"),
        "Two people have emails that differ only in how the accent is written."),
    ("collision-taken", SALESFORCE, Usernames("Collision"),
        "Somebody who is on the new app alone has the username that this person would get."),
    ("required-blank", SALESFORCE, Gap("CostCenter"), "The new app requires a cost centre; the person has none in Okta."),
    ("title-too-long", SALESFORCE, Gap("Title"), "The job title is longer than the new app takes."),
    ("not-an-address", SALESFORCE, Gap("ManagerEmail"), "The new app wants an email address; the person's manager is a name."),
    ("not-a-country-code", SALESFORCE, Gap("CountryCode"),
        "The new app wants a country code; the directory has the country's name."),
    ("profile-unmatched", SALESFORCE, Gap("Profile"), "The new app has no profile like the person's."),
    ("profile-renamed", SALESFORCE, Attribute("Profile"), "The profiles have other names on the new app."),
    ("list-unmapped", SALESFORCE, Attribute("PermissionSets"), "A list of the app's own that no mapping gives."),
    ("inline-hook", WAREHOUSE, Compare("references"), "The old app's assertions go through an inline hook; the new app's do not."),
    ("key-shared", WAREHOUSE, Nowhere, "Both apps sign with the same key: it was cloned."),
    ("profile-source", PAYROLL, Compare("profile-source"), "The old app is the source of profiles."),
    ("federation-broker", PARTNERS, Compare("federation-broker"),
        "Everybody can use the old app: assignments mean nothing there."),
    ("governance", BOX, Compare("governance"), "Entitlements of the new app are managed by Okta's governance engine."),
];
