//! Which call is answered by what. A path that is not here answers 404 with its name, so that a miss is noticed.

use serde_json::Value;

use crate::{
    errors,
    reply::{Answer, Call},
    state::Org,
};

impl Org {
    pub(crate) fn dispatch(&mut self, call: &Call<'_>, segments: &[&str]) -> Answer {
        match segments {
            [".well-known", "okta-organization"] if call.method == "GET" => Ok(self.well_known(call)),
            ["api", "v1", "apps", rest @ ..] => self.apps_routes(call, rest),
            ["api", "v1", "users", rest @ ..] => self.users_routes(call, rest),
            ["api", "v1", "groups", rest @ ..] => self.groups_routes(call, rest),
            ["oauth2", "v1", "clients", rest @ ..] => self.clients_routes(call, rest),
            ["api", "v1", rest @ ..] => self.other_routes(call, rest),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    fn apps_routes(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", []) => self.list_apps(call),
            ("POST", []) => self.create_app(call),
            ("GET", [app]) => self.read_app(call, app),
            ("PUT", [app]) => self.replace_app(call, app),
            ("DELETE", [app]) => self.delete_app(call, app),
            ("POST", [app, "lifecycle", "activate"]) => self.activate_app(call, app),
            ("POST", [app, "lifecycle", "deactivate"]) => self.deactivate_app(call, app),
            ("POST", [app, "logo"]) => self.upload_logo(call, app),
            ("GET", [app, "users"]) => self.list_app_users(call, app),
            ("POST", [app, "users"]) => self.assign_user(call, app),
            ("GET", [app, "users", user]) => self.read_app_user(call, app, user),
            ("POST", [app, "users", user]) => self.update_app_user(call, app, user),
            ("DELETE", [app, "users", user]) => self.unassign_user(call, app, user),
            ("GET", [app, "groups"]) => self.list_app_groups(call, app),
            ("GET", [app, "groups", group]) => self.read_app_group(call, app, group),
            ("PUT", [app, "groups", group]) => self.assign_group(call, app, group),
            ("PATCH", [app, "groups", group]) => self.patch_app_group(call, app, group),
            ("DELETE", [app, "groups", group]) => self.unassign_group(call, app, group),
            ("GET", [app, "features"]) => self.list_features(call, app),
            ("GET", [app, "features", feature]) => self.read_feature(call, app, feature),
            ("PUT", [app, "features", feature]) => self.update_feature(call, app, feature),
            ("GET", [app, "connections", "default"]) => self.read_connection(call, app),
            ("POST", [app, "connections", "default"]) => self.set_connection(call, app),
            ("GET", [app, "connections", "default", "jwks"]) => self.list_connection_keys(app),
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
            (_, [app, "credentials", rest @ ..]) => self.app_credential_routes(call, app, rest),
            (_, [app, "cwo", "connections", rest @ ..]) => self.cross_app_routes(call, app, rest),
            ("GET", [app, "grants"]) => self.list_grants(call, app),
            ("POST", [app, "grants"]) => self.create_grant(call, app),
            ("GET", [app, "grants", id]) => self.read_grant(call, app, id),
            ("DELETE", [app, "grants", id]) => self.delete_grant(app, id),
            ("GET", [app, "tokens"]) => self.list_refresh_tokens(call, app),
            ("DELETE", [app, "tokens"]) => self.revoke_refresh_tokens(app),
            ("GET", [app, "tokens", id]) => self.read_refresh_token(call, app, id),
            ("DELETE", [app, "tokens", id]) => self.revoke_refresh_token(app, id),
            ("GET", [app, "federated-claims"]) => self.list_claims(app),
            ("POST", [app, "federated-claims"]) => self.create_claim(call, app),
            ("GET", [app, "federated-claims", id]) => self.read_claim(app, id),
            ("PUT", [app, "federated-claims", id]) => self.replace_claim(call, app, id),
            ("DELETE", [app, "federated-claims", id]) => self.delete_claim(app, id),
            ("GET", [app, "sso", "saml", "metadata"]) => self.saml_metadata(call, app),
            ("PUT", [app, "policies", policy]) => self.assign_policy(call, app, policy),
            ("GET", [app, "group-push", "mappings"]) => self.list_group_push(call, app),
            ("POST", [app, "group-push", "mappings"]) => self.create_group_push(call, app),
            ("GET", [app, "group-push", "mappings", id]) => self.read_group_push(call, app, id),
            ("PATCH", [app, "group-push", "mappings", id]) => self.update_group_push(call, app, id),
            ("DELETE", [app, "group-push", "mappings", id]) => self.delete_group_push(call, app, id),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    fn app_credential_routes(&mut self, call: &Call<'_>, app: &str, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", ["keys"]) => self.list_keys(app),
            ("POST", ["keys", "generate"]) => self.generate_key(call, app),
            ("GET", ["keys", kid]) => self.read_key(app, kid),
            ("POST", ["keys", kid, "clone"]) => self.clone_key(call, app, kid),
            ("GET", ["csrs"]) => self.list_csrs(call, app),
            ("POST", ["csrs"]) => self.create_csr(call, app),
            ("GET", ["csrs", id]) => self.read_csr(call, app, id),
            ("DELETE", ["csrs", id]) => self.delete_csr(app, id),
            ("POST", ["csrs", id, "lifecycle", "publish"]) => self.publish_csr(call, app, id),
            ("GET", ["secrets"]) => self.list_secrets(call, app),
            ("POST", ["secrets"]) => self.create_secret(call, app),
            ("GET", ["secrets", id]) => self.read_secret(call, app, id),
            ("DELETE", ["secrets", id]) => self.delete_secret(app, id),
            ("POST", ["secrets", id, "lifecycle", to @ ("activate" | "deactivate")]) => {
                self.switch_secret(call, app, id, *to == "activate")
            }
            ("GET", ["jwks"]) => self.list_client_keys(call, app),
            ("POST", ["jwks"]) => self.create_client_key(call, app),
            ("GET", ["jwks", id]) => self.read_client_key(call, app, id),
            ("DELETE", ["jwks", id]) => self.delete_client_key(app, id),
            ("POST", ["jwks", id, "lifecycle", to @ ("activate" | "deactivate")]) => {
                self.switch_client_key(call, app, id, *to == "activate")
            }
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    fn cross_app_routes(&mut self, call: &Call<'_>, app: &str, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", []) => self.list_cross_app(call, app),
            ("POST", []) => self.create_cross_app(call, app),
            ("GET", [id]) => self.read_cross_app(app, id),
            ("PATCH", [id]) => self.update_cross_app(call, app, id),
            ("DELETE", [id]) => self.delete_cross_app(app, id),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
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
