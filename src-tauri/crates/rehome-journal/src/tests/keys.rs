use secrecy::{ExposeSecret, SecretString};

use super::fixture::Fixture;
use crate::{Journal, JournalError, JournalKey, KeyError, RecoveryCode, RecoveryCodeError, WrappedKey};

const BYTES: [u8; 16] = *b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff";
const SHOWN: &str = "008J4-CT4AN-K7F24-SNAXW-SQFEZ-XFDAN";

#[test]
fn a_recovery_code_is_shown_in_groups_and_read_back() {
    assert_eq!(RecoveryCode::from_bytes(&BYTES).to_display(), SHOWN);
    assert_eq!(RecoveryCode::parse(SHOWN).unwrap().bytes(), &BYTES);
    for _ in 0..200 {
        let code = RecoveryCode::generate();
        let shown = code.to_display();
        assert_eq!(shown.split('-').map(str::len).collect::<Vec<_>>(), [5; 6], "{shown}");
        assert_eq!(RecoveryCode::parse(&shown).unwrap().bytes(), code.bytes(), "{shown}");
    }
    assert_ne!(RecoveryCode::generate().bytes(), RecoveryCode::generate().bytes());
}

#[test]
fn what_people_do_to_codes_is_forgiven() {
    for typed in [
        SHOWN.to_lowercase(),
        SHOWN.replace('-', ""),
        SHOWN.replace('-', " "),
        format!("  {}\n", SHOWN.replace('-', "–")),
        SHOWN.replace('0', "O"),
        SHOWN.replace('0', "o"),
    ] {
        assert_eq!(RecoveryCode::parse(&typed).unwrap().bytes(), &BYTES, "{typed:?}");
    }
    // A code with ones in it, for I and L.
    let ones = RecoveryCode::from_bytes(&[0x08, 0x42, 0x10, 0x84, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let shown = ones.to_display();
    assert!(shown.starts_with("11111"), "{shown}");
    for one in ["I", "L", "i", "l"] {
        assert_eq!(
            RecoveryCode::parse(&shown.replace('1', one)).unwrap().bytes(),
            ones.bytes()
        );
    }
}

#[test]
fn typos_are_told_apart() {
    let clean = SHOWN.replace('-', "");
    for (typed, expected) in [
        ("", RecoveryCodeError::Length { found: 0 }),
        (&clean[1..], RecoveryCodeError::Length { found: 29 }),
        (&format!("{clean}0"), RecoveryCodeError::Length { found: 31 }),
        (&clean.replace('J', "U"), RecoveryCodeError::Character { found: 'U' }),
        (&clean.replace('J', "!"), RecoveryCodeError::Character { found: '!' }),
        (&clean.replace('J', "é"), RecoveryCodeError::Character { found: 'é' }),
    ] {
        assert_eq!(RecoveryCode::parse(typed).unwrap_err(), expected, "{typed}");
    }
    for position in 0..clean.len() {
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
            .chars()
            .filter(|c| !clean[position..].starts_with(*c))
        {
            let mut typed = clean.clone();
            typed.replace_range(position..=position, &other.to_string());
            assert_eq!(
                RecoveryCode::parse(&typed).unwrap_err(),
                RecoveryCodeError::Typo,
                "{typed}"
            );
        }
    }
    for position in 1..clean.len() {
        let mut swapped = clean.clone().into_bytes();
        swapped.swap(position - 1, position);
        let swapped = String::from_utf8(swapped).unwrap();
        if swapped != clean {
            assert_eq!(
                RecoveryCode::parse(&swapped).unwrap_err(),
                RecoveryCodeError::Typo,
                "{swapped}"
            );
        }
    }
}

#[test]
fn a_key_survives_the_keychain() {
    let key = JournalKey::generate();
    let secret = key.to_secret();
    assert_eq!(secret.expose_secret().len(), 64);
    assert_eq!(JournalKey::from_secret(&secret).unwrap().bytes(), key.bytes());
    let capitals = SecretString::from(format!(" {}\n", secret.expose_secret().to_uppercase()));
    assert_eq!(JournalKey::from_secret(&capitals).unwrap().bytes(), key.bytes());
    for wrong in ["", "00", "zz", &"0".repeat(63), &"0".repeat(66), &"g".repeat(64)] {
        assert_eq!(
            JournalKey::from_secret(&wrong.into()).unwrap_err(),
            KeyError::Malformed,
            "{wrong}"
        );
    }
    assert!(!format!("{key:?}").contains(secret.expose_secret()));
}

#[test]
fn a_wrapped_key_opens_with_its_code_alone() {
    let (key, code) = (JournalKey::generate(), RecoveryCode::generate());
    let wrapped = WrappedKey::wrap(&key, &code);
    assert_eq!(wrapped.unwrap(&code).unwrap().bytes(), key.bytes());
    assert_eq!(
        wrapped.unwrap(&RecoveryCode::generate()).unwrap_err(),
        KeyError::WrongCode
    );
    assert_ne!(
        wrapped,
        WrappedKey::wrap(&key, &code),
        "salt and nonce are new each time"
    );

    let stored = serde_json::to_string(&wrapped).unwrap();
    assert!(!stored.contains(key.to_secret().expose_secret()));
    for (field, change) in [
        ("salt", "00"),
        ("nonce", "00"),
        ("sealed", "00"),
        ("sealed", "zz"),
        ("nonce", ""),
    ] {
        let mut json: serde_json::Value = serde_json::from_str(&stored).unwrap();
        let old = json[field].as_str().unwrap().to_owned();
        json[field] = if change.is_empty() {
            String::new()
        } else {
            format!("{change}{}", &old[2..])
        }
        .into();
        if json[field] == old.as_str() {
            continue;
        }
        let changed: WrappedKey = serde_json::from_value(json).unwrap();
        let error = changed.unwrap(&code).unwrap_err();
        assert!(
            matches!(error, KeyError::WrongCode | KeyError::Damaged { .. }),
            "{field}: {error}"
        );
    }
}

#[test]
fn a_wrapped_key_is_saved_whole() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(WrappedKey::load(dir.path()).unwrap(), None);
    let (key, code) = (JournalKey::generate(), RecoveryCode::generate());
    for _ in 0..2 {
        let wrapped = WrappedKey::wrap(&key, &code);
        wrapped.save(dir.path()).unwrap();
        assert_eq!(WrappedKey::load(dir.path()).unwrap(), Some(wrapped));
    }
    let names: Vec<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["journal.key.json"], "no temporary file is left");
    std::fs::write(dir.path().join("journal.key.json"), "{\"version\":1").unwrap();
    assert!(matches!(
        WrappedKey::load(dir.path()).unwrap_err(),
        JournalError::WrappedKeyUnreadable { .. }
    ));
}

