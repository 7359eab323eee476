//! What must not lie where Rehome writes, and how it is looked for: as it is, and in the forms that storage, addresses and
//! JSON give to text.

use std::{
    fs,
    path::{Path, PathBuf},
};

use data_encoding::{BASE64_NOPAD, HEXLOWER};
use memchr::memmem;
use url::form_urlencoded::byte_serialize;

/// Text that must not be found.
pub struct Secret {
    what: String,
    forms: Vec<(&'static str, Vec<u8>)>,
}

impl Secret {
    /// `what` names it in the message of a failed test; `text` is long enough not to occur by chance.
    pub fn new(what: &str, text: &str) -> Self {
        assert!(text.chars().count() >= 8, "{what}: {text:?} could occur by chance");
        let utf16 = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut forms = vec![
            ("as it is", text.as_bytes().to_vec()),
            // WebKit keeps local storage so.
            ("in UTF-16", utf16),
            ("in hex", HEXLOWER.encode(text.as_bytes()).into_bytes()),
            (
                "in an address",
                byte_serialize(text.as_bytes()).collect::<String>().into_bytes(),
            ),
        ];
        // Base64 depends on what stands in front; from the second and third byte on it is the same again.
        for skipped in 0..3 {
            let whole = &text.as_bytes()[skipped..];
            let whole = &whole[..whole.len() / 3 * 3];
            forms.push(("in base64", BASE64_NOPAD.encode(whole).into_bytes()));
        }
        if !text.is_ascii() {
            let escaped = text.encode_utf16().map(|unit| match u8::try_from(unit) {
                Ok(ascii) if ascii.is_ascii() => char::from(ascii).to_string(),
                _ => format!("\\u{unit:04x}"),
            });
            forms.push(("in JSON", escaped.collect::<String>().into_bytes()));
        }
        Self {
            what: what.to_owned(),
            forms,
        }
    }

    /// In which form it is there.
    pub fn found_in(&self, bytes: &[u8]) -> Option<&'static str> {
        self.forms
            .iter()
            .find(|(_, form)| memmem::find(bytes, form).is_some())
            .map(|(name, _)| *name)
    }
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files(&entry.path())),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found
}

/// "token, in UTF-16, in /data/storage.sqlite" for everything that was found.
pub fn leaks(secrets: &[Secret], files: &[PathBuf]) -> Vec<String> {
    let mut found = Vec::new();
    for path in files {
        // A socket or a file that is just going away holds nothing.
        let Ok(bytes) = fs::read(path) else { continue };
        for secret in secrets {
            if let Some(form) = secret.found_in(&bytes) {
                found.push(format!("{}, {form}, in {}", secret.what, path.display()));
            }
        }
    }
    found
}

#[test]
fn a_secret_is_found_in_every_form() {
    let secret = Secret::new("name", "Zoë Übermüller");
    for (form, bytes) in &secret.forms {
        let around = [b"before ".as_slice(), bytes, b" after"].concat();
        assert!(secret.found_in(&around).is_some(), "{form}");
    }
    let in_base64 = |front: &str| BASE64_NOPAD.encode(format!("{front}Zoë Übermüller and more").as_bytes());
    for front in ["", "1", "12", "123"] {
        assert!(
            secret.found_in(in_base64(front).as_bytes()).is_some(),
            "behind {front:?}"
        );
    }
    assert_eq!(secret.found_in("Zoe Ubermuller".as_bytes()), None);
}
