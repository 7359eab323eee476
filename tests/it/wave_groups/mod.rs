//! Route `WaveGroup` with its swap, and the ways back on the new app.

mod going_back;
mod jobs;
mod running;
mod share;
