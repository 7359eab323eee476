//! A service that holds one identity provider: people are placed with the tile hidden, sign-in switches for everybody at one
//! moment, and retiring opens only after it.

use rehome_engine::view::*;
use rehome_journal::Outcome;
use rehome_practice::{Engine, Fault, Options};
use serde_json::{Value, json};

use super::main_job::check_end;
use crate::desk::{Desk, check_words, options, refused, stopped};

const ROBIN: &str = "Robin Admin";
const SSO: &str = "user.authentication.sso";

/// Works until this step is the next, for a service with one identity provider.
async fn until(desk: &Desk, step: Option<Step>) -> Vec<String> {
    let mut robot = desk.robot(step);
    robot.wishes.providers = IdentityProviders::One;
    robot.work().await;
    robot.done
}

async fn app(desk: &Desk, app: &str) -> Value {
    let url = format!("{}/api/v1/apps/{app}", desk.org.url());
    let answer = reqwest::Client::new()
        .get(url)
        .header("authorization", format!("SSWS {}", desk.org.token()))
        .send();
    answer.await.expect("the org answers").json().await.expect("an app")
}

/// Old and new: hidden?
async fn tiles(desk: &Desk) -> (Value, Value) {
    let hide = |raw: Value| raw["visibility"]["hide"].clone();
    (hide(app(desk, &desk.old).await), hide(app(desk, &desk.new).await))
}

fn hidden() -> Value {
    json!({ "iOS": true, "web": true })
}

fn shown() -> Value {
    json!({ "iOS": false, "web": false })
}

async fn view(desk: &Desk) -> CutOverView {
    desk.rehome
        .cut_over(desk.id.clone())
        .await
        .expect("there is a cut-over")
}

/// Everything that has to be said before it.
async fn prepare(desk: &Desk) {
    let (r, id) = (&desk.rehome, desk.id.clone());
    r.sign_hand_over(id.clone(), Some(ROBIN.into()), String::new())
        .await
        .expect("signed off");
    for word in [CutOverWord::Settings, CutOverWord::BreakGlass] {
        r.attest_cut_over(id.clone(), word, Some(ROBIN.into()), "ops@northwind.example".into())
            .await
            .expect("said");
    }
}

async fn start(desk: &Desk) -> Option<Problem> {
    let begun = desk.rehome.start_cut_over(desk.id.clone(), ROBIN.into()).await;
    begun.expect("may begin");
    desk.settle().await
}

async fn finish(desk: &Desk) -> Option<Problem> {
    let begun = desk.rehome.finish_cut_over(desk.id.clone(), ROBIN.into()).await;
    begun.expect("may be said");
    desk.settle().await
}

