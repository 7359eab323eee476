//! Pages of the Admin Console (api-facts 1.2). In practice the practice console stands at the same paths.

use rehome_domain::AppId;
use rehome_okta::OrgUrl;

/// An app's page; `tab` is a fragment such as `tab-user-management` (UNVERIFIED: without it the page still opens).
pub(crate) fn app(url: &OrgUrl, name: &str, id: &AppId, tab: &str) -> String {
    let name = if name.is_empty() { "app" } else { name };
    let page = format!("{}/admin/app/{name}/instance/{id}", url.admin_origin());
    if tab.is_empty() { page } else { format!("{page}#{tab}") }
}

/// What provisioning could not do, each with the service's own words: Dashboard, Tasks.
pub(crate) fn tasks(url: &OrgUrl) -> String {
    format!("{}/admin/tasks", url.admin_origin())
}

/// Directory, People.
pub(crate) fn people(url: &OrgUrl) -> String {
    format!("{}/admin/users", url.admin_origin())
}

/// Security, Administrators.
pub(crate) fn administrators(url: &OrgUrl) -> String {
    format!("{}/admin/access/admins", url.admin_origin())
}
