//! What is shown, held against what is planted: what is missing, and what nobody has planted.

use std::collections::{BTreeMap, BTreeSet};

use rehome_engine::view::*;
use rehome_practice::seed::{Found, Planted};

use super::shown::Shown;

/// Findings that say nothing is wrong: questions that every pair of such apps asks, what always is to be done, and what is
/// known of the vendor. They are counted, and never called false.
const ADVICE: [&str; 5] = [
    "identity-providers",
    "signing-certificate",
    "issuer",
    "client-id",
    "sign-on-rules",
];
const ADVICE_OF_VENDORS: &str = "vendor-";

pub fn is_advice(id: &str) -> bool {
    ADVICE.contains(&id) || id.starts_with(ADVICE_OF_VENDORS)
}

/// Something that steps 1 and 2 show as wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alarm {
    /// "compare: access-policy", "gap: Title".
    pub place: String,
    /// Id of the person, or the account's line in the export; empty where it is about the apps.
    pub subject: String,
    pub words: String,
}

/// What became of one pair.
pub struct Verdict {
    /// Of each planted problem, the subjects that are not found.
    pub misses: Vec<(Planted, Vec<String>)>,
    pub false_alarms: Vec<Alarm>,
    pub advice: usize,
}

pub fn verdict(shown: &Shown, planted: &[&Planted], names: &dyn Fn(&str) -> String) -> Verdict {
    let misses = planted.iter().map(|it| {
        let misses = it.subjects.iter().filter(|subject| !shown.has(it, subject, names));
        ((*it).clone(), misses.map(|subject| shown.called(subject)).collect())
    });
    let misses = misses.collect();
    let (advice, alarms): (Vec<_>, Vec<_>) = shown
        .alarms()
        .into_iter()
        .filter(|alarm| !planted.iter().any(|it| accounts_for(it, alarm)))
        .map(|alarm| Alarm {
            words: format!("{} {}", shown.called(&alarm.subject), alarm.words),
            ..alarm
        })
        .partition(|alarm| alarm.place.strip_prefix("compare: ").is_some_and(is_advice));
    Verdict {
        misses,
        false_alarms: alarms,
        advice: advice.len(),
    }
}

impl Shown {
    /// The id, and the login where it is a person's.
    fn called(&self, id: &str) -> String {
        match self.people.get(id) {
            Some(row) => format!("{id} {} ({})", row.login, row.path),
            None => id.to_owned(),
        }
    }

    fn findings(&self) -> impl Iterator<Item = &FindingView> {
        let all = self.compare.findings.iter();
        all.filter(|it| it.outcome != CheckOutcome::Passed)
    }

    /// Whether this subject of the problem is shown where the list says.
    fn has(&self, planted: &Planted, subject: &String, names: &dyn Fn(&str) -> String) -> bool {
        let person = self.people.get(subject);
        match planted.found {
            Found::Compare(what) => {
                let found = self.findings().find(|it| it.id == what);
                found.is_some_and(|it| match what {
                    "without-account" => counts(it, planted.subjects.len()),
                    _ => self.names(it, subject, names),
                })
            }
            Found::Usernames(class) => person.is_some_and(|row| format!("{:?}", row.class) == class),
            Found::Attribute(name) => {
                let row = self.map.attributes.iter().find(|row| row.name == name);
                row.is_some_and(speaks)
            }
            Found::Values => self.groups.gaps.iter().any(|(_, people)| people.contains(subject)),
            Found::Gap(name) => {
                let mut gaps = self.groups.gaps.iter().filter(|(gap, _)| gap.title == name);
                gaps.any(|(_, people)| people.contains(subject))
            }
            Found::Difference(name) => {
                let mut all = self.groups.differences.iter();
                all.any(|(it, people)| it.attribute == name && is_difference(it) && people.contains(subject))
            }
            // It names three at most, and counts all: no more and no fewer than are planted.
            Found::Predictor(name) => {
                let found = self.map.findings.iter().find(|it| it.id == predictor(name));
                found.is_some_and(|it| counts(it, planted.subjects.len()))
            }
            Found::Suspect(kind) => {
                let mut all = self.groups.suspects.iter();
                all.any(|(it, people)| it.eq_ignore_ascii_case(kind) && people.contains(subject))
            }
            Found::Downstream(kind) => self.downstream.iter().any(|(group, people)| match kind {
                "NoAccount" | "Inactive" => {
                    group.set.eq_ignore_ascii_case(&format!("downstream:{kind}")) && people.contains(subject)
                }
                "Duplicate" => group.title == TWICE && person.is_some_and(|row| about(group, &row.old_username)),
                _ => group.title == NOBODY && about(group, subject),
            }),
            Found::Path(words) => person.is_some_and(|row| row.path.contains(words)),
            Found::Nowhere => true,
            Found::Gate(_) | Found::NotYet => false,
        }
    }

    /// Whether a finding is about this app, group or rule. Of both apps it always is.
    fn names(&self, finding: &FindingView, subject: &str, names: &dyn Fn(&str) -> String) -> bool {
        match finding.id.as_str() {
            "references" => {
                let attached = self.raw.get("Attached");
                attached.is_some_and(|raw| raw.contains(subject))
            }
            id if id.starts_with("push-") && !names(subject).is_empty() => {
                let name = names(subject);
                [&finding.what, &finding.evidence]
                    .into_iter()
                    .any(|words| words.contains(&name))
                    || self.rows_of(finding).any(|row| row.label.contains(&name))
            }
            _ => true,
        }
    }

