//! `proof`: what `cargo xtask soak` and `cargo xtask bench` run.
#![expect(clippy::print_stderr, reason = "a program that is run by hand as well")]

mod figures;

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    io,
    path::PathBuf,
    process::ExitCode,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use clap::{Parser, Subcommand};
use rehome_engine::OperationKind;
use rehome_proof::{
    child::Orders,
    company::Kind,
    matrix::{Bench, RULE, Sums, Unit},
    measure, soak,
    tale::Tale,
};
use serde_json::{Value, json};

use crate::figures::{add, write, zeros};

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Random kills and restarts
    Soak {
        /// Kills at least
        #[arg(long, default_value_t = 1_000)]
        runs: usize,
        /// Minutes at most
        #[arg(long, default_value_t = 30.0)]
        minutes: f64,
        /// The first seed; the others follow it
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[arg(long, default_value_t = 2)]
        workers: usize,
        /// Where the figures go
        #[arg(long)]
        file: PathBuf,
    },
    /// The fault matrix
    Matrix {
        /// Minutes at most: what is left out then is said
        #[arg(long, default_value_t = 30.0)]
        minutes: f64,
        #[arg(long, default_value_t = 2)]
        workers: usize,
        /// Only units whose name has this in it
        #[arg(long, default_value = "")]
        only: String,
        #[arg(long)]
        file: PathBuf,
    },
    /// Speed of runs
    Measure {
        #[command(subcommand)]
        what: figures::What,
        #[arg(long, global = true, default_value = "figures.json")]
        file: PathBuf,
    },
    /// Started by a measurement: takes a company to an approved plan
    #[command(hide = true)]
    Prepare(measure::Orders),
    /// Started by a measurement: runs the waves
    #[command(hide = true)]
    Run(measure::Orders),
    /// Started by the soak, to be killed
    #[command(hide = true)]
    Child(Orders),
}

type Done = Result<(), Box<dyn Error>>;

