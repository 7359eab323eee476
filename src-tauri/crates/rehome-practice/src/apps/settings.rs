//! `settings` as Okta fills them in, by kind of app; every default is as recorded.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::{
    client,
    kind::{Kind, Make, blank},
    mode,
};
use crate::{
    Engine, Options,
    errors::{Refusal, invalid},
    ids::Ids,
    state::Object,
};

/// When apps began to show whether entitlements are managed.
const ENTITLEMENTS: Date = date(2025, 7, 1);

/// # Errors
/// A blank required setting, or one that Okta refuses.
pub(crate) fn fill(
    kind: &Kind,
    options: &Options,
    sent: &Object,
    before: Option<&Object>,
    ids: &mut Ids,
) -> Result<Value, Refusal> {
    let engine = options.engine;
    let part = |name: &str| sent.get(name).and_then(Value::as_object);
    let mut settings = json!({
        "app": app_settings(kind, part("app"))?,
        "notifications": { "vpn": vpn(part("notifications")) },
        "manualProvisioning": flag(sent, "manualProvisioning"),
        "implicitAssignment": flag(sent, "implicitAssignment"),
        "notes": {
            "admin": text(part("notes"), "admin"),
            "enduser": text(part("notes"), "enduser"),
        },
    });
    let entitlements = match options.as_of {
        Some(day) => day >= ENTITLEMENTS,
        None => shows_entitlements(kind),
    };
    if engine == Engine::Identity && entitlements {
        settings["emOptInStatus"] = json!("NONE");
    }
    match kind.mode {
        Some(mode::SAML_2_0) if kind.entry().is_none() => settings["signOn"] = wizard_saml(part("signOn"))?,
        Some(mode::SAML_2_0) => settings["signOn"] = catalogue_saml(part("signOn"), &["destinationOverride"]),
        Some(mode::SAML_1_1) => settings["signOn"] = catalogue_saml(part("signOn"), &[]),
        Some(mode::AUTO_LOGIN) => {
            let sign_on = part("signOn");
            if text(sign_on, "loginUrl").is_null() {
                return Err(blank("loginUrl"));
            }
            settings["signOn"] =
                json!({ "loginUrl": text(sign_on, "loginUrl"), "redirectUrl": text(sign_on, "redirectUrl") });
        }
        Some(mode::OPENID_CONNECT) if kind.is_own_client() => {
            let before = before.and_then(|it| it.get("oauthClient")).and_then(Value::as_object);
            settings["oauthClient"] = client::settings(engine, part("oauthClient"), before, ids)?;
        }
        _ => {}
    }
    check_federation(kind, &settings["app"])?;
    Ok(settings)
}

/// Recorded orgs differ in what was rolled out to them when they were recorded; for each kind of app this follows what
/// most recordings of that kind show.
fn shows_entitlements(kind: &Kind) -> bool {
    match kind.make {
        Make::Wizard => kind.is(mode::SAML_2_0),
        Make::Catalogue(_) => kind.mode.is_none() || kind.is(mode::OPENID_CONNECT),
    }
}

