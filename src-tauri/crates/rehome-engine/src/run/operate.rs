//! One write: intent, call, outcome; a lost answer is settled by reading (invariants 1 and 5).

use std::future::Future;

use jiff::Timestamp;
use rehome_domain::{GroupId, UserId};
use rehome_journal::{NewOperation, Operation, OperationId, Outcome};
use rehome_okta::{Code, OktaError, WriteError};
use serde_json::{Value, json};

use super::{Ctx, Halt, is_network, kinds::OperationKind as Kind, lines, share, wave_groups};
use crate::{
    problem::problem,
    view::{Problem, ProblemCode},
};

/// What became of a write.
#[derive(Clone, Debug)]
pub(crate) enum Done {
    /// Okta's answer, or what a read showed.
    Confirmed(Value),
    Failed {
        words: String,
    },
}

/// What a read shows of a write whose answer was lost.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Settled {
    Applied(Value),
    NotApplied,
}

/// The token may not do this at all.
const NOT_ALLOWED: &str = "notAllowed";
/// Okta never acted on it, because Rehome ended: it is simply still to be done.
const INTERRUPTED: &str = "interrupted";
/// The token was refused.
const CREDENTIAL: &str = "credential";
/// Okta never saw it.
const NOT_SENT: &str = "notSent";
/// The network lost it on the way.
const LOST: &str = "lost";

/// Whether a failure of this class says nothing about the person or group it was for.
pub(crate) fn is_halt(class: &str) -> bool {
    [NOT_ALLOWED, INTERRUPTED, CREDENTIAL, NOT_SENT, LOST].contains(&class)
}

/// A write that Okta did not act on is begun anew this often.
const TRIES: u32 = 3;
/// A write that the network lost says nothing about whom it was for: it is begun anew this often, ever more slowly.
const TRIES_LOST: u32 = 12;
/// Org's seconds between two of these, at most.
const LOST_PAUSE: f64 = 30.0;
/// Org's seconds between the two reads that must agree before a write counts as not applied: it may still be under way.
pub(crate) const SETTLE_PAUSE: f64 = 2.0;

/// Carries out one write. `Err` ends the run: stopped, or nothing further can succeed (credential, rights, journal).
pub(crate) async fn operate<F>(ctx: &Ctx, new: NewOperation, send: impl Fn() -> F) -> Result<Done, Halt>
where
    F: Future<Output = Result<Value, WriteError>>,
{
    let Some(kind) = Kind::of(&new.kind) else {
        return Err(unknown_kind(&new.kind).into());
    };
    let (mut tries, mut lost) = (0, 0);
    loop {
        tries += 1;
        let (id, answer) = attempt(ctx, kind, &new, &send).await?;
        match answer {
            Ok(answer) => {
                finish(ctx, &new, id, Outcome::Confirmed, summary(&answer)).await?;
                return Ok(Done::Confirmed(answer));
            }
            Err(WriteError::NotSent(error)) => {
                fail(ctx, &new, id, NOT_SENT, &error).await?;
                if is_network(&error) {
                    ctx.until_reachable().await?;
                } else if error.is_credential() || tries >= TRIES {
                    return Err(error.into());
                }
            }
            Err(WriteError::Refused(error)) if error.is_not_found() && tries < TRIES => {
                // Okta may not find, for a moment, what it has: only when it says so again and again is it gone.
                fail(ctx, &new, id, class_of(&error), &error).await?;
                ctx.pause_for(SETTLE_PAUSE).await?;
            }
            Err(WriteError::Refused(error)) => match refused(ctx, &new, id, error).await? {
                Some(done) => return Ok(done),
                None => continue,
            },
            Err(WriteError::Unknown(error)) => {
                let words = format!("Sent, and the answer was lost: {error}");
                finish(ctx, &new, id, Outcome::Unknown { words }, json!({})).await?;
                match settle(ctx, &Sent::of(&new)).await? {
                    Settled::Applied(seen) => {
                        finish(ctx, &new, id, Outcome::Confirmed, settled_by("read", &seen)).await?;
                        return Ok(Done::Confirmed(seen));
                    }
                    Settled::NotApplied => {
                        let by_network = is_network(&error) && lost < TRIES_LOST;
                        let class = if by_network { LOST } else { "notApplied" };
                        let words = "The answer was lost; reading showed no effect.";
                        fail_with(ctx, &new, id, class, words).await?;
                        if by_network {
                            (tries, lost) = (tries - 1, lost + 1);
                            ctx.pause_for(f64::from(1 << lost.min(5)).min(LOST_PAUSE)).await?;
                        } else if tries >= TRIES {
                            let words = format!("Tried {tries} times, and Okta never acted on it: {error}");
                            return Ok(Done::Failed { words });
                        }
                    }
                }
            }
        }
        ctx.checkpoint().await?;
    }
}

