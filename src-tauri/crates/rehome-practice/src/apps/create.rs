//! Making an app, and replacing one: the same object from what was sent, with everything that Okta fills in.

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use serde_json::{Value, json};

use super::{
    Parts, SUBDOMAIN, certificate, credentials,
    kind::{Kind, Make, blank, too_long},
    mode, schema, settings,
};
use crate::{
    Behaviour, Engine, Options,
    clock::stamp,
    errors::Refusal,
    features::boxes,
    log::{Event, Origin},
    reply::{Answer, Call},
    routes::object_body,
    state::{App, Object, Org},
};

impl Org {
    pub(crate) fn create_app(&mut self, call: &Call<'_>) -> Answer {
        let body = object_body(call)?;
        let active = call.param("activate") != Some("false");
        let id = self.make_app(&body, active, call.at, None)?;
        if let Some(app) = self.apps.get(&id) {
            let event = Event::new("application.lifecycle.create", call.at)
                .on_app(app)
                .origin(&Origin::Web);
            self.log_event(event);
        }
        self.read_app(call, &id)
    }

    /// The one way an app comes into being, for calls and seeds alike: app object, keys, user schema, both profile mappings
    /// and, on Identity Engine, the default access policy. `body` is what a POST sends; `keys` are the signing keys, made anew
    /// when there are none given.
    ///
    /// # Errors
    /// Okta's refusals: blank, unknown and too long fields.
    pub(crate) fn make_app(
        &mut self,
        body: &Object,
        active: bool,
        at: Timestamp,
        keys: Option<Vec<Value>>,
    ) -> Result<String, Refusal> {
        let label = self.checked_label(body, None)?;
        let kind = Kind::of(body)?;
        let id = self.ids.next("0oa");
        let name = match kind.make {
            Make::Catalogue(entry) => entry.name.to_owned(),
            Make::Wizard => self.wizard_name(&label),
        };
        let mut filled = self.filled(&kind, &id, &name, body, None)?;
        let keys = match keys {
            Some(keys) => keys,
            None if kind.signs() => vec![certificate::make(at, 10)?],
            // Every other app lists the org's key, a bookmark too (recorded by Okta for its Python SDK).
            None => certificate::org_key(),
        };
        let names_key = kind.signs() || kind.is(mode::OPENID_CONNECT);
        if let Some(key) = keys.first().filter(|_| names_key) {
            filled["credentials"]["signing"] = json!({ "kid": key["kid"] });
        }
        let mut raw = json!({
            "id": id,
            "orn": format!("orn:okta:idp:{}:apps:{name}:{id}", self.id),
            "name": name, "label": label,
            "status": if active { "ACTIVE" } else { "INACTIVE" },
            "lastUpdated": stamp(at), "created": stamp(at), "features": [], "signOnMode": kind.mode,
        });
        merge(&mut raw, filled);
        let Value::Object(raw) = raw else {
            return Err(blank("app"));
        };
        let secrets = self.first_secret(&raw, at);
        let variable = format!("{name}_{}", self.ids.letters(7).to_lowercase());
        let app = App {
            active,
            features: boxes(&raw),
            links: None,
            lie: None,
            features_lag: Default::default(),
            saved_features: None,
            external_key: self.ids.next("exk"),
            link_id: self.ids.next("aln"),
            policy: (self.options.engine == Engine::Identity).then(|| self.default_policy.clone()),
            keys,
            metadata: None,
            schema: schema::of(&kind, &variable, &self.url, &id, &label, at),
            push_mapping: None,
            group_push: Vec::new(),
            grants: Vec::new(),
            parts: Parts {
                secrets,
                ..Parts::default()
            },
            users: Default::default(),
            groups: Default::default(),
            downstream: None,
            raw,
            id: id.clone(),
        };
        self.apps.insert(id.clone(), app);
        self.map_profiles(&id, schema::rules(&kind));
        Ok(id)
    }

    /// The label that was sent, or that the app has.
    fn checked_label(&self, body: &Object, app: Option<&App>) -> Result<String, Refusal> {
        let sent = body.get("label").and_then(Value::as_str);
        let label = sent.or_else(|| app.map(App::label)).unwrap_or("");
        if label.trim().is_empty() {
            return Err(blank("label"));
        }
        if label.chars().count() > 100 {
            return Err(too_long("label"));
        }
        let other = |it: &App| app.is_none_or(|app| app.id != it.id) && it.label() == label;
        if self.behaves(Behaviour::UniqueLabels) && self.apps.values().any(other) {
            let words = format!("The application label {label} already exists.");
            return Err(Refusal::new(400, "E0000040", words));
        }
        Ok(label.to_owned())
    }

