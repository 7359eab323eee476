//! The client against Okta's OpenAPI document and recorded answers, where `REHOME_OKTA_REFERENCE` says that they are.
//! They are not part of this repository; without them these tests have nothing to say and pass.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use expect_test::expect;
use rehome_domain::{AppId, GroupId, UserId};
use serde_json::{Value, json};

use super::org::{Reply, TestOrg};
use crate::{AppQuery, Client, Code, OktaError};

fn reference() -> Option<PathBuf> {
    std::env::var_os("REHOME_OKTA_REFERENCE").map(PathBuf::from)
}

fn open_api(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("openapi.json")).expect("openapi.json");
    serde_json::from_str(&text).expect("JSON")
}

fn recordings(folder: &Path) -> Vec<Value> {
    let texts = ["oie", "classic"].map(|engine| {
        fs::read_to_string(folder.join("recordings").join(format!("{engine}.jsonl"))).expect("a recording")
    });
    texts
        .iter()
        .flat_map(|text| text.lines())
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// Makes every call that the client has. What they answer does not matter here.
async fn make_every_call(client: &Client) {
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

/// The document's path for a called one. A literal segment goes before a parameter.
fn template<'a>(document: &'a Value, path: &str) -> Option<&'a str> {
    let fits = |template: &&String| {
        let (left, right) = (template.split('/'), path.split('/'));
        left.clone().count() == right.clone().count() && left.zip(right).all(|(a, b)| a == b || a.starts_with('{'))
    };
    let paths = document["paths"].as_object().expect("paths");
    paths
        .keys()
        .filter(fits)
        .min_by_key(|template| template.matches('{').count())
        .map(String::as_str)
}

/// Names of the query parameters that the document gives to an operation.
fn parameters(document: &Value, template: &str, method: &str) -> BTreeSet<String> {
    let path = &document["paths"][template];
    let lists = [&path["parameters"], &path[method]["parameters"]];
    let all = lists.into_iter().filter_map(Value::as_array).flatten();
    let resolved = all.map(|parameter| match parameter["$ref"].as_str() {
        Some(reference) => document
            .pointer(reference.trim_start_matches('#'))
            .expect("a resolvable reference"),
        None => parameter,
    });
    resolved
        .filter(|p| p["in"] == "query")
        .filter_map(|p| p["name"].as_str())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn every_call_is_in_the_openapi_document() {
    let Some(folder) = reference() else { return };
    let document = open_api(&folder);
    let org = TestOrg::start(|_, _| Reply::error(403, "E0000006")).await;
    make_every_call(&org.client().0).await;
    let heard = org.heard();
    assert!(heard.len() >= 95, "{}", heard.len());
    let mut missing = BTreeSet::new();
    for call in heard {
        let (path, query) = call.target.split_once('?').unwrap_or((&call.target, ""));
        let method = call.method.to_lowercase();
        let Some(template) = template(&document, path) else {
            missing.insert(format!("{method} {path}"));
            continue;
        };
        assert!(
            document["paths"][template].get(&method).is_some(),
            "{method} {template} is not in the document"
        );
        let known = parameters(&document, template, &method);
        for name in query
            .split('&')
            .filter_map(|pair| pair.split('=').next())
            .filter(|name| !name.is_empty())
        {
            assert!(
                known.contains(name),
                "{method} {template} has no parameter {name}, only {known:?}"
            );
        }
    }
    // The document is a part of Okta's; these stand in api-facts 10.4 and in the rest of it.
    expect![[r#"
        get /api/v1/authorizationServers
        get /api/v1/authorizationServers/aus1/policies
        get /api/v1/brands
        get /api/v1/eventHooks
        get /api/v1/idps
        get /api/v1/inlineHooks"#]]
    .assert_eq(&missing.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Reads through the client what was recorded for one template; `None` where the client has no such read.
async fn read_as_recorded(client: &Client, template: &str) -> Option<Result<Value, OktaError>> {
    let (app, user, group) = (AppId::from("0oa1"), UserId::from("00u1"), GroupId::from("00g1"));
    let read = client.read();
    Some(match template {
        "/api/v1/apps" => read.apps("").await.map(Value::from),
        "/api/v1/apps/{appId}" => read.app(&app).await,
        "/api/v1/apps/{appId}/users" => read.app_users(&app, false).expect("an id").all().await.map(Value::from),
        "/api/v1/apps/{appId}/users/{userId}" => read.app_user(&app, &user).await.map(Value::from),
        "/api/v1/apps/{appId}/groups" => read.app_groups(&app).await.map(Value::from),
        "/api/v1/apps/{appId}/groups/{groupId}" => read.app_group(&app, &group).await.map(Value::from),
        "/api/v1/apps/{appId}/credentials/keys" => read.keys(&app).await.map(Value::from),
        "/api/v1/apps/{appId}/features/{featureName}" => read.feature(&app, "NAME").await.map(Value::from),
        "/api/v1/apps/{appId}/group-push/mappings" => read.group_push_mappings(&app).await.map(Value::from),
        "/api/v1/apps/{appId}/sso/saml/metadata" => read.saml_metadata(&app, "kid").await.map(Value::from),
        "/api/v1/groups/{groupId}" => read.group(&group).await,
        "/api/v1/groups/{groupId}/users" => read.group_members(&group).await.map(Value::from),
        "/api/v1/mappings/{mappingId}" => read.mapping("prm1").await,
        "/api/v1/meta/schemas/apps/{appId}/default" => read.app_schema(&app).await,
        "/api/v1/meta/schemas/user/{schemaId}" => read.user_schema("osc1").await,
        "/api/v1/policies/{policyId}" => read.access_policy("rst1").await,
        "/api/v1/policies/{policyId}/rules" => read.policy_rules("rst1").await.map(Value::from),
        "/api/v1/users/{id}" => read.user(&user).await,
        _ => return None,
    })
}

#[tokio::test]
async fn recorded_answers_come_through_unchanged() {
    let Some(folder) = reference() else { return };
    let current = Arc::new(Mutex::new(Value::Null));
    let served = Arc::clone(&current);
    let org = TestOrg::start(move |_, _| {
        let record = served.lock().expect("no panic");
        let body = match &record["response"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let status = record["status"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok())
            .expect("a status");
        Reply::text(
            status,
            record["headers"]["Content-Type"][0].as_str().unwrap_or_default(),
            &body,
        )
    })
    .await;
    let (client, _) = org.client();
    let (mut seen, mut refused) = (0, 0);
    for record in recordings(&folder) {
        *current.lock().expect("no panic") = record.clone();
        let (template, status) = (
            record["template"].as_str().expect("a template"),
            record["status"].as_u64(),
        );
        if status.is_some_and(|status| (400..500).contains(&status)) {
            // Recorded for writes that the client does not have; the shape is the same for all.
            let error = client.read().org().await.expect_err("an error");
            let refusal = error.refusal().unwrap_or_else(|| panic!("{template}: {error:?}"));
            assert!(
                !matches!(&refusal.code, Code::Other(text) if text.is_empty()),
                "{template}: {refusal:?}"
            );
            assert!(
                !refusal.causes.is_empty() || !refusal.summary.is_empty(),
                "{template}: {refusal:?}"
            );
            refused += 1;
        } else if record["method"] == "GET"
            && let Some(answer) = read_as_recorded(&client, template).await
        {
            assert_eq!(answer.as_ref(), Ok(&record["response"]), "{template}");
            seen += 1;
        }
    }
    assert!(seen >= 100 && refused >= 4, "{seen} answers, {refused} refusals");
}
