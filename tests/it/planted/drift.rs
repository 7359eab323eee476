//! What changes in Okta between two readings is said, each change by itself, and nothing else.

use rehome_practice::Control;
use serde_json::json;

use super::shown;
use crate::desk::{Desk, options};

struct Watch {
    desk: Desk,
    wrong: Vec<String>,
}

impl Watch {
    async fn read(&self) -> Vec<String> {
        let control = &self.desk.control;
        while control.busy(&self.desk.old) || control.busy(&self.desk.new) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        shown::read(&self.desk.rehome, &self.desk.id).await;
        let map = self.desk.rehome.map(self.desk.id.clone(), None).await.expect("map");
        map.drift.map(|drift| drift.changes).unwrap_or_default()
    }

    /// Changes something and reads again: exactly these sentences come, by their beginning or a part of them.
    async fn expect(&mut self, what: &str, change: impl FnOnce(&Control, &Desk), sentences: &[&str]) {
        change(&self.desk.control, &self.desk);
        let said = self.read().await;
        let there = |sentence: &&&str| said.iter().any(|it| it.contains(**sentence));
        let missing: Vec<_> = sentences.iter().filter(|it| !there(it)).collect();
        if !missing.is_empty() || said.len() != sentences.len() {
            self.wrong
                .push(format!("{what}: not said: {missing:?}; said: {said:#?}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_between_two_readings_is_said() {
    let desk = Desk::new(options()).await;
    let (control, old) = (&desk.control, desk.old.clone());
    let first_group = control.group("Support Tier 1").expect("the seed has it");
    let last_group = control.group("Customer Success").expect("the seed has it");
    let users = control.app_users(&old);
    let individual = |at: usize| {
        let grouped = |user: &str| {
            control
                .groups()
                .iter()
                .filter(|(_, name)| name != "Everyone")
                .any(|(group, _)| control.members(group).iter().any(|member| member == user))
        };
        let mut alone = users.iter().filter(|it| it.group.is_none() && !grouped(&it.user));
        alone.nth(at).expect("somebody has it individually").user.clone()
    };
    let [leaver, edited, renamed] = [0, 1, 2].map(individual);
    let newcomer = control.create_user("nina.newcomer@northwind.example", "Nina", "Newcomer");
    let second = control.create_user("theo.secondcomer@northwind.example", "Theo", "Secondcomer");
    let spare = control.create_group("Spare Desk");
    let mut watch = Watch {
        desk,
        wrong: Vec::new(),
    };
    assert_eq!(
        watch.read().await,
        Vec::<String>::new(),
        "the first reading has nothing before it"
    );
    watch.expect("nothing", |_, _| {}, &[]).await;
    watch
        .expect(
            "a joiner",
            |control, desk| control.assign_user(&desk.old, &newcomer),
            &["New on the old app: Nina Newcomer"],
        )
        .await;
    watch
        .expect(
            "a leaver",
            |control, desk| control.unassign_user(&desk.old, &leaver),
            &["No longer on the old app: "],
        )
        .await;
    watch
        .expect(
            "a value",
            |control, desk| control.set_app_user_value(&desk.old, &edited, "signature", json!("Yours")),
            &["(signature)"],
        )
        .await;
    watch
        .expect(
            "a username",
            |control, desk| control.set_app_user_name(&desk.old, &renamed, "somebody.else@northwind.example"),
            &["Another username on the old app: "],
        )
        .await;
    watch
        .expect(
            "a mapping",
            |control, desk| control.set_mapping(&desk.new, "phone", Some("user.mobilePhone")),
            &["The mapping of phone of the new app changed from"],
        )
        .await;
    watch
        .expect(
            "a mapping taken away",
            |control, desk| control.set_mapping(&desk.old, "timezone", None),
            &["The mapping of timezone of the old app changed from"],
        )
        .await;
    watch
        .expect(
            "a template",
            |control, desk| control.set_template(&desk.new, "${source.email}", false),
            &["The setting username template of the new app changed from"],
        )
        .await;
    watch
        .expect(
            "a setting",
            |control, desk| control.set_setting(&desk.new, "/signOn/defaultRelayState", json!("https://nw.example")),
            &["The setting settings.signOn.defaultRelayState of the new app changed."],
        )
        .await;
    watch
        .expect(
            "a label",
            |control, desk| control.set_label(&desk.old, "Zendesk (very old)"),
            &["The setting label of the old app changed from"],
        )
        .await;
    watch
        .expect(
            "a feature",
            |control, desk| control.set_feature(&desk.new, "PUSH_PROFILE_UPDATES", true),
            &["The setting provisioning of the new app changed from"],
        )
        .await;
    watch
        .expect(
            "a group added",
            |control, desk| control.assign_group(&desk.old, &spare, Some(9)),
            &["Spare Desk was assigned to the old app."],
        )
        .await;
    watch
        .expect(
            "a membership",
            |control, _| control.add_member(&first_group, &second),
            &[
                "New on the old app: Theo Secondcomer",
                "Support Tier 1: 1 joined, 0 left.",
            ],
        )
        .await;
    watch
        .expect(
            "a membership ended",
            |control, _| control.remove_member(&first_group, &second),
            &[
                "No longer on the old app: Theo Secondcomer",
                "Support Tier 1: 0 joined, 1 left.",
            ],
        )
        .await;
    watch
        .expect(
            "a group's value",
            |control, desk| control.set_group_value(&desk.old, &spare, "role", json!("admin")),
            &["Spare Desk has another priority or other values."],
        )
        .await;
    // Who was in this group alone leaves with it.
    watch.desk.control.unassign_group(&watch.desk.old, &last_group);
    let said = watch.read().await;
    let gone = "Customer Success is no longer assigned to the old app.";
    assert!(said.iter().any(|it| it == gone), "{said:#?}");
    watch.expect("nothing again", |_, _| {}, &[]).await;
    assert!(watch.wrong.is_empty(), "{}", watch.wrong.join("\n"));
    watch.desk.rehome.shutdown().await;
}
