//! Why people did not get there, by what Okta said: a cause for many is mended once.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What helps against a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Advice {
    /// It passes by itself: try again.
    Retry,
    /// Something in Okta has to be mended first.
    Mend,
    /// Trying again gives the same: it needs a decision about the person.
    Decide,
}

/// Causes, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// The new app points at another account than the old one.
    OtherAccount,
    /// A call was sent and no answer came.
    AnswerLost,
    /// The service did not take the account: a task in Okta.
    Provisioning,
    /// Okta found something wrong with the values (E0000001, E0000075).
    Values,
    /// Not the planned username or path.
    NotAsPlanned,
    /// The token may not do this for this person (E0000006).
    NotAllowed,
    /// The person, the group or the app is no longer there (E0000007).
    NotFound,
    /// Somebody or something else changes the same at the same time.
    Conflict,
    /// Okta was too busy for too long.
    Limit,
    /// Okta failed by itself.
    Server,
    /// Sent, and Okta never acted on it.
    NeverActed,
    /// Okta has not finished yet.
    StillWorking,
    Other,
}

/// What is known of one person who did not get there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trouble<'a> {
    pub other_account: bool,
    pub unknown: bool,
    /// Of the newest refusal: its class in the journal, and the words with Okta's code in them.
    pub class: Option<&'a str>,
    pub words: &'a str,
    /// Why a listing did not prove the person, where nothing was refused.
    pub unplaced: Option<&'a str>,
}

impl Cause {
    pub fn of(trouble: Trouble<'_>) -> Self {
        if trouble.other_account {
            return Self::OtherAccount;
        }
        if trouble.unknown {
            return Self::AnswerLost;
        }
        if let Some(class) = trouble.class {
            let code = |code: &str| trouble.words.contains(code);
            return match class {
                "validation" => Self::Values,
                "forbidden" if code("E0000075") => Self::Values,
                "forbidden" | "notAllowed" => Self::NotAllowed,
                "notFound" => Self::NotFound,
                "conflict" => Self::Conflict,
                "limit" => Self::Limit,
                "server" | "answer" | "network" => Self::Server,
                "notApplied" => Self::NeverActed,
                _ => Self::Other,
            };
        }
        match trouble.unplaced {
            Some(why) if why.contains("provisioning error") => Self::Provisioning,
            Some(why) if why.contains("still working") => Self::StillWorking,
            Some(why) if why.starts_with("Not on the new app") => Self::StillWorking,
            Some(_) => Self::NotAsPlanned,
            None => Self::Other,
        }
    }

    const ALL: [Self; 13] = [
        Self::OtherAccount,
        Self::AnswerLost,
        Self::Provisioning,
        Self::Values,
        Self::NotAsPlanned,
        Self::NotAllowed,
        Self::NotFound,
        Self::Conflict,
        Self::Limit,
        Self::Server,
        Self::NeverActed,
        Self::StillWorking,
        Self::Other,
    ];

    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.id() == id)
    }

    /// Name in links and commands.
    pub fn id(self) -> &'static str {
        match self {
            Self::OtherAccount => "otherAccount",
            Self::AnswerLost => "answerLost",
            Self::Provisioning => "provisioning",
            Self::Values => "values",
            Self::NotAsPlanned => "notAsPlanned",
            Self::NotAllowed => "notAllowed",
            Self::NotFound => "notFound",
            Self::Conflict => "conflict",
            Self::Limit => "limit",
            Self::Server => "server",
            Self::NeverActed => "neverActed",
            Self::StillWorking => "stillWorking",
            Self::Other => "other",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::OtherAccount => "Another account than before",
            Self::AnswerLost => "The answer was lost",
            Self::Provisioning => "The service did not take the account",
            Self::Values => "Okta found something wrong with the values",
            Self::NotAsPlanned => "On the new app, but not as planned",
            Self::NotAllowed => "The token may not do this",
            Self::NotFound => "No longer there",
            Self::Conflict => "Something else changes the same",
            Self::Limit => "Okta was too busy",
            Self::Server => "Okta could not answer",
            Self::NeverActed => "Okta never acted on it",
            Self::StillWorking => "Okta is still working on it",
            Self::Other => "Something else",
        }
    }

    /// What to do, in a sentence or two.
    pub fn mend(self) -> &'static str {
        match self {
            Self::OtherAccount => {
                "Look at both accounts in the service before anybody signs in. Then correct the username, or except the person."
            }
            Self::AnswerLost => "Read Okta again: that settles whether it acted. Nobody is touched before.",
            Self::Provisioning => {
                "Okta lists each as a task with the service's own words. Mend it there, retry the task, then read the proofs again."
            }
            Self::Values => "Read what Okta says of the value, correct it in Map or in Okta, then try again.",
            Self::NotAsPlanned => {
                "Try again: Rehome makes the path right where it can. Where somebody or a mapping set another username, set it right in Okta, then read the proofs again."
            }
            Self::NotAllowed => "Use a token whose admin may assign this app to these people, then try again.",
            Self::NotFound => "Look the person up in Okta. Who is deactivated or deleted is left out by name.",
            Self::Conflict => "Wait a minute, then try again.",
            Self::Limit | Self::Server | Self::NeverActed => "It has passed, more often than not: try again.",
            Self::StillWorking => "Wait a minute, then read the proofs again.",
            Self::Other => "Read what Okta says of each, then try again.",
        }
    }

    pub fn advice(self) -> Advice {
        match self {
            Self::OtherAccount | Self::NotFound => Advice::Decide,
            Self::Provisioning | Self::Values | Self::NotAsPlanned | Self::NotAllowed => Advice::Mend,
            Self::AnswerLost
            | Self::Conflict
            | Self::Limit
            | Self::Server
            | Self::NeverActed
            | Self::StillWorking
            | Self::Other => Advice::Retry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_okta_said_names_the_cause() {
        let refused = |class, words| Trouble {
            class: Some(class),
            words,
            ..Trouble::default()
        };
        let unplaced = |why| Trouble {
            unplaced: Some(why),
            ..Trouble::default()
        };
        for (trouble, cause) in [
            (
                refused("validation", "Okta refused: Api validation failed: role (E0000001)"),
                Cause::Values,
            ),
            (
                refused("forbidden", "Okta refused: Cannot modify the role attribute (E0000075)"),
                Cause::Values,
            ),
            (
                refused("forbidden", "Okta refused: You do not have permission (E0000006)"),
                Cause::NotAllowed,
            ),
            (
                refused("notFound", "Okta refused: Not found: Resource (E0000007)"),
                Cause::NotFound,
            ),
            (
                refused("limit", "Okta refused: API call exceeded rate limit (E0000047)"),
                Cause::Limit,
            ),
            (refused("notApplied", "Tried 3 times"), Cause::NeverActed),
            (refused("server", ""), Cause::Server),
            (refused("something new", ""), Cause::Other),
            (
                Trouble {
                    other_account: true,
                    unknown: true,
                    ..Trouble::default()
                },
                Cause::OtherAccount,
            ),
            (
                Trouble {
                    unknown: true,
                    ..Trouble::default()
                },
                Cause::AnswerLost,
            ),
            (
                unplaced("Okta reports a provisioning error. Look under Dashboard, Tasks."),
                Cause::Provisioning,
            ),
            (unplaced("The username is a instead of b."), Cause::NotAsPlanned),
            (unplaced("Okta is still working on it (staged)."), Cause::StillWorking),
        ] {
            assert_eq!(Cause::of(trouble), cause, "{trouble:?}");
        }
    }
}
