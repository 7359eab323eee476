//! (d) Recorded conversations, replayed against the practice org by the reference's own script.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Session,
    figures::{Budget, Figures},
    practice::{ENGINES, FAST, Practice},
};
use crate::step::Failure;

const STATUS_EQUAL: f64 = 97.0;
const SHAPE_EQUAL: f64 = 90.0;

/// How many kinds of difference are named.
const MOST: usize = 12;

#[derive(Deserialize)]
struct Replayed {
    total: Total,
    differences: Vec<Difference>,
}

#[derive(Deserialize)]
struct Total {
    interactions: usize,
    #[serde(default)]
    reached: usize,
    #[serde(default, rename = "status equal")]
    status: usize,
    #[serde(default, rename = "shape equal")]
    shape: usize,
}

#[derive(Deserialize)]
struct Difference {
    operation: String,
    what: String,
    answer: String,
    count: usize,
}

/// Each engine's conversations against an org of that engine.
pub fn replay(session: &Session, figures: &mut Figures) -> Result<(), Failure> {
    let sorted = session.scratch("conversations");
    let mut sort = session.own_python("engines.py");
    sort.arg(session.reference.join("conversations")).arg(&sorted);
    let count: BTreeMap<String, usize> = session.ask(&mut sort)?;
    let lines = count.iter().map(|(name, number)| format!("{number:>4} {name}"));
    figures.note("Recorded conversations by the engine of the org", lines.collect());
    for engine in ENGINES {
        let org = Practice::start(
            &session.program,
            engine,
            FAST,
            &session.transcript(&format!("replay-{engine}")),
        )?;
        let conversations = sorted.join(format!("{engine}.jsonl"));
        let mut script = session.python("replay.py");
        script
            .args([&org.url, &org.token])
            .arg(conversations)
            .args(["--core", "--json"]);
        let replayed: Replayed = session.ask(&mut script)?;
        let total = &replayed.total;
        let share = |part: usize| 100.0 * part as f64 / total.interactions.max(1) as f64;
        figures.count(format!("replay {engine}: reached"), total.reached, "interactions", None);
        figures.count(format!("replay {engine}: of"), total.interactions, "interactions", None);
        figures.add(
            format!("replay {engine}: status equal"),
            share(total.status),
            "%",
            Some(Budget::AtLeast(STATUS_EQUAL)),
        );
        figures.add(
            format!("replay {engine}: shape equal"),
            share(total.shape),
            "%",
            Some(Budget::AtLeast(SHAPE_EQUAL)),
        );
        let lines = replayed.differences.iter().take(MOST).map(|it| {
            let answer: String = it.answer.chars().take(80).collect();
            format!("{:>4} × {}: {} {answer}", it.count, it.operation, it.what)
        });
        figures.note(format!("What differs in the replay, {engine}"), lines.collect());
    }
    Ok(())
}
