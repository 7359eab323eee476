//! What steps 1 and 2 decide: changes on the new app, the hand-over, checks that need somebody's word, usernames and values by
//! rule, by hand and by file, and the service's own accounts.

mod by_hand;
mod doors;
mod files;
mod lines;
mod names;

use rehome_engine::view::*;

use crate::desk::{Desk, options};

/// Connected and read.
async fn read() -> Desk {
    let desk = Desk::new(options()).await;
    assert_eq!(desk.read_apps().await, None);
    desk
}

async fn compare(desk: &Desk) -> CompareView {
    desk.rehome.compare(desk.id.clone()).await.expect("compare")
}

async fn map(desk: &Desk) -> MapView {
    desk.rehome.map(desk.id.clone(), None).await.expect("map")
}

async fn people(desk: &Desk, filter: PeopleFilter) -> Vec<PersonRow> {
    let page = desk.rehome.people(desk.id.clone(), filter, 0, 500).await;
    page.expect("people").rows
}

/// Everybody of a set.
async fn set(desk: &Desk, set: &str) -> Vec<PersonRow> {
    let filter = PeopleFilter {
        set: Some(set.to_owned()),
        ..PeopleFilter::default()
    };
    people(desk, filter).await
}

fn line<'a>(lines: &'a [LineView], title: &str) -> &'a LineView {
    let found = lines.iter().find(|line| line.title.contains(title));
    found.unwrap_or_else(|| panic!("no line {title:?}: {lines:#?}"))
}
