//! Connecting: address and credential; listing apps; may two apps be paired? What the credential allows is in `probes.rs`.

use std::{any::Any, sync::Arc};

use rehome_domain::{App, AppId};
use rehome_okta::{Client, ClientOptions, Credential, HostKind, OrgUrl, Pipeline, discover};

use crate::{
    meter::Meter,
    problem::{Answer, problem},
    view::{AppBadge, AppChoice, OrgEngine, OrgKind, OrgView, PairView, ProblemCode},
};

/// An org that this process talks to.
pub(crate) struct Connection {
    pub org: OrgView,
    pub client: Client,
    /// The token must not outlive the process.
    pub practice: bool,
    /// Keeps a practice org of this process alive.
    pub _keep: Option<Box<dyn Any + Send + Sync>>,
}

/// Percent of the token's limit that Rehome uses; the rest is left to others.
const SHARE_PERCENT: u8 = 75;
/// Calls under way at once, at most: Okta counts concurrent calls as well (api-facts 2.3). Runs and readings keep to fewer by
/// themselves, as the limit asks for.
const AT_ONCE: usize = 48;

/// A client for an org; `speed` is how much faster than ours the org's clock runs (practice only).
pub(crate) fn client(url: &OrgUrl, credential: Credential, speed: u32) -> Answer<(Client, Arc<Meter>)> {
    let meter = Arc::new(Meter::new(speed));
    let options = ClientOptions {
        url: url.clone(),
        credential,
        observer: meter.clone(),
        share_percent: SHARE_PERCENT,
        speed,
        concurrency: AT_ONCE,
    };
    Ok((Client::new(options)?, meter))
}

/// Is there an Okta org at this address, and which?
pub(crate) async fn find_org(url: &OrgUrl) -> Answer<OrgView> {
    let found = discover(url, Arc::new(rehome_okta::Unobserved)).await.map_err(|e| {
        let mut p = crate::view::Problem::from(e);
        if p.code == ProblemCode::Unreachable {
            p.what = format!("Nothing answers at {}", url.host());
        } else if p.code == ProblemCode::NotOkta {
            p.what = format!("{} is not an Okta org", url.host());
        }
        p
    })?;
    Ok(OrgView {
        id: found.id.to_string(),
        name: url.host().to_owned(),
        host: url.host().to_owned(),
        url: url.origin(),
        kind: match url.kind() {
            HostKind::Production => OrgKind::Production,
            HostKind::Preview => OrgKind::Preview,
            HostKind::Loopback => OrgKind::Practice,
            HostKind::Other => OrgKind::Other,
        },
        engine: match found.pipeline {
            Pipeline::Classic => OrgEngine::Classic,
            Pipeline::Identity => OrgEngine::IdentityEngine,
            Pipeline::Unknown => OrgEngine::Unknown,
        },
    })
}

/// Apps whose label or name begins with the words, by label.
pub(crate) async fn list_apps(client: &Client, search: &str) -> Answer<Vec<AppChoice>> {
    let found = client.read().apps(search.trim()).await?;
    let mut apps: Vec<App> = found.into_iter().filter_map(|raw| App::read(raw).ok()).collect();
    apps.sort_by_cached_key(|a| (a.label.to_lowercase(), a.id.clone()));
    Ok(apps.iter().map(choice).collect())
}

fn choice(app: &App) -> AppChoice {
    AppChoice {
        id: app.id.to_string(),
        label: app.label.clone(),
        name: app.name.clone(),
        active: app.is_active(),
        sign_on: sign_on_words(app),
        created: app.created.clone(),
        badge: badge(app),
    }
}

pub(crate) fn badge(app: &App) -> AppBadge {
    badge_of(&app.label, &app.name)
}

