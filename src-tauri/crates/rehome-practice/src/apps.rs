//! App objects: list, read, replace, activate, deactivate, delete.

use serde_json::{Value, json};

use crate::{
    Engine,
    clock::stamp,
    errors::{Refusal, invalid, not_found},
    log::{Event, Origin},
    page::{limit, page},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{App, Object, Org},
    users::lone_equality,
};

/// What a PUT cannot change.
const READ_ONLY: [&str; 9] = [
    "id",
    "orn",
    "name",
    "status",
    "created",
    "lastUpdated",
    "features",
    "universalLogout",
    "_links",
];

impl Org {
    pub(crate) fn known_app(&self, id: &str) -> Result<&App, Refusal> {
        self.apps.get(id).ok_or_else(|| not_found(id, "AppInstance"))
    }

    pub(crate) fn show_app(&self, app: &App, call: &Call<'_>) -> Value {
        let mut body = app.raw.clone();
        let links = app.links.clone().unwrap_or_else(|| self.app_links(app, call.base));
        body.insert("_links".into(), links);
        if let Some(user) = call.param("expand").and_then(|expand| expand.strip_prefix("user/"))
            && let Some(app_user) = app.users.get(user)
        {
            body.insert(
                "_embedded".into(),
                json!({ "user": self.show_app_user(app, app_user, call) }),
            );
        }
        Value::Object(body)
    }

    fn app_links(&self, app: &App, base: &str) -> Value {
        let this = format!("{base}/api/v1/apps/{}", app.id);
        let mut links = json!({
            "uploadLogo": { "href": format!("{this}/logo"), "hints": { "allow": ["POST"] } },
            "appLinks": [{ "name": format!("{}_link", app.name()), "type": "text/html",
                "href": format!("{base}/home/{}/{}/{}", app.name(), app.id, app.link_id) }],
            "groups": { "href": format!("{this}/groups") },
            "logo": [{ "name": "medium", "href": format!("{base}/assets/img/logos/default.png"), "type": "image/png" }],
            "users": { "href": format!("{this}/users") },
        });
        if let (Engine::Identity, Some(policy)) = (self.options.engine, &app.policy) {
            links["accessPolicy"] = json!({ "href": format!("{base}/api/v1/policies/{policy}") });
            links["profileEnrollment"] = json!({ "href": format!("{base}/api/v1/policies/{}", self.default_policy) });
            links["policies"] = json!({ "href": format!("{this}/policies"), "hints": { "allow": ["PUT"] } });
        }
        match app.text("signOnMode") {
            "SAML_2_0" => {
                let console = format!("{base}/app/{}/{}", app.name(), app.external_key);
                links["help"] =
                    json!({ "href": format!("{console}/setup/help/SAML_2_0/instructions"), "type": "text/html" });
                links["metadata"] = json!({ "href": format!("{this}/sso/saml/metadata"), "type": "application/xml" });
            }
            "OPENID_CONNECT" => {
                links["clientCredentials"] =
                    json!([{ "name": "secrets", "href": format!("{this}/credentials/secrets") }]);
            }
            _ => {}
        }
        let turn = if app.active { "deactivate" } else { "activate" };
        links[turn] = json!({ "href": format!("{this}/lifecycle/{turn}") });
        links
    }

    pub(crate) fn list_apps(&self, call: &Call<'_>) -> Answer {
        let limit = limit(call, 20, 1, 200)?;
        let filter = call.param("filter").map(lone_equality).transpose()?;
        if let Some((field, _)) = &filter
            && !matches!(
                field.as_str(),
                "status" | "id" | "name" | "user.id" | "group.id" | "credentials.signing.kid" | "settings.slo.enabled"
            )
        {
            return Err(crate::errors::bad_search());
        }
        let q = call.param("q").map(str::to_lowercase);
        let page = page(&self.apps, call, limit, |app| {
            q.as_ref().is_none_or(|q| {
                [app.label(), app.name()]
                    .iter()
                    .any(|it| it.to_lowercase().starts_with(q))
            }) && filter.as_ref().is_none_or(|(field, value)| passes(app, field, value))
        });
        Ok(page.reply(call, &[], |_, app| self.show_app(app, call)))
    }

    pub(crate) fn read_app(&self, call: &Call<'_>, id: &str) -> Answer {
        Ok(Reply::json(self.show_app(self.known_app(id)?, call)))
    }

    pub(crate) fn replace_app(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let app = self.known_app(id)?;
        let body = object_body(call)?;
        for field in ["label", "signOnMode"] {
            if body.get(field).is_none_or(Value::is_null) && !app.raw.get(field).is_some_and(Value::is_null) {
                return Err(invalid(field, format!("{field}: The field cannot be left blank")));
            }
        }
        let label = body.get("label").and_then(Value::as_str).unwrap_or_else(|| app.label());
        if label.chars().count() > 100 {
            return Err(invalid("label", "label: The field is too long"));
        }
        if self.apps.values().any(|other| other.id != id && other.label() == label) {
            return Err(Refusal::new(
                400,
                "E0000040",
                format!("The application label {label} already exists."),
            ));
        }
        if let Some(kid) = kid(&body)
            && !app.keys.iter().any(|key| key["kid"] == kid)
        {
            return Err(invalid(
                "credentials.signing.kid",
                "The key credential does not exist for the application.",
            ));
        }
        let mut raw = replaced(&app.raw, &body);
        raw.insert("lastUpdated".into(), json!(stamp(call.at)));
        let event = Event::new("application.lifecycle.update", call.at)
            .on_app(app)
            .origin(&Origin::Web);
        self.log_event(event);
        if let Some(app) = self.apps.get_mut(id) {
            app.raw = raw;
        }
        self.read_app(call, id)
    }

