//! Use cases about the token's share of Okta's limits.

use rehome_okta::SHARE_SCOPE;
use serde_json::{Value, json};

use crate::{
    actions::name_of,
    credential,
    migration::Migration,
    model::kind,
    problem::{Answer, bad_input, problem},
    rehome::Rehome,
    run::{self, share},
    view::*,
};

/// The most that is offered: other clients of the org keep the rest, whatever Rehome does.
const MOST: u32 = 90;

impl Rehome {
    /// What share this credential has, read now, and whether it can be raised.
    pub async fn share(&self, migration: String) -> Answer<ShareView> {
        let open = self.migration_of(&migration).await?;
        let lacks = lacks_scope(&open).await?;
        let found = match &lacks {
            None => candidates(&open).await,
            Some(_) => Ok(Vec::new()),
        };
        let model = open.model();
        let wished = model.decisions.share.as_ref();
        let raised = model.share.as_ref().map(|s| s.percentage);
        let (candidates, why) = match found {
            Ok(found) if found.is_empty() => (
                found,
                lacks.or_else(|| Some("Okta does not say which of its tokens this one is.".to_owned())),
            ),
            Ok(found) => (found, None),
            Err(p) if p.code == ProblemCode::NotAllowed => {
                let words =
                    "Reading or changing it needs the role Super Administrator; this credential may not.".to_owned();
                (Vec::new(), Some(words))
            }
            Err(p) => return Err(p),
        };
        let now = candidates.first().map_or(share::DEFAULT, |c| c.percentage);
        Ok(ShareView {
            words: format!(
                "Okta lets one token use {now} % of each limit of the org, at most. Half is what every token has by default. Rehome \
                 leaves a quarter of that to others."
            ),
            takes: format!(
                "While a wave runs, Rehome may take up to {MOST} % of every limit of the org, not only of the one for apps: \
                 other tokens and apps share what is left. As soon as the wave ends it is put back, and if Rehome is ended in \
                 the middle, at its next start."
            ),
            candidates,
            unavailable: why,
            most: MOST,
            approved: wished.map(|w| w.percentage),
            approved_by: wished.map(|w| w.name.clone()),
            raised,
        })
    }

    /// Approves, by name, that a token's share is raised to this percentage while waves run; `None` takes it back.
    pub async fn approve_share(
        &self,
        migration: String,
        principal: String,
        percentage: Option<u32>,
        name: String,
    ) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let Some(percentage) = percentage else {
            return open.decide(kind::SHARE, "", Value::Null).await;
        };
        let name = name_of(&name)?.to_owned();
        if !(share::DEFAULT + 1..=MOST).contains(&percentage) {
            return Err(bad_input(
                format!("{percentage} % cannot be asked for"),
                format!(
                    "Choose from {} to {MOST} %: the rest is for everybody else.",
                    share::DEFAULT + 1
                ),
            ));
        }
        if let Some(why) = lacks_scope(&open).await? {
            let what = "This service app may not raise its share";
            return Err(problem(
                ProblemCode::NotAllowed,
                what,
                "Raising it takes a scope of its own.",
                why,
            ));
        }
        let found = candidates(&open).await?;
        let Some(chosen) = found.into_iter().find(|c| c.id == principal) else {
            return Err(bad_input(
                "This is not a token of yours",
                "Choose the one that Rehome uses.",
            ));
        };
        let value = json!({ "principal": chosen.id, "kind": chosen.kind, "percentage": percentage, "name": name });
        open.decide(kind::SHARE, "", value).await
    }

    /// Puts a raised share back now.
    pub async fn put_share_back(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        start_putting_back(&open)
    }
}

pub(crate) fn start_putting_back(open: &std::sync::Arc<Migration>) -> Answer<()> {
    run::start(open, "Putting the token's share back", false, share::put_back_run)
}

/// For whoever wants to close a migration that still has it raised.
pub(crate) fn still_raised() -> Problem {
    problem(
        ProblemCode::GateClosed,
        "The token's share of Okta's limits is still raised",
        "Other clients of the org would go on with less than they had.",
        "Let Rehome put it back (step 4), then close the migration.",
    )
}

/// For a service app that may not raise its share, how to mend that. A token has no scopes.
async fn lacks_scope(open: &Migration) -> Answer<Option<String>> {
    let (client, _) = open.client()?;
    // Granted a minute ago counts.
    client.ask_for_optional_scopes();
    let granted = client.granted().await?;
    Ok(granted.and_then(|granted| credential::lacks(&granted, SHARE_SCOPE)))
}

/// Tokens that this one may be, each with its share; one where Okta tells.
async fn candidates(open: &Migration) -> Answer<Vec<ShareOf>> {
    let (client, _) = open.client()?;
    let read = client.read();
    let mut found: Vec<(String, String, &str)> = Vec::new();
    match client.client_id() {
        Some(id) => found.push((id.to_owned(), "Rehome's service app".to_owned(), "OAUTH_CLIENT")),
        None => {
            let me = read.me().await?;
            // A token cannot look itself up (api-facts 1.3): those of the same admin are all that it can be.
            for token in read.api_tokens().await? {
                if token["userId"] == me["id"]
                    && let Some(id) = token["id"].as_str()
                {
                    let name = token["name"].as_str().unwrap_or(id).to_owned();
                    found.push((id.to_owned(), name, "SSWS_TOKEN"));
                }
            }
        }
    }
    let mut out = Vec::new();
    for (id, name, kind) in found {
        let rows = read.principal_rate_limits(kind, &id).await?;
        let row = rows.into_iter().find(|row| row["principalId"] == id.as_str());
        let (percentage, at_once) = row
            .as_ref()
            .map_or((share::DEFAULT, share::DEFAULT), share::percentages);
        out.push(ShareOf {
            id,
            name,
            kind: kind.to_owned(),
            percentage,
            at_once,
        });
    }
    Ok(out)
}
