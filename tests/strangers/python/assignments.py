"""People and groups on apps: assigned, changed, converted, listed by pages, taken off."""

from okta import models


async def on_app(s, app, user):
    data, _, error = await s.okta.get_application_user(app.id, user.id)
    return None if error else data


async def one_person(s):
    app, user = await s.bookmark(), await s.make_user()
    assigned = await s.ok(s.okta.assign_user_to_application(app.id, models.AppUserAssignRequest(id=user.id, scope="USER")))
    assert (assigned.id, assigned.scope) == (user.id, "USER")
    assert assigned.credentials.user_name == user.profile.login
    found = await s.ok(s.okta.get_application_user(app.id, user.id))
    assert found.status in ("ACTIVE", "PROVISIONED"), found.status
    listed = await s.ok(s.okta.list_application_users(app.id))
    assert [it.id for it in listed] == [user.id]
    await s.ok(s.okta.unassign_user_from_application(app.id, user.id))
    await s.refused(s.okta.get_application_user(app.id, user.id), 404, "E0000007")
    await s.drop_app(app)
    await s.drop_user(user)


async def a_username_of_its_own(s):
    app, user = await s.bookmark(), await s.make_user()
    wish = models.AppUserAssignRequest(
        id=user.id, scope="USER", credentials=models.AppUserCredentials(userName="somebody.else")
    )
    await s.ok(s.okta.assign_user_to_application(app.id, wish))
    change = models.AppUserUpdateRequest(
        models.AppUserCredentialsRequestPayload(credentials=models.AppUserCredentials(userName="once.more"))
    )
    changed = await s.ok(s.okta.update_application_user(app.id, user.id, change))
    assert changed.credentials.user_name == "once.more", changed.credentials.user_name
    await s.drop_app(app)
    await s.drop_user(user)


async def assigned_twice_is_the_same(s):
    app, user = await s.bookmark(), await s.make_user()
    wish = models.AppUserAssignRequest(id=user.id, scope="USER")
    first = await s.ok(s.okta.assign_user_to_application(app.id, wish))
    again = await s.ok(s.okta.assign_user_to_application(app.id, wish))
    assert first.id == again.id
    assert len(await s.ok(s.okta.list_application_users(app.id))) == 1
    await s.drop_app(app)
    await s.drop_user(user)


async def nobody_is_refused(s):
    app = await s.bookmark()
    wish = models.AppUserAssignRequest(id="00u00000000000nobody", scope="USER")
    await s.refused(s.okta.assign_user_to_application(app.id, wish), 404, "E0000007")
    await s.drop_app(app)


async def by_pages(s):
    app = await s.bookmark()
    users = [await s.make_user() for _ in range(7)]
    for user in users:
        await s.ok(s.okta.assign_user_to_application(app.id, models.AppUserAssignRequest(id=user.id, scope="USER")))
    pages = await s.pages(lambda **more: s.okta.list_application_users(app.id, **more), 3)
    ids = [it.id for page in pages for it in page]
    assert sorted(ids) == sorted(it.id for it in users), "everybody once"
    assert len(pages) == 3, [len(page) for page in pages]
    await s.drop_app(app)
    for user in users:
        await s.drop_user(user)


async def found_by_q_and_expanded(s):
    app, user = await s.bookmark(), await s.make_user()
    await s.ok(s.okta.assign_user_to_application(app.id, models.AppUserAssignRequest(id=user.id, scope="USER")))
    found = await s.ok(s.okta.list_application_users(app.id, q="stranger", expand="user"))
    assert user.id in [it.id for it in found]
    embedded = next(it for it in found if it.id == user.id).embedded
    assert embedded["user"]["id"] == user.id
    await s.drop_app(app)
    await s.drop_user(user)


async def one_group(s):
    app, group, user = await s.bookmark(), await s.make_group(), await s.make_user()
    await s.ok(s.okta.assign_user_to_group(group.id, user.id))
    put = await s.ok(
        s.okta.assign_group_to_application(app.id, group.id, models.ApplicationGroupAssignment(priority=0))
    )
    assert (put.id, put.priority) == (group.id, 0)
    found = await s.ok(s.okta.get_application_group_assignment(app.id, group.id))
    assert found.id == group.id
    listed = await s.ok(s.okta.list_application_group_assignments(app.id))
    assert [it.id for it in listed] == [group.id]
    member = await s.eventually(lambda: on_app(s, app, user))
    assert member.scope == "GROUP"
    apps = await s.ok(s.okta.list_assigned_applications_for_group(group.id))
    assert [it.id for it in apps] == [app.id]
    await s.ok(s.okta.unassign_application_from_group(app.id, group.id))
    await s.refused(s.okta.get_application_group_assignment(app.id, group.id), 404, "E0000007")

    async def gone():
        return await on_app(s, app, user) is None

    await s.eventually(gone)
    await s.drop_app(app)
    await s.drop_group(group)
    await s.drop_user(user)


async def priorities_of_groups(s):
    app = await s.bookmark()
    groups = [await s.make_group() for _ in range(3)]
    for priority, group in enumerate(groups):
        wish = models.ApplicationGroupAssignment(priority=priority)
        await s.ok(s.okta.assign_group_to_application(app.id, group.id, wish))
    listed = await s.ok(s.okta.list_application_group_assignments(app.id))
    order = [it.id for it in sorted(listed, key=lambda it: it.priority)]
    assert order == [it.id for it in groups], order
    pages = await s.pages(lambda **more: s.okta.list_application_group_assignments(app.id, **more), 20)
    assert sum(len(page) for page in pages) == 3
    await s.drop_app(app)
    for group in groups:
        await s.drop_group(group)


async def from_individual_to_group(s):
    app, group, user = await s.bookmark(), await s.make_group(), await s.make_user()
    await s.ok(s.okta.assign_user_to_group(group.id, user.id))
    await s.ok(s.okta.assign_user_to_application(app.id, models.AppUserAssignRequest(id=user.id, scope="USER")))
    await s.ok(s.okta.assign_group_to_application(app.id, group.id, models.ApplicationGroupAssignment()))
    converted = await s.ok(
        s.okta.assign_user_to_application(app.id, models.AppUserAssignRequest(id=user.id, scope="GROUP"))
    )
    assert converted.scope == "GROUP", converted.scope
    back = await s.ok(s.okta.assign_user_to_application(app.id, models.AppUserAssignRequest(id=user.id, scope="USER")))
    assert back.scope == "USER", back.scope
    await s.drop_app(app)
    await s.drop_group(group)
    await s.drop_user(user)


SCENARIOS = (
    one_person,
    a_username_of_its_own,
    assigned_twice_is_the_same,
    nobody_is_refused,
    by_pages,
    found_by_q_and_expanded,
    one_group,
    priorities_of_groups,
    from_individual_to_group,
)
