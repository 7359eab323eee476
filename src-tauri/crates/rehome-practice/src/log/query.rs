//! `GET /api/v1/logs`: bounded and polling queries (api-facts 11.1).

use std::{borrow::Cow, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    Behaviour,
    clock::{after, before},
    errors::Refusal,
    filter::Filter,
    page::link,
    reply::{Answer, Call, Reply},
    state::Org,
};

use super::{Event, Thing};

impl Event {
    /// Values of a field that a filter may name; `None` for a field that cannot be filtered by.
    fn field(&self, name: &str) -> Option<Vec<Cow<'_, str>>> {
        let all = |pick: fn(&Thing) -> &str, things: &mut dyn Iterator<Item = &'_ Thing>| {
            things.map(|it| Cow::Owned(pick(it).to_owned())).collect::<Vec<_>>()
        };
        let of = |kind: &str, things: &mut dyn Iterator<Item = &'_ Thing>| match kind {
            "id" => Some(all(|it| &it.id, things)),
            "type" => Some(all(|it| it.kind, things)),
            "alternateId" => Some(all(|it| &it.alternate, things)),
            "displayName" => Some(all(|it| &it.display, things)),
            _ => None,
        };
        if let Some(rest) = name.strip_prefix("target.") {
            return of(rest, &mut self.targets.iter());
        }
        if let Some(rest) = name.strip_prefix("actor.") {
            return of(rest, &mut self.actor.iter());
        }
        let one: Cow<'_, str> = match name {
            "eventType" => self.kind.into(),
            "displayMessage" => super::words::message(self.kind),
            "legacyEventType" => return Some(super::words::legacy(self.kind).into_iter().map(Cow::Borrowed).collect()),
            "uuid" => self.uuid.as_str().into(),
            "outcome.result" => self.result().into(),
            "outcome.reason" => return Some(self.failure.iter().map(|why| Cow::Borrowed(why.as_str())).collect()),
            "severity" => self.severity().into(),
            "transaction.id" => self.transaction.as_str().into(),
            "transaction.type" => if self.job { "JOB" } else { "WEB" }.into(),
            "transaction.detail.requestApiTokenId" => {
                return Some(self.token.iter().map(|id| Cow::Borrowed(id.as_str())).collect());
            }
            _ => {
                let key = name.strip_prefix("debugContext.debugData.")?;
                let found = self.debug.iter().filter(|(have, _)| *have == key);
                return Some(found.map(|(_, value)| Cow::Borrowed(value.as_str())).collect());
            }
        };
        Some(vec![one])
    }
}

impl Org {
    pub(crate) fn list_log(&self, call: &Call<'_>) -> Answer {
        let limit = match call.param("limit").map(str::parse::<usize>) {
            None => 100,
            Some(Ok(limit)) if limit <= 1000 => limit,
            Some(_) => return Err(bad_parameter("The limit parameter must be between 0 and 1000.")),
        };
        let until = call.param("until").map(time).transpose()?;
        let since = call.param("since").map(time).transpose()?;
        if since.is_some_and(|since| since < before(call.at, Duration::from_secs(180 * 86_400))) {
            return Err(bad_parameter(
                "The since parameter is over 180 days prior to the current day.",
            ));
        }
        let filter = call.param("filter").map(Filter::parse).transpose()?;
        let words = keywords(call)?;
        let descending = match call.param("sortOrder") {
            None | Some("ASCENDING") => false,
            Some("DESCENDING") => true,
            Some(_) => {
                return Err(bad_parameter(
                    "The sortOrder parameter must be ASCENDING or DESCENDING.",
                ));
            }
        };
        let polling = until.is_none() && !descending;
        let from = since.unwrap_or_else(|| before(until.unwrap_or(call.at), Duration::from_secs(7 * 86_400)));
        let to = until.unwrap_or(call.at);
        let cursor: usize = match call.param("after") {
            None => 0,
            Some(after) => after
                .split_once('_')
                .and_then(|(_, position)| position.parse().ok())
                .ok_or_else(|| bad_parameter("The after parameter is invalid."))?,
        };
        // The cursor of a polling query takes the place of `since`.
        let from = if polling && call.param("after").is_some() {
            Timestamp::MIN
        } else {
            from
        };
        let events = &self.log.events;
        let begin = cursor.max(events.partition_point(|event| event.published < from));
        let delay = if self.behaves(Behaviour::LogIsLate) {
            self.options.log_delay.max(Duration::from_secs(120))
        } else {
            self.options.log_delay
        };
        let visible = events.partition_point(|event| after(event.published, delay) <= call.at);
        let mut order: Box<dyn Iterator<Item = usize>> = if descending {
            Box::new((0..visible.saturating_sub(cursor)).rev())
        } else {
            Box::new(begin..visible)
        };
        let mut page = Vec::new();
        let mut next = if descending { visible } else { visible.max(cursor) };
        let mut more = false;
        for position in order.by_ref() {
            let event = &events[position];
            if event.published < from
                || (!polling && event.published >= to)
                || !matches(event, filter.as_ref(), &words)?
            {
                continue;
            }
            if page.len() == limit {
                next = if descending { visible - position - 1 } else { position };
                more = true;
                break;
            }
            page.push(event.json());
        }
        let mut reply = Reply::json(Value::Array(page)).with("Link", link(call, &[], "self"));
        if polling || more {
            let cursor = [("after", Some(format!("{}_{next}", call.at.as_millisecond())))];
            // `after` and `since` exclude each other in a polling query, so the link drops `since`.
            let dropped = [("since", None)];
            let changes: Vec<_> = if polling {
                cursor.into_iter().chain(dropped).collect()
            } else {
                cursor.into()
            };
            reply = reply.with("Link", link(call, &changes, "next"));
        }
        Ok(reply)
    }
}

fn matches(event: &Event, filter: Option<&Filter>, words: &[String]) -> Result<bool, Refusal> {
    if let Some(filter) = filter
        && !filter.matches(&|field| event.field(field))?
    {
        return Ok(false);
    }
    if words.is_empty() {
        return Ok(true);
    }
    let text = event.json().to_string().to_lowercase();
    Ok(words.iter().all(|word| text.contains(word)))
}

/// `q`: at most ten words of at most 40 characters; all of them must be in an event.
fn keywords(call: &Call<'_>) -> Result<Vec<String>, Refusal> {
    let words: Vec<String> = call
        .param("q")
        .unwrap_or("")
        .split_whitespace()
        .map(str::to_lowercase)
        .collect();
    if words.len() > 10 || words.iter().any(|word| word.chars().count() > 40) {
        return Err(bad_parameter(
            "The q parameter takes up to 10 words of up to 40 characters.",
        ));
    }
    Ok(words)
}

fn time(text: &str) -> Result<Timestamp, Refusal> {
    text.parse()
        .map_err(|_| crate::errors::invalid("logs", format!("Invalid date: {text}")))
}

fn bad_parameter(words: &str) -> Refusal {
    Refusal::new(400, "E0000053", format!("Invalid parameter: {words}"))
}
