//! The main job, headless, against the practice org.

mod killed;
mod main_job;
mod robot;
