//! Where each person stands, from operations and proofs.

use rehome_domain::{
    AppUser, ByUser, Scope, UserId,
    gate::Standing,
    people::AssignmentPath,
    plan::{PersonPlan, Route},
};
use rehome_journal::Outcome;

use super::Model;
use crate::{
    run::{lines, operate},
    view::{OutcomeCounts, PersonState},
};

/// Whether the new app was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Given {
    #[default]
    No,
    Sent,
    Failed(String),
    Unknown(String),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Track {
    pub given: Given,
    /// The class of the newest failure, as the journal names it.
    pub class: Option<String>,
    /// Converted, and what was sent for them could not be put back: that is tried again, and nothing is given once more.
    pub half_converted: bool,
    pub placed: bool,
    /// Why not placed, when it was looked at.
    pub unplaced: Option<String>,
    pub same_account: Option<bool>,
    pub signed_in: bool,
    /// The newest sign-in to the new app was refused: why.
    pub refused: Option<String>,
    /// No longer on the old app, by this migration.
    pub left_old: bool,
}

/// Where an approved change on the new app stands, by the newest operation for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum LineStand {
    Done(Option<jiff::Timestamp>),
    Undone,
    Failed(String),
    Unknown(String),
    /// Nothing was sent, or Okta never acted on it.
    Open,
}

impl LineStand {
    fn of(kind: &str, outcome: Option<&Outcome>) -> Self {
        match outcome {
            None => Self::Unknown("Sent, and no answer seen yet.".to_owned()),
            Some(Outcome::Confirmed) if kind == lines::BACK => Self::Undone,
            Some(Outcome::Confirmed) => Self::Done(None),
            Some(Outcome::Failed { class, .. }) if operate::is_halt(class) && kind == lines::MADE => Self::Open,
            Some(Outcome::Failed { words, .. }) => Self::Failed(words.clone()),
            Some(Outcome::Unknown { words }) => Self::Unknown(words.clone()),
        }
    }
}

impl Track {
    pub fn standing(&self) -> Standing {
        Standing {
            placed: self.placed,
            same_account: self.same_account,
            signed_in: self.signed_in,
        }
    }

    pub fn state(&self) -> PersonState {
        if self.left_old {
            return PersonState::Retired;
        }
        if self.placed {
            return match (self.same_account, self.signed_in) {
                (Some(false), _) => PersonState::Failed,
                (_, true) => PersonState::SignedIn,
                (_, false) => PersonState::Proven,
            };
        }
        match &self.given {
            Given::No => PersonState::Planned,
            Given::Sent => PersonState::Assigned,
            Given::Failed(_) => PersonState::Failed,
            Given::Unknown(_) => PersonState::Unknown,
        }
    }

    pub fn note(&self) -> Option<String> {
        match (&self.given, self.same_account) {
            (_, Some(false)) => Some("The new app made or found another account than the old one uses.".to_owned()),
            _ if self.placed => None,
            (Given::Failed(why) | Given::Unknown(why), _) => Some(why.clone()),
            (Given::No | Given::Sent, _) => self.unplaced.clone(),
        }
    }
}

/// Why somebody is not placed whose group is on the new app, and who does not come through it yet.
const TO_CONVERT: &str = "Assigned individually, but through a group on the old app.";

/// What a listing of the new app says of one person, against the plan.
pub(crate) fn placement(plan: &PersonPlan, group_is_on: bool, seen: Option<&AppUser>) -> Result<(), String> {
    let Some(seen) = seen else {
        return Err("Not on the new app.".to_owned());
    };
    if seen.has_sync_error() {
        return Err("Okta reports a provisioning error. Look under Dashboard, Tasks.".to_owned());
    }
    if let Some(planned) = plan.username.as_deref()
        && planned != &*seen.user_name
    {
        return Err(format!("The username is {} instead of {planned}.", seen.user_name));
    }
    if !seen.is_settled() {
        return Err(format!(
            "Okta is still working on it ({}).",
            seen.status().to_lowercase()
        ));
    }
    if matches!(plan.route, Route::WaveGroup { .. }) && seen.scope() == Scope::User {
        return Err("Assigned individually, but planned through a group.".to_owned());
    }
    match (&plan.path, seen.scope()) {
        (AssignmentPath::Individual, Scope::Group) => {
            Err("Assigned through a group, but individually on the old app.".to_owned())
        }
        (AssignmentPath::Group { .. }, Scope::User) if group_is_on => Err(TO_CONVERT.to_owned()),
        _ => Ok(()),
    }
}

