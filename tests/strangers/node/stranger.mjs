// A stranger with Okta's SDK: a client, and what every scenario needs to make and clear away.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';

const load = createRequire(`${process.env.STRANGERS_MODULES}/`);
export const okta = load('@okta/okta-sdk-nodejs');

let counter = 0;

export class Stranger {
  constructor(url, token, engine) {
    Object.assign(this, { url, token, engine });
    this.client = new okta.Client({ orgUrl: url, token, authorizationMode: 'SSWS' });
  }

  get apps() {
    return this.client.applicationApi;
  }

  name(what) {
    return `Stranger ${what} n${++counter} ${process.pid}`;
  }

  /** Everything that a listing has, page after page. */
  async all(listing) {
    const list = [];
    await (await listing).each((item) => void list.push(item));
    return list;
  }

  async refused(call, status, code) {
    const error = await call.then(
      () => assert.fail('this is not refused'),
      (it) => it,
    );
    assert.equal(error.status, status, error.message);
    assert.equal(error.errorCode, code, error.message);
  }

  /** Waits for what Okta does later. */
  async eventually(look) {
    for (let left = 200; left > 0; left--) {
      const found = await look();
      if (found) return found;
      await pause(50);
    }
    assert.fail('this never came about');
  }

  makeApp(application, more = {}) {
    return this.apps.createApplication({ application, ...more });
  }

  /** For what the SDK's own models leave out: it drops `settings.app` of SAML apps. */
  async plain(path, body) {
    const headers = { Authorization: `SSWS ${this.token}`, 'Content-Type': 'application/json' };
    const answer = await fetch(this.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    const told = await answer.json();
    assert.ok(answer.ok, JSON.stringify(told));
    return told;
  }

  bookmark() {
    return this.makeApp({
      name: 'bookmark',
      label: this.name('bookmark'),
      signOnMode: 'BOOKMARK',
      settings: { app: { requestIntegration: false, url: 'https://example.com/bookmark' } },
    });
  }

  async dropApp({ id: appId }) {
    await this.apps.deactivateApplication({ appId });
    await this.apps.deleteApplication({ appId });
  }

  makeUser(profile = {}, more = {}) {
    const login = `stranger.n${++counter}.${process.pid}@example.com`;
    const body = {
      profile: { firstName: 'Ana', lastName: 'Stranger', email: login, login, ...profile },
      credentials: { password: { value: 'Str4nger-Passes-By' } },
    };
    return this.client.userApi.createUser({ body, ...more });
  }

  async dropUser({ id }) {
    await this.client.userApi.deactivateUser({ id, userId: id });
    await this.client.userApi.deleteUser({ id, userId: id });
  }

  makeGroup(profile = {}) {
    const group = { profile: { name: this.name('group'), description: 'made by a stranger', ...profile } };
    return (this.client.groupApi.addGroup ?? this.client.groupApi.createGroup).call(this.client.groupApi, { group });
  }

  dropGroup({ id: groupId }) {
    return this.client.groupApi.deleteGroup({ groupId });
  }

  assign(app, user, more = {}) {
    return this.apps.assignUserToApplication({ appId: app.id, appUser: { id: user.id, scope: 'USER', ...more } });
  }
}
