//! Every switch of `Behaviour` shows: what is seen without it, and what with it.

use std::time::Duration;

use rehome_practice::{Behaviour, Options};
use serde_json::{Value, json};

use crate::{Bench, Got, manual};

fn users(app: &str) -> String {
    format!("/api/v1/apps/{app}/users")
}

fn one(app: &str, user: &str) -> String {
    format!("/api/v1/apps/{app}/users/{user}")
}

fn answered(got: &Got) -> Value {
    match got.code() {
        "" => json!(got.status),
        code => json!(format!("{} {code}", got.status)),
    }
}

impl Bench {
    /// Somebody of the old app with this scope.
    fn somebody(&self, scope: &str) -> String {
        let active: Vec<String> = self
            .control()
            .users()
            .into_iter()
            .filter(|(_, status)| status == "ACTIVE")
            .map(|(id, _)| id)
            .collect();
        let overriding = self.planted("overrides-group");
        let mut people = self.control().app_users(&self.old()).into_iter();
        people
            .find(|it| it.scope == scope && active.contains(&it.user) && !overriding.contains(&it.user))
            .expect("one")
            .user
    }

    fn status(&self, status: &str) -> String {
        let mut users = self.control().users().into_iter();
        users.find(|(_, it)| it == status).expect(status).0
    }

    /// Whether somebody has an app, by which scope.
    fn scope(&self, app: &str, user: &str) -> Value {
        let mut people = self.control().app_users(app).into_iter();
        people
            .find(|it| it.user == user)
            .map_or(Value::Null, |it| json!(it.scope))
    }

    fn account(&self, app: &str, user: &str) -> Value {
        let mut accounts = self.control().downstream(app).into_iter();
        json!(
            accounts
                .find(|it| it.person.as_deref() == Some(user))
                .expect("an account")
                .active
        )
    }

    /// A user on a new group on the new app, with the group's role.
    async fn in_group(&self) -> (String, String, String) {
        let (app, user) = (self.new_app(), self.somebody("USER"));
        let group = self.control().create_group("Trial");
        self.control().add_member(&group, &user);
        let body = json!({ "profile": { "role": "end_user" } });
        self.put(&format!("/api/v1/apps/{app}/groups/{group}"), body).await.ok();
        self.settled(&app).await;
        (app, group, user)
    }

    /// What a mapping expression gives somebody on an app.
    async fn mapped(&self, expression: &str) -> Value {
        let app = self.app("Expenses 2");
        let mapping = self.all(&format!("/api/v1/mappings?targetId={app}")).await;
        let ours = mapping
            .iter()
            .find(|it| it["target"]["id"] == app.as_str())
            .expect("a mapping");
        let path = format!("/api/v1/mappings/{}", ours["id"].as_str().expect("an id"));
        let body = json!({ "properties": { "nickname": { "expression": expression, "pushStatus": "PUSH" } } });
        self.post(&path, body).await.ok();
        self.assign(&app, &self.somebody("USER")).await["profile"]["nickname"].clone()
    }

    async fn deactivate(&self, app: &str) {
        self.post(&format!("/api/v1/apps/{app}/lifecycle/deactivate"), json!({}))
            .await
            .ok();
        self.settled(app).await;
    }
}

