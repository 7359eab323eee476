//! Rate limit buckets and what may still be sent in the window of one of them. Pure: time is handed in, as org seconds.

use std::fmt;

/// The rate limit buckets that Rehome's calls draw from (api-facts 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// The list of apps *and everything below one app*: people, groups, features, keys. The narrow one.
    Apps,
    /// One app object.
    App,
    Users,
    /// One user object, read.
    User,
    Groups,
    /// One group object.
    Group,
    Logs,
    /// Service apps and their roles.
    OAuthClients,
    /// Everything else below `/api/v1`.
    CatchAll,
    /// Outside of the API: `/.well-known/...`.
    Root,
}

impl Bucket {
    pub(crate) const ALL: [Self; 10] = [
        Self::Apps,
        Self::App,
        Self::Users,
        Self::User,
        Self::Groups,
        Self::Group,
        Self::Logs,
        Self::OAuthClients,
        Self::CatchAll,
        Self::Root,
    ];

    /// The name that Okta's rate limit page uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Apps => "/api/v1/apps",
            Self::App => "/api/v1/apps/{id}",
            Self::Users => "/api/v1/users",
            Self::User => "/api/v1/users/{id}",
            Self::Groups => "/api/v1/groups",
            Self::Group => "/api/v1/groups/{id}",
            Self::Logs => "/api/v1/logs",
            Self::OAuthClients => "/oauth2/v1/clients",
            Self::CatchAll => "/api/v1",
            Self::Root => "/",
        }
    }

    /// The bucket of a call: an exact match goes before the longest prefix.
    pub(crate) fn of(method: &str, path: &str) -> Self {
        let path = path.trim_matches('/');
        if path.starts_with("oauth2/v1/clients") {
            return Self::OAuthClients;
        }
        let mut parts = path.split('/');
        if (parts.next(), parts.next()) != (Some("api"), Some("v1")) {
            return Self::Root;
        }
        let (family, id, below) = (parts.next(), parts.next(), parts.next());
        let one = id.is_some_and(|id| !id.is_empty()) && below.is_none();
        match family {
            Some("apps") if one && matches!(method, "GET" | "PUT" | "DELETE") => Self::App,
            Some("apps") => Self::Apps,
            // Only reading one user has a bucket of its own; writing draws from the list's (api-facts 2.3).
            Some("users") if one && method == "GET" => Self::User,
            Some("users") => Self::Users,
            Some("groups") if one && id != Some("rules") && matches!(method, "GET" | "PUT" | "DELETE") => Self::Group,
            Some("groups") => Self::Groups,
            Some("logs") => Self::Logs,
            _ => Self::CatchAll,
        }
    }

    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The limit headers of one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LimitHeaders {
    /// Calls in a window for this token. 0: not a window, but the number of calls at the same moment (api-facts 2.1).
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    /// End of the window, epoch seconds by the org's clock.
    pub(crate) reset: i64,
}

/// A window has ended for certain this long after `Reset`, whichever way the org rounds it to whole seconds.
const MARGIN: f64 = 1.0;
/// Length of a window.
const WINDOW: f64 = 60.0;
/// A `Reset` further away is not believed, so that a wrong header cannot stop a run for hours.
const LONGEST: f64 = 90.0;

/// Whether a call may go now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Turn {
    /// Yes. The number belongs into [`Pace::answered`].
    Go(u64),
    /// Once a call that is under way has been answered.
    AfterAnswer,
    /// When the org's clock shows this.
    At(f64),
}

/// What is known of one bucket.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    in_flight: u32,
    knowledge: Knowledge,
}

#[derive(Debug, Default)]
enum Knowledge {
    /// Nothing yet: one call goes ahead to learn.
    #[default]
    Unknown,
    /// The org answers without limit headers: there is no limit to keep.
    Unlimited,
    Window(Window),
}

