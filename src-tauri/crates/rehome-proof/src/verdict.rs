//! What became of everybody, by the org itself and by the journal: nobody lost, nobody doubled, nobody wrongly failed.

use std::collections::{BTreeMap, BTreeSet};

use rehome_engine::{
    Rehome,
    view::{PeopleFilter, PersonState},
};
use rehome_journal::{Journal, Operation, Outcome};

use crate::{
    company::{Company, Standing, state_of},
    phase::Phase,
};

#[derive(Debug, Default)]
pub struct Verdict {
    pub lost: Vec<String>,
    pub doubled: Vec<String>,
    /// Shown or noted as failed, though the org did what was asked; or never brought to its end.
    pub wrongly_failed: Vec<String>,
    /// Sent without an intent on disk, or a journal that does not hold together.
    pub unjournaled: Vec<String>,
    /// What there is to look into, where something is wrong.
    pub story: Vec<String>,
}

impl Verdict {
    pub fn is_good(&self) -> bool {
        self.lines().next().is_none()
    }

    pub fn lines(&self) -> impl Iterator<Item = String> {
        let named = |name: &'static str, all: &[String]| {
            let all = all.to_vec();
            all.into_iter().map(move |line| format!("{name}: {line}"))
        };
        named("lost", &self.lost)
            .chain(named("doubled", &self.doubled))
            .chain(named("wrongly failed", &self.wrongly_failed))
            .chain(named("unjournaled", &self.unjournaled))
    }
}

/// Method, path and, where the path does not say it, whom it was for.
pub(crate) type Key = (String, String, Option<String>);

pub(crate) fn key(method: &str, path: &str, subject: Option<&str>) -> Key {
    let path = path.split('?').next().unwrap_or_default();
    // A group that is made has its name in the body: how many of each name stand is seen in the org.
    let unnamed = path.starts_with("/api/v1/apps/") && (path.ends_with("/users") || path.ends_with("/groups"));
    let subject = subject.filter(|_| unnamed).map(str::to_owned);
    (method.to_owned(), path.to_owned(), subject)
}

/// Judges a phase that came to its end, or that is stuck (`stuck`: why). `expected`: how both apps stand where nothing went wrong.
///
/// # Panics
/// When the journal cannot be opened.
pub async fn judge(
    company: &Company,
    rehome: &Rehome,
    phase: Phase,
    stuck: Option<Vec<String>>,
    expected: Option<&Standing>,
) -> Verdict {
    let mut verdict = Verdict::default();
    let journal = rehome.journal_for_tests().await.expect("the journal is open");
    let operations = operations(&journal, &company.id).await;
    people(company, phase, stuck.is_some(), &mut verdict);
    if let Some(expected) = expected.filter(|_| stuck.is_none() && verdict.is_good()) {
        verdict.wrongly_failed.extend(company.standing().unlike(expected));
    }
    calls(company, &operations, &mut verdict);
    if let Err(error) = journal.verify(&company.id).await {
        verdict.unjournaled.push(error.to_string());
    }
    match stuck {
        Some(why) => {
            verdict
                .wrongly_failed
                .push(format!("{} never came to its end: {}", phase.name(), why.join(" // ")))
        }
        None if matches!(
            phase,
            Phase::Pilot | Phase::Rehearsal | Phase::Waves | Phase::Groups | Phase::Swap
        ) =>
        {
            shown(company, rehome, &mut verdict).await
        }
        None => {}
    }
    if !verdict.is_good() {
        verdict.story = crate::story::tell(company, rehome, &journal).await;
    }
    verdict
}

pub async fn operations(journal: &Journal, id: &str) -> Vec<Operation> {
    journal.operations(id).await.unwrap_or_default()
}

