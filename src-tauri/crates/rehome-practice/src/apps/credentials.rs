//! `credentials` as Okta fills them in, by kind of app.

use serde_json::{Value, json};

use super::{
    client,
    kind::{Kind, too_long},
};
use crate::{
    errors::{Refusal, invalid},
    ids::Ids,
    state::Object,
};

const SCHEMES: [&str; 5] = [
    "EDIT_USERNAME_AND_PASSWORD",
    "EDIT_PASSWORD_ONLY",
    "ADMIN_SETS_CREDENTIALS",
    "EXTERNAL_PASSWORD_SYNC",
    "SHARED_USERNAME_AND_PASSWORD",
];

/// `client` is the `application_type` of an OAuth client; `kid` the key that signs.
pub(crate) fn fill(
    kind: &Kind,
    app: &str,
    client: &str,
    sent: &Object,
    before: Option<&Object>,
    kid: Option<&str>,
    ids: &mut Ids,
) -> Result<Value, Refusal> {
    let mut credentials = json!({
        "userNameTemplate": template(sent.get("userNameTemplate").and_then(Value::as_object))?,
        "signing": kid.map_or_else(|| json!({}), |kid| json!({ "kid": kid })),
    });
    if kind.stores_passwords() {
        store_password(sent, &mut credentials)?;
    }
    if kind.is_own_client() {
        let part = |of: &'_ Object| of.get("oauthClient").and_then(Value::as_object).cloned();
        let (sent, before) = (part(sent), before.and_then(part));
        credentials["oauthClient"] = client::credentials(client, app, sent.as_ref(), before.as_ref(), ids)?;
    }
    Ok(credentials)
}

/// A password is never shown again: an empty object says that there is one.
fn store_password(sent: &Object, credentials: &mut Value) -> Result<(), Refusal> {
    let scheme = sent.get("scheme").and_then(Value::as_str).unwrap_or(SCHEMES[0]);
    if !SCHEMES.contains(&scheme) {
        return Err(invalid("scheme", "scheme: Not one of the allowed values."));
    }
    credentials["scheme"] = json!(scheme);
    credentials["revealPassword"] = json!(sent.get("revealPassword").and_then(Value::as_bool).unwrap_or(false));
    if scheme == "SHARED_USERNAME_AND_PASSWORD" {
        credentials["userName"] = sent.get("userName").cloned().unwrap_or(Value::Null);
        credentials["password"] = json!({});
    }
    Ok(())
}

fn template(sent: Option<&Object>) -> Result<Value, Refusal> {
    let Some(sent) = sent.filter(|it| it.get("template").is_some_and(|it| !it.is_null())) else {
        return Ok(json!({ "template": "${source.login}", "type": "BUILT_IN" }));
    };
    let mut template = Value::Object(sent.clone());
    if template["template"]
        .as_str()
        .is_some_and(|it| it.chars().count() > 1024)
    {
        return Err(too_long("template"));
    }
    if template["type"].is_null() {
        template["type"] = json!("CUSTOM");
    }
    if template["type"] == "CUSTOM" && template["pushStatus"].is_null() {
        template["pushStatus"] = json!("DONT_PUSH");
    }
    if let Some(template) = template.as_object_mut() {
        template.retain(|_, value| !value.is_null() && *value != "");
    }
    Ok(template)
}
