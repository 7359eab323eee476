//! A migration in parts, so that a cell of the matrix costs one part and not all of it.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use rehome_engine::{
    Rehome,
    view::{
        Action, CutOverPhase, IdentityProviders, LineState, LineWish, Problem, ProblemCode, RouteChoice, RouteSubject,
        RunState, Step,
    },
};

use crate::{
    robot::{Robot, Wishes},
    tale::Tale,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Steps 1 and 2, and what is changed on the new app.
    Reading,
    /// Lines are approved and made, and made back.
    Lines,
    LinesBack,
    /// Plan and pilot, under a raised share.
    Pilot,
    /// One of the pilot goes back and forward again.
    Rehearsal,
    /// All waves, where no wave group is in them.
    Waves,
    /// The waves before the swap, by a wave group.
    Groups,
    /// Somebody has left; then the swap.
    Swap,
    /// Everything is taken back on the new app.
    RollBack,
    /// Sign-in switches for everybody.
    CutOver,
    /// And back again.
    TurnBack,
    /// The old app is emptied.
    Retire,
    /// The old app is given back.
    GiveBack,
    /// From the empty old app to the closed migration.
    Delete,
}

impl Phase {
    pub const ALL: [Self; 14] = [
        Self::Reading,
        Self::Lines,
        Self::LinesBack,
        Self::Pilot,
        Self::Rehearsal,
        Self::Waves,
        Self::Groups,
        Self::Swap,
        Self::RollBack,
        Self::CutOver,
        Self::TurnBack,
        Self::Retire,
        Self::GiveBack,
        Self::Delete,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Lines => "lines",
            Self::LinesBack => "lines back",
            Self::Pilot => "pilot",
            Self::Rehearsal => "rehearsal",
            Self::Waves => "waves",
            Self::Groups => "groups",
            Self::Swap => "swap",
            Self::RollBack => "roll back",
            Self::CutOver => "cut over",
            Self::TurnBack => "turn back",
            Self::Retire => "retire",
            Self::GiveBack => "give back",
            Self::Delete => "delete",
        }
    }

    fn until(self, tale: Tale) -> Option<Step> {
        match self {
            Self::Reading => Some(Step::Pilot),
            Self::Pilot | Self::Rehearsal => Some(Step::Waves),
            Self::Waves if tale == Tale::CutOver => Some(Step::CutOver),
            Self::Waves | Self::Groups | Self::Swap | Self::CutOver => Some(Step::Retire),
            Self::Retire => Some(Step::Delete),
            Self::Lines | Self::LinesBack | Self::RollBack | Self::TurnBack | Self::GiveBack | Self::Delete => None,
        }
    }
}

/// Who works, and how.
#[derive(Clone, Debug)]
pub struct Admin {
    pub url: String,
    pub token: String,
    pub tale: Tale,
    pub pilot: u32,
    pub wave_size: u32,
}

const ROBIN: &str = "Robin Admin";
/// Times that the robot may come to an end with its wits; each time the admin looks, mends and goes on.
const ROUNDS: usize = 10;
/// For all of them; a phase takes a second or two, on a machine that is far too busy a minute.
const PATIENCE: Duration = Duration::from_secs(240);

impl Admin {
    /// Works a phase to its end. Gives what the robot stumbled over on the way; `Err`: it never came to an end.
    ///
    /// # Errors
    /// Why it was stuck, the last line last.
    pub async fn work(&self, rehome: &Rehome, id: &str, phase: Phase) -> Result<Vec<String>, Vec<String>> {
        let mut stumbled = Vec::new();
        let ends = tokio::time::Instant::now() + PATIENCE;
        for _ in 0..ROUNDS {
            let work = AssertUnwindSafe(self.go(rehome, id, phase)).catch_unwind();
            match tokio::time::timeout_at(ends, work).await {
                Ok(Ok(Ok(()))) => return Ok(stumbled),
                Ok(Ok(Err(problem))) => stumbled.push(format!("{problem:?}")),
                Ok(Err(panic)) => stumbled.push(words(&*panic)),
                Err(_) => {
                    let frame = rehome.migration(id.to_owned()).await;
                    let run = frame.map(|frame| frame.run);
                    stumbled.push(format!("no end after {PATIENCE:?}: {run:?}"));
                    return Err(stumbled);
                }
            }
            // The robot follows the next step, whatever the last run said.
            let frame = rehome.migration(id.to_owned()).await;
            if let Some(problem) = frame.ok().and_then(|frame| frame.run?.problem) {
                stumbled.push(format!("the last run: {problem:?}"));
            }
            self.mend(rehome, id).await;
        }
        Err(stumbled)
    }

    async fn go(&self, rehome: &Rehome, id: &str, phase: Phase) -> Result<(), Problem> {
        if phase == Phase::Delete && rehome.migration(id.to_owned()).await.is_err() {
            return Ok(());
        }
        let mut robot = self.robot(rehome, id, phase);
        match phase {
            Phase::Reading
            | Phase::Waves
            | Phase::Swap
            | Phase::Rehearsal
            | Phase::CutOver
            | Phase::Retire
            | Phase::Delete => robot.work().await,
            Phase::Lines => return lines(&robot).await,
            Phase::LinesBack => return lines_back(&robot).await,
            Phase::Pilot => {
                self.choose(rehome, id).await?;
                robot
                    .work_to(|action| matches!(action, Action::RehearseUndo { .. }))
                    .await;
            }
            Phase::Groups => {
                let last = rehome.waves(id.to_owned()).await?.waves.last().map(|wave| wave.number);
                robot
                    .work_to(|action| matches!(action, Action::RunWave { wave } if Some(*wave) == last))
                    .await;
            }
            Phase::RollBack => return roll_back(&robot).await,
            Phase::TurnBack => return turn_back(&robot).await,
            Phase::GiveBack => {
                if rehome.retire(id.to_owned()).await?.can_give_back == 0 {
                    return Ok(());
                }
                rehome.undo_retire(id.to_owned()).await?;
                return ended(&robot).await;
            }
        }
        Ok(())
    }

