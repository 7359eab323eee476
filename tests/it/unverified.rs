//! What is not known about Okta (`Behaviour`): a whole journey with each of the other readings ends right, or stops with a
//! clear refusal before any harm. Which of them stop, or end a little differently, is said below.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use rehome_engine::view::*;
use rehome_practice::{Behaviour, Options};

use crate::{
    desk::{Desk, options, refused, stopped},
    journey::main_job::check_end,
};

/// One test for each behaviour, so that they run side by side.
macro_rules! journeys {
    ($($name:ident: $behaviour:ident,)*) => {
        const LISTED: &[Behaviour] = &[$(Behaviour::$behaviour,)*];
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                journey(Behaviour::$behaviour).await;
            }
        )*
    };
}

journeys! {
    reassign_refused: ReassignRefused,
    reassign_takes_over: ReassignTakesOver,
    unassign_removes_override: UnassignRemovesOverride,
    unassign_converts_override: UnassignConvertsOverride,
    conversion_rederives: ConversionRederives,
    conversion_renames: ConversionRenames,
    conversion_refused: ConversionRefused,
    conversion_ignored: ConversionIgnored,
    higher_priority_wins: HigherPriorityWins,
    expand_caps_pages: ExpandCapsPages,
    links_lose_expand: LinksLoseExpand,
    links_keep_filter: LinksKeepFilter,
    features_outlive_integration: FeaturesOutliveIntegration,
    features_lag: FeaturesLag,
    deactivation_reaches_individuals: DeactivationReachesIndividuals,
    deactivation_ends_individuals: DeactivationEndsIndividuals,
    deactivation_ends_groups: DeactivationEndsGroups,
    job_events_carry_token: JobEventsCarryToken,
    no_group_link: NoGroupLink,
    no_unknown_connection: NoUnknownConnection,
    shut_out_is_invalid_session: ShutOutIsInvalidSession,
    service_apps_without_proof: ServiceAppsWithoutProof,
    every_share_is_listed: EveryShareIsListed,
    suspended_refused: SuspendedRefused,
    suspended_members_skipped: SuspendedMembersSkipped,
    inactive_user_is_wrong_state: InactiveUserIsWrongState,
    inactive_app_accepts: InactiveAppAccepts,
    update_clears_absent: UpdateClearsAbsent,
    other_words_for_required: OtherWordsForRequired,
    bad_mapping_is_invalid: BadMappingIsInvalid,
    null_is_a_word: NullIsAWord,
    absent_needle_is_null: AbsentNeedleIsNull,
    out_of_range_is_null: OutOfRangeIsNull,
    replace_first_takes_patterns: ReplaceFirstTakesPatterns,
    group_profile_read_only: GroupProfileReadOnly,
    fan_out_overtakes: FanOutOvertakes,
    fan_out_is_slow: FanOutIsSlow,
    group_jobs_are_logged: GroupJobsAreLogged,
    group_removal_takes_individuals: GroupRemovalTakesIndividuals,
    log_is_late: LogIsLate,
    unique_labels: UniqueLabels,
    profile_push_reactivates: ProfilePushReactivates,
}

#[test]
fn every_behaviour_has_its_journey() {
    let listed: BTreeSet<Behaviour> = LISTED.iter().copied().collect();
    assert_eq!(listed, Behaviour::ALL.iter().copied().collect());
}

async fn desk(behaviour: Behaviour) -> Desk {
    Desk::new(Options {
        people: 70,
        behaviours: [behaviour].into(),
        ..options()
    })
    .await
}

async fn journey(behaviour: Behaviour) {
    let desk = desk(behaviour).await;
    match behaviour {
        // Who came through a group stays individual on the new app: not proven, and nothing is taken from the old one.
        Behaviour::ConversionRefused | Behaviour::ConversionIgnored => stops_in_the_waves(&desk, true).await,
        // A suspended member does not come with the group.
        Behaviour::SuspendedMembersSkipped => stops_in_the_waves(&desk, false).await,
        Behaviour::FeaturesOutliveIntegration => waits_for_the_box(&desk).await,
        _ => {
            desk.robot(None).work().await;
            check_end(&desk.control, &desk.old, &desk.new, &desk.was);
        }
    }
}

