//! Signing certificates, as `x5c` of a key or as SAML metadata carries them (api-facts 5.1, 5.3).

use data_encoding::{BASE64, HEXUPPER};
use jiff::Timestamp;
use sha1::Digest as _;
use x509_parser::prelude::{FromDer as _, X509Certificate};
use x509_parser::public_key::PublicKey;

/// What of a certificate an admin compares. Okta's are self-signed, so no chain is built and no signature is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Over the DER, as pairs with colons: `9A:41:...`.
    pub sha1: String,
    pub sha256: String,
    /// As in `CN=northwind, OU=SSOProvider, O=Okta`.
    pub subject: String,
    /// As pairs with colons.
    pub serial: String,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// Hash under the signature: `SHA-256`, `SHA-1`, or the object id of another algorithm.
    pub signature_hash: String,
    /// `RSA`, `EC`, or `unknown`.
    pub key_type: &'static str,
    /// Size of the public key.
    pub key_bits: Option<usize>,
    /// Base64 without line breaks.
    pub der: String,
}

/// Columns of a line of PEM (RFC 7468).
const PEM_COLUMNS: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    #[error("the certificate is not base64 text")]
    NotBase64,
    #[error("the certificate is not in X.509 form")]
    NotX509,
    #[error("the certificate carries an impossible date")]
    Date,
}

impl Certificate {
    /// Reads base64 DER: without PEM lines; white space is allowed, as SAML metadata breaks lines.
    pub fn from_base64(text: &str) -> Result<Self, CertificateError> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let der = BASE64
            .decode(text.as_bytes())
            .map_err(|_| CertificateError::NotBase64)?;
        let (_, certificate) = X509Certificate::from_der(&der).map_err(|_| CertificateError::NotX509)?;
        let date = |seconds: i64| Timestamp::from_second(seconds).map_err(|_| CertificateError::Date);
        let (key_type, key_bits) = key_of(&certificate);
        Ok(Self {
            sha1: colons(&sha1::Sha1::digest(&der)),
            sha256: colons(&sha2::Sha256::digest(&der)),
            subject: certificate.subject().to_string(),
            serial: colons(certificate.raw_serial()),
            not_before: date(certificate.validity().not_before.timestamp())?,
            not_after: date(certificate.validity().not_after.timestamp())?,
            signature_hash: hash_of(&certificate.signature_algorithm.algorithm.to_id_string()),
            key_type,
            key_bits,
            der: text,
        })
    }

    /// For a file or a form of the service: lines of 64 columns between BEGIN and END.
    pub fn pem(&self) -> String {
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        let mut rest = self.der.as_str();
        // Base64 is ASCII, so that every column is a boundary.
        while rest.len() > PEM_COLUMNS {
            let (line, more) = rest.split_at(PEM_COLUMNS);
            pem += line;
            pem.push('\n');
            rest = more;
        }
        pem + rest + "\n-----END CERTIFICATE-----\n"
    }

    /// Whole days until it expires; negative once it has.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        self.not_after.duration_since(now).as_secs().div_euclid(86_400)
    }

    /// Signed with a hash that is no longer held to be safe.
    pub fn is_weak(&self) -> bool {
        matches!(self.signature_hash.as_str(), "SHA-1" | "MD5")
    }

    /// The SHA-256 fingerprint as tables show it: `9A:41…C2`.
    pub fn short(&self) -> String {
        let (Some(start), Some(end)) = (
            self.sha256.get(..5),
            self.sha256.get(self.sha256.len().saturating_sub(2)..),
        ) else {
            return self.sha256.clone();
        };
        format!("{start}…{end}")
    }
}

fn key_of(certificate: &X509Certificate<'_>) -> (&'static str, Option<usize>) {
    let (name, bits) = match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => ("RSA", key.key_size()),
        Ok(PublicKey::EC(point)) => ("EC", point.key_size()),
        Ok(_) | Err(_) => ("unknown", 0),
    };
    (name, Some(bits).filter(|bits| *bits > 0))
}

