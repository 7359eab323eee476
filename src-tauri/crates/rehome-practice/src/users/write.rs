//! Making and changing Okta users, checked against the schema of their type.

use serde_json::{Map, Value, json};

use crate::{
    directory::UserType,
    errors::{Refusal, invalid, not_found},
    log::{Event, Origin},
    reply::{Answer, Call, Reply},
    routes::object_body,
    schemas::{property, refuse},
    state::{Account, Object, Org, User},
};

/// Attributes that nothing may stand in for, whatever the schema says.
const NEVER_BLANK: [&str; 2] = ["login", "email"];

impl Org {
    pub(crate) fn create_user(&mut self, call: &Call<'_>) -> Answer {
        let body = object_body(call)?;
        let kind = self.wanted_type(&body)?;
        let sent = body
            .get("profile")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let mut profile = Object::new();
        merge(&mut profile, sent);
        let mut account = Account {
            kind: (kind.id != self.user_type).then(|| kind.id.clone()),
            ..Account::default()
        };
        let mut causes = faults(kind, &profile, true);
        causes.extend(self.login_faults(&profile, None));
        // Okta names the object after the step: the profile of a new user, else the attribute itself.
        refuse(&what(&causes, "newUser"), causes)?;
        take_credentials(&mut account, &body, call)?;
        let groups = self.wanted_groups(&body)?;
        let status = first_status(&account, call);
        if status != "STAGED" {
            account.activated = Some(call.at);
        }
        let id = self.ids.next("00u");
        let user = User {
            account,
            ..User::since(call.at, id.clone(), status, profile)
        };
        let event = Event::new("user.lifecycle.create", call.at)
            .on_user(&user)
            .origin(&Origin::Web);
        self.add_user(user);
        self.log_event(event);
        for group in groups {
            self.join(&group, &id, call.at);
        }
        self.follow_rules(&id, call.at);
        self.read_user(call, &id).map(without_etag)
    }

    fn wanted_type(&self, body: &Object) -> Result<&UserType, Refusal> {
        let id = body.get("type").and_then(|kind| kind["id"].as_str());
        self.known_type(id.unwrap_or("default"))
    }

    fn wanted_groups(&self, body: &Object) -> Result<Vec<String>, Refusal> {
        let ids = body.get("groupIds").and_then(Value::as_array).into_iter().flatten();
        let known = |id: &str| self.known_group(id).map(|group| group.id.clone());
        ids.filter_map(Value::as_str).map(known).collect()
    }

    /// A login is unique in the org, without regard to case, and an email address.
    fn login_faults(&self, profile: &Object, own: Option<&str>) -> Vec<String> {
        let login = profile.get("login").and_then(Value::as_str).unwrap_or("");
        let taken = self.logins.get(&login.to_lowercase());
        if taken.is_some_and(|id| Some(id.as_str()) != own) {
            return vec!["login: An object with this field already exists in the current organization".into()];
        }
        if !login.is_empty() && !property::looks_like_email(login) {
            return vec!["login: Username must be in the form of an email address".into()];
        }
        Vec::new()
    }

    /// POST changes what is named, PUT replaces the profile; both take credentials.
    pub(crate) fn update_user(&mut self, call: &Call<'_>, id: &str, whole: bool) -> Answer {
        let user = self.known_user(id)?;
        let id = user.id.clone();
        if user.status == "DEPROVISIONED" {
            return Err(super::lifecycle::wrong_status());
        }
        let body = object_body(call)?;
        let mut kind = self.type_of(user).to_owned();
        if body.get("type").is_some_and(|it| it["id"].is_string()) {
            kind = self.wanted_type(&body)?.id.clone();
        }
        let mut profile = user.profile.clone();
        match body.get("profile").and_then(Value::as_object) {
            Some(sent) => {
                if whole {
                    profile.clear();
                }
                merge(&mut profile, sent.clone());
                let sent: Object = if whole { profile.clone() } else { sent.clone() };
                let mut causes = faults(self.known_type(&kind)?, &sent, whole);
                causes.extend(self.login_faults(&profile, Some(&id)));
                refuse(&what(&causes, "profile"), causes)?;
            }
            None if whole => return Err(invalid("profile", "profile: The field cannot be left blank")),
            None => {}
        }
        let mut account = user.account.clone();
        take_credentials(&mut account, &body, call)?;
        account.kind = (kind != self.user_type).then_some(kind);
        let old = user.login().to_lowercase();
        let event = Event::new("user.account.update_profile", call.at)
            .on_user(user)
            .origin(&Origin::Web);
        let Some(user) = self.users.get_mut(&id) else {
            return Err(not_found(&id, "User"));
        };
        user.profile = profile;
        user.account = account;
        user.updated = call.at;
        let new = user.login().to_lowercase();
        self.logins.remove(&old);
        self.logins.insert(new, id.clone());
        self.log_event(event);
        self.follow_rules(&id, call.at);
        self.read_user(call, &id).map(without_etag)
    }

