//! What the window sees: plain data, ready to be shown. Counts are `u32`, times are RFC 3339 in UTC (the window shows them
//! in the admin's zone), words are finished sentences. Nothing here holds a token or a key (invariant 6).

mod approval;
mod compare;
mod connect;
mod cut_over;
mod frame;
mod going_back;
mod map;
mod people;
mod pilot;
mod plan;
mod problem;
mod retire;
mod runs;
mod share;
mod waves;

pub use approval::*;
pub use compare::*;
pub use connect::*;
pub use cut_over::*;
pub use frame::*;
pub use going_back::*;
pub use map::*;
pub use people::*;
pub use pilot::*;
pub use plan::*;
pub use problem::*;
pub use retire::*;
pub use runs::*;
pub use share::*;
pub use waves::*;
