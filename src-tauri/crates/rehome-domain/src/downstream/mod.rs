//! The service's own list of users, as a CSV, held against the planned usernames: who has an account, who would get a second
//! one, and which accounts belong to nobody.

mod check;
mod columns;
mod table;
#[cfg(test)]
mod tests;

pub use check::{Account, AccountState, Accounts, Downstream, Duplicate, Planned, check};
pub use columns::{ColumnGuess, Columns, Guess, accounts, guess, guess_column, id_column};
pub use table::{MOST_BYTES, MOST_ROWS, Refusal, Table, read};
