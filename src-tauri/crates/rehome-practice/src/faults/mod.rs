//! Faults on demand: what networks, proxies and Okta itself do to calls at the worst moment.

pub(crate) mod damage;
mod name;
mod trap;

use std::time::Duration;

pub(crate) use trap::FaultState;
pub use trap::{Armed, Preset};

use crate::state::Shared;

/// What happens to one call. Its name, as `practice-org --faults` and the practice console take it, is what `Display` gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 of the per-minute kind: `Limit` > 0, `Remaining` 0. The call is not done.
    RateLimited,
    /// 429 of the concurrency kind: `Limit` 0 and `Remaining` 0. The call is not done.
    ConcurrencyLimited,
    /// An error answer with this status and Okta code. The call is not done.
    Status(u16, String),
    /// An HTML page as proxies send it, with this status; 200 is a captive portal. The call is not done.
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
    /// The call is done; the answer has an array where an object belongs, and the other way round.
    WrongShape,
    /// The call is done; the answer has its status and headers and no body.
    EmptyBody,
    /// A read is answered as before the last write. Has to be armed before that write; other methods suffer nothing.
    StaleRead,
    /// The call is done; the link to the next page leads to another origin.
    NextElsewhere,
    /// The call is done; the link to the next page leads to the same page.
    NextLoop,
    /// The call is done; items of the listing come twice.
    RepeatedItems,
}

impl Fault {
    /// Every kind of fault, with each status that Okta answers.
    pub fn all() -> Vec<Self> {
        let refused = [
            (401, "E0000011"),
            (403, "E0000006"),
            (404, "E0000007"),
            (409, "E0000112"),
            (423, "E0000239"),
            (500, "E0000009"),
            (502, "E0000240"),
            (503, "E0000010"),
            (504, "E0000241"),
        ];
        let mut all = vec![Self::RateLimited, Self::ConcurrencyLimited];
        all.extend(refused.map(|(status, code)| Self::Status(status, code.to_owned())));
        all.extend([502, 503, 504, 200].map(Self::Html));
        all.extend([
            Self::ResetBefore,
            Self::ResetAfter,
            Self::Slow(Duration::from_secs(5)),
            Self::WrongJson,
            Self::Truncated,
            Self::WrongShape,
            Self::EmptyBody,
            Self::StaleRead,
            Self::NextElsewhere,
            Self::NextLoop,
            Self::RepeatedItems,
        ]);
        all
    }

    /// Whether the call is carried out all the same.
    pub fn lets_through(&self) -> bool {
        !matches!(
            self,
            Self::RateLimited | Self::ConcurrencyLimited | Self::Status(..) | Self::Html(_) | Self::ResetBefore
        )
    }

    /// Whether the answer is lost: the caller sees a broken connection, or the end of the answer is missing.
    pub(crate) fn cuts(&self) -> bool {
        matches!(self, Self::ResetBefore | Self::ResetAfter)
    }

    /// Whether what the caller gets is what the org answered.
    pub(crate) fn keeps_the_answer(&self) -> bool {
        matches!(
            self,
            Self::Slow(_) | Self::StaleRead | Self::RateLimited | Self::ConcurrencyLimited
        )
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
        self.set(Armed {
            method: method.into(),
            path: path.into(),
            nth,
            times,
            ..Armed::new(fault)
        });
    }

    pub fn set(&self, armed: Armed) {
        self.shared.org().faults.arm(armed);
    }

    /// What is armed and has not sprung yet; `nth` is counted from now.
    pub fn armed(&self) -> Vec<Armed> {
        self.shared.org().faults.armed()
    }

    /// Takes back everything that was armed, and goes online.
    pub fn clear(&self) {
        let mut org = self.shared.org();
        org.faults.clear();
        org.token.valid = true;
        org.token.read_only = false;
        let now = org.clock.now();
        org.token.used = now;
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
        let mut org = self.shared.org();
        org.token.used = crate::clock::before(org.clock.now(), crate::door::credential::UNUSED);
    }

    /// The admin behind the token becomes a read-only admin: writes are refused with 403 E0000006.
    pub fn read_only_token(&self, read_only: bool) {
        self.shared.org().token.read_only = read_only;
    }

    /// Ends all access tokens of an OAuth client: from now on 401 E0000011, until it gets a new one.
    pub fn revoke_access(&self, client: &str) {
        self.shared.org().door.oauth.revoke(client);
    }

    /// The access tokens of an OAuth client expire now instead of an hour after they were given.
    pub fn expire_access(&self, client: &str) {
        let mut org = self.shared.org();
        let now = org.clock.now();
        org.door.oauth.expire(client, now);
    }

    /// The next request for an access token with a proof is answered with `use_dpop_nonce`, whatever nonce it has.
    pub fn forget_nonces(&self) {
        self.shared.org().door.oauth.forget_nonces();
    }
}
