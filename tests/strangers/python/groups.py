"""Groups, members, rules."""

from okta import models


async def made_changed_deleted(s):
    group = await s.make_group()
    found = await s.ok(s.okta.get_group(group.id))
    assert (found.id, found.type) == (group.id, "OKTA_GROUP")
    name = s.name("renamed group")
    changed = await s.ok(
        s.okta.replace_group(group.id, models.AddGroupRequest(profile=models.OktaUserGroupProfile(name=name)))
    )
    assert profile_name(changed) == name
    await s.drop_group(group)
    await s.refused(s.okta.get_group(group.id), 404, "E0000007")


def profile_name(group):
    profile = group.profile
    return getattr(profile, "name", None) or getattr(getattr(profile, "actual_instance", None), "name", None)


async def a_second_of_the_same_name_is_refused(s):
    group = await s.make_group()
    again = models.AddGroupRequest(profile=models.OktaUserGroupProfile(name=profile_name(group)))
    await s.refused(s.okta.add_group(again), 400, "E0000001")
    await s.drop_group(group)


async def found_and_paged(s):
    groups = [await s.make_group() for _ in range(4)]
    found = await s.ok(s.okta.list_groups(q=profile_name(groups[0])))
    assert [it.id for it in found] == [groups[0].id]
    searched = await s.ok(s.okta.list_groups(search=f'profile.name eq "{profile_name(groups[1])}"'))
    assert [it.id for it in searched] == [groups[1].id]
    filtered = await s.ok(s.okta.list_groups(filter='type eq "OKTA_GROUP"', limit=200))
    assert {it.id for it in groups} <= {it.id for it in filtered}
    pages = await s.pages(s.okta.list_groups, 3)
    ids = [it.id for page in pages for it in page]
    assert len(ids) == len(set(ids)) and {it.id for it in groups} <= set(ids)
    for group in groups:
        await s.drop_group(group)


async def members(s):
    group = await s.make_group()
    users = [await s.make_user() for _ in range(3)]
    for user in users:
        await s.ok(s.okta.assign_user_to_group(group.id, user.id))
    listed = await s.ok(s.okta.list_group_users(group.id))
    assert sorted(it.id for it in listed) == sorted(it.id for it in users)
    pages = await s.pages(lambda **more: s.okta.list_group_users(group.id, **more), 2)
    assert [len(page) for page in pages] == [2, 1]
    mine = await s.ok(s.okta.list_user_groups(users[0].id))
    assert group.id in [it.id for it in mine]
    await s.ok(s.okta.unassign_user_from_group(group.id, users[0].id))
    assert len(await s.ok(s.okta.list_group_users(group.id))) == 2
    await s.drop_group(group)
    for user in users:
        await s.drop_user(user)


async def rules(s):
    group = await s.make_group()
    user = await s.make_user(nickName="rule-me")
    rule = await s.ok(
        s.okta.create_group_rule(
            models.CreateGroupRuleRequest.from_dict(
                {
                    "type": "group_rule",
                    "name": s.name("rule")[:50],
                    "conditions": {
                        "expression": {"type": "urn:okta:expression:1.0", "value": 'user.nickName=="rule-me"'},
                    },
                    "actions": {"assignUserToGroups": {"groupIds": [group.id]}},
                }
            )
        )
    )
    assert rule.status == "INACTIVE"
    await s.ok(s.okta.activate_group_rule(rule.id))
    assert (await s.ok(s.okta.get_group_rule(rule.id))).status == "ACTIVE"
    assert rule.id in [it.id for it in await s.ok(s.okta.list_group_rules())]

    async def joined():
        return [it for it in await s.ok(s.okta.list_group_users(group.id)) if it.id == user.id]

    await s.eventually(joined)
    await s.ok(s.okta.deactivate_group_rule(rule.id))
    await s.ok(s.okta.delete_group_rule(rule.id))
    await s.refused(s.okta.get_group_rule(rule.id), 404, "E0000007")
    await s.drop_group(group)
    await s.drop_user(user)


async def every_group_of_the_org_is_read(s):
    for page in await s.pages(s.okta.list_groups, 200, expand="stats"):
        for group in page:
            await s.ok(s.okta.get_group(group.id))


SCENARIOS = (
    made_changed_deleted,
    a_second_of_the_same_name_is_refused,
    found_and_paged,
    members,
    rules,
    every_group_of_the_org_is_read,
)
