//! Where the raw JSON shows what a row compares.

use serde::Serialize;

/// A place in the raw JSON of the two apps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RawPlace {
    /// "App", "Schema", "Mappings", "Signing keys", "Access policy", "Provisioning", "Group push" or "Attached".
    pub piece: &'static str,
    /// Keys with dots between, `settings.signOn.audience`; empty: the whole piece.
    pub pointer: String,
}

/// Rows whose ids are no paths, with the path that they show.
const APP: [(&str, &str); 15] = [
    ("app-kind", "name"),
    ("status", "status"),
    ("sign-on-mode", "signOnMode"),
    ("username-template", "credentials.userNameTemplate"),
    ("credential-scheme", "credentials.scheme"),
    ("label", "label"),
    // The metadata itself is XML; the app names where it is.
    ("issuer", "_links.metadata"),
    ("sso-url", "_links.metadata"),
    ("slo-url", "_links.metadata"),
    ("name-id-formats", "_links.metadata"),
    ("federation-broker", "settings.implicitAssignment"),
    ("governance", "settings.emOptInStatus"),
    ("manual-provisioning", "settings.manualProvisioning"),
    ("seats", "licensing.seatCount"),
    ("provisioning", "features"),
];

/// The place of a row, by its id. Counts of people and groups have none: they are no JSON of the app.
pub(crate) fn place(id: &str) -> Option<RawPlace> {
    let at = |piece, pointer: &str| {
        Some(RawPlace {
            piece,
            pointer: pointer.to_owned(),
        })
    };
    if let Some((_, path)) = APP.iter().find(|(row, _)| *row == id) {
        return at("App", path);
    }
    if id.starts_with("attribute-statement.") {
        return at("App", "settings.signOn.attributeStatements");
    }
    if let Some(name) = id.strip_prefix("attribute.") {
        return at("Schema", name);
    }
    if id.starts_with("signing-") || id.starts_with("certificate-") {
        return at("Signing keys", "");
    }
    if id.starts_with("access-policy") {
        return at("Access policy", "");
    }
    if id.starts_with("push-groups") || id.starts_with("push.") {
        return at("Group push", "");
    }
    if id.starts_with("attached.") {
        return at("Attached", "");
    }
    if id.starts_with("capability.") || id.starts_with("connection.") {
        return at("Provisioning", "");
    }
    let counts = [
        "people-through-groups",
        "people-individually",
        "assigned-groups",
        "sign-on-rules",
    ];
    if counts.contains(&id) || id.starts_with("unread-") {
        return None;
    }
    // Boxes of the Provisioning tab are entries of one list.
    if !id.contains('.') || id.starts_with("feature.") {
        return at("App", "features");
    }
    at("App", id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_lead_to_their_json() {
        let shown = |id: &str| place(id).map(|p| format!("{}: {}", p.piece, p.pointer));
        assert_eq!(
            shown("settings.signOn.audience").unwrap(),
            "App: settings.signOn.audience"
        );
        assert_eq!(shown("status").unwrap(), "App: status");
        assert_eq!(shown("deactivate-users").unwrap(), "App: features");
        assert_eq!(shown("attribute.email").unwrap(), "Schema: email");
        assert_eq!(shown("access-policy.rule.Catch-all").unwrap(), "Access policy: ");
        assert_eq!(shown("people-individually"), None);
    }
}
