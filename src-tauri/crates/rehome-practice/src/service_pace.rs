//! A service that takes only so many people a minute from provisioning. What comes beyond it refuses, and Okta logs
//! `application.integration.rate_limit_exceeded` (api-facts 8.6, 11.4). That Okta then tries again by itself, and when, is
//! UNVERIFIED: here it does, a minute later.

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    clock::{after, before},
    jobs::Work,
    log::{Event, Origin},
    state::Org,
};

const REFUSED: &str = "application.integration.rate_limit_exceeded";
const MINUTE: Duration = Duration::from_secs(60);

impl Org {
    /// Whether the service refuses this one for going too fast; then it is tried again later.
    pub(crate) fn is_too_fast(
        &mut self,
        app_id: &str,
        user_id: &str,
        service: &str,
        transaction: &str,
        at: Timestamp,
    ) -> bool {
        let Some(pace) = self.options.service_pace else {
            return false;
        };
        let taken = &mut self.downstreams.entry(service.to_owned()).or_default().taken;
        while taken.front().is_some_and(|then| *then <= before(at, MINUTE)) {
            taken.pop_front();
        }
        if taken.len() < pace as usize {
            taken.push_back(at);
            return false;
        }
        let event = Event::new(REFUSED, at)
            .by_system()
            .failed("429 Too Many Requests")
            .origin(&Origin::Job(transaction.to_owned()));
        let event = match self.apps.get(app_id) {
            Some(app) => event.on_app(app),
            None => event,
        };
        self.log_event(event);
        self.jobs.add(
            after(at, MINUTE),
            Work::Provision {
                app: app_id.to_owned(),
                user: user_id.to_owned(),
                transaction: transaction.to_owned(),
            },
        );
        true
    }
}
