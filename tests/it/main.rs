//! Headless tests of the shell and journeys against the practice org.

mod approval;
mod bad_input;
mod bindings;
mod desk;
mod ipc;
mod journey;
mod leaks;
mod pilot;
mod planted;
mod recorded;
mod running;
mod settling;
mod unverified;
mod wave_groups;
