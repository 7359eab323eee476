//! Measuring runs: a company is made, one process takes it to an approved plan, another one runs the waves and is measured.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use rehome_domain::{
    App,
    plan::{Bucket, Plan, Shortest, Ways, least, settings_read, shortest},
};
use rehome_engine::{
    OTHER_MAPPINGS, Rehome, RehomeOptions,
    host::{BoxFuture, Headless, Host, PracticeHandle},
    view::{OrgEngine, Problem, RunState, RunView, Step},
};
use rehome_practice::{AppUserState, CallSeen, Control, Limits, Options, PracticeOrg};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    company::{NEW, OLD, state_of},
    keychain::InFiles,
    robot::{Robot, Wishes, begin},
};

/// How the people of a company have the old app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum MakeUp {
    /// Each by themselves.
    Individuals,
    /// In groups that fit into a wave.
    SmallGroups,
    /// In one group that is larger than a wave.
    LargeGroup,
    /// As the practice org seeds its company.
    Mixed,
}

impl MakeUp {
    pub fn name(self) -> &'static str {
        match self {
            Self::Individuals => "Individual",
            Self::SmallGroups => "WholeGroup",
            Self::LargeGroup => "WaveGroup",
            Self::Mixed => "planner's choice",
        }
    }
}

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub make_up: MakeUp,
    pub people: usize,
    pub wave_size: u32,
    pub speed: u32,
    pub limits: Limits,
    pub latency: Duration,
}

/// What came of it.
#[derive(Debug)]
pub struct Measured {
    /// Of the run, by our clock.
    pub seconds: f64,
    pub calls: Vec<CallSeen>,
    pub refused: usize,
    /// As the process that ran the waves told.
    pub told: Value,
    pub people: usize,
    /// Not on the new app at the end.
    pub missing: usize,
    /// The two apps' ids.
    pub old: String,
    pub new: String,
}

/// People of the pilot.
const PILOT: usize = 10;

fn company(control: &Control, old: &str, case: &Case) {
    if case.make_up == MakeUp::Mixed {
        // Whoever moves people mends this first: the new app refuses it.
        for (user, _) in control.users() {
            let long = |profile: &serde_json::Map<String, Value>| {
                let value = profile.get("organization").and_then(Value::as_str);
                value.is_some_and(|it| it.chars().count() > 40)
            };
            if control.profile(&user).is_some_and(|it| long(&it)) {
                control.set_profile(&user, "organization", json!("Northwind"));
            }
        }
        return;
    }
    control.keep_only(old, &Default::default());
    match case.make_up {
        MakeUp::Individuals => drop(control.crowd(old, case.people, None)),
        MakeUp::SmallGroups => {
            let size = (case.wave_size as usize * 4 / 5).max(1);
            for first in (0..case.people).step_by(size) {
                let count = size.min(case.people - first);
                control.crowd(old, count, Some(&format!("Crowd {}", first / size)));
            }
        }
        MakeUp::LargeGroup | MakeUp::Mixed => drop(control.crowd(old, case.people, Some("Crowd"))),
    }
}

async fn found(case: &Case) -> io::Result<(PracticeOrg, String, String)> {
    let people = match case.make_up {
        // 850 of 1,000 have the help desk.
        MakeUp::Mixed => case.people * 20 / 17,
        _ => 60,
    };
    let org = PracticeOrg::start(Options {
        people: u32::try_from(people).unwrap_or(u32::MAX),
        speed: case.speed,
        ..Options::default()
    })
    .await?;
    let control = org.control();
    let app = |label: &str| control.app(label).ok_or_else(|| io::Error::other("no such app"));
    let (old, new) = (app(OLD)?, app(NEW)?);
    company(&control, &old, case);
    Ok((org, old, new))
}

