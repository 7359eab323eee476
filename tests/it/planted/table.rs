//! Found, not found, false: the counts of all companies together.

use std::collections::BTreeMap;

use rehome_practice::seed::Found;
use serde_json::json;

use super::hold::{Verdict, grouped};
use crate::desk::write_figures;

#[derive(Default)]
struct Line {
    place: String,
    subjects: usize,
    found: usize,
    /// With the company; at most a few.
    missing: Vec<String>,
}

#[derive(Default)]
pub struct Table {
    companies: std::collections::BTreeSet<String>,
    pairs: usize,
    /// By key and pair.
    lines: BTreeMap<(String, String), Line>,
    problems: usize,
    not_found: usize,
    /// By pair and place: how many, and an example.
    alarms: BTreeMap<(String, String), (usize, String)>,
    false_alarms: usize,
    advice: usize,
}

impl Table {
    pub fn add(&mut self, company: &str, (old, new): (&str, &str), verdict: Verdict) {
        self.companies.insert(company.to_owned());
        self.pairs += 1;
        let pair = format!("{old} \u{2192} {new}");
        for (planted, misses) in verdict.misses {
            let line = self.lines.entry((pair.clone(), planted.key.to_owned())).or_default();
            line.place = words(planted.found);
            line.subjects += planted.subjects.len();
            line.found += planted.subjects.len() - misses.len();
            self.problems += 1;
            if !misses.is_empty() {
                self.not_found += 1;
                let some: Vec<String> = misses.iter().take(3).cloned().collect();
                line.missing.push(format!("{company}: {}", some.join(", ")));
            }
        }
        for (place, count, example) in grouped(&verdict.false_alarms) {
            self.false_alarms += 1;
            let seen = self.alarms.entry((pair.clone(), place)).or_default();
            seen.0 += count;
            seen.1 = format!("{company}: {}", example.words);
        }
        self.advice += verdict.advice;
    }

    /// What is not as it should be, a line each.
    pub fn wrong(&self) -> Vec<String> {
        let missed = self.lines.iter().filter(|(_, line)| !line.missing.is_empty());
        let missed = missed.map(|((pair, key), line)| {
            format!("not found: {key} ({pair}, {}): {}", line.place, line.missing.join("; "))
        });
        let alarms = self.alarms.iter();
        let alarms = alarms
            .map(|((pair, place), (count, example))| format!("false alarm: {place}, {count} of {pair}: {example}"));
        missed.chain(alarms).collect()
    }

    /// For `cargo xtask findings`.
    pub fn write(&self) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for ((pair, key), line) in &self.lines {
            rows.push(vec![
                key.clone(),
                pair.clone(),
                line.place.clone(),
                line.subjects.to_string(),
                line.found.to_string(),
                line.missing.join("; "),
            ]);
        }
        for ((pair, place), (count, example)) in &self.alarms {
            rows.push(vec![
                "FALSE ALARM".into(),
                pair.clone(),
                place.clone(),
                count.to_string(),
                String::new(),
                example.clone(),
            ]);
        }
        let count = |value: usize, unit: &str| json!({ "value": value, "unit": unit });
        let none = |value: usize, unit: &str| json!({ "value": value, "unit": unit, "at_most": 0 });
        write_figures(
            "planted",
            &json!({
                "figures": {
                    "planted: companies": count(self.companies.len(), "companies"),
                    "planted: pairs of apps read": count(self.pairs, "pairs"),
                    "planted problems": count(self.problems, "problems"),
                    "planted problems found": count(self.problems - self.not_found, "problems"),
                    "planted problems not found": none(self.not_found, "problems"),
                    "false alarms": none(self.false_alarms, "alarms"),
                    "advice and questions": count(self.advice, "findings"),
                },
                "table": {
                    "title": "Planted problems",
                    "columns": ["problem", "pair", "where", "subjects", "found", "missing"],
                    "rows": rows,
                },
            }),
        );
    }
}

/// "step 1, access-policy".
fn words(found: Found) -> String {
    match found {
        Found::Compare(what) => format!("step 1, {what}"),
        Found::Usernames(class) => format!("step 2, username {class}"),
        Found::Attribute(name) => format!("step 2, attribute {name}"),
        Found::Values => "step 2, values".to_owned(),
        Found::Gap(name) => format!("step 2, gap {name}"),
        Found::Difference(name) => format!("step 2, difference {name}"),
        Found::Predictor(name) => format!("step 2, predictor {name}"),
        Found::Suspect(kind) => format!("step 2, suspect {kind}"),
        Found::Downstream(kind) => format!("step 2, export {kind}"),
        Found::Path(words) => format!("people, path {words}"),
        Found::Gate(what) => format!("step 5, {what}"),
        Found::NotYet => "nowhere yet".to_owned(),
        Found::Nowhere => "nothing to find".to_owned(),
    }
}
