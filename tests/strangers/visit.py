"""Visits operations that neither SDKs nor journeys come by, so that every answer of a practice org is seen at least once.

usage: visit.py URL TOKEN

Ends with status 1 and says so when a visit is refused.
"""

import http.client
import json
import sys
import time
import urllib.parse


class Visitor:
    def __init__(self, url, token):
        self.org = urllib.parse.urlparse(url)
        self.token = token
        self.refusals = []

    def call(self, method, path, body=None):
        """The answer's JSON; a refusal is noted and gives {}."""
        status, data = self.ask(method, path, body)
        if status >= 400:
            self.refusals.append(f"{method} {path}: {status} {json.dumps(data)[:200]}")
            return {}
        return data

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.org.hostname, self.org.port, timeout=30)
        headers = {"Authorization": f"SSWS {self.token}", "Accept": "application/json", "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        try:
            return answer.status, json.loads(text) if text else None
        except ValueError:
            return answer.status, text

    def first(self, path):
        """The first of a listing, {} when there is none."""
        listed = self.call("GET", path)
        return listed[0] if listed else {}


def lists(v):
    """What is only read."""
    for path in (
        "/.well-known/okta-organization",
        "/api/v1/org",
        "/api/v1/users?limit=5",
        "/api/v1/groups?limit=5",
        "/api/v1/groups/rules",
        "/api/v1/logs?limit=5",
        "/api/v1/mappings?limit=5",
        "/api/v1/meta/types/user",
        "/api/v1/idps",
        "/api/v1/inlineHooks",
        "/api/v1/domains",
        "/api/v1/brands",
        "/api/v1/policies?type=OKTA_SIGN_ON",
    ):
        v.call("GET", path)
    me = v.call("GET", "/api/v1/users/me")
    if me:
        for part in ("roles", "groups", "appLinks"):
            v.call("GET", f"/api/v1/users/{me['id']}/{part}")
    principal = urllib.parse.quote('principalType eq "SSWS_TOKEN"')
    v.call("GET", f"/api/v1/principal-rate-limits?filter={principal}")


def seeded_apps(v):
    """Every seeded app with all that belongs to it."""
    for app in v.call("GET", "/api/v1/apps?limit=200"):
        base = f"/api/v1/apps/{app['id']}"
        v.call("GET", base)
        for part in ("users?limit=5", "groups?limit=5", "credentials/keys", "grants", "tokens"):
            v.ask("GET", f"{base}/{part}")
        for part in ("features", "connections/default", "group-push/mappings", "federated-claims"):
            v.ask("GET", f"{base}/{part}")
        for part in ("credentials/secrets", "credentials/jwks", "credentials/csrs"):
            v.ask("GET", f"{base}/{part}")
        status, features = v.ask("GET", f"{base}/features")
        for feature in features if status == 200 else []:
            v.call("GET", f"{base}/features/{feature['name']}")
        v.ask("GET", f"/api/v1/meta/schemas/apps/{app['id']}/default")


def provisioning(v):
    """An app that can provision: connection, features, pushed groups."""
    app = next((it for it in v.call("GET", "/api/v1/apps?limit=200") if "PUSH_NEW_USERS" in it.get("features", [])), None)
    group = v.call("POST", "/api/v1/groups", {"profile": {"name": f"Visited {time.time_ns()}"}})
    if not app or not group:
        return
    base = f"/api/v1/apps/{app['id']}"
    for to in ("deactivate", "activate"):
        v.ask("POST", f"{base}/connections/default/lifecycle/{to}")
    wish = {"sourceGroupId": group["id"], "targetGroupName": group["profile"]["name"], "status": "ACTIVE"}
    pushed = v.call("POST", f"{base}/group-push/mappings", wish)
    if pushed:
        one = f"{base}/group-push/mappings/{pushed['id']}"
        v.call("GET", one)
        v.call("PATCH", one, {"status": "INACTIVE"})
        v.call("DELETE", f"{one}?deleteTargetGroup=false")
    v.call("DELETE", f"/api/v1/groups/{group['id']}")


def main():
    visitor = Visitor(*sys.argv[1:3])
    for part in (lists, seeded_apps, provisioning):
        part(visitor)
    print("\n".join(visitor.refusals))
    sys.exit(bool(visitor.refusals))


if __name__ == "__main__":
    main()