async fn step_words(desk: &Desk) -> (u32, String) {
    let steps = desk.frame().await.steps;
    assert_eq!(steps.len(), 7);
    assert_eq!(
        steps.iter().filter_map(|s| s.number).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6],
        "the six keep their numbers"
    );
    let at = steps
        .iter()
        .position(|s| s.step == Step::CutOver)
        .expect("its own line");
    (at as u32, steps[at].words.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_switches_for_everybody_at_one_moment() {
    let desk = Desk::new(options()).await;
    let done = until(&desk, Some(Step::CutOver)).await;
    assert!(
        done.iter().any(|l| l.contains("Hide the tile of Zendesk Suite")),
        "{done:#?}"
    );
    // Everybody is there with the same account, nobody has seen it, and no sign-in was asked of anybody.
    desk.check_moved(&[]);
    assert_eq!(tiles(&desk).await, (shown(), hidden()));
    assert_eq!(desk.control.events(SSO, &desk.new), 0);
    assert_eq!(step_words(&desk).await, (4, "3 to settle first".to_owned()));
    let seen = view(&desk).await;
    assert_eq!(seen.phase, CutOverPhase::Before);
    assert!(
        seen.values
            .iter()
            .all(|v| v.must_change && v.old.is_some() && v.new.is_some()),
        "{:#?}",
        seen.values
    );

    // Nothing of it may happen out of turn, and nobody leaves the old app before it.
    let (r, id) = (&desk.rehome, desk.id.clone());
    refused(
        r.start_cut_over(id.clone(), ROBIN.into()).await,
        ProblemCode::GateClosed,
    );
    refused(
        r.finish_cut_over(id.clone(), ROBIN.into()).await,
        ProblemCode::GateClosed,
    );
    refused(
        r.undo_cut_over(id.clone(), ROBIN.into(), "No.".into()).await,
        ProblemCode::GateClosed,
    );
    desk.control.set_feature(&desk.old, "PUSH_USER_DEACTIVATION", false);
    r.attest(id.clone(), ROBIN.into()).await.expect("attested");
    desk.settle().await;
    r.retire_canary(id.clone())
        .await
        .expect("the gate answers, not the door");
    let closed = stopped(desk.settle().await, ProblemCode::GateClosed);
    assert!(closed.why.contains("The cut-over has not been made"), "{closed:#?}");

    prepare(&desk).await;
    assert!(view(&desk).await.ready);
    assert_eq!(start(&desk).await, None);
    assert_eq!(view(&desk).await.phase, CutOverPhase::Running);
    refused(
        r.start_cut_over(id.clone(), ROBIN.into()).await,
        ProblemCode::GateClosed,
    );
    assert_eq!(
        tiles(&desk).await,
        (shown(), hidden()),
        "nothing is shown before the values are put in"
    );

    // It did not work: back to the old values.
    refused(
        r.undo_cut_over(id.clone(), ROBIN.into(), " ".into()).await,
        ProblemCode::BadInput,
    );
    r.undo_cut_over(id.clone(), ROBIN.into(), "Nobody got in.".into())
        .await
        .expect("may go back");
    assert_eq!(desk.settle().await, None);
    let seen = view(&desk).await;
    assert_eq!(
        (seen.phase, seen.went_back.map(|by| by.note)),
        (CutOverPhase::GoneBack, Some("Nobody got in.".to_owned()))
    );

    // The second try works. Then it is gone back from all the same: proofs of sign-in are void, and the tiles as before.
    assert_eq!(start(&desk).await, None);
    assert_eq!(finish(&desk).await, None);
    assert_eq!(tiles(&desk).await, (hidden(), shown()));
    // By the old app nobody can sign in any more: the new one is taken from nobody.
    r.roll_back(id.clone()).await.expect("the gate answers, not the door");
    let closed = stopped(desk.settle().await, ProblemCode::GateClosed);
    assert!(closed.why.contains("locked out"), "{closed:#?}");
    assert_eq!(desk.control.app_users(&desk.new).len(), desk.was.users.len());
    desk.wait_for("sign-ins", || desk.control.events(SSO, &desk.new) > 20)
        .await;
    r.prove(id.clone()).await.expect("reads");
    desk.settle().await;
    assert!(view(&desk).await.signed_in > 0);
    r.undo_cut_over(id.clone(), ROBIN.into(), "Roles are missing.".into())
        .await
        .expect("may go back");
    assert_eq!(desk.settle().await, None);
    assert_eq!(tiles(&desk).await, (shown(), hidden()));
    r.prove(id.clone()).await.expect("reads");
    desk.settle().await;
    assert_eq!(
        view(&desk).await.signed_in,
        0,
        "sign-ins of a cut-over that went back count no more"
    );
    assert_ne!(desk.frame().await.current, Step::Retire);

    // What is left is done as the screens offer it, after a restart in between.
    let desk = desk.restart().await;
    assert_eq!(view(&desk).await.phase, CutOverPhase::GoneBack);
    let done = until(&desk, None).await;
    assert!(done.iter().any(|l| l.contains("Start the cut-over")), "{done:#?}");
    check_end(&desk.control, &desk.old, &desk.new, &desk.was);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_runs_while_the_new_tile_is_shown() {
    let desk = Desk::new(options()).await;
    until(&desk, Some(Step::Pilot)).await;
    let desk = desk.approve().await;
    let problem = refused(desk.rehome.run_wave(desk.id.clone(), 0).await, ProblemCode::GateClosed);
    assert!(problem.what.contains("tile of Zendesk Suite"), "{problem:#?}");
    // A change of mind asks for another plan; parallel plans need no hidden tile.
    let several = Some(IdentityProviders::Several);
    let id = desk.id.clone();
    desk.rehome
        .answer_identity_providers(id.clone(), several)
        .await
        .expect("answered");
    let problem = refused(desk.rehome.run_wave(id.clone(), 0).await, ProblemCode::GateClosed);
    assert!(problem.what.contains("identity providers"), "{problem:#?}");
    desk.draft().await;
    assert_eq!(desk.frame().await.steps.len(), 6);
    let none = refused(desk.rehome.cut_over(id).await, ProblemCode::BadInput);
    assert!(none.what.contains("no cut-over"), "{none:#?}");
    assert_eq!(desk.run_wave(0).await, None);
}

/// Somebody comes to the old app in the last moment: the clock does not start, since they would be locked out.
#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_stops_the_cut_over() {
    let desk = Desk::new(options()).await;
    until(&desk, Some(Step::CutOver)).await;
    prepare(&desk).await;
    let group = desk.control.group("Support Tier 1").expect("a group");
    let joined = desk
        .control
        .create_user("late.joiner@northwind.example", "Late", "Joiner");
    desk.control
        .set_profile(&joined, "email", "late.joiner@northwind.example".into());
    desk.control.add_member(&group, &joined);
    let there = || desk.control.app_users(&desk.old).iter().any(|u| u.user == joined);
    desk.wait_for("the newcomer", there).await;
    let problem = stopped(start(&desk).await, ProblemCode::PlanStale);
    assert!(problem.what.contains("1 person"), "{problem:#?}");
    assert_eq!(view(&desk).await.phase, CutOverPhase::Before);
}

/// Somebody of the pilot cannot sign in after it, whatever the others do: excepted by name with a reason, and retiring opens.
#[tokio::test(flavor = "multi_thread")]
async fn who_of_the_pilot_cannot_sign_in_is_excepted_by_name() {
    let desk = Desk::new(options()).await;
    until(&desk, Some(Step::CutOver)).await;
    let pilot = desk.rehome.pilot(desk.id.clone()).await.expect("a pilot").people;
    let away = pilot.first().expect("somebody").row.id.clone();
    desk.control.suspend_user(&away, true);
    assert_eq!(view(&desk).await.silent.len(), 0, "nobody is asked before it");
    prepare(&desk).await;
    assert_eq!(start(&desk).await, None);
    assert_eq!(finish(&desk).await, None);
    let begun = std::time::Instant::now();
    let seen = loop {
        let seen = view(&desk).await;
        if seen.silent.len() == 1 {
            break seen;
        }
        assert!(begun.elapsed().as_secs() < 30, "{:#?}", seen.silent);
        desk.rehome.prove(desk.id.clone()).await.expect("reads");
        desk.settle().await;
    };
    assert_eq!(seen.silent[0].id, away);
    assert!(seen.silent[0].note.is_some(), "it says what is known");
    assert_eq!(seen.next.title, "Waiting for 1 person of the pilot to sign in");
    let except = |reason: Option<&str>| {
        let reason = reason.map(str::to_owned);
        desk.rehome.except_person(desk.id.clone(), away.clone(), reason)
    };
    refused(except(Some(" ")).await, ProblemCode::BadInput);
    except(Some("On leave until March.")).await.expect("excepted");
    desk.settle().await;
    let seen = view(&desk).await;
    assert_eq!((seen.silent.len(), seen.exceptions.len()), (0, 1));
    assert_eq!(seen.exceptions[0].reason, "On leave until March.");
    assert_eq!(
        seen.next.primary.map(|o| o.action),
        Some(Action::GoTo { step: Step::Retire })
    );
    // On second thoughts: taken back, it is waited for again; and going back stays open all the time.
    except(None).await.expect("taken back");
    desk.settle().await;
    let seen = view(&desk).await;
    assert_eq!(
        (seen.silent.len(), seen.exceptions.len(), seen.can_go_back),
        (1, 0, true)
    );
    except(Some("On leave until March.")).await.expect("excepted");
    desk.settle().await;
    assert_eq!(desk.frame().await.current, Step::Retire);
}

/// Classic Engine has no access policies and other ways to sign in; the cut-over is the same. And since nobody can sign in
/// before it, a gate that asks for sign-ins asks for proof alone until then.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_in_a_classic_org_where_waves_wait_for_no_sign_ins() {
    let desk = Desk::new(Options {
        engine: Engine::Classic,
        ..options()
    })
    .await;
    until(&desk, Some(Step::Waves)).await;
    let id = || desk.id.clone();
    let gate = WaveGate {
        proven_percent: 100,
        signed_in_percent: Some(50),
    };
    let settings = RunSettings {
        gate,
        ..RunSettings::default()
    };
    let kept = desk.rehome.set_run_settings(id(), settings).await;
    kept.expect("the settings are good");
    assert_eq!(desk.run_wave(1).await, None);
    let waves = desk.rehome.waves(id()).await.expect("waves").waves;
    let second = waves.iter().find(|w| w.number == 2).expect("there is a second wave");
    assert_eq!((&second.gate, desk.control.events(SSO, &desk.new)), (&None, 0));

    until(&desk, Some(Step::CutOver)).await;
    assert_eq!(tiles(&desk).await, (shown(), hidden()));
    let seen = view(&desk).await;
    let known = |v: &HandOverItem| v.must_change && v.old.is_some() && v.new.is_some();
    assert!(!seen.values.is_empty() && seen.values.iter().all(known), "{seen:#?}");
    let done = until(&desk, None).await;
    assert!(done.iter().any(|l| l.contains("Start the cut-over")), "{done:#?}");
    check_end(&desk.control, &desk.old, &desk.new, &desk.was);
}

