//! Files that come from the admin: fixed rows, and the service's own list of accounts. Everything in them is data; nothing of
//! it is kept but what is needed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rehome_domain::{
    AppUser,
    downstream::{self, MOST_BYTES, Refusal, Table},
    fixes::{self, FixPerson, FixRow, KnownPerson},
};
use serde_json::{Value, json};

use crate::{
    migration::Migration,
    model::{Export, Inventory, Model, kind, look::EXPORT, values_of},
    planning::not_read,
    problem::{Answer, bad_input, problem},
    view::{FixesLoaded, Problem, ProblemCode, RefusedRow},
};

/// Refused rows that are shown; the file itself has them all.
const MOST_REFUSED: usize = 500;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        problem(ProblemCode::BadInput, refusal.what, refusal.why, refusal.mend)
    }
}

/// The bytes of a file that the window has read.
pub(crate) fn bytes_of(file: &str, data: &str) -> Answer<Vec<u8>> {
    if data.len() / 4 * 3 > MOST_BYTES + 4 {
        return Err(bad_input(
            format!("{file} is too large"),
            format!("Up to {} MB are read.", MOST_BYTES >> 20),
        ));
    }
    data_encoding::BASE64
        .decode(data.as_bytes())
        .map_err(|_| bad_input(format!("{file} could not be read"), "Choose the file again."))
}

/// Rows that need fixing, as a file: its name, its bytes and how many rows it has.
pub(crate) fn fixes_file(model: &Model) -> Answer<(String, Vec<u8>, usize)> {
    let inventory = model.inventory.as_ref().ok_or_else(not_read)?;
    let rows = fix_rows(model, inventory);
    if rows.is_empty() {
        return Err(bad_input(
            "There is nothing to fix",
            "Every username is settled, and the new app takes every value.",
        ));
    }
    let name = format!("rehome-fixes-{}.csv", crate::report::slug(&inventory.new.app.label));
    Ok((name, fixes::export(&rows), rows.len()))
}

/// Usernames that are not settled, and values of Rehome's own that the new app would not take, in the order of the people's
/// ids. What Okta's mapping gives is mended in Okta.
pub(crate) fn fix_rows(model: &Model, inventory: &Inventory) -> Vec<FixRow> {
    let settled = |user: &AppUser| model.names.is_settled(&user.user);
    let needs = |user: &&AppUser| !settled(user) || model.survey.troubles.contains_key(&user.user);
    let people = model.moved(inventory).filter(needs).map(|user| {
        let (person, name) = (user.person.as_ref(), model.names.get(&user.user));
        FixPerson {
            user: &user.user,
            login: person.map_or("", |p| p.login()),
            name: person.map(rehome_domain::Person::name).unwrap_or_default(),
            values: values_of(inventory, &model.decisions, user, &model.names),
            username_problem: name.filter(|name| !name.settled).map(|name| name.note.to_string()),
            predicted: match model.usernames.get(&user.user) {
                Some(predicted) => predicted.predicted.as_deref(),
                None => Some(&*user.user_name),
            },
        }
    });
    fixes::rows(&model.attributes, people)
}

/// Decisions for the journal: kind, subject, value.
pub(crate) type Decisions = Vec<(String, String, Value)>;

/// What a fixed file decides, and what became of its rows.
pub(crate) fn fixes(model: &Model, bytes: &[u8]) -> Answer<(Decisions, FixesLoaded)> {
    let inventory = model.inventory.as_ref().ok_or_else(not_read)?;
    let known: Vec<KnownPerson<'_>> = inventory
        .roster
        .users
        .values()
        .map(|user| KnownPerson {
            user: &user.user,
            login: user.person.as_ref().map_or("", |p| p.login()),
        })
        .collect();
    let found = fixes::import(bytes, &known, &model.attributes)?;
    let loaded = FixesLoaded {
        usernames: crate::present::u32_of(found.usernames.len()),
        values: crate::present::u32_of(found.values.len()),
        unchanged: crate::present::u32_of(found.unchanged),
        refused: found
            .refused
            .into_iter()
            .take(MOST_REFUSED)
            .map(|row| RefusedRow {
                line: row.line,
                why: row.why,
                row: row.cells.join(", "),
            })
            .collect(),
    };
    let usernames = found
        .usernames
        .into_iter()
        .map(|(user, name)| (kind::USERNAME_OF.to_owned(), user.to_string(), json!(name)));
    let values = found
        .values
        .into_iter()
        .map(|(user, attribute, value)| (kind::VALUE_OF.to_owned(), format!("{attribute} {user}"), value));
    Ok((usernames.chain(values).collect(), loaded))
}

