// Keys, signing requests, grants and tokens of apps.

import assert from 'node:assert/strict';

import { oidcApp, samlApp } from './apps.mjs';

export const credentials = {
  'a key generated and cloned': async (s) => {
    const [one, other] = [await s.makeApp(samlApp(s)), await s.makeApp(samlApp(s))];
    const key = await s.apps.generateApplicationKey({ appId: one.id, validityYears: 2 });
    assert.equal(key.kty, 'RSA');
    assert.equal((await s.apps.getApplicationKey({ appId: one.id, keyId: key.kid })).kid, key.kid);
    const copy = await s.apps.cloneApplicationKey({ appId: one.id, keyId: key.kid, targetAid: other.id });
    assert.equal(copy.kid, key.kid);
    const listed = await s.all(s.apps.listApplicationKeys({ appId: other.id }));
    assert.ok(listed.some((it) => it.kid === key.kid));
    await s.dropApp(one);
    await s.dropApp(other);
  },

  'a signing request': async (s) => {
    const app = await s.makeApp(samlApp(s));
    const metadata = {
      subject: {
        countryName: 'DE',
        stateOrProvinceName: 'Berlin',
        localityName: 'Berlin',
        organizationName: 'Stranger',
        organizationalUnitName: 'IT',
        commonName: 'SP',
      },
      subjectAltNames: { dnsNames: ['sp.example.com'] },
    };
    const made = await s.apps.generateCsrForApplication({ appId: app.id, metadata });
    assert.equal(made.kty, 'RSA');
    const found = await s.apps.getCsrForApplication({ appId: app.id, csrId: made.id });
    assert.equal(found.csr, made.csr);
    const listed = await s.all(s.apps.listCsrsForApplication({ appId: app.id }));
    assert.ok(listed.some((it) => it.id === made.id));
    await s.apps.revokeCsrFromApplication({ appId: app.id, csrId: made.id });
    await s.refused(s.apps.getCsrForApplication({ appId: app.id, csrId: made.id }), 404, 'E0000007');
    await s.dropApp(app);
  },

  'consent to a scope': async (s) => {
    const app = await s.makeApp(oidcApp(s));
    const appId = app.id;
    const grant = await s.apps.grantConsentToScope({ appId, oAuth2ScopeConsentGrant: { issuer: s.url, scopeId: 'okta.users.read' } });
    assert.equal(grant.scopeId, 'okta.users.read');
    const listed = await s.all(s.apps.listScopeConsentGrants({ appId }));
    assert.ok(listed.some((it) => it.id === grant.id));
    await s.apps.revokeScopeConsentGrant({ appId, grantId: grant.id });
    await s.refused(s.apps.getScopeConsentGrant({ appId, grantId: grant.id }), 404, 'E0000007');
    await s.dropApp(app);
  },

  'a new client has no tokens': async (s) => {
    const app = await s.makeApp(oidcApp(s));
    assert.deepEqual(await s.all(s.apps.listOAuth2TokensForApplication({ appId: app.id })), []);
    await s.dropApp(app);
  },
};
