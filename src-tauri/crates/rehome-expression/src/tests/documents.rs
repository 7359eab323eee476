//! docs/expression.md says what holds.

use std::fmt::Write as _;

use crate::functions;

const DOCUMENT: &str = include_str!("../../../../../docs/expression.md");

/// The table of the document, from the functions themselves.
fn table() -> String {
    let mut table = "| Function | Previewed | Why not |\n| --- | --- | --- |\n".to_owned();
    for function in functions() {
        let previewed = match (function.previewable, function.with_scope) {
            (true, _) => "yes",
            (false, true) => "where at hand",
            (false, false) => "no",
        };
        writeln!(table, "| `{}` | {previewed} | {} |", function.name, function.needs).unwrap();
    }
    table
}

#[test]
fn the_table_of_functions_is_current() {
    let table = table();
    assert!(DOCUMENT.contains(&table), "docs/expression.md should hold:\n\n{table}");
}

#[test]
fn the_count_of_examples_is_current() {
    let ([passed, of, unknown, printed], _) = super::documented::documented();
    let sentence = format!(
        "Documented examples: {passed} of {of}, {printed} of them with a result that Okta prints. {unknown} more"
    );
    assert!(
        DOCUMENT.contains(&sentence),
        "docs/expression.md should say: {sentence}"
    );
}

#[test]
fn functions_that_are_not_previewed_say_why() {
    for function in functions() {
        assert_eq!(function.previewable, function.needs.is_empty(), "{}", function.name);
        assert!(
            function.needs.is_empty() || function.needs.starts_with("needs "),
            "{}",
            function.name
        );
    }
}
