//! Vendor cards: what is known of a service before anybody is moved. Data, not code: one file a vendor in `cards/`, each
//! statement with the page that says it and the day on which that page was read.

mod folding;
mod schema;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use crate::App;

pub use folding::{Folding, Handle, UnicodeForm};
pub use schema::{
    Card, Case, Closes, Form, Holds, IdentityProviders, Kind, Place, Setting, Shape, Trap, Usernames, When,
};

/// Every file of `cards/`; a test compares with the folder.
const FILES: [(&str, &str); 15] = [
    ("atlassian", include_str!("../../cards/atlassian.toml")),
    (
        "aws-identity-center",
        include_str!("../../cards/aws-identity-center.toml"),
    ),
    ("box", include_str!("../../cards/box.toml")),
    ("github-emu", include_str!("../../cards/github-emu.toml")),
    ("google", include_str!("../../cards/google.toml")),
    ("jamf", include_str!("../../cards/jamf.toml")),
    ("office365", include_str!("../../cards/office365.toml")),
    ("salesforce", include_str!("../../cards/salesforce.toml")),
    ("scim", include_str!("../../cards/scim.toml")),
    ("servicenow", include_str!("../../cards/servicenow.toml")),
    ("slack", include_str!("../../cards/slack.toml")),
    ("teleport", include_str!("../../cards/teleport.toml")),
    ("workday", include_str!("../../cards/workday.toml")),
    ("zendesk", include_str!("../../cards/zendesk.toml")),
    ("zoom", include_str!("../../cards/zoom.toml")),
];

/// A file that cannot be read is left out; a test makes sure that there is none.
static CARDS: LazyLock<Vec<Card>> =
    LazyLock::new(|| FILES.iter().filter_map(|(_, text)| toml::from_str(text).ok()).collect());

/// All cards, in the order of their ids.
pub fn cards() -> &'static [Card] {
    &CARDS
}

/// Every page that a card has something from.
pub fn sources() -> impl Iterator<Item = &'static str> {
    cards().iter().flat_map(|card| {
        let of_card = [&card.identity_providers.source, &card.usernames.source];
        let of_card = of_card.into_iter().flatten().map(String::as_str);
        let of_traps = card
            .traps
            .iter()
            .flat_map(|trap| std::iter::once(&trap.source).chain(&trap.also));
        of_card.chain(of_traps.map(String::as_str))
    })
}

/// The card of the service behind an app: by its catalogue key, then by a part of its name (custom apps carry a name of
/// their own, `{org}_{label}_{n}`, api-facts 4.3), then by what it can do (generic SCIM).
pub fn card_for(app: &App) -> Option<&'static Card> {
    let named = |card: &&Card| card.apps.contains(&app.name);
    let alike = |card: &&Card| card.name_contains.iter().any(|part| app.name.contains(part.as_str()));
    let able = |card: &&Card| card.features.iter().any(|feature| app.has(feature));
    let cards = cards();
    cards
        .iter()
        .find(named)
        .or_else(|| cards.iter().find(alike))
        .or_else(|| cards.iter().find(able))
}
