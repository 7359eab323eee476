//! Bad rows out, fixed rows in: a CSV that any spreadsheet can open, and that is checked row by row when it comes back.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::attributes::{AttributeRow, AttributeState, PersonValues, assess, constant, problem};
use crate::downstream::{Refusal, Table, read};
use crate::usernames::{LONGEST, folded};
use crate::{UserId, plain};

/// What stands in the column "Attribute" for the username.
pub const USERNAME: &str = "username";

/// Headers of the export, in its order.
const HEADERS: [&str; 7] = [
    "Okta id",
    "Login",
    "Name",
    "Attribute",
    "Problem",
    "Old value",
    "New value",
];

/// One value that wants mending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixRow {
    pub user: UserId,
    pub login: String,
    pub name: String,
    /// [`USERNAME`], or an attribute of the new app.
    pub what: String,
    pub problem: String,
    pub old: String,
    /// What Rehome would send; the column to be filled.
    pub proposed: String,
}

/// Somebody whose values are looked through.
pub struct FixPerson<'a> {
    pub user: &'a UserId,
    pub login: &'a str,
    pub name: Cow<'a, str>,
    pub values: PersonValues<'a>,
    /// Why the username is not settled; `None`: it is.
    pub username_problem: Option<String>,
    /// What the template would give, where that is known.
    pub predicted: Option<&'a str>,
}

/// Everything that can be mended by a CSV: usernames, and values that Rehome sends. What Okta's own mapping gives is mended
/// in Okta, so it is not listed; the gaps ([`crate::attributes::gaps`]) name it.
pub fn rows<'a>(attributes: &'a [AttributeRow], people: impl IntoIterator<Item = FixPerson<'a>>) -> Vec<FixRow> {
    let mut out = Vec::new();
    for person in people {
        let row = |what: &str, problem: String, old: String, proposed: String| FixRow {
            user: person.user.clone(),
            login: person.login.to_owned(),
            name: person.name.to_string(),
            what: what.to_owned(),
            problem,
            old,
            proposed,
        };
        if let Some(problem) = &person.username_problem {
            let proposed = person.predicted.unwrap_or_default().to_owned();
            out.push(row(
                USERNAME,
                problem.clone(),
                person.values.old_username.to_owned(),
                proposed,
            ));
        }
        let user_type = person.values.person.and_then(|p| p.type_id());
        let ours = attributes
            .iter()
            .filter(|a| a.is_writable() && !a.mapped_for(user_type));
        for attribute in ours {
            let seen = assess(attribute, &person.values);
            let Some(problem) = seen.problem else { continue };
            let old = seen.old.as_deref().map(plain).unwrap_or_default();
            let new = seen.new.as_deref().map(plain).unwrap_or_default();
            out.push(row(&attribute.attribute.name, problem.words(), old, new));
        }
    }
    out
}

/// UTF-8 with a byte order mark, so that Excel reads accents; no cell is a formula.
pub fn export(rows: &[FixRow]) -> Vec<u8> {
    let mut out = vec![0xef, 0xbb, 0xbf];
    {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(&mut out);
        // Writing into memory cannot fail.
        let _ = writer.write_record(HEADERS);
        for row in rows {
            let cells = [
                row.user.as_str(),
                &row.login,
                &row.name,
                &row.what,
                &row.problem,
                &row.old,
                &row.proposed,
            ];
            let _ = writer.write_record(cells.map(harmless));
        }
        let _ = writer.flush();
    }
    out
}

/// A cell that no spreadsheet takes for a formula. One that begins as a formula gets an apostrophe before it. One that already has apostrophes before such a beginning
/// gets one more, so that [`original`] takes back exactly what was put there.
#[must_use]
pub fn harmless(cell: &str) -> String {
    if begins_formula(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn original(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if begins_formula(rest) => rest,
        _ => cell,
    }
}

fn begins_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Somebody whom the file may name.
#[derive(Clone, Copy, Debug)]
pub struct KnownPerson<'a> {
    pub user: &'a UserId,
    pub login: &'a str,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// Of the file, from 1.
    pub line: u32,
    pub why: String,
    pub cells: Vec<String>,
}

