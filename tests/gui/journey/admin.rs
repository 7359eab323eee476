//! An admin at the screen: reads the one next step, does what it offers, and keeps a picture of what was seen.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use fantoccini::Locator;
use serde_json::json;

use crate::harness::{App, Theme};

/// The longest run of this journey ends well within this.
pub const RUN: Duration = Duration::from_secs(60);
pub const GLANCE: Duration = Duration::from_millis(60);

/// The next step as it stands on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    pub screen: String,
    pub title: String,
    pub words: String,
    /// Labels of its buttons, the first one first.
    pub buttons: Vec<String>,
    /// State of the run in the foot of the window; empty where there is none.
    pub run: String,
    /// How far that is.
    pub people: u64,
    /// A button spins, a dialog lies over the screen, or something is being read again.
    pub busy: bool,
    /// Something is being read again.
    pub stale: bool,
}

impl Offer {
    pub fn primary(&self) -> &str {
        self.buttons.first().map_or("", String::as_str)
    }

    /// Something is offered, and nothing runs.
    pub fn idle(&self) -> bool {
        !self.busy && (self.run.is_empty() || self.run == "finished") && !self.buttons.is_empty()
    }
}

const READ: &str = r#"
    const text = (element) => (element?.innerText ?? "").replace(/\s+/g, " ").trim();
    const next = document.querySelector('[data-testid="next-step"]');
    return {
        screen: text(document.querySelector("main h1")),
        title: text(next?.querySelector("b")),
        words: text(next?.querySelector("p")),
        buttons: [...(next?.querySelectorAll("button") ?? [])].map(text),
        run: document.querySelector('[data-testid="run"]')?.dataset.state ?? "",
        people: Number(document.querySelector('[data-testid="run"] [role="progressbar"]')?.getAttribute("aria-valuenow") ?? 0),
        stale: next?.dataset.stale !== undefined,
        busy: !!next?.querySelector("[aria-busy]") || next?.dataset.stale !== undefined || !!document.querySelector('dialog[open]'),
    };
"#;

pub struct Admin {
    pub app: App,
    /// What was done, for the message of a test that fails.
    done: Vec<String>,
}

impl Admin {
    pub fn new(app: App) -> Self {
        Self { app, done: Vec::new() }
    }

    pub async fn offer(&self) -> Offer {
        let seen = self
            .app
            .window
            .execute(READ, vec![])
            .await
            .expect("scripts run in the window");
        let text = |key: &str| seen[key].as_str().unwrap_or_default().to_owned();
        let buttons = seen["buttons"].as_array().into_iter().flatten();
        Offer {
            screen: text("screen"),
            title: text("title"),
            words: text("words"),
            buttons: buttons.filter_map(|label| label.as_str().map(str::to_owned)).collect(),
            run: text("run"),
            people: seen["people"].as_f64().map_or(0, |n| n as u64),
            busy: seen["busy"] == true,
            stale: seen["stale"] == true,
        }
    }

    /// The offer as soon as nothing runs and one stands there.
    pub async fn idle(&mut self) -> Offer {
        self.when("nothing runs and something is offered", Offer::idle).await
    }

    /// The offer that follows on `before`, once nothing runs any more.
    pub async fn after(&mut self, before: &Offer) -> Offer {
        let what = format!("something else than “{}” is offered", before.title);
        self.when(&what, |now| now.idle() && differs(now, before)).await
    }

    /// Clicks the first button of the next step and waits for what follows.
    pub async fn take(&mut self, offer: &Offer) -> Offer {
        self.note(offer);
        self.app.click("button", offer.primary()).await;
        self.after(offer).await
    }

    /// Clicks the first button of the next step, which leads to another screen or opens something.
    pub async fn open(&mut self, offer: &Offer) {
        self.note(offer);
        self.app.click("button", offer.primary()).await;
    }

    /// Clicks until something else is offered: for what others have to do, such as to sign in.
    pub async fn ask_until_it_changes(&mut self, offer: &Offer, button: &str) -> Offer {
        self.note(offer);
        let begun = Instant::now();
        loop {
            self.app.click("button", button).await;
            let now = self.idle().await;
            if now.title != offer.title || now.screen != offer.screen {
                return now;
            }
            assert!(begun.elapsed() < RUN, "still {now:#?}\n{:#?}", self.done);
            tokio::time::sleep(GLANCE).await;
        }
    }

