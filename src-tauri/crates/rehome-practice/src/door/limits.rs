//! Rate limits: windows of 60 s per bucket, for the whole org and for each token or client with its share of it, and limits
//! of concurrent calls.

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
    /// `/oauth2/v1/clients`
    Clients,
    /// `/oauth2/v1/token`
    Token,
    /// `/`: what is asked without a token.
    Root,
}

impl Bucket {
    /// An exact path goes before the longest prefix.
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
            ["oauth2", "v1", "clients", ..] => Self::Clients,
            ["oauth2", "v1", "token"] => Self::Token,
            ["api", ..] => Self::Other,
            _ => Self::Root,
        }
    }

    /// Calls a minute for the whole org, as last published. For `/` and the token endpoint no figure was: theirs are those of
    /// the catch-all.
    fn published(self, limits: Limits) -> u32 {
        let row = match self {
            Self::Apps => [20, 100, 100],
            Self::App => [100, 600, 500],
            Self::Groups => [100, 600, 500],
            Self::Group => [100, 600, 1000],
            Self::Users => [100, 600, 600],
            Self::User => [100, 1000, 2000],
            Self::Logs => [20, 50, 120],
            Self::Clients => [25, 100, 100],
            Self::Other | Self::Token | Self::Root => [100, 600, 1200],
        };
        match limits {
            Limits::Off => 2_000_000,
            Limits::Free => row[0],
            Limits::Enterprise => row[1],
            Limits::Workforce => row[2],
        }
    }
}

const WINDOW: Duration = Duration::from_secs(60);

/// One minute of one bucket. It opens with the first call and is not aligned to the minute.
#[derive(Clone, Copy)]
struct Window {
    opened: Timestamp,
    used: u32,
}

/// Who calls, and the share of each bucket that is theirs, in percent: a ceiling, not a reservation.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub id: &'a str,
    pub share: u32,
}

#[derive(Clone, Default)]
pub(crate) struct RateLimits {
    /// By bucket and caller; `None` is the whole org.
    windows: HashMap<(Bucket, Option<String>), Window>,
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
    fn window(&mut self, bucket: Bucket, caller: Option<&str>, now: Timestamp) -> &mut Window {
        let fresh = Window { opened: now, used: 0 };
        let window = self.windows.entry((bucket, caller.map(str::to_owned))).or_insert(fresh);
        if now >= after(window.opened, WINDOW) {
            *window = fresh;
        }
        window
    }

    /// Counts one call against its bucket. The figures are the caller's, or the org's where that has less left.
    pub(crate) fn take(
        &mut self,
        limits: Limits,
        bucket: Bucket,
        caller: Option<Caller<'_>>,
        now: Timestamp,
    ) -> Allowance {
        let whole = bucket.published(limits);
        let share = caller.map_or(whole, |it| whole * it.share / 100);
        let org = *self.window(bucket, None, now);
        let own = caller.map_or(org, |it| *self.window(bucket, Some(it.id), now));
        let (org_left, own_left) = (whole.saturating_sub(org.used), share.saturating_sub(own.used));
        let allowed = org_left > 0 && own_left > 0;
        if allowed {
            self.window(bucket, None, now).used += 1;
            if let Some(caller) = caller {
                self.window(bucket, Some(caller.id), now).used += 1;
            }
        }
        let binding = if org_left < own_left { org } else { own };
        Allowance {
            limit: share,
            remaining: org_left.min(own_left).saturating_sub(u32::from(allowed)),
            reset: epoch_up(after(binding.opened, WINDOW)),
            allowed,
        }
    }

    /// Most calls at a time in the whole org; `None`: no limit.
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

    const ONE: Option<Caller<'_>> = Some(Caller { id: "one", share: 50 });

    fn start() -> Timestamp {
        Timestamp::from_second(1_800_000_007).expect("in range")
    }

    #[test]
    fn a_token_gets_its_share_of_the_bucket_for_a_minute() {
        let mut limits = RateLimits::default();
        let mut take = |bucket, seconds| {
            limits.take(
                Limits::Enterprise,
                bucket,
                ONE,
                after(start(), Duration::from_secs(seconds)),
            )
        };
        for left in (0..50).rev() {
            let got = take(Bucket::Apps, 0);
            assert!(got.allowed);
            assert_eq!((got.limit, got.remaining, got.reset), (50, left, 1_800_000_067));
        }
        assert!(!take(Bucket::Apps, 59).allowed);
        assert!(take(Bucket::App, 0).allowed, "another bucket is untouched");
        assert!(take(Bucket::Apps, 60).allowed);
    }

    #[test]
    fn the_whole_org_has_the_bucket_together() {
        let mut limits = RateLimits::default();
        let mut take = |id, share| limits.take(Limits::Enterprise, Bucket::Apps, Some(Caller { id, share }), start());
        for _ in 0..80 {
            assert!(take("greedy", 80).allowed);
        }
        let last = take("greedy", 80);
        assert_eq!((last.allowed, last.limit, last.remaining), (false, 80, 0));
        for left in (0..20).rev() {
            let got = take("late", 50);
            assert_eq!(
                (got.allowed, got.limit, got.remaining),
                (true, 50, left),
                "what the other one has left"
            );
        }
        assert!(!take("late", 50).allowed);
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
        assert_eq!(bucket("POST", "api/v1/users/00u1"), Bucket::Users);
        assert_eq!(bucket("GET", "api/v1/users/00u1/appLinks"), Bucket::Users);
        assert_eq!(bucket("GET", "api/v1/mappings"), Bucket::Other);
        assert_eq!(bucket("GET", "oauth2/v1/clients/0oa1/roles"), Bucket::Clients);
        assert_eq!(bucket("POST", "oauth2/v1/token"), Bucket::Token);
        assert_eq!(bucket("GET", ".well-known/okta-organization"), Bucket::Root);
    }
}
