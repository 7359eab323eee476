//! The values of each protocol (api-facts 4.4, 5.3).

use serde_json::Value;

use super::{Item, Protocol};
use crate::SamlMetadata;
use crate::compare::{Side, references::external_key};

/// Whose value it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Okta's: the service must learn it.
    Okta,
    /// The service's own: both apps should have the same.
    Service,
}

struct Sheet<'a> {
    old: &'a Side,
    new: &'a Side,
    items: Vec<Item>,
    /// Labels of the service's own values in which the two apps differ.
    differing: Vec<&'static str>,
}

/// The values, and what to say where the two apps do not agree on the service's own ones.
pub fn of(protocol: Protocol, old: &Side, new: &Side, org: &str) -> (Vec<Item>, Option<String>) {
    let mut sheet = Sheet {
        old,
        new,
        items: Vec::new(),
        differing: Vec::new(),
    };
    match protocol {
        Protocol::Saml => saml(&mut sheet, org),
        Protocol::WsFed => ws_fed(&mut sheet),
        Protocol::Oidc => oidc(&mut sheet, org),
        Protocol::Swa => swa(&mut sheet),
        Protocol::Bookmark => sheet.add("url", "Address", "Where the tile leads.", Whose::Service, |s| {
            path(s, "settings.app.url")
        }),
        Protocol::Other => {}
    }
    sheet.add(
        "embed-link",
        "Embed link",
        "Opens the service through Okta. Put it into intranet pages and bookmarks in the place of the old one.",
        Whose::Okta,
        |side| {
            side.app.raw["_links"]["appLinks"][0]["href"]
                .as_str()
                .map(str::to_owned)
        },
    );
    // The embed link is for page owners; the service knows nothing of it.
    if let Some(item) = sheet.items.iter_mut().find(|item| item.id == "embed-link") {
        item.must_change = false;
    }
    let warning = (!sheet.differing.is_empty()).then(|| {
        format!(
            "The two apps do not agree on what belongs to the service: {}. Please say which is right, or whether both are meant.",
            sheet.differing.join(", ")
        )
    });
    (sheet.items, warning)
}

impl Sheet<'_> {
    /// Adds a value, unless neither app has it.
    fn add(
        &mut self,
        id: &'static str,
        label: &'static str,
        hint: &str,
        whose: Whose,
        value: impl Fn(&Side) -> Option<String>,
    ) {
        let filled = |side: &Side| value(side).filter(|text| !text.is_empty());
        let (old, new) = (filled(self.old), filled(self.new));
        if whose == Whose::Service && old.is_some() && new.is_some() && old != new {
            self.differing.push(label);
        }
        if old.is_some() || new.is_some() {
            self.items.push(Item {
                must_change: whose == Whose::Okta && old != new,
                hint: hint.to_owned(),
                secret: false,
                id,
                label,
                old,
                new,
            });
        }
    }
}

fn metadata(side: &Side, of: impl Fn(&SamlMetadata) -> Option<String>) -> Option<String> {
    side.metadata.value().and_then(of)
}

