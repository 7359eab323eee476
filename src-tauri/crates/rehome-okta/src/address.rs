//! The org's address, as an admin types or pastes it.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Hosts of Okta's own cells. Under these a label ending in `-admin` is the Admin Console of the org without it.
const PRODUCTION: [&str; 5] = ["okta.com", "okta-emea.com", "okta-gov.com", "okta.mil", "okta.jp"];
const PREVIEW: [&str; 1] = ["oktapreview.com"];

/// Labels under `okta.com` that are Okta's own sites, not orgs.
const NOT_ORGS: [&str; 7] = ["www", "login", "help", "support", "developer", "trust", "status"];

/// The base address of an org: scheme, host, port; nothing else.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OrgUrl {
    base: Url,
    kind: HostKind,
}

/// What sort of host an org lives on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HostKind {
    /// Okta's production cells (`okta.com`, `okta-emea.com`, ...).
    Production,
    /// `oktapreview.com`.
    Preview,
    /// This machine: the practice org.
    Loopback,
    /// A custom domain, or a cell that Rehome does not know.
    Other,
}

/// Why a text is not the address of an org. The words are meant for the admin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("Type the address of your org, for example acme.okta.com.")]
    Empty,
    #[error("The address must begin with https://: Rehome does not send a token unencrypted.")]
    NotHttps,
    #[error("The address has no host name. It looks like acme.okta.com.")]
    NoHost,
    #[error("The address holds a user name or password. Leave out everything before the @.")]
    HasCredentials,
    #[error("{host} is one of Okta's own sites. The address of your org looks like acme.okta.com.")]
    NotAnOrg { host: String },
    #[error("This is not an address: {why}. It looks like acme.okta.com.")]
    NotAnAddress { why: String },
}

impl OrgUrl {
    /// Reads what an admin typed or pasted: a bare host, or any page of the org or of its Admin Console.
    ///
    /// Path, query and fragment are dropped; `-admin` is taken off Okta hosts, because the API is not documented on the
    /// console's host (api-facts 1.2). Plain HTTP is accepted for this machine only.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let url = Url::parse(&with_scheme(text)).map_err(|error| match error {
            url::ParseError::EmptyHost => AddressError::NoHost,
            other => not_an_address(other.to_string()),
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::HasCredentials);
        }
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            _ => return Err(AddressError::NotHttps),
        }
        let host = match url.host().ok_or(AddressError::NoHost)? {
            Host::Domain(name) if !loopback => org_host(name)?,
            other => other.to_string(),
        };
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let base = Url::parse(&format!("{}://{host}{port}/", url.scheme()))
            .map_err(|error| not_an_address(error.to_string()))?;
        let kind = if loopback { HostKind::Loopback } else { kind_of(&host) };
        Ok(Self { base, kind })
    }

    /// Scheme, host and port, without a slash at the end: `https://acme.okta.com`.
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// The host alone, in lower case: `acme.okta.com`.
    pub fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// What sort of host this is.
    pub fn kind(&self) -> HostKind {
        self.kind
    }

    /// Where the Admin Console lives: `https://acme-admin.okta.com`. On this machine and on custom domains the same
    /// origin (the console does not run on a custom domain; the caller says so).
    pub fn admin_origin(&self) -> String {
        match (self.kind, self.host().split_once('.')) {
            (HostKind::Production | HostKind::Preview, Some((label, rest))) => format!("https://{label}-admin.{rest}"),
            _ => self.origin(),
        }
    }

    /// Whether a URL has exactly this origin. The guard of every request that carries the credential.
    pub(crate) fn owns(&self, url: &Url) -> bool {
        url.origin() == self.base.origin() && url.username().is_empty() && url.password().is_none()
    }

    pub(crate) fn base(&self) -> &Url {
        &self.base
    }
}

impl fmt::Debug for OrgUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrgUrl({})", self.origin())
    }
}

impl fmt::Display for OrgUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin())
    }
}

/// A bare host means HTTPS, on this machine HTTP.
fn with_scheme(text: &str) -> String {
    if text.contains("://") {
        return text.to_owned();
    }
    let plain = format!("http://{text}");
    match Url::parse(&plain) {
        Ok(url) if is_loopback(&url) => plain,
        _ => format!("https://{text}"),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip == Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(ip)) => ip == Ipv6Addr::LOCALHOST,
        None => false,
    }
}

fn org_host(name: &str) -> Result<String, AddressError> {
    let name = name.trim_end_matches('.');
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    if !name.contains('.') || name.contains("..") || name.starts_with('.') || !name.chars().all(allowed) {
        return Err(not_an_address(format!("{name} is not a full host name")));
    }
    let Some(suffix) = okta_suffix(name) else {
        return Ok(name.to_owned());
    };
    let label = name
        .strip_suffix(suffix)
        .map(|label| label.trim_end_matches('.'))
        .unwrap_or_default();
    let label = label.strip_suffix("-admin").unwrap_or(label);
    if label.is_empty() || NOT_ORGS.contains(&label) {
        return Err(AddressError::NotAnOrg { host: name.to_owned() });
    }
    Ok(format!("{label}.{suffix}"))
}

