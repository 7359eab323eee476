"""A stranger with Okta's SDK: a client, and what every scenario needs to make and clear away."""

import asyncio
import itertools
import os
import time

from okta import models
from okta.client import Client

COUNTER = itertools.count(1)

# The practice org listens on the loopback, without TLS; the SDK takes that word from the environment only.
os.environ["OKTA_TESTING_TESTINGDISABLEHTTPSCHECK"] = "true"


class Refused(Exception):
    """The SDK gave an error back."""


class Stranger:
    def __init__(self, url, token, engine, scenario):
        self.engine = engine
        self.okta = Client({"orgUrl": url, "token": token, "rateLimit": {"maxRetries": 1}})
        self.scenario = scenario

    async def ok(self, call):
        """The data of a call that has to work."""
        data, *_, error = await call
        if error:
            raise Refused(str(error))
        return data

    async def refused(self, call, status, code):
        """A call that Okta refuses, with this status and code."""
        *_, error = await call
        assert error is not None, "this is not refused"
        assert f"HTTP {status}" in str(error) and code in str(error), f"refused otherwise: {error}"

    async def pages(self, listing, limit, **more):
        """All pages of a listing, by the cursor in the answer's links."""
        seen, after = [], None
        for _ in range(200):
            wanted = {**more, "limit": limit, **({"after": after} if after else {})}
            data, answer, error = await listing(**wanted)
            if error:
                raise Refused(str(error))
            assert len(data) <= limit, f"{len(data)} on a page of {limit}"
            seen.append(data)
            after = cursor(answer)
            if not after:
                return seen
        raise AssertionError("the listing does not end")

    async def eventually(self, look, seconds=10):
        """Waits for what Okta does later."""
        until = time.monotonic() + seconds
        while True:
            found = await look()
            if found:
                return found
            if time.monotonic() > until:
                raise AssertionError("this never came about")
            await asyncio.sleep(0.05)

    def name(self, what):
        return f"Stranger {what} {next(COUNTER)} {time.time_ns() % 10**9}"

    async def make_app(self, app):
        return await self.ok(self.okta.create_application(app))

    async def bookmark(self):
        return await self.make_app(
            models.BookmarkApplication(
                label=self.name("bookmark"),
                name="bookmark",
                signOnMode="BOOKMARK",
                settings=models.BookmarkApplicationSettings(
                    app=models.BookmarkApplicationSettingsApplication(
                        requestIntegration=False, url="https://example.com/bookmark"
                    )
                ),
            )
        )

    async def drop_app(self, app):
        await self.ok(self.okta.deactivate_application(app.id))
        await self.ok(self.okta.delete_application(app.id))

    async def make_group(self, what="group"):
        profile = models.OktaUserGroupProfile(name=self.name(what), description="made by a stranger")
        return await self.ok(self.okta.add_group(models.AddGroupRequest(profile=profile)))

    async def drop_group(self, group):
        await self.ok(self.okta.delete_group(group.id))

    async def make_user(self, activate=True, **more):
        login = f"stranger.{next(COUNTER)}.{time.time_ns() % 10**9}@example.com"
        profile = models.UserProfile(firstName="Ana", lastName="Stranger", email=login, login=login, **more)
        credentials = models.UserCredentialsWritable(password=models.PasswordCredential(value="Str4nger-Passes-By"))
        body = models.CreateUserRequest(profile=profile, credentials=credentials)
        return await self.ok(self.okta.create_user(body, activate=activate))

    async def drop_user(self, user):
        await self.ok(self.okta.deactivate_user(user.id))
        await self.ok(self.okta.delete_user(user.id))


def cursor(answer):
    """`after` of the link to the next page."""
    from urllib.parse import parse_qs, urlparse

    headers = answer.headers
    links = headers.getall("Link", []) if hasattr(headers, "getall") else [headers.get("Link") or headers.get("link") or ""]
    for link in ", ".join(links).split(", <"):
        if 'rel="next"' in link:
            query = urlparse(link.strip("<").split(">")[0]).query
            return parse_qs(query).get("after", [None])[0]
    return None
