//! The System Log (api-facts 11.1).

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::Read;
use crate::error::OktaError;
use crate::paging::Pages;

/// Events of a page, at most (api-facts 11.1).
const FULL: usize = 1000;

impl Read {
    /// Events of the System Log from `since` on, oldest first, without repetitions.
    ///
    /// With `until` in the order of their happening, where late ones can be missing; without it in the order of their
    /// arrival, up to the first empty page. Events arrive some seconds late either way.
    pub async fn logs(
        &self,
        filter: &str,
        since: Timestamp,
        until: Option<Timestamp>,
    ) -> Result<Vec<Value>, OktaError> {
        self.log_pages(filter, since, until).all().await
    }

    /// [`Read::logs`] by pages, for ranges that are too long to keep.
    pub fn log_pages(&self, filter: &str, since: Timestamp, until: Option<Timestamp>) -> Pages {
        let (since, end) = (milliseconds(since), until.map(milliseconds));
        let mut query = vec![("since", since.as_str()), ("limit", "1000")];
        if !filter.is_empty() {
            query.push(("filter", filter));
        }
        if let Some(end) = &end {
            query.push(("until", end));
        }
        let pages = self.pages(&["logs"], &query);
        if until.is_some() { pages } else { pages.until_empty() }
    }

    /// Follows the System Log from `since` on.
    pub fn log_poll(&self, filter: &str, since: Timestamp) -> LogPoll {
        LogPoll {
            pages: self.log_pages(filter, since, None),
            held: Vec::new(),
        }
    }

    /// Follows the System Log from where [`LogPoll::cursor`] said, also after a restart.
    ///
    /// [`OktaError::ForeignLink`]: the cursor is not one of this org's log.
    pub fn log_poll_from(&self, cursor: &str) -> Result<LogPoll, OktaError> {
        let url = Url::parse(cursor).map_err(|_| OktaError::ForeignLink)?;
        if !self.client.url().owns(&url) || url.path() != "/api/v1/logs" {
            return Err(OktaError::ForeignLink);
        }
        let pages = Pages::new(self.client.clone(), url).until_empty();
        Ok(LogPoll {
            pages,
            held: Vec::new(),
        })
    }

    /// One event at most: whether the System Log can be read at all.
    pub async fn logs_first(&self) -> Result<Vec<Value>, OktaError> {
        self.client.get(self.url(&["logs"], &[("limit", "1")])).await?.list()
    }
}

/// Follows the System Log in the order in which events arrive, so that late ones are not missed.
#[derive(Debug)]
pub struct LogPoll {
    pages: Pages,
    /// Read by a poll that failed later on.
    held: Vec<Value>,
}

impl LogPoll {
    /// The events that have arrived since the last time, without repetitions; none where there are none. After an
    /// error the next poll goes on where this one could not, and gives what this one had read.
    pub async fn poll(&mut self) -> Result<Vec<Value>, OktaError> {
        while let Some(page) = self.pages.next_page().await? {
            self.held.extend(page);
        }
        self.pages.resume();
        Ok(std::mem::take(&mut self.held))
    }

    /// As [`LogPoll::poll`], with one call where no more than a page has arrived: for whoever looks again and again, and is
    /// served by the next look as well.
    pub async fn look(&mut self) -> Result<Vec<Value>, OktaError> {
        self.pages.resume();
        while let Some(page) = self.pages.next_page().await? {
            let full = page.len() >= FULL;
            self.held.extend(page);
            if !full {
                break;
            }
        }
        Ok(std::mem::take(&mut self.held))
    }

    /// Where the next poll begins: Okta's own link, which holds no secret. After a failed poll, what that one had read
    /// lies before it.
    pub fn cursor(&self) -> &str {
        self.pages.place().as_str()
    }
}

/// As Okta writes times; what is finer than a millisecond is cut off.
fn milliseconds(time: Timestamp) -> String {
    let whole = Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time);
    format!("{whole:.3}")
}
