//! The main job with a service app as the credential: DPoP, scopes and roles of its own, a key pair made here.

use rehome_engine::view::*;
use rehome_practice::Options;
use serde_json::Value;

use super::main_job::check_end;
use crate::desk::{Desk, options, refused, slow_options, stopped};

/// Makes a service app in the practice org as an admin does, with what the window shows. Gives its client id.
async fn register(desk: &Desk, scopes: &[&str], roles: &[&str]) -> String {
    let setup = desk.rehome.service_app_setup(false).await.expect("a key pair");
    let key: Value = serde_json::from_str(&setup.public_key).expect("JSON");
    assert_eq!(key["kid"], setup.key_id);
    desk.control
        .register_service_app("Rehome", &key, scopes, roles, true)
        .expect("a public key")
}

async fn all_scopes(desk: &Desk) -> Vec<String> {
    let setup = desk.rehome.service_app_setup(false).await.expect("a key pair");
    [setup.plan_scopes, setup.run_scopes].concat()
}

async fn connect(desk: &Desk, client: &str) -> ConnectionView {
    desk.rehome
        .connect_service_app(desk.org.url().into(), client.into())
        .await
        .expect("connects")
}

/// A migration whose credential is a service app with everything that it needs.
async fn desk_with_app(options: Options) -> (Desk, String) {
    let desk = Desk::new(options).await;
    let scopes = all_scopes(&desk).await;
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let client = register(&desk, &scopes, &["APP_ADMIN"]).await;
    let view = connect(&desk, &client).await;
    assert_eq!((view.can_read, view.can_write), (true, Some(true)), "{:?}", view.probes);
    assert_eq!((view.client_id.as_deref(), view.admin), (Some(client.as_str()), None));
    assert!(view.probes.iter().all(|p| p.tone == Tone::Good), "{:?}", view.probes);
    (desk, client)
}

