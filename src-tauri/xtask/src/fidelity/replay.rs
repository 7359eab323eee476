//! (d) Recorded conversations, replayed against the practice org by the reference's own script.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    Session,
    practice::{ENGINES, FAST, Practice},
};
use crate::figures::{Budget, Figures};
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

#[derive(Default, Deserialize)]
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

/// What `engines.py` has written.
#[derive(Deserialize)]
struct Sorted {
    count: BTreeMap<String, usize>,
    files: Vec<Conversations>,
}

#[derive(Deserialize)]
struct Conversations {
    engine: String,
    day: String,
    file: PathBuf,
}

/// Sums over several orgs.
#[derive(Default)]
struct Sums {
    total: Total,
    /// How often, and what.
    differences: Vec<(usize, String)>,
}

/// Conversations against orgs of the engine and the time that they were recorded with; and, without a budget, all of them as
/// they lie there against one org of today.
pub fn replay(session: &Session, figures: &mut Figures) -> Result<(), Failure> {
    let recorded = session.reference.join("conversations");
    let scratch = session.scratch("conversations");
    let mut sort = session.own_python("engines.py");
    sort.arg(&recorded).arg(&scratch);
    let sorted: Sorted = session.ask(&mut sort)?;
    let lines = sorted.count.iter().map(|(name, number)| format!("{number:>4} {name}"));
    figures.note("Recorded conversations by the engine of the org", lines.collect());
    for engine in ENGINES {
        let mut sums = Sums::default();
        for talks in sorted.files.iter().filter(|it| it.engine == engine) {
            sums.add(&against(session, engine, Some(&talks.day), &talks.file)?, &talks.day);
        }
        let Sums { total, differences } = sums;
        show(figures, &format!("replay {engine}"), &total, true);
        let most = differences.into_iter().take(MOST).map(|it| it.1).collect();
        figures.note(format!("What differs in the replay, {engine}"), most);
    }
    for file in ENGINES {
        let all = against(session, "oie", None, &recorded.join(format!("{file}.jsonl")))?;
        show(
            figures,
            &format!("replay {file}.jsonl as it is, oie"),
            &all.total,
            false,
        );
    }
    Ok(())
}

fn against(session: &Session, engine: &str, day: Option<&str>, conversations: &Path) -> Result<Replayed, Failure> {
    let name = format!("replay-{engine}-{}", day.unwrap_or("today"));
    let transcript = session.transcript(&name);
    let org = Practice::start_as_of(&session.program, engine, day, FAST, &transcript)?;
    let mut script = session.python("replay.py");
    script
        .args([&org.url, &org.token])
        .arg(conversations)
        .args(["--core", "--json"]);
    session.ask(&mut script)
}

impl Sums {
    fn add(&mut self, replayed: &Replayed, day: &str) {
        let (sum, one) = (&mut self.total, &replayed.total);
        sum.interactions += one.interactions;
        sum.reached += one.reached;
        sum.status += one.status;
        sum.shape += one.shape;
        self.differences.extend(replayed.differences.iter().map(|it| {
            let answer: String = it.answer.chars().take(80).collect();
            let what = format!("{:>4} × as of {day}, {}: {} {answer}", it.count, it.operation, it.what);
            (it.count, what)
        }));
        self.differences.sort_by_key(|it| Reverse(it.0));
    }
}

fn show(figures: &mut Figures, name: &str, total: &Total, budget: bool) {
    let share = |part: usize| 100.0 * part as f64 / total.interactions.max(1) as f64;
    figures.count(format!("{name}: reached"), total.reached, "interactions", None);
    figures.count(format!("{name}: of"), total.interactions, "interactions", None);
    for (what, part, least) in [
        ("status", total.status, STATUS_EQUAL),
        ("shape", total.shape, SHAPE_EQUAL),
    ] {
        let least = budget.then_some(Budget::AtLeast(least));
        figures.add(format!("{name}: {what} equal"), share(part), "%", least);
    }
}
