//! Files beside the database: names, and writing one so that a crash leaves either the old or the new one.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

pub(crate) const DATABASE: &str = "journal.db";
pub(crate) const LOCK: &str = "journal.lock";
pub(crate) const CHECK: &str = "journal.check";
pub(crate) const WRAPPED_KEY: &str = "journal.key.json";

/// Makes the journal's folder, readable by its owner alone where the system knows such a thing.
pub(crate) fn create_folder(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(dir)
}

pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = with_suffix(path, ".tmp");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    rename_durably(&temporary, path)
}

/// Copies through a temporary name, so that a half-written copy never bears the final name.
pub(crate) fn copy_durably(from: &Path, to: &Path) -> io::Result<()> {
    let temporary = with_suffix(to, ".tmp");
    fs::copy(from, &temporary)?;
    OpenOptions::new().write(true).open(&temporary)?.sync_all()?;
    rename_durably(&temporary, to)
}

fn rename_durably(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    // On Unix the new name is on disk only when the folder is; Windows neither needs nor allows this.
    #[cfg(unix)]
    if let Some(folder) = to.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

pub(crate) fn backup_name(database: &Path, version: i32) -> PathBuf {
    with_suffix(database, &format!(".before-{version}"))
}

/// Copies made before schema migrations; they hold what a wipe must remove.
pub(crate) fn remove_backups(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry
            .file_name()
            .to_string_lossy()
            .starts_with(&format!("{DATABASE}.before-"))
        {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The lock that keeps a second Rehome out. Held as long as the value lives, by the process: it dies with it.
pub(crate) fn lock(dir: &Path) -> Result<File, crate::JournalError> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(dir.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(crate::JournalError::Locked),
        Err(fs::TryLockError::Error(error)) => Err(error.into()),
    }
}
