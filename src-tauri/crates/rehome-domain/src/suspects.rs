//! People who perhaps should not be moved: service accounts, break-glass accounts, the deactivated, those who never came.
//!
//! Only suggestions. Rehome leaves nobody out by itself.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{AppUser, Person, UserId};

/// Whoever was made this recently is not called unused.
const NEW: i64 = 30;
/// Whoever has not come for so many days is called unused, though the log may reach back further.
const LONG: i64 = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum SuspectKind {
    ServiceAccount,
    BreakGlass,
    Deactivated,
    Suspended,
    /// The account was made and never activated.
    NeverActivated,
    /// Okta knows of no sign-in at all.
    NeverSignedIn,
    /// Signed in to Okta, but not to this app for sixty days, or as far back as the log reaches.
    NotUsed {
        since: Timestamp,
    },
}

impl SuspectKind {
    pub fn title(self) -> String {
        match self {
            Self::ServiceAccount => "Look like service accounts".to_owned(),
            Self::BreakGlass => "Look like emergency accounts".to_owned(),
            Self::Deactivated => "Deactivated in Okta".to_owned(),
            Self::Suspended => "Suspended in Okta".to_owned(),
            Self::NeverActivated => "Never activated".to_owned(),
            Self::NeverSignedIn => "Never signed in to Okta".to_owned(),
            Self::NotUsed { since } => format!("Not used since {}", since.strftime("%Y-%m-%d")),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::ServiceAccount => {
                "Machines sign in with these. Ask their owners before moving them: a script does not read a notice."
            }
            Self::BreakGlass => "The way in when all else fails. Move them last, by hand, and try them.",
            Self::Deactivated => "Okta gives them no app. They stay out of the plan.",
            Self::Suspended => {
                "Whether Okta gives them the app is not documented. Leave them out, or unsuspend them first."
            }
            Self::NeverActivated => "They have an account and have not begun to use it.",
            Self::NeverSignedIn => "Nobody has ever signed in to Okta as these people. Perhaps nobody misses them.",
            Self::NotUsed { .. } => {
                "The System Log shows no sign-in to the old app since then. A session in the service may outlast that."
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspectGroup {
    pub kind: SuspectKind,
    pub title: String,
    /// What it means, and what to do.
    pub words: &'static str,
    /// With the evidence, in the order of their ids.
    pub people: Vec<(UserId, String)>,
}

/// Each person in the first kind that fits, in the order of [`SuspectKind`]; what is no suspicion is not listed.
///
/// `last_use` holds sign-ins to the old app; `reach` is how far back they were looked for. Without it nobody is called
/// unused.
pub fn find<'a>(
    people: impl IntoIterator<Item = &'a AppUser>,
    last_use: &BTreeMap<UserId, Timestamp>,
    reach: Option<Timestamp>,
    now: Timestamp,
) -> Vec<SuspectGroup> {
    let mut found: BTreeMap<SuspectKind, Vec<(UserId, String)>> = BTreeMap::new();
    for user in people {
        let Some(person) = &user.person else { continue };
        let kind = suspect(user, person).or_else(|| unused(user, person, last_use, reach?, now));
        if let Some((kind, why)) = kind {
            found.entry(kind).or_default().push((user.user.clone(), why));
        }
    }
    found
        .into_iter()
        .map(|(kind, mut people)| {
            people.sort();
            SuspectGroup {
                kind,
                title: kind.title(),
                words: kind.words(),
                people,
            }
        })
        .collect()
}

fn suspect(user: &AppUser, person: &Person) -> Option<(SuspectKind, String)> {
    match person.status() {
        "DEPROVISIONED" => return Some((SuspectKind::Deactivated, "deactivated in Okta".to_owned())),
        "SUSPENDED" => return Some((SuspectKind::Suspended, "suspended in Okta".to_owned())),
        _ => {}
    }
    if let Some(why) = break_glass(user, person) {
        return Some((SuspectKind::BreakGlass, why));
    }
    if let Some(why) = service(user, person) {
        return Some((SuspectKind::ServiceAccount, why));
    }
    match person.status() {
        "STAGED" | "PROVISIONED" => Some((SuspectKind::NeverActivated, format!("status {}", person.status()))),
        _ if person.never_signed_in() => Some((SuspectKind::NeverSignedIn, "no sign-in yet".to_owned())),
        _ => None,
    }
}

fn unused(
    user: &AppUser,
    person: &Person,
    last_use: &BTreeMap<UserId, Timestamp>,
    reach: Timestamp,
    now: Timestamp,
) -> Option<(SuspectKind, String)> {
    let young = now.checked_sub((24 * NEW).hours()).unwrap_or(now);
    let new = person.created().is_some_and(|made| made > young);
    let long = now.checked_sub((24 * LONG).hours()).unwrap_or(now);
    let since = reach.max(long);
    let last = last_use.get(&user.user);
    // A log that reaches back for days alone says nothing.
    if new || reach > young || last.is_some_and(|at| *at >= since) {
        return None;
    }
    let why = person.last_login().map_or_else(
        || "no sign-in to the old app seen".to_owned(),
        |day| {
            format!(
                "no sign-in to the old app seen; last signed in to Okta {}",
                day.strftime("%Y-%m-%d")
            )
        },
    );
    let why = last.map_or(why, |at| {
        format!("last signed in to the old app on {}", at.strftime("%Y-%m-%d"))
    });
    Some((SuspectKind::NotUsed { since }, why))
}

/// Words that no person is called by.
const SURE: [&str; 16] = [
    "svc",
    "serviceaccount",
    "noreply",
    "donotreply",
    "integration",
    "integrations",
    "automation",
    "daemon",
    "webhook",
    "cron",
    "scim",
    "terraform",
    "sharedmailbox",
    "mailbox",
    "serviceuser",
    "sync",
];
/// Words that may be a name, or part of an address of a person: they need more evidence.
const MAYBE: [&str; 15] = [
    "service", "bot", "api", "robot", "system", "scanner", "printer", "kiosk", "test", "jenkins", "shared", "support",
    "info", "admin", "app",
];

/// Evidence of a machine: a word that no person is called by, or a lesser one and no first name.
fn service(user: &AppUser, person: &Person) -> Option<String> {
    let (login, whole_name) = (login_words(user, person), words(&person.name()));
    for word in SURE {
        if login.contains(word) {
            return Some(format!("the login has the word \u{201c}{word}\u{201d}"));
        }
        if whole_name.contains(word) && person.name() != person.login() {
            return Some(format!("the name has the word \u{201c}{word}\u{201d}"));
        }
    }
    if login.contains("service") && (login.contains("account") || login.contains("user")) {
        return Some("the login says service account".to_owned());
    }
    if login.contains("no") && login.contains("reply") {
        return Some("the login says no reply".to_owned());
    }
    // A person by the name of Bot has the word in name and login alike, and a first name.
    let named = has_first_name(person);
    let word = MAYBE.iter().find(|word| login.contains(**word))?;
    (!named).then(|| format!("the login has the word \u{201c}{word}\u{201d}, and there is no first name"))
}

fn break_glass(user: &AppUser, person: &Person) -> Option<String> {
    let mut found = login_words(user, person);
    found.extend(words(&person.name()));
    let both = |a: &str, b: &str| found.contains(a) && found.contains(b);
    let glass = found.contains("breakglass") || both("break", "glass");
    let emergency = both("emergency", "access") || both("emergency", "admin") || both("emergency", "account");
    (glass || emergency).then(|| "login or name says emergency access".to_owned())
}

fn has_first_name(person: &Person) -> bool {
    let first = person.profile.text("firstName").unwrap_or_default();
    let first = first.trim();
    // "Service", "API" or the login again are no first names.
    let words = words(first);
    let telling = |word: &String| MAYBE.contains(&word.as_str()) || SURE.contains(&word.as_str());
    !first.is_empty() && first != person.login() && !(words.len() == 1 && words.iter().all(telling))
}

/// Of the part before the @, in the login and in the old app's username.
fn login_words(user: &AppUser, person: &Person) -> BTreeSet<String> {
    let local = |text: &str| text.split_once('@').map_or(text, |(local, _)| local).to_owned();
    let mut found = words(&local(person.login()));
    found.extend(words(&local(&user.user_name)));
    found
}

/// Whole words: `svc-backup01` has `svc` and `backup`, `Servicenko` is one word of its own.
fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::{Value, json};

    use super::*;

    fn person(id: &str, login: &str, first: &str, last: &str, more: Value) -> AppUser {
        let mut raw = json!({"id": id, "status": "ACTIVE", "created": "2020-01-01T00:00:00.000Z",
            "lastLogin": "2026-05-01T00:00:00.000Z", "profile": {"login": login, "firstName": first, "lastName": last}});
        for (key, value) in more.as_object().into_iter().flatten() {
            raw[key] = value.clone();
        }
        AppUser::read(&json!({"id": id, "credentials": {"userName": login}, "_embedded": {"user": raw}})).unwrap()
    }

    #[test]
    fn machines_are_told_from_people() {
        let none = json!({});
        let people = [
            person("01", "svc-backup01@nw.example", "Backup", "Job", none.clone()),
            person("02", "noreply@nw.example", "No", "Reply", none.clone()),
            person("03", "api@nw.example", "", "", none.clone()),
            person("04", "api.gateway@nw.example", "API", "Gateway", none.clone()),
            person("05", "break-glass-1@nw.example", "Break", "Glass", none.clone()),
            person(
                "06",
                "gone@nw.example",
                "Gus",
                "Gone",
                json!({"status": "DEPROVISIONED"}),
            ),
            person("07", "out@nw.example", "Olga", "Out", json!({"status": "SUSPENDED"})),
            person(
                "08",
                "new@nw.example",
                "Nora",
                "New",
                json!({"status": "PROVISIONED", "lastLogin": null}),
            ),
            person("09", "never@nw.example", "Nele", "Ever", json!({"lastLogin": null})),
            person("10", "idle@nw.example", "Ida", "Idle", none.clone()),
            person("11", "used@nw.example", "Uwe", "Used", none.clone()),
            person(
                "12",
                "fresh@nw.example",
                "Fred",
                "Esh",
                json!({"created": "2026-05-20T00:00:00.000Z"}),
            ),
            person("13", "once@nw.example", "Olaf", "Once", none.clone()),
            // People by these names.
            person("20", "janet.bot@nw.example", "Janet", "Bot", none.clone()),
            person("21", "bot@nw.example", "Rene", "Bot", none.clone()),
            person("22", "robert.api@nw.example", "Robert", "Api", none.clone()),
            person("23", "serviceman.joe@nw.example", "Joe", "Serviceman", none.clone()),
            person("24", "t.test@nw.example", "Tina", "Test", none.clone()),
            person("27", "tom.jenkins@nw.example", "Tom", "Jenkins", none.clone()),
            person("25", "abbott@nw.example", "Ab", "Bott", none.clone()),
            person("26", "glass@nw.example", "Philip", "Glass", none),
        ];
        let seen = |id: &str| (UserId::from(id), "2026-05-15T00:00:00Z".parse().unwrap());
        let mut used: BTreeMap<_, _> = ["11", "20", "21", "22", "23", "24", "25", "26", "27"].map(seen).into();
        // The log reaches back further; two months are long all the same.
        used.insert(UserId::from("13"), "2026-03-20T00:00:00Z".parse().unwrap());
        let (reach, now) = (
            "2026-03-01T00:00:00Z".parse().unwrap(),
            "2026-06-01T00:00:00Z".parse().unwrap(),
        );
        let mut shown = String::new();
        for group in find(&people, &used, Some(reach), now) {
            shown += &format!("{}\n", group.title);
            for (user, why) in &group.people {
                shown += &format!("    {user} {why}\n");
            }
        }
        expect![[r#"
            Look like service accounts
                01 the login has the word “svc”
                02 the login has the word “noreply”
                03 the login has the word “api”, and there is no first name
                04 the login has the word “api”, and there is no first name
            Look like emergency accounts
                05 login or name says emergency access
            Deactivated in Okta
                06 deactivated in Okta
            Suspended in Okta
                07 suspended in Okta
            Never activated
                08 status PROVISIONED
            Never signed in to Okta
                09 no sign-in yet
            Not used since 2026-04-02
                10 no sign-in to the old app seen; last signed in to Okta 2026-05-01
                13 last signed in to the old app on 2026-03-20
        "#]]
        .assert_eq(&shown);
        // A log of three days says nothing about use.
        let short = "2026-05-29T00:00:00Z".parse().unwrap();
        let found = find(&people, &BTreeMap::new(), Some(short), now);
        assert!(
            !found
                .iter()
                .any(|group| matches!(group.kind, SuspectKind::NotUsed { .. }))
        );
    }
}
