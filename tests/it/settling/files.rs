//! Files from the admin: fixed rows, and the service's own accounts.

use data_encoding::BASE64;
use rehome_engine::view::*;
use rehome_practice::ExportStyle;

use super::{map, read, set};
use crate::desk::{Desk, refused};

async fn load(desk: &Desk, text: &str) -> Result<FixesLoaded, Problem> {
    let data = BASE64.encode(text.as_bytes());
    desk.rehome.load_fixes(desk.id.clone(), "fixes.csv".into(), data).await
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_fixed_by_file_and_none_is_lost() {
    let desk = read().await;
    let before = map(&desk).await;
    let saved = desk.rehome.save_fixes(desk.id.clone()).await.expect("saved");
    let text = std::fs::read_to_string(&saved.path).expect("a file");
    assert_eq!(
        before.fixes as usize,
        text.lines().count() - 1,
        "one row each, below the header"
    );
    // As it stands nothing changes but what was proposed; then every username row gets a name of its own.
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut fixed = csv::Writer::from_writer(Vec::new());
    fixed.write_record(reader.headers().expect("headers")).expect("memory");
    let mut usernames = 0;
    for (n, row) in reader.records().enumerate() {
        let mut cells: Vec<String> = row.expect("a row").iter().map(str::to_owned).collect();
        let last = cells.len() - 1;
        if cells[3] == "username" {
            cells[last] = format!("fixed{n}@northwind.example");
            usernames += 1;
        } else {
            cells[last] = String::new();
        }
        fixed.write_record(&cells).expect("memory");
    }
    fixed
        .write_record(["00unobody", "", "", "username", "", "", "x@y.example"])
        .expect("memory");
    let text = String::from_utf8(fixed.into_inner().expect("memory")).expect("text");
    let loaded = load(&desk, &text).await.expect("loaded");
    assert_eq!(loaded.usernames, usernames);
    assert_eq!(loaded.refused.len(), 1, "{:?}", loaded.refused);
    assert!(!loaded.refused[0].why.is_empty() && loaded.refused[0].line > 1);
    let after = map(&desk).await;
    assert_eq!(
        after.unsettled,
        before.unsettled.min(after.unsettled),
        "nobody new is unsettled"
    );
    assert!(after.unsettled < before.unsettled);
    // What is no list at all is refused with words.
    refused(load(&desk, "\u{0}\u{1}\u{2}").await, ProblemCode::BadInput);
    refused(
        desk.rehome
            .load_fixes(desk.id.clone(), "x".into(), "not base64!".into())
            .await,
        ProblemCode::BadInput,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_services_own_accounts_in_every_form() {
    let desk = read().await;
    let mut counts = Vec::new();
    for style in [
        ExportStyle::Plain,
        ExportStyle::Semicolon,
        ExportStyle::Utf16,
        ExportStyle::Windows1252,
    ] {
        let data = BASE64.encode(&desk.control.export(&desk.old, style));
        let view = desk
            .rehome
            .load_downstream(desk.id.clone(), "zendesk.csv".into(), data, None)
            .await
            .expect("loaded");
        assert!(
            view.columns.iter().any(|c| c.chosen && c.matches > 0),
            "{:#?}",
            view.columns
        );
        counts.push(
            view.groups
                .iter()
                .map(|g| (g.title.clone(), g.count))
                .collect::<Vec<_>>(),
        );
    }
    let latin = counts.pop().expect("four");
    assert!(counts.windows(2).all(|two| two[0] == two[1]), "{counts:#?}");
    // An accent that is stored apart from its letter has no place in Windows-1252: one account is called otherwise in that file.
    let differ = latin.iter().filter(|one| !counts[0].contains(one));
    assert!(
        differ.clone().count() <= 1 && differ.clone().all(|(title, _)| title == "Account without a person"),
        "{latin:#?}"
    );
    let view = desk
        .rehome
        .downstream(desk.id.clone())
        .await
        .expect("there")
        .expect("kept");
    let missing = view
        .groups
        .iter()
        .find(|g| g.set == "downstream:noAccount")
        .expect("planted");
    assert_eq!(set(&desk, &missing.set).await.len(), missing.count as usize);
    assert!(map(&desk).await.downstream.is_some());
    // Another column matches worse, and is taken at the admin's word.
    let other = view
        .columns
        .iter()
        .find(|c| !c.chosen)
        .expect("several columns")
        .name
        .clone();
    let worse = desk
        .rehome
        .choose_downstream_column(desk.id.clone(), other.clone())
        .await
        .expect("chosen");
    assert!(worse.columns.iter().any(|c| c.chosen && c.name == other));
    // Kept over a restart, but for the file itself.
    let desk = desk.restart().await;
    assert!(desk.rehome.downstream(desk.id.clone()).await.expect("there").is_some());
    refused(
        desk.rehome.choose_downstream_column(desk.id.clone(), other).await,
        ProblemCode::BadInput,
    );
    desk.rehome.forget_downstream(desk.id.clone()).await.expect("forgotten");
    assert!(desk.rehome.downstream(desk.id.clone()).await.expect("there").is_none());
}