/// What is to be seen of a behaviour in an org.
#[expect(clippy::too_many_lines, reason = "one arm for each")]
async fn seen(bench: &Bench, behaviour: Behaviour, on: bool) -> Value {
    let (old, new, plain) = (bench.old(), bench.new_app(), bench.app("Expenses 2"));
    let control = bench.control();
    match behaviour {
        Behaviour::ReassignRefused => {
            let user = bench.somebody("USER");
            answered(&bench.post(&users(&old), json!({ "id": user })).await)
        }
        Behaviour::ReassignTakesOver => {
            let user = bench.somebody("GROUP");
            bench.post(&users(&old), json!({ "id": user })).await.ok()["scope"].clone()
        }
        Behaviour::UnassignRemovesOverride | Behaviour::UnassignConvertsOverride => {
            let user = bench.planted("overrides-group").remove(0);
            let status = bench.delete(&one(&old, &user)).await.status;
            json!([status, bench.scope(&old, &user)])
        }
        Behaviour::ConversionRederives | Behaviour::ConversionRefused | Behaviour::ConversionIgnored => {
            let (app, _, user) = bench.in_group().await;
            let body = json!({ "scope": "USER", "profile": { "role": "agent" } });
            control.set_behaviour(behaviour, false);
            bench.post(&one(&app, &user), body).await.ok();
            control.set_behaviour(behaviour, on);
            let status = bench.post(&one(&app, &user), json!({ "scope": "GROUP" })).await.status;
            let now = bench.get(&one(&app, &user)).await.ok();
            json!([status, now["scope"], now["profile"]["role"]])
        }
        Behaviour::ConversionRenames => {
            let (app, _, user) = bench.in_group().await;
            let body = json!({ "scope": "USER", "credentials": { "userName": "of.old" } });
            bench.post(&one(&app, &user), body).await.ok();
            let now = bench.post(&one(&app, &user), json!({ "scope": "GROUP" })).await.ok();
            json!([now["scope"], now["credentials"]["userName"] == "of.old"])
        }
        Behaviour::HigherPriorityWins => {
            let (app, group, user) = bench.in_group().await;
            let other = control.create_group("Other");
            control.add_member(&other, &user);
            control.assign_group(&app, &other, Some(9));
            bench.settled(&app).await;
            let winner = bench.get(&one(&app, &user)).await.ok()["_links"]["group"]["name"].clone();
            assert_ne!(group, other);
            winner
        }
        Behaviour::ExpandCapsPages => answered(&bench.get(&format!("{}?limit=200&expand=user", users(&old))).await),
        Behaviour::LinksLoseExpand => {
            let page = bench.get(&format!("{}?limit=2&expand=user", users(&old))).await;
            json!(page.link("next").expect("more").contains("expand=user"))
        }
        Behaviour::LinksKeepFilter => {
            let page = bench.get(&format!("/api/v1/mappings?limit=1&targetId={old}")).await;
            let kept = page.link("self").expect("a link").contains("targetId");
            let push = format!("/api/v1/apps/{old}/group-push/mappings?sourceGroupId=00gX");
            let page = bench.get(&push).await;
            assert_eq!(page.link("self").expect("a link").contains("sourceGroupId"), kept);
            json!(kept)
        }
        Behaviour::ShutOutIsInvalidSession => {
            control.shut_token_out(&control.token_id(), true);
            answered(&bench.get("/api/v1/groups").await)
        }
        Behaviour::ServiceAppsWithoutProof => {
            let page = bench.get("/practice/service-apps").await.ok();
            json!(page.as_str().is_some_and(|it| it.contains("value=\"on\" checked")))
        }
        Behaviour::EveryShareIsListed => {
            let rows = "/api/v1/principal-rate-limits?filter=principalType%20eq%20%22SSWS_TOKEN%22";
            json!(bench.all(rows).await.len())
        }
        Behaviour::FeaturesOutliveIntegration => {
            let slack = bench.app("Slack");
            let path = format!("/api/v1/apps/{slack}");
            bench
                .post(&format!("{path}/connections/default/lifecycle/deactivate"), json!({}))
                .await
                .ok();
            json!(bench.get(&path).await.ok()["features"] == json!([]))
        }
        Behaviour::FeaturesLag => {
            control.set_feature(&old, "PUSH_USER_DEACTIVATION", false);
            let shown = bench.get(&format!("/api/v1/apps/{old}")).await.ok();
            json!(shown["features"].to_string().contains("PUSH_USER_DEACTIVATION"))
        }
        Behaviour::DeactivationReachesIndividuals => {
            let user = bench.somebody("USER");
            bench.deactivate(&old).await;
            json!([bench.scope(&old, &user), bench.account(&old, &user)])
        }
        Behaviour::DeactivationEndsIndividuals => {
            let user = bench.somebody("USER");
            bench.deactivate(&old).await;
            bench.scope(&old, &user)
        }
        Behaviour::DeactivationEndsGroups => {
            bench.deactivate(&old).await;
            json!(control.app_groups(&old).len())
        }
        Behaviour::JobEventsCarryToken => {
            let (app, ..) = bench.in_group().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            let filter = "eventType%20eq%20%22application.user_membership.add%22";
            let events = bench.get(&format!("/api/v1/logs?filter={filter}")).await.ok();
            let detail = &events.as_array().expect("a list").last().expect("one")["transaction"]["detail"];
            assert!(events.to_string().contains(&app));
            json!(detail["requestApiTokenId"].is_string())
        }
        Behaviour::NoGroupLink => {
            let user = bench.somebody("GROUP");
            json!(bench.get(&one(&old, &user)).await.ok()["_links"]["group"].is_object())
        }
        Behaviour::UniqueLabels => {
            let twin = json!({ "name": "bookmark", "label": "Slack", "signOnMode": "BOOKMARK",
                "settings": { "app": { "url": "https://slack.example" } } });
            answered(&bench.post("/api/v1/apps", twin).await)
        }
        Behaviour::NoUnknownConnection => {
            answered(&bench.get(&format!("/api/v1/apps/{old}/connections/default")).await)
        }
        Behaviour::SuspendedRefused => {
            let user = bench.status("SUSPENDED");
            answered(&bench.post(&users(&plain), json!({ "id": user })).await)
        }
        Behaviour::SuspendedMembersSkipped => {
            let (user, group) = (bench.status("SUSPENDED"), control.create_group("Trial"));
            control.add_member(&group, &user);
            control.assign_group(&plain, &group, None);
            bench.settled(&plain).await;
            bench.scope(&plain, &user)
        }
        Behaviour::InactiveUserIsWrongState => {
            let user = bench.status("DEPROVISIONED");
            answered(&bench.post(&users(&plain), json!({ "id": user })).await)
        }
        Behaviour::InactiveAppAccepts => {
            bench.deactivate(&plain).await;
            answered(
                &bench
                    .post(&users(&plain), json!({ "id": bench.somebody("USER") }))
                    .await,
            )
        }
        Behaviour::UpdateClearsAbsent => {
            let user = bench.somebody("USER");
            let body = json!({ "id": user, "profile": { "role": "agent", "signature": "Bye" } });
            bench.post(&users(&new), body).await.ok();
            let after = bench
                .post(&one(&new, &user), json!({ "profile": { "role": "agent" } }))
                .await
                .ok();
            after["profile"]["signature"].clone()
        }
        Behaviour::OtherWordsForRequired => {
            let user = bench.somebody("USER");
            let body = json!({ "id": user, "profile": { "name": "" } });
            let got = bench.post(&users(&new), body).await;
            got.refused(400, "E0000001");
            got.body["errorCauses"][0]["errorSummary"].clone()
        }
        Behaviour::BadMappingIsInvalid => {
            let mapping = bench.all(&format!("/api/v1/mappings?targetId={plain}")).await.remove(0);
            let path = format!("/api/v1/mappings/{}", mapping["id"].as_str().expect("an id"));
            let body = json!({ "properties": { "name": { "expression": "user.firstName +", "pushStatus": "PUSH" } } });
            answered(&bench.post(&path, body).await)
        }
        Behaviour::NullIsAWord => bench.mapped("\"a\" + user.nickName").await,
        Behaviour::AbsentNeedleIsNull => bench.mapped("String.substringBefore(\"abc\", \"@\")").await,
        Behaviour::OutOfRangeIsNull => bench.mapped("String.substring(\"abc\", 1, 9)").await,
        Behaviour::ReplaceFirstTakesPatterns => bench.mapped("String.replaceFirst(\"abc\", \"[b]\", \"-\")").await,
        Behaviour::GroupProfileReadOnly => {
            let (app, group, _) = bench.in_group().await;
            bench.get(&format!("/api/v1/apps/{app}/groups/{group}")).await.ok()["profile"].clone()
        }
        Behaviour::FanOutOvertakes => {
            let (one, two) = (control.create_group("One"), control.create_group("Two"));
            let (first, second) = (bench.somebody("USER"), bench.somebody("GROUP"));
            control.add_member(&one, &first);
            control.add_member(&two, &second);
            control.assign_group(&plain, &one, Some(0));
            control.assign_group(&plain, &two, Some(1));
            bench.settled(&plain).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            let filter =
                format!("eventType%20sw%20%22application.user_membership%22%20and%20target.id%20eq%20%22{plain}%22");
            let events = bench.get(&format!("/api/v1/logs?filter={filter}")).await.ok();
            json!(events[0].to_string().contains(&first))
        }
        Behaviour::FanOutIsSlow => {
            let group = control.create_group("Trial");
            control.add_member(&group, &bench.somebody("USER"));
            control.assign_group(&plain, &group, None);
            tokio::time::sleep(Duration::from_millis(100)).await;
            json!(control.busy(&plain))
        }
        Behaviour::GroupJobsAreLogged => {
            bench.in_group().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            let filter = "eventType%20sw%20%22app.app_instance.provision_sync_job.%22";
            let events = bench.get(&format!("/api/v1/logs?filter={filter}")).await.ok();
            let events = events.as_array().expect("a list").clone();
            let one = |end: &str| {
                events
                    .iter()
                    .find(|e| e["eventType"].as_str().is_some_and(|it| it.ends_with(end)))
            };
            match (one(".started"), one(".completed")) {
                (Some(begin), Some(end)) => json!(begin["transaction"] == end["transaction"]),
                _ => json!(null),
            }
        }
        Behaviour::GroupRemovalTakesIndividuals => {
            let (app, group, user) = bench.in_group().await;
            bench.post(&one(&app, &user), json!({ "scope": "USER" })).await.ok();
            bench.delete(&format!("/api/v1/apps/{app}/groups/{group}")).await.ok();
            bench.settled(&app).await;
            bench.scope(&app, &user)
        }
        Behaviour::LogIsLate => {
            bench.assign(&plain, &bench.somebody("USER")).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            let filter = format!("target.id%20eq%20%22{plain}%22");
            let events = bench.get(&format!("/api/v1/logs?filter={filter}")).await.ok();
            json!(events.as_array().map(Vec::len))
        }
        Behaviour::ProfilePushReactivates => {
            let user = bench.somebody("USER");
            bench.assign(&new, &user).await;
            bench.delete(&one(&old, &user)).await.ok();
            assert_eq!(bench.account(&new, &user), json!(false));
            control.set_feature(&new, "PUSH_PROFILE_UPDATES", true);
            let body = json!({ "profile": { "signature": "Back again" } });
            bench.post(&one(&new, &user), body).await.ok();
            bench.account(&new, &user)
        }
    }
}

