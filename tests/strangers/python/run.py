"""Runs every scenario against one practice org with Okta's official Python SDK.

usage: run.py URL TOKEN ENGINE [NAME]

Prints {"scenarios": {"area name": null or why it failed}}. Runs in the Python that has the SDK. Each scenario makes what it
needs and clears it away again, as a careful stranger would in somebody's org.
"""

import asyncio
import json
import sys
import traceback

import apps
import assignments
import groups
import keys
import logs
import people
import policies
import schemas
from stranger import Stranger

AREAS = (apps, assignments, keys, groups, people, schemas, policies, logs)


async def tell(area, function, url, token, engine):
    try:
        await function(Stranger(url, token, engine, f"{area.__name__} {function.__name__}"))
    except Exception as error:  # Whatever a stranger's code stumbles over is the result.
        at = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in at if "strangers" in frame.filename]
        line = f" (line {own[-1].lineno})" if own else ""
        return f"{type(error).__name__}: {' '.join(str(error).split())[:400]}{line}"
    return None


async def main():
    url, token, engine = sys.argv[1:4]
    only = sys.argv[4] if len(sys.argv) > 4 else ""
    told = {}
    for area in AREAS:
        for function in area.SCENARIOS:
            name = f"{area.__name__}: {function.__name__.replace('_', ' ')}"
            if only in name:
                told[name] = await tell(area, function, url, token, engine)
    print(json.dumps({"scenarios": told}))


if __name__ == "__main__":
    asyncio.run(main())
