//! Runs: everything that takes longer than a click. One loop owns the work, beats while it goes on, obeys pause and stop, and
//! tells how it ended. The truth stays in the journal; what is told here is for watching.

mod assign;
pub(crate) mod convert;
pub(crate) mod cut_over;
pub(crate) mod door;
mod fan_out;
pub(crate) mod foreign;
mod groups;
mod job_log;
pub(crate) mod kinds;
pub(crate) mod leaving;
pub(crate) mod lines;
pub(crate) mod look;
pub(crate) mod opening;
pub(crate) mod operate;
pub(crate) mod pace;
pub(crate) mod pilot;
pub(crate) mod prove;
mod recover;
pub(crate) mod rehearse;
pub(crate) mod share;
pub(crate) mod swap;
mod tally;
pub(crate) mod undo_new;
pub(crate) mod wave;
pub(crate) mod wave_groups;

pub(crate) use assign::{Who, at_once};
pub(crate) use recover::recover as recover_first;

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use rehome_okta::{Client, OktaError};
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    meter::Meter,
    migration::{Migration, busy},
    problem::Answer,
    view::{OutcomeCounts, Problem, RunState, RunView},
};

/// Why a run ended before its end.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The admin stopped it.
    Stopped,
    /// What this round was begun on may not hold any more: wait, look again, then go on. Only waves know it.
    Anew,
    Problem(Box<Problem>),
}

impl<E: Into<Problem>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Problem(Box::new(error.into()))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Control {
    Go,
    Pause,
    Stop,
}

/// A run that is going on, or that has ended and is still shown.
pub(crate) struct Running {
    control: watch::Sender<Control>,
    view: Arc<Mutex<RunView>>,
    task: JoinHandle<()>,
    /// Nobody asked for it: it makes way for what somebody asks for.
    yields: bool,
}

impl Running {
    pub fn is_finished(&self) -> bool {
        self.view().state == RunState::Finished
    }

    pub fn yields(&self) -> bool {
        self.yields
    }

