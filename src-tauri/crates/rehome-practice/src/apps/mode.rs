//! Sign-on modes.

use crate::errors::{Refusal, invalid};

pub(crate) const AUTO_LOGIN: &str = "AUTO_LOGIN";
pub(crate) const BASIC_AUTH: &str = "BASIC_AUTH";
pub(crate) const BOOKMARK: &str = "BOOKMARK";
pub(crate) const BROWSER_PLUGIN: &str = "BROWSER_PLUGIN";
pub(crate) const OPENID_CONNECT: &str = "OPENID_CONNECT";
pub(crate) const SAML_1_1: &str = "SAML_1_1";
pub(crate) const SAML_2_0: &str = "SAML_2_0";
pub(crate) const SECURE_PASSWORD_STORE: &str = "SECURE_PASSWORD_STORE";
pub(crate) const WS_FEDERATION: &str = "WS_FEDERATION";

pub(crate) const PASSWORDS: [&str; 4] = [AUTO_LOGIN, BASIC_AUTH, BROWSER_PLUGIN, SECURE_PASSWORD_STORE];
pub(crate) const SIGNED: [&str; 3] = [SAML_2_0, SAML_1_1, WS_FEDERATION];

/// # Errors
/// A mode that Okta does not know.
pub(crate) fn known(name: &str) -> Result<&'static str, Refusal> {
    PASSWORDS
        .into_iter()
        .chain(SIGNED)
        .chain([BOOKMARK, OPENID_CONNECT])
        .find(|it| *it == name)
        .ok_or_else(|| invalid("signOnMode", "signOnMode: Not one of the allowed values."))
}