    /// What is decided before the plan: routes in one tale, a larger share in the other.
    async fn choose(&self, rehome: &Rehome, id: &str) -> Result<(), Problem> {
        match self.tale {
            Tale::Plain => {
                let view = rehome.share(id.to_owned()).await?;
                if let (None, Some(token)) = (view.approved, view.candidates.first()) {
                    let (token, name) = (token.id.clone(), ROBIN.to_owned());
                    rehome.approve_share(id.to_owned(), token, Some(90), name).await?;
                }
            }
            Tale::WaveGroups => {
                for group in rehome.plan_choices(id.to_owned()).await?.groups {
                    if group.chosen.is_none() {
                        let subject = RouteSubject::Group { id: group.id };
                        let choice = Some(RouteChoice::WaveGroup);
                        rehome.set_route(id.to_owned(), subject, choice).await?;
                    }
                }
            }
            Tale::CutOver | Tale::Rederiving => {}
        }
        Ok(())
    }

    fn robot<'a>(&self, rehome: &'a Rehome, id: &str, phase: Phase) -> Robot<'a> {
        let providers = match self.tale {
            Tale::CutOver => IdentityProviders::One,
            Tale::Plain | Tale::WaveGroups | Tale::Rederiving => IdentityProviders::Several,
        };
        Robot {
            rehome,
            id: id.to_owned(),
            wishes: Wishes {
                providers,
                rehearse: self.tale == Tale::Plain,
                pilot: self.pilot,
                wave_size: self.wave_size,
                console: self.url.clone(),
                token: self.token.clone(),
                until: phase.until(self.tale),
            },
            done: Vec::new(),
        }
    }

    /// What an admin does before trying again: waits for what is going on, and gives the token again where it was refused.
    async fn mend(&self, rehome: &Rehome, id: &str) {
        for _ in 0..1_000 {
            let Ok(frame) = rehome.migration(id.to_owned()).await else {
                return;
            };
            if frame.run.is_none_or(|r| r.state == RunState::Finished) {
                if frame.credential.needed {
                    let _ = rehome.provide_credential(id.to_owned(), self.token.clone()).await;
                }
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Waits for the end of a run.
async fn ended(robot: &Robot<'_>) -> Result<(), Problem> {
    robot.settle().await.map_or(Ok(()), Err)
}

/// A mapping and the username template, approved and made.
async fn lines(robot: &Robot<'_>) -> Result<(), Problem> {
    let (rehome, id) = (robot.rehome, &robot.id);
    let wishes = [
        LineWish::Mapping {
            attribute: "phone".to_owned(),
            expression: Some("user.mobilePhone".to_owned()),
            push: true,
        },
        LineWish::Template {
            template: "${source.email}".to_owned(),
            custom: true,
        },
    ];
    for wish in wishes {
        // Once it is made it makes no sense any more.
        let Ok(line) = rehome.propose_line(id.clone(), wish).await else {
            continue;
        };
        let state = rehome.map(id.clone(), None).await?.lines.into_iter();
        if state.into_iter().any(|l| l.id == line && l.state == LineState::Offered) {
            rehome.approve_line(id.clone(), line, ROBIN.to_owned()).await?;
        }
    }
    let open = |state| matches!(state, LineState::Approved | LineState::Failed | LineState::Unknown);
    if !rehome.map(id.clone(), None).await?.lines.iter().any(|l| open(l.state)) {
        return Ok(());
    }
    match rehome.run_lines(id.clone()).await {
        Err(problem) if problem.code == ProblemCode::RecoveryCodeNeeded => {
            let code = rehome.recovery_code().await?;
            rehome.confirm_recovery_code(code).await?;
            rehome.run_lines(id.clone()).await?;
        }
        other => other?,
    }
    ended(robot).await
}

async fn lines_back(robot: &Robot<'_>) -> Result<(), Problem> {
    let (rehome, id) = (robot.rehome, &robot.id);
    for line in rehome.map(id.clone(), None).await?.lines {
        let open = matches!(line.state, LineState::Done | LineState::Failed | LineState::Unknown);
        if open && line.can_undo {
            rehome.undo_line(id.clone(), line.id).await?;
            ended(robot).await?;
        }
    }
    Ok(())
}

/// Until there is nothing to take back any more.
async fn roll_back(robot: &Robot<'_>) -> Result<(), Problem> {
    let (rehome, id) = (robot.rehome, &robot.id);
    let new = robot.frame().await.new.id;
    robot.untick(&new).await;
    match rehome.roll_back(id.clone()).await {
        Err(problem) if problem.code == ProblemCode::BadInput => Ok(()),
        Err(problem) => Err(problem),
        Ok(()) => ended(robot).await,
    }
}

async fn turn_back(robot: &Robot<'_>) -> Result<(), Problem> {
    let (rehome, id) = (robot.rehome, &robot.id);
    if rehome.cut_over(id.clone()).await?.phase != CutOverPhase::GoneBack {
        let reason = "Roles are missing.".to_owned();
        rehome.undo_cut_over(id.clone(), ROBIN.to_owned(), reason).await?;
        ended(robot).await?;
    }
    if rehome.cut_over(id.clone()).await?.tiles_open {
        rehome.set_tiles(id.clone()).await?;
        ended(robot).await?;
    }
    Ok(())
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let words = text.or_else(|| panic.downcast_ref::<&str>().copied());
    words.unwrap_or("a panic without words").chars().take(2_000).collect()
}
