//! Waves by name, from a file or typed: a row for each person, with their login or username, the number of their wave, and, where
//! somebody must go together with others, the name of that set.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    UserId,
    downstream::{Refusal, Table},
    people::Roster,
};

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaveFile {
    pub waves: BTreeMap<UserId, u32>,
    pub sets: BTreeMap<UserId, String>,
    /// Line, why it was not taken, and the row.
    pub refused: Vec<(u32, String, String)>,
}

const PERSON: [&str; 6] = ["login", "username", "user", "email", "e-mail", "id"];
const WAVE: [&str; 3] = ["wave", "batch", "welle"];
const SET: [&str; 5] = ["together", "set", "team", "with", "group"];
/// Highest wave that is taken: more is a mistake.
const LAST: u32 = 10_000;

/// Reads it. Every row is taken or refused with the reason.
///
/// # Errors
/// Where no column tells who, or neither waves nor sets are told.
pub fn wave_file(table: &Table, roster: &Roster) -> Result<WaveFile, Refusal> {
    let find = |names: &[&str]| {
        let known = |column: &String| names.contains(&column.trim().to_lowercase().as_str());
        table.columns.iter().position(known)
    };
    let (person, wave, set) = if table.has_header {
        (find(&PERSON), find(&WAVE), find(&SET))
    } else {
        // Typed without a header: who, wave, set.
        let there = |at: usize| (table.columns.len() > at).then_some(at);
        (there(0), there(1), there(2))
    };
    let (Some(person), true) = (person, wave.is_some() || set.is_some()) else {
        return Err(Refusal::new(
            "The file does not say who goes in which wave",
            format!("Its columns are {}.", table.columns.join(", ")),
            "Name one column login or username, and one wave; a column set may name who must go together.",
        ));
    };
    let by_name = names(roster);
    let mut out = WaveFile::default();
    let mut seen: BTreeSet<&UserId> = BTreeSet::new();
    for row in 0..table.len() {
        let mut refuse = |why: &str| {
            let cells: Vec<&str> = table.row(row).collect();
            out.refused.push((table.line(row), why.to_owned(), cells.join(", ")));
        };
        let who = table.cell(row, person).trim();
        let number = wave
            .map(|at| table.cell(row, at).trim())
            .filter(|text| !text.is_empty());
        let with = set.map(|at| table.cell(row, at).trim()).filter(|text| !text.is_empty());
        let user = match by_name.get(&who.to_lowercase()) {
            _ if who.is_empty() => {
                refuse("Nobody is named.");
                continue;
            }
            None => {
                refuse("Nobody on the old app is called that.");
                continue;
            }
            Some(None) => {
                refuse("More than one person is called that.");
                continue;
            }
            Some(Some(user)) => *user,
        };
        if !seen.insert(user) {
            refuse("This person stands in an earlier row already.");
            continue;
        }
        if let Some(text) = number {
            match text.parse::<u32>() {
                Ok(n) if (1..=LAST).contains(&n) => drop(out.waves.insert(user.clone(), n)),
                Ok(0) => {
                    refuse("Wave 0 is the pilot: choose its people in step 3.");
                    continue;
                }
                _ => {
                    refuse("The wave is no whole number from 1 to 10,000.");
                    continue;
                }
            }
        }
        if let Some(text) = with {
            out.sets.insert(user.clone(), text.to_owned());
        }
    }
    Ok(out)
}

/// Logins, usernames on the old app, and ids; `None` where two people share one.
fn names(roster: &Roster) -> BTreeMap<String, Option<&UserId>> {
    let mut out: BTreeMap<String, Option<&UserId>> = BTreeMap::new();
    let mut add = |name: &str, user| {
        let of = out.entry(name.to_lowercase()).or_insert(Some(user));
        if *of != Some(user) {
            *of = None;
        }
    };
    for (id, user) in &roster.users {
        add(id.as_str(), id);
        add(&user.user_name, id);
        if let Some(person) = &user.person {
            add(person.login(), id);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::{downstream, plan::tests::roster};

    fn check(text: &str, expect: Expect) {
        let roster = roster("ana= ben= cem=", "");
        let found = downstream::read(text.as_bytes()).and_then(|table| wave_file(&table, &roster));
        let words = match found {
            Err(refusal) => refusal.what,
            Ok(found) => format!("{:?} {:?} {:?}", found.waves, found.sets, found.refused),
        };
        expect.assert_eq(&words);
    }

    #[test]
    fn every_row_is_taken_or_refused_with_the_reason() {
        check(
            "login,wave\nana@x,1\nBEN@X,2\nzoe@x,1\ncem,0\nana,3\n",
            expect![[
                r#"{UserId("ana"): 1, UserId("ben"): 2} {} [(4, "Nobody on the old app is called that.", "zoe@x, 1"), (5, "Wave 0 is the pilot: choose its people in step 3.", "cem, 0"), (6, "This person stands in an earlier row already.", "ana, 3")]"#
            ]],
        );
        check(
            "username;wave;team\nana@x;1;blue\nben;;blue\ncem;soon;\n",
            expect![[
                r#"{UserId("ana"): 1} {UserId("ana"): "blue", UserId("ben"): "blue"} [(4, "The wave is no whole number from 1 to 10,000.", "cem, soon, ")]"#
            ]],
        );
        check(
            "ana@x,2\nben@x,1\n",
            expect![[r#"{UserId("ana"): 2, UserId("ben"): 1} {} []"#]],
        );
        check(
            "city,age\nBerlin,4\n",
            expect!["The file does not say who goes in which wave"],
        );
    }
}
