//! Calls that change nothing. Bodies are handed on as Okta wrote them: nothing is dropped.

use jiff::Timestamp;
use rehome_domain::{AppId, GroupId, UserId};
use serde_json::Value;
use url::Url;

use crate::answer::Answer;
use crate::client::{Client, segment};
use crate::error::OktaError;
use crate::paging::Pages;
use crate::transport::{Call, XML};

/// The handle for looking. Every call is repeated a few times when Okta does not answer or is busy.
#[derive(Clone, Debug)]
pub struct Read {
    client: Client,
}

impl Read {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The org: name, subdomain, status.
    pub async fn org(&self) -> Result<Value, OktaError> {
        self.object(&["org"], &[]).await
    }

    /// The admin behind the token.
    pub async fn me(&self) -> Result<Value, OktaError> {
        self.object(&["users", "me"], &[]).await
    }

    /// Admin roles of a user. Reading them needs a right of its own, so that 403 says nothing about the others.
    pub async fn user_roles(&self, user: &UserId) -> Result<Vec<Value>, OktaError> {
        self.pages(&["users", segment(user.as_str())?, "roles"], &[])
            .all()
            .await
    }

    /// Apps whose name or label begins with `q`; all of them when it is empty.
    pub async fn apps(&self, q: &str) -> Result<Vec<Value>, OktaError> {
        let search = [("limit", "200"), ("q", q)];
        self.pages(&["apps"], if q.is_empty() { &search[..1] } else { &search })
            .all()
            .await
    }

    /// One app.
    pub async fn app(&self, app: &AppId) -> Result<Value, OktaError> {
        self.object(&["apps", segment(app.as_str())?], &[]).await
    }

    /// The people of an app, in pages of 500; with the Okta user in `_embedded.user`, in pages of 200, or of 50 where
    /// the org refuses that (the cap with `expand` is not documented: api-facts 3.3).
    pub fn app_users(&self, app: &AppId, expand_user: bool) -> Result<Pages, OktaError> {
        let path = ["apps", segment(app.as_str())?, "users"];
        Ok(if expand_user {
            self.pages(&path, &[("limit", "200"), ("expand", "user")])
                .or_smaller(50)
        } else {
            self.pages(&path, &[("limit", "500")])
        })
    }

    /// One app user; `None` when the person does not have the app. Okta says the same where the app itself does not
    /// exist or cannot be seen, so that `None` means something only for an app that was just read.
    pub async fn app_user(&self, app: &AppId, user: &UserId) -> Result<Option<Value>, OktaError> {
        let path = ["apps", segment(app.as_str())?, "users", segment(user.as_str())?];
        if_there(self.object(&path, &[]).await)
    }

    /// The groups of an app, each with the group in `_embedded.group`.
    pub async fn app_groups(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        self.pages(
            &["apps", segment(app.as_str())?, "groups"],
            &[("limit", "200"), ("expand", "group")],
        )
        .all()
        .await
    }

    /// One group of an app; `None` when it is not assigned (see [`Read::app_user`] for what else that can mean).
    pub async fn app_group(&self, app: &AppId, group: &GroupId) -> Result<Option<Value>, OktaError> {
        let path = ["apps", segment(app.as_str())?, "groups", segment(group.as_str())?];
        if_there(self.object(&path, &[]).await)
    }

    /// One group.
    pub async fn group(&self, group: &GroupId) -> Result<Value, OktaError> {
        self.object(&["groups", segment(group.as_str())?], &[]).await
    }

    /// The members of a group, in pages of 200 as Okta advises.
    pub async fn group_members(&self, group: &GroupId) -> Result<Vec<Value>, OktaError> {
        self.pages(&["groups", segment(group.as_str())?, "users"], &[("limit", "200")])
            .all()
            .await
    }

    /// The rules that put people into groups.
    pub async fn group_rules(&self) -> Result<Vec<Value>, OktaError> {
        self.pages(&["groups", "rules"], &[("limit", "200")]).all().await
    }

    /// One Okta user.
    pub async fn user(&self, user: &UserId) -> Result<Value, OktaError> {
        self.object(&["users", segment(user.as_str())?], &[]).await
    }

    /// The schema of an app's users.
    pub async fn app_schema(&self, app: &AppId) -> Result<Value, OktaError> {
        self.object(&["meta", "schemas", "apps", segment(app.as_str())?, "default"], &[])
            .await
    }

    /// The schema of Okta users of the default type.
    pub async fn user_schema_default(&self) -> Result<Value, OktaError> {
        self.user_schema("default").await
    }

    /// The schema of one user type (`osc...`, from the type's `_links.schema`).
    pub async fn user_schema(&self, schema: &str) -> Result<Value, OktaError> {
        self.object(&["meta", "schemas", "user", segment(schema)?], &[]).await
    }

    /// The user types of the org.
    pub async fn user_types(&self) -> Result<Vec<Value>, OktaError> {
        self.pages(&["meta", "types", "user"], &[]).all().await
    }