    pub(crate) fn activate_app(&mut self, call: &Call<'_>, id: &str) -> Answer {
        self.switch_app(call, id, true)?;
        let members = self.group_people(id);
        self.fan_out(id, members, call.at);
        Ok(Reply::json(json!({})))
    }

    /// Starts the reconcile that takes the app from everybody who has it through a group.
    pub(crate) fn deactivate_app(&mut self, call: &Call<'_>, id: &str) -> Answer {
        self.switch_app(call, id, false)?;
        self.reconcile_deactivated(id, call.at);
        Ok(Reply::json(json!({})))
    }

    fn switch_app(&mut self, call: &Call<'_>, id: &str, active: bool) -> Result<(), Refusal> {
        let app = self.known_app(id)?;
        if app.active == active {
            return Err(Refusal::new(
                403,
                "E0000107",
                "The operation is not allowed in the object's current state.",
            ));
        }
        let kind = if active {
            "application.lifecycle.activate"
        } else {
            "application.lifecycle.deactivate"
        };
        let event = Event::new(kind, call.at).on_app(app).origin(&Origin::Web);
        self.log_event(event);
        if let Some(app) = self.apps.get_mut(id) {
            app.active = active;
            app.raw
                .insert("status".into(), json!(if active { "ACTIVE" } else { "INACTIVE" }));
            app.raw.insert("lastUpdated".into(), json!(stamp(call.at)));
        }
        Ok(())
    }

    /// Everybody in any of the app's groups, each once.
    pub(crate) fn group_people(&self, id: &str) -> Vec<String> {
        let groups = self.apps.get(id).into_iter().flat_map(|app| app.groups.keys());
        let people: std::collections::BTreeSet<String> = groups.flat_map(|group| self.members(group)).collect();
        people.into_iter().collect()
    }

    pub(crate) fn delete_app(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let app = self.known_app(id)?;
        if app.active {
            return Err(Refusal::new(403, "E0000056", "Delete application forbidden.")
                .because("The application must be deactivated before deletion."));
        }
        let event = Event::new("application.lifecycle.delete", call.at)
            .on_app(app)
            .origin(&Origin::Web);
        self.log_event(event);
        self.apps.remove(id);
        let of_app = |mapping: &Value| mapping["target"]["id"] == id || mapping["source"]["id"] == id;
        self.mappings.retain(|_, mapping| !of_app(mapping));
        Ok(Reply::empty())
    }
}

/// `credentials.signing.kid`
pub(crate) fn kid(app: &Object) -> Option<&str> {
    app.get("credentials")?.get("signing")?.get("kid")?.as_str()
}

fn passes(app: &App, field: &str, value: &str) -> bool {
    match field {
        "status" => app.text("status") == value,
        "id" => app.id == value,
        "name" => app.name() == value,
        "user.id" => app.users.contains_key(value),
        "group.id" => app.groups.contains_key(value),
        "credentials.signing.kid" => kid(&app.raw) == Some(value),
        _ => {
            let enabled = app
                .raw
                .get("settings")
                .map(|settings| &settings["signOn"]["slo"]["enabled"]);
            enabled.and_then(Value::as_bool).unwrap_or(false).to_string() == value
        }
    }
}

/// A PUT replaces everything that is not read-only; but a body without `settings` that names a signing key is Okta's
/// documented way to activate that key, and changes only what it names.
fn replaced(old: &Object, body: &Object) -> Object {
    let mut new = old.clone();
    let key_only = !body.contains_key("settings") && kid(body).is_some();
    if key_only {
        if let Some(credentials) = new.get_mut("credentials").and_then(Value::as_object_mut) {
            credentials.insert("signing".into(), json!({ "kid": kid(body) }));
        }
        new.insert(
            "label".into(),
            body.get("label").or(old.get("label")).cloned().unwrap_or_default(),
        );
        return new;
    }
    for (field, default) in [
        (
            "accessibility",
            json!({ "selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null }),
        ),
        (
            "visibility",
            json!({ "autoLaunch": false, "autoSubmitToolbar": false, "hide": { "iOS": false, "web": false } }),
        ),
        ("settings", json!({ "app": {} })),
    ] {
        new.insert(field.into(), body.get(field).cloned().unwrap_or(default));
    }
    for (field, value) in body.iter().filter(|(field, _)| !READ_ONLY.contains(&field.as_str())) {
        new.insert(field.clone(), value.clone());
    }
    new
}
