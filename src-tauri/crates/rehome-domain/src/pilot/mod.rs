//! Who goes first: the fewest people who together meet everything that could go wrong for anybody.
//!
//! What a person stands for is a set of traits (a group, a kind of username, a role). People with the same set are one and the
//! same here, so that a hundred thousand people are a few thousand sets. The cover is greedy, and exact where the search comes
//! to its end.

mod cover;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::UserId;
use cover::{Bits, Cover};

/// What a trait is about, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    Route,
    Group,
    Username,
    /// A value of an attribute with few values: role, licence, plan.
    Role,
    Attribute,
    UserType,
    /// State and kind of account.
    Account,
}

/// Something that the pilot should meet at least once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Trait {
    pub kind: Kind,
    /// "Contractors", "role: Auditor".
    pub name: String,
}

/// Somebody who could go first.
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub traits: Vec<u32>,
    /// Can sign in, and everything about them is settled. Whoever may not is never picked, but can be added by hand.
    pub may_go: bool,
    /// The last sign-in to the old app.
    pub last_use: Option<Timestamp>,
    /// Reasons against this person; fewer are better.
    pub risks: u8,
}

/// Collects people and what they stand for.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    traits: HashMap<Trait, u32>,
    forgotten: BTreeSet<u32>,
    people: BTreeMap<UserId, Person>,
}

impl Builder {
    /// The number of a trait.
    pub fn number(&mut self, kind: Kind, name: impl Into<String>) -> u32 {
        let next = u32::try_from(self.traits.len()).unwrap_or(u32::MAX);
        *self
            .traits
            .entry(Trait {
                kind,
                name: name.into(),
            })
            .or_insert(next)
    }

    pub fn add(&mut self, user: UserId, person: Person) {
        self.people.insert(user, person);
    }

    /// These tell nothing after all: an attribute with too many values.
    pub fn forget(&mut self, numbers: &BTreeSet<u32>) {
        self.forgotten.extend(numbers);
    }

    /// What nobody has is dropped, and what everybody has of attributes: any choice covers that.
    pub fn finish(self) -> Field {
        let Self {
            traits,
            forgotten,
            people,
        } = self;
        let mut having = vec![0_usize; traits.len()];
        for person in people.values() {
            let mut mine = person.traits.clone();
            mine.sort_unstable();
            mine.dedup();
            for number in mine {
                having[number as usize] += 1;
            }
        }
        let tells = |t: &Trait, n: u32| {
            let having = having[n as usize];
            having > 0 && !forgotten.contains(&n) && (t.kind != Kind::Attribute || having < people.len())
        };
        let mut kept: Vec<(Trait, u32)> = traits.into_iter().filter(|(t, n)| tells(t, *n)).collect();
        kept.sort_unstable();
        let place: HashMap<u32, usize> = kept.iter().enumerate().map(|(at, (_, n))| (*n, at)).collect();
        let mut field = Field {
            having: kept.iter().map(|(_, n)| having[*n as usize]).collect(),
            able: vec![0; kept.len()],
            traits: kept.into_iter().map(|(t, _)| t).collect(),
            ..Field::default()
        };
        let mut sets: HashMap<Bits, usize> = HashMap::new();
        for (user, person) in people {
            let mut bits = Bits::new(field.traits.len());
            for at in person.traits.iter().filter_map(|n| place.get(n)) {
                bits.set(*at);
            }
            if person.may_go {
                bits.each(|at| field.able[at] += 1);
            }
            let set = *sets.entry(bits).or_insert_with_key(|bits| {
                field.sets.push(bits.clone());
                field.members.push(Vec::new());
                field.sets.len() - 1
            });
            field.set_of.insert(user.clone(), set);
            if person.may_go {
                field.members[set].push((person.risks, Reverse(person.last_use), user));
            }
        }
        field.members.iter_mut().for_each(|of| of.sort_unstable());
        field
    }
}

/// How much one would rather take a person: few risks, then a recent sign-in, then the id.
type Rank = (u8, Reverse<Option<Timestamp>>, UserId);

/// Everybody, by what they stand for. Made once, asked often.
#[derive(Clone, Debug, Default)]
pub struct Field {
    traits: Vec<Trait>,
    /// People who have each trait, and those of them who may go.
    having: Vec<usize>,
    able: Vec<usize>,
    sets: Vec<Bits>,
    /// Who may go, by set, the best first.
    members: Vec<Vec<Rank>>,
    set_of: BTreeMap<UserId, usize>,
}

/// People to add.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picked {
    /// Who covers the most first.
    pub people: Vec<UserId>,
    /// Nobody can do with fewer people.
    pub exact: bool,
}