#[derive(Debug)]
struct Window {
    limit: u32,
    /// As the org last said for this window, or the whole limit while nothing was heard of the new one.
    remaining: u32,
    /// The org's figure; tells windows apart.
    reset: i64,
    /// When the next window has begun for certain.
    opens: f64,
    /// `opens` has passed, but no answer has shown the new window yet.
    presumed: bool,
    /// Calls sent in this window.
    used: u32,
    /// A call out of the reserve has asked whether the next window has begun.
    scouted: bool,
    /// Counts windows, so that answers to calls of an older one can be told.
    number: u64,
}

impl Pace {
    /// Asks for a call, keeping `share` percent of the limit for Rehome and leaving the rest to others. `now` is the earliest that
    /// the org's clock can show, `likely` what it most likely shows.
    pub(crate) fn ask(&mut self, now: f64, likely: f64, share: u8) -> Turn {
        let turn = match &mut self.knowledge {
            Knowledge::Unknown if self.in_flight == 0 => Turn::Go(0),
            Knowledge::Unknown => Turn::AfterAnswer,
            Knowledge::Unlimited => Turn::Go(0),
            Knowledge::Window(window) => window.ask(now, likely, share, self.in_flight),
        };
        if matches!(turn, Turn::Go(_)) {
            self.in_flight += 1;
        }
        turn
    }

    /// The call that was let go as `number` is over; `headers` are those of its answer.
    pub(crate) fn answered(&mut self, number: u64, headers: Option<LimitHeaders>, now: f64) {
        match (&mut self.knowledge, headers.filter(|headers| headers.limit > 0)) {
            (Knowledge::Window(window), Some(headers)) => window.learn(number, headers, self.in_flight, now),
            (knowledge, Some(headers)) => {
                *knowledge = Knowledge::Window(Window {
                    limit: headers.limit,
                    remaining: headers.remaining,
                    reset: headers.reset,
                    opens: opens(headers.reset, now),
                    presumed: false,
                    used: self.in_flight,
                    scouted: false,
                    number: 1,
                });
            }
            (_, None) => {}
        }
    }

    /// A whole answer came without limit headers.
    pub(crate) fn no_limit_told(&mut self) {
        if matches!(self.knowledge, Knowledge::Unknown) {
            self.knowledge = Knowledge::Unlimited;
        }
    }

    /// A call that was let go is no longer under way.
    pub(crate) fn over(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Limit, remaining, calls sent in this window, org seconds until it ends. `None` while no limit is known.
    pub(crate) fn state(&self, now: f64) -> Option<(u32, u32, u32, f64)> {
        match &self.knowledge {
            Knowledge::Window(window) if window.presumed || now < window.opens => {
                let left = if window.presumed {
                    0.0
                } else {
                    (window.opens - MARGIN - now).max(0.0)
                };
                Some((
                    window.limit,
                    window.remaining.saturating_sub(self.in_flight),
                    window.used,
                    left,
                ))
            }
            Knowledge::Window(window) => Some((window.limit, window.limit, 0, 0.0)),
            Knowledge::Unknown | Knowledge::Unlimited => None,
        }
    }
}

/// Calls in a window that Rehome allows itself: never none, or nothing would ever move.
pub(crate) fn allowed(limit: u32, share: u8) -> u32 {
    let share = u64::from(share.clamp(1, 100));
    u32::try_from(u64::from(limit) * share / 100).unwrap_or(u32::MAX).max(1)
}

fn opens(reset: i64, now: f64) -> f64 {
    (reset as f64 + MARGIN).min(now + LONGEST)
}

impl Window {
    fn ask(&mut self, now: f64, likely: f64, share: u8, in_flight: u32) -> Turn {
        if !self.presumed && now >= self.opens {
            self.presumed = true;
            self.remaining = self.limit;
            self.used = in_flight;
            self.number += 1;
        }
        let reserve = self.limit - allowed(self.limit, share).min(self.limit);
        // An answer tells what remained when it was written; calls under way may or may not be counted in it.
        // Of a window that no answer has shown yet, nothing is known but what was sent.
        let uncounted = if self.presumed {
            self.used.max(in_flight)
        } else {
            in_flight
        };
        let surely = self.remaining.saturating_sub(uncounted);
        let first = self.used == 0 && in_flight == 0 && self.remaining > 0;
        if surely > reserve || first {
            self.used += 1;
            return Turn::Go(self.number);
        }
        // The end was told in whole seconds, rounded who knows how. One call goes when it was told: out of the reserve, if the
        // window is not over after all, and the first of the next if it is. Windows begin with their first call: each second
        // that passes between two of them is lost.
        let ends = self.reset as f64;
        let may_scout = !self.presumed && !self.scouted && in_flight == 0 && self.remaining > 0 && ends < self.opens;
        if may_scout && likely >= ends {
            self.scouted = true;
            self.used += 1;
            return Turn::Go(self.number);
        }
        // While calls are under way, an answer can still show that there is room, or a new window.
        if in_flight > 0 && (self.presumed || self.remaining > reserve) {
            Turn::AfterAnswer
        } else if self.presumed {
            // A whole share was sent and not one answer told of a limit: take this for a window of the usual length.
            self.presumed = false;
            self.remaining = reserve;
            self.opens = now + WINDOW;
            Turn::At(self.opens)
        } else if may_scout {
            Turn::At((now + ends - likely).min(self.opens))
        } else {
            Turn::At(self.opens)
        }
    }

