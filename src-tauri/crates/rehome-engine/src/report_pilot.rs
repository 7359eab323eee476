//! What the pilot showed, for the report: everybody's test script, the word about different keys, and the way back.

use maud::{Markup, html};
use rehome_domain::UserId;

use crate::{
    model::{Model, pilot::CHECKS},
    present::trial_pilot::{check_title, result_words},
};

pub(crate) fn section(model: &Model) -> Markup {
    let notes = &model.decisions.pilot_notes;
    let name = |user: &UserId| model.name_of(user);
    html! {
        @if !notes.script.is_empty() || notes.rehearsal.is_some() || notes.rehearsal_skipped.is_some() || notes.other_keys.is_some() {
            h2 { "The pilot" }
        }
        @if !notes.script.is_empty() {
            table {
                thead { tr { th { "Person" } @for check in CHECKS { th { (check_title(check)) } } } }
                @for (user, told) in &notes.script {
                    tr {
                        td { (name(user)) }
                        @for check in CHECKS {
                            td { @if let Some(one) = told.get(&check) {
                                (result_words(one.result)) @if !one.note.is_empty() { ": " (one.note) }
                            } }
                        }
                    }
                }
            }
        }
        ul {
            @for (user, word) in &notes.settled {
                li { (word.name) " settled that the account of " (name(user)) " was called wrong: " (word.reason) }
            }
            @if let Some(word) = &notes.other_keys {
                li { (word.name) " said that the two apps know accounts by different keys: " (word.reason)
                     @if !model.keys_differ() { " The service's own list says otherwise." } }
            }
            @if let Some(one) = &notes.rehearsal {
                li { "The way back was tried on " (name(&one.person))
                     @if one.forward.is_some() { ": off the new app, and on it again." } @else { " and not finished." } }
            }
            @if let Some(word) = &notes.rehearsal_skipped {
                li { (word.name) " skipped trying the way back: " (word.reason) }
            }
        }
    }
}