fn saml(sheet: &mut Sheet<'_>, org: &str) {
    sheet.add(
        "issuer",
        "Issuer",
        "Who signs. Also called identity provider issuer or IdP entity ID.",
        Whose::Okta,
        issuer,
    );
    sheet.add(
        "entity-id",
        "Entity ID in the metadata",
        "The same as the issuer, unless somebody has set another issuer on the app.",
        Whose::Okta,
        |side| metadata(side, |m| Some(m.entity_id.clone())),
    );
    for (binding, id, label) in [
        ("HTTP-POST", "sso-url-post", "Sign-on URL (POST)"),
        ("HTTP-Redirect", "sso-url-redirect", "Sign-on URL (redirect)"),
    ] {
        let hint = "Where the service sends people to sign in. Also called SSO URL, login URL or IdP endpoint.";
        sheet.add(id, label, hint, Whose::Okta, |side| {
            metadata(side, |m| {
                m.sso.iter().find(|e| e.binding == binding).map(|e| e.url.clone())
            })
        });
    }
    sheet.add(
        "slo-url",
        "Sign-out URL",
        "Where the service sends people to sign out (SLO).",
        Whose::Okta,
        |side| metadata(side, |m| m.slo.first().map(|e| e.url.clone())),
    );
    let computed = " Where the app shows none, Okta works it out from the app's own settings.";
    sheet.add(
        "acs",
        "Sign-on address of the service (ACS)",
        &format!("Where Okta posts its answer. It belongs to the service and stays, unless the service names another for a second provider.{computed}"),
        Whose::Service,
        |s| first(s, &["settings.signOn.ssoAcsUrlOverride", "settings.signOn.ssoAcsUrl", "settings.app.acsUrl", "settings.app.acs_url"]),
    );
    sheet.add(
        "audience",
        "Audience (entity ID of the service)",
        &format!("For whom Okta signs. Also called SP entity ID.{computed}"),
        Whose::Service,
        |s| {
            first(
                s,
                &[
                    "settings.signOn.audienceOverride",
                    "settings.signOn.audience",
                    "settings.app.audRestriction",
                    "settings.app.audience_uri",
                ],
            )
        },
    );
    sheet.add(
        "recipient",
        "Recipient",
        "Nearly always the same as the ACS.",
        Whose::Service,
        |s| first(s, &["settings.signOn.recipientOverride", "settings.signOn.recipient"]),
    );
    sheet.add(
        "name-id-format",
        "Name ID format",
        "The form of the username. With another form the service may not recognise people.",
        Whose::Service,
        |s| {
            path(s, "settings.signOn.subjectNameIdFormat")
                .or_else(|| metadata(s, |m| Some(m.name_id_formats.join("\n"))))
        },
    );
    sheet.add(
        "signature",
        "Signature algorithm",
        "How Okta signs its answers.",
        Whose::Service,
        |s| path(s, "settings.signOn.signatureAlgorithm"),
    );
    sheet.add(
        "metadata-url",
        "Metadata, through Okta's API",
        "Needs a token of an admin: for whoever runs Okta, not for the service.",
        Whose::Okta,
        |side| {
            side.metadata.value()?;
            let kid = side
                .app
                .signing_kid
                .as_ref()
                .map(|kid| format!("?kid={kid}"))
                .unwrap_or_default();
            Some(format!("{org}/api/v1/apps/{}/sso/saml/metadata{kid}", side.app.id))
        },
    );
    sheet.add(
        "metadata-url-public",
        "Metadata, for the service (not verified)",
        "Not verified: Okta does not document this address. Open it once in a private window before you send it; if nothing comes, send the metadata as a file from the Sign On tab.",
        Whose::Okta,
        |side| metadata(side, |m| external_key(&m.entity_id).map(|key| format!("{org}/app/{key}/sso/saml/metadata"))),
    );
    // The API form is for Okta's own admin.
    if let Some(item) = sheet.items.iter_mut().find(|item| item.id == "metadata-url") {
        item.must_change = false;
    }
}

/// What assertions carry: the template of a custom app with its external key put in, else the entity ID.
fn issuer(side: &Side) -> Option<String> {
    let entity_id = metadata(side, |m| Some(m.entity_id.clone()));
    let Some(template) = path(side, "settings.signOn.idpIssuer") else {
        return entity_id;
    };
    if !template.contains("${") {
        return Some(template);
    }
    let key = entity_id.as_deref().and_then(external_key);
    let filled = key.map(|key| template.replace("${org.externalKey}", key));
    filled.filter(|text| !text.contains("${")).or(entity_id)
}