/// Okta does not take the change of a tile: sign-in has switched all the same, and the screen says what is left to do.
#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_could_not_be_set_is_set_later() {
    let desk = Desk::new(options()).await;
    until(&desk, Some(Step::CutOver)).await;
    prepare(&desk).await;
    assert_eq!(start(&desk).await, None);
    let path = format!("/api/v1/apps/{}", desk.new);
    desk.faults()
        .arm(Fault::Status(403, "E0000006".into()), "PUT", &path, 1);
    let problem = finish(&desk).await.expect("a tile is not set");
    check_words(&problem);
    let seen = view(&desk).await;
    assert_eq!(seen.phase, CutOverPhase::Done);
    assert!(seen.tiles_open);
    assert_eq!(seen.next.primary.map(|o| o.action), Some(Action::SetTiles));
    desk.rehome.set_tiles(desk.id.clone()).await.expect("again");
    assert_eq!(desk.settle().await, None);
    assert_eq!(tiles(&desk).await, (hidden(), shown()));
    // A lost answer is settled by reading.
    desk.rehome
        .undo_cut_over(desk.id.clone(), ROBIN.into(), "A trial.".into())
        .await
        .expect("may go back");
    assert_eq!(desk.settle().await, None);
    assert_eq!(start(&desk).await, None);
    desk.faults().arm(Fault::ResetAfter, "PUT", &path, 1);
    assert_eq!(finish(&desk).await, None);
    assert_eq!(tiles(&desk).await, (hidden(), shown()));
}

