//! What an expression may look at.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde_json::{Map, Value};

/// Values by name: JSON as it is, or however somebody who holds many people keeps them.
pub trait Attributes: fmt::Debug {
    /// `None`: never set. Null is a value here.
    fn get(&self, name: &str) -> Option<Cow<'_, Value>>;
}

/// A JSON object for a [`Scope`].
pub fn attributes(object: &Map<String, Value>) -> &dyn Attributes {
    object
}

impl Attributes for Map<String, Value> {
    fn get(&self, name: &str) -> Option<Cow<'_, Value>> {
        Map::get(self, name).map(Cow::Borrowed)
    }
}

/// Everything that is at hand for one person and one app.
///
/// ```
/// # use rehome_expression::{Org, Scope};
/// # let profile = serde_json::Map::new();
/// let scope = Scope { org: Org { sub_domain: Some("acme"), ..Org::default() }, ..Scope::new(&profile) };
/// ```
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// `user.`: the Okta profile. An attribute that was never set is `null`, cleared is `""`.
    pub user: &'a dyn Attributes,
    /// `source.`: the source side of the mapping. None: the same as `user`, as in Okta → app.
    pub source: Option<&'a dyn Attributes>,
    /// `appuser.` and `{app_variable}.`: the person's profile in the app at hand.
    pub appuser: Option<&'a dyn Attributes>,
    /// `app.`, `target_app.` and `{app_variable}_app.`: `settings.app` of the app at hand.
    pub app: Option<&'a dyn Attributes>,
    /// `instance.`: for the AD username template `${source.userName}${instance.userSuffix}`.
    pub instance: Option<&'a dyn Attributes>,
    /// The variable of the app at hand: `name` of its schema, not of the app (api-facts 9.1).
    pub app_variable: Option<&'a str>,
    pub org: Org<'a>,
    /// Profiles of the same person in other, named app instances, by their variable.
    pub named: BTreeMap<&'a str, &'a dyn Attributes>,
    pub internal: Internal<'a>,
    /// How what Okta does not document is read; the default is the guess that warnings speak of.
    pub readings: Readings,
    /// The person's groups, id and name, for `isMemberOfGroup...()`, `getFilteredGroups()` and `user.getGroups()`. None: they are not at hand.
    pub groups: Option<&'a [(&'a str, &'a str)]>,
    /// The moment that `Time.now()` gives. None: not known.
    pub now: Option<Timestamp>,
}

/// The other readings of what the documentation leaves open (api-facts 9.5). A simulated org switches them on, to show
/// that nothing depends on the guess.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// Joining text with null adds the word `null`, as Java does, instead of nothing; in `String.join` too.
    pub null_is_a_word: bool,
    /// `substringBefore` and `substringAfter` give null when the needle is not there, instead of the whole text and nothing.
    pub absent_needle_is_null: bool,
    /// A substring beyond the end of the text gives null instead of what there is.
    pub out_of_range_is_null: bool,
    /// `String.replaceFirst` takes a regular expression instead of plain text.
    pub replace_first_takes_patterns: bool,
}

/// `org.name`, `org.subDomain`, `org.externalKey`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Org<'a> {
    pub name: Option<&'a str>,
    pub sub_domain: Option<&'a str>,
    pub external_key: Option<&'a str>,
}

/// `user.getInternalProperty("id")` and `("status")`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Internal<'a> {
    pub id: Option<&'a str>,
    pub status: Option<&'a str>,
}

impl<'a> Scope<'a> {
    /// A scope with nothing but the Okta profile.
    pub fn new(user: &'a dyn Attributes) -> Self {
        Self {
            user,
            source: None,
            appuser: None,
            app: None,
            instance: None,
            app_variable: None,
            org: Org::default(),
            named: BTreeMap::new(),
            internal: Internal::default(),
            readings: Readings::default(),
            groups: None,
            now: None,
        }
    }
}
