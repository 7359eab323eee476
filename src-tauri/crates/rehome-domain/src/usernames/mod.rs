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

use crate::{AppUser, ByUser, UserId};

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

/// Whom the template gives another username than the old app has, or perhaps another one; everybody else is of the class `Same`,
/// and not kept here a million times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Predictions(ByUser<Predicted>);

impl Predictions {
    pub fn new(all: Vec<Predicted>) -> Self {
        let odd = all.into_iter().filter(|p| p.class != UsernameClass::Same);
        Self(odd.map(|p| (p.user.clone(), p)).collect())
    }

    pub fn get(&self, user: &UserId) -> Option<&Predicted> {
        self.0.get(user)
    }

    /// Of somebody for whom there was a prediction.
    pub fn class_of(&self, user: &UserId) -> UsernameClass {
        self.get(user).map_or(UsernameClass::Same, |p| p.class)
    }

    /// In the order of the ids.
    pub fn values(&self) -> impl Iterator<Item = &Predicted> {
        self.0.values()
    }
}

/// What is settled for each person. Whoever gets by the template the very username of the old app, and nothing is to be said of
/// it, is not kept here a million times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(ByUser<PlannedName>);

impl Names {
    /// `old`: the usernames of the same people on the old app.
    pub fn new<'a>(all: ByUser<PlannedName>, old: impl Fn(&UserId) -> Option<&'a Arc<str>>) -> Self {
        let usual = |user: &UserId, name: &PlannedName| {
            name.settled && !name.explicit && name.note.is_empty() && name.username.as_ref() == old(user)
        };
        Self(all.into_iter().filter(|(user, name)| !usual(user, name)).collect())
    }

    /// Of whoever is not like the others.
    pub fn get(&self, user: &UserId) -> Option<&PlannedName> {
        self.0.get(user)
    }

    pub fn is_settled(&self, user: &UserId) -> bool {
        self.get(user).is_none_or(|name| name.settled)
    }

    /// The username has to be sent.
    pub fn is_explicit(&self, user: &UserId) -> bool {
        self.get(user).is_some_and(|name| name.explicit)
    }

    /// The username that the person shall have; `None`: nobody has decided, or whatever the template gives was accepted.
    pub fn username<'a>(&'a self, user: &'a AppUser) -> Option<&'a Arc<str>> {
        match self.get(&user.user) {
            Some(name) => name.username.as_ref(),
            None => Some(&user.user_name),
        }
    }

    /// Whoever is not like the others, in the order of the ids.
    pub fn iter(&self) -> impl Iterator<Item = (&UserId, &PlannedName)> {
        self.0.iter()
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
