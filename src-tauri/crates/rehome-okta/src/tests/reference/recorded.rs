//! Every recorded answer, read by the client's own readers: bodies, errors, links, times, and the typed views of them.
//! What was read must give back what was recorded. With `REHOME_FIGURES` set, the counts are written into that folder.

use std::collections::{BTreeMap, BTreeSet};

use rehome_domain::{App, AppGroup, AppUser, Certificate, Mapping, Person, SamlMetadata, Schema, SigningKey};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use url::Url;

use super::{Record, records, reference};
use crate::answer::{Answer, org_time};
use crate::paging::Pages;
use crate::tests::org::{Remembered, options};
use crate::tests::written;
use crate::{Client, FailureClass};

/// What was found, by kind.
#[derive(Default)]
struct Found {
    counts: BTreeMap<&'static str, usize>,
    wrong: BTreeSet<String>,
}

impl Found {
    fn check(&mut self, kind: &'static str, about: &str, is: bool) {
        *self.counts.entry(kind).or_default() += 1;
        if !is {
            self.wrong.insert(format!("{kind}: {about}"));
        }
    }
}

fn answer(record: &Record) -> Answer {
    let mut headers = HeaderMap::new();
    let lines = record["headers"].as_object().into_iter().flatten();
    for (name, values) in lines {
        for value in values.as_array().into_iter().flatten().filter_map(Value::as_str) {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
    }
    let body = match &record["response"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let url = Url::parse(&format!(
        "https://acme.okta.com{}",
        record["url"].as_str().expect("a url")
    ));
    Answer {
        method: record["method"].as_str().expect("a method").to_owned(),
        url: url.expect("a url"),
        status: record["status"]
            .as_u64()
            .and_then(|it| u16::try_from(it).ok())
            .expect("a status"),
        headers,
        body: body.into_bytes(),
    }
}

/// A success gives back what was recorded, byte for byte of its JSON.
fn body(found: &mut Found, about: &str, answer: &Answer, recorded: &Value) {
    match recorded {
        Value::String(text) => found.check("texts", about, answer.text().as_ref() == Ok(text)),
        Value::Null => found.check("empty bodies", about, answer.json() == Ok(Value::Null)),
        Value::Array(_) => {
            let read = answer.list().map(Value::from);
            found.check("lists", about, read.is_ok_and(|it| is_written(&it, answer)));
        }
        _ => {
            let read = answer.object();
            found.check("objects", about, read.is_ok_and(|it| is_written(&it, answer)));
        }
    }
}

/// Every name, value and their order, as the answer had them.
fn is_written(read: &Value, answer: &Answer) -> bool {
    read.to_string().as_bytes() == answer.body
}

/// An error gives back its code, all its words and its id; and Rehome knows what to do about it.
fn error(found: &mut Found, about: &str, answer: &Answer, recorded: &Value) {
    let error = answer.error();
    let causes: Vec<_> = recorded["errorCauses"].as_array().into_iter().flatten().collect();
    let same = error.refusal().is_some_and(|it| {
        recorded["errorCode"] == it.code.as_str()
            && recorded["errorSummary"] == it.summary.as_str()
            && recorded["errorId"].as_str() == it.error_id.as_deref()
            && it.causes.len() == causes.len()
            && it
                .causes
                .iter()
                .zip(&causes)
                .all(|(ours, theirs)| theirs["errorSummary"] == ours.as_str())
            && it.code.advice().is_some_and(|advice| advice.status == answer.status)
            && error.classify() != FailureClass::Answer
    });
    found.check("errors", about, same);
}

/// Every line of `Link` is understood, and the next page can be asked for with all its parameters.
fn links(found: &mut Found, about: &str, answer: &Answer, record: &Record) {
    let lines: Vec<_> = record["headers"]["Link"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let next = lines.iter().find(|line| line.ends_with("rel=\"next\""));
    if !lines.is_empty() {
        let target = next.and_then(|line| line.split(['<', '>']).nth(1));
        found.check("link headers", about, answer.next_link().as_deref() == target);
    }
    let Some(link) = answer.next_link() else { return };
    let url = Url::parse(&link).expect("a link");
    let origin = url.origin().ascii_serialization();
    let client = Client::new(options(&origin, std::sync::Arc::new(Remembered::default()), 1, 1)).expect("a client");
    let asked = url.join(record["url"].as_str().expect("a url")).expect("a url");
    let kept = |name: &str, url: &Url| url.query_pairs().any(|(it, _)| it == name);
    let followed = Pages::new(client, asked.clone()).follow(&link);
    let whole = followed.is_ok_and(|next| {
        let all = asked
            .query_pairs()
            .all(|(name, _)| name == "after" || kept(&name, &next));
        all && next.as_str().starts_with(url.as_str())
    });
    found.check("next pages", about, whole);
}

/// The typed views keep the raw JSON beside them, unchanged.
fn views(found: &mut Found, about: &str, template: &str, recorded: &Value) {
    let items: Vec<&Value> = match recorded {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    };
    for item in items {
        let raw = || item.clone();
        match template {
            "/api/v1/apps" | "/api/v1/apps/{appId}" => {
                found.check("typed apps", about, App::read(raw()).is_ok_and(|it| it.raw == *item));
            }
            "/api/v1/apps/{appId}/users" | "/api/v1/apps/{appId}/users/{userId}" => {
                let same = AppUser::read(item).is_ok_and(|it| item["id"] == it.user.as_str());
                found.check("typed app users", about, same);
            }
            "/api/v1/apps/{appId}/groups" | "/api/v1/apps/{appId}/groups/{groupId}" => {
                found.check(
                    "typed app groups",
                    about,
                    AppGroup::read(raw()).is_ok_and(|it| it.raw == *item),
                );
            }
            "/api/v1/apps/{appId}/credentials/keys" => {
                let key = SigningKey::read(raw());
                let certificate = item["x5c"][0].as_str().map(Certificate::from_base64);
                found.check(
                    "typed keys",
                    about,
                    key.raw == *item && certificate.is_none_or(|it| it.is_ok()),
                );
            }
            "/api/v1/apps/{appId}/sso/saml/metadata" => {
                let read = item.as_str().map(SamlMetadata::read);
                found.check("typed metadata", about, read.is_some_and(|it| it.is_ok()));
            }
            "/api/v1/mappings" | "/api/v1/mappings/{mappingId}" => {
                found.check(
                    "typed mappings",
                    about,
                    Mapping::read(raw()).is_ok_and(|it| it.raw == *item),
                );
            }
            "/api/v1/meta/schemas/apps/{appId}/default" | "/api/v1/meta/schemas/user/{schemaId}" => {
                found.check("typed schemas", about, Schema::read(raw()).raw == *item);
            }
            "/api/v1/users" | "/api/v1/users/{id}" | "/api/v1/groups/{groupId}/users" => {
                let same = Person::read(item).is_ok_and(|it| item["id"] == it.id.as_str());
                found.check("typed people", about, same);
            }
            _ => {}
        }
    }
}

#[test]
fn every_recorded_answer_is_understood_and_nothing_dropped() {
    let Some(folder) = reference() else { return };
    let mut found = Found::default();
    let records = records(&folder);
    for record in &records {
        let (answer, recorded) = (answer(record), &record["response"]);
        let template = record["template"].as_str().expect("a template");
        let about = format!("{} {template} {}", answer.method, answer.status);
        if answer.is_success() {
            body(&mut found, &about, &answer, recorded);
        } else {
            error(&mut found, &about, &answer, recorded);
        }
        if answer.is_success() && !recorded.is_null() {
            views(&mut found, &about, template, recorded);
        }
        links(&mut found, &about, &answer, record);
        if record["headers"].get("Date").is_some() {
            found.check("times", &about, org_time(&answer.headers).is_some());
        }
    }
    let mut figures = json!({
        "recorded: answers": {"value": records.len(), "unit": "answers"},
        "recorded: not understood, or dropped": {"value": found.wrong.len(), "unit": "kinds", "at_most": 0},
    });
    for (kind, count) in &found.counts {
        figures[format!("recorded: {kind}")] = json!({"value": count, "unit": "read"});
    }
    let rows: Vec<_> = found.wrong.iter().map(|it| [it]).collect();
    let table = json!({"title": "Recorded, and not understood", "columns": ["what"], "rows": rows});
    let table = if rows.is_empty() { Value::Null } else { table };
    written::figures("recorded.json", &json!({"figures": figures, "table": table}));
    assert_eq!(found.wrong, BTreeSet::new());
    let whole = ["lists", "objects", "texts", "empty bodies", "errors"];
    let answers: usize = whole.iter().filter_map(|kind| found.counts.get(kind)).sum();
    assert_eq!(answers, records.len());
}
