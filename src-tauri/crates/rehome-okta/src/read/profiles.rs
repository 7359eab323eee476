//! Schemas of profiles, and the mappings between them.

use rehome_domain::AppId;
use serde_json::Value;

use super::{Read, only};
use crate::client::segment;
use crate::error::OktaError;

impl Read {
    /// The schema of an app's users; its `name` is the app's variable in expressions.
    pub async fn app_schema(&self, app: &AppId) -> Result<Value, OktaError> {
        let path = ["meta", "schemas", "apps", segment(app.as_str())?, "default"];
        self.object(&path, &[]).await
    }

    /// The schema of Okta users of the default type.
    pub async fn user_schema_default(&self) -> Result<Value, OktaError> {
        self.user_schema("default").await
    }

    /// The schema of one user type (`osc...`, from the type's `_links.schema`).
    pub async fn user_schema(&self, schema: &str) -> Result<Value, OktaError> {
        self.object(&["meta", "schemas", "user", segment(schema)?], &[]).await
    }

    /// The schema of groups.
    pub async fn group_schema(&self) -> Result<Value, OktaError> {
        self.object(&["meta", "schemas", "group", "default"], &[]).await
    }

    /// The user types of the org.
    pub async fn user_types(&self) -> Result<Vec<Value>, OktaError> {
        self.list(&["meta", "types", "user"], &[]).await
    }

    /// One user type (`oty...`).
    pub async fn user_type(&self, id: &str) -> Result<Value, OktaError> {
        self.object(&["meta", "types", "user", segment(id)?], &[]).await
    }

    /// The mappings into an app, one for each user type, *without* their properties: read each with [`Read::mapping`].
    pub async fn mappings_to(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        self.mappings(None, Some(app.as_str())).await
    }

    /// The mappings out of an app (import), likewise without properties.
    pub async fn mappings_from(&self, app: &AppId) -> Result<Vec<Value>, OktaError> {
        self.mappings(Some(app.as_str()), None).await
    }

    /// Mappings by the id of their source, their target (an app, or a user type `oty...`) or both; all without either.
    pub async fn mappings(&self, source: Option<&str>, target: Option<&str>) -> Result<Vec<Value>, OktaError> {
        let filters = [("sourceId", "/source/id", source), ("targetId", "/target/id", target)];
        let mut query = vec![("limit", "200")];
        for (name, _, id) in filters {
            if let Some(id) = id {
                query.push((name, segment(id)?));
            }
        }
        let mut found = self.pages(&["mappings"], &query).or_smaller(50).all().await?;
        for (_, pointer, id) in filters {
            if let Some(id) = id {
                found = only(found, pointer, id);
            }
        }
        Ok(found)
    }

    /// One mapping with its properties.
    pub async fn mapping(&self, mapping: &str) -> Result<Value, OktaError> {
        self.object(&["mappings", segment(mapping)?], &[]).await
    }
}
