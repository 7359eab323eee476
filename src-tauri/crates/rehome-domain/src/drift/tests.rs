use expect_test::expect;
use serde_json::{Value, json};

use super::*;
use crate::{AppGroup, AppUser};

fn user(id: &str, name: &str, scope: &str, profile: Value) -> AppUser {
    AppUser::read(&json!({"id": id, "scope": scope, "credentials": {"userName": name}, "profile": profile})).unwrap()
}

fn group(id: &str, priority: i64, profile: Value) -> AppGroup {
    AppGroup::read(json!({"id": id, "priority": priority, "profile": profile})).unwrap()
}

fn snapshot(
    users: Vec<AppUser>,
    groups: Vec<AppGroup>,
    members: &[(&str, &[&str])],
    raw: Value,
    email: &str,
) -> Snapshot {
    let members = members
        .iter()
        .map(|(g, users)| (GroupId::from(*g), users.iter().map(|u| UserId::from(*u)).collect()))
        .collect();
    let app = App::read(raw).unwrap();
    let mapping = Mapping::read(json!({"id": "prm1", "source": {"id": "oty1"}, "target": {"id": "0oa2"},
        "properties": {"email": {"expression": email, "pushStatus": "PUSH"}}}))
    .unwrap();
    let seen = SeenApp {
        which: "new app",
        app: &app,
        mappings: Some(std::slice::from_ref(&mapping)),
    };
    Snapshot::of(&Roster::new(users, groups, members), &[seen])
}

fn before() -> Snapshot {
    snapshot(
        vec![
            user(
                "00u1",
                "ana",
                "USER",
                json!({"role": "a", "team": null, "list": [1, 2]}),
            ),
            user("00u2", "bob", "GROUP", json!({"role": "a"})),
            user("00u3", "cy", "USER", json!({"role": "a"})),
            user("00u4", "dan", "USER", json!({"role": "a"})),
        ],
        vec![
            group("g1", 0, json!({})),
            group("g2", 1, json!({})),
            group("g3", 2, json!({})),
        ],
        &[("g1", &["00u2"]), ("g2", &["00u2"])],
        json!({"id": "0oa2", "status": "ACTIVE", "features": ["A", "B"], "settings": {"signOn": {"audience": "x"}}}),
        "user.email",
    )
}

#[test]
fn changes_are_named() {
    let after = snapshot(
        vec![
            user(
                "00u1",
                "ana",
                "USER",
                json!({"list": [2, 1], "role": "b", "team": "new"}),
            ),
            user("00u2", "bob", "USER", json!({"role": "a", "team": null})),
            user("00u3", "cyd", "USER", json!({"role": "a"})),
            user("00u5", "eva", "USER", json!({})),
        ],
        vec![
            group("g2", 0, json!({})),
            group("g1", 5, json!({"x": 1})),
            group("g4", 6, json!({})),
        ],
        &[("g1", &["00u2", "00u5"])],
        json!({"id": "0oa2", "status": "ACTIVE", "features": ["B"], "settings": {"signOn": {"audience": "y"}}}),
        "user.login",
    );
    let drift = between(&before(), &after);
    let words = drift.words(&Names {
        person: &|user| format!("<{user}>"),
        group: &|group| format!("<{group}>"),
    });
    expect![[r#"
        New on the old app: <00u5>.
        No longer on the old app: <00u4>.
        Another username on the old app: <00u3>.
        Have the old app by another path: <00u2>.
        Other values on the old app: <00u1> (list, role, team).
        <g4> was assigned to the old app.
        <g3> is no longer assigned to the old app.
        <g1>: 1 joined, 0 left.
        <g2>: 0 joined, 1 left.
        <g1> has another priority or other values.
        <g2> has another priority or other values.
        The mapping of email of the new app changed from “user.email (PUSH)” to “user.login (PUSH)”.
        The setting provisioning of the new app changed from “A, B” to “B”.
        The setting settings.signOn.audience of the new app changed."#]]
    .assert_eq(&words.join("\n"));
    assert!(!drift.is_empty());
}

#[test]
fn the_same_again_is_no_drift() {
    let text = serde_json::to_string(&before()).unwrap();
    let stored: Snapshot = serde_json::from_str(&text).unwrap();
    assert!(between(&stored, &before()).is_empty());
    // Another order of the keys, a null more, another gap between priorities.
    let mut same = before();
    same.groups.get_mut(&GroupId::from("g3")).unwrap().priority = 9;
    assert!(between(&before(), &same).is_empty());
    let of = |value: Value| hash_map(value.as_object().unwrap());
    assert_eq!(of(json!({"a": 1, "b": "x"})), of(json!({"b": "x", "c": null, "a": 1})));
    assert_ne!(of(json!({"a": "1"})), of(json!({"a": 1})));
    assert_ne!(of(json!({"a": "x", "b": "y"})), of(json!({"a": "y", "b": "x"})));
}

/// Stored snapshots outlive a version: the hash must stay what it is.
#[test]
fn the_hash_is_the_same_in_every_version() {
    let profile = json!({"role": "admin", "groups": ["a", {"b": [1.5, true, null]}]});
    expect!["13040769303650449416"].assert_eq(&hash_map(profile.as_object().unwrap()).to_string());
}
