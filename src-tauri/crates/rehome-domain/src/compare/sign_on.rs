//! How people sign in: settings of the app, key by key, and what the metadata adds.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::report::{Part, Report, listed};
use super::settings::{is_blank, shown};
use super::{Finding, LinkTo, RowOutcome, Step, Tab};
use crate::{CheckOutcome, SamlMetadata, UsernameTemplate};

const METADATA: Part = Part {
    id: "metadata",
    name: "the SAML metadata",
    call: "apps/{app}/sso/saml/metadata",
    blocks: Step::Pilot,
};

/// Settings in the order in which an admin looks for them, with the console's words. All others follow by name.
const SAML: [(&str, &str); 29] = [
    ("ssoAcsUrl", "Sign-on address of the service (ACS)"),
    ("ssoAcsUrlOverride", "Sign-on address of the service (ACS), overridden"),
    ("audience", "Audience (entity ID of the service)"),
    ("audienceOverride", "Audience (entity ID of the service), overridden"),
    ("recipient", "Recipient"),
    ("recipientOverride", "Recipient, overridden"),
    ("destination", "Destination"),
    ("destinationOverride", "Destination, overridden"),
    ("idpIssuer", "Issuer template"),
    ("spIssuer", "Issuer of the service"),
    ("defaultRelayState", "Default relay state"),
    ("subjectNameIdFormat", "Name ID format"),
    ("subjectNameIdTemplate", "Name ID"),
    ("responseSigned", "Response signed"),
    ("assertionSigned", "Assertion signed"),
    ("signatureAlgorithm", "Signature algorithm"),
    ("digestAlgorithm", "Digest algorithm"),
    ("assertionEncryption", "Assertion encryption"),
    ("honorForceAuthn", "Honours forced sign-in"),
    ("authnContextClassRef", "Authentication context"),
    ("requestCompressed", "Request compressed"),
    ("samlSignedRequestEnabled", "Signed requests"),
    ("allowMultipleAcsEndpoints", "Several sign-on addresses"),
    ("acsEndpoints", "Further sign-on addresses"),
    ("slo", "Single logout"),
    ("samlAssertionLifetimeSeconds", "Assertion lifetime, seconds"),
    ("inlineHooks", "Inline hooks"),
    ("loginUrl", "Sign-in page"),
    ("redirectUrl", "Page after sign-in"),
];

const OIDC: [(&str, &str); 16] = [
    ("application_type", "Application type"),
    ("redirect_uris", "Redirect URIs"),
    ("post_logout_redirect_uris", "Redirect URIs after sign-out"),
    ("grant_types", "Grant types"),
    ("response_types", "Response types"),
    ("initiate_login_uri", "Initiate-login URI"),
    ("idp_initiated_login", "Sign-in from the dashboard"),
    ("issuer_mode", "Issuer mode"),
    ("consent_method", "Consent"),
    ("refresh_token", "Refresh tokens"),
    ("dpop_bound_access_tokens", "Tokens bound by DPoP"),
    ("wildcard_redirect", "Wildcards in redirect URIs"),
    ("participate_slo", "Single logout"),
    ("jwks", "Public keys of the client"),
    ("jwks_uri", "Address of the client's public keys"),
    ("client_uri", "Home page"),
];

const CLIENT: [(&str, &str); 5] = [
    ("client_id", "Client ID"),
    ("client_secret", "Client secret"),
    ("token_endpoint_auth_method", "Client authentication"),
    ("pkce_required", "PKCE required"),
    ("autoKeyRotation", "Automatic key rotation"),
];

pub fn compare(report: &mut Report<'_>) {
    object(report, &["settings", "signOn"], &SAML, &[]);
    statements(report);
    object(report, &["settings", "app"], &[], &[]);
    object(report, &["settings", "oauthClient"], &OIDC, &[]);
    object(
        report,
        &["credentials", "oauthClient"],
        &CLIENT,
        &["client_id", "client_secret"],
    );
    metadata(report);
    report.end_part();
    swa(report);
    username(report);
    let labels = report.sweep("sign-on-settings");
    let (old, new) = report.labels();
    if !labels.is_empty() {
        report.finding(Finding {
            id: "sign-on-settings".to_owned(),
            title: "Sign-on settings differ".to_owned(),
            outcome: CheckOutcome::NeedsReview,
            blocks: Some(Step::Pilot),
            what: format!("{old} and {new} differ in: {}.", listed(&labels)),
            why: "The service may refuse what the new app sends, or take people to another place.".to_owned(),
            mend: format!("Compare the values in the table. Where the old one is right, set it on the Sign On tab of {new}; where the new one is meant, skip this check and say why."),
            evidence: report.both("apps/{app}"),
            link: LinkTo::NewApp(Tab::SignOn),
            can_skip: true,
        });
    }
    client_id(report);
    report.covered.extend([
        "settings.signOn",
        "settings.app",
        "settings.oauthClient",
        "credentials.oauthClient",
    ]);
    report.covered.extend([
        "credentials.scheme",
        "credentials.signing",
        "credentials.userNameTemplate.template",
    ]);
    report.covered.push("credentials.userNameTemplate.userSuffix");
}