/// Reads the service's list; of its rows only username, e-mail, name, state and id are kept.
pub(crate) fn downstream(model: &Model, file: &str, bytes: &[u8], column: Option<&str>) -> Answer<Export> {
    let inventory = model.inventory.as_ref().ok_or_else(not_read)?;
    let table = downstream::read(bytes)?;
    let folding = inventory.folding();
    let fold = |name: &str| folding.fold(name).into_owned();
    let guess = downstream::guess(&table, &usernames(model, inventory), &fold);
    let mut columns = guess.columns().ok_or_else(|| {
        bad_input(
            format!("{file} has no columns"),
            "Choose the service's own list of users, as a CSV file.",
        )
    })?;
    if let Some(name) = column {
        columns.username = place_of(&table, name)?;
    }
    let both = inventory.roster.users.values().chain(inventory.new_users.values());
    let ids = both.filter_map(|u| u.account()).collect();
    columns.id = downstream::id_column(&table, &ids);
    let matches = |at: usize| guess.username.iter().find(|g| g.column == at).map_or(0, |g| g.matched);
    let named = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, name)| (name.clone(), matches(at)));
    let export = Export {
        file: file.to_owned(),
        read_at: Some(Timestamp::now()),
        format: format_words(&table),
        columns: named.collect(),
        accounts: downstream::accounts(&table, &columns),
        chosen: Some(columns),
    };
    Ok(export)
}

fn format_words(table: &Table) -> String {
    let delimiter = match table.delimiter {
        ',' => "commas",
        ';' => "semicolons",
        '\t' => "tabs",
        '|' => "bars",
        _ => "another delimiter",
    };
    let header = if table.has_header { "with" } else { "without" };
    let ragged = match table.ragged {
        0 => String::new(),
        n => format!(", {n} rows of another length"),
    };
    format!("{delimiter}, {}, {header} a header{ragged}", table.encoding)
}

/// What accounts of the service may be called: planned usernames, and those of the old app.
fn usernames(model: &Model, inventory: &Inventory) -> BTreeSet<String> {
    let folding = inventory.folding();
    let planned = model.names.iter().filter_map(|(_, name)| name.username.as_deref());
    let old = inventory.roster.users.values().map(|u| &*u.user_name);
    planned.chain(old).map(|name| folding.fold(name).into_owned()).collect()
}

fn place_of(table: &Table, name: &str) -> Answer<usize> {
    table
        .columns
        .iter()
        .position(|column| column == name)
        .ok_or_else(no_column)
}

fn no_column() -> Problem {
    bad_input("The file has no such column", "Choose one of its columns.")
}

pub(crate) async fn keep_downstream(open: &Migration, export: Export) -> Answer<()> {
    let raw = serde_json::to_string(&export).unwrap_or_default();
    let documents = vec![(String::new(), raw)];
    let journal = &open.journal;
    journal
        .replace_documents(&open.id, EXPORT, documents, Timestamp::now())
        .await?;
    {
        let mut model = open.model();
        model.export = Some(export);
        model.derive();
    }
    open.changed();
    Ok(())
}

pub(crate) async fn forget_downstream(open: &Migration) -> Answer<()> {
    *open.export_file() = None;
    open.journal
        .replace_documents(&open.id, EXPORT, Vec::new(), Timestamp::now())
        .await?;
    {
        let mut model = open.model();
        model.export = None;
        model.derive();
    }
    open.changed();
    Ok(())
}
