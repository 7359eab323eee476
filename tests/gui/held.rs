//! What holds the waves, and what lets them go on although something is missing, in the real window: the way back tried, an error
//! budget, exceptions, a gate opened by a decision, somebody else's change, a window that is closed, and a swap that was stopped.
//! What leads there is the robot's work. The pictures lie in `target/screenshots/6-*.png`.

use std::sync::Arc;

use rehome_engine::{Rehome, view::*};
use rehome_practice::{Control, Fault, Options, PracticeOrg, SignIns};
use serde_json::json;

use crate::{
    cut_over::robot,
    harness::can_run,
    journey::{NEW, OLD, SPEED, admin::Admin, start},
};

const WHY: &str = "Agreed with the service's owner.";

struct Scene {
    org: PracticeOrg,
    control: Control,
    folder: tempfile::TempDir,
    new: String,
}

impl Scene {
    async fn new(people: u32) -> Self {
        let options = Options {
            people,
            speed: SPEED,
            ..Options::default()
        };
        let org = PracticeOrg::start(options).await.expect("a practice org");
        let control = org.control();
        let new = control.app(NEW).expect("the new app");
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            org,
            control,
            folder,
            new,
        }
    }

    /// A Rehome without a window on the folder that the window opens then.
    fn headless(&self) -> Rehome {
        robot::rehome(self.folder.path(), Arc::new(rehome_app::Keychain), SPEED)
    }

    fn robot<'a>(&self, rehome: &'a Rehome, id: String, until: Step) -> robot::Robot<'a> {
        let wishes = robot::Wishes {
            pilot: 12,
            wave_size: 20,
            console: self.org.url().to_owned(),
            token: self.org.token().to_owned(),
            until: Some(until),
            providers: IdentityProviders::Several,
            rehearse: false,
        };
        robot::Robot {
            rehome,
            id,
            wishes,
            done: Vec::new(),
        }
    }

    async fn window(&self) -> Admin {
        let admin = Admin::new(start(&self.folder).await);
        admin.app.click("button", &format!("Open {OLD} to {NEW}")).await;
        admin
    }

    /// Okta does not find whom it is asked for; to be ended with `mend`.
    fn refuse(&self, path: &str) {
        let fault = Fault::Status(404, "E0000007".into());
        self.control.faults().arm_times(fault, "POST", path, 1, 10_000);
    }

    fn mend(&self) {
        self.control.faults().clear();
    }

    fn people_path(&self) -> String {
        format!("/api/v1/apps/{}/users", self.new)
    }

    /// As a script of a colleague would.
    async fn take_off(&self, user: &str) {
        let url = format!("{}{}/{user}", self.org.url(), self.people_path());
        let token = format!("SSWS {}", self.org.token());
        let sent = reqwest::Client::new().delete(url).header("authorization", token).send();
        let answer = sent.await.expect("the practice org answers");
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}

async fn look(admin: &Admin, name: &str) {
    admin.picture(&format!("6-{name}")).await;
    admin.small_picture(&format!("6-{name}-small")).await;
}

/// Says why, and whose word it is.
async fn say(admin: &Admin, button: &str) {
    admin.app.fill("Reason", WHY).await;
    admin.sign(button).await;
}

