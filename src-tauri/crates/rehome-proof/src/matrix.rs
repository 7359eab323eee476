//! The fault matrix (architecture 9): every class of call failed in every way, and the process ended at every write of the
//! journal, alone and together. What there is to fail and to end comes from a recorded run.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, io,
    path::Path,
};

use rehome_practice::{Armed, Fault};

use crate::{
    company::{Company, Kind},
    phase::{Admin, Phase},
    record::{Image, Keep, Recorder, Recording},
    verdict::{Verdict, judge, operations},
};

/// A class of call: its name, and one call of it as it was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    pub name: String,
    method: String,
    path: String,
}

impl Class {
    pub fn is_write(&self) -> bool {
        self.method != "GET"
    }

    fn armed(&self, fault: Fault) -> Armed {
        Armed {
            method: self.method.clone(),
            path: self.path.clone(),
            ..Armed::new(fault)
        }
    }
}

/// One recorded run with at most one fault, and the restarts from some of its moments.
#[derive(Clone, Debug)]
pub struct Unit {
    pub phase: Phase,
    pub fault: Option<(Class, Fault)>,
    pub keep: Keep,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.phase.name())?;
        match &self.fault {
            Some((class, fault)) => write!(f, " | {} | {fault}", class.name)?,
            None => write!(f, " | no fault")?,
        }
        match self.keep {
            Keep::NONE => Ok(()),
            Keep::ALL => write!(f, " | every write"),
            Keep { every, first } => write!(f, " | moments {first}+{every}n"),
        }
    }
}

/// What there is to fail and to end in a phase.
#[derive(Clone, Debug, Default)]
pub struct Ground {
    pub classes: BTreeSet<Class>,
    pub moments: usize,
    pub writes: BTreeMap<String, usize>,
    pub kinds: BTreeSet<String>,
}

/// Sums over cells.
#[derive(Debug, Default)]
pub struct Sums {
    pub cells: usize,
    pub restarts: usize,
    pub lost: usize,
    pub doubled: usize,
    pub wrongly_failed: usize,
    pub unjournaled: usize,
    pub kinds: BTreeSet<String>,
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
    verdict: Verdict,
    end: Image,
}

impl Bench {
    /// # Errors
    /// What the file system says.
    pub async fn set_up(kind: Kind, pilot: u32, wave_size: u32) -> io::Result<Self> {
        let company = Company::found(kind).await?;
        let admin = Admin {
            url: company.org.url().to_owned(),
            token: company.org.token().to_owned(),
            pilot,
            wave_size,
        };
        Ok(Self {
            company,
            admin,
            ground: BTreeMap::new(),
        })
    }

