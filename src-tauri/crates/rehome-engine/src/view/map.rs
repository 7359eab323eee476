//! Step 2.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{FindingView, LineView, NextStep, Span, Tone};

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MapView {
    pub next: NextStep,
    /// "4,982 people. The predictor was right for 99.6 % of what Okta stored for the old app."
    pub truth: String,
    pub people: u32,
    /// In the order Same, CaseOnly, UnicodeForm, Domain, Different, Blank, TooLong, Collision, Unknown; classes without people are left out.
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
    /// What the checks of this step found: wrong predictors, for example.
    pub findings: Vec<FindingView>,
    /// How usernames are compared: "Zendesk takes upper and lower case for one account (card read on 2026-11-25)."
    pub folding: String,
    /// Values that the new app would not take, by attribute and kind.
    pub gaps: Vec<PeopleGroup>,
    /// What people get that differs from what they have, grouped; what concerns rights first.
    pub differences: Vec<DifferenceView>,
    /// People whom nobody may want to move.
    pub suspects: Vec<PeopleGroup>,
    /// "Last use is known back to 27 August 2026."
    pub last_use: String,
    /// What has changed between the last two readings.
    pub drift: Option<DriftView>,
    pub downstream: Option<DownstreamBadge>,
    /// Changes on the new app that are offered, approved or made.
    pub lines: Vec<LineView>,
    /// Left out by name.
    pub excluded: u32,
    /// Rows that the file for fixing would have.
    pub fixes: u32,
    /// Attributes of the old app that the new one lacks and that can be added.
    pub missing: Vec<String>,
}

/// Some people with something in common; `set` shows them in the list of people.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PeopleGroup {
    pub set: String,
    pub title: String,
    pub words: String,
    pub people: u32,
    /// Of them, left out already.
    pub excluded: u32,
    pub tone: Tone,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DifferenceView {
    pub set: String,
    pub attribute: String,
    /// "changed", "lost", "gained", "renamed", "not known".
    pub kind: String,
    pub old: String,
    pub new: String,
    pub people: u32,
    /// Roles, licences and rights.
    pub weighty: bool,
    pub tone: Tone,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DriftView {
    /// The reading before, RFC 3339.
    pub since: String,
    /// Sentences; empty: nothing has changed.
    pub changes: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DownstreamBadge {
    /// "Zendesk export matched: 4,951 accounts".
    pub words: String,
    pub tone: Tone,
}

/// The service's own accounts against the planned usernames.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DownstreamView {
    pub file: String,
    pub read_at: String,
    pub accounts: u32,
    /// "Semicolons, Windows-1252, with a header".
    pub format: String,
    pub columns: Vec<ColumnView>,
    pub groups: Vec<DownstreamGroup>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ColumnView {
    pub name: String,
    /// Values that are somebody's planned username.
    pub matches: u32,
    pub chosen: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DownstreamGroup {
    /// Shows people in the list; empty where it is about accounts alone.
    pub set: String,
    pub title: String,
    pub words: String,
    pub tone: Tone,
    pub count: u32,
    /// The first accounts, at most 100.
    pub accounts: Vec<String>,
}

/// What became of a file with fixed rows.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FixesLoaded {
    pub usernames: u32,
    pub values: u32,
    pub unchanged: u32,
    pub refused: Vec<RefusedRow>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RefusedRow {
    pub line: u32,
    pub why: String,
    pub row: String,
}

/// What an expression would give one person.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExpressionTrial {
    pub value: Option<String>,
    pub words: String,
    pub tone: Tone,
    /// Index of the character where Okta would stop reading.
    pub at: Option<u32>,
    pub parts: Vec<ExpressionPart>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExpressionPart {
    pub text: String,
    pub depth: u32,
    pub value: String,
    pub words: String,
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
    /// The same letters, stored in another Unicode form.
    UnicodeForm,
    /// Only the part after @ differs.
    Domain,
    Different,
    Blank,
    /// Over 100 characters.
    TooLong,
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
    /// What an expression gives is sent explicitly.
    Rule,
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
    /// The expression, where the choice is a rule.
    pub rule: Option<String>,
    /// "eva@old.example → eva@nw.example", at most 3.
    pub examples: Vec<String>,
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
    /// An expression that Rehome evaluates for each person; its value is sent.
    Expression {
        text: String,
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
    /// "string", "array", "boolean", ...
    pub kind: String,
    /// "also through groups: the first group by priority wins".
    pub who_wins: String,
    /// Entries of the new app's list.
    pub choices: Vec<ValueChoice>,
    /// Values of the old app, and what becomes of each.
    pub values: Vec<ValueRow>,
    /// People for whom something is wrong, by what it is.
    pub worst: Vec<WorstView>,
    /// How often such a prediction was right on the old app.
    pub confidence: Option<ConfidenceView>,
    /// The mapping that the old app has and the new one lacks.
    pub mapping_offer: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ValueChoice {
    pub value: String,
    pub title: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ValueRow {
    pub old: String,
    pub old_title: String,
    /// None: left out.
    pub new: Option<String>,
    /// "by hand", "same value", "same but for case", "same title", "no match".
    pub how: String,
    pub people: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WorstView {
    pub set: String,
    /// "blank, but required", "too long".
    pub words: String,
    pub people: u32,
    pub tone: Tone,
    pub examples: Vec<PersonName>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConfidenceView {
    /// "right for 92.0 % of what Okta stored on the old app (4,583 of 4,982)".
    pub words: String,
    pub tone: Tone,
}
