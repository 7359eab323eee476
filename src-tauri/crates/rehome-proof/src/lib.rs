//! What shows that a run loses and doubles nobody, and how fast it is: the fault matrix, the soak, the benchmarks of runs.
//!
//! Nothing here knows what the engine writes or asks: a small run is recorded ([`record`]), and every write of the journal and
//! every class of call that it shows becomes cells of the matrix ([`matrix`]). A new kind of call or write is in it by itself.

pub mod child;
pub mod company;
pub mod explain;
pub mod keychain;
pub mod matrix;
pub mod measure;
pub mod phase;
pub mod record;
/// The same admin made of code that the journeys of `tests/it` use.
#[path = "../../../../tests/it/journey/robot.rs"]
pub mod robot;
pub mod soak;
pub mod story;
pub mod tale;
pub mod verdict;
