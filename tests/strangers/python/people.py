"""Users: life from staged to deleted, profile, password, search, roles, types."""

from okta import models


async def made_and_deleted(s):
    user = await s.make_user(activate=False)
    assert user.status == "STAGED"
    by_login = await s.ok(s.okta.get_user(user.profile.login))
    assert by_login.id == user.id
    await s.drop_user(user)
    await s.refused(s.okta.get_user(user.id), 404, "E0000007")


async def activated(s):
    user = await s.make_user(activate=False)
    token = await s.ok(s.okta.activate_user(user.id, False))
    assert token.activation_url or token.activation_token
    found = await s.ok(s.okta.get_user(user.id))
    assert found.status in ("ACTIVE", "PROVISIONED"), found.status
    await s.drop_user(user)


async def suspended(s):
    user = await s.make_user()
    await s.ok(s.okta.suspend_user(user.id))
    assert (await s.ok(s.okta.get_user(user.id))).status == "SUSPENDED"
    found = await s.ok(s.okta.list_users(filter='status eq "SUSPENDED"', limit=200))
    assert user.id in [it.id for it in found]
    await s.ok(s.okta.unsuspend_user(user.id))
    assert (await s.ok(s.okta.get_user(user.id))).status == "ACTIVE"
    await s.drop_user(user)


async def profile_changed(s):
    user = await s.make_user()
    change = models.UpdateUserRequest(profile=models.UserProfile(nickName="Ana B."))
    changed = await s.ok(s.okta.update_user(user.id, change))
    assert changed.profile.nick_name == "Ana B." and changed.profile.last_name == "Stranger"
    whole = models.UserProfile(
        firstName="Anna", lastName="Stranger", email=user.profile.email, login=user.profile.login
    )
    replaced = await s.ok(s.okta.replace_user(user.id, models.UpdateUserRequest(profile=whole)))
    assert replaced.profile.first_name == "Anna" and not replaced.profile.nick_name
    await s.drop_user(user)


async def the_same_login_is_refused(s):
    user = await s.make_user()
    profile = models.UserProfile(
        firstName="Ben", lastName="Stranger", email=user.profile.email, login=user.profile.login
    )
    await s.refused(s.okta.create_user(models.CreateUserRequest(profile=profile)), 400, "E0000001")
    await s.drop_user(user)


async def searched_and_paged(s):
    users = [await s.make_user(department="Passing through") for _ in range(3)]

    async def found():
        listed = await s.ok(s.okta.list_users(search='profile.department eq "Passing through"'))
        return {it.id for it in users} <= {it.id for it in listed}

    await s.eventually(found)
    one = await s.ok(s.okta.list_users(filter=f'profile.login eq "{users[0].profile.login}"'))
    assert [it.id for it in one] == [users[0].id]
    pages = await s.pages(s.okta.list_users, 50)
    ids = [it.id for page in pages for it in page]
    assert len(ids) == len(set(ids)) and {it.id for it in users} <= set(ids)
    for user in users:
        await s.drop_user(user)


async def password(s):
    user = await s.make_user()
    await s.ok(s.okta.expire_password(user.id))
    assert (await s.ok(s.okta.get_user(user.id))).status == "PASSWORD_EXPIRED"
    token = await s.ok(s.okta.reset_password(user.id, False))
    assert token.reset_password_url
    assert (await s.ok(s.okta.get_user(user.id))).status == "RECOVERY"
    await s.drop_user(user)


async def links_and_roles(s):
    user, app = await s.make_user(), await s.bookmark()
    await s.ok(s.okta.assign_user_to_application(app.id, models.AppUserAssignRequest(id=user.id, scope="USER")))
    links = await s.ok(s.okta.list_app_links(user.id))
    assert app.id in [it.app_instance_id for it in links]
    assert await s.ok(s.okta.list_assigned_roles_for_user(user.id)) == []
    await s.drop_app(app)
    await s.drop_user(user)


async def types(s):
    listed = await s.ok(s.okta.list_user_types())
    assert any(it.default for it in listed)
    name = s.name("type").replace(" ", "_").lower()
    made = await s.ok(s.okta.create_user_type(models.UserType(name=name, displayName="Strangers", description="pass by")))
    change = models.UserTypePostRequest(displayName="Passers-by", description="still pass by")
    changed = await s.ok(s.okta.update_user_type(made.id, change))
    assert changed.display_name == "Passers-by"
    await s.ok(s.okta.delete_user_type(made.id))
    await s.refused(s.okta.get_user_type(made.id), 404, "E0000007")


async def every_user_of_the_org_is_read(s):
    for page in await s.pages(s.okta.list_users, 200):
        for user in page[:20]:
            await s.ok(s.okta.get_user(user.id))


SCENARIOS = (
    made_and_deleted,
    activated,
    suspended,
    profile_changed,
    the_same_login_is_refused,
    searched_and_paged,
    password,
    links_and_roles,
    types,
    every_user_of_the_org_is_read,
)