    /// The mappings into an app, one for each user type, *without* their properties: read each with [`Read::mapping`].
    pub async fn mappings_to(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        let query = [("limit", "200"), ("targetId", segment(app.as_str())?)];
        let mut mappings = self.pages(&["mappings"], &query).or_smaller(50).all().await?;
        // Later pages can come unfiltered (api-facts 3.2).
        mappings.retain(|mapping| mapping.pointer("/target/id").and_then(Value::as_str) == Some(app.as_str()));
        Ok(mappings)
    }

    /// One mapping with its properties.
    pub async fn mapping(&self, mapping: &str) -> Result<Value, OktaError> {
        self.object(&["mappings", segment(mapping)?], &[]).await
    }

    /// All signing keys that an app ever had; the app says which one is in use.
    pub async fn keys(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        self.pages(&["apps", segment(app.as_str())?, "credentials", "keys"], &[])
            .all()
            .await
    }

    /// The SAML metadata of an app for one of its keys, as XML.
    pub async fn saml_metadata(&self, app: &AppId, kid: &str) -> Result<String, OktaError> {
        let url = self.url(
            &["apps", segment(app.as_str())?, "sso", "saml", "metadata"],
            &[("kid", kid)],
        );
        let answer = self
            .client
            .fetch(Call {
                accept: XML,
                ..Call::get(url)
            })
            .await?;
        let text = answer.text()?;
        if text.contains("EntityDescriptor") {
            Ok(text)
        } else {
            Err(answer.bad("it is not SAML metadata".to_owned()))
        }
    }

    /// One policy; Identity Engine only, from the app's `_links.accessPolicy`.
    pub async fn access_policy(&self, policy: &str) -> Result<Value, OktaError> {
        self.object(&["policies", segment(policy)?], &[]).await
    }

    /// The rules of a policy.
    pub async fn policy_rules(&self, policy: &str) -> Result<Vec<Value>, OktaError> {
        self.pages(&["policies", segment(policy)?, "rules"], &[]).all().await
    }

    /// The groups that an app pushes.
    pub async fn group_push_mappings(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        self.pages(
            &["apps", segment(app.as_str())?, "group-push", "mappings"],
            &[("limit", "1000")],
        )
        .all()
        .await
    }

    /// A feature object such as `USER_PROVISIONING`. `None` where the app or the org has no such API: Okta says so with
    /// 400 or 404 (api-facts 8.3), and it is so for almost every app.
    pub async fn feature(&self, app: &AppId, name: &str) -> Result<Option<Value>, OktaError> {
        let found = self
            .object(&["apps", segment(app.as_str())?, "features", segment(name)?], &[])
            .await;
        match found {
            Err(OktaError::Refused(refusal)) if matches!(refusal.status, 400 | 404) => Ok(None),
            other => other.map(Some),
        }
    }

    /// Events of the System Log from `since` on, oldest first, without repetitions.
    ///
    /// With `until` in the order of their happening, where late ones can be missing; without it in the order of their
    /// arrival, up to the first empty page. Events arrive some seconds late either way.
    pub async fn logs(
        &self,
        filter: &str,
        since: Timestamp,
        until: Option<Timestamp>,
    ) -> Result<Vec<Value>, OktaError> {
        self.log_pages(filter, since, until).all().await
    }

    /// [`Read::logs`] by pages, for ranges that are too long to keep.
    pub fn log_pages(&self, filter: &str, since: Timestamp, until: Option<Timestamp>) -> Pages {
        let (since, end) = (milliseconds(since), until.map(milliseconds));
        let mut query = vec![("since", since.as_str()), ("limit", "1000")];
        if !filter.is_empty() {
            query.push(("filter", filter));
        }
        if let Some(end) = &end {
            query.push(("until", end));
        }
        let pages = self.pages(&["logs"], &query);
        if until.is_some() { pages } else { pages.until_empty() }
    }

    /// One event at most: whether the System Log can be read at all.
    pub async fn logs_first(&self) -> Result<Vec<Value>, OktaError> {
        self.client.get(self.url(&["logs"], &[("limit", "1")])).await?.list()
    }

    async fn object(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, OktaError> {
        self.client
            .get(self.url(path, query))
            .await
            .and_then(|answer: Answer| answer.object())
    }

    fn pages(&self, path: &[&str], query: &[(&str, &str)]) -> Pages {
        Pages::new(self.client.clone(), self.url(path, query))
    }

    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.client.endpoint(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

fn if_there(found: Result<Value, OktaError>) -> Result<Option<Value>, OktaError> {
    match found {
        Err(error) if error.is_not_found() => Ok(None),
        other => other.map(Some),
    }
}

/// As Okta writes times; what is finer than a millisecond is cut off.
fn milliseconds(time: Timestamp) -> String {
    let whole = Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time);
    format!("{whole:.3}")
}
