//! The pilot cannot be left out: whatever an admin does in whatever order, nobody beyond it is given the new app before it has
//! shown that the way works.

use std::collections::BTreeSet;

use rehome_engine::view::*;
use rehome_practice::Options;

use super::pilot;
use crate::desk::{Desk, options};

const SIGN_IN: &str = "user.authentication.sso";

/// Numbers of a fixed walk take the place of chance.
struct Walk(u64);

impl Walk {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % n
    }
}

/// One thing that an admin could do; refusals are fine.
async fn act(desk: &Desk, walk: &mut Walk) -> &'static str {
    let (r, id) = (&desk.rehome, desk.id.clone());
    let view = pilot(desk).await;
    let someone = |walk: &mut Walk| {
        let people = &view.people;
        if people.is_empty() {
            String::new()
        } else {
            people[walk.below(people.len())].row.id.clone()
        }
    };
    let word = || (Some("Robin Admin".to_owned()), "Because the walk says so.".to_owned());
    match walk.below(16) {
        0 => {
            let people = r.suggest_pilot(id.clone(), Vec::new(), 3).await.unwrap_or_default();
            let _ = r.set_pilot(id, people.into_iter().map(|p| p.id).collect()).await;
            "choose"
        }
        1 => {
            let _ = r.set_pilot(id, Vec::new()).await;
            "choose nobody"
        }
        2 | 3 => {
            let _ = r.draft_plan(id, 30).await;
            "draft"
        }
        4 | 5 => {
            if let Some(plan) = view.plan {
                let _ = r.approve_plan(id, plan.digest, "Kim Admin".to_owned()).await;
            }
            "approve"
        }
        6 => {
            let _ = r.run_wave(id, 0).await;
            "run the pilot"
        }
        7 | 8 => {
            let _ = r.run_wave(id, 1 + walk.below(2) as u32).await;
            "run a wave"
        }
        9 => {
            let person = someone(walk);
            let _ = r.exclude_person(id, person, Some("Left out by the walk.".into())).await;
            "leave out"
        }
        10 => {
            let (name, reason) = word();
            let _ = r.skip_rehearsal(id, name, reason).await;
            "skip the rehearsal"
        }
        11 => {
            let person = someone(walk);
            let result = [ScriptResult::Pass, ScriptResult::Fail][walk.below(2)];
            let _ = r
                .set_script(id, person, ScriptCheck::RightAccount, Some(result), String::new())
                .await;
            "tell"
        }
        12 => {
            let (name, reason) = word();
            let _ = r.settle_script(id, someone(walk), name, reason).await;
            "settle"
        }
        13 => {
            desk.control.set_feature(&desk.new, "PUSH_USER_DEACTIVATION", false);
            let _ = r.rehearse_undo(id, someone(walk)).await;
            "rehearse"
        }
        14 => {
            let _ = r.prove(id).await;
            "prove"
        }
        _ => {
            for person in &view.people {
                desk.control.sign_in(&desk.new, &person.row.id);
            }
            "sign in"
        }
    }
}

/// Seen in the org alone: somebody of the pilot is on the new app, and somebody has signed in to it since the beginning.
fn shown(desk: &Desk, people: &BTreeSet<String>, sign_ins: usize) -> bool {
    let on_new: BTreeSet<String> = desk.control.app_users(&desk.new).into_iter().map(|u| u.user).collect();
    people.iter().any(|u| on_new.contains(u)) && desk.control.events(SIGN_IN, &desk.new) > sign_ins
}

#[tokio::test(flavor = "multi_thread")]
async fn no_order_of_actions_leaves_the_pilot_out() {
    let mut waves = 0;
    for seed in 1..=4 {
        let desk = Desk::new(Options {
            people: 60,
            ..options()
        })
        .await
        .until(Step::Pilot)
        .await;
        desk.confirm_code().await;
        let was: BTreeSet<String> = desk.control.app_users(&desk.new).into_iter().map(|u| u.user).collect();
        let sign_ins = desk.control.events(SIGN_IN, &desk.new);
        let mut walk = Walk(seed);
        let mut done = Vec::new();
        for _ in 0..70 {
            done.push(act(&desk, &mut walk).await);
            desk.settle().await;
            let view = pilot(&desk).await;
            let people: BTreeSet<String> = view.people.iter().map(|p| p.row.id.clone()).collect();
            let beyond = desk
                .control
                .app_users(&desk.new)
                .into_iter()
                .any(|u| !was.contains(&u.user) && !people.contains(&u.user));
            if beyond {
                assert!(
                    !people.is_empty() && shown(&desk, &people, sign_ins),
                    "seed {seed}: {done:?}"
                );
                let waves_view = desk.rehome.waves(desk.id.clone()).await.expect("waves");
                assert!(waves_view.waves[0].ended.is_some(), "seed {seed}: {done:?}");
                let settled = [RehearsalState::Done, RehearsalState::Skipped, RehearsalState::UnderWay];
                assert!(settled.contains(&view.rehearsal.state), "seed {seed}: {done:?}");
                waves += 1;
                break;
            }
        }
        assert!(
            desk.control.downstream(&desk.new).iter().all(|a| a.active),
            "seed {seed}: {done:?}"
        );
    }
    assert!(waves > 0, "the walk never came to a wave: it shows nothing");
}
