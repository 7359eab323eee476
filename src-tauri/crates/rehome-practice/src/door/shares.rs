//! `/api/v1/principal-rate-limits`: how much of each bucket, and of the concurrent calls, a token or client may take.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Behaviour,
    errors::{Refusal, invalid, missing_parameter, not_found},
    filter::Filter,
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::Org,
};

/// What everybody has who was never given another share, in percent.
const DEFAULT: u32 = 50;

/// A row of the API: there is none until somebody changes a share.
#[derive(Clone)]
pub(crate) struct Share {
    id: String,
    kind: &'static str,
    percentage: u32,
    concurrency: u32,
    created: (Timestamp, String),
    updated: (Timestamp, String),
}

/// These time stamps have no fraction.
fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn wrong() -> Refusal {
    Refusal::new(400, "E0000001", "Api validation failed: principalRateLimitMediated")
}

fn percent(body: &crate::state::Object, field: &str, before: u32) -> Result<u32, Refusal> {
    match body.get(field) {
        None | Some(Value::Null) => Ok(before),
        Some(value) => value
            .as_u64()
            .filter(|it| (0..=100).contains(it))
            .and_then(|it| u32::try_from(it).ok())
            .ok_or_else(|| {
                invalid(
                    "principalRateLimitMediated",
                    format!("{field}: must be between 0 and 100"),
                )
            }),
    }
}

impl Org {
    /// Shares of buckets and of concurrent calls, in percent.
    pub(super) fn share_of(&self, principal: &str) -> (u32, u32) {
        let row = self.door.shares.get(principal);
        row.map_or((DEFAULT, DEFAULT), |it| (it.percentage, it.concurrency))
    }

    pub(crate) fn set_share(&mut self, principal: &str, percentage: u32, concurrency: u32, at: Timestamp) {
        let by = (at, self.token.owner.clone());
        let is_app = self.apps.contains_key(principal);
        let fresh = Share {
            id: self.ids.next("prl"),
            kind: if is_app { "OAUTH_CLIENT" } else { "SSWS_TOKEN" },
            percentage,
            concurrency,
            created: by.clone(),
            updated: by.clone(),
        };
        let row = self.door.shares.entry(principal.to_owned()).or_insert(fresh);
        row.percentage = percentage.min(100);
        row.concurrency = concurrency.min(100);
        row.updated = by;
    }

    fn show_share(&self, principal: &str, row: &Share) -> Value {
        json!({
            "id": row.id, "orgId": self.id, "principalId": principal, "principalType": row.kind,
            "defaultPercentage": row.percentage, "defaultConcurrencyPercentage": row.concurrency,
            "lastUpdate": moment(row.updated.0), "lastUpdatedBy": row.updated.1,
            "createdDate": moment(row.created.0), "createdBy": row.created.1,
        })
    }

    fn known_share(&self, id: &str) -> Result<(&String, &Share), Refusal> {
        let found = self.door.shares.iter().find(|(_, row)| row.id == id);
        found.ok_or_else(|| not_found(id, "PrincipalRateLimit"))
    }

    fn give_everybody_a_share(&mut self, at: Timestamp) {
        let clients = self.service_apps().map(|app| app.id.clone());
        let all: Vec<String> = self.tokens().map(|it| it.id.clone()).chain(clients).collect();
        for principal in all {
            if !self.door.shares.contains_key(&principal) {
                self.set_share(&principal, DEFAULT, DEFAULT, at);
            }
        }
    }

    pub(crate) fn list_shares(&mut self, call: &Call<'_>) -> Answer {
        if self.behaves(Behaviour::EveryShareIsListed) {
            self.give_everybody_a_share(call.at);
        }
        let filter = call.param("filter").ok_or_else(|| missing_parameter("filter"))?;
        if !filter.contains("principalType") {
            let words = "The provided filter parameter did not contain the required attrbute filter \"principalType\"";
            return Err(wrong().because(words));
        }
        let filter = Filter::parse(filter)?;
        let limit = crate::page::limit(call, 20, 1, 50)?;
        let page = crate::page::page(&self.door.shares, call, limit, |row| {
            let of_principal = |(_, it): &(&String, &Share)| std::ptr::eq(*it, row);
            let principal = self.door.shares.iter().find(of_principal).map_or("", |(id, _)| id);
            let field = |name: &str| match name {
                "principalType" => Some(vec![Cow::Borrowed(row.kind)]),
                "principalId" => Some(vec![Cow::Owned(principal.to_owned())]),
                _ => None,
            };
            filter.matches(&field).unwrap_or(false)
        });
        Ok(page.reply(call, &[], |principal, row| self.show_share(principal, row)))
    }

    pub(crate) fn read_share(&self, id: &str) -> Answer {
        let (principal, row) = self.known_share(id)?;
        Ok(Reply::json(self.show_share(principal, row)))
    }

    pub(crate) fn create_share(&mut self, call: &Call<'_>) -> Answer {
        let body = object_body(call)?;
        let text = |field: &str| body.get(field).and_then(Value::as_str).unwrap_or("");
        let principal = text("principalId");
        let known = match text("principalType") {
            "SSWS_TOKEN" if self.tokens().any(|it| it.id == principal) => Ok(()),
            "SSWS_TOKEN" => Err(not_found(principal, "Token")),
            "OAUTH_CLIENT" => self.known_app(principal).map(|_| ()),
            _ => Err(wrong()),
        };
        known?;
        if self.door.shares.contains_key(principal) {
            return Err(wrong());
        }
        let principal = principal.to_owned();
        let of = |field: &str| percent(&body, field, DEFAULT);
        let (percentage, concurrency) = (of("defaultPercentage")?, of("defaultConcurrencyPercentage")?);
        self.set_share(&principal, percentage, concurrency, call.at);
        let row = &self.door.shares[&principal];
        Ok(Reply::json(self.show_share(&principal, row)).status(201))
    }

    pub(crate) fn replace_share(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let (principal, row) = self.known_share(id)?;
        let body = object_body(call)?;
        let other = |field: &str, own: &str| body.get(field).is_some_and(|it| it != own);
        if other("principalId", principal) || other("principalType", row.kind) {
            return Err(wrong());
        }
        let percentage = percent(&body, "defaultPercentage", row.percentage)?;
        let concurrency = percent(&body, "defaultConcurrencyPercentage", row.concurrency)?;
        let principal = principal.clone();
        self.set_share(&principal, percentage, concurrency, call.at);
        self.read_share(id)
    }
}
