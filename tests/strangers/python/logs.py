"""The System Log, and what the org says of itself."""

import datetime

STAMP = "%Y-%m-%dT%H:%M:%S.000Z"


async def of_an_app(s):
    app = await s.bookmark()

    async def created():
        events = await s.ok(s.okta.list_log_events(filter=f'target.id eq "{app.id}"', limit=100))
        return [it for it in events if it.event_type == "application.lifecycle.create"]

    event = (await s.eventually(created))[0]
    assert event.outcome.result == "SUCCESS" and event.uuid and event.actor.id
    await s.drop_app(app)


async def bounded_by_time(s):
    user = await s.make_user()
    now = datetime.datetime.now(datetime.timezone.utc)
    since, until, day_after = (
        (now + datetime.timedelta(days=days)).strftime(STAMP) for days in (-60, 3, -59)
    )
    events = await s.ok(s.okta.list_log_events(since=since, until=until, sort_order="DESCENDING", limit=10))
    stamps = [it.published for it in events]
    assert events and stamps == sorted(stamps, reverse=True)
    none = await s.ok(s.okta.list_log_events(since=since, until=day_after))
    assert none == []
    await s.drop_user(user)


async def by_pages_and_words(s):
    now = datetime.datetime.now(datetime.timezone.utc)
    bounds = {"since": (now - datetime.timedelta(days=80)).strftime(STAMP), "until": now.strftime(STAMP)}
    pages = await s.pages(s.okta.list_log_events, 5, **bounds)
    ids = [it.uuid for page in pages for it in page]
    assert len(ids) == len(set(ids))
    user = await s.make_user()

    async def said():
        return await s.ok(s.okta.list_log_events(q=user.profile.login, limit=50))

    assert await s.eventually(said)
    await s.drop_user(user)


async def the_org(s):
    org = await s.ok(s.okta.get_org_settings())
    assert org.id and org.company_name
    about = await s.ok(s.okta.get_wellknown_org_metadata())
    assert str(about.pipeline) in ("idx", "v1") or about.pipeline.value in ("idx", "v1")


async def tokens(s):
    listed = await s.ok(s.okta.list_api_tokens())
    assert listed
    token = await s.ok(s.okta.get_api_token(listed[0].id))
    assert token.id == listed[0].id


async def features_of_the_org(s):
    listed = await s.ok(s.okta.list_features())
    assert listed
    feature = await s.ok(s.okta.get_feature(listed[0].id))
    assert feature.id == listed[0].id
    await s.ok(s.okta.list_feature_dependencies(feature.id))
    await s.ok(s.okta.list_feature_dependents(feature.id))


SCENARIOS = (of_an_app, bounded_by_time, by_pages_and_words, the_org, tokens, features_of_the_org)
