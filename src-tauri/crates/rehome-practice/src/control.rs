//! A direct hand on the org, for tests and for the practice console. Nothing here goes through the API or its limits.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    Behaviour, OrgClock, SignIns,
    downstream::{Account, Match},
    seed::Planted,
    state::{Org, Shared, User},
};

/// One call that the org has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallSeen {
    pub method: String,
    /// With its query.
    pub path: String,
    /// 0: no answer was given.
    pub status: u16,
    /// Org time.
    pub at: Timestamp,
    /// Whom it was for, where the body of a write names somebody.
    pub subject: Option<String>,
    /// The org did what was asked, whatever became of the answer.
    pub done: bool,
}

/// The whole org at one moment, to go back to.
#[derive(Clone)]
pub struct OrgImage(Arc<Org>);

/// An app user as it truly is.
#[derive(Clone, Debug, PartialEq)]
pub struct AppUserState {
    pub user: String,
    pub username: String,
    /// `USER` or `GROUP`
    pub scope: String,
    /// The winning group, with scope GROUP.
    pub group: Option<String>,
    pub status: String,
    pub sync_state: String,
    pub external_id: Option<String>,
    pub profile: serde_json::Map<String, Value>,
}

/// See the module.
#[derive(Clone)]
pub struct Control {
    pub(crate) shared: Shared,
}

