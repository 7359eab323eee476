//! Who plays what: every place of the company may have one thing that is special about it. Places of the first kinds are
//! fixed; the later ones take the places that are still free, so that each kind is there in a company of any size.

use std::{collections::BTreeSet, ops::Range};

use super::people::{has_long_organization, overrides_group, places};

/// What is special about a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Special {
    None,
    CaseOnly,
    DifferentEmail,
    /// The old help desk's username was typed in by hand.
    DifferentManual,
    Blank,
    /// Owns the shared mailbox.
    CollisionOwner,
    CollisionOther,
    /// The login is in decomposed Unicode, the email in composed.
    UnicodeForm,
    /// The login still has the domain from before the merger.
    OldDomain,
    /// An account of a program, one of `SERVICES`.
    Service(usize),
    BreakGlass,
    NeverSignedIn,
    /// Signed in to the old help desk once, more than sixty days ago.
    LongAgo,
    /// Never signed in to the old help desk, though to Okta.
    NotUsed,
    /// Okta refused every sign-in to the old help desk.
    RefusedOnly,
    /// Holds a value on the old help desk that the mapping of today does not give.
    Diverged,
    /// The new Salesforce's username gets too long.
    Contractor,
    /// Two people whose emails differ in case alone; the number of the pair, and which of the two.
    CaseTwin(usize, bool),
    /// Two people whose emails differ in Unicode form alone.
    UnicodeTwin(usize, bool),
    /// The new Salesforce has somebody else under the name that this person would get.
    Taken,
    NoCostCentre,
    LongTitle,
    /// The manager is a name, not an address.
    NoManagerAddress,
    /// The country is a name, not a code.
    CountryName,
}

impl Special {
    /// Has the Salesforce app.
    fn sells(self) -> bool {
        use Special::{
            CaseTwin, Contractor, CountryName, LongTitle, NoCostCentre, NoManagerAddress, Taken, UnicodeTwin,
        };
        matches!(
            self,
            Contractor
                | CaseTwin(..)
                | UnicodeTwin(..)
                | Taken
                | NoCostCentre
                | LongTitle
                | NoManagerAddress
                | CountryName
        )
    }
}

/// Local part of the login, first and last name of the programs that have accounts.
pub(crate) const SERVICES: [(&str, &str, &str); 2] = [
    ("svc-backup", "Backup", "Service"),
    ("zendesk-integration", "Zendesk", "Integration"),
];

pub(crate) struct Cast {
    specials: Vec<Special>,
    /// Places of those who have Salesforce.
    pub sales: Vec<usize>,
    /// Places of those who have Zoom and Slack.
    pub meetings: Vec<usize>,
}

impl Cast {
    pub(crate) fn of_company(people: usize) -> Self {
        let mut specials: Vec<Special> = (0..people).map(|place| fixed(place, people)).collect();
        let mut free = free_places(&specials).into_iter();
        let mut give = |kinds: &[Special], free: &mut std::vec::IntoIter<usize>| {
            for (kind, place) in kinds.iter().zip(free) {
                specials[place] = *kind;
            }
        };
        let few = |per: usize| (1 + people / per).min(4);
        for kind in [Special::DifferentManual, Special::DifferentEmail, Special::CaseOnly] {
            if !(0..people * 850 / 1000).any(|place| fixed(place, people) == kind) {
                give(&[kind], &mut free);
            }
        }
        give(
            &[Special::Service(0), Special::Service(1), Special::BreakGlass],
            &mut free,
        );
        for (kind, count) in [
            (Special::UnicodeForm, few(150)),
            (Special::OldDomain, few(150)),
            (Special::NeverSignedIn, few(150)),
            (Special::LongAgo, few(150)),
            (Special::NotUsed, few(200)),
            (Special::RefusedOnly, few(400)),
            (Special::Diverged, 2 + people / 100),
            (Special::Contractor, few(300)),
            (Special::Taken, 1),
            (Special::NoCostCentre, few(150)),
            (Special::LongTitle, few(200)),
            (Special::NoManagerAddress, few(200)),
            (Special::CountryName, few(200)),
        ] {
            give(&vec![kind; count], &mut free);
        }
        for pair in 0..few(1000) {
            give(
                &[Special::CaseTwin(pair, false), Special::CaseTwin(pair, true)],
                &mut free,
            );
            give(
                &[Special::UnicodeTwin(pair, false), Special::UnicodeTwin(pair, true)],
                &mut free,
            );
        }
        let meetings = free.by_ref().take((people / 20).max(5)).collect();
        let plain = free.take(people / 30);
        let sells = |place: &usize| specials[*place].sells();
        let sales: BTreeSet<usize> = (0..people).filter(sells).chain(plain).collect();
        Self {
            sales: sales.into_iter().collect(),
            meetings,
            specials,
        }
    }

    pub(crate) fn special(&self, place: usize) -> Special {
        self.specials.get(place).copied().unwrap_or(Special::None)
    }

    /// Places that have the old help desk and are of this kind.
    pub(crate) fn who(&self, kind: impl Fn(Special) -> bool) -> Vec<usize> {
        let assigned = 0..self.specials.len() * 850 / 1000;
        assigned.filter(|place| kind(self.specials[*place])).collect()
    }
}

/// What is special about a place in any company, whatever else is.
fn fixed(place: usize, people: usize) -> Special {
    // Those of the smaller apps: nothing but an alias may make their usernames differ.
    let apart = places(&super::pairs::PEOPLE, people).contains(&place);
    if place == people / 2 {
        Special::Blank
    } else if place == people * 350 / 1000 {
        Special::CollisionOwner
    } else if place == people * 770 / 1000 {
        Special::CollisionOther
    } else if place % 194 == 50 {
        Special::DifferentEmail
    } else if place % 194 == 147 {
        Special::DifferentManual
    } else if place % 33 == 7 && !apart {
        Special::CaseOnly
    } else {
        Special::None
    }
}

pub(crate) fn status(place: usize, people: usize) -> &'static str {
    if place + 3 >= people {
        "DEPROVISIONED"
    } else if place % 71 == 11 {
        "SUSPENDED"
    } else if place % 83 == 20 {
        "PROVISIONED"
    } else if place == people * 166 / 1000 {
        "PASSWORD_EXPIRED"
    } else {
        "ACTIVE"
    }
}

/// Places with the help desk through a group of which nothing else is known, those in one group alone first.
fn free_places(specials: &[Special]) -> Vec<usize> {
    let people = specials.len();
    const BANDS: [Range<usize>; 4] = [366..750, 176..300, 126..165, 0..100];
    let free = |place: &usize| {
        specials[*place] == Special::None
            && status(*place, people) == "ACTIVE"
            && !overrides_group(*place, people)
            && !has_long_organization(*place)
            && !named(people).contains(place)
    };
    let bands = BANDS.iter().flat_map(|band| places(band, people));
    bands.filter(free).collect()
}

/// Places with a name of their own: two of the same name, and one with a name as long as Okta lets it be.
pub(crate) fn named(people: usize) -> [usize; 3] {
    [people * 200 / 1000, people * 600 / 1000, people * 420 / 1000]
}
