//! The main job, headless, against the practice org.

mod early;
mod killed;
pub(crate) mod main_job;
pub(crate) mod robot;
mod undo;
