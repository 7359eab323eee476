//! The way of a call: token, network, limits, scope, role, then what it asks for; and the headers of every answer.

use std::time::Duration;

use axum::http::header;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    credential::Seat,
    limits::{Allowance, Bucket, Caller, RateLimits, epoch_up},
    oauth::Challenge,
    powers,
};
use crate::{
    Behaviour,
    clock::{after, http_date},
    console,
    errors::{self, Refusal},
    faults::{Fault, damage},
    log::Calling,
    reply::{Answer, Call, Reply},
    server::Incoming,
    state::Org,
};

/// How many calls are under way at the moment, this one included: in the whole org, and by the same caller.
#[derive(Clone, Copy)]
pub(crate) struct Crowd {
    pub org: u32,
    pub own: u32,
}

/// What a call met on its way.
#[derive(Default)]
struct Way {
    allowance: Option<Allowance>,
    challenge: Option<Challenge>,
    seat: Option<Seat>,
}

/// The origin that the caller used, when it is this org under one of its loopback names.
pub(crate) fn base_of(url: &str, incoming: &Incoming) -> String {
    match incoming.header(header::HOST) {
        Some(host) if console::is_own_host(url, host) => format!("http://{host}"),
        _ => url.to_owned(),
    }
}

/// Address of a call without its query, under each name of the org.
pub(super) fn addresses(url: &str, incoming: &Incoming) -> Vec<String> {
    let path = incoming.target.split('?').next().unwrap_or("");
    [base_of(url, incoming), url.to_owned()]
        .iter()
        .map(|origin| format!("{origin}{path}"))
        .collect()
}

/// Scheme and credential of a call.
fn authorization(incoming: &Incoming) -> Option<(&'static str, &str)> {
    let value = incoming.header(header::AUTHORIZATION)?;
    ["Bearer ", "DPoP ", "SSWS"].iter().find_map(|scheme| {
        // Okta's Python SDK leaves the space after SSWS out.
        let rest = value.strip_prefix(scheme)?;
        Some((scheme.trim_end(), rest.trim()))
    })
}

fn refused(limit: u32, reset: i64) -> Allowance {
    Allowance {
        limit,
        remaining: 0,
        reset,
        allowed: false,
    }
}

/// What is answered to everybody.
fn is_open(segments: &[&str]) -> bool {
    matches!(segments, [".well-known", ..])
}

impl Org {
    /// Id of the token or client that a call claims to come from, for counting.
    pub(crate) fn principal(&self, incoming: &Incoming) -> Option<String> {
        match authorization(incoming)? {
            ("SSWS", secret) => self.seat_of_secret(secret).map(|seat| self.seated(&seat).id.clone()),
            (_, token) => self.door.oauth.access(token).map(|it| it.client.clone()),
        }
    }

    /// Answers a call, faults that keep it from being done included; the answer has all of Okta's headers.
    pub(crate) fn respond(
        &mut self,
        incoming: &Incoming,
        fault: Option<&Fault>,
        crowd: Crowd,
        now: Timestamp,
    ) -> Reply {
        let request_id = format!("{}AAABBB{}", self.ids.letters(10), self.ids.letters(6));
        self.calling = Some(Calling {
            request: request_id.clone(),
            agent: incoming.header(header::USER_AGENT).unwrap_or("").to_owned(),
            path: incoming.path.clone(),
            url: incoming.target.clone(),
        });
        let mut way = Way::default();
        let answer = match fault {
            Some(Fault::ResetBefore) => Ok(Reply::empty()),
            Some(Fault::RateLimited) => {
                way.allowance = Some(refused(50, epoch_up(after(now, Duration::from_secs(2)))));
                Err(errors::too_many_requests())
            }
            Some(Fault::ConcurrencyLimited) => {
                way.allowance = Some(refused(0, epoch_up(now)));
                Err(errors::too_many_requests())
            }
            Some(Fault::Status(status, code)) => Ok(damage::refusal(*status, code, self.error_id())),
            Some(Fault::Html(status)) => Ok(damage::proxy_page(*status)),
            _ => self.answer(incoming, fault == Some(&Fault::StaleRead), crowd, now, &mut way),
        };
        let mut reply = match answer {
            Ok(reply) => reply,
            Err(refusal) => {
                self.limits.refused += usize::from(refusal.status == 429);
                let id = self.error_id();
                refusal.reply(id)
            }
        };
        self.calling = None;
        reply.headers.push(("X-Okta-Request-Id", request_id));
        reply.headers.push(("Date", http_date(now)));
        if let Some(challenge) = way.challenge {
            let header = challenge.header(&base_of(&self.url, incoming), &incoming.path);
            reply.headers.push(("WWW-Authenticate", header));
        }
        if let Some(allowance) = way.allowance {
            let figures = [
                ("X-Rate-Limit-Limit", allowance.limit.to_string()),
                ("X-Rate-Limit-Remaining", allowance.remaining.to_string()),
                ("X-Rate-Limit-Reset", allowance.reset.to_string()),
            ];
            reply.headers.extend(figures);
        }
        reply
    }

