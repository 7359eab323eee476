//! Recorded answers, served by an org and read through the client's own calls.

use std::sync::{Arc, Mutex};

use rehome_domain::{AppId, GroupId, UserId};
use serde_json::{Value, json};

use super::super::org::{Reply, TestOrg};
use super::{Record, records, reference};
use crate::tests::written;
use crate::{Client, OktaError};

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
        "/api/v1/apps/{appId}/connections/default" => read.connection(&app).await.map(Value::from),
        "/api/v1/apps/{appId}/credentials/keys" => read.keys(&app).await.map(Value::from),
        "/api/v1/apps/{appId}/features/{featureName}" => read.feature(&app, "NAME").await.map(Value::from),
        "/api/v1/apps/{appId}/federated-claims/{claimId}" => read.federated_claim(&app, "ofc1").await,
        "/api/v1/apps/{appId}/group-push/mappings" => read.group_push_mappings(&app).await.map(Value::from),
        "/api/v1/apps/{appId}/group-push/mappings/{mappingId}" => read.group_push_mapping(&app, "gPm1").await,
        "/api/v1/apps/{appId}/sso/saml/metadata" => read.saml_metadata(&app, "kid").await.map(Value::from),
        "/api/v1/groups" => read.groups("").all().await.map(Value::from),
        "/api/v1/groups/{groupId}" => read.group(&group).await,
        "/api/v1/groups/{groupId}/users" => read.group_members(&group).await.map(Value::from),
        "/api/v1/mappings" => read.mappings(None, None).await.map(Value::from),
        "/api/v1/mappings/{mappingId}" => read.mapping("prm1").await,
        "/api/v1/meta/schemas/apps/{appId}/default" => read.app_schema(&app).await,
        "/api/v1/meta/schemas/user/{schemaId}" => read.user_schema("osc1").await,
        "/api/v1/meta/types/user/{typeId}" => read.user_type("oty1").await,
        "/api/v1/policies" => read.policies("ACCESS_POLICY").await.map(Value::from),
        "/api/v1/policies/{policyId}" => read.access_policy("rst1").await,
        "/api/v1/policies/{policyId}/rules" => read.policy_rules("rst1").await.map(Value::from),
        "/api/v1/principal-rate-limits" => read.principal_rate_limits("SSWS_TOKEN", "00T1").await.map(Value::from),
        "/api/v1/principal-rate-limits/{principalRateLimitId}" => read.principal_rate_limit("prl1").await,
        "/api/v1/users" => read.users("").all().await.map(Value::from),
        "/api/v1/users/{id}" => read.user(&user).await,
        "/api/v1/users/{id}/groups" => read.user_groups(&user).await.map(Value::from),
        _ => return None,
    })
}

/// The recorded answer as it came over the wire, but for its links: they lead to the org of the recording.
fn served(record: &Record) -> Reply {
    let body = match &record["response"] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let status = record["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    let kind = record["headers"]["Content-Type"][0].as_str().unwrap_or_default();
    Reply::text(status.expect("a status"), kind, &body)
}

#[tokio::test]
async fn recorded_answers_come_through_unchanged() {
    let Some(folder) = reference() else { return };
    let current = Arc::new(Mutex::new(Value::Null));
    let answering = Arc::clone(&current);
    let org = TestOrg::start(move |_, _| served(&answering.lock().expect("no panic"))).await;
    let (client, _) = org.client();
    let (mut seen, mut changed) = (0, Vec::new());
    let reads = records(&folder)
        .into_iter()
        .filter(|it| it["method"] == "GET" && it["status"] == 200);
    for record in reads {
        *current.lock().expect("no panic") = record.clone();
        let template = record["template"].as_str().expect("a template");
        if let Some(answer) = read_as_recorded(&client, template).await {
            seen += 1;
            if answer.as_ref() != Ok(&record["response"]) {
                changed.push(format!("{template}: {answer:?}"));
            }
        }
    }
    written::figures(
        "through.json",
        &json!({"figures": {
            "recorded: read through the client's own calls": {"value": seen, "unit": "answers"},
            "recorded: changed on the way": {"value": changed.len(), "unit": "answers", "at_most": 0},
        }}),
    );
    assert_eq!(changed, Vec::<String>::new());
    assert!(seen >= 1000, "{seen}");
}
