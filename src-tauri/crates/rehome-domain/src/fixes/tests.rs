use expect_test::{Expect, expect};
use serde_json::json;

use super::*;
use crate::attributes::{AttributeInput, Choices};
use crate::{Mapping, Profile, Schema};

fn attribute_rows() -> Vec<AttributeRow> {
    let schema = Schema::read(json!({"name": "x", "definitions": {"base": {"properties": {
        "userName": {"type": "string"},
        "email": {"type": "string"},
        "role": {"type": "string", "oneOf": [{"const": "agent", "title": "Light agent"}, {"const": "admin", "title": "Admin"}]},
        "queues": {"type": "array", "items": {"type": "string"}},
        "seat": {"type": "integer"},
        "note": {"type": "string", "maxLength": 12},
        "handle": {"type": "string", "mutability": "READ_ONLY"}}}}}));
    let mapping = Mapping::read(json!({"id": "prm1", "source": {"id": "oty1"}, "target": {"id": "0oa2"},
        "properties": {"email": {"expression": "user.email", "pushStatus": "PUSH"}}}))
    .unwrap();
    crate::attributes::rows(&AttributeInput {
        old_schema: &schema,
        new_schema: &schema,
        old_mappings: &[],
        new_mappings: &[mapping],
        template: None,
        choices: &Choices::default(),
    })
}

fn ids() -> Vec<(UserId, &'static str)> {
    [
        ("00u1", "ana@nw"),
        ("00u2", "bob@nw"),
        ("00u3", "twin@nw"),
        ("00u4", "Twin@nw"),
    ]
    .map(|(id, login)| (UserId::from(id), login))
    .to_vec()
}

fn imported(bytes: &[u8]) -> Result<FixImport, Refusal> {
    let ids = ids();
    let known: Vec<KnownPerson<'_>> = ids.iter().map(|(user, login)| KnownPerson { user, login }).collect();
    import(bytes, &known, &attribute_rows())
}

fn check(text: &str, expected: Expect) {
    let shown = match imported(text.as_bytes()) {
        Ok(found) => {
            let mut shown = String::new();
            for (user, name) in &found.usernames {
                shown += &format!("{user} username {name:?}\n");
            }
            for (user, attribute, value) in &found.values {
                shown += &format!("{user} {attribute} {value}\n");
            }
            for row in &found.refused {
                shown += &format!("line {} refused: {} {:?}\n", row.line, row.why, row.cells);
            }
            shown + &format!("unchanged {}\n", found.unchanged)
        }
        Err(refusal) => format!("{} {} {}\n", refusal.what, refusal.why, refusal.mend),
    };
    expected.assert_eq(&shown);
}