#[tokio::test]
async fn an_emptied_keychain_asks_for_the_code_and_wraps_anew() {
    let mut fixture = Fixture::new().await;
    let code = RecoveryCode::generate();
    WrappedKey::wrap(&fixture.key, &code).save(fixture.path()).unwrap();
    fixture.close();

    // The keychain came back with a key of its own making.
    let wrong = Journal::open(fixture.path(), &JournalKey::generate()).unwrap_err();
    assert_eq!(wrong, JournalError::WrongKey);

    let typed = RecoveryCode::parse(&code.to_display().to_lowercase()).unwrap();
    let key = WrappedKey::load(fixture.path())
        .unwrap()
        .expect("was saved")
        .unwrap(&typed)
        .unwrap();
    let journal = Journal::open(fixture.path(), &key).unwrap();
    assert_eq!(journal.migrations().await.unwrap().len(), 1);

    let new_code = RecoveryCode::generate();
    WrappedKey::wrap(&key, &new_code).save(fixture.path()).unwrap();
    let saved = WrappedKey::load(fixture.path()).unwrap().expect("was saved");
    assert_eq!(saved.unwrap(&new_code).unwrap().bytes(), fixture.key.bytes());
    assert_eq!(saved.unwrap(&code).unwrap_err(), KeyError::WrongCode);
}
