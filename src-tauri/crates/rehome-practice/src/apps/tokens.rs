//! Refresh tokens that people hold for an app's OAuth client.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    errors::{Refusal, not_found},
    page::{limit, page},
    reply::{Answer, Call, Reply},
    state::{App, Org},
};

impl Org {
    fn known_refresh_token(&self, app: &str, id: &str) -> Result<(&App, &Value), Refusal> {
        let app = self.known_app(app)?;
        let found = app.parts.tokens.iter().find(|it| it["id"] == id);
        found
            .map(|it| (app, it))
            .ok_or_else(|| not_found(id, "OAuth2RefreshToken"))
    }

    pub(crate) fn list_refresh_tokens(&self, call: &Call<'_>, app: &str) -> Answer {
        let app = self.known_app(app)?;
        let limit = limit(call, 20, 1, 200)?;
        let tokens: BTreeMap<String, &Value> = app
            .parts
            .tokens
            .iter()
            .map(|it| (it["id"].as_str().unwrap_or("").to_owned(), it))
            .collect();
        let page = page(&tokens, call, limit, |_| true);
        Ok(page.reply(call, &[], |_, token| self.show_refresh_token(app, token, call)))
    }

    pub(crate) fn read_refresh_token(&self, call: &Call<'_>, app: &str, id: &str) -> Answer {
        let (app, token) = self.known_refresh_token(app, id)?;
        Ok(Reply::json(self.show_refresh_token(app, token, call)))
    }

    pub(crate) fn revoke_refresh_token(&mut self, app: &str, id: &str) -> Answer {
        self.known_refresh_token(app, id)?;
        if let Some(app) = self.apps.get_mut(app) {
            app.parts.tokens.retain(|it| it["id"] != id);
        }
        Ok(Reply::empty())
    }

    pub(crate) fn revoke_refresh_tokens(&mut self, app: &str) -> Answer {
        self.known_app(app)?;
        if let Some(app) = self.apps.get_mut(app) {
            app.parts.tokens.clear();
        }
        Ok(Reply::empty())
    }

    fn show_refresh_token(&self, app: &App, token: &Value, call: &Call<'_>) -> Value {
        let mut token = token.clone();
        let base = call.base;
        let this = format!("{base}/api/v1/apps/{}", app.id);
        let own = format!("{this}/tokens/{}", token["id"].as_str().unwrap_or(""));
        let user = token["userId"].as_str().unwrap_or("").to_owned();
        let name = self.users.get(&user).map(crate::state::User::name).unwrap_or_default();
        token["_links"] = json!({
            "app": { "href": this, "title": app.label() },
            "self": { "href": own },
            "revoke": { "href": own, "hints": { "allow": ["DELETE"] } },
            "client": { "href": format!("{base}/oauth2/v1/clients/{}", token["clientId"].as_str().unwrap_or("")),
                "title": app.label() },
            "user": { "href": format!("{base}/api/v1/users/{user}"), "title": name },
            "authorizationServer": { "href": format!("{base}/api/v1/authorizationServers/default"), "title": "default" },
        });
        if call.expands("scope") {
            let scopes = token["scopes"].as_array().into_iter().flatten();
            let scopes: Vec<Value> = scopes.map(|it| json!({ "id": it, "displayName": it })).collect();
            token["_embedded"] = json!({ "scopes": scopes });
        }
        token
    }
}
