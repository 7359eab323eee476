"""Which operations of Okta's OpenAPI document practice orgs serve, and which of them no transcript shows with success.

usage: served.py REFERENCE ENGINE=URL=TOKEN... -- TRANSCRIPT...

An operation counts as served when the org answers a call with made-up ids and an empty body with anything but its own
"there is no such path". The orgs are for throwing away. Prints {"served": {engine: [..]}, "never": {engine: [..]}, "documented": n}.
"""

import http.client
import importlib.util
import json
import pathlib
import re
import sys
import urllib.parse

METHODS = ("get", "post", "put", "patch", "delete")
# Ends every other call, so that it comes last.
LAST = ("DELETE", "/api/v1/api-tokens/current")


def document(reference):
    """The document as the reference's own checker reads it."""
    spec = importlib.util.spec_from_file_location("conform", pathlib.Path(reference) / "conform.py")
    conform = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conform)
    return conform.Document(pathlib.Path(reference) / "openapi.json")


def operations(doc):
    every = [(m.upper(), path) for path, item in doc.doc["paths"].items() for m in METHODS if m in item]
    return sorted(every, key=lambda it: (it == LAST, it[1], it[0]))


def is_served(org, token, method, path):
    url = re.sub(r"\{[^}]+\}", "made0up0id0made0up0", path)
    body = None if method in ("GET", "DELETE") else "{}"
    headers = {"Authorization": f"SSWS {token}", "Accept": "application/json", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection(org.hostname, org.port, timeout=30)
    connection.request(method, url, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return not (answer.status in (404, 405) and "(Path)" in text)


def visited(doc, transcripts):
    seen = set()
    for name in transcripts:
        for line in open(name, encoding="utf-8"):
            row = json.loads(line)
            if 200 <= row["status"] < 400:
                seen.add((row["method"], doc.template(row["url"])))
    return seen


def main():
    arguments = sys.argv[1:]
    split = arguments.index("--")
    doc = document(arguments[0])
    every = operations(doc)
    seen = visited(doc, arguments[split + 1 :])
    served, never = {}, {}
    for org in arguments[1:split]:
        engine, url, token = org.split("=", 2)
        parts = urllib.parse.urlparse(url)
        here = [it for it in every if is_served(parts, token, *it)]
        served[engine] = [" ".join(it) for it in here]
        never[engine] = [" ".join(it) for it in here if it not in seen]
    print(json.dumps({"served": served, "never": never, "documented": len(every)}))


if __name__ == "__main__":
    main()
