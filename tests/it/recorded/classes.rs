//! Rows of step 1 by class, and the pairs that are odd.

use std::collections::BTreeSet;

use rehome_engine::view::{CompareView, RowOutcome};
use serde_json::{Value, json};

use super::{material, oddities};
use crate::desk::write_figures;

/// Pairs that are told about.
const TOLD: usize = 5;

/// Every class that a row can have, in words, as it is counted.
const CLASSES: [(RowOutcome, &str); 7] = [
    (RowOutcome::Same, "same"),
    (RowOutcome::DiffersAsItMust, "differs as it must"),
    (RowOutcome::NeedsReview, "needs review"),
    (RowOutcome::Blocked, "blocked"),
    (RowOutcome::OnlyInOld, "only in old"),
    (RowOutcome::OnlyInNew, "only in new"),
    (RowOutcome::CouldNotBeRead, "could not be read"),
];

/// Rows of step 1 by class, in the order of `CLASSES`.
#[derive(Clone, Copy, Default)]
pub struct Rows([usize; 7]);

impl Rows {
    pub fn of(compare: &CompareView) -> Self {
        let mut all = Self::default();
        for row in compare.sections.iter().flat_map(|section| &section.rows) {
            let class = CLASSES.iter().position(|(class, _)| *class == row.outcome);
            all.0[class.expect("every class is known")] += 1;
        }
        all
    }

    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, one)| *sum += one);
    }

    pub fn all(&self) -> usize {
        self.0.iter().sum()
    }

    fn classes(&self) -> impl Iterator<Item = (&'static str, usize)> {
        CLASSES.iter().zip(self.0).map(|((_, words), count)| (*words, count))
    }

    pub fn words(&self) -> String {
        let all = self.classes().map(|(words, count)| format!("{count} {words}"));
        all.collect::<Vec<_>>().join(", ")
    }
}

/// What is odd about a pair, and how odd it is.
pub struct Odd {
    score: usize,
    /// Of the old app: one pair of each kind is told about.
    kind: String,
    names: String,
    words: String,
}

impl Odd {
    pub fn of(names: &str, old: &Value, new: &Value, compare: &CompareView) -> Self {
        let keys = oddities::beside(old, new);
        let features = oddities::undocumented_features(old, new);
        let null = [old, new].iter().filter(|app| app["signOnMode"].is_null()).count();
        let matter = compare.matters as usize;
        let kinds = old["name"] != new["name"];
        let mut words = Vec::new();
        if null > 0 {
            words.push(format!("{null} of both without a sign-on mode"));
        }
        if !keys.is_empty() {
            words.push(format!("keys that nobody documents: {}", keys.join(", ")));
        }
        if !features.is_empty() {
            words.push(format!("features that nobody documents: {}", features.join(", ")));
        }
        if kinds {
            words.push("not one kind of app".to_owned());
        }
        words.push(format!("{matter} of {} rows matter", compare.all));
        Self {
            score: 20 * null + 6 * keys.len() + 4 * features.len() + matter,
            kind: material::kind(old),
            names: names.to_owned(),
            words: format!("{}.", words.join("; ")),
        }
    }
}

/// The oddest of each kind of app: those of one kind are odd in the same way.
pub fn oddest(mut all: Vec<Odd>) -> Vec<(String, String)> {
    all.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.names.cmp(&b.names)));
    let mut told = BTreeSet::new();
    let mut out = Vec::new();
    for odd in all {
        if out.len() < TOLD && told.insert(odd.kind.clone()) {
            out.push((odd.names, odd.words));
        }
    }
    out
}

/// What the test counted, for `cargo xtask findings`.
pub struct Counts {
    pub apps: usize,
    pub pairs: usize,
    pub refused: usize,
    pub rows: Rows,
    pub findings: usize,
    pub values: usize,
    pub seconds: f64,
}

pub fn write(counts: &Counts, oddest: &[(String, String)]) {
    let count = |value: usize, unit: &str| json!({ "value": value, "unit": unit });
    let mut figures = serde_json::Map::new();
    let mut add = |name: &str, figure: Value| drop(figures.insert(format!("recorded: {name}"), figure));
    add("apps", count(counts.apps, "apps"));
    add("pairs through steps 1 and 2", count(counts.pairs, "pairs"));
    add(
        "pairs refused (the new app is inactive)",
        count(counts.refused, "pairs"),
    );
    add("rows", count(counts.rows.all(), "rows"));
    for (class, number) in counts.rows.classes() {
        add(&format!("rows, {class}"), count(number, "rows"));
    }
    add("findings", count(counts.findings, "findings"));
    add("recorded values, all kept", count(counts.values, "values"));
    add("seconds", json!({ "value": counts.seconds.round(), "unit": "s" }));
    let rows: Vec<[&String; 2]> = oddest.iter().map(|(names, words)| [names, words]).collect();
    write_figures(
        "recorded",
        &json!({
            "figures": figures,
            "table": { "title": "The five oddest recorded pairs", "columns": ["pair", "what is odd"], "rows": rows },
        }),
    );
}
