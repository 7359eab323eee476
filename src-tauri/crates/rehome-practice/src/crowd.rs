//! Companies of any size and make-up, for measuring.

use jiff::Timestamp;
use serde_json::json;

use crate::{
    Limits,
    control::Control,
    seed::{DOMAIN, provisioned},
    state::{Object, Scope, User},
};

impl Control {
    /// So many new people who have an app since long ago: through a group of this name, which is made where there is none, or
    /// individually. Username, address and account agree; nothing needs a decision. Gives their ids.
    pub fn crowd(&self, app: &str, count: usize, group: Option<&str>) -> Vec<String> {
        self.change(|org, at| {
            let group = group.map(|name| {
                let known = org.groups.values().find(|it| it.name == name).map(|it| it.id.clone());
                let id = known.unwrap_or_else(|| org.insert_group(name, "", "OKTA_GROUP", at));
                org.put_app_group(app, &id, None, None, at);
                id
            });
            let first = org.users.len();
            let since = Timestamp::from_second(at.as_second() - 40_000_000).unwrap_or(at);
            let people = (first..first + count).map(|number| {
                let id = org.ids.next("00u");
                let login = format!("crowd{number}@{DOMAIN}");
                let profile = json!({ "login": login, "email": login, "firstName": "Crowd", "lastName": format!("No{number}"),
                    "displayName": format!("Crowd No{number}"), "organization": "Northwind Traders",
                    "costCenter": format!("CC-{}", 2009 + number % 17), "locale": "en_GB", "timezone": "Europe/London",
                    "preferredLanguage": "en-GB", "department": "Operations", "countryCode": "GB", "title": "Analyst" });
                let profile = profile.as_object().cloned().unwrap_or_default();
                org.add_user(User::since(since, id.clone(), "ACTIVE", profile));
                match &group {
                    Some(group) => {
                        if let Some(user) = org.users.get_mut(&id) {
                            user.groups.insert(group.clone());
                        }
                        if let Some(group) = org.groups.get_mut(group) {
                            group.members.insert(id.clone());
                        }
                        provisioned(org, app, &id, Scope::Group, None, Object::new(), since);
                    }
                    None => provisioned(org, app, &id, Scope::User, None, Object::new(), since),
                }
                id
            });
            people.collect()
        })
    }

    /// The token that the org was started with may take so many percent of each bucket.
    pub fn set_own_share(&self, percent: u32) {
        self.change(|org, at| {
            let token = org.token.id.clone();
            org.set_share(&token, percent, 50, at);
        });
    }

    /// Another of Okta's tables is in force from now on, with this much org time between a call's arrival and its processing.
    pub fn set_limits(&self, limits: Limits, latency: std::time::Duration) {
        self.change(|org, _| {
            org.options.limits = limits;
            org.options.latency = latency;
            org.limits = Default::default();
        });
    }
}
