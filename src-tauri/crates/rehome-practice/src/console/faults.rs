//! The page and the JSON with which faults are armed from outside.

use std::fmt::Write;

use serde_json::{Value, json};

use super::page::{escape, frame};
use crate::{
    faults::{Armed, Fault, Faults},
    reply::Reply,
};

/// What is armed, as JSON.
fn shown(faults: &Faults) -> Value {
    let armed = faults.armed();
    let list = armed.iter().map(|it| {
        json!({ "fault": it.fault.to_string(), "method": it.method, "path": it.path, "nth": it.nth, "times": it.times })
    });
    json!({ "ok": true, "sprung": faults.sprung(), "armed": list.collect::<Vec<_>>() })
}

/// `GET`: what is armed, and the names of all faults.
pub(super) fn list(faults: &Faults) -> Reply {
    let mut body = shown(faults);
    body["known"] = Fault::all().iter().map(Fault::to_string).collect();
    Reply::json(body)
}

/// `{"fault":"rate-limited","method":"POST","path":"/users","nth":1,"times":1}`, several as a list, and any of
/// `{"offline":true}`, `{"revoke":true}`, `{"readOnly":true}`, `{"clear":true}`. For `"fault":"status"`, `status` and `code`
/// may stand beside it.
///
/// # Errors
/// In words, when a fault is none.
pub(super) fn arm(faults: &Faults, body: &Value) -> Result<Reply, String> {
    let wishes = match body {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    for wish in wishes {
        obey(faults, wish)?;
    }
    Ok(Reply::json(shown(faults)))
}

fn obey(faults: &Faults, wish: &Value) -> Result<(), String> {
    if wish["clear"] == true {
        faults.clear();
    }
    if let Some(offline) = wish["offline"].as_bool() {
        faults.offline(offline);
    }
    if let Some(read_only) = wish["readOnly"].as_bool() {
        faults.read_only_token(read_only);
    }
    if wish["revoke"] == true {
        faults.revoke_token();
    }
    if wish["forgetNonces"] == true {
        faults.forget_nonces();
    }
    if let Some(client) = wish["expireAccess"].as_str() {
        faults.expire_access(client);
    }
    if let Some(client) = wish["revokeAccess"].as_str() {
        faults.revoke_access(client);
    }
    let Some(name) = wish["fault"].as_str() else {
        return Ok(());
    };
    let fault: Fault = match (name, wish["status"].as_u64()) {
        ("status", Some(status)) => {
            let code = wish["code"].as_str().unwrap_or("E0000009");
            format!("status-{status}-{code}").parse()
        }
        _ => name.parse(),
    }?;
    let text = |field: &str| wish[field].as_str().unwrap_or("").to_owned();
    let number = |field: &str| u32::try_from(wish[field].as_u64().unwrap_or(1)).unwrap_or(u32::MAX);
    faults.set(Armed {
        method: text("method"),
        path: text("path"),
        nth: number("nth"),
        times: number("times"),
        ..Armed::new(fault)
    });
    Ok(())
}

/// The fields of the page's form as a wish.
pub(super) fn wish_of(fields: &[(String, String)]) -> Value {
    let mut wish = serde_json::Map::new();
    for (name, value) in fields {
        let value = match (name.as_str(), value.parse::<u32>()) {
            ("nth" | "times", Ok(number)) => json!(number),
            ("clear" | "offline" | "readOnly" | "revoke" | "forgetNonces", _) => json!(value == "true"),
            _ => json!(value),
        };
        wish.insert(name.clone(), value);
    }
    Value::Object(wish)
}

pub(super) fn page(faults: &Faults) -> String {
    let mut options = String::new();
    for fault in Fault::all() {
        let _ = write!(options, "<option>{}</option>", escape(&fault.to_string()));
    }
    let mut rows = String::new();
    for it in faults.armed() {
        let method = if it.method.is_empty() { "any" } else { &it.method };
        let _ = write!(
            rows,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"number\">{}</td></tr>",
            escape(&it.fault.to_string()),
            escape(method),
            escape(&it.path),
            it.nth
        );
    }
    let content = format!(
        "<p class=\"trail\"><a href=\"/practice\">Applications</a></p><h1>Faults</h1><section><h2>Armed</h2>\
         <table><thead><tr><th>Fault</th><th>Method</th><th>Path has</th><th class=\"number\">Springs at call</th></tr></thead>\
         <tbody>{rows}</tbody></table><p class=\"note\">{} calls have suffered one so far.</p>\
         <form method=\"post\" action=\"/practice/faults/form\"><button name=\"clear\" value=\"true\">Take all back</button> \
         <button name=\"offline\" value=\"true\">Go offline</button> <button name=\"revoke\" value=\"true\">Revoke the token</button> \
         <button name=\"readOnly\" value=\"true\">Make the token read-only</button></form></section>\
         <section><h2>Arm one</h2><form method=\"post\" action=\"/practice/faults/form\">\
         <p><label for=\"fault\">Fault</label><select id=\"fault\" name=\"fault\">{options}</select></p>\
         <p><label for=\"method\">Method, empty for any</label><input id=\"method\" name=\"method\"></p>\
         <p><label for=\"path\">Part of path and query, empty for any</label><input id=\"path\" name=\"path\" value=\"/api/v1/\"></p>\
         <p><label for=\"nth\">At which matching call</label><input id=\"nth\" name=\"nth\" value=\"1\" inputmode=\"numeric\"></p>\
         <p><label for=\"times\">For how many in a row</label><input id=\"times\" name=\"times\" value=\"1\" inputmode=\"numeric\"></p>\
         <button class=\"main\">Arm</button></form></section>",
        faults.sprung(),
    );
    frame("Faults", &content)
}