fn okta_suffix(host: &str) -> Option<&'static str> {
    PRODUCTION.into_iter().chain(PREVIEW).find(|suffix| under(host, suffix))
}

fn kind_of(host: &str) -> HostKind {
    if PRODUCTION.iter().any(|suffix| under(host, suffix)) {
        HostKind::Production
    } else if PREVIEW.iter().any(|suffix| under(host, suffix)) {
        HostKind::Preview
    } else {
        HostKind::Other
    }
}

/// `host` is `suffix` or ends in `.suffix`: `notokta.com` is not under `okta.com`.
fn under(host: &str, suffix: &str) -> bool {
    host.strip_suffix(suffix)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn not_an_address(why: String) -> AddressError {
    AddressError::NotAnAddress { why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, expected: &str) {
        let seen = match OrgUrl::parse(typed) {
            Ok(url) => format!("{} {:?} {}", url.origin(), url.kind(), url.admin_origin()),
            Err(error) => format!("{error:?}"),
        };
        assert_eq!(seen, expected, "typed: {typed:?}");
    }

    #[test]
    fn what_admins_type_becomes_an_origin() {
        let acme = "https://acme.okta.com Production https://acme-admin.okta.com";
        check("acme.okta.com", acme);
        check("  https://acme.okta.com/  ", acme);
        check("HTTPS://ACME.Okta.com", acme);
        check("acme.okta.com.", acme);
        check("https://acme.okta.com:443", acme);
        check("https://acme-admin.okta.com/admin/dashboard?x=1#y", acme);
        check("acme-admin.okta.com", acme);
        let preview = "https://acme.oktapreview.com Preview https://acme-admin.oktapreview.com";
        check("acme-admin.oktapreview.com", preview);
        check(
            "dev-1.okta-emea.com",
            "https://dev-1.okta-emea.com Production https://dev-1-admin.okta-emea.com",
        );
        check(
            "https://login.acme.example/app",
            "https://login.acme.example Other https://login.acme.example",
        );
        check(
            "https://sso-admin.acme.example",
            "https://sso-admin.acme.example Other https://sso-admin.acme.example",
        );
        check("evil-okta.com", "https://evil-okta.com Other https://evil-okta.com");
        check(
            "acme.okta.com.evil.example",
            "https://acme.okta.com.evil.example Other https://acme.okta.com.evil.example",
        );
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        check(
            "http://127.0.0.1:4000/x",
            "http://127.0.0.1:4000 Loopback http://127.0.0.1:4000",
        );
        check("127.0.0.1:4000", "http://127.0.0.1:4000 Loopback http://127.0.0.1:4000");
        check("localhost:4000", "http://localhost:4000 Loopback http://localhost:4000");
        check("http://[::1]:4000", "http://[::1]:4000 Loopback http://[::1]:4000");
        check("http://acme.okta.com", "NotHttps");
        check("http://127.0.0.2:4000", "NotHttps");
        check("http://localhost.evil.example", "NotHttps");
        check("ftp://acme.okta.com", "NotHttps");
    }

    #[test]
    fn what_is_no_address_is_named() {
        check("", "Empty");
        check(" \t", "Empty");
        check("https://", "NoHost");
        check("https://ann:secret@acme.okta.com", "HasCredentials");
        check("ann@acme.okta.com", "HasCredentials");
        check("okta.com", r#"NotAnOrg { host: "okta.com" }"#);
        check("https://login.okta.com/", r#"NotAnOrg { host: "login.okta.com" }"#);
        check("acme", r#"NotAnAddress { why: "acme is not a full host name" }"#);
        check(
            "acme okta com",
            r#"NotAnAddress { why: "invalid international domain name" }"#,
        );
        check("acme.okta.com:port", r#"NotAnAddress { why: "invalid port number" }"#);
    }

    #[test]
    fn the_guard_compares_scheme_host_and_port() {
        let org = OrgUrl::parse("https://acme.okta.com").expect("an address");
        let owns = |text: &str| org.owns(&Url::parse(text).expect("a url"));
        assert!(owns("https://acme.okta.com/api/v1/apps?after=1"));
        assert!(!owns("http://acme.okta.com/api/v1/apps"));
        assert!(!owns("https://acme.okta.com:8443/api/v1/apps"));
        assert!(!owns("https://acme-admin.okta.com/api/v1/apps"));
        assert!(!owns("https://acme.okta.com@evil.example/"));
        assert!(!owns("https://ann@acme.okta.com/"));
    }
}
