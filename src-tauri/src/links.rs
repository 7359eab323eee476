//! Leaving the window: a page in the admin's browser, a file in the file manager. The web view itself may do neither.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rehome_engine::{
    Rehome,
    view::{Problem, ProblemCode},
};
use tauri::State;
use url::{Host, Url};

/// Where reports are saved, and the one folder whose files `reveal` shows.
pub struct ReportDir(pub PathBuf);

/// Opens a page of the connected org (or of the practice org) in the admin's browser.
#[tauri::command]
#[specta::specta]
pub async fn open_link(rehome: State<'_, Arc<Rehome>>, url: String) -> Result<(), Problem> {
    // The engine knows the orgs; whether this is a web page at all is asked here, where programs are started.
    if !(is_web_page(&url) && rehome.may_open(&url)) {
        return Err(refused(
            "Rehome does not open this link.",
            "It opens only pages of the org that it is connected to, and the sources of its vendor cards.",
            "Open the page in your browser yourself.",
            url,
        ));
    }
    tauri_plugin_opener::open_url(&url, None::<&str>).map_err(|error| {
        refused(
            "Your browser could not be opened.",
            "The operating system knows no program for web pages, or refused to start it.",
            &format!("Open {url} in your browser yourself."),
            error.to_string(),
        )
    })
}

/// Shows a saved report in the file manager.
#[tauri::command]
#[specta::specta]
pub async fn reveal(reports: State<'_, ReportDir>, path: PathBuf) -> Result<(), Problem> {
    let Some(path) = within(&reports.0, &path) else {
        return Err(refused(
            "Rehome does not show this file.",
            "It is gone, or it is not where Rehome saves reports.",
            "Save the report again.",
            path.display().to_string(),
        ));
    };
    tauri_plugin_opener::reveal_item_in_dir(&path).map_err(|error| {
        refused(
            "The file manager could not be opened.",
            "The operating system refused to start it, or there is none.",
            &format!("The file is {}.", path.display()),
            error.to_string(),
        )
    })
}

/// https, or http to this computer (the practice org and its console).
fn is_web_page(url: &str) -> bool {
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

/// The path with links and `..` resolved, where it is an existing file below the folder.
/// The folder is asked for first: merely looking at a path on a file server would make Windows sign in there.
fn within(folder: &Path, path: &Path) -> Option<PathBuf> {
    if !path.starts_with(folder) {
        return None;
    }
    let real = path.canonicalize().ok()?;
    (real.starts_with(folder.canonicalize().ok()?) && real.is_file()).then_some(real)
}

fn refused(what: &str, why: &str, mend: &str, detail: String) -> Problem {
    Problem {
        code: ProblemCode::BadInput,
        what: what.to_owned(),
        why: why.to_owned(),
        mend: mend.to_owned(),
        link: None,
        detail: Some(detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_web_pages_only() {
        assert!(is_web_page("https://northwind-admin.okta.com/admin/app/zendesk"));
        assert!(is_web_page("http://127.0.0.1:4711/console"));
        assert!(is_web_page("http://[::1]:4711/"));
        for url in [
            "http://northwind.okta.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "smb://host/x",
            "--help",
            "",
        ] {
            assert!(!is_web_page(url), "{url}");
        }
    }

    #[test]
    fn shows_files_of_the_report_folder_only() {
        let dir = tempfile::tempdir().expect("a folder");
        let reports = dir.path().join("reports");
        std::fs::create_dir(&reports).expect("a folder");
        let report = reports.join("report.html");
        let other = dir.path().join("other.html");
        for file in [&report, &other] {
            std::fs::File::create(file).expect("a file");
        }
        assert!(within(&reports, &report).is_some());
        assert!(within(&reports, &other).is_none());
        assert!(
            within(&reports, &reports.join("../other.html")).is_none(),
            "resolved before it is judged"
        );
        assert!(within(&reports, &reports).is_none(), "a folder is no report");
        assert!(within(&reports, &reports.join("gone.html")).is_none());
    }
}
