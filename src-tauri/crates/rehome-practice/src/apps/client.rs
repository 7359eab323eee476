//! The OAuth client of an OpenID Connect app: its settings and credentials.

use serde_json::{Value, json};

use super::kind::blank;
use crate::{
    Engine,
    errors::{Refusal, invalid},
    ids::Ids,
    state::Object,
};

const TYPES: [&str; 4] = ["web", "native", "browser", "service"];
const METHODS: [&str; 5] = [
    "none",
    "client_secret_post",
    "client_secret_basic",
    "client_secret_jwt",
    "private_key_jwt",
];

/// Whether clients of this kind have a secret.
pub(crate) fn has_secret(method: &str) -> bool {
    method.starts_with("client_secret_")
}

/// `settings.oauthClient`
pub(crate) fn settings(
    engine: Engine,
    sent: Option<&Object>,
    before: Option<&Object>,
    ids: &mut Ids,
) -> Result<Value, Refusal> {
    let Some(sent) = sent else {
        return Err(blank("oauthClient"));
    };
    let kind = sent.get("application_type").and_then(Value::as_str).unwrap_or("web");
    if !TYPES.contains(&kind) {
        return Err(invalid(
            "application_type",
            "application_type: Not one of the allowed values.",
        ));
    }
    let grants = sent.get("grant_types").cloned().unwrap_or_else(|| default_grants(kind));
    check_addresses(sent, &grants)?;
    let mut client = json!({
        "client_uri": null, "logo_uri": null, "redirect_uris": [],
        "response_types": if kind == "service" { json!(["token"]) } else { json!(["code"]) },
        "grant_types": grants, "application_type": kind,
        "issuer_mode": if engine == Engine::Identity { "DYNAMIC" } else { "ORG_URL" },
        "idp_initiated_login": { "mode": "DISABLED", "default_scope": [] },
        "wildcard_redirect": "DISABLED", "dpop_bound_access_tokens": false,
    });
    // Consent and single logout came with Identity Engine; recorded Classic orgs show neither.
    if engine == Engine::Identity {
        client["consent_method"] = json!("TRUSTED");
        client["participate_slo"] = json!(false);
    }
    if holds(&client["grant_types"], "refresh_token") {
        client["refresh_token"] = json!({ "rotation_type": "STATIC" });
    }
    for (name, value) in sent.iter().filter(|(_, value)| !value.is_null()) {
        let classic_lacks = ["consent_method", "participate_slo"].contains(&name.as_str()) && engine == Engine::Classic;
        if !classic_lacks {
            client[name] = value.clone();
        }
    }
    if client["participate_slo"] == true && client.get("frontchannel_logout_session_required").is_none() {
        client["frontchannel_logout_session_required"] = json!(false);
    }
    if let Some(keys) = client.pointer_mut("/jwks/keys").and_then(Value::as_array_mut) {
        let known = before
            .and_then(|it| it.get("jwks"))
            .and_then(|it| it["keys"].as_array())
            .cloned();
        for key in keys {
            let kept = known.iter().flatten().find(|it| it["kid"] == key["kid"]);
            let id = kept.map_or_else(|| ids.next("pks"), |it| it["id"].as_str().unwrap_or("").to_owned());
            complete_key(key, id);
        }
    }
    Ok(client)
}

/// What Okta adds to a key of a client, as recorded.
pub(crate) fn complete_key(key: &mut Value, id: String) {
    key["id"] = json!(id);
    let mut missing = |name: &str, value: Value| {
        if key.get(name).is_none() {
            key[name] = value;
        }
    };
    missing("status", json!("ACTIVE"));
    missing("use", Value::Null);
    if key["kty"] == "EC" && key.get("crv").is_none() {
        key["crv"] = Value::Null;
    }
}

fn default_grants(kind: &str) -> Value {
    match kind {
        "service" => json!(["client_credentials"]),
        _ => json!(["authorization_code"]),
    }
}

fn holds(list: &Value, item: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|it| it == item))
}

fn check_addresses(sent: &Object, grants: &Value) -> Result<(), Refusal> {
    let addresses = sent.get("redirect_uris").and_then(Value::as_array);
    let none = addresses.is_none_or(Vec::is_empty);
    if none && (holds(grants, "authorization_code") || holds(grants, "implicit")) {
        return Err(blank("redirect_uris"));
    }
    let fragment = |it: &Value| it.as_str().is_some_and(|it| it.contains('#'));
    if addresses.is_some_and(|list| list.iter().any(fragment)) {
        let cause = "redirect_uris: ''redirect_uris'' must not contain a fragment identifier.";
        return Err(invalid("redirect_uris", cause));
    }
    Ok(())
}

/// `credentials.oauthClient`. The id of a client stays what it was; so does its secret, unless another is sent.
pub(crate) fn credentials(
    kind: &str,
    app: &str,
    sent: Option<&Object>,
    before: Option<&Object>,
    ids: &mut Ids,
) -> Result<Value, Refusal> {
    let text = |of: Option<&Object>, name: &str| {
        of.and_then(|it| it.get(name))
            .and_then(Value::as_str)
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
    };
    let flag = |name: &str, default: bool| {
        sent.and_then(|it| it.get(name))
            .and_then(Value::as_bool)
            .unwrap_or(default)
    };
    let method = text(sent, "token_endpoint_auth_method").unwrap_or_else(|| "client_secret_basic".into());
    if !METHODS.contains(&method.as_str()) {
        return Err(invalid(
            "token_endpoint_auth_method",
            "token_endpoint_auth_method: Not one of the allowed values.",
        ));
    }
    let id = text(before, "client_id").or_else(|| text(sent, "client_id"));
    let mut client = json!({
        "autoKeyRotation": flag("autoKeyRotation", true),
        "client_id": id.unwrap_or_else(|| app.to_owned()),
        "pkce_required": flag("pkce_required", matches!(kind, "native" | "browser")),
        "token_endpoint_auth_method": method,
    });
    if has_secret(&method) {
        let secret = text(sent, "client_secret").or_else(|| text(before, "client_secret"));
        client["client_secret"] = json!(secret.unwrap_or_else(|| ids.letters(64)));
    }
    Ok(client)
}
