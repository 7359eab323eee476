//! What admin roles allow. Okta publishes no full matrix for its API: this is what its pages and the schema matrix say, and
//! caution for the rest.

use super::credential::Token;

/// Everybody who may call at all.
const ANYBODY: &[&[&str]] = &[&["api", "v1", "users", "me"], &["api", "v1", "api-tokens", "current"]];

fn below(segments: &[&str], prefix: &[&str]) -> bool {
    segments.starts_with(prefix)
}

/// Changing who is in a group: a matter of the group, not of an app.
fn is_membership(segments: &[&str]) -> bool {
    matches!(segments, ["api", "v1", "groups", _, "users", ..])
}

fn writes(role: &str, segments: &[&str]) -> bool {
    let about = |part: &str| below(segments, &["api", "v1", part]);
    let app_schema = below(segments, &["api", "v1", "meta", "schemas", "apps"]);
    match role {
        "SUPER_ADMIN" => true,
        "APP_ADMIN" => about("apps") || about("mappings") || app_schema,
        "ORG_ADMIN" => {
            about("users") || about("groups") || about("org") || below(segments, &["api", "v1", "meta"]) && !app_schema
        }
        "API_ACCESS_MANAGEMENT_ADMIN" => app_schema || about("authorizationServers"),
        "USER_ADMIN" => about("users") || is_membership(segments),
        "GROUP_MEMBERSHIP_ADMIN" => is_membership(segments),
        "HELP_DESK_ADMIN" => matches!(segments, ["api", "v1", "users", _, "lifecycle", ..]),
        _ => false,
    }
}

fn reads(role: &str, segments: &[&str]) -> bool {
    let about = |part: &str| below(segments, &["api", "v1", part]);
    match role {
        "SUPER_ADMIN"
        | "APP_ADMIN"
        | "ORG_ADMIN"
        | "READ_ONLY_ADMIN"
        | "MOBILE_ADMIN"
        | "API_ACCESS_MANAGEMENT_ADMIN" => true,
        "REPORT_ADMIN" => about("logs") || about("users") || about("groups") || about("apps"),
        // A custom role allows what its permissions say; of those only reading is simulated.
        "USER_ADMIN" | "HELP_DESK_ADMIN" | "GROUP_MEMBERSHIP_ADMIN" => about("users") || about("groups"),
        "CUSTOM" => true,
        _ => false,
    }
}

/// Whether one of the caller's roles allows the call.
pub(super) fn allow(token: &Token, method: &str, segments: &[&str]) -> bool {
    let rule = if method == "GET" { reads } else { writes };
    let free = ANYBODY.contains(&segments) && !token.is_client();
    free || token.role_names().iter().any(|role| rule(role, segments))
}

/// Whether the call is about an app that the caller's role does not reach.
pub(super) fn is_out_of_reach(token: &Token, segments: &[&str]) -> bool {
    let Some(apps) = &token.apps else { return false };
    let app = match segments {
        ["api", "v1", "apps", app, ..] | ["api", "v1", "meta", "schemas", "apps", app, ..] => app,
        _ => return false,
    };
    !apps.contains(*app)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(role: &str, call: &str) -> bool {
        let (method, path) = call.split_once(' ').expect("a method and a path");
        let mut ids = crate::ids::Ids::new(1);
        let mut token = Token::new(None, "t", &mut ids, jiff::Timestamp::UNIX_EPOCH);
        token.roles = vec![role.to_owned()];
        let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        allow(&token, method, &segments)
    }

    #[test]
    fn roles() {
        for role in ["SUPER_ADMIN", "APP_ADMIN", "READ_ONLY_ADMIN", "ORG_ADMIN"] {
            assert!(may(role, "GET /api/v1/apps/0oa1/users"), "{role}");
        }
        assert!(may("APP_ADMIN", "PUT /api/v1/apps/0oa1/groups/00g1"));
        assert!(!may("APP_ADMIN", "PUT /api/v1/groups/00g1/users/00u1"));
        assert!(!may("ORG_ADMIN", "PUT /api/v1/apps/0oa1/groups/00g1"));
        assert!(may("ORG_ADMIN", "PUT /api/v1/groups/00g1/users/00u1"));
        assert!(!may("ORG_ADMIN", "POST /api/v1/meta/schemas/apps/0oa1/default"));
        assert!(may(
            "API_ACCESS_MANAGEMENT_ADMIN",
            "POST /api/v1/meta/schemas/apps/0oa1/default"
        ));
        assert!(!may("READ_ONLY_ADMIN", "POST /api/v1/mappings/prm1"));
        assert!(may("READ_ONLY_ADMIN", "DELETE /api/v1/api-tokens/current"));
        assert!(!may("NONE", "GET /api/v1/apps"));
        assert!(may("NONE", "GET /api/v1/users/me"));
    }
}