async fn tab(admin: &Admin, name: &str) {
    let script =
        "[...document.querySelectorAll('.seg label')].find((l) => l.textContent.includes(arguments[0])).click()";
    let name = vec![json!(name)];
    admin.app.window.execute(script, name).await.expect("the tab is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_holds_the_waves_is_told_and_let_go_by_name() {
    if !can_run("what_holds_the_waves_is_told_and_let_go_by_name") {
        return;
    }
    let scene = Scene::new(60).await;
    let rehome = scene.headless();
    let id = robot::begin(&rehome, scene.org.url(), scene.org.token(), OLD, NEW).await;
    let mut robot = scene.robot(&rehome, id.clone(), Step::Waves);
    robot
        .work_to(|action| matches!(action, Action::RehearseUndo { .. }))
        .await;
    scene.control.set_feature(&scene.new, "PUSH_USER_DEACTIVATION", false);
    let mut settings = rehome.run_settings(id.clone()).await.expect("settings").settings;
    settings.error_budget = ErrorBudget::Count { people: 0 };
    settings.gate.signed_in_percent = Some(50);
    rehome.set_run_settings(id.clone(), settings).await.expect("kept");
    rehome.shutdown().await;
    drop(rehome);

    let mut admin = scene.window().await;
    way_back(&mut admin).await;
    over_the_budget(&mut admin, &scene).await;
    gate(&mut admin).await;
    foreign(&mut admin, &scene).await;
    admin.app.kill().await;

    closed_window(&scene, &id).await;
}

async fn way_back(admin: &mut Admin) {
    let offer = admin.idle().await;
    assert_eq!(offer.primary(), "Try the way back");
    admin.open(&offer).await;
    look(admin, "way-back").await;
    admin.app.click("button", "Take off and give again").await;
    let mut offer = admin.after(&offer).await;
    while offer.primary() == "Read proofs again" {
        offer = admin.ask_until_it_changes(&offer, "Read proofs again").await;
    }
    assert_eq!(offer.primary(), "Go to Waves");
    admin.open(&offer).await;
}

/// Nobody may fail, and somebody does.
async fn over_the_budget(admin: &mut Admin, scene: &Scene) {
    let offer = admin
        .when("the waves are there", |now| now.screen == "Waves" && now.idle())
        .await;
    scene.refuse(&scene.people_path());
    let offer = admin.take(&offer).await;
    look(admin, "over-budget").await;
    scene.mend();
    tab(admin, "Failures").await;
    admin.app.see("No longer there").await;
    look(admin, "over-budget-failures").await;
    let approve = offer.buttons.last().expect("approving is offered").clone();
    assert!(approve.starts_with("Approve "), "{offer:#?}");
    admin.app.click("button", &approve).await;
    look(admin, "exceptions-ask").await;
    say(admin, &approve).await;
    let offer = admin.after(&offer).await;
    admin.app.see("Excepted by name").await;
    look(admin, "exceptions").await;
    admin.click_on("section[aria-label='Excepted by name'] li button").await;
    admin.app.find("heading", "History").await;
    admin.scroll_to("heading", "History").await;
    admin.small_picture("6-exception-history-small").await;
    admin.scroll_to("heading", "History").await;
    admin.app.screenshot("6-exception-history").await;
    admin.app.click("button", "Close the inspector").await;
    // The next wave asks for sign-ins, and nobody signs in any more.
    scene.control.set_sign_ins(SignIns::Manual);
    let offer = admin.take(&offer).await;
    assert_eq!(offer.title, "Wave 2 is not open yet");
}

/// The wave before has not reached its share, and the next one is opened by a decision.
async fn gate(admin: &mut Admin) {
    let offer = admin.idle().await;
    tab(admin, "Waves").await;
    admin.app.find("button", "Open anyway").await;
    look(admin, "gate-closed").await;
    admin.app.click("button", "Open anyway").await;
    look(admin, "gate-ask").await;
    say(admin, "Open wave 2").await;
    let offer = admin.after(&offer).await;
    look(admin, "gate-opened").await;
    assert_eq!(offer.primary(), "Run wave 2");
}

/// A colleague's script takes somebody off the new app.
async fn foreign(admin: &mut Admin, scene: &Scene) {
    let offer = admin.idle().await;
    let there = scene.control.app_users(&scene.new);
    let gone = there
        .iter()
        .find(|u| u.scope == "USER")
        .expect("somebody is there one by one");
    scene.take_off(&gone.user).await;
    let offer = admin.take(&offer).await;
    tab(admin, "Map").await;
    look(admin, "foreign").await;
    admin.open(&offer).await;
    look(admin, "foreign-ask").await;
    admin.sign("I have looked; go on").await;
    let offer = admin.after(&offer).await;
    // By an earlier person's row: what can be chosen for somebody who is still to come.
    tab(admin, "People").await;
    admin
        .app
        .window
        .execute(
            "document.querySelector('select').value = 'planned'; \
        document.querySelector('select').dispatchEvent(new Event('change', { bubbles: true }))",
            vec![],
        )
        .await
        .expect("runs");
    admin.click_on(".vrow").await;
    look(admin, "planned-person").await;
    drop(offer);
}

/// Nothing is sent outside the hours that were set.
async fn closed_window(scene: &Scene, id: &str) {
    // The process that was ended holds the journal until the system has taken it away.
    let begun = std::time::Instant::now();
    let (rehome, mut settings) = loop {
        let rehome = scene.headless();
        rehome.start().await.expect("starts");
        match rehome.run_settings(id.to_owned()).await {
            Ok(known) => break (rehome, known.settings),
            Err(problem) if problem.code == ProblemCode::JournalUnwritable && begun.elapsed().as_secs() < 20 => {
                rehome.shutdown().await;
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            Err(problem) => panic!("{problem:?}"),
        }
    };
    let now = scene.control.now().as_second() / 3600;
    let hour = |add: i64| format!("{:02}:00", (now + add) % 24);
    let days = r#"["monday","tuesday","wednesday","thursday","friday","saturday","sunday"]"#;
    let hours = format!(
        r#"{{"zone":"UTC","windows":[{{"days":{days},"from":"{}","until":"{}"}}]}}"#,
        hour(6),
        hour(8)
    );
    settings.off_hours = Some(serde_json::from_str(&hours).expect("hours"));
    rehome.set_run_settings(id.to_owned(), settings).await.expect("kept");
    rehome.shutdown().await;
    drop(rehome);
    let mut admin = scene.window().await;
    let offer = admin.idle().await;
    look(&admin, "window-closed").await;
    admin.app.click("button", offer.primary()).await;
    admin.when("it waits", |now| now.run == "waiting").await;
    look(&admin, "window-waits").await;
    admin.app.click("button", "Stop").await;
    admin.idle().await;
    admin.app.click("button", "Report so far").await;
    look(&admin, "report").await;
    admin.app.kill().await;
}
