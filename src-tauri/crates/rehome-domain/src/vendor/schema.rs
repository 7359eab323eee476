//! What a card may hold. Unknown keys are refused, so that a typing error never silences a warning.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::Handle;
use crate::App;

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Kebab-case; the name of its file.
    pub id: String,
    /// The name shown.
    pub vendor: String,
    /// Exact `app.name`s, each seen in the wild: the file says where.
    #[serde(default)]
    pub apps: Vec<String>,
    /// Parts of `app.name`, for services that are set up as custom apps.
    #[serde(default)]
    pub name_contains: Vec<String>,
    /// Features that give the card to an app that no other card fits.
    #[serde(default)]
    pub features: Vec<String>,
    /// The day on which its sources were read.
    pub read: Date,
    pub identity_providers: IdentityProviders,
    pub usernames: Usernames,
    #[serde(rename = "trap")]
    pub traps: Vec<Trap>,
}

/// Whether the service can hold one identity provider or several at once: the new app beside the old one, or instead of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityProviders {
    pub holds: Holds,
    pub words: String,
    pub source: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// Sign-in changes for everyone at once.
    One,
    /// Old and new app can be used side by side.
    Several,
    Unknown,
}

/// How the service tells people apart.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usernames {
    pub case: Case,
    pub unicode: Form,
    /// The service makes a name of its own out of the username.
    pub handle: Option<Handle>,
    pub shape: Option<Shape>,
    /// Characters, at most, of the username or of the handle made of it.
    pub longest: Option<usize>,
    /// What the service matches accounts by.
    #[serde(rename = "match")]
    pub matched_by: Option<String>,
    pub source: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Case {
    /// `Ana` and `ana` are one account.
    Ignored,
    /// They are two.
    Kept,
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    Nfc,
    Nfkc,
    AsIs,
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Something before and after one @, without spaces.
    Email,
}

/// Something that goes wrong with this service. In its texts `{old}` and `{new}` stand for the labels of the apps.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trap {
    pub id: String,
    pub kind: Kind,
    /// The first step that should wait for it; `None`: good to know.
    pub closes: Option<Closes>,
    pub title: String,
    pub what: String,
    pub why: String,
    pub mend: String,
    pub source: String,
    /// Further pages.
    #[serde(default)]
    pub also: Vec<String>,
    /// Where in Okta it is mended.
    pub open: Option<Place>,
    #[serde(default)]
    pub when: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Look at it.
    Review,
    /// Okta cannot show it: a human says so.
    Attest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closes {
    Pilot,
    Waves,
    Retire,
    Delete,
}

/// A tab of the old or the new app in the Admin Console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    OldSignOn,
    OldProvisioning,
    NewSignOn,
    NewProvisioning,
    NewImport,
    NewAssignments,
    NewPushGroups,
}

/// All of these must hold; nothing said holds always. Of a list, one is enough; of a `lacks` list, all must be missing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    pub old_feature: Vec<String>,
    pub new_feature: Vec<String>,
    pub old_lacks_feature: Vec<String>,
    pub new_lacks_feature: Vec<String>,
    pub old_sign_on_mode: Vec<String>,
    pub new_sign_on_mode: Vec<String>,
    pub old_setting: Option<Setting>,
    pub new_setting: Option<Setting>,
    /// Path of a setting that the two apps have with different values.
    pub settings_differ: Option<String>,
}

/// `settings.app.wsFedConfigureType`, as Okta returns the app.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    pub path: String,
    pub equals: Value,
}

impl Card {
    /// The traps that apply to these two apps, in the order of the card: the worst first.
    pub fn traps_for(&self, old: &App, new: &App) -> impl Iterator<Item = &Trap> {
        self.traps.iter().filter(move |trap| trap.when.holds(old, new))
    }
}

impl When {
    pub fn holds(&self, old: &App, new: &App) -> bool {
        let has = |app: &App, wanted: &[String]| wanted.is_empty() || wanted.iter().any(|feature| app.has(feature));
        let lacks = |app: &App, unwanted: &[String]| !unwanted.iter().any(|feature| app.has(feature));
        let mode = |app: &App, wanted: &[String]| {
            wanted.is_empty() || app.sign_on_mode.as_ref().is_some_and(|mode| wanted.contains(mode))
        };
        let setting = |app: &App, wanted: Option<&Setting>| {
            wanted.is_none_or(|wanted| at(&app.raw, &wanted.path) == Some(&wanted.equals))
        };
        let differ = |path: &String| match (at(&old.raw, path), at(&new.raw, path)) {
            (Some(one), Some(other)) => !one.is_null() && !other.is_null() && one != other,
            _ => false,
        };
        has(old, &self.old_feature)
            && has(new, &self.new_feature)
            && lacks(old, &self.old_lacks_feature)
            && lacks(new, &self.new_lacks_feature)
            && mode(old, &self.old_sign_on_mode)
            && mode(new, &self.new_sign_on_mode)
            && setting(old, self.old_setting.as_ref())
            && setting(new, self.new_setting.as_ref())
            && self.settings_differ.as_ref().is_none_or(differ)
    }
}

fn at<'a>(raw: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(raw, |value, key| value.get(key))
}

impl Usernames {
    /// Why the service would not take this username, as far as the card knows. Blank ones are somebody else's question.
    pub fn problem(&self, username: &str) -> Option<String> {
        if self.shape == Some(Shape::Email) && !is_email(username) {
            return Some("must look like an e-mail address".to_owned());
        }
        let made = self.handle.map(|handle| handle.make(username));
        let (name, length) = match &made {
            Some(handle) => (format!("handle {handle}"), handle.chars().count()),
            None => ("username".to_owned(), username.chars().count()),
        };
        if let Some(longest) = self.longest.filter(|longest| length > *longest) {
            return Some(format!("{name} has {length} characters, limit {longest}"));
        }
        let problem = self.handle?.problem(made.as_deref().unwrap_or_default())?;
        Some(format!("{name} {problem}"))
    }
}

fn is_email(username: &str) -> bool {
    let sides = username.split_once('@');
    sides.is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && !username.contains(char::is_whitespace)
}
