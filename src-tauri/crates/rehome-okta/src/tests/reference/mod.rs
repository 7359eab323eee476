//! The client against Okta's OpenAPI document and recorded answers, where `REHOME_OKTA_REFERENCE` says that they are.
//! They are not part of this repository; without them these tests have nothing to say and pass.

mod calls;
mod recorded;
mod through;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect;
use serde_json::Value;

use super::org::{Reply, TestOrg};

fn reference() -> Option<PathBuf> {
    std::env::var_os("REHOME_OKTA_REFERENCE").map(PathBuf::from)
}

fn open_api(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("openapi.json")).expect("openapi.json");
    serde_json::from_str(&text).expect("JSON")
}

/// One recorded call and its answer.
type Record = Value;

/// All recorded calls: single ones, and those of whole conversations.
fn records(folder: &Path) -> Vec<Record> {
    let files =
        ["recordings", "conversations"].map(|kind| ["oie", "classic"].map(|engine| format!("{kind}/{engine}.jsonl")));
    let texts = files
        .as_flattened()
        .iter()
        .map(|file| fs::read_to_string(folder.join(file)).expect("a recording"));
    texts
        .flat_map(|text| {
            text.lines()
                .map(|line| serde_json::from_str(line).expect("JSON"))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The document's path for a called one. A literal segment goes before a parameter.
fn template<'a>(document: &'a Value, path: &str) -> Option<&'a str> {
    let fits = |template: &&String| {
        let (left, right) = (template.split('/'), path.split('/'));
        left.clone().count() == right.clone().count() && left.zip(right).all(|(a, b)| a == b || a.starts_with('{'))
    };
    let paths = document["paths"].as_object().expect("paths");
    paths
        .keys()
        .filter(fits)
        .min_by_key(|template| template.matches('{').count())
        .map(String::as_str)
}

/// Names of the query parameters that the document gives to an operation.
fn parameters(document: &Value, template: &str, method: &str) -> BTreeSet<String> {
    let path = &document["paths"][template];
    let lists = [&path["parameters"], &path[method]["parameters"]];
    let all = lists.into_iter().filter_map(Value::as_array).flatten();
    let resolved = all.map(|parameter| match parameter["$ref"].as_str() {
        Some(reference) => document
            .pointer(reference.trim_start_matches('#'))
            .expect("a resolvable reference"),
        None => parameter,
    });
    resolved
        .filter(|p| p["in"] == "query")
        .filter_map(|p| p["name"].as_str())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn every_call_is_in_the_openapi_document() {
    let Some(folder) = reference() else { return };
    let document = open_api(&folder);
    let org = TestOrg::start(|_, _| Reply::error(403, "E0000006")).await;
    calls::make_every_call(&org.client().0).await;
    let heard = org.heard();
    assert!(heard.len() >= 95, "{}", heard.len());
    let mut missing = BTreeSet::new();
    for call in heard {
        let (path, query) = call.target.split_once('?').unwrap_or((&call.target, ""));
        let method = call.method.to_lowercase();
        let Some(template) = template(&document, path) else {
            missing.insert(format!("{method} {path}"));
            continue;
        };
        assert!(
            document["paths"][template].get(&method).is_some(),
            "{method} {template} is not in the document"
        );
        let known = parameters(&document, template, &method);
        for name in query
            .split('&')
            .filter_map(|pair| pair.split('=').next())
            .filter(|name| !name.is_empty())
        {
            assert!(
                known.contains(name),
                "{method} {template} has no parameter {name}, only {known:?}"
            );
        }
    }
    // The document is a part of Okta's; these stand in api-facts 10.4 and in the rest of it.
    expect![[r#"
        get /api/v1/authorizationServers
        get /api/v1/authorizationServers/aus1/claims
        get /api/v1/authorizationServers/aus1/policies
        get /api/v1/brands
        get /api/v1/eventHooks
        get /api/v1/idps
        get /api/v1/inlineHooks"#]]
    .assert_eq(&missing.into_iter().collect::<Vec<_>>().join("\n"));
}