fn colons(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| HEXUPPER.encode(&[*byte]))
        .collect::<Vec<_>>()
        .join(":")
}

fn hash_of(algorithm: &str) -> String {
    match algorithm {
        "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" => "SHA-1",
        "1.2.840.113549.1.1.11" | "1.2.840.10045.4.3.2" => "SHA-256",
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => "SHA-384",
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => "SHA-512",
        "1.2.840.113549.1.1.4" => "MD5",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
pub(crate) mod tests {
    use expect_test::expect;

    use super::*;

    /// RSA 1024, SHA-256, made for these tests.
    pub(crate) const FIRST: &str = "MIICTjCCAbegAwIBAgIULKeX/Q+ywQND9jIlKA7Bu8CApHMwDQYJKoZIhvcNAQELBQAwOTENMAsGA1UECgwET2t0YTEUMBIGA1UECwwLU1NPUHJvdmlkZXIxEjAQBgNVBAMMCW5vcnRod2luZDAeFw0yNjExMjMxNTIwMTRaFw0yOTAzMTIxNTIwMTRaMDkxDTALBgNVBAoMBE9rdGExFDASBgNVBAsMC1NTT1Byb3ZpZGVyMRIwEAYDVQQDDAlub3J0aHdpbmQwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAPA1cY4r5w/tEJw5pxAboXg1KY0Y58lzfhqtk/VyFknvqKcDnDUuYjTWYfFxBUeg8jbYETySaf4WbTctPAkCoRVOaa1yjbYQogd5ELt6gs5pNp+93Nq8u8OTdxxeQHpr2kIVXJiUHIAh1xGyNRSBI9RknO4GbpbSIDVxnKsNatfrAgMBAAGjUzBRMB0GA1UdDgQWBBRsfDgjGgC8Cl2Pjx5mAjEWBfuVWjAfBgNVHSMEGDAWgBRsfDgjGgC8Cl2Pjx5mAjEWBfuVWjAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4GBADGTd/NGVns7UReZzYWHdgUPksnwhl3GYVKbzhTVqWKXAVOjyOvubO3aAMv/FVHQiPRKmjVrQZ+s3VaCIR1vwE5lhdnsBookgnMTIypx3rLq4gQFA9rR2Y2HEHGsES8i4/Ut0Qz1g7L9d62W/vKRNB+aHR/n7oL370K8y/18v0El";
    /// RSA 1024, SHA-1, made for these tests.
    pub(crate) const SECOND: &str = "MIICTjCCAbegAwIBAgIUDd3q6murF1of2vAHB8iHP2ro84owDQYJKoZIhvcNAQEFBQAwOTENMAsGA1UECgwET2t0YTEUMBIGA1UECwwLU1NPUHJvdmlkZXIxEjAQBgNVBAMMCW5vcnRod2luZDAeFw0yNjExMjMxNTIwMTRaFw0zNjExMjAxNTIwMTRaMDkxDTALBgNVBAoMBE9rdGExFDASBgNVBAsMC1NTT1Byb3ZpZGVyMRIwEAYDVQQDDAlub3J0aHdpbmQwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBALUHy4e43IvRPvecLovd64Odltc2uvOlcxuhrtA7oriaI4iaQaD1j0M5bOZDrtgs/fwegaEdEnQbWAGMHdH1/KIby67UPD5AjumWcfH3ar5/Zf/JFlGJ2Lec0muAZN7yFxLutd3T4YhJStMycddL3ra4qSMzJXy8WVmzOZtqFuvjAgMBAAGjUzBRMB0GA1UdDgQWBBTljdZgTLyOJPuaQ295AsO/CnOK+DAfBgNVHSMEGDAWgBTljdZgTLyOJPuaQ295AsO/CnOK+DAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBBQUAA4GBAIGhl6VPBt2oQxv4GVGNTYurWrzGJDb74yMTPnbADHNfzBOIiI7pVulVwPFjB7wp+XYKZwE+3+rhJWfL/cnf7CpY82Ry9rxxGyOGWtoLEGg48m8UzzA0uLr2Vu31gHB8gblY32O32NywKqg8Y3XZF7lfQ3GRKVVpBztJuqPBo0iy";

    #[test]
    fn fingerprints_and_dates_are_read_from_the_der() {
        expect![[r#"
            Ok(
                Certificate {
                    sha1: "52:BA:73:96:9D:D4:0A:A3:46:39:65:81:45:F4:FD:EA:13:BA:61:69",
                    sha256: "08:9C:B5:7B:1A:23:36:B7:F5:91:D7:23:C7:23:74:C9:94:23:B8:38:1A:46:AB:3F:5D:0A:B2:3B:0F:49:40:AE",
                    subject: "O=Okta, OU=SSOProvider, CN=northwind",
                    serial: "2C:A7:97:FD:0F:B2:C1:03:43:F6:32:25:28:0E:C1:BB:C0:80:A4:73",
                    not_before: 2026-11-23T15:20:14Z,
                    not_after: 2029-03-12T15:20:14Z,
                    signature_hash: "SHA-256",
                    key_type: "RSA",
                    key_bits: Some(
                        1024,
                    ),
                    der: "",
                },
            )
        "#]].assert_debug_eq(&Certificate::from_base64(FIRST).map(|c| Certificate { der: String::new(), ..c }));
        expect![[r#"
            Ok(
                (
                    "03:C4…F5",
                    "SHA-1",
                ),
            )
        "#]]
        .assert_debug_eq(&Certificate::from_base64(SECOND).map(|c| (c.short(), c.signature_hash)));
    }

    #[test]
    fn pem_has_lines_of_64_columns_and_reads_back() {
        let certificate = Certificate::from_base64(FIRST).unwrap();
        let pem = certificate.pem();
        let lines: Vec<&str> = pem.lines().collect();
        assert_eq!(lines.first(), Some(&"-----BEGIN CERTIFICATE-----"));
        assert_eq!(lines.last(), Some(&"-----END CERTIFICATE-----"));
        let body = &lines[1..lines.len() - 1];
        assert!(body[..body.len() - 1].iter().all(|line| line.len() == 64));
        assert!(!body.last().unwrap().is_empty() && body.last().unwrap().len() <= 64);
        assert_eq!(body.concat(), FIRST);
        let exact = Certificate {
            der: "A".repeat(128),
            ..certificate
        };
        assert_eq!(exact.pem().lines().count(), 4);
    }

    #[test]
    fn days_left_turn_negative_when_it_has_expired() {
        let certificate = Certificate::from_base64(FIRST).unwrap();
        let left = |at: &str| certificate.days_left(at.parse().unwrap());
        assert_eq!(left("2029-03-11T15:20:14Z"), 1);
        assert_eq!(left("2029-03-12T15:20:13Z"), 0);
        assert_eq!(left("2029-03-12T15:20:15Z"), -1);
    }

    #[test]
    fn line_breaks_do_not_matter_and_nonsense_is_refused() {
        let broken: String = FIRST
            .chars()
            .enumerate()
            .flat_map(|(n, c)| (n % 76 == 75).then_some('\n').into_iter().chain([c]))
            .collect();
        assert_eq!(Certificate::from_base64(&broken), Certificate::from_base64(FIRST));
        assert_eq!(Certificate::from_base64("no base64!"), Err(CertificateError::NotBase64));
        assert_eq!(Certificate::from_base64("aGVsbG8="), Err(CertificateError::NotX509));
        assert_eq!(Certificate::from_base64(&FIRST[..400]), Err(CertificateError::NotX509));
        assert_eq!(Certificate::from_base64(""), Err(CertificateError::NotX509));
    }
}
