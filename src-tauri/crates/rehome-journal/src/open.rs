//! Opening the journal: lock, key, settings, layout, threads.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{
    JournalError, JournalKey, files,
    schema::{self, Step},
    worker::{Reader, Watch, Watched, Writer},
};

/// An open journal. Cheap to clone; closed when the last clone is dropped, which waits for what is queued.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    // Dropped in this order: the writer closes the file last, takes the write-ahead log in, and lets the lock go.
    reader: Reader,
    writer: Writer,
    watched: Watched,
    dir: PathBuf,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal")
            .field("dir", &self.0.dir)
            .finish_non_exhaustive()
    }
}

impl Journal {
    /// Opens the journal in `dir`, making folder and file where they are missing. Blocks for file access: milliseconds,
    /// longer when the layout is brought up to date (a copy `journal.db.before-N` is kept).
    ///
    /// Errors: `WrongKey`, `Newer`, `Locked` (another process or another `Journal` has it open), `Full`, `ReadOnly`,
    /// `Damaged`, `Io`.
    pub fn open(dir: &Path, key: &JournalKey) -> Result<Self, JournalError> {
        Self::open_with(dir, key, &schema::steps())
    }

    /// Whether `dir` holds a journal, of whatever key.
    pub fn exists(dir: &Path) -> bool {
        fs::metadata(dir.join(files::DATABASE)).is_ok_and(|file| file.len() > 0)
    }

    pub(crate) fn open_with(dir: &Path, key: &JournalKey, steps: &[Step]) -> Result<Self, JournalError> {
        files::create_folder(dir)?;
        let lock = files::lock(dir)?;
        let database = dir.join(files::DATABASE);
        let mut writing = connect(
            &database,
            key,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        )?;
        unlock(&writing, dir, key)?;
        if writing.is_readonly("main")? {
            return Err(JournalError::ReadOnly);
        }
        settle(&writing)?;
        schema::migrate(&mut writing, &database, steps)?;
        let reading = connect(&database, key, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let watched = Watched::default();
        let (reader, writer) = (
            Reader::start(reading)?,
            Writer::start(writing, lock, Arc::clone(&watched))?,
        );
        Ok(Self(Arc::new(Inner {
            reader,
            writer,
            watched,
            dir: dir.to_owned(),
        })))
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.0.dir
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.0.reader.read(work).await
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.0.writer.write(work).await
    }

    pub(crate) async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.0.writer.alone(work).await
    }

    /// Shows each transaction to a test just before and after it is committed; the first call counts.
    #[doc(hidden)]
    pub fn watch_for_tests(&self, watch: Watch) {
        let _ = self.0.watched.set(watch);
    }

    /// Makes the disk look full: the file may grow by `more` pages of 4 KiB from now on; `None` lifts the limit.
    #[doc(hidden)]
    pub async fn limit_pages_for_tests(&self, more: Option<u32>) -> Result<(), JournalError> {
        self.alone(move |conn| {
            let used: u32 = conn.query_row("PRAGMA page_count", [], |row| row.get(0))?;
            let limit = more.map_or(u32::MAX - 1, |more| used.saturating_add(more));
            conn.query_row(&format!("PRAGMA max_page_count = {limit}"), [], |_| Ok(()))?;
            Ok(())
        })
        .await
    }
}

fn connect(database: &Path, key: &JournalKey, access: OpenFlags) -> Result<Connection, JournalError> {
    // No SQLITE_OPEN_URI: a folder name is never read as options. Each connection stays on one thread.
    let conn = Connection::open_with_flags(database, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.execute_batch(&key.pragma())?;
    // SQLCipher otherwise writes to stderr or the system's log on its own. Errors reach us as errors.
    conn.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(conn)
}

/// The first read shows whether the key fits.
fn unlock(conn: &Connection, dir: &Path, key: &JournalKey) -> Result<(), JournalError> {
    let check = dir.join(files::CHECK);
    let fingerprint = key.fingerprint();
    let noted = fs::read_to_string(&check).ok();
    let fits = noted.as_deref() == Some(fingerprint.as_str());
    match conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())) {
        Ok(()) if fits => Ok(()),
        Ok(()) => Ok(files::write_atomically(&check, fingerprint.as_bytes())?),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) && !fits => {
            Err(JournalError::WrongKey)
        }
        Err(error) => Err(error.into()),
    }
}

fn settle(conn: &Connection) -> Result<(), JournalError> {
    let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(JournalError::Io {
            what: "this disk does not allow a write-ahead log".to_owned(),
        });
    }
    // fullfsync: on macOS a plain fsync leaves data in the drive's cache.
    conn.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -16384;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    Ok(())
}
