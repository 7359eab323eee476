//! Accounts against people.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::UserId;
use crate::usernames::Fold;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AccountState {
    Active,
    Inactive,
    #[default]
    Unknown,
}

/// One account of the service, as its export says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    #[serde(rename = "u")]
    pub username: String,
    #[serde(rename = "e", default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// As the export writes it.
    #[serde(rename = "s", default, skip_serializing_if = "String::is_empty")]
    pub status: String,
    #[serde(rename = "a", default)]
    pub state: AccountState,
    #[serde(rename = "n", default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The service's own id, where a column holds ids that Okta knows too.
    #[serde(rename = "i", default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Line of the file, from 1.
    #[serde(rename = "l", default)]
    pub line: u32,
}

/// What is kept of an export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Accounts {
    pub accounts: Vec<Account>,
    /// Rows that named nobody.
    pub blank: usize,
    /// Header of the column that was taken for usernames.
    pub username_column: String,
}

/// A person of the plan.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    pub user: &'a UserId,
    /// `None`: not settled, or whatever the template gives was accepted.
    pub username: Option<&'a str>,
    /// Username on the old app; empty where it keeps none.
    pub old: &'a str,
}

/// One username, two owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Duplicate {
    /// Several accounts of the service have the same username: by number in the list of accounts.
    Accounts { username: String, accounts: Vec<usize> },
    /// Several people would come to the same account.
    People { account: usize, people: Vec<UserId> },
}

/// What the export says about the plan. Accounts by their number in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Downstream {
    /// Exactly the planned username.
    pub matched: Vec<(UserId, usize)>,
    /// The planned username as the service compares, written otherwise (case, accents, handle).
    pub matched_by_fold: Vec<(UserId, usize)>,
    /// No such account: it would be made anew, or the sign-in fails.
    pub no_account: Vec<UserId>,
    /// Of these: those who have one under another name, which they would lose sight of. The service knows them by the old
    /// username.
    pub under_old_username: Vec<(UserId, usize)>,
    /// And those whose planned username is the e-mail of an account.
    pub by_email: Vec<(UserId, usize)>,
    /// Nobody's planned username settled yet.
    pub not_settled: Vec<UserId>,
    pub account_without_person: Vec<usize>,
    pub duplicates: Vec<Duplicate>,
    /// Matched, but the export calls the account inactive.
    pub inactive: Vec<(UserId, usize)>,
}

/// Matches by username, exactly and then as the service compares. E-mails and old usernames only explain what is missing.
pub fn check(accounts: &[Account], people: &[Planned<'_>], fold: Fold<'_>) -> Downstream {
    let index = |key: &dyn Fn(&Account) -> &str| {
        let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, account) in accounts.iter().enumerate() {
            let key = key(account).trim();
            if !key.is_empty() {
                found.entry(fold(key)).or_default().push(at);
            }
        }
        found
    };
    let by_username = index(&|account| &account.username);
    let by_email = index(&|account| &account.email);
    let mut out = Downstream::default();
    let mut owners: BTreeMap<usize, Vec<UserId>> = BTreeMap::new();
    for person in people {
        let Some(wanted) = person.username.filter(|name| !name.trim().is_empty()) else {
            out.not_settled.push(person.user.clone());
            continue;
        };
        let user = || person.user.clone();
        let folded = fold(wanted.trim());
        if let Some(found) = by_username.get(&folded) {
            let exact = found.iter().find(|at| accounts[**at].username == wanted);
            let at = *exact.unwrap_or(&found[0]);
            let list = match exact {
                Some(_) => &mut out.matched,
                None => &mut out.matched_by_fold,
            };
            list.push((user(), at));
            if accounts[at].state == AccountState::Inactive {
                out.inactive.push((user(), at));
            }
            owners.entry(at).or_default().push(user());
            continue;
        }
        out.no_account.push(user());
        let of_old = Some(person.old).filter(|old| !old.trim().is_empty());
        if let Some(found) = of_old.and_then(|old| by_username.get(&fold(old.trim()))) {
            out.under_old_username.push((user(), found[0]));
            owners.entry(found[0]).or_default();
        } else if let Some(found) = by_email.get(&folded) {
            out.by_email.push((user(), found[0]));
            owners.entry(found[0]).or_default();
        }
    }
    // Whom the service takes for one, and whom nobody has decided yet: none of these accounts is nobody's.
    let mut known: BTreeSet<usize> = owners.keys().copied().collect();
    for person in people.iter().filter(|person| person.username.is_none()) {
        let old = Some(person.old.trim()).filter(|old| !old.is_empty());
        known.extend(old.and_then(|old| by_username.get(&fold(old))).into_iter().flatten());
    }
    for found in by_username.values() {
        if found.iter().any(|at| known.contains(at)) {
            known.extend(found);
        }
    }
    let twice = by_username.into_values().filter(|found| found.len() > 1);
    out.duplicates = twice
        .map(|found| Duplicate::Accounts {
            username: accounts[found[0]].username.clone(),
            accounts: found,
        })
        .collect();
    let shared = owners.iter().filter(|(_, people)| people.len() > 1);
    out.duplicates.extend(shared.map(|(account, people)| Duplicate::People {
        account: *account,
        people: people.clone(),
    }));
    out.account_without_person = (0..accounts.len()).filter(|at| !known.contains(at)).collect();
    out
}
