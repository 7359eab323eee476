//! Behind the apps: adopted accounts, duplicates, conflicts, and the disaster of unassigning with the box ticked.

use rehome_practice::Account;
use serde_json::json;

use crate::Bench;

fn of<'a>(accounts: &'a [Account], person: &str) -> Vec<&'a Account> {
    accounts
        .iter()
        .filter(|it| it.person.as_deref() == Some(person))
        .collect()
}

#[tokio::test]
async fn the_same_username_adopts_the_account() {
    let bench = Bench::new().await;
    let new = bench.new_app();
    for user in [bench.plain(1).remove(0), bench.planted("case-only").remove(0)] {
        let before = bench
            .get(&format!("/api/v1/apps/{}/users/{user}", bench.old()))
            .await
            .ok();
        let after = bench.assign(&new, &user).await;
        assert_eq!(after["externalId"], before["externalId"]);
        let accounts = bench.control().downstream(&new);
        assert_eq!(of(&accounts, &user)[0].links, [bench.old(), new.clone()]);
    }
    assert_eq!(bench.control().downstream(&new).len(), 170);
}

#[tokio::test]
async fn another_username_makes_a_duplicate() {
    let bench = Bench::new().await;
    let (old, new) = (bench.old(), bench.new_app());
    let user = bench.planted("different-email").remove(0);
    let after = bench.assign(&new, &user).await;
    let before = bench.get(&format!("/api/v1/apps/{old}/users/{user}")).await.ok();
    assert_ne!(after["externalId"], before["externalId"]);
    assert_eq!(of(&bench.control().downstream(&new), &user).len(), 2);
    let other = bench.planted("different-manual").remove(0);
    let known = bench.get(&format!("/api/v1/apps/{old}/users/{other}")).await.ok();
    let body = json!({ "id": other, "credentials": { "userName": known["credentials"]["userName"] } });
    bench.post(&format!("/api/v1/apps/{new}/users"), body).await.ok();
    bench.settled(&new).await;
    assert_eq!(
        of(&bench.control().downstream(&new), &other).len(),
        1,
        "with the old username it is adopted"
    );
}

#[tokio::test]
async fn two_people_cannot_share_an_account() {
    let bench = Bench::new().await;
    let new = bench.new_app();
    let [owner, other] = <[String; 2]>::try_from(bench.planted("collision")).expect("a pair");
    assert_eq!(bench.assign(&new, &owner).await["status"], "PROVISIONED");
    let got = bench.assign(&new, &other).await;
    assert_eq!(
        (&got["status"], &got["syncState"], &got["externalId"]),
        (&json!("STAGED"), &json!("ERROR"), &json!(null))
    );
    assert_eq!(bench.control().events("application.provision.user.push", &other), 1);
}

#[tokio::test]
async fn unassigning_with_the_box_ticked_takes_the_account_that_both_apps_share() {
    let bench = Bench::new().await;
    let (old, new) = (bench.old(), bench.new_app());
    let user = bench.plain(1).remove(0);
    bench.assign(&new, &user).await;
    bench.delete(&format!("/api/v1/apps/{old}/users/{user}")).await.ok();
    let accounts = bench.control().downstream(&new);
    assert!(!of(&accounts, &user)[0].active, "the disaster");
    assert_eq!(
        bench.control().events("application.provision.user.deactivate", &user),
        1
    );
    assert!(bench.control().sign_in(&new, &user), "Okta lets them in");
    let accounts = bench.control().downstream(&new);
    assert!(
        of(&accounts, &user)[0].events.iter().any(|it| it.contains("refused")),
        "the service does not"
    );
}

#[tokio::test]
async fn unassigning_with_the_box_clear_leaves_the_account_alone() {
    let bench = Bench::new().await;
    let (old, new) = (bench.old(), bench.new_app());
    let user = bench.plain(1).remove(0);
    bench.assign(&new, &user).await;
    bench.control().set_feature(&old, "PUSH_USER_DEACTIVATION", false);
    let shown = bench.get(&format!("/api/v1/apps/{old}")).await.ok()["features"].clone();
    assert!(
        !shown
            .as_array()
            .expect("a list")
            .contains(&json!("PUSH_USER_DEACTIVATION"))
    );
    bench.delete(&format!("/api/v1/apps/{old}/users/{user}")).await.ok();
    let accounts = bench.control().downstream(&new);
    assert!(of(&accounts, &user)[0].active);
    assert_eq!(of(&accounts, &user)[0].links, [new]);
    assert_eq!(
        bench.control().events("application.provision.user.deactivate", &user),
        0
    );
}

