//! Steps 1 and 2 with two thousand people and everything that is planted in the practice org, pane by pane: light and dark, in
//! the usual window and in the smallest one. The pictures lie in `target/screenshots/early-*.png`.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use fantoccini::Locator;
use serde_json::json;

use crate::{
    harness::can_run,
    journey::{
        NEW, OLD,
        admin::{Admin, GLANCE, RUN},
        org::Org,
        start, steps,
    },
};

/// A pane with two thousand people is there within this, or the admin wonders whether it was clicked. Generous, for a machine
/// that builds something else meanwhile.
const SLOW: Duration = Duration::from_secs(5);

#[tokio::test]
async fn every_pane_of_steps_1_and_2_is_drawn() {
    if !can_run("every_pane_of_steps_1_and_2_is_drawn") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let org = Org::start(&["--people", "2000"]);
    let export = folder.path().join("zendesk-users.csv");
    let old = org.app_called(OLD).await;
    std::fs::write(&export, org.export(&old).await).expect("the folder is writable");

    let mut admin = Admin::new(start(&folder).await);
    admin.app.click("button", "Connect your org").await;
    admin.app.fill("Address of your org", org.url()).await;
    admin.app.fill("API token", org.token()).await;
    admin.app.click("button", "Connect").await;
    admin.app.find("heading", "Choose the old and the new app").await;
    steps::pair(&mut admin, OLD, NEW).await;
    admin.app.click("button", "Start").await;
    let mut scene = Scene {
        admin,
        slow: Vec::new(),
    };
    scene.compare().await;
    scene.map(&export).await;
    scene.admin.app.kill().await;
    assert_eq!(scene.slow, [""; 0], "slower than {SLOW:?}");
}

struct Scene {
    admin: Admin,
    slow: Vec<String>,
}

impl Scene {
    async fn compare(&mut self) {
        let offer = self.admin.idle().await;
        self.admin.open(&offer).await;
        self.admin
            .when("the apps are read", |now| {
                now.idle() && now.primary() != offer.primary()
            })
            .await;
        self.shot("1-compare").await;
        self.press("[data-testid=next-step] button", "").await;
        self.inspected().await;
        self.shot("1-compare-finding").await;
        self.press("tr[data-row]", "Signing certificate").await;
        self.shot("1-compare-certificate").await;
        self.close().await;
        self.press("label", "All · ").await;
        self.press("tr[data-row]", "Differs as it must").await;
        self.inspected().await;
        self.shot("1-compare-issuer").await;
        self.press("tr[data-row]", "Passed").await;
        self.shot("1-compare-row").await;
        self.close().await;
        self.press("summary", "Always differs").await;
        self.scroll(".work", "bottom").await;
        self.shot_here("1-compare-always").await;
        self.press("label", "Raw JSON").await;
        self.admin.app.test_id("raw").await;
        self.shot("1-compare-raw").await;
        self.press("label", "What matters").await;
        self.press(".tiles button", "Identity providers").await;
        self.inspected().await;
        self.shot("1-compare-identity").await;
        self.press(".tiles button", " card").await;
        self.shot("1-compare-vendor").await;
        self.close().await;
        self.press(".tiles button", "Hand-over sheet").await;
        self.admin.app.find("button", "Save as page").await;
        self.shot("1-compare-sheet").await;
        self.scroll("dialog[open] .body", "bottom").await;
        self.shot_here("1-compare-sheet-end").await;
        self.press("dialog[open] button[aria-label='Close']", "").await;
        self.press("table[aria-label='Changes on the new app'] tr", "").await;
        self.inspected().await;
        self.shot_here("1-compare-changes").await;
        self.close().await;
    }

