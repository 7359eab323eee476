//! (b) and (c): answers and requests against Okta's OpenAPI document, by the reference's own script.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use serde::Deserialize;

use super::{
    Session, clients,
    practice::{ENGINES, LIKE_OURS, Practice},
    strangers,
};
use crate::{
    figures::{Budget, Figures},
    places,
    step::Failure,
};

const NONE: Option<Budget> = Some(Budget::AtMost(0.0));

#[derive(Deserialize)]
struct Checked {
    checked: usize,
    valid: usize,
    faults: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    operation: String,
    path: String,
    what: String,
    expected: String,
    got: String,
    count: usize,
}

impl Fault {
    /// What makes two departures the same: where, and in which way; not the values at hand.
    fn kind(&self) -> (&str, &str, &str) {
        (&self.operation, &self.path, &self.what)
    }

    /// An error that the document does not list for this operation. Okta's document lists 403, 404 and 429 nearly
    /// everywhere and 400 or 401 nearly nowhere, whereas Okta gives all of them.
    fn undocumented_status(&self) -> Option<&str> {
        (self.what == "status").then_some(self.got.as_str())
    }

    fn line(&self) -> String {
        let expected = if self.expected.is_empty() {
            String::new()
        } else {
            format!("expected {}, ", self.expected)
        };
        format!(
            "{:>4} × {} {}: {}, {expected}got {}",
            self.count, self.operation, self.path, self.what, self.got
        )
    }
}

/// E0000015: the org lacks a feature, as Classic lacks app policies. Okta's list of error codes has it with this status, and it
/// was recorded for authorization servers, which are no part of the reference material.
const FEATURE_MISSING: &str = "401";

/// Where recordings of real Okta depart from the document.
struct Departures {
    kinds: BTreeSet<(String, String, String)>,
    statuses: BTreeSet<String>,
}

impl Departures {
    fn of(checked: &Checked) -> Self {
        let owned = |(a, b, c): (&str, &str, &str)| (a.to_owned(), b.to_owned(), c.to_owned());
        let statuses = checked.faults.iter().filter_map(Fault::undocumented_status);
        Self {
            kinds: checked.faults.iter().map(|fault| owned(fault.kind())).collect(),
            statuses: statuses.chain([FEATURE_MISSING]).map(str::to_owned).collect(),
        }
    }

    fn known(&self, fault: &Fault) -> bool {
        let (operation, path, what) = fault.kind();
        match fault.undocumented_status() {
            Some(status) => self.statuses.contains(status),
            None => {
                // A listing departs as its items do.
                let item = path.strip_prefix("/[]");
                self.kinds.iter().any(|(of, at, how)| {
                    how == what
                        && (of == operation && at == path || of.starts_with(operation) && Some(at.as_str()) == item)
                })
            }
        }
    }
}

/// (b) Every answer in the transcripts of this run.
pub fn answers(session: &Session, figures: &mut Figures) -> Result<(), Failure> {
    strangers::visit(session)?;
    let recorded: Checked = check(session, &session.recorded()?, false)?;
    let departures = Departures::of(&recorded);
    let ours: Checked = check(session, &session.transcripts()?, false)?;
    let (outside, inside): (Vec<_>, Vec<_>) = ours.faults.iter().partition(|fault| fault.what == "operation");
    let (known, other): (Vec<_>, Vec<_>) = inside.into_iter().partition(|fault| departures.known(fault));
    figures.count("conform recorded: answers checked", recorded.checked, "answers", None);
    figures.count("conform recorded: valid", recorded.valid, "answers", None);
    // Strangers ask for more than the document has; what is not in it cannot be checked.
    let beyond: usize = outside.iter().map(|fault| fault.count).sum();
    figures.count("conform: answers outside the document", beyond, "answers", None);
    figures.count("conform: answers checked", ours.checked - beyond, "answers", None);
    figures.count("conform: valid", ours.valid, "answers", None);
    figures.count("conform: kinds of departure, as recorded", known.len(), "kinds", None);
    figures.count("conform: kinds of departure, our own", other.len(), "kinds", NONE);
    figures.note(
        "Departures from the document that no recording shows",
        other.iter().map(|it| it.line()).collect(),
    );
    served(session, figures)
}

/// Operations that nobody outside can bring to success in a fresh practice org, and why.
const OUT_OF_REACH: [(&str, &str); 9] = [
    (
        "DELETE /api/v1/api-tokens/{apiTokenId}",
        "the only token is the visitor's own",
    ),
    (
        "GET /api/v1/apps/{appId}/connections/default/jwks",
        "wants an admin's consent in a browser",
    ),
    (
        "POST /api/v1/apps/{appId}/credentials/csrs/{csrId}/lifecycle/publish",
        "wants a certificate authority; the crate's tests have one",
    ),
    (
        "DELETE /api/v1/apps/{appId}/tokens/{tokenId}",
        "nobody signs in to get a refresh token",
    ),
    (
        "GET /api/v1/apps/{appId}/tokens/{tokenId}",
        "nobody signs in to get a refresh token",
    ),
    (
        "GET /api/v1/iam/governance/bundles/{bundleId}/entitlements/{entitlementId}/values",
        "the org has no entitlements",
    ),
    (
        "POST /api/v1/users/{id}/lifecycle/unlock",
        "nobody can be locked out through the API",
    ),
    (
        "GET /api/v1/users/{userId}/roles/{roleAssignmentId}/governance/{grantId}",
        "the org has no governance grants",
    ),
    (
        "GET /api/v1/users/{userId}/roles/{roleAssignmentId}/governance/{grantId}/resources",
        "the org has no governance grants",
    ),
];

