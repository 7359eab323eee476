//! App groups: assigning groups to apps, with priority and group profile. Members follow in a group job.

use serde_json::{Value, json};

use crate::{
    Behaviour,
    clock::stamp,
    errors::{Refusal, invalid, not_found},
    jobs::Reach,
    log::{Event, Origin},
    page::{limit, page},
    reply::{Answer, Call, Reply},
    routes::object_body,
    schemas::check_profile,
    state::{App, AppGroup, Object, Org},
};

impl Org {
    fn show_app_group(&self, app: &App, id: &str, group: &AppGroup, call: &Call<'_>) -> Value {
        let base = call.base;
        let this = format!("{base}/api/v1/apps/{}", app.id);
        let mut body = json!({
            "id": id,
            "lastUpdated": stamp(group.updated),
            "priority": group.priority,
            "profile": group.profile,
            "_links": {
                "app": { "href": this },
                "self": { "href": format!("{this}/groups/{id}") },
                "group": { "href": format!("{base}/api/v1/groups/{id}") },
            },
        });
        if call.expands("group")
            && let Some(group) = self.groups.get(id)
        {
            body["_embedded"] = json!({ "group": self.show_group(group, call) });
        }
        if call.expands("metadata") {
            let sources: Object = group
                .profile
                .iter()
                .map(|(name, _)| {
                    let source = json!({ "source": { "type": "USER", "value": [{ "id": self.token.owner }] } });
                    (name.clone(), source)
                })
                .collect();
            body["_embedded"]["metadata"] = json!({ "profile": sources });
        }
        body
    }

    pub(crate) fn list_app_groups(&self, call: &Call<'_>, app: &str) -> Answer {
        let app = self.known_app(app)?;
        let limit = limit(call, 20, 20, 200)?;
        let q = call.param("q").map(str::to_lowercase);
        // In the order of priority, as recorded; the key of the page is made to sort that way.
        let by_priority = app
            .groups
            .iter()
            .map(|(id, it)| (format!("{:08}.{id}", it.priority), (id, it)))
            .collect();
        let page = page(&by_priority, call, limit, |(id, _)| {
            let name = self.groups.get(*id).map_or("", |group| &group.name).to_lowercase();
            q.as_ref().is_none_or(|q| name.starts_with(q))
        });
        Ok(page.reply(call, &[], |_, (id, it)| self.show_app_group(app, id, it, call)))
    }

    pub(crate) fn read_app_group(&self, call: &Call<'_>, app: &str, id: &str) -> Answer {
        let app = self.known_app(app)?;
        let group = app.groups.get(id).ok_or_else(|| not_found(id, "AppGroup"))?;
        Ok(Reply::json(self.show_app_group(app, id, group, call)))
    }

    /// PUT creates or updates. The answer's priority is provisional, as recorded: without a wish, a new group is answered
    /// one number too high; only reading again tells the true one.
    pub(crate) fn assign_group(&mut self, call: &Call<'_>, app_id: &str, id: &str) -> Answer {
        let app = self.known_app(app_id)?;
        self.known_group(id)?;
        let body = object_body(call)?;
        let wanted = match body.get("priority") {
            None | Some(Value::Null) => None,
            Some(priority) => match priority.as_i64().filter(|it| (0..=100).contains(it)) {
                Some(priority) => Some(priority),
                None => return Err(wrong_priority()),
            },
        };
        let profile = match body.get("profile") {
            None | Some(Value::Null) => None,
            Some(Value::Object(profile)) => Some(profile.clone()),
            Some(_) => return Err(crate::errors::malformed_body()),
        };
        if let Some(profile) = &profile {
            check_profile(app, profile, true)?;
        }
        let profile = profile.filter(|_| !self.behaves(Behaviour::GroupProfileReadOnly));
        let is_new = !app.groups.contains_key(id);
        let next = app.groups.values().map(|it| it.priority + 1).max().unwrap_or(0);
        self.put_app_group(app_id, id, wanted, profile, call.at);
        let kind = if is_new {
            "group.application_assignment.add"
        } else {
            "group.application_assignment.update"
        };
        self.log_app_group(kind, app_id, id, call);
        // A changed priority or profile can change what people of other groups get, too.
        let people = if is_new {
            self.members(id)
        } else {
            self.group_people(app_id)
        };
        if people.is_empty() {
            self.log_app_group(NOBODY, app_id, id, call);
        }
        self.fan_out(app_id, people, call.at);
        let mut reply = self.read_app_group(call, app_id, id)?;
        if is_new
            && wanted.is_none()
            && let crate::reply::Payload::Json(body) = &mut reply.payload
        {
            body["priority"] = json!(next + 1);
        }
        Ok(reply)
    }

