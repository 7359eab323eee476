//! Recording a run: every write of the journal, before and after it is on disk, with the org as it was at that moment.
//!
//! An image is what a killed process would leave: the files of the journal as they are while its writing thread stands still,
//! and the org. Opening a copy of it is the restart.

use std::{
    collections::BTreeMap,
    fs, io,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
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

/// Which moments of a run are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Every so manyth moment, beginning with `first`; two moments a write.
    pub every: usize,
    pub first: usize,
}

impl Keep {
    pub const ALL: Self = Self { every: 1, first: 0 };
    pub const NONE: Self = Self {
        every: usize::MAX,
        first: usize::MAX,
    };

    fn wants(self, n: usize) -> bool {
        n >= self.first && (n - self.first).is_multiple_of(self.every)
    }
}

/// What was seen of a run.
#[derive(Default)]
pub struct Recording {
    /// Transactions, by what they did.
    pub writes: BTreeMap<String, usize>,
    /// Moments at which a process could have ended.
    pub moments: usize,
    pub images: Vec<Image>,
    /// Kinds of operations.
    pub kinds: BTreeMap<String, usize>,
    pub trouble: Option<String>,
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
        let count = AtomicUsize::new(0);
        journal.watch_for_tests(Box::new(move |moment, names| {
            let n = count.fetch_add(1, Ordering::Relaxed);
            let what = names.iter().map(|name| short(name)).collect::<Vec<_>>().join(" + ");
            let image = keep.wants(n).then(|| {
                let side = match moment {
                    Moment::BeforeCommit => "before",
                    Moment::AfterCommit => "after",
                };
                Image::of(&control, &dir, &keychain, format!("{side} write {}: {what}", n / 2))
            });
            let mut seen = into.lock().unwrap_or_else(PoisonError::into_inner);
            seen.moments += 1;
            if moment == Moment::AfterCommit {
                for name in names {
                    *seen.writes.entry(short(name).to_owned()).or_default() += 1;
                }
            }
            match image {
                Some(Ok(image)) => seen.images.push(image),
                Some(Err(error)) => seen.trouble = Some(error.to_string()),
                None => {}
            }
        }));
        Self { seen }
    }

    /// What was seen, with the kinds of these operations.
    pub fn end(self, operations: &[Operation]) -> Recording {
        let mut seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        for operation in operations {
            *seen.kinds.entry(operation.kind.clone()).or_default() += 1;
        }
        seen
    }
}

/// The method of the journal, from the name of the closure that does its work.
pub fn short(name: &str) -> &str {
    let own = name.split("::{{closure}}").next().unwrap_or(name);
    own.rsplit("::").next().unwrap_or(own)
}
