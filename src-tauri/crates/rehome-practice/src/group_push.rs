//! Group push: groups that an app also makes and fills in its service. Nothing is simulated behind the mappings.

use serde_json::{Value, json};

use crate::{
    Behaviour,
    errors::{Refusal, invalid, missing_parameter, not_found},
    page::{limit, page},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::Org,
};

impl Org {
    pub(crate) fn list_group_push(&self, call: &Call<'_>, app: &str) -> Answer {
        let app = self.known_app(app)?;
        let limit = limit(call, 100, 1, 1000)?;
        let wanted = |it: &Value| {
            ["sourceGroupId", "status"]
                .iter()
                .all(|field| call.param(field).is_none_or(|value| it[*field].as_str() == Some(value)))
        };
        let mappings = app.group_push.iter().filter(|it| wanted(it));
        let mappings = mappings
            .map(|it| (it["id"].as_str().unwrap_or("").to_owned(), it.clone()))
            .collect();
        let page = page(&mappings, call, limit, |_| true);
        // As recorded: the links forget `sourceGroupId`.
        let lost: &[&str] = if self.behaves(Behaviour::LinksKeepFilter) {
            &[]
        } else {
            &["sourceGroupId"]
        };
        Ok(page.reply(call, lost, |_, it| with_links(it, &app.id, call.base)))
    }

    fn known_push(&self, app: &str, id: &str) -> Result<&Value, Refusal> {
        let found = self.known_app(app)?.group_push.iter().find(|it| it["id"] == id);
        found.ok_or_else(|| not_found(id, "GroupPushMapping"))
    }

    pub(crate) fn read_group_push(&self, call: &Call<'_>, app: &str, id: &str) -> Answer {
        Ok(Reply::json(with_links(self.known_push(app, id)?, app, call.base)))
    }

    pub(crate) fn create_group_push(&mut self, call: &Call<'_>, app: &str) -> Answer {
        self.known_app(app)?;
        let body = object_body(call)?;
        let text = |field: &str| body.get(field).and_then(Value::as_str).map(str::to_owned);
        let source = text("sourceGroupId")
            .ok_or_else(|| invalid("groupPush", "sourceGroupId: The field cannot be left blank"))?;
        self.known_group(&source)?;
        let target = match (text("targetGroupId"), text("targetGroupName")) {
            (Some(id), None) => {
                self.known_group(&id)?;
                id
            }
            (None, Some(name)) => self.target_group(app, &name, call.at),
            _ => {
                return Err(invalid(
                    "groupPush",
                    "Exactly one of targetGroupId and targetGroupName must be given",
                ));
            }
        };
        let id = self.ids.next("gPm");
        // Group push has time stamps without a fraction.
        let at = call.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let mapping = json!({
            "id": id, "status": text("status").unwrap_or_else(|| "ACTIVE".into()), "sourceGroupId": source,
            "targetGroupId": target, "created": at, "lastUpdated": at,
        });
        if let Some(app) = self.apps.get_mut(app) {
            app.group_push.push(mapping);
        }
        self.read_group_push(call, app, &id)
    }

    /// The imported group with this name, made if it is not there.
    fn target_group(&mut self, app: &str, name: &str, at: jiff::Timestamp) -> String {
        let imported = |it: &&crate::state::Group| it.name == name && it.source.as_deref() == Some(app);
        if let Some(group) = self.groups.values().find(imported) {
            return group.id.clone();
        }
        let id = self.insert_group(name, "", "APP_GROUP", at);
        if let Some(group) = self.groups.get_mut(&id) {
            group.source = Some(app.to_owned());
        }
        id
    }

    pub(crate) fn update_group_push(&mut self, call: &Call<'_>, app: &str, id: &str) -> Answer {
        self.known_push(app, id)?;
        let body = object_body(call)?;
        let status = body.get("status").and_then(Value::as_str);
        let Some(status @ ("ACTIVE" | "INACTIVE")) = status else {
            return Err(invalid("groupPush", "status: The value must be ACTIVE or INACTIVE"));
        };
        let mapping = self
            .apps
            .get_mut(app)
            .and_then(|app| app.group_push.iter_mut().find(|it| it["id"] == id));
        if let Some(mapping) = mapping {
            mapping["status"] = json!(status);
            mapping["lastUpdated"] = json!(call.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        }
        self.read_group_push(call, app, id)
    }

    /// `deleteTargetGroup` has no default: `true` takes the group away in the service, too.
    pub(crate) fn delete_group_push(&mut self, call: &Call<'_>, app: &str, id: &str) -> Answer {
        let mapping = self.known_push(app, id)?;
        let Some(delete_target @ ("true" | "false")) = call.param("deleteTargetGroup") else {
            return Err(missing_parameter("deleteTargetGroup"));
        };
        if mapping["status"] == "ACTIVE" {
            return Err(invalid(
                "groupPush",
                "The mapping must be inactive before it is deleted.",
            ));
        }
        let target = mapping["targetGroupId"].as_str().unwrap_or("").to_owned();
        if let Some(app) = self.apps.get_mut(app) {
            app.group_push.retain(|it| it["id"] != id);
        }
        if delete_target == "true" {
            self.groups.remove(&target);
        }
        // As recorded; Okta's document says 204.
        Ok(Reply::empty().status(200))
    }
}

fn with_links(mapping: &Value, app: &str, base: &str) -> Value {
    let mut mapping = mapping.clone();
    let link =
        |kind: &str, id: &Value| json!({ "href": format!("{base}/api/v1/{kind}/{}", id.as_str().unwrap_or("")) });
    mapping["_links"] = json!({
        "app": link("apps", &json!(app)),
        "sourceGroup": link("groups", &mapping["sourceGroupId"]),
        "targetGroup": link("groups", &mapping["targetGroupId"]),
    });
    mapping
}