fn flag(of: &Object, name: &str) -> bool {
    of.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// A text, `null` when it is missing or empty.
fn text(of: Option<&Object>, name: &str) -> Value {
    let value = of.and_then(|it| it.get(name)).filter(|it| *it != "");
    value.cloned().unwrap_or(Value::Null)
}

fn vpn(sent: Option<&Object>) -> Value {
    let sent = sent.and_then(|it| it.get("vpn")).and_then(Value::as_object);
    let mut network = sent
        .and_then(|it| it.get("network"))
        .cloned()
        .unwrap_or_else(|| json!({}));
    if network["connection"].is_null() {
        network["connection"] = json!("DISABLED");
    }
    json!({ "network": network, "message": text(sent, "message"), "helpUrl": text(sent, "helpUrl") })
}

/// `settings.app`: all settings that the catalogue names, `null` where nothing was sent.
fn app_settings(kind: &Kind, sent: Option<&Object>) -> Result<Value, Refusal> {
    let mut settings = Object::new();
    let entry = kind.entry();
    for name in entry.map(|it| it.settings).unwrap_or_default() {
        settings.insert((*name).to_owned(), Value::Null);
    }
    for (name, value) in sent.into_iter().flatten() {
        let value = if value == "" { Value::Null } else { value.clone() };
        settings.insert(name.clone(), value);
    }
    if kind.is(mode::BOOKMARK) && settings.get("requestIntegration").is_none_or(Value::is_null) {
        settings.insert("requestIntegration".into(), json!(false));
    }
    let missing = entry
        .map(|it| it.required)
        .unwrap_or_default()
        .iter()
        .find(|name| settings.get(**name).is_none_or(Value::is_null));
    match missing {
        Some(name) => Err(blank(name)),
        None => Ok(Value::Object(settings)),
    }
}

/// As recorded: the automatic federation of Office 365 wants a consent that only a browser can give.
fn check_federation(kind: &Kind, app: &Value) -> Result<(), Refusal> {
    let federates = kind.is(mode::SAML_1_1) || kind.is(mode::WS_FEDERATION);
    let office = kind.entry().is_some_and(|it| it.name == "office365");
    if office && federates && app["wsFedConfigureType"] == "AUTO" {
        return Err(invalid(
            "settings",
            "In order to continue using WS-FED Auto for SSO, you must grant admin consent.",
        ));
    }
    Ok(())
}

/// `settings.signOn` of a SAML app of the wizard.
fn wizard_saml(sent: Option<&Object>) -> Result<Value, Refusal> {
    let or = |name: &str, default: Value| match text(sent, name) {
        Value::Null => default,
        value => value,
    };
    let url = text(sent, "ssoAcsUrl");
    for (field, value) in [("ssoAcsUrl", &url), ("audience", &text(sent, "audience"))] {
        if value.is_null() {
            return Err(blank(field));
        }
    }
    let slo = or("slo", json!({ "enabled": false }));
    let mut sign_on = json!({
        "defaultRelayState": text(sent, "defaultRelayState"),
        "ssoAcsUrl": url,
        "idpIssuer": or("idpIssuer", json!("http://www.okta.com/${org.externalKey}")),
        "audience": text(sent, "audience"),
        "recipient": or("recipient", url.clone()),
        "destination": or("destination", url.clone()),
        "subjectNameIdTemplate": or("subjectNameIdTemplate", json!("${user.userName}")),
        "subjectNameIdFormat":
            or("subjectNameIdFormat", json!("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")),
        "responseSigned": or("responseSigned", json!(true)),
        "assertionSigned": or("assertionSigned", json!(true)),
        "signatureAlgorithm": or("signatureAlgorithm", json!("RSA_SHA256")),
        "digestAlgorithm": or("digestAlgorithm", json!("SHA256")),
        "honorForceAuthn": or("honorForceAuthn", json!(true)),
        "authnContextClassRef":
            or("authnContextClassRef", json!("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport")),
        "spIssuer": or("spIssuer", slo.get("issuer").cloned().unwrap_or(Value::Null)),
        "requestCompressed": or("requestCompressed", json!(false)),
        "attributeStatements": or("attributeStatements", json!([])),
        "inlineHooks": or("inlineHooks", json!([])),
        "assertionEncryption": or("assertionEncryption", json!({ "enabled": false })),
        "allowMultipleAcsEndpoints": or("allowMultipleAcsEndpoints", json!(false)),
        "acsEndpoints": or("acsEndpoints", json!([])),
        "samlSignedRequestEnabled": or("samlSignedRequestEnabled", json!(false)),
        "slo": slo,
    });
    for kept in [
        "spCertificate",
        "samlAssertionLifetimeSeconds",
        "configuredAttributeStatements",
    ] {
        if let Some(value) = sent.and_then(|it| it.get(kept)).filter(|it| !it.is_null()) {
            sign_on[kept] = value.clone();
        }
    }
    Ok(sign_on)
}

/// `settings.signOn` of a SAML app of the catalogue, whose addresses Okta knows.
fn catalogue_saml(sent: Option<&Object>, also: &[&str]) -> Value {
    let names = [
        "audienceOverride",
        "defaultRelayState",
        "recipientOverride",
        "ssoAcsUrlOverride",
    ];
    let mut sign_on: Object = names
        .iter()
        .chain(also)
        .map(|name| ((*name).to_owned(), text(sent, name)))
        .collect();
    if !also.is_empty() {
        let statements = sent.and_then(|it| it.get("attributeStatements")).cloned();
        sign_on.insert("attributeStatements".into(), statements.unwrap_or_else(|| json!([])));
    }
    for kept in ["samlAssertionLifetimeSeconds", "configuredAttributeStatements"] {
        if let Some(value) = sent.and_then(|it| it.get(kept)).filter(|it| !it.is_null()) {
            sign_on.insert(kept.into(), value.clone());
        }
    }
    Value::Object(sign_on)
}