    async fn map(&mut self, export: &Path) {
        self.press("nav.rail button", "Map").await;
        self.admin.app.see("Usernames, old against predicted new").await;
        self.shot("2-map").await;
        self.press("tr[data-row=role]", "").await;
        self.inspected().await;
        self.shot("2-map-attribute").await;
        self.press("label", "By an expression").await;
        self.admin
            .app
            .fill(
                "Expression",
                "String.toUpperCase(user.lastName) + \"-\" + user.department",
            )
            .await;
        self.admin.app.see("How it comes about").await;
        self.press("summary", "How it comes about").await;
        self.shot_here("2-map-expression").await;
        self.close().await;
        self.press("tr[data-row]", "Guessed").await;
        self.inspected().await;
        self.shot_here("2-map-guessed").await;
        self.close().await;
        for (tab, name) in [
            ("Differences", "2-map-differences"),
            ("Gaps", "2-map-gaps"),
            ("Left out", "2-map-left-out"),
            ("Checks", "2-map-checks"),
            ("People", "2-map-people"),
        ] {
            self.press(".tabs label", tab).await;
            self.scroll(".work", "bottom").await;
            self.shot_here(name).await;
        }
        self.press(".tabs label", "Differences").await;
        self.press("section[aria-label=Differences] tr[data-row]", "").await;
        self.admin
            .app
            .window
            .wait()
            .for_element(Locator::Css(".vrow"))
            .await
            .expect("people are listed");
        self.press(".vrow", "").await;
        self.inspected().await;
        self.admin.app.see("Login").await;
        self.shot_here("2-map-set-person").await;
        self.close().await;

        self.press("button", "Check the service's accounts").await;
        self.shot("2-map-downstream-empty").await;
        self.admin.choose_file(export).await;
        self.admin.app.find("button", "Forget this file").await;
        self.shot("2-map-downstream").await;
        self.press("dialog[open] button[aria-label='Close']", "").await;
        self.press("button", "Fix by CSV").await;
        self.admin.app.find("heading", "Fix by CSV").await;
        self.shot("2-map-fix").await;
        self.press("dialog[open] button[aria-label='Close']", "").await;
        self.scroll(".work", "top").await;
        self.shot("2-map-checked").await;
    }

    /// Clicks the first thing that fits and holds these words, once it is there.
    async fn press(&mut self, selector: &str, words: &str) {
        let script = "const all = [...document.querySelectorAll(arguments[0])].filter((it) => it.checkVisibility()); \
                      const one = all.find((it) => it.textContent.includes(arguments[1])); \
                      one?.scrollIntoView({ block: 'nearest' }); one?.click(); return !!one;";
        let begun = Instant::now();
        loop {
            let arguments = vec![json!(selector), json!(words)];
            let done = self.admin.app.window.execute(script, arguments).await;
            if done.expect("scripts run in the window") == json!(true) {
                break;
            }
            if begun.elapsed() > RUN {
                let picture = self.admin.app.screenshot("failed-pictures").await;
                panic!("there is no {selector} with “{words}”: {}", picture.display());
            }
            tokio::time::sleep(GLANCE).await;
        }
        // Drawn, and nothing is asked of the core any more.
        let clicked = Instant::now();
        self.admin.when("the pane is there", |now| !now.stale).await;
        let took = clicked.elapsed();
        eprintln!("{:>6} ms  {selector} {words}", took.as_millis());
        if took > SLOW {
            self.slow.push(format!("{selector} {words}: {took:?}"));
        }
    }

    async fn inspected(&self) {
        self.admin.app.test_id("inspector").await;
    }

    async fn close(&mut self) {
        self.press("[aria-label='Close the inspector']", "").await;
    }

    async fn scroll(&self, selector: &str, to: &str) {
        let script = "const it = document.querySelector(arguments[0]); it?.scrollTo(0, arguments[1] === 'top' ? 0 : it.scrollHeight)";
        let done = self
            .admin
            .app
            .window
            .execute(script, vec![json!(selector), json!(to)])
            .await;
        done.expect("scripts run in the window");
        tokio::time::sleep(GLANCE).await;
    }

    /// From the top of the screen, in both windows.
    async fn shot(&self, name: &str) {
        self.scroll(".work", "top").await;
        self.shot_here(name).await;
    }

    async fn shot_here(&self, name: &str) {
        let name = format!("early-{name}");
        self.admin.app.screenshot_in_both(&name).await;
        self.admin.app.resize(960, 640).await;
        self.admin.app.screenshot_in_both(&format!("{name}-small")).await;
        self.admin.app.resize(1280, 832).await;
    }
}
