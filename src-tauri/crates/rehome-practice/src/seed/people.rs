//! The company's users and groups. Everybody has a *place* from 0 to N-1; bands of places make the groups, single places
//! the planted problems. Places are dealt out at random, so that listings are mixed.

use std::{collections::HashSet, ops::Range};

use jiff::Timestamp;
use rand::{Rng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use super::{
    DOMAIN, OLD_DOMAIN,
    cast::{Cast, SERVICES, Special, named, status},
    names::{Culture, LATIN, OTHERS},
    past,
};
use crate::state::{Group, Object, Org, User};

/// Least number of users with which all problems find their places.
const LEAST: u32 = 60;

/// The groups that carry the apps, in order of priority: name, description, first and last place in thousandths of all people.
pub(crate) const GROUPS: [(&str, &str, Range<usize>); 4] = [
    ("Support Tier 1", "First line of customer support", 0..125),
    ("Support Tier 2", "Second line of customer support", 100..175),
    ("Customer Success", "Onboarding and renewals", 165..365),
    (
        "All Staff EMEA",
        "Everybody in Europe, the Middle East and Africa",
        300..750,
    ),
];

/// Small groups that only a larger company has: name, then the places, absolute.
pub(crate) const SMALL_GROUPS: [(&str, &str, usize, usize); 4] = [
    ("Zendesk Admins", "Administrators of the help desk", 205, 8),
    ("VIP Desk", "Looks after the largest customers", 230, 12),
    ("Knowledge Base Editors", "Write and review help articles", 260, 30),
    ("Contractors Support", "External support staff", 860, 45),
];

/// Places that have an app individually without being in any of its groups, in thousandths.
pub(crate) const INDIVIDUAL: Range<usize> = 750..850;

pub(crate) fn places(range: &Range<usize>, people: usize) -> Range<usize> {
    range.start * people / 1000..range.end * people / 1000
}

/// Whether this place has the app individually although a group would give it.
pub(crate) fn overrides_group(place: usize, people: usize) -> bool {
    places(&(365..750), people).contains(&place) && place % 11 == 5
}

pub(crate) fn fill(org: &mut Org, rng: &mut StdRng, now: Timestamp) -> (Vec<String>, Cast) {
    let people = org.options.people.max(LEAST) as usize;
    let cast = Cast::of_company(people);
    let admin = add(org, admin_profile(), "ACTIVE", past("2019-01-14T09:00:00Z"));
    org.token.owner = admin;
    let mut order: Vec<usize> = (0..people).collect();
    order.shuffle(rng);
    let mut ids = vec![String::new(); people];
    let mut taken = Taken::default();
    for place in order {
        let profile = profile(&mut taken, &cast, rng, place, people);
        let hired = past("2019-03-01T08:00:00Z").as_second() + rng.random_range(0..220_000_000);
        let hired = Timestamp::from_second(hired.min(now.as_second() - 86_400)).unwrap_or(now);
        ids[place] = add(org, profile, status(place, people), hired);
    }
    groups(org, &ids, people);
    let [one, other, _] = named(people);
    org.plant("duplicate-name", vec![ids[one].clone(), ids[other].clone()]);
    org.plant("deactivated-member", ids[people - 2..].to_vec());
    let mut plant = |key, kind: &dyn Fn(Special) -> bool| {
        let subjects = cast.who(kind).into_iter().map(|place| ids[place].clone()).collect();
        org.plant(key, subjects);
    };
    plant("case-only", &|it| it == Special::CaseOnly);
    plant("different-email", &|it| it == Special::DifferentEmail);
    plant("different-manual", &|it| it == Special::DifferentManual);
    plant("typed-usernames", &|it| it == Special::DifferentManual);
    plant("blank", &|it| it == Special::Blank);
    plant("unicode-form", &|it| it == Special::UnicodeForm);
    plant("old-domain", &|it| it == Special::OldDomain);
    plant("collision", &|it| {
        matches!(it, Special::CollisionOwner | Special::CollisionOther)
    });
    plant("collision-lowered", &|it| matches!(it, Special::CaseTwin(..)));
    plant("collision-unicode", &|it| matches!(it, Special::UnicodeTwin(..)));
    plant("value-diverged", &|it| it == Special::Diverged);
    plant("value-changes", &|it| it == Special::Diverged);
    (ids, cast)
}

fn add(org: &mut Org, profile: Object, status: &'static str, at: Timestamp) -> String {
    let id = org.ids.next("00u");
    org.add_user(User::since(at, id.clone(), status, profile));
    id
}

fn admin_profile() -> Object {
    let profile = json!({
        "firstName": "Robin", "lastName": "Practice", "login": format!("robin.practice@{DOMAIN}"),
        "email": format!("robin.practice@{DOMAIN}"), "title": "Identity engineer", "department": "Technology",
    });
    profile.as_object().cloned().unwrap_or_default()
}

const OFFICES: [(&str, &str, &str, &str, &str); 9] = [
    ("London", "GB", "Europe/London", "en_GB", "EMEA"),
    ("Rotterdam", "NL", "Europe/Amsterdam", "nl_NL", "EMEA"),
    ("München", "DE", "Europe/Berlin", "de_DE", "EMEA"),
    ("Αθήνα", "GR", "Europe/Athens", "el_GR", "EMEA"),
    ("دبي", "AE", "Asia/Dubai", "ar_AE", "EMEA"),
    ("Seattle", "US", "America/Los_Angeles", "en_US", "AMER"),
    ("São Paulo", "BR", "America/Sao_Paulo", "pt_BR", "AMER"),
    ("東京", "JP", "Asia/Tokyo", "ja_JP", "APAC"),
    ("Bengaluru", "IN", "Asia/Kolkata", "en_IN", "APAC"),
];

/// Usernames and addresses that somebody has, in lower case and composed, so that only those collide that shall.
#[derive(Default)]
struct Taken(HashSet<String>);

impl Taken {
    fn has(&self, local: &str, domain: &str) -> bool {
        self.0.contains(&format!("{local}@{domain}").to_lowercase())
    }

    fn note(&mut self, address: &str) {
        self.0.insert(address.nfc().collect::<String>().to_lowercase());
    }

    /// This local part, or the first one with a number that nobody has.
    fn free(&self, stem: &str, ending: &str) -> String {
        let mut local = format!("{stem}{ending}");
        let mut number = 2;
        while self.has(&local, DOMAIN) {
            local = format!("{stem}{number}{ending}");
            number += 1;
        }
        local
    }
}

fn profile(taken: &mut Taken, cast: &Cast, rng: &mut StdRng, place: usize, people: usize) -> Object {
    let special = cast.special(place);
    let (first, last) = name(special, rng, place, people);
    let stem = format!("{}.{}", first.1, last.1);
    let local = match special {
        Special::Service(which) => SERVICES[which].0.to_owned(),
        Special::BreakGlass => "break-glass".to_owned(),
        Special::UnicodeForm => taken.free(&format!("jos\u{e9}.{}", last.1), ""),
        Special::Contractor => taken.free(&stem, ".kundenbetreuung.deutschland.oesterreich.schweiz"),
        _ => taken.free(&stem, ""),
    };
    let shared = format!("customer.care@{DOMAIN}");
    let plain = format!("{local}@{DOMAIN}");
    let (login, email) = match special {
        Special::CaseOnly => (format!("{}@{DOMAIN}", capitals(&local)), Some(plain)),
        Special::DifferentEmail => {
            let married = taken.free(&format!("{}.married", first.1), "");
            (plain, Some(format!("{married}@{DOMAIN}")))
        }
        Special::Blank => (format!("kiosk.rotterdam@{DOMAIN}"), None),
        Special::CollisionOwner => (shared.clone(), Some(shared)),
        Special::CollisionOther => (plain, Some(shared)),
        Special::UnicodeForm => (plain.nfd().collect(), Some(plain)),
        Special::OldDomain => (format!("{local}@{OLD_DOMAIN}"), Some(plain)),
        Special::CaseTwin(pair, second) => {
            let desk = if second { "sales.desk" } else { "Sales.Desk" };
            (plain, Some(format!("{desk}{}@{DOMAIN}", pair + 1)))
        }
        Special::UnicodeTwin(pair, second) => {
            let desk = format!("caf\u{e9}.team{}@{DOMAIN}", pair + 1);
            (plain, Some(if second { desk.nfd().collect() } else { desk }))
        }
        _ if has_alias(place, people) => {
            let alias = taken.free(&format!("{local}.nwt"), "");
            (plain, Some(format!("{alias}@{DOMAIN}")))
        }
        _ => (plain.clone(), Some(plain)),
    };
    for address in [Some(&login), email.as_ref(), Some(&format!("{local}@{DOMAIN}"))]
        .into_iter()
        .flatten()
    {
        taken.note(address);
    }
    let emea = places(&GROUPS[3].2, people).contains(&place);
    let office = OFFICES[if emea {
        rng.random_range(0..5)
    } else {
        rng.random_range(0..9)
    }];
    let mut profile = Object::new();
    let mut set = |name: &str, value: Value| drop(profile.insert(name.to_owned(), value));
    set("firstName", json!(first.0));
    set("lastName", json!(last.0));
    set("login", json!(login));
    if let Some(email) = email {
        set("email", json!(email));
    }
    set("displayName", json!(format!("{} {}", first.0, last.0)));
    set("department", json!(department(place, people)));
    set("organization", json!(organization(place, people)));
    let title = title(rng);
    set(
        "title",
        json!(match special {
            Special::LongTitle => "Head of customer onboarding and renewals",
            _ => title,
        }),
    );
    set("city", json!(office.0));
    set("countryCode", json!(office.1));
    set("timezone", json!(office.2));
    set("locale", json!(office.3));
    set("preferredLanguage", json!(office.3.replace('_', "-")));
    set("division", json!(office.4));
    set(
        "employeeNumber",
        json!(format!("NW{:07}", rng.random_range(0..9_999_999))),
    );
    let cost_center = format!("CC-{}", rng.random_range(2009..2026));
    if special != Special::NoCostCentre {
        set("costCenter", json!(cost_center));
    }
    let country = match special {
        Special::CountryName => "United Kingdom",
        _ => office.1,
    };
    set("state", json!(country));
    let manager = match special {
        Special::NoManagerAddress => "Ingrid from Sales".to_owned(),
        _ => format!("head.of.{}@{DOMAIN}", office.4.to_lowercase()),
    };
    set("manager", json!(manager));
    if special == Special::Contractor {
        set("userType", json!("contractor"));
    }
    if rng.random_bool(0.7) {
        set(
            "mobilePhone",
            json!(format!("+44 7700 900{:03}", rng.random_range(0..1000))),
        );
    }
    if rng.random_bool(0.4) {
        set(
            "primaryPhone",
            json!(format!("+44 20 7946 0{:03}", rng.random_range(0..1000))),
        );
    }
    profile
}

type Name = (&'static str, &'static str);

fn name(special: Special, rng: &mut StdRng, place: usize, people: usize) -> (Name, Name) {
    match special {
        Special::Service(which) => {
            let (_, first, last) = SERVICES[which];
            return ((first, "svc"), (last, "svc"));
        }
        Special::BreakGlass => return (("Break", "break"), ("Glass", "glass")),
        Special::Blank => return (("Kiosk", "kiosk"), ("Rotterdam", "rotterdam")),
        Special::UnicodeForm => {
            let last = LATIN.last[rng.random_range(0..LATIN.last.len())];
            return (("José", "jose"), last);
        }
        _ => {}
    }
    let [one, other, long] = named(people);
    if place == one || place == other {
        return (("Maria", "maria"), ("García", "garcia"));
    }
    if place == long {
        // As long as Okta lets a first name be.
        let long = "Hubert Blaine Christophe-Maximilian Aurelius Théo";
        return (
            (long, "hubert"),
            (
                "Wolfeschlegelsteinhausenbergerdorff",
                "wolfeschlegelsteinhausenbergerdorff",
            ),
        );
    }
    let culture: &Culture = if rng.random_bool(0.78) {
        &LATIN
    } else {
        &OTHERS[rng.random_range(0..OTHERS.len())]
    };
    (
        culture.first[rng.random_range(0..culture.first.len())],
        culture.last[rng.random_range(0..culture.last.len())],
    )
}

/// Some of those who work with the tracker have an alias as their email.
fn has_alias(place: usize, people: usize) -> bool {
    let first = places(&(930..980), people).start;
    place == first || (places(&(930..980), people).contains(&place) && place % 7 == 3)
}

/// `maria.garcia2` → `Maria.Garcia2`
fn capitals(local: &str) -> String {
    let mut up = true;
    local
        .chars()
        .map(|c| {
            let shown = if up { c.to_ascii_uppercase() } else { c };
            up = c == '.';
            shown
        })
        .collect()
}

fn department(place: usize, people: usize) -> &'static str {
    if places(&(0..165), people).contains(&place) {
        "Support"
    } else if places(&(165..365), people).contains(&place) {
        "Customer Success"
    } else if places(&(850..930), people).contains(&place) {
        "Finance"
    } else {
        ["Sales", "Operations", "Engineering", "Marketing", "People", "Logistics"][place % 6]
    }
}

