//! The console's pages: plain HTML with forms, no scripts.

use std::fmt::Write;

use crate::{
    clock::stamp,
    export::ExportStyle,
    state::{App, Org, Scope},
};

const STYLE: &str = include_str!("style.css");

/// Boxes of Okta's *Provisioning* → *To App* page, with the words the Admin Console uses.
const BOXES: [(&str, &str, &str); 6] = [
    (
        "PUSH_NEW_USERS",
        "Create Users",
        "Creates or links a user in the service when the app is assigned.",
    ),
    (
        "PUSH_PROFILE_UPDATES",
        "Update User Attributes",
        "Pushes later changes of attributes to the service.",
    ),
    (
        "PUSH_USER_DEACTIVATION",
        "Deactivate Users",
        "Deactivates a user's account in the service when the app is unassigned or the Okta account is deactivated.",
    ),
    (
        "REACTIVATE_USERS",
        "Reactivate Users",
        "Reactivates an inactive account when the app is assigned.",
    ),
    (
        "PUSH_PASSWORD_UPDATES",
        "Sync Password",
        "Creates a password for each assigned user and pushes it.",
    ),
    (
        "GROUP_PUSH",
        "Push Groups",
        "Groups and their members can be pushed to the service.",
    ),
];

pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// 12345 → `12,345`
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

pub(super) fn frame(title: &str, content: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><header><a href=\"/practice\">Practice console</a>\
         <a href=\"/practice/tasks\">Tasks</a><a href=\"/practice/service-apps\">API Services apps</a>\
         <a href=\"/practice/faults\">Faults</a><a href=\"/practice/problems\">Planted problems</a>\
         <span>{}</span></header><main>{content}</main></body></html>",
        escape(crate::seed::COMPANY),
        title = escape(title),
    )
}

pub(super) fn index(org: &Org) -> String {
    let mut rows = String::new();
    for app in org.apps.values() {
        let _ = write!(
            rows,
            "<tr><td><a href=\"/admin/app/{}/instance/{}\">{}</a></td><td>{}</td><td>{}</td><td class=\"number\">{}</td>\
             <td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
            escape(app.name()),
            escape(&app.id),
            escape(app.label()),
            escape(app.name()),
            status(app),
            thousands(app.users.len()),
            thousands(app.groups.len()),
            match super::tasks::count(app) {
                0 => String::new(),
                count => format!("<b class=\"bad\">{}</b>", thousands(count)),
            },
        );
    }
    let content = format!(
        "<h1>Applications</h1><p>This page stands in for Okta&rsquo;s Admin Console. Everything here is made up and lives in \
         memory only. Org time: {}.</p><table><thead><tr><th>Application</th><th>Catalogue name</th><th>Status</th>\
         <th class=\"number\">People</th><th class=\"number\">Groups</th><th class=\"number\">Tasks</th></tr></thead><tbody>{rows}</tbody></table>",
        stamp(org.clock.now()),
    );
    frame("Practice console", &content)
}

fn status(app: &App) -> String {
    let class = if app.active { "good" } else { "quiet" };
    format!(
        "<span class=\"{class}\">{}</span>",
        if app.active { "Active" } else { "Inactive" }
    )
}

pub(super) fn app(org: &Org, app: &App) -> String {
    let content = format!(
        "<p class=\"trail\"><a href=\"/practice\">Applications</a></p><h1>{} {}</h1>{}{}{}{}{}",
        escape(app.label()),
        status(app),
        super::tasks::section(org, app),
        assignments(org, app),
        super::sign_on::section(org, app),
        provisioning(app),
        service(org, app),
    );
    frame(app.label(), &content)
}

fn figure(number: usize, words: &str, class: &str) -> String {
    format!(
        "<div class=\"figure {class}\"><b>{}</b><span>{words}</span></div>",
        thousands(number)
    )
}

