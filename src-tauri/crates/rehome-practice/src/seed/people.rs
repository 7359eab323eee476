//! The company's users and groups. Everybody has a *place* from 0 to N-1; bands of places make the groups, single places
//! the planted problems. Places are dealt out at random, so that listings are mixed.

use std::ops::Range;

use jiff::Timestamp;
use rand::{Rng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Value, json};

use super::{
    DOMAIN,
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

/// What is special about a place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Special {
    None,
    CaseOnly,
    DifferentEmail,
    /// The old app's username was typed in by hand.
    DifferentManual,
    Blank,
    /// Owns the shared mailbox.
    CollisionOwner,
    CollisionOther,
}

pub(crate) fn special(place: usize, people: usize) -> Special {
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
    } else if place % 33 == 7 {
        Special::CaseOnly
    } else {
        Special::None
    }
}

/// Whether this place has the app individually although a group would give it.
pub(crate) fn overrides_group(place: usize, people: usize) -> bool {
    places(&(365..750), people).contains(&place) && place % 11 == 5
}

fn status(place: usize, people: usize) -> &'static str {
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

pub(crate) fn fill(org: &mut Org, rng: &mut StdRng, now: Timestamp) -> Vec<String> {
    let people = org.options.people.max(LEAST) as usize;
    let admin = add(org, admin_profile(), "ACTIVE", past("2019-01-14T09:00:00Z"));
    org.token.owner = admin;
    let mut order: Vec<usize> = (0..people).collect();
    order.shuffle(rng);
    let mut ids = vec![String::new(); people];
    for place in order {
        let profile = profile(org, rng, place, people);
        let hired = past("2019-03-01T08:00:00Z").as_second() + rng.random_range(0..220_000_000);
        let hired = Timestamp::from_second(hired.min(now.as_second() - 86_400)).unwrap_or(now);
        ids[place] = add(org, profile, status(place, people), hired);
    }
    groups(org, &ids, people);
    org.plant(
        "duplicate-name",
        vec![
            ids[duplicate_pair(people).0].clone(),
            ids[duplicate_pair(people).1].clone(),
        ],
    );
    let with_status = |org: &Org, status: &str, except: &str| -> Vec<String> {
        ids.iter()
            .filter(|id| org.users.get(*id).is_some_and(|user| user.status == status) && *id != except)
            .cloned()
            .collect()
    };
    let (suspended, never) = (with_status(org, "SUSPENDED", ""), with_status(org, "PROVISIONED", ""));
    org.plant("suspended", suspended);
    org.plant("never-activated", never);
    org.plant("deactivated-member", ids[people - 2..].to_vec());
    for (key, kind) in [
        ("case-only", Special::CaseOnly),
        ("different-email", Special::DifferentEmail),
        ("different-manual", Special::DifferentManual),
        ("blank", Special::Blank),
    ] {
        let assigned = 0..people * 850 / 1000;
        let subjects = assigned
            .filter(|place| special(*place, people) == kind)
            .map(|place| ids[place].clone())
            .collect();
        org.plant(key, subjects);
    }
    org.plant(
        "collision",
        vec![ids[people * 350 / 1000].clone(), ids[people * 770 / 1000].clone()],
    );
    ids
}

fn duplicate_pair(people: usize) -> (usize, usize) {
    (people * 200 / 1000, people * 600 / 1000)
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

fn profile(org: &Org, rng: &mut StdRng, place: usize, people: usize) -> Object {
    let special = special(place, people);
    let (first, last) = name(rng, place, people);
    let stem = format!("{}.{}", first.1, last.1);
    let mut local = stem.clone();
    let mut number = 2;
    while org.logins.contains_key(&format!("{local}@{DOMAIN}")) {
        local = format!("{stem}{number}");
        number += 1;
    }
    let shared = format!("service.desk@{DOMAIN}");
    let plain = format!("{local}@{DOMAIN}");
    let (login, email) = match special {
        Special::CaseOnly => (format!("{}@{DOMAIN}", capitals(&local)), Some(plain)),
        Special::DifferentEmail => (plain, Some(format!("{}.married@{DOMAIN}", first.1))),
        Special::Blank => (format!("kiosk.rotterdam@{DOMAIN}"), None),
        Special::CollisionOwner => (shared.clone(), Some(shared)),
        Special::CollisionOther => (plain, Some(shared)),
        Special::None | Special::DifferentManual if has_alias(place, people) => {
            (plain, Some(format!("{local}.nwt@{DOMAIN}")))
        }
        Special::None | Special::DifferentManual => (plain.clone(), Some(plain)),
    };
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
    set("title", json!(title(rng)));
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
    set("costCenter", json!(format!("CC-{}", rng.random_range(2009..2026))));
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

fn name(rng: &mut StdRng, place: usize, people: usize) -> (Name, Name) {
    let (one, other) = duplicate_pair(people);
    if place == one || place == other {
        return (("Maria", "maria"), ("García", "garcia"));
    }
    if place == people * 420 / 1000 {
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
    if special(place, people) == Special::Blank {
        return (("Kiosk", "kiosk"), ("Rotterdam", "rotterdam"));
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

/// The new app takes 40 characters; one in fifty people has more.
pub(crate) fn organization(place: usize, people: usize) -> &'static str {
    if place % 50 == 33 {
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
