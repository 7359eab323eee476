//! An app's *Sign On* page. On Classic Engine its rules are here and nowhere else: no API reads or writes them (api-facts
//! 10.2). On Identity Engine there is an access policy instead, which the API has.

use std::fmt::Write;

use crate::{
    Engine,
    state::{App, Org},
};

use super::page::escape;

/// A sign-on rule of an app on Classic Engine, in the order of priority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignOnRule {
    pub name: String,
    /// Name of the group that it is for; empty: everybody.
    pub group: String,
    pub allowed: bool,
    /// Asks for a second factor at every sign-in.
    pub factor: bool,
}

impl SignOnRule {
    /// A rule from the form's fields; without a name there is none.
    pub(super) fn read(field: impl Fn(&str) -> String) -> Option<Self> {
        let name = field("name").trim().to_owned();
        (!name.is_empty()).then(|| Self {
            name,
            group: field("group"),
            allowed: field("access") != "deny",
            factor: field("factor") == "on",
        })
    }

    fn words(&self) -> &'static str {
        match (self.allowed, self.factor) {
            (false, _) => "Denied",
            (true, true) => "Allowed with a second factor",
            (true, false) => "Allowed",
        }
    }
}

pub(super) fn section(org: &Org, app: &App) -> String {
    let template = app.raw.get("credentials").map(|it| &it["userNameTemplate"]["template"]);
    let format = template.and_then(|it| it.as_str()).unwrap_or("");
    let rules = match org.options.engine {
        Engine::Classic => classic(org, app),
        Engine::Identity => policy(org, app),
    };
    format!(
        "<section><h2>Sign on</h2><p>Application username format: <code>{}</code></p>{rules}</section>",
        escape(format)
    )
}

fn policy(org: &Org, app: &App) -> String {
    let policy = app.policy.as_ref().and_then(|id| org.policies.get(id));
    let name = policy.and_then(|it| it.body.get("name")?.as_str()).unwrap_or("none");
    format!("<p>Access policy: <b>{}</b></p>", escape(name))
}

fn classic(org: &Org, app: &App) -> String {
    let id = escape(&app.id);
    let rules = org.sign_on_rules.get(&app.id).map(Vec::as_slice).unwrap_or_default();
    let mut rows = String::new();
    for (at, rule) in rules.iter().enumerate() {
        let who = if rule.group.is_empty() {
            "Everybody"
        } else {
            &rule.group
        };
        let _ = write!(
            rows,
            "<tr><td class=\"number\">{}</td><td>{}</td><td>{}</td><td>{}</td><td><form method=\"post\" \
             action=\"/practice/apps/{id}/form\"><input type=\"hidden\" name=\"rule\" value=\"{at}\">\
             <button class=\"small\" name=\"action\" value=\"rule-remove\">Remove</button></form></td></tr>",
            at + 1,
            escape(&rule.name),
            escape(who),
            rule.words(),
        );
    }
    let mut groups = String::from("<option value=\"\">Everybody</option>");
    for group in org.groups.values().filter(|group| group.id != org.everyone) {
        let name = escape(&group.name);
        let _ = write!(groups, "<option>{name}</option>");
    }
    format!(
        "<table><thead><tr><th class=\"number narrow\">Priority</th><th>Rule</th><th>For</th><th>Access</th><th></th></tr>\
         </thead><tbody>{rows}<tr><td class=\"number\">last</td><td>Default sign on rule</td><td>Everybody</td><td>Allowed</td>\
         <td></td></tr></tbody></table><details><summary>Add rule</summary><form method=\"post\" \
         action=\"/practice/apps/{id}/form\"><p><label for=\"rule-name\">Name</label><input id=\"rule-name\" name=\"name\" \
         required></p><p><label for=\"rule-group\">For</label><select id=\"rule-group\" name=\"group\">{groups}</select></p>\
         <p><label for=\"rule-access\">Access</label><select id=\"rule-access\" name=\"access\"><option value=\"allow\">Allowed\
         </option><option value=\"deny\">Denied</option></select></p><label><input type=\"checkbox\" name=\"factor\">\
         <span>Ask for a second factor at every sign-in</span></label>\
         <button class=\"main\" name=\"action\" value=\"rule-add\">Add rule</button></form></details>"
    )
}
