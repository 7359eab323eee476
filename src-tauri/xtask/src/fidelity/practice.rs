//! A practice org as a program of its own, for as long as it is needed.

use std::{
    env,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{
    cargo, places,
    step::{self, Failure},
};

/// The engines, as `practice-org --engine` and the reference material name them.
pub const ENGINES: [&str; 2] = ["oie", "classic"];

/// Org time runs faster where nobody brings a clock of their own: what Okta does later is done sooner.
pub const FAST: u32 = 50;
/// As everybody's clock: a client's own tokens hold for minutes.
pub const LIKE_OURS: u32 = 1;

pub struct Practice {
    child: Child,
    pub url: String,
    pub token: String,
}

/// Builds the program.
pub fn build() -> Result<PathBuf, Failure> {
    step::quietly(
        "build practice-org",
        cargo::cargo("build").args(["--package", "rehome-practice", "--bin", "practice-org"]),
    )?;
    Ok(places::target().join(format!("debug/practice-org{}", env::consts::EXE_SUFFIX)))
}

impl Practice {
    /// Starts an org that writes down every call and its answer in `transcript`.
    pub fn start(program: &Path, engine: &str, speed: u32, transcript: &Path) -> Result<Self, Failure> {
        Self::start_as_of(program, engine, None, speed, transcript)
    }

    /// The same, of an earlier day.
    pub fn start_as_of(
        program: &Path,
        engine: &str,
        day: Option<&str>,
        speed: u32,
        transcript: &Path,
    ) -> Result<Self, Failure> {
        let mut child = Command::new(program)
            .args([
                "--engine",
                engine,
                "--people",
                "200",
                "--speed",
                &speed.to_string(),
                "--transcript",
            ])
            .arg(transcript)
            .args(day.iter().flat_map(|day| ["--as-of", day]))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Failure(format!("practice-org could not be started: {error}")))?;
        let mut said = child.stdout.take().map(BufReader::new);
        let mut read = |before: &str| {
            let mut line = String::new();
            said.as_mut().map(|it| it.read_line(&mut line));
            line.trim().strip_prefix(before).map(str::to_owned)
        };
        let (url, token) = (read("listening on "), read("token "));
        let mut practice = Self {
            child,
            url: String::new(),
            token: String::new(),
        };
        match (url, token) {
            (Some(url), Some(token)) => {
                (practice.url, practice.token) = (url, token);
                Ok(practice)
            }
            _ => Err(Failure("practice-org ended before it listened".to_owned())),
        }
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        // It holds memory only.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
