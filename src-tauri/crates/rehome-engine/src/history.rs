//! A person's whole history: what was sent for them and for the group that brings them, and what was decided about them, by whom
//! and why. Decisions that were taken back are told as well.

use jiff::Timestamp;
use rehome_domain::{UserId, people::AssignmentPath};
use rehome_journal::{Decision, Operation};
use serde_json::Value;

use crate::{
    migration::Migration,
    model::{Model, kind, runs::kind as runs},
    present::{
        people::{operation_line, wave_title},
        plan::route_words,
    },
    problem::Answer,
    run::wave_groups::key_of,
    view::{HistoryLine, RouteChoice, Tone},
};

/// What the journal holds of one person.
pub(crate) struct Told {
    own: Vec<Operation>,
    of_groups: Vec<Operation>,
    decisions: Vec<Decision>,
}

/// Kinds of decisions that are told of everybody in the report.
const IN_REPORT: [&str; 9] = [
    runs::HELD,
    runs::WAVE_HELD,
    runs::WAVE_EXCEPTED,
    runs::EXCEPTIONS_APPROVED,
    runs::WAVE_OPENED,
    runs::FOREIGN_SEEN,
    runs::FOREIGN_ACCEPTED,
    kind::ROUTE,
    kind::ROLLED_BACK,
];

pub(crate) async fn read(open: &Migration, user: &UserId) -> Answer<Told> {
    let (groups, subjects) = {
        let model = open.model();
        (groups_of(&model, user), subjects_of(&model, user))
    };
    let own = open.journal.operations_of(&open.id, user.as_str()).await?;
    let mut of_groups = Vec::new();
    for group in groups {
        of_groups.extend(open.journal.operations_of(&open.id, &group).await?);
    }
    let decisions = open.journal.decision_history(&open.id, subjects).await?;
    Ok(Told {
        own,
        of_groups,
        decisions,
    })
}

/// The group that brings this person to the apps, and the wave group.
fn groups_of(model: &Model, user: &UserId) -> Vec<String> {
    let Some((_, person)) = model.person_plan(user) else {
        return Vec::new();
    };
    let mut groups = Vec::new();
    if let AssignmentPath::Group { group } = &person.path {
        groups.push(group.to_string());
    }
    groups.extend(
        key_of(&person.route)
            .and_then(|key| model.wave_groups.get(key))
            .map(ToString::to_string),
    );
    groups
}

/// Kinds and subjects of decisions that are about this person, their group, or their wave.
fn subjects_of(model: &Model, user: &UserId) -> Vec<(String, String)> {
    let own = [
        runs::HELD,
        runs::WAVE_EXCEPTED,
        kind::EXCLUDED,
        kind::EXCEPTED,
        kind::USERNAME_OF,
    ];
    let mut of: Vec<(&str, String)> = own.map(|kind| (kind, user.to_string())).into();
    of.push((kind::ROUTE, format!("person {user}")));
    of.push((kind::ROLLED_BACK, String::new()));
    if let Some((wave, person)) = model.person_plan(user) {
        let wave = wave.number.to_string();
        let of_wave = [runs::WAVE_HELD, runs::WAVE_OPENED, runs::EXCEPTIONS_APPROVED];
        of.extend(of_wave.map(|kind| (kind, wave.clone())));
        if let AssignmentPath::Group { group } = &person.path {
            of.push((kind::ROUTE, format!("group {group}")));
        }
    }
    let attributes = model.attributes.iter().map(|r| &r.attribute.name);
    of.extend(attributes.map(|name| (kind::VALUE_OF, format!("{name} {user}"))));
    let about = |key: &&String| key.split(' ').nth(1) == Some(user.as_str());
    for key in model.decisions.runs.foreign.keys().filter(about) {
        of.push((runs::FOREIGN_SEEN, key.clone()));
        of.push((runs::FOREIGN_ACCEPTED, key.clone()));
    }
    of.into_iter()
        .map(|(kind, subject)| (kind.to_owned(), subject))
        .collect()
}

/// Oldest first.
pub(crate) fn lines(model: &Model, told: &Told) -> Vec<HistoryLine> {
    let own = told
        .own
        .iter()
        .map(|op| (op.finished.unwrap_or(op.begun), operation_line(op)));
    let groups = told.of_groups.iter().filter_map(|op| {
        let mut line = operation_line(op);
        line.words = format!(
            "{}: {}",
            model.group_name(&op.subject.as_str().into()),
            lower(&line.words)
        );
        let known = op.kind.starts_with("group") || op.kind.ends_with("GroupOff") || op.kind == "undoGroupOn";
        known.then(|| (op.finished.unwrap_or(op.begun), line))
    });
    let decided = told.decisions.iter().filter_map(|decision| {
        // How many there were at once is told with each of them.
        if decision.kind == runs::EXCEPTIONS_APPROVED {
            return None;
        }
        let (words, tone) = words(model, decision, &told.decisions, false)?;
        let at = decision.at.to_string();
        Some((decision.at, HistoryLine { at, words, tone }))
    });
    let mut all: Vec<(Timestamp, HistoryLine)> = own.chain(groups).chain(decided).collect();
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, line)| line).collect()
}

