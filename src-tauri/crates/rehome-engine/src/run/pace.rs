//! What a wave obeys between one person and the next: windows, the pace of the service, and the sleep of the computer.
//!
//! Windows are told by the org's clock, which goes on by a steady clock between answers: a wrong or moved clock of this computer
//! steers nothing. The beat of the run holds both clocks of this computer against each other, and sees when it slept.

use std::{
    convert::Infallible,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use rehome_domain::schedule::{Beat, Gap, RunSettings, Throttle, WindowState, gap};

use super::{Ctx, Halt};
use crate::{problem::problem, view::ProblemCode};

/// Shared by everything that one run does.
#[derive(Default)]
pub(crate) struct Pacing {
    /// A wave, which waits for windows and looks again; other runs only pause and stop.
    bound: AtomicBool,
    throttle: Mutex<Throttle>,
    last: Mutex<Option<Beat>>,
    slept: Mutex<Option<SignedDuration>>,
}

/// Org's seconds between two looks at the window while it is closed: it may be changed meanwhile.
const LOOK: f64 = 2.0;
/// How often the System Log is asked whether the service complains, in org's seconds (one query): of a service that has complained
/// lately, and of one that has not.
const ASK: f64 = 60.0;
const ASK_CALM: f64 = 300.0;
/// Looks without a complaint after which a service counts as calm.
const CALM_AFTER: u32 = 3;
/// The service refused calls of Okta's provisioning for going too fast (api-facts 11).
const COMPLAINT: &str = "application.integration.rate_limit_exceeded";

fn lock<T>(what: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ctx {
    pub fn settings(&self) -> RunSettings {
        self.migration.model().decisions.runs.settings.clone()
    }

    /// From now on this run is a wave: see [`Ctx::turn`].
    pub fn bind(&self) {
        self.pacing.bound.store(true, Ordering::Relaxed);
    }

    /// The org's clock.
    pub fn org_now(&self) -> Timestamp {
        self.meter.org_now(Timestamp::now())
    }

    fn is_window_open(&self) -> bool {
        let model = self.migration.model();
        let hours = &model.decisions.runs.settings.off_hours;
        hours
            .as_ref()
            .is_none_or(|hours| matches!(hours.state(self.org_now()), WindowState::Open { .. }))
    }

    /// Asked before everything new that a wave writes. Ends this round where what it was begun on may not hold any more:
    /// the window is over, the computer slept, or somebody else changed the new app.
    pub async fn turn(&self) -> Result<(), Halt> {
        self.checkpoint().await?;
        if !self.pacing.bound.load(Ordering::Relaxed) {
            return Ok(());
        }
        if lock(&self.pacing.slept).is_some() || !self.is_window_open() {
            return Err(Halt::Anew);
        }
        match super::foreign::refusal(&self.migration.model()) {
            Some(foreign) => Err(foreign.into()),
            None => Ok(()),
        }
    }

    /// The turn of one more person, as fast as the service may be given people.
    pub async fn turn_of_person(&self) -> Result<(), Halt> {
        let set = self.migration.model().decisions.runs.settings.people_per_minute;
        let wait = lock(&self.pacing.throttle).turn(set, seconds(self.org_now()));
        if wait > 0.01 {
            self.pause_for(wait).await?;
        }
        self.turn().await
    }

    /// Waits until the window opens. The wait is told; what was waited for is looked at again and again, since settings and
    /// clocks may change.
    pub async fn until_open(&self) -> Result<(), Halt> {
        loop {
            self.checkpoint().await?;
            let hours = self.settings().off_hours;
            let Some(hours) = hours else { break };
            let now = self.org_now();
            match hours.state(now) {
                WindowState::Open { .. } => break,
                WindowState::Never => {
                    return Err(problem(
                        ProblemCode::GateClosed,
                        "No window opens within a year",
                        "Every day is a day without a window, or the time zone is not known.",
                        "Look at the windows under \u{201c}How it runs\u{201d}.",
                    )
                    .into());
                }
                WindowState::Closed { opens } => {
                    let words = format!(
                        "Nothing new begins before the window, which opens {}",
                        hours.words(opens)
                    );
                    self.waiting(Some(&words));
                    let left = opens.duration_since(now).as_secs_f64();
                    let look = LOOK * f64::from(self.migration.speed.max(1));
                    self.pause_for(left.clamp(0.05, look)).await?;
                    if lock(&self.pacing.slept).is_some() {
                        self.wake().await?;
                    }
                }
            }
        }
        self.waiting(None);
        Ok(())
    }

    /// Puts the run on its feet after sleep: one answer sets the org's clock right. Gives how long it slept.
    pub async fn wake(&self) -> Result<Option<SignedDuration>, Halt> {
        let slept = lock(&self.pacing.slept).take();
        if slept.is_some() {
            self.until_reachable().await?;
        }
        Ok(slept)
    }

    /// Holds both clocks against those of the beat before.
    pub(super) fn feel(&self) {
        let now = self.migration.host.clock();
        let before = lock(&self.pacing.last).replace(now);
        match before.map_or(Gap::None, |before| gap(before, now)) {
            Gap::None => {}
            Gap::Slept(span) => {
                tracing::warn!(seconds = span.as_secs(), "nothing ran for a while: the computer slept");
                self.meter.slept();
                let mut slept = lock(&self.pacing.slept);
                *slept = Some(slept.unwrap_or_default().saturating_add(span));
            }
            Gap::SetBack(span) => {
                tracing::warn!(seconds = span.as_secs(), "the clock of this computer was set back");
            }
        }
    }

    /// Asks again and again whether the service refuses Okta's provisioning for going too fast. Never ends: who works beside it
    /// ends it.
    pub async fn listen_to_service(&self) -> Infallible {
        let pushes = {
            let model = self.migration.model();
            let app = model.inventory.as_ref().map(|i| &i.new.app);
            app.is_some_and(|app| app.features.iter().any(|f| f.starts_with("PUSH_")))
        };
        if !pushes {
            return futures::future::pending().await;
        }
        let filter = format!(
            "eventType eq \"{COMPLAINT}\" and target.id eq \"{}\"",
            self.migration.new
        );
        // Followed by its own place in the log: what the log shows late would lie before any time that was asked for.
        let mut log = self.client.read().log_poll(&filter, self.org_now());
        // At first it is not known what pace the service bears. After earlier waves have shown that, one look is enough.
        let quiet = &self.migration.calm;
        quiet.fetch_min(CALM_AFTER - 1, Ordering::Relaxed);
        loop {
            let wait = if quiet.load(Ordering::Relaxed) < CALM_AFTER {
                ASK
            } else {
                ASK_CALM
            };
            if self.pause_for(wait).await.is_err() {
                return futures::future::pending().await;
            }
            match log.look().await {
                Ok(events) => {
                    if events.is_empty() {
                        quiet.fetch_add(1, Ordering::Relaxed);
                    } else {
                        quiet.store(0, Ordering::Relaxed);
                        self.slow_down(events.len());
                    }
                }
                // Without the log there is only the pace that the admin has set.
                Err(error) => {
                    tracing::warn!(class = ?error.classify(), "the log could not be asked for complaints of the service");
                    // A place that Okta no longer knows is none: on from here.
                    if error.refusal().is_some_and(|refusal| refusal.status == 400) {
                        log = self.client.read().log_poll(&filter, self.org_now());
                    }
                }
            }
        }
    }

    fn slow_down(&self, complaints: usize) {
        let set = self.migration.model().decisions.runs.settings.people_per_minute;
        let now = seconds(self.org_now());
        let mut throttle = lock(&self.pacing.throttle);
        throttle.complained(set, now);
        let pace = throttle.pace(set, now);
        drop(throttle);
        tracing::info!(complaints, ?pace, "the service cannot keep up");
        let words = pace.map(|pace| {
            format!(
                "The service refused calls for going too fast: on with {} people a minute, more again when it keeps up.",
                pace.round().max(1.0)
            )
        });
        self.edit(|v| v.remark = words);
    }
}

fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}
