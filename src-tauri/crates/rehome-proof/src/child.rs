//! The process that is killed: works a phase, stands still at a write of the journal, and is ended with SIGKILL by the one
//! that started it.

use std::{
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rehome_engine::Rehome;

use crate::{
    company::SPEED,
    keychain::InFiles,
    phase::{Admin, Phase},
    robot::rehome,
    tale::Tale,
};

/// What a child is told, as arguments of the program.
#[derive(Clone, Debug, clap::Args)]
pub struct Orders {
    #[arg(long)]
    pub dir: PathBuf,
    #[arg(long)]
    pub id: String,
    #[arg(long)]
    pub url: String,
    #[arg(long)]
    pub token: String,
    #[arg(long)]
    pub tale: String,
    #[arg(long)]
    pub phase: String,
    #[arg(long)]
    pub pilot: u32,
    #[arg(long)]
    pub wave_size: u32,
    /// Stand still at this moment: two for each write of the journal, before and after it is on disk.
    #[arg(long)]
    pub still_at: Option<usize>,
    /// Pause and resume the run, or stop it, every so many milliseconds.
    #[arg(long)]
    pub meddle: Option<u64>,
}

/// Said on stdout when the child stands still.
const STILL: &str = "standing still";

impl Orders {
    /// The folder that stands for the keychain.
    pub fn keychain(dir: &Path) -> PathBuf {
        dir.join("keychain")
    }

    fn arguments(&self) -> Vec<String> {
        let mut out = vec!["child".to_owned()];
        let mut add = |name: &str, value: String| out.extend([format!("--{name}"), value]);
        add("dir", self.dir.display().to_string());
        add("id", self.id.clone());
        add("url", self.url.clone());
        add("token", self.token.clone());
        add("tale", self.tale.clone());
        add("phase", self.phase.clone());
        add("pilot", self.pilot.to_string());
        add("wave-size", self.wave_size.to_string());
        if let Some(at) = self.still_at {
            add("still-at", at.to_string());
        }
        if let Some(every) = self.meddle {
            add("meddle", every.to_string());
        }
        out
    }

    /// # Errors
    /// When the program cannot be started.
    pub fn start(&self) -> io::Result<Child> {
        Command::new(std::env::current_exe()?)
            .args(self.arguments())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    }

    /// In the child. Gives how many moments its journal had; the error says where it is stuck.
    ///
    /// # Errors
    /// Why the phase did not come to its end.
    pub async fn obey(self) -> Result<usize, String> {
        let phase = Phase::ALL.into_iter().find(|phase| phase.name() == self.phase);
        let phase = phase.ok_or("no such phase")?;
        let tale = Tale::ALL.into_iter().find(|tale| tale.name() == self.tale);
        let tale = tale.ok_or("no such tale")?;
        let secrets = Arc::new(InFiles(Self::keychain(&self.dir)));
        let rehome = Arc::new(rehome(&self.dir, secrets, SPEED));
        rehome.start().await.map_err(|p| format!("{p:?}"))?;
        let journal = rehome.journal_for_tests().await.map_err(|p| format!("{p:?}"))?;
        static MOMENTS: AtomicUsize = AtomicUsize::new(0);
        let still_at = self.still_at;
        journal.watch_for_tests(Box::new(move |_, _| {
            if Some(MOMENTS.fetch_add(1, Ordering::Relaxed)) == still_at {
                let mut out = io::stdout().lock();
                let _ = writeln!(out, "{STILL}").and_then(|()| out.flush());
                loop {
                    std::thread::park();
                }
            }
        }));
        let meddler = self
            .meddle
            .map(|every| tokio::spawn(meddle(rehome.clone(), self.id.clone(), every)));
        let admin = Admin {
            url: self.url,
            token: self.token,
            tale,
            pilot: self.pilot,
            wave_size: self.wave_size,
        };
        let worked = admin.work(&rehome, &self.id, phase).await;
        if let Some(meddler) = meddler {
            meddler.abort();
        }
        rehome.shutdown().await;
        worked.map_err(|why| why.join(" // "))?;
        Ok(MOMENTS.load(Ordering::Relaxed))
    }
}

/// An admin who cannot leave it alone.
async fn meddle(rehome: Arc<Rehome>, id: String, every: u64) {
    for turn in 0_u32.. {
        tokio::time::sleep(Duration::from_millis(every)).await;
        if turn % 5 == 4 {
            let _ = rehome.stop(id.clone()).await;
        } else {
            let _ = rehome.pause(id.clone()).await;
            tokio::time::sleep(Duration::from_millis(every / 4)).await;
            let _ = rehome.resume(id.clone()).await;
        }
    }
}

/// How a child came to its end.
#[derive(Debug)]
pub enum Ended {
    Killed,
    /// By itself, having come to the end of its phase or not.
    ByItself(bool),
}

/// When to kill.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// When it stands still.
    Still,
    /// Once the org has seen so many calls.
    Calls(usize),
}

/// Waits for the moment and kills; blocks.
///
/// # Errors
/// What the operating system says.
pub fn kill(mut child: Child, when: When, calls: impl Fn() -> usize) -> io::Result<Ended> {
    let stands_still = Arc::new(OnceLock::new());
    let (told, out) = (stands_still.clone(), child.stdout.take());
    let listener = std::thread::spawn(move || {
        for line in out
            .into_iter()
            .flat_map(|out| BufReader::new(out).lines())
            .map_while(Result::ok)
        {
            if line == STILL {
                let _ = told.set(());
            }
        }
    });
    let ended = loop {
        let now = match when {
            When::Still => stands_still.get().is_some(),
            When::Calls(count) => calls() >= count,
        };
        if now {
            child.kill()?;
            child.wait()?;
            break Ended::Killed;
        }
        if let Some(status) = child.try_wait()? {
            break Ended::ByItself(status.success());
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "this thread has nothing else to do than to watch"
        )]
        std::thread::sleep(Duration::from_micros(300));
    };
    let _ = listener.join();
    Ok(ended)
}