/// What was measured, or why it could not be, for the one that asked.
#[expect(clippy::print_stdout, reason = "read by the program that started this one")]
fn tell(told: Result<Value, String>) -> Done {
    match told {
        Ok(value) => println!("{value}"),
        Err(why) => {
            println!("{why}");
            return Err(why.into());
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    // The robot ends with an assertion where an admin would stop and think; that is told with the figures.
    std::panic::set_hook(Box::new(|_| {}));
    let done = runtime.block_on(async {
        match Cli::parse().task {
            Task::Soak {
                runs,
                minutes,
                seed,
                workers,
                file,
            } => soak_all(runs, minutes, seed, workers, &file).await,
            Task::Matrix {
                minutes,
                workers,
                only,
                file,
            } => matrix(minutes, workers, &only, &file).await,
            Task::Measure { what, file } => what.measure(&file).await,
            Task::Prepare(orders) => tell(orders.prepare().await),
            Task::Run(orders) => tell(orders.run().await),
            Task::Child(orders) => orders.obey().await.map(drop).map_err(Into::into),
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn soak_all(runs: usize, minutes: f64, seed: u64, workers: usize, file: &std::path::Path) -> Done {
    let begun = Instant::now();
    let ends = begun + Duration::from_secs_f64(minutes * 60.0);
    let (next, kills, faults) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let (sums, journeys) = (Mutex::new(Sums::default()), AtomicUsize::new(0));
    let work = || async {
        while kills.load(Ordering::Relaxed) < runs && Instant::now() < ends {
            let seed = seed + next.fetch_add(1, Ordering::Relaxed) as u64;
            let done = soak::journey(seed).await?;
            kills.fetch_add(done.kills, Ordering::Relaxed);
            faults.fetch_add(done.faults, Ordering::Relaxed);
            let count = journeys.fetch_add(1, Ordering::Relaxed) + 1;
            if !done.sums.failures.is_empty() {
                eprintln!("seed {seed}, again: cargo xtask soak --only kills --seed {seed} --runs 1");
                let lines = done.sums.failures.iter().chain(&done.story).chain(&done.sums.stories);
                lines.for_each(|line| eprintln!("  {line}"));
            }
            if count % 10 == 0 {
                let seconds = begun.elapsed().as_secs();
                eprintln!("{count} journeys, {} kills, {seconds} s", kills.load(Ordering::Relaxed));
            }
            sums.lock().unwrap_or_else(PoisonError::into_inner).add(done.sums);
        }
        Ok::<_, io::Error>(())
    };
    let done = futures::future::join_all((0..workers.max(1)).map(|_| work())).await;
    done.into_iter().collect::<Result<Vec<_>, _>>()?;
    let sums = sums.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut figures = zeros("soak", &sums);
    let kills = kills.into_inner();
    add(
        &mut figures,
        "soak: kills, each followed by a restart",
        kills as f64,
        "kills",
        json!({ "at_least": runs }),
    );
    add(
        &mut figures,
        "soak: migrations",
        journeys.into_inner() as f64,
        "migrations",
        json!({}),
    );
    add(
        &mut figures,
        "soak: faults that sprang",
        faults.into_inner() as f64,
        "faults",
        json!({}),
    );
    add(
        &mut figures,
        "soak: time",
        (begun.elapsed().as_secs_f64() / 6.0).round() / 10.0,
        "min",
        json!({}),
    );
    write(file, figures, &sums)
}

/// What the tiers of the matrix are ([`Unit::tier`]).
const TIERS: [&str; 4] = [
    "ends without a fault",
    "writes failed, with the ends that follow",
    "readings failed",
    "writes failed again later",
];

/// What all workers share.
#[derive(Default)]
struct Shared {
    sums: Mutex<Sums>,
    /// Units that somebody has taken.
    taken: Mutex<BTreeSet<String>>,
    /// By name, with their tier.
    left: Mutex<BTreeMap<String, u8>>,
    /// Recorded runs after folding, by tier.
    tiers: Mutex<BTreeMap<u8, usize>>,
    unfolded: AtomicUsize,
}

fn lock<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn matrix(minutes: f64, workers: usize, only: &str, file: &std::path::Path) -> Done {
    let begun = Instant::now();
    let ends = begun + Duration::from_secs_f64(minutes * 60.0);
    let shared = Arc::new(Shared::default());
    let tasks: Vec<_> = (0..workers.max(1))
        .map(|worker| tokio::spawn(part(shared.clone(), worker, only.to_owned(), begun, ends)))
        .collect();
    for task in tasks {
        task.await??;
    }
    let sums = std::mem::take(&mut *lock(&shared.sums));
    let left = lock(&shared.left).clone();
    let mut figures = zeros("matrix", &sums);
    let mut count = |what: &str, value: usize, unit: &str, more: Value| {
        add(&mut figures, &format!("matrix: {what}"), value as f64, unit, more);
    };
    count("cells", sums.cells, "cells", json!({ "at_least": 1 }));
    count(
        "of these restarts from a crash image",
        sums.restarts,
        "cells",
        json!({}),
    );
    count("cells whose call was not made again", sums.unsprung, "cells", json!({}));
    count(
        "calls failed in every way and moments ended, before they are folded",
        shared.unfolded.load(Ordering::Relaxed),
        "cells",
        json!({ "rule": RULE }),
    );
    let tiers = lock(&shared.tiers).clone();
    count("recorded runs after folding", tiers.values().sum(), "runs", json!({}));
    count("recorded runs left out for want of time", left.len(), "runs", json!({}));
    for (tier, all) in &tiers {
        let name = TIERS.get(usize::from(*tier)).unwrap_or(&"others");
        let left = left.values().filter(|of| *of == tier).count();
        count(&format!("{name}: done"), all - left, "runs", json!({ "of": all }));
    }
    count(
        "restarts left out of those that were run",
        sums.restarts_left,
        "cells",
        json!({}),
    );
    let missing: Vec<&str> = OperationKind::ALL
        .iter()
        .filter(|kind| !sums.kinds.contains(kind))
        .map(|kind| kind.word())
        .collect();
    count("kinds of writes met", sums.kinds.len(), "kinds", json!({}));
    count(
        "kinds of writes that no tale comes to",
        missing.len(),
        "kinds",
        json!({ "at_most": 0 }),
    );
    add(
        &mut figures,
        "matrix: time",
        (begun.elapsed().as_secs_f64() / 6.0).round() / 10.0,
        "min",
        json!({}),
    );
    eprintln!("cells are folded so: {RULE}");
    eprintln!("kinds that no tale comes to: {missing:?}");
    // By phase: a list of thousands would be read by nobody.
    let mut by_phase: BTreeMap<String, usize> = BTreeMap::new();
    for name in left.keys() {
        let phase = name.split(" | ").take(2).collect::<Vec<_>>().join(" | ");
        *by_phase.entry(phase).or_default() += 1;
    }
    for (phase, count) in by_phase {
        eprintln!("left out for want of time: {phase}: {count}");
    }
    write(file, figures, &sums)
}

/// One worker. Each records for itself, and sees the same classes of calls.
async fn part(shared: Arc<Shared>, worker: usize, only: String, begun: Instant, ends: Instant) -> io::Result<()> {
    let mut benches = BTreeMap::new();
    for tale in Tale::ALL {
        let kind = Kind {
            tale,
            ..Kind::default()
        };
        let mut bench = Bench::set_up(kind, 3, 4).await?;
        let recorded = bench.record().await?;
        if worker == 0 {
            shared.unfolded.fetch_add(bench.unfolded(), Ordering::Relaxed);
            recorded
                .failures
                .iter()
                .chain(&recorded.stories)
                .for_each(|line| eprintln!("{line}"));
            lock(&shared.sums).add(recorded);
        }
        benches.insert(tale, bench);
    }
    let mut units: Vec<Unit> = benches.values().flat_map(Bench::whole).collect();
    units.retain(|unit| unit.to_string().contains(&only));
    let all = units.len();
    *lock(&shared.tiers) = units.iter().fold(BTreeMap::new(), |mut of, unit| {
        *of.entry(unit.tier).or_default() += 1;
        of
    });
    let mut order: Vec<&Unit> = (0..all).filter_map(|nth| units.get(place(nth, all)?)).collect();
    // Stable: within a tier a part of it is spread over all.
    order.sort_by_key(|unit| unit.tier);
    for unit in order {
        let name = unit.to_string();
        if !lock(&shared.taken).insert(name.clone()) {
            continue;
        }
        if Instant::now() >= ends {
            lock(&shared.left).insert(name, unit.tier);
            continue;
        }
        let Some(bench) = benches.get(&unit.tale) else { continue };
        let done = bench.unit(unit, Some(ends)).await?;
        done.failures
            .iter()
            .chain(&done.stories)
            .for_each(|line| eprintln!("{line}"));
        let mut sums = lock(&shared.sums);
        sums.add(done);
        let nth = lock(&shared.taken).len();
        if nth.is_multiple_of(50) {
            let seconds = begun.elapsed().as_secs();
            eprintln!("{nth} of {all} units, {} cells, {seconds} s", sums.cells);
        }
    }
    Ok(())
}

/// The `nth` place of so many, such that a part of them is spread over all: steps by about the golden ratio.
fn place(nth: usize, all: usize) -> Option<usize> {
    if nth >= all {
        return None;
    }
    let mut step = (all as f64 * 0.618) as usize | 1;
    while gcd(step, all) != 1 {
        step += 1;
    }
    Some(nth * step % all)
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
