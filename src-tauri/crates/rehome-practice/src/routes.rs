//! Which call is answered by what. A path that is not here answers 404 with its name, so that a miss is noticed.

use serde_json::{Value, json};

use crate::{
    Engine, errors,
    reply::{Answer, Call, Reply},
    state::Org,
};

impl Org {
    pub(crate) fn dispatch(&mut self, call: &Call<'_>, segments: &[&str]) -> Answer {
        match segments {
            [".well-known", "okta-organization"] if call.method == "GET" => Ok(self.well_known(call)),
            ["api", "v1", "apps", rest @ ..] => self.apps_routes(call, rest),
            ["api", "v1", "users", rest @ ..] => self.users_routes(call, rest),
            ["api", "v1", "groups", rest @ ..] => self.groups_routes(call, rest),
            ["api", "v1", rest @ ..] => self.other_routes(call, rest),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    fn apps_routes(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", []) => self.list_apps(call),
            ("GET", [app]) => self.read_app(call, app),
            ("PUT", [app]) => self.replace_app(call, app),
            ("DELETE", [app]) => self.delete_app(call, app),
            ("POST", [app, "lifecycle", "activate"]) => self.activate_app(call, app),
            ("POST", [app, "lifecycle", "deactivate"]) => self.deactivate_app(call, app),
            ("GET", [app, "users"]) => self.list_app_users(call, app),
            ("POST", [app, "users"]) => self.assign_user(call, app),
            ("GET", [app, "users", user]) => self.read_app_user(call, app, user),
            ("POST", [app, "users", user]) => self.update_app_user(call, app, user),
            ("DELETE", [app, "users", user]) => self.unassign_user(call, app, user),
            ("GET", [app, "groups"]) => self.list_app_groups(call, app),
            ("GET", [app, "groups", group]) => self.read_app_group(call, app, group),
            ("PUT", [app, "groups", group]) => self.assign_group(call, app, group),
            ("DELETE", [app, "groups", group]) => self.unassign_group(call, app, group),
            ("GET", [app, "features"]) => self.list_features(call, app),
            ("GET", [app, "features", feature]) => self.read_feature(call, app, feature),
            ("PUT", [app, "features", feature]) => self.update_feature(call, app, feature),
            ("GET", [app, "connections", "default"]) => self.read_connection(call, app),
            (
                "POST",
                [
                    app,
                    "connections",
                    "default",
                    "lifecycle",
                    to @ ("activate" | "deactivate"),
                ],
            ) => self.switch_connection(call, app, *to == "activate"),
            ("GET", [app, "credentials", "keys"]) => self.list_keys(app),
            ("POST", [app, "credentials", "keys", "generate"]) => self.generate_key(call, app),
            ("GET", [app, "credentials", "keys", kid]) => self.read_key(app, kid),
            ("POST", [app, "credentials", "keys", kid, "clone"]) => self.clone_key(call, app, kid),
            ("GET", [app, "sso", "saml", "metadata"]) => self.saml_metadata(call, app),
            ("PUT", [app, "policies", policy]) => self.assign_policy(call, app, policy),
            ("GET", [app, "group-push", "mappings"]) => self.list_group_push(call, app),
            ("POST", [app, "group-push", "mappings"]) => self.create_group_push(call, app),
            ("GET", [app, "group-push", "mappings", id]) => self.read_group_push(call, app, id),
            ("PATCH", [app, "group-push", "mappings", id]) => self.update_group_push(call, app, id),
            ("DELETE", [app, "group-push", "mappings", id]) => self.delete_group_push(call, app, id),
            ("GET", [app, "grants" | "tokens" | "federated-claims"])
            | ("GET", [app, "credentials", "secrets" | "jwks" | "csrs"]) => {
                self.known_app(app)?;
                Ok(Reply::json(json!([])))
            }
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    fn users_routes(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", []) => self.list_users(call),
            ("GET", [user]) => self.read_user(call, user),
            ("POST", [user]) => self.update_user_call(call, user),
            ("GET", [user, "roles"]) => self.list_roles(call, user),
            ("GET", [user, "appLinks"]) => self.list_app_links(call, user),
            ("GET", [user, "groups"]) => self.list_user_groups(call, user),
            ("POST", [user, "lifecycle", "deactivate"]) => self.deactivate_user_call(call, user),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    fn groups_routes(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", []) => self.list_groups(call),
            ("POST", []) => self.create_group(call),
            ("GET", ["rules"]) => self.list_group_rules(call),
            ("GET", ["rules", rule]) => self.read_group_rule(call, rule),
            ("GET", [group]) => self.read_group(call, group),
            ("PUT", [group]) => self.replace_group(call, group),
            ("DELETE", [group]) => self.delete_group(call, group),
            ("GET", [group, "users"]) => self.list_members(call, group),
            ("GET", [group, "apps"]) => self.list_group_apps(call, group),
            ("PUT", [group, "users", user]) => self.add_member(call, group, user),
            ("DELETE", [group, "users", user]) => self.remove_member(call, group, user),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    fn other_routes(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", ["org"]) => Ok(self.org_settings(call)),
            ("GET", ["logs"]) => self.list_log(call),
            ("GET", ["mappings"]) => self.list_mappings(call),
            ("GET", ["mappings", id]) => self.read_mapping(call, id),
            ("POST", ["mappings", id]) => self.update_mapping(call, id),
            ("GET", ["meta", "schemas", "apps", app, "default"]) => self.read_app_schema(call, app),
            ("POST", ["meta", "schemas", "apps", app, "default"]) => self.update_app_schema(call, app),
            ("GET", ["meta", "schemas", "user", id]) => self.read_user_schema(call, id),
            ("GET", ["meta", "types", "user"]) => Ok(self.list_user_types(call)),
            ("GET", ["meta", "types", "user", id]) => self.read_user_type(call, id),
            ("GET", ["policies"]) => self.list_policies(call),
            ("GET", ["policies", id]) => self.read_policy(call, id),
            ("GET", ["policies", id, "rules"]) => self.list_policy_rules(call, id),
            ("GET", ["policies", id, "mappings"]) => self.list_policy_mappings(call, id),
            ("GET", ["principal-rate-limits"]) => self.list_shares(call),
            ("POST", ["principal-rate-limits"]) => self.create_share(call),
            ("GET", ["principal-rate-limits", id]) => self.read_share(id),
            ("PUT", ["principal-rate-limits", id]) => self.replace_share(call, id),
            ("GET", ["idps" | "inlineHooks" | "domains" | "brands"]) => Ok(Reply::json(json!([]))),
            ("GET", ["api-tokens"]) => self.list_tokens(call),
            ("GET", ["api-tokens", id]) => self.read_token(call, id),
            ("PUT", ["api-tokens", id]) => self.replace_token(call, id),
            ("DELETE", ["api-tokens", "current"]) => self.revoke_current_token(),
            ("DELETE", ["api-tokens", id]) => self.revoke_token(id),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    fn well_known(&self, call: &Call<'_>) -> Reply {
        let pipeline = match self.options.engine {
            Engine::Classic => "v1",
            Engine::Identity => "idx",
        };
        Reply::json(json!({
            "id": self.id,
            "cell": "practice",
            "_links": { "organization": { "href": call.base } },
            "pipeline": pipeline,
            "settings": { "analyticsCollectionEnabled": false, "bugReportingEnabled": false, "omEnabled": false,
                "pssoEnabled": false, "desktopMFAEnabled": false, "itpEnabled": false },
        }))
    }

    fn org_settings(&self, call: &Call<'_>) -> Reply {
        Reply::json(json!({
            "id": self.id,
            "subdomain": "northwind",
            "companyName": crate::seed::COMPANY,
            "status": "ACTIVE",
            "website": "https://northwind.example",
            "phoneNumber": null, "endUserSupportHelpURL": null, "supportPhoneNumber": null,
            "address1": null, "address2": null, "city": null, "state": null, "country": null, "postalCode": null,
            "created": "2019-01-14T09:00:00.000Z", "lastUpdated": "2019-01-14T09:00:00.000Z", "expiresAt": null,
            "_links": { "uploadLogo": { "href": format!("{}/api/v1/org/logo", call.base), "hints": { "allow": ["POST"] } } },
        }))
    }
}

/// The body of a call as an object; an empty body counts as `{}`.
pub(crate) fn object_body<'a>(call: &Call<'a>) -> Result<std::borrow::Cow<'a, crate::state::Object>, errors::Refusal> {
    match call.body {
        None => Ok(std::borrow::Cow::Owned(crate::state::Object::new())),
        Some(Value::Object(body)) => Ok(std::borrow::Cow::Borrowed(body)),
        Some(_) => Err(errors::malformed_body()),
    }
}
