//! Lists that come in pages.

use std::collections::HashSet;

use serde_json::Value;
use url::Url;

use crate::client::Client;
use crate::error::OktaError;

/// The pages of one list, read as they are asked for. Items seen before are left out: Okta does not promise that a list
/// stands still while it is read (api-facts 3.1).
#[derive(Debug)]
pub struct Pages {
    client: Client,
    /// The first page's URL: its parameters are put back where a `next` link has lost them.
    first: Url,
    next: Option<Url>,
    /// Page size to fall back to when the first page is refused or takes too long.
    smaller: Option<u32>,
    /// The list goes on for ever and ends, for us, with an empty page (System Log without an end).
    until_empty: bool,
    /// Where such a list goes on later.
    place: Url,
    links: HashSet<String>,
    seen: HashSet<String>,
}

impl Pages {
    pub(crate) fn new(client: Client, first: Url) -> Self {
        let (next, place) = (Some(first.clone()), first.clone());
        let (links, seen) = (HashSet::from([first.to_string()]), HashSet::new());
        Self {
            client,
            first,
            next,
            smaller: None,
            until_empty: false,
            place,
            links,
            seen,
        }
    }

    /// Tries the first page again with this page size when Okta refuses it (400, 500) or does not answer in time.
    pub(crate) fn or_smaller(mut self, limit: u32) -> Self {
        self.smaller = Some(limit);
        self
    }

    pub(crate) fn until_empty(mut self) -> Self {
        self.until_empty = true;
        self
    }

    /// The next page without items seen before, so that it can be empty. `None` after the last.
    ///
    /// After an error the same page can be asked for again, except after [`OktaError::ForeignLink`] and
    /// [`OktaError::BadAnswer`] about a link, which end the list.
    pub async fn next_page(&mut self) -> Result<Option<Vec<Value>>, OktaError> {
        let Some(url) = self.next.clone() else { return Ok(None) };
        let answer = match self.client.get(url.clone()).await {
            Err(error) if self.is_too_much(&url, &error) => {
                let limit = self.smaller.take().unwrap_or_default().to_string();
                replace(&mut self.first, "limit", &limit);
                self.links.insert(self.first.to_string());
                self.next = Some(self.first.clone());
                self.client.get(self.first.clone()).await?
            }
            other => other?,
        };
        let items = answer.list()?;
        self.next = None;
        if let Some(link) = answer.next_link() {
            let link = self.follow(&link)?;
            self.place = link.clone();
            if self.until_empty && items.is_empty() {
                return Ok(Some(items));
            }
            if !self.links.insert(link.to_string()) {
                return Err(answer.bad("its link to the next page leads back to a page that was read".to_owned()));
            }
            self.next = Some(link);
        }
        Ok(Some(items.into_iter().filter(|item| self.is_new(item)).collect()))
    }

    /// All items of all pages that are left.
    pub async fn all(mut self) -> Result<Vec<Value>, OktaError> {
        let mut items = Vec::new();
        while let Some(page) = self.next_page().await? {
            items.extend(page);
        }
        Ok(items)
    }

    /// Lets a list that has ended with an empty page go on, as its last link said.
    pub(crate) fn resume(&mut self) {
        if self.next.is_none() {
            self.next = Some(self.place.clone());
        }
    }

    /// Where an endless list goes on.
    pub(crate) fn place(&self) -> &Url {
        &self.place
    }

    fn is_too_much(&self, url: &Url, error: &OktaError) -> bool {
        let refused = error
            .refusal()
            .is_some_and(|refusal| matches!(refusal.status, 400 | 500 | 504));
        self.smaller.is_some() && *url == self.first && (refused || *error == OktaError::Timeout)
    }

    /// The `next` link as it was written, with the parameters that it has lost (api-facts 3.2).
    pub(crate) fn follow(&self, link: &str) -> Result<Url, OktaError> {
        let mut next = Url::parse(link).map_err(|_| OktaError::ForeignLink)?;
        if !self.client.url().owns(&next) {
            return Err(OktaError::ForeignLink);
        }
        let kept: HashSet<String> = next.query_pairs().map(|(name, _)| name.into_owned()).collect();
        for (name, value) in self.first.query_pairs() {
            // `since` is replaced by the cursor, and refused beside it (api-facts 11.1).
            let cursor = matches!(&*name, "after" | "limit" | "since");
            if !cursor && !kept.contains(&*name) {
                next.query_pairs_mut().append_pair(&name, &value);
            }
        }
        Ok(next)
    }

    /// Objects have an `id`, log events a `uuid`, keys a `kid`. What has none is kept.
    fn is_new(&mut self, item: &Value) -> bool {
        let id = ["id", "uuid", "kid"].iter().find_map(|name| item.get(name)?.as_str());
        id.is_none_or(|id| self.seen.insert(id.to_owned()))
    }
}

fn replace(url: &mut Url, name: &str, value: &str) {
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(key, old)| {
            if key == name {
                (name.to_owned(), value.to_owned())
            } else {
                (key.into(), old.into())
            }
        })
        .collect();
    url.query_pairs_mut().clear().extend_pairs(pairs);
}