    /// JSON Patch of priority and profile: `add`, `replace` and `remove` of `/priority` and `/profile/...`.
    pub(crate) fn patch_app_group(&mut self, call: &Call<'_>, app_id: &str, id: &str) -> Answer {
        let app = self.known_app(app_id)?;
        let group = app.groups.get(id).ok_or_else(|| not_found(id, "AppGroup"))?;
        let mut profile = group.profile.clone();
        let mut priority = None;
        let changes = call.body.and_then(Value::as_array);
        for change in changes.ok_or_else(crate::errors::malformed_body)? {
            let (path, value) = (change["path"].as_str().unwrap_or(""), &change["value"]);
            let attribute = path.strip_prefix("/profile/");
            match (change["op"].as_str(), attribute) {
                (Some("add" | "replace"), Some(name)) => drop(profile.insert(name.to_owned(), value.clone())),
                (Some("remove"), Some(name)) => drop(profile.shift_remove(name)),
                (Some("add" | "replace"), None) if path == "/priority" => {
                    let valid = value.as_i64().filter(|it| (0..=100).contains(it));
                    priority = Some(valid.ok_or_else(wrong_priority)?);
                }
                _ => return Err(invalid("patch", format!("The change of '{path}' is not supported"))),
            }
        }
        check_profile(app, &profile, true)?;
        let profile = Some(profile).filter(|_| !self.behaves(Behaviour::GroupProfileReadOnly));
        self.put_app_group(app_id, id, priority, profile, call.at);
        self.log_app_group("group.application_assignment.update", app_id, id, call);
        let people = self.group_people(app_id);
        self.fan_out(app_id, people, call.at);
        self.read_app_group(call, app_id, id)
    }

    /// Puts a group at a priority; whoever held it, and those right after without a gap, move down by one.
    pub(crate) fn put_app_group(
        &mut self,
        app: &str,
        id: &str,
        wanted: Option<i64>,
        profile: Option<Object>,
        at: jiff::Timestamp,
    ) {
        let Some(app) = self.apps.get_mut(app) else { return };
        let old = app.groups.remove(id);
        let next = app.groups.values().map(|it| it.priority + 1).max().unwrap_or(0);
        let priority = wanted.or(old.as_ref().map(|it| it.priority)).unwrap_or(next);
        let mut free = priority;
        while app.groups.values().any(|it| it.priority == free) {
            free += 1;
        }
        for it in app
            .groups
            .values_mut()
            .filter(|it| (priority..free).contains(&it.priority))
        {
            it.priority += 1;
        }
        let profile = profile.or(old.map(|it| it.profile)).unwrap_or_default();
        app.groups.insert(
            id.to_owned(),
            AppGroup {
                priority,
                updated: at,
                profile,
            },
        );
    }

    pub(crate) fn unassign_group(&mut self, call: &Call<'_>, app_id: &str, id: &str) -> Answer {
        let app = self.known_app(app_id)?;
        if !app.groups.contains_key(id) {
            return Err(not_found(id, "AppGroup"));
        }
        self.log_app_group("group.application_assignment.remove", app_id, id, call);
        if let Some(app) = self.apps.get_mut(app_id) {
            app.groups.remove(id);
        }
        let reach = if self.behaves(Behaviour::GroupRemovalTakesIndividuals) {
            Reach::Everybody
        } else {
            Reach::Groups
        };
        let people = self.members(id);
        if people.is_empty() {
            self.log_app_group(NOBODY, app_id, id, call);
        }
        self.reconcile(app_id, people, reach, call.at);
        Ok(Reply::empty())
    }

    fn log_app_group(&mut self, kind: &'static str, app: &str, group: &str, call: &Call<'_>) {
        let (Some(app), Some(group)) = (self.apps.get(app), self.groups.get(group)) else {
            return;
        };
        let event = Event::new(kind, call.at)
            .on_group(group)
            .on_app(app)
            .origin(&Origin::Web);
        self.log_event(event);
    }
}

fn wrong_priority() -> Refusal {
    invalid("priority", "priority: The value must be between 0 and 100")
}

/// A group job that has nobody to go through is not started.
const NOBODY: &str = "group.application_assignment.skip_assignment_reconcile";

/// Group profiles hold only attributes that the schema allows on groups.
pub(crate) fn individual_only(name: &str) -> Refusal {
    invalid(
        "groupAssignment",
        format!("Property '{name}' cannot be set on a group assignment"),
    )
}
