//! The main job for 2,000 people, with the process killed (SIGKILL) in the pilot, in a wave and in unassigning.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use rehome_engine::secrets::{SecretError, SecretStore};
use rehome_engine::view::IdentityProviders;
use rehome_practice::{Control, Options, PracticeOrg};
use secrecy::{ExposeSecret, SecretString};

use super::{
    main_job::{before, check_end},
    robot::{Robot, Wishes, begin, rehome},
};
use crate::desk::practice;

const OLD: &str = "Zendesk (2019)";
const NEW: &str = "Zendesk Suite";
const SPEED: u32 = 40;

/// Stands for the keychain, which outlives a killed process. For this test alone: the product never keeps secrets in files.
struct KeychainOfTheTest(PathBuf);

impl SecretStore for KeychainOfTheTest {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        Ok(std::fs::read_to_string(self.0.join(name)).ok().map(SecretString::from))
    }
    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        std::fs::create_dir_all(&self.0)
            .and_then(|()| std::fs::write(self.0.join(name), secret.expose_secret()))
            .map_err(|e| SecretError {
                why: e.to_string(),
                advice: String::new(),
            })
    }
    fn remove(&self, name: &str) -> Result<(), SecretError> {
        let _ = std::fs::remove_file(self.0.join(name));
        Ok(())
    }
    fn status(&self) -> Result<(), SecretError> {
        Ok(())
    }
}

/// Not a test of its own: the process that is killed. Does nothing unless the test below started it.
#[tokio::test(flavor = "multi_thread")]
async fn the_process_that_is_killed() {
    let Ok(dir) = std::env::var("REHOME_IT_DIR") else {
        return;
    };
    let url = std::env::var("REHOME_IT_URL").expect("the test gives the address");
    let token = std::env::var("REHOME_IT_TOKEN").expect("the test gives the token");
    let dir = Path::new(&dir);
    let rehome = rehome(dir, Arc::new(KeychainOfTheTest(dir.join("keychain"))), SPEED);
    let start = rehome.start().await.expect("the journal opens");
    let id = match start.migrations.first() {
        Some(migration) => migration.id.clone(),
        None => begin(&rehome, &url, &token, OLD, NEW).await,
    };
    let wishes = Wishes {
        pilot: 25,
        wave_size: 250,
        console: url,
        token,
        until: None,
        providers: IdentityProviders::Several,
        rehearse: false,
    };
    Robot {
        rehome: &rehome,
        id,
        wishes,
        done: Vec::new(),
    }
    .work()
    .await;
}

fn start(dir: &Path, org: &PracticeOrg) -> Child {
    Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "journey::killed::the_process_that_is_killed", "--nocapture"])
        .env("REHOME_IT_DIR", dir)
        .env("REHOME_IT_URL", org.url())
        .env("REHOME_IT_TOKEN", org.token())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("starts")
}

/// Lets the process work until so many calls of a kind were seen, then kills it.
fn kill_after(mut child: Child, control: &Control, method: &str, path: &str, count: usize) {
    let begun = Instant::now();
    let seen = || {
        control
            .calls()
            .iter()
            .filter(|c| c.method == method && c.path.starts_with(path))
            .count()
    };
    while seen() < count {
        assert!(
            begun.elapsed() < Duration::from_secs(200),
            "never saw {count} {method} {path}: {}",
            seen()
        );
        if let Some(status) = child.try_wait().expect("waits") {
            panic!(
                "the process ended by itself ({status}) after {} {method} {path}",
                seen()
            );
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "this thread has nothing else to do than to watch"
        )]
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("SIGKILL");
    child.wait().expect("reaped");
}

#[test]
fn two_thousand_people_with_three_kills() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = Options {
        people: 2_000,
        speed: SPEED,
        latency: Duration::from_millis(100),
        ..Options::default()
    };
    let org = runtime.block_on(practice(options));
    let control = org.control();
    let (old, new) = (control.app(OLD).expect("old"), control.app(NEW).expect("new"));
    let was = before(&control, &old);
    let dir = tempfile::tempdir().expect("a folder");
    let assigned = format!("/api/v1/apps/{new}/users");
    let old_users = format!("/api/v1/apps/{old}/users/");

    kill_after(start(dir.path(), &org), &control, "POST", &assigned, 10);
    let in_pilot = control.app_users(&new).len();
    assert!(
        (1..=25).contains(&in_pilot),
        "killed in the pilot: {in_pilot} people were on the new app"
    );

    kill_after(start(dir.path(), &org), &control, "POST", &assigned, 300);
    let in_wave = control.app_users(&new).len();
    assert!(
        in_wave < was.users.len(),
        "killed in a wave: {in_wave} people were on the new app"
    );

    kill_after(start(dir.path(), &org), &control, "DELETE", &old_users, 40);
    let left = control.app_users(&old).len();
    assert!(
        left > 0,
        "killed in unassigning: {left} people were still on the old app"
    );

    let last = start(dir.path(), &org).wait().expect("ends");
    assert!(last.success(), "the last process finished the job: {last}");
    check_end(&control, &old, &new, &was);
}
