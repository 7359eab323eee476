//! A Rehome beside a practice org, taken to where something goes wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use rehome_engine::{
    Rehome,
    secrets::{MemorySecrets, SecretError, SecretStore},
    view::*,
};
use rehome_practice::{Control, Fault, Faults, Limits, Options, PracticeOrg};
use secrecy::SecretString;

use crate::journey::{
    main_job::{Before, before},
    robot::{Robot, Wishes, begin, rehome},
};

pub const OLD: &str = "Zendesk (2019)";
pub const NEW: &str = "Zendesk Suite";
/// How much faster than ours the clock of these orgs runs.
pub const SPEED: u32 = 100;

pub fn options() -> Options {
    Options {
        people: 80,
        speed: SPEED,
        ..Options::default()
    }
}

/// Long enough a call for something to happen in the middle of a wave.
pub fn slow_options() -> Options {
    Options {
        latency: Duration::from_secs(2),
        // Where no limit is in the way a small wave goes out in one breath.
        limits: Limits::Workforce,
        ..options()
    }
}

/// A practice org. Where `REHOME_TRANSCRIPT_DIR` names a folder, what is said to it is kept there, a file for each org
/// (`cargo xtask fidelity` checks it against Okta's document).
pub async fn practice(options: Options) -> PracticeOrg {
    static STARTED: AtomicU32 = AtomicU32::new(0);
    let transcript = std::env::var_os("REHOME_TRANSCRIPT_DIR").map(|folder| {
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        PathBuf::from(folder).join(format!("{}-{number}.jsonl", std::process::id()))
    });
    PracticeOrg::start(Options { transcript, ..options })
        .await
        .expect("a practice org")
}

/// A keychain with a mind of its own; what it holds outlives a Rehome.
#[derive(Clone, Default)]
pub struct Keychain {
    held: Arc<MemorySecrets>,
    mood: Arc<AtomicU8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Works = 0,
    /// There is none: every call fails.
    Missing = 1,
    /// Nothing can be written, and reading finds nothing, without saying why.
    Locked = 2,
}

impl Keychain {
    pub fn set(&self, mood: Mood) {
        self.mood.store(mood as u8, Ordering::Relaxed);
    }

    pub fn empty(&self) {
        self.held.remove("journal-key").expect("memory");
    }

    fn is(&self, mood: Mood) -> bool {
        self.mood.load(Ordering::Relaxed) == mood as u8
    }

    fn works(&self) -> Result<(), SecretError> {
        let refuse = |why: &str, advice: &str| {
            Err(SecretError {
                why: why.into(),
                advice: advice.into(),
            })
        };
        if self.is(Mood::Missing) {
            return refuse(
                "no keychain is running in this session",
                "Start one, then start Rehome again.",
            );
        }
        if self.is(Mood::Locked) {
            return refuse("the keychain is locked", "Unlock it, then start Rehome again.");
        }
        Ok(())
    }
}

impl SecretStore for Keychain {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        if self.is(Mood::Locked) {
            return Ok(None);
        }
        self.works()?;
        self.held.get(name)
    }
    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        self.works()?;
        self.held.put(name, secret)
    }
    fn remove(&self, name: &str) -> Result<(), SecretError> {
        self.works()?;
        self.held.remove(name)
    }
    fn status(&self) -> Result<(), SecretError> {
        self.works()
    }
}

pub struct Desk {
    pub org: PracticeOrg,
    pub control: Control,
    pub dir: tempfile::TempDir,
    pub keychain: Keychain,
    pub rehome: Rehome,
    pub id: String,
    pub old: String,
    pub new: String,
    pub was: Before,
    adds: BTreeMap<String, usize>,
    /// Who had the old app at the start.
    first: BTreeSet<String>,
}

impl Desk {
    /// Connected, with a migration between the two help desk apps.
    pub async fn new(options: Options) -> Self {
        Self::with(options, Keychain::default()).await
    }

    pub async fn with(options: Options, keychain: Keychain) -> Self {
        let org = practice(options).await;
        let control = org.control();
        let (old, new) = (control.app(OLD).expect("old"), control.app(NEW).expect("new"));
        let was = before(&control, &old);
        let adds = control
            .users()
            .into_iter()
            .map(|(u, _)| (u.clone(), control.events(ADD, &u)))
            .collect();
        let dir = tempfile::tempdir().expect("a folder");
        let rehome = rehome(dir.path(), Arc::new(keychain.clone()), SPEED);
        let id = begin(&rehome, org.url(), org.token(), OLD, NEW).await;
        let first = was.users.keys().cloned().collect();
        Self {
            org,
            control,
            dir,
            keychain,
            rehome,
            id,
            old,
            new,
            was,
            adds,
            first,
        }
    }

