//! A whole migration, with everything logged, and then a look into everything that it wrote: invariant 6 and SECURITY.md.

#[path = "../common/leaks.rs"]
mod search;

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use rehome_engine::{
    Rehome,
    secrets::SecretStore,
    service_app_name,
    view::{IdentityProviders, Step},
};
use rehome_practice::{Control, Fault, Limits, Options, PracticeOrg};
use secrecy::ExposeSecret;
use serde::Serialize;
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    desk::{Keychain, NEW, OLD},
    journey::robot::{Robot, Wishes, begin, rehome},
};
use search::{Secret, files, leaks};

const SPEED: u32 = 40;

/// A log in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Five people of the old app, by name and by login.
fn people(control: &Control, app: &str) -> Vec<Secret> {
    let mut secrets = Vec::new();
    for user in control.app_users(app).iter().step_by(7) {
        let profile = control.profile(&user.user).expect("a profile");
        let part = |key: &str| profile.get(key).and_then(|it| it.as_str()).unwrap_or_default();
        let name = format!("{} {}", part("firstName"), part("lastName"));
        if name.chars().count() >= 8 && part("login").len() >= 8 && secrets.len() < 10 {
            secrets.push(Secret::new(&format!("the name {name}"), &name));
            secrets.push(Secret::new(&format!("the login {}", part("login")), part("login")));
        }
    }
    assert_eq!(secrets.len(), 10, "five people");
    secrets
}

/// Puts a service app in the place of the token; gives what of it must be found nowhere.
async fn go_on_with_a_service_app(rehome: &Rehome, org: &PracticeOrg, keychain: &Keychain, id: &str) -> [Secret; 2] {
    let setup = rehome.service_app_setup(false).await.expect("a key pair");
    let key = serde_json::from_str(&setup.public_key).expect("JSON");
    let scopes = [setup.plan_scopes, setup.run_scopes].concat();
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let client = org
        .control()
        .register_service_app("Rehome", &key, &scopes, &["APP_ADMIN"], true);
    let view = rehome
        .provide_service_app(id.to_owned(), client.expect("a public key"))
        .await
        .expect("accepted");
    let kept = keychain.get(&service_app_name(&view.org.id)).expect("a keychain");
    let kept: serde_json::Value = serde_json::from_str(kept.expect("kept").expose_secret()).expect("JSON");
    let pem = kept["key"].as_str().expect("a key");
    let line = pem.lines().nth(1).expect("a line of the key");
    [
        Secret::new("the private key", line),
        // How every assertion and proof begins.
        Secret::new("a signed JWT", "eyJ0eXAiOi"),
    ]
}

fn json(what: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(what).expect("views are JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_the_token_nor_people_lie_about() {
    let log = Lines::default();
    tracing_subscriber::fmt()
        // What the shell logs at its most talkative: see TALKATIVE in src-tauri/src/settings.rs.
        .with_env_filter("trace,h2=info,hyper=info,hyper_util=info,reqwest=info,rustls=info")
        .with_ansi(false)
        .with_writer(log.clone())
        .init();
    let org = PracticeOrg::start(Options {
        people: 80,
        speed: SPEED,
        // Waits, repeated calls and unknown outcomes are what the log tells of.
        limits: Limits::Workforce,
        ..Options::default()
    })
    .await
    .expect("a practice org");
    let control = org.control();
    let faults = control.faults();
    faults.arm_times(Fault::Status(500, "E0000009".into()), "GET", "/users", 3, 2);
    faults.arm(Fault::ResetAfter, "POST", "/users", 5);
    faults.arm(Fault::Status(403, "E0000006".into()), "POST", "/users", 9);
    let mut token = vec![Secret::new("the token", org.token())];
    let people = people(&control, &control.app(OLD).expect("old"));
    let dir = tempfile::tempdir().expect("a folder");
    let keychain = Keychain::default();
    let rehome = rehome(dir.path(), Arc::new(keychain.clone()), SPEED);
    let id = begin(&rehome, org.url(), org.token(), OLD, NEW).await;
    let mut robot = Robot {
        rehome: &rehome,
        id: id.clone(),
        wishes: Wishes {
            pilot: 8,
            wave_size: 40,
            console: org.url().to_owned(),
            token: org.token().to_owned(),
            until: Some(Step::Waves),
            providers: IdentityProviders::Several,
            rehearse: false,
        },
        done: Vec::new(),
    };
    robot.work().await;
    token.extend(go_on_with_a_service_app(&rehome, &org, &keychain, &id).await);
    robot.wishes.until = None;
    robot.work().await;

    // What the window is told: people, yes; the token, never.
    let told = [
        json(&rehome.start().await.expect("the list of migrations")),
        json(&rehome.migration(id.clone()).await.expect("the frame")),
        json(&rehome.compare(id.clone()).await.expect("step 1")),
        json(&rehome.map(id.clone(), None).await.expect("step 2")),
        json(&rehome.activity(id.clone(), 0, 5_000).await.expect("the activity")),
        json(&rehome.waves(id).await.expect("step 4")),
    ];
    for (view, secret) in told
        .iter()
        .flat_map(|view| token.iter().map(move |secret| (view, secret)))
    {
        assert_eq!(secret.found_in(view), None, "told to the window");
    }
    rehome.shutdown().await;

    let all = files(dir.path());
    let (reports, kept): (Vec<PathBuf>, Vec<PathBuf>) = all
        .into_iter()
        .partition(|it| it.starts_with(dir.path().join("reports")));
    assert!(
        kept.iter().any(|it| it.extension().is_some_and(|e| e == "db")),
        "{kept:?}"
    );
    assert_eq!(leaks(&token, &kept), [""; 0]);
    assert_eq!(leaks(&people, &kept), [""; 0]);
    assert_eq!(leaks(&token, &reports), [""; 0]);
    // The report is about people: that they are found there shows that the search would find them elsewhere, too.
    assert_eq!(
        leaks(&people, &reports).len(),
        reports.len() * people.len(),
        "in the report everybody has a line"
    );

    let log = log.0.lock().expect("no panic");
    let lines = String::from_utf8_lossy(&log)
        .lines()
        .filter(|line| line.contains("rehome_"))
        .count();
    assert!(lines >= 10, "{lines} lines of ours in {} bytes of log", log.len());
    for secret in token.iter().chain(&people) {
        let found = secret.found_in(&log);
        assert_eq!(found, None, "{}", around(&log, secret));
    }
}

/// The line of the log that gives something away.
fn around(log: &[u8], secret: &Secret) -> String {
    let lines = String::from_utf8_lossy(log);
    let line = lines.lines().find(|line| secret.found_in(line.as_bytes()).is_some());
    line.unwrap_or_default().chars().take(600).collect()
}
