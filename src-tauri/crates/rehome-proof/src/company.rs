//! A company of a dozen people with every route, in a practice org, and who had what at the start.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
    sync::Arc,
    time::Duration,
};

use rehome_engine::{Rehome, secrets::SecretStore};
use rehome_practice::{AppUserState, Behaviour, CallSeen, Control, PracticeOrg};

use crate::{
    keychain::Copied,
    phase::Phase,
    record::{Image, scratch},
    robot::{begin, rehome},
    tale::Tale,
};

pub const OLD: &str = "Zendesk (2019)";
pub const NEW: &str = "Zendesk Suite";
/// How much faster than ours the clock of these orgs runs.
pub const SPEED: u32 = 200;
/// How the names of wave groups begin.
pub const MADE: &str = "Rehome";
/// The smallest org that the practice org seeds.
const ORG: u32 = 60;
/// Of each group, and of those without a group.
const EACH: usize = 3;

/// What sets one company apart from another.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    pub tale: Tale,
    pub seed: u64,
    pub behaviours: BTreeSet<Behaviour>,
}

/// A practice org and all that is needed to start a Rehome beside it again and again.
pub struct Company {
    pub org: PracticeOrg,
    pub control: Control,
    pub old: String,
    pub new: String,
    pub was: Before,
    pub id: String,
    pub kind: Kind,
    /// Who has left every group before the swap.
    pub leaver: Option<String>,
    /// How each phase begins.
    pub starts: BTreeMap<Phase, Image>,
}

/// Who has an app, how, by which group, with which account.
pub struct Before {
    pub users: BTreeMap<String, AppUserState>,
    pub accounts: usize,
    pub active: usize,
    /// Who had the new app already.
    pub on_new: BTreeSet<String>,
}

pub fn state_of(control: &Control, app: &str) -> BTreeMap<String, AppUserState> {
    let users = control.app_users(app).into_iter();
    users.map(|u| (u.user.clone(), u)).collect()
}

impl Company {
    /// Seeds the org, connects, and reads nothing yet.
    ///
    /// # Errors
    /// What the network or the file system says.
    pub async fn found(kind: Kind) -> io::Result<Self> {
        let org = PracticeOrg::start(kind.tale.options(ORG, SPEED, kind.seed, &kind.behaviours)).await?;
        let control = org.control();
        let missing = || io::Error::other("the seed lacks the help desks");
        let (old, new) = (
            control.app(OLD).ok_or_else(missing)?,
            control.app(NEW).ok_or_else(missing)?,
        );
        control.keep_only(&old, &few(&control, &old, kind.tale == Tale::Rederiving));
        control.forget_calls();
        let accounts = control.downstream(&old);
        let was = Before {
            users: state_of(&control, &old),
            accounts: accounts.len(),
            active: accounts.iter().filter(|a| a.active).count(),
            on_new: state_of(&control, &new).into_keys().collect(),
        };
        let dir = scratch()?;
        let keychain = Arc::new(Copied::default());
        let desk = rehome(dir.path(), keychain.clone(), SPEED);
        let id = begin(&desk, org.url(), org.token(), OLD, NEW).await;
        desk.shutdown().await;
        drop(desk);
        let start = Image::of(&control, dir.path(), &keychain, "the beginning")?;
        Ok(Self {
            starts: [(Phase::Reading, start)].into(),
            org,
            control,
            old,
            new,
            was,
            id,
            kind,
            leaver: None,
        })
    }

