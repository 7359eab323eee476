//! Leaving the window: a page in the admin's browser, a file in the file manager. The web view itself may do neither.

use std::path::PathBuf;

use rehome_engine::view::{Problem, ProblemCode};
use url::{Host, Url};

/// Opens a page of the connected org (or of the practice org) in the admin's browser.
#[tauri::command]
#[specta::specta]
pub async fn open_link(url: String) -> Result<(), Problem> {
    if !may_open(&url) {
        return Err(refused("This link does not lead to your Okta org, so Rehome does not open it.", url));
    }
    tauri_plugin_opener::open_url(&url, None::<&str>).map_err(|error| refused("Your browser could not be opened.", error.to_string()))
}

/// Shows a saved report in the file manager.
#[tauri::command]
#[specta::specta]
pub async fn reveal(path: PathBuf) -> Result<(), Problem> {
    tauri_plugin_opener::reveal_item_in_dir(&path)
        .map_err(|error| refused("The file manager could not be opened.", error.to_string()))
}

/// https, or http to this computer (the practice org and its console).
fn may_open(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| match url.scheme() {
        "https" => true,
        "http" => match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        },
        _ => false,
    })
}

fn refused(what: &str, detail: String) -> Problem {
    Problem {
        code: ProblemCode::BadInput,
        what: what.to_owned(),
        why: "Rehome opens only pages of orgs that you connected it to.".to_owned(),
        mend: "Open the page in your browser yourself.".to_owned(),
        link: None,
        detail: Some(detail),
    }
}
