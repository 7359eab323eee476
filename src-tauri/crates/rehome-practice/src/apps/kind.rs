//! What kind of app somebody asks for, which decides everything that Okta fills in.

use serde_json::Value;

use super::{
    SUBDOMAIN,
    catalogue::{self, Entry},
    mode,
};
use crate::{
    errors::{Refusal, invalid},
    state::Object,
};

#[derive(Clone, Copy)]
pub(crate) enum Make {
    /// Made with the wizard: Okta gives it a name of its own.
    Wizard,
    Catalogue(&'static Entry),
}

#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub make: Make,
    /// `signOnMode`; `None` is shown as `null`.
    pub mode: Option<&'static str>,
}

impl Kind {
    /// # Errors
    /// A blank or unknown name or mode, or a name that the wizard gave to another app.
    pub(crate) fn of(body: &Object) -> Result<Self, Refusal> {
        let text = |field: &str| body.get(field).and_then(Value::as_str).filter(|it| !it.is_empty());
        let asked = text("signOnMode").map(mode::known).transpose()?;
        let Some(name) = text("name") else {
            let wizard = [mode::SAML_2_0, mode::AUTO_LOGIN];
            return match asked {
                None => Err(blank("signOnMode")),
                Some(asked) if wizard.contains(&asked) => Ok(Self {
                    make: Make::Wizard,
                    mode: Some(asked),
                }),
                Some(_) => Err(blank("name")),
            };
        };
        if name.starts_with(&format!("{SUBDOMAIN}_")) {
            return Err(invalid("mediated", "Cannot create an existing App Wizard App"));
        }
        let entry = catalogue::find(name).ok_or_else(|| invalid("name", "name: Not one of the allowed values."))?;
        Ok(Self {
            make: Make::Catalogue(entry),
            mode: entry_mode(entry, asked)?,
        })
    }

    /// The kind of an app that is there, in the mode that a PUT asks for.
    pub(crate) fn again(app: &Object, body: &Object) -> Result<Self, Refusal> {
        let name = app.get("name").and_then(Value::as_str).unwrap_or("");
        let asked = body
            .get("signOnMode")
            .and_then(Value::as_str)
            .map(mode::known)
            .transpose()?;
        let before = app
            .get("signOnMode")
            .and_then(Value::as_str)
            .map(mode::known)
            .transpose()?;
        Ok(match catalogue::find(name) {
            Some(entry) if asked.is_some() => Self {
                make: Make::Catalogue(entry),
                mode: entry_mode(entry, asked)?,
            },
            Some(entry) => Self {
                make: Make::Catalogue(entry),
                mode: before,
            },
            None => Self {
                make: Make::Wizard,
                mode: before,
            },
        })
    }

    pub(crate) fn entry(&self) -> Option<&'static Entry> {
        match self.make {
            Make::Wizard => None,
            Make::Catalogue(entry) => Some(entry),
        }
    }

    pub(crate) fn is(&self, mode: &str) -> bool {
        self.mode == Some(mode)
    }

    /// An OAuth client that the admin defines, unlike the ones of the catalogue, whose client Okta keeps to itself.
    pub(crate) fn is_own_client(&self) -> bool {
        self.is(mode::OPENID_CONNECT) && self.entry().is_some_and(|it| it.name == "oidc_client")
    }

    /// Signs in with a stored username and password.
    pub(crate) fn stores_passwords(&self) -> bool {
        self.mode.is_some_and(|it| mode::PASSWORDS.contains(&it))
    }

    /// Has signing keys of its own.
    pub(crate) fn signs(&self) -> bool {
        self.mode.is_some_and(|it| mode::SIGNED.contains(&it))
    }

    pub(crate) fn link_names(&self, name: &str) -> Vec<String> {
        match self.entry() {
            Some(entry) if !entry.links.is_empty() => entry.links.iter().map(|it| (*it).to_owned()).collect(),
            _ => vec![format!("{name}_link")],
        }
    }
}

/// As recorded: AUTO_LOGIN of a catalogue app becomes the stored-password mode that it has, or none at all.
fn entry_mode(entry: &Entry, asked: Option<&'static str>) -> Result<Option<&'static str>, Refusal> {
    let stored = entry.modes.iter().find(|it| mode::PASSWORDS.contains(it)).copied();
    match asked {
        None => Ok(entry.modes.first().copied()),
        Some(mode::AUTO_LOGIN) => Ok(stored),
        Some(asked) if entry.modes.contains(&asked) || entry.modes.is_empty() => {
            Ok(entry.modes.contains(&asked).then_some(asked))
        }
        Some(_) => Err(invalid("signOnMode", "signOnMode: Not one of the allowed values.")),
    }
}

pub(crate) fn blank(field: &str) -> Refusal {
    invalid(field, format!("{field}: The field cannot be left blank"))
}

pub(crate) fn too_long(field: &str) -> Refusal {
    invalid(field, format!("{field}: The field is too long"))
}
