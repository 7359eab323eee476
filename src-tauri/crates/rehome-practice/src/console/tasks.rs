//! Dashboard → Tasks: what Okta leaves to an admin, with a button for each.

use std::fmt::Write;

use crate::state::{App, AppUser, Org, User};

use super::page::{escape, frame};

/// What waits for an admin, and the button that settles it: action and words.
fn open(it: &AppUser) -> Option<(String, &'static str, &'static str)> {
    match (&it.task, it.status) {
        (Some(words), _) => Some((words.clone(), "retry", "Retry")),
        (None, "APPROVED") => Some(("Provision by hand".into(), "acknowledge", "Mark as provisioned")),
        (None, "REVOKED") => Some(("Deprovision by hand".into(), "acknowledge", "Mark as deprovisioned")),
        _ => None,
    }
}

/// How many tasks an app has.
pub(super) fn count(app: &App) -> usize {
    app.users.values().filter(|it| open(it).is_some()).count()
}

/// The rows of one app, at most so many.
fn rows(org: &Org, app: &App, most: usize, back: &str, with_app: bool) -> String {
    let mut rows = String::new();
    let tasks = app.users.values().filter_map(|it| Some((it, open(it)?)));
    for (it, (words, action, button)) in tasks.take(most) {
        let name = org.users.get(&it.user).map(User::name).unwrap_or_default();
        let app_cell = match with_app {
            true => format!("<td>{}</td>", escape(app.label())),
            false => String::new(),
        };
        let _ = write!(
            rows,
            "<tr>{app_cell}<td>{}</td><td>{}</td><td>{}</td><td><form method=\"post\" action=\"/practice/apps/{}/form\">\
             <input type=\"hidden\" name=\"user\" value=\"{}\"><input type=\"hidden\" name=\"back\" value=\"{back}\">\
             <button class=\"small\" name=\"action\" value=\"{action}\">{button}</button></form></td></tr>",
            escape(&name),
            escape(&it.user_name),
            escape(&words),
            escape(&app.id),
            escape(&it.user),
        );
    }
    rows
}

const MOST: usize = 50;

/// The tasks of one app, on its page; nothing when there are none.
pub(super) fn section(org: &Org, app: &App) -> String {
    let count = count(app);
    if count == 0 {
        return String::new();
    }
    let more = match count > MOST {
        true => format!("<p class=\"note\">and {} more</p>", count - MOST),
        false => String::new(),
    };
    format!(
        "<section><h2>Tasks</h2><table><thead><tr><th>Person</th><th>Username</th><th>What</th><th></th></tr></thead>\
         <tbody>{}</tbody></table>{more}</section>",
        rows(org, app, MOST, "app", false),
    )
}

/// The tasks of all apps.
pub(super) fn page(org: &Org) -> String {
    let all: String = org
        .apps
        .values()
        .map(|app| rows(org, app, MOST, "tasks", true))
        .collect();
    let content = match all.is_empty() {
        true => "<h1>Tasks</h1><p>Nothing waits for an admin.</p>".to_owned(),
        false => format!(
            "<h1>Tasks</h1><p>What Okta could not do by itself. No API shows these; an admin settles them here.</p>\
             <table><thead><tr><th>Application</th><th>Person</th><th>Username</th><th>What</th><th></th></tr></thead>\
             <tbody>{all}</tbody></table>"
        ),
    };
    frame("Tasks", &content)
}

/// The planted problems, for whoever practises.
pub(super) fn planted(org: &Org) -> String {
    let mut rows = String::new();
    for it in &org.planted {
        let _ = write!(
            rows,
            "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td></tr>",
            escape(it.pair.0),
            escape(it.words),
            it.subjects.len(),
        );
    }
    let content = format!(
        "<h1>Planted problems</h1><p>This company is made up, and so are its problems. A migration has to find them.</p>\
         <details><summary>Show them</summary><table><thead><tr><th>Old app</th><th>Problem</th>\
         <th class=\"number\">About</th></tr></thead><tbody>{rows}</tbody></table></details>"
    );
    frame("Planted problems", &content)
}
