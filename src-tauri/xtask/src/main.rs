//! `cargo xtask`: run Rehome from a fresh clone, test all of it, and keep generated files current.
#![expect(clippy::print_stdout, reason = "a task runner speaks on stdout")]

mod bench;
mod cargo;
mod expression;
mod fidelity;
mod figures;
mod findings;
mod packages;
mod places;
mod proof;
mod run;
mod session;
mod step;
mod test;
mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Runs, tests and looks after Rehome")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing, build, and open Rehome
    Run {
        /// The optimised build: starts faster, takes minutes longer to make
        #[arg(long)]
        release: bool,
    },
    /// Check format and lints, run every test, the ones in the real window too
    Test {
        /// Only this part
        #[arg(long)]
        only: Option<test::Part>,
        /// Only Rust and window tests whose name contains this
        #[arg(long)]
        filter: Option<String>,
    },
    /// Write ui/src/lib/bindings.ts from the commands of the shell
    Bindings,
    /// Start a practice org as a program; what follows is passed on (`cargo xtask practice --people 2000`)
    Practice {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measure client and practice org against what Okta published and recorded, and with Okta's own SDKs
    Fidelity {
        /// Only these parts (`--only b --only d`, or `--only b,d`)
        #[arg(long, value_delimiter = ',')]
        only: Vec<fidelity::Part>,
        /// One JSON object of figures instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Take every practice seed through steps 1 and 2 and hold what is found against what is planted; recorded apps, too
    Findings {
        /// Seeds, comma-separated; each on both engines
        #[arg(long, value_delimiter = ',', default_value = "1,2,3")]
        seeds: Vec<u64>,
        /// People of each practice company
        #[arg(long, default_value_t = 200)]
        people: u32,
        /// One JSON object of figures instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Measure speed and memory
    Bench {
        /// Only these parts (`--only limits,ops`); without it all but the peers, which take a quarter of an hour
        #[arg(long, value_delimiter = ',')]
        only: Vec<bench::Part>,
        /// People for steps 1 and 2; several sizes show how it grows
        #[arg(long, value_delimiter = ',', default_value = "10000,100000,1000000")]
        people: Vec<u32>,
        /// People of the runs that show how time and memory grow
        #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
        growth: Vec<u32>,
        /// How many times faster than ours the clock runs under limits, Rehome's alike
        #[arg(long, default_value_t = 30)]
        speed: u32,
        /// One JSON object of figures instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Fail every call in every way, end the process at every write of the journal, kill it a thousand times at random: nobody
    /// may be lost, doubled or wrongly failed
    Soak {
        /// Random kills, each followed by a restart
        #[arg(long, default_value_t = 1_000)]
        runs: usize,
        /// Minutes for all of it; the matrix says what it left out
        #[arg(long, default_value_t = 60.0)]
        minutes: f64,
        /// The first seed of the random ones
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Migrations at the same time
        #[arg(long, default_value_t = 2)]
        workers: usize,
        /// Only this part
        #[arg(long, value_delimiter = ',')]
        only: Vec<proof::Part>,
        /// One JSON object of figures instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Say what an Okta expression gives for one person, as one JSON object
    Expression {
        /// The text; with `${` in it a template
        text: String,
        /// A JSON file: a profile, or an object with `user` and what else is at hand
        #[arg(long)]
        profile: Option<std::path::PathBuf>,
        /// Literal text with `${...}`
        #[arg(long)]
        template: bool,
        /// Also what each part gave
        #[arg(long)]
        explain: bool,
    },
    /// Walk through the window and keep pictures of it in target/screenshots
    Screenshots,
    /// Install what building and testing need, and nothing else
    SetUp,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Run { release } => run::run(release),
        Task::Test { only, filter } => test::test(only, filter.as_deref()),
        Task::Bindings => run::bindings(),
        Task::Practice { arguments } => run::practice(&arguments),
        Task::Fidelity { only, json } => fidelity::fidelity(&only, json),
        Task::Findings { seeds, people, json } => findings::findings(&seeds, people, json),
        Task::Bench {
            only,
            people,
            growth,
            speed,
            json,
        } => bench::bench(&bench::Bench {
            people,
            growth,
            speed,
            only,
            json,
        }),
        Task::Soak {
            runs,
            minutes,
            seed,
            workers,
            only,
            json,
        } => proof::soak(&proof::Soak {
            runs,
            minutes,
            seed,
            workers,
            only,
            json,
        }),
        Task::Expression {
            text,
            profile,
            template,
            explain,
        } => expression::expression(&text, profile.as_deref(), template, explain),
        Task::Screenshots => test::screenshots(),
        Task::SetUp => test::set_up(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}
