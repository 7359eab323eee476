//! What a change is, buys and costs, for the admin who approves it.

use super::Change;
use crate::plain;

impl Change {
    pub fn title(&self) -> String {
        match self {
            Self::ShareKey { .. } => "Copy the old app's signing key to the new app".to_owned(),
            Self::UseKey { .. } => "Sign with another key".to_owned(),
            Self::AssignPolicy { name, .. } => format!("Give the new app the access policy {name}"),
            Self::MapAttribute {
                attribute,
                expression: Some(_),
                ..
            } => format!("Map {attribute}"),
            Self::MapAttribute { attribute, .. } => format!("Take the mapping of {attribute} away"),
            Self::AddAttribute { name, definition } if definition.is_null() => {
                format!("Take the attribute {name} away")
            }
            Self::AddAttribute { name, .. } => format!("Add the attribute {name}"),
            Self::UsernameTemplate { .. } => "Change how the new app makes usernames".to_owned(),
            Self::Tile { label, hide, .. } if hide.web => format!("Hide the tile of {label}"),
            Self::Tile { label, .. } => format!("Show the tile of {label}"),
            Self::Feature { name, .. } => format!("Set {}", feature(name)),
        }
    }

    /// What is changed, with what was there before.
    pub fn what(&self) -> String {
        match self {
            Self::ShareKey { from, kid, to } => {
                format!(
                    "The key {kid} of the app {from} is copied to the app {to}. The new app does not sign with it yet."
                )
            }
            Self::UseKey { kid, was } => match was {
                Some(was) => format!("The new app signs with the key {kid} instead of {was}."),
                None => format!("The new app signs with the key {kid}."),
            },
            Self::AssignPolicy { name, was, .. } => match was {
                Some((_, was)) => format!("The new app gets the policy {name} instead of {was}."),
                None => format!("The new app gets the policy {name}."),
            },
            Self::MapAttribute {
                attribute,
                expression,
                push,
                was,
                ..
            } => {
                let before = was.as_ref().map_or_else(
                    || "It was not mapped before.".to_owned(),
                    |was| format!("Before: {}.", was.expression),
                );
                match expression {
                    Some(expression) => {
                        let often = if *push {
                            "on create and update"
                        } else {
                            "on create only"
                        };
                        format!("On the new app, {attribute} is filled by {expression}, {often}. {before}")
                    }
                    None => format!("On the new app, nothing fills {attribute} any more. {before}"),
                }
            }
            Self::AddAttribute { name, definition } if definition.is_null() => {
                format!("The new app loses the attribute {name}.")
            }
            Self::AddAttribute { name, definition } => {
                let kind = plain(&definition["type"]);
                format!(
                    "The new app gets the attribute {name} ({}).",
                    if kind.is_empty() { "any type" } else { &kind }
                )
            }
            Self::UsernameTemplate { template, was, .. } => match was {
                Some((was, _)) => format!("The new app makes usernames by {template} instead of {was}."),
                None => format!("The new app makes usernames by {template}."),
            },
            Self::Tile { label, hide, .. } => match (hide.web, hide.ios) {
                (true, true) => format!("{label} is hidden from people's dashboards and from Okta's mobile app."),
                (true, false) => format!("{label} is hidden from people's dashboards; Okta's mobile app shows it."),
                (false, true) => format!("{label} shows on people's dashboards, and not in Okta's mobile app."),
                (false, false) => format!("{label} shows on people's dashboards and in Okta's mobile app."),
            },
            Self::Feature { name, body, was } => {
                let before = was
                    .as_ref()
                    .map(|was| format!(" Before: {}.", settings(was)))
                    .unwrap_or_default();
                format!(
                    "On the new app, {} is set to {}.{before}",
                    feature(name),
                    settings(body)
                )
            }
        }
    }

    /// What it buys, and what it does not.
    pub fn buys(&self) -> String {
        match self {
            Self::ShareKey { .. } => "It spares the certificate change only, once the new app signs with this key. The service must still change issuer and sign-on URL, and until then sign-ins that start at the service go through the old app.",
            Self::UseKey { .. } => "The service can go on trusting the certificate that it knows. It must still change issuer and sign-on URL.",
            Self::AssignPolicy { .. } => "People are asked for the same as before when they sign in. A policy is shared: whoever changes it later changes it for every app that has it.",
            Self::MapAttribute { expression: Some(_), .. } => "Okta fills the value for everybody who is assigned from now on, and Rehome does not send it.",
            Self::MapAttribute { .. } => "Okta no longer fills the value, so that it can be sent for each person.",
            Self::AddAttribute { definition, .. } if definition.is_null() => "The new app is as it was before.",
            Self::AddAttribute { .. } => "Values of the old app get a place on the new one. Whether the service uses it is for the service to say.",
            Self::UsernameTemplate { .. } => "Whoever is assigned from now on gets the username that the template makes. It does not rename accounts in the service.",
            Self::Tile { hide, .. } if hide.web => "Nobody opens it by its tile while the service would refuse them. People keep the app, and sign-in that starts at the service works as before.",
            Self::Tile { .. } => "People find it where they look for it.",
            Self::Feature { .. } => "The new app does for its people what the old one did. The connection to the service has to be there already.",
        }
        .to_owned()
    }