    /// Records every phase once, without any fault. Gives what is wrong even so.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn record(&mut self) -> io::Result<Sums> {
        self.work(&Phase::ALL).await
    }

    /// Only what comes before a phase.
    ///
    /// # Errors
    /// What the file system says.
    pub async fn until(&mut self, phase: Phase) -> io::Result<Sums> {
        let before: Vec<Phase> = Phase::ALL.into_iter().filter(|p| *p < phase).collect();
        self.work(&before).await
    }

    async fn work(&mut self, phases: &[Phase]) -> io::Result<Sums> {
        let mut sums = Sums::default();
        for phase in phases.iter().copied() {
            if let Some(start) = self.company.starts.get(&phase) {
                let (folder, keychain) = start.restore(&self.company.control)?;
                let seen = self.company.control.calls_count();
                let ran = self.run(phase, folder.path(), keychain, Keep::NONE).await?;
                sums.count(&format!("{} | recorded", phase.name()), &ran.verdict);
                let ground = Ground {
                    classes: self.classes(seen),
                    moments: ran.recording.moments,
                    writes: ran.recording.writes,
                    kinds: ran.recording.kinds.into_keys().collect(),
                };
                sums.kinds.extend(ground.kinds.iter().cloned());
                self.ground.insert(phase, ground);
                let next = Phase::ALL.into_iter().filter(|next| next.after() == Some(phase));
                for next in next.collect::<Vec<_>>() {
                    // The same end twice: images are not copied, they are made.
                    let (folder, keychain) = ran.end.restore(&self.company.control)?;
                    let image = Image::of(&self.company.control, folder.path(), &keychain, next.name())?;
                    self.company.starts.insert(next, image);
                }
            }
        }
        Ok(sums)
    }

    /// Classes of the calls since the org had seen so many.
    fn classes(&self, since: usize) -> BTreeSet<Class> {
        let mut out: BTreeMap<String, Class> = BTreeMap::new();
        let by_hand = |path: &str| path.contains("/group-push/mappings/");
        for call in self.company.control.calls().into_iter().skip(since) {
            let path = call.path.split('?').next().unwrap_or_default().to_owned();
            if by_hand(&path) {
                continue;
            }
            let name = format!("{} {}", call.method, self.named(&path));
            out.entry(name.clone()).or_insert(Class {
                name,
                method: call.method,
                path,
            });
        }
        out.into_values().collect()
    }

    fn named(&self, path: &str) -> String {
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
        keychain: std::sync::Arc<crate::keychain::Copied>,
        keep: Keep,
    ) -> io::Result<Ran> {
        let company = &self.company;
        let rehome = company.rehome(folder, keychain.clone());
        let started = rehome.start().await;
        let recorder = Recorder::begin(&rehome, &company.control, folder, &keychain, keep).await;
        let work = match started {
            Ok(_) => self.admin.work(&rehome, &company.id, phase).await,
            Err(problem) => Err(vec![format!("{problem:?}")]),
        };
        let verdict = judge(company, &rehome, phase, work.err()).await;
        let journal = rehome.journal_for_tests().await.map_err(|p| io::Error::other(p.what))?;
        let recording = recorder.end(&operations(&journal, &company.id).await);
        drop(journal);
        rehome.shutdown().await;
        drop(rehome);
        let end = Image::of(
            &company.control,
            folder,
            &keychain,
            format!("the end of {}", phase.name()),
        )?;
        if let Some(trouble) = &recording.trouble {
            return Err(io::Error::other(trouble.clone()));
        }
        Ok(Ran {
            recording,
            verdict,
            end,
        })
    }

    /// # Errors
    /// What the file system says.
    pub async fn unit(&self, unit: &Unit) -> io::Result<Sums> {
        let mut sums = Sums::default();
        let Some(start) = self.company.starts.get(&unit.phase) else {
            return Ok(sums);
        };
        let (folder, keychain) = start.restore(&self.company.control)?;
        if let Some((class, fault)) = &unit.fault {
            self.company.control.faults().set(class.armed(fault.clone()));
        }
        let ran = self.run(unit.phase, folder.path(), keychain, unit.keep).await?;
        sums.kinds.extend(ran.recording.kinds.into_keys());
        sums.count(&unit.to_string(), &ran.verdict);
        for image in ran.recording.images {
            let (folder, keychain) = image.restore(&self.company.control)?;
            let again = self.run(unit.phase, folder.path(), keychain, Keep::NONE).await?;
            sums.restarts += 1;
            sums.kinds.extend(again.recording.kinds.into_keys());
            sums.count(&format!("{unit} | ended {}", image.at), &again.verdict);
        }
        Ok(sums)
    }

    /// The whole matrix: every class of call × every fault; every moment; every write failed in every way × every moment.
    pub fn whole(&self) -> Vec<Unit> {
        let mut units = Vec::new();
        for (phase, ground) in &self.ground {
            units.push(unit(*phase, None, Keep::ALL));
            for class in &ground.classes {
                for fault in faults(class) {
                    let keep = if class.is_write() { Keep::ALL } else { Keep::NONE };
                    units.push(unit(*phase, Some((class.clone(), fault)), keep));
                }
            }
        }
        units
    }

    /// A part of it in which every class of call, every way to fail, and every write is met: `turn` chooses which goes with
    /// which. At most so many restarts a unit.
    pub fn some(&self, turn: usize, restarts: usize) -> Vec<Unit> {
        let mut units = Vec::new();
        let spread = |moments: usize, turn: usize, count: usize| match moments.checked_div(count.max(1)) {
            Some(every) if every > 0 => Keep {
                every,
                first: turn % every,
            },
            _ => Keep::ALL,
        };
        let mut nth = turn;
        for (phase, ground) in &self.ground {
            units.push(unit(*phase, None, spread(ground.moments, turn, restarts)));
            for class in &ground.classes {
                let of = faults(class);
                let fault = of[nth % of.len()].clone();
                let keep = if class.is_write() {
                    spread(ground.moments, nth, 1)
                } else {
                    Keep::NONE
                };
                units.push(unit(*phase, Some((class.clone(), fault)), keep));
                nth += 1;
            }
        }
        units
    }
}

fn unit(phase: Phase, fault: Option<(Class, Fault)>, keep: Keep) -> Unit {
    Unit { phase, fault, keep }
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
    all.filter(|fault| !class.is_write() || !for_reads.contains(fault))
        .collect()
}
