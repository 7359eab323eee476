// Users, groups, rules, schemas, mappings, types.

import assert from 'node:assert/strict';

import { oidcApp, samlApp } from './apps.mjs';

const attribute = (title) => ({ title, type: 'string', description: 'by a stranger', minLength: 1, maxLength: 20 });
const custom = (properties) => ({ definitions: { custom: { id: '#custom', type: 'object', properties, required: [] } } });

export const directory = {
  'a user from staged to deleted': async (s) => {
    const { userApi } = s.client;
    const user = await s.makeUser({}, { activate: false });
    assert.equal(user.status, 'STAGED');
    await userApi.activateUser({ id: user.id, userId: user.id, sendEmail: false });
    assert.ok(['ACTIVE', 'PROVISIONED'].includes((await userApi.getUser({ id: user.id, userId: user.id })).status));
    await s.dropUser(user);
    await s.refused(userApi.getUser({ id: user.id, userId: user.id }), 404, 'E0000007');
  },

  'a suspended user': async (s) => {
    const { userApi } = s.client;
    const user = await s.makeUser();
    const one = { id: user.id, userId: user.id };
    await userApi.suspendUser(one);
    assert.equal((await userApi.getUser(one)).status, 'SUSPENDED');
    await userApi.unsuspendUser(one);
    assert.equal((await userApi.getUser(one)).status, 'ACTIVE');
    await s.dropUser(user);
  },

  'a changed profile': async (s) => {
    const user = await s.makeUser();
    const changed = await s.client.userApi.updateUser({ id: user.id, userId: user.id, user: { profile: { nickName: 'Ana B.' } } });
    assert.equal(changed.profile.nickName, 'Ana B.');
    assert.equal(changed.profile.lastName, 'Stranger');
    await s.dropUser(user);
  },

  'users by pages and search': async (s) => {
    const user = await s.makeUser({ department: 'Node department' });
    const ids = (await s.all(s.client.userApi.listUsers({ limit: 50 }))).map((it) => it.id);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.includes(user.id));
    await s.eventually(async () => {
      const found = await s.all(s.client.userApi.listUsers({ search: 'profile.department eq "Node department"' }));
      return found.some((it) => it.id === user.id);
    });
    await s.dropUser(user);
  },

  'a group and its members': async (s) => {
    const { groupApi } = s.client;
    const [group, user] = [await s.makeGroup(), await s.makeUser()];
    const groupId = group.id;
    await groupApi.assignUserToGroup({ groupId, userId: user.id });
    assert.deepEqual((await s.all(groupApi.listGroupUsers({ groupId }))).map((it) => it.id), [user.id]);
    await groupApi.unassignUserFromGroup({ groupId, userId: user.id });
    assert.deepEqual(await s.all(groupApi.listGroupUsers({ groupId })), []);
    const found = await s.all(groupApi.listGroups({ q: group.profile.name }));
    assert.deepEqual(found.map((it) => it.id), [groupId]);
    await s.dropGroup(group);
    await s.refused(groupApi.getGroup({ groupId }), 404, 'E0000007');
    await s.dropUser(user);
  },

  'a group rule': async (s) => {
    const { groupApi } = s.client;
    const [group, user] = [await s.makeGroup(), await s.makeUser({ nickName: 'node-rule' })];
    const rule = await groupApi.createGroupRule({
      groupRule: {
        type: 'group_rule',
        name: s.name('rule'),
        conditions: { expression: { type: 'urn:okta:expression:1.0', value: 'user.nickName=="node-rule"' } },
        actions: { assignUserToGroups: { groupIds: [group.id] } },
      },
    });
    const one = { groupRuleId: rule.id, ruleId: rule.id };
    await groupApi.activateGroupRule(one);
    await s.eventually(async () => (await s.all(groupApi.listGroupUsers({ groupId: group.id }))).some((it) => it.id === user.id));
    await groupApi.deactivateGroupRule(one);
    await groupApi.deleteGroupRule(one);
    await s.dropGroup(group);
    await s.dropUser(user);
  },

  'attributes of an app': async (s) => {
    const { schemaApi } = s.client;
    const app = await s.makeApp(oidcApp(s));
    const one = { appId: app.id, appInstanceId: app.id };
    assert.ok((await schemaApi.getApplicationUserSchema(one)).definitions);
    const body = custom({ badge: attribute('Badge') });
    const changed = await schemaApi.updateApplicationUserProfile({ ...one, body });
    assert.equal(changed.definitions.custom.properties.badge.title, 'Badge');
    const gone = await schemaApi.updateApplicationUserProfile({ ...one, body: custom({ badge: null }) });
    assert.ok(!('badge' in gone.definitions.custom.properties));
    await s.dropApp(app);
  },

  'attributes of users': async (s) => {
    const { schemaApi } = s.client;
    const userSchema = custom({ nodeNote: attribute('Note') });
    const changed = await schemaApi.updateUserProfile({ schemaId: 'default', userSchema });
    assert.equal(changed.definitions.custom.properties.nodeNote.title, 'Note');
  },

  'a mapping': async (s) => {
    const { profileMappingApi } = s.client;
    const app = await s.makeApp(samlApp(s));
    const [mapping] = await s.all(profileMappingApi.listProfileMappings({ targetId: app.id }));
    assert.equal(mapping.target.id, app.id);
    const whole = await profileMappingApi.getProfileMapping({ mappingId: mapping.id });
    assert.equal(whole.source.type, 'user');
    await s.dropApp(app);
  },

  'user types': async (s) => {
    const { userTypeApi } = s.client;
    const userType = { name: `node_type_${process.pid}_${s.engine}`, displayName: 'Strangers', description: 'pass by' };
    const made = await userTypeApi.createUserType({ userType });
    assert.ok((await s.all(userTypeApi.listUserTypes())).some((it) => it.id === made.id));
    const changed = await userTypeApi.updateUserType({ typeId: made.id, userType: { displayName: 'Passers-by' } });
    assert.equal(changed.displayName, 'Passers-by');
    await userTypeApi.deleteUserType({ typeId: made.id });
    await s.refused(userTypeApi.getUserType({ typeId: made.id }), 404, 'E0000007');
  },
};