    fn rows_of<'a>(&'a self, finding: &'a FindingView) -> impl Iterator<Item = &'a CompareRow> {
        let rows = self.compare.sections.iter().flat_map(|section| &section.rows);
        rows.filter(|row| row.finding.as_ref() == Some(&finding.id))
    }

    /// Everything that is shown as wrong.
    fn alarms(&self) -> Vec<Alarm> {
        let mut all = Vec::new();
        let mut say = |place: String, subject: &str, words: String| {
            all.push(Alarm {
                place,
                subject: subject.to_owned(),
                words,
            });
        };
        for it in self.findings() {
            say(format!("compare: {}", it.id), "", format!("{} {}", it.title, it.what));
        }
        for it in &self.map.findings {
            say(format!("map: {}", it.id), "", it.what.clone());
        }
        for (id, row) in &self.people {
            if row.class != UsernameClass::Same {
                let words = format!("{} \u{2192} {}", row.old_username, row.new_username);
                say(format!("username: {:?}", row.class), id, words);
            }
        }
        let groups = &self.groups;
        for (gap, people) in &groups.gaps {
            for id in people {
                say(format!("gap: {}", gap.title), id, gap.words.clone());
            }
        }
        for (it, people) in groups.differences.iter().filter(|(it, _)| is_loss(it)) {
            for id in people {
                let words = format!("{}: {} \u{2192} {}", it.kind, it.old, it.new);
                say(format!("difference: {}", it.attribute), id, words);
            }
        }
        for (kind, people) in &groups.suspects {
            people
                .iter()
                .for_each(|id| say(format!("suspect: {kind}"), id, String::new()));
        }
        for (group, people) in &self.downstream {
            let place = format!("downstream: {}", group.title);
            match group.set.as_str() {
                "downstream:matched" => {}
                "" => group
                    .accounts
                    .iter()
                    .for_each(|account| say(place.clone(), account, String::new())),
                _ => people.iter().for_each(|id| {
                    let name = self.people.get(id).map(|row| row.old_username.clone());
                    say(place.clone(), id, name.unwrap_or_default());
                }),
            }
        }
        all
    }
}

/// Says that it is about so many people.
fn counts(finding: &FindingView, people: usize) -> bool {
    finding.what.contains(&format!("or {people} of "))
}

const TWICE: &str = "One name, several accounts";
const NOBODY: &str = "Account without a person";

/// The row of an attribute says something besides "Okta fills it".
fn speaks(row: &AttributeRow) -> bool {
    let same = matches!(row.against_old.as_str(), "" | "same as old");
    row.state != AttributeState::ByOkta || !row.reason.is_empty() || !same
}

/// Something that the person has goes away or becomes another; what is gained or renamed is no loss.
fn is_loss(difference: &DifferenceView) -> bool {
    matches!(difference.kind.as_str(), "lost" | "changed")
}

fn is_difference(difference: &DifferenceView) -> bool {
    is_loss(difference) || difference.kind == "new"
}

/// Whether an account with this address is in the group.
fn about(group: &DownstreamGroup, address: &str) -> bool {
    let address = address.to_lowercase();
    let mut all = group.accounts.iter();
    all.any(|account| account.to_lowercase().starts_with(&address))
}

fn predictor(attribute: &str) -> String {
    match attribute {
        "userName" => "predictor-usernames".to_owned(),
        other => format!("predictor-{other}"),
    }
}

/// Whether what is shown is this problem.
fn accounts_for(planted: &Planted, alarm: &Alarm) -> bool {
    let Some((kind, rest)) = alarm.place.split_once(": ") else {
        return false;
    };
    let is_subject = || planted.subjects.contains(&alarm.subject);
    match (kind, planted.found) {
        ("compare", Found::Compare(what)) => rest == what,
        ("map", Found::Predictor(name)) => rest == predictor(name),
        ("username", Found::Usernames(class)) => rest == class && is_subject(),
        ("gap", Found::Gap(name)) => rest == name && is_subject(),
        ("gap", Found::Values) => is_subject(),
        ("difference", Found::Difference(name)) => rest == name && is_subject(),
        ("suspect", Found::Suspect(suspect)) => rest.eq_ignore_ascii_case(suspect) && is_subject(),
        ("downstream", Found::Usernames(_)) => rest == "Not settled yet" && is_subject(),
        ("downstream", Found::Downstream(what)) => match what {
            "NoAccount" => rest == "No such account" && is_subject(),
            "Inactive" => rest == "Switched off in the service" && is_subject(),
            "Duplicate" => rest == TWICE,
            _ => {
                let account = alarm.subject.to_lowercase();
                let mut strangers = planted.subjects.iter();
                rest == NOBODY && strangers.any(|address| account.starts_with(&address.to_lowercase()))
            }
        },
        _ => false,
    }
}

/// How often each place was shown, for a message that can be read.
pub fn grouped(alarms: &[Alarm]) -> Vec<(String, usize, &Alarm)> {
    let mut places: BTreeMap<&str, (BTreeSet<&str>, &Alarm)> = BTreeMap::new();
    for alarm in alarms {
        let (subjects, _) = places.entry(&alarm.place).or_insert((BTreeSet::new(), alarm));
        subjects.insert(&alarm.subject);
    }
    let all = places.into_iter();
    all.map(|(place, (subjects, first))| (place.to_owned(), subjects.len(), first))
        .collect()
}