    /// `{subdomain}_{label in lower case}_{number}`, the number counting all apps that ever had this label.
    fn wizard_name(&mut self, label: &str) -> String {
        let plain: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
        let stem = format!("{SUBDOMAIN}_{}", plain.to_ascii_lowercase());
        let count = self.wizard_names.entry(stem.clone()).or_default();
        *count += 1;
        format!("{stem}_{count}")
    }

    /// What depends on what was sent, without what only Okta decides.
    fn filled(
        &mut self,
        kind: &Kind,
        id: &str,
        name: &str,
        body: &Object,
        before: Option<&Object>,
    ) -> Result<Value, Refusal> {
        let none = Object::new();
        let part = |of: &Object, name: &str| of.get(name).and_then(Value::as_object).cloned();
        let sent = |name: &str| part(body, name).unwrap_or_default();
        let had = |name: &str| before.and_then(|it| part(it, name));
        let settings = settings::fill(
            kind,
            &self.options,
            &sent("settings"),
            had("settings").as_ref(),
            &mut self.ids,
        )?;
        let client = settings["oauthClient"]["application_type"]
            .as_str()
            .unwrap_or("")
            .to_owned();
        let credentials = credentials::fill(
            kind,
            id,
            &client,
            &sent("credentials"),
            had("credentials").as_ref(),
            kid(before.unwrap_or(&none)),
            &mut self.ids,
        )?;
        let mut filled = json!({
            "accessibility": accessibility(&sent("accessibility")),
            "visibility": visibility(&sent("visibility"), &kind.link_names(name)),
            "credentials": credentials,
            "settings": settings,
        });
        if let Some(profile) = body.get("profile").filter(|it| !it.is_null()) {
            filled["profile"] = profile.clone();
        }
        if let Some(licensing) = body.get("licensing").filter(|it| !it.is_null()) {
            filled["licensing"] = licensing.clone();
        } else if kind
            .entry()
            .is_some_and(|it| ["office365", "salesforce"].contains(&it.name))
        {
            filled["licensing"] = json!({ "seatCount": 0 });
        }
        if let Some(logout) = universal_logout(kind, &self.options, &filled["settings"]) {
            filled["universalLogout"] = logout;
        }
        Ok(filled)
    }

    /// A PUT replaces everything that is not read-only; but a body without `settings` that names a signing key is Okta's
    /// documented way to activate that key, and changes only what it names.
    pub(crate) fn replace_app(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let body = object_body(call)?.into_owned();
        let app = self.known_app(id)?;
        let kind = Kind::again(&app.raw, &body)?;
        let label = self.checked_label(&body, Some(app))?;
        if body.get("signOnMode").is_none_or(Value::is_null) && !app.raw.get("signOnMode").is_some_and(Value::is_null) {
            return Err(blank("signOnMode"));
        }
        // As recorded: the wizard's stored-password apps cannot be edited once no instance is active.
        if kind.is(mode::AUTO_LOGIN) && kind.entry().is_none() && !app.active {
            let words = "Bad request. This operation on app metadata is not yet supported.";
            return Err(Refusal::new(400, "E0000024", words)
                .because("This operation on app metadata is not yet supported: No active instances."));
        }
        let wanted = kid(&body).map(str::to_owned);
        if let Some(kid) = &wanted
            && self::kid(&app.raw) != Some(kid)
            && !app.keys.iter().any(|key| key["kid"] == kid.as_str())
        {
            return Err(crate::errors::invalid(
                "credentials.signing.kid",
                "The key credential does not exist for the application.",
            ));
        }
        let (before, name) = (app.raw.clone(), app.name().to_owned());
        let mut raw = Value::Object(before.clone());
        let key_only = !body.contains_key("settings") && wanted.is_some();
        if !key_only {
            let filled = self.filled(&kind, id, &name, &body, Some(&before))?;
            merge(&mut raw, filled);
        }
        if let Some(kid) = wanted {
            raw["credentials"]["signing"] = json!({ "kid": kid });
        }
        raw["label"] = json!(label);
        raw["signOnMode"] = json!(kind.mode);
        raw["lastUpdated"] = json!(stamp(call.at));
        let shown = is_hidden(&before) && raw.as_object().is_some_and(|raw| !is_hidden(raw));
        if let (Some(app), Value::Object(raw)) = (self.apps.get_mut(id), raw) {
            app.raw = raw;
            let event = Event::new("application.lifecycle.update", call.at)
                .on_app(app)
                .origin(&Origin::Web);
            self.log_event(event);
        }
        self.sign_as_needed(id, &kind, call.at)?;
        if shown {
            self.tile_shown(id, call.at);
        }
        self.read_app(call, id)
    }

