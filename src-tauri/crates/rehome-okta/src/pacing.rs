//! Lets calls go: one turn at a time for each bucket, a bounded number at the same moment.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

use crate::budget::Budget;
use crate::clock::OrgClock;
use crate::observe::{Observer, ToldWait, WaitReason};
use crate::window::{Bucket, LimitHeaders, Pace, Turn, allowed};

/// What is known of a bucket now; for the gauge of a run and for the estimate of a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BucketState {
    pub bucket: Bucket,
    /// Calls in a window of 60 org seconds that this token may make, by the org's last answer.
    pub limit: u32,
    /// Of these, what was left for everybody who uses this token.
    pub remaining: u32,
    /// What Rehome allows itself of `limit`.
    pub allowed_per_minute: u32,
    /// Calls that this client made in the window.
    pub used_this_window: u32,
    /// Until the window ends, by the clock of this machine.
    pub resets_in: Duration,
}

/// Successes after which one more call is tried at the same moment, for each call of the present ceiling.
const GROW_AFTER: u32 = 20;

pub(crate) struct Pacer {
    observer: Arc<dyn Observer>,
    /// Percent; may change while calls wait.
    share: AtomicU8,
    state: Mutex<State>,
    /// One for each bucket: who came first goes first, and only he waits for the window.
    turns: [Semaphore; Bucket::ALL.len()],
    changed: Notify,
}

struct State {
    clock: OrgClock,
    budget: Budget,
    paces: [Pace; Bucket::ALL.len()],
    in_flight: usize,
    /// Calls at the same moment: what was asked for, and what the org has borne.
    concurrency: usize,
    ceiling: usize,
    good_since_change: u32,
    lowered: Option<Instant>,
}

/// The right to make one call. Gives its place back when dropped.
pub(crate) struct Permit {
    pacer: Arc<Pacer>,
    bucket: Bucket,
    number: u64,
}

enum Step {
    Go(u64),
    AfterChange,
    After(Duration),
}

impl Pacer {
    pub(crate) fn new(observer: Arc<dyn Observer>, share: u8, speed: u32, concurrency: usize) -> Arc<Self> {
        let concurrency = concurrency.max(1);
        Arc::new(Self {
            observer,
            share: AtomicU8::new(share.clamp(1, 100)),
            state: Mutex::new(State {
                clock: OrgClock::new(speed, Instant::now()),
                budget: Budget::new(0.0),
                paces: Default::default(),
                in_flight: 0,
                concurrency,
                ceiling: concurrency,
                good_since_change: 0,
                lowered: None,
            }),
            turns: std::array::from_fn(|_| Semaphore::new(1)),
            changed: Notify::new(),
        })
    }

