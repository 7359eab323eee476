//! The System Log: events, and `GET /api/v1/logs` with bounded and polling queries.

use std::{borrow::Cow, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Behaviour,
    clock::{after, before, stamp_millis},
    errors::Refusal,
    filter::Filter,
    page::link,
    reply::{Answer, Call, Reply},
    state::{App, AppUser, Group, Org, User},
};

/// Where an event comes from: a call, or a job that followed one.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    Web,
    Job(String),
}

impl Origin {
    pub(crate) fn transaction(&self) -> String {
        match self {
            Self::Web => String::new(),
            Self::Job(id) => id.clone(),
        }
    }
}

pub(crate) struct Thing {
    id: String,
    kind: &'static str,
    alternate: String,
    display: String,
    sign_on: Option<String>,
}

pub(crate) struct Event {
    uuid: String,
    kind: &'static str,
    published: Timestamp,
    actor: Option<Thing>,
    targets: Vec<Thing>,
    failure: Option<&'static str>,
    debug: Vec<(&'static str, String)>,
    transaction: String,
    job: bool,
    token: Option<String>,
}

impl Event {
    pub(crate) fn new(kind: &'static str, published: Timestamp) -> Self {
        Self {
            uuid: String::new(),
            kind,
            published,
            actor: None,
            targets: Vec::new(),
            failure: None,
            debug: Vec::new(),
            transaction: String::new(),
            job: false,
            token: None,
        }
    }

    pub(crate) fn by_user(mut self, user: &User) -> Self {
        self.actor = Some(thing(user));
        self
    }

    pub(crate) fn by_system(mut self) -> Self {
        self.actor = Some(Thing {
            id: "okta.system".into(),
            kind: "SystemPrincipal",
            alternate: "system@okta.com".into(),
            display: "Okta System".into(),
            sign_on: None,
        });
        self
    }

    pub(crate) fn on_user(mut self, user: &User) -> Self {
        self.targets.push(thing(user));
        self
    }

    pub(crate) fn on_app(mut self, app: &App) -> Self {
        self.targets.push(Thing {
            id: app.id.clone(),
            kind: "AppInstance",
            alternate: app.label().to_owned(),
            display: app.name().to_owned(),
            sign_on: app.raw.get("signOnMode").and_then(Value::as_str).map(str::to_owned),
        });
        self
    }

    pub(crate) fn on_app_user(mut self, app_user: &AppUser) -> Self {
        self.targets.push(Thing {
            id: app_user.assignment.clone(),
            kind: "AppUser",
            alternate: app_user.user_name.clone(),
            display: app_user.user_name.clone(),
            sign_on: None,
        });
        self
    }

    pub(crate) fn on_group(mut self, group: &Group) -> Self {
        self.targets.push(Thing {
            id: group.id.clone(),
            kind: "UserGroup",
            alternate: "unknown".into(),
            display: group.name.clone(),
            sign_on: None,
        });
        self
    }

    pub(crate) fn debug(mut self, key: &'static str, value: &str) -> Self {
        self.debug.push((key, value.to_owned()));
        self
    }

    pub(crate) fn failed(mut self, why: &'static str) -> Self {
        self.failure = Some(why);
        self
    }

    pub(crate) fn origin(mut self, origin: &Origin) -> Self {
        self.job = matches!(origin, Origin::Job(_));
        self.transaction = origin.transaction();
        self
    }

