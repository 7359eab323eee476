//! Okta's words for event types.

use std::borrow::Cow;

/// `displayMessage` of a type; one that is not listed here is named by its own words.
pub(super) fn message(kind: &str) -> Cow<'static, str> {
    let known = known(kind);
    if !known.is_empty() {
        return Cow::Borrowed(known);
    }
    let words = kind.replace(['.', '_'], " ");
    let mut letters = words.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    Cow::Owned(first + letters.as_str())
}

fn known(kind: &str) -> &'static str {
    match kind {
        "user.authentication.sso" => "User single sign on to app",
        "application.user_membership.add" => "Add user to application membership",
        "application.user_membership.remove" => "Remove user's application membership",
        "application.user_membership.update" => "Update user's application membership",
        "application.user_membership.change_username" => "Change user's application username",
        "application.user_membership.approve" => "Approve user's application membership",
        "application.user_membership.provision" => "Provision user to application",
        "application.user_membership.revoke" => "Revoke user's application membership",
        "application.user_membership.deprovision" => "Deprovision user from application",
        "app.generic.unauth_app_access_attempt" => "User attempted unauthorized access to app",
        "application.provision.user.push_profile" => "Push user's profile to external application",
        "application.provision.user.import" => "Import user from external application",
        "application.provision.user.import_profile" => "Import user's profile from external application",
        "application.lifecycle.create" => "Create application",
        "group.application_assignment.skip_assignment_reconcile" => "Skip reconciliation of group app assignments",
        "application.provision.user.push" => "Push new user to external application",
        "application.provision.user.verify_exists" => "Verify user exists in external application",
        "application.provision.user.reactivate" => "Reactivate user in external application",
        "application.provision.user.deactivate" => "Deactivate user in external application",
        "application.lifecycle.activate" => "Activate application",
        "application.lifecycle.deactivate" => "Deactivate application",
        "application.lifecycle.update" => "Update application",
        "application.lifecycle.delete" => "Delete application",
        "application.provision.field_mapping_rule.change" => "Change field mapping rule",
        "group.application_assignment.add" => "Add assigned application to group",
        "group.application_assignment.remove" => "Remove assigned application from group",
        "group.application_assignment.update" => "Update assigned application of group",
        "group.user_membership.add" => "Add user to group membership",
        "group.user_membership.remove" => "Remove user from group membership",
        _ => "",
    }
}

/// The type's name in the former Events API, for those that had one.
pub(super) fn legacy(kind: &str) -> Option<&'static str> {
    match kind {
        "user.authentication.sso" => Some("app.auth.sso"),
        "application.user_membership.add" => Some("app.generic.provision.assign_user_to_app"),
        "application.user_membership.remove" => Some("app.generic.provision.deactivate_user_from_app"),
        "application.user_membership.change_username" => Some("app.generic.provision.change_username"),
        "application.user_membership.update" => Some("app.generic.config.app_user_update"),
        "application.provision.user.push" => Some("app.user_management.push_new_user"),
        "application.provision.user.push_profile" => Some("app.user_management.push_profile_update"),
        "application.provision.user.reactivate" => Some("app.user_management.reactivate_user"),
        "application.lifecycle.create" => Some("app.generic.config.app_created"),
        "application.lifecycle.update" => Some("app.generic.config.app_updated"),
        "application.lifecycle.activate" => Some("app.generic.config.app_activated"),
        "application.lifecycle.deactivate" => Some("app.generic.config.app_deactivated"),
        "application.lifecycle.delete" => Some("app.generic.config.app_deleted"),
        "group.user_membership.add" => Some("core.user_group_member.user_add"),
        "group.user_membership.remove" => Some("core.user_group_member.user_remove"),
        "application.provision.user.deactivate" => Some("app.user_management.deactivate_user"),
        _ => None,
    }
}
