//! SAML metadata of an app: the only place that names its issuer and sign-on addresses (api-facts 5.3).

use roxmltree::{Document, Node};

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// What a service needs to trust an app as its identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlMetadata {
    /// Issuer, `http://www.okta.com/exk...`.
    pub entity_id: String,
    /// Sign-on addresses, in the order of the document.
    pub sso: Vec<Endpoint>,
    /// Sign-out addresses; most apps have none.
    pub slo: Vec<Endpoint>,
    pub name_id_formats: Vec<String>,
    /// Base64 DER of the signing certificates, without white space.
    pub certificates: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Last part of the binding: `HTTP-POST`, `HTTP-Redirect`.
    pub binding: String,
    pub url: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    #[error("the metadata is not well-formed XML")]
    NotXml,
    #[error("the XML is not the SAML metadata of an identity provider")]
    NotMetadata,
}

impl SamlMetadata {
    /// Reads the metadata document. Documents with a DTD are refused (the parser's default).
    pub fn read(xml: &str) -> Result<Self, MetadataError> {
        let document =
            Document::parse(xml.trim_start_matches('\u{feff}').trim_start()).map_err(|_| MetadataError::NotXml)?;
        let entity = document
            .descendants()
            .find(|n| n.has_tag_name((METADATA, "EntityDescriptor")))
            .ok_or(MetadataError::NotMetadata)?;
        let provider = children(entity, "IDPSSODescriptor")
            .next()
            .ok_or(MetadataError::NotMetadata)?;
        Ok(Self {
            entity_id: entity
                .attribute("entityID")
                .ok_or(MetadataError::NotMetadata)?
                .to_owned(),
            sso: endpoints(provider, "SingleSignOnService"),
            slo: endpoints(provider, "SingleLogoutService"),
            name_id_formats: children(provider, "NameIDFormat")
                .map(text)
                .filter(|t| !t.is_empty())
                .collect(),
            certificates: children(provider, "KeyDescriptor")
                .filter(|key| key.attribute("use").is_none_or(|usage| usage == "signing"))
                .flat_map(|key| {
                    key.descendants()
                        .filter(|n| n.has_tag_name((SIGNATURE, "X509Certificate")))
                })
                .map(text)
                .collect(),
        })
    }
}

fn children<'a, 'b: 'a>(node: Node<'a, 'b>, name: &'static str) -> impl Iterator<Item = Node<'a, 'b>> {
    node.children().filter(move |n| n.has_tag_name((METADATA, name)))
}

fn endpoints(provider: Node<'_, '_>, name: &'static str) -> Vec<Endpoint> {
    children(provider, name)
        .filter_map(|node| {
            let binding = node.attribute("Binding").unwrap_or_default();
            Some(Endpoint {
                binding: binding.rsplit(':').next().unwrap_or_default().to_owned(),
                url: node.attribute("Location")?.to_owned(),
            })
        })
        .collect()
}

fn text(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().split_whitespace().collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn document(id: &str, app: &str, certificate: &str) -> String {
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor entityID="http://www.okta.com/{id}" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">
<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>
{certificate}
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://northwind.okta.com/app/{app}/{id}/sso/saml"/>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://northwind.okta.com/app/{app}/{id}/sso/saml"/>
</md:IDPSSODescriptor></md:EntityDescriptor>"#
        )
    }

    #[test]
    fn issuer_addresses_and_certificate_are_found() {
        let metadata = SamlMetadata::read(&document("exk1", "zendesk", "AA\n BB")).unwrap();
        assert_eq!(metadata.entity_id, "http://www.okta.com/exk1");
        assert_eq!(
            metadata.sso.iter().map(|e| e.binding.as_str()).collect::<Vec<_>>(),
            ["HTTP-POST", "HTTP-Redirect"]
        );
        assert_eq!(
            metadata.sso[0].url,
            "https://northwind.okta.com/app/zendesk/exk1/sso/saml"
        );
        assert!(metadata.slo.is_empty());
        assert_eq!(
            metadata.name_id_formats,
            ["urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"]
        );
        assert_eq!(metadata.certificates, ["AABB"]);
    }

    #[test]
    fn what_is_no_metadata_is_refused() {
        assert_eq!(
            SamlMetadata::read("{\"errorCode\":\"E0000007\"}"),
            Err(MetadataError::NotXml)
        );
        assert_eq!(SamlMetadata::read("<html/>"), Err(MetadataError::NotMetadata));
        assert_eq!(
            SamlMetadata::read(r#"<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>"#),
            Err(MetadataError::NotXml)
        );
        let cut = document("exk1", "zendesk", "AA");
        assert_eq!(SamlMetadata::read(&cut[..300]), Err(MetadataError::NotXml));
    }
}
