//! Steps 1 and 2 over a made-up company of any size, for `cargo xtask bench`: everything but the network.

use std::{path::Path, time::Instant};

use jiff::Timestamp;
use rehome_domain::compare::Engine;
use rehome_journal::{Journal, JournalKey, NewMigration};
use serde_json::{Value, json};

use crate::{
    choices::Making,
    model::{Model, kind},
    planning::make_plan,
    problem::Answer,
    view::{UsernameChoice, UsernameClass},
};

/// What each part took.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Name and seconds, in order.
    pub seconds: Vec<(&'static str, f64)>,
    /// People whose username needs a decision before any is made: something was really worked out.
    pub to_decide: usize,
    /// People in the plan.
    pub planned: usize,
}

const ID: &str = "bench";
/// Documents that are written at once, as a reading brings pages.
const PAGE: usize = 500;
const GROUPS: usize = 60;
/// Attributes of the app beside those that are mapped.
const CUSTOM: usize = 12;

/// Keeps a company of so many people in a journal below `dir`, reads it back, works steps 1 and 2 out, and makes a plan.
///
/// # Errors
/// What the journal says.
pub async fn steps_1_and_2(dir: &Path, people: usize) -> Answer<Measured> {
    let mut measured = Measured::default();
    let journal = Journal::open(dir, &JournalKey::generate())?;
    let new = NewMigration {
        id: ID.to_owned(),
        org: json!({}),
        org_id: "00obench".to_owned(),
        old_app: "0oaold".to_owned(),
        new_app: "0oanew".to_owned(),
        practice: true,
    };
    let at = Timestamp::now();
    journal.add_migration(new, at).await?;
    settings(&journal, people, at).await?;
    let begun = Instant::now();
    keep_people(&journal, people, at).await?;
    measured
        .seconds
        .push(("kept in the journal", begun.elapsed().as_secs_f64()));

    let begun = Instant::now();
    let mut model = Model::unshaped(&journal, ID, Engine::Identity).await?;
    measured.seconds.push(("read back", begun.elapsed().as_secs_f64()));

    let begun = Instant::now();
    model.compare();
    measured.seconds.push(("compare", begun.elapsed().as_secs_f64()));

    let begun = Instant::now();
    model.derive();
    measured.seconds.push((
        "usernames, collisions, attributes, differences",
        begun.elapsed().as_secs_f64(),
    ));
    measured.to_decide = model.unsettled().len();

    decide(&mut model, people);
    let begun = Instant::now();
    model.derive();
    measured
        .seconds
        .push(("the same after a decision", begun.elapsed().as_secs_f64()));

    let begun = Instant::now();
    let plan = make_plan(&model, 500, Making::default())?;
    measured.seconds.push(("plan", begun.elapsed().as_secs_f64()));
    measured.planned = plan.people().count();
    Ok(measured)
}

/// What an admin would say: the old usernames stay, guesses are right, the first few go first.
fn decide(model: &mut Model, people: usize) {
    let mut take = |kind: &str, subject: &str, value: Value| {
        model.decisions.take(&rehome_journal::Decision {
            seq: 0,
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            value,
            at: Timestamp::UNIX_EPOCH,
        });
    };
    for class in [
        UsernameClass::CaseOnly,
        UsernameClass::UnicodeForm,
        UsernameClass::Domain,
        UsernameClass::Different,
        UsernameClass::Blank,
        UsernameClass::TooLong,
        UsernameClass::Collision,
        UsernameClass::Unknown,
    ] {
        let name = json!(class);
        take(
            kind::USERNAME,
            name.as_str().unwrap_or_default(),
            json!(UsernameChoice::KeepOld),
        );
    }
    for n in 0..CUSTOM {
        take(
            kind::FILL,
            &format!("custom{n}"),
            json!({ "by": "oldAttribute", "name": format!("custom{n}") }),
        );
    }
    let pilot: Vec<String> = (0..people.min(10)).map(user_id).collect();
    take(kind::PILOT, "", json!(pilot));
}

fn user_id(n: usize) -> String {
    format!("00u{n:017}")
}