    /// The first DELETE deactivates, the second one removes for good.
    pub(crate) fn delete_user(&mut self, call: &Call<'_>, id: &str) -> Answer {
        let user = self.known_user(id)?;
        let id = user.id.clone();
        if id == self.token.owner {
            return Err(crate::errors::access_denied());
        }
        if user.status != "DEPROVISIONED" {
            self.deactivate_user(&id, call.at);
            return Ok(Reply::empty());
        }
        let event = Event::new("user.lifecycle.delete.initiated", call.at)
            .on_user(user)
            .origin(&Origin::Web);
        let groups: Vec<String> = user.groups.iter().cloned().collect();
        let login = user.login().to_lowercase();
        for group in groups {
            self.leave(&group, &id, call.at);
        }
        for app in self.apps.values_mut() {
            app.users.remove(&id);
        }
        self.users.remove(&id);
        self.logins.remove(&login);
        self.forget(&id);
        self.log_event(event);
        Ok(Reply::empty())
    }
}

/// Writes one profile over another; null clears.
fn merge(profile: &mut Object, sent: Map<String, Value>) {
    for (name, value) in sent {
        if value.is_null() {
            profile.shift_remove(&name);
        } else {
            profile.insert(name, value);
        }
    }
}

/// `whole`: required attributes must be there; else only what is sent is looked at.
fn faults(kind: &UserType, profile: &Object, whole: bool) -> Vec<String> {
    let mut causes = Vec::new();
    let all = kind.base.iter().chain(&kind.custom);
    for (name, property) in all {
        let required = property["required"] == true || NEVER_BLANK.contains(&name.as_str());
        let value = profile.get(name);
        let blank = value.is_none_or(|value| value.is_null() || value == "");
        if required && blank && (whole || value.is_some()) {
            causes.push(format!("{name}: The field cannot be left blank"));
        }
    }
    for (name, value) in profile {
        match kind.property(name) {
            None => causes.push(format!("Property name '{name}' is not defined in profile")),
            Some(_) if value == "" => {}
            Some(property) => causes.extend(property::fault_of(name, property, value)),
        }
    }
    causes
}

/// What Okta says was not valid: the attribute when there is one, else the object.
fn what(causes: &[String], object: &str) -> String {
    let first = causes.first().and_then(|cause| cause.split_once(": "));
    first.map_or(object, |(attribute, _)| attribute).to_owned()
}

/// Sets what a body brings: password (never shown again), recovery question, provider.
fn take_credentials(account: &mut Account, body: &Object, call: &Call<'_>) -> Result<(), Refusal> {
    let Some(credentials) = body.get("credentials").filter(|it| it.is_object()) else {
        return Ok(());
    };
    let password = &credentials["password"];
    if let Some(text) = password["value"].as_str() {
        check_password(text)?;
    }
    if password["value"].is_string() || password["hash"].is_object() || password["hook"].is_object() {
        account.password = Some(call.at);
    }
    if let Some(question) = credentials["recovery_question"]["question"].as_str() {
        account.question = Some(question.to_owned());
    }
    if let Some(kind) = credentials["provider"]["type"].as_str() {
        let name = credentials["provider"]["name"].as_str().unwrap_or(kind);
        account.provider = (kind != "OKTA").then(|| json!({ "type": kind, "name": name }));
    }
    Ok(())
}

/// The default password policy: eight characters, lower case, upper case, a digit.
pub(super) fn check_password(text: &str) -> Result<(), Refusal> {
    let has = |of: fn(char) -> bool| text.chars().any(of);
    if text.chars().count() >= 8 && has(char::is_lowercase) && has(char::is_uppercase) && has(|c| c.is_ascii_digit()) {
        return Ok(());
    }
    Err(invalid(
        "password",
        "password: Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username.",
    ))
}

/// What a new user begins as, by the call's parameters and the credentials at hand.
fn first_status(account: &Account, call: &Call<'_>) -> &'static str {
    let flag = |name: &str| call.param(name).is_some_and(|it| it.eq_ignore_ascii_case("true"));
    let staged = call
        .param("activate")
        .is_some_and(|it| it.eq_ignore_ascii_case("false"));
    if staged {
        return "STAGED";
    }
    match (&account.password, flag("provider") || account.provider.is_some()) {
        (Some(_), _) if call.param("nextLogin") == Some("changePassword") => "PASSWORD_EXPIRED",
        (Some(_), _) | (None, true) => "ACTIVE",
        (None, false) => "PROVISIONED",
    }
}

/// Only reading a user answers with an Etag.
fn without_etag(mut reply: Reply) -> Reply {
    reply.headers.retain(|(name, _)| *name != "Etag");
    reply
}