    /// Somebody who came by the wave group leaves every group of the old app, and the boxes are unticked that would switch off
    /// the account: how the swap begins.
    ///
    /// # Errors
    /// When the company has no wave group.
    pub async fn somebody_leaves(&mut self) -> io::Result<()> {
        let control = &self.control;
        let made = control.groups().into_iter().find(|(_, name)| name.starts_with(MADE));
        let (made, _) = made.ok_or_else(|| io::Error::other("no wave group stands"))?;
        let old = state_of(control, &self.old);
        let by_group = |user: &String| old.get(user).is_some_and(|it| it.scope == "GROUP");
        let leaver = control.members(&made).into_iter().find(by_group);
        let leaver = leaver.ok_or_else(|| io::Error::other("nobody in the wave group came by a group"))?;
        for app in [&self.old, &self.new] {
            control.set_feature(app, "PUSH_USER_DEACTIVATION", false);
        }
        for (group, _) in control.app_groups(&self.old) {
            control.remove_member(&group, &leaver);
        }
        let mut looks = 0;
        while state_of(control, &self.old).contains_key(&leaver) {
            looks += 1;
            if looks > 5_000 {
                return Err(io::Error::other("who left the groups still has the old app"));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        self.leaver = Some(leaver);
        Ok(())
    }

    /// A Rehome on this folder.
    pub fn rehome(&self, dir: &Path, keychain: Arc<dyn SecretStore>) -> Rehome {
        rehome(dir, keychain, SPEED)
    }

    /// Writes of Rehome that the org has seen, in order: what the admin does by hand is left out.
    pub fn writes(&self) -> Vec<CallSeen> {
        let calls = self.control.calls().into_iter();
        calls.filter(|c| c.method != "GET" && !by_hand(c)).collect()
    }
}

/// What the robot does as an admin in Okta's console.
pub fn by_hand(call: &CallSeen) -> bool {
    call.path.contains("/group-push/mappings/") || (call.method == "POST" && call.path.starts_with("/api/v1/users/"))
}

/// Some of each kind: by each group, and individually. All with a username, so that nobody has to be left out. `odd`: first those
/// whose username is neither their login nor their address.
fn few(control: &Control, app: &str, odd: bool) -> BTreeSet<String> {
    let mut all = control.app_users(app);
    if odd {
        all.sort_by_key(|user| {
            let profile = control.profile(&user.user).unwrap_or_default();
            let is = |name: &str| profile.get(name).and_then(|v| v.as_str()) == Some(user.username.as_str());
            is("login") || is("email")
        });
    }
    let mut of: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let mut out = BTreeSet::new();
    for user in all {
        let count = of.entry(user.group.clone()).or_default();
        if *count < EACH && !user.username.is_empty() {
            *count += 1;
            out.insert(user.user);
        }
    }
    out
}

/// How both apps stand: who has which, how, with which account, by groups in which order; by names, so that a group that is made
/// anew is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub old: One,
    pub new: One,
    /// Wave groups in the org.
    pub made: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct One {
    pub status: Option<String>,
    pub settings: serde_json::Value,
    pub users: BTreeMap<String, String>,
    pub groups: Vec<String>,
}

impl Company {
    pub fn standing(&self) -> Standing {
        let groups: BTreeMap<String, String> = self.control.groups().into_iter().collect();
        let name = |id: &str| groups.get(id).cloned().unwrap_or_default();
        let one = |app: &str| One {
            status: self.control.app_status(app),
            settings: self.control.settings(app),
            users: state_of(&self.control, app)
                .into_iter()
                .map(|(user, it)| {
                    let group = it.group.as_deref().map(name);
                    let words = format!(
                        "{} by {group:?} as {} ({:?})",
                        it.scope,
                        it.username.to_lowercase(),
                        it.external_id
                    );
                    (user, words)
                })
                .collect(),
            groups: self.control.app_groups(app).iter().map(|(id, _)| name(id)).collect(),
        };
        Standing {
            old: one(&self.old),
            new: one(&self.new),
            made: groups.values().filter(|name| name.starts_with(MADE)).cloned().collect(),
        }
    }
}

impl Standing {
    /// What is different here, in lines.
    pub fn unlike(&self, expected: &Self) -> Vec<String> {
        let mut out = Vec::new();
        for (which, is, was) in [("old", &self.old, &expected.old), ("new", &self.new, &expected.new)] {
            let people: BTreeSet<&String> = is.users.keys().chain(was.users.keys()).collect();
            for user in people {
                let (is, was) = (is.users.get(user), was.users.get(user));
                if is != was {
                    out.push(format!(
                        "{user} on the {which} app is {is:?}, and {was:?} without any fault"
                    ));
                }
            }
            if is.settings != was.settings {
                let (is, was) = (&is.settings, &was.settings);
                out.push(format!(
                    "settings of the {which} app are {is}, and {was} without any fault"
                ));
            }
            if (&is.groups, &is.status) != (&was.groups, &was.status) {
                out.push(format!(
                    "the {which} app is {:?} with {:?}, and {:?} with {:?} without any fault",
                    is.status, is.groups, was.status, was.groups
                ));
            }
        }
        if self.made != expected.made {
            out.push(format!("wave groups {:?} instead of {:?}", self.made, expected.made));
        }
        out
    }
}