/// Everything but people: apps, schemas, mappings, groups.
async fn settings(journal: &Journal, people: usize, at: Timestamp) -> Answer<()> {
    for (side, id, template) in [
        ("old", "0oaold", "${source.login}"),
        ("new", "0oanew", "${source.email}"),
    ] {
        let variable = format!("zendesk_{side}");
        let app = json!({ "id": id, "name": "zendesk", "label": format!("Zendesk {side}"), "status": "ACTIVE",
            "signOnMode": "SAML_2_0", "features": ["PUSH_NEW_USERS"], "settings": { "app": { "companySubDomain": "nw" } },
            "credentials": { "userNameTemplate": { "template": template, "type": "BUILT_IN" } } });
        let mut base = json!({ "userName": { "type": "string", "required": true } });
        let mut properties = json!({});
        for (name, expression) in MAPPED {
            base[*name] = json!({ "type": "string", "title": name, "maxLength": 255 });
            properties[*name] = json!({ "expression": expression, "pushStatus": "PUSH" });
        }
        let mut custom = json!({});
        for n in 0..CUSTOM {
            let list: Vec<String> = (0..4).map(|v| format!("value{v}")).collect();
            custom[format!("custom{n}")] = if n % 3 == 0 {
                json!({ "type": "string", "title": format!("Custom {n}"), "enum": list, "scope": "NONE" })
            } else {
                json!({ "type": "string", "title": format!("Custom {n}"), "maxLength": 40, "scope": "NONE" })
            };
        }
        let schema = json!({ "name": variable,
            "definitions": { "base": { "properties": base }, "custom": { "properties": custom } } });
        let mapping = json!({ "id": format!("prm{side}"), "source": { "id": "oty1", "type": "user" },
            "target": { "id": id, "type": "appuser" }, "properties": properties });
        for (piece, key, raw) in [("app", "", app), ("schema", "", schema), ("mapping", "prm", mapping)] {
            put(
                journal,
                &format!("{side}.{piece}"),
                vec![(key.to_owned(), raw.to_string())],
                at,
            )
            .await?;
        }
    }
    let groups = (0..GROUPS).map(|g| {
        let raw = json!({ "id": group_id(g), "priority": g, "profile": { "custom1": format!("of group {g}") },
            "_embedded": { "group": { "type": "OKTA_GROUP", "profile": { "name": format!("Group {g}") } } } });
        (group_id(g), raw.to_string())
    });
    put(journal, "old.group", groups.collect(), at).await?;
    let members = (0..GROUPS).map(|g| {
        let of: Vec<String> = (0..people).filter(|n| in_group(*n) == Some(g)).map(user_id).collect();
        (group_id(g), json!(of).to_string())
    });
    put(journal, "member", members.collect(), at).await?;
    put(
        journal,
        "read-at",
        vec![(String::new(), json!(at.to_string()).to_string())],
        at,
    )
    .await
}

/// Mapped alike on both apps.
const MAPPED: &[(&str, &str)] = &[
    ("email", "user.email"),
    ("firstName", "user.firstName"),
    ("lastName", "user.lastName"),
    ("displayName", "user.firstName + \" \" + user.lastName"),
    ("department", "user.department"),
    ("title", "user.title"),
    ("costCenter", "String.toUpperCase(user.costCenter)"),
    ("locale", "user.preferredLanguage"),
    ("phone", "user.mobilePhone"),
    ("organization", "user.organization"),
];

fn group_id(n: usize) -> String {
    format!("00g{n:017}")
}

/// Nine of ten have the app through a group.
fn in_group(n: usize) -> Option<usize> {
    (!n.is_multiple_of(10)).then_some(n % GROUPS)
}

async fn put(journal: &Journal, kind: &str, documents: Vec<(String, String)>, at: Timestamp) -> Answer<()> {
    Ok(journal.put_documents(ID, kind, documents, at).await?)
}

async fn keep_people(journal: &Journal, people: usize, at: Timestamp) -> Answer<()> {
    for page in 0..people.div_ceil(PAGE) {
        let of = page * PAGE..people.min((page + 1) * PAGE);
        let documents = of.map(|n| (user_id(n), app_user(n).to_string())).collect();
        put(journal, "old.user", documents, at).await?;
    }
    Ok(())
}

/// Somebody as Okta lists people of an app with `expand=user`: about 2 kB.
fn app_user(n: usize) -> Value {
    let id = user_id(n);
    let (first, last) = (format!("First{}", n % 997), format!("Last{n}"));
    let login = format!("first{}.last{n}@northwind.example", n % 997);
    // One in a hundred differs in case, in the domain, or not at all but shares an address.
    let email = match n % 100 {
        1 => login.to_uppercase(),
        2 => login.replace("northwind", "contoso"),
        3 => format!("shared{}@northwind.example", n / 200),
        4 => String::new(),
        _ => login.clone(),
    };
    let phone = format!("+49 30 {n:07}");
    let user = json!({ "id": id, "status": "ACTIVE", "created": "2021-03-04T05:06:07.000Z",
        "lastLogin": "2026-11-01T08:09:10.000Z", "type": { "id": "oty1" },
        "profile": { "login": login, "email": email, "firstName": first, "lastName": last,
            "department": format!("Department {}", n % 40), "title": format!("Title {}", n % 90),
            "costCenter": format!("cc-{:05}", n % 300), "preferredLanguage": "en-US", "mobilePhone": phone,
            "organization": "Northwind Traders", "employeeNumber": n.to_string(), "city": "Berlin",
            "countryCode": "DE", "division": "Sales", "manager": format!("Last{}", n / 12) } });
    let mut profile = json!({ "email": email, "firstName": first, "lastName": last,
        "displayName": format!("{first} {last}"), "department": format!("Department {}", n % 40),
        "title": format!("Title {}", n % 90), "costCenter": format!("CC-{:05}", n % 300), "locale": "en-US",
        "phone": phone, "organization": "Northwind Traders" });
    for c in 0..CUSTOM {
        profile[format!("custom{c}")] = json!(if c % 3 == 0 {
            format!("value{}", n % 4)
        } else {
            format!("something {}", n % 500)
        });
    }
    let group = in_group(n).map(|g| json!({ "href": format!("https://x/api/v1/groups/{}", group_id(g)) }));
    let mut raw = json!({ "id": id, "externalId": n.to_string(), "status": "PROVISIONED", "syncState": "SYNCHRONIZED",
        "scope": if group.is_some() { "GROUP" } else { "USER" }, "created": "2021-03-04T05:06:07.000Z",
        "credentials": { "userName": login }, "profile": profile, "_embedded": { "user": user } });
    if let Some(group) = group {
        raw["_links"] = json!({ "group": group });
    }
    raw
}