/// A script instead of Rehome, on the same company, with the share of the limit that Rehome keeps of the token's: `percent` of
/// the org's. It is given the address, the token and the two apps.
///
/// # Errors
/// What went wrong, in words.
pub async fn peer(case: Case, percent: u32, mut script: Command) -> io::Result<Measured> {
    let (org, old, new) = found(&case).await?;
    let control = org.control();
    control.set_limits(case.limits, case.latency);
    control.set_own_share(percent);
    control.forget_calls();
    let refused = control.refused_by_limits();
    script.args([org.url(), org.token(), &old, &new]);
    let asked = tokio::task::spawn_blocking(move || script.stdin(Stdio::null()).stderr(Stdio::inherit()).output());
    let output = asked.await.map_err(io::Error::other)??;
    let text = String::from_utf8_lossy(&output.stdout);
    let told: Value = serde_json::from_str(text.trim()).map_err(|_| io::Error::other(text.into_owned()))?;
    Ok(look(&control, &old, &new, refused, told))
}

/// Makes the company, prepares, runs, and looks at the end.
///
/// # Errors
/// What went wrong, in words.
pub async fn measure(case: Case, folder: &Path) -> io::Result<Measured> {
    let (org, old, new) = found(&case).await?;
    let control = org.control();
    let dir = tempfile::tempdir_in(folder)?;
    let orders = Orders {
        dir: dir.path().to_owned(),
        url: org.url().to_owned(),
        token: org.token().to_owned(),
        speed: case.speed,
        wave_size: case.wave_size,
        pilot: PILOT,
    };
    ask(&orders, "prepare").await?;
    control.set_limits(case.limits, case.latency);
    control.forget_calls();
    let refused = control.refused_by_limits();
    let told = ask(&orders, "run").await?;
    Ok(look(&control, &old, &new, refused, told))
}

/// How it stands in the end: who had a username is on the new app by the same path, under the same name, with the same account.
fn look(control: &Control, old: &str, new: &str, refused: usize, told: Value) -> Measured {
    let had = state_of(control, old);
    let has = state_of(control, new);
    let same = |was: &AppUserState| {
        has.get(&was.user).is_some_and(|is| {
            (&is.scope, &is.group, &is.external_id) == (&was.scope, &was.group, &was.external_id)
                && is.username.to_lowercase() == was.username.to_lowercase()
        })
    };
    let missing = had
        .values()
        .filter(|was| !was.username.is_empty() && !same(was))
        .count();
    Measured {
        seconds: told["seconds"].as_f64().unwrap_or_default(),
        calls: control.calls(),
        refused: control.refused_by_limits() - refused,
        people: has.len(),
        missing,
        old: old.to_owned(),
        new: new.to_owned(),
        told,
    }
}

async fn ask(orders: &Orders, part: &'static str) -> io::Result<Value> {
    let arguments = orders.arguments(part);
    let asked = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
    });
    let output = asked.await.map_err(io::Error::other)??;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(io::Error::other(format!("{part}: {text}")));
    }
    serde_json::from_str(text.trim()).map_err(io::Error::other)
}

/// What a measured process is told.
#[derive(Clone, Debug, clap::Args)]
pub struct Orders {
    #[arg(long)]
    pub dir: PathBuf,
    #[arg(long)]
    pub url: String,
    #[arg(long)]
    pub token: String,
    #[arg(long)]
    pub speed: u32,
    #[arg(long)]
    pub wave_size: u32,
    #[arg(long)]
    pub pilot: usize,
}

impl Orders {
    fn arguments(&self, part: &str) -> Vec<String> {
        let dir = self.dir.display().to_string();
        let mut out = vec![part.to_owned()];
        for (name, value) in [
            ("dir", dir),
            ("url", self.url.clone()),
            ("token", self.token.clone()),
            ("speed", self.speed.to_string()),
            ("wave-size", self.wave_size.to_string()),
            ("pilot", self.pilot.to_string()),
        ] {
            out.extend([format!("--{name}"), value]);
        }
        out
    }

