//! Step 2.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{NextStep, Span, Tone};

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MapView {
    pub next: NextStep,
    /// "4,982 people. The predictor was right for 99.6 % of what Okta stored for the old app."
    pub truth: String,
    pub people: u32,
    /// In the order Same, CaseOnly, Different, Blank, Collision, Unknown; classes without people are left out.
    pub usernames: Vec<UsernameClassView>,
    /// People whose username nobody has settled yet.
    pub unsettled: u32,
    pub attributes: Vec<AttributeRow>,
    /// Attributes in state Guessed.
    pub guesses: u32,
    /// For whom values are previewed.
    pub preview: Option<PersonName>,
    /// The plan is approved and running: this step can only be looked at.
    pub frozen: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PersonName {
    pub id: String,
    pub name: String,
    pub login: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum UsernameClass {
    Same,
    CaseOnly,
    Different,
    Blank,
    Collision,
    /// The template cannot be evaluated here; the reason stands at the person.
    Unknown,
}

/// What is done with the people of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum UsernameChoice {
    /// Nobody has decided.
    Open,
    /// Okta's template decides: the predicted username is right.
    TakePredicted,
    /// The username of the old app is sent explicitly.
    KeepOld,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UsernameClassView {
    pub class: UsernameClass,
    /// "Same", "Case only", "Different", "Blank", "Collides", "Not predictable".
    pub title: String,
    /// What this means for these people.
    pub words: String,
    pub tone: Tone,
    pub people: u32,
    pub choice: UsernameChoice,
    /// Choices that make sense for this class.
    pub choices: Vec<UsernameChoice>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum AttributeState {
    /// Okta's own mapping fills it; Rehome sends nothing (E0000075).
    ByOkta,
    Guessed,
    Confirmed,
    Excluded,
}

/// How an attribute of the new app is filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "by", rename_all = "camelCase")]
pub enum Fill {
    /// Okta's mapping or, for userName, the template.
    Okta {
        expression: String,
    },
    /// The person's value on the old app.
    OldAttribute {
        name: String,
    },
    Constant {
        value: String,
    },
    /// Left as it is.
    Nothing,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttributeRow {
    /// Variable name on the new app.
    pub name: String,
    pub title: String,
    /// "required", "enum, 4 values", "string, at most 10".
    pub facts: String,
    pub required: bool,
    pub fill: Fill,
    /// What fills it, as shown: "user.email", "old: role", "\"en-US\"", "left empty".
    pub filled_by: String,
    /// "mapping", "template", "copied", "constant", "".
    pub how: String,
    pub state: AttributeState,
    /// Why it was guessed, or what is wrong with it.
    pub reason: String,
    pub tone: Tone,
    /// Value for the previewed person.
    pub value: Vec<Span>,
    /// "same as old", "value renamed", "13 characters, limit 10".
    pub against_old: String,
    /// Old attributes that it may be copied from.
    pub candidates: Vec<String>,
}
