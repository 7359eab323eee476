//! Who signed in to what: to the old app of each pair within the last three weeks, but for those who are special in that.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use rand::{Rng, rngs::StdRng};

use super::{
    cast::{Cast, Special},
    list::{HELP_DESK, PAIRS},
};
use crate::{
    clock::before,
    log::{Event, Origin},
    state::Org,
};

/// Ids of an app and a user.
pub(super) type Use = (String, String);

/// What the log says of sign-ins.
#[derive(Default)]
pub(super) struct SignIns {
    /// With success within the last sixty days.
    pub used: BTreeSet<Use>,
    /// All of them refused.
    pub refused: BTreeSet<Use>,
}

const REFUSED: &str = "User denied access due to sign-on policy";
const DAY: u64 = 86_400;

pub(super) fn fill(org: &mut Org, rng: &mut StdRng, places: &[String], cast: &Cast, now: Timestamp) -> SignIns {
    let mut seen = SignIns::default();
    let specials: std::collections::BTreeMap<&String, Special> = places
        .iter()
        .enumerate()
        .map(|(place, user)| (user, cast.special(place)))
        .collect();
    let mut ago = |days: std::ops::Range<u64>| {
        before(
            now,
            Duration::from_secs(rng.random_range(days.start * DAY + 600..days.end * DAY)),
        )
    };
    let mut events: Vec<(Timestamp, Use, bool)> = Vec::new();
    for (label, _) in PAIRS {
        let Some(app) = org.apps.values().find(|app| app.label() == label) else {
            continue;
        };
        for user in app.users.keys() {
            let special = specials.get(user).copied().unwrap_or(Special::None);
            let one = (app.id.clone(), user.clone());
            let able = org.users.get(user).is_some_and(|it| it.status != "PROVISIONED");
            if !able || special == Special::NeverSignedIn {
                continue;
            }
            match special {
                Special::LongAgo if label == HELP_DESK.0 => events.push((ago(64..85), one, true)),
                Special::NotUsed if label == HELP_DESK.0 => {}
                Special::RefusedOnly if label == HELP_DESK.0 => {
                    events.push((ago(1..4), one.clone(), false));
                    events.push((ago(5..9), one.clone(), false));
                    seen.refused.insert(one);
                }
                _ => {
                    events.push((ago(0..21), one.clone(), true));
                    seen.used.insert(one);
                }
            }
        }
    }
    // To Okta alone, those who have none of these apps or do not use them.
    for user in places
        .iter()
        .filter(|user| specials.get(user) != Some(&&Special::NeverSignedIn).copied())
    {
        let at = ago(0..21);
        if let Some(user) = org.users.get_mut(user).filter(|user| user.status != "PROVISIONED") {
            user.last_login = Some(at);
        }
    }
    events.sort();
    for (at, (app, user), let_in) in events {
        log(org, &app, &user, let_in, at);
    }
    seen
}

fn log(org: &mut Org, app: &str, user: &str, let_in: bool, at: Timestamp) {
    let (Some(app), Some(person)) = (org.apps.get(app), org.users.get(user)) else {
        return;
    };
    let Some(app_user) = app.users.get(user) else { return };
    let mode = match app.text("signOnMode") {
        "SAML_2_0" => "SAML 2.0",
        "OPENID_CONNECT" => "OpenID Connect",
        other => other,
    };
    let issuer = format!("http://www.okta.com/{}", app.external_key);
    let mut event = Event::new("user.authentication.sso", at)
        .by_user(person)
        .on_app(app)
        .on_app_user(app_user)
        .debug("signOnMode", mode)
        .debug("issuer", &issuer)
        .debug("subject", &app_user.user_name)
        .debug("initiationType", "IDP_INITIATED")
        .from(org.browser_of(person))
        .origin(&Origin::Web);
    if !let_in {
        event = event.failed(REFUSED);
    }
    org.log_event(event);
    if let Some(person) = org.users.get_mut(user) {
        person.last_login = person.last_login.max(Some(at));
    }
}
