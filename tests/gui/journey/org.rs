//! What the admin does and sees outside Rehome: in Okta's Admin Console, in the service, among colleagues.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::harness::PracticeProgram;

/// The org under test, seen from outside.
pub struct Org {
    program: PracticeProgram,
    http: reqwest::Client,
}

/// Who has an app, and with which account of the service behind it.
#[derive(Debug, PartialEq, Eq)]
pub struct Standing {
    /// Account by login of the person.
    pub accounts: BTreeMap<String, String>,
    /// How many have the app on their own, and how many through a group.
    pub paths: (u64, u64),
    pub groups: u64,
}

impl Org {
    pub fn start(arguments: &[&str]) -> Self {
        Self {
            program: PracticeProgram::start(arguments),
            http: reqwest::Client::new(),
        }
    }

    pub fn url(&self) -> &str {
        &self.program.url
    }

    pub fn token(&self) -> &str {
        &self.program.token
    }

    /// Id of the org itself.
    pub async fn id(&self) -> String {
        let about = self.get("/.well-known/okta-organization").await;
        about["id"].as_str().expect("an id").to_owned()
    }

    pub async fn app_called(&self, label: &str) -> String {
        let apps = self.get(&format!("/api/v1/apps?q={}", label.replace(' ', "%20"))).await;
        let found = apps
            .as_array()
            .expect("a list")
            .iter()
            .find(|app| app["label"] == label);
        found.expect("the org has this app")["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }

    /// In the person's profile, as an admin would mend it.
    pub async fn set_in_profile(&self, person: &str, attribute: &str, value: &str) {
        let body = json!({ "profile": { attribute: value } });
        self.post(&format!("/api/v1/users/{person}"), &body).await;
    }

    /// Id of the person with this login.
    pub async fn person(&self, login: &str) -> String {
        let person = self.get(&format!("/api/v1/users/{login}")).await;
        person["id"].as_str().expect("an id").to_owned()
    }

    /// The Okta profile of a person.
    pub async fn profile(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/users/{id}")).await["profile"].take()
    }

    /// Names of all who cannot sign in, both as shown and as first and last name.
    pub async fn cannot_sign_in(&self) -> BTreeSet<String> {
        let people = self
            .get("/api/v1/users?limit=200&filter=status%20eq%20%22SUSPENDED%22%20or%20status%20eq%20%22PROVISIONED%22")
            .await;
        let names = |person: &Value| {
            let part = |key: &str| person["profile"][key].as_str().unwrap_or_default().to_owned();
            [
                part("displayName"),
                format!("{} {}", part("firstName"), part("lastName")),
            ]
        };
        people.as_array().expect("a list").iter().flat_map(names).collect()
    }

    /// Somebody goes on leave.
    pub async fn suspend(&self, person: &str) {
        self.post(&format!("/api/v1/users/{person}/lifecycle/suspend"), &json!({}))
            .await;
    }

    /// Unticks Deactivate Users on the Provisioning tab.
    pub async fn untick_deactivate_users(&self, app: &str) {
        let body = json!({ "PUSH_USER_DEACTIVATION": false });
        self.post(&format!("/practice/apps/{app}/features"), &body).await;
    }

    /// Deactivates every group that the app pushes, on its Push Groups tab.
    pub async fn stop_pushing(&self, app: &str) {
        let all = format!("/api/v1/apps/{app}/group-push/mappings");
        for mapping in self.get(&all).await.as_array().expect("a list") {
            let one = format!("{}{all}/{}", self.url(), mapping["id"].as_str().expect("an id"));
            let request = self.http.patch(one).json(&json!({ "status": "INACTIVE" }));
            let answer = request.header("authorization", self.authorization()).send().await;
            let status = answer.expect("the org answers").status();
            assert!(status.is_success(), "PATCH {mapping}: {status}");
        }
    }

    /// What the service's own export of its users holds.
    pub async fn export(&self, app: &str) -> Vec<u8> {
        let url = format!("{}/practice/export.csv?app={app}", self.url());
        let answer = self.http.get(url).send().await.expect("the org answers");
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.bytes().await.expect("a file").to_vec()
    }

    /// Lets Okta refuse the next call of this kind, once.
    pub async fn refuse_once(&self, method: &str, path: &str) {
        let body = json!({ "fault": "status", "status": 400, "code": "E0000001", "method": method, "path": path });
        self.post("/practice/faults", &body).await;
    }

    /// The figures of an app; `None` where there is no such app (any more).
    pub async fn state(&self, app: &str) -> Option<Value> {
        let url = format!("{}/practice/state/{app}", self.url());
        let answer = self.http.get(url).send().await.expect("the org answers");
        match answer.status().as_u16() {
            404 => None,
            200 => Some(answer.json().await.expect("JSON")),
            status => panic!("the state of {app}: {status}"),
        }
    }

    pub async fn accounts(&self, app: &str) -> Vec<Value> {
        let accounts = self.get(&format!("/practice/downstream/{app}")).await;
        accounts.as_array().expect("a list").clone()
    }

    pub async fn standing(&self, app: &str) -> Standing {
        let state = self.state(app).await.expect("the app is there");
        let mut accounts = BTreeMap::new();
        let mut page = Some(format!("{}/api/v1/apps/{app}/users?limit=500", self.url()));
        while let Some(url) = page.take() {
            let answer = self
                .http
                .get(url)
                .header("authorization", self.authorization())
                .send()
                .await;
            let answer = answer.expect("the org answers");
            page = next_page(&answer);
            let users: Vec<Value> = answer.json().await.expect("JSON");
            for user in users {
                let text = |key: &str| user[key].as_str().unwrap_or_default().to_owned();
                accounts.insert(text("id"), text("externalId"));
            }
        }
        Standing {
            accounts,
            paths: (
                state["users"]["individual"].as_u64().expect("a number"),
                state["users"]["throughGroups"].as_u64().expect("a number"),
            ),
            groups: state["groups"].as_u64().expect("a number"),
        }
    }

    fn authorization(&self) -> String {
        format!("SSWS {}", self.token())
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.url()));
        let answer = request.header("authorization", self.authorization()).send().await;
        let answer = answer.expect("the org answers");
        assert!(answer.status().is_success(), "GET {path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    async fn post(&self, path: &str, body: &Value) {
        let request = self.http.post(format!("{}{path}", self.url())).json(body);
        let answer = request.header("authorization", self.authorization()).send().await;
        let status = answer.expect("the org answers").status();
        assert!(status.is_success(), "POST {path}: {status}");
    }
}

fn next_page(answer: &reqwest::Response) -> Option<String> {
    let mut links = answer
        .headers()
        .get_all("link")
        .iter()
        .filter_map(|link| link.to_str().ok());
    let next = links.rfind(|link| link.contains("rel=\"next\""))?;
    Some(next.split_once('<')?.1.split_once('>')?.0.to_owned())
}
