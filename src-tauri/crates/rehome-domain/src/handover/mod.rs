//! The hand-over sheet: what the service's admin must know of the new app, beside what the service knows of the old one
//! (P35, api-facts 5).

mod items;
mod text;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::Serialize;

pub use text::text;

use crate::Certificate;
use crate::compare::Side;
use crate::compare::signing;

/// How people get from Okta to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Protocol {
    Saml,
    WsFed,
    Oidc,
    Swa,
    Bookmark,
    Other,
}

impl Protocol {
    pub fn of(mode: Option<&str>) -> Self {
        match mode {
            Some("SAML_2_0" | "SAML_1_1") => Self::Saml,
            Some("WS_FEDERATION") => Self::WsFed,
            Some("OPENID_CONNECT") => Self::Oidc,
            Some("BROWSER_PLUGIN" | "AUTO_LOGIN" | "SECURE_PASSWORD_STORE" | "BASIC_AUTH") => Self::Swa,
            Some("BOOKMARK") => Self::Bookmark,
            _ => Self::Other,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Saml => "SAML",
            Self::WsFed => "WS-Federation",
            Self::Oidc => "OpenID Connect",
            Self::Swa => "SWA (stored passwords)",
            Self::Bookmark => "Bookmark",
            Self::Other => "no sign-on through Okta",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HandOver {
    /// Of the new app.
    pub protocol: Protocol,
    pub title: String,
    pub old_label: String,
    pub new_label: String,
    /// Paragraphs for the service's admin.
    pub intro: Vec<String>,
    pub items: Vec<Item>,
    pub certificates: Certificates,
    /// Both apps sign with one key: the service keeps its certificate.
    pub shares_key: bool,
    pub warnings: Vec<String>,
}

/// One value, old and new. Lists stand one entry a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Stable.
    pub id: &'static str,
    pub label: &'static str,
    /// What it is, how services call it, and what is not certain of it.
    pub hint: String,
    /// `None`: the app has none, or it could not be read.
    pub old: Option<String>,
    pub new: Option<String>,
    /// The service's admin has to change it.
    pub must_change: bool,
    /// Never shown: it goes to the service's admin on a safe way.
    pub secret: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Certificates {
    pub old: Option<CertificateSheet>,
    pub new: Option<CertificateSheet>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateSheet {
    /// Lines of 64 columns.
    pub pem: String,
    /// Pairs with colons.
    pub sha1: String,
    pub sha256: String,
    pub subject: String,
    pub serial: String,
    pub valid_from: Timestamp,
    pub valid_to: Timestamp,
    /// Whole days; negative once it has expired.
    pub days_left: i64,
    /// RSA, EC or unknown.
    pub key_type: &'static str,
    pub key_bits: Option<usize>,
    /// SHA-256, SHA-1, ...
    pub signature_hash: String,
}

impl CertificateSheet {
    pub fn new(certificate: &Certificate, now: Timestamp) -> Self {
        Self {
            pem: certificate.pem(),
            sha1: certificate.sha1.clone(),
            sha256: certificate.sha256.clone(),
            subject: certificate.subject.clone(),
            serial: certificate.serial.clone(),
            valid_from: certificate.not_before,
            valid_to: certificate.not_after,
            days_left: certificate.days_left(now),
            key_type: certificate.key_type,
            key_bits: certificate.key_bits,
            signature_hash: certificate.signature_hash.clone(),
        }
    }
}

/// Makes the sheet. `org_url`: `https://northwind.okta.com`, with or without a slash at its end.
pub fn sheet(old: &Side, new: &Side, org_url: &str, now: Timestamp) -> HandOver {
    let protocol = Protocol::of(new.app.sign_on_mode.as_deref());
    let (old_label, new_label) = (old.app.label.clone(), new.app.label.clone());
    let mut warnings = Vec::new();
    let mut certificate = |side: &Side| {
        if !signing::signs(side) {
            return None;
        }
        match signing::certificate(side, side.keys.value()) {
            Some(Ok(certificate)) => Some(CertificateSheet::new(&certificate, now)),
            Some(Err(why)) => {
                warnings.push(format!(
                    "The certificate of {} is not on this sheet: {why}.",
                    side.app.label
                ));
                None
            }
            None => {
                warnings.push(format!(
                    "The certificate of {} could not be read. Download it from the Sign On tab.",
                    side.app.label
                ));
                None
            }
        }
    };
    let certificates = Certificates {
        old: certificate(old),
        new: certificate(new),
    };
    let shares_key = matches!((&certificates.old, &certificates.new), (Some(a), Some(b)) if a.sha256 == b.sha256);
    let (items, disagreement) = items::of(protocol, old, new, org_url.trim_end_matches('/'));
    warnings.extend(items::warnings(protocol, old, new));
    warnings.extend(disagreement);
    for (label, certificate) in [(&old_label, &certificates.old), (&new_label, &certificates.new)] {
        if let Some(certificate) = certificate {
            warnings.extend(about(label, certificate));
        }
    }
    HandOver {
        protocol,
        title: format!("Hand-over: {old_label} to {new_label}"),
        intro: items::intro(protocol, &old_label, &new_label, shares_key),
        items,
        certificates,
        shares_key,
        warnings,
        old_label,
        new_label,
    }
}

fn about(label: &str, certificate: &CertificateSheet) -> Option<String> {
    let day = certificate.valid_to.strftime("%Y-%m-%d");
    if certificate.days_left < 0 {
        Some(format!("The certificate of {label} expired on {day}."))
    } else if certificate.days_left < 90 {
        Some(format!(
            "The certificate of {label} expires on {day}, in {} days.",
            certificate.days_left
        ))
    } else {
        None
    }
}
