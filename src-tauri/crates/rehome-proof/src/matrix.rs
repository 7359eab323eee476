//! The fault matrix (architecture 9): every class of call failed in every way, and the process ended at every write of the
//! journal, alone and together. What there is to fail and to end comes from a recorded run.
//!
//! How cells are folded ([`RULE`]): two cells are one where the same call or the same write of the journal, of the same kind, meets
//! the same thing in the same phase, though it is about somebody else. Of each, the first, the middle and the last are cells.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt, io,
    path::Path,
    sync::Arc,
    time::Instant,
};

use rehome_engine::OperationKind;
use rehome_journal::Operation;
use rehome_practice::{Armed, CallSeen, Fault};

use crate::{
    company::{Company, Kind, Standing, by_hand},
    keychain::Copied,
    phase::{Admin, Phase},
    record::{Image, Keep, Position, Recorder, Recording},
    tale::Tale,
    verdict::{Key, Verdict, judge, key, operations},
};

/// Printed with the figures.
pub const RULE: &str = "one cell for each (tale, phase, kind of write, call without ids and query, fault), for writes at the first, \
    the middle and the last such call, for reads at the first; one for each (tale, phase, write of the journal with its kind and \
    outcome, before or after the commit), at the first, the middle and the last such write; one for each (tale, phase, kind, call, \
    fault at the first such call, write of the journal about that kind or that only the fault brought about, before or after the \
    commit)";

/// A class of call: what for, and its shape.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    /// `None`: a read.
    pub kind: Option<OperationKind>,
    pub method: String,
    /// Path without query and ids.
    pub shape: String,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kind) = self.kind {
            write!(f, "{} = ", kind.word())?;
        }
        write!(f, "{} {}", self.method, self.shape)
    }
}

/// One call of a class, as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub which: &'static str,
    path: String,
    nth: u32,
}

/// One recorded run with at most one fault, and the restarts from some of its moments.
#[derive(Clone, Debug)]
pub struct Unit {
    pub tale: Tale,
    pub phase: Phase,
    pub fault: Option<(Class, Place, Fault)>,
    pub keep: Keep,
    /// Units of a lower tier come first, where time is short.
    pub tier: u8,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} | {}", self.tale.name(), self.phase.name())?;
        match &self.fault {
            Some((class, place, fault)) => write!(f, " | {class} | {} | {fault}", place.which),
            None => write!(f, " | no fault"),
        }
    }
}

/// What there is to fail and to end in a phase.
#[derive(Clone, Debug)]
pub struct Ground {
    pub classes: BTreeMap<Class, Vec<Place>>,
    /// Calls of these classes, each of which can fail in every way.
    pub calls: usize,
    pub moments: usize,
    pub positions: BTreeMap<Position, usize>,
    pub kinds: BTreeSet<OperationKind>,
    /// How both apps stand in the end.
    pub standing: Standing,
}

/// Sums over cells.
#[derive(Debug, Default)]
pub struct Sums {
    pub cells: usize,
    pub restarts: usize,
    /// Restarts for which there was no time.
    pub restarts_left: usize,
    /// Cells whose call was not made this time, so that its fault never sprang.
    pub unsprung: usize,
    pub lost: usize,
    pub doubled: usize,
    pub wrongly_failed: usize,
    pub unjournaled: usize,
    pub kinds: BTreeSet<OperationKind>,
    /// Which cell, and what was wrong with it.
    pub failures: Vec<String>,
    /// What there is to look into about them.
    pub stories: Vec<String>,
}

impl Sums {
    pub fn count(&mut self, what: &str, verdict: &Verdict) {
        self.cells += 1;
        self.lost += verdict.lost.len();
        self.doubled += verdict.doubled.len();
        self.wrongly_failed += verdict.wrongly_failed.len();
        self.unjournaled += verdict.unjournaled.len();
        self.failures
            .extend(verdict.lines().map(|line| format!("{what}: {line}")));
        self.stories
            .extend(verdict.story.iter().map(|line| format!("{what}: {line}")));
    }

    pub fn add(&mut self, other: Self) {
        self.cells += other.cells;
        self.restarts += other.restarts;
        self.restarts_left += other.restarts_left;
        self.unsprung += other.unsprung;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.wrongly_failed += other.wrongly_failed;
        self.unjournaled += other.unjournaled;
        self.kinds.extend(other.kinds);
        self.failures.extend(other.failures);
        self.stories.extend(other.stories);
    }
}

