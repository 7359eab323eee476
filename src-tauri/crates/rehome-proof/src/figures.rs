//! Figures as `cargo xtask` reads them, and what measures the speed of runs.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use clap::ValueEnum;
use rehome_practice::{CallSeen, Limits};
use rehome_proof::{
    explain::{by_kind, timeline},
    matrix::Sums,
    measure::{Case, LATENCY, MakeUp, Measured, measure, peer},
};
use serde_json::{Map, Value, json};

use crate::Done;

#[derive(clap::Subcommand)]
pub enum What {
    /// Time against the floor, calls against the least, 429s, under Okta's limits
    Limits {
        #[arg(long, default_value_t = 2_000)]
        people: usize,
        #[arg(long, default_value_t = 30)]
        speed: u32,
        /// Only these
        #[arg(long, value_enum)]
        only: Vec<MakeUp>,
        /// Also tells each run as it went: its calls in order, and the waits between them
        #[arg(long)]
        explain: bool,
    },
    /// Operations a second without a limit
    Ops {
        #[arg(long, default_value_t = 10_000)]
        people: usize,
    },
    /// Beside careful scripts on Okta's SDKs
    Peers {
        #[arg(long, default_value_t = 200)]
        people: usize,
        #[arg(long, default_value_t = 1)]
        speed: u32,
        /// Folder with move.py and move.mjs
        #[arg(long)]
        scripts: PathBuf,
        /// A Python that has the SDK
        #[arg(long)]
        python: PathBuf,
        /// `node_modules` with the SDK
        #[arg(long)]
        modules: PathBuf,
    },
    /// Time and memory of a run by size
    Growth {
        #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
        people: Vec<usize>,
    },
}

impl What {
    pub async fn measure(&self, file: &Path) -> Done {
        let folder = file.parent().unwrap_or(Path::new("."));
        let mut figures = Map::new();
        match self {
            Self::Limits {
                people,
                speed,
                only,
                explain,
            } => limits(&mut figures, folder, (*people, *speed), only, *explain).await?,
            Self::Ops { people } => ops(&mut figures, folder, *people).await?,
            Self::Peers {
                people,
                speed,
                scripts,
                python,
                modules,
            } => {
                let py = || {
                    let mut command = Command::new(python);
                    command.arg(scripts.join("move.py"));
                    command
                };
                let node = || {
                    let mut command = Command::new("node");
                    command.arg(scripts.join("move.mjs")).env("PEERS_MODULES", modules);
                    command
                };
                peers(
                    &mut figures,
                    folder,
                    (*people, *speed),
                    &[("Python", &py), ("Node", &node)],
                )
                .await?;
            }
            Self::Growth { people } => growth(&mut figures, folder, people).await?,
        }
        write(file, figures, &Sums::default())
    }
}

async fn limits(
    figures: &mut Map<String, Value>,
    folder: &Path,
    (people, speed): (usize, u32),
    only: &[MakeUp],
    explain: bool,
) -> Done {
    for make_up in MakeUp::value_variants().iter().copied() {
        if !only.is_empty() && !only.contains(&make_up) {
            continue;
        }
        let case = Case {
            make_up,
            people,
            wave_size: 500,
            speed,
            limits: Limits::Workforce,
            latency: LATENCY,
        };
        let done = measure(case, folder).await?;
        let name = format!("{} people, {}", done.people, make_up.name());
        complete(&done)?;
        let minutes = done.seconds * f64::from(speed) / 60.0;
        let least = &done.told["least"];
        let told = |key: &str| least[key].as_f64().unwrap_or_default();
        let (calls, floor, shortest) = (told("calls"), told("floorMinutes"), told("shortestMinutes"));
        let kinds = by_kind(&done.calls, &done.old, &done.new);
        if explain {
            eprint!("{}", timeline(&done.calls, &done.old, &done.new));
        }
        eprintln!(
            "{name}: {minutes:.1} min, floor {floor:.1} min; {kinds:#?}; {}",
            done.told
        );
        add(figures, &format!("{name}: time"), round(minutes), "min", json!({}));
        add(figures, &format!("{name}: floor"), round(floor), "min", json!({}));
        if floor > 1.0 {
            add(
                figures,
                &format!("{name}: time to floor"),
                round(minutes / floor),
                "x",
                json!({ "at_most": 1.05 }),
            );
        }
        // Beside the floor, which knows of rate limits alone: with what the plan's own order asks for, each part named.
        add(figures, &format!("{name}: shortest"), round(shortest), "min", json!({}));
        for (part, seconds) in least["shortestSeconds"].as_object().into_iter().flatten() {
            let minutes = seconds.as_f64().unwrap_or_default() / 60.0;
            add(
                figures,
                &format!("{name}: shortest, of this {part}"),
                round(minutes),
                "min",
                json!({}),
            );
        }
        add(
            figures,
            &format!("{name}: time to shortest"),
            round(minutes / shortest.max(0.01)),
            "x",
            json!({}),
        );
        let made = done.calls.len();
        let most = match make_up {
            MakeUp::Individuals => calls * 1.02,
            _ => (calls + 20.0) * 1.02,
        };
        add(
            figures,
            &format!("{name}: calls"),
            made as f64,
            "calls",
            json!({ "at_most": most.floor() }),
        );
        add(figures, &format!("{name}: least calls"), calls, "calls", json!({}));
        let most = (made as f64 / 1_000.0).ceil();
        add(
            figures,
            &format!("{name}: 429s"),
            done.refused as f64,
            "answers",
            json!({ "at_most": most }),
        );
    }
    Ok(())
}