async fn attempt<F>(
    ctx: &Ctx,
    kind: Kind,
    new: &NewOperation,
    send: &impl Fn() -> F,
) -> Result<(OperationId, Result<Value, WriteError>), Halt>
where
    F: Future<Output = Result<Value, WriteError>>,
{
    let ids = ctx
        .migration
        .journal
        .begin(&ctx.migration.id, vec![new.clone()], Timestamp::now())
        .await?;
    let id = ids.first().copied().unwrap_or(OperationId(0));
    ctx.writing(kind);
    // Under way, which is not the same as unknown: only an intent that is found without an outcome is that.
    ctx.migration.model().touched = true;
    Ok((id, send().await))
}

/// `None`: settled as something to try again.
async fn refused(ctx: &Ctx, new: &NewOperation, id: OperationId, error: OktaError) -> Result<Option<Done>, Halt> {
    let code = error.refusal().map(|r| r.code.clone());
    if code == Some(Code::AlreadyAssigned)
        && let Settled::Applied(seen) = look(ctx, &Sent::of(new)).await?
    {
        // Whether Okta updates or refuses a second assignment is UNVERIFIED (api-facts 15.1): both are fine.
        let detail = settled_by("already assigned", &seen);
        finish(ctx, new, id, Outcome::Confirmed, detail).await?;
        return Ok(Some(Done::Confirmed(seen)));
    }
    let denied = code == Some(Code::AccessDenied);
    let class = if denied { NOT_ALLOWED } else { class_of(&error) };
    fail(ctx, new, id, class, &error).await?;
    if error.is_credential() || denied {
        return Err(error.into());
    }
    Ok(Some(Done::Failed { words: words(&error) }))
}

fn class_of(error: &OktaError) -> &'static str {
    use rehome_okta::FailureClass as C;
    match error.classify() {
        C::Credential => CREDENTIAL,
        C::Forbidden => "forbidden",
        C::NotFound => "notFound",
        C::Conflict => "conflict",
        C::Validation => "validation",
        C::Limit => "limit",
        C::Server => "server",
        C::Network => "network",
        C::Answer => "answer",
    }
}

/// Okta's own words for a person's line.
fn words(error: &OktaError) -> String {
    error.refusal().map_or_else(
        || error.to_string(),
        |r| {
            let mut words = format!("Okta refused: {}", r.summary);
            for cause in &r.causes {
                words.push(' ');
                words.push_str(cause);
            }
            format!("{words} ({})", r.code.as_str())
        },
    )
}

async fn fail(ctx: &Ctx, new: &NewOperation, id: OperationId, class: &str, error: &OktaError) -> Result<(), Halt> {
    fail_with(ctx, new, id, class, &words(error)).await
}

async fn fail_with(ctx: &Ctx, new: &NewOperation, id: OperationId, class: &str, words: &str) -> Result<(), Halt> {
    let outcome = Outcome::Failed {
        class: class.to_owned(),
        words: words.to_owned(),
    };
    finish(ctx, new, id, outcome, json!({})).await
}

async fn finish(ctx: &Ctx, new: &NewOperation, id: OperationId, outcome: Outcome, detail: Value) -> Result<(), Halt> {
    let journal = &ctx.migration.journal;
    journal
        .finish(id, outcome.clone(), detail.clone(), Timestamp::now())
        .await?;
    let mut model = ctx.migration.model();
    model.note_operation(&new.kind, &new.subject, Some(&outcome));
    model.note_group(&Sent::of(new), Some(&outcome), Some(&detail));
    model.note_share(&Sent::of(new), new.snapshot.as_ref(), Some(&outcome));
    Ok(())
}

/// What of an answer is worth keeping; the whole of it is read again by the proofs.
fn summary(answer: &Value) -> Value {
    json!({
        "status": answer["status"], "scope": answer["scope"], "userName": answer["credentials"]["userName"],
        "priority": answer["priority"], "externalId": answer["externalId"], "id": answer["id"],
    })
}

/// How a lost answer was settled, and what of the thing that was seen instead has to be remembered.
fn settled_by(how: &str, seen: &Value) -> Value {
    json!({ "settledBy": how, "id": seen["id"] })
}

/// What of a write says whether it took effect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent<'a> {
    pub kind: &'a str,
    pub subject: &'a str,
    pub path: &'a str,
    pub body: Option<&'a Value>,
}

