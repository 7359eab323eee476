//! App objects and what hangs on them, apart from people, groups and group push: list, read, links, life cycle.

mod catalogue;
pub(crate) mod certificate;
mod claims;
mod client;
mod create;
mod credentials;
mod cross_app;
mod csrs;
mod grants;
mod jwks;
mod keys;
mod kind;
mod logo;
mod metadata;
mod mode;
mod schema;
mod secrets;
mod settings;
mod tokens;

use serde_json::{Value, json};

pub(crate) use create::{is_hidden, kid};

use crate::{
    Engine,
    clock::stamp,
    errors::{Refusal, not_found},
    log::{Event, Origin},
    page::{limit, page},
    reply::{Answer, Call, Reply},
    state::{App, Org},
    users::lone_equality,
};

/// The org's subdomain, which is in the names of the wizard's apps and in certificates.
pub(crate) const SUBDOMAIN: &str = "northwind";

/// What hangs on an app besides the app object.
#[derive(Clone, Default)]
pub(crate) struct Parts {
    /// Client secrets, `client_secret` in clear.
    pub secrets: Vec<Value>,
    pub csrs: Vec<csrs::Csr>,
    /// Refresh tokens.
    pub tokens: Vec<Value>,
    pub claims: Vec<Value>,
    /// Cross-app connections that this app asks for.
    pub cross_app: Vec<Value>,
    pub connection: Option<crate::connections::Connection>,
    /// Inbound provisioning as it was set, when it was.
    pub inbound: Option<Value>,
    /// `PUT`s of password settings: seed and change.
    pub password_push: Option<Value>,
    /// Address of an uploaded logo.
    pub logo: Option<String>,
}

impl Org {
    pub(crate) fn known_app(&self, id: &str) -> Result<&App, Refusal> {
        self.apps.get(id).ok_or_else(|| not_found(id, "AppInstance"))
    }

    pub(crate) fn show_app(&self, app: &App, call: &Call<'_>) -> Value {
        let mut body = app.raw.clone();
        let links = app.links.clone().unwrap_or_else(|| self.app_links(app, call.base));
        // As recorded: the secret is in answers to POST and PUT and in no other.
        let hides = !matches!(call.method, "POST" | "PUT") && app.links.is_none();
        if let Some(client) = body
            .get_mut("credentials")
            .and_then(|it| it.get_mut("oauthClient")?.as_object_mut())
            && hides
        {
            client.shift_remove("client_secret");
        }
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
        let logo = app.parts.logo.clone();
        let mut links = json!({
            "uploadLogo": { "href": format!("{this}/logo"), "hints": { "allow": ["POST"] } },
            "appLinks": tiles(app, base),
            "groups": { "href": format!("{this}/groups") },
            "logo": [{ "name": "medium", "href": logo.unwrap_or_else(|| format!("{base}/assets/img/logos/default.png")),
                "type": "image/png" }],
            "users": { "href": format!("{this}/users") },
        });
        if let (Engine::Identity, Some(policy)) = (self.options.engine, &app.policy) {
            links["accessPolicy"] = json!({ "href": format!("{base}/api/v1/policies/{policy}") });
            links["profileEnrollment"] = json!({ "href": format!("{base}/api/v1/policies/{}", self.default_policy) });
            links["policies"] = json!({ "href": format!("{this}/policies"), "hints": { "allow": ["PUT"] } });
        }
        let mode = app.text("signOnMode");
        let entry = catalogue::find(app.name());
        let help = |page: &str| {
            let console = format!("{base}/app/{}/{}", app.name(), app.id);
            json!({ "href": format!("{console}/setup/help/{mode}/{page}"), "type": "text/html" })
        };
        match (mode, entry) {
            (mode::SAML_2_0, None) => links["help"] = help("instructions"),
            (mode::SAML_2_0 | mode::SAML_1_1 | mode::WS_FEDERATION | mode::OPENID_CONNECT, Some(entry))
                if entry.guide =>
            {
                links["help"] = help("external-doc");
            }
            _ => {}
        }
        match mode {
            mode::SAML_2_0 => {
                links["metadata"] = json!({ "href": format!("{this}/sso/saml/metadata"), "type": "application/xml" });
            }
            mode::OPENID_CONNECT => {
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
        self.unmap_profiles(id);
        Ok(Reply::empty())
    }
}

/// The app's tiles on the dashboard.
fn tiles(app: &App, base: &str) -> Value {
    let names = app.raw.get("visibility").and_then(|it| it["appLinks"].as_object());
    names
        .into_iter()
        .flatten()
        .map(|(name, _)| {
            json!({ "name": name, "type": "text/html",
                "href": format!("{base}/home/{}/{}/{}", app.name(), app.id, app.link_id) })
        })
        .collect()
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
