//! Who has an app, one by one and by group.

use rehome_domain::{AppId, GroupId, UserId};
use serde_json::Value;

use super::{Read, if_there};
use crate::client::segment;
use crate::error::OktaError;
use crate::paging::Pages;

impl Read {
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

    /// One person of an app at most: whether its people can be read at all.
    pub async fn app_users_first(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        let url = self.url(&["apps", segment(app.as_str())?, "users"], &[("limit", "1")]);
        self.client.get(url).await?.list()
    }

    /// One app user; `None` when the person does not have the app. Okta says the same where the app itself does not
    /// exist or cannot be seen, so that `None` means something only for an app that was just read.
    pub async fn app_user(&self, app: &AppId, user: &UserId) -> Result<Option<Value>, OktaError> {
        let path = ["apps", segment(app.as_str())?, "users", segment(user.as_str())?];
        if_there(self.object(&path, &[]).await)
    }

    /// The groups of an app, each with the group in `_embedded.group`.
    pub async fn app_groups(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        self.app_groups_with(app, "group").await
    }

    /// The groups of an app, each with who set which value of its profile in `_embedded.metadata` (api-facts 7.2).
    pub async fn app_groups_with_sources(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        self.app_groups_with(app, "metadata").await
    }

    async fn app_groups_with(&self, app: &AppId, what: &str) -> Result<Vec<Value>, OktaError> {
        let path = ["apps", segment(app.as_str())?, "groups"];
        self.list(&path, &[("limit", "200"), ("expand", what)]).await
    }

    /// One group of an app; `None` when it is not assigned (see [`Read::app_user`] for what else that can mean).
    pub async fn app_group(&self, app: &AppId, group: &GroupId) -> Result<Option<Value>, OktaError> {
        let path = ["apps", segment(app.as_str())?, "groups", segment(group.as_str())?];
        if_there(self.object(&path, &[]).await)
    }
}
