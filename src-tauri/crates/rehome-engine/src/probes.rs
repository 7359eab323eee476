//! What a credential allows: asked by reading, and told with the missing scope or role by name (api-facts 1.4 to 1.6).

use rehome_domain::{AppId, UserId};
use rehome_okta::{Client, Granted, OPTIONAL_SCOPES, OktaError, RUN_SCOPES};
use serde_json::Value;

use crate::{
    credential,
    problem::Answer,
    view::{OrgView, ProbeView, Problem, ProblemCode, Tone},
};

/// What the self-check found.
pub(crate) struct SelfCheck {
    /// The admin behind a token.
    pub admin: Option<String>,
    pub probes: Vec<ProbeView>,
    pub can_read: bool,
    pub can_write: Option<bool>,
    /// What a service app is granted; `None` for a token, which has no scopes.
    granted: Option<Granted>,
}

/// Reads only; the first refusal of the credential itself ends it.
pub(crate) async fn self_check(client: &Client, org: &mut OrgView) -> Answer<SelfCheck> {
    let mut out = SelfCheck {
        admin: None,
        probes: Vec::new(),
        can_read: true,
        can_write: None,
        granted: client.granted().await?,
    };
    match &out.granted {
        Some(granted) => {
            let probe = scope_probe(granted);
            out.probes.push(probe);
            out.roles(&client.service_app_roles().await);
            if out.granted_all(&RUN_SCOPES) == Some(false) {
                out.can_write = Some(false);
            }
        }
        None => out.admin_behind(client).await?,
    }
    let read = client.read();
    if let Ok(found) = read.org().await
        && let Some(name) = found["companyName"].as_str().filter(|n| !n.is_empty())
    {
        org.name = name.to_owned();
    }
    let apps = read.apps("").await;
    let an_app = apps
        .as_ref()
        .ok()
        .and_then(|a| a.iter().find_map(|a| a["id"].as_str().map(AppId::from)));
    out.probe("Read apps", &["okta.apps.read"], &apps);
    if let Some(app) = an_app {
        let users = match read.app_users(&app, false) {
            Ok(mut pages) => pages.next_page().await.map(drop),
            Err(e) => Err(e),
        };
        out.probe("Read who has an app", &["okta.apps.read", "okta.users.read"], &users);
        let mappings = read.mappings_to(&app).await;
        out.probe("Read profile mappings", &["okta.profileMappings.read"], &mappings);
    }
    out.probe(
        "Read schemas",
        &["okta.schemas.read"],
        &read.user_schema_default().await,
    );
    out.probe("Read groups", &["okta.groups.read"], &read.group_rules().await);
    out.probe("Read the System Log", &["okta.logs.read"], &read.logs_first().await);
    Ok(out)
}

impl SelfCheck {
    /// Whose token it is, and what he may do.
    async fn admin_behind(&mut self, client: &Client) -> Answer<()> {
        let read = client.read();
        let me = read.me().await.map_err(|e| {
            let mut p = Problem::from(e);
            if p.code == ProblemCode::NotAllowed {
                p.what = "Okta does not say whose token this is".into();
            }
            p
        })?;
        let name = [&me["profile"]["firstName"], &me["profile"]["lastName"]]
            .iter()
            .filter_map(|v| v.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        self.admin = (!name.trim().is_empty()).then(|| name.trim().to_owned());
        let roles = match me["id"].as_str() {
            Some(id) => read.user_roles(&UserId::from(id)).await,
            None => Ok(Vec::new()),
        };
        self.roles(&roles);
        Ok(())
    }

    fn roles(&mut self, roles: &Result<Vec<Value>, OktaError>) {
        self.can_write = roles.as_ref().ok().and_then(|r| may_write(r));
        let probe = self.role_probe(roles);
        self.probes.push(probe);
    }

    fn is_service_app(&self) -> bool {
        self.granted.is_some()
    }

    fn granted_all(&self, scopes: &[&str]) -> Option<bool> {
        let granted = self.granted.as_ref()?;
        Some(scopes.iter().all(|scope| granted.scopes.allow(scope)))
    }

    fn probe<T>(&mut self, title: &str, scopes: &[&str], answer: &Result<T, OktaError>) {
        let (tone, words) = match answer {
            Ok(_) => (Tone::Good, "allowed".to_owned()),
            Err(e) if e.is_forbidden() || e.is_not_found() => (Tone::Bad, self.what_is_missing(scopes)),
            Err(e) => (Tone::Review, e.to_string()),
        };
        if answer.is_err() {
            self.can_read = false;
        }
        self.probes.push(ProbeView {
            title: title.to_owned(),
            tone,
            words,
        });
    }

    fn what_is_missing(&self, scopes: &[&str]) -> String {
        let Some(granted) = &self.granted else {
            return "refused: the admin behind the token lacks the role; Read-only Administrator is enough".to_owned();
        };
        let missing = granted.scopes.missing(scopes.iter().copied());
        if missing.is_empty() {
            "refused, though the scope is granted: the service app lacks the admin role; Read-only Administrator is \
             enough"
                .to_owned()
        } else {
            format!("refused: grant {} to the service app", missing.join(" and "))
        }
    }

    fn role_probe(&self, roles: &Result<Vec<Value>, OktaError>) -> ProbeView {
        let whose = if self.is_service_app() {
            "this service app"
        } else {
            "this admin"
        };
        let probe = |tone, words: String| ProbeView {
            title: format!("Role of {whose}"),
            tone,
            words,
        };
        let Ok(roles) = roles else {
            let words = match self.granted_all(&["okta.roles.read"]) {
                Some(false) => "not known: grant okta.roles.read to see it here",
                Some(true) => "Okta does not show it to this service app",
                None => "Okta does not show it to this token",
            };
            return probe(Tone::Review, words.to_owned());
        };
        if roles.is_empty() && self.is_service_app() {
            let words = "none: assign Read-only Administrator to look, Application Administrator to move people";
            return probe(Tone::Bad, words.to_owned());
        }
        let names: Vec<&str> = roles
            .iter()
            .filter_map(|r| r["label"].as_str().or(r["type"].as_str()))
            .collect();
        let names = names.join(", ");
        match may_write(roles) {
            Some(true) => probe(Tone::Good, format!("{names}: may move people")),
            Some(false) => probe(
                Tone::Review,
                format!("{names}: enough to compare and map; moving people needs Application Administrator"),
            ),
            None => probe(
                Tone::Review,
                "a custom role: moving people will show what it allows".to_owned(),
            ),
        }
    }
}

/// Of the scopes, what is there and what is still to be granted.
fn scope_probe(granted: &Granted) -> ProbeView {
    let later: Vec<&str> = RUN_SCOPES.into_iter().filter(|s| !granted.scopes.allow(s)).collect();
    let now: Vec<&str> = granted
        .missing
        .iter()
        .map(String::as_str)
        .filter(|scope| !RUN_SCOPES.contains(scope))
        .collect();
    let (tone, words) = match (now.is_empty(), later.is_empty()) {
        (true, true) => (Tone::Good, "all granted, moving people too".to_owned()),
        (true, false) => (
            Tone::Good,
            format!("all for reading; grant {} before the pilot", later.join(" and ")),
        ),
        (false, _) => (Tone::Review, format!("not granted: {}", granted.missing.join(", "))),
    };
    let optional = OPTIONAL_SCOPES.into_iter().filter(|s| !granted.scopes.allow(s));
    let optional: Vec<String> = optional.map(|s| format!("{s} ({})", credential::what_for(s))).collect();
    let words = match optional.is_empty() {
        true => words,
        false => format!("{words}. Left out, and no move needs it: {}", optional.join("; ")),
    };
    ProbeView {
        title: "Scopes".to_owned(),
        tone,
        words,
    }
}

/// Roles that may change app assignments (api-facts 1.4). `None`: only trying could tell (custom roles, limited admins).
fn may_write(roles: &[Value]) -> Option<bool> {
    let kinds: Vec<&str> = roles.iter().filter_map(|r| r["type"].as_str()).collect();
    if kinds.iter().any(|k| matches!(*k, "SUPER_ADMIN" | "APP_ADMIN")) {
        return Some(true);
    }
    (!kinds.is_empty() && !kinds.contains(&"CUSTOM")).then_some(false)
}

#[cfg(test)]
mod tests {
    use rehome_okta::{PLAN_SCOPES, Scopes};
    use serde_json::json;

