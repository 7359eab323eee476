//! One command at a time, one line each.

use std::{
    fmt, fs, io,
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::places;

/// Why a task ended, in words.
#[derive(Debug)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(format!("a file could not be used: {error}"))
    }
}

pub type Done = Result<(), Failure>;

/// Whether stdout belongs to what a program will read.
static ON_STDERR: AtomicBool = AtomicBool::new(false);

/// Leaves stdout to the result.
pub fn speak_on_stderr(yes: bool) {
    ON_STDERR.store(yes, Ordering::Relaxed);
}

fn say(line: &str) {
    if ON_STDERR.load(Ordering::Relaxed) {
        eprintln!("{line}");
    } else {
        println!("{line}");
    }
}

/// Runs a command without its output, which is shown only if it fails. Prints the name with its time.
pub fn quietly(name: &str, command: &mut Command) -> Done {
    let log = places::own().join(format!("{}.log", name.replace([' ', '/', ':'], "-")));
    fs::create_dir_all(places::own())?;
    let output = fs::File::create(&log)?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
    timed(name, || {
        let status = start(command)?.wait()?;
        if status.success() {
            return Ok(());
        }
        say(&String::from_utf8_lossy(&fs::read(&log)?));
        Err(failed(name, command, status))
    })
}

/// Runs a command whose output is to be seen, for at most so long.
pub fn openly(name: &str, command: &mut Command, at_most: Duration) -> Done {
    say(&format!("{name} ..."));
    if ON_STDERR.load(Ordering::Relaxed) {
        command.stdout(io::stderr());
    }
    timed(name, || {
        let begun = Instant::now();
        let mut child = start(command)?;
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if begun.elapsed() > at_most {
                child.kill()?;
                child.wait()?;
                return Err(Failure(format!(
                    "{name}: stopped, because it was still going on after {} s",
                    at_most.as_secs()
                )));
            }
            #[expect(
                clippy::disallowed_methods,
                reason = "nothing here is async, and a child cannot be waited for with a limit"
            )]
            thread::sleep(Duration::from_millis(100));
        };
        if status.success() {
            Ok(())
        } else {
            Err(Failure(format!("{name} failed ({status})")))
        }
    })
}

/// Prints the name with the time that the work took.
pub fn timed(name: &str, work: impl FnOnce() -> Done) -> Done {
    let begun = Instant::now();
    let done = work();
    let word = if done.is_ok() { "ok" } else { "FAILED" };
    say(&format!(
        "{name:<32} {word:>6} {:>8.1} s",
        begun.elapsed().as_secs_f64()
    ));
    done
}

/// What a program answers on stdout; `None` where it is not there or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn start(command: &mut Command) -> Result<Child, Failure> {
    command.spawn().map_err(|error| {
        Failure(format!(
            "`{}` could not be started: {error}",
            command.get_program().display()
        ))
    })
}

fn failed(name: &str, command: &Command, status: ExitStatus) -> Failure {
    let words = command
        .get_args()
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>();
    Failure(format!(
        "{name} failed ({status}): {} {}",
        command.get_program().display(),
        words.join(" ")
    ))
}