/// All keys of one object on both sides. `must` names those that differ between any two instances.
fn object(report: &mut Report<'_>, path: &[&str], labels: &[(&str, &str)], must: &[&str]) {
    let (old, new) = (at(&report.old().app.raw, path), at(&report.new_side().app.raw, path));
    let known = labels.iter().map(|(key, _)| *key);
    let keys: BTreeSet<&str> = old.keys().chain(new.keys()).map(String::as_str).collect();
    let unknown = keys
        .into_iter()
        .filter(|key| labels.iter().all(|(known, _)| known != key) && *key != "attributeStatements");
    for key in known.chain(unknown) {
        let label = labels
            .iter()
            .find(|(name, _)| *name == key)
            .map_or(key, |(_, label)| label);
        let (old, new) = (
            old.get(key).unwrap_or(&Value::Null),
            new.get(key).unwrap_or(&Value::Null),
        );
        let differing = if must.contains(&key) {
            RowOutcome::DiffersAsItMust
        } else {
            RowOutcome::NeedsReview
        };
        report.setting(&format!("{}.{key}", path.join(".")), label, key, old, new, differing);
    }
}

fn at<'a>(raw: &'a Value, path: &[&str]) -> &'a Map<String, Value> {
    static NOTHING: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    path.iter()
        .fold(raw, |value, key| &value[*key])
        .as_object()
        .unwrap_or(&NOTHING)
}

/// One row for each attribute statement. A statement that names its own instance differs as it must.
fn statements(report: &mut Report<'_>) {
    let path = ["settings", "signOn"];
    let list = |raw: &Value| -> Vec<(String, String)> {
        let statements = at(raw, &path).get("attributeStatements");
        match statements {
            Some(Value::Array(items)) => items.iter().map(statement).collect(),
            Some(other) if !is_blank(other) => vec![("(all)".to_owned(), shown("attributeStatements", other))],
            _ => Vec::new(),
        }
    };
    let (old, new) = (list(&report.old().app.raw), list(&report.new_side().app.raw));
    let names: BTreeSet<&String> = old.iter().chain(&new).map(|(name, _)| name).collect();
    let value = |list: &[(String, String)], name: &str| {
        list.iter()
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect::<Vec<_>>()
            .join(" · ")
    };
    for name in names {
        let (old, new) = (value(&old, name), value(&new, name));
        let differing = if report.in_new_words(&old) == new {
            RowOutcome::DiffersAsItMust
        } else {
            RowOutcome::NeedsReview
        };
        report.compared(
            &format!("attribute-statement.{name}"),
            &format!("Attribute statement {name}"),
            &old,
            &new,
            differing,
            None,
        );
    }
}

fn statement(raw: &Value) -> (String, String) {
    let text = |key: &str| raw[key].as_str().unwrap_or_default();
    let name = if text("name").is_empty() {
        "(without name)"
    } else {
        text("name")
    };
    let value = match text("type") {
        "GROUP" => format!(
            "groups, {} {}",
            text("filterType").to_lowercase().replace('_', " "),
            text("filterValue")
        ),
        _ if raw["values"].is_array() => shown("values", &raw["values"]),
        _ => shown("statement", raw),
    };
    (name.to_owned(), value)
}

fn metadata(report: &mut Report<'_>) {
    let Some((old, new)) = report.part(METADATA, &report.old().metadata, &report.new_side().metadata) else {
        return;
    };
    let text = |side: Option<&SamlMetadata>, of: &dyn Fn(&SamlMetadata) -> String| side.map(of).unwrap_or_default();
    let (old_issuer, new_issuer) = (text(old, &|m| m.entity_id.clone()), text(new, &|m| m.entity_id.clone()));
    let must = RowOutcome::DiffersAsItMust;
    report.compared(
        "issuer",
        "Issuer (entity ID of Okta)",
        &old_issuer,
        &new_issuer,
        must,
        Some("issuer"),
    );
    let url = |m: &SamlMetadata| m.sso.first().map(|endpoint| endpoint.url.clone()).unwrap_or_default();
    report.compared(
        "sso-url",
        "Sign-on URL of Okta",
        &text(old, &url),
        &text(new, &url),
        must,
        Some("issuer"),
    );
    let slo = |m: &SamlMetadata| m.slo.first().map(|endpoint| endpoint.url.clone()).unwrap_or_default();
    let (old_slo, new_slo) = (text(old, &slo), text(new, &slo));
    let slo_outcome = if old_slo.is_empty() || new_slo.is_empty() {
        RowOutcome::NeedsReview
    } else {
        must
    };
    report.compared("slo-url", "Sign-out URL of Okta", &old_slo, &new_slo, slo_outcome, None);
    let formats = |m: &SamlMetadata| m.name_id_formats.join(", ");
    report.compared(
        "name-id-formats",
        "Name ID formats offered",
        &text(old, &formats),
        &text(new, &formats),
        RowOutcome::NeedsReview,
        None,
    );
    if old.is_some() && new.is_some() && old_issuer != new_issuer {
        let (old_label, new_label) = report.labels();
        report.finding(Finding {
            id: "issuer".to_owned(),
            title: "The service must learn the new issuer and sign-on URL".to_owned(),
            outcome: CheckOutcome::NeedsReview,
            blocks: Some(Step::Pilot),
            what: format!("{old_label} signs as {old_issuer}, {new_label} as {new_issuer}. Every instance has its own; this cannot be shared."),
            why: "A service that knows only the old issuer refuses everyone who comes through the new app. A service with room for one identity provider switches everyone at one moment.".to_owned(),
            mend: "Send the service's admin the hand-over sheet, and ask whether two identity providers can stand side by side there.".to_owned(),
            evidence: report.both(METADATA.call),
            link: LinkTo::NewApp(Tab::SignOn),
            can_skip: true,
        });
    }
}

