//! How a run goes: how fast, when, how much may go wrong, and what opens the next wave. Pure: whoever asks says what time it is.

mod budget;
mod cause;
mod forecast;
mod foreign;
mod gap;
mod settings;
mod throttle;
mod windows;

pub use budget::ErrorBudget;
pub use cause::{Advice, Cause, Trouble};
pub use forecast::forecast;
pub use foreign::{ForeignChange, Here, foreign_changes};
pub use gap::{Beat, Gap, gap};
pub use settings::{MOST_HOLIDAYS, MOST_WINDOWS, RunSettings};
pub use throttle::Throttle;
pub use windows::{Day, Hours, OffHours, WindowState};
