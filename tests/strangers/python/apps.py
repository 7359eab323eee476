"""Apps of every sign-on mode: made, read, found, changed, switched off and on, deleted."""

from okta import models


async def bookmark(s):
    app = await s.bookmark()
    found = await s.ok(s.okta.get_application(app.id))
    assert isinstance(found, models.BookmarkApplication)
    assert found.settings.app.url == "https://example.com/bookmark"
    assert found.settings.app.request_integration is False
    assert found.status == "ACTIVE"
    await s.drop_app(app)
    await s.refused(s.okta.get_application(app.id), 404, "E0000007")


async def basic_auth(s):
    app = await s.make_app(
        models.BasicAuthApplication(
            label=s.name("basic"),
            name="template_basic_auth",
            signOnMode="BASIC_AUTH",
            settings=models.BasicApplicationSettings(
                app=models.BasicApplicationSettingsApplication(
                    authURL="https://example.com/auth", url="https://example.com/in"
                )
            ),
        )
    )
    assert isinstance(app, models.BasicAuthApplication)
    found = await s.ok(s.okta.get_application(app.id))
    assert found.settings.app.auth_url == "https://example.com/auth"
    await s.drop_app(app)


async def browser_plugin(s):
    app = await s.make_app(
        models.BrowserPluginApplication(
            label=s.name("plugin"),
            name="template_swa",
            signOnMode="BROWSER_PLUGIN",
            settings=models.SwaApplicationSettings(
                app=models.SwaApplicationSettingsApplication(
                    buttonField="btn",
                    passwordField="txt-pass",
                    usernameField="txt-user",
                    url="https://example.com/login",
                    loginUrlRegex="^https://example.com/login$",
                )
            ),
        )
    )
    assert isinstance(app, models.BrowserPluginApplication)
    assert app.credentials.scheme == "EDIT_USERNAME_AND_PASSWORD", app.credentials.scheme
    await s.drop_app(app)


async def secure_password_store(s):
    app = await s.make_app(
        models.SecurePasswordStoreApplication(
            label=s.name("password store"),
            name="template_sps",
            signOnMode="SECURE_PASSWORD_STORE",
            settings=models.SecurePasswordStoreApplicationSettings(
                app=models.SecurePasswordStoreApplicationSettingsApplication(
                    url="https://example.com/login",
                    passwordField="#pass",
                    usernameField="#user",
                    optionalField1="tenant",
                    optionalField1Value="north",
                )
            ),
        )
    )
    found = await s.ok(s.okta.get_application(app.id))
    assert isinstance(found, models.SecurePasswordStoreApplication)
    assert found.settings.app.optional_field1_value == "north"
    await s.drop_app(app)


async def auto_login(s):
    app = await s.make_app(
        models.AutoLoginApplication(
            label=s.name("own SWA"),
            signOnMode="AUTO_LOGIN",
            settings=models.AutoLoginApplicationSettings(
                signOn=models.AutoLoginApplicationSettingsSignOn(
                    loginUrl="https://example.com/login", redirectUrl="https://example.com/home"
                )
            ),
        )
    )
    assert isinstance(app, models.AutoLoginApplication)
    assert app.settings.sign_on.login_url == "https://example.com/login"
    assert app.name, "Okta makes a name from the label"
    await s.drop_app(app)


def saml(s):
    return models.SamlApplication(
        label=s.name("SAML"),
        signOnMode="SAML_2_0",
        visibility=models.ApplicationVisibility(
            autoSubmitToolbar=False, hide=models.ApplicationVisibilityHide(iOS=False, web=False)
        ),
        settings=models.SamlApplicationSettings(
            signOn=models.SamlApplicationSettingsSignOn(
                defaultRelayState="",
                ssoAcsUrl="https://sp.example.com/acs",
                idpIssuer="http://www.okta.com/${org.externalKey}",
                audience="https://sp.example.com",
                recipient="https://sp.example.com/acs",
                destination="https://sp.example.com/acs",
                subjectNameIdTemplate="${user.userName}",
                subjectNameIdFormat="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
                responseSigned=True,
                assertionSigned=True,
                signatureAlgorithm="RSA_SHA256",
                digestAlgorithm="SHA256",
                honorForceAuthn=True,
                authnContextClassRef="urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
                requestCompressed=False,
                attributeStatements=[
                    models.SamlAttributeStatement.from_dict(
                        {
                            "type": "EXPRESSION",
                            "name": "team",
                            "namespace": "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
                            "values": ["user.department"],
                        }
                    )
                ],
            )
        ),
    )


async def saml_2_0(s):
    app = await s.make_app(saml(s))
    assert isinstance(app, models.SamlApplication)
    assert app.settings.sign_on.sso_acs_url == "https://sp.example.com/acs"
    assert app.credentials.signing.kid
    text = await s.ok(s.okta.preview_sam_lmetadata_for_application(app.id, app.credentials.signing.kid))
    assert "EntityDescriptor" in str(text)
    await s.drop_app(app)


