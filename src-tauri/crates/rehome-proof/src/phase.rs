//! A migration in parts, so that a cell of the matrix costs one part and not all of it.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use rehome_engine::{
    Rehome,
    view::{RunState, Step},
};

use crate::robot::{Robot, Wishes};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Steps 1 and 2, and what is changed on the new app.
    Reading,
    /// Plan, pilot and waves.
    Waves,
    /// The old app is emptied.
    Retire,
    /// The old app is given back.
    GiveBack,
    /// From the empty old app to the closed migration.
    Delete,
}

impl Phase {
    pub const ALL: [Self; 5] = [Self::Reading, Self::Waves, Self::Retire, Self::GiveBack, Self::Delete];

    pub fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Waves => "waves",
            Self::Retire => "retire",
            Self::GiveBack => "give back",
            Self::Delete => "delete",
        }
    }

    /// Where it begins: at the end of another one.
    pub fn after(self) -> Option<Self> {
        match self {
            Self::Reading => None,
            Self::Waves => Some(Self::Reading),
            Self::Retire => Some(Self::Waves),
            Self::GiveBack | Self::Delete => Some(Self::Retire),
        }
    }

    fn until(self) -> Option<Step> {
        match self {
            Self::Reading => Some(Step::Pilot),
            Self::Waves => Some(Step::Retire),
            Self::Retire => Some(Step::Delete),
            Self::GiveBack | Self::Delete => None,
        }
    }
}

/// Who works, and how.
#[derive(Clone, Debug)]
pub struct Admin {
    pub url: String,
    pub token: String,
    pub pilot: u32,
    pub wave_size: u32,
}

/// Times that the robot may come to an end with its wits; each time the admin looks, mends and goes on.
const ROUNDS: usize = 6;

impl Admin {
    /// Works a phase to its end. Gives what the robot stumbled over on the way; `Err`: it never came to an end.
    ///
    /// # Errors
    /// Why it was stuck, the last line last.
    pub async fn work(&self, rehome: &Rehome, id: &str, phase: Phase) -> Result<Vec<String>, Vec<String>> {
        let mut stumbled = Vec::new();
        for _ in 0..ROUNDS {
            let work = AssertUnwindSafe(self.go(rehome, id, phase)).catch_unwind();
            match work.await {
                Ok(None) => return Ok(stumbled),
                Ok(Some(problem)) => stumbled.push(problem),
                Err(panic) => stumbled.push(words(&*panic)),
            }
            self.mend(rehome, id).await;
        }
        Err(stumbled)
    }

    async fn go(&self, rehome: &Rehome, id: &str, phase: Phase) -> Option<String> {
        if phase == Phase::Delete && rehome.migration(id.to_owned()).await.is_err() {
            return None;
        }
        let mut robot = self.robot(rehome, id, phase);
        if phase == Phase::GiveBack {
            let view = rehome.retire(id.to_owned()).await;
            if view.is_ok_and(|view| view.can_give_back == 0) {
                return None;
            }
            let problem = match rehome.undo_retire(id.to_owned()).await {
                Ok(()) => robot.settle().await,
                Err(problem) => Some(problem),
            };
            return problem.map(|p| format!("{p:?}"));
        }
        robot.work().await;
        None
    }

    fn robot<'a>(&self, rehome: &'a Rehome, id: &str, phase: Phase) -> Robot<'a> {
        Robot {
            rehome,
            id: id.to_owned(),
            wishes: Wishes {
                providers: rehome_engine::view::IdentityProviders::Several,
                rehearse: false,
                pilot: self.pilot,
                wave_size: self.wave_size,
                console: self.url.clone(),
                token: self.token.clone(),
                until: phase.until(),
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

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let words = text.or_else(|| panic.downcast_ref::<&str>().copied());
    words.unwrap_or("a panic without words").chars().take(2_000).collect()
}
