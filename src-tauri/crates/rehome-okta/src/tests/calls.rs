//! Single calls: what they send, what they leave out, what they refuse to send.

use serde_json::{Value, json};

use super::org::{Reply, TestOrg};
use crate::{OktaError, WriteError};

#[tokio::test]
async fn writes_send_exactly_the_body_they_are_given() {
    let org = TestOrg::start(|_, _| Reply::json(200, json!({}))).await;
    let assign = org.client().0.assign();
    let body = json!({"z": null, "a": [{"unknown": 1.5}], "profile": {"y": "é", "x": {}}});
    let app = "0oa1".into();
    assign
        .update_feature(&app, "USER_PROVISIONING", &body)
        .await
        .expect("written");
    assign.update_mapping("prm1", &body).await.expect("written");
    assign.replace_app(&app, &body).await.expect("written");
    assign.create_group_push(&app, &body).await.expect("written");
    assign
        .replace_principal_rate_limit("prl1", &body)
        .await
        .expect("written");
    for call in org.heard() {
        assert_eq!(call.body, body.to_string(), "{} {}", call.method, call.target);
        assert_eq!(call.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn any_success_is_one() {
    // Recorded: 200 where the document says 201 or 204, 201 with a key, 204 without a word (api-facts 0.5).
    let org = TestOrg::start(|call, _| match call.target.as_str() {
        "/api/v1/apps/0oa1/credentials/keys/generate?validityYears=10" => Reply::json(201, json!({"kid": "k"})),
        "/api/v1/apps/0oa1/group-push/mappings/gPm1?deleteTargetGroup=false" => Reply::text(200, "text/plain", ""),
        "/api/v1/apps/0oa1/group-push/mappings/gPm1" => Reply::json(200, json!({"id": "gPm1"})),
        _ => Reply::text(204, "application/json", ""),
    })
    .await;
    let (client, _) = org.client();
    let (assign, retire, app) = (client.assign(), client.open_retire(), "0oa1".into());
    assert_eq!(assign.generate_key(&app, 10).await, Ok(json!({"kid": "k"})));
    assert_eq!(assign.assign_policy(&app, "rst1").await, Ok(()));
    assert_eq!(assign.deactivate_connection(&app).await, Ok(()));
    assert_eq!(retire.pause_group_push(&app, "gPm1").await, Ok(()));
    assert_eq!(retire.unlink_group_push(&app, "gPm1").await, Ok(()));
    assert_eq!(retire.remove_member(&"00g1".into(), &"00u1".into()).await, Ok(()));
    let heard = org.heard();
    assert_eq!(heard[3].body, r#"{"status":"INACTIVE"}"#);
    // Okta answers 411 without it.
    assert!(heard[..3].iter().all(|call| call.header("content-length") == Some("0")));
}

#[tokio::test]
async fn an_attribute_is_never_deleted() {
    let org = TestOrg::start(|_, _| Reply::json(200, json!({}))).await;
    let assign = org.client().0.assign();
    let change = |attribute: Value| json!({"definitions": {"custom": {"properties": {"role": attribute}}}});
    let refused = assign.update_app_schema(&"0oa1".into(), &change(Value::Null)).await;
    assert!(
        matches!(refused, Err(WriteError::NotSent(OktaError::BadInput { .. }))),
        "{refused:?}"
    );
    assert!(org.heard().is_empty());
    let made = assign
        .update_app_schema(&"0oa1".into(), &change(json!({"type": "string"})))
        .await;
    assert!(made.is_ok(), "{made:?}");
}

#[tokio::test]
async fn what_an_org_does_not_offer_for_an_app_is_none() {
    let org = TestOrg::start(|call, _| match call.target.as_str() {
        "/api/v1/apps/0oa1/features" => Reply::error(400, "E0000001"),
        "/api/v1/apps/0oa1/connections/default" => Reply::error(404, "E0000007"),
        _ => Reply::error(403, "E0000006"),
    })
    .await;
    let read = org.client().0.read();
    assert_eq!(read.features(&"0oa1".into()).await, Ok(None));
    assert_eq!(read.connection(&"0oa1".into()).await, Ok(None));
    assert!(
        read.features(&"0oa2".into())
            .await
            .is_err_and(|error| error.is_forbidden())
    );
}

#[tokio::test]
async fn tiles_with_the_same_id_are_all_kept() {
    let tiles = json!([{"id": "00u1", "appInstanceId": "0oa1"}, {"id": "00u1", "appInstanceId": "0oa2"}]);
    let answered = tiles.clone();
    let org = TestOrg::start(move |_, _| Reply::json(200, answered.clone())).await;
    assert_eq!(
        org.client().0.read().app_links(&"00u1".into()).await.map(Value::from),
        Ok(tiles)
    );
}
