//! A company of a dozen people with every route, in a practice org, and who had what at the start.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
    sync::Arc,
};

use rehome_engine::{Rehome, secrets::SecretStore};
use rehome_practice::{AppUserState, Behaviour, CallSeen, Control, Options, PracticeOrg};

use crate::{
    keychain::Copied,
    phase::Phase,
    record::{Image, scratch},
    robot::{begin, rehome},
};

pub const OLD: &str = "Zendesk (2019)";
pub const NEW: &str = "Zendesk Suite";
/// How much faster than ours the clock of these orgs runs.
pub const SPEED: u32 = 200;
/// The smallest org that the practice org seeds.
const ORG: u32 = 60;
/// Of each group, and of those without a group.
const EACH: usize = 3;

/// What sets one company apart from another.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
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
    /// How each phase begins.
    pub starts: BTreeMap<Phase, Image>,
}

/// Who has an app, how, by which group, with which account.
pub struct Before {
    pub users: BTreeMap<String, AppUserState>,
    pub accounts: usize,
    pub active: usize,
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
        let org = PracticeOrg::start(Options {
            people: ORG,
            speed: SPEED,
            seed: kind.seed.max(1),
            behaviours: kind.behaviours.clone(),
            ..Options::default()
        })
        .await?;
        let control = org.control();
        let missing = || io::Error::other("the seed lacks the help desks");
        let (old, new) = (
            control.app(OLD).ok_or_else(missing)?,
            control.app(NEW).ok_or_else(missing)?,
        );
        control.keep_only(&old, &few(&control, &old));
        control.forget_calls();
        let accounts = control.downstream(&old);
        let was = Before {
            users: state_of(&control, &old),
            accounts: accounts.len(),
            active: accounts.iter().filter(|a| a.active).count(),
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
        })
    }

    /// A Rehome on this folder.
    pub fn rehome(&self, dir: &Path, keychain: Arc<dyn SecretStore>) -> Rehome {
        rehome(dir, keychain, SPEED)
    }

    /// Writes of Rehome that the org has seen, in order: what the admin does by hand is left out.
    pub fn writes(&self) -> Vec<CallSeen> {
        let by_hand = |c: &CallSeen| {
            c.path.contains("/group-push/mappings") || (c.method == "POST" && c.path.starts_with("/api/v1/users/"))
        };
        let calls = self.control.calls().into_iter();
        calls.filter(|c| c.method != "GET" && !by_hand(c)).collect()
    }
}

/// Some of each kind: by each group, and individually. All with a username, so that nobody has to be left out.
fn few(control: &Control, app: &str) -> BTreeSet<String> {
    let mut of: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let mut out = BTreeSet::new();
    for user in control.app_users(app) {
        let count = of.entry(user.group.clone()).or_default();
        if *count < EACH && !user.username.is_empty() {
            *count += 1;
            out.insert(user.user);
        }
    }
    out
}
