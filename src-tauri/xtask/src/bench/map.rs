//! Frames of the people map, in a Chromium without a window: WebKit's driver tells of no frames.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    figures::{Budget, Figures},
    places,
    step::{self, Done, Failure},
    ui,
};

const PEOPLE: u32 = 50_000;
const PAGE: &str = "<!doctype html><html lang=\"en\" data-theme=\"light\"><meta charset=\"utf-8\"><title>Map</title>\
    <link rel=\"stylesheet\" href=\"map.css\"><body><script src=\"map.js\"></script></body></html>";
/// A frame that is longer is seen.
const LONGEST: f64 = 50.0;

pub fn map(figures: &mut Figures) -> Done {
    let Some(browser) = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| places::has_program(name))
    else {
        figures.not_run("map", "no Chromium is installed");
        return Ok(());
    };
    ui::packages()?;
    let mut build = Command::new(if cfg!(windows) { "npx.cmd" } else { "npx" });
    build.args(["vite", "build", "--config", "bench/vite.config.ts"]);
    step::quietly("build of the map", build.current_dir(places::ui()))?;
    let folder = places::target().join("bench/map");
    let page = folder.join("map.html");
    fs::write(&page, PAGE)?;
    let told = frames(browser, &format!("file://{}?people={PEOPLE}", page.display()), &folder)?;
    let of = |what: &str, which: &str| told[what][which].as_f64().unwrap_or(f64::NAN);
    for (what, name) in [("empty", "an empty canvas"), ("map", "the people map, 50,000 squares")] {
        // Where the machine itself leaves out frames, the empty canvas shows it; the map may do so no more than that.
        let most = LONGEST.max(of("empty", "worst"));
        let budget = (what == "map").then_some(Budget::AtMost(most));
        figures.add(format!("{name}: median frame"), of(what, "median"), "ms", None);
        figures.add(format!("{name}: worst frame"), of(what, "worst"), "ms", budget);
        figures.add(format!("{name}: frames over 50 ms"), of(what, "over50"), "frames", None);
    }
    for (name, which) in [("median", "work"), ("worst", "worstWork")] {
        figures.add(
            format!("the people map: own work for a change, {name}"),
            of("map", which),
            "ms",
            None,
        );
    }
    figures.add("squares that changed", of("map", "changed"), "squares", None);
    Ok(())
}

/// Opens the page, waits for the line that it writes to the console, and closes the browser.
fn frames(browser: &str, address: &str, folder: &std::path::Path) -> Result<Value, Failure> {
    let mut child = Command::new(browser)
        .args([
            "--headless=new",
            "--no-sandbox",
            "--window-size=1280,832",
            "--enable-logging=stderr",
        ])
        .arg("--allow-file-access-from-files")
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(address)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let begun = Instant::now();
    let mut found = None;
    for line in child
        .stderr
        .take()
        .into_iter()
        .flat_map(|out| BufReader::new(out).lines())
    {
        let line = line?;
        found = line
            .split("MAP ")
            .nth(1)
            .and_then(|rest| serde_json::from_str(rest.trim()).ok());
        if found.is_some() || begun.elapsed() > Duration::from_secs(120) {
            break;
        }
    }
    child.kill()?;
    child.wait()?;
    found.ok_or_else(|| Failure("the page did not tell its frames".to_owned()))
}
