//! Whose usernames meet: among the planned ones, and with those that the new app has already.

use std::{borrow::Cow, collections::BTreeMap};

use unicode_normalization::UnicodeNormalization;

use super::Fold;
use crate::UserId;

/// Others that a clash names; a template that gives everybody one name would else fill the memory.
const NAMED: usize = 10;

/// A username that somebody would have.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    pub user: &'a UserId,
    pub name: &'a str,
    /// `false`: the name is only a guess.
    pub sure: bool,
}

/// What stands against a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The others, in the order of their ids; the first few.
    pub with: Vec<UserId>,
    /// How many others.
    pub of: usize,
    /// Both names are more than guesses.
    pub sure: bool,
    /// Only services that take look-alike letters for one (NFKC) would mix them up.
    pub look_alike: bool,
}

impl Clash {
    /// What the class *collision* does not say by itself.
    pub fn note(&self) -> &'static str {
        match (self.sure, self.look_alike) {
            (true, false) => "",
            (true, true) => "Written with look-alike letters; many services take both for one.",
            (false, _) => "Might collide: a username that is only guessed would be the same.",
        }
    }
}

struct Entry<'a> {
    /// Compatibility form: groups.
    loose: Cow<'a, str>,
    /// As the service compares, where that is not the same as `loose`.
    strict: Option<String>,
    user: &'a UserId,
    sure: bool,
    planned: bool,
}

impl Entry<'_> {
    fn strict(&self) -> &str {
        self.strict.as_deref().unwrap_or(&self.loose)
    }
}

/// Everybody whose username somebody else has or would have too. Blank usernames collide with nobody.
///
/// `taken` are the usernames on the new app by their owners, who do not collide with themselves.
///
/// Names are compared by `fold`, and then also in their compatibility form (NFKC), for services that fold further.
pub fn collisions<'a>(
    claims: impl Iterator<Item = Claim<'a>>,
    taken: &'a BTreeMap<UserId, String>,
    fold: Fold<'_>,
) -> BTreeMap<UserId, Clash> {
    let entry = |user, name: &'a str, sure, planned| {
        let strict = fold(name);
        let (loose, strict) = if strict == name && name.is_ascii() {
            // Most names are as services compare them already.
            (Cow::Borrowed(name), None)
        } else if strict.is_ascii() {
            (strict.into(), None)
        } else {
            let loose = fold(&strict.nfkc().collect::<String>());
            let differs = loose != strict;
            (loose.into(), differs.then_some(strict))
        };
        Entry {
            loose,
            strict,
            user,
            sure,
            planned,
        }
    };
    let named = |name: &str| !name.trim().is_empty();
    let mut entries: Vec<Entry<'_>> = claims
        .filter(|claim| named(claim.name))
        .map(|claim| entry(claim.user, claim.name, claim.sure, true))
        .collect();
    let has = taken.iter().filter(|(_, name)| named(name));
    entries.extend(has.map(|(user, name)| entry(user, name, true, false)));
    // Whoever claims what he has already is one entry: the claim comes first.
    entries.sort_unstable_by(|a, b| (&a.loose, a.user, !a.planned).cmp(&(&b.loose, b.user, !b.planned)));
    entries.dedup_by(|b, a| {
        let same = a.loose == b.loose && a.user == b.user;
        if same {
            a.sure |= b.sure;
        }
        same
    });
    let mut found = BTreeMap::new();
    for group in entries.chunk_by(|a, b| a.loose == b.loose).filter(|g| g.len() > 1) {
        meet(group, &mut found);
    }
    found
}

fn meet(group: &[Entry<'_>], found: &mut BTreeMap<UserId, Clash>) {
    let mut sure_by_strict: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in group.iter().filter(|e| e.sure) {
        *sure_by_strict.entry(entry.strict()).or_default() += 1;
    }
    let all_sure = group.iter().filter(|e| e.sure).count();
    for me in group.iter().filter(|e| e.planned) {
        let others_sure = all_sure - usize::from(me.sure);
        let sure = me.sure && others_sure > 0;
        let alike = sure_by_strict.get(me.strict()).copied().unwrap_or_default();
        let rivals = group.iter().filter(|e| e.user != me.user && (e.sure || !sure));
        found.insert(
            me.user.clone(),
            Clash {
                with: rivals.take(NAMED).map(|e| e.user.clone()).collect(),
                of: if sure { others_sure } else { group.len() - 1 },
                sure,
                look_alike: sure && alike <= 1,
            },
        );
    }
}
