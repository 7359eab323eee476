//! Signing certificates as Okta makes them: self-signed, RSA 2048, SHA-256, with Okta's subject.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use data_encoding::{BASE64, BASE64URL_NOPAD};
use jiff::{Span, Timestamp, Zoned, tz::TimeZone};
use rand::distr::{Alphanumeric, SampleString};
use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};
use x509_parser::{certificate::X509Certificate, prelude::FromDer, public_key::PublicKey};

use super::SUBDOMAIN;
use crate::{clock::stamp, errors::Refusal, seed::certificates};

/// Keys that sign certificates. An RSA key takes a tenth of a second and more, and what a practice org shows of it is its
/// public half, so a few are made when they are first needed and then go round.
const KEYS: usize = 4;

fn key() -> Result<Arc<KeyPair>, rcgen::Error> {
    static POOL: Mutex<(usize, Vec<Arc<KeyPair>>)> = Mutex::new((0, Vec::new()));
    let mut pool = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    let (turn, keys) = &mut *pool;
    *turn += 1;
    if keys.len() < KEYS {
        let key = Arc::new(fresh_key()?);
        keys.push(Arc::clone(&key));
        return Ok(key);
    }
    Ok(Arc::clone(&keys[*turn % KEYS]))
}

/// A key pair of its own, for a request that somebody signs.
pub(crate) fn fresh_key() -> Result<KeyPair, rcgen::Error> {
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)
}

/// The key that signs for all OpenID Connect apps of an org: recorded ones of one org share it.
pub(crate) fn org_key() -> Vec<Value> {
    certificates::long().into_iter().skip(2).take(1).collect()
}

/// A new key credential that is good for `years` from `at`, as `/credentials/keys` shows it.
pub(crate) fn make(at: Timestamp, years: i16) -> Result<Value, Refusal> {
    let from = at.to_zoned(TimeZone::UTC);
    let until = from.checked_add(Span::new().years(years)).map_err(|_| broken())?;
    let der = signed(&from, &until).map_err(|_| broken())?;
    credential(&der, at).ok_or_else(broken)
}

fn signed(from: &Zoned, until: &Zoned) -> Result<Vec<u8>, rcgen::Error> {
    let moment = |at: &Zoned| {
        let date = at.date();
        let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        let midnight = rcgen::date_time_ymd(i32::from(date.year()), month, day);
        let second = u64::from(at.hour().unsigned_abs()) * 3600
            + u64::from(at.minute().unsigned_abs()) * 60
            + u64::from(at.second().unsigned_abs());
        midnight + Duration::from_secs(second)
    };
    let mut params = CertificateParams::default();
    params.distinguished_name = subject()?;
    params.serial_number = Some(rand::random::<u32>().to_be_bytes().to_vec().into());
    params.not_before = moment(from);
    params.not_after = moment(until);
    Ok(params.self_signed(key()?.as_ref())?.der().to_vec())
}

/// The subject of all of Okta's certificates, with the org's subdomain as common name.
fn subject() -> Result<DistinguishedName, rcgen::Error> {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, DnValue::PrintableString("US".try_into()?));
    name.push(DnType::StateOrProvinceName, "California");
    name.push(DnType::LocalityName, "San Francisco");
    name.push(DnType::OrganizationName, "Okta");
    name.push(DnType::OrganizationalUnitName, "SSOProvider");
    name.push(DnType::CommonName, SUBDOMAIN);
    let email = DnType::CustomDnType(vec![1, 2, 840, 113_549, 1, 9, 1]);
    name.push(email, DnValue::Ia5String("info@okta.com".try_into()?));
    Ok(name)
}

/// A certificate as key credential; `None` when it is none, or not with an RSA key.
/// Characters of a key's id. Okta's may have `-` and `_` in them; at an end these would be no part of the word for scripts that
/// look for words.
const KID: usize = 43;

pub(crate) fn credential(der: &[u8], at: Timestamp) -> Option<Value> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let PublicKey::RSA(key) = certificate.public_key().parsed().ok()? else {
        return None;
    };
    let unsigned = |bytes: &[u8]| {
        let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(0);
        BASE64URL_NOPAD.encode(&bytes[start..])
    };
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, der);
    let ends = Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?;
    Some(json!({
        "kty": "RSA", "created": stamp(at), "lastUpdated": stamp(at), "expiresAt": stamp(ends),
        "kid": Alphanumeric.sample_string(&mut rand::rng(), KID), "use": "sig",
        "x5c": [BASE64.encode(der)], "x5t#S256": BASE64URL_NOPAD.encode(digest.as_ref()),
        "e": unsigned(key.exponent), "n": unsigned(key.modulus),
    }))
}

pub(crate) fn broken() -> Refusal {
    Refusal::new(500, "E0000009", "Internal Server Error")
}
