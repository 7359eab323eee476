//! Problems that come of themselves once everybody is there: they are read off the finished company, for each pair.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    cast::SERVICES,
    list::{HELP_DESK, PAIRS},
    sign_ins::SignIns,
};
use crate::state::{App, Org, Scope, User};

pub(super) fn fill(org: &mut Org, seen: &SignIns) {
    for pair in PAIRS {
        let Some(app) = org.apps.values().find(|app| app.label() == pair.0) else {
            continue;
        };
        let mut found: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for id in app.users.keys() {
            let Some(user) = org.users.get(id) else { continue };
            if let Some(key) = suspect(user, &app.id, seen) {
                found.entry(key).or_default().push(id.clone());
            }
        }
        if pair == HELP_DESK {
            differences(org, app, &mut found);
        }
        for (key, subjects) in found {
            org.plant_at(pair, key, subjects);
        }
    }
}

/// The first reason why somebody may have to be left out.
fn suspect(user: &User, app: &str, seen: &SignIns) -> Option<&'static str> {
    let one = (app.to_owned(), user.id.clone());
    let local = user.login().split('@').next().unwrap_or("");
    // A kiosk is nobody's either.
    let is_service = SERVICES.iter().any(|(service, ..)| *service == local) || local.starts_with("kiosk.");
    Some(match user.status {
        _ if is_service => "service-account",
        _ if local == "break-glass" => "break-glass",
        "SUSPENDED" => "suspended",
        "PROVISIONED" => "never-activated",
        _ if user.last_login.is_none() => "never-signed-in",
        _ if seen.refused.contains(&one) => "refused-only",
        _ if !seen.used.contains(&one) => "not-used",
        _ => return None,
    })
}

/// Whose values the new help desk's mappings and groups would change.
fn differences(org: &Org, old: &App, found: &mut BTreeMap<&'static str, Vec<String>>) {
    for (id, it) in &old.users {
        let Some(user) = org.users.get(id) else { continue };
        let mut note = |key: &'static str| found.entry(key).or_default().push(id.clone());
        let phone = it.profile.get("phone").and_then(Value::as_str).unwrap_or("");
        if phone != user.text("primaryPhone") {
            note("phone-changes");
        }
        let tagged = org.granting_groups(old, id).into_iter();
        let tagged = tagged
            .filter_map(|group| old.groups.get(&group))
            .filter(|group| group.profile.contains_key("tags"));
        if it.scope == Scope::Group && tagged.count() > 1 {
            note("tags-joined");
        }
        if it.profile.get("role").is_some_and(|role| role == "admin") {
            note("role-by-hand");
        }
        if it.profile.get("legacyBrand").is_some_and(Value::is_string) {
            note("brand-lost");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use unicode_normalization::UnicodeNormalization;

    use super::*;
    use crate::{Engine, Options};

    fn company(people: u32, engine: Engine) -> Org {
        let options = Options {
            people,
            engine,
            ..Options::default()
        };
        super::super::org(options, "http://127.0.0.1:1".into())
    }

    /// What an app's own rules do not give as Okta holds it: attribute and user, by the label of the app.
    fn unexplained(org: &Org) -> BTreeSet<(&str, String, String)> {
        let mut all = BTreeSet::new();
        for (label, _) in PAIRS {
            let app = org.apps.values().find(|app| app.label() == label).expect(label);
            for it in app.users.values() {
                let user = org.users.get(&it.user).expect("a user");
                let mut note = |name: &str| all.insert((label, name.to_owned(), it.user.clone()));
                if org.template_user_name(app, user).unwrap_or_default() != it.user_name {
                    note("userName");
                }
                for (name, value) in org.mapped_values(app, user) {
                    let set = it.own.contains_key(&name) || it.from_groups.contains_key(&name);
                    if !set && it.profile.get(&name) != Some(&value) {
                        note(&name);
                    }
                }
            }
        }
        all
    }

    #[test]
    fn only_what_is_planted_is_not_explained_by_the_rules_of_an_app() {
        for (people, engine) in [(60, Engine::Identity), (500, Engine::Classic)] {
            let org = company(people, engine);
            let planted = |key: &str, name: &str| {
                let it = org.planted.iter().find(|it| it.key == key).expect("planted");
                let rows = it
                    .subjects
                    .iter()
                    .map(|user| (it.pair.0, name.to_owned(), user.clone()));
                rows.collect::<BTreeSet<_>>()
            };
            let known = &planted("value-diverged", "timezone") | &planted("typed-usernames", "userName");
            assert_eq!(unexplained(&org), known);
        }
    }

    /// Values that the new app refuses, taken as they are, renamed ones aside.
    #[test]
    fn only_who_is_planted_has_values_that_the_new_app_refuses() {
        let org = company(500, Engine::Identity);
        let keys = [
            "required-blank",
            "title-too-long",
            "not-an-address",
            "not-a-country-code",
            "organization-too-long",
        ];
        let mut planted = BTreeSet::new();
        for it in org.planted.iter().filter(|it| keys.contains(&it.key)) {
            planted.extend(it.subjects.iter().map(|user| (it.pair.0, user.clone())));
        }
        let mut refused = BTreeSet::new();
        for (old, new) in PAIRS {
            let by_label = |label: &str| org.apps.values().find(|app| app.label() == label).expect("an app");
            let (old, new) = (by_label(old), by_label(new));
            for id in old.users.keys() {
                let user = org.users.get(id).expect("a user");
                let mut values = org.mapped_values(new, user);
                values.entry("costCentre").or_insert_with(|| "given to all".into());
                if !crate::assignment::faults_of(new, "a name", &values).is_empty() {
                    refused.insert((old.label(), id.clone()));
                }
            }
        }
        let missing: Vec<_> = planted.symmetric_difference(&refused).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    /// Whatever the seed and the size: every kind of problem is there, and nobody is alike by accident.
    #[test]
    fn every_company_has_every_problem_and_no_other_collision() {
        for (people, seed) in (60..100).step_by(3).chain([130, 250, 777]).zip(0..) {
            let options = Options {
                people,
                seed,
                ..Options::default()
            };
            let org = super::super::org(options, "http://127.0.0.1:1".into());
            let there: BTreeSet<&str> = org.planted.iter().map(|it| it.key).collect();
            let all: BTreeSet<&str> = super::super::planted().iter().map(|it| it.key).collect();
            let missing: Vec<_> = all.difference(&there).collect();
            assert_eq!(missing, [&"sign-on-rules-differ"], "{people} people, seed {seed}");
            let collisions = org.planted.iter().filter(|it| it.key.starts_with("collision"));
            let known: BTreeSet<&String> = collisions.flat_map(|it| &it.subjects).collect();
            let mut owners: BTreeMap<String, Vec<&String>> = BTreeMap::new();
            for user in org.users.values() {
                for name in BTreeSet::from(
                    ["login", "email"].map(|name| user.text(name).nfkc().collect::<String>().to_lowercase()),
                ) {
                    owners.entry(name).or_default().push(&user.id);
                }
            }
            owners.remove("");
            for (name, ids) in owners.into_iter().filter(|(_, ids)| ids.len() > 1) {
                assert!(
                    ids.iter().all(|id| known.contains(id)),
                    "{people} people, seed {seed}: {name}"
                );
            }
        }
    }
}
