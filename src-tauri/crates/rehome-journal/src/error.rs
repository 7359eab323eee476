//! What can go wrong, in words for the admin: what, why, how to mend it.

use std::io;

use rusqlite::ErrorCode;

/// Why the journal could not be opened, read or written. After any of these nothing was stored by the call that got it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    #[error(
        "The journal does not open with this key, because it was encrypted with another one. \
         Enter the recovery code of this journal."
    )]
    WrongKey,
    #[error(
        "The journal was written by a newer version of Rehome (layout {found}; this version knows {known}). \
         Install the newer version."
    )]
    Newer { found: i32, known: i32 },
    #[error(
        "The journal is in use, because Rehome already runs on this computer. Close the other window and try again."
    )]
    Locked,
    #[error("The journal cannot be written, because the disk is full. Free some space; nothing is sent until then.")]
    Full,
    #[error(
        "The journal cannot be written, because its folder or file is read-only. \
         Give your account the right to write there."
    )]
    ReadOnly,
    #[error(
        "The journal is damaged ({what}). Keep the file as it is and put back a copy from your backup; \
         Rehome writes nothing to Okta without a journal."
    )]
    Damaged { what: String },
    #[error("The journal's disk did not answer as it should ({what}). Check the disk and try again.")]
    Io { what: String },
    #[error(
        "This move from {old_app} to {new_app} is already open in this journal. \
         Go on with it, or close it before a new one begins."
    )]
    AlreadyOpen { old_app: String, new_app: String },
    #[error("The journal has no migration {id}. It may have been wiped; choose another one.")]
    NoSuchMigration { id: String },
    #[error("The journal has no operation {id}. It may have been wiped with its migration.")]
    NoSuchOperation { id: i64 },
    #[error(
        "Operation {id} is {from} in the journal and cannot become {to}, because an outcome that was seen is final. \
         This is a fault of Rehome; please report it."
    )]
    IllegalTransition {
        id: i64,
        from: &'static str,
        to: &'static str,
    },
    #[error(
        "The journal's chain is broken at entry {seq}, because an entry was changed, added or removed from outside. \
         Do not rely on later entries; compare with a backup."
    )]
    ChainBroken { seq: i64 },
    #[error(
        "The key beside the journal, `journal.key.json`, cannot be read ({what}). Put it back from your backup, or open \
         the journal with the keychain."
    )]
    WrappedKeyUnreadable { what: String },
    #[error("The journal was closed while this was under way. Open it again and look whether it is there.")]
    Stopped,
    #[error("The journal refused a statement ({what}). This is a fault of Rehome; please report it.")]
    Refused { what: String },
}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        // Only SQLite's own message is kept: Display of some variants repeats the statement.
        match error {
            rusqlite::Error::SqliteFailure(failure, message) => {
                let what = message.unwrap_or_else(|| failure.to_string());
                match failure.code {
                    ErrorCode::DiskFull => Self::Full,
                    ErrorCode::ReadOnly => Self::ReadOnly,
                    ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged { what },
                    ErrorCode::SystemIoFailure
                    | ErrorCode::CannotOpen
                    | ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::FileLockingProtocolFailed
                    | ErrorCode::OutOfMemory
                    | ErrorCode::PermissionDenied => Self::Io { what },
                    _ => Self::Refused { what },
                }
            }
            rusqlite::Error::FromSqlConversionFailure(column, _, why) => Self::Damaged {
                what: format!("column {column}: {why}"),
            },
            rusqlite::Error::SqlInputError { msg, .. } => Self::Refused { what: msg },
            other => Self::Refused {
                what: other.to_string(),
            },
        }
    }
}

impl From<io::Error> for JournalError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Io {
                what: error.to_string(),
            },
        }
    }
}

/// Why a key could not be had from the keychain's text or the recovery code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error(
        "This is a well-formed recovery code, but of another journal. Look for the code that was shown when this \
         journal was made."
    )]
    WrongCode,
    #[error(
        "The key in the keychain is not a journal key, because something else was stored in its place. \
         Enter the recovery code."
    )]
    Malformed,
    #[error(
        "The wrapped key beside the journal cannot be read ({what}). Put `journal.key.json` back from your backup, \
         or open the journal with the keychain."
    )]
    Damaged { what: String },
}
