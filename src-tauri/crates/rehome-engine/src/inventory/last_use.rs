//! When each person signed in to the old app for the last time, as far as the System Log reaches (api-facts 11).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rehome_okta::Read;
use serde_json::{Value, json};

use super::Documents;
use crate::run::{Ctx, Halt};

pub(crate) const LAST_USE: &str = "last-use";

/// Okta keeps 90 days. The newest days come first: where there is too much to read, it is the old sign-ins that are left out.
const REACH: [(i64, i64); 4] = [(0, 7), (7, 30), (30, 60), (60, 90)];
/// Pages of 1,000 events. The log has a small bucket of its own, and running proofs want it too.
const MOST_PAGES: usize = 60;

/// Reads successful sign-ins to the old app, window by window, until 90 days or the pages are used up.
pub(super) async fn read(ctx: &Ctx, read: &Read, into: &mut Documents) -> Result<(), Halt> {
    let old = &ctx.migration.old;
    let filter = format!("eventType eq \"user.authentication.sso\" and target.id eq \"{old}\"");
    let now = ctx.meter.org_now(Timestamp::now());
    let day = |days: i64| now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(now);
    let mut last: BTreeMap<String, Timestamp> = BTreeMap::new();
    let (mut pages_read, mut reach) = (0, None);
    for (from, to) in REACH {
        let mut pages = read.log_pages(&filter, day(to), Some(day(from)));
        let whole = loop {
            ctx.checkpoint().await?;
            ctx.now(format!("who used it in the last {to} days"));
            match pages.next_page().await {
                Ok(None) => break true,
                Ok(Some(events)) => {
                    pages_read += 1;
                    events.iter().for_each(|event| note(&mut last, event));
                    if pages_read >= MOST_PAGES {
                        break false;
                    }
                }
                Err(e) if e.refusal().is_some() && !e.is_credential() => {
                    let why = e.to_string();
                    into.put(LAST_USE, "", &json!({ "why": why, "reach": reach, "last": last }));
                    return Ok(());
                }
                Err(e) => return Err(e.into()),
            }
        };
        if !whole {
            break;
        }
        reach = Some(day(to));
    }
    into.put(LAST_USE, "", &json!({ "reach": reach, "last": last, "now": now }));
    Ok(())
}

fn note(last: &mut BTreeMap<String, Timestamp>, event: &Value) {
    // The event is written for refused sign-ins, too.
    let at: Option<Timestamp> = event["published"].as_str().and_then(|at| at.parse().ok());
    let (Some(who), Some(at), "SUCCESS") = (
        event["actor"]["id"].as_str(),
        at,
        event["outcome"]["result"].as_str().unwrap_or_default(),
    ) else {
        return;
    };
    let known = last.entry(who.to_owned()).or_insert(at);
    *known = at.max(*known);
}