fn oidc(sheet: &mut Sheet<'_>, org: &str) {
    let issuer = move |side: &Side| -> Option<String> {
        let mode = side.app.raw["settings"]["oauthClient"]["issuer_mode"].as_str();
        // The custom address is not part of the app.
        (!matches!(mode, Some("CUSTOM_URL" | "DYNAMIC"))).then(|| org.to_owned())
    };
    sheet.add(
        "issuer",
        "Issuer",
        "Okta's org as authorization server. Where the service uses an authorization server of its own (.../oauth2/...), that one stays.",
        Whose::Okta,
        issuer,
    );
    sheet.add(
        "discovery",
        "Discovery address",
        "The service can read everything else there.",
        Whose::Okta,
        |side| issuer(side).map(|issuer| format!("{issuer}/.well-known/openid-configuration")),
    );
    sheet.add(
        "client-id",
        "Client ID",
        "Every instance has its own.",
        Whose::Okta,
        |s| path(s, "credentials.oauthClient.client_id"),
    );
    let method = |side: &Side| path(side, "credentials.oauthClient.token_endpoint_auth_method");
    let wants = |side: &Side| method(side).is_none_or(|m| m.starts_with("client_secret"));
    if wants(sheet.old) || wants(sheet.new) {
        sheet.items.push(Item {
            id: "client-secret",
            label: "Client secret",
            hint: "Not shown here. Copy it from the General tab of the new app, and send it on another way than this sheet.".to_owned(),
            old: None,
            new: None,
            must_change: wants(sheet.new),
            secret: true,
        });
    }
    sheet.add(
        "client-auth",
        "Client authentication",
        "How the service proves itself at the token endpoint.",
        Whose::Service,
        method,
    );
    sheet.add(
        "redirect-uris",
        "Redirect URIs",
        "Where Okta sends people back to. They belong to the service.",
        Whose::Service,
        |s| first(s, &["settings.oauthClient.redirect_uris", "settings.app.redirectURI"]),
    );
    sheet.add(
        "logout-uris",
        "Redirect URIs after sign-out",
        "They belong to the service.",
        Whose::Service,
        |s| path(s, "settings.oauthClient.post_logout_redirect_uris"),
    );
    sheet.add(
        "initiate-login-uri",
        "Initiate-login URI",
        "Where the tile leads. It belongs to the service.",
        Whose::Service,
        |s| {
            first(
                s,
                &[
                    "settings.oauthClient.initiate_login_uri",
                    "settings.app.initiateLoginURI",
                ],
            )
        },
    );
}

fn ws_fed(sheet: &mut Sheet<'_>) {
    for (id, label, hint, paths) in [
        (
            "realm",
            "Realm",
            "The name by which the service asks.",
            ["settings.app.realm", ""],
        ),
        (
            "audience",
            "Audience",
            "For whom Okta signs.",
            ["settings.app.audienceRestriction", ""],
        ),
        (
            "reply-url",
            "Reply address",
            "Where Okta posts its answer.",
            ["settings.app.wReplyURL", "settings.app.siteURL"],
        ),
        ("domain", "Domain", "The federated domain.", ["settings.app.domain", ""]),
        (
            "name-id-format",
            "Name ID format",
            "The form of the username.",
            ["settings.app.nameIDFormat", ""],
        ),
        (
            "username",
            "Username attribute",
            "What people are recognised by.",
            ["settings.app.usernameAttribute", ""],
        ),
        (
            "federation",
            "How federation is set up",
            "Automatic: Okta itself changes it at the service.",
            ["settings.app.wsFedConfigureType", ""],
        ),
    ] {
        sheet.add(id, label, hint, Whose::Service, |side| first(side, &paths));
    }
}

fn swa(sheet: &mut Sheet<'_>) {
    sheet.add(
        "sign-in-url",
        "Sign-in page",
        "Where Okta types the password in.",
        Whose::Service,
        |s| {
            first(
                s,
                &[
                    "settings.signOn.loginUrl",
                    "settings.app.url",
                    "settings.app.targetURL",
                    "settings.app.loginUrl",
                    "settings.app.authURL",
                ],
            )
        },
    );
    sheet.add(
        "who-sets",
        "Who sets the password",
        "Okta shows nobody the stored passwords.",
        Whose::Service,
        |s| path(s, "credentials.scheme"),
    );
}

