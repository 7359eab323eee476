//! Which call a fault happens to.

use std::{str::FromStr, time::Duration};

use super::Fault;
use crate::state::Org;

/// A fault that waits for its call. As text, `FAULT[:METHOD[:PART OF PATH AND QUERY[:NTH]]]`, for example
/// `reset-after:POST:/users:3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Armed {
    pub fault: Fault,
    /// Empty: any method.
    pub method: String,
    /// Part of path and query; empty: any.
    pub path: String,
    /// Matching calls until it springs; 1 = the next one.
    pub nth: u32,
    /// Calls in a row that it springs for.
    pub times: u32,
    /// Set again after springing, for this many calls.
    pub every: Option<u32>,
}

impl Armed {
    /// For the next call, once.
    pub fn new(fault: Fault) -> Self {
        Self {
            fault,
            method: String::new(),
            path: String::new(),
            nth: 1,
            times: 1,
            every: None,
        }
    }

    /// Whether faults are for this call. Calls to the practice console suffer none.
    fn is_for(&self, method: &str, target: &str) -> bool {
        (self.method.is_empty() || self.method == method) && target.contains(&self.path)
    }
}

impl FromStr for Armed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, ':');
        let mut armed = Self::new(parts.next().unwrap_or("").parse()?);
        armed.method = parts.next().unwrap_or("").to_uppercase();
        let path = parts.next().unwrap_or("");
        armed.path = path.to_owned();
        if let Some((path, nth)) = path.rsplit_once(':')
            && let Ok(nth) = nth.parse()
        {
            armed.path = path.to_owned();
            armed.nth = nth;
        }
        Ok(armed)
    }
}

/// Named patterns of faults that go on for as long as the org runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Every 25th write loses its answer, every 40th call fails with 500, every 60th breaks before it is done.
    Flaky,
    /// Every 20th call is refused with a 429, of both kinds in turn.
    Busy,
    /// Every 10th call takes 3 s longer.
    Slow,
}

impl Preset {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "flaky" => Some(Self::Flaky),
            "busy" => Some(Self::Busy),
            "slow" => Some(Self::Slow),
            _ => None,
        }
    }

    /// What the pattern consists of.
    pub fn armed(self) -> Vec<Armed> {
        let every = |method: &str, count: u32, fault: Fault| Armed {
            method: method.into(),
            path: "/api/v1/".into(),
            nth: count,
            every: Some(count),
            ..Armed::new(fault)
        };
        match self {
            Self::Flaky => vec![
                every("POST", 25, Fault::ResetAfter),
                every("PUT", 25, Fault::ResetAfter),
                every("", 40, Fault::Status(500, "E0000009".into())),
                every("", 60, Fault::ResetBefore),
            ],
            Self::Busy => vec![
                every("", 40, Fault::RateLimited),
                every("", 37, Fault::ConcurrencyLimited),
            ],
            Self::Slow => vec![every("", 10, Fault::Slow(Duration::from_secs(3)))],
        }
    }
}

#[derive(Clone, Default)]
pub(crate) struct FaultState {
    traps: Vec<Armed>,
    pub offline: bool,
    pub(super) sprung: usize,
    /// The org as it was before the last write, kept while a stale read is armed.
    pub(crate) earlier: Option<Box<Org>>,
}

impl FaultState {
    pub(crate) fn new(preset: Option<Preset>, armed: &[Armed]) -> Self {
        let mut state = Self::default();
        for trap in preset.into_iter().flat_map(Preset::armed).chain(armed.iter().cloned()) {
            state.arm(trap);
        }
        state
    }

    pub(super) fn arm(&mut self, mut trap: Armed) {
        trap.nth = trap.nth.max(1);
        if trap.times > 0 {
            self.traps.push(trap);
        }
    }

    pub(super) fn armed(&self) -> Vec<Armed> {
        self.traps.clone()
    }

    pub(super) fn clear(&mut self) {
        self.traps.clear();
        self.offline = false;
        self.earlier = None;
    }

    /// Whether some read will be answered as before the last write.
    pub(crate) fn wants_the_past(&self) -> bool {
        self.traps.iter().any(|trap| trap.fault == Fault::StaleRead)
    }

    /// The fault of this call, if one is due; counts the call for all traps that match.
    pub(crate) fn spring(&mut self, method: &str, target: &str) -> Option<Fault> {
        let mut found = None;
        for trap in &mut self.traps {
            if !trap.is_for(method, target) || trap.times == 0 || (trap.fault == Fault::StaleRead && method != "GET") {
                continue;
            }
            trap.nth = trap.nth.saturating_sub(1);
            if trap.nth == 0 && found.is_none() {
                found = Some(trap.fault.clone());
                trap.times -= 1;
                trap.nth = 1;
                if let (0, Some(count)) = (trap.times, trap.every) {
                    trap.times = 1;
                    trap.nth = count.max(1);
                }
            }
        }
        self.traps.retain(|trap| trap.times > 0);
        self.sprung += usize::from(found.is_some());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armed_by_text() {
        let armed: Armed = "reset-after:post:/users?limit=1:3".parse().expect("a fault");
        let expected = Armed {
            method: "POST".into(),
            path: "/users?limit=1".into(),
            nth: 3,
            ..Armed::new(Fault::ResetAfter)
        };
        assert_eq!(armed, expected);
        assert_eq!("html-502".parse(), Ok(Armed::new(Fault::Html(502))));
        let armed: Armed = "stale-read::/groups".parse().expect("a fault");
        assert_eq!(
            (armed.method.as_str(), armed.path.as_str(), armed.nth),
            ("", "/groups", 1)
        );
        assert!("nonsense:POST".parse::<Armed>().is_err());
    }
}