fn assignments(org: &Org, app: &App) -> String {
    let count = |scope: Scope| app.users.values().filter(|it| it.scope == scope).count();
    let mut groups: Vec<_> = app.groups.iter().collect();
    groups.sort_by_key(|(_, it)| it.priority);
    let mut rows = String::new();
    for (id, it) in groups {
        let name = org.groups.get(id).map_or("", |group| &group.name);
        let _ = write!(
            rows,
            "<tr><td class=\"number\">{}</td><td>{}</td></tr>",
            it.priority,
            escape(name)
        );
    }
    let table = match rows.is_empty() {
        true => String::new(),
        false => format!(
            "<table><thead><tr><th class=\"number narrow\">Priority</th><th>Group</th></tr></thead><tbody>{rows}</tbody></table>"
        ),
    };
    let under_way = if org.jobs.busy(&app.id) {
        "<p class=\"note\">A job is under way; reload to see it go on.</p>"
    } else {
        ""
    };
    format!(
        "<section><h2>Assignments</h2><div class=\"figures\">{}{}{}</div>{under_way}{table}\
         <form method=\"post\" action=\"/practice/apps/{}/form\"><button name=\"action\" value=\"sign-in\">Let everybody sign in</button>\
         </form></section>",
        figure(app.users.len(), "people", ""),
        figure(count(Scope::User), "individually", ""),
        figure(count(Scope::Group), "through groups", ""),
        escape(&app.id),
    )
}

fn provisioning(app: &App) -> String {
    let id = escape(&app.id);
    if app.saved_features.is_some() {
        return format!(
            "<section><h2>Provisioning</h2><p>API integration is off. Nothing is sent to the service.</p>\
             <form method=\"post\" action=\"/practice/apps/{id}/form\">\
             <button name=\"action\" value=\"integration-on\">Enable API integration</button></form></section>"
        );
    }
    let mut boxes = String::new();
    for (feature, label, words) in BOXES {
        let on = if app.pushes(feature) { " checked" } else { "" };
        let _ = write!(
            boxes,
            "<label><input type=\"checkbox\" name=\"box\" value=\"{feature}\"{on}><input type=\"hidden\" name=\"listed\" \
             value=\"{feature}\"><span><b>{label}</b><br>{words}</span></label>"
        );
    }
    format!(
        "<section><h2>Provisioning to app</h2><form method=\"post\" action=\"/practice/apps/{id}/form\">{boxes}\
         <button class=\"main\" name=\"action\" value=\"boxes\">Save</button> \
         <button name=\"action\" value=\"integration-off\">Disable API integration</button></form></section>"
    )
}

fn service(org: &Org, app: &App) -> String {
    let Some(service) = super::downstream(org, app) else {
        return "<section><h2>Service</h2><p>Nothing is provisioned: people sign in and that is all.</p></section>"
            .into();
    };
    let active = service.accounts.values().filter(|it| it.active).count();
    let inactive = service.accounts.len() - active;
    let duplicates = service.duplicates();
    let sharing: Vec<String> = org
        .apps
        .values()
        .filter(|other| other.id != app.id && other.downstream == app.downstream)
        .map(|other| escape(other.label()))
        .collect();
    let shared = match sharing.is_empty() {
        true => String::new(),
        false => format!(
            "<p class=\"note\">The same service stands behind {}.</p>",
            sharing.join(", ")
        ),
    };
    let downloads: Vec<String> = ExportStyle::ALL
        .iter()
        .map(|style| {
            format!(
                "<a href=\"/practice/export.csv?app={}&amp;style={style}\">{style}</a>",
                escape(&app.id)
            )
        })
        .collect();
    format!(
        "<section><h2>{}</h2>{shared}<div class=\"figures\">{}{}{}{}</div><p>The service’s own user export (CSV): {}.</p></section>",
        escape(&service.name),
        figure(service.accounts.len(), "accounts", ""),
        figure(active, "active", "good"),
        figure(inactive, "deactivated", if inactive > 0 { "bad" } else { "" }),
        figure(duplicates, "duplicates", if duplicates > 0 { "bad" } else { "" }),
        downloads.join(", "),
    )
}