fn client_id(report: &mut Report<'_>) {
    let id = |raw: &Value| {
        raw["credentials"]["oauthClient"]["client_id"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let (old, new) = (id(&report.old().app.raw), id(&report.new_side().app.raw));
    if old.is_empty() || new.is_empty() || old == new {
        return;
    }
    report.finding(Finding {
        id: "client-id".to_owned(),
        title: "The service must learn the new client ID".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Pilot),
        what: format!("The client ID changes from {old} to {new}, and the secret with it. Every instance has its own."),
        why: "Until the service uses the new client, nobody signs in through the new app. Tokens and consents of the old client do not carry over.".to_owned(),
        mend: "Send the service's admin the new client ID, and the secret on a safe way. Look for policies of authorization servers that name the old client ID.".to_owned(),
        evidence: report.both("apps/{app}"),
        link: LinkTo::NewApp(Tab::General),
        can_skip: true,
    });
}

/// Passwords that people or admins have typed into a SWA app cannot be read (api-facts 4.6).
fn swa(report: &mut Report<'_>) {
    let (old, new) = (&report.old().app, &report.new_side().app);
    let scheme = |raw: &Value| raw["credentials"]["scheme"].as_str().unwrap_or_default().to_owned();
    let (old_scheme, new_scheme) = (scheme(&old.raw), scheme(&new.raw));
    report.compared(
        "credential-scheme",
        "Who sets the password",
        &old_scheme,
        &new_scheme,
        RowOutcome::NeedsReview,
        None,
    );
    if !matches!(
        new_scheme.as_str(),
        "EDIT_USERNAME_AND_PASSWORD" | "EDIT_PASSWORD_ONLY" | "ADMIN_SETS_CREDENTIALS"
    ) {
        return;
    }
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "swa-passwords".to_owned(),
        title: "Stored passwords stay behind".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Pilot),
        what: format!("{new_label} signs people in with a stored password. Okta shows nobody the passwords that {old_label} holds."),
        why: "Everyone starts on the new app without a password and is asked for it at the first sign-in, or an admin must set it.".to_owned(),
        mend: "Tell people beforehand that they will be asked for the service's password once.".to_owned(),
        evidence: report.both("apps/{app}"),
        link: LinkTo::NewApp(Tab::SignOn),
        can_skip: true,
    });
}

fn username(report: &mut Report<'_>) {
    let text = |template: Option<&UsernameTemplate>| match template {
        Some(t) if t.kind == "NONE" => "typed by the admin".to_owned(),
        Some(t) => format!(
            "{}{}",
            t.template,
            t.suffix
                .as_ref()
                .map(|s| format!(" with suffix {s}"))
                .unwrap_or_default()
        ),
        None => String::new(),
    };
    let old = text(report.old().app.username_template.as_ref());
    let new = text(report.new_side().app.username_template.as_ref());
    let (review, id) = (RowOutcome::NeedsReview, Some("username-template"));
    report.compared("username-template", "Application username", &old, &new, review, id);
    if old == new {
        return;
    }
    // Kind and upkeep of a template follow from what the template is.
    for (key, label) in [
        ("type", "Kind of username template"),
        ("pushStatus", "Username kept current"),
    ] {
        let of = |side: &super::Side| {
            let value = &side.app.raw["credentials"]["userNameTemplate"][key];
            value.as_str().unwrap_or_default().to_owned()
        };
        let (old, new) = (of(report.old()), of(report.new_side()));
        report.compared(&format!("username-template-{key}"), label, &old, &new, review, id);
        report.covered.push(match key {
            "type" => "credentials.userNameTemplate.type",
            _ => "credentials.userNameTemplate.pushStatus",
        });
    }
    let (old_label, new_label) = report.labels();
    let or_none = |text: &str| {
        if text.is_empty() {
            "no template".to_owned()
        } else {
            text.to_owned()
        }
    };
    report.finding(Finding {
        id: "username-template".to_owned(),
        title: "The two apps name people differently".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: None,
        what: format!("{old_label} makes usernames by {}, {new_label} by {}.", or_none(&old), or_none(&new)),
        why: "The service finds a person's account by the username. Another username means another account, or somebody else's.".to_owned(),
        mend: "Step 2 shows for every person which username would come out, and lets you keep the old one.".to_owned(),
        evidence: report.both("apps/{app}"),
        link: LinkTo::NewApp(Tab::SignOn),
        can_skip: true,
    });
}