impl<'a> Sent<'a> {
    fn of(new: &'a NewOperation) -> Self {
        let NewOperation {
            kind,
            subject,
            path,
            body,
            ..
        } = new;
        Self {
            kind,
            subject,
            path,
            body: body.as_ref(),
        }
    }

    pub fn noted(operation: &'a Operation) -> Self {
        let Operation {
            kind,
            subject,
            path,
            body,
            ..
        } = operation;
        Self {
            kind,
            subject,
            path,
            body: body.as_ref(),
        }
    }

    /// The group in the path: of a membership, or itself.
    pub fn group(&self) -> Option<GroupId> {
        let mut parts = self.path.split('/').skip_while(|part| *part != "groups").skip(1);
        parts.next().filter(|id| !id.is_empty()).map(GroupId::from)
    }
}

/// Reads that may be needed until two in a row agree.
const LOOKS: u32 = 5;

/// One read is enough to see that something is there. That something is *not* there, two reads must agree on: a write may
/// still be under way, and Okta may not find a thing for a moment that it has (one false 404 made a canary "lost").
pub(crate) async fn settle(ctx: &Ctx, sent: &Sent<'_>) -> Result<Settled, Halt> {
    let takes_away = Kind::of(sent.kind).is_some_and(Kind::takes_away);
    agreed(takes_away, || look(ctx, sent), || ctx.pause_for(SETTLE_PAUSE)).await
}

async fn agreed<L, P, E>(takes_away: bool, look: impl Fn() -> L, pause: impl Fn() -> P) -> Result<Settled, E>
where
    L: Future<Output = Result<Settled, E>>,
    P: Future<Output = Result<(), E>>,
{
    let applied = |settled: &Settled| matches!(settled, Settled::Applied(_));
    let mut last = look().await?;
    for _ in 1..LOOKS {
        if applied(&last) && !takes_away {
            return Ok(last);
        }
        pause().await?;
        let next = look().await?;
        if applied(&next) == applied(&last) {
            return Ok(next);
        }
        last = next;
    }
    // It comes and goes: taken for not done, it is sent again, which what takes away bears.
    Ok(if takes_away { Settled::NotApplied } else { last })
}

async fn look(ctx: &Ctx, sent: &Sent<'_>) -> Result<Settled, Halt> {
    let Sent {
        kind, subject, body, ..
    } = *sent;
    let read = ctx.client.read();
    let (old, new) = (&ctx.migration.old, &ctx.migration.new);
    let (user, group) = (UserId::from(subject), GroupId::from(subject));
    let seen = |found: Option<Value>| found.map_or(Settled::NotApplied, Settled::Applied);
    let gone = |found: Option<Value>| match found {
        None => Settled::Applied(Value::Null),
        Some(_) => Settled::NotApplied,
    };
    let Some(kind) = Kind::of(kind) else {
        // Taking it for not sent could send it twice.
        tracing::error!(kind, "an operation of a kind that this version does not know");
        return Err(unknown_kind(kind).into());
    };
    Ok(match kind {
        Kind::Assign => seen(ctx.reading(|| read.app_user(new, &user)).await?),
        Kind::Convert | Kind::Update => {
            let found = ctx.reading(|| read.app_user(new, &user)).await?;
            seen(found.filter(|v| body.is_some_and(|b| is_part_of(b, v))))
        }
        Kind::GroupOn => seen(ctx.reading(|| read.app_group(new, &group)).await?),
        Kind::Unassign => gone(ctx.reading(|| read.app_user(old, &user)).await?),
        Kind::GroupOff => gone(ctx.reading(|| read.app_group(old, &group)).await?),
        Kind::ConvertBack | Kind::UpdateBack => {
            let found = ctx.reading(|| read.app_user(old, &user)).await?;
            seen(found.filter(|v| body.is_some_and(|b| is_part_of(b, v))))
        }
        Kind::GroupBack => seen(ctx.reading(|| read.app_group(old, &group)).await?),
        Kind::Reassign => seen(ctx.reading(|| read.app_user(old, &user)).await?),
        Kind::Deactivate => {
            let app = ctx.reading(|| read.app(old)).await?;
            if app["status"] == "INACTIVE" {
                Settled::Applied(app)
            } else {
                Settled::NotApplied
            }
        }
        Kind::Delete => {
            let found = ctx.reading(|| async {
                match read.app(old).await {
                    Err(e) if e.is_not_found() => Ok(None),
                    Ok(app) if app["status"] == "DELETED" => Ok(None),
                    Ok(app) => Ok(Some(app)),
                    Err(e) => Err(e),
                }
            });
            gone(found.await?)
        }
        Kind::Line | Kind::LineBack => {
            let change = ctx.migration.model().decisions.approved_lines.get(subject).cloned();
            let change = change.map(|line| line.change);
            let change = if kind == Kind::LineBack {
                change.and_then(|c| c.undo())
            } else {
                change
            };
            match change {
                Some(change) => {
                    let stands = Box::pin(lines::stands(ctx, &change)).await?;
                    seen(Some(stands.seen).filter(|_| stands.made))
                }
                None => Settled::NotApplied,
            }
        }
        Kind::Share | Kind::ShareBack => Box::pin(share::look(ctx, sent)).await?,
        Kind::GroupMake
        | Kind::MemberOn
        | Kind::MemberOff
        | Kind::MemberTried
        | Kind::WaveGroupOff
        | Kind::GroupGone
        | Kind::UndoAssign
        | Kind::UndoGroupOn => Box::pin(wave_groups::look(ctx, kind, sent)).await?,
    })
}

