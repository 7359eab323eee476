//! Linked objects: definitions of relations between users (manager and subordinate), and who is linked to whom.

use serde_json::{Value, json};

use crate::{
    directory::Link,
    errors::{Refusal, invalid, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::Org,
};

impl Org {
    pub(crate) fn list_linked_objects(&self, call: &Call<'_>) -> Answer {
        let all = self.directory.linked_objects.iter();
        Ok(Reply::json(all.map(|it| with_self(it, call.base)).collect()))
    }

    /// By the name of either side.
    fn linked_object(&self, name: &str) -> Result<&Value, Refusal> {
        let of = |it: &&Value| it["primary"]["name"] == name || it["associated"]["name"] == name;
        let found = self.directory.linked_objects.iter().find(of);
        found.ok_or_else(|| not_found(name, "LinkedObjectDefinition"))
    }

    pub(crate) fn read_linked_object(&self, call: &Call<'_>, name: &str) -> Answer {
        Ok(Reply::json(with_self(self.linked_object(name)?, call.base)))
    }

    pub(crate) fn create_linked_object(&mut self, call: &Call<'_>) -> Answer {
        let body = object_body(call)?;
        let mut new = json!({});
        for side in ["primary", "associated"] {
            let mut sent = body.get(side).cloned().unwrap_or_default();
            let name = sent["name"].as_str().unwrap_or("").to_owned();
            for field in ["name", "title"] {
                if sent[field].as_str().is_none_or(str::is_empty) {
                    return Err(invalid(side, format!("{side}.{field}: The field cannot be left blank")));
                }
            }
            if self.linked_object(&name).is_ok() {
                return Err(invalid(
                    "name",
                    format!("{side}.name: An object with this field already exists in the current organization"),
                ));
            }
            if let Some(sent) = sent.as_object_mut() {
                sent.entry("description").or_insert_with(|| json!(""));
                sent.entry("type").or_insert_with(|| json!("USER"));
            }
            new[side] = sent;
        }
        let answer = with_self(&new, call.base);
        self.directory.linked_objects.push(new);
        Ok(Reply::json(answer).status(201))
    }

    pub(crate) fn delete_linked_object(&mut self, name: &str) -> Answer {
        let primary = self.linked_object(name)?["primary"]["name"].clone();
        self.directory
            .linked_objects
            .retain(|it| it["primary"]["name"] != primary);
        self.directory.links.retain(|link| primary != link.name.as_str());
        Ok(Reply::empty())
    }

    /// Gives a user a primary (a subordinate a manager); the one before is replaced.
    pub(crate) fn link_user(&mut self, associated: &str, name: &str, primary: &str) -> Answer {
        let name = self.primary_name(name)?;
        let associated = self.known_user(associated)?.id.clone();
        let primary = self.known_user(primary)?.id.clone();
        let links = &mut self.directory.links;
        links.retain(|it| !(it.name == name && it.associated == associated));
        links.insert(Link {
            name,
            associated,
            primary,
        });
        Ok(Reply::empty())
    }

    fn primary_name(&self, name: &str) -> Result<String, Refusal> {
        let name = &self.linked_object(name)?["primary"]["name"];
        Ok(name.as_str().unwrap_or("").to_owned())
    }

    pub(crate) fn list_links(&self, call: &Call<'_>, user: &str, name: &str) -> Answer {
        let upwards = self.linked_object(name)?["primary"]["name"] == name;
        let primary = self.primary_name(name)?;
        let user = &self.known_user(user)?.id;
        let of_relation = self.directory.links.iter().filter(|it| it.name == primary);
        let others = of_relation.filter_map(|it| match upwards {
            true => (it.associated == *user).then_some(&it.primary),
            false => (it.primary == *user).then_some(&it.associated),
        });
        let link =
            |id: &String| json!({ "_links": { "self": { "href": format!("{}/api/v1/users/{id}", call.base) } } });
        Ok(Reply::json(others.map(link).collect()))
    }

    pub(crate) fn unlink_user(&mut self, user: &str, name: &str) -> Answer {
        let name = self.primary_name(name)?;
        let user = self.known_user(user)?.id.clone();
        self.directory
            .links
            .retain(|it| !(it.name == name && it.associated == user));
        Ok(Reply::empty())
    }
}

fn with_self(definition: &Value, base: &str) -> Value {
    let mut shown = definition.clone();
    let name = definition["primary"]["name"].as_str().unwrap_or("");
    let this = format!("{base}/api/v1/meta/schemas/user/linkedObjects/{name}");
    shown["_links"] = json!({ "self": { "href": this } });
    shown
}