    fn rehome(&self) -> (Rehome, watch::Receiver<Option<RunView>>) {
        let (tell, told) = watch::channel(None);
        let rehome = Rehome::new(RehomeOptions {
            data_dir: self.dir.clone(),
            report_dir: self.dir.join("reports"),
            secrets: Arc::new(InFiles(self.dir.join("keychain"))),
            host: Arc::new(Told(tell)),
            speed: self.speed,
            other_mappings: OTHER_MAPPINGS,
        });
        (rehome, told)
    }

    /// Reads both apps, decides as the robot does, and approves a plan.
    ///
    /// # Errors
    /// What was refused, in words.
    pub async fn prepare(&self) -> Result<Value, String> {
        let (rehome, mut told) = self.rehome();
        rehome.start().await.map_err(words)?;
        let id = begin(&rehome, &self.url, &self.token, OLD, NEW).await;
        let begun = Instant::now();
        rehome.read_apps(id.clone()).await.map_err(words)?;
        ended(&mut told).await?;
        let reading = begun.elapsed().as_secs_f64();
        Robot {
            rehome: &rehome,
            id: id.clone(),
            wishes: Wishes {
                providers: rehome_engine::view::IdentityProviders::Several,
                rehearse: false,
                pilot: u32::try_from(self.pilot).unwrap_or(10),
                wave_size: self.wave_size,
                console: self.url.clone(),
                token: self.token.clone(),
                until: Some(Step::Pilot),
            },
            done: Vec::new(),
        }
        .work()
        .await;
        let pilot = u32::try_from(self.pilot).unwrap_or(10);
        let people = rehome
            .suggest_pilot(id.clone(), Vec::new(), pilot)
            .await
            .map_err(words)?;
        let people = people.into_iter().map(|p| p.id).collect();
        rehome.set_pilot(id.clone(), people).await.map_err(words)?;
        let plan = rehome.draft_plan(id.clone(), self.wave_size).await.map_err(words)?;
        rehome
            .approve_plan(id.clone(), plan.digest, "Measuring".to_owned())
            .await
            .map_err(words)?;
        let code = rehome.recovery_code().await.map_err(words)?;
        rehome.confirm_recovery_code(code).await.map_err(words)?;
        rehome.shutdown().await;
        Ok(json!({ "reading": reading }))
    }

    /// Runs pilot and waves.
    ///
    /// # Errors
    /// What was refused, in words.
    pub async fn run(&self) -> Result<Value, String> {
        let (rehome, mut told) = self.rehome();
        let loaded = Instant::now();
        let start = rehome.start().await.map_err(words)?;
        let loaded = loaded.elapsed().as_secs_f64();
        let id = start.migrations.first().map(|m| m.id.clone()).ok_or("no migration")?;
        let waves = rehome.waves(id.clone()).await.map_err(words)?.waves;
        let begun = Instant::now();
        let mut each = BTreeMap::new();
        for wave in &waves {
            // The pilot's people need a moment to sign in before the first wave opens.
            let mut looks = 0;
            while let Err(problem) = rehome.run_wave(id.clone(), wave.number).await {
                looks += 1;
                // Colleagues need a moment to sign in.
                tokio::time::sleep(Duration::from_secs_f64(1.0 / f64::from(self.speed.min(10)))).await;
                if looks > 60 {
                    return Err(words(problem));
                }
                rehome.prove(id.clone()).await.map_err(words)?;
                ended(&mut told).await?;
                // The way back is no part of what is measured; it can be skipped once the pilot is proven.
                let name = Some("Measuring".to_owned());
                let _ = rehome
                    .skip_rehearsal(id.clone(), name, "only measured".to_owned())
                    .await;
            }
            let at = Instant::now();
            ended(&mut told).await?;
            each.insert(wave.number, (wave.people, at.elapsed().as_secs_f64()));
        }
        let seconds = begun.elapsed().as_secs_f64();
        // What is asked for below is the measuring's own.
        let peak = peak();
        let counts = rehome.waves(id.clone()).await.map_err(words)?.counts;
        let least = least_of(&rehome, &id).await?;
        rehome.shutdown().await;
        Ok(
            json!({ "seconds": seconds, "loaded": loaded, "waves": each, "megabytes": peak, "proven": counts.proven,
            "failed": counts.failed, "least": least }),
        )
    }
}

