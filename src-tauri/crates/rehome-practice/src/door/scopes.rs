//! The OAuth scope that each call needs.

/// What the call is about, in the words of Okta's scopes: `okta.NAME.read` or `okta.NAME.manage`. All of them are needed.
fn subjects<'a>(segments: &[&'a str]) -> Vec<&'a str> {
    let rest = match segments {
        ["api", "v1", rest @ ..] => rest,
        ["oauth2", "v1", "clients", _, "roles", ..] => return vec!["roles"],
        ["oauth2", "v1", "clients", ..] => return vec!["clients"],
        _ => return Vec::new(),
    };
    match rest {
        ["apps", _, "grants", ..] => vec!["appGrants"],
        ["apps", _, "group-push", ..] => vec!["apps", "groups"],
        ["apps", _, "interclient-allowed-apps" | "interclient-target-apps", ..] => vec!["apps.interclientTrust"],
        ["users" | "groups", _, "roles", ..] | ["iam", ..] => vec!["roles"],
        ["meta", "schemas", "user", "linkedObjects", ..] => vec!["linkedObjects"],
        ["meta", "schemas", ..] => vec!["schemas"],
        ["meta", "types", ..] => vec!["userTypes"],
        ["mappings", ..] => vec!["profileMappings"],
        ["principal-rate-limits", ..] => vec!["principalRateLimits"],
        ["rate-limit-settings", ..] => vec!["rateLimits"],
        // The one call about tokens that no scope is for: it is for API tokens alone.
        ["api-tokens", "current"] => Vec::new(),
        ["api-tokens", ..] => vec!["apiTokens"],
        ["org", ..] => vec!["orgs"],
        ["zones", ..] => vec!["networkZones"],
        [name, ..] => vec![name],
        [] => Vec::new(),
    }
}

/// The scopes that the call needs.
pub(super) fn needed(method: &str, segments: &[&str]) -> Vec<String> {
    let verb = if method == "GET" { "read" } else { "manage" };
    let names = subjects(segments);
    names.iter().map(|name| format!("okta.{name}.{verb}")).collect()
}

/// The needed scopes that are not among those held; `manage` covers what `read` does.
pub(super) fn missing(held: &[String], method: &str, segments: &[&str]) -> Vec<String> {
    let has = |scope: &String| {
        held.contains(scope)
            || scope
                .strip_suffix(".read")
                .is_some_and(|name| held.contains(&format!("{name}.manage")))
    };
    needed(method, segments)
        .into_iter()
        .filter(|scope| !has(scope))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn split(path: &str) -> Vec<&str> {
        path.split('/').filter(|it| !it.is_empty()).collect()
    }

    #[test]
    fn manage_covers_read() {
        let held = ["okta.apps.manage".to_owned(), "okta.groups.read".to_owned()];
        assert!(missing(&held, "GET", &split("/api/v1/apps/0oa1/users")).is_empty());
        assert_eq!(
            missing(&held, "POST", &split("/api/v1/apps/0oa1/group-push/mappings")),
            ["okta.groups.manage"]
        );
        assert_eq!(
            missing(&held, "GET", &split("/api/v1/users/00u1/roles")),
            ["okta.roles.read"]
        );
    }

    /// Okta's own document names the scopes of each of its operations.
    #[test]
    fn scopes_are_those_of_the_reference() {
        let Ok(folder) = std::env::var("REHOME_OKTA_REFERENCE") else {
            println!("not run: REHOME_OKTA_REFERENCE is not set");
            return;
        };
        let text = std::fs::read_to_string(format!("{folder}/openapi.json")).expect("Okta's document");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let mut checked = 0;
        for (path, item) in document["paths"].as_object().expect("paths") {
            for method in ["get", "post", "put", "patch", "delete"] {
                let Some(security) = item[method]["security"].as_array() else {
                    continue;
                };
                let Some(scopes) = security.iter().find_map(|it| it["oauth2"].as_array()) else {
                    continue;
                };
                let mut scopes: Vec<&str> = scopes.iter().filter_map(Value::as_str).collect();
                let mut ours = needed(&method.to_uppercase(), &split(path));
                scopes.sort_unstable();
                ours.sort_unstable();
                assert_eq!(ours, scopes, "{method} {path}");
                checked += 1;
            }
        }
        assert!(checked > 100, "{checked}");
    }
}
