//! Finding things by role and name, as a screen reader would; waiting for them as a person would.

use std::time::{Duration, Instant};

use fantoccini::{
    Locator,
    elements::{Element, ElementRef},
};
use serde_json::{Value, json};

use super::App;

/// How long something on the screen may take to appear.
const PATIENCE: Duration = Duration::from_secs(15);
const GLANCE: Duration = Duration::from_millis(50);
/// The key under which WebDriver gives an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl App {
    /// The first visible element with this role and exactly this accessible name.
    pub async fn find(&self, role: &str, name: &str) -> Element {
        self.find_within(role, name, false, PATIENCE).await
    }

    /// The same, where the name only contains these words.
    pub async fn find_with(&self, role: &str, words: &str) -> Element {
        self.find_within(role, words, true, PATIENCE).await
    }

    /// Whether it is there now.
    pub async fn has(&self, role: &str, name: &str) -> bool {
        self.look(role, name, false).await.0.is_some()
    }

    /// Clicks when it is there and may be clicked.
    pub async fn click(&self, role: &str, name: &str) {
        let begun = Instant::now();
        loop {
            let element = self.find(role, name).await;
            let usable = element.is_enabled().await.unwrap_or(false)
                && element.attr("aria-disabled").await.ok().flatten().as_deref() != Some("true");
            // It may have been drawn anew since it was found, or still be under a closing dialog: look again.
            let done = if usable { element.click().await.err() } else { None };
            match done {
                None if usable => return,
                why if begun.elapsed() > PATIENCE => {
                    self.give_up(&format!(
                        "the {role} “{name}” cannot be clicked (enabled: {usable}): {why:?}"
                    ))
                    .await
                }
                _ => tokio::time::sleep(GLANCE).await,
            }
        }
    }

    /// Replaces what stands in the field with this label.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.find("textbox", label).await;
        field.clear().await.expect("the field can be emptied");
        field.send_keys(text).await.expect("the field can be typed into");
    }

    /// Waits until these words are to be read somewhere.
    pub async fn see(&self, words: &str) {
        self.see_within(words, PATIENCE).await;
    }

    /// The same with another patience: for runs.
    pub async fn see_within(&self, words: &str, patience: Duration) {
        let begun = Instant::now();
        while !self.text().await.contains(words) {
            if begun.elapsed() > patience {
                self.give_up(&format!("“{words}” did not appear within {patience:?}"))
                    .await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Everything that is to be read, spaces and line breaks made single spaces.
    pub async fn text(&self) -> String {
        let script = "return document.body.innerText.replace(/\\s+/g, ' ')";
        let text = self
            .window
            .execute(script, vec![])
            .await
            .expect("scripts run in the window");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// For what has no name of its own: `data-testid`.
    pub async fn test_id(&self, id: &str) -> Element {
        let locator = format!("[data-testid={id:?}]");
        match self
            .window
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(&locator))
            .await
        {
            Ok(element) => element,
            Err(error) => self.give_up(&format!("nothing has the test id {id}: {error}")).await,
        }
    }

    async fn find_within(&self, role: &str, name: &str, part: bool, patience: Duration) -> Element {
        let begun = Instant::now();
        loop {
            let (found, others) = self.look(role, name, part).await;
            match found {
                Some(element) => return element,
                None if begun.elapsed() > patience => {
                    self.give_up(&format!("no {role} “{name}” within {patience:?}; there is {others}"))
                        .await
                }
                None => tokio::time::sleep(GLANCE).await,
            }
        }
    }

    async fn look(&self, role: &str, name: &str, part: bool) -> (Option<Element>, Value) {
        let arguments = vec![json!(role), json!(name), json!(part)];
        let mut answer = match self.window.execute(include_str!("find.js"), arguments).await {
            Ok(answer) => answer,
            // The page may be on its way in.
            Err(error) => return (None, json!(error.to_string())),
        };
        let element = answer[0][ELEMENT].as_str().map(|id| {
            let id: ElementRef = id.to_owned().into();
            Element::from_element_id(self.window.clone(), id)
        });
        (element, answer[1].take())
    }

    /// Ends the test with a picture of what was there instead.
    async fn give_up(&self, why: &str) -> ! {
        let name = format!(
            "failed-{}",
            std::thread::current().name().unwrap_or("test").replace("::", "-")
        );
        let picture = self.screenshot(&name).await;
        let mut text = self.text().await;
        if text.trim().is_empty() {
            text = format!(
                "nothing; starting the page once more says {}",
                self.start_page_again().await
            );
        }
        panic!("{why}\n  on the screen: {text}\n  picture: {}", picture.display());
    }

    /// Errors of a page that never came up are gone by the time anybody asks: run its script again and listen.
    async fn start_page_again(&self) -> Value {
        let script = "const done = arguments[0]; const heard = []; \
                      const hear = (event) => heard.push(String(event.reason ?? event.error ?? event.message)); \
                      addEventListener('error', hear); addEventListener('unhandledrejection', hear); \
                      addEventListener('securitypolicyviolation', (e) => heard.push(e.violatedDirective + ' ' + e.blockedURI)); \
                      const page = document.querySelector('script[type=module]'); \
                      import(page.src + '?again').catch((error) => heard.push(error + ' ' + error.stack)) \
                        .finally(() => setTimeout(() => done(heard), 1000));";
        self.window
            .execute_async(script, vec![])
            .await
            .unwrap_or_else(|error| json!(error.to_string()))
    }
}