/// A company, taken to the beginning of every phase, and what the phases consist of.
pub struct Bench {
    pub company: Company,
    pub admin: Admin,
    pub ground: BTreeMap<Phase, Ground>,
}

struct Ran {
    recording: Recording,
    /// Operations that were there before.
    begun: usize,
    verdict: Verdict,
    end: Image,
    standing: Standing,
}

impl Ran {
    fn operations(&self) -> &[Operation] {
        self.recording.operations.get(self.begun..).unwrap_or_default()
    }

    fn kinds(&self) -> BTreeSet<OperationKind> {
        let kinds = self.operations().iter().filter_map(|it| OperationKind::of(&it.kind));
        kinds.collect()
    }
}

impl Bench {
    /// # Errors
    /// What the file system says.
    pub async fn set_up(kind: Kind, pilot: u32, wave_size: u32) -> io::Result<Self> {
        let tale = kind.tale;
        let company = Company::found(kind).await?;
        let admin = Admin {
            url: company.org.url().to_owned(),
            token: company.org.token().to_owned(),
            tale,
            pilot,
            wave_size,
        };
        Ok(Self {
            company,
            admin,
            ground: BTreeMap::new(),
        })
    }

    fn tale(&self) -> Tale {
        self.company.kind.tale
    }

    /// Records every phase once, without any fault. Gives what is wrong even so.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn record(&mut self) -> io::Result<Sums> {
        self.until(|_| false).await
    }

    /// Only what comes before the first such phase.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn until(&mut self, last: impl Fn(Phase) -> bool) -> io::Result<Sums> {
        let mut sums = Sums::default();
        let phases = self.tale().phases();
        for (phase, _, _) in phases.iter().take_while(|(phase, _, _)| !last(*phase)) {
            let phase = *phase;
            let Some(start) = self.company.starts.get(&phase) else {
                continue;
            };
            let (folder, keychain) = start.restore(&self.company.control)?;
            let seen = self.company.control.calls_count();
            let ran = self.run(phase, folder.path(), keychain, Keep::None, None).await?;
            sums.count(
                &format!("{} | {} | recorded", self.tale().name(), phase.name()),
                &ran.verdict,
            );
            let (classes, calls) = self.classes(seen, ran.operations());
            let kinds = ran.kinds();
            sums.kinds.extend(kinds.iter().copied());
            let ground = Ground {
                classes,
                calls,
                moments: ran.recording.moments(),
                positions: ran.recording.positions,
                kinds,
                standing: ran.standing,
            };
            self.ground.insert(phase, ground);
            for (next, after, _) in phases {
                if *after != Some(phase) {
                    continue;
                }
                // The same end more than once: images are not copied, they are made.
                let (folder, keychain) = ran.end.restore(&self.company.control)?;
                if *next == Phase::Swap {
                    self.company.somebody_leaves().await?;
                }
                let image = Image::of(&self.company.control, folder.path(), &keychain, next.name())?;
                self.company.starts.insert(*next, image);
            }
        }
        Ok(sums)
    }

    /// Classes of the calls since the org had seen so many, and how many calls those are.
    fn classes(&self, since: usize, operations: &[Operation]) -> (BTreeMap<Class, Vec<Place>>, usize) {
        // Calls of the same shape to the same person are told apart by the order in which they were begun.
        let mut kinds: BTreeMap<Key, VecDeque<OperationKind>> = BTreeMap::new();
        for it in operations {
            if let Some(kind) = OperationKind::of(&it.kind) {
                kinds
                    .entry(key(&it.method, &it.path, Some(&it.subject)))
                    .or_default()
                    .push_back(kind);
            }
        }
        let calls: Vec<CallSeen> = self.company.control.calls().into_iter().skip(since).collect();
        let bare = |call: &CallSeen| call.path.split('?').next().unwrap_or_default().to_owned();
        let mut of: BTreeMap<Class, Vec<usize>> = BTreeMap::new();
        let mut count = 0;
        for (n, call) in calls.iter().enumerate().filter(|(_, call)| !by_hand(call)) {
            let waiting = kinds.get_mut(&key(&call.method, &call.path, call.subject.as_deref()));
            let class = Class {
                kind: waiting.and_then(VecDeque::pop_front),
                method: call.method.clone(),
                shape: self.shape(&bare(call)),
            };
            of.entry(class).or_default().push(n);
            count += 1;
        }
        let place = |(which, n): (&'static str, usize)| {
            let (path, method) = (bare(&calls[n]), &calls[n].method);
            let nth = calls[..=n]
                .iter()
                .filter(|c| c.method == *method && c.path.contains(&path));
            let nth = u32::try_from(nth.count()).unwrap_or(u32::MAX);
            Place { which, path, nth }
        };
        let places = |all: &Vec<usize>| spread(all.len()).map(|(which, i)| place((which, all[i]))).collect();
        (
            of.iter().map(|(class, all)| (class.clone(), places(all))).collect(),
            count,
        )
    }

    fn shape(&self, path: &str) -> String {
        let part = |part: &str| {
            if part == self.company.old {
                "{old}".to_owned()
            } else if part == self.company.new {
                "{new}".to_owned()
            } else if part.len() == 20 && part.chars().any(|c| c.is_ascii_digit()) {
                "{id}".to_owned()
            } else {
                part.to_owned()
            }
        };
        path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    async fn run(
        &self,
        phase: Phase,
        folder: &Path,
        keychain: Arc<Copied>,
        keep: Keep,
        expected: Option<&Standing>,
    ) -> io::Result<Ran> {
        let company = &self.company;
        let rehome = company.rehome(folder, keychain.clone());
        let journal = rehome.journal_for_tests().await.map_err(|p| io::Error::other(p.what))?;
        let begun = operations(&journal, &company.id).await.len();
        // From before the start on: what it finds unsettled it writes, too.
        let recorder = Recorder::begin(&rehome, &company.control, folder, &keychain, keep).await;
        let work = match rehome.start().await {
            Ok(_) => self.admin.work(&rehome, &company.id, phase).await,
            Err(problem) => Err(vec![format!("{problem:?}")]),
        };
        let verdict = judge(company, &rehome, phase, work.err(), expected).await;
        let standing = company.standing();
        let recording = recorder.end(operations(&journal, &company.id).await);
        drop(journal);
        rehome.shutdown().await;
        drop(rehome);
        let name = format!("the end of {}", phase.name());
        let end = Image::of(&company.control, folder, &keychain, name)?;
        if let Some(trouble) = &recording.trouble {
            return Err(io::Error::other(trouble.clone()));
        }
        Ok(Ran {
            recording,
            begun,
            verdict,
            end,
            standing,
        })
    }

    /// `ends`: restarts that have not begun by then are left out, and counted.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn unit(&self, unit: &Unit, ends: Option<Instant>) -> io::Result<Sums> {
        let mut sums = Sums::default();
        let Some(start) = self.company.starts.get(&unit.phase) else {
            return Ok(sums);
        };
        let control = &self.company.control;
        let expected = self.ground.get(&unit.phase).map(|ground| &ground.standing);
        let (folder, keychain) = start.restore(control)?;
        let sprung = control.faults().sprung();
        if let Some((class, place, fault)) = &unit.fault {
            control.faults().set(Armed {
                method: class.method.clone(),
                path: place.path.clone(),
                nth: place.nth,
                ..Armed::new(fault.clone())
            });
        }
        let ran = self
            .run(unit.phase, folder.path(), keychain, unit.keep.clone(), expected)
            .await?;
        if unit.fault.is_some() && control.faults().sprung() == sprung {
            sums.unsprung += 1;
        }
        sums.kinds.extend(ran.kinds());
        sums.count(&unit.to_string(), &ran.verdict);
        for image in ran.recording.images {
            if ends.is_some_and(|ends| Instant::now() >= ends) {
                sums.restarts_left += 1;
                continue;
            }
            let (folder, keychain) = image.restore(control)?;
            let again = self
                .run(unit.phase, folder.path(), keychain, Keep::None, expected)
                .await?;
            sums.restarts += 1;
            sums.kinds.extend(again.kinds());
            sums.count(&format!("{unit} | ended {}", image.at), &again.verdict);
        }
        Ok(sums)
    }

    /// The phases whose cells belong to this tale, as they were recorded.
    fn own(&self) -> impl Iterator<Item = (Phase, &Ground)> {
        let own = self.tale().phases().iter().filter(|(_, _, own)| *own);
        own.filter_map(|(phase, _, _)| Some((*phase, self.ground.get(phase)?)))
    }

    fn is_wanted(&self, class: &Class) -> bool {
        let only = self.tale().only();
        only.is_none_or(|only| class.kind.is_some_and(|kind| only.contains(&kind)))
    }

    fn unit_of(&self, phase: Phase, fault: Option<(Class, Place, Fault)>, keep: Keep, tier: u8) -> Unit {
        Unit {
            tale: self.tale(),
            phase,
            fault,
            keep,
            tier,
        }
    }

    /// The whole matrix, folded by [`RULE`].
    pub fn whole(&self) -> Vec<Unit> {
        let mut units = Vec::new();
        for (phase, ground) in self.own() {
            units.push(self.unit_of(phase, None, self.ends(ground), 0));
            for (class, places) in ground.classes.iter().filter(|(class, _)| self.is_wanted(class)) {
                for (n, place) in places
                    .iter()
                    .enumerate()
                    .filter(|(n, _)| *n == 0 || class.kind.is_some())
                {
                    for fault in faults(class) {
                        let first = if class.kind.is_some() { 1 } else { 2 };
                        let (keep, tier) = match class.kind {
                            Some(kind) if n == 0 => (about(kind, ground, 1), first),
                            _ => (Keep::None, if n == 0 { first } else { 3 }),
                        };
                        let fault = Some((class.clone(), place.clone(), fault));
                        units.push(self.unit_of(phase, fault, keep, tier));
                    }
                }
            }
        }
        units
    }

    /// The first, the middle and the last moment of each position.
    fn ends(&self, ground: &Ground) -> Keep {
        let only = self.tale().only();
        let wanted = ground.positions.iter().filter(|((_, what), _)| {
            only.is_none_or(|only| only.iter().any(|kind| what.split(' ').nth(1) == Some(kind.word())))
        });
        Keep::At(
            wanted
                .map(|(position, count)| (position.clone(), spread(*count).map(|(_, n)| n).collect()))
                .collect(),
        )
    }

    /// A part of it: every kind of write fails in one way, one in so many writes of the journal about it is an end, and some readings
    /// fail.
    /// `turn` chooses which goes with which.
    pub fn some(&self, turn: usize, every: usize, reads: usize) -> Vec<Unit> {
        let mut units = Vec::new();
        let mut nth = turn;
        let mut met: BTreeSet<OperationKind> = BTreeSet::new();
        for (phase, ground) in self.own() {
            for (class, places) in ground.classes.iter().filter(|(class, _)| self.is_wanted(class)) {
                nth += 1;
                let of = faults(class);
                let fault = of[nth * 7 % of.len()].clone();
                let place = places[nth % places.len()].clone();
                match class.kind {
                    Some(kind) if met.insert(kind) => {
                        let fault = Some((class.clone(), place, fault));
                        units.push(self.unit_of(phase, fault, about(kind, ground, every), 1));
                    }
                    None if nth.is_multiple_of(reads) => {
                        units.push(self.unit_of(phase, Some((class.clone(), place, fault)), Keep::None, 2));
                    }
                    _ => {}
                }
            }
        }
        units
    }

    /// Cells before they are folded: every call failed in every way, and every moment an end; those with both are not counted.
    pub fn unfolded(&self) -> usize {
        let of = |ground: &Ground| ground.calls * Fault::all().len() + ground.moments;
        self.own().map(|(_, ground)| of(ground)).sum()
    }
}

fn about(kind: OperationKind, ground: &Ground, every: usize) -> Keep {
    Keep::About {
        kind: kind.word().to_owned(),
        known: ground.positions.keys().cloned().collect(),
        every,
    }
}

/// Of so many the first, the middle and the last, each once.
fn spread(count: usize) -> impl Iterator<Item = (&'static str, usize)> {
    let last = count.saturating_sub(1);
    let all = [
        ("first", 0, count > 0),
        ("middle", count / 2, count > 2),
        ("last", last, count > 1),
    ];
    all.into_iter().filter(|(_, _, is)| *is).map(|(which, n, _)| (which, n))
}

/// The ways in which a class of call can fail: what has to do with pages is for readings.
fn faults(class: &Class) -> Vec<Fault> {
    let for_reads = [
        Fault::StaleRead,
        Fault::NextElsewhere,
        Fault::NextLoop,
        Fault::RepeatedItems,
    ];
    let all = Fault::all().into_iter();
    all.filter(|fault| class.kind.is_none() || !for_reads.contains(fault))
        .collect()
}
