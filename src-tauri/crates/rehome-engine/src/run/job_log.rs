//! Okta's jobs on the new app, as the System Log shows them.
//!
//! A call about a group answers before its members have the app; a job works through them (api-facts 7.4). Whether the log has an
//! event when such a job begins and ends is UNVERIFIED (api-facts 11.4 names these types, and not what they are about). So a job that
//! has begun and not ended holds up what would take access away, and no such event says nothing: that an app stands still is told by
//! two equal listings, always.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rehome_okta::LogPoll;
use serde_json::Value;

use super::{Ctx, Halt};

/// A job of an app: `.started`, `.completed`, `.failed`.
const JOB: &str = "app.app_instance.provision_sync_job.";
/// In org's seconds: a job of which no end was seen for so long counts as ended, so that a lost event holds nothing up for good.
const LONGEST: i64 = 3_600;
/// Org's seconds between two looks while a job goes on.
const LOOK: f64 = 15.0;

/// Follows the log about jobs on the new app.
pub(super) struct JobLog {
    /// `None`: it cannot be read. Then everything is as if it said nothing.
    log: Option<LogPoll>,
    told: Told,
}

/// What the log has told so far.
#[derive(Default)]
struct Told {
    /// Jobs without an end, by transaction.
    begun: BTreeMap<String, Timestamp>,
    /// An end was found by the transaction of its beginning.
    paired: bool,
}

impl JobLog {
    /// Jobs that are under way included.
    pub fn new(ctx: &Ctx) -> Self {
        let filter = format!("eventType sw \"{JOB}\" and target.id eq \"{}\"", ctx.migration.new);
        let since = ctx.org_now() - SignedDuration::from_secs(LONGEST);
        Self {
            log: Some(ctx.client.read().log_poll(&filter, since)),
            told: Told::default(),
        }
    }

    async fn look(&mut self, ctx: &Ctx) -> Result<(), Halt> {
        let Some(log) = &mut self.log else { return Ok(()) };
        match log.look().await {
            Ok(events) => events.iter().for_each(|event| self.told.note(event)),
            Err(error) if super::is_network(&error) => ctx.until_reachable().await?,
            Err(error) if error.is_credential() => return Err(error.into()),
            Err(error) => {
                tracing::warn!(class = ?error.classify(), "the log could not be asked for the jobs of a group");
                self.log = None;
            }
        }
        Ok(())
    }

    /// Looks once, and says whether no job that the log shows is under way.
    pub async fn none_under_way(&mut self, ctx: &Ctx) -> Result<bool, Halt> {
        self.look(ctx).await?;
        Ok(self.told.at_work(ctx.org_now()) == 0)
    }

    /// Waits until no job that the log shows is under way. Where it shows none, it only looks once.
    pub async fn until_done(&mut self, ctx: &Ctx) -> Result<(), Halt> {
        while !self.none_under_way(ctx).await? {
            ctx.waiting(Some("Okta's log shows a job on the new app that has not ended"));
            ctx.pause_for(LOOK).await?;
            ctx.checkpoint().await?;
        }
        Ok(())
    }
}

impl Told {
    fn note(&mut self, event: &Value) {
        let kind = event["eventType"].as_str().unwrap_or_default();
        let transaction = event["transaction"]["id"].as_str().unwrap_or_default();
        match kind.strip_prefix(JOB) {
            Some("started") => {
                let at = event["published"].as_str().and_then(|at| at.parse().ok());
                self.begun
                    .insert(transaction.to_owned(), at.unwrap_or(Timestamp::UNIX_EPOCH));
            }
            Some("completed" | "failed") => match self.begun.remove(transaction) {
                Some(_) => self.paired = true,
                // That both events of a job share a transaction is UNVERIFIED: where none ever did, the oldest one ends.
                None if !self.paired => {
                    let oldest = self.begun.iter().min_by_key(|(_, at)| **at).map(|(id, _)| id.clone());
                    oldest.map(|id| self.begun.remove(&id));
                }
                None => {}
            },
            _ => {}
        }
    }

    /// Jobs that have begun and not ended.
    fn at_work(&self, now: Timestamp) -> usize {
        let lately = |at: &&Timestamp| now.as_second() - at.as_second() < LONGEST;
        self.begun.values().filter(lately).count()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn job(what: &str, transaction: &str, minute: i8) -> Value {
        json!({ "eventType": format!("{JOB}{what}"), "transaction": { "id": transaction },
            "published": format!("2026-03-02T10:{minute:02}:00.000Z") })
    }

    fn at(minute: i8) -> Timestamp {
        let text = format!("2026-03-02T10:{minute:02}:00.000Z");
        text.parse().expect("a time")
    }

    fn told(events: &[Value]) -> Told {
        let mut told = Told::default();
        events.iter().for_each(|event| told.note(event));
        told
    }

    #[test]
    fn a_job_is_under_way_until_its_own_end() {
        let begun = [job("started", "a", 0), job("started", "b", 1)];
        assert_eq!(told(&begun).at_work(at(2)), 2);
        let one = [&begun[..], &[job("completed", "b", 2)]].concat();
        assert_eq!(told(&one).at_work(at(3)), 1);
        // The end of a job that began before the log was asked ends none of these.
        let stranger = [&one[..], &[job("completed", "before", 2)]].concat();
        assert_eq!(told(&stranger).at_work(at(3)), 1);
        let all = [&stranger[..], &[job("failed", "a", 3)]].concat();
        assert_eq!(told(&all).at_work(at(3)), 0);
    }

    #[test]
    fn events_that_share_no_transaction_are_counted() {
        let events = [job("started", "a", 0), job("started", "b", 1), job("completed", "c", 2)];
        assert_eq!(told(&events).at_work(at(3)), 1);
        assert_eq!(
            told(&[&events[..], &[job("completed", "d", 2)]].concat()).at_work(at(3)),
            0
        );
    }

    #[test]
    fn an_end_that_is_lost_holds_nothing_up_for_good() {
        let told = told(&[job("started", "a", 0)]);
        assert_eq!(told.at_work(at(59)), 1);
        assert_eq!(told.at_work("2026-03-02T11:00:00Z".parse().expect("a time")), 0);
    }
}