impl Control {
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Org, Timestamp) -> T) -> T {
        let mut org = self.shared.org();
        let at = org.clock.now();
        change(&mut org, at)
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&Org) -> T) -> T {
        look(&self.shared.org())
    }

    /// The org as it is at this moment. Its clock is not kept: it goes on whatever is gone back to.
    pub fn image(&self) -> OrgImage {
        OrgImage(Arc::new(self.look(Clone::clone)))
    }

    /// Goes back to an image of this very org: what happened since has never been.
    pub fn go_back(&self, image: &OrgImage) {
        *self.shared.org() = (*image.0).clone();
    }

    /// Only these keep an app: everybody else never had it, nor was in a group that is on it. For small companies.
    pub fn keep_only(&self, app: &str, people: &BTreeSet<String>) {
        self.change(|org, _| {
            let Some(it) = org.apps.get_mut(app) else { return };
            it.users.retain(|user, _| people.contains(user));
            let groups: Vec<String> = it.groups.keys().cloned().collect();
            for id in groups {
                let Some(group) = org.groups.get_mut(&id) else { continue };
                let (kept, gone) = std::mem::take(&mut group.members)
                    .into_iter()
                    .partition(|user| people.contains(user));
                group.members = kept;
                let gone: BTreeSet<String> = gone;
                for user in gone {
                    if let Some(user) = org.users.get_mut(&user) {
                        user.groups.remove(&id);
                    }
                }
            }
        });
    }

    /// Org time.
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    pub fn clock(&self) -> OrgClock {
        self.shared.clock
    }

    /// Ticks or unticks a provisioning box, as an admin does on the app's Provisioning page.
    pub fn set_feature(&self, app: &str, feature: &str, on: bool) {
        self.change(|org, at| org.tick(app, feature, on, at));
    }

    /// The API's `features` shows this whatever the boxes say; `None`: the truth again.
    pub fn lie_about_features(&self, app: &str, shown: Option<Vec<String>>) {
        self.change(|org, _| {
            if let Some(app) = org.apps.get_mut(app) {
                app.lie = shown;
            }
            org.show_features(app);
        });
    }

    /// From now on the API's `features` follows the boxes only after this much org time.
    pub fn delay_features(&self, app: &str, lag: Duration) {
        self.change(|org, _| {
            if let Some(app) = org.apps.get_mut(app) {
                app.features_lag = lag;
            }
        });
    }

    /// The boxes that are truly ticked.
    pub fn features(&self, app: &str) -> Vec<String> {
        self.look(|org| {
            org.apps
                .get(app)
                .map(|app| app.features.iter().cloned().collect())
                .unwrap_or_default()
        })
    }

    /// Accounts of the service behind an app; two apps may share one.
    pub fn downstream(&self, app: &str) -> Vec<Account> {
        self.look(|org| {
            let id = org.apps.get(app).and_then(|app| app.downstream.as_ref());
            id.and_then(|id| org.downstreams.get(id))
                .map(|it| it.accounts.values().cloned().collect())
                .unwrap_or_default()
        })
    }

    pub fn app_users(&self, app: &str) -> Vec<AppUserState> {
        self.look(|org| {
            let users = org.apps.get(app).into_iter().flat_map(|app| app.users.values());
            users
                .map(|it| AppUserState {
                    user: it.user.clone(),
                    username: it.user_name.clone(),
                    scope: it.scope.word().into(),
                    group: it.group.clone(),
                    status: it.status.into(),
                    sync_state: it.sync.into(),
                    external_id: it.external_id.clone(),
                    profile: it.profile.clone(),
                })
                .collect()
        })
    }

    /// Group ids with their priorities, in the order of priority.
    pub fn app_groups(&self, app: &str) -> Vec<(String, i64)> {
        self.look(|org| {
            let groups = org.apps.get(app).into_iter().flat_map(|app| app.groups.iter());
            let mut groups: Vec<_> = groups.map(|(id, it)| (id.clone(), it.priority)).collect();
            groups.sort_by_key(|(_, priority)| *priority);
            groups
        })
    }

    /// `ACTIVE` or `INACTIVE`; `None`: there is no such app (any more).
    pub fn app_status(&self, app: &str) -> Option<String> {
        self.look(|org| org.apps.get(app).map(|app| app.text("status").to_owned()))
    }

    /// Ids and labels.
    pub fn apps(&self) -> Vec<(String, String)> {
        self.look(|org| {
            org.apps
                .values()
                .map(|app| (app.id.clone(), app.label().to_owned()))
                .collect()
        })
    }

    /// The id of the app with this label.
    pub fn app(&self, label: &str) -> Option<String> {
        self.look(|org| {
            org.apps
                .values()
                .find(|app| app.label() == label)
                .map(|app| app.id.clone())
        })
    }

    /// The id of the group with this name.
    pub fn group(&self, name: &str) -> Option<String> {
        self.look(|org| {
            org.groups
                .values()
                .find(|group| group.name == name)
                .map(|group| group.id.clone())
        })
    }

    /// Ids and names.
    pub fn groups(&self) -> Vec<(String, String)> {
        self.look(|org| {
            org.groups
                .values()
                .map(|group| (group.id.clone(), group.name.clone()))
                .collect()
        })
    }

    /// Ids of a group's members.
    pub fn members(&self, group: &str) -> Vec<String> {
        self.look(|org| org.members(group))
    }

    /// Ids and statuses of all users.
    pub fn users(&self) -> Vec<(String, String)> {
        self.look(|org| {
            org.users
                .values()
                .map(|user| (user.id.clone(), user.status.to_owned()))
                .collect()
        })
    }

    /// A user's Okta profile.
    pub fn profile(&self, user: &str) -> Option<serde_json::Map<String, Value>> {
        self.look(|org| org.users.get(user).map(|user| user.profile.clone()))
    }

    /// Whether group jobs or provisioning of this app are still under way.
    pub fn busy(&self, app: &str) -> bool {
        self.look(|org| org.jobs.busy(app))
    }

    /// Signs a person in to an app; whether Okta let them.
    pub fn sign_in(&self, app: &str, user: &str) -> bool {
        self.change(|org, at| org.sign_in(app, user, at))
    }

    /// Signs everybody in who has the app and can; how many that were.
    pub fn sign_in_all(&self, app: &str) -> usize {
        self.change(|org, at| {
            let people: Vec<String> = org
                .apps
                .get(app)
                .map(|it| it.users.keys().cloned().collect())
                .unwrap_or_default();
            people.iter().filter(|user| org.sign_in(app, user, at)).count()
        })
    }

    /// Whether people sign in by themselves after getting an app from now on.
    pub fn set_sign_ins(&self, sign_ins: SignIns) {
        self.change(|org, _| org.options.sign_ins = sign_ins);
    }

    /// Takes the other reading of an unverified point from now on, or the default one again.
    pub fn set_behaviour(&self, behaviour: Behaviour, on: bool) {
        self.change(|org, _| {
            if on {
                org.options.behaviours.insert(behaviour);
            } else {
                org.options.behaviours.remove(&behaviour);
            }
        });
    }

    /// From now on the services take only so many people a minute from provisioning; `None`: any number.
    pub fn set_service_pace(&self, people_per_minute: Option<u32>) {
        self.change(|org, _| org.options.service_pace = people_per_minute);
    }

    /// Activation of this user is under way for this much org time: whatever assigns meanwhile is refused (409 E0000112).
    pub fn activating(&self, user: &str, span: Duration) {
        self.change(|org, at| {
            org.activating.insert(user.to_owned(), crate::clock::after(at, span));
        });
    }

    /// People of an app whom Okta could not provision by itself, with the words of the console's task.
    pub fn tasks(&self, app: &str) -> Vec<(String, String)> {
        self.look(|org| {
            let users = org.apps.get(app).into_iter().flat_map(|app| app.users.values());
            users
                .filter_map(|it| Some((it.user.clone(), it.task.clone()?)))
                .collect()
        })
    }

    /// Dashboard → Tasks → Retry. Whether there is nothing against it any more; provisioning follows.
    pub fn retry_task(&self, app: &str, user: &str) -> bool {
        self.change(|org, at| org.retry(app, user, at))
    }

    /// An admin acknowledges what was provisioned, or taken back, by hand (`settings.manualProvisioning`).
    pub fn acknowledge(&self, app: &str, user: &str) {
        self.change(|org, at| org.acknowledge(app, user, at));
    }

    /// An import brings this person with these values of the app.
    pub fn import(&self, app: &str, user: &str, values: serde_json::Map<String, Value>) {
        self.change(|org, at| org.import(app, user, values, at));
    }

    /// From now on the service behind the app finds accounts by the id stored there instead of by username.
    pub fn match_by_external_id(&self, app: &str) {
        self.change(|org, _| {
            let service = org.apps.get(app).and_then(|app| app.downstream.clone());
            if let Some(service) = service.and_then(|id| org.downstreams.get_mut(&id)) {
                service.matches = Match::ExternalId;
            }
        });
    }

    /// How many System Log events of a type have this target.
    pub fn events(&self, event_type: &str, target: &str) -> usize {
        self.look(|org| org.count_events(event_type, target))
    }

    /// Every call to the API, in order.
    pub fn calls(&self) -> Vec<CallSeen> {
        self.look(|org| org.calls.clone())
    }

    pub fn calls_count(&self) -> usize {
        self.look(|org| org.calls.len())
    }

    pub fn forget_calls(&self) {
        self.change(|org, _| org.calls.clear());
    }

    /// Answers with status 429 so far.
    pub fn refused_by_limits(&self) -> usize {
        self.look(|org| org.limits.refused)
    }

    /// The problems that the seed has planted, each with what should find it.
    pub fn planted(&self) -> Vec<Planted> {
        self.look(|org| org.planted.clone())
    }

    pub fn add_member(&self, group: &str, user: &str) {
        self.change(|org, at| org.join(group, user, at));
    }

    pub fn remove_member(&self, group: &str, user: &str) {
        self.change(|org, at| org.leave(group, user, at));
    }

    /// A new group of type OKTA_GROUP.
    pub fn create_group(&self, name: &str) -> String {
        self.change(|org, at| org.insert_group(name, "", "OKTA_GROUP", at))
    }

    /// Assigns a group to an app, as an admin does in the console; members follow in a group job.
    pub fn assign_group(&self, app: &str, group: &str, priority: Option<i64>) {
        self.change(|org, at| {
            org.put_app_group(app, group, priority, None, at);
            let people = org.members(group);
            org.fan_out(app, people, at);
        });
    }

    /// A new active user with this login as username and email.
    pub fn create_user(&self, login: &str, first_name: &str, last_name: &str) -> String {
        self.change(|org, at| {
            let id = org.ids.next("00u");
            let profile = serde_json::json!({
                "login": login, "email": login, "firstName": first_name, "lastName": last_name,
            });
            let profile = profile.as_object().cloned().unwrap_or_default();
            org.add_user(User::since(at, id.clone(), "ACTIVE", profile));
            id
        })
    }

    /// Changes a user's Okta profile; app users keep their values, as with mappings that push nothing.
    pub fn set_profile(&self, user: &str, attribute: &str, value: Value) {
        self.change(|org, at| {
            if let Some(user) = org.users.get_mut(user) {
                user.profile.insert(attribute.to_owned(), value);
                user.updated = at;
            }
        });
    }

    /// Deactivates a user in Okta; with the box ticked the accounts behind his apps go, too.
    pub fn deactivate_user(&self, user: &str) {
        self.change(|org, at| org.deactivate_user(user, at));
    }

    /// `ACTIVE` ↔ `SUSPENDED`.
    pub fn suspend_user(&self, user: &str, suspended: bool) {
        self.change(|org, at| {
            if let Some(user) = org.users.get_mut(user) {
                user.status = if suspended { "SUSPENDED" } else { "ACTIVE" };
                user.status_changed = at;
            }
        });
    }

    /// Puts an app recorded from a real org in; it is served back as it is. Answers its id. Without a schema it gets a
    /// plausible one; without keys, one under the recorded `kid`; without metadata, generated ones.
    pub fn load_app(
        &self,
        raw: Value,
        schema: Option<Value>,
        mappings: Vec<Value>,
        keys: Vec<Value>,
        metadata_xml: Option<String>,
    ) -> String {
        self.change(|org, _| org.load_app(raw, schema, mappings, keys, metadata_xml))
    }

    /// Puts a recorded policy in, with its rules; apps name it by the link `accessPolicy`.
    pub fn load_policy(&self, raw: Value, rules: Vec<Value>) {
        self.change(|org, _| org.load_policy(raw, rules));
    }
}
