use std::collections::{BTreeMap, BTreeSet};

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::*;
use crate::attributes::{AttributeInput, Choices, Fill, rows};
use crate::{Mapping, Org, Person, UserId, plain};

fn old_schema() -> Schema {
    Schema::read(json!({"name": "old", "definitions": {"base": {"properties": {
        "userName": {"type": "string"},
        "email": {"title": "E-mail", "type": "string"},
        "role": {"title": "Role", "type": "string", "oneOf": [
            {"const": "agent", "title": "Agent"}, {"const": "admin", "title": "Administrator"}, {"const": "viewer", "title": "Viewer"}]},
        "queues": {"title": "Queues", "type": "array", "items": {"type": "string"}},
        "phone": {"title": "Phone", "type": "string"},
        "badge": {"title": "Badge", "type": "string"},
        "handle": {"title": "Handle", "type": "string"},
        "team": {"title": "Team", "type": "string"},
        "legacy": {"title": "Legacy id", "type": "string"}}}}}))
}

fn new_schema() -> Schema {
    Schema::read(json!({"name": "new", "definitions": {"base": {"properties": {
        "userName": {"title": "Username", "type": "string"},
        "email": {"title": "E-mail", "type": "string"},
        "role": {"title": "Role", "type": "string", "oneOf": [
            {"const": "Agent", "title": "Agent"}, {"const": "Admin", "title": "Administrator"}]},
        "queues": {"title": "Queues", "type": "array", "items": {"type": "string"}, "union": "ENABLE"},
        "phone": {"title": "Phone", "type": "string"},
        "badge": {"title": "Badge", "type": "string", "scope": "SELF"},
        "handle": {"title": "Handle", "type": "string", "mutability": "READ_ONLY"},
        "team": {"title": "Team", "type": "string"},
        "site": {"title": "Site", "type": "string"}}}}}))
}

fn new_rows() -> Vec<AttributeRow> {
    let copy = |name: &str| (name.to_owned(), Fill::OldAttribute { name: name.to_owned() });
    let mut choices: Choices = [
        copy("role"),
        copy("queues"),
        copy("badge"),
        ("phone".to_owned(), Fill::Nothing),
    ]
    .into_iter()
    .collect();
    choices.values = [("role".to_owned(), [("viewer".to_owned(), Some(json!("Agent")))].into())].into();
    let mapping = Mapping::read(
        json!({"id": "prm1", "source": {"id": "oty1"}, "target": {"id": "0oa2"}, "properties": {
        "email": {"expression": "user.email", "pushStatus": "PUSH"},
        "site": {"expression": "isMemberOfGroupName(\"A\") ? \"a\" : \"b\"", "pushStatus": "PUSH"}}}),
    )
    .unwrap();
    rows(&AttributeInput {
        old_schema: &old_schema(),
        new_schema: &new_schema(),
        old_mappings: &[],
        new_mappings: &[mapping],
        template: None,
        choices: &choices,
    })
}

fn group(id: &str, priority: i64, profile: Value) -> AppGroup {
    AppGroup::read(json!({"id": id, "priority": priority, "profile": profile,
        "_embedded": {"group": {"profile": {"name": id.to_uppercase()}}}}))
    .unwrap()
}

fn user(id: &str, scope: &str, profile: Value) -> AppUser {
    user_by(id, scope, profile, None)
}

/// `winner`: the group that Okta names.
fn user_by(id: &str, scope: &str, profile: Value, winner: Option<&str>) -> AppUser {
    let link = winner.map(|group| json!({"href": format!("https://x/api/v1/groups/{group}")}));
    let mut user = AppUser::read(
        &json!({"id": id, "scope": scope, "credentials": {"userName": format!("{id}@nw")},
        "profile": profile, "_links": {"group": link}}),
    )
    .unwrap();
    user.person = Some(
        Person::read(&json!({"id": id, "status": "ACTIVE", "type": {"id": "oty1"},
            "profile": {"login": id, "email": format!("{id}@nw.example")}}))
        .unwrap(),
    );
    user
}

fn roster() -> Roster {
    let users = [
        user(
            "one",
            "USER",
            json!({"email": "one@nw.example", "role": "viewer", "queues": ["a"], "phone": "1", "badge": "B1", "handle": "h1", "team": "red"}),
        ),
        user(
            "two",
            "GROUP",
            json!({"email": "two@old.example", "role": "viewer", "queues": ["a", "b"], "badge": "B2", "legacy": "7"}),
        ),
        user("three", "GROUP", json!({"email": "three@nw.example", "role": "admin"})),
    ];
    let groups = [
        group("lead", 0, json!({"role": "admin", "queues": ["b", "c"]})),
        group("staff", 1, json!({"role": "agent", "queues": ["a", "b"]})),
        group("guest", 2, json!({"role": "guest", "queues": ["z"]})),
    ];
    let members: BTreeMap<GroupId, BTreeSet<UserId>> = [
        ("lead".into(), [UserId::from("two")].into()),
        ("staff".into(), [UserId::from("two"), UserId::from("one")].into()),
        ("guest".into(), [UserId::from("three")].into()),
    ]
    .into();
    Roster::new(users, groups, members)
}

