//! What must hold before the cut-over begins.

use jiff::{SignedDuration, Timestamp};

use super::{BREAK_GLASS_HOURS, Told};
use crate::gate::thousands;

/// Somebody's word, and whether it is still about what is there now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Word {
    #[default]
    Nobody,
    Given(Told),
    /// What it was about has changed since.
    Outdated(Told),
}

impl Word {
    pub fn told(&self) -> Option<&Told> {
        match self {
            Self::Nobody => None,
            Self::Given(told) | Self::Outdated(told) => Some(told),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Facts {
    pub new_label: String,
    /// Everybody of the plan has been sent, waves and all.
    pub waves_done: bool,
    /// People of the plan who are not proven on the new app.
    pub unplaced: usize,
    /// People who are left out by name: the service ends for them with the cut-over.
    pub left_out: usize,
    /// The service's admin has the hand-over sheet and is ready to put it in.
    pub hand_over: Word,
    /// Old and new settings are kept where they can be read without Okta.
    pub settings: Word,
    /// An account of the service that does not need Okta was tried.
    pub break_glass: Word,
    pub now: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// everybody-placed, hand-over, settings, break-glass.
    pub id: &'static str,
    pub title: String,
    pub words: String,
    pub holds: bool,
    /// Somebody's word is what is missing.
    pub attest: bool,
    pub mend: &'static str,
}

/// All four, in the order in which they are to be done.
pub fn checks(facts: &Facts) -> Vec<Check> {
    vec![placed(facts), hand_over(facts), settings(facts), break_glass(facts)]
}

fn placed(facts: &Facts) -> Check {
    let holds = facts.waves_done && facts.unplaced == 0;
    let new = &facts.new_label;
    Check {
        id: "everybody-placed",
        title: if holds {
            format!("Everybody is on {new}")
        } else if facts.unplaced == 1 {
            format!("1 person is not proven on {new}")
        } else if facts.unplaced > 0 {
            format!("{} people are not proven on {new}", thousands(facts.unplaced))
        } else {
            "The waves have not come to their end".to_owned()
        },
        words: if holds && facts.left_out > 0 {
            format!(
                "proven one by one; {} left out by name cannot sign in to the service from that moment on",
                if facts.left_out == 1 {
                    "1 person".to_owned()
                } else {
                    format!("{} people", thousands(facts.left_out))
                }
            )
        } else if holds {
            "proven one by one, nobody left out".to_owned()
        } else {
            "Whoever is not on the new app at that moment is locked out of the service.".to_owned()
        },
        holds,
        attest: false,
        mend: "Finish the waves in step 4, or leave people out by name.",
    }
}

fn hand_over(facts: &Facts) -> Check {
    let (title, words, holds) = match &facts.hand_over {
        Word::Given(told) => (
            format!("The service's admin has the sheet, says {}", told.name),
            "issuer, sign-on URL and certificate, old beside new".to_owned(),
            true,
        ),
        Word::Outdated(told) => (
            "The hand-over sheet has changed".to_owned(),
            format!("{} signed it off for other values than the new app has now.", told.name),
            false,
        ),
        Word::Nobody => (
            "The hand-over sheet is not signed off".to_owned(),
            "The service's admin needs the new values before the hour, and must not put them in earlier.".to_owned(),
            false,
        ),
    };
    Check {
        id: "hand-over",
        title,
        words,
        holds,
        attest: true,
        mend: "Open the hand-over sheet, send it to the service's admin, and sign it off.",
    }
}

fn settings(facts: &Facts) -> Check {
    let (title, words, holds) = match &facts.settings {
        Word::Given(told) => (
            format!("Both settings are noted, says {}", told.name),
            if told.note.is_empty() {
                "kept by Rehome too, old and new".to_owned()
            } else {
                format!("kept here: {}; and by Rehome, old and new", told.note)
            },
            true,
        ),
        Word::Outdated(told) => (
            "The settings have changed since they were noted".to_owned(),
            format!("What {} noted is no longer what the two apps have.", told.name),
            false,
        ),
        Word::Nobody => (
            "The way back is not noted yet".to_owned(),
            "If sign-in fails, the old values go in again. They must be at hand where Okta is not needed.".to_owned(),
            false,
        ),
    };
    Check {
        id: "settings",
        title,
        words,
        holds,
        attest: true,
        mend: "Save the sheet where both admins can read it without signing in through Okta, then say so by name.",
    }
}

fn break_glass(facts: &Facts) -> Check {
    let fresh = |told: &Told| {
        let until = told.at.saturating_add(SignedDuration::from_hours(BREAK_GLASS_HOURS));
        until.is_ok_and(|until| facts.now < until)
    };
    let (title, words, holds) = match &facts.break_glass {
        Word::Given(told) if fresh(told) => (
            format!("The break-glass account works, says {}", told.name),
            if told.note.is_empty() {
                format!("holds {BREAK_GLASS_HOURS} hours from then")
            } else {
                format!("{}; holds {BREAK_GLASS_HOURS} hours from then", told.note)
            },
            true,
        ),
        Word::Given(told) | Word::Outdated(told) => (
            "Try the break-glass account again".to_owned(),
            format!("{} tried it more than {BREAK_GLASS_HOURS} hours ago.", told.name),
            false,
        ),
        Word::Nobody => (
            "Nobody has tried the break-glass account".to_owned(),
            "If the new values are wrong, everybody is locked out, the service's admins too. One admin must be able to sign in without Okta.".to_owned(),
            false,
        ),
    };
    Check {
        id: "break-glass",
        title,
        words,
        holds,
        attest: true,
        mend: "Sign in to the service with an admin account that has its own password, in a private window, then say so by name.",
    }
}
