//! Faults on demand: what networks, proxies and Okta itself do to calls at the worst moment.

use std::time::Duration;

use crate::state::Shared;

/// What happens to one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 of the per-minute kind: `Limit` > 0, `Remaining` 0. The call is not done.
    RateLimited,
    /// 429 of the concurrency kind: `Limit` 0 and `Remaining` 0. The call is not done.
    ConcurrencyLimited,
    /// An error answer with this status and Okta code. The call is not done.
    Status(u16, String),
    /// An HTML page as proxies send it, with this status. The call is not done.
    Html(u16),
    /// The connection breaks before the call is done.
    ResetBefore,
    /// The call is done, the answer is lost.
    ResetAfter,
    /// The call is done after this much org time.
    Slow(Duration),
    /// The call is done; the answer is not JSON.
    WrongJson,
    /// The call is done; the answer breaks off in the middle.
    Truncated,
}

/// Named patterns of faults for `Options::faults` and `practice-org --faults`.
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

    fn traps(self) -> Vec<Trap> {
        let every = |method: &str, count: u32, fault: Fault| Trap {
            fault,
            method: method.into(),
            path: "/api/v1/".into(),
            wait: count,
            times: 1,
            again: Some(count),
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

struct Trap {
    fault: Fault,
    /// Empty: any method.
    method: String,
    /// Part of path and query; empty: any.
    path: String,
    /// Matching calls still to come until it springs; 1 = the next one.
    wait: u32,
    /// Calls in a row that it springs for.
    times: u32,
    /// Set again after springing, for this many calls.
    again: Option<u32>,
}

#[derive(Default)]
pub(crate) struct FaultState {
    traps: Vec<Trap>,
    pub offline: bool,
    sprung: usize,
}

impl FaultState {
    pub(crate) fn preset(preset: Option<Preset>) -> Self {
        Self {
            traps: preset.map(Preset::traps).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The fault of this call, if one is due; counts the call for all traps that match.
    pub(crate) fn spring(&mut self, method: &str, target: &str) -> Option<Fault> {
        let mut found = None;
        for trap in &mut self.traps {
            let matches = (trap.method.is_empty() || trap.method == method) && target.contains(&trap.path);
            if !matches || trap.times == 0 {
                continue;
            }
            trap.wait = trap.wait.saturating_sub(1);
            if trap.wait == 0 && found.is_none() {
                found = Some(trap.fault.clone());
                trap.times -= 1;
                trap.wait = 1;
                if let (0, Some(count)) = (trap.times, trap.again) {
                    trap.times = 1;
                    trap.wait = count;
                }
            }
        }
        self.traps.retain(|trap| trap.times > 0);
        self.sprung += usize::from(found.is_some());
        found
    }
}

/// The hand on the org's faults.
#[derive(Clone)]
pub struct Faults {
    pub(crate) shared: Shared,
}

impl Faults {
    /// Lets the `nth` call from now (1 = the next) that matches suffer a fault, once. `method` and `path` may be empty for
    /// any; `path` is a part of the path with its query.
    pub fn arm(&self, fault: Fault, method: &str, path: &str, nth: u32) {
        self.arm_times(fault, method, path, nth, 1);
    }

    /// As `arm`, for `times` matching calls in a row.
    pub fn arm_times(&self, fault: Fault, method: &str, path: &str, nth: u32, times: u32) {
        let trap = Trap {
            fault,
            method: method.into(),
            path: path.into(),
            wait: nth.max(1),
            times,
            again: None,
        };
        self.shared.org().faults.traps.push(trap);
    }

    /// Takes back everything that was armed, and goes online.
    pub fn clear(&self) {
        let mut org = self.shared.org();
        org.faults.traps.clear();
        org.faults.offline = false;
        org.token.valid = true;
        org.token.read_only = false;
    }

    /// How many calls have suffered a fault so far.
    pub fn sprung(&self) -> usize {
        self.shared.org().faults.sprung
    }

    /// While offline, every connection breaks without an answer (the practice console excepted).
    pub fn offline(&self, offline: bool) {
        self.shared.org().faults.offline = offline;
    }

    /// As an admin revoking the token: from now on 401 E0000011.
    pub fn revoke_token(&self) {
        self.shared.org().token.valid = false;
    }

    /// As 30 days without use: answered like a revoked token.
    pub fn expire_token(&self) {
        self.revoke_token();
    }

    /// The admin behind the token becomes a read-only admin: writes are refused with 403 E0000006.
    pub fn read_only_token(&self, read_only: bool) {
        self.shared.org().token.read_only = read_only;
    }
}
