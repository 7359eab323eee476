//! What a body asks for, read and checked.

use serde_json::Value;

use crate::{
    Behaviour,
    errors::{Refusal, credentials_by_scheme, invalid, mapped_and_pushed},
    schema_mapping::check_profile,
    state::{App, Object, Org, Scope, User},
};

/// What a body asks for.
pub(super) struct Wish {
    pub scope: Option<Scope>,
    pub user_name: Option<String>,
    pub profile: Object,
}

impl Org {
    /// Reads and checks what a body asks for.
    pub(super) fn wish(&self, app: &App, body: &Object) -> Result<Wish, Refusal> {
        let scope = match body.get("scope").and_then(Value::as_str) {
            None => None,
            Some("USER") => Some(Scope::User),
            Some("GROUP") => Some(Scope::Group),
            Some(other) => return Err(invalid("scope", format!("scope: '{other}' is not a valid value"))),
        };
        let credentials = body.get("credentials").filter(|it| !it.is_null());
        let scheme = app
            .raw
            .get("credentials")
            .and_then(|it| it.get("scheme"))
            .and_then(Value::as_str);
        if credentials.is_some() && scheme == Some("SHARED_USERNAME_AND_PASSWORD") {
            return Err(credentials_by_scheme());
        }
        let user_name = credentials
            .and_then(|it| it.get("userName"))
            .and_then(Value::as_str)
            .map(str::to_owned);
        if user_name.as_ref().is_some_and(|name| name.chars().count() > 100) {
            return Err(invalid(
                "assignment",
                "credentials.userName: The field is too long, at most 100 characters",
            ));
        }
        if user_name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            return Err(self.blank("assignment", "credentials.userName"));
        }
        let profile = match body.get("profile") {
            None | Some(Value::Null) => Object::new(),
            Some(Value::Object(profile)) => profile.clone(),
            Some(_) => return Err(crate::errors::malformed_body()),
        };
        check_profile(app, &profile, false)?;
        Ok(Wish {
            scope,
            user_name,
            profile,
        })
    }

    /// With profile push on, a mapped attribute takes no other value than the mapping gives.
    pub(super) fn check_not_locked(&self, app: &App, user: &User, wish: &Wish) -> Result<(), Refusal> {
        if !app.pushes("PUSH_PROFILE_UPDATES") {
            return Ok(());
        }
        let mapped = self.mapped_values(app, user);
        let locked = wish
            .profile
            .iter()
            .find(|(name, value)| mapped.get(*name).is_some_and(|have| have != *value));
        locked.map_or(Ok(()), |(name, _)| Err(mapped_and_pushed(name)))
    }

    /// Required attributes must end up with a value.
    pub(super) fn check_required(&self, app: &App, profile: &Object) -> Result<(), Refusal> {
        let missing = missing_required(app, profile);
        let Some((first, others)) = missing.split_first() else {
            return Ok(());
        };
        let cause = |name: &str| self.blank_words(name);
        let refusal = self.blank("assignment", first);
        Err(others
            .iter()
            .fold(refusal, |refusal, name| refusal.because(cause(name))))
    }

    /// A required field was left out; the words are not known for sure.
    pub(super) fn blank(&self, what: &str, field: &str) -> Refusal {
        invalid(what, self.blank_words(field))
    }

    fn blank_words(&self, field: &str) -> String {
        if self.behaves(Behaviour::OtherWordsForRequired) {
            format!("Property '{field}' is required and must not be null")
        } else {
            format!("{field}: The field cannot be left blank")
        }
    }
}

/// Required attributes without a value. `userName` is the credentials' business.
pub(crate) fn missing_required<'a>(app: &'a App, profile: &Object) -> Vec<&'a str> {
    let definitions = app.schema.get("definitions");
    let required = ["custom", "base"]
        .into_iter()
        .filter_map(move |part| definitions?.get(part)?.get("required")?.as_array());
    required
        .flatten()
        .filter_map(Value::as_str)
        .filter(|name| *name != "userName")
        .filter(|name| profile.get(*name).is_none_or(|value| value.is_null() || value == ""))
        .collect()
}