    pub fn robot(&self, until: Option<Step>) -> Robot<'_> {
        let wishes = Wishes {
            pilot: 20,
            wave_size: 40,
            console: self.org.url().to_owned(),
            token: self.org.token().to_owned(),
            until,
            providers: IdentityProviders::Several,
            rehearse: false,
        };
        Robot {
            rehome: &self.rehome,
            id: self.id.clone(),
            wishes,
            done: Vec::new(),
        }
    }

    /// Works as an admin does until this step is the next.
    pub async fn until(self, step: Step) -> Self {
        self.robot(Some(step)).work().await;
        self
    }

    /// Drafts, approves, and writes down the recovery code: wave 0 may run.
    pub async fn approve(self) -> Self {
        let (r, id) = (&self.rehome, self.id.clone());
        if r.pilot(id.clone()).await.expect("pilot").people.is_empty() {
            let people = r.suggest_pilot(id.clone(), Vec::new(), 20).await.expect("suggestions");
            let mut people: Vec<String> = people.into_iter().map(|p| p.id).collect();
            // The fewest who cover everything are fewer in a small org: more come with them, so that the wave takes a while.
            let planned = PeopleFilter {
                state: Some(PersonState::Planned),
                ..PeopleFilter::default()
            };
            let all = r.people(id.clone(), planned, 0, 200).await.expect("people").rows;
            let active: BTreeMap<String, String> = self.control.users().into_iter().collect();
            let more = all.into_iter().map(|p| p.id);
            let more = more.filter(|p| active.get(p).is_some_and(|status| status == "ACTIVE") && !people.contains(p));
            let more: Vec<String> = more.collect();
            people.extend(more.into_iter().take(20_usize.saturating_sub(people.len())));
            r.set_pilot(id, people).await.expect("a pilot");
        }
        self.draft().await;
        self.confirm_code().await;
        self
    }

    pub async fn draft(&self) {
        let plan = self.rehome.draft_plan(self.id.clone(), 40).await.expect("a plan");
        self.rehome
            .approve_plan(self.id.clone(), plan.digest, "Robin Example".to_owned())
            .await
            .expect("approved");
    }

    pub async fn confirm_code(&self) -> String {
        let code = self.rehome.recovery_code().await.expect("a code");
        self.rehome
            .confirm_recovery_code(code.clone())
            .await
            .expect("confirmed");
        code
    }

    /// Starts a wave without waiting.
    pub async fn start_wave(&self, wave: u32) {
        self.rehome
            .run_wave(self.id.clone(), wave)
            .await
            .expect("the wave may run");
    }

    /// Runs a wave to its end, whatever that is.
    pub async fn run_wave(&self, wave: u32) -> Option<Problem> {
        self.start_wave(wave).await;
        self.settle().await
    }

    pub async fn settle(&self) -> Option<Problem> {
        self.robot(None).settle().await
    }

    pub async fn read_apps(&self) -> Option<Problem> {
        self.rehome.read_apps(self.id.clone()).await.expect("reading begins");
        self.settle().await
    }

    pub fn faults(&self) -> Faults {
        self.control.faults()
    }

    pub async fn frame(&self) -> MigrationView {
        self.robot(None).frame().await
    }

    /// Waits until the org has seen so many calls of a kind since `seen` was last emptied. The calls after them take half a
    /// minute of the org's time longer, so that what a test does now comes in the middle, however busy the machine is.
    pub async fn until_calls(&self, method: &str, path: &str, count: usize) {
        let seen = || {
            self.control
                .calls()
                .iter()
                .filter(|c| c.method == method && c.path.contains(path))
                .count()
        };
        let left = u32::try_from(count.saturating_sub(seen())).expect("a few");
        let slow = Fault::Slow(Duration::from_secs(30));
        self.faults().arm_times(slow, method, path, left + 1, 8);
        self.wait_for(&format!("{count} {method} {path}"), || seen() >= count)
            .await;
    }

    pub async fn wait_for(&self, what: &str, holds: impl Fn() -> bool) {
        let begun = Instant::now();
        while !holds() {
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "never saw {what}: {:#?}",
                self.frame().await.run
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    pub fn assign_path(&self) -> String {
        format!("/api/v1/apps/{}/users", self.new)
    }

    /// Ends this Rehome and starts another one on the same folder and keychain.
    pub async fn restart(mut self) -> Self {
        self.restart_only().await;
        self.rehome.start().await.expect("starts");
        self
    }

    pub async fn restart_only(&mut self) {
        self.rehome.shutdown().await;
        let elsewhere = self.dir.path().join("elsewhere");
        // The journal is locked by one Rehome at a time: the first one ends before the second begins.
        drop(std::mem::replace(
            &mut self.rehome,
            rehome(&elsewhere, Arc::new(Keychain::default()), SPEED),
        ));
        let again = rehome(self.dir.path(), Arc::new(self.keychain.clone()), SPEED);
        self.rehome = again;
    }

    /// The waves that are left, then everybody is where they belong.
    pub async fn finish_waves(&self) {
        self.robot(Some(Step::Retire)).work().await;
        self.check_moved(&[]);
    }

    /// Everybody who has the old app has the new one, exactly once, by the same path and with the same account; except these.
    pub fn check_moved(&self, except: &[&str]) {
        let users: BTreeMap<_, _> = self
            .control
            .app_users(&self.new)
            .into_iter()
            .map(|u| (u.user.clone(), u))
            .collect();
        for (user, was) in self.was.users.iter().filter(|(u, _)| !except.contains(&u.as_str())) {
            let is = users
                .get(user)
                .unwrap_or_else(|| panic!("{} is not on the new app", was.username));
            assert_eq!(
                (&is.scope, &is.group),
                (&was.scope, &was.group),
                "path of {}",
                was.username
            );
            assert_eq!(is.external_id, was.external_id, "account of {}", was.username);
            assert_eq!(is.username.to_lowercase(), was.username.to_lowercase());
        }
        assert_eq!(
            users.len(),
            self.was.users.len() - except.len(),
            "nobody else is on the new app"
        );
        self.check_unharmed();
    }

    /// Whatever went wrong: nobody twice, no account doubled or switched off, everybody still on the old app.
    pub fn check_unharmed(&self) {
        for (user, before) in &self.adds {
            let added = self.control.events(ADD, user) - before;
            let joined = !self.first.contains(user) && self.was.users.contains_key(user);
            assert!(added <= 1 + usize::from(joined), "{user} was given apps {added} times");
        }
        let accounts = self.control.downstream(&self.new);
        assert_eq!(accounts.len(), self.was.accounts, "no account was doubled");
        assert!(accounts.iter().all(|a| a.active), "no account was switched off");
        assert_eq!(
            self.control.app_users(&self.old).len(),
            self.was.users.len(),
            "everybody is on the old app"
        );
    }
}

const ADD: &str = "application.user_membership.add";

/// Three sentences that help; never a name of code, never an empty one.
pub fn check_words(problem: &Problem) {
    for words in [&problem.what, &problem.why, &problem.mend] {
        assert!(words.split(' ').count() >= 2, "a sentence: {problem:#?}");
        assert!(
            words
                .chars()
                .next()
                .is_some_and(|c| c == '"' || !c.is_ascii_punctuation()),
            "{problem:#?}"
        );
        for odd in ["::", "Some(", "None", "null", "  "] {
            assert!(!words.contains(odd), "{odd:?} in {problem:#?}");
        }
    }
}

/// Refused with this code and with words.
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Problem>, code: ProblemCode) -> Problem {
    let problem = answer.expect_err("this is refused");
    assert_eq!(problem.code, code, "{problem:#?}");
    check_words(&problem);
    problem
}

/// A run that ended with this code and with words.
pub fn stopped(problem: Option<Problem>, code: ProblemCode) -> Problem {
    refused::<()>(Err(problem.expect("the run stops")), code)
}

/// Counts of a test, into the folder that `REHOME_FIGURES` names; nothing without it.
pub fn write_figures(name: &str, figures: &serde_json::Value) {
    if let Some(folder) = std::env::var_os("REHOME_FIGURES") {
        let file = PathBuf::from(folder).join(format!("{name}.json"));
        let text = serde_json::to_vec_pretty(figures).expect("JSON");
        std::fs::write(file, text).expect("the figures are kept");
    }
}
