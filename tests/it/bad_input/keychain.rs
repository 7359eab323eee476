//! A keychain that is missing, locked or emptied; recovery codes.

use std::sync::Arc;

use rehome_engine::view::*;

use crate::desk::{Desk, Keychain, Mood, OLD, check_words, options, refused};

fn needs_code(start: &StartView) -> Problem {
    let JournalState::NeedsRecoveryCode { problem } = &start.journal else {
        panic!("the code is asked for: {:?}", start.journal);
    };
    assert_eq!(problem.code, ProblemCode::JournalLocked);
    check_words(problem);
    problem.clone()
}

/// One letter of the code is another one.
fn typo(code: &str) -> String {
    let last = code.chars().last().expect("a letter");
    format!("{}{}", &code[..code.len() - 1], if last == 'A' { 'B' } else { 'A' })
}

async fn excluded(desk: &Desk) -> Vec<(String, Option<String>)> {
    let filter = PeopleFilter {
        state: Some(PersonState::Excluded),
        ..PeopleFilter::default()
    };
    let page = desk
        .rehome
        .people(desk.id.clone(), filter, 0, 100)
        .await
        .expect("people");
    page.rows.into_iter().map(|r| (r.id, r.note)).collect()
}

/// Compared, mapped, piloted, with one person left out by name.
async fn decided(keychain: Keychain) -> (Desk, String, Vec<(String, Option<String>)>) {
    let desk = Desk::with(options(), keychain).await.until(Step::Pilot).await;
    let somebody = desk
        .rehome
        .people(desk.id.clone(), PeopleFilter::default(), 0, 1)
        .await
        .expect("people")
        .rows;
    let reason = Some("Leaves the company on Friday.".to_owned());
    desk.rehome
        .exclude_person(desk.id.clone(), somebody[0].id.clone(), reason)
        .await
        .expect("left out");
    let code = desk.confirm_code().await;
    let excluded = excluded(&desk).await;
    assert!(!excluded.is_empty());
    (desk, code, excluded)
}