/// Everybody is there, or the figure says nothing.
fn complete(done: &Measured) -> Done {
    if done.missing == 0 {
        return Ok(());
    }
    Err(format!(
        "{} of {} people are not on the new app: {}",
        done.missing, done.people, done.told
    )
    .into())
}

/// Percent of the org's limit that Rehome takes: half for the token, three quarters of that.
const SHARE: u32 = 37;

/// All at the same time, each with an org of its own: they wait for a limit nearly all of the time.
async fn peers(
    figures: &mut Map<String, Value>,
    folder: &Path,
    (people, speed): (usize, u32),
    scripts: &[(&'static str, &dyn Fn() -> Command)],
) -> Done {
    let mut under_way = Vec::new();
    for make_up in [MakeUp::Individuals, MakeUp::Mixed] {
        let case = Case {
            make_up,
            people,
            wave_size: 500,
            speed,
            limits: Limits::Workforce,
            latency: LATENCY,
        };
        let folder = folder.to_owned();
        let own = tokio::spawn(async move { measure(case, &folder).await });
        under_way.push((make_up, "Rehome", own));
        for (name, script) in scripts {
            under_way.push((make_up, *name, tokio::spawn(peer(case, SHARE, script()))));
        }
    }
    let mut own = (1.0, 1.0);
    for (make_up, who, task) in under_way {
        let done = task.await??;
        complete(&done)?;
        let minutes = done.seconds * f64::from(speed) / 60.0;
        let calls = done.calls.len() as f64;
        let name = format!("{} people, {}, {who}", done.people, make_up.name());
        eprintln!(
            "{name}: {minutes:.2} min; {:#?}",
            by_kind(&done.calls, &done.old, &done.new)
        );
        add(figures, &format!("{name}: time"), round(minutes), "min", json!({}));
        add(figures, &format!("{name}: calls"), calls, "calls", json!({}));
        add(
            figures,
            &format!("{name}: 429s"),
            done.refused as f64,
            "answers",
            json!({}),
        );
        if who == "Rehome" {
            own = (minutes, calls);
        } else {
            add(
                figures,
                &format!("{name}: time to Rehome's"),
                round(minutes / own.0),
                "x",
                json!({ "at_least": 1 }),
            );
            add(
                figures,
                &format!("{name}: calls to Rehome's"),
                round(calls / own.1),
                "x",
                json!({ "at_least": 1 }),
            );
        }
    }
    Ok(())
}

async fn ops(figures: &mut Map<String, Value>, folder: &Path, people: usize) -> Done {
    let case = Case {
        make_up: MakeUp::Individuals,
        people,
        wave_size: 10_000,
        speed: 1,
        limits: Limits::Off,
        latency: Duration::ZERO,
    };
    let done = measure(case, folder).await?;
    complete(&done)?;
    // From the first assignment of a wave to its last: what is written, apart from what is read around it.
    let writes: Vec<&CallSeen> = done.calls.iter().filter(|c| c.method == "POST").collect();
    let largest = writes.len();
    let (Some(first), Some(last)) = (writes.get(20), writes.last()) else {
        return Err("no writes".into());
    };
    let seconds = last.at.duration_since(first.at).as_secs_f64();
    let per_second = (largest - 20) as f64 / seconds.max(0.001);
    eprintln!("{largest} in {seconds:.2} s; {}", done.told);
    add(
        figures,
        "operations a second, journal on disk",
        round(per_second),
        "a second",
        json!({ "at_least": 1_500 }),
    );
    Ok(())
}

async fn growth(figures: &mut Map<String, Value>, folder: &Path, sizes: &[usize]) -> Done {
    for people in sizes {
        let case = Case {
            make_up: MakeUp::Individuals,
            people: *people,
            wave_size: 10_000,
            speed: 1,
            limits: Limits::Off,
            latency: Duration::ZERO,
        };
        let done = measure(case, folder).await?;
        complete(&done)?;
        eprintln!("{people}: {}", done.told);
        add(
            figures,
            &format!("run of {people} people: time"),
            round(done.seconds),
            "s",
            json!({}),
        );
        for (key, name, unit) in [
            ("megabytes", "memory at its peak", "MB"),
            ("loaded", "opening the journal", "s"),
        ] {
            let value = done.told[key].as_f64().unwrap_or_default();
            add(
                figures,
                &format!("run of {people} people: {name}"),
                round(value),
                unit,
                json!({}),
            );
        }
    }
    Ok(())
}

fn round(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

pub fn zeros(name: &str, sums: &Sums) -> Map<String, Value> {
    let mut figures = Map::new();
    for (what, count) in [
        ("lost", sums.lost),
        ("doubled", sums.doubled),
        ("wrongly failed", sums.wrongly_failed),
        ("sent without an intent on disk", sums.unjournaled),
    ] {
        add(
            &mut figures,
            &format!("{name}: {what}"),
            count as f64,
            "",
            json!({ "at_most": 0 }),
        );
    }
    figures
}

pub fn add(figures: &mut Map<String, Value>, name: &str, value: f64, unit: &str, budget: Value) {
    let mut figure = json!({ "value": value, "unit": unit });
    if let (Some(figure), Value::Object(budget)) = (figure.as_object_mut(), budget) {
        figure.extend(budget);
    }
    figures.insert(name.to_owned(), figure);
}

pub fn write(file: &std::path::Path, figures: Map<String, Value>, sums: &Sums) -> crate::Done {
    let mut written = json!({ "figures": figures });
    if !sums.failures.is_empty() {
        let rows: Vec<Value> = sums.failures.iter().take(100).map(|line| json!([line])).collect();
        written["table"] = json!({ "title": "what went wrong", "columns": ["where and what"], "rows": rows });
    }
    std::fs::File::create(file)?.write_all(written.to_string().as_bytes())?;
    Ok(())
}
