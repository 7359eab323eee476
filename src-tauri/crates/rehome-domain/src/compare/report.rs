//! Collects rows and findings, section by section.

use jiff::Timestamp;
use serde_json::Value;

use super::settings::{is_secret, shown};
use super::{
    Always, CompareInput, Comparison, Finding, LinkTo, Row, RowOutcome, Section, Side, Span, Step, always, raw, spans,
};
use crate::{CheckOutcome, Reading};

/// Stands where an app has no value.
const NOT_SET: &str = "not set";
/// Stands where Okta did not tell.
const NOT_READ: &str = "could not be read";

pub struct Report<'a> {
    pub input: &'a CompareInput,
    pub now: Timestamp,
    /// Paths of the raw app that some section has shown, so that "Other settings" leaves them out.
    pub covered: Vec<&'static str>,
    pub always: Vec<Always>,
    /// The part at hand, where one or both sides of it could not be read.
    unread: Option<Unread>,
    rows: Vec<Row>,
    sections: Vec<Section>,
    findings: Vec<Finding>,
}

#[derive(Clone, Copy)]
struct Unread {
    part: Part,
    old: bool,
    new: bool,
    /// Some row has said so already.
    shown: bool,
}

/// A part of an app that is read by its own call.
#[derive(Clone, Copy)]
pub struct Part {
    pub id: &'static str,
    /// "the signing keys".
    pub name: &'static str,
    /// Path after `/api/v1/`, with `{app}` for the app's id.
    pub call: &'static str,
    /// The first step that needs it.
    pub blocks: Step,
}

impl<'a> Report<'a> {
    pub fn new(input: &'a CompareInput, now: Timestamp) -> Self {
        Self {
            input,
            now,
            covered: Vec::new(),
            always: Vec::new(),
            unread: None,
            rows: Vec::new(),
            sections: Vec::new(),
            findings: Vec::new(),
        }
    }

