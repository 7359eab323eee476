// People and groups on apps.

import assert from 'node:assert/strict';

/** A person's assignment, or null where there is none. */
const onApp = (s, app, user) =>
  s.apps.getApplicationUser({ appId: app.id, userId: user.id }).catch((error) => {
    if (error.status === 404) return null;
    throw error;
  });

export const assignments = {
  'one person': async (s) => {
    const [app, user] = [await s.bookmark(), await s.makeUser()];
    const assigned = await s.assign(app, user);
    assert.deepEqual([assigned.id, assigned.scope], [user.id, 'USER']);
    assert.equal((await onApp(s, app, user)).id, user.id);
    const listed = await s.all(s.apps.listApplicationUsers({ appId: app.id }));
    assert.deepEqual(listed.map((it) => it.id), [user.id]);
    await s.apps.unassignUserFromApplication({ appId: app.id, userId: user.id });
    await s.refused(s.apps.getApplicationUser({ appId: app.id, userId: user.id }), 404, 'E0000007');
    await s.dropApp(app);
    await s.dropUser(user);
  },

  'a username of its own, then another': async (s) => {
    const [app, user] = [await s.bookmark(), await s.makeUser()];
    const assigned = await s.assign(app, user, { credentials: { userName: 'somebody.else' } });
    assert.equal(assigned.credentials.userName, 'somebody.else');
    const changed = await s.apps.updateApplicationUser({
      appId: app.id,
      userId: user.id,
      appUser: { credentials: { userName: 'once.more' } },
    });
    assert.equal(changed.credentials.userName, 'once.more');
    await s.dropApp(app);
    await s.dropUser(user);
  },

  'by pages': async (s) => {
    const app = await s.bookmark();
    const users = [];
    for (let n = 0; n < 5; n++) users.push(await s.makeUser());
    for (const user of users) await s.assign(app, user);
    const ids = (await s.all(s.apps.listApplicationUsers({ appId: app.id, limit: 2 }))).map((it) => it.id);
    assert.deepEqual(ids.toSorted(), users.map((it) => it.id).toSorted());
    await s.dropApp(app);
    for (const user of users) await s.dropUser(user);
  },

  'a group': async (s) => {
    const [app, group, user] = [await s.bookmark(), await s.makeGroup(), await s.makeUser()];
    const [appId, groupId] = [app.id, group.id];
    await s.client.groupApi.assignUserToGroup({ groupId, userId: user.id });
    const put = await s.apps.assignGroupToApplication({ appId, groupId, applicationGroupAssignment: { priority: 0 } });
    assert.equal(put.id, groupId);
    assert.equal((await s.apps.getApplicationGroupAssignment({ appId, groupId })).id, groupId);
    const listed = await s.all(s.apps.listApplicationGroupAssignments({ appId }));
    assert.deepEqual(listed.map((it) => it.id), [groupId]);
    const member = await s.eventually(() => onApp(s, app, user));
    assert.equal(member.scope, 'GROUP');
    await s.apps.unassignApplicationFromGroup({ appId, groupId });
    await s.refused(s.apps.getApplicationGroupAssignment({ appId, groupId }), 404, 'E0000007');
    await s.eventually(async () => (await onApp(s, app, user)) === null);
    await s.dropApp(app);
    await s.dropGroup(group);
    await s.dropUser(user);
  },

  'from individual to group and back': async (s) => {
    const [app, group, user] = [await s.bookmark(), await s.makeGroup(), await s.makeUser()];
    await s.client.groupApi.assignUserToGroup({ groupId: group.id, userId: user.id });
    await s.assign(app, user);
    await s.apps.assignGroupToApplication({ appId: app.id, groupId: group.id, applicationGroupAssignment: {} });
    assert.equal((await s.assign(app, user, { scope: 'GROUP' })).scope, 'GROUP');
    assert.equal((await s.assign(app, user, { scope: 'USER' })).scope, 'USER');
    await s.dropApp(app);
    await s.dropGroup(group);
    await s.dropUser(user);
  },
};