#[test]
fn every_row_is_taken_or_refused_with_a_reason() {
    check(
        "Colour;New value;Attribute;Login;Okta id\n\
         red;ana.new@nw;username;;00u1\n\
         red;Light Agent;Role;BOB@nw;\n\
         ;1,5;seat;bob@nw;\n\
         ;4;seat;bob@nw;\n\
         ;x, y;queues;;00u2\n\
         ;much too long a text;note;;00u2\n\
         ;boss;role;;00u1\n\
         ;x@nw;email;;00u1\n\
         ;x;handle;;00u1\n\
         ;x;nothing;;00u1\n\
         ;x;note;twin@nw;\n\
         ;x;note;;00u9\n\
         ;x;note;;\n\
         ;;note;;00u1\n\
         ;other@nw;username;;00u1\n\
         ;ana.new@nw;username;;00u1\n\
         ;a;note;;00u1;b\n\
         ;fits;note;;00u1;;\n",
        expect![[r#"
            00u1 username "ana.new@nw"
            00u2 role "agent"
            00u2 seat 4
            00u2 queues ["x","y"]
            00u1 note "fits"
            line 4 refused: "1,5" is not a whole number. ["", "1,5", "seat", "bob@nw", ""]
            line 7 refused: note: 20 characters, limit 12. ["", "much too long a text", "note", "", "00u2"]
            line 8 refused: role: not in the list of the new app. ["", "boss", "role", "", "00u1"]
            line 9 refused: Okta's own mapping fills email and would refuse another value. Mend the person's Okta profile or the mapping. ["", "x@nw", "email", "", "00u1"]
            line 10 refused: The service sets handle; it cannot be written. ["", "x", "handle", "", "00u1"]
            line 11 refused: The new app has no attribute “nothing”. ["", "x", "nothing", "", "00u1"]
            line 12 refused: 2 people have the login twin@nw; give the Okta id. ["", "x", "note", "twin@nw", ""]
            line 13 refused: Nobody on the old app has the id 00u9. ["", "x", "note", "", "00u9"]
            line 14 refused: The row names nobody. ["", "x", "note", "", ""]
            line 16 refused: Line 2 gives another value for the same person and attribute. ["", "other@nw", "username", "", "00u1"]
            line 18 refused: The row has more cells than the first line. Put a value with a delimiter in it in quotes. ["", "a", "note", "", "00u1", "b"]
            unchanged 2
        "#]],
    );
}

#[test]
fn what_can_be_mended_here_is_listed() {
    let schema = Schema::read(json!({"name": "x", "definitions": {"base": {"properties": {
        "userName": {"type": "string"},
        "email": {"type": "string", "maxLength": 3},
        "note": {"type": "string", "maxLength": 3},
        "role": {"type": "string", "required": true},
        "fine": {"type": "string"}}}}}));
    let mapping = Mapping::read(json!({"id": "prm1", "source": {"id": "oty1"}, "target": {"id": "0oa2"},
        "properties": {"email": {"expression": "user.email", "pushStatus": "PUSH"}}}))
    .unwrap();
    let attributes = crate::attributes::rows(&AttributeInput {
        old_schema: &schema,
        new_schema: &schema,
        old_mappings: &[],
        new_mappings: &[mapping],
        template: None,
        choices: &Choices::default(),
    });
    let person = crate::Person::read(&json!({"id": "00u1", "status": "ACTIVE", "type": {"id": "oty1"},
        "profile": {"login": "ana@nw", "email": "long"}}))
    .unwrap();
    let old = json!({"email": "long", "note": "four", "fine": "x"});
    let old: Profile = old.as_object().unwrap().clone().into();
    let people = [FixPerson {
        user: &person.id,
        login: person.login(),
        name: "Ana".into(),
        values: PersonValues {
            old_profile: &old,
            old_username: "ana",
            planned_username: None,
            person: Some(&person),
            new_settings: None,
            new_variable: None,
            org: crate::Org::default(),
            overrides: None,
        },
        username_problem: Some("Only the part after @ differs.".into()),
        predicted: Some("ana@nw"),
    }];
    let text = String::from_utf8(export(&rows(&attributes, people))).unwrap();
    expect![[r#"
        Okta id,Login,Name,Attribute,Problem,Old value,New value
        00u1,ana@nw,Ana,username,Only the part after @ differs.,ana,ana@nw
        00u1,ana@nw,Ana,note,"4 characters, limit 3",four,four
        00u1,ana@nw,Ana,role,"blank, but required",,
    "#]]
    .assert_eq(&text.trim_start_matches('\u{feff}').replace("\r\n", "\n"));
}

#[test]
fn a_file_without_its_columns_is_refused() {
    check(
        "Login,Something\na,b\n",
        expect![[r#"
        The file lacks a column Not found: “Attribute”, “New value”. Save the list again, and keep its first line.
    "#]],
    );
}

#[test]
fn no_cell_of_the_export_is_a_formula() {
    let row = FixRow {
        user: "00u1".into(),
        login: "=cmd|' /C calc'!A0".into(),
        name: "+Ana, \"A\"".into(),
        what: "note".into(),
        problem: "13 characters, limit 12".into(),
        old: "-1\nsecond line".into(),
        proposed: "'@x".into(),
    };
    let text = String::from_utf8(export(&[row])).unwrap();
    expect![[r#"
        "\u{feff}Okta id,Login,Name,Attribute,Problem,Old value,New value\r\n00u1,'=cmd|' /C calc'!A0,\"'+Ana, \"\"A\"\"\",note,\"13 characters, limit 12\",\"'-1\nsecond line\",''@x\r\n"
    "#]].assert_debug_eq(&text);
}

/// Whatever a value is made of, it comes back as it went out. Small numbers of a fixed walk take the place of chance.
#[test]
fn what_goes_out_comes_back() {
    let parts = [
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "'",
        "\"",
        ",",
        ";",
        "|",
        " ",
        "a",
        "É",
        "\u{1f600}",
        "0",
        "sep=",
        "\u{feff}",
        "x",
    ];
    let mut walk = 7_usize;
    let mut fixes = Vec::new();
    for _ in 0..4000 {
        let mut value = String::new();
        walk = (walk * 1_103_515_245 + 12345) % 2_147_483_648;
        for _ in 0..(walk >> 8) % 6 + 1 {
            walk = (walk * 1_103_515_245 + 12345) % 2_147_483_648;
            value += parts[(walk >> 8) % parts.len()];
        }
        if !value.trim().is_empty() && value.chars().count() <= 12 {
            fixes.push(value);
        }
    }
    let ids: Vec<UserId> = (0..fixes.len()).map(|n| UserId::from(format!("00u{n:05}"))).collect();
    let known: Vec<KnownPerson<'_>> = ids.iter().map(|user| KnownPerson { user, login: "" }).collect();
    let out: Vec<FixRow> = ids
        .iter()
        .zip(&fixes)
        .map(|(user, value)| FixRow {
            user: user.clone(),
            login: String::new(),
            name: value.clone(),
            what: "note".into(),
            problem: String::new(),
            old: value.clone(),
            proposed: value.clone(),
        })
        .collect();
    assert!(out.len() > 2000);
    let back = import(&export(&out), &known, &attribute_rows()).unwrap();
    assert_eq!(back.refused, []);
    let wanted: Vec<_> = out
        .iter()
        .map(|row| (row.user.clone(), "note".to_owned(), json!(row.proposed)))
        .collect();
    assert_eq!(back.values, wanted);
}
