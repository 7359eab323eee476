//! The practice org over real HTTP: what Okta refuses, what it does later, and what happens behind the apps.

mod accounts;
mod apps;
mod assigning;
mod behaviours;
mod certificates;
mod client;
mod console;
mod drift;
mod elsewhere;
mod faults;
mod groups;
mod listing;
mod oauth;
mod org;
mod people;
mod planted;
mod policies;
mod recorded;
mod replayed;
mod retiring;
mod semantics;
mod tokens;
mod transcript;

use std::time::Duration;

use rehome_practice::{Control, Options, PracticeOrg, SignIns};
use serde_json::{Value, json};

/// A practice org with a client. Org time runs 200 times faster, so that "later" is now.
pub struct Bench {
    pub org: PracticeOrg,
    http: reqwest::Client,
}

/// An answer, read.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub body: Value,
    pub headers: reqwest::header::HeaderMap,
}

impl Got {
    /// The Okta error code, or "" when it is none.
    pub fn code(&self) -> &str {
        self.body["errorCode"].as_str().unwrap_or("")
    }

    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.body);
        self.body
    }

    /// Asserts status and error code.
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.body);
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The address of a `Link` header.
    pub fn link(&self, rel: &str) -> Option<String> {
        let mark = format!("rel=\"{rel}\"");
        let links = self.headers.get_all("link").iter().map(|it| it.to_str().expect("text"));
        let found = links.into_iter().find(|link| link.ends_with(&mark))?;
        let address = found.split('>').next()?;
        Some(address.trim_start_matches('<').to_owned())
    }
}

/// Sends a request and reads the answer.
pub async fn read(request: reqwest::RequestBuilder) -> Result<Got, reqwest::Error> {
    let answer = request.send().await?;
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let text = answer.text().await?;
    let body = serde_json::from_str(&text).unwrap_or(if text.is_empty() { Value::Null } else { json!(text) });
    Ok(Got { status, body, headers })
}

pub fn manual() -> Options {
    Options {
        sign_ins: SignIns::Manual,
        speed: 200,
        ..Options::default()
    }
}

impl Bench {
    pub async fn new() -> Self {
        Self::with(manual()).await
    }

    pub async fn with(options: Options) -> Self {
        let org = PracticeOrg::start(options).await.expect("a free port");
        Self {
            org,
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
        }
    }

    pub fn control(&self) -> Control {
        self.org.control()
    }

    /// The id of an app.
    pub fn app(&self, label: &str) -> String {
        self.control().app(label).expect(label)
    }

    pub fn old(&self) -> String {
        self.app("Zendesk (2019)")
    }

    pub fn new_app(&self) -> String {
        self.app("Zendesk Suite")
    }

    pub fn group(&self, name: &str) -> String {
        self.control().group(name).expect(name)
    }

    /// The users that a planted problem is about.
    pub fn planted(&self, key: &str) -> Vec<String> {
        let found = self.control().planted().into_iter().find(|it| it.key == key);
        found.expect(key).subjects
    }

    /// People of the old app who are nothing special: active, individual, same username on both apps.
    pub fn plain(&self, count: usize) -> Vec<String> {
        let special: Vec<String> = self
            .control()
            .planted()
            .into_iter()
            .filter(|it| !["individual-values", "brand-lost", "phone-changes"].contains(&it.key))
            .flat_map(|it| it.subjects)
            .collect();
        let active: Vec<String> = self
            .control()
            .users()
            .into_iter()
            .filter(|(_, status)| status == "ACTIVE")
            .map(|(id, _)| id)
            .collect();
        let users = self
            .control()
            .app_users(&self.old())
            .into_iter()
            .filter(|it| it.scope == "USER")
            .map(|it| it.user);
        let plain: Vec<String> = users
            .filter(|id| !special.contains(id) && active.contains(id))
            .take(count)
            .collect();
        assert_eq!(plain.len(), count, "the seed has enough plain people");
        plain
    }

    pub async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Result<Got, reqwest::Error> {
        self.send_as(&format!("SSWS {}", self.org.token()), method, path, body)
            .await
    }

    /// With another `Authorization` than the org's first token.
    pub async fn send_as(
        &self,
        authorization: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<Got, reqwest::Error> {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.org.url())
        };
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, url).header("Authorization", authorization);
        if let Some(body) = body {
            request = request.json(&body);
        }
        read(request).await
    }

    /// A POST with a body that is no JSON.
    pub async fn send_raw(&self, path: &str, kind: &str, body: Vec<u8>) -> Got {
        let request = self
            .http
            .post(format!("{}{path}", self.org.url()))
            .header("Authorization", format!("SSWS {}", self.org.token()))
            .header("Content-Type", kind)
            .body(body);
        read(request).await.expect("an answer")
    }

    pub async fn get(&self, path: &str) -> Got {
        self.send("GET", path, None).await.expect("an answer")
    }

    pub async fn post(&self, path: &str, body: Value) -> Got {
        self.send("POST", path, Some(body)).await.expect("an answer")
    }

    pub async fn put(&self, path: &str, body: Value) -> Got {
        self.send("PUT", path, Some(body)).await.expect("an answer")
    }

    pub async fn delete(&self, path: &str) -> Got {
        self.send("DELETE", path, None).await.expect("an answer")
    }

    /// Assigns somebody to an app and waits until provisioning is through.
    pub async fn assign(&self, app: &str, user: &str) -> Value {
        self.post(&format!("/api/v1/apps/{app}/users"), json!({ "id": user }))
            .await
            .ok();
        self.settled(app).await;
        self.get(&format!("/api/v1/apps/{app}/users/{user}")).await.ok()
    }

    /// Waits until no job of the app is under way.
    pub async fn settled(&self, app: &str) {
        for _ in 0..500 {
            if !self.control().busy(app) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("jobs of {app} do not end");
    }

    /// All pages of a listing.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut list = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.get(&path).await;
            next = page.link("next");
            list.extend(page.ok().as_array().expect("a list").clone());
        }
        list
    }
}
