//! The encrypted journal: intents, outcomes, snapshots, decisions, calls.
//!
//! One SQLCipher file, `journal.db`, holds all migrations of this laptop. Three promises:
//!
//! * **Said is stored.** A write is answered only after the transaction that holds it was committed and fsynced
//!   ([`Journal::begin`] before the call to Okta: invariant 1). What was answered is there after SIGKILL or power loss.
//! * **Nothing is rewritten.** Operations, outcomes and decisions are only ever added, and form one hash chain per
//!   migration; [`Journal::verify`] recomputes it. A migration goes as a whole, by [`Journal::wipe_migration`].
//! * **Two ways in.** The random [`JournalKey`] is kept in the keychain, and on disk as a [`WrappedKey`] that the
//!   [`RecoveryCode`] opens when the keychain was changed or emptied.
//!
//! Callers never pass a token, private key or `Authorization` header to any function of this crate (invariant 6): the
//! journal stores what it is given, word for word, and exports are made from it.
//!
//! Dropping the future of a write does not take the write back: once queued it is carried out.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::unwrap_in_result))]

mod chain;
mod error;
mod files;
mod key;
mod open;
mod recovery;
mod schema;
mod sql;
mod table;
#[cfg(test)]
mod tests;
mod worker;
mod wrapped;

pub use error::{JournalError, KeyError};
pub use key::JournalKey;
pub use open::Journal;
pub use recovery::{RecoveryCode, RecoveryCodeError};
pub use table::{
    call::CallRow,
    decision::Decision,
    migration::{MigrationRow, NewMigration},
    operation::{NewOperation, Operation, OperationId},
    outcome::Outcome,
    proof::{Proof, ProofRow},
    snapshot::Snapshot,
};
#[doc(hidden)]
pub use worker::{Moment, Watch};
pub use wrapped::WrappedKey;