/// Every row of the file is in exactly one of the lists, or counted as unchanged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FixImport {
    pub usernames: Vec<(UserId, String)>,
    /// By attribute of the new app.
    pub values: Vec<(UserId, String, Value)>,
    pub refused: Vec<RefusedRow>,
    /// Rows with an empty new value, and rows that say again what another said.
    pub unchanged: usize,
}

/// Reads a mended file. Columns may stand in any order, and others beside them; people are found by id or by login.
pub fn import(bytes: &[u8], known: &[KnownPerson<'_>], rows: &[AttributeRow]) -> Result<FixImport, Refusal> {
    let table = read(bytes)?;
    let columns = Columns::find(&table)?;
    let people = People::new(known);
    let attributes: BTreeMap<String, &AttributeRow> =
        rows.iter().map(|row| (folded(&row.attribute.name), row)).collect();
    let mut out = FixImport::default();
    let mut seen: BTreeMap<(UserId, String), (u32, String)> = BTreeMap::new();
    for row in 0..table.len() {
        let cell = |column: Option<usize>| column.map(|c| original(table.cell(row, c))).unwrap_or_default();
        let line = table.line(row);
        if !table.beyond(row).is_empty() {
            let why = "The row has more cells than the first line. Put a value with a delimiter in it in quotes.";
            out.refused.push(refused(&table, row, why.to_owned()));
            continue;
        }
        let taken = take(&columns, &people, &attributes, &cell);
        let fix = match taken {
            Ok(Some(fix)) => fix,
            Ok(None) => {
                out.unchanged += 1;
                continue;
            }
            Err(why) => {
                out.refused.push(refused(&table, row, why));
                continue;
            }
        };
        let (user, what) = fix.key();
        match seen.get(&(user.clone(), what.clone())) {
            Some((_, before)) if *before == fix.text() => {
                out.unchanged += 1;
                continue;
            }
            Some((first, _)) => {
                let why = format!("Line {first} gives another value for the same person and attribute.");
                out.refused.push(refused(&table, row, why));
                continue;
            }
            None => {
                seen.insert((user, what), (line, fix.text()));
            }
        }
        match fix {
            Fix::Username(user, name) => out.usernames.push((user, name)),
            Fix::Value(user, attribute, value) => out.values.push((user, attribute, value)),
        }
    }
    Ok(out)
}

fn refused(table: &Table, row: usize, why: String) -> RefusedRow {
    RefusedRow {
        line: table.line(row),
        why,
        cells: table
            .row(row)
            .map(str::to_owned)
            .chain(table.beyond(row).iter().cloned())
            .collect(),
    }
}

enum Fix {
    Username(UserId, String),
    Value(UserId, String, Value),
}

impl Fix {
    fn key(&self) -> (UserId, String) {
        match self {
            Self::Username(user, _) => (user.clone(), String::new()),
            Self::Value(user, attribute, _) => (user.clone(), attribute.clone()),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Username(_, name) => name.clone(),
            Self::Value(_, _, value) => plain(value),
        }
    }
}

struct Columns {
    id: Option<usize>,
    login: Option<usize>,
    what: usize,
    new: usize,
}

impl Columns {
    fn find(table: &Table) -> Result<Self, Refusal> {
        let of = |names: &[&str]| {
            let spaceless = |text: &str| -> String {
                let letters = text.chars().filter(|c| c.is_alphanumeric());
                letters.flat_map(char::to_lowercase).collect()
            };
            names
                .iter()
                .find_map(|name| table.columns.iter().position(|column| spaceless(column) == *name))
        };
        let (id, login) = (of(&["oktaid", "id", "userid", "user"]), of(&["login", "oktalogin"]));
        let (what, new) = (
            of(&["attribute", "what", "field"]),
            of(&["newvalue", "new", "proposed", "value"]),
        );
        match (what, new) {
            (Some(what), Some(new)) if id.is_some() || login.is_some() => Ok(Self { id, login, what, new }),
            _ => {
                let mut missing = Vec::new();
                if id.is_none() && login.is_none() {
                    missing.push("\u{201c}Okta id\u{201d} or \u{201c}Login\u{201d}");
                }
                if what.is_none() {
                    missing.push("\u{201c}Attribute\u{201d}");
                }
                if new.is_none() {
                    missing.push("\u{201c}New value\u{201d}");
                }
                Err(Refusal::new(
                    "The file lacks a column",
                    format!("Not found: {}.", missing.join(", ")),
                    "Save the list again, and keep its first line.",
                ))
            }
        }
    }
}

struct People<'a> {
    ids: BTreeSet<&'a str>,
    by_login: BTreeMap<String, Vec<&'a UserId>>,
}

