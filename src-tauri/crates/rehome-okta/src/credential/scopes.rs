//! What a service app may be allowed: scopes of Okta's own API.

use std::collections::BTreeSet;

use jiff::Timestamp;

/// What steps 1 and 2, planning and proving need: nothing but reading (api-facts 1.6).
pub const PLAN_SCOPES: [&str; 10] = [
    "okta.apps.read",
    "okta.users.read",
    "okta.groups.read",
    "okta.schemas.read",
    "okta.userTypes.read",
    "okta.profileMappings.read",
    "okta.policies.read",
    "okta.logs.read",
    "okta.roles.read",
    "okta.appGrants.read",
];

/// What moving people and retiring the old app need on top: every write of Rehome is one below `/apps` (api-facts 1.6).
pub const RUN_SCOPES: [&str; 1] = ["okta.apps.manage"];

/// Adding people to groups: what a wave group takes.
pub const GROUPS_SCOPE: &str = "okta.groups.manage";

/// Raising the app's share of Okta's limits.
pub const SHARE_SCOPE: &str = "okta.principalRateLimits.manage";

/// What makes a move quicker where it is granted, and what no move needs.
pub const OPTIONAL_SCOPES: [&str; 2] = [GROUPS_SCOPE, SHARE_SCOPE];

/// Scopes of one access token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<String>);

/// What Okta has granted to a service app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    pub scopes: Scopes,
    /// Of [`PLAN_SCOPES`] and [`RUN_SCOPES`], what is not granted, in that order.
    pub missing: Vec<String>,
    /// The token is bound to a key of this process.
    pub dpop: bool,
    /// By the org's clock. Rehome renews the token before.
    pub expires: Option<Timestamp>,
}

impl Scopes {
    /// From a list separated by white space, as in `scope` of a token answer.
    pub fn parse(text: &str) -> Self {
        text.split_whitespace().collect()
    }

    /// Whether it is granted, by itself or by the `manage` scope of the same area, which covers it.
    pub fn allow(&self, scope: &str) -> bool {
        let managed = scope.strip_suffix(".read").map(|area| format!("{area}.manage"));
        self.0.contains(scope) || managed.is_some_and(|manage| self.0.contains(&manage))
    }

    /// Of these, what is not granted.
    pub fn missing<'a>(&self, wanted: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let not_granted = wanted.into_iter().filter(|scope| !self.allow(scope));
        not_granted.map(str::to_owned).collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the token endpoint wants them.
    pub(super) fn to_parameter(&self) -> String {
        self.iter().collect::<Vec<_>>().join(" ")
    }

    pub(super) fn insert(&mut self, scope: &str) {
        self.0.insert(scope.to_owned());
    }

    /// What every move needs.
    pub(super) fn needed() -> impl Iterator<Item = &'static str> + Clone {
        PLAN_SCOPES.into_iter().chain(RUN_SCOPES)
    }

    /// Everything that Rehome can use.
    pub(super) fn wanted() -> impl Iterator<Item = &'static str> + Clone {
        Self::needed().chain(OPTIONAL_SCOPES)
    }
}

impl<'a> FromIterator<&'a str> for Scopes {
    fn from_iter<T: IntoIterator<Item = &'a str>>(scopes: T) -> Self {
        Self(scopes.into_iter().map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn managing_covers_reading_of_the_same_area_only() {
        let scopes = Scopes::parse("okta.apps.manage  okta.logs.read");
        assert!(scopes.allow("okta.apps.read"));
        assert!(scopes.allow("okta.apps.manage"));
        assert!(scopes.allow("okta.logs.read"));
        assert!(!scopes.allow("okta.logs.manage"));
        assert!(!scopes.allow("okta.appGrants.read"));
        assert_eq!(
            scopes.missing(["okta.users.read", "okta.apps.read"]),
            ["okta.users.read"]
        );
    }
}
