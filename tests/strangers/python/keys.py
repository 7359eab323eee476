"""Signing keys, signing requests, secrets, grants and tokens of apps."""

from okta import models

from apps import oidc, saml


async def generated_and_read(s):
    app = await s.make_app(saml(s))
    first = await s.ok(s.okta.list_application_keys(app.id))
    assert first and first[0].kid == app.credentials.signing.kid
    key = await s.ok(s.okta.generate_application_key(app.id, 2))
    assert key.kid and key.kty == "RSA" and key.x5c
    found = await s.ok(s.okta.get_application_key(app.id, key.kid))
    assert found.kid == key.kid
    listed = await s.ok(s.okta.list_application_keys(app.id))
    assert key.kid in [it.kid for it in listed] and len(listed) == len(first) + 1
    await s.drop_app(app)


async def validity_has_limits(s):
    app = await s.make_app(saml(s))
    _, _, error = await s.okta.generate_application_key(app.id, 1)
    assert error is not None and "400" in str(error), error
    await s.drop_app(app)


async def cloned(s):
    one, other = await s.make_app(saml(s)), await s.make_app(saml(s))
    key = await s.ok(s.okta.generate_application_key(one.id, 2))
    copy = await s.ok(s.okta.clone_application_key(one.id, key.kid, other.id))
    assert copy.kid == key.kid
    assert key.kid in [it.kid for it in await s.ok(s.okta.list_application_keys(other.id))]
    await s.drop_app(one)
    await s.drop_app(other)


async def signing_request(s):
    app = await s.make_app(saml(s))
    wish = models.CsrMetadata(
        subject=models.CsrMetadataSubject(
            countryName="DE", localityName="Berlin", organizationName="Stranger", commonName="SP", organizationalUnitName="IT",
            stateOrProvinceName="Berlin",
        ),
        subjectAltNames=models.CsrMetadataSubjectAltNames(dnsNames=["sp.example.com"]),
    )
    await s.ok(s.okta.generate_csr_for_application(app.id, wish))
    made = (await s.ok(s.okta.list_csrs_for_application(app.id)))[0]
    assert made.kty == "RSA" and made.csr
    found = await s.ok(s.okta.get_csr_for_application(app.id, made.id))
    assert found.csr == made.csr
    await s.ok(s.okta.revoke_csr_from_application(app.id, made.id))
    await s.refused(s.okta.get_csr_for_application(app.id, made.id), 404, "E0000007")
    await s.drop_app(app)


async def consent_to_a_scope(s):
    app = await s.make_app(oidc(s))
    issuer = s.okta._config["client"]["orgUrl"] if hasattr(s.okta, "_config") else None
    wish = models.OAuth2ScopeConsentGrant(issuer=issuer, scopeId="okta.users.read")
    grant = await s.ok(s.okta.grant_consent_to_scope(app.id, wish))
    assert grant.scope_id == "okta.users.read"
    assert grant.id in [it.id for it in await s.ok(s.okta.list_scope_consent_grants(app.id))]
    found = await s.ok(s.okta.get_scope_consent_grant(app.id, grant.id))
    assert found.id == grant.id
    await s.ok(s.okta.revoke_scope_consent_grant(app.id, grant.id))
    await s.refused(s.okta.get_scope_consent_grant(app.id, grant.id), 404, "E0000007")
    await s.drop_app(app)


async def tokens_of_a_new_client(s):
    app = await s.make_app(oidc(s))
    assert await s.ok(s.okta.list_o_auth2_tokens_for_application(app.id)) == []
    await s.drop_app(app)


async def client_secrets(s):
    app = await s.make_app(oidc(s))
    first = await s.ok(s.okta.list_o_auth2_client_secrets(app.id))
    assert len(first) == 1 and first[0].status == "ACTIVE"
    await s.drop_app(app)


SCENARIOS = (
    generated_and_read,
    validity_has_limits,
    cloned,
    signing_request,
    consent_to_a_scope,
    tokens_of_a_new_client,
    client_secrets,
)
