//! Signing keys and SAML metadata.

use serde_json::{Value, json};

use crate::{
    clock::stamp,
    errors::{Refusal, invalid, missing_parameter, not_found},
    reply::{Answer, Call, Reply},
    seed::certificates,
    state::{App, Org},
};

impl Org {
    pub(crate) fn list_keys(&self, app: &str) -> Answer {
        Ok(Reply::json(Value::Array(self.known_app(app)?.keys.clone())))
    }

    fn known_key(&self, app: &str, kid: &str) -> Result<&Value, Refusal> {
        let key = self.known_app(app)?.keys.iter().find(|key| key["kid"] == kid);
        key.ok_or_else(|| not_found(kid, "KeyCredential"))
    }

    pub(crate) fn read_key(&self, app: &str, kid: &str) -> Answer {
        Ok(Reply::json(self.known_key(app, kid)?.clone()))
    }

    /// Takes the next unused certificate of the practice org's stock; it makes none of its own.
    pub(crate) fn generate_key(&mut self, call: &Call<'_>, app: &str) -> Answer {
        let years = call.param("validityYears").and_then(|it| it.parse::<u32>().ok());
        if !years.is_some_and(|years| (2..=10).contains(&years)) {
            return Err(invalid(
                "validityYears",
                "Validity years out of range. It should be 2 - 10 years.",
            ));
        }
        self.known_app(app)?;
        let used = |kid: &Value| {
            self.apps
                .values()
                .any(|app| app.keys.iter().any(|key| key["kid"] == *kid))
        };
        let fresh = certificates::long().into_iter().find(|key| !used(&key["kid"]));
        let Some(mut key) = fresh else {
            return Err(Refusal::new(500, "E0000009", "Internal Server Error"));
        };
        key["created"] = json!(stamp(call.at));
        key["lastUpdated"] = json!(stamp(call.at));
        self.add_key(app, key)
    }

    pub(crate) fn clone_key(&mut self, call: &Call<'_>, app: &str, kid: &str) -> Answer {
        let target = call.param("targetAid").ok_or_else(|| missing_parameter("targetAid"))?;
        let mut key = self.known_key(app, kid)?.clone();
        if self.known_app(target)?.keys.iter().any(|key| key["kid"] == kid) {
            let cause = "Key already exists in the list of key credentials for the target app.";
            return Err(invalid("cloneKey", cause));
        }
        key["created"] = json!(stamp(call.at));
        self.add_key(target, key)
    }

    fn add_key(&mut self, app: &str, key: Value) -> Answer {
        if let Some(app) = self.apps.get_mut(app) {
            app.keys.push(key.clone());
        }
        Ok(Reply::json(key).status(201))
    }

    pub(crate) fn saml_metadata(&self, call: &Call<'_>, app: &str) -> Answer {
        let app = self.known_app(app)?;
        if app.text("signOnMode") != "SAML_2_0" {
            return Err(not_found(&app.id, "SAML metadata"));
        }
        let kid = call.param("kid").ok_or_else(|| missing_parameter("kid"))?;
        let kind = "application/xml;charset=ISO-8859-1";
        if let Some(recorded) = &app.metadata {
            return Ok(Reply::text(kind, recorded.clone()));
        }
        let key = app
            .keys
            .iter()
            .find(|key| key["kid"] == kid)
            .ok_or_else(|| not_found(kid, "KeyCredential"))?;
        Ok(Reply::text(kind, metadata(app, key, call.base)))
    }
}

fn metadata(app: &App, key: &Value, base: &str) -> String {
    let certificate = key["x5c"][0].as_str().unwrap_or("");
    let lines: Vec<&str> = certificate
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap_or(""))
        .collect();
    let certificate = lines.join("\n");
    let external = &app.external_key;
    let address = format!("{base}/app/{}/{external}", app.name());
    let binding = "urn:oasis:names:tc:SAML:2.0:bindings";
    format!(
        concat!(
            r#"<?xml version="1.0" encoding="UTF-8"?>"#,
            r#"<md:EntityDescriptor entityID="http://www.okta.com/{external}" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">"#,
            r#"<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">"#,
            r#"<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>"#,
            "<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
            "<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>",
            r#"<md:SingleSignOnService Binding="{binding}:HTTP-POST" Location="{address}/sso/saml"/>"#,
            r#"<md:SingleSignOnService Binding="{binding}:HTTP-Redirect" Location="{address}/sso/saml"/>"#,
            "</md:IDPSSODescriptor></md:EntityDescriptor>",
        ),
        external = external,
        certificate = certificate,
        binding = binding,
        address = address,
    )
}
