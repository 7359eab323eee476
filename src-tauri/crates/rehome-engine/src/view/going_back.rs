//! The way back on the new app.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What rolling back takes away on the new app, for the dialog before it.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RollBackView {
    /// There is something to take back, and nobody has left the old app.
    pub possible: bool,
    /// People who lose the new app again.
    pub people: u32,
    /// One sentence for each group, and one for the people.
    pub lines: Vec<String>,
    /// What stays as it is.
    pub keeps: String,
    /// Names of wave groups that stand: a migration is not closed or removed before they are gone.
    pub standing: Vec<String>,
}