    pub fn view(&self) -> RunView {
        self.view.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn pause(&self) {
        self.control.send_replace(Control::Pause);
        self.tell(RunState::Pausing);
    }

    pub fn resume(&self) {
        self.control.send_replace(Control::Go);
        self.tell(RunState::Running);
    }

    pub fn stop(&self) {
        self.control.send_replace(Control::Stop);
        self.tell(RunState::Stopping);
    }

    fn tell(&self, state: RunState) {
        let mut view = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        if view.state != RunState::Finished {
            view.state = state;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Whoever replaces a run waits for its end first; this only catches the end of the process.
        self.task.abort();
    }
}

/// What a run works with.
#[derive(Clone)]
pub(crate) struct Ctx {
    pub migration: Arc<Migration>,
    pub client: Client,
    pub meter: Arc<Meter>,
    control: watch::Receiver<Control>,
    view: Arc<Mutex<RunView>>,
    pacing: Arc<pace::Pacing>,
    look: Arc<look::LastLook>,
}

impl Ctx {
    fn edit(&self, change: impl FnOnce(&mut RunView)) {
        change(&mut self.view.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Who or what is worked on.
    pub fn now(&self, what: String) {
        self.edit(|v| v.now = Some(what));
    }

    pub fn total(&self, total: usize) {
        self.edit(|v| {
            v.total = Some(total as u32);
            v.done = 0;
        });
    }

    pub fn advance(&self, n: usize) {
        self.edit(|v| v.done += n as u32);
    }

    pub fn counts(&self, counts: OutcomeCounts) {
        self.edit(|v| v.counts = counts);
    }

    /// A sentence about a wait that the client does not know of (fan-out, provisioning).
    pub fn waiting(&self, words: Option<&str>) {
        self.edit(|v| v.waiting = words.map(str::to_owned));
    }

    /// Asked before every call that may as well not be made: waits while paused, ends when stopped.
    pub async fn checkpoint(&self) -> Result<(), Halt> {
        let mut control = self.control.clone();
        loop {
            let wish = *control.borrow_and_update();
            match wish {
                Control::Go => return Ok(()),
                Control::Stop => return Err(Halt::Stopped),
                Control::Pause => {
                    self.edit(|v| v.state = RunState::Paused);
                    if control.changed().await.is_err() {
                        return Err(Halt::Stopped);
                    }
                    self.edit(|v| v.state = RunState::Running);
                }
            }
        }
    }

    /// Waits some of the org's seconds, or until the admin stops the run.
    pub async fn pause_for(&self, seconds: f64) -> Result<(), Halt> {
        let mut control = self.control.clone();
        let wait = Duration::from_secs_f64(seconds / f64::from(self.migration.speed.max(1)));
        let deadline = tokio::time::Instant::now() + wait;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => return Ok(()),
                changed = control.changed() => {
                    if changed.is_err() || *control.borrow() == Control::Stop {
                        return Err(Halt::Stopped);
                    }
                }
            }
        }
    }

    /// Holds the run while Okta cannot be reached: asks again, ever more slowly, until it answers or the admin stops.
    pub async fn until_reachable(&self) -> Result<(), Halt> {
        let mut wait = 1.0;
        loop {
            self.waiting(Some("No connection to Okta. Rehome goes on by itself when it is back."));
            self.pause_for(wait).await?;
            match self.client.read().app(&self.migration.new).await {
                Err(e) if is_network(&e) => wait = f64::min(wait * 2.0, 30.0),
                Err(e) if e.is_credential() => return Err(e.into()),
                _ => {
                    self.waiting(None);
                    return Ok(());
                }
            }
        }
    }

    /// A read that outlasts a lost network.
    pub async fn reading<T, F: Future<Output = Result<T, OktaError>>>(&self, read: impl Fn() -> F) -> Result<T, Halt> {
        loop {
            match read().await {
                Ok(value) => return Ok(value),
                Err(e) if is_network(&e) => self.until_reachable().await?,
                Err(e) => return Err(e.into()),
            }
        }
    }

    /// Calls go into the journal, numbers to whoever watches.
    async fn beat(&self) {
        self.feel();
        if let Err(problem) = self.migration.flush_calls().await {
            tracing::warn!(code = ?problem.code, "calls could not be logged");
        }
        let now = Timestamp::now();
        let (per_minute, waiting) = (self.meter.this_minute(now), self.meter.waiting());
        self.edit(|v| {
            v.calls_per_minute = per_minute;
            if waiting.is_some() || v.waiting.as_deref().is_some_and(|w| w.starts_with("Waiting")) {
                v.waiting = waiting;
            }
            v.state = match (v.state, &v.waiting) {
                (RunState::Running, Some(_)) => RunState::Waiting,
                (RunState::Waiting, None) => RunState::Running,
                (other, _) => other,
            };
        });
        let view = self.view.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.migration.host.progress(view);
    }
}

pub(crate) fn is_network(error: &OktaError) -> bool {
    error.classify() == rehome_okta::FailureClass::Network
}

/// How often a run tells of itself, and how often the model is announced as changed.
const BEAT: Duration = Duration::from_millis(200);
const BEATS_PER_CHANGE: u32 = 5;

/// Starts a run; refuses while another one goes on.
pub(crate) fn start<F>(
    migration: &Arc<Migration>,
    title: impl Into<String>,
    can_pause: bool,
    work: impl FnOnce(Ctx) -> F,
) -> Answer<()>
where
    F: Future<Output = Result<(), Halt>> + Send + 'static,
{
    begin(migration, title.into(), can_pause, false, work)
}

/// Starts a run that nobody asked for. It makes way for any other: that one begins when the calls under way are finished.
pub(crate) fn start_in_background<F>(migration: &Arc<Migration>, title: &str, work: impl FnOnce(Ctx) -> F) -> Answer<()>
where
    F: Future<Output = Result<(), Halt>> + Send + 'static,
{
    begin(migration, title.to_owned(), false, true, work)
}

fn begin<F>(
    migration: &Arc<Migration>,
    title: String,
    can_pause: bool,
    yields: bool,
    work: impl FnOnce(Ctx) -> F,
) -> Answer<()>
where
    F: Future<Output = Result<(), Halt>> + Send + 'static,
{
    let (client, meter) = migration.client()?;
    client.ask_for_missing_scopes();
    let mut slot = migration.running.lock().unwrap_or_else(PoisonError::into_inner);
    let before = match slot.as_ref().filter(|r| !r.is_finished()) {
        Some(run) if run.yields && !yields => {
            run.stop();
            slot.take()
        }
        Some(run) => return Err(busy(&run.view().title)),
        None => None,
    };
    let view = Arc::new(Mutex::new(RunView {
        migration: migration.id.clone(),
        title,
        state: RunState::Running,
        done: 0,
        total: None,
        counts: OutcomeCounts::default(),
        now: None,
        waiting: None,
        remark: None,
        calls_per_minute: 0,
        ends_at: None,
        can_pause,
        problem: None,
    }));
    let (control, receiver) = watch::channel(Control::Go);
    let ctx = Ctx {
        migration: migration.clone(),
        client,
        meter,
        control: receiver,
        view: view.clone(),
        pacing: Arc::default(),
        look: Arc::default(),
    };
    // A whole wave is a large thing to hand from frame to frame.
    let work = Box::pin(work(ctx.clone()));
    // One writer: the run that makes way has come to its end before this one begins.
    let work = Box::pin(async move {
        if let Some(mut before) = before {
            let _ = (&mut before.task).await;
        }
        work.await
    });
    let task = tokio::spawn(drive(ctx, work, !yields));
    *slot = Some(Running {
        control,
        view,
        task,
        yields,
    });
    drop(slot);
    migration.changed();
    Ok(())
}

/// While it lives, the computer does not fall asleep.
struct Awake(Arc<Migration>);

impl Awake {
    fn new(migration: &Arc<Migration>) -> Self {
        migration.host.keep_awake(true);
        Self(migration.clone())
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        self.0.host.keep_awake(false);
    }
}

impl Ctx {
    /// A word on the desktop: a run that may be paused takes long enough for the admin to look away.
    fn tell_of_end(&self) {
        let view = self.view.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if !view.can_pause {
            return;
        }
        let (title, words) = match (&view.problem, view.state) {
            (Some(problem), _) => (format!("{} has stopped", view.title), problem.what.clone()),
            (None, RunState::Stopping) => return,
            (None, _) => (
                format!("{} has ended", view.title),
                crate::present::counts_words(&view.counts),
            ),
        };
        self.migration.host.notify(&title, &words);
    }
}

/// `tells`: its end is worth a notification.
async fn drive(ctx: Ctx, work: impl Future<Output = Result<(), Halt>> + Send, tells: bool) {
    let mut tick = tokio::time::interval(BEAT);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut beats = 0;
    let mut work = std::pin::pin!(work);
    let _awake = ctx.settings().keep_awake.then(|| Awake::new(&ctx.migration));
    let end = loop {
        tokio::select! {
            end = &mut work => break end,
            _ = tick.tick() => {
                ctx.beat().await;
                beats += 1;
                if beats % BEATS_PER_CHANGE == 0 {
                    ctx.migration.changed();
                }
            }
        }
    };
    ctx.edit(|v| {
        v.waiting = None;
        v.now = None;
        if let Err(Halt::Problem(problem)) = end {
            // Words and Okta's own answer can name people: they are for the window, and for whoever asks for them.
            tracing::warn!(code = ?problem.code, "the run ended early");
            tracing::debug!(what = problem.what, detail = problem.detail, "why the run ended early");
            v.problem = Some(*problem);
        }
    });
    if tells && ctx.settings().notify {
        ctx.tell_of_end();
    }
    ctx.beat().await;
    ctx.edit(|v| v.state = RunState::Finished);
    ctx.beat().await;
    ctx.migration.changed();
}
