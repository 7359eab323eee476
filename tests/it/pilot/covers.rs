//! The picker and its meter, on the people of a practice org.

use rehome_engine::view::*;

use crate::desk::{Desk, options};

async fn at_the_pilot() -> Desk {
    Desk::new(options()).await.until(Step::Pilot).await
}

async fn coverage(desk: &Desk, people: &[String]) -> PilotCoverage {
    desk.rehome
        .pilot_coverage(desk.id.clone(), people.to_vec())
        .await
        .expect("coverage")
}

async fn suggest(desk: &Desk, chosen: &[String], most: u32) -> Vec<String> {
    let rows = desk.rehome.suggest_pilot(desk.id.clone(), chosen.to_vec(), most).await;
    rows.expect("suggestions").into_iter().map(|row| row.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_suggestion_covers_everything_and_nobody_in_it_is_needless() {
    let desk = at_the_pilot().await;
    let none = coverage(&desk, &[]).await;
    assert_eq!(none.covered, 0);
    assert!(none.total > 10, "{none:#?}");
    let titles: Vec<&str> = none.kinds.iter().map(|k| k.title.as_str()).collect();
    for kind in [
        "Ways to the new app",
        "Groups",
        "Kinds of username",
        "Roles and licences",
    ] {
        assert!(titles.contains(&kind), "{titles:?}");
    }
    let people = suggest(&desk, &[], 100).await;
    let all = coverage(&desk, &people).await;
    assert_eq!(all.covered, all.total, "{all:#?}");
    assert!(all.words.starts_with("Everything is covered"), "{}", all.words);
    for left_out in &people {
        let others: Vec<String> = people.iter().filter(|p| *p != left_out).cloned().collect();
        let fewer = coverage(&desk, &others).await;
        assert!(fewer.covered < all.total, "{left_out} is not needed");
    }
    // Everybody suggested can sign in.
    let users = desk.control.users();
    let status = |id: &String| {
        users
            .iter()
            .find(|(user, _)| user == id)
            .map(|(_, status)| status.as_str())
    };
    assert!(people.iter().all(|p| status(p) == Some("ACTIVE")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_meter_says_who_would_cover_what_is_missing() {
    let desk = at_the_pilot().await;
    let people = suggest(&desk, &[], 100).await;
    let some = people[..people.len() - 1].to_vec();
    let before = coverage(&desk, &some).await;
    assert!(before.words.contains("in nobody"), "{}", before.words);
    let missing: Vec<&CoverageItem> = before
        .kinds
        .iter()
        .flat_map(|k| &k.items)
        .filter(|item| item.by.is_none() && item.best.is_some())
        .collect();
    let best = missing[0].best.clone().expect("somebody would");
    let mut more = some.clone();
    more.push(best.id);
    let after = coverage(&desk, &more).await;
    assert!(after.covered > before.covered);
    let item = after
        .kinds
        .iter()
        .flat_map(|k| &k.items)
        .find(|i| i.name == missing[0].name);
    assert_eq!(item.expect("still there").by.as_ref(), Some(&best.name));
    // Those who are chosen by hand count: fewer are suggested besides.
    let besides = suggest(&desk, &some, 100).await;
    assert!(
        besides.len() <= 2 && besides.iter().all(|p| !some.contains(p)),
        "{besides:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_to_ask_is_safe_to_paste() {
    let desk = at_the_pilot().await.approve().await;
    let view = super::pilot(&desk).await;
    let ask = view.ask.expect("people are chosen");
    assert_eq!(ask.addresses.split("; ").count(), view.people.len());
    assert_eq!(ask.table.lines().count(), view.people.len());
    assert!(ask.table.lines().all(|line| line.split('\t').count() == 2));
    assert!(ask.message.contains(crate::desk::NEW) && ask.message.contains(crate::desk::OLD));
    let coverage = view.coverage.expect("people are chosen");
    assert_eq!(
        (coverage.covered, coverage.total),
        (coverage.total, coverage.total),
        "{}",
        coverage.words
    );
}