/// The network ends as soon as the journal has this said of a tile.
async fn offline_after(desk: &Desk, what: &'static str) {
    let journal = desk.rehome.journal_for_tests().await.expect("open");
    let faults = desk.faults();
    journal.watch_for_tests(Box::new(move |_, notes| {
        if notes.iter().any(|note| note.starts_with(what)) {
            faults.offline(true);
        }
    }));
}

/// Waits until this has happened, ends Rehome, and starts it again with the network.
async fn begin_again(desk: Desk, holds: impl AsyncFn(&Desk) -> bool) -> Desk {
    let begun = std::time::Instant::now();
    while !holds(&desk).await {
        assert!(begun.elapsed().as_secs() < 30, "{:#?}", desk.frame().await.run);
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    let mut desk = desk;
    desk.restart_only().await;
    desk.faults().offline(false);
    desk.rehome.start().await.expect("starts");
    desk
}

/// Operations of tiles of which nobody knows what became of them.
async fn unsettled(desk: &Desk) -> usize {
    let journal = desk.rehome.journal_for_tests().await.expect("open");
    let all = journal.operations(&desk.id).await.expect("operations");
    all.iter()
        .filter(|o| o.kind == "line" && matches!(o.outcome, None | Some(Outcome::Unknown { .. })))
        .count()
}

/// The answer is lost, and Rehome ends before it can read what became of it: that is read before the tiles are set right.
#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_was_cut_off_is_settled_before_tiles_are_set_right() {
    let desk = Desk::new(options()).await;
    until(&desk, Some(Step::CutOver)).await;
    prepare(&desk).await;
    assert_eq!(start(&desk).await, None);
    let path = format!("/api/v1/apps/{}", desk.new);
    desk.faults().arm(Fault::ResetAfter, "PUT", &path, 1);
    offline_after(&desk, "finish line unknown").await;
    let begun = desk.rehome.finish_cut_over(desk.id.clone(), ROBIN.into()).await;
    begun.expect("may be said");
    let desk = begin_again(desk, async |desk| unsettled(desk).await == 1).await;
    assert!(view(&desk).await.tiles_open);
    desk.rehome.set_tiles(desk.id.clone()).await.expect("again");
    assert_eq!(desk.settle().await, None);
    assert_eq!(tiles(&desk).await, (hidden(), shown()));
    assert_eq!(unsettled(&desk).await, 0);
}

/// The tile was hidden, and Rehome ended before it saw so: reading comes first, not a mending by hand of what is right.
#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_was_hidden_and_not_read_since_is_read() {
    let desk = Desk::new(options()).await;
    let mut robot = desk.robot(Some(Step::Retire));
    robot.wishes.providers = IdentityProviders::One;
    robot.work_to(|action| matches!(action, Action::RunLines)).await;
    offline_after(&desk, "finish line confirmed").await;
    desk.rehome.run_lines(desk.id.clone()).await.expect("begins");
    let made = async |desk: &Desk| {
        let journal = desk.rehome.journal_for_tests().await.expect("open");
        let all = journal.operations(&desk.id).await.expect("operations");
        all.iter().any(|o| o.outcome == Some(Outcome::Confirmed))
    };
    let desk = begin_again(desk, made).await;
    assert_eq!(tiles(&desk).await, (shown(), hidden()));
    let next = desk.rehome.pilot(desk.id.clone()).await.expect("the pilot").next;
    assert_eq!(next.primary.map(|o| o.action), Some(Action::ReadApps));
    let done = until(&desk, Some(Step::Waves)).await;
    assert!(done.iter().all(|line| !line.contains("Hide it")), "{done:#?}");
}