fn values<'a>(user: &'a AppUser, overrides: Option<&'a BTreeMap<String, Value>>) -> PersonValues<'a> {
    PersonValues {
        old_profile: &user.profile,
        old_username: &user.user_name,
        planned_username: Some("one@nw").filter(|_| user.user.as_str() != "three"),
        person: user.person.as_ref(),
        new_settings: None,
        new_variable: Some("new"),
        org: Org::default(),
        overrides,
    }
}

fn check(id: &str, overrides: Option<&BTreeMap<String, Value>>, expected: Expect) {
    let (rows, schema, roster) = (new_rows(), old_schema(), roster());
    let groups = group_profiles(&rows, &roster.groups);
    let effects = Effects::new(&rows, &schema, &roster, &groups);
    let user = roster.users.get(&UserId::from(id)).unwrap();
    let shown = |value: &Option<Value>| value.as_ref().map_or_else(|| "-".to_owned(), plain);
    let mut text = String::new();
    for one in for_person(&effects, user, &values(user, overrides)) {
        text += &format!(
            "{}: {} -> {} {} ({})\n",
            one.attribute,
            shown(&one.old),
            shown(&one.new),
            one.change.words(),
            one.source.words()
        );
    }
    expected.assert_eq(&text);
}

#[test]
fn individuals_get_what_is_sent() {
    check(
        "one",
        None,
        expect![[r#"
            userName: one@nw -> one@nw same (the username template)
            email: one@nw.example -> one@nw.example same (Okta's mapping: user.email)
            role: viewer -> Agent renamed (sent for this person)
            queues: a -> a same (sent for this person)
            phone: 1 -> - lost (nothing fills it)
            badge: B1 -> B1 same (sent for this person)
            handle: h1 -> - not known (The service sets it.)
            team: red -> red not known (Only guessed so far: nothing is sent until it is confirmed.)
            site: - -> - not known (isMemberOfGroupName() needs the groups of the person at the moment of assignment, so its value is known only once Okta has evaluated it.)
        "#]],
    );
}

#[test]
fn the_group_with_the_lowest_priority_wins_and_lists_are_joined() {
    check(
        "two",
        None,
        expect![[r#"
            userName: two@nw -> one@nw changed (the username template)
            email: two@old.example -> two@nw.example changed (Okta's mapping: user.email)
            role: viewer -> Admin changed (from LEAD (priority 0), before STAFF)
            queues: a, b -> b, c, a changed (joined from LEAD, STAFF)
            phone: - -> - same (nothing fills it)
            badge: B2 -> B2 same (sent for this person)
            handle: - -> - same (nothing fills it)
            team: - -> - same (nothing fills it)
            site: - -> - not known (isMemberOfGroupName() needs the groups of the person at the moment of assignment, so its value is known only once Okta has evaluated it.)
            legacy: 7 -> - lost (nothing fills it)
        "#]],
    );
}

#[test]
fn a_group_value_that_the_new_app_does_not_take_leaves_what_is_sent() {
    check(
        "three",
        None,
        expect![[r#"
            userName: three@nw -> - not known (The username is not settled yet.)
            email: three@nw.example -> three@nw.example same (Okta's mapping: user.email)
            role: admin -> Admin renamed (sent for this person)
            queues: - -> z new (joined from GUEST)
            phone: - -> - same (nothing fills it)
            badge: - -> - same (nothing fills it)
            handle: - -> - same (nothing fills it)
            team: - -> - same (nothing fills it)
            site: - -> - not known (isMemberOfGroupName() needs the groups of the person at the moment of assignment, so its value is known only once Okta has evaluated it.)
        "#]],
    );
}

#[test]
fn a_value_for_the_person_goes_before_the_group() {
    let own = [("role".to_owned(), json!("Agent"))].into();
    check(
        "two",
        Some(&own),
        expect![[r#"
            userName: two@nw -> one@nw changed (the username template)
            email: two@old.example -> two@nw.example changed (Okta's mapping: user.email)
            role: viewer -> Agent changed (sent for this person)
            queues: a, b -> b, c, a changed (joined from LEAD, STAFF)
            phone: - -> - same (nothing fills it)
            badge: B2 -> B2 same (sent for this person)
            handle: - -> - same (nothing fills it)
            team: - -> - same (nothing fills it)
            site: - -> - not known (isMemberOfGroupName() needs the groups of the person at the moment of assignment, so its value is known only once Okta has evaluated it.)
            legacy: 7 -> - lost (nothing fills it)
        "#]],
    );
}

#[test]
fn group_profiles_are_translated_and_what_is_left_out_is_said() {
    let found = group_profiles(&new_rows(), &roster().groups);
    let mut text = String::new();
    for (group, profile) in &found.by_group {
        text += &format!("{group} {}\n", Value::Object(profile.clone()));
    }
    text += &found.remarks.join("\n");
    expect![[r#"
        guest {"queues":["z"]}
        lead {"role":"Admin","queues":["b","c"]}
        staff {"role":"Agent","queues":["a","b"]}
        role is not set on the group GUEST: the new app has no value guest."#]]
    .assert_eq(&text);
}

#[test]
fn okta_may_name_another_winner() {
    let (rows, schema, mut roster) = (new_rows(), old_schema(), roster());
    let two = UserId::from("two");
    let was = roster.users.get(&two).unwrap();
    let values_of_two = was
        .profile
        .iter()
        .map(|(name, value)| (name.to_owned(), value.into_owned()));
    let named = user_by("two", "GROUP", Value::Object(values_of_two.collect()), Some("staff"));
    roster.users.insert(two.clone(), named);
    let groups = group_profiles(&rows, &roster.groups);
    let effects = Effects::new(&rows, &schema, &roster, &groups);
    let user = roster.users.get(&two).unwrap();
    let found = for_person(&effects, user, &values(user, None));
    let role = found.iter().find(|one| one.attribute == "role").unwrap();
    assert_eq!(role.source.words(), "from STAFF (priority 1), before LEAD");
}

#[test]
fn differences_are_grouped_and_rights_come_first() {
    let (rows, schema, roster) = (new_rows(), old_schema(), roster());
    let groups = group_profiles(&rows, &roster.groups);
    let effects = Effects::new(&rows, &schema, &roster, &groups);
    let everybody: Vec<&AppUser> = roster.users.values().collect();
    let found = overview(&effects, &everybody, &|user| values(user, None), 1);
    let mut text = String::new();
    for group in &found.differences {
        text += &format!("{} {} {:?}\n", group.words(), group.people, group.examples);
    }
    expect![[r#"
        Role: viewer becomes Admin 1 [UserId("two")]
        Role: admin is now called Admin 1 [UserId("three")]
        Role: viewer is now called Agent 1 [UserId("one")]
        Legacy id: 7 is lost 1 [UserId("two")]
        Phone: 1 is lost 1 [UserId("one")]
        E-mail: two@old.example becomes two@nw.example 1 [UserId("two")]
        Queues: a, b becomes b, c, a 1 [UserId("two")]
        Username: two@nw becomes one@nw 1 [UserId("two")]
        Site: nothing today, not known yet 3 [UserId("one"), UserId("three"), UserId("two")]
        Handle: h1 today, not known yet 1 [UserId("one")]
        Team: red today, not known yet 1 [UserId("one")]
        Username: three@nw today, not known yet 1 [UserId("three")]
        Queues: z is new 1 [UserId("three")]
    "#]]
    .assert_eq(&text);
    assert_eq!(overview(&effects, &everybody, &|user| values(user, None), 3), found);
    let people: Vec<_> = everybody.iter().map(|user| (*user, values(user, None))).collect();
    let single = people
        .iter()
        .map(|(user, values)| (user.user.clone(), for_person(&effects, user, values)));
    let words = |groups: &[DifferenceGroup]| groups.iter().map(DifferenceGroup::words).collect::<BTreeSet<_>>();
    assert_eq!(words(&summary(single)), words(&found.differences));
    let alone = crate::attributes::survey(&rows, people.iter().map(|(user, values)| (&user.user, *values)));
    assert_eq!(alone, found.survey);
}

#[test]
fn many_different_values_are_one_line_whatever_the_number_of_threads() {
    let (rows, schema) = (new_rows(), old_schema());
    let users: Vec<AppUser> = (0..5000)
        .map(|n| user(&format!("u{n:04}"), "USER", json!({"phone": n.to_string()})))
        .collect();
    let roster = Roster::new(users, [], BTreeMap::new());
    let groups = group_profiles(&rows, &roster.groups);
    let effects = Effects::new(&rows, &schema, &roster, &groups);
    let everybody: Vec<&AppUser> = roster.users.values().collect();
    let found = overview(&effects, &everybody, &|user| values(user, None), 1);
    let phone = found
        .differences
        .iter()
        .find(|group| group.attribute == "phone")
        .unwrap();
    assert_eq!(
        (phone.words().as_str(), phone.people, phone.examples.len()),
        ("Phone: more than 200 different values are lost", 5000, 5)
    );
    assert_eq!(overview(&effects, &everybody, &|user| values(user, None), 4), found);
    assert_eq!(found.survey.by_attribute["phone"].dropped, 5000);
}