    fn answer(&mut self, incoming: &Incoming, stale: bool, crowd: Crowd, now: Timestamp, way: &mut Way) -> Answer {
        let segments: Vec<&str> = incoming.path.split('/').filter(|part| !part.is_empty()).collect();
        let method = incoming.method.as_str();
        if segments == ["oauth2", "v1", "token"] && method == "POST" {
            self.take(method, &segments, None, now, way)?;
            return Ok(self.token_endpoint(incoming, now));
        }
        if is_open(&segments) {
            self.take(method, &segments, None, now, way)?;
        } else {
            self.admit(incoming, &segments, crowd, now, way)?;
        }
        let mut seat = way.seat.take().unwrap_or(Seat::First);
        self.change_seats(&mut seat);
        let answer = self.do_call(incoming, &segments, stale, now);
        self.change_seats(&mut seat);
        answer
    }

    /// Lets a call in, or says why not.
    fn admit(
        &mut self,
        incoming: &Incoming,
        segments: &[&str],
        crowd: Crowd,
        now: Timestamp,
        way: &mut Way,
    ) -> Result<(), Refusal> {
        let method = incoming.method.as_str();
        let (scheme, credential) = authorization(incoming).ok_or_else(errors::invalid_token)?;
        let seat = match scheme {
            "SSWS" => self.seat_of_secret(credential).ok_or_else(errors::invalid_token)?,
            scheme => self
                .seat_of_access(scheme, credential, incoming, now)
                .map_err(|challenge| {
                    way.challenge = Some(challenge);
                    errors::invalid_token()
                })?,
        };
        if !self.seated(&seat).works(now) || self.is_owner_gone(&seat) {
            return Err(errors::invalid_token());
        }
        let id = self.seated(&seat).id.clone();
        let (share, together) = self.share_of(&id);
        let most = RateLimits::concurrent(self.options.limits);
        if most.is_some_and(|most| crowd.org > most || crowd.own > most * together / 100) {
            way.allowance = Some(refused(0, epoch_up(now)));
            return Err(errors::too_many_requests());
        }
        self.take(method, segments, Some(Caller { id: &id, share }), now, way)?;
        if let Some(token) = self.token_mut(&id) {
            token.used = now;
        }
        let token = self.seated(&seat);
        if token.is_shut_out() {
            return Err(match self.behaves(Behaviour::ShutOutIsInvalidSession) {
                true => Refusal::new(403, "E0000005", "Invalid session"),
                false => errors::access_denied(),
            });
        }
        if !token.is_client() && !powers::allow(token, method, segments) {
            return Err(errors::access_denied());
        }
        if let Some(held) = &token.scopes {
            way.challenge = Self::missing_scope(held, scheme, method, segments);
            if way.challenge.is_some() || !powers::allow(token, method, segments) {
                return Err(errors::access_denied());
            }
        }
        if powers::is_out_of_reach(token, segments) {
            let app = segments
                .iter()
                .find(|it| self.apps.contains_key(**it))
                .copied()
                .unwrap_or("");
            return Err(match method {
                "GET" => errors::not_found(app, "AppInstance"),
                _ => errors::access_denied(),
            });
        }
        way.seat = Some(seat);
        Ok(())
    }

    fn take(
        &mut self,
        method: &str,
        segments: &[&str],
        caller: Option<Caller<'_>>,
        now: Timestamp,
        way: &mut Way,
    ) -> Result<(), Refusal> {
        let taken = self
            .limits
            .take(self.options.limits, Bucket::of(method, segments), caller, now);
        if caller.is_some() || !taken.allowed {
            way.allowance = Some(taken);
        }
        taken.allowed.then_some(()).ok_or_else(errors::too_many_requests)
    }

    fn do_call(&mut self, incoming: &Incoming, segments: &[&str], stale: bool, now: Timestamp) -> Answer {
        let content_type = incoming.header(header::CONTENT_TYPE).unwrap_or("");
        let body: Option<Value> = match incoming.body.is_empty() || is_file(content_type) {
            true => None,
            false => Some(serde_json::from_slice(&incoming.body).map_err(|_| errors::malformed_body())?),
        };
        let base = base_of(&self.url, incoming);
        let call = Call {
            method: incoming.method.as_str(),
            path: &incoming.path,
            query: &incoming.query,
            body: body.as_ref(),
            raw: &incoming.body,
            content_type,
            base: &base,
            at: now,
        };
        if call.method != "GET" && self.faults.wants_the_past() {
            self.faults.earlier = None;
            self.faults.earlier = Some(Box::new(self.clone()));
        }
        match self.faults.earlier.as_ref().filter(|_| stale) {
            Some(earlier) => earlier.clone().dispatch(&call, segments),
            None => self.dispatch(&call, segments),
        }
    }

    pub(crate) fn error_id(&mut self) -> String {
        format!("oae{}", self.ids.letters(22))
    }
}

/// Bodies that are not JSON: a logo, a certificate.
fn is_file(content_type: &str) -> bool {
    let kinds = [
        "multipart/",
        "application/pkix-cert",
        "application/x-x509-ca-cert",
        "application/x-pem-file",
    ];
    kinds.iter().any(|kind| content_type.starts_with(kind))
}