/// Whether the organization has more than the 40 characters that the new help desk takes: one person in fifty.
pub(super) fn has_long_organization(place: usize) -> bool {
    place % 50 == 33
}

pub(crate) fn organization(place: usize, people: usize) -> &'static str {
    if has_long_organization(place) {
        return "Northwind Traders Customer Success and Implementation";
    }
    match department(place, people) {
        "Support" | "Customer Success" => "Northwind Services",
        "Finance" => "Northwind Holding",
        _ => "Northwind Traders",
    }
}

fn title(rng: &mut StdRng) -> &'static str {
    [
        "Specialist",
        "Senior specialist",
        "Team lead",
        "Manager",
        "Analyst",
        "Coordinator",
        "Consultant",
    ][rng.random_range(0..7)]
}

fn groups(org: &mut Org, ids: &[String], people: usize) {
    let at = past("2019-04-02T10:00:00Z");
    let everyone = Group {
        id: org.everyone.clone(),
        name: "Everyone".into(),
        description: "All users in your organization".into(),
        kind: "BUILT_IN",
        created: past("2019-01-14T09:00:00Z"),
        updated: past("2019-01-14T09:00:00Z"),
        membership_updated: at,
        extra: Default::default(),
        by_rule: Default::default(),
        members: Default::default(),
        source: None,
    };
    org.groups.insert(everyone.id.clone(), everyone);
    for (name, description, range) in &GROUPS {
        let mut members: Vec<usize> = places(range, people).collect();
        if *name == "All Staff EMEA" {
            members.extend([people - 2, people - 1]);
        }
        group(org, name, description, members, ids, at);
    }
    group(
        org,
        "Finance",
        "Books, payroll and controlling",
        places(&(850..930), people).collect(),
        ids,
        at,
    );
    group(
        org,
        "Wiki Readers",
        "May read the internal wiki",
        places(&(0..40), people).collect(),
        ids,
        at,
    );
    if people >= 1000 {
        for (name, description, first, count) in SMALL_GROUPS {
            let first = first * people / 1000;
            group(org, name, description, (first..first + count).collect(), ids, at);
        }
    }
    let two = places(&(100..125), people)
        .chain(places(&(165..175), people))
        .chain(places(&(300..365), people));
    org.plant("two-groups", two.map(|place| ids[place].clone()).collect());
    let find = |org: &Org, name: &str| {
        org.groups
            .values()
            .find(|it| it.name == name)
            .map(|it| it.id.clone())
            .unwrap_or_default()
    };
    let rule = |org: &mut Org, name: &str, expression: &str, group: String| {
        let id = org.ids.next("0pr");
        org.group_rules.push(json!({
            "type": "group_rule", "id": id, "status": "ACTIVE", "name": name,
            "created": "2019-04-02T10:00:00.000Z", "lastUpdated": "2023-06-20T09:30:00.000Z",
            "conditions": {
                "people": { "users": { "exclude": [] }, "groups": { "exclude": [] } },
                "expression": { "value": expression, "type": "urn:okta:expression:1.0" },
            },
            "actions": { "assignUserToGroups": { "groupIds": [group] } },
        }));
    };
    let finance = find(org, "Finance");
    let readers = find(org, "Wiki Readers");
    rule(org, "Finance by department", "user.department==\"Finance\"", finance);
    rule(
        org,
        "Support people read the wiki",
        "isMemberOfGroupNameStartsWith(\"Support\")",
        readers,
    );
}

fn group(org: &mut Org, name: &str, description: &str, places: Vec<usize>, ids: &[String], at: Timestamp) {
    let group = org.insert_group(name, description, "OKTA_GROUP", at);
    for place in places {
        if let Some(user) = org.users.get_mut(&ids[place]) {
            user.groups.insert(group.clone());
        }
        if let Some(group) = org.groups.get_mut(&group) {
            group.members.insert(ids[place].clone());
        }
    }
}
