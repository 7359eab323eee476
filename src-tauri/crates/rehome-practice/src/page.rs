//! Cursor paging through `Link` headers, one header line for each link.

use std::{collections::BTreeMap, ops::Bound};

use serde_json::Value;
use url::form_urlencoded;

use crate::{
    errors::{Refusal, bad_page},
    reply::{Call, Reply},
};

/// `limit` of the call within Okta's bounds for the endpoint.
pub(crate) fn limit(call: &Call<'_>, default: usize, least: usize, most: usize) -> Result<usize, Refusal> {
    match call.param("limit").map(str::parse::<usize>) {
        None => Ok(default),
        Some(Ok(limit)) if (least..=most).contains(&limit) => Ok(limit),
        Some(_) => Err(bad_page()),
    }
}

/// A `Link` value: the call's own address with some parameters set (`Some`) or dropped (`None`).
pub(crate) fn link(call: &Call<'_>, changes: &[(&str, Option<String>)], rel: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in changes {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    for (name, value) in call
        .query
        .iter()
        .filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name))
    {
        query.append_pair(name, value);
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("<{}{}{mark}{query}>; rel=\"{rel}\"", call.base, call.path)
}

/// One page out of a map, in key order, beginning after the key that `after` names.
pub(crate) struct Page<'a, T> {
    pub items: Vec<(&'a String, &'a T)>,
    next: Option<String>,
    limit: usize,
}

pub(crate) fn page<'a, T>(
    map: &'a BTreeMap<String, T>,
    call: &Call<'_>,
    limit: usize,
    keep: impl Fn(&T) -> bool,
) -> Page<'a, T> {
    let start = call
        .param("after")
        .map_or(Bound::Unbounded, |after| Bound::Excluded(after.to_owned()));
    let mut items: Vec<_> = Vec::with_capacity(limit.min(map.len()));
    let mut next = None;
    for (key, value) in map.range((start, Bound::Unbounded)) {
        if !keep(value) {
            continue;
        }
        if items.len() == limit {
            next = items.last().map(|(key, _): &(&String, &T)| (*key).clone());
            break;
        }
        items.push((key, value));
    }
    Page { items, next, limit }
}

/// A map in the order of a key, made so that paging through it works; `sortOrder=desc` turns it round.
pub(crate) fn sorted<'a, T>(items: impl Iterator<Item = (String, &'a T)>, call: &Call<'_>) -> BTreeMap<String, &'a T> {
    let mut items: Vec<(String, &T)> = items.collect();
    items.sort_by(|(a, _), (b, _)| a.cmp(b));
    let order = call.param("sortOrder").unwrap_or("");
    if order.eq_ignore_ascii_case("desc") || order.eq_ignore_ascii_case("descending") {
        items.reverse();
    }
    let places = items.into_iter().enumerate();
    places.map(|(place, (_, item))| (format!("{place:08}"), item)).collect()
}

impl<T> Page<'_, T> {
    /// The answer with its links. `lost` are query parameters that Okta forgets in the links of this endpoint.
    pub(crate) fn reply(&self, call: &Call<'_>, lost: &[&str], show: impl Fn(&str, &T) -> Value) -> Reply {
        let body = self.items.iter().map(|(key, value)| show(key, value)).collect();
        let forget = lost.iter().map(|name| (*name, None));
        let this: Vec<_> = [("limit", Some(self.limit.to_string()))]
            .into_iter()
            .chain(forget.clone())
            .collect();
        let reply = Reply::json(body).with("Link", link(call, &this, "self"));
        let Some(next) = &self.next else { return reply };
        let next: Vec<_> = [("after", Some(next.clone())), ("limit", Some(self.limit.to_string()))]
            .into_iter()
            .chain(forget)
            .collect();
        reply.with("Link", link(call, &next, "next"))
    }
}
