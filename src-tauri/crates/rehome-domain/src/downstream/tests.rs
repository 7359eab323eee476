use std::collections::BTreeSet;

use expect_test::{Expect, expect};

use super::*;
use crate::UserId;
use crate::usernames::folded;

fn check_table(bytes: &[u8], expected: Expect) {
    let shown = match read(bytes) {
        Ok(table) => {
            let mut shown = format!(
                "{:?} {} header {} ragged {} {:?}\n",
                table.delimiter, table.encoding, table.has_header, table.ragged, table.columns
            );
            for row in 0..table.len() {
                shown += &format!("{} {:?}\n", table.line(row), table.row(row).collect::<Vec<_>>());
            }
            shown
        }
        Err(refusal) => format!("{refusal:?}\n"),
    };
    expected.assert_eq(&shown);
}

#[test]
fn comma_with_quoted_line_breaks() {
    check_table(
        b"\xef\xbb\xbfUser name,Note\r\nana@nw.example,\"two\r\nlines, \"\"quoted\"\"\"\r\n\r\nbob@nw.example,short,more\r\ncy@nw.example\r\n",
        expect![[r#"
            ',' UTF-8 header true ragged 2 ["User name", "Note"]
            2 ["ana@nw.example", "two\r\nlines, \"quoted\""]
            5 ["bob@nw.example", "short"]
            6 ["cy@nw.example", ""]
        "#]],
    );
}

#[test]
fn semicolon_in_windows_1252() {
    check_table(
        b"Login;Name\nm\xfcller@nw.example;M\xfcller, Eva \x80\n",
        expect![[r#"
            ';' windows-1252 header true ragged 0 ["Login", "Name"]
            2 ["müller@nw.example", "Müller, Eva €"]
        "#]],
    );
}

#[test]
fn utf_16_with_tabs_with_and_without_a_mark() {
    let wide = |little: bool| -> Vec<u8> {
        "Login\tName\nana\tAna É\n"
            .encode_utf16()
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    };
    check_table(
        &[vec![0xff, 0xfe], wide(true)].concat(),
        expect![[r#"
        '\t' UTF-16LE header true ragged 0 ["Login", "Name"]
        2 ["ana", "Ana É"]
    "#]],
    );
    check_table(
        &[vec![0xfe, 0xff], wide(false)].concat(),
        expect![[r#"
        '\t' UTF-16BE header true ragged 0 ["Login", "Name"]
        2 ["ana", "Ana É"]
    "#]],
    );
    check_table(
        &wide(true),
        expect![[r#"
        '\t' UTF-16LE header true ragged 0 ["Login", "Name"]
        2 ["ana", "Ana É"]
    "#]],
    );
}

#[test]
fn the_line_that_names_the_separator_is_no_data() {
    check_table(
        b"sep=|\r\nlogin|x\nana|1\n",
        expect![[r#"
            '|' UTF-8 header true ragged 0 ["login", "x"]
            3 ["ana", "1"]
        "#]],
    );
}

#[test]
fn a_file_without_header_keeps_its_first_row() {
    check_table(
        b"ana@nw.example,Ana\nbob@nw.example,Bob\n",
        expect![[r#"
        ',' UTF-8 header false ragged 0 ["Column 1", "Column 2"]
        1 ["ana@nw.example", "Ana"]
        2 ["bob@nw.example", "Bob"]
    "#]],
    );
    check_table(
        b"username\nana\n",
        expect![[r#"
        ',' UTF-8 header true ragged 0 ["username"]
        2 ["ana"]
    "#]],
    );
    check_table(
        b"ana\nbob\n",
        expect![[r#"
        ',' UTF-8 header false ragged 0 ["Column 1"]
        1 ["ana"]
        2 ["bob"]
    "#]],
    );
}

#[test]
fn what_is_no_csv_is_refused() {
    check_table(
        b"PK\x03\x04rest",
        expect![[r#"
        Refusal { what: "This is a spreadsheet, not a CSV file", why: "It begins as Excel files do.", mend: "Open it and save it as CSV (UTF-8), then choose that file." }
    "#]],
    );
    check_table(
        b"\n \n",
        expect![[r#"
        Refusal { what: "The file is empty", why: "There is nothing in it.", mend: "Export the users of the service again." }
    "#]],
    );
}

#[test]
fn a_quote_that_is_not_closed_is_refused() {
    let rows: String = (0..100).map(|n| format!("person{n},x\n")).collect();
    check_table(
        format!("login,note\nana,\"open\n{rows}").as_bytes(),
        expect![[r#"
            Refusal { what: "A quote is not closed", why: "A cell of the row on line 2 goes on for 101 lines.", mend: "Close the quote, or export the file again." }
        "#]],
    );
}

#[test]
fn too_large_files_are_refused() {
    assert_eq!(
        read(&vec![b'a'; MOST_BYTES + 1]).unwrap_err().what,
        "The file is too large"
    );
    let rows = "a,b\n".repeat(MOST_ROWS + 2);
    assert_eq!(read(rows.as_bytes()).unwrap_err().what, "The file has too many rows");
}

const EXPORT: &str = "Full name,E-Mail Address,Handle,Suspended\n\
    Ana,ana@nw.example,ana,no\n\
    Bob,bob@nw.example,BOB,no\n\
    Cy,cy@nw.example,cy,yes\n\
    Dan,dan@nw.example,dan-old,no\n\
    Eva,eva@nw.example,e.va,no\n\
    Machine,,svc-x,no\n\
    Twin,t1@nw.example,twin,no\n\
    Twin,t2@nw.example,Twin,no\n\
    ,,,\n\
    Nobody,,,no\n";

fn usernames(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| folded(name)).collect()
}

#[test]
fn columns_are_guessed_by_matches_then_by_header() {
    let table = read(EXPORT.as_bytes()).unwrap();
    let found = guess(&table, &usernames(&["ana", "bob", "cy", "x"]), &folded);
    let shown: Vec<String> = found
        .username
        .iter()
        .map(|g| format!("{} {}/{} {:.2} {}", g.name, g.matched, g.filled, g.share(), g.by_header))
        .collect();
    expect!["Handle 3/8 0.38 true, Full name 3/9 0.33 false, E-Mail Address 0/7 0.00 false, Suspended 0/9 0.00 false | Some(1) Some(3) Some(0)"].assert_eq(&format!(
        "{} | {:?} {:?} {:?}",
        shown.join(", "),
        found.email,
        found.status,
        found.name
    ));
    let none = guess(&table, &usernames(&[]), &folded);
    assert_eq!(none.username[0].name, "Handle");
}

#[test]
fn accounts_are_held_against_the_plan() {
    let table = read(EXPORT.as_bytes()).unwrap();
    let columns = guess(&table, &usernames(&["ana", "bob", "cy"]), &folded)
        .columns()
        .unwrap();
    let kept = accounts(&table, &columns);
    let text = serde_json::to_string(&kept).unwrap();
    assert_eq!(serde_json::from_str::<Accounts>(&text).unwrap(), kept);
    let people: Vec<(UserId, Option<&str>, &str)> = [
        ("1", Some("ana"), ""),
        ("2", Some("bob"), ""),
        ("3", Some("cy"), ""),
        ("4", Some("dan"), "dan-old"),
        ("5", Some("eva@nw.example"), ""),
        ("6", Some("gone"), ""),
        ("7", None, ""),
        ("8", Some("Twin"), ""),
        ("9", Some("ANA"), ""),
    ]
    .map(|(id, new, old)| (UserId::from(id), new, old))
    .to_vec();
    let planned: Vec<Planned<'_>> = people
        .iter()
        .map(|(user, username, old)| Planned {
            user,
            username: *username,
            old,
        })
        .collect();
    let found = check(&kept.accounts, &planned, &folded);
    let mut shown = format!("{} blank\n", kept.blank);
    let named = |list: &[(UserId, usize)]| {
        let words = list
            .iter()
            .map(|(user, at)| format!("{user}={}", kept.accounts[*at].username));
        words.collect::<Vec<_>>().join(" ")
    };
    shown += &format!(
        "matched {}\nby fold {}\nno account {:?}\n",
        named(&found.matched),
        named(&found.matched_by_fold),
        found.no_account
    );
    shown += &format!(
        "old username {}\nby e-mail {}\n",
        named(&found.under_old_username),
        named(&found.by_email)
    );
    shown += &format!(
        "not settled {:?}\ninactive {}\n",
        found.not_settled,
        named(&found.inactive)
    );
    let without = found
        .account_without_person
        .iter()
        .map(|at| kept.accounts[*at].username.clone());
    shown += &format!(
        "without person {:?}\n{:?}\n",
        without.collect::<Vec<_>>(),
        found.duplicates
    );
    expect![[r#"
        1 blank
        matched 1=ana 3=cy 8=Twin
        by fold 2=BOB 9=ana
        no account [UserId("4"), UserId("5"), UserId("6")]
        old username 4=dan-old
        by e-mail 5=e.va
        not settled [UserId("7")]
        inactive 3=cy
        without person ["svc-x"]
        [Accounts { username: "twin", accounts: [6, 7] }, People { account: 0, people: [UserId("1"), UserId("9")] }]
    "#]]
    .assert_eq(&shown);
}

#[test]
fn an_account_of_somebody_not_settled_or_a_twin_is_not_nobodys() {
    let account = |username: &str| Account {
        username: username.to_owned(),
        ..Account::default()
    };
    let accounts = ["ana@nw.example", "ANA@nw.example", "bob@nw.example", "cy@nw.example"].map(account);
    let (ana, bob) = (UserId::from("1"), UserId::from("2"));
    let people = [
        Planned {
            user: &ana,
            username: Some("ana@nw.example"),
            old: "ana",
        },
        Planned {
            user: &bob,
            username: None,
            old: "bob@nw.example",
        },
    ];
    let found = check(&accounts, &people, &folded);
    assert_eq!(found.not_settled.as_slice(), std::slice::from_ref(&bob));
    assert_eq!(found.account_without_person, [3]);
}
