// A careful script on Okta's official Node SDK that moves the people of one app to another: what Rehome is compared with.
// It does what move.py does, in the same order; see there.
//
// usage: PEERS_MODULES=.../node_modules node move.mjs URL TOKEN OLD NEW

import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';

const load = createRequire(`${process.env.PEERS_MODULES}/`);
const okta = load('@okta/okta-sdk-nodejs');

const AT_ONCE = 5;
const [url, token, old, fresh] = process.argv.slice(2);

/** 429 is waited for by the SDK, until the time that Okta names. */
const client = new okta.Client({
  orgUrl: url,
  token,
  authorizationMode: 'SSWS',
  requestExecutor: new okta.DefaultRequestExecutor({ maxRetries: 100, requestTimeout: 0 }),
});
const apps = client.applicationApi;

/** A call that has to work; a broken connection is tried again. */
async function ok(call) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === 4 || (error.status >= 400 && error.status < 500)) throw error;
      await pause(1000);
    }
  }
}

async function all(listing) {
  const list = [];
  await (await listing).each((item) => void list.push(item));
  return list;
}

/** Works on many, a few at a time. */
async function each(list, act) {
  const todo = [...list];
  const one = async () => {
    for (let next = todo.shift(); next; next = todo.shift()) await act(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

/** Reads somebody on the new app until it holds. */
async function until(userId, holds) {
  for (let left = 60; left > 0; left--) {
    if (holds(await ok(() => apps.getApplicationUser({ appId: fresh, userId })))) return;
    await pause(1000);
  }
  throw new Error(`${userId} never got there`);
}

async function assign(was) {
  const appUser = { id: was.id, scope: 'USER', credentials: { userName: was.credentials.userName } };
  const give = (more) => ok(() => apps.assignUserToApplication({ appId: fresh, appUser: { ...appUser, ...more } }));
  try {
    await give({});
  } catch (error) {
    if (!String(error.message).includes('organization')) throw error;
    // Longer than the new app takes: its author has met this, and knows what to send.
    await give({ profile: { organization: 'Northwind' } });
  }
  await until(was.id, (seen) => ['PROVISIONED', 'ACTIVE'].includes(seen.status) && seen.externalId === was.externalId);
}

async function convert(was) {
  await ok(() => apps.assignUserToApplication({ appId: fresh, appUser: { id: was.id, scope: 'GROUP' } }));
  const name = was.credentials.userName.toLowerCase();
  await until(was.id, (seen) => seen.scope === 'GROUP' && seen.credentials.userName.toLowerCase() === name);
}

const begun = performance.now();
const people = (await all(apps.listApplicationUsers({ appId: old, limit: 500 }))).filter((it) => it.credentials?.userName);
const groups = await all(apps.listApplicationGroupAssignments({ appId: old }));
await each(people, assign);
for (const { id: groupId, priority } of groups.sort((a, b) => a.priority - b.priority)) {
  await ok(() => apps.assignGroupToApplication({ appId: fresh, groupId, applicationGroupAssignment: { priority } }));
}
await each(people.filter((it) => it.scope === 'GROUP'), convert);
console.log(JSON.stringify({ people: people.length, seconds: (performance.now() - begun) / 1000 }));
process.exit(0);
