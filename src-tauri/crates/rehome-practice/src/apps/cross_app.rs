//! Cross-app access: which app may ask another for its users' data. Identity Engine alone; a connection is kept at the app
//! that asks and is seen from both.

use serde_json::{Value, json};

use super::kind::blank;
use crate::{
    Engine,
    clock::stamp,
    errors::{Refusal, feature_not_enabled, invalid, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::Org,
};

impl Org {
    fn cross_app(&self, app: &str) -> Result<Vec<&Value>, Refusal> {
        self.known_app(app)?;
        if self.options.engine == Engine::Classic {
            return Err(feature_not_enabled());
        }
        let all = self.apps.values().flat_map(|it| &it.parts.cross_app);
        let concerns = |it: &&Value| it["requestingAppInstanceId"] == app || it["resourceAppInstanceId"] == app;
        Ok(all.filter(concerns).collect())
    }

    fn known_cross_app(&self, app: &str, id: &str) -> Result<Value, Refusal> {
        let found = self.cross_app(app)?.into_iter().find(|it| it["id"] == id);
        found
            .cloned()
            .ok_or_else(|| not_found(id, "OrgCrossAppAccessConnection"))
    }

    pub(crate) fn list_cross_app(&self, call: &Call<'_>, app: &str) -> Answer {
        let wanted = |it: &&Value| {
            [
                ("status", "status"),
                ("requestingAppId", "requestingAppInstanceId"),
                ("resourceAppId", "resourceAppInstanceId"),
            ]
            .iter()
            .all(|(param, field)| call.param(param).is_none_or(|value| it[*field] == value))
        };
        let list = self.cross_app(app)?.into_iter().filter(wanted);
        Ok(Reply::json(list.cloned().collect()))
    }

    pub(crate) fn read_cross_app(&self, app: &str, id: &str) -> Answer {
        Ok(Reply::json(self.known_cross_app(app, id)?))
    }

    pub(crate) fn create_cross_app(&mut self, call: &Call<'_>, app: &str) -> Answer {
        let there = self.cross_app(app)?.into_iter().cloned().collect::<Vec<_>>();
        let body = object_body(call)?;
        let text = |field: &str| {
            let text = body.get(field).and_then(Value::as_str);
            text.map(str::to_owned).ok_or_else(|| blank(field))
        };
        let (asks, gives) = (text("requestingAppInstanceId")?, text("resourceAppInstanceId")?);
        self.known_app(&asks)?;
        self.known_app(&gives)?;
        if asks == gives || (asks != app && gives != app) {
            return Err(invalid(
                "connection",
                "The connection must be between this application and another one.",
            ));
        }
        let same = |it: &Value| {
            it["requestingAppInstanceId"] == asks.as_str() && it["resourceAppInstanceId"] == gives.as_str()
        };
        if there.iter().any(same) {
            return Err(invalid(
                "connection",
                "A connection between these applications already exists.",
            ));
        }
        let connection = json!({
            "id": self.ids.next("cwo"), "requestingAppInstanceId": asks, "resourceAppInstanceId": gives,
            "status": body.get("status").and_then(Value::as_str).unwrap_or("ACTIVE"),
            "created": stamp(call.at), "lastUpdated": stamp(call.at),
        });
        if let Some(app) = self.apps.get_mut(&asks) {
            app.parts.cross_app.push(connection.clone());
        }
        Ok(Reply::json(connection).status(201))
    }

    pub(crate) fn update_cross_app(&mut self, call: &Call<'_>, app: &str, id: &str) -> Answer {
        self.known_cross_app(app, id)?;
        let body = object_body(call)?;
        let Some(status @ ("ACTIVE" | "INACTIVE")) = body.get("status").and_then(Value::as_str) else {
            return Err(invalid("status", "status: Not one of the allowed values."));
        };
        let all = self.apps.values_mut().flat_map(|it| &mut it.parts.cross_app);
        for connection in all.filter(|it| it["id"] == id) {
            connection["status"] = json!(status);
            connection["lastUpdated"] = json!(stamp(call.at));
        }
        self.read_cross_app(app, id)
    }

    pub(crate) fn delete_cross_app(&mut self, app: &str, id: &str) -> Answer {
        self.known_cross_app(app, id)?;
        for app in self.apps.values_mut() {
            app.parts.cross_app.retain(|it| it["id"] != id);
        }
        Ok(Reply::empty())
    }
}
