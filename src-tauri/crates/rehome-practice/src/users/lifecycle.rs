//! The states of an Okta user and the calls that go from one to the next; each refuses where Okta does.

use serde_json::{Value, json};

use crate::{
    errors::{Refusal, access_denied, invalid},
    log::{Event, Origin},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{Org, User},
};

pub(super) fn wrong_status() -> Refusal {
    Refusal::new(
        403,
        "E0000038",
        "This operation is not allowed in the user's current status.",
    )
}

/// `sendEmail` of a call: true unless it says false.
fn sends_email(call: &Call<'_>) -> bool {
    call.param("sendEmail")
        .is_none_or(|it| !it.eq_ignore_ascii_case("false"))
}

impl Org {
    pub(crate) fn turn_user(&mut self, call: &Call<'_>, id: &str, turn: &str) -> Answer {
        let user = self.known_user(id)?;
        let (id, status, password) = (user.id.clone(), user.status, user.account.password.is_some());
        let ready = if password { "ACTIVE" } else { "PROVISIONED" };
        match (turn, status) {
            ("activate", "STAGED" | "DEPROVISIONED") => {
                self.set_status(&id, ready, "user.lifecycle.activate", call);
                Ok(self.token_reply(call, "activation"))
            }
            ("activate", _) => Err(Refusal::new(
                403,
                "E0000016",
                "Activation failed because the user is already active",
            )),
            ("reactivate", "PROVISIONED" | "RECOVERY") => {
                self.set_status(&id, status, "user.lifecycle.reactivate", call);
                Ok(self.token_reply(call, "activation"))
            }
            ("deactivate", _) if id == self.token.owner => Err(access_denied()),
            ("deactivate", "DEPROVISIONED") => Err(wrong_status()),
            ("deactivate", _) => {
                self.log_turn(&id, "user.lifecycle.deactivate", call);
                self.deactivate_user(&id, call.at);
                Ok(Reply::json(json!({})))
            }
            ("suspend", "ACTIVE") => {
                self.set_status(&id, "SUSPENDED", "user.lifecycle.suspend", call);
                Ok(Reply::json(json!({})))
            }
            ("suspend", _) => Err(invalid("suspendUser", "Cannot suspend a user that is not active")),
            ("unsuspend", "SUSPENDED") => {
                self.set_status(&id, ready, "user.lifecycle.unsuspend", call);
                Ok(Reply::json(json!({})))
            }
            ("unsuspend", _) => Err(invalid(
                "unsuspendUser",
                "Cannot unsuspend a user that is not suspended",
            )),
            ("unlock", "LOCKED_OUT") => {
                self.set_status(&id, ready, "user.account.unlock", call);
                Ok(Reply::json(json!({})))
            }
            ("unlock", _) => Err(Refusal::new(403, "E0000032", "Unlock is not allowed for this user.")),
            ("reset_factors", "DEPROVISIONED") => Err(wrong_status()),
            ("reset_factors", _) => {
                self.log_turn(&id, "user.mfa.factor.reset_all", call);
                Ok(Reply::json(json!({})))
            }
            ("reset_password", "ACTIVE" | "PASSWORD_EXPIRED" | "RECOVERY" | "PROVISIONED" | "LOCKED_OUT") => {
                let next = if status == "PROVISIONED" { status } else { "RECOVERY" };
                self.set_status(&id, next, "user.account.reset_password", call);
                Ok(self.token_reply(call, "resetPassword"))
            }
            ("reset_password", _) => Err(Refusal::new(
                403,
                "E0000017",
                "Password reset failed because the user is not in a status that allows it.",
            )),
            ("expire_password" | "expire_password_with_temp_password", "ACTIVE" | "PASSWORD_EXPIRED" | "RECOVERY") => {
                self.set_status(&id, "PASSWORD_EXPIRED", "user.account.expire_password", call);
                let temporary = turn != "expire_password" || call.param("tempPassword") == Some("true");
                if temporary {
                    let password = format!("Aa1{}", self.ids.letters(7));
                    return Ok(Reply::json(json!({ "tempPassword": password })));
                }
                self.plain_user(call, &id)
            }
            _ => Err(wrong_status()),
        }
    }