    pub fn old(&self) -> &'a Side {
        &self.input.old
    }

    pub fn new_side(&self) -> &'a Side {
        &self.input.new
    }

    /// Labels of the two apps, for sentences.
    pub fn labels(&self) -> (&'a str, &'a str) {
        (&self.input.old.app.label, &self.input.new.app.label)
    }

    /// An expression of the old app as it would read on the new one: with the new instance's variable.
    pub fn in_new_words(&self, expression: &str) -> String {
        match (self.variable(self.old()), self.variable(self.new_side())) {
            (Some(old), Some(new)) => rename(expression, old, new),
            _ => expression.to_owned(),
        }
    }

    /// How expressions name this instance.
    pub fn variable<'b>(&self, side: &'b Side) -> Option<&'b str> {
        side.schema
            .value()
            .map(|schema| schema.variable.as_str())
            .filter(|variable| !variable.is_empty())
    }

    /// One call for each app.
    pub fn both(&self, call: &str) -> Vec<String> {
        [self.old(), self.new_side()]
            .into_iter()
            .map(|side| evidence(call, side))
            .collect()
    }

    /// A row whose outcome the caller knows. Where a side could not be read, that is the outcome.
    pub fn row(&mut self, id: &str, label: &str, old: &str, new: &str, outcome: RowOutcome, finding: Option<&str>) {
        if let Some(unread) = self
            .unread
            .filter(|u| (u.old && old.is_empty()) || (u.new && new.is_empty()))
        {
            let text = |text: &str, unread: bool| {
                if unread && text.is_empty() {
                    NOT_READ.to_owned()
                } else {
                    text.to_owned()
                }
            };
            self.unread = Some(Unread { shown: true, ..unread });
            let which = if unread.old { "old" } else { "new" };
            let (old, new) = plain(&text(old, unread.old), &text(new, unread.new));
            let finding = Some(format!("unread-{}-{which}", unread.part.id));
            self.push(id, label, old, new, RowOutcome::CouldNotBeRead, finding);
            return;
        }
        let same = outcome == RowOutcome::Same;
        let (old, new) = if same {
            plain(old, new)
        } else {
            spans::mark(or_not_set(old), or_not_set(new))
        };
        self.push(id, label, old, new, outcome, finding.map(str::to_owned));
    }

    fn push(
        &mut self,
        id: &str,
        label: &str,
        old: Vec<Span>,
        new: Vec<Span>,
        outcome: RowOutcome,
        finding: Option<String>,
    ) {
        self.rows.push(Row {
            id: id.to_owned(),
            label: label.to_owned(),
            old,
            new,
            outcome,
            finding,
            raw: raw::place(id),
            always: (outcome == RowOutcome::DiffersAsItMust).then(|| always::of_row(id)),
        });
    }

    /// A row that passes when both values are equal. Where one app has none, the outcome says so instead of "needs review".
    /// Where neither has one, there is no row.
    pub fn compared(
        &mut self,
        id: &str,
        label: &str,
        old: &str,
        new: &str,
        differing: RowOutcome,
        finding: Option<&str>,
    ) {
        let review = differing == RowOutcome::NeedsReview;
        let outcome = match (old.is_empty(), new.is_empty()) {
            (true, true) => return,
            _ if old == new => RowOutcome::Same,
            (false, true) if review => RowOutcome::OnlyInOld,
            (true, false) if review => RowOutcome::OnlyInNew,
            _ => differing,
        };
        self.row(
            id,
            label,
            old,
            new,
            outcome,
            finding.filter(|_| outcome != RowOutcome::Same),
        );
    }

    /// A row for one setting. Secrets are compared but not shown: each instance has its own.
    pub fn setting(&mut self, id: &str, label: &str, name: &str, old: &Value, new: &Value, differing: RowOutcome) {
        let (old_text, new_text) = (shown(name, old), shown(name, new));
        if is_secret(name, old) && is_secret(name, new) && old != new && old_text == new_text && !old_text.is_empty() {
            self.row(
                id,
                label,
                &old_text,
                &format!("{new_text}, another one"),
                RowOutcome::DiffersAsItMust,
                None,
            );
            return;
        }
        self.compared(id, label, &old_text, &new_text, differing, None);
    }

    pub fn finding(&mut self, finding: Finding) {
        if self.findings.iter().all(|known| known.id != finding.id) {
            self.findings.push(finding);
        }
    }

    /// Whether some closed section has a row that this entry of `always` explains.
    pub fn must_differ(&self, always: &str) -> bool {
        let mut rows = self.sections.iter().flat_map(|section| &section.rows);
        rows.any(|row| row.always == Some(always))
    }

    pub fn has_finding(&self, id: &str) -> bool {
        self.findings.iter().any(|finding| finding.id == id)
    }

    /// A row about something that is not compared side by side but in itself.
    pub fn unread_row(&mut self, id: &str, label: &str, finding: &str) {
        let (old, new) = plain(NOT_READ, NOT_READ);
        self.push(
            id,
            label,
            old,
            new,
            RowOutcome::CouldNotBeRead,
            Some(finding.to_owned()),
        );
    }

    /// The part on both sides; the rows that follow belong to it. What could not be read becomes a row and a finding.
    /// `None`: neither app has it.
    pub fn part<T>(
        &mut self,
        part: Part,
        old: &'a Reading<T>,
        new: &'a Reading<T>,
    ) -> Option<(Option<&'a T>, Option<&'a T>)> {
        self.end_part();
        let why = |reading: &'a Reading<T>| match reading {
            Reading::Unreadable { why } => Some(why.as_str()),
            Reading::Read(_) | Reading::NotApplicable => None,
        };
        if let (Reading::NotApplicable, Reading::NotApplicable) = (old, new) {
            return None;
        }
        for (which, side, why) in [("old", self.old(), why(old)), ("new", self.new_side(), why(new))] {
            if let Some(why) = why {
                self.unreadable(part, which, side, why);
            }
        }
        let unread = Unread {
            part,
            old: why(old).is_some(),
            new: why(new).is_some(),
            shown: false,
        };
        self.unread = Some(unread).filter(|u| u.old || u.new);
        Some((old.value(), new.value()))
    }

    /// What follows belongs to no part any more.
    pub fn end_part(&mut self) {
        let Some(unread) = self.unread.take().filter(|unread| !unread.shown) else {
            return;
        };
        let span = |unread: bool| {
            let text = if unread { NOT_READ } else { "was read" };
            vec![Span {
                text: text.to_owned(),
                differs: false,
            }]
        };
        let which = if unread.old { "old" } else { "new" };
        let id = format!("unread-{}-{which}", unread.part.id);
        let (old, new) = (span(unread.old), span(unread.new));
        self.push(
            &id,
            &sentence(unread.part.name),
            old,
            new,
            RowOutcome::CouldNotBeRead,
            Some(id.clone()),
        );
    }

    fn unreadable(&mut self, part: Part, which: &str, side: &Side, why: &str) {
        let id = format!("unread-{}-{which}", part.id);
        let label = &side.app.label;
        self.finding(Finding {
            id,
            title: format!("{} of {label} could not be read", sentence(part.name)),
            outcome: CheckOutcome::Unknown,
            blocks: Some(part.blocks),
            what: format!("Okta did not show {} of {label}. {why}", part.name),
            why: "What was not read cannot be compared: a difference there would come to light only when people sign in.".to_owned(),
            mend: "Give the credential the right to read it, then read both apps again. Or compare it by eye in Okta and skip this check with a reason.".to_owned(),
            evidence: vec![evidence(part.call, side)],
            link: LinkTo::None,
            can_skip: true,
        });
    }

    /// Labels of this section's rows that matter and that no finding explains yet; they are given to `finding`.
    pub fn sweep(&mut self, finding: &str) -> Vec<String> {
        let mut labels = Vec::new();
        for row in self
            .rows
            .iter_mut()
            .filter(|row| row.matters() && row.finding.is_none())
        {
            row.finding = Some(finding.to_owned());
            labels.push(row.label.clone());
        }
        labels
    }

    /// Labels of this section's rows that point to a finding.
    pub fn labels_of(&self, finding: &str) -> Vec<String> {
        let rows = self.rows.iter().filter(|row| row.finding.as_deref() == Some(finding));
        rows.map(|row| row.label.clone()).collect()
    }

    /// Ends a section.
    pub fn close(&mut self, title: &'static str) {
        self.end_part();
        let rows = std::mem::take(&mut self.rows);
        if !rows.is_empty() {
            self.sections.push(Section { title, rows });
        }
    }

    pub fn finish(mut self) -> Comparison {
        self.findings.sort_by_key(|finding| match finding.outcome {
            CheckOutcome::Blocked => 0,
            CheckOutcome::Unknown => 1,
            CheckOutcome::Attest => 2,
            CheckOutcome::NeedsReview => 3,
            CheckOutcome::Passed => 4,
        });
        Comparison {
            sections: self.sections,
            findings: self.findings,
            always: self.always,
        }
    }
}

