use expect_test::{Expect, expect};

use super::*;

const PLAN: &str = "9f41c07be2a81d5500aa9f41c07be2a81d5500aa9f41c07be2a81d5500aa1234";

fn code(name: &str) -> Code {
    Code {
        key: std::array::from_fn(|i| i as u8),
        signature: std::array::from_fn(|i| 255 - i as u8),
        digest: PLAN[..12].to_owned(),
        name: name.to_owned(),
    }
}

fn check(change: impl FnOnce(String) -> String, expected: Expect) {
    let text = change(encode(&code("Mia Chen")).unwrap());
    let answer = match decode(&text).and_then(|code| judge(&code, PLAN, &[9; KEY], |_, _, _| true).map(|()| code)) {
        Ok(code) => format!("{} approves {}", code.name, code.digest),
        Err(refusal) => format!("{} | {}", refusal.what, refusal.why),
    };
    expected.assert_eq(&answer);
}

#[test]
fn what_is_encoded_is_decoded() {
    for name in ["Mia Chen", "Aşağı Ünal-Yıldız", "山田 太郎", "X"] {
        let made = code(name);
        assert_eq!(decode(&encode(&made).unwrap()).unwrap(), made);
    }
    assert_eq!(encode(&code(" ")), None);
    assert_eq!(encode(&code(&"n".repeat(LONGEST_NAME + 1))), None);
    let length = encode(&code("Mia Chen")).unwrap().len();
    assert!(length < 230, "{length} characters fit into a chat");
}

#[test]
fn codes_survive_chats_and_not_typing_errors() {
    check(|text| text, expect!["Mia Chen approves 9f41c07be2a8"]);
    check(
        |text| format!("  {}\n", text.to_lowercase().replace('-', " ")),
        expect!["Mia Chen approves 9f41c07be2a8"],
    );
    check(
        |text| text.replace('0', "o").replace('1', "l"),
        expect!["Mia Chen approves 9f41c07be2a8"],
    );
    check(
        |text| text[..text.len() - 9].to_owned(),
        expect!["This is not a whole approval code | Its check characters do not fit."],
    );
    check(
        |text| text[..40].to_owned(),
        expect!["This is not a whole approval code | It has 36 characters, and the shortest has 175."],
    );
    check(
        |text| format!("Code: {text}"),
        expect!["This is not a whole approval code | “:” never occurs in an approval code."],
    );
    check(
        |_| String::new(),
        expect!["This is not a whole approval code | It has 0 characters, and the shortest has 175."],
    );
}

/// Whatever single character is typed wrong, it is noticed.
#[test]
fn each_single_typing_error_is_noticed() {
    let text = encode(&code("Mia Chen")).unwrap();
    let last = text.len() - 1;
    for (at, was) in text.char_indices().filter(|(_, c)| *c != '-') {
        for other in ALPHABET.iter().map(|c| char::from(*c)).filter(|c| *c != was) {
            let mut typed: Vec<char> = text.chars().collect();
            typed[at] = other;
            let typed: String = typed.into_iter().collect();
            match decode(&typed) {
                Err(refusal) => assert_eq!(refusal.what, "This is not a whole approval code"),
                // The last character holds bits that fill up and say nothing.
                Ok(read) => assert!(at == last && read == code("Mia Chen"), "{other} at {at}"),
            }
        }
    }
}

#[test]
fn a_code_is_for_one_plan_and_from_somebody_else() {
    let made = code("Mia Chen");
    let refused = |digest: &str, own: &[u8], holds: bool| {
        let answer = judge(&made, digest, own, |_, _, _| holds);
        answer.map_err(|refusal| refusal.what)
    };
    assert_eq!(refused(PLAN, &[9; KEY], true), Ok(()));
    let other = PLAN.replace("9f41", "9f42");
    expect!["This code was made for another plan"].assert_eq(&refused(&other, &[9; KEY], true).unwrap_err());
    expect!["This code was made on this computer"].assert_eq(&refused(PLAN, &made.key, true).unwrap_err());
    expect!["This code does not hold"].assert_eq(&refused(PLAN, &[9; KEY], false).unwrap_err());
    // The signature is asked about the whole digest and the name.
    let _ = judge(&made, PLAN, &[9; KEY], |key, message, signature| {
        assert_eq!((key, signature), (&made.key[..], &made.signature[..]));
        assert_eq!(message, format!("rehome plan approval v1\n{PLAN}\nMia Chen").as_bytes());
        true
    });
}

#[test]
fn a_fingerprint_can_be_read_out() {
    expect!["11590 49842 13307 78876 30539 70167"].assert_eq(&fingerprint(&code("").key).join(" "));
    assert_ne!(fingerprint(&[1; KEY]), fingerprint(&[2; KEY]));
}