#[tokio::test]
async fn an_inactive_account_needs_reactivation() {
    let bench = Bench::new().await;
    let (old, new) = (bench.old(), bench.new_app());
    let people = bench.plain(2);
    for user in &people {
        bench.delete(&format!("/api/v1/apps/{old}/users/{user}")).await.ok();
    }
    assert_eq!(bench.assign(&new, &people[0]).await["status"], "PROVISIONED");
    assert!(of(&bench.control().downstream(&new), &people[0])[0].active);
    bench.control().set_feature(&new, "REACTIVATE_USERS", false);
    assert_eq!(bench.assign(&new, &people[1]).await["syncState"], "ERROR");
}

#[tokio::test]
async fn a_deactivated_user_loses_apps_and_accounts() {
    let bench = Bench::new().await;
    let old = bench.old();
    let user = bench.plain(1).remove(0);
    bench.control().deactivate_user(&user);
    bench
        .get(&format!("/api/v1/apps/{old}/users/{user}"))
        .await
        .refused(404, "E0000007");
    assert!(!of(&bench.control().downstream(&old), &user)[0].active);
}

#[tokio::test]
async fn features_can_lag_and_lie() {
    let bench = Bench::new().await;
    let old = bench.old();
    let path = format!("/api/v1/apps/{old}");
    let shows = async |bench: &Bench| {
        let app = bench.get(&path).await.ok();
        app["features"]
            .as_array()
            .expect("a list")
            .contains(&json!("PUSH_USER_DEACTIVATION"))
    };
    bench.control().delay_features(&old, std::time::Duration::from_secs(20));
    bench.control().set_feature(&old, "PUSH_USER_DEACTIVATION", false);
    assert!(shows(&bench).await, "the sensor lags");
    tokio::time::sleep(std::time::Duration::from_millis(110)).await;
    assert!(!shows(&bench).await);
    bench.control().lie_about_features(&old, Some(Vec::new()));
    bench.control().delay_features(&old, std::time::Duration::ZERO);
    bench.control().set_feature(&old, "PUSH_USER_DEACTIVATION", true);
    assert!(!shows(&bench).await, "the sensor lies");
    let user = bench.plain(1).remove(0);
    bench.delete(&format!("/api/v1/apps/{old}/users/{user}")).await.ok();
    assert!(!of(&bench.control().downstream(&old), &user)[0].active);
}

#[tokio::test]
async fn the_features_api_is_there_for_six_apps_only() {
    let bench = Bench::new().await;
    let got = bench.get(&format!("/api/v1/apps/{}/features", bench.old())).await;
    got.refused(400, "E0000001");
    assert_eq!(
        got.body["errorCauses"][0]["errorSummary"],
        "Provisioning is not enabled for the app instance."
    );
    let slack = bench.app("Slack");
    let path = format!("/api/v1/apps/{slack}/features/USER_PROVISIONING");
    assert_eq!(
        bench.get(&path).await.ok()["capabilities"]["update"]["lifecycleDeactivate"]["status"],
        "ENABLED"
    );
    bench
        .put(
            &path,
            json!({ "update": { "lifecycleDeactivate": { "status": "DISABLED" } } }),
        )
        .await
        .ok();
    assert!(
        !bench
            .control()
            .features(&slack)
            .contains(&"PUSH_USER_DEACTIVATION".to_owned())
    );
    let connection = format!("/api/v1/apps/{slack}/connections/default");
    assert_eq!(
        bench
            .post(&format!("{connection}/lifecycle/deactivate"), json!({}))
            .await
            .status,
        204
    );
    assert_eq!(bench.get(&connection).await.ok()["status"], "DISABLED");
    assert!(bench.control().features(&slack).is_empty());
    assert_eq!(
        bench
            .get(&format!("/api/v1/apps/{}/connections/default", bench.old()))
            .await
            .ok()["status"],
        "UNKNOWN"
    );
}

#[tokio::test]
async fn a_service_refuses_who_comes_too_fast_and_takes_them_later() {
    let bench = Bench::new().await;
    let (control, new) = (bench.control(), bench.new_app());
    control.set_service_pace(Some(2));
    let people = bench.plain(3);
    for user in &people {
        bench
            .post(
                &format!("/api/v1/apps/{new}/users"),
                json!({ "id": user, "scope": "USER" }),
            )
            .await
            .ok();
    }
    let complaints = || control.events("application.integration.rate_limit_exceeded", &new);
    let taken = || {
        control
            .app_users(&new)
            .iter()
            .filter(|u| u.external_id.is_some())
            .count()
    };
    while complaints() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    assert_eq!((taken(), complaints()), (2, 1));
    bench.settled(&new).await;
    assert_eq!((taken(), complaints()), (3, 1), "a minute later there is room");
}