/// From the label and the key of the integration in Okta's catalogue.
pub(crate) fn badge_of(label: &str, name: &str) -> AppBadge {
    let letter = label
        .chars()
        .find(|c| c.is_alphanumeric())
        .unwrap_or('?')
        .to_uppercase()
        .to_string();
    // Both instances of one integration share the colour: it comes from the catalogue key.
    let colour = name
        .bytes()
        .fold(0u32, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b)))
        % 8;
    AppBadge { letter, colour }
}

fn sign_on_words(app: &App) -> String {
    match app.sign_on_mode.as_deref() {
        Some("SAML_2_0") => "SAML 2.0",
        Some("SAML_1_1") => "SAML 1.1",
        Some("OPENID_CONNECT") => "OpenID Connect",
        Some("WS_FEDERATION") => "WS-Federation",
        Some("BOOKMARK") => "Bookmark",
        Some("AUTO_LOGIN" | "BROWSER_PLUGIN" | "SECURE_PASSWORD_STORE" | "BASIC_AUTH") => "Secure Web Authentication",
        Some(other) => other,
        None => "not set",
    }
    .to_owned()
}

/// May these two be old and new app?
pub(crate) async fn check_pair(client: &Client, old: &AppId, new: &AppId) -> Answer<PairView> {
    let mut view = PairView {
        problems: Vec::new(),
        remarks: Vec::new(),
        link: None,
    };
    if old == new {
        view.problems.push(problem(
            ProblemCode::BadPair,
            "Old and new app are the same app",
            "People move from one instance to another; this is one instance.",
            "Choose the instance that shall be used from now on as the new app.",
        ));
        return Ok(view);
    }
    let read = client.read();
    let old = App::read(read.app(old).await?).map_err(odd)?;
    let new = App::read(read.app(new).await?).map_err(odd)?;
    if old.name != new.name && !(is_custom(&old) && is_custom(&new) && old.sign_on_mode == new.sign_on_mode) {
        view.problems.push(problem(
            ProblemCode::BadPair,
            format!("{} and {} are apps of different kinds", old.label, new.label),
            format!(
                "One is {} ({}), the other {} ({}). An account of one means nothing to the other.",
                old.name,
                sign_on_words(&old),
                new.name,
                sign_on_words(&new)
            ),
            "Choose two instances of the same integration, or two custom apps with the same sign-on mode.",
        ));
    } else if old.sign_on_mode != new.sign_on_mode {
        view.remarks.push(format!(
            "They sign on differently: {} and {}. Everybody's way in changes with the move.",
            sign_on_words(&old),
            sign_on_words(&new)
        ));
    } else if old.sign_on_mode.as_deref() == Some("OPENID_CONNECT") && old.application_type() != new.application_type()
    {
        view.remarks
            .push("They are OpenID Connect apps of different types. Check that this is meant.".into());
    }
    if !new.is_active() {
        view.problems.push(problem(
            ProblemCode::BadPair,
            format!("{} is not active", new.label),
            "Nobody can be given an inactive app, or sign in to it.",
            "Activate it in the Admin Console, then choose it again.",
        ));
    }
    if !old.is_active() {
        view.remarks.push(format!(
            "{} is inactive: nobody signs in to it any more, but it may still hold people and deactivate their accounts.",
            old.label
        ));
    }
    Ok(view)
}

/// Made by an admin rather than taken from the catalogue: its name is its own (`{org}_{label}_{n}`). Custom apps with a
/// password have the mode `AUTO_LOGIN`.
fn is_custom(app: &App) -> bool {
    let saml = app.raw["settings"]["signOn"]["ssoAcsUrl"].is_string();
    app.name.contains('_') && (saml || app.sign_on_mode.as_deref() == Some("AUTO_LOGIN"))
        || app.name.starts_with("template_")
}

pub(crate) fn odd(error: rehome_domain::ShapeError) -> crate::view::Problem {
    problem(
        ProblemCode::Okta,
        "Okta's answer is not complete",
        error.to_string(),
        "Try again; if it stays, ask Okta's support.",
    )
}
