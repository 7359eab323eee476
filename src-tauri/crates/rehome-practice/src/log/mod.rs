//! The System Log: events, in the shapes of api-facts 11.3. `query` answers for it.

mod query;
mod words;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Behaviour,
    clock::stamp_millis,
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

#[derive(Clone)]
pub(crate) struct Thing {
    id: String,
    kind: &'static str,
    alternate: String,
    display: String,
    sign_on: Option<String>,
}

#[derive(Clone)]
pub(crate) struct Event {
    uuid: String,
    kind: &'static str,
    published: Timestamp,
    actor: Option<Thing>,
    targets: Vec<Thing>,
    failure: Option<String>,
    debug: Vec<(&'static str, String)>,
    transaction: String,
    job: bool,
    token: Option<String>,
    client: Client,
}

/// Where a call came from.
#[derive(Clone, Debug, Default)]
pub(crate) enum Client {
    /// Nowhere: a job of Okta's own.
    #[default]
    None,
    /// A program, with its `User-Agent`.
    Api(String),
    /// Somebody's browser, in this city of this country.
    Browser {
        city: String,
        country: String,
        session: String,
    },
}

impl Client {
    fn json(&self) -> Value {
        match self {
            Self::None => json!({ "userAgent": null, "zone": null, "device": null, "id": null, "ipAddress": null,
                "geographicalContext": null }),
            Self::Api(agent) => json!({
                "userAgent": { "rawUserAgent": agent, "os": "Unknown", "browser": "UNKNOWN" },
                "zone": "null", "device": "Unknown", "id": null, "ipAddress": ADDRESS, "geographicalContext": null }),
            Self::Browser { .. } => json!({
                "userAgent": { "rawUserAgent": BROWSER, "os": "Mac OS 14.5.0 (Sonoma)", "browser": "CHROME" },
                "zone": "null", "device": "Computer", "id": null, "ipAddress": ADDRESS,
                "geographicalContext": self.place() }),
        }
    }

    fn place(&self) -> Value {
        match self {
            Self::Browser { city, country, .. } => {
                json!({ "city": city, "state": null, "country": country, "postalCode": null, "geolocation": null })
            }
            _ => Value::Null,
        }
    }

    fn chain(&self) -> Value {
        match self {
            Self::None => json!([]),
            _ => json!([{ "ip": ADDRESS, "geographicalContext": self.place(), "version": "V4", "source": null }]),
        }
    }

    fn session(&self) -> &str {
        match self {
            Self::Browser { session, .. } => session,
            _ => "unknown",
        }
    }
}

const ADDRESS: &str = "127.0.0.1";
const BROWSER: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) \
                       Chrome/126.0.0.0 Safari/537.36";

/// The call that is being answered: what it does goes to the log under its own transaction.
#[derive(Clone)]
pub(crate) struct Calling {
    pub request: String,
    pub agent: String,
    pub path: String,
    /// With its query.
    pub url: String,
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
            client: Client::None,
        }
    }

    pub(crate) fn by_user(mut self, user: &User) -> Self {
        self.actor = Some(thing(user));
        self
    }

    /// A service app acts for itself.
    pub(crate) fn by_client(mut self, app: &App) -> Self {
        self.actor = Some(Thing {
            id: app.id.clone(),
            kind: "PublicClientApp",
            alternate: app.id.clone(),
            display: app.label().to_owned(),
            sign_on: None,
        });
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

    pub(crate) fn from(mut self, client: Client) -> Self {
        self.client = client;
        self
    }

    pub(crate) fn debug(mut self, key: &'static str, value: &str) -> Self {
        self.debug.push((key, value.to_owned()));
        self
    }

    pub(crate) fn failed(mut self, why: &str) -> Self {
        self.failure = Some(why.to_owned());
        self
    }

    pub(crate) fn origin(mut self, origin: &Origin) -> Self {
        self.job = matches!(origin, Origin::Job(_));
        self.transaction = origin.transaction();
        self
    }

    fn result(&self) -> &'static str {
        if self.failure.is_some() { "FAILURE" } else { "SUCCESS" }
    }

    fn severity(&self) -> &'static str {
        if self.failure.is_some() { "WARN" } else { "INFO" }
    }

    pub(crate) fn json(&self) -> Value {
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
            "client": self.client.json(),
            "device": null,
            "authenticationContext": { "authenticationProvider": null, "credentialProvider": null, "credentialType": null,
                "issuer": null, "interface": null, "authenticationStep": 0, "externalSessionId": self.client.session(), "rootSessionId": null },
            "displayMessage": words::message(self.kind),
            "eventType": self.kind,
            "outcome": { "result": self.result(), "reason": self.failure },
            "published": stamp_millis(self.published),
            "securityContext": { "asNumber": null, "asOrg": null, "isp": null, "domain": null, "isProxy": null },
            "severity": self.severity(),
            "debugContext": { "debugData": debug },
            "legacyEventType": words::legacy(self.kind),
            "transaction": { "type": if self.job { "JOB" } else { "WEB" }, "id": self.transaction, "detail": detail },
            "uuid": self.uuid,
            "version": "0",
            "request": { "ipChain": self.client.chain() },
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

#[derive(Clone, Default)]
pub(crate) struct Log {
    /// In the order of persistence, which here is that of `published` too.
    events: Vec<Event>,
}

impl Org {
    /// An event of a call carries the token and the admin; the call's own transaction id is made here.
    pub(crate) fn log_event(&mut self, mut event: Event) {
        event.uuid = self.ids.uuid();
        if let Some(calling) = self.calling.as_ref().filter(|_| !event.job && event.actor.is_none()) {
            event.client = Client::Api(calling.agent.clone());
            event.transaction = calling.request.clone();
            event.debug.push(("requestId", calling.request.clone()));
            event.debug.push(("requestUri", calling.path.clone()));
            event.debug.push(("url", calling.url.clone()));
        }
        if event.transaction.is_empty() {
            event.transaction = self.ids.letters(24);
        }
        if event.job && self.behaves(Behaviour::JobEventsCarryToken) {
            event.token = Some(self.token.id.clone());
        }
        if event.actor.is_none() {
            event = match (
                event.job,
                self.users.get(&self.token.owner),
                self.apps.get(&self.token.owner),
            ) {
                (false, Some(admin), _) => {
                    event.token = Some(self.token.id.clone());
                    event.by_user(admin)
                }
                (false, None, Some(client)) => event.by_client(client),
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

    /// How many events of a kind name this target; for tests and the console.
    pub(crate) fn count_events(&self, kind: &str, target: &str) -> usize {
        self.log
            .events
            .iter()
            .filter(|it| it.kind == kind && it.targets.iter().any(|one| one.id == target))
            .count()
    }
}
