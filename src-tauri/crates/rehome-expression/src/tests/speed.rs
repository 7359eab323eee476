//! `cargo test --release -p rehome-expression -- --ignored --nocapture speed`

use std::hint::black_box;
use std::time::Instant;

use serde_json::json;

use crate::{Expression, Scope};

#[test]
#[ignore = "a measurement, not a test: says how long one evaluation takes"]
fn speed() {
    const PEOPLE: u32 = 100_000;
    const BATCHES: u32 = 200;
    let mut profile = super::profile();
    // As many attributes as a big company has.
    for number in 0..200 {
        profile.insert(format!("custom{number}"), json!(format!("value {number}")));
    }
    for text in [
        "user.email",
        r#"toLowerCase(substring(user.firstName, 0, 1)) + "." + toLowerCase(user.lastName) + "@" + app.domain"#,
        r#"user.nickName != "" AND user.nickName != null ? user.nickName : String.stringSwitch(user.userType, "other", "Contractor", "ext", "Employee", "int")"#,
    ] {
        let expression = Expression::parse(text).unwrap();
        let app = json!({"domain": "northwind.example"}).as_object().cloned().unwrap();
        let batch = || {
            let begun = Instant::now();
            for _ in 0..PEOPLE / BATCHES {
                let scope = Scope {
                    app: Some(&app),
                    ..Scope::new(&profile)
                };
                black_box(expression.evaluate(black_box(&scope)));
            }
            begun.elapsed().as_nanos() / u128::from(PEOPLE / BATCHES)
        };
        // The fastest batch: what else the machine does is no property of the evaluator.
        let fastest = (0..BATCHES).map(|_| batch()).min().unwrap();
        println!("{fastest:>6} ns  {text}");
    }
}
