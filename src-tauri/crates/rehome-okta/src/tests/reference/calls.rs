//! Every call of the client, one after the other.

use rehome_domain::{AppId, GroupId, UserId};
use serde_json::json;

use crate::{AppQuery, Client};

/// Makes every call that the client has. What they answer does not matter here.
pub(super) async fn make_every_call(client: &Client) {
    let (app, user, group) = (AppId::from("0oa1"), UserId::from("00u1"), GroupId::from("00g1"));
    let (read, assign, retire) = (client.read(), client.assign(), client.open_retire());
    let (since, body) = (jiff::Timestamp::now(), json!({}));
    let _ = read.org().await;
    let _ = read.me().await;
    let _ = read.user_roles(&user).await;
    let _ = read.user_role_apps(&user, "ra1").await;
    let _ = read.client_roles("0oa9").await;
    let _ = read.api_tokens().await;
    let _ = read.api_token("00T1").await;
    let _ = read.principal_rate_limits("SSWS_TOKEN", "00T1").await;
    let _ = read.principal_rate_limit("prl1").await;
    let _ = read.apps("sales").await;
    let by_user = AppQuery {
        filter: Some("user.id eq 1".to_owned()),
        expand_user: Some(user.clone()),
        ..AppQuery::default()
    };
    let _ = read.app_pages(&by_user).expect("an id").all().await;
    let _ = read.app(&app).await;
    let _ = read.grants(&app).await;
    let _ = read.oauth_tokens(&app).await;
    let _ = read.federated_claims(&app).await;
    let _ = read.federated_claim(&app, "ofc1").await;
    let _ = read.group_push_mappings(&app).await;
    let _ = read.group_push_mapping(&app, "gPm1").await;
    let _ = read.app_users(&app, true).expect("an id").all().await;
    let _ = read.app_users(&app, false).expect("an id").all().await;
    let _ = read.app_users_first(&app).await;
    let _ = read.app_user(&app, &user).await;
    let _ = read.app_groups(&app).await;
    let _ = read.app_groups_with_sources(&app).await;
    let _ = read.app_group(&app, &group).await;
    let _ = read.group(&group).await;
    let _ = read.groups("type eq 1").all().await;
    let _ = read.group_members(&group).await;
    let _ = read.group_apps(&group).await;
    let _ = read.group_rules().await;
    let _ = read.user(&user).await;
    let _ = read.users("status eq 1").all().await;
    let _ = read.app_links(&user).await;
    let _ = read.user_groups(&user).await;
    let _ = read.app_schema(&app).await;
    let _ = read.user_schema_default().await;
    let _ = read.group_schema().await;
    let _ = read.user_types().await;
    let _ = read.user_type("oty1").await;
    let _ = read.mappings_to(&app).await;
    let _ = read.mappings_from(&app).await;
    let _ = read.mappings(Some("oty1"), Some("0oa1")).await;
    let _ = read.mapping("prm1").await;
    let _ = read.keys(&app).await;
    let _ = read.key(&app, "kid1").await;
    let _ = read.signing_requests(&app).await;
    let _ = read.saml_metadata(&app, "kid1").await;
    let _ = read.access_policy("rst1").await;
    let _ = read.policies("IDP_DISCOVERY").await;
    let _ = read.policy_rules("rst1").await;
    let _ = read.policy_mappings("rst1").await;
    let _ = read.features(&app).await;
    let _ = read.feature(&app, "USER_PROVISIONING").await;
    let _ = read.connection(&app).await;
    let _ = read.identity_providers().await;
    let _ = read.inline_hooks().await;
    let _ = read.event_hooks().await;
    let _ = read.brands().await;
    let _ = read.authorization_servers().await;
    let _ = read.authorization_server_policies("aus1").await;
    let _ = read.authorization_server_claims("aus1").await;
    let _ = read.logs("eventType pr", since, Some(since)).await;
    let _ = read.log_poll("eventType pr", since).poll().await;
    let _ = read.logs_first().await;
    let _ = assign.assign_user(&app, &body).await;
    let _ = assign.update_app_user(&app, &user, &body).await;
    let _ = assign.put_app_group(&app, &group, &body).await;
    let _ = assign.create_group(&body).await;
    let _ = assign.add_member(&group, &user).await;
    let _ = assign.create_group_push(&app, &body).await;
    let _ = assign.resume_group_push(&app, "gPm1").await;
    let _ = assign.update_feature(&app, "USER_PROVISIONING", &body).await;
    let _ = assign.activate_connection(&app).await;
    let _ = assign.deactivate_connection(&app).await;
    let _ = assign.replace_app(&app, &body).await;
    let _ = assign.activate_app(&app).await;
    let _ = assign.assign_policy(&app, "rst1").await;
    let _ = assign.update_app_schema(&app, &body).await;
    let _ = assign.update_mapping("prm1", &body).await;
    let _ = assign.create_grant(&app, &body).await;
    let _ = assign.create_federated_claim(&app, &body).await;
    let _ = assign.replace_federated_claim(&app, "ofc1", &body).await;
    let _ = assign.replace_principal_rate_limit("prl1", &body).await;
    let _ = assign.create_principal_rate_limit(&body).await;
    let _ = assign.generate_key(&app, 2).await;
    let _ = assign.clone_key(&app, "kid1", &"0oa2".into()).await;
    let _ = assign.create_signing_request(&app, &body).await;
    let _ = assign.delete_signing_request(&app, "csr1").await;
    let _ = retire.unassign_user(&app, &user).await;
    let _ = retire.remove_app_group(&app, &group).await;
    let _ = retire.deactivate_app(&app).await;
    let _ = retire.delete_app(&app).await;
    let _ = retire.remove_member(&group, &user).await;
    let _ = retire.delete_group(&group).await;
    let _ = retire.pause_group_push(&app, "gPm1").await;
    let _ = retire.unlink_group_push(&app, "gPm1").await;
    let _ = retire.revoke_grant(&app, "oag1").await;
    let _ = retire.revoke_oauth_tokens(&app).await;
    let _ = retire.delete_federated_claim(&app, "ofc1").await;
    let _ = client.revoke_current_token().await;
}
