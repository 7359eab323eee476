//! Keys, signing requests and metadata of apps, read with a real X.509 reader.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use rcgen::{CertificateParams, Issuer, KeyPair, PKCS_RSA_SHA256, PublicKeyData, SignatureAlgorithm};
use serde_json::{Value, json};
use x509_parser::{certificate::X509Certificate, certification_request::X509CertificationRequest, prelude::FromDer};

use crate::Bench;

async fn saml(bench: &Bench, label: &str) -> String {
    let body = json!({ "label": label, "signOnMode": "SAML_2_0", "settings": { "signOn": {
        "ssoAcsUrl": "https://sp.example/acs", "audience": "urn:sp", "slo": { "enabled": true, "issuer": "urn:sp", "logoutUrl": "https://sp.example/out" } } } });
    let app = bench.post("/api/v1/apps", body).await.ok();
    app["id"].as_str().expect("an id").to_owned()
}

fn der(key: &Value) -> Vec<u8> {
    BASE64
        .decode(key["x5c"][0].as_str().expect("a certificate").as_bytes())
        .expect("base64")
}

#[tokio::test]
async fn every_saml_app_has_a_certificate_of_its_own() {
    let bench = Bench::new().await;
    let mut seen = std::collections::BTreeSet::new();
    for label in ["One", "Two", "Three", "Four", "Five"] {
        let id = saml(&bench, label).await;
        let key = bench.get(&format!("/api/v1/apps/{id}/credentials/keys")).await.ok()[0].clone();
        let app = bench.get(&format!("/api/v1/apps/{id}")).await.ok();
        assert_eq!(app["credentials"]["signing"]["kid"], key["kid"]);
        let der = der(&key);
        let (_, certificate) = X509Certificate::from_der(&der).expect("a certificate");
        let own = UnparsedPublicKey::new(
            &RSA_PKCS1_2048_8192_SHA256,
            &certificate.public_key().subject_public_key.data,
        );
        own.verify(certificate.tbs_certificate.as_ref(), &certificate.signature_value.data)
            .expect("self-signed");
        assert!(certificate.subject().to_string().contains("OU=SSOProvider"));
        let modulus = BASE64URL_NOPAD
            .decode(key["n"].as_str().expect("n").as_bytes())
            .expect("base64url");
        assert_eq!(modulus.len(), 256);
        let years =
            (certificate.validity().not_after.timestamp() - certificate.validity().not_before.timestamp()) / 31_557_600;
        assert!((9..=10).contains(&years));
        assert!(seen.insert(der));
        let xml = bench
            .get(&format!(
                "/api/v1/apps/{id}/sso/saml/metadata?kid={}",
                key["kid"].as_str().expect("kid")
            ))
            .await
            .ok();
        let xml = xml.as_str().expect("XML");
        let plain: String = xml.split_whitespace().collect();
        assert!(plain.contains(key["x5c"][0].as_str().expect("a certificate")));
        assert_eq!(xml.matches("SingleLogoutService").count(), 2);
    }
}

#[tokio::test]
async fn new_keys_last_as_long_as_asked() {
    let bench = Bench::new().await;
    let id = bench.new_app();
    let path = format!("/api/v1/apps/{id}/credentials/keys");
    for years in ["1", "11", "many"] {
        let got = bench
            .post(&format!("{path}/generate?validityYears={years}"), json!({}))
            .await;
        got.refused(400, "E0000001");
    }
    let key = bench.post(&format!("{path}/generate?validityYears=3"), json!({})).await;
    assert_eq!(key.status, 201);
    let year = |at: &Value| at.as_str().expect("a time")[..4].parse::<i32>().expect("a year");
    assert_eq!(year(&key.body["expiresAt"]) - year(&key.body["created"]), 3);
    let kid = key.body["kid"].as_str().expect("a kid");
    let clone = format!("{path}/{kid}/clone?targetAid={}", bench.old());
    assert_eq!(bench.post(&clone, json!({})).await.status, 201);
    bench.post(&clone, json!({})).await.refused(400, "E0000001");
}

/// The public key of a request.
struct Requested(Vec<u8>);

impl PublicKeyData for Requested {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

#[tokio::test]
async fn a_signing_request_takes_a_certificate_of_its_own_key() {
    let bench = Bench::new().await;
    let id = bench.new_app();
    let path = format!("/api/v1/apps/{id}/credentials/csrs");
    bench.post(&path, json!({})).await.refused(400, "E0000001");
    let wish = json!({ "subject": { "countryName": "NL", "organizationName": "Northwind", "commonName": "SP issuer" },
        "subjectAltNames": { "dnsNames": ["sso.northwind.example"] } });
    let made = bench.post(&path, wish).await;
    assert_eq!((made.status, &made.body["kty"]), (201, &json!("RSA")));
    let request = BASE64
        .decode(made.body["csr"].as_str().expect("a request").as_bytes())
        .expect("base64");
    let publish = format!("{path}/{}/lifecycle/publish", made.body["id"].as_str().expect("an id"));
    let authority = KeyPair::generate().expect("a key");
    let issuer = Issuer::new(CertificateParams::default(), &authority);
    let signed = |years: i32| {
        let (_, request) = X509CertificationRequest::from_der(&request).expect("a request");
        let key = request
            .certification_request_info
            .subject_pki
            .subject_public_key
            .data
            .to_vec();
        let mut params = CertificateParams::default();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(years, 1, 1);
        let certificate = params.signed_by(&Requested(key), &issuer);
        certificate.expect("a certificate").der().to_vec()
    };
    let send = async |kind: &str, body: Vec<u8>| bench.send_raw(&publish, kind, body).await;
    let stranger = CertificateParams::default()
        .self_signed(&authority)
        .expect("a certificate");
    send("application/pkix-cert", stranger.der().to_vec())
        .await
        .refused(400, "E0000001");
    send("application/pkix-cert", b"no certificate".to_vec())
        .await
        .refused(400, "E0000001");
    send("application/pkix-cert", signed(2021))
        .await
        .refused(400, "E0000001");
    let key = send("application/pkix-cert", BASE64.encode(&signed(2045)).into_bytes()).await;
    assert_eq!(key.status, 201);
    let keys = bench.get(&format!("/api/v1/apps/{id}/credentials/keys")).await.ok();
    assert!(
        keys.as_array()
            .expect("a list")
            .iter()
            .any(|it| it["kid"] == key.body["kid"])
    );
    assert_eq!(bench.get(&path).await.ok(), json!([]), "the request is done with");
}

#[tokio::test]
async fn a_logo_is_a_picture_in_a_form() {
    let bench = Bench::new().await;
    let id = bench.new_app();
    let path = format!("/api/v1/apps/{id}/logo");
    let form = |bytes: &[u8]| {
        let head = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n";
        [&head[..], bytes, b"\r\n--x--\r\n"].concat()
    };
    let kind = "multipart/form-data; boundary=x";
    bench
        .send_raw(&path, kind, form(b"plain text"))
        .await
        .refused(400, "E0000001");
    let got = bench.send_raw(&path, kind, form(b"\x89PNG\r\n\x1a\n...")).await;
    assert_eq!(got.status, 201);
    let app = bench.get(&format!("/api/v1/apps/{id}")).await.ok();
    assert_eq!(app["_links"]["logo"][0]["href"], got.header("location"));
}