/// What an answer of Okta takes (api-facts 2.3).
pub const LATENCY: Duration = Duration::from_millis(1_300);

/// `workforce`, half for the token, three quarters of that for Rehome: calls a minute by the name of the bucket.
fn share() -> BTreeMap<String, u32> {
    let whole = [
        (Bucket::Apps, 100),
        (Bucket::App, 500),
        (Bucket::Groups, 500),
        (Bucket::Group, 1_000),
        (Bucket::Logs, 120),
        (Bucket::Other, 1_200),
    ];
    let own = |(bucket, whole): (Bucket, u32)| (bucket.name().to_owned(), whole / 2 * 75 / 100);
    whole.into_iter().map(own).collect()
}

/// The least calls of the approved plan, the floor by rate limits, and the shortest time where calls must follow one another: by
/// the domain's functions, from the plan alone.
async fn least_of(rehome: &Rehome, id: &str) -> Result<Value, String> {
    let journal = rehome.journal_for_tests().await.map_err(words)?;
    let newest = async |kind: &str| -> Result<String, String> {
        let documents = journal.documents(id, kind).await.map_err(|e| e.to_string())?;
        let (_, raw, _) = documents.into_iter().next_back().ok_or("no such document")?;
        Ok(raw)
    };
    let plan: Plan = serde_json::from_str(&newest("plan").await?).map_err(|e| e.to_string())?;
    let app = |raw: String| App::read(serde_json::from_str(&raw).unwrap_or_default()).map_err(|_| "no app".to_owned());
    let (old, new) = (app(newest("old.app").await?)?, app(newest("new.app").await?)?);
    let gates = settings_read(&[&old, &new]);
    let least = least(&plan, &gates);
    let by_bucket: BTreeMap<&str, u32> = least.0.iter().map(|(bucket, n)| (bucket.name(), *n)).collect();
    let org = Options::default();
    let ways = Ways {
        answer: LATENCY.as_secs_f64(),
        job_begins: org.fan_out_delay.as_secs_f64(),
        job_pace: f64::from(org.fan_out_rate),
    };
    let shortest = shortest(&plan, &gates, ways, &share());
    let Shortest {
        answers,
        limits,
        jobs,
        quiet,
    } = shortest;
    let floor = least.floor(&share()).map_or(0.0, |(minutes, _)| minutes);
    Ok(
        json!({ "calls": least.total(), "byBucket": by_bucket, "floorMinutes": floor,
        "shortestMinutes": shortest.seconds() / 60.0,
        "shortestSeconds": { "answers that follow one another": answers, "waiting for the next minute of a limit": limits,
            "Okta works through groups": jobs, "two reads a minute apart": quiet } }),
    )
}

fn words(problem: Problem) -> String {
    format!(
        "{}: {} {}",
        problem.what,
        problem.why,
        problem.detail.unwrap_or_default()
    )
}

/// Hears how a run goes, as the window does: asking for the whole frame again and again would be measured too.
struct Told(watch::Sender<Option<RunView>>);

impl Host for Told {
    fn progress(&self, run: RunView) {
        self.0.send_replace(Some(run));
    }

    fn changed(&self, _: Option<&str>) {}

    fn start_practice(&self, people: u32, engine: OrgEngine) -> BoxFuture<Result<PracticeHandle, String>> {
        Headless.start_practice(people, engine)
    }
}

/// Until the run that was just begun is over.
async fn ended(told: &mut watch::Receiver<Option<RunView>>) -> Result<(), String> {
    loop {
        told.changed().await.map_err(|_| "nobody tells any more")?;
        let run = told.borrow_and_update().clone();
        if let Some(run) = run.filter(|run| run.state == RunState::Finished) {
            return run.problem.map_or(Ok(()), |p| Err(words(p)));
        }
    }
}

/// Megabytes of memory at the highest point; Linux tells.
pub fn peak() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