    /// Values of a field that a filter may name; `None` for a field that cannot be filtered by.
    fn field(&self, name: &str) -> Option<Vec<Cow<'_, str>>> {
        let all = |pick: fn(&Thing) -> &str, things: &mut dyn Iterator<Item = &'_ Thing>| {
            things.map(|it| Cow::Owned(pick(it).to_owned())).collect::<Vec<_>>()
        };
        let of = |kind: &str, things: &mut dyn Iterator<Item = &'_ Thing>| match kind {
            "id" => Some(all(|it| &it.id, things)),
            "type" => Some(all(|it| it.kind, things)),
            "alternateId" => Some(all(|it| &it.alternate, things)),
            "displayName" => Some(all(|it| &it.display, things)),
            _ => None,
        };
        if let Some(rest) = name.strip_prefix("target.") {
            return of(rest, &mut self.targets.iter());
        }
        if let Some(rest) = name.strip_prefix("actor.") {
            return of(rest, &mut self.actor.iter());
        }
        let one: Cow<'_, str> = match name {
            "eventType" => self.kind.into(),
            "uuid" => self.uuid.as_str().into(),
            "outcome.result" => self.result().into(),
            "outcome.reason" => return Some(self.failure.iter().map(|why| Cow::Borrowed(*why)).collect()),
            "severity" => self.severity().into(),
            "transaction.id" => self.transaction.as_str().into(),
            "transaction.type" => if self.job { "JOB" } else { "WEB" }.into(),
            "transaction.detail.requestApiTokenId" => {
                return Some(self.token.iter().map(|id| Cow::Borrowed(id.as_str())).collect());
            }
            _ => return None,
        };
        Some(vec![one])
    }

    fn result(&self) -> &'static str {
        if self.failure.is_some() { "FAILURE" } else { "SUCCESS" }
    }

    fn severity(&self) -> &'static str {
        if self.failure.is_some() { "WARN" } else { "INFO" }
    }

    fn json(&self) -> Value {
        let debug: serde_json::Map<String, Value> = self
            .debug
            .iter()
            .map(|(key, value)| ((*key).to_owned(), json!(value)))
            .collect();
        let detail = self
            .token
            .as_ref()
            .map_or(json!({}), |id| json!({ "requestApiTokenId": id }));
        json!({
            "actor": self.actor.as_ref().map(Thing::json),
            "client": { "userAgent": null, "zone": null, "device": null, "id": null, "ipAddress": "127.0.0.1", "geographicalContext": null },
            "device": null,
            "authenticationContext": { "authenticationProvider": null, "credentialProvider": null, "credentialType": null,
                "issuer": null, "interface": null, "authenticationStep": 0, "externalSessionId": "unknown" },
            "displayMessage": words(self.kind),
            "eventType": self.kind,
            "outcome": { "result": self.result(), "reason": self.failure },
            "published": stamp_millis(self.published),
            "securityContext": { "asNumber": null, "asOrg": null, "isp": null, "domain": null, "isProxy": null },
            "severity": self.severity(),
            "debugContext": { "debugData": debug },
            "legacyEventType": legacy(self.kind),
            "transaction": { "type": if self.job { "JOB" } else { "WEB" }, "id": self.transaction, "detail": detail },
            "uuid": self.uuid,
            "version": "0",
            "request": { "ipChain": [] },
            "target": self.targets.iter().map(Thing::json).collect::<Vec<_>>(),
        })
    }
}

impl Thing {
    fn json(&self) -> Value {
        let detail = self
            .sign_on
            .as_ref()
            .map_or(Value::Null, |mode| json!({ "signOnModeType": mode }));
        json!({ "id": self.id, "type": self.kind, "alternateId": self.alternate, "displayName": self.display, "detailEntry": detail })
    }
}

fn thing(user: &User) -> Thing {
    Thing {
        id: user.id.clone(),
        kind: "User",
        alternate: user.login().to_owned(),
        display: user.name(),
        sign_on: None,
    }
}

fn words(kind: &str) -> &'static str {
    match kind {
        "user.authentication.sso" => "User single sign on to app",
        "application.user_membership.add" => "Add user to application membership",
        "application.user_membership.remove" => "Remove user's application membership",
        "application.user_membership.update" => "Update user's application membership",
        "application.user_membership.change_username" => "Change user's application username",
        "application.provision.user.push" => "Push new user to external application",
        "application.provision.user.verify_exists" => "Verify user exists in external application",
        "application.provision.user.reactivate" => "Reactivate user in external application",
        "application.provision.user.deactivate" => "Deactivate user in external application",
        "application.lifecycle.activate" => "Activate application",
        "application.lifecycle.deactivate" => "Deactivate application",
        "application.lifecycle.update" => "Update application",
        "application.lifecycle.delete" => "Delete application",
        "application.provision.field_mapping_rule.change" => "Change field mapping rule",
        "group.application_assignment.add" => "Add assigned application to group",
        "group.application_assignment.remove" => "Remove assigned application from group",
        "group.application_assignment.update" => "Update assigned application of group",
        "group.user_membership.add" => "Add user to group membership",
        "group.user_membership.remove" => "Remove user from group membership",
        _ => "",
    }
}

fn legacy(kind: &str) -> Option<&'static str> {
    match kind {
        "user.authentication.sso" => Some("app.auth.sso"),
        "application.user_membership.add" => Some("app.generic.provision.assign_user_to_app"),
        "application.user_membership.remove" => Some("app.generic.provision.deactivate_user_from_app"),
        "application.provision.user.deactivate" => Some("app.user_management.deactivate_user"),
        _ => None,
    }
}

#[derive(Default)]
pub(crate) struct Log {
    /// In the order of persistence, which here is that of `published` too.
    events: Vec<Event>,
}

impl Org {
    /// An event of a call carries the token and the admin; the call's own transaction id is made here.
    pub(crate) fn log_event(&mut self, mut event: Event) {
        event.uuid = self.ids.uuid();
        if event.transaction.is_empty() {
            event.transaction = self.ids.letters(24);
        }
        if event.job && self.behaves(Behaviour::JobEventsCarryToken) {
            event.token = Some(self.token.id.clone());
        }
        if event.actor.is_none() {
            event = match (event.job, self.users.get(&self.token.owner)) {
                (false, Some(admin)) => {
                    event.token = Some(self.token.id.clone());
                    event.by_user(admin)
                }
                _ => event.by_system(),
            };
        }
        self.log.events.push(event);
    }

