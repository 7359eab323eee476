use std::{collections::BTreeMap, sync::Arc};

use rehome_engine::secrets::MemorySecrets;
use rehome_engine::view::IdentityProviders;
use rehome_practice::{AppUserState, Control, Options};

use super::robot::{Robot, Wishes, begin, rehome};
use crate::desk::practice;

/// Who has an app, how, by which group, with which account.
pub struct Before {
    pub users: BTreeMap<String, AppUserState>,
    pub groups: Vec<String>,
    pub accounts: usize,
}

fn state_of(control: &Control, app: &str) -> BTreeMap<String, AppUserState> {
    control
        .app_users(app)
        .into_iter()
        .map(|u| (u.user.clone(), u))
        .collect()
}

fn group_order(control: &Control, app: &str) -> Vec<String> {
    let mut groups = control.app_groups(app);
    groups.sort_by_key(|(_, priority)| *priority);
    groups.into_iter().map(|(id, _)| id).collect()
}

pub fn before(control: &Control, old: &str) -> Before {
    Before {
        users: state_of(control, old),
        groups: group_order(control, old),
        accounts: control.downstream(old).len(),
    }
}

/// Everyone on the new app exactly once, by the same path and winning group, with the same account, still active.
pub fn check_end(control: &Control, old: &str, new: &str, before: &Before) {
    assert_eq!(control.app_status(old), None, "the old app is deleted");
    let after = state_of(control, new);
    assert_eq!(
        after.keys().collect::<Vec<_>>(),
        before.users.keys().collect::<Vec<_>>(),
        "the same people"
    );
    for (user, was) in &before.users {
        let is = &after[user];
        assert_eq!(
            (&is.scope, &is.group),
            (&was.scope, &was.group),
            "path of {}",
            was.username
        );
        assert_eq!(is.external_id, was.external_id, "account of {}", was.username);
        assert_eq!(is.username.to_lowercase(), was.username.to_lowercase());
    }
    assert_eq!(group_order(control, new), before.groups, "groups in the same order");
    let accounts = control.downstream(new);
    assert_eq!(accounts.len(), before.accounts, "no account was doubled");
    assert!(accounts.iter().all(|a| a.active), "no account was switched off");
}

async fn whole_job(options: Options, old_label: &str, new_label: &str) {
    let speed = options.speed;
    let org = practice(options).await;
    let control = org.control();
    let (old, new) = (
        control.app(old_label).expect("old"),
        control.app(new_label).expect("new"),
    );
    let was = before(&control, &old);
    let dir = tempfile::tempdir().expect("a folder");
    let rehome = rehome(dir.path(), Arc::new(MemorySecrets::default()), speed);
    let id = begin(&rehome, org.url(), org.token(), old_label, new_label).await;
    let wishes = Wishes {
        pilot: 8,
        wave_size: 60,
        console: org.url().to_owned(),
        token: org.token().to_owned(),
        until: None,
        providers: IdentityProviders::Several,
        rehearse: true,
    };
    let mut robot = Robot {
        rehome: &rehome,
        id,
        wishes,
        done: Vec::new(),
    };
    robot.work().await;
    let again: Vec<&String> = robot.done.iter().filter(|line| line.contains("Try again")).collect();
    assert!(again.is_empty(), "nothing had to be tried twice: {again:?}");
    check_end(&control, &old, &new, &was);
    let reports = std::fs::read_dir(dir.path().join("reports"))
        .expect("reports were written")
        .count();
    assert_eq!(reports, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn saml_with_provisioning() {
    whole_job(
        Options {
            speed: 40,
            ..Options::default()
        },
        "Zendesk (2019)",
        "Zendesk Suite",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn oidc_on_classic() {
    let options = Options {
        speed: 40,
        engine: rehome_practice::Engine::Classic,
        ..Options::default()
    };
    whole_job(options, "Expenses", "Expenses 2").await;
}

fn small() -> Options {
    Options {
        speed: 40,
        ..Options::default()
    }
}

/// Okta fills in the sign-on page; the passwords stay behind.
#[tokio::test(flavor = "multi_thread")]
async fn swa() {
    whole_job(small(), "Parcel Tracker", "Parcel Tracker 2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn swa_with_a_shared_account_on_classic() {
    let options = Options {
        engine: rehome_practice::Engine::Classic,
        ..small()
    };
    whole_job(options, "LinkedIn (team account)", "LinkedIn (new team account)").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bookmark() {
    whole_job(small(), "Company Handbook", "Company Handbook (new site)").await;
}

/// On premises, behind a provisioning agent; the service knows people by the id that it was given.
#[tokio::test(flavor = "multi_thread")]
async fn provisioning_that_matches_by_id() {
    whole_job(small(), "Jira (data centre)", "Jira (moved)").await;
}