/// How often an access token was asked for, by the answer.
fn asked(desk: &Desk, status: u16) -> usize {
    let calls = desk.control.calls();
    calls
        .iter()
        .filter(|c| c.path == "/oauth2/v1/token" && c.status == status)
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_job() {
    let (desk, client) = desk_with_app(options()).await;
    // After a restart the keychain has it.
    let desk = desk.restart().await;
    let frame = desk.frame().await;
    assert_eq!(frame.credential.client_id.as_deref(), Some(client.as_str()));
    desk.control.forget_calls();
    desk.robot(None).work().await;
    check_end(&desk.control, &desk.old, &desk.new, &desk.was);
    assert!(asked(&desk, 200) > 0, "tokens were got");
    assert_eq!(asked(&desk, 401), 0);
    let refused = desk.control.calls().into_iter().filter(|c| c.status == 401);
    assert_eq!(refused.count(), 0, "never with a bad token or proof");
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_in_a_wave_and_replaced() {
    let (desk, client) = desk_with_app(slow_options()).await;
    let desk = desk.until(Step::Pilot).await.approve().await;
    desk.control.forget_calls();
    desk.start_wave(0).await;
    desk.until_calls("POST", &desk.assign_path(), 2).await;
    withdraw(&desk, &client).await;
    let problem = desk.settle().await;
    assert!(
        problem.as_ref().is_some_and(|p| p.what.contains("service app")),
        "the reason: {problem:?}"
    );
    stopped(problem, ProblemCode::CredentialRejected);
    let frame = desk.frame().await;
    assert!(frame.credential.needed, "{:?}", frame.credential);
    // The calls of a laptop go on until the org has deactivated the app.
    let placed = desk.control.app_users(&desk.new).len();
    assert!((2..20).contains(&placed), "in the middle: {placed} of the pilot's 20");
    let waves = desk.rehome.waves(desk.id.clone()).await.expect("waves");
    assert_eq!(
        waves.counts.failed, 0,
        "the app was withdrawn, these people did not fail"
    );
    desk.check_unharmed();

    // A new app with a new key. First a wrong client id.
    let scopes = all_scopes(&desk).await;
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let next = register(&desk, &scopes, &["APP_ADMIN"]).await;
    assert_ne!(next, client);
    for wrong in [client.as_str(), "0oaNobody"] {
        refused(
            desk.rehome.provide_service_app(desk.id.clone(), wrong.into()).await,
            ProblemCode::CredentialRejected,
        );
    }
    refused(
        desk.rehome
            .provide_service_app(desk.id.clone(), "not an id".into())
            .await,
        ProblemCode::BadInput,
    );
    let frame = desk
        .rehome
        .provide_service_app(desk.id.clone(), format!(" {next}\n"))
        .await
        .expect("accepted");
    assert!(!frame.credential.needed, "{:?}", frame.credential);
    assert_eq!(frame.credential.client_id, Some(next));
    desk.finish_waves().await;
}

/// The app is deactivated, and its access tokens end with it.
async fn withdraw(desk: &Desk, client: &str) {
    let url = format!("{}/api/v1/apps/{client}/lifecycle/deactivate", desk.org.url());
    let answer = reqwest::Client::new()
        .post(url)
        .header("authorization", format!("SSWS {}", desk.org.token()))
        .header("content-length", "0")
        .send()
        .await
        .expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    desk.faults().revoke_access(client);
}

/// What is missing is named: scopes first, then the role. What is granted later counts without connecting again.
#[tokio::test(flavor = "multi_thread")]
async fn the_missing_scope_and_role_are_named() {
    let desk = Desk::new(options()).await;
    let client = register(&desk, &["okta.apps.read"], &[]).await;
    let view = connect(&desk, &client).await;
    assert_eq!((view.can_read, view.can_write), (false, Some(false)));
    let words = |title: &str| {
        let probe = view.probes.iter().find(|p| p.title == title);
        probe
            .unwrap_or_else(|| panic!("{title}: {:?}", view.probes))
            .words
            .clone()
    };
    assert!(words("Scopes").contains("okta.logs.read"), "{}", words("Scopes"));
    assert!(
        words("Read schemas").contains("grant okta.schemas.read"),
        "{}",
        words("Read schemas")
    );
    assert!(
        words("Read apps").contains("lacks the admin role"),
        "{}",
        words("Read apps")
    );
    assert!(words("Role of this service app").contains("okta.roles.read"));
    // Granted in Okta, and looked at again: the same app, with the key that it has.
    let all = all_scopes(&desk).await;
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    desk.control.empower_service_app(&client, &all, &["APP_ADMIN"]);
    let view = connect(&desk, &client).await;
    assert_eq!((view.can_read, view.can_write), (true, Some(true)), "{:?}", view.probes);
}

/// Roles with which an app may do everything that Rehome can use.
const ALL_ROLES: [&str; 3] = ["APP_ADMIN", "ORG_ADMIN", "SUPER_ADMIN"];

async fn optional_scopes(desk: &Desk) -> Vec<String> {
    let setup = desk.rehome.service_app_setup(false).await.expect("a key pair");
    setup.optional_scopes.into_iter().map(|o| o.scope).collect()
}

/// The org refuses what is not granted; Rehome says beforehand what that is, and what for.
#[tokio::test(flavor = "multi_thread")]
async fn optional_scopes_are_named_where_they_are_missed() {
    let desk = Desk::new(options()).await;
    let needed = all_scopes(&desk).await;
    let needed: Vec<&str> = needed.iter().map(String::as_str).collect();
    let client = register(&desk, &needed, &ALL_ROLES).await;
    let view = connect(&desk, &client).await;
    let scopes = view.probes.iter().find(|p| p.title == "Scopes").expect("scopes");
    assert_eq!(scopes.tone, Tone::Good, "no move needs them: {scopes:?}");
    let [groups, share] = optional_scopes(&desk).await.try_into().expect("two");
    assert!(
        scopes.words.contains(&groups) && scopes.words.contains(&share),
        "{scopes:?}"
    );

    let desk = desk.until(Step::Pilot).await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    let why = r.plan_choices(id()).await.expect("choices").unavailable.expect("said");
    assert!(why.contains(&groups) && why.contains("Okta API Scopes"), "{why}");
    let why = r.share(id()).await.expect("a view").unavailable.expect("said");
    assert!(why.contains(&share) && why.contains("Okta API Scopes"), "{why}");
    let told = refused(
        r.approve_share(id(), client.clone(), Some(90), "Robin Admin".into())
            .await,
        ProblemCode::NotAllowed,
    );
    assert!(told.mend.contains(&share), "{told:?}");

    // One of them is granted: it counts at the next look, and the other is still missed by name.
    let with_groups: Vec<&str> = needed.iter().copied().chain([groups.as_str()]).collect();
    desk.control.empower_service_app(&client, &with_groups, &["APP_ADMIN"]);
    let why = r.plan_choices(id()).await.expect("choices").unavailable.expect("said");
    assert!(
        why.contains("Organizational Administrator"),
        "the role is what is missing now: {why}"
    );
    desk.control
        .empower_service_app(&client, &with_groups, &["APP_ADMIN", "ORG_ADMIN"]);
    assert_eq!(r.plan_choices(id()).await.expect("choices").unavailable, None);
    let why = r.share(id()).await.expect("a view").unavailable.expect("said");
    assert!(why.contains(&share), "{why}");
}

/// With the optional scopes a service app's plan has wave groups, and its own share is raised and put back.
#[tokio::test(flavor = "multi_thread")]
async fn wave_groups_and_the_share_with_the_optional_scopes() {
    let many = Options {
        people: 200,
        ..options()
    };
    let desk = Desk::new(many).await;
    let scopes = [all_scopes(&desk).await, optional_scopes(&desk).await].concat();
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let client = register(&desk, &scopes, &ALL_ROLES).await;
    let view = connect(&desk, &client).await;
    assert!(
        view.probes.iter().all(|p| !p.words.contains("Left out")),
        "{:?}",
        view.probes
    );
    let desk = desk.until(Step::Pilot).await;
    let (r, id) = (&desk.rehome, || desk.id.clone());
    assert_eq!(r.plan_choices(id()).await.expect("choices").unavailable, None);
    let share = r.share(id()).await.expect("a view");
    assert_eq!(share.unavailable, None);
    let own = share.candidates.first().expect("itself").clone();
    assert_eq!(
        (own.id.as_str(), own.kind.as_str(), own.percentage),
        (client.as_str(), "OAUTH_CLIENT", 50)
    );
    r.approve_share(id(), own.id, Some(90), "Robin Admin".into())
        .await
        .expect("approved");
    desk.control.forget_calls();
    desk.finish_waves().await;
    let calls = desk.control.calls();
    let did = |method: &str, path: &str| {
        calls
            .iter()
            .filter(|c| c.method == method && c.path.contains(path))
            .count()
    };
    assert!(did("POST", "/api/v1/groups") >= 1, "a wave group was made");
    assert!(did("PUT", "/users/") > 20, "people were added to it");
    assert_eq!(did("POST", "/principal-rate-limits"), 1, "the app's own row");
    assert!(did("PUT", "/principal-rate-limits") >= 1, "and put back");
    assert_eq!(r.share(id()).await.expect("a view").candidates[0].percentage, 50);
    assert!(calls.iter().all(|c| c.status != 403), "nothing was refused");
}

/// Reading alone is enough until the pilot; then the scope is granted, and the run goes on.
#[tokio::test(flavor = "multi_thread")]
async fn the_scope_for_moving_people_can_come_later() {
    let desk = Desk::new(options()).await;
    let setup = desk.rehome.service_app_setup(false).await.expect("a key pair");
    let reading: Vec<&str> = setup.plan_scopes.iter().map(String::as_str).collect();
    let client = register(&desk, &reading, &["READ_ONLY_ADMIN"]).await;
    let view = connect(&desk, &client).await;
    assert_eq!(
        (view.can_read, view.can_write),
        (true, Some(false)),
        "{:?}",
        view.probes
    );
    let desk = desk.until(Step::Pilot).await.approve().await;
    stopped(desk.run_wave(0).await, ProblemCode::NotAllowed);
    assert!(desk.control.app_users(&desk.new).is_empty(), "nothing half done");
    let all = [setup.plan_scopes.clone(), setup.run_scopes].concat();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    desk.control.empower_service_app(&client, &all, &["APP_ADMIN"]);
    desk.finish_waves().await;
}
