//! Route `WaveGroup` with its swap, and the ways back on the new app.

mod going_back;
mod running;
mod share;