    /// An event about one person's membership of one app, in the order of targets that Okta uses.
    pub(crate) fn membership_event(
        &self,
        kind: &'static str,
        app: &str,
        user: &str,
        origin: &Origin,
        at: Timestamp,
    ) -> Event {
        let mut event = Event::new(kind, at).origin(origin);
        if let Some(app) = self.apps.get(app) {
            if let Some(app_user) = app.users.get(user) {
                event = event.on_app_user(app_user);
            }
            event = event.on_app(app).debug("appname", app.name());
        }
        match self.users.get(user) {
            Some(user) => event.on_user(user),
            None => event,
        }
    }

    pub(crate) fn log_membership(&mut self, kind: &'static str, app: &str, user: &str, origin: &Origin, at: Timestamp) {
        let event = self.membership_event(kind, app, user, origin, at);
        self.log_event(event);
    }

    pub(crate) fn list_log(&self, call: &Call<'_>) -> Answer {
        let limit = match call.param("limit").map(str::parse::<usize>) {
            None => 100,
            Some(Ok(limit)) if limit <= 1000 => limit,
            Some(_) => return Err(bad_parameter("The limit parameter must be between 0 and 1000.")),
        };
        let until = call.param("until").map(time).transpose()?;
        let since = call.param("since").map(time).transpose()?;
        if since.is_some_and(|since| since < before(call.at, Duration::from_secs(180 * 86_400))) {
            return Err(bad_parameter(
                "The since parameter is over 180 days prior to the current day.",
            ));
        }
        let filter = call.param("filter").map(Filter::parse).transpose()?;
        let words: Vec<String> = call
            .param("q")
            .unwrap_or("")
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let descending = call.param("sortOrder") == Some("DESCENDING");
        let polling = until.is_none() && !descending;
        let from = since.unwrap_or_else(|| before(until.unwrap_or(call.at), Duration::from_secs(7 * 86_400)));
        let to = until.unwrap_or(call.at);
        let cursor: usize = match call.param("after") {
            None => 0,
            Some(after) => after
                .split_once('_')
                .and_then(|(_, position)| position.parse().ok())
                .ok_or_else(|| bad_parameter("The after parameter is invalid."))?,
        };
        // The cursor of a polling query takes the place of `since`.
        let from = if polling && call.param("after").is_some() {
            Timestamp::MIN
        } else {
            from
        };
        let events = &self.log.events;
        let begin = cursor.max(events.partition_point(|event| event.published < from));
        let delay = if self.behaves(Behaviour::LogIsLate) {
            self.options.log_delay.max(Duration::from_secs(120))
        } else {
            self.options.log_delay
        };
        let visible = events.partition_point(|event| after(event.published, delay) <= call.at);
        let mut order: Box<dyn Iterator<Item = usize>> = if descending {
            Box::new((0..visible.saturating_sub(cursor)).rev())
        } else {
            Box::new(begin..visible)
        };
        let mut page = Vec::new();
        let mut next = if descending { visible } else { visible.max(cursor) };
        let mut more = false;
        for position in order.by_ref() {
            let event = &events[position];
            if event.published < from
                || (!polling && event.published >= to)
                || !matches(event, filter.as_ref(), &words)?
            {
                continue;
            }
            if page.len() == limit {
                next = if descending { visible - position - 1 } else { position };
                more = true;
                break;
            }
            page.push(event.json());
        }
        let mut reply = Reply::json(Value::Array(page)).with("Link", link(call, &[], "self"));
        if polling || more {
            let cursor = [("after", Some(format!("{}_{next}", call.at.as_millisecond())))];
            // `after` and `since` exclude each other in a polling query, so the link drops `since`.
            let dropped = [("since", None)];
            let changes: Vec<_> = if polling {
                cursor.into_iter().chain(dropped).collect()
            } else {
                cursor.into()
            };
            reply = reply.with("Link", link(call, &changes, "next"));
        }
        Ok(reply)
    }

    /// How many events of a kind name this target; for tests and the console.
    pub(crate) fn count_events(&self, kind: &str, target: &str) -> usize {
        self.log
            .events
            .iter()
            .filter(|it| it.kind == kind && it.targets.iter().any(|one| one.id == target))
            .count()
    }
}

fn matches(event: &Event, filter: Option<&Filter>, words: &[String]) -> Result<bool, Refusal> {
    if let Some(filter) = filter
        && !filter.matches(&|field| event.field(field))?
    {
        return Ok(false);
    }
    if words.is_empty() {
        return Ok(true);
    }
    let text = event.json().to_string().to_lowercase();
    Ok(words.iter().all(|word| text.contains(word)))
}

fn time(text: &str) -> Result<Timestamp, Refusal> {
    text.parse()
        .map_err(|_| crate::errors::invalid("logs", format!("Invalid date: {text}")))
}

fn bad_parameter(words: &str) -> Refusal {
    Refusal::new(400, "E0000053", format!("Invalid parameter: {words}"))
}
