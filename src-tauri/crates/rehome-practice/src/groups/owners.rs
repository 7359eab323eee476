//! Owners of groups.

use serde_json::{Value, json};

use crate::{
    clock::stamp,
    errors::{invalid, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::Org,
};

impl Org {
    pub(crate) fn list_owners(&self, group: &str) -> Answer {
        self.known_group(group)?;
        let owners = self.directory.owners.get(group).cloned().unwrap_or_default();
        Ok(Reply::json(Value::Array(owners)))
    }

    pub(crate) fn add_owner(&mut self, call: &Call<'_>, group: &str) -> Answer {
        self.known_group(group)?;
        let body = object_body(call)?;
        let id = body.get("id").and_then(Value::as_str).unwrap_or("");
        let (kind, name) = match body.get("type").and_then(Value::as_str) {
            Some("USER") => ("USER", self.known_user(id)?.name()),
            Some("GROUP") => ("GROUP", self.known_group(id)?.name.clone()),
            _ => return Err(invalid("owner", "type: The owner must be a USER or a GROUP")),
        };
        let owners = self.directory.owners.entry(group.to_owned()).or_default();
        if owners.iter().any(|owner| owner["id"] == id) {
            return Err(invalid("owner", "Provided owner is already assigned to this group"));
        }
        let owner = json!({ "id": id, "type": kind, "resolved": true, "originId": null, "originType": "OKTA_DIRECTORY",
            "displayName": name, "lastUpdated": stamp(call.at) });
        owners.push(owner.clone());
        Ok(Reply::json(owner).status(201))
    }

    pub(crate) fn remove_owner(&mut self, group: &str, id: &str) -> Answer {
        self.known_group(group)?;
        let owners = self.directory.owners.entry(group.to_owned()).or_default();
        let before = owners.len();
        owners.retain(|owner| owner["id"] != id);
        if owners.len() == before {
            return Err(not_found(id, "GroupOwner"));
        }
        Ok(Reply::empty())
    }
}