/// Holds, exceptions and what else goes beside the rule, of everybody, oldest first.
pub(crate) async fn in_report(open: &Migration) -> Answer<Vec<Decision>> {
    let mut log = open.journal.decision_log(&open.id).await?;
    log.retain(|decision| IN_REPORT.contains(&decision.kind.as_str()));
    Ok(log)
}

/// A sentence of each, with the name of whom it is about.
pub(crate) fn report_lines(model: &Model, log: &[Decision]) -> Vec<(Timestamp, String)> {
    let line = |decision: &Decision| Some((decision.at, words(model, decision, log, true)?.0));
    log.iter().filter_map(line).collect()
}

fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|c| c.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

/// What was decided, in words. `named`: with the name of the person that it is about.
fn words(model: &Model, decision: &Decision, all: &[Decision], named: bool) -> Option<(String, Tone)> {
    let Decision {
        kind,
        subject,
        value,
        at,
        ..
    } = decision;
    let text = |key: &str| value[key].as_str().unwrap_or_default().trim_end_matches('.').to_owned();
    let (name, reason, back) = (text("name"), text("reason"), value.is_null());
    let who = |user: &str| model.name_of(&UserId::from(user));
    let of = |sentence: String| match named {
        true => format!("{}: {}", who(subject), lower(&sentence)),
        false => sentence,
    };
    let wave = || subject.parse().map_or_else(|_| format!("Wave {subject}"), wave_title);
    let by_hand = |what: &str| match back {
        true => format!("{what} set by hand was taken back."),
        false => format!("{what} was set by hand or by file."),
    };
    Some(match kind.as_str() {
        runs::HELD if back => (
            of("Released: the next run of the wave may move them.".to_owned()),
            Tone::Neutral,
        ),
        runs::HELD => (of(format!("Held back: {reason}.")), Tone::Review),
        runs::WAVE_EXCEPTED if back => (of("The exception was taken back.".to_owned()), Tone::Neutral),
        runs::WAVE_EXCEPTED => {
            let count = count_at(all, *at);
            let among = count
                .filter(|n| *n > 1)
                .map(|n| format!(", one of {n} exceptions approved at once"));
            let words = format!("Left on the old app by {name}{}: {reason}.", among.unwrap_or_default());
            (of(words), Tone::Review)
        }
        runs::EXCEPTIONS_APPROVED => {
            let count = value["number"].as_u64().unwrap_or_default();
            (
                format!("{}: {name} approved exactly {count} exceptions: {reason}.", wave()),
                Tone::Review,
            )
        }
        runs::WAVE_HELD if back => (format!("{} was released.", wave()), Tone::Neutral),
        runs::WAVE_HELD => (format!("{} was put on hold: {reason}.", wave()), Tone::Review),
        runs::WAVE_OPENED if back => return None,
        runs::WAVE_OPENED => {
            let words = format!(
                "{} opened by {name} before the one before it had its share: {reason}.",
                wave()
            );
            (words, Tone::Review)
        }
        runs::FOREIGN_SEEN => (value["words"].as_str()?.to_owned(), Tone::Review),
        runs::FOREIGN_ACCEPTED => {
            let seen = model
                .decisions
                .runs
                .foreign
                .get(subject)
                .map(|change| change.words.clone());
            let what = seen
                .filter(|_| named)
                .map(|words| format!(" at: {}", words.trim_end_matches('.')));
            (
                format!("{name} looked{} and let the waves go on.", what.unwrap_or_default()),
                Tone::Neutral,
            )
        }
        kind::EXCLUDED if back => (of("No longer left out.".to_owned()), Tone::Neutral),
        kind::EXCLUDED => (of(format!("Left out: {reason}.")), Tone::Review),
        kind::EXCEPTED if back => (of("Leaving without proof was taken back.".to_owned()), Tone::Neutral),
        kind::EXCEPTED => (
            of(format!("May leave the old app without proof: {reason}.")),
            Tone::Review,
        ),
        kind::ROUTE => (route(model, subject, value, named)?, Tone::Neutral),
        kind::ROLLED_BACK if back => return None,
        kind::ROLLED_BACK => ("Everybody was taken off the new app again.".to_owned(), Tone::Review),
        kind::USERNAME_OF => (of(by_hand("The username")), Tone::Neutral),
        kind::VALUE_OF => {
            let attribute = subject.split(' ').next()?;
            (by_hand(&format!("The value of {attribute}")), Tone::Neutral)
        }
        _ => return None,
    })
}

fn route(model: &Model, subject: &str, value: &Value, named: bool) -> Option<String> {
    let choice: Option<RouteChoice> = serde_json::from_value(value.clone()).ok()?;
    let whose = match subject.split_once(' ')? {
        ("group", id) => format!("The route of {}", model.group_name(&id.into())),
        (_, id) if named => format!("The route of {}", model.name_of(&UserId::from(id))),
        _ => "The route".to_owned(),
    };
    Some(match choice {
        Some(choice) => format!("{whose} was chosen: {}.", route_words(choice)),
        None => format!("{whose} was left to the planner again."),
    })
}

/// How many exceptions were approved in one go at this moment.
fn count_at(all: &[Decision], at: Timestamp) -> Option<u64> {
    let mut approvals = all.iter().filter(|d| d.kind == runs::EXCEPTIONS_APPROVED);
    approvals.find(|d| d.at == at)?.value["number"].as_u64()
}
