//! Members of groups, of each only what anybody asks for: everybody whole, with all attributes, would be the largest thing in
//! memory.

use std::collections::BTreeSet;

use rehome_domain::{GroupId, UserId};
use rehome_okta::{OktaError, Read};

pub(crate) struct Member {
    pub id: UserId,
    /// First and last name; empty where Okta tells none.
    pub name: String,
    /// Deprovisioned people keep memberships but get no apps (api-facts 7.4).
    pub gets_apps: bool,
}

/// Everybody in the group, in Okta's order.
pub(crate) async fn read_members(read: &Read, group: &GroupId) -> Result<Vec<Member>, OktaError> {
    let mut members = Vec::new();
    let mut pages = read.group_member_pages(group)?;
    while let Some(page) = pages.next_page().await? {
        members.extend(page.iter().filter_map(|raw| {
            let part = |name: &str| raw["profile"][name].as_str().unwrap_or_default();
            Some(Member {
                id: UserId::from(raw["id"].as_str()?),
                name: format!("{} {}", part("firstName"), part("lastName")).trim().to_owned(),
                gets_apps: raw["status"] != "DEPROVISIONED",
            })
        }));
    }
    Ok(members)
}

/// Whoever gets the apps of the group.
pub(crate) fn who_gets_apps(members: &[Member]) -> BTreeSet<UserId> {
    let gets = members.iter().filter(|member| member.gets_apps);
    gets.map(|member| member.id.clone()).collect()
}