/// What the default reading shows, and what the other one.
fn expected(behaviour: Behaviour) -> [Value; 2] {
    match behaviour {
        Behaviour::ReassignRefused => [json!(200), json!("409 E0000062")],
        Behaviour::ReassignTakesOver => [json!("GROUP"), json!("USER")],
        Behaviour::UnassignRemovesOverride => [json!([403, "USER"]), json!([204, null])],
        Behaviour::UnassignConvertsOverride => [json!([403, "USER"]), json!([204, "GROUP"])],
        Behaviour::ConversionRederives => [json!([200, "GROUP", "agent"]), json!([200, "GROUP", "end_user"])],
        Behaviour::ConversionRenames => [json!(["GROUP", true]), json!(["GROUP", false])],
        Behaviour::ConversionRefused => [json!([200, "GROUP", "agent"]), json!([400, "USER", "agent"])],
        Behaviour::ConversionIgnored => [json!([200, "GROUP", "agent"]), json!([200, "USER", "agent"])],
        Behaviour::HigherPriorityWins => [json!("Trial"), json!("Other")],
        Behaviour::ExpandCapsPages => [json!(200), json!("400 E0000029")],
        Behaviour::LinksKeepFilter
        | Behaviour::FeaturesLag
        | Behaviour::JobEventsCarryToken
        | Behaviour::FanOutIsSlow
        | Behaviour::ProfilePushReactivates => [json!(false), json!(true)],
        Behaviour::FeaturesOutliveIntegration
        | Behaviour::LinksLoseExpand
        | Behaviour::NoGroupLink
        | Behaviour::FanOutOvertakes => [json!(true), json!(false)],
        Behaviour::ShutOutIsInvalidSession => [json!("403 E0000006"), json!("403 E0000005")],
        Behaviour::ServiceAppsWithoutProof => [json!(true), json!(false)],
        Behaviour::EveryShareIsListed => [json!(0), json!(1)],
        Behaviour::DeactivationReachesIndividuals => [json!(["USER", true]), json!(["USER", false])],
        Behaviour::GroupJobsAreLogged => [json!(null), json!(true)],
        Behaviour::DeactivationEndsIndividuals | Behaviour::GroupRemovalTakesIndividuals => {
            [json!("USER"), json!(null)]
        }
        Behaviour::DeactivationEndsGroups => [json!(4), json!(0)],
        Behaviour::UniqueLabels => [json!(200), json!("400 E0000040")],
        Behaviour::NoUnknownConnection => [json!(200), json!("404 E0000007")],
        Behaviour::SuspendedRefused => [json!(200), json!("403 E0000117")],
        Behaviour::SuspendedMembersSkipped => [json!("GROUP"), json!(null)],
        Behaviour::InactiveUserIsWrongState => [json!("403 E0000117"), json!("403 E0000038")],
        Behaviour::InactiveAppAccepts => [json!("403 E0000143"), json!(200)],
        Behaviour::UpdateClearsAbsent => [json!("Bye"), json!(null)],
        Behaviour::OtherWordsForRequired => [
            json!("name: The field cannot be left blank"),
            json!("Property 'name' is required and must not be null"),
        ],
        Behaviour::BadMappingIsInvalid => [json!("400 E0000045"), json!("400 E0000001")],
        Behaviour::NullIsAWord => [json!("a"), json!("anull")],
        Behaviour::AbsentNeedleIsNull => [json!("abc"), json!(null)],
        Behaviour::OutOfRangeIsNull => [json!("bc"), json!(null)],
        Behaviour::ReplaceFirstTakesPatterns => [json!("abc"), json!("a-c")],
        Behaviour::GroupProfileReadOnly => [json!({ "role": "end_user" }), json!({})],
        Behaviour::LogIsLate => [json!(1), json!(0)],
    }
}

/// Every fourth behaviour, so that four tests share the work.
async fn switches_show(part: usize) {
    for behaviour in Behaviour::ALL.iter().skip(part).step_by(4) {
        for (on, expected) in [false, true].into_iter().zip(expected(*behaviour)) {
            let bench = Bench::with(Options {
                people: 80,
                behaviours: on.then_some(*behaviour).into_iter().collect(),
                ..manual()
            })
            .await;
            let seen = seen(&bench, *behaviour, on).await;
            assert_eq!(seen, expected, "{behaviour}: {on}");
        }
    }
}

#[tokio::test]
async fn every_switch_shows_1() {
    switches_show(0).await;
}

#[tokio::test]
async fn every_switch_shows_2() {
    switches_show(1).await;
}

#[tokio::test]
async fn every_switch_shows_3() {
    switches_show(2).await;
}

#[tokio::test]
async fn every_switch_shows_4() {
    switches_show(3).await;
}