pub(super) fn unknown_kind(kind: &str) -> Problem {
    let mut p = problem(
        ProblemCode::Unexpected,
        "The journal holds a write that this version of Rehome does not know",
        "A newer version began it, and only that one can read whether it took effect.",
        "Open this migration with the newest version of Rehome.",
    );
    p.detail = Some(kind.to_owned());
    p
}

/// Everything that was sent stands there.
pub(crate) fn is_part_of(sent: &Value, seen: &Value) -> bool {
    match (sent, seen) {
        (Value::Object(sent), Value::Object(seen)) => {
            sent.iter().all(|(k, v)| seen.get(k).is_some_and(|s| is_part_of(v, s)))
        }
        _ => sent == seen,
    }
}

/// Settles an operation that an earlier process left open.
pub(crate) async fn settle_left_open(ctx: &Ctx, operation: &Operation) -> Result<(), Halt> {
    let sent = Sent::noted(operation);
    let how = "read after restart";
    let (outcome, detail) = match settle(ctx, &sent).await? {
        Settled::Applied(seen) => (Outcome::Confirmed, settled_by(how, &seen)),
        Settled::NotApplied => {
            let outcome = Outcome::Failed {
                class: INTERRUPTED.to_owned(),
                words: "Rehome ended before the answer came; reading showed no effect.".to_owned(),
            };
            (outcome, settled_by(how, &Value::Null))
        }
    };
    let journal = &ctx.migration.journal;
    journal
        .finish(operation.id, outcome.clone(), detail.clone(), Timestamp::now())
        .await?;
    let mut model = ctx.migration.model();
    model.note_operation(&operation.kind, &operation.subject, Some(&outcome));
    model.note_group(&sent, Some(&outcome), Some(&detail));
    model.note_share(&sent, operation.snapshot.as_ref(), Some(&outcome));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// What `agreed` makes of a row of reads, and how many it took.
    async fn of(takes_away: bool, reads: &[bool]) -> (bool, usize) {
        let asked = Cell::new(0);
        let look = async || {
            let applied = reads[asked.get()];
            asked.set(asked.get() + 1);
            Ok::<_, ()>(if applied {
                Settled::Applied(Value::Null)
            } else {
                Settled::NotApplied
            })
        };
        let settled = agreed(takes_away, look, async || Ok(())).await.expect("reads");
        (settled != Settled::NotApplied, asked.get())
    }

    #[tokio::test]
    async fn one_read_shows_what_is_there_and_two_what_is_not() {
        assert_eq!(of(false, &[true]).await, (true, 1));
        assert_eq!(of(false, &[false, true]).await, (true, 2));
        assert_eq!(of(false, &[false, false]).await, (false, 2));
        assert_eq!(of(true, &[true, true]).await, (true, 2));
        assert_eq!(of(true, &[false, false]).await, (false, 2));
        assert_eq!(of(true, &[true, false, false]).await, (false, 3), "a false 404");
        assert_eq!(of(true, &[false, true, true]).await, (true, 3), "still under way");
        assert_eq!(
            of(true, &[true, false, true, false, true]).await,
            (false, 5),
            "sent again"
        );
    }

    #[test]
    fn sent_values_must_all_stand_there() {
        let seen = json!({"scope": "GROUP", "profile": {"a": 1, "b": null}, "credentials": {"userName": "x"}});
        assert!(is_part_of(&json!({"scope": "GROUP"}), &seen));
        assert!(is_part_of(&json!({"profile": {"a": 1}}), &seen));
        assert!(!is_part_of(&json!({"scope": "USER"}), &seen));
        assert!(!is_part_of(&json!({"profile": {"c": 1}}), &seen));
    }
}