    use super::*;

    fn check_of(granted: &[&str]) -> SelfCheck {
        let scopes: Scopes = granted.iter().copied().collect();
        let missing = scopes.missing(PLAN_SCOPES.into_iter().chain(RUN_SCOPES));
        SelfCheck {
            admin: None,
            probes: Vec::new(),
            can_read: true,
            can_write: None,
            granted: Some(Granted {
                scopes,
                missing,
                dpop: true,
                expires: None,
            }),
        }
    }

    #[test]
    fn the_missing_scope_is_named_and_else_the_role() {
        let check = check_of(&["okta.apps.read"]);
        let both = ["okta.apps.read", "okta.users.read"];
        assert_eq!(
            check.what_is_missing(&both),
            "refused: grant okta.users.read to the service app"
        );
        assert!(
            check
                .what_is_missing(&["okta.apps.read"])
                .contains("lacks the admin role")
        );
    }

    #[test]
    fn scopes_for_later_are_no_fault_now() {
        let probe = |granted: &[&str]| {
            let check = check_of(granted);
            let probe = scope_probe(check.granted.as_ref().expect("scopes"));
            (probe.tone, probe.words)
        };
        let left_out = ". Left out, and no move needs it: okta.groups.manage (adds people to groups: needed for wave groups); \
                        okta.principalRateLimits.manage (raises Rehome's share of Okta's limits while waves run)";
        let good = |words: &str| (Tone::Good, format!("{words}{left_out}"));
        assert_eq!(
            probe(&PLAN_SCOPES),
            good("all for reading; grant okta.apps.manage before the pilot")
        );
        let all: Vec<&str> = PLAN_SCOPES.into_iter().chain(RUN_SCOPES).collect();
        assert_eq!(probe(&all), good("all granted, moving people too"));
        // `okta.apps.manage` covers `okta.apps.read`.
        assert_eq!(probe(&all[1..]), good("all granted, moving people too"));
        assert_eq!(
            probe(&PLAN_SCOPES[1..]).1,
            format!("not granted: okta.apps.read, okta.apps.manage{left_out}")
        );
        let everything: Vec<&str> = all.into_iter().chain(OPTIONAL_SCOPES).collect();
        assert_eq!(
            probe(&everything),
            (Tone::Good, "all granted, moving people too".to_owned())
        );
    }

    #[test]
    fn a_service_app_without_a_role_is_told_which_one() {
        let check = check_of(&PLAN_SCOPES);
        let probe = check.role_probe(&Ok(Vec::new()));
        assert_eq!(
            (probe.title.as_str(), probe.tone),
            ("Role of this service app", Tone::Bad)
        );
        assert!(probe.words.contains("Application Administrator"), "{}", probe.words);
        let roles = [json!({"type": "READ_ONLY_ADMIN", "label": "Read-only Administrator"})];
        assert_eq!(may_write(&roles), Some(false));
        assert_eq!(check.role_probe(&Ok(roles.to_vec())).tone, Tone::Review);
    }
}