/// The same next step for so long, in looks.
const LONG: usize = 40;

/// Some people cannot be proven: the waves say so for as long as it is so, and the old app stays as it is. `everybody`: whoever
/// was to come by then has the new app, if not by the path of the old one.
async fn stops_in_the_waves(desk: &Desk, everybody: bool) {
    let mut robot = desk.robot(None);
    tokio::select! {
        () = robot.work() => panic!("this ends without a word: {:#?}", desk.frame().await),
        () = stays_unproven(desk) => {}
    }
    desk.settle().await;
    let frame = desk.frame().await;
    assert_eq!(frame.current, Step::Waves, "nothing is retired");
    let retire = desk.rehome.retire_groups(desk.id.clone(), 0).await;
    refused(retire, ProblemCode::GateClosed);
    let there: BTreeMap<String, _> = desk
        .control
        .app_users(&desk.new)
        .into_iter()
        .map(|user| (user.user.clone(), user))
        .collect();
    let begun = begun(desk).await;
    for (user, was) in desk.was.users.iter().filter(|(user, _)| begun.contains(*user)) {
        match there.get(user) {
            Some(is) => assert_eq!(is.external_id, was.external_id, "account of {}", was.username),
            None => assert!(!everybody, "{} is not on the new app", was.username),
        }
    }
    let missing = begun.iter().filter(|user| !there.contains_key(*user)).count();
    assert!(missing <= 1, "at most the suspended one is missing: {missing}");
    desk.check_unharmed();
}

/// People of waves that have begun: the next one waits until these are proven.
async fn begun(desk: &Desk) -> BTreeSet<String> {
    let waves = desk.rehome.waves(desk.id.clone()).await.expect("waves").waves;
    let begun: BTreeSet<u32> = waves.iter().filter(|w| w.started.is_some()).map(|w| w.number).collect();
    assert!(begun.len() > 1, "waves have begun: {begun:?}");
    let people = desk
        .rehome
        .people(desk.id.clone(), PeopleFilter::default(), 0, 500)
        .await;
    let rows = people.expect("people").rows.into_iter();
    rows.filter(|p| p.wave.is_some_and(|w| begun.contains(&w)))
        .map(|p| p.id)
        .collect()
}

async fn stays_unproven(desk: &Desk) {
    let mut looks = 0;
    while looks < LONG {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let title = desk.rehome.waves(desk.id.clone()).await.expect("waves").next.title;
        looks = if title.contains("not proven yet") { looks + 1 } else { 0 };
    }
}

/// The sensor does not follow when the integration is switched off, so that the gate stays closed; with the box itself
/// unticked it opens.
async fn waits_for_the_box(desk: &Desk) {
    desk.robot(Some(Step::Retire)).work().await;
    integration(desk, "off").await;
    let gate = async || {
        desk.rehome.retire_read_gate(desk.id.clone()).await.expect("begins");
        desk.settle().await;
        desk.rehome.retire(desk.id.clone()).await.expect("retire")
    };
    let closed = gate().await;
    let mut checks = closed.gate.checks.iter();
    let check = checks.find(|check| check.id == "deactivate-users").expect("the check");
    assert_eq!(check.outcome, CheckOutcome::Blocked, "{check:#?}");
    let ended = match desk.rehome.retire_canary(desk.id.clone()).await {
        Ok(()) => desk.settle().await,
        Err(problem) => Some(problem),
    };
    stopped(ended, ProblemCode::GateClosed);
    desk.check_unharmed();
    integration(desk, "on").await;
    desk.robot(None).work().await;
    check_end(&desk.control, &desk.old, &desk.new, &desk.was);
}

async fn integration(desk: &Desk, to: &str) {
    let url = format!("{}/practice/apps/{}/form", desk.org.url(), desk.old);
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
    let sent = client.post(url).body(format!("action=integration-{to}")).send().await;
    assert_eq!(sent.expect("an answer").status(), 303);
}
