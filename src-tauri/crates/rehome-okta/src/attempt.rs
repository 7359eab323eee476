//! What is done after one try of a call: hand on the answer, try again after a wait, or give up.

use rand::Rng;

use crate::answer::{Answer, limits};
use crate::code::Retry;
use crate::error::{FailureClass, OktaError, Refusal, WriteError};
use crate::observe::WaitReason;
use crate::transport::{Call, Lost, Repeat};
use crate::window::Bucket;

/// Tries of a call that gets no answer, 5xx, or a refusal that passes.
const TRIES: u32 = 5;
/// Times that a call may be turned away with 429 before it is given up. Each comes after a wait for its reason.
const LIMIT_TRIES: u32 = 10;

/// A call that did not succeed.
#[derive(Debug)]
pub(crate) struct Failed {
    /// Okta certainly did not act.
    pub(crate) not_acted: bool,
    pub(crate) error: OktaError,
}

/// A try that is worth another one.
#[derive(Debug)]
pub(crate) struct Again {
    /// Org seconds until then, and why. `None`: the bucket's next turn waits long enough.
    pub(crate) wait: Option<(f64, WaitReason)>,
    /// Whether it draws from the org's budget of repeats.
    pub(crate) costs: bool,
    /// What the call failed with, should there be no other try.
    pub(crate) failed: Failed,
}

#[derive(Debug)]
pub(crate) enum Next {
    Done(Answer),
    GiveUp(Failed),
    Again(Again),
}

/// The tries of one call.
pub(crate) struct Attempts {
    is_write: bool,
    bucket: Bucket,
    tries: u32,
    limited: u32,
    /// What the next try tells Okta of the ones before.
    pub(crate) repeat: Repeat,
}

impl Attempts {
    pub(crate) fn of(call: &Call, bucket: Bucket) -> Self {
        Self {
            is_write: call.is_write(),
            bucket,
            tries: 0,
            limited: 0,
            repeat: Repeat::default(),
        }
    }

    /// Decides after a try.
    pub(crate) fn after(&mut self, result: Result<Answer, Lost>) -> Next {
        let answer = match result {
            Ok(answer) if answer.is_success() => return Next::Done(answer),
            Ok(answer) => answer,
            Err(lost) => return self.after_lost(lost),
        };
        let error = answer.error();
        let retry = error.refusal().map_or(Retry::Never, Refusal::retry);
        let failed = Failed {
            not_acted: matches!(retry, Retry::Limit | Retry::Later),
            error,
        };
        let next = match retry {
            Retry::Limit => self.after_limit(&answer, failed),
            Retry::Never => Next::GiveUp(failed),
            Retry::Busy if self.is_write => Next::GiveUp(failed),
            Retry::Busy => self.again(&answer, 0.5, WaitReason::ServerBusy, failed),
            Retry::Soon => self.again(&answer, 2.0, WaitReason::Reconciling, failed),
            Retry::Later => self.again(&answer, 15.0, WaitReason::ReadOnly, failed),
        };
        if matches!(next, Next::Again(_)) {
            self.note(answer.request_id());
        }
        next
    }

    fn after_limit(&mut self, answer: &Answer, failed: Failed) -> Next {
        self.limited += 1;
        if self.limited == LIMIT_TRIES {
            return Next::GiveUp(failed);
        }
        let (wait, costs) = match limits(&answer.headers) {
            Some(headers) if headers.limit == 0 => {
                let seconds = rand::rng().random_range(1.0..2.0) * f64::from(self.limited.min(3));
                (Some((seconds, WaitReason::Concurrency)), false)
            }
            // The next turn waits for the end of the window.
            Some(_) if self.limited == 1 => (None, false),
            headers => {
                let why = WaitReason::Limit { bucket: self.bucket };
                (Some((backoff(1.0, self.limited), why)), headers.is_none())
            }
        };
        Next::Again(Again { wait, costs, failed })
    }

    fn after_lost(&mut self, lost: Lost) -> Next {
        let Lost {
            never_left,
            spent,
            error,
        } = lost;
        let worth_it = error.classify() == FailureClass::Network && !self.is_write && !spent;
        let failed = Failed {
            not_acted: never_left,
            error,
        };
        self.tries += 1;
        if !worth_it || self.tries == TRIES {
            return Next::GiveUp(failed);
        }
        self.note(None);
        let why = WaitReason::Network { attempt: self.tries };
        Next::Again(Again {
            wait: Some((backoff(0.5, self.tries), why)),
            costs: true,
            failed,
        })
    }

    fn again(&mut self, answer: &Answer, first: f64, why: WaitReason, failed: Failed) -> Next {
        self.tries += 1;
        if self.tries == TRIES {
            return Next::GiveUp(failed);
        }
        let seconds = answer
            .retry_after()
            .unwrap_or(0.0)
            .min(60.0)
            .max(backoff(first, self.tries));
        Next::Again(Again {
            wait: Some((seconds, why)),
            costs: true,
            failed,
        })
    }

    /// Okta wants the id of the first try that failed, and how many have (api-facts 2.4).
    fn note(&mut self, request_id: Option<String>) {
        self.repeat.count += 1;
        self.repeat.request_id = self.repeat.request_id.take().or(request_id);
    }
}

impl Failed {
    /// The budget of the org is spent.
    pub(crate) fn without_budget(self) -> Self {
        Self {
            error: OktaError::BudgetSpent {
                last: Box::new(self.error),
            },
            ..self
        }
    }

    /// What the failure of a write says of its effect.
    pub(crate) fn of_write(self) -> WriteError {
        let Self { not_acted, error } = self;
        // 408: the wait for the request ended somewhere on the way. 501: Okta does not do this at all.
        let refused = error
            .refusal()
            .is_some_and(|refusal| matches!(refusal.status, 400..=407 | 409..=499 | 501));
        match (not_acted, refused) {
            (true, _) => WriteError::NotSent(error),
            (false, true) => WriteError::Refused(error),
            (false, false) => WriteError::Unknown(error),
        }
    }
}

/// Doubles from `first` seconds on, up to a minute, give or take a quarter so that calls do not come back together.
fn backoff(first: f64, attempt: u32) -> f64 {
    let doubled = first * f64::from(1_u32 << attempt.saturating_sub(1).min(10));
    doubled.min(60.0) * rand::rng().random_range(0.75..1.25)
}