async fn opens_with_the_code(mut desk: Desk, code: &str, were: &[(String, Option<String>)]) -> Desk {
    desk.restart_only().await;
    let start = desk.rehome.start().await.expect("starts");
    needs_code(&start);
    assert!(start.migrations.is_empty());
    refused(
        desk.rehome
            .connect(desk.org.url().into(), desk.org.token().into())
            .await,
        ProblemCode::JournalLocked,
    );
    for wrong in ["", "hello", &typo(code), "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AA"] {
        refused(
            desk.rehome.open_journal(wrong.into()).await,
            ProblemCode::WrongRecoveryCode,
        );
    }
    needs_code(&desk.rehome.start().await.expect("starts"));
    // As people type it.
    let start = desk
        .rehome
        .open_journal(code.to_lowercase().replace('-', " "))
        .await
        .expect("opens");
    assert!(matches!(start.journal, JournalState::Open));
    assert_eq!(start.migrations.len(), 1);
    assert_eq!(start.migrations[0].old_label, OLD);
    assert_eq!(excluded(&desk).await, were);
    assert!(desk.frame().await.read_at.is_some(), "what was read is still there");
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain() {
    let keychain = Keychain::default();
    keychain.set(Mood::Missing);
    let (desk, code, were) = decided(keychain).await;
    let start = desk.rehome.start().await.expect("starts");
    let KeychainState::Unavailable { why, advice } = start.keychain else {
        panic!("it is said that there is none: {:?}", start.keychain)
    };
    assert!(why.contains("keychain") && !advice.is_empty(), "{why} {advice}");
    let connected = desk
        .rehome
        .connect(desk.org.url().into(), desk.org.token().into())
        .await
        .expect("connects");
    assert!(
        connected.kept.starts_with("in memory until you close Rehome"),
        "{}",
        connected.kept
    );
    let desk = opens_with_the_code(desk, &code, &were).await;
    // The token was for the session: it is asked for, and the work goes on.
    let frame = desk.frame().await;
    assert!(frame.credential.needed, "{:?}", frame.credential);
    refused(
        desk.rehome.read_apps(desk.id.clone()).await,
        ProblemCode::CredentialRejected,
    );
    desk.rehome
        .provide_credential(desk.id.clone(), desk.org.token().into())
        .await
        .expect("accepted");
    assert_eq!(desk.read_apps().await, None);
    desk.check_unharmed();
    let left = std::fs::read_dir(desk.dir.path()).expect("the folder").flatten();
    for file in left.filter(|f| f.path().is_file()) {
        let held = std::fs::read(file.path()).expect("a file");
        let token = desk.org.token().as_bytes();
        assert!(
            !held.windows(token.len()).any(|w| w == token),
            "{:?} holds the token",
            file.path()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn emptied_between_two_starts() {
    let (desk, code, were) = decided(Keychain::default()).await;
    desk.keychain.empty();
    let mut desk = opens_with_the_code(desk, &code, &were).await;
    // The key is in the keychain again.
    desk.restart_only().await;
    let start = desk.rehome.start().await.expect("starts");
    assert!(matches!(start.journal, JournalState::Open), "{:?}", start.journal);
    assert_eq!(excluded(&desk).await, were);
    assert_eq!(desk.read_apps().await, None);
    desk.check_unharmed();
}

#[tokio::test(flavor = "multi_thread")]
async fn locked_after_a_code_was_confirmed() {
    let (desk, code, were) = decided(Keychain::default()).await;
    desk.keychain.set(Mood::Locked);
    let mut desk = opens_with_the_code(desk, &code, &were).await;
    desk.keychain.set(Mood::Works);
    desk.restart_only().await;
    assert!(matches!(
        desk.rehome.start().await.expect("starts").journal,
        JournalState::Open
    ));
    desk.check_unharmed();
}

fn files(desk: &Desk) -> Vec<String> {
    let all = std::fs::read_dir(desk.dir.path()).expect("the folder").flatten();
    let mut names: Vec<String> = all.map(|f| f.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|n| n.starts_with("journal"));
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn locked_before_any_code_was_made() {
    let mut desk = Desk::new(options()).await.until(Step::Map).await;
    desk.keychain.set(Mood::Locked);
    desk.restart_only().await;
    let start = desk.rehome.start().await.expect("starts");
    let JournalState::Unusable { problem } = start.journal else {
        panic!("it cannot be opened now: {:?}", start.journal)
    };
    assert_eq!(problem.code, ProblemCode::JournalLocked);
    check_words(&problem);
    assert!(problem.mend.contains("Unlock the keychain"), "{problem:?}");
    assert!(
        !files(&desk).iter().any(|n| n.contains("unreadable")),
        "nothing is moved aside: {:?}",
        files(&desk)
    );
    desk.keychain.set(Mood::Works);
    desk.restart_only().await;
    let start = desk.rehome.start().await.expect("starts");
    assert!(matches!(start.journal, JournalState::Open), "{:?}", start.journal);
    assert_eq!(start.migrations.len(), 1);
    assert!(desk.frame().await.read_at.is_some());
    desk.check_unharmed();
}

#[tokio::test(flavor = "multi_thread")]
async fn emptied_before_any_code_was_made() {
    let mut desk = Desk::new(options()).await.until(Step::Map).await;
    desk.keychain.empty();
    desk.restart_only().await;
    let start = desk.rehome.start().await.expect("starts");
    assert!(matches!(start.journal, JournalState::Open), "{:?}", start.journal);
    assert!(start.migrations.is_empty(), "a new journal");
    let aside: Vec<String> = files(&desk).into_iter().filter(|n| n.contains("unreadable")).collect();
    assert!(!aside.is_empty(), "the old file is kept: {:?}", files(&desk));
    // The work can begin anew.
    let connected = desk
        .rehome
        .connect(desk.org.url().into(), desk.org.token().into())
        .await
        .expect("connects");
    let (old, new) = (desk.old.clone(), desk.new.clone());
    desk.id = desk
        .rehome
        .start_migration(connected.connection, old, new)
        .await
        .expect("starts");
    assert_eq!(desk.read_apps().await, None);
    desk.check_unharmed();
}

/// A file that is no journal at all is never opened, written or thrown away.
#[tokio::test]
async fn another_file_in_its_place() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("journal.db"), b"The quick brown fox").expect("written");
    let rehome = crate::journey::robot::rehome(dir.path(), Arc::new(Keychain::default()), 1);
    rehome.start().await.expect("a first screen, whatever lies there");
    let kept = std::fs::read_dir(dir.path())
        .expect("the folder")
        .flatten()
        .any(|f| std::fs::read(f.path()).is_ok_and(|held| held == b"The quick brown fox"));
    assert!(kept, "the file is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_that_were_not_shown() {
    let desk = Desk::new(options()).await;
    refused(
        desk.rehome.confirm_recovery_code("anything".into()).await,
        ProblemCode::WrongRecoveryCode,
    );
    let first = desk.rehome.recovery_code().await.expect("a code");
    let second = desk.rehome.recovery_code().await.expect("a code");
    refused(
        desk.rehome.confirm_recovery_code(first).await,
        ProblemCode::WrongRecoveryCode,
    );
    refused(
        desk.rehome.confirm_recovery_code(typo(&second)).await,
        ProblemCode::WrongRecoveryCode,
    );
    refused(
        desk.rehome.confirm_recovery_code(String::new()).await,
        ProblemCode::WrongRecoveryCode,
    );
    assert!(!desk.frame().await.recovery_code_confirmed);
    let desk = desk.until(Step::Pilot).await;
    // Nothing is written to Okta before the code stands on paper.
    let people = desk
        .rehome
        .suggest_pilot(desk.id.clone(), Vec::new(), 3)
        .await
        .expect("suggestions");
    desk.rehome
        .set_pilot(desk.id.clone(), people.into_iter().map(|p| p.id).collect())
        .await
        .expect("a pilot");
    desk.draft().await;
    refused(
        desk.rehome.run_wave(desk.id.clone(), 0).await,
        ProblemCode::RecoveryCodeNeeded,
    );
    assert!(desk.control.app_users(&desk.new).is_empty());
    desk.check_unharmed();
}
