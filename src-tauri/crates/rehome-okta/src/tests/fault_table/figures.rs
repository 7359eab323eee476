//! The table as text, and as figures for whoever measures.

use std::collections::BTreeMap;

use rehome_practice::Fault;
use serde_json::json;

use super::{Cell, Place, calls::Did};
use crate::tests::written;

/// Classes of calls to which the same happened stand together.
pub(super) fn by_fault(table: &BTreeMap<Place, Cell>, faults: &[(String, Fault)]) -> String {
    let mut text = String::new();
    for (number, (name, _)) in faults.iter().enumerate() {
        for (often, once) in [("once", true), ("for good", false)] {
            text.push_str(&format!("{name}, {often}\n"));
            let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
            for ((fault, class, times), cell) in table {
                if *fault != number || (*times == 1) != once {
                    continue;
                }
                let words = cell.words();
                match groups.iter_mut().find(|(known, _)| *known == words) {
                    Some((_, classes)) => classes.push(class.words()),
                    None => groups.push((words, vec![class.words()])),
                }
            }
            for (words, classes) in groups {
                text.push_str(&format!("    {}: {words}\n", classes.join(", ")));
            }
        }
    }
    text
}

/// What `cargo xtask fidelity` prints.
pub(super) fn write(table: &BTreeMap<Place, Cell>, faults: &[(String, Fault)]) {
    let count = |what: &dyn Fn(&Cell) -> bool| table.values().filter(|cell| what(cell)).count();
    let lies = table.iter().filter(|(_, cell)| cell.lie().is_some());
    let rows: Vec<_> = table
        .iter()
        .map(|((fault, class, times), cell)| {
            let often = if *times == 1 { "once" } else { "for good" };
            json!([faults[*fault].0, often, class.words(), cell.words()])
        })
        .collect();
    written::figures(
        "faults.json",
        &json!({
            "figures": {
                "faults: places of the table": {"value": table.len(), "unit": "places"},
                "faults: overcome by the client": {
                    "value": count(&|cell| matches!(cell.did, Did::Answered | Did::Done)), "unit": "places",
                },
                "faults: left for a read to settle": {
                    "value": count(&|cell| matches!(cell.did, Did::Unknown(_))), "unit": "places",
                },
                "faults: said of a write what is not so": {
                    "value": lies.count(), "unit": "places", "at_most": 0,
                },
            },
            "table": {"title": "Every fault in every class of call",
                      "columns": ["fault", "how often", "call", "what the client did"], "rows": rows},
        }),
    );
}
