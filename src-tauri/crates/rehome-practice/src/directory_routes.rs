//! Which call about people, policies, schemas and the org as a whole is answered by what.

use serde_json::json;

use crate::{
    errors,
    reply::{Answer, Call, Reply},
    state::Org,
    users::{Assignee, nothing_of},
};

impl Org {
    pub(crate) fn users_routes(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", []) => self.list_users(call),
            ("POST", []) => self.create_user(call),
            ("GET", [user]) => self.read_user(call, user),
            ("POST", [user]) => self.update_user(call, user, false),
            ("PUT", [user]) => self.update_user(call, user, true),
            ("DELETE", [user]) => self.delete_user(call, user),
            (_, [user, "roles", rest @ ..]) => self.roles_routes(call, Assignee::User, user, rest),
            ("GET", [user, "appLinks"]) => self.list_app_links(call, user),
            ("GET", [user, "groups"]) => self.list_user_groups(call, user),
            ("POST", [user, "lifecycle", turn]) => self.turn_user(call, user, turn),
            ("POST", [user, "credentials", what]) => self.change_credentials(call, user, what),
            ("GET", [user, "linkedObjects", name]) => self.list_links(call, user, name),
            ("DELETE", [user, "linkedObjects", name]) => self.unlink_user(user, name),
            ("PUT", [user, "linkedObjects", name, primary]) => self.link_user(user, name, primary),
            (
                "GET",
                [
                    user,
                    "factors" | "grants" | "clients" | "idps" | "subscriptions" | "devices",
                ],
            ) => self.known_user(user).map(nothing_of),
            ("DELETE", [user, "sessions"]) => self.known_user(user).map(|_| Reply::empty()),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    pub(crate) fn groups_routes(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", []) => self.list_groups(call),
            ("POST", []) => self.create_group(call),
            ("GET", ["rules"]) => self.list_group_rules(call),
            ("POST", ["rules"]) => self.create_group_rule(call),
            ("GET", ["rules", rule]) => self.read_group_rule(call, rule),
            ("PUT", ["rules", rule]) => self.replace_group_rule(call, rule),
            ("DELETE", ["rules", rule]) => self.delete_group_rule(call, rule),
            ("POST", ["rules", rule, "lifecycle", turn @ ("activate" | "deactivate")]) => {
                self.switch_group_rule(call, rule, *turn == "activate")
            }
            ("GET", [group]) => self.read_group(call, group),
            ("PUT" | "POST", [group]) => self.replace_group(call, group),
            ("DELETE", [group]) => self.delete_group(call, group),
            ("GET", [group, "users"]) => self.list_members(call, group),
            ("GET", [group, "apps"]) => self.list_group_apps(call, group),
            ("PUT", [group, "users", user]) => self.add_member(call, group, user),
            ("DELETE", [group, "users", user]) => self.remove_member(call, group, user),
            (_, [group, "roles", rest @ ..]) => self.roles_routes(call, Assignee::Group, group, rest),
            ("GET", [group, "owners"]) => self.list_owners(group),
            ("POST", [group, "owners"]) => self.add_owner(call, group),
            ("DELETE", [group, "owners", owner]) => self.remove_owner(group, owner),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    /// Below `.../roles` of a user, a group or an OAuth client.
    pub(crate) fn roles_routes(&mut self, call: &Call<'_>, kind: Assignee, id: &str, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", []) => self.list_roles(call, kind, id),
            ("POST", []) => self.give_role(call, kind, id),
            ("GET", [role]) => self.read_role(call, kind, id, role),
            ("DELETE", [role]) => self.take_role(kind, id, role),
            ("GET", [role, "targets"]) => self.list_role_targets(call, kind, id, role),
            ("GET", [role, "targets", "groups"]) => self.list_role_groups(call, kind, id, role),
            (turn @ ("PUT" | "DELETE"), [role, "targets", "groups", group]) => {
                self.aim_role_at_group(kind, id, role, group, turn == "PUT")
            }
            ("GET", [role, "targets", "catalog", "apps"]) => self.list_role_apps(call, kind, id, role),
            ("PUT", [role, "targets", "catalog", "apps"]) => self.aim_role_at_all_apps(kind, id, role),
            (turn @ ("PUT" | "DELETE"), [role, "targets", "catalog", "apps", app @ ..]) if app.len() <= 2 => {
                self.aim_role_at_app(kind, id, role, &app.join("/"), turn == "PUT")
            }
            ("GET", [role, "governance"]) => {
                self.read_role(call, kind, id, role)?;
                Ok(Reply::json(
                    json!({ "grants": [], "_links": { "self": { "href": format!("{}{}", call.base, call.path) } } }),
                ))
            }
            ("GET", [_, "governance", grant, ..]) => Err(errors::not_found(grant, "Grant")),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    pub(crate) fn meta_routes(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", ["schemas", "apps", app, "default"]) => self.read_app_schema(call, app),
            ("POST", ["schemas", "apps", app, "default"]) => self.update_app_schema(call, app),
            ("GET", ["schemas", "user", "linkedObjects"]) => self.list_linked_objects(call),
            ("POST", ["schemas", "user", "linkedObjects"]) => self.create_linked_object(call),
            ("GET", ["schemas", "user", "linkedObjects", name]) => self.read_linked_object(call, name),
            ("DELETE", ["schemas", "user", "linkedObjects", name]) => self.delete_linked_object(name),
            ("GET", ["schemas", "user", id]) => self.read_user_schema(call, id),
            ("POST", ["schemas", "user", id]) => self.update_user_schema(call, id),
            ("GET", ["schemas", "group", "default"]) => self.read_group_schema(call),
            ("POST", ["schemas", "group", "default"]) => self.update_group_schema(call),
            ("GET", ["types", "user"]) => Ok(self.list_user_types(call)),
            ("POST", ["types", "user"]) => self.create_user_type(call),
            ("GET", ["types", "user", id]) => self.read_user_type(call, id),
            ("POST", ["types", "user", id]) => self.update_user_type(call, id, false),
            ("PUT", ["types", "user", id]) => self.update_user_type(call, id, true),
            ("DELETE", ["types", "user", id]) => self.delete_user_type(id),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    pub(crate) fn policies_routes(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", []) => self.list_policies(call),
            ("POST", []) => self.create_policy(call),
            ("GET", [id]) => self.read_policy(call, id),
            ("PUT", [id]) => self.replace_policy(call, id),
            ("DELETE", [id]) => self.delete_policy(id),
            ("POST", [id, "clone"]) => self.clone_policy(call, id),
            ("GET", [id, "app"]) => self.list_policy_apps(call, id),
            ("POST", [id, "lifecycle", turn @ ("activate" | "deactivate")]) => {
                self.switch_policy(call, id, *turn == "activate")
            }
            ("GET", [id, "mappings"]) => self.list_policy_mappings(call, id),
            ("POST", [id, "mappings"]) => self.map_policy(call, id),
            ("GET", [id, "mappings", mapping]) => self.read_policy_mapping(call, id, mapping),
            ("DELETE", [id, "mappings", mapping]) => self.unmap_policy(id, mapping),
            ("GET", [id, "rules"]) => self.list_policy_rules(call, id),
            ("POST", [id, "rules"]) => self.create_policy_rule(call, id),
            ("GET", [id, "rules", rule]) => self.read_policy_rule(call, id, rule),
            ("PUT", [id, "rules", rule]) => self.replace_policy_rule(call, id, rule),
            ("DELETE", [id, "rules", rule]) => self.delete_policy_rule(id, rule),
            ("POST", [id, "rules", rule, "lifecycle", turn @ ("activate" | "deactivate")]) => {
                self.switch_policy_rule(call, id, rule, *turn == "activate")
            }
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    fn iam_routes(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET", ["roles"]) => self.list_iam_roles(call),
            ("POST", ["roles"]) => self.write_iam_role(call, None),
            ("GET", ["roles", role]) => self.read_iam_role(call, role),
            ("PUT", ["roles", role]) => self.write_iam_role(call, Some(role)),
            ("DELETE", ["roles", role]) => self.delete_iam_role(role),
            ("GET", ["roles", role, "permissions"]) => self.list_permissions(call, role),
            ("GET", ["roles", role, "permissions", permission]) => self.read_permission(call, role, permission),
            ("POST" | "PUT", ["roles", role, "permissions", permission]) => {
                self.write_permission(call, role, permission, true)
            }
            ("DELETE", ["roles", role, "permissions", permission]) => {
                self.write_permission(call, role, permission, false)
            }
            ("GET", ["governance", "optIn"]) => self.governance_opt_in(call, None),
            ("POST", ["governance", "optIn"]) => self.governance_opt_in(call, Some("OPTED_IN")),
            ("POST", ["governance", "optOut"]) => self.governance_opt_in(call, Some("OPTED_OUT")),
            ("GET" | "POST", ["governance", "bundles"]) => self.governance_bundles(call, None),
            ("GET" | "PUT" | "DELETE", ["governance", "bundles", id]) => self.governance_bundles(call, Some(id)),
            ("GET", ["governance", "bundles", id, "entitlements"]) => {
                self.read_bundle(call, id)?;
                Ok(Reply::json(json!({ "entitlements": [], "_links": {} })))
            }
            ("GET", ["governance", "bundles", id, "entitlements", _, "values"]) => {
                self.read_bundle(call, id)?;
                Ok(Reply::json(json!({ "entitlementValues": [], "_links": {} })))
            }
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    fn read_bundle(&mut self, call: &Call<'_>, id: &str) -> Answer {
        self.governance_bundles(call, Some(id))
    }

    /// Admin roles of OAuth clients.
    pub(crate) fn clients_routes(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match rest {
            [client, "roles", rest @ ..] => self.roles_routes(call, Assignee::Client, client, rest),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }

    pub(crate) fn other_routes(&mut self, call: &Call<'_>, rest: &[&str]) -> Answer {
        match (call.method, rest) {
            ("GET" | "POST" | "PUT", ["org"]) => self.org_settings(call),
            ("GET", ["logs"]) => self.list_log(call),
            ("GET", ["mappings"]) => self.list_mappings(call),
            ("GET", ["mappings", id]) => self.read_mapping(call, id),
            ("POST", ["mappings", id]) => self.update_mapping(call, id),
            (_, ["meta", rest @ ..]) => self.meta_routes(call, rest),
            (_, ["policies", rest @ ..]) => self.policies_routes(call, rest),
            (_, ["iam", rest @ ..]) => self.iam_routes(call, rest),
            ("GET", ["features"]) => Ok(self.list_self_service(call)),
            ("GET", ["features", id]) => self.self_service(call, id, None),
            ("POST", ["features", id, turn @ ("enable" | "disable")]) => {
                self.self_service(call, id, Some(*turn == "enable"))
            }
            ("GET", ["features", id, "dependencies" | "dependents"]) => {
                self.self_service(call, id, None)?;
                Ok(Reply::json(json!([])))
            }
            ("GET", ["principal-rate-limits"]) => self.list_shares(call),
            ("POST", ["principal-rate-limits"]) => self.create_share(call),
            ("GET", ["principal-rate-limits", id]) => self.read_share(id),
            ("PUT", ["principal-rate-limits", id]) => self.replace_share(call, id),
            ("GET" | "PUT", ["rate-limit-settings", name]) => self.rate_limit_setting(call, name),
            ("GET", ["domains"]) => Ok(Reply::json(json!([]))),
            (
                "GET",
                [
                    "idps" | "inlineHooks" | "eventHooks" | "brands" | "zones" | "authorizationServers",
                    ..,
                ],
            ) => self.elsewhere_routes(call, rest),
            ("GET", ["api-tokens"]) => self.list_tokens(call),
            ("GET", ["api-tokens", id]) => self.read_token(call, id),
            ("PUT", ["api-tokens", id]) => self.replace_token(call, id),
            ("DELETE", ["api-tokens", "current"]) => self.revoke_current_token(),
            ("DELETE", ["api-tokens", id]) => self.revoke_token(id),
            _ => Err(errors::no_such_path(call.method, call.path)),
        }
    }
}