async def ws_federation(s):
    app = await s.make_app(
        models.WsFederationApplication(
            label=s.name("WS-Fed"),
            name="template_wsfed",
            signOnMode="WS_FEDERATION",
            settings=models.WsFederationApplicationSettings(
                app=models.WsFederationApplicationSettingsApplication(
                    audienceRestriction="urn:example:app",
                    groupName=None,
                    groupValueFormat="windowsDomainQualifiedName",
                    realm="urn:example:app",
                    wReplyURL="https://example.com/",
                    attributeStatements=None,
                    nameIDFormat="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
                    authnContextClassRef="urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
                    siteURL="https://example.com",
                    wReplyOverride=False,
                    groupFilter=None,
                    usernameAttribute="username",
                )
            ),
        )
    )
    assert isinstance(app, models.WsFederationApplication)
    assert app.settings.app.site_url == "https://example.com"
    await s.drop_app(app)


def oidc(s, **client):
    return models.OpenIdConnectApplication(
        label=s.name("OIDC"),
        name="oidc_client",
        signOnMode="OPENID_CONNECT",
        credentials=models.OAuthApplicationCredentials(
            oauthClient=models.ApplicationCredentialsOAuthClient(
                autoKeyRotation=True, token_endpoint_auth_method="client_secret_post"
            )
        ),
        settings=models.OpenIdConnectApplicationSettings(
            oauthClient=models.OpenIdConnectApplicationSettingsClient(
                application_type=client.get("application_type", "web"),
                client_uri="https://example.com/client",
                logo_uri=None,
                redirect_uris=["https://example.com/oauth2/callback"],
                post_logout_redirect_uris=["https://example.com/bye"],
                response_types=["code"],
                grant_types=client.get("grant_types", ["authorization_code"]),
            )
        ),
    )


async def openid_connect(s):
    app = await s.make_app(oidc(s))
    assert isinstance(app, models.OpenIdConnectApplication)
    found = await s.ok(s.okta.get_application(app.id))
    assert found.settings.oauth_client.redirect_uris == ["https://example.com/oauth2/callback"]
    assert found.credentials.oauth_client.client_id
    assert found.credentials.oauth_client.token_endpoint_auth_method == "client_secret_post"
    await s.drop_app(app)


async def made_inactive(s):
    app = await s.ok(s.okta.create_application(saml(s), activate=False))
    assert app.status == "INACTIVE"
    await s.ok(s.okta.activate_application(app.id))
    assert (await s.ok(s.okta.get_application(app.id))).status == "ACTIVE"
    await s.drop_app(app)


async def replaced(s):
    app = await s.bookmark()
    app.label = s.name("renamed")
    app.settings.app.url = "https://example.com/moved"
    changed = await s.ok(s.okta.replace_application(app.id, app))
    assert (changed.label, changed.settings.app.url) == (app.label, "https://example.com/moved")
    found = await s.ok(s.okta.get_application(app.id))
    assert found.label == app.label
    await s.drop_app(app)


async def found_by_name_status_and_page(s):
    made = [await s.bookmark() for _ in range(3)]
    found = await s.ok(s.okta.list_applications(q=made[0].label))
    assert [it.id for it in found] == [made[0].id]
    await s.ok(s.okta.deactivate_application(made[0].id))
    inactive = await s.ok(s.okta.list_applications(filter='status eq "INACTIVE"', limit=200))
    assert made[0].id in [it.id for it in inactive] and made[1].id not in [it.id for it in inactive]
    named = await s.ok(s.okta.list_applications(filter='name eq "bookmark"', limit=200))
    assert {it.id for it in made} <= {it.id for it in named}
    pages = await s.pages(s.okta.list_applications, 2)
    ids = [app.id for page in pages for app in page]
    assert len(ids) == len(set(ids)) and {it.id for it in made} <= set(ids)
    for app in made:
        await s.drop_app(app) if app is not made[0] else await s.ok(s.okta.delete_application(app.id))


async def an_active_app_is_not_deleted(s):
    app = await s.bookmark()
    await s.refused(s.okta.delete_application(app.id), 403, "E0000056")
    await s.drop_app(app)


async def an_app_without_a_label_is_refused(s):
    app = saml(s)
    app.label = ""
    await s.refused(s.okta.create_application(app), 400, "E0000001")


async def every_app_of_the_org_is_read(s):
    """The seeded apps through the SDK's strict models."""
    pages = await s.pages(s.okta.list_applications, 200)
    for page in pages:
        for app in page:
            await s.ok(s.okta.get_application(app.id))


async def an_app_without_provisioning_has_no_features(s):
    app = await s.bookmark()
    _, _, error = await s.okta.list_features_for_application(app.id)
    assert error is not None, "Okta refuses this for apps that cannot provision"
    await s.drop_app(app)


SCENARIOS = (
    bookmark,
    basic_auth,
    browser_plugin,
    secure_password_store,
    auto_login,
    saml_2_0,
    ws_federation,
    openid_connect,
    made_inactive,
    replaced,
    found_by_name_status_and_page,
    an_active_app_is_not_deleted,
    an_app_without_a_label_is_refused,
    every_app_of_the_org_is_read,
    an_app_without_provisioning_has_no_features,
)
