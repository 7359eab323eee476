//! Rate limits: a window of 60 s per bucket, of which a token gets half, and a limit of concurrent calls.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;

use crate::{Limits, clock::after};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Bucket {
    /// `/api/v1/apps` and everything below an app.
    Apps,
    /// `/api/v1/apps/{id}` itself.
    App,
    Groups,
    Group,
    Users,
    User,
    Logs,
    /// The catch-all `/api/v1`.
    Other,
}

impl Bucket {
    pub(crate) fn of(method: &str, segments: &[&str]) -> Self {
        match segments {
            ["api", "v1", "apps", _] => Self::App,
            ["api", "v1", "apps", ..] => Self::Apps,
            ["api", "v1", "groups", "rules", ..] => Self::Groups,
            ["api", "v1", "groups", _] => Self::Group,
            ["api", "v1", "groups", ..] => Self::Groups,
            ["api", "v1", "users", _] if method == "GET" => Self::User,
            ["api", "v1", "users", ..] => Self::Users,
            ["api", "v1", "logs"] => Self::Logs,
            _ => Self::Other,
        }
    }

    /// Calls a minute for the whole org, as last published.
    fn published(self, limits: Limits) -> u32 {
        let row = match self {
            Self::Apps => [20, 100, 100],
            Self::App => [100, 600, 500],
            Self::Groups => [100, 600, 500],
            Self::Group => [100, 600, 1000],
            Self::Users => [100, 600, 600],
            Self::User => [100, 1000, 2000],
            Self::Logs => [20, 50, 120],
            Self::Other => [100, 600, 1200],
        };
        match limits {
            Limits::Off => 2_000_000,
            Limits::Free => row[0],
            Limits::Enterprise => row[1],
            Limits::Workforce => row[2],
        }
    }
}

/// A token's share of a bucket, and of the org's concurrent calls, in percent.
const TOKEN_SHARE: u32 = 50;
const WINDOW: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(crate) struct RateLimits {
    windows: HashMap<Bucket, (Timestamp, u32)>,
    /// Answers with 429 so far, whether by the limits or by a fault.
    pub refused: usize,
}

/// What the three headers say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    pub limit: u32,
    pub remaining: u32,
    pub reset: i64,
    pub allowed: bool,
}

impl RateLimits {
    /// Counts one call against its bucket. The window opens with the first call and is not aligned to the minute.
    pub(crate) fn take(&mut self, limits: Limits, bucket: Bucket, now: Timestamp) -> Allowance {
        let limit = bucket.published(limits) * TOKEN_SHARE / 100;
        let window = self.windows.entry(bucket).or_insert((now, 0));
        if now >= after(window.0, WINDOW) {
            *window = (now, 0);
        }
        let allowed = window.1 < limit;
        window.1 += u32::from(allowed);
        Allowance {
            limit,
            remaining: limit - window.1,
            reset: epoch_up(after(window.0, WINDOW)),
            allowed,
        }
    }

    /// Most calls at a time; `None`: no limit.
    pub(crate) fn concurrent(limits: Limits) -> Option<u32> {
        match limits {
            Limits::Off => None,
            Limits::Free => Some(35),
            Limits::Enterprise | Limits::Workforce => Some(75),
        }
    }
}

/// Whole seconds, rounded up, so that a caller who waits until then is never a moment early.
pub(crate) fn epoch_up(at: Timestamp) -> i64 {
    at.as_second() + i64::from(at.subsec_nanosecond() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_gets_half_of_the_bucket_for_a_minute() {
        let mut limits = RateLimits::default();
        let start = Timestamp::from_second(1_800_000_007).expect("in range");
        for left in (0..50).rev() {
            let got = limits.take(Limits::Enterprise, Bucket::Apps, start);
            assert!(got.allowed);
            assert_eq!((got.limit, got.remaining, got.reset), (50, left, 1_800_000_067));
        }
        assert!(
            !limits
                .take(Limits::Enterprise, Bucket::Apps, after(start, Duration::from_secs(59)))
                .allowed
        );
        assert!(
            limits.take(Limits::Enterprise, Bucket::App, start).allowed,
            "another bucket is untouched"
        );
        assert!(
            limits
                .take(Limits::Enterprise, Bucket::Apps, after(start, Duration::from_secs(60)))
                .allowed
        );
    }

    #[test]
    fn buckets_by_path() {
        let bucket = |method: &str, path: &str| Bucket::of(method, &path.split('/').collect::<Vec<_>>());
        assert_eq!(bucket("GET", "api/v1/apps"), Bucket::Apps);
        assert_eq!(bucket("GET", "api/v1/apps/0oa1"), Bucket::App);
        assert_eq!(bucket("POST", "api/v1/apps/0oa1/users"), Bucket::Apps);
        assert_eq!(bucket("PUT", "api/v1/groups/00g1/users/00u1"), Bucket::Groups);
        assert_eq!(bucket("GET", "api/v1/groups/00g1"), Bucket::Group);
        assert_eq!(bucket("GET", "api/v1/users/00u1"), Bucket::User);
        assert_eq!(bucket("GET", "api/v1/users/00u1/appLinks"), Bucket::Users);
        assert_eq!(bucket("GET", "api/v1/mappings"), Bucket::Other);
    }
}