/// `GET /api/v1/...` with the app's id.
pub fn evidence(call: &str, side: &Side) -> String {
    format!("GET /api/v1/{}", call.replace("{app}", side.app.id.as_str()))
}

/// Replaces a variable where it stands as a whole name, or as the stem of `{variable}_app`.
fn rename(expression: &str, old: &str, new: &str) -> String {
    let in_name = |c: Option<char>| c.is_some_and(|c| c == '_' || c.is_alphanumeric());
    let mut renamed = String::new();
    let mut rest = expression;
    while let Some(at) = rest.find(old) {
        let (before, after) = (&rest[..at], &rest[at + old.len()..]);
        let before_in_name = in_name(before.chars().next_back().or(renamed.chars().next_back()));
        let ends = !in_name(after.chars().next())
            || after
                .strip_prefix("_app")
                .is_some_and(|after| !in_name(after.chars().next()));
        renamed.push_str(before);
        renamed.push_str(if ends && !before_in_name { new } else { old });
        rest = after;
    }
    renamed + rest
}

fn or_not_set(text: &str) -> &str {
    if text.is_empty() { NOT_SET } else { text }
}

fn plain(old: &str, new: &str) -> (Vec<Span>, Vec<Span>) {
    let span = |text: &str| {
        vec![Span {
            text: or_not_set(text).to_owned(),
            differs: false,
        }]
    };
    (span(old), span(new))
}

/// "the signing keys" as "Signing keys".
fn sentence(name: &str) -> String {
    let name = name.strip_prefix("the ").unwrap_or(name);
    let mut letters = name.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// "a", "a and b", "a, b and c".
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [many @ .., last] => format!("{} and {last}", many.join(", ")),
    }
}
