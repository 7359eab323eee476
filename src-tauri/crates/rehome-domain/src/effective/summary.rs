//! The differences of everybody, grouped: what matters most first.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Change, Effective, Effects};
use crate::attributes::{self, PersonValues, Survey, Surveyor};
use crate::{AppUser, Attribute, UserId, plain};

/// People named for each group of differences.
const EXAMPLES: usize = 5;
/// Pairs of values of one attribute and change that are shown singly.
const FEW: usize = 8;
/// Pairs that are told apart at all; one person more of a further pair is only counted.
const MANY: usize = 200;
/// People who are looked at in one go.
const PIECE: usize = 2000;

/// People whose attribute changes in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferenceGroup {
    pub attribute: String,
    pub title: String,
    pub change: Change,
    /// `None`: nothing, or different values.
    pub from: Option<String>,
    pub to: Option<String>,
    /// Different pairs of values that are taken together; 1: `from` and `to` say it.
    pub values: usize,
    pub people: usize,
    /// A few of them, in the order in which they were given.
    pub examples: Vec<UserId>,
    /// 2: by its name a role, licence or permission. 1: required by the new app. 0: anything else.
    pub weight: u8,
}

impl DifferenceGroup {
    /// "role: agent becomes viewer", "phone: 120 different values are lost".
    pub fn words(&self) -> String {
        let (title, from, to) = (&self.title, &self.from, &self.to);
        let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
        if self.values > 1 {
            let what = match self.change {
                Change::Lost => "are lost",
                Change::Gained => "are new",
                Change::Unknown => "are not known yet",
                Change::Renamed => "get another name",
                Change::Changed | Change::Same => "change",
            };
            // Beyond that they were not told apart.
            let least = if self.values > MANY { "more than " } else { "" };
            return format!("{title}: {least}{} different values {what}", self.values.min(MANY));
        }
        match self.change {
            Change::Lost => format!("{title}: {} is lost", shown(from)),
            Change::Gained => format!("{title}: {} is new", shown(to)),
            Change::Unknown => format!("{title}: {} today, not known yet", shown(from)),
            Change::Renamed => format!("{title}: {} is now called {}", shown(from), shown(to)),
            Change::Changed | Change::Same => format!("{title}: {} becomes {}", shown(from), shown(to)),
        }
    }
}

/// Collects differences person by person, so that nobody has to hold them all.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    found: BTreeMap<(String, Change), Collected>,
}

#[derive(Clone, Debug, Default)]
struct Collected {
    title: String,
    weight: u8,
    pairs: BTreeMap<(Option<String>, Option<String>), Pair>,
    /// Of pairs beyond [`MANY`].
    others: Pair,
}

#[derive(Clone, Debug, Default)]
struct Pair {
    people: usize,
    examples: Vec<UserId>,
}

impl Pair {
    fn add(&mut self, user: &UserId) {
        self.people += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(user.clone());
        }
    }

    fn merge(&mut self, more: Self) {
        self.people += more.people;
        self.examples.extend(more.examples);
        self.examples.truncate(EXAMPLES);
    }
}

impl Summary {
    /// Looks at one person; what stays the same costs nothing.
    pub fn look(&mut self, effects: &Effects<'_>, user: &AppUser, values: &PersonValues<'_>) {
        self.look_with(effects, user, values, None);
    }

    fn look_with(
        &mut self,
        effects: &Effects<'_>,
        user: &AppUser,
        values: &PersonValues<'_>,
        survey: Option<&mut Surveyor<'_>>,
    ) {
        effects.each(user, values, survey, &mut |seen| {
            if seen.change != Change::Same {
                self.add(
                    &user.user,
                    seen.attribute,
                    seen.change,
                    seen.old.as_deref(),
                    seen.new.as_deref(),
                );
            }
        });
    }

    fn add(&mut self, user: &UserId, attribute: &Attribute, change: Change, old: Option<&Value>, new: Option<&Value>) {
        let collected = self
            .found
            .entry((attribute.name.clone(), change))
            .or_insert_with(|| Collected {
                title: attribute.title.clone(),
                weight: weight(&attribute.name, &attribute.title, attribute.required),
                ..Collected::default()
            });
        // A guess is not a value.
        let new = new.filter(|_| change != Change::Unknown);
        collected.add(user, (old.map(plain), new.map(plain)));
    }

    /// Adds what was found at further people, who come after these.
    pub fn merge(&mut self, other: Self) {
        for (key, more) in other.found {
            let collected = self.found.entry(key).or_insert_with(|| Collected {
                title: more.title.clone(),
                weight: more.weight,
                ..Collected::default()
            });
            for (pair, people) in more.pairs {
                let into = if collected.pairs.len() >= MANY && !collected.pairs.contains_key(&pair) {
                    &mut collected.others
                } else {
                    collected.pairs.entry(pair).or_default()
                };
                into.merge(people);
            }
            collected.others.merge(more.others);
        }
    }