    /// An app that was switched to a mode with signatures gets its first key.
    fn sign_as_needed(&mut self, id: &str, kind: &Kind, at: Timestamp) -> Result<(), Refusal> {
        let Some(app) = self.apps.get_mut(id).filter(|_| kind.signs()) else {
            return Ok(());
        };
        if app.keys.is_empty() {
            app.keys.push(certificate::make(at, 10)?);
        }
        if kid(&app.raw).is_none()
            && let Some(credentials) = app.raw.get_mut("credentials")
        {
            credentials["signing"] = json!({ "kid": app.keys[0]["kid"] });
        }
        Ok(())
    }
}

/// Its tile is not on dashboards.
pub(crate) fn is_hidden(app: &Object) -> bool {
    let hide = app.get("visibility").and_then(|it| it.get("hide"));
    hide.and_then(|it| it["web"].as_bool()) == Some(true)
}

/// `credentials.signing.kid`
pub(crate) fn kid(app: &Object) -> Option<&str> {
    app.get("credentials")?.get("signing")?.get("kid")?.as_str()
}

fn merge(raw: &mut Value, filled: Value) {
    if let (Some(raw), Value::Object(filled)) = (raw.as_object_mut(), filled) {
        raw.extend(filled);
    }
}

fn accessibility(sent: &Object) -> Value {
    let text = |name: &str| sent.get(name).filter(|it| *it != "").cloned().unwrap_or(Value::Null);
    json!({
        "selfService": sent.get("selfService").and_then(Value::as_bool).unwrap_or(false),
        "errorRedirectUrl": text("errorRedirectUrl"),
        "loginRedirectUrl": text("loginRedirectUrl"),
    })
}

fn visibility(sent: &Object, links: &[String]) -> Value {
    let flag = |of: Option<&Value>, name: &str, default: bool| of.and_then(|it| it[name].as_bool()).unwrap_or(default);
    let hide = sent.get("hide");
    let shown = sent.get("appLinks");
    let links: Object = links
        .iter()
        .map(|name| (name.clone(), json!(flag(shown, name, true))))
        .collect();
    let own = |name: &str| sent.get(name).and_then(Value::as_bool).unwrap_or(false);
    json!({
        "autoLaunch": own("autoLaunch"),
        "autoSubmitToolbar": own("autoSubmitToolbar"),
        "hide": { "iOS": flag(hide, "iOS", false), "web": flag(hide, "web", false) },
        "appLinks": links,
    })
}

const UNIVERSAL_LOGOUT_NULL: Date = date(2025, 6, 1);
const UNIVERSAL_LOGOUT: Date = date(2026, 3, 10);

/// `universalLogout`, on Identity Engine alone. Recorded answers had none in March 2025, `null` from June 2025 on, and an
/// object since March 2026. Without a day, each kind of app follows what most recordings of that kind show.
fn universal_logout(kind: &Kind, options: &Options, settings: &Value) -> Option<Value> {
    let full = json!({ "status": "DISABLED", "supportType": "FULL", "identityStack": "NOT_SHARED",
        "protocol": "GLOBAL_TOKEN_REVOCATION" });
    if options.engine == Engine::Classic || options.as_of.is_some_and(|day| day < UNIVERSAL_LOGOUT_NULL) {
        return None;
    }
    if options.as_of.is_some_and(|day| day < UNIVERSAL_LOGOUT) {
        return Some(Value::Null);
    }
    let client = &settings["oauthClient"];
    let dated = options.as_of.is_some();
    let implicit = client["grant_types"]
        .as_array()
        .is_some_and(|list| list.iter().any(|it| it == "implicit"));
    match kind.mode {
        Some(mode::OPENID_CONNECT) if !kind.is_own_client() => Some(json!({ "status": "UNSUPPORTED" })),
        Some(mode::OPENID_CONNECT) => match client["application_type"].as_str() {
            Some("native") if !dated => Some(Value::Null),
            Some("web") if implicit && !dated => Some(Value::Null),
            _ => Some(full),
        },
        Some(mode::SAML_2_0) if kind.entry().is_none() => Some(full),
        None => Some(json!({ "status": "UNSUPPORTED" })),
        Some(mode::BASIC_AUTH) => Some(Value::Null),
        // No recording of other kinds is that young.
        _ => dated.then_some(Value::Null),
    }
}