    pub async fn when(&mut self, what: &str, holds: impl Fn(&Offer) -> bool) -> Offer {
        let begun = Instant::now();
        loop {
            let now = self.offer().await;
            if holds(&now) {
                return now;
            }
            if begun.elapsed() > RUN {
                let picture = self.app.screenshot("failed-journey").await;
                let trouble = self.app.text().await;
                panic!(
                    "not within {RUN:?}: {what}; {now:#?}\n{:#?}\n{trouble}\n{}",
                    self.done,
                    picture.display()
                );
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Light and dark, from the top of the screen.
    pub async fn picture(&self, name: &str) {
        let to_the_top = "document.querySelector('.work')?.scrollTo(0, 0)";
        self.app
            .window
            .execute(to_the_top, vec![])
            .await
            .expect("scripts run in the window");
        self.app.show_in(Theme::Dark).await;
        self.app.screenshot(&format!("{name}-dark")).await;
        self.app.show_in(Theme::Light).await;
        self.app.screenshot(&format!("{name}-light")).await;
    }

    /// The same in the smallest window, then back in the usual one.
    pub async fn small_picture(&self, name: &str) {
        self.app.resize(960, 640).await;
        self.picture(name).await;
        self.app.resize(1280, 832).await;
    }

    /// Brings it into sight.
    pub async fn scroll_to(&self, role: &str, name: &str) {
        let element = self.app.find(role, name).await;
        let script = "arguments[0].scrollIntoView({ block: 'nearest' })";
        let element = serde_json::to_value(element).expect("an element");
        self.app
            .window
            .execute(script, vec![element])
            .await
            .expect("scripts run");
    }

    /// Whether a button of this name can be seen.
    pub async fn sees(&self, button: &str) -> bool {
        self.app.has("button", button).await
    }

    /// Whether there is a button whose name begins like this.
    pub async fn sees_one(&self, beginning: &str) -> bool {
        self.texts("button")
            .await
            .iter()
            .any(|name| name.starts_with(beginning))
    }

    /// Clicks what fits this selector as soon as it can be clicked: it may be drawn anew, or be on its way into sight.
    pub async fn click_on(&self, selector: &str) {
        let begun = Instant::now();
        loop {
            let found = self.app.window.find(Locator::Css(selector)).await;
            let why = match found {
                Ok(element) => element.click().await.err(),
                Err(why) => Some(why),
            };
            match why {
                None => return,
                Some(_) if begun.elapsed() < Duration::from_secs(15) => tokio::time::sleep(GLANCE).await,
                Some(why) => {
                    let picture = self.app.screenshot("failed-journey").await;
                    panic!("{selector} cannot be clicked: {why}; {}", picture.display());
                }
            }
        }
    }

    /// Chooses a file where one is asked for, as the file dialog would.
    pub async fn choose_file(&self, path: &Path) {
        let field = self
            .app
            .window
            .wait()
            .for_element(Locator::Css("dialog[open] input[type=file]"))
            .await
            .expect("a file is asked for");
        let path = path.to_str().expect("a path in plain letters");
        field.send_keys(path).await.expect("a file can be chosen");
    }

    /// Says whose word it is, and gives it.
    pub async fn sign(&self, button: &str) {
        self.app.fill("Your name", "Robin Admin").await;
        self.app.click("button", button).await;
    }

    /// Waits until no dialog lies over the screen.
    pub async fn dialog_gone(&mut self) {
        self.when("the dialog is gone", |now| !now.busy).await;
    }

    /// Texts of all that fits this selector.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let script =
            "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText.replace(/\\s+/g, ' ').trim())";
        let found = self
            .app
            .window
            .execute(script, vec![json!(selector)])
            .await
            .expect("scripts run");
        let found = found.as_array().expect("a list").iter();
        found.filter_map(|text| text.as_str().map(str::to_owned)).collect()
    }

    fn note(&mut self, offer: &Offer) {
        let line = format!("{}: {} -> {}", offer.screen, offer.title, offer.primary());
        assert!(
            self.done.iter().filter(|done| **done == line).count() < 12,
            "round in circles: {line}\n{:#?}",
            self.done
        );
        self.done.push(line);
    }
}

fn differs(now: &Offer, before: &Offer) -> bool {
    (&now.screen, &now.title, &now.words, &now.buttons)
        != (&before.screen, &before.title, &before.words, &before.buttons)
}