    /// The groups, by weight, then by what is worst, then by how many people.
    pub fn groups(self) -> Vec<DifferenceGroup> {
        let mut groups: Vec<DifferenceGroup> = self
            .found
            .into_iter()
            .flat_map(|((attribute, change), collected)| collected.groups(&attribute, change))
            .collect();
        groups.sort_by(|a, b| {
            let order = |g: &DifferenceGroup| (u8::MAX - g.weight, g.change, usize::MAX - g.people);
            (order(a), &a.attribute, &a.from, &a.to).cmp(&(order(b), &b.attribute, &b.from, &b.to))
        });
        groups
    }
}

impl Collected {
    fn add(&mut self, user: &UserId, pair: (Option<String>, Option<String>)) {
        if self.pairs.len() >= MANY && !self.pairs.contains_key(&pair) {
            self.others.add(user);
        } else {
            self.pairs.entry(pair).or_default().add(user);
        }
    }

    fn groups(self, attribute: &str, change: Change) -> Vec<DifferenceGroup> {
        let group = |from, to, values, pair: Pair| DifferenceGroup {
            attribute: attribute.to_owned(),
            title: self.title.clone(),
            change,
            from,
            to,
            values,
            people: pair.people,
            examples: pair.examples,
            weight: self.weight,
        };
        if self.pairs.len() <= FEW {
            let pairs = self.pairs.into_iter();
            return pairs.map(|((from, to), pair)| group(from, to, 1, pair)).collect();
        }
        let values = self.pairs.len() + usize::from(self.others.people > 0);
        let mut all = Pair::default();
        for pair in self.pairs.into_values().chain([self.others]) {
            all.people += pair.people;
            all.examples.extend(pair.examples);
        }
        all.examples.sort();
        all.examples.truncate(EXAMPLES);
        vec![group(None, None, values, all)]
    }
}

/// All that the mapping does to everybody.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overview {
    pub survey: Survey,
    pub differences: Vec<DifferenceGroup>,
}

/// Survey and differences of everybody in one pass, by `threads` threads; their number changes nothing of the result.
pub fn overview<'a>(
    effects: &Effects<'_>,
    people: &[&'a AppUser],
    values: &(dyn Fn(&'a AppUser) -> PersonValues<'a> + Sync),
    threads: usize,
) -> Overview {
    let part = |people: &[&'a AppUser]| {
        let mut surveyor = Surveyor::new(effects.rows);
        let mut summary = Summary::default();
        for user in people {
            summary.look_with(effects, user, &values(user), Some(&mut surveyor));
        }
        (surveyor.finish(), summary)
    };
    let (mut survey, mut summary) = part(&[]);
    // Always the same pieces, and in the order of the people: bounded lists hold the same people whatever the machine. Each is
    // added as soon as it is its turn, since all of them at once would take more memory than the people.
    let pieces: Vec<_> = people.chunks(PIECE).collect();
    let threads = threads.clamp(1, pieces.len().max(1));
    std::thread::scope(|scope| {
        let (part, pieces) = (&part, &pieces);
        let workers: Vec<_> = (0..threads)
            .map(|first| {
                let (tell, told) = std::sync::mpsc::sync_channel(1);
                scope.spawn(move || {
                    for piece in pieces.iter().skip(first).step_by(threads) {
                        if tell.send(part(piece)).is_err() {
                            return;
                        }
                    }
                });
                told
            })
            .collect();
        for told in workers.iter().cycle().take(pieces.len()) {
            // A worker that panicked tells no more; the scope hands its panic on.
            let Ok((more, differences)) = told.recv() else { return };
            survey.add(more);
            summary.merge(differences);
        }
    });
    Overview {
        survey,
        differences: summary.groups(),
    }
}

/// Groups what [`super::for_person`] found; for many people use [`Summary::look`], which copies nothing.
pub fn summary(all: impl IntoIterator<Item = (UserId, Vec<Effective>)>) -> Vec<DifferenceGroup> {
    let mut found = Summary::default();
    for (user, effective) in all {
        for one in effective.iter().filter(|one| one.change != Change::Same) {
            let key = (one.attribute.clone(), one.change);
            let collected = found.found.entry(key).or_insert_with(|| Collected {
                title: one.title.clone(),
                weight: weight(&one.attribute, &one.title, false),
                ..Collected::default()
            });
            let new = one.new.as_ref().filter(|_| one.change != Change::Unknown);
            collected.add(&user, (one.old.as_ref().map(plain), new.map(plain)));
        }
    }
    found.groups()
}

/// By its name a role, licence or permission.
pub fn decides_rights(name: &str, title: &str) -> bool {
    weight(name, title, false) == 2
}

/// What decides over rights and money comes first (P23, P24, P28).
fn weight(name: &str, title: &str, required: bool) -> u8 {
    const STEMS: [&str; 6] = ["role", "licen", "permission", "admin", "entitle", "privileg"];
    const WORDS: [&str; 5] = ["profile", "group", "seat", "plan", "access"];
    let mut words = attributes::words(name);
    words.extend(attributes::words(title));
    let stem = |word: &String| STEMS.iter().any(|stem| word.starts_with(stem));
    let user_type = words.contains("user") && words.contains("type");
    // A profile address is no profile.
    let address = words.contains("url") || words.contains("uri");
    let telling = words.iter().any(stem) || user_type || (!address && WORDS.iter().any(|word| words.contains(*word)));
    if telling { 2 } else { u8::from(required) }
}
