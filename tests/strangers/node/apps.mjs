// Apps of every sign-on mode: made, found, changed, switched off and on, deleted.

import assert from 'node:assert/strict';

import { okta } from './stranger.mjs';

const hide = { autoSubmitToolbar: false, hide: { iOS: false, web: false } };

export const samlApp = (s) => ({
  label: s.name('SAML'),
  visibility: hide,
  signOnMode: 'SAML_2_0',
  settings: {
    signOn: {
      defaultRelayState: '',
      ssoAcsUrl: 'https://sp.example.com/acs',
      idpIssuer: 'http://www.okta.com/${org.externalKey}',
      audience: 'https://sp.example.com',
      recipient: 'https://sp.example.com/acs',
      destination: 'https://sp.example.com/acs',
      subjectNameIdTemplate: '${user.userName}',
      subjectNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
      responseSigned: true,
      assertionSigned: true,
      signatureAlgorithm: 'RSA_SHA256',
      digestAlgorithm: 'SHA256',
      honorForceAuthn: true,
      authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
      spIssuer: null,
      requestCompressed: false,
      attributeStatements: [
        { type: 'EXPRESSION', name: 'team', namespace: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic', values: ['user.department'] },
      ],
    },
  },
});

export const oidcApp = (s, client = {}) => ({
  name: 'oidc_client',
  label: s.name('OIDC'),
  signOnMode: 'OPENID_CONNECT',
  credentials: { oauthClient: { autoKeyRotation: true, token_endpoint_auth_method: 'client_secret_post' } },
  settings: {
    oauthClient: {
      client_uri: null,
      logo_uri: null,
      redirect_uris: ['https://example.com/oauth2/callback'],
      post_logout_redirect_uris: ['https://example.com/bye'],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      application_type: 'web',
      consent_method: 'REQUIRED',
      ...client,
    },
  },
});

const template = (name, signOnMode, app) => (s) => ({ name, label: s.name(name), signOnMode, settings: { app } });

/** Made with these settings, and read back with the same. */
const madeAs = (wish, kind) => async (s) => {
  const wanted = wish(s);
  const app = await s.makeApp(wanted);
  assert.ok(app instanceof okta[kind], `${app.constructor.name}, not ${kind}`);
  const found = await s.apps.getApplication({ appId: app.id });
  assert.equal(found.label, wanted.label);
  assert.equal(found.signOnMode, wanted.signOnMode);
  assert.equal(found.status, 'ACTIVE');
  for (const [name, value] of Object.entries(wanted.settings.app ?? {})) {
    assert.deepEqual(found.settings.app[name], value, name);
  }
  await s.dropApp(app);
  await s.refused(s.apps.getApplication({ appId: app.id }), 404, 'E0000007');
};

export const apps = {
  bookmark: madeAs(template('bookmark', 'BOOKMARK', { requestIntegration: false, url: 'https://example.com/b' }), 'BookmarkApplication'),

  'basic authentication': madeAs(
    template('template_basic_auth', 'BASIC_AUTH', { authURL: 'https://example.com/auth', url: 'https://example.com/in' }),
    'BasicAuthApplication',
  ),

  'browser plugin': madeAs(
    template('template_swa', 'BROWSER_PLUGIN', { buttonField: 'go', passwordField: 'pass', usernameField: 'user', url: 'https://example.com/login' }),
    'BrowserPluginApplication',
  ),

  'browser plugin with three fields': madeAs(
    template('template_swa3field', 'BROWSER_PLUGIN', {
      buttonSelector: '#go',
      passwordSelector: '#pass',
      userNameSelector: '#user',
      targetURL: 'https://example.com/login',
      extraFieldSelector: '.tenant',
      extraFieldValue: 'north',
    }),
    'BrowserPluginApplication',
  ),

  'secure password store': madeAs(
    template('template_sps', 'SECURE_PASSWORD_STORE', {
      url: 'https://example.com/login',
      passwordField: '#pass',
      usernameField: '#user',
      optionalField1: 'tenant',
      optionalField1Value: 'north',
    }),
    'SecurePasswordStoreApplication',
  ),

  'WS-Federation': madeAs(
    template('template_wsfed', 'WS_FEDERATION', {
      audienceRestriction: 'urn:example:app',
      groupName: null,
      groupValueFormat: 'windowsDomainQualifiedName',
      realm: 'urn:example:app',
      wReplyURL: 'https://example.com/',
      attributeStatements: null,
      nameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
      authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
      siteURL: 'https://example.com',
      wReplyOverride: false,
      groupFilter: null,
      usernameAttribute: 'username',
    }),
    'WsFederationApplication',
  ),

  'own SWA': madeAs(
    (s) => ({
      label: s.name('own SWA'),
      visibility: hide,
      features: [],
      signOnMode: 'AUTO_LOGIN',
      settings: { signOn: { redirectUrl: 'https://example.com/home', loginUrl: 'https://example.com/login' } },
    }),
    'AutoLoginApplication',
  ),

  'SAML 2.0': async (s) => {
    const app = await s.makeApp({ ...samlApp(s), features: [] });
    assert.ok(app instanceof okta.SamlApplication);
    assert.equal(app.settings.signOn.ssoAcsUrl, 'https://sp.example.com/acs');
    assert.equal(app.settings.signOn.attributeStatements[0].name, 'team');
    assert.ok(app.credentials.signing.kid);
    await s.dropApp(app);
  },

  'OpenID Connect': async (s) => {
    const app = await s.makeApp(oidcApp(s));
    assert.ok(app instanceof okta.OpenIdConnectApplication);
    assert.equal(app.settings.oauthClient.application_type, 'web');
    assert.deepEqual(app.settings.oauthClient.grant_types, ['authorization_code']);
    assert.ok(app.credentials.oauthClient.client_id);
    await s.dropApp(app);
  },

  'a browser app without a secret': async (s) => {
    const wish = oidcApp(s, { application_type: 'browser', grant_types: ['authorization_code'] });
    wish.credentials.oauthClient.token_endpoint_auth_method = 'none';
    const app = await s.makeApp(wish);
    assert.equal(app.credentials.oauthClient.client_secret, undefined);
    await s.dropApp(app);
  },

  'made inactive': async (s) => {
    const app = await s.makeApp(samlApp(s), { activate: false });
    assert.equal(app.status, 'INACTIVE');
    await s.apps.activateApplication({ appId: app.id });
    assert.equal((await s.apps.getApplication({ appId: app.id })).status, 'ACTIVE');
    await s.dropApp(app);
  },

  replaced: async (s) => {
    const app = await s.bookmark();
    app.label = s.name('renamed');
    const changed = await s.apps.replaceApplication({ appId: app.id, application: app });
    assert.equal(changed.label, app.label);
    assert.equal((await s.apps.getApplication({ appId: app.id })).label, app.label);
    await s.dropApp(app);
  },

  'listed by pages': async (s) => {
    const made = [await s.bookmark(), await s.bookmark(), await s.bookmark()];
    const ids = (await s.all(s.apps.listApplications({ limit: 2 }))).map((it) => it.id);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(made.every((it) => ids.includes(it.id)));
    const found = await s.all(s.apps.listApplications({ q: made[1].label }));
    assert.deepEqual(found.map((it) => it.id), [made[1].id]);
    for (const app of made) await s.dropApp(app);
  },

  'an active app is not deleted': async (s) => {
    const app = await s.bookmark();
    await s.refused(s.apps.deleteApplication({ appId: app.id }), 403, 'E0000056');
    await s.dropApp(app);
  },

  'connection and features of Org2Org': async (s) => {
    const app = await s.plain('/api/v1/apps', {
      name: 'okta_org2org',
      label: s.name('Org2Org'),
      signOnMode: 'SAML_2_0',
      settings: {
        app: {
          acsUrl: 'https://example.okta.com/sso/saml2/exampleid',
          audRestriction: 'https://www.okta.com/saml2/service-provider/exampleid',
          baseUrl: 'https://example.okta.com',
        },
        signOn: { attributeStatements: [] },
      },
    });
    const appId = app.id;
    const connection = await s.apps.getDefaultProvisioningConnectionForApplication({ appId });
    assert.equal(connection.status, 'DISABLED');
    assert.equal(connection.authScheme, 'TOKEN');
    await s.apps.deactivateDefaultProvisioningConnectionForApplication({ appId });
    await s.dropApp(app);
  },

  'a logo': async (s) => {
    const app = await s.bookmark();
    const onePixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    const logos = s.client.applicationLogosApi ?? s.apps;
    await logos.uploadApplicationLogo({ appId: app.id, file: { data: onePixel, name: 'logo.png' } });
    await s.dropApp(app);
  },
};