    /// A user as a write answers with it.
    fn plain_user(&self, call: &Call<'_>, id: &str) -> Answer {
        Ok(Reply::json(self.show_user(self.known_user(id)?, call.base, true)))
    }

    fn log_turn(&mut self, id: &str, kind: &'static str, call: &Call<'_>) {
        if let Some(user) = self.users.get(id) {
            let event = Event::new(kind, call.at).on_user(user).origin(&Origin::Web);
            self.log_event(event);
        }
    }

    fn set_status(&mut self, id: &str, status: &'static str, event: &'static str, call: &Call<'_>) {
        let was = self.users.get(id).map(|user| user.status);
        if let Some(user) = self.users.get_mut(id) {
            user.status = status;
            user.status_changed = call.at;
            user.updated = call.at;
            if event == "user.lifecycle.activate" {
                user.account.activated = Some(call.at);
            }
        }
        self.log_turn(id, event, call);
        if was == Some("DEPROVISIONED") {
            // Memberships stayed; what they give comes back.
            let groups: Vec<String> = self
                .users
                .get(id)
                .map(|it| it.groups.iter().cloned().collect())
                .unwrap_or_default();
            for group in groups {
                self.follow_membership(&group, id, call.at);
            }
            let everyone = self.everyone.clone();
            self.follow_membership(&everyone, id, call.at);
            self.follow_rules(id, call.at);
        }
    }

    /// With an email nothing is answered; without, the link that would have been in it.
    fn token_reply(&mut self, call: &Call<'_>, what: &str) -> Reply {
        if sends_email(call) {
            return Reply::json(json!({}));
        }
        let token = self.ids.letters(20);
        Reply::json(match what {
            "activation" => {
                json!({ "activationUrl": format!("{}/welcome/{token}", call.base), "activationToken": token })
            }
            _ => json!({ "resetPasswordUrl": format!("{}/signin/reset-password/{token}", call.base) }),
        })
    }

    /// Changes of password and recovery question. Passwords are not kept, so the old one is taken as right.
    pub(crate) fn change_credentials(&mut self, call: &Call<'_>, id: &str, what: &str) -> Answer {
        let body = object_body(call)?;
        let user = self.known_user(id)?;
        let (id, status) = (user.id.clone(), user.status);
        let has_question = user.account.question.is_some();
        match what {
            "change_password" => {
                if !matches!(status, "ACTIVE" | "PASSWORD_EXPIRED" | "RECOVERY" | "STAGED") {
                    return Err(wrong_status());
                }
                let new = body
                    .get("newPassword")
                    .and_then(|it| it["value"].as_str())
                    .unwrap_or("");
                super::write::check_password(new)?;
                self.set_password(&id, call);
            }
            "change_recovery_question" => {
                let question = body
                    .get("recovery_question")
                    .and_then(|it| it["question"].as_str())
                    .ok_or_else(|| invalid("recovery_question", "recovery_question: The field cannot be left blank"))?;
                if let Some(user) = self.users.get_mut(&id) {
                    user.account.question = Some(question.to_owned());
                    user.updated = call.at;
                }
            }
            "forgot_password" => {
                if status != "ACTIVE" || !has_question {
                    return Err(wrong_status());
                }
                self.set_status(&id, "RECOVERY", "user.account.reset_password", call);
                return Ok(self.token_reply(call, "resetPassword"));
            }
            _ => {
                if !has_question {
                    return Err(wrong_status());
                }
                self.set_password(&id, call);
            }
        }
        let shown = self.show_user(self.known_user(&id)?, call.base, true);
        Ok(Reply::json(shown["credentials"].clone()))
    }

    fn set_password(&mut self, id: &str, call: &Call<'_>) {
        if let Some(user) = self.users.get_mut(id) {
            user.account.password = Some(call.at);
            user.updated = call.at;
            if user.status != "STAGED" {
                user.status = "ACTIVE";
            }
        }
    }
}

/// Nothing of a user's sessions and factors is simulated: the lists are empty, and clearing them succeeds.
pub(crate) fn nothing_of(_user: &User) -> Reply {
    Reply::json(Value::Array(Vec::new()))
}
