//! Work that Okta does later, on org time. There is no background thread: whoever looks at the org first has the due jobs
//! done, each as of the moment it was due, which cannot be told apart from outside and is exact.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use crate::{
    Behaviour,
    clock::{after, before},
    log::{Event, Origin},
    state::Org,
};

#[derive(Clone)]
pub(crate) enum Work {
    /// A group job: settles people one after the other.
    FanOut {
        app: String,
        people: std::vec::IntoIter<String>,
        reach: Reach,
        transaction: String,
    },
    Provision {
        app: String,
        user: String,
        transaction: String,
    },
    SignIn {
        app: String,
        user: String,
    },
    /// The API's `features` catches up with the boxes.
    ShowFeatures {
        app: String,
    },
}

/// Whose assignments a group job may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Those that came through groups.
    Groups,
    Everybody,
}

#[derive(Clone, Default)]
pub(crate) struct Jobs {
    queue: BTreeMap<(Timestamp, u64), Work>,
    next: u64,
}

impl Jobs {
    pub(crate) fn add(&mut self, due: Timestamp, work: Work) {
        self.next += 1;
        self.queue.insert((due, self.next), work);
    }

    fn due(&mut self, now: Timestamp) -> Option<(Timestamp, Work)> {
        let entry = self.queue.first_entry()?;
        if entry.key().0 > now {
            return None;
        }
        let due = entry.key().0;
        Some((due, entry.remove()))
    }

    /// When the next group job of this app is due.
    fn first_fan_out(&self, id: &str) -> Option<Timestamp> {
        let found = self
            .queue
            .iter()
            .find(|(_, work)| matches!(work, Work::FanOut { app, .. } if app == id));
        found.map(|((due, _), _)| *due)
    }

    /// Whether group jobs or provisioning of this app are still under way.
    pub(crate) fn busy(&self, id: &str) -> bool {
        self.queue.values().any(|work| match work {
            Work::FanOut { app, .. } | Work::Provision { app, .. } => app == id,
            Work::SignIn { .. } | Work::ShowFeatures { .. } => false,
        })
    }
}

/// People settled at one go: small enough that a long job is seen under way, large enough to cost nothing.
const CHUNK: u32 = 10;

impl Org {
    pub(crate) fn run_due(&mut self, now: Timestamp) {
        while let Some((at, work)) = self.jobs.due(now) {
            match work {
                Work::FanOut {
                    app,
                    mut people,
                    reach,
                    transaction,
                } => {
                    for user in people.by_ref().take(CHUNK as usize) {
                        self.settle(&app, &user, reach, &transaction, at);
                    }
                    if people.len() == 0 {
                        self.log_group_job("app.app_instance.provision_sync_job.completed", &app, &transaction, at);
                    } else {
                        let pause = Duration::from_secs(1) * CHUNK / self.options.fan_out_rate.max(1);
                        self.jobs.add(
                            after(at, pause),
                            Work::FanOut {
                                app,
                                people,
                                reach,
                                transaction,
                            },
                        );
                    }
                }
                Work::Provision { app, user, transaction } => self.provision(&app, &user, &transaction, at),
                Work::SignIn { app, user } => {
                    // Colleagues click on the tile; where there is none they wait until there is one.
                    if !self.apps.get(&app).is_some_and(|app| crate::apps::is_hidden(&app.raw)) {
                        self.sign_in(&app, &user, at);
                    }
                }
                Work::ShowFeatures { app } => self.show_features(&app),
            }
        }
    }

    /// Starts a group job on an app for these people; it touches the first one after the org's fan-out delay.
    pub(crate) fn fan_out(&mut self, app: &str, people: Vec<String>, at: Timestamp) {
        self.reconcile(app, people, Reach::Groups, at);
    }

    /// The same, with a say on whose assignments it may end.
    pub(crate) fn reconcile(&mut self, app: &str, mut people: Vec<String>, reach: Reach, at: Timestamp) {
        if people.is_empty() {
            return;
        }
        let transaction = format!("gam{}", self.ids.letters(17));
        self.log_group_job("app.app_instance.provision_sync_job.started", app, &transaction, at);
        let mut due = after(at, self.fan_out_delay());
        if self.behaves(Behaviour::FanOutOvertakes) {
            people.reverse();
            let first = self.jobs.first_fan_out(app);
            due = first.map_or(due, |first| before(first, Duration::from_millis(1)).min(due).max(at));
        }
        self.jobs.add(
            due,
            Work::FanOut {
                app: app.to_owned(),
                people: people.into_iter(),
                reach,
                transaction,
            },
        );
    }

    fn log_group_job(&mut self, kind: &'static str, app: &str, transaction: &str, at: Timestamp) {
        if !self.behaves(Behaviour::GroupJobsAreLogged) {
            return;
        }
        let Some(app) = self.apps.get(app) else { return };
        let event = Event::new(kind, at)
            .on_app(app)
            .origin(&Origin::Job(transaction.to_owned()));
        self.log_event(event);
    }

    fn fan_out_delay(&self) -> Duration {
        let own = self.options.fan_out_delay;
        if self.behaves(Behaviour::FanOutIsSlow) {
            own.max(Duration::from_secs(900))
        } else {
            own
        }
    }

    /// A membership changed: every app that the group is assigned to follows.
    pub(crate) fn follow_membership(&mut self, group: &str, user: &str, at: Timestamp) {
        let apps: Vec<String> = self
            .apps
            .values()
            .filter(|app| app.groups.contains_key(group))
            .map(|app| app.id.clone())
            .collect();
        for app in apps {
            self.fan_out(&app, vec![user.to_owned()], at);
        }
    }
}
