//! Recording a run: every write of the journal, before and after it is on disk, with the org as it was at that moment.
//!
//! An image is what a killed process would leave: the files of the journal as they are while its writing thread stands still,
//! and the org. Opening a copy of it is the restart.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rehome_engine::Rehome;
use rehome_journal::{Moment, Operation};
use rehome_practice::{Control, OrgImage};
use tempfile::TempDir;

use crate::keychain::Copied;

/// A folder for a journal that is thrown away: in memory where the machine has that, because what is shown here is what a
/// killed process leaves, not what a power cut does.
///
/// # Errors
/// What the file system says.
pub fn scratch() -> io::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    }
}

/// A journal, its keychain and the org at one moment.
pub struct Image {
    /// Which write, and on which side of it.
    pub at: String,
    org: OrgImage,
    files: TempDir,
    keychain: Copied,
}

/// Of what a data folder holds, these are the journal's; a lock does not outlive its process.
fn is_kept(name: &str) -> bool {
    name.starts_with("journal.") && name != "journal.lock" && !name.ends_with("-shm")
}

fn copy_files(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(is_kept) {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

impl Image {
    /// # Errors
    /// What the file system says.
    pub fn of(control: &Control, dir: &Path, keychain: &Copied, at: impl Into<String>) -> io::Result<Self> {
        let org = control.image();
        let files = scratch()?;
        copy_files(dir, files.path())?;
        Ok(Self {
            at: at.into(),
            org,
            files,
            keychain: keychain.copy(),
        })
    }

    /// The world as it was: the org goes back, and a folder of its own holds the journal.
    ///
    /// # Errors
    /// What the file system says.
    pub fn restore(&self, control: &Control) -> io::Result<(TempDir, Arc<Copied>)> {
        control.go_back(&self.org);
        let dir = scratch()?;
        copy_files(self.files.path(), dir.path())?;
        Ok((dir, Arc::new(self.keychain.copy())))
    }
}

/// Where in a run a process can end: what the write told the journal, and on which side of the commit.
///
/// Two moments are at the same position where the same was written, of the same kind and with the same outcome, though about
/// somebody else. That is the rule by which the matrix folds cells.
pub type Position = (Moment, String);

/// Which moments of a run are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    #[default]
    None,
    All,
    /// Of each position these ones (0: the first).
    At(BTreeMap<Position, BTreeSet<usize>>),
    /// The first of each position that is not known, and of each that speaks of this kind of operation; of these one in so many.
    About {
        kind: String,
        known: BTreeSet<Position>,
        every: usize,
    },
}

/// What was seen of a run.
#[derive(Default)]
pub struct Recording {
    /// Positions, by how many moments were at each.
    pub positions: BTreeMap<Position, usize>,
    pub images: Vec<Image>,
    /// Operations that were begun.
    pub operations: Vec<Operation>,
    writes: usize,
    new: usize,
    pub trouble: Option<String>,
}

impl Recording {
    pub fn moments(&self) -> usize {
        self.writes
    }

    fn wants(&mut self, keep: &Keep, at: &[Position]) -> bool {
        let positions = &self.positions;
        let seen = |p: &Position| positions.get(p).copied().unwrap_or(0);
        match keep {
            Keep::None => false,
            Keep::All => true,
            Keep::At(places) => at.iter().any(|p| places.get(p).is_some_and(|of| of.contains(&seen(p)))),
            Keep::About { kind, known, every } => {
                let is_new = |p: &Position| seen(p) == 0 && (is_about(&p.1, kind) || !known.contains(p));
                let new = at.iter().any(is_new);
                self.new += usize::from(new);
                new && self.new.is_multiple_of(*every)
            }
        }
    }
}

/// Whether a write speaks of an operation of this kind.
fn is_about(what: &str, kind: &str) -> bool {
    let mut words = what.split(' ');
    matches!(words.next(), Some("begin" | "finish")) && words.next() == Some(kind)
}

/// Watches the journal of a Rehome from now on.
pub struct Recorder {
    seen: Arc<Mutex<Recording>>,
}

impl Recorder {
    /// # Panics
    /// When the journal is not open.
    pub async fn begin(rehome: &Rehome, control: &Control, dir: &Path, keychain: &Arc<Copied>, keep: Keep) -> Self {
        let seen = Arc::new(Mutex::new(Recording::default()));
        let journal = rehome.journal_for_tests().await.expect("the journal is open");
        let (into, control, dir, keychain) = (seen.clone(), control.clone(), dir.to_owned(), keychain.clone());
        journal.watch_for_tests(Box::new(move |moment, notes| {
            let mut seen = into.lock().unwrap_or_else(PoisonError::into_inner);
            let n = seen.writes;
            seen.writes += 1;
            let at: Vec<Position> = notes.iter().map(|what| (moment, what.clone())).collect();
            if seen.wants(&keep, &at) {
                let side = match moment {
                    Moment::BeforeCommit => "before",
                    Moment::AfterCommit => "after",
                };
                let name = format!("{side} write {}: {}", n / 2, notes.join(" + "));
                match Image::of(&control, &dir, &keychain, name) {
                    Ok(image) => seen.images.push(image),
                    Err(error) => seen.trouble = Some(error.to_string()),
                }
            }
            for position in at {
                *seen.positions.entry(position).or_default() += 1;
            }
        }));
        Self { seen }
    }

    /// What was seen, with the operations of it.
    pub fn end(self, operations: Vec<Operation>) -> Recording {
        let mut seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        seen.operations = operations;
        seen
    }
}