    /// What to know before approving. `people_on_new_app`: who is on it already.
    pub fn warnings(&self, people_on_new_app: usize) -> Vec<String> {
        let there = match people_on_new_app {
            0 => None,
            1 => Some("1 person is".to_owned()),
            many => Some(format!("{} are", crate::compare::people(many))),
        };
        let mut found = Vec::new();
        match self {
            Self::ShareKey { .. } => {
                found.push("Okta has no call that takes a copied key away again. It does nothing as long as the new app signs with another one.".to_owned());
                found.push("Whoever gets hold of this key can sign for both apps, and when its certificate expires it does so for both.".to_owned());
            }
            Self::UseKey { .. } => {
                found.extend(there.map(|there| format!("{there} on the new app: if the service knows its present certificate, they are refused from this moment on.")));
            }
            Self::AssignPolicy { .. } => {
                found.extend(there.map(|there| format!("{there} on the new app: the policy holds for their next sign-in.")));
                found.push("Okta may refuse this while policies are being merged; then assign it on the Sign On tab.".to_owned());
            }
            Self::MapAttribute { .. } | Self::UsernameTemplate { .. } => found.push(match there {
                Some(there) => format!("{there} on the new app already. Okta does not apply this to people who are already assigned: they keep what they have."),
                None => "Okta does not apply this to people who are already assigned, so do it before the pilot. Nobody is assigned yet.".to_owned(),
            }),
            Self::AddAttribute { definition, .. } if definition.is_null() => {
                found.push("Every value that it holds is lost, and for a while Okta refuses a new attribute of the same name.".to_owned());
            }
            Self::AddAttribute { .. } => {
                found.push("The type and the scope of an attribute cannot be changed afterwards.".to_owned());
                if definition_required(self) {
                    found.extend(there.map(|there| format!("{there} on the new app without a value for it, and it is required.")));
                }
            }
            Self::Tile { .. } => {}
            Self::Feature { body, .. } => {
                if body["update"]["lifecycleDeactivate"]["status"] == "ENABLED" {
                    found.push("Deactivate Users would be on: taking somebody off the new app then switches the account off in the service. Leave it off until the move is over.".to_owned());
                }
                found.extend(there.map(|there| format!("{there} on the new app: whoever was assigned before Create Users was on needs Provision User, one by one.")));
            }
        }
        found
    }

    pub fn undo_words(&self) -> String {
        match self {
            Self::ShareKey { .. } => "The copy stays on the new app and does nothing. Let the new app sign with its own key again, if it has been changed.".to_owned(),
            Self::AddAttribute { definition, .. } if definition.is_null() => "Add it again by hand; its values are gone.".to_owned(),
            Self::AddAttribute { name, .. } => format!("The attribute {name} is taken away again, with every value in it."),
            Self::UseKey { was: None, .. } => "Which key was active before is not known: choose one on the Sign On tab.".to_owned(),
            Self::UseKey { was: Some(was), .. } => format!("The new app signs with the key {was} again."),
            Self::AssignPolicy { was: None, .. } => "An app always has a policy, and which it had is not known: choose one on the Sign On tab.".to_owned(),
            Self::AssignPolicy { was: Some((_, was)), .. } => format!("The new app gets the policy {was} again."),
            Self::MapAttribute { attribute, was, .. } => match was {
                Some(was) => format!("{attribute} is filled by {} again. Values that people got meanwhile stay.", was.expression),
                None => format!("Nothing fills {attribute} again. Values that people got meanwhile stay."),
            },
            Self::UsernameTemplate { was: None, .. } => "Which template was there before is not known: set it on the Sign On tab.".to_owned(),
            Self::UsernameTemplate { was: Some((was, _)), .. } => format!("Usernames are made by {was} again. Usernames that people got meanwhile stay."),
            Self::Tile { label, was, .. } if was.web => format!("The tile of {label} is hidden again."),
            Self::Tile { label, .. } => format!("The tile of {label} is shown again."),
            Self::Feature { was: None, .. } => "What was set before is not known: set it on the Provisioning tab.".to_owned(),
            Self::Feature { was: Some(_), .. } => "The settings from before are sent again. Accounts that were made meanwhile stay.".to_owned(),
        }
    }
}

fn definition_required(change: &Change) -> bool {
    matches!(change, Change::AddAttribute { definition, .. } if definition["required"] == true)
}

fn feature(name: &str) -> &str {
    match name {
        "USER_PROVISIONING" => "provisioning to the service",
        "INBOUND_PROVISIONING" => "importing from the service",
        other => other,
    }
}

/// "create.lifecycleCreate.status ENABLED, update.profile.status DISABLED".
fn settings(capabilities: &serde_json::Value) -> String {
    let leaves = crate::compare::leaves(capabilities).into_iter();
    let set = leaves.filter(|(_, value)| !value.is_null());
    set.map(|(path, value)| format!("{path} {}", plain(value)))
        .collect::<Vec<_>>()
        .join(", ")
}
