//! Groups that this migration makes, and who is in them by its own doing: from the operations in the journal.

use rehome_domain::{GroupId, UserId, plan::Route};
use rehome_journal::Outcome;
use serde_json::Value;

use super::{Given, Model};
use crate::run::operate::{Sent, is_halt};

impl Model {
    /// Folds in what an operation says of the groups that this migration made and put on the new app, and of what it took
    /// back there.
    pub fn note_group(&mut self, sent: &Sent<'_>, outcome: Option<&Outcome>, detail: Option<&Value>) {
        let done = outcome == Some(&Outcome::Confirmed);
        let user = || UserId::from(sent.subject);
        self.written.insert(user());
        match sent.kind {
            "groupMake" if done => {
                if let Some(id) = detail.and_then(|d| d["id"].as_str()) {
                    self.wave_groups.insert(sent.subject.to_owned(), GroupId::from(id));
                }
            }
            "groupGone" if done => self.wave_groups.retain(|_, id| id.as_str() != sent.subject),
            "waveGroupOff" | "undoGroupOn" if done => drop(self.groups_on.remove(&GroupId::from(sent.subject))),
            "memberOn" => {
                if done {
                    self.leavers.remove(&user());
                }
                let given = match outcome {
                    None => Given::Unknown("Sent, and no answer seen yet.".to_owned()),
                    Some(Outcome::Confirmed) => Given::Sent,
                    Some(Outcome::Failed { class, .. }) if is_halt(class) => Given::No,
                    Some(Outcome::Failed { words, .. }) => Given::Failed(words.clone()),
                    Some(Outcome::Unknown { words }) => Given::Unknown(words.clone()),
                };
                let track = self.tracks.entry(user()).or_default();
                track.given = given;
                track.class = match outcome {
                    Some(Outcome::Failed { class, .. }) => Some(class.clone()),
                    _ => None,
                };
            }
            "memberOff" if done => {
                self.leavers.insert(user());
                self.tracks.entry(user()).or_default().given = Given::No;
            }
            "undoAssign" if done => self.tracks.entry(user()).or_default().given = Given::No,
            _ => {}
        }
    }

    /// The group that was made for this person, where the plan sends them through one.
    pub fn wave_group_of(&self, user: &UserId) -> Option<&GroupId> {
        match &self.person_plan(user)?.1.route {
            Route::WaveGroup { key } => self.wave_groups.get(key),
            Route::Individual | Route::WholeGroup { .. } | Route::AlreadyThere => None,
        }
    }

    /// Groups that this migration made and that still stand, by what they are called.
    pub fn standing_wave_groups(&self) -> Vec<String> {
        let plan = self.plan.as_ref().map(|record| &record.plan);
        let name = |(key, id): (&String, &GroupId)| {
            let planned = plan.and_then(|p| p.wave_group(key));
            planned.map_or_else(|| id.to_string(), |g| g.name.clone())
        };
        self.wave_groups.iter().map(name).collect()
    }
}
