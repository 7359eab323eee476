//! The main job, headless, against the practice org.

mod main_job;
mod robot;