    /// Waits until a call may go. Dropping the future leaves nothing behind.
    pub(crate) async fn turn(self: &Arc<Self>, bucket: Bucket) -> Permit {
        // The semaphores are never closed, so that this cannot fail; if it did, order would suffer, not the limit.
        let _turn = self.turns[bucket.index()].acquire().await.ok();
        let mut told = None;
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // Before looking, so that a change between looking and waiting is not missed.
            changed.as_mut().enable();
            let step = self.state().step(bucket, self.share());
            match step {
                Step::Go(number) => {
                    return Permit {
                        pacer: Arc::clone(self),
                        bucket,
                        number,
                    };
                }
                Step::AfterChange => changed.await,
                Step::After(wait) => {
                    told.get_or_insert_with(|| {
                        ToldWait::begin(&*self.observer, wait.as_secs_f64(), WaitReason::Limit { bucket })
                    });
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        () = changed => {}
                    }
                }
            }
        }
    }

    /// The org said that too many calls run at the same moment.
    pub(crate) fn lower_concurrency(&self) {
        let mut state = self.state();
        let now = Instant::now();
        // Calls that ran together are refused together: one lowering for all of them.
        let second = state.clock.duration(1.0);
        if state.lowered.is_some_and(|at| now.duration_since(at) < second) {
            return;
        }
        state.lowered = Some(now);
        state.ceiling = (state.ceiling / 2).max(1);
        state.good_since_change = 0;
        tracing::info!(ceiling = state.ceiling, "too many calls at the same moment");
    }

    /// Asks the org's budget for one repeat.
    pub(crate) fn may_repeat(&self) -> bool {
        let mut state = self.state();
        let now = state.clock.elapsed(Instant::now());
        state.budget.take(now)
    }

    /// How long a span of org seconds takes here.
    pub(crate) fn duration(&self, org_seconds: f64) -> Duration {
        self.state().clock.duration(org_seconds)
    }

    pub(crate) fn limits(&self) -> Vec<BucketState> {
        let share = self.share();
        let state = self.state();
        let now = state.clock.now(Instant::now());
        let known = |bucket: Bucket| {
            let (limit, remaining, used_this_window, left) = state.paces[bucket.index()].state(now)?;
            Some(BucketState {
                bucket,
                limit,
                remaining,
                allowed_per_minute: allowed(limit, share),
                used_this_window,
                resets_in: state.clock.duration(left),
            })
        };
        Bucket::ALL.into_iter().filter_map(known).collect()
    }

    /// From now on this share of every limit; who waits already is asked anew.
    pub(crate) fn set_share(&self, share: u8) {
        self.share.store(share.clamp(1, 100), Ordering::Relaxed);
        self.changed.notify_waiters();
    }

    pub(crate) fn share(&self) -> u8 {
        self.share.load(Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn step(&mut self, bucket: Bucket, share: u8) -> Step {
        if self.in_flight >= self.ceiling {
            return Step::AfterChange;
        }
        let at = Instant::now();
        let (now, likely) = (self.clock.now(at), self.clock.likely(at));
        match self.paces[bucket.index()].ask(now, likely, share) {
            Turn::Go(number) => {
                self.in_flight += 1;
                Step::Go(number)
            }
            Turn::AfterAnswer => Step::AfterChange,
            // A little more than nothing, or a rounding error would make the loop spin.
            Turn::At(at) => Step::After(self.clock.duration(at - now).max(Duration::from_millis(1))),
        }
    }
}

impl Permit {
    /// The call was answered: learns from the limit headers and from `Date` (epoch seconds).
    pub(crate) fn answered(&self, status: u16, headers: Option<LimitHeaders>, date: Option<i64>, sent: Instant) {
        let received = Instant::now();
        let mut state = self.pacer.state();
        if let Some(date) = date {
            state.clock.observe(date, sent, received);
        }
        let now = state.clock.now(received);
        let pace = &mut state.paces[self.bucket.index()];
        pace.answered(self.number, headers, now);
        // A proxy's error page without headers says nothing about Okta's limits.
        if headers.is_none() && (200..300).contains(&status) {
            pace.no_limit_told();
        }
        if (200..300).contains(&status) {
            state.budget.succeeded();
        }
        if (200..300).contains(&status) && state.ceiling < state.concurrency {
            state.good_since_change += 1;
            if state.good_since_change as usize >= GROW_AFTER as usize * state.ceiling {
                state.ceiling += 1;
                state.good_since_change = 0;
            }
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.pacer.state();
        state.in_flight = state.in_flight.saturating_sub(1);
        state.paces[self.bucket.index()].over();
        drop(state);
        self.pacer.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::Unobserved;

    /// Takes turns in a bucket without a limit until none is given any more.
    async fn take_all(pacer: &Arc<Pacer>) -> Vec<Permit> {
        let mut permits = Vec::new();
        while let Ok(permit) = tokio::time::timeout(Duration::from_millis(5), pacer.turn(Bucket::CatchAll)).await {
            permits.push(permit);
        }
        permits
    }

    fn good(permit: &Permit) {
        permit.answered(200, None, None, Instant::now());
    }

    #[tokio::test]
    async fn concurrency_is_halved_once_for_a_burst_and_grows_back() {
        let pacer = Pacer::new(Arc::new(Unobserved), 75, 1, 8);
        good(&pacer.turn(Bucket::CatchAll).await);
        let permits = take_all(&pacer).await;
        assert_eq!(permits.len(), 8);
        // Refused together.
        pacer.lower_concurrency();
        pacer.lower_concurrency();
        drop(permits);
        assert_eq!(take_all(&pacer).await.len(), 4);
        for expected in 5..=8 {
            for _ in 0..GROW_AFTER * (expected - 1) {
                good(&pacer.turn(Bucket::CatchAll).await);
            }
            assert_eq!(take_all(&pacer).await.len(), expected as usize);
        }
        for _ in 0..1000 {
            good(&pacer.turn(Bucket::CatchAll).await);
        }
        assert_eq!(take_all(&pacer).await.len(), 8);
    }

    #[tokio::test]
    async fn a_larger_share_lets_go_who_waits() {
        let pacer = Pacer::new(Arc::new(Unobserved), 10, 1, 100);
        let bucket = Bucket::ALL[0];
        let limits = |remaining| {
            Some(LimitHeaders {
                limit: 100,
                remaining,
                reset: 60,
            })
        };
        let first = pacer.turn(bucket).await;
        first.answered(200, limits(99), Some(0), Instant::now());
        let mut held = vec![first];
        while let Ok(permit) = tokio::time::timeout(Duration::from_millis(5), pacer.turn(bucket)).await {
            held.push(permit);
        }
        assert!(held.len() <= 10, "{}", held.len());
        let waiting = tokio::spawn({
            let pacer = Arc::clone(&pacer);
            async move { pacer.turn(bucket).await }
        });
        tokio::task::yield_now().await;
        pacer.set_share(50);
        let permit = tokio::time::timeout(Duration::from_millis(5), waiting).await;
        held.push(permit.expect("goes at once").expect("no panic"));
        while let Ok(permit) = tokio::time::timeout(Duration::from_millis(5), pacer.turn(bucket)).await {
            held.push(permit);
        }
        assert!((40..=50).contains(&held.len()), "{}", held.len());
    }

    #[tokio::test]
    async fn who_waited_longest_goes_first() {
        let pacer = Pacer::new(Arc::new(Unobserved), 75, 1, 1);
        let first = pacer.turn(Bucket::CatchAll).await;
        good(&first);
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for number in 0..5 {
            let (pacer, order) = (Arc::clone(&pacer), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                let _permit = pacer.turn(Bucket::CatchAll).await;
                order.lock().expect("no panic").push(number);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for task in tasks {
            task.await.expect("no panic");
        }
        assert_eq!(*order.lock().expect("no panic"), [0, 1, 2, 3, 4]);
    }
}
