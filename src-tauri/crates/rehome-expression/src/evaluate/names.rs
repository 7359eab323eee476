//! What stands before the first dot: profiles, settings, the org.

use std::borrow::Cow;

use serde_json::Value;

use super::{NULL, Outcome, Stop, Walk, unknown};
use crate::Attributes;

impl<'t> Walk<'t> {
    /// A name without a dot. Okta's page has samples that write the attributes of the mapping's source side so; an
    /// attribute of that name is taken, with a doubt, because everywhere else the page asks for `source.`.
    pub(super) fn root_alone(&mut self, at: usize, name: &str) -> Outcome<'t> {
        let hint = match name {
            "user" | "source" | "appuser" | "app" | "org" => {
                format!("{name} stands for all attributes; write {name}.attribute.")
            }
            _ => {
                let source = self.scope.source.unwrap_or(self.scope.user);
                if let Some(value) = source.get(name) {
                    self.doubts.add(
                        at,
                        format!(
                            "{name} stands alone; taken here is source.{name}, which Okta's page does in two samples only."
                        ),
                    );
                    return Ok(value);
                }
                format!("\"{name}\" is neither a text in quotes nor an attribute such as user.{name}.")
            }
        };
        Err(Stop::Error { at, message: hint })
    }

    pub(super) fn org(&self, at: usize, name: &str) -> Outcome<'t> {
        let org = self.scope.org;
        let value = match name {
            "name" => org.name,
            "subDomain" | "subdomain" => org.sub_domain,
            "externalKey" => org.external_key,
            _ => {
                return Err(Stop::Error {
                    at,
                    message: format!("An org has name and subDomain, but no {name}."),
                });
            }
        };
        match value {
            Some(value) => Ok(Cow::Owned(Value::from(value))),
            None => unknown(format!("org.{name} of this org is not known here.")),
        }
    }

    pub(super) fn attribute(&self, root: &str, name: &str) -> Outcome<'t> {
        let scope = self.scope;
        let of = |profile: &'t dyn Attributes| Ok(profile.get(name).unwrap_or(Cow::Borrowed(&NULL)));
        let at_hand = |profile: Option<&'t dyn Attributes>, what: &str| match profile {
            Some(profile) => of(profile),
            None => unknown(format!("{root}.{name} needs {what}, which is not known here.")),
        };
        // Only what a person may have left empty can have been cleared.
        let of_person = |profile: &'t dyn Attributes| {
            let found = profile.get(name).unwrap_or(Cow::Borrowed(&NULL));
            if self.cleared && found.is_null() {
                return Ok(Cow::Owned(Value::String(String::new())));
            }
            Ok(found)
        };
        match root {
            "source" if scope.source.is_none() && from_directory(name) && scope.user.get(name).is_none() => {
                unknown(format!(
                    "source.{name} comes from the directory that the person comes from, not from the Okta profile."
                ))
            }
            "user" => of_person(scope.user),
            "source" => of_person(scope.source.unwrap_or(scope.user)),
            "appuser" => match scope.appuser {
                Some(profile) => of_person(profile),
                None => at_hand(None, "the person's profile in the app"),
            },
            "app" | "target_app" => at_hand(scope.app, "the settings of the app"),
            "instance" => at_hand(scope.instance, "the settings of the instance"),
            "idpuser" => unknown(format!(
                "idpuser.{name} is known only while somebody signs in through an identity provider."
            )),
            "session" => unknown(format!("session.{name} is known only while somebody signs in.")),
            _ => {
                if let Some(profile) = scope.named.get(root).copied() {
                    return of_person(profile);
                }
                if scope.app_variable == Some(root) {
                    return at_hand(scope.appuser, "the person's profile in the app");
                }
                if let (Some(stem), Some(variable)) = (root.strip_suffix("_app"), scope.app_variable)
                    && stem == variable
                {
                    return at_hand(scope.app, "the settings of the app");
                }
                unknown(format!(
                    "{root}.{name} looks into another app instance, whose values are not at hand."
                ))
            }
        }
    }
}

/// Attributes of a directory account in Okta's own username templates (api-facts 4.5).
fn from_directory(name: &str) -> bool {
    matches!(name, "userName" | "samAccountName" | "employeeID")
}
