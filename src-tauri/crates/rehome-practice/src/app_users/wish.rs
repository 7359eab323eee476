//! What a body asks for, read and checked.

use serde_json::Value;

use crate::{
    Behaviour,
    errors::{Refusal, credentials_by_scheme, invalid, mapped_and_pushed},
    schemas::{check_profile, value_faults},
    state::{App, Object, Org, Scope, User},
};

/// What a body asks for.
pub(super) struct Wish {
    pub scope: Option<Scope>,
    pub user_name: Option<String>,
    /// A password was sent; it cannot be read back, so only that counts.
    pub password: bool,
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
        let password = credentials.is_some_and(|it| it["password"]["value"].is_string());
        check_scheme(scheme, credentials, password)?;
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
            password: password && scheme.is_some(),
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

    /// Required attributes must end up with a value, and all values must fit, also those that a mapping gives.
    pub(super) fn check_values(&self, app: &App, profile: &Object) -> Result<(), Refusal> {
        let missing = missing_required(app, profile).into_iter();
        let mut causes = missing
            .map(|name| self.blank_words(name))
            .chain(value_faults(app, profile));
        let Some(first) = causes.next() else {
            return Ok(());
        };
        Err(causes.fold(invalid("assignment", first), Refusal::because))
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

/// What the app's credential scheme lets an admin set (api-facts 4.6). A password object without a value is harmless.
fn check_scheme(scheme: Option<&str>, credentials: Option<&Value>, password: bool) -> Result<(), Refusal> {
    match scheme {
        Some("SHARED_USERNAME_AND_PASSWORD") if credentials.is_some() => Err(credentials_by_scheme(
            "User level credentials should not be provided for this scheme.",
        )),
        Some("EXTERNAL_PASSWORD_SYNC" | "EDIT_PASSWORD_ONLY") if password => Err(credentials_by_scheme(
            "User level password should not be provided for this scheme.",
        )),
        _ => Ok(()),
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