#[derive(Deserialize)]
struct Served {
    served: BTreeMap<String, Vec<String>>,
    never: BTreeMap<String, Vec<String>>,
    documented: usize,
}

/// Which operations of the document the practice org serves, and which of them no transcript shows with success.
fn served(session: &Session, figures: &mut Figures) -> Result<(), Failure> {
    let orgs = ENGINES.map(|engine| {
        let transcript = session.scratch(&format!("served-{engine}.jsonl"));
        Practice::start(&session.program, engine, LIKE_OURS, &transcript).map(|org| (engine, org))
    });
    let mut script = session.own_python("served.py");
    script.arg(&session.reference);
    let mut alive = Vec::new();
    for org in orgs {
        let (engine, org) = org?;
        script.arg(format!("{engine}={}={}", org.url, org.token));
        alive.push(org);
    }
    script.arg("--").args(session.transcripts()?);
    let served: Served = session.ask(&mut script)?;
    figures.count("document: operations", served.documented, "operations", None);
    for engine in ENGINES {
        let of = |map: &BTreeMap<String, Vec<String>>| map.get(engine).cloned().unwrap_or_default();
        let why = |operation: &String| OUT_OF_REACH.iter().find(|it| it.0 == operation).map(|it| it.1);
        let (out_of_reach, never): (Vec<_>, Vec<_>) = of(&served.never).into_iter().partition(|it| why(it).is_some());
        let name = |what: &str| format!("served {engine}, {what}");
        figures.count(format!("served {engine}"), of(&served.served).len(), "operations", None);
        figures.count(name("out of a visitor's reach"), out_of_reach.len(), "operations", None);
        figures.count(name("never visited with success"), never.len(), "operations", NONE);
        let reasons = out_of_reach
            .iter()
            .map(|it| format!("{it}: {}", why(it).unwrap_or_default()));
        figures.note(
            format!("Served by {engine}, out of a visitor's reach"),
            reasons.collect(),
        );
        figures.note(format!("Served by {engine}, never visited with success"), never);
    }
    Ok(())
}

/// (c) Every request that Rehome sent in full journeys.
pub fn requests(session: &Session, figures: &mut Figures) -> Result<(), Failure> {
    let checked: Checked = check(session, &clients::journeys(session)?, true)?;
    let (outside, inside): (Vec<_>, Vec<_>) = checked.faults.iter().partition(|fault| outside(fault));
    let (known, other): (Vec<_>, Vec<_>) = inside.into_iter().partition(|fault| conversion(fault));
    let beyond: usize = outside.iter().map(|fault| fault.count).sum();
    figures.count(
        "requests of journeys: outside the document at hand",
        beyond,
        "requests",
        None,
    );
    figures.count(
        "requests of journeys: checked",
        checked.checked - beyond,
        "requests",
        None,
    );
    figures.count("requests of journeys: valid", checked.valid, "requests", None);
    figures.count(
        "requests of journeys: kinds of exception, known",
        known.len(),
        "kinds",
        None,
    );
    figures.count("requests of journeys: kinds of fault", other.len(), "kinds", NONE);
    figures.note(
        "Requests that the document does not know",
        other.iter().map(|it| it.line()).collect(),
    );
    Ok(())
}

/// Documented by Okta, in parts that the reference material leaves out: read only, to find what names the old app.
const LEFT_OUT: [&str; 5] = [
    "/api/v1/idps",
    "/api/v1/inlineHooks",
    "/api/v1/eventHooks",
    "/api/v1/brands",
    "/api/v1/authorizationServers",
];

fn outside(fault: &Fault) -> bool {
    fault.what == "operation"
        && LEFT_OUT
            .iter()
            .any(|path| fault.operation.starts_with(&format!("GET {path}")))
}

/// `{"scope": ...}` alone converts an assignment: Okta's guide shows it, its document wants credentials or a profile.
fn conversion(fault: &Fault) -> bool {
    fault.operation == "POST /api/v1/apps/{appId}/users/{userId}" && fault.what == "required"
}

fn check(session: &Session, transcripts: &[PathBuf], requests: bool) -> Result<Checked, Failure> {
    let mut script = session.python("conform.py");
    script.args(transcripts).arg("--json").current_dir(places::root());
    if requests {
        script.arg("--requests");
    }
    session.ask(&mut script)
}
