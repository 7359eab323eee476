//! SAML metadata in the shape that Okta gives it.

use serde_json::Value;

use crate::{
    errors::{missing_parameter, not_found},
    reply::{Answer, Call, Reply},
    state::{App, Org},
};

impl Org {
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
    let sign_on = app.raw.get("settings").map(|it| &it["signOn"]);
    let format = sign_on
        .and_then(|it| it["subjectNameIdFormat"].as_str())
        .unwrap_or("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress");
    let signed = sign_on.is_some_and(|it| it["samlSignedRequestEnabled"] == true);
    let logs_out = sign_on.is_some_and(|it| it["slo"]["enabled"] == true);
    let services = |name: &str, path: &str| -> String {
        ["HTTP-POST", "HTTP-Redirect"]
            .iter()
            .map(|binding| {
                format!(
                    r#"<md:{name} Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}" Location="{base}/app/{}/{external}/{path}/saml"/>"#,
                    app.name()
                )
            })
            .collect()
    };
    let logout = if logs_out {
        services("SingleLogoutService", "slo")
    } else {
        String::new()
    };
    let sign_in = services("SingleSignOnService", "sso");
    [
        r#"<?xml version="1.0" encoding="UTF-8"?>"#,
        &format!(r#"<md:EntityDescriptor entityID="http://www.okta.com/{external}" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">"#),
        &format!(r#"<md:IDPSSODescriptor WantAuthnRequestsSigned="{signed}" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">"#),
        r#"<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>"#,
        &format!("<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"),
        &logout,
        &format!("<md:NameIDFormat>{format}</md:NameIDFormat>"),
        &sign_in,
        "</md:IDPSSODescriptor></md:EntityDescriptor>",
    ]
    .concat()
}
