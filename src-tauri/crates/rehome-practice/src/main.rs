//! `practice-org`: a simulated Okta org on the loopback, as a program of its own.

use std::{io::Write, path::PathBuf, time::Duration};

use clap::{Parser, ValueEnum};
use rehome_practice::{Armed, Behaviour, Engine, Limits, Options, PracticeOrg, Preset, SignIns};

/// A simulated Okta org on 127.0.0.1, for practice, tests and benchmarks. Memory only; serves until it is stopped.
#[derive(Parser)]
#[command(version)]
struct Flags {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Okta users in the org.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(60..=200_000))]
    people: u32,
    /// Identity Engine or Classic Engine.
    #[arg(long, value_enum, default_value = "oie")]
    engine: EngineFlag,
    /// Day whose Okta is played, such as 2025-03-14; without it, answers are as most recordings show them.
    #[arg(long)]
    as_of: Option<jiff::civil::Date>,
    /// Which of Okta's published rate limits hold.
    #[arg(long, value_enum, default_value = "off")]
    limits: LimitsFlag,
    /// Milliseconds of org time that every call takes.
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// The same seed makes the same org.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// API token to accept; without it, one is made and printed.
    #[arg(long)]
    token: Option<String>,
    /// Faults, comma-separated: the patterns flaky, busy and slow, or FAULT[:METHOD[:PATH[:NTH]]], such as
    /// reset-after:POST:/users:3. An unknown name shows the known ones.
    #[arg(long, value_delimiter = ',', value_parser = faults, value_name = "NAME,NAME")]
    faults: Vec<Faults>,
    /// Runs the org's whole clock this many times faster.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    speed: u32,
    /// Whether people sign in to apps by themselves.
    #[arg(long, value_enum, default_value = "auto")]
    sign_ins: SignInsFlag,
    /// Readings of points that are not known about Okta, other than the default ones; comma-separated.
    #[arg(long, value_delimiter = ',', value_name = "NAME,NAME")]
    behaviour: Vec<Behaviour>,
    /// A file to which every call and its answer is added, as a line of JSON.
    #[arg(long, value_name = "FILE")]
    transcript: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum EngineFlag {
    Oie,
    Classic,
}

#[derive(Clone, Copy, ValueEnum)]
enum LimitsFlag {
    Off,
    Free,
    Enterprise,
    Workforce,
}

#[derive(Clone, Copy, ValueEnum)]
enum SignInsFlag {
    Auto,
    Manual,
}

/// What one name stands for.
#[derive(Clone)]
struct Faults(Vec<Armed>);

fn faults(name: &str) -> Result<Faults, String> {
    match Preset::named(name) {
        Some(preset) => Ok(Faults(preset.armed())),
        None => name.parse().map(|one| Faults(vec![one])),
    }
}

impl Flags {
    fn options(self) -> Options {
        Options {
            port: self.port,
            people: self.people,
            engine: match self.engine {
                EngineFlag::Oie => Engine::Identity,
                EngineFlag::Classic => Engine::Classic,
            },
            as_of: self.as_of,
            limits: match self.limits {
                LimitsFlag::Off => Limits::Off,
                LimitsFlag::Free => Limits::Free,
                LimitsFlag::Enterprise => Limits::Enterprise,
                LimitsFlag::Workforce => Limits::Workforce,
            },
            latency: Duration::from_millis(self.latency_ms),
            seed: self.seed,
            token: self.token,
            speed: self.speed,
            sign_ins: match self.sign_ins {
                SignInsFlag::Auto => SignIns::Auto,
                SignInsFlag::Manual => SignIns::Manual,
            },
            behaviours: self.behaviour.into_iter().collect(),
            armed: self.faults.into_iter().flat_map(|it| it.0).collect(),
            transcript: self.transcript,
            ..Options::default()
        }
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let flags = Flags::parse();
    let own_token = flags.token.is_none();
    let stopped = stop_signals()?;
    let org = PracticeOrg::start(flags.options()).await?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on {}", org.url())?;
    if own_token {
        writeln!(out, "token {}", org.token())?;
    }
    // Whoever started this reads these lines through a pipe.
    out.flush()?;
    stopped.await?;
    org.stop().await;
    Ok(())
}

/// Ends with SIGINT or SIGTERM. They are caught from the moment of the call, not of the first poll: whoever reads the
/// first line may stop the org at once.
#[cfg(unix)]
fn stop_signals() -> std::io::Result<impl Future<Output = std::io::Result<()>>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        Ok(())
    })
}

#[cfg(not(unix))]
fn stop_signals() -> std::io::Result<impl Future<Output = std::io::Result<()>>> {
    Ok(tokio::signal::ctrl_c())
}