/// By the org alone.
fn people(company: &Company, phase: Phase, stuck: bool, verdict: &mut Verdict) {
    let control = &company.control;
    let (old, new) = (state_of(control, &company.old), state_of(control, &company.new));
    for (user, was) in &company.was.users {
        let name = &was.username;
        let same = |is: &rehome_practice::AppUserState| {
            (&is.scope, &is.group) == (&was.scope, &was.group)
                && is.external_id == was.external_id
                && is.username.to_lowercase() == was.username.to_lowercase()
        };
        if phase == Phase::Swap && company.leaver.as_ref() == Some(user) {
            let still_on = (old.contains_key(user), new.contains_key(user));
            if !stuck && still_on != (false, false) {
                verdict
                    .wrongly_failed
                    .push(format!("{name} has left, and is still on (old, new): {still_on:?}"));
            }
            continue;
        }
        if !old.contains_key(user) && !new.contains_key(user) {
            verdict.lost.push(format!("{name} is on neither app"));
            continue;
        }
        if stuck {
            continue;
        }
        let (on_old, on_new) = (old.get(user).is_some_and(same), new.get(user).is_some_and(same));
        let holds = match phase {
            Phase::Reading | Phase::Lines | Phase::LinesBack | Phase::Pilot | Phase::Rehearsal | Phase::Groups => {
                on_old
            }
            // Who was there before is there still, in whatever way; nobody else is.
            Phase::RollBack => on_old && new.contains_key(user) == company.was.on_new.contains(user),
            Phase::Waves | Phase::Swap | Phase::CutOver | Phase::TurnBack | Phase::GiveBack => on_old && on_new,
            Phase::Retire | Phase::Delete => on_new && !old.contains_key(user),
        };
        if !holds {
            let now = (old.get(user).map(brief), new.get(user).map(brief));
            verdict.lost.push(format!("{name} was {}, is {now:?}", brief(was)));
        }
    }
    let known = |user: &&String| company.was.users.contains_key(*user) || company.was.on_new.contains(*user);
    for user in new.keys().filter(|user| !known(user)) {
        verdict
            .doubled
            .push(format!("{user} was given the new app and never had the old one"));
    }
    let accounts = control.downstream(&company.new);
    if accounts.len() != company.was.accounts {
        let words = format!("{} accounts instead of {}", accounts.len(), company.was.accounts);
        verdict.doubled.push(words);
    }
    let active = accounts.iter().filter(|a| a.active).count();
    if active < company.was.active {
        let words = format!("{} accounts were switched off", company.was.active - active);
        verdict.lost.push(words);
    }
    if phase == Phase::Delete && !stuck && control.app_status(&company.old).is_some() {
        verdict.wrongly_failed.push("the old app is still there".to_owned());
    }
}

fn brief(user: &rehome_practice::AppUserState) -> String {
    let group = user.group.as_deref().unwrap_or("no group");
    format!(
        "{} by {group} as {} ({:?})",
        user.scope, user.username, user.external_id
    )
}

/// The org's calls against the journal's operations.
fn calls(company: &Company, operations: &[Operation], verdict: &mut Verdict) {
    let mut intents: BTreeSet<Key> = BTreeSet::new();
    let mut confirmed: BTreeMap<Key, usize> = BTreeMap::new();
    let mut open: BTreeMap<Key, usize> = BTreeMap::new();
    for operation in operations {
        let key = key(&operation.method, &operation.path, Some(&operation.subject));
        match operation.outcome {
            Some(Outcome::Confirmed) => *confirmed.entry(key.clone()).or_default() += 1,
            Some(Outcome::Failed { .. }) => {}
            None | Some(Outcome::Unknown { .. }) => *open.entry(key.clone()).or_default() += 1,
        }
        intents.insert(key);
    }
    let mut done: BTreeMap<Key, usize> = BTreeMap::new();
    for call in company.writes() {
        let key = key(&call.method, &call.path, call.subject.as_deref());
        if !intents.contains(&key) {
            verdict.unjournaled.push(format!("{key:?}"));
        }
        if call.done {
            *done.entry(key).or_default() += 1;
        }
    }
    for (key, done_times) in &done {
        let known = confirmed.get(key).copied().unwrap_or(0) + open.get(key).copied().unwrap_or(0);
        if *done_times > known {
            let words = format!("{key:?} was done {done_times} times and counts as confirmed {known} times");
            verdict.wrongly_failed.push(words);
        }
        // Given twice, without having been taken in between.
        let (method, path, subject) = key;
        if method == "POST" && path.ends_with("/users") {
            let taken = (
                "DELETE".to_owned(),
                format!("{path}/{}", subject.as_deref().unwrap_or_default()),
                None,
            );
            let taken = done.get(&taken).copied().unwrap_or(0);
            if *done_times > 1 + taken {
                verdict.doubled.push(format!("{key:?} was done {done_times} times"));
            }
        }
    }
    if let Some((key, _)) = open.into_iter().next() {
        verdict.wrongly_failed.push(format!("{key:?} was never settled"));
    }
}

/// What the window shows of people.
async fn shown(company: &Company, rehome: &Rehome, verdict: &mut Verdict) {
    let page = rehome
        .people(company.id.clone(), PeopleFilter::default(), 0, 1_000)
        .await;
    let Ok(page) = page else { return };
    for row in page.rows {
        if matches!(row.state, PersonState::Failed | PersonState::Unknown) {
            let words = format!("{} is shown as {:?}: {:?}", row.old_username, row.state, row.note);
            verdict.wrongly_failed.push(words);
        }
    }
}
