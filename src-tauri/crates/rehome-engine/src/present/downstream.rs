//! The service's own accounts against the planned usernames.

use rehome_domain::{
    downstream::{Account, Duplicate},
    gate::thousands,
};

use super::{count, u32_of};
use crate::{
    model::{Matched, Model},
    view::{ColumnView, DownstreamBadge, DownstreamGroup, DownstreamView, Tone},
};

/// Accounts that a group shows.
const SHOWN: usize = 100;

pub(crate) fn badge(model: &Model) -> Option<DownstreamBadge> {
    let matched = model.downstream.as_ref()?;
    let service = service(model);
    let result = &matched.result;
    let trouble = result.no_account.len() + result.duplicates.len();
    let found = result.matched.len() + result.matched_by_fold.len();
    Some(if trouble == 0 {
        DownstreamBadge {
            words: format!("{service} export matched: {}", count(found, "account", "accounts")),
            tone: Tone::Good,
        }
    } else {
        DownstreamBadge {
            words: format!(
                "{service} export: {} matched, {} to look at",
                thousands(found),
                thousands(trouble)
            ),
            tone: Tone::Review,
        }
    })
}

/// The vendor's name, or the app's.
pub(crate) fn service(model: &Model) -> String {
    let Some(inventory) = &model.inventory else {
        return String::new();
    };
    let app = &inventory.new.app;
    match rehome_domain::vendor::card_for(app) {
        Some(card) if !card.apps.is_empty() || !card.name_contains.is_empty() => card.vendor.clone(),
        _ => app.label.clone(),
    }
}

pub(crate) fn view(model: &Model) -> Option<DownstreamView> {
    let matched = model.downstream.as_ref()?;
    let export = &matched.export;
    let chosen = export.chosen.map(|columns| columns.username);
    Some(DownstreamView {
        file: export.file.clone(),
        read_at: export.read_at.map(|at| at.to_string()).unwrap_or_default(),
        accounts: u32_of(export.accounts.accounts.len()),
        format: export.format.clone(),
        columns: export
            .columns
            .iter()
            .enumerate()
            .map(|(at, (name, matches))| ColumnView {
                name: name.clone(),
                matches: u32_of(*matches),
                chosen: chosen == Some(at),
            })
            .collect(),
        groups: groups(matched),
    })
}

fn groups(matched: &Matched) -> Vec<DownstreamGroup> {
    let (result, accounts) = (&matched.result, &matched.export.accounts.accounts);
    let of = |at: &usize| accounts.get(*at).map(shown).unwrap_or_default();
    let named = |pairs: &[(rehome_domain::UserId, usize)]| pairs.iter().map(|(_, at)| of(at)).take(SHOWN).collect();
    let group = |set: &str, title: &str, words: &str, tone, count: usize, accounts: Vec<String>| DownstreamGroup {
        set: if set.is_empty() {
            String::new()
        } else {
            format!("downstream:{set}")
        },
        title: title.to_owned(),
        words: words.to_owned(),
        tone,
        count: u32_of(count),
        accounts,
    };
    let twice = result.duplicates.iter().filter_map(|one| match one {
        Duplicate::Accounts { username, accounts } => Some((username, accounts)),
        Duplicate::People { .. } => None,
    });
    let twice: Vec<String> = twice
        .map(|(username, all)| format!("{username}: {}", all.iter().map(of).collect::<Vec<_>>().join("; ")))
        .collect();
    let one_place = matched.people("onePlace");
    let all = vec![
        group(
            "noAccount",
            "No such account",
            "Provisioning would make a new account, or the sign-in fails.",
            Tone::Bad,
            result.no_account.len(),
            Vec::new(),
        ),
        group(
            "underOldUsername",
            "Known by the old username",
            "Of those without an account: the service knows them by the username of the old app. Keep it.",
            Tone::Review,
            result.under_old_username.len(),
            named(&result.under_old_username),
        ),
        group(
            "byEmail",
            "Known by e-mail",
            "Of those without an account: the planned username is the e-mail address of an account.",
            Tone::Review,
            result.by_email.len(),
            named(&result.by_email),
        ),
        group(
            "",
            "One name, several accounts",
            "The service has several accounts that it may take for one another.",
            Tone::Bad,
            twice.len(),
            twice.into_iter().take(SHOWN).collect(),
        ),
        group(
            "onePlace",
            "Several people, one account",
            "These people would come to the same account.",
            Tone::Bad,
            one_place.len(),
            Vec::new(),
        ),
        group(
            "inactive",
            "Switched off in the service",
            "Matched, but the list says that the account is not active. Assigning may switch it on, or the sign-in fails.",
            Tone::Review,
            result.inactive.len(),
            named(&result.inactive),
        ),
        group(
            "",
            "Account without a person",
            "Nobody who is to be moved has this username. They stay as they are.",
            Tone::Info,
            result.account_without_person.len(),
            result.account_without_person.iter().take(SHOWN).map(of).collect(),
        ),
        group(
            "notSettled",
            "Not settled yet",
            "Nobody has decided these usernames.",
            Tone::Review,
            result.not_settled.len(),
            Vec::new(),
        ),
        group(
            "matchedByFold",
            "Matched, written otherwise",
            "The service takes both for one account.",
            Tone::Info,
            result.matched_by_fold.len(),
            named(&result.matched_by_fold),
        ),
        group(
            "matched",
            "Matched",
            "The account has exactly the planned username.",
            Tone::Good,
            result.matched.len(),
            Vec::new(),
        ),
    ];
    all.into_iter().filter(|group| group.count > 0).collect()
}

/// "ana@nw.example, Ana Ng (line 14)".
fn shown(account: &Account) -> String {
    let mut words = if account.username.is_empty() {
        account.email.clone()
    } else {
        account.username.clone()
    };
    if !account.name.is_empty() {
        words.push_str(&format!(", {}", account.name));
    }
    if !account.status.is_empty() {
        words.push_str(&format!(", {}", account.status));
    }
    format!("{words} (line {})", account.line)
}
