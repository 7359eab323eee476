//! Groups, their members, and the rules that fill them.

use rehome_domain::GroupId;
use serde_json::Value;

use super::{Read, if_there};
use crate::client::segment;
use crate::error::OktaError;
use crate::paging::Pages;

impl Read {
    /// One group.
    pub async fn group(&self, group: &GroupId) -> Result<Value, OktaError> {
        self.object(&["groups", segment(group.as_str())?], &[]).await
    }

    /// Groups in pages of 200, by a search such as `type eq "APP_GROUP"`; all of them when it is empty.
    pub fn groups(&self, search: &str) -> Pages {
        let query = [("limit", "200"), ("search", search)];
        self.pages(&["groups"], if search.is_empty() { &query[..1] } else { &query })
    }

    /// One group; `None` when there is none (any more).
    pub async fn group_if_there(&self, group: &GroupId) -> Result<Option<Value>, OktaError> {
        if_there(self.group(group).await)
    }

    /// Groups whose name begins so, 200 at most. By `q`, not by `search`, whose index follows what was written with a delay;
    /// that `q` never does is not verified, so whoever must know asks twice.
    pub async fn groups_named(&self, name: &str) -> Result<Vec<Value>, OktaError> {
        let url = self.url(&["groups"], &[("q", name), ("limit", "200")]);
        self.client.get(url).await?.list()
    }

    /// The members of a group, in pages of 1,000; where Okta cannot manage that, of 200 as it advises (api-facts 3.3).
    pub fn group_member_pages(&self, group: &GroupId) -> Result<Pages, OktaError> {
        let pages = self.pages(&["groups", segment(group.as_str())?, "users"], &[("limit", "1000")]);
        Ok(pages.or_smaller(200))
    }

    /// All of them at once: for groups that are small, or tests.
    pub async fn group_members(&self, group: &GroupId) -> Result<Vec<Value>, OktaError> {
        self.group_member_pages(group)?.all().await
    }

    /// The apps that a group gives.
    pub async fn group_apps(&self, group: &GroupId) -> Result<Vec<Value>, OktaError> {
        self.list(&["groups", segment(group.as_str())?, "apps"], &[("limit", "200")])
            .await
    }

    /// The rules that put people into groups.
    pub async fn group_rules(&self) -> Result<Vec<Value>, OktaError> {
        self.list(&["groups", "rules"], &[("limit", "200")]).await
    }
}