    fn learn(&mut self, number: u64, headers: LimitHeaders, in_flight: u32, now: f64) {
        if headers.reset > self.reset {
            if !self.presumed {
                self.used = in_flight;
                self.number += 1;
            }
            self.presumed = false;
            self.scouted = false;
            self.limit = headers.limit;
            self.remaining = headers.remaining;
            self.reset = headers.reset;
            self.opens = opens(headers.reset, now);
        } else if headers.reset == self.reset && self.presumed {
            if number == self.number {
                // Sent after the window had to be over, yet the org still counts the old one: wait a little longer.
                self.presumed = false;
                self.limit = headers.limit;
                self.remaining = headers.remaining;
                self.opens = now + MARGIN;
                self.scouted = true;
            }
        } else if headers.reset == self.reset {
            self.limit = headers.limit;
            // Answers overtake each other; within a window what remains only falls.
            self.remaining = self.remaining.min(headers.remaining);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, path: &str, expected: &str) {
        assert_eq!(Bucket::of(method, path).as_str(), expected, "{method} {path}");
    }

    #[test]
    fn every_call_draws_from_its_bucket() {
        check("GET", "/api/v1/apps", "/api/v1/apps");
        check("GET", "/api/v1/apps/0oa1", "/api/v1/apps/{id}");
        check("DELETE", "/api/v1/apps/0oa1", "/api/v1/apps/{id}");
        check("GET", "/api/v1/apps/0oa1/users", "/api/v1/apps");
        check("POST", "/api/v1/apps/0oa1/users/00u1", "/api/v1/apps");
        check("POST", "/api/v1/apps/0oa1/lifecycle/deactivate", "/api/v1/apps");
        check("GET", "/api/v1/apps/0oa1/group-push/mappings", "/api/v1/apps");
        check("GET", "/api/v1/users/00u1", "/api/v1/users/{id}");
        check("POST", "/api/v1/users/00u1", "/api/v1/users");
        check("GET", "/api/v1/users/00u1/roles", "/api/v1/users");
        check("GET", "/api/v1/groups/00g1", "/api/v1/groups/{id}");
        check("GET", "/api/v1/groups/rules", "/api/v1/groups");
        check("PUT", "/api/v1/groups/00g1/users/00u1", "/api/v1/groups");
        check("GET", "/api/v1/logs", "/api/v1/logs");
        check("GET", "/api/v1/mappings", "/api/v1");
        check("GET", "/api/v1/meta/schemas/apps/0oa1/default", "/api/v1");
        check("POST", "/api/v1/apps", "/api/v1/apps");
        check("PUT", "/api/v1/apps/0oa1/policies/rst1", "/api/v1/apps");
        check("POST", "/api/v1/groups", "/api/v1/groups");
        check("DELETE", "/api/v1/groups/00g1", "/api/v1/groups/{id}");
        check("GET", "/api/v1/users/me", "/api/v1/users/{id}");
        check("GET", "/api/v1/users/00u1/appLinks", "/api/v1/users");
        check("GET", "/api/v1/policies/rst1/rules", "/api/v1");
        check("GET", "/api/v1/principal-rate-limits", "/api/v1");
        check("DELETE", "/api/v1/api-tokens/current", "/api/v1");
        check("GET", "/oauth2/v1/clients/0oa1/roles", "/oauth2/v1/clients");
        check("GET", "/.well-known/okta-organization", "/");
    }

    fn headers(limit: u32, remaining: u32, reset: i64) -> Option<LimitHeaders> {
        Some(LimitHeaders {
            limit,
            remaining,
            reset,
        })
    }

    /// With a clock that is known exactly.
    fn ask(pace: &mut Pace, now: f64) -> Turn {
        pace.ask(now, now, 75)
    }

    /// A bucket whose first answer said `remaining` of 100 until 1060; it is 1000 now.
    fn pace(remaining: u32) -> Pace {
        let mut pace = Pace::default();
        assert_eq!(ask(&mut pace, 1000.0), Turn::Go(0));
        pace.answered(0, headers(100, remaining, 1060), 1000.0);
        pace.over();
        pace
    }

    #[test]
    fn the_first_call_goes_alone() {
        let mut pace = Pace::default();
        assert_eq!(ask(&mut pace, 1000.0), Turn::Go(0));
        assert_eq!(ask(&mut pace, 1000.0), Turn::AfterAnswer);
        // It fails without an answer: the next one learns.
        pace.over();
        assert_eq!(ask(&mut pace, 1000.0), Turn::Go(0));
    }

    #[test]
    fn without_headers_there_is_nothing_to_keep() {
        let mut pace = Pace::default();
        assert_eq!(ask(&mut pace, 1000.0), Turn::Go(0));
        pace.no_limit_told();
        for _ in 0..1000 {
            assert!(matches!(ask(&mut pace, 1000.0), Turn::Go(_)));
        }
    }

    #[test]
    fn a_quarter_is_left_to_others_down_to_the_last_call() {
        let mut pace = pace(99);
        let mut sent = 1;
        loop {
            match ask(&mut pace, 1001.0) {
                Turn::Go(number) => {
                    sent += 1;
                    pace.answered(number, headers(100, 100 - sent, 1060), 1001.0);
                    pace.over();
                }
                turn => {
                    assert_eq!(turn, Turn::At(1060.0));
                    break;
                }
            }
        }
        assert_eq!(sent, 75);
    }

    #[test]
    fn calls_under_way_count_as_not_yet_counted() {
        let mut pace = pace(27);
        assert!(matches!(ask(&mut pace, 1001.0), Turn::Go(_)));
        assert!(matches!(ask(&mut pace, 1001.0), Turn::Go(_)));
        assert_eq!(ask(&mut pace, 1001.0), Turn::AfterAnswer);
        pace.answered(1, headers(100, 26, 1060), 1001.0);
        pace.over();
        // One left, and one under way that may be it.
        assert_eq!(ask(&mut pace, 1001.0), Turn::AfterAnswer);
        pace.answered(1, headers(100, 25, 1060), 1001.0);
        pace.over();
        assert_eq!(ask(&mut pace, 1001.0), Turn::At(1060.0));
    }

    #[test]
    fn one_call_asks_out_of_the_reserve_whether_the_next_window_has_begun() {
        let mut pace = pace(25);
        assert_eq!(ask(&mut pace, 1001.0), Turn::At(1060.0));
        // The org's clock shows at least 1059, most likely 1059.5: half a second from now.
        assert_eq!(pace.ask(1059.0, 1059.5, 75), Turn::At(1059.5));
        assert_eq!(pace.ask(1059.5, 1060.0, 75), Turn::Go(1));
        // One, and no other until it is answered, or the window is over for certain.
        assert_eq!(pace.ask(1059.6, 1060.1, 75), Turn::At(1061.0));
        pace.answered(1, headers(100, 99, 1120), 1060.0);
        pace.over();
        let rest = std::iter::from_fn(|| matches!(ask(&mut pace, 1060.0), Turn::Go(_)).then_some(())).count();
        assert_eq!(rest, 74, "with the one that asked, a share");
    }

    #[test]
    fn a_window_that_had_not_ended_is_waited_for() {
        let mut pace = pace(25);
        assert_eq!(ask(&mut pace, 1060.0), Turn::Go(1));
        pace.answered(1, headers(100, 24, 1060), 1060.0);
        pace.over();
        assert_eq!(ask(&mut pace, 1060.1), Turn::At(1061.0));
        assert_eq!(ask(&mut pace, 1061.0), Turn::Go(2));
    }

    #[test]
    fn where_nothing_is_left_nobody_asks() {
        let mut pace = pace(0);
        assert_eq!(ask(&mut pace, 1060.0), Turn::At(1061.0));
        assert_eq!(ask(&mut pace, 1061.0), Turn::Go(2));
    }

    #[test]
    fn somebody_else_spending_the_reserve_does_not_stop_the_first_call_of_a_window() {
        let mut pace = pace(5);
        assert_eq!(ask(&mut pace, 1001.0), Turn::At(1060.0));
        assert_eq!(ask(&mut pace, 1061.0), Turn::Go(2));
        pace.answered(2, headers(100, 10, 1120), 1061.0);
        pace.over();
        assert_eq!(ask(&mut pace, 1062.0), Turn::At(1120.0));
    }

    #[test]
    fn an_answer_of_the_old_window_does_not_spoil_the_new_one() {
        let mut pace = pace(27);
        assert_eq!(ask(&mut pace, 1059.0), Turn::Go(1));
        assert_eq!(ask(&mut pace, 1062.0), Turn::Go(2));
        pace.answered(1, headers(100, 26, 1060), 1062.0);
        pace.over();
        assert_eq!(ask(&mut pace, 1062.0), Turn::Go(2));
        pace.answered(2, headers(100, 98, 1122), 1062.0);
        pace.over();
        assert_eq!(pace.state(1062.0), Some((100, 97, 3, 60.0)));
    }

    #[test]
    fn a_window_that_lasts_longer_than_told_is_waited_for() {
        let mut pace = pace(25);
        assert_eq!(ask(&mut pace, 1061.0), Turn::Go(2));
        pace.answered(2, headers(100, 24, 1060), 1061.0);
        pace.over();
        assert_eq!(ask(&mut pace, 1061.0), Turn::At(1062.0));
        assert_eq!(ask(&mut pace, 1062.0), Turn::Go(3));
    }

    #[test]
    fn a_window_of_answers_without_headers_is_not_endless() {
        let mut pace = pace(25);
        for _ in 0..75 {
            assert_eq!(ask(&mut pace, 1061.0), Turn::Go(2));
            pace.answered(2, None, 1061.0);
            pace.over();
        }
        assert_eq!(ask(&mut pace, 1061.0), Turn::At(1121.0));
        assert_eq!(ask(&mut pace, 1121.0), Turn::Go(3));
    }

    #[test]
    fn a_limit_of_one_still_moves() {
        let mut pace = Pace::default();
        assert_eq!(ask(&mut pace, 1000.0), Turn::Go(0));
        pace.answered(0, headers(1, 0, 1060), 1000.0);
        pace.over();
        assert_eq!(ask(&mut pace, 1000.0), Turn::At(1061.0));
        assert_eq!(ask(&mut pace, 1061.0), Turn::Go(2));
    }

    #[test]
    fn an_absurd_reset_is_not_believed() {
        let mut pace = Pace::default();
        ask(&mut pace, 1000.0);
        pace.answered(0, headers(10, 0, 99_999), 1000.0);
        pace.over();
        assert_eq!(ask(&mut pace, 1000.0), Turn::At(1090.0));
    }

    #[test]
    fn a_concurrency_limit_says_nothing_of_the_window() {
        let mut pace = pace(50);
        assert_eq!(ask(&mut pace, 1000.0), Turn::Go(1));
        pace.answered(1, headers(0, 0, 1001), 1000.0);
        pace.over();
        assert_eq!(pace.state(1000.0), Some((100, 50, 2, 60.0)));
    }
}