impl<'a> People<'a> {
    fn new(known: &[KnownPerson<'a>]) -> Self {
        let mut by_login: BTreeMap<String, Vec<&'a UserId>> = BTreeMap::new();
        for person in known.iter().filter(|p| !p.login.is_empty()) {
            by_login.entry(folded(person.login)).or_default().push(person.user);
        }
        Self {
            ids: known.iter().map(|p| p.user.as_str()).collect(),
            by_login,
        }
    }

    fn find(&self, id: &str, login: &str) -> Result<UserId, String> {
        if !id.is_empty() {
            return match self.ids.get(id) {
                Some(id) => Ok(UserId::from(*id)),
                None => Err(format!("Nobody on the old app has the id {id}.")),
            };
        }
        match self.by_login.get(&folded(login)).map(Vec::as_slice) {
            _ if login.is_empty() => Err("The row names nobody.".to_owned()),
            Some([one]) => Ok((*one).clone()),
            Some(several) => Err(format!(
                "{} people have the login {login}; give the Okta id.",
                several.len()
            )),
            None => Err(format!("Nobody on the old app has the login {login}.")),
        }
    }
}

/// One row; `None`: nothing is to be changed.
fn take<'a>(
    columns: &Columns,
    people: &People<'_>,
    attributes: &BTreeMap<String, &AttributeRow>,
    cell: &dyn Fn(Option<usize>) -> &'a str,
) -> Result<Option<Fix>, String> {
    let new = cell(Some(columns.new));
    if new.trim().is_empty() {
        return Ok(None);
    }
    let user = people.find(cell(columns.id).trim(), cell(columns.login).trim())?;
    let what = cell(Some(columns.what)).trim();
    if matches!(folded(what).as_str(), USERNAME | "user name") {
        return username(user, new).map(Some);
    }
    let Some(row) = attributes.get(&folded(what)) else {
        return Err(format!("The new app has no attribute \u{201c}{what}\u{201d}."));
    };
    value(user, row, new).map(Some)
}

fn username(user: UserId, new: &str) -> Result<Fix, String> {
    let name = new.trim();
    let characters = name.chars().count();
    if characters > LONGEST {
        return Err(format!(
            "The username has {characters} characters; Okta takes {LONGEST}."
        ));
    }
    if name.chars().any(char::is_control) {
        return Err("The username has a line break or another unprintable character in it.".to_owned());
    }
    Ok(Fix::Username(user, name.to_owned()))
}

fn value(user: UserId, row: &AttributeRow, new: &str) -> Result<Fix, String> {
    let name = &row.attribute.name;
    if name == "userName" {
        return username(user, new);
    }
    if row.state == AttributeState::ByOkta {
        return Err(format!(
            "Okta's own mapping fills {name} and would refuse another value. Mend the person's Okta profile or the mapping."
        ));
    }
    if !row.is_writable() {
        return Err(format!("The service sets {name}; it cannot be written."));
    }
    let typed = constant(&row.attribute, new)?;
    let value = listed(row, typed);
    if let Some(problem) = problem(row, Some(&value)) {
        return Err(format!("{name}: {}.", problem.words().trim_end_matches('.')));
    }
    Ok(Fix::Value(user, name.clone(), value))
}

/// Whoever types the title of a listed value means the value.
fn listed(row: &AttributeRow, value: Value) -> Value {
    let choices = &row.attribute.choices;
    let one = |value: Value| {
        let text = plain(&value);
        if choices.iter().any(|(constant, _)| *constant == value) {
            return value;
        }
        let mut same = choices
            .iter()
            .filter(|(constant, title)| plain(constant) == text || folded(title) == folded(&text));
        match (same.next(), same.next()) {
            (Some((constant, _)), None) => constant.clone(),
            _ => value,
        }
    };
    match value {
        _ if choices.is_empty() => value,
        Value::Array(items) => Value::Array(items.into_iter().map(one).collect()),
        value => one(value),
    }
}
