//! Every example of Okta's documentation that fits mappings and usernames: the text, for whom, and the documented result.
//!
//! Where the documentation gives a text without a result, the row says what is expected here.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::rows::*;
use crate::{Internal, Org, Preview, Scope, evaluate, evaluate_template};

fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap()
}

/// Sections that print a result beside the text. Elsewhere the result follows from the words around the text.
const PRINTED: [&str; 8] = [STRINGS, GLOBALS, ARRAYS, CONVERT, COUNTRIES, TIMES, ARTICLE, POPULAR];

/// How many rows of texts with a value give it, how many those are, how many rows cannot be known here, and for how many of
/// the second Okta prints the result. What differs is added to `wrong`.
fn count(rows: Vec<Row>, scope: &Scope<'_>, wrong: &mut String) -> [usize; 4] {
    let mut counted = [0, 0, 0, 0];
    for (from, text, gives) in rows {
        let preview = if text.contains("${") {
            evaluate_template(text, scope)
        } else {
            evaluate(text, scope)
        };
        let fits = match (&gives, &preview) {
            (Gives::Is(wanted), Preview::Value(value)) | (Gives::Guess(wanted), Preview::Warned { value, .. }) => {
                wanted == value
            }
            (Gives::Unknown(reason), Preview::Unknown { why }) => why.contains(reason),
            _ => false,
        };
        if !fits {
            writeln!(wrong, "{from}: {text}\n    {preview:?}").unwrap();
        }
        match gives {
            Gives::Unknown(_) => counted[2] += usize::from(fits),
            Gives::Is(_) | Gives::Guess(_) => {
                counted[0] += usize::from(fits);
                counted[1] += 1;
                counted[3] += usize::from(PRINTED.contains(&from));
            }
        }
    }
    counted
}

/// Passed, of how many with a value, how many more say why they cannot be known, and how many results Okta prints.
pub fn documented() -> ([usize; 4], String) {
    let app = object(r#"{"domain": "gmail.com", "companySubDomain": "acme"}"#);
    let app_user = object(r#"{"firstName": "W."}"#);
    let groups = [
        ("00gml2xHE3RYRx7cM0g3", "group1"),
        ("groupId2", "San Francisco"),
        ("00gjitX9HqABSoqTB0g3", "Engineering admins"),
        ("00gEveryone", "Everyone"),
    ];
    let mut wrong = String::new();
    let mut total = [0, 0, 0, 0];
    let mut add = |person: &str, rows: Vec<Row>, groups| {
        let profile = object(person);
        let scope = Scope {
            app: Some(&app),
            appuser: Some(&app_user),
            app_variable: Some("office365"),
            org: Org {
                name: Some("Acme"),
                sub_domain: Some("acme"),
                external_key: None,
            },
            internal: Internal {
                id: Some("00u1"),
                status: Some("ACTIVE"),
            },
            groups,
            ..Scope::new(&profile)
        };
        for (total, counted) in total.iter_mut().zip(count(rows, &scope, &mut wrong)) {
            *total += counted;
        }
    };
    add("{}", of_texts(), None);
    add(ALEXANDER, of_alexander(), None);
    add(WINSTON, of_winston(), None);
    add(SAMPLE, of_samples(), None);
    add("{}", of_member(), Some(groups.as_slice()));
    // Time.now() at the moments of the page's three examples.
    let empty = Map::new();
    for (now, row) in [
        (
            "2015-07-31T17:18:37.979Z",
            (TIMES, "Time.now()", is("2015-07-31T17:18:37.979Z")),
        ),
        (
            "2015-07-31T17:30:49.964Z",
            (TIMES, r#"Time.now("EST")"#, is("2015-07-31T13:30:49.964-04:00")),
        ),
        (
            "2015-07-31T17:36:48Z",
            (
                TIMES,
                r#"Time.now("EST", "YYYY-MM-dd HH:mm:ss")"#,
                is("2015-07-31 13:36:48"),
            ),
        ),
    ] {
        let scope = Scope {
            now: Some(now.parse().unwrap()),
            ..Scope::new(&empty)
        };
        for (total, counted) in total.iter_mut().zip(count(vec![row], &scope, &mut wrong)) {
            *total += counted;
        }
    }
    (total, wrong)
}

#[test]
fn documented_examples() {
    let ([passed, of, unknown, printed], wrong) = documented();
    println!(
        "documented examples: {passed} of {of} ({printed} with a printed result); {unknown} more cannot be known here"
    );
    assert_eq!(wrong, "");
    assert_eq!(passed, of);
}
