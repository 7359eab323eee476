//! Measures steps 1 and 2 over a made-up company: `steps_1_and_2 PEOPLE FILE` writes the figures (`cargo xtask bench`).
#![expect(clippy::print_stderr, reason = "a program that is run by hand as well")]

use std::{collections::BTreeMap, error::Error, fs};

use serde_json::{Value, json};

/// Seconds and megabytes that 100,000 people may take (architecture, budgets); a million may take 1 GB.
const SECONDS: f64 = 5.0;
const MEGABYTES: f64 = 300.0;
const MEGABYTES_OF_A_MILLION: f64 = 1000.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let people: usize = arguments.next().ok_or("how many people?")?.parse()?;
    let file = arguments.next().ok_or("where to?")?;
    let dir = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let measured = runtime
        .block_on(rehome_engine::bench::steps_1_and_2(dir.path(), people))
        .map_err(|problem| format!("{}: {}", problem.what, problem.why))?;
    let mut figures = BTreeMap::new();
    let mut add = |name: &str, value: f64, unit: &str, at_most: Option<f64>| {
        let name = format!("{people} people: {name}");
        figures.insert(
            name,
            json!({ "value": (value * 100.0).round() / 100.0, "unit": unit, "at_most": at_most }),
        );
    };
    for (name, seconds) in &measured.seconds {
        eprintln!("{name}: {seconds:.2} s");
        add(name, *seconds, "s", None);
    }
    let counted = ["kept in the journal", "the same after a decision"];
    let all: f64 = measured
        .seconds
        .iter()
        .filter(|(name, _)| !counted.contains(name))
        .map(|(_, s)| s)
        .sum();
    add(
        "inventory, compare, map and plan",
        all,
        "s",
        (people == 100_000).then_some(SECONDS),
    );
    let most = match people {
        100_000 => Some(MEGABYTES),
        1_000_000 => Some(MEGABYTES_OF_A_MILLION),
        _ => None,
    };
    if let Some(megabytes) = peak() {
        add("memory at its peak", megabytes, "MB", most);
    }
    add("usernames to decide", measured.to_decide as f64, "people", None);
    add("planned", measured.planned as f64, "people", None);
    let written: Value = json!({ "figures": figures });
    Ok(fs::write(file, written.to_string())?)
}

/// Megabytes of memory at the highest point; Linux tells.
fn peak() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