pub fn intro(protocol: Protocol, old: &str, new: &str, shares_key: bool) -> Vec<String> {
    let certificate = if shares_key {
        " The certificate stays: both apps sign with one key."
    } else {
        ""
    };
    match protocol {
        Protocol::Saml | Protocol::WsFed => vec![
            format!("People will sign in to your service through {new} instead of {old}. Please put the new values in where the table says that they change.{certificate}"),
            "If your service can hold two identity providers, add the new one beside the old one and leave the old one until we say so. If it holds one, do not change anything before the hour that we agree on: sign-in switches for everybody at that moment.".to_owned(),
            "Keep the old values: putting them back is the way back.".to_owned(),
        ],
        Protocol::Oidc => vec![
            format!("People will sign in to your service through the client {new} instead of {old}. Please put in the new client ID and secret."),
            "People sign in once more, since tokens of the old client do not carry over. Keep the old client until we say so: it is the way back.".to_owned(),
        ],
        Protocol::Swa => vec![format!("Nothing has to be changed in the service. {new} types the same sign-in page as {old}; people enter their password once more.")],
        Protocol::Bookmark => vec![format!("Nothing has to be changed in the service. {new} opens an address, like {old}.")],
        Protocol::Other => vec![format!("{new} signs nobody in to the service; there is nothing to hand over.")],
    }
}

pub fn warnings(protocol: Protocol, old: &Side, new: &Side) -> Vec<String> {
    let mut found = Vec::new();
    let before = Protocol::of(old.app.sign_on_mode.as_deref());
    let saml_one = |side: &Side| side.app.sign_on_mode.as_deref() == Some("SAML_1_1");
    if before != protocol || saml_one(old) != saml_one(new) {
        found.push(format!(
            "{} signs in by {}, {} by {}: the service must be set up anew, not only changed.",
            old.app.label,
            crate::compare::mode_name(old.app.sign_on_mode.as_deref()),
            new.app.label,
            crate::compare::mode_name(new.app.sign_on_mode.as_deref())
        ));
    }
    match protocol {
        Protocol::Saml => {
            for side in [old, new].into_iter().filter(|side| side.metadata.value().is_none()) {
                found.push(format!(
                    "Issuer and sign-on URL of {} could not be read. Take them from the Sign On tab, View SAML setup instructions.",
                    side.app.label
                ));
            }
        }
        Protocol::WsFed => found.push("Okta has no documented API for the WS-Federation metadata: issuer and sign-on URL are not on this sheet. Download the metadata of both apps from the Sign On tab.".to_owned()),
        Protocol::Oidc => {
            let custom = |side: &&Side| matches!(side.app.raw["settings"]["oauthClient"]["issuer_mode"].as_str(), Some("CUSTOM_URL" | "DYNAMIC"));
            for side in [old, new].into_iter().filter(custom) {
                found.push(format!(
                    "{} uses the org's custom address as issuer, or whichever address is asked. Rehome does not know it: see the Sign On tab.",
                    side.app.label
                ));
            }
        }
        Protocol::Swa => found.push("Stored passwords stay behind: Okta shows them to nobody. People are asked for theirs once, or an admin enters it.".to_owned()),
        Protocol::Bookmark | Protocol::Other => {}
    }
    found
}

/// The text at a path with dots; lists stand one entry a line.
fn path(side: &Side, path: &str) -> Option<String> {
    let value = path.split('.').fold(&side.app.raw, |value, key| &value[key]);
    match value {
        Value::Null | Value::Object(_) => None,
        Value::Array(items) => {
            Some(items.iter().map(crate::plain).collect::<Vec<_>>().join("\n")).filter(|t| !t.is_empty())
        }
        value => Some(crate::plain(value)).filter(|t| !t.is_empty()),
    }
}

fn first(side: &Side, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|at| path(side, at))
}
