//! Which username the new app's template would give each person, what that means beside the old one, and what is settled.
//!
//! A group assignment sends no username: the template decides (architecture 5). So a username is only called *same* when
//! every step of its evaluation is documented; a guess stays *unknown* and is shown as what it is.

mod collide;
mod plan;
mod predict;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::UserId;

pub use collide::{Claim, Clash, collisions};
pub use plan::{ClassChoice, Naming, PlannedName, UsernameChoices, plan};
pub use predict::{Predictor, TemplateOf, UsernamePerson, calibrate, predict, template_offer};

/// Longest username that Okta stores, in characters (schema of `credentials.userName`).
pub const LONGEST: usize = 100;

/// How a service compares usernames. [`folded`] is the usual way; a vendor's own way can be passed instead.
pub type Fold<'a> = &'a (dyn Fn(&str) -> String + Sync);

/// What the new app would call a person, beside the old app. The order is the one in which classes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UsernameClass {
    Same,
    /// Upper and lower case differ (and perhaps the Unicode form), nothing else.
    CaseOnly,
    /// The same letters, stored in another Unicode normal form: they look alike, and many services take them for two.
    UnicodeForm,
    /// Only the part after the last @ differs.
    Domain,
    Different,
    Blank,
    /// More characters than Okta stores ([`LONGEST`]).
    TooLong,
    /// Equal, as services compare, to the username of somebody else.
    Collision,
    /// Cannot be evaluated here, or only guessed.
    Unknown,
}

impl UsernameClass {
    /// All classes, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Same,
        Self::CaseOnly,
        Self::UnicodeForm,
        Self::Domain,
        Self::Different,
        Self::Blank,
        Self::TooLong,
        Self::Collision,
        Self::Unknown,
    ];

    /// Whether the template's username could stand as it is, once an admin has said so.
    pub fn can_take_predicted(self) -> bool {
        !matches!(self, Self::Blank | Self::TooLong | Self::Collision)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicted {
    pub user: UserId,
    pub old: Arc<str>,
    /// What the template gives; with class `Unknown` a mere guess, or nothing.
    pub predicted: Option<Arc<str>>,
    pub class: UsernameClass,
    /// The class if nobody else had the same username; equal to `class` without a collision.
    pub apart: UsernameClass,
    /// Who would have, or might have, the same username.
    pub rivals: Option<Box<Rivals>>,
    /// Why, where the class alone does not say it.
    pub note: Cow<'static, str>,
}

/// People who would have, or might have, the username of somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rivals {
    /// In the order of their ids; the first few.
    pub with: Vec<UserId>,
    /// How many people those are in all.
    pub of: usize,
}

/// What the template gives everybody, in the order of their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Predictions(Vec<Predicted>);

impl Predictions {
    pub fn new(mut all: Vec<Predicted>) -> Self {
        if !all.is_sorted_by(|a, b| a.user < b.user) {
            all.sort_by(|a, b| a.user.cmp(&b.user));
            all.dedup_by(|a, b| a.user == b.user);
        }
        Self(all)
    }

    pub fn get(&self, user: &UserId) -> Option<&Predicted> {
        let at = self.0.binary_search_by(|p| p.user.cmp(user)).ok()?;
        self.0.get(at)
    }

    pub fn values(&self) -> impl Iterator<Item = &Predicted> {
        self.0.iter()
    }

    pub fn as_slice(&self) -> &[Predicted] {
        &self.0
    }
}

/// How well an app's own template explains the usernames that Okta stored for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calibration {
    /// Predicted exactly as stored.
    pub right: usize,
    /// Predicted at all.
    pub total: usize,
    /// Not predictable, or only by a guess.
    pub unpredictable: usize,
    /// Wrong ones: person, stored, predicted; the first few.
    #[serde(default)]
    pub examples: Vec<(UserId, String, String)>,
}

/// The class of a sure prediction, collisions apart.
pub fn classify(old: &str, predicted: Option<&str>, fold: Fold<'_>) -> UsernameClass {
    judge(old, predicted, fold).0
}

fn judge(old: &str, predicted: Option<&str>, fold: Fold<'_>) -> (UsernameClass, Cow<'static, str>) {
    let predicted = predicted.unwrap_or_default();
    if predicted.trim().is_empty() {
        return (UsernameClass::Blank, Cow::default());
    }
    if predicted == old {
        return match too_long(predicted) {
            Some(words) => (UsernameClass::TooLong, words.into()),
            None => (UsernameClass::Same, Cow::default()),
        };
    }
    if let Some(words) = too_long(predicted) {
        return (UsernameClass::TooLong, words.into());
    }
    let (class, note) = differing(old, predicted);
    let note = if note.is_empty() && class >= UsernameClass::Domain && fold(old) == fold(predicted) {
        "the service makes the same account name of both"
    } else {
        note
    };
    (class, note.into())
}

/// "108 characters, limit 100".
fn too_long(username: &str) -> Option<String> {
    // Characters are never more than bytes.
    let length = if username.len() > LONGEST {
        username.chars().count()
    } else {
        0
    };
    (length > LONGEST).then(|| format!("{length} characters, limit {LONGEST}"))
}

fn differing(old: &str, predicted: &str) -> (UsernameClass, &'static str) {
    if old.is_empty() {
        return (UsernameClass::Different, "the old app keeps no username");
    }
    if !(old.is_ascii() && predicted.is_ascii()) {
        if old.nfc().eq(predicted.nfc()) {
            return (
                UsernameClass::UnicodeForm,
                "looks the same; the accents are stored in another form",
            );
        }
        if old.nfkc().eq(predicted.nfkc()) {
            return (
                UsernameClass::UnicodeForm,
                "letters are stored in a look-alike form, such as full-width ones",
            );
        }
    }
    if folded(predicted) == folded(old) {
        let same_letters = predicted.to_lowercase() == old.to_lowercase();
        let note = if same_letters {
            ""
        } else {
            "the accents are stored in another form as well"
        };
        return (UsernameClass::CaseOnly, note);
    }
    match (old.rsplit_once('@'), predicted.rsplit_once('@')) {
        (Some((a, _)), Some((b, _))) if a == b => (UsernameClass::Domain, ""),
        (Some((a, _)), Some((b, _))) if folded(a) == folded(b) => {
            (UsernameClass::Domain, "upper and lower case differ as well")
        }
        (Some((_, a)), Some((_, b))) if folded(a) == folded(b) => {
            (UsernameClass::Different, "the part before @ differs")
        }
        (Some(_), None) => (UsernameClass::Different, "only the old one has an @"),
        (None, Some(_)) => (UsernameClass::Different, "only the new one has an @"),
        _ => (UsernameClass::Different, ""),
    }
}

/// For comparing as services do: without case, and with accents in one form.
pub fn folded(username: &str) -> String {
    if username.is_ascii() {
        return username.to_ascii_lowercase();
    }
    username.nfc().collect::<String>().to_lowercase().nfc().collect()
}