impl Model {
    /// Holds a listing of the new app against the plan. Gives what changed, for the journal.
    pub fn observe(&mut self, seen: ByUser<AppUser>) -> Vec<(UserId, Track)> {
        let mut changed = Vec::new();
        self.written.clear();
        if let Some(inventory) = &mut self.inventory {
            inventory.new_users = seen;
        }
        self.refute();
        let keys_differ = self.keys_differ();
        // Taken out while tracks change, so that the plan need not be copied for every listing.
        let Some(inventory) = self.inventory.take() else {
            return changed;
        };
        let Some(record) = self.plan.take() else {
            self.inventory = Some(inventory);
            return changed;
        };
        for (_, person) in record.plan.people() {
            let app_user = inventory.new_users.get(&person.user);
            let before = self.track(&person.user);
            let mut track = before.clone();
            let found = placement(person, self.is_group_on(&person.path), app_user);
            track.placed = found.is_ok();
            track.unplaced = found.err();
            let old = inventory.roster.users.get(&person.user);
            let ids = (
                old.and_then(|u| u.external_id.as_ref()),
                app_user.and_then(|u| u.external_id.as_ref()),
            );
            track.same_account = match ids {
                (Some(old), Some(new)) if !keys_differ => Some(old == new),
                _ => None,
            };
            if matches!(person.route, Route::WholeGroup { .. }) && app_user.is_some() {
                track.given = Given::Sent;
            }
            if track != before {
                self.tracks.insert(person.user.clone(), track.clone());
                changed.push((person.user.clone(), track));
            }
        }
        self.plan = Some(record);
        self.inventory = Some(inventory);
        changed
    }

    /// On the new app as planned, but for the group that they are to come under: a wave that is on its way converts them.
    pub fn is_to_convert(&self, user: &UserId) -> bool {
        let track = self.track(user);
        track.given == Given::Sent && track.unplaced.as_deref() == Some(TO_CONVERT)
    }

    /// On the new app, where the conversion that brought them under their group lacks its second half.
    pub fn is_half_converted(&self, user: &UserId) -> bool {
        let there = self.inventory.as_ref().is_some_and(|i| i.new_users.contains_key(user));
        there && self.track(user).half_converted
    }

    /// Okta itself shows that it is not done with this person.
    pub fn is_pending(&self, user: &UserId) -> bool {
        let seen = self.inventory.as_ref().and_then(|i| i.new_users.get(user));
        seen.is_some_and(|seen| !seen.is_settled() && !seen.has_sync_error())
    }

    pub fn is_group_on(&self, path: &AssignmentPath) -> bool {
        match path {
            AssignmentPath::Group { group } => self.groups_on.contains(group),
            AssignmentPath::Individual | AssignmentPath::UnknownGroup => false,
        }
    }

    /// Folds an operation's present state in.
    pub fn note_operation(&mut self, kind: &str, subject: &str, outcome: Option<&Outcome>) {
        self.touched = true;
        self.written.insert(UserId::from(subject));
        if kind.to_lowercase().contains("group") {
            self.groups_written.insert(subject.into());
        }
        match kind {
            "assign" | "update" => {
                let track = self.tracks.entry(UserId::from(subject)).or_default();
                track.given = match outcome {
                    None => Given::Unknown("Sent, and no answer seen yet.".to_owned()),
                    Some(Outcome::Confirmed) => Given::Sent,
                    // The run was stopped by something else than this person, and goes on with them later.
                    Some(Outcome::Failed { class, .. }) if operate::is_halt(class) => match kind {
                        "update" => Given::Sent,
                        _ => Given::No,
                    },
                    Some(Outcome::Failed { words, .. }) => Given::Failed(words.clone()),
                    Some(Outcome::Unknown { words }) => Given::Unknown(words.clone()),
                };
                track.class = match outcome {
                    Some(Outcome::Failed { class, .. }) => Some(class.clone()),
                    _ => None,
                };
                track.half_converted = kind == "update" && matches!(track.given, Given::Failed(_));
            }
            "groupOn" if outcome == Some(&Outcome::Confirmed) => drop(self.groups_on.insert(subject.into())),
            "groupOff" if outcome == Some(&Outcome::Confirmed) => drop(self.groups_off.insert(subject.into())),
            "groupBack" if outcome == Some(&Outcome::Confirmed) => drop(self.groups_off.remove(&subject.into())),
            "reassign" if outcome == Some(&Outcome::Confirmed) => {
                self.tracks.entry(UserId::from(subject)).or_default().left_old = false;
            }
            lines::MADE | lines::BACK => drop(self.lines.insert(subject.to_owned(), LineStand::of(kind, outcome))),
            "unassign" if outcome == Some(&Outcome::Confirmed) => {
                self.tracks.entry(UserId::from(subject)).or_default().left_old = true;
            }
            _ => {}
        }
    }

    pub fn state_of(&self, user: &UserId) -> PersonState {
        if self.decisions.excluded.contains_key(user) || self.leavers.contains(user) {
            return PersonState::Excluded;
        }
        let state = self.track(user).state();
        let held = self.decisions.runs.held.contains_key(user);
        match state {
            PersonState::Planned | PersonState::Failed if held => PersonState::Held,
            other => other,
        }
    }

    /// Counts over these people. `proven` includes the signed in; everybody is in exactly one of the other counts.
    pub fn counts<'a>(&self, people: impl IntoIterator<Item = &'a UserId>) -> OutcomeCounts {
        let mut counts = OutcomeCounts::default();
        for user in people {
            let slot = match self.state_of(user) {
                PersonState::Planned => &mut counts.planned,
                PersonState::Assigned => &mut counts.assigned,
                PersonState::Proven => &mut counts.proven,
                PersonState::SignedIn => {
                    counts.proven += 1;
                    &mut counts.signed_in
                }
                PersonState::Failed => &mut counts.failed,
                PersonState::Unknown => &mut counts.unknown,
                PersonState::Excluded => &mut counts.excluded,
                PersonState::Retired => &mut counts.retired,
                PersonState::Held => &mut counts.held,
            };
            *slot += 1;
        }
        counts
    }
}
