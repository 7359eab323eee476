//! Headless tests of the shell and journeys against the practice org.

mod bindings;
mod ipc;
mod journey;
