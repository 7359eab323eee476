//! What the client tells its owner while it works: every call, every wait, and a refused credential.

use jiff::Timestamp;

use crate::window::Bucket;

/// One call as it went over the wire. A retried call is seen once for each try.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSeen {
    /// When it was sent, by the clock of this machine.
    pub at: Timestamp,
    pub method: String,
    /// Path and query. Rehome never puts a secret there.
    pub path_and_query: String,
    /// `None`: no answer was seen.
    pub status: Option<u16>,
    /// From sending to the last byte of the answer.
    pub milliseconds: u64,
    /// `X-Okta-Request-Id`, which Okta's support asks for.
    pub request_id: Option<String>,
    pub is_write: bool,
    /// `Date` of the answer: the org's own clock, in whole seconds.
    pub org_time: Option<Timestamp>,
}

/// A wait that is about to begin.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// How long, in seconds of this machine's clock. It can end earlier.
    pub seconds: f64,
    pub why: WaitReason,
}

/// Why the client waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitReason {
    /// The share of this bucket is spent until its window ends.
    Limit { bucket: Bucket },
    /// Okta said that too many calls run at the same moment.
    Concurrency,
    /// Okta answered 5xx to a read.
    ServerBusy,
    /// Okta refused for the moment, because it has not finished an earlier change (423, 409).
    Reconciling,
    /// Okta takes no changes at present (503 E0000010).
    ReadOnly,
    /// No answer to a read; `attempt` tries have failed.
    Network { attempt: u32 },
}

/// Is told what the client does. Called on the task that makes the call: an implementation must return at once.
///
/// Every `waiting` is followed by exactly one `waited`, also when the call is dropped while it waits. Waits of
/// different calls can overlap.
pub trait Observer: Send + Sync {
    fn call(&self, seen: CallSeen);
    fn waiting(&self, wait: Waiting);
    fn waited(&self);
    /// The credential was answered with 401: no further call with it will succeed.
    fn credential_refused(&self);
}

/// Observes nothing.
#[derive(Clone, Copy, Debug)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn call(&self, _: CallSeen) {}
    fn waiting(&self, _: Waiting) {}
    fn waited(&self) {}
    fn credential_refused(&self) {}
}

/// Announces a wait, and its end when dropped.
pub(crate) struct ToldWait<'a>(&'a dyn Observer);

impl<'a> ToldWait<'a> {
    pub(crate) fn begin(observer: &'a dyn Observer, seconds: f64, why: WaitReason) -> Self {
        tracing::debug!(seconds, ?why, "waiting");
        observer.waiting(Waiting { seconds, why });
        Self(observer)
    }
}

impl Drop for ToldWait<'_> {
    fn drop(&mut self) {
        self.0.waited();
    }
}
