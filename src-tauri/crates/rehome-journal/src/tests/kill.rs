//! Killed in the middle of writing: whatever was answered is there.

use std::{
    collections::BTreeMap,
    env,
    io::{self, BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::fixture::{Fixture, at, operation};
use crate::{Journal, JournalKey, Outcome};

const DIR: &str = "REHOME_JOURNAL_KILL_DIR";
const KEY: &str = "REHOME_JOURNAL_KILL_KEY";

#[tokio::test]
async fn what_was_answered_survives_sigkill() {
    let mut fixture = Fixture::new().await;
    let mut known: BTreeMap<i64, bool> = BTreeMap::new();
    for lines in [1, 40, 333] {
        fixture.close();
        let mut child = Command::new(env::current_exe().unwrap())
            .args([
                "tests::kill::child_that_writes_until_killed",
                "--exact",
                "--ignored",
                "--nocapture",
            ])
            .env(DIR, fixture.path())
            .env(KEY, fixture.key.to_secret().expose_secret())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut seen = 0;
        // What was in the pipe when the child died is read too: it had been answered.
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            match line.split_once(' ').map(|(word, id)| (word, id.parse::<i64>())) {
                Some(("begun", Ok(id))) => known.insert(id, false),
                Some(("finished", Ok(id))) => known.insert(id, true),
                _ => continue,
            };
            seen += 1;
            if seen == lines {
                child.kill().unwrap();
            }
        }
        let status = child.wait().unwrap();
        assert!(
            !status.success() && seen >= lines,
            "the child was killed, after {seen} answers: {status}"
        );

        let journal = fixture.reopen().unwrap();
        let stored: BTreeMap<_, _> = journal
            .operations("m1")
            .await
            .unwrap()
            .into_iter()
            .map(|op| (op.id.0, op.outcome))
            .collect();
        for (id, finished) in &known {
            let outcome = stored
                .get(id)
                .unwrap_or_else(|| panic!("operation {id} was answered and is lost"));
            assert!(
                !finished || *outcome == Some(Outcome::Confirmed),
                "the outcome of {id} was answered and is lost"
            );
        }
        journal.verify("m1").await.unwrap();
        let open = journal.open_operations("m1").await.unwrap();
        assert_eq!(open.len(), stored.values().filter(|outcome| outcome.is_none()).count());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started and killed by what_was_answered_survives_sigkill"]
async fn child_that_writes_until_killed() {
    let dir = PathBuf::from(env::var(DIR).expect("started by the test above"));
    let key = JournalKey::from_secret(&SecretString::from(env::var(KEY).unwrap())).unwrap();
    let journal = Journal::open(&dir, &key).unwrap();
    // Not println: the test harness would keep it to itself.
    let say = |word: &str, id: i64| writeln!(io::stdout().lock(), "{word} {id}").unwrap();
    let callers: Vec<_> = (0..8)
        .map(|caller| {
            let journal = journal.clone();
            tokio::spawn(async move {
                for round in 0..100_000 {
                    let subject = format!("u{caller}-{round}");
                    for id in journal
                        .begin("m1", vec![operation(&subject), operation(&subject)], at(1))
                        .await
                        .unwrap()
                    {
                        say("begun", id.0);
                        journal
                            .finish(id, Outcome::Confirmed, json!({"status": 200}), at(2))
                            .await
                            .unwrap();
                        say("finished", id.0);
                    }
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
}
