"""Schemas of apps, users and groups, and the mappings between them."""

from okta import models

from apps import oidc, saml


def attribute(title, **more):
    return {"title": title, "type": "string", "description": "by a stranger", "minLength": 1, "maxLength": 20, **more}


def custom(properties):
    return {"definitions": {"custom": {"id": "#custom", "type": "object", "properties": properties, "required": []}}}


async def of_an_app(s):
    app = await s.make_app(oidc(s))
    schema = await s.ok(s.okta.get_application_user_schema(app.id))
    assert schema.definitions.base is not None
    changed = await s.ok(
        s.okta.update_application_user_profile(app.id, models.UserSchema.from_dict(custom({"badge": attribute("Badge")})))
    )
    assert changed.definitions.custom.properties["badge"].title == "Badge"
    again = await s.ok(
        s.okta.update_application_user_profile(app.id, models.UserSchema.from_dict(custom({"badge": attribute("Pass")})))
    )
    assert again.definitions.custom.properties["badge"].title == "Pass"
    await s.drop_app(app)


async def of_users(s):
    schema = await s.ok(s.okta.get_user_schema("default"))
    login = schema.definitions.base.properties.login
    assert (login.title, login.type, login.max_length) == ("Username", "string", 100)
    changed = await s.ok(
        s.okta.update_user_profile("default", models.UserSchema.from_dict(custom({"strangerNote": attribute("Note")})))
    )
    assert "strangerNote" in changed.definitions.custom.properties
    user = await s.make_user()
    await s.drop_user(user)


async def of_groups(s):
    await s.ok(s.okta.get_group_schema())
    wish = models.GroupSchema.from_dict(custom({"strangerCost": attribute("Cost centre")}))
    changed = await s.ok(s.okta.update_group_schema(wish))
    assert "strangerCost" in changed.definitions.custom.properties


async def mappings(s):
    app = await s.make_app(saml(s))
    listed = await s.ok(s.okta.list_profile_mappings(target_id=app.id))
    assert len(listed) == 1 and listed[0].target.id == app.id
    mapping = await s.ok(s.okta.get_profile_mapping(listed[0].id))
    assert mapping.source.type == "user" and mapping.target.type == "appuser"
    wish = custom({"badge": attribute("Badge")})
    await s.ok(s.okta.update_application_user_profile(app.id, models.UserSchema.from_dict(wish)))
    change = models.ProfileMappingRequest(
        properties={"badge": models.ProfileMappingProperty(expression="user.nickName", pushStatus="DONT_PUSH")}
    )
    changed = await s.ok(s.okta.update_profile_mapping(mapping.id, change))
    assert changed.properties["badge"].expression == "user.nickName"
    await s.drop_app(app)


async def mappings_by_pages(s):
    pages = await s.pages(s.okta.list_profile_mappings, 5)
    ids = [it.id for page in pages for it in page]
    assert len(ids) == len(set(ids)) and ids
    for mapping in pages[0]:
        await s.ok(s.okta.get_profile_mapping(mapping.id))


async def schemas_of_every_app_are_read(s):
    for page in await s.pages(s.okta.list_applications, 200):
        for app in page:
            await s.ok(s.okta.get_application_user_schema(app.id))


SCENARIOS = (of_an_app, of_users, of_groups, mappings, mappings_by_pages, schemas_of_every_app_are_read)
