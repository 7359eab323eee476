//! The main job, headless, against the practice org.

mod cut_over;
mod early;
mod killed;
pub(crate) mod main_job;
mod newcomers;
pub(crate) mod robot;
mod service_app;
mod undo;
