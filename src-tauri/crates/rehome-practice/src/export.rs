//! The user export of a service behind an app, as an admin of the service downloads it: columns, separators and encodings
//! as services have them.

use std::{collections::BTreeSet, fmt, str::FromStr};

use crate::{downstream::Account, state::Org};

/// How a service writes its export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExportStyle {
    /// Commas, UTF-8.
    #[default]
    Plain,
    /// Semicolons, UTF-8 with a byte order mark.
    Semicolon,
    /// Tabs, UTF-16 with a byte order mark, little end first.
    Utf16,
    /// Semicolons, Windows-1252; what it has no letter for is a question mark.
    Windows1252,
}

impl ExportStyle {
    pub const ALL: [Self; 4] = [Self::Plain, Self::Semicolon, Self::Utf16, Self::Windows1252];

    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Semicolon => "semicolon",
            Self::Utf16 => "utf16",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// `charset` of a `Content-Type`.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Plain | Self::Semicolon => "text/csv; charset=utf-8",
            Self::Utf16 => "text/csv; charset=utf-16",
            Self::Windows1252 => "text/csv; charset=windows-1252",
        }
    }

    fn separator(self) -> char {
        match self {
            Self::Plain => ',',
            Self::Semicolon | Self::Windows1252 => ';',
            Self::Utf16 => '\t',
        }
    }

    fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Plain => text.as_bytes().to_vec(),
            Self::Semicolon => ["\u{feff}".as_bytes(), text.as_bytes()].concat(),
            Self::Utf16 => "\u{feff}"
                .encode_utf16()
                .chain(text.encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect(),
            Self::Windows1252 => text.chars().map(windows_1252).collect(),
        }
    }
}

impl fmt::Display for ExportStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ExportStyle {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|style| style.name() == name);
        known
            .copied()
            .ok_or_else(|| format!("no style '{name}': plain, semicolon, utf16 or windows-1252"))
    }
}

/// The letters between 0x80 and 0x9F, which are not those of Unicode.
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

fn windows_1252(letter: char) -> u8 {
    match u32::from(letter) {
        code @ (0..=0x7F | 0xA0..=0xFF) => code as u8,
        _ => match (0x80..=0x9F_u8)
            .zip(WINDOWS.chars())
            .find(|(_, known)| *known == letter)
        {
            Some((code, _)) => code,
            None => b'?',
        },
    }
}

/// Where an export differs from what provisioning knows. Accounts are named by their id.
#[derive(Clone, Default)]
pub(crate) struct Quirks {
    /// Not in the export.
    pub missing: BTreeSet<String>,
    /// Switched off in the service.
    pub inactive: BTreeSet<String>,
    /// There a second time, the address in capital letters.
    pub twice: BTreeSet<String>,
    pub strangers: Vec<Stranger>,
}

/// An account that Okta knows nothing of.
#[derive(Clone)]
pub(crate) struct Stranger {
    pub id: String,
    pub address: &'static str,
    pub name: &'static str,
    pub active: bool,
}

const COLUMNS: [&str; 6] = ["id", "Email address", "Name", "Role", "Status", "Last login"];

impl Org {
    /// All accounts of the service behind an app; `None`: there is no such app, or no service behind it.
    pub(crate) fn export(&self, app: &str, style: ExportStyle) -> Option<Vec<u8>> {
        let service = self.downstreams.get(self.apps.get(app)?.downstream.as_ref()?)?;
        let quirks = &service.quirks;
        let mut rows: Vec<[String; 6]> = vec![COLUMNS.map(str::to_owned)];
        for account in service.accounts.values().filter(|it| !quirks.missing.contains(&it.id)) {
            let row = self.row(account, account.active && !quirks.inactive.contains(&account.id));
            if quirks.twice.contains(&account.id) {
                let mut twin = row.clone();
                twin[0] = format!("{}9", account.id);
                twin[1] = account.username.to_uppercase();
                rows.push(twin);
            }
            rows.push(row);
        }
        rows.extend(quirks.strangers.iter().map(|it| {
            let texts = [&it.id, it.address, it.name, "End user", status(it.active), ""];
            texts.map(str::to_owned)
        }));
        let lines = rows.iter().map(|row| line(row, style.separator()));
        Some(style.encode(&lines.collect::<String>()))
    }

    fn row(&self, account: &Account, active: bool) -> [String; 6] {
        let person = account.person.as_ref().and_then(|id| self.users.get(id));
        let mut apps = account.links.iter().filter_map(|app| self.apps.get(app));
        let role = apps.find_map(|app| {
            let role = app.users.get(account.person.as_ref()?)?.profile.get("role")?.as_str()?;
            let titled = app.property("role").and_then(|it| it["oneOf"].as_array());
            let title = titled.into_iter().flatten().find(|it| it["const"] == role);
            let title = title.and_then(|it| it["title"].as_str()).map(str::to_owned);
            Some(title.unwrap_or_else(|| role.to_owned()))
        });
        let login = person.and_then(|it| it.last_login);
        [
            account.id.clone(),
            account.username.clone(),
            person.map(crate::state::User::name).unwrap_or_default(),
            role.unwrap_or_else(|| "End user".to_owned()),
            status(active).to_owned(),
            login.map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default(),
        ]
    }
}

fn status(active: bool) -> &'static str {
    if active { "active" } else { "suspended" }
}

/// A line of CSV: fields with a separator, a quote or a line break stand in quotes.
fn line(fields: &[String], separator: char) -> String {
    let quoted = fields
        .iter()
        .map(|field| match field.contains([separator, '"', '\n', '\r']) {
            true => format!("\"{}\"", field.replace('"', "\"\"")),
            false => field.clone(),
        });
    let mut line = quoted.collect::<Vec<_>>().join(&separator.to_string());
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_1252_has_the_letters_of_western_europe() {
        assert_eq!(ExportStyle::Windows1252.encode("Zoë €5 佐"), b"Zo\xEB \x805 ?");
        assert_eq!(ExportStyle::Utf16.encode("é"), [0xFF, 0xFE, 0xE9, 0]);
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let fields = ["a;b".to_owned(), "say \"hi\"".to_owned(), "a,b".to_owned()];
        assert_eq!(line(&fields, ';'), "\"a;b\";\"say \"\"hi\"\"\";a,b\r\n");
    }
}
