// Policies, the System Log, the org; and the same org through an OAuth client with a private key.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';

import { oidcApp } from './apps.mjs';
import { okta } from './stranger.mjs';

const signOnPolicy = (s) => ({ type: 'OKTA_SIGN_ON', status: 'ACTIVE', name: s.name('policy'), description: 'by a stranger' });

/** A service app with a key of its own, and a client that comes with that key. */
const serviceApp = async (s, dpop) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: `node-${dpop}-${process.pid}`, use: 'sig', alg: 'RS256' };
  const wish = oidcApp(s, {
    application_type: 'service',
    grant_types: ['client_credentials'],
    response_types: ['token'],
    redirect_uris: [],
    post_logout_redirect_uris: [],
    dpop_bound_access_tokens: dpop,
    jwks: { keys: [jwk] },
  });
  delete wish.settings.oauthClient.consent_method;
  wish.credentials.oauthClient = { token_endpoint_auth_method: 'private_key_jwt', autoKeyRotation: true };
  const app = await s.makeApp(wish);
  const grant = (scopeId) => s.apps.grantConsentToScope({ appId: app.id, oAuth2ScopeConsentGrant: { issuer: s.url, scopeId } });
  for (const scope of ['okta.apps.read', 'okta.users.read']) await grant(scope);
  const clientId = app.credentials.oauthClient.client_id;
  await s.client.roleAssignmentApi.assignRoleToClient({ clientId, assignRoleRequest: { type: 'READ_ONLY_ADMIN' } });
  const client = new okta.Client({
    orgUrl: s.url,
    authorizationMode: 'PrivateKey',
    clientId,
    scopes: ['okta.apps.read', 'okta.users.read'],
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    keyId: jwk.kid,
  });
  return { app, client };
};

const withPrivateKey = (dpop) => async (s) => {
  const { app, client } = await serviceApp(s, dpop);
  const users = await s.all(client.userApi.listUsers({ limit: 50 }));
  assert.ok(users.length > 50, 'more than a page');
  const refused = await client.groupApi.listGroups({}).then((it) => it.each(() => false)).catch((it) => it);
  assert.equal(refused?.status, 403, 'groups were not consented to');
  await s.dropApp(app);
};

export const rest = {
  'a policy and its rule': async (s) => {
    const { policyApi } = s.client;
    const policy = await policyApi.createPolicy({ policy: signOnPolicy(s) });
    const policyId = policy.id;
    const rule = await policyApi.createPolicyRule({
      policyId,
      policyRule: {
        type: 'SIGN_ON',
        name: s.name('rule'),
        conditions: { network: { connection: 'ANYWHERE' } },
        actions: { signon: { access: 'ALLOW', requireFactor: false } },
      },
    });
    assert.equal((await policyApi.getPolicyRule({ policyId, ruleId: rule.id })).id, rule.id);
    await policyApi.deactivatePolicyRule({ policyId, ruleId: rule.id });
    assert.equal((await policyApi.getPolicyRule({ policyId, ruleId: rule.id })).status, 'INACTIVE');
    await policyApi.deletePolicyRule({ policyId, ruleId: rule.id });
    await policyApi.deletePolicy({ policyId });
    await s.refused(policyApi.getPolicy({ policyId }), 404, 'E0000007');
  },

  'access policies of apps': async (s) => {
    if (s.engine === 'classic') return;
    const app = await s.bookmark();
    const policies = await s.all(s.client.policyApi.listPolicies({ type: 'ACCESS_POLICY' }));
    const other = policies.at(-1);
    await s.apps.assignApplicationPolicy({ appId: app.id, policyId: other.id });
    const found = await s.apps.getApplication({ appId: app.id });
    assert.ok(found._links.accessPolicy.href.endsWith(other.id));
    await s.dropApp(app);
  },

  'the log of an app': async (s) => {
    const app = await s.bookmark();
    const since = new Date(Date.now() - 24 * 3_600_000).toISOString();
    const events = await s.eventually(async () => {
      const seen = await s.all(s.client.systemLogApi.listLogEvents({ filter: `target.id eq "${app.id}"`, since }));
      return seen.length ? seen : null;
    });
    assert.ok(events.some((it) => it.eventType === 'application.lifecycle.create'));
    await s.dropApp(app);
  },

  'the org': async (s) => {
    const org = await s.client.orgSettingApi.getOrgSettings();
    assert.ok(org.id);
    const about = await s.client.orgSettingApi.getWellknownOrgMetadata();
    assert.equal(about.pipeline, s.engine === 'classic' ? 'v1' : 'idx');
  },

  'api tokens': async (s) => {
    const listed = await s.all(s.client.apiTokenApi.listApiTokens());
    assert.equal((await s.client.apiTokenApi.getApiToken({ apiTokenId: listed[0].id })).id, listed[0].id);
  },

  'a private key': withPrivateKey(false),

  'a private key, tokens bound to a proof': withPrivateKey(true),
};
