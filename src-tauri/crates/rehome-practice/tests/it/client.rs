//! An OAuth client made by hand: its key, its assertions and its proofs.

use std::cell::{Cell, RefCell};

use aws_lc_rs::{
    digest::{SHA256, digest},
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair},
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};

use crate::{Bench, Got};

/// A key pair for signing.
pub struct Key {
    algorithm: Algorithm,
    key: EncodingKey,
}

impl Key {
    pub fn make(algorithm: Algorithm) -> Self {
        let key = match algorithm {
            Algorithm::ES256 => ec(&ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::ES384 => ec(&ECDSA_P384_SHA384_FIXED_SIGNING),
            _ => {
                let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
                let der: Pkcs8V1Der<'_> = pair.as_der().expect("a key");
                let body = BASE64.encode(der.as_ref());
                let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
                EncodingKey::from_rsa_pem(pem.as_bytes()).expect("a key")
            }
        };
        Self { algorithm, key }
    }

    pub fn public(&self) -> Value {
        let key = Jwk::from_encoding_key(&self.key, self.algorithm).expect("a public key");
        serde_json::to_value(key).expect("JSON")
    }

    fn sign(&self, header: Header, claims: &Value) -> String {
        jsonwebtoken::encode(&header, claims, &self.key).expect("a token")
    }
}

fn ec(kind: &'static aws_lc_rs::signature::EcdsaSigningAlgorithm) -> EncodingKey {
    let pair = EcdsaKeyPair::generate(kind).expect("a key");
    EncodingKey::from_ec_der(pair.to_pkcs8v1().expect("a key").as_ref())
}

/// A service app, played by hand.
pub struct Client<'a> {
    bench: &'a Bench,
    http: reqwest::Client,
    pub id: String,
    key: Key,
    proof_key: Option<Key>,
    nonce: RefCell<Option<String>>,
    count: Cell<u32>,
}

impl<'a> Client<'a> {
    pub fn new(bench: &'a Bench, algorithm: Algorithm, scopes: &[&str], roles: &[&str], dpop: bool) -> Self {
        let key = Key::make(algorithm);
        let id = bench
            .control()
            .register_service_app("Rehome", &key.public(), scopes, roles, dpop);
        Self {
            bench,
            http: reqwest::Client::builder().no_proxy().build().expect("a client"),
            id: id.expect("a good key"),
            key,
            proof_key: dpop.then(|| Key::make(Algorithm::ES256)),
            nonce: RefCell::default(),
            count: Cell::default(),
        }
    }

    fn unique(&self) -> String {
        self.count.set(self.count.get() + 1);
        format!("jti-{}", self.count.get())
    }

    fn now(&self) -> i64 {
        self.bench.control().now().as_second()
    }

    /// Claims of a good assertion.
    pub fn claims(&self) -> Value {
        json!({ "iss": self.id, "sub": self.id, "aud": format!("{}/oauth2/v1/token", self.bench.org.url()),
            "iat": self.now(), "exp": self.now() + 1800, "jti": self.unique() })
    }

    pub fn assertion(&self, claims: &Value) -> String {
        self.key.sign(Header::new(self.key.algorithm), claims)
    }

    /// Claims of a good proof.
    pub fn proof_claims(&self, method: &str, path: &str, token: Option<&str>) -> Value {
        let mut claims = json!({ "htm": method, "htu": format!("{}{path}", self.bench.org.url()), "iat": self.now(), "jti": self.unique() });
        match token {
            Some(token) => claims["ath"] = json!(BASE64URL_NOPAD.encode(digest(&SHA256, token.as_bytes()).as_ref())),
            None => claims["nonce"] = json!(*self.nonce.borrow()),
        }
        claims
    }

    pub fn proof(&self, claims: &Value) -> String {
        let key = self.proof_key.as_ref().expect("a key for proofs");
        let mut header = Header::new(key.algorithm);
        header.typ = Some("dpop+jwt".into());
        header.jwk = serde_json::from_value(key.public()).ok();
        key.sign(header, claims)
    }

    /// Asks for an access token with this assertion and proof.
    pub async fn ask(&self, assertion: &str, scope: &str, proof: Option<String>) -> Got {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("scope", scope)
            .append_pair(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            )
            .append_pair("client_assertion", assertion)
            .finish();
        let mut request = self
            .http
            .post(format!("{}/oauth2/v1/token", self.bench.org.url()))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form);
        if let Some(proof) = proof {
            request = request.header("DPoP", proof);
        }
        crate::read(request).await.expect("an answer")
    }

    /// An access token, with the nonce that the org asks for.
    pub async fn token(&self, scope: &str) -> String {
        for _ in 0..2 {
            let proof = self
                .proof_key
                .as_ref()
                .map(|_| self.proof(&self.proof_claims("POST", "/oauth2/v1/token", None)));
            let got = self.ask(&self.assertion(&self.claims()), scope, proof).await;
            if got.body["error"] == "use_dpop_nonce" {
                *self.nonce.borrow_mut() = Some(got.header("dpop-nonce").to_owned());
                continue;
            }
            return got.ok()["access_token"].as_str().expect("a token").to_owned();
        }
        panic!("the nonce is not taken");
    }

    /// A call with these headers.
    pub async fn raw(&self, method: &str, path: &str, authorization: &str, proof: Option<String>) -> Got {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let request = self.http.request(method, format!("{}{path}", self.bench.org.url()));
        let mut request = request.header("Authorization", authorization);
        if let Some(proof) = proof {
            request = request.header("DPoP", proof);
        }
        crate::read(request).await.expect("an answer")
    }

    pub async fn call(&self, method: &str, path: &str, token: &str) -> Got {
        let bare = path.split('?').next().expect("a path");
        match &self.proof_key {
            None => self.raw(method, path, &format!("Bearer {token}"), None).await,
            Some(_) => {
                let proof = self.proof(&self.proof_claims(method, bare, Some(token)));
                self.raw(method, path, &format!("DPoP {token}"), Some(proof)).await
            }
        }
    }
}
