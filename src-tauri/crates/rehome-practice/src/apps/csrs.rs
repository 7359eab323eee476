//! Signing requests, for admins whose own authority makes the certificate (api-facts: certificate matches the request's
//! key and has more than 90 days left).

use std::sync::Arc;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, KeyPair, PublicKeyData, SanType};
use serde_json::{Value, json};
use x509_parser::{certificate::X509Certificate, pem::parse_x509_pem, prelude::FromDer};

use super::{certificate, kind::blank};
use crate::{
    clock::stamp,
    errors::{Refusal, invalid, not_found},
    reply::{Answer, Call, Reply},
    routes::object_body,
    state::{Object, Org},
};

#[derive(Clone)]
pub(crate) struct Csr {
    id: String,
    created: Timestamp,
    der: Vec<u8>,
    key: Arc<KeyPair>,
}

const LEAST_DAYS: i64 = 90;

impl Org {
    fn known_csr(&self, app: &str, id: &str) -> Result<&Csr, Refusal> {
        let found = self.known_app(app)?.parts.csrs.iter().find(|it| it.id == id);
        found.ok_or_else(|| not_found(id, "Csr"))
    }

    pub(crate) fn list_csrs(&self, call: &Call<'_>, app: &str) -> Answer {
        let list = self.known_app(app)?.parts.csrs.iter();
        Ok(Reply::json(list.map(|it| show(it, app, call.base)).collect()))
    }

    pub(crate) fn read_csr(&self, call: &Call<'_>, app: &str, id: &str) -> Answer {
        Ok(Reply::json(show(self.known_csr(app, id)?, app, call.base)))
    }

    pub(crate) fn create_csr(&mut self, call: &Call<'_>, app: &str) -> Answer {
        self.known_app(app)?;
        let csr = request(object_body(call)?.as_ref(), call.at)?;
        let shown = show(&csr, app, call.base);
        let this = shown["_links"]["self"]["href"].as_str().unwrap_or("").to_owned();
        if let Some(app) = self.apps.get_mut(app) {
            app.parts.csrs.push(csr);
        }
        Ok(Reply::json(shown).status(201).with("Location", this))
    }

    pub(crate) fn delete_csr(&mut self, app: &str, id: &str) -> Answer {
        self.known_csr(app, id)?;
        if let Some(app) = self.apps.get_mut(app) {
            app.parts.csrs.retain(|it| it.id != id);
        }
        Ok(Reply::empty())
    }

    /// Takes the certificate in, as DER, base64 of it, or PEM; the request is done with.
    pub(crate) fn publish_csr(&mut self, call: &Call<'_>, app: &str, id: &str) -> Answer {
        let csr = self.known_csr(app, id)?;
        let der = der(call.raw).ok_or_else(|| invalid("certificate", "The certificate could not be read."))?;
        let (_, parsed) = X509Certificate::from_der(&der)
            .map_err(|_| invalid("certificate", "The certificate could not be read."))?;
        if parsed.public_key().raw != csr.key.subject_public_key_info() {
            return Err(invalid("certificate", "The certificate doesn't match the CSR."));
        }
        let ends = parsed.validity().not_after.timestamp();
        if ends < (call.at.as_second() + SignedDuration::from_hours(24 * LEAST_DAYS).as_secs()) {
            return Err(invalid("certificate", "The certificate expires in less than 90 days."));
        }
        let key = certificate::credential(&der, call.at).ok_or_else(certificate::broken)?;
        if let Some(app) = self.apps.get_mut(app) {
            app.parts.csrs.retain(|it| it.id != id);
        }
        self.add_key(app, key)
    }
}

fn request(body: &Object, at: Timestamp) -> Result<Csr, Refusal> {
    let subject = body
        .get("subject")
        .and_then(Value::as_object)
        .ok_or_else(|| blank("subject"))?;
    let text = |name: &str| subject.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
    let common = text("commonName").ok_or_else(|| blank("commonName"))?;
    let mut name = DistinguishedName::new();
    if let Some(country) = text("countryName") {
        let country = country
            .try_into()
            .map_err(|_| invalid("countryName", "countryName: The value must be a country code"))?;
        name.push(DnType::CountryName, DnValue::PrintableString(country));
    }
    for (kind, field) in [
        (DnType::StateOrProvinceName, "stateOrProvinceName"),
        (DnType::LocalityName, "localityName"),
        (DnType::OrganizationName, "organizationName"),
        (DnType::OrganizationalUnitName, "organizationalUnitName"),
    ] {
        if let Some(value) = text(field) {
            name.push(kind, value);
        }
    }
    name.push(DnType::CommonName, common);
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    let names = body.get("subjectAltNames").and_then(|it| it["dnsNames"].as_array());
    for name in names.into_iter().flatten().filter_map(Value::as_str) {
        let name = name
            .try_into()
            .map_err(|_| invalid("dnsNames", "dnsNames: The value must be a host name"))?;
        params.subject_alt_names.push(SanType::DnsName(name));
    }
    let key = certificate::fresh_key().map_err(|_| certificate::broken())?;
    let signed = params.serialize_request(&key).map_err(|_| certificate::broken())?;
    let der = signed.der().to_vec();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &der);
    Ok(Csr {
        id: BASE64URL_NOPAD.encode(digest.as_ref()),
        created: at,
        der,
        key: Arc::new(key),
    })
}

fn der(body: &[u8]) -> Option<Vec<u8>> {
    if body.first() == Some(&0x30) {
        return Some(body.to_vec());
    }
    if let Ok((_, pem)) = parse_x509_pem(body) {
        return Some(pem.contents);
    }
    let plain: Vec<u8> = body
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    BASE64.decode(&plain).or_else(|_| BASE64URL_NOPAD.decode(&plain)).ok()
}

fn show(csr: &Csr, app: &str, base: &str) -> Value {
    let this = format!("{base}/api/v1/apps/{app}/credentials/csrs/{}", csr.id);
    json!({
        "id": csr.id, "created": stamp(csr.created), "csr": BASE64.encode(&csr.der), "kty": "RSA",
        "_links": {
            "self": { "href": this, "hints": { "allow": ["GET", "DELETE"] } },
            "publish": { "href": format!("{this}/lifecycle/publish"), "hints": { "allow": ["POST"] } },
        },
    })
}
