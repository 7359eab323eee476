//! What differs between any two instances of one integration (api-facts 5.4), explained once instead of on every row.

use super::report::Report;
use crate::Reading;

/// One thing that always differs, and what that means for the move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Always {
    /// Stable; rows name it.
    pub id: &'static str,
    pub title: &'static str,
    pub words: String,
}

/// The entry that explains a row which differs as it must.
pub(crate) fn of_row(id: &str) -> &'static str {
    match id {
        "issuer" | "sso-url" | "slo-url" => "issuer",
        "credentials.oauthClient.client_id" | "credentials.oauthClient.client_secret" => "client",
        "certificate-hash" => "certificate",
        "label" => "label",
        "people-through-groups" | "people-individually" | "assigned-groups" => "assignments",
        _ if id.starts_with("attribute-statement.") => "variable",
        _ if id.starts_with("push") => "group-push",
        _ if id.starts_with("settings.notes") => "notes",
        _ => "secret",
    }
}

pub(crate) fn compare(report: &mut Report<'_>) {
    let (old, new) = (report.old(), report.new_side());
    let (old_label, new_label) = report.labels();
    let mut found: Vec<Always> = Vec::new();
    let mut add = |id, title, words: String| found.push(Always { id, title, words });
    if old.app.id != new.app.id {
        add(
            "app-id",
            "App id",
            format!(
                "Okta knows {old_label} as {} and {new_label} as {}. Policies, rules, hooks and scripts that name the old id go on meaning {old_label}; those that Rehome can read are listed under Everything else attached.",
                old.app.id, new.app.id
            ),
        );
    }
    let issuer = |side: &super::Side| side.metadata.value().map(|m| m.entity_id.clone());
    let rows = |of: &str| report.must_differ(of);
    if rows("issuer") || matches!((issuer(old), issuer(new)), (Some(a), Some(b)) if a != b) {
        add("issuer", "Issuer and sign-on URL", "Every instance signs with an issuer and from an address of its own, and neither can be shared. The service's admin must put both in; until then the service refuses everyone who comes through the new app.".to_owned());
    }
    if rows("certificate") || report.has_finding("signing-certificate") {
        add("certificate", "Signing certificate", "Every instance gets a signing key of its own. The service's admin puts the new certificate in, or the new app is given the old key: that spares this one change, not the issuer and the sign-on URL.".to_owned());
    }
    let client = |side: &super::Side| side.app.raw["credentials"]["oauthClient"]["client_id"].is_string();
    if rows("client") || client(old) && client(new) {
        add("client", "Client ID and secret", "Every OpenID Connect app is a client of its own. The service needs the new ID and secret; tokens, refresh tokens and consents of the old client do not carry over, so people sign in once more.".to_owned());
    }
    let links = |side: &super::Side| !side.app.raw["_links"]["appLinks"].as_array().is_none_or(Vec::is_empty);
    if links(old) && links(new) {
        add("embed-link", "Embed link", "The address behind the tile holds the app id. Bookmarks, intranet pages and e-mails with the old link keep leading to the old app, and stop working when it is deleted. Tell people, and give page owners the new link.".to_owned());
    }
    if let (Some(old_name), Some(new_name)) = (report.variable(old), report.variable(new))
        && old_name != new_name
    {
        add(
            "variable",
            "Variable of the app",
            format!(
                "In expressions {old_label} is {old_name} and {new_label} is {new_name}. An expression that names the old variable keeps reading the old app, and turns empty when people leave it."
            ),
        );
    } else if rows("variable") {
        add("variable", "Variable of the app", "Each instance has a variable of its own in expressions. An expression that names the old one keeps reading the old app.".to_owned());
    }
    if matches!((&old.mappings, &new.mappings), (Reading::Read(a), Reading::Read(b)) if !a.is_empty() && !b.is_empty())
    {
        add("mapping-ids", "Ids of mappings", "Each instance has mappings with ids of their own. Rehome compares what they say; only scripts that name such an id need the new one.".to_owned());
    }
    if rows("secret") {
        add("secret", "Secrets", "Tokens and passwords that belong to one instance. They are not shown, and need not be equal: what matters is that each works.".to_owned());
    }
    if rows("label") {
        add("label", "Name on the dashboard", "Two apps in one org cannot have the same name. To keep the old name for the new tile, rename the old app first.".to_owned());
    }
    if rows("notes") {
        add(
            "notes",
            "Notes",
            "Notes tell about their own app. Copy what still holds.".to_owned(),
        );
    }
    if rows("assignments") {
        add(
            "assignments",
            "People and groups",
            "That is what this migration moves.".to_owned(),
        );
    }
    if rows("group-push") {
        add("group-push", "Push groups", "Which groups are pushed belongs to one instance; each has to be unlinked from the old app and linked to the new one.".to_owned());
    }
    report.always = found;
}

#[cfg(test)]
mod tests {
    use super::super::{compare, fixtures as tests};

    #[test]
    fn only_what_applies_to_this_pair_is_explained() {
        let comparison = compare(&tests::twins(), tests::now("2027-01-01"));
        let ids: Vec<&str> = comparison.always.iter().map(|a| a.id).collect();
        assert_eq!(
            ids,
            [
                "app-id",
                "issuer",
                "variable",
                "mapping-ids",
                "secret",
                "label",
                "assignments"
            ]
        );
        let words = &comparison.always[2].words;
        assert!(
            words.contains("zendesk_0oa1") && words.contains("zendesk_0oa2"),
            "{words}"
        );
    }

    #[test]
    fn every_row_that_must_differ_is_explained_by_an_entry() {
        let comparison = compare(&tests::everything(), tests::now("2027-01-01"));
        for row in comparison.rows() {
            let must = row.outcome == super::super::RowOutcome::DiffersAsItMust;
            assert_eq!(row.always.is_some(), must, "{}", row.id);
            if let Some(id) = row.always {
                assert!(comparison.always.iter().any(|a| a.id == id), "{} wants {id}", row.id);
            }
        }
    }
}