/// One trait against the people chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    pub what: Trait,
    /// People who have it.
    pub people: usize,
    pub by: Option<UserId>,
    /// Not covered: who would cover it, and as much else as possible. `None`: nobody who may go has it.
    pub best: Option<UserId>,
}

impl Field {
    /// The fewest people who, with those chosen, cover everything that can be covered; at most `most` of them, and then those
    /// who cover as much as possible.
    pub fn pick(&self, chosen: &BTreeSet<UserId>, most: usize) -> Picked {
        let open = self.open(chosen);
        let free: Vec<Option<&Rank>> = (0..self.sets.len()).map(|set| self.best_of(set, chosen)).collect();
        let candidates: Vec<usize> = (0..self.sets.len()).filter(|set| free[*set].is_some()).collect();
        let sets: Vec<(Bits, &Rank)> = candidates
            .iter()
            .filter_map(|set| Some((self.sets[*set].and(&open), free[*set]?)))
            .collect();
        let Cover { mut chosen_sets, exact } = cover::cover(&open, &sets, most);
        self.prefer(&open, &sets, &mut chosen_sets);
        cover::largest_first(&open, &sets, &mut chosen_sets);
        Picked {
            people: chosen_sets.into_iter().map(|at| sets[at].1.2.clone()).collect(),
            exact,
        }
    }

    /// Takes somebody else wherever one would rather, as long as everything stays covered.
    fn prefer(&self, open: &Bits, sets: &[(Bits, &Rank)], chosen: &mut [usize]) {
        // What a short pick leaves out is nobody's to keep.
        let all = chosen
            .iter()
            .fold(Bits::new(self.traits.len()), |all, at| all.or(&sets[*at].0));
        let goal = open.and(&all);
        for at in 0..chosen.len() {
            let others = chosen.iter().enumerate().filter(|(other, _)| *other != at);
            let covered = others.fold(Bits::new(self.traits.len()), |all, (_, set)| all.or(&sets[*set].0));
            let own = goal.without(&covered);
            let taken: BTreeSet<usize> = chosen.iter().copied().collect();
            let better = (0..sets.len())
                .filter(|set| !taken.contains(set) && own.is_within(&sets[*set].0))
                .min_by_key(|set| sets[*set].1);
            if let Some(better) = better.filter(|set| sets[*set].1 < sets[chosen[at]].1) {
                chosen[at] = better;
            }
        }
    }

    /// Each trait, in the order in which they are shown.
    pub fn coverage(&self, chosen: &BTreeSet<UserId>) -> Vec<Covered> {
        let open = self.open(chosen);
        let best = |at: usize| {
            let with = (0..self.sets.len()).filter(|set| self.sets[*set].has(at));
            let ranked = with.filter_map(|set| {
                let rank = self.best_of(set, chosen)?;
                Some((Reverse(self.sets[set].and(&open).count()), rank))
            });
            ranked.min().map(|(_, rank)| rank.2.clone())
        };
        let by = |at: usize| {
            let has = |user: &&UserId| self.set_of.get(*user).is_some_and(|set| self.sets[*set].has(at));
            chosen.iter().find(has).cloned()
        };
        let covered = self.traits.iter().enumerate().map(|(at, what)| {
            let by = by(at);
            Covered {
                what: what.clone(),
                people: self.having[at],
                best: if by.is_none() { best(at) } else { None },
                by,
            }
        });
        covered.collect()
    }

    /// What this person stands for that nobody of the others does.
    pub fn alone(&self, user: &UserId, chosen: &BTreeSet<UserId>) -> Vec<&Trait> {
        let Some(mine) = self.set_of.get(user) else {
            return Vec::new();
        };
        let others = chosen.iter().filter(|other| *other != user);
        let covered = self.union(others);
        let mut own = Vec::new();
        self.sets[*mine].without(&covered).each(|at| own.push(&self.traits[at]));
        own
    }

    /// Can be covered, and is not.
    fn open(&self, chosen: &BTreeSet<UserId>) -> Bits {
        let mut able = Bits::new(self.traits.len());
        (0..self.traits.len())
            .filter(|at| self.able[*at] > 0)
            .for_each(|at| able.set(at));
        able.without(&self.union(chosen.iter()))
    }

    fn union<'a>(&self, people: impl Iterator<Item = &'a UserId>) -> Bits {
        let sets = people.filter_map(|user| self.set_of.get(user));
        sets.fold(Bits::new(self.traits.len()), |all, set| all.or(&self.sets[*set]))
    }

    fn best_of(&self, set: usize, chosen: &BTreeSet<UserId>) -> Option<&Rank> {
        self.members[set].iter().find(|(_, _, user)| !chosen.contains(user))
    }
}
