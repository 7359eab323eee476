//! What the window is told without asking. It asks for the truth afterwards; an event never carries it.

use rehome_engine::view::RunView;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_specta::Event;

/// Something that a view shows has changed: read it again. `None`: the first screen has.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    pub migration: Option<String>,
}

/// How far a reading or run has come; the last one of a run has the state `finished`.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
pub struct RunProgress(pub RunView);
