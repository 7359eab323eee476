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
    org2org(v)
    wish = {"sourceGroupId": group["id"], "targetGroupName": group["profile"]["name"], "status": "ACTIVE"}
    pushed = v.call("POST", f"{base}/group-push/mappings", wish)
    if pushed:
        one = f"{base}/group-push/mappings/{pushed['id']}"
        v.call("GET", one)
        v.call("PATCH", one, {"status": "INACTIVE"})
        v.call("DELETE", f"{one}?deleteTargetGroup=false")
    v.call("DELETE", f"/api/v1/groups/{group['id']}")


def org2org(v):
    """One of the six apps whose provisioning has an API."""
    app = v.call("POST", "/api/v1/apps", {
        "name": "okta_org2org", "label": f"Visited {time.time_ns()}", "signOnMode": "SAML_2_0",
        "settings": {"app": {"acsUrl": "https://other.example/acs", "audRestriction": "https://other.example", "baseUrl": "https://other.example"}},
    })
    if not app:
        return
    base = f"/api/v1/apps/{app['id']}"
    profile = {"authScheme": "TOKEN", "token": "made up"}
    v.call("POST", f"{base}/connections/default?activate=false", {"baseUrl": "https://other.example", "profile": profile})
    v.call("POST", f"{base}/connections/default/lifecycle/activate")
    v.ask("GET", f"{base}/connections/default/jwks")
    wish = {"create": {"lifecycleCreate": {"status": "ENABLED"}}, "update": {"lifecycleDeactivate": {"status": "DISABLED"}}}
    v.call("PUT", f"{base}/features/USER_PROVISIONING", wish)
    other = v.call("GET", "/api/v1/apps?limit=2")[-1]
    status, trust = v.ask("POST", f"{base}/cwo/connections", {"requestingAppInstanceId": other["id"], "resourceAppInstanceId": app["id"]})
    if status < 300:
        one = f"{base}/cwo/connections/{trust['id']}"
        for path in (f"{base}/cwo/connections", one):
            v.call("GET", path)
        v.call("PATCH", one, {"status": "INACTIVE"})
        v.call("DELETE", one)
    v.call("POST", f"{base}/lifecycle/deactivate")
    v.call("DELETE", base)


def tokens_and_shares(v):
    """API tokens by their metadata; a share of the limits; the org's own settings."""
    token = v.first("/api/v1/api-tokens")
    if token:
        network = {"connection": "ANYWHERE"}
        body = {"name": token["name"], "userId": token["userId"], "network": network, "clientName": token["clientName"]}
        v.call("PUT", f"/api/v1/api-tokens/{token['id']}", body)
        share = {"principalId": token["id"], "principalType": "SSWS_TOKEN", "defaultPercentage": 50}
        _, made = v.ask("POST", "/api/v1/principal-rate-limits", {**share, "defaultConcurrencyPercentage": 50})
        if made.get("id"):
            one = f"/api/v1/principal-rate-limits/{made['id']}"
            v.call("GET", one)
            v.call("PUT", one, {**share, "defaultConcurrencyPercentage": 50})
    org = v.call("GET", "/api/v1/org")
    v.call("POST", "/api/v1/org", {"website": org.get("website")})
    for limit in ("admin-notifications", "per-client", "warning-threshold"):
        v.call("PUT", f"/api/v1/rate-limit-settings/{limit}", v.call("GET", f"/api/v1/rate-limit-settings/{limit}"))
    v.call("PUT", "/api/v1/org", {name: org.get(name) for name in ("companyName", "website", "subdomain")})


def governance(v):
    base = "/api/v1/iam/governance"
    v.call("GET", f"{base}/optIn")
    v.call("POST", f"{base}/optIn")
    bundle = v.call("POST", f"{base}/bundles", {"name": f"Visited {time.time_ns()}", "description": "", "entitlements": []})
    v.call("GET", f"{base}/bundles")
    if bundle:
        one = f"{base}/bundles/{bundle['id']}"
        v.call("PUT", one, {"name": "Visited again", "description": "", "entitlements": []})
        for path in (one, f"{one}/entitlements"):
            v.call("GET", path)
        v.call("DELETE", one)
    v.call("POST", f"{base}/optOut")


def keys_of_a_client(v):
    """The public keys of a service app, and the admin roles that it has."""
    settings = {"application_type": "service", "grant_types": ["client_credentials"], "response_types": ["token"]}
    key = {"kty": "RSA", "kid": "first", "use": "sig", "alg": "RS256", "e": "AQAB", "n": "q83v" * 86}
    app = v.call("POST", "/api/v1/apps", {
        "name": "oidc_client", "label": f"Visited {time.time_ns()}", "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "private_key_jwt"}},
        "settings": {"oauthClient": {**settings, "jwks": {"keys": [key]}}},
    })
    if not app:
        return
    base = f"/api/v1/apps/{app['id']}"
    second = v.call("POST", f"{base}/credentials/jwks", {**key, "kid": "second", "status": "ACTIVE"})
    if second:
        one = f"{base}/credentials/jwks/{second['id']}"
        v.call("GET", one)
        for turn in ("deactivate", "activate", "deactivate"):
            v.call("POST", f"{one}/lifecycle/{turn}")
        v.call("DELETE", one)
    roles_of(v, f"/oauth2/v1/clients/{app['id']}/roles")
    v.call("POST", f"{base}/lifecycle/deactivate")
    v.call("DELETE", base)


def secrets_of_a_client(v):
    """Client secrets, and which other app a client may act for (Identity Engine only)."""
    label = f"Visited {time.time_ns()}"
    settings = {"application_type": "web", "grant_types": ["authorization_code"], "response_types": ["code"],
                "redirect_uris": ["https://service.example/callback"]}
    app = v.call("POST", "/api/v1/apps", {
        "name": "oidc_client", "label": label, "signOnMode": "OPENID_CONNECT", "settings": {"oauthClient": settings},
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic"}},
    })
    if not app:
        return
    base = f"/api/v1/apps/{app['id']}"
    secret = v.call("POST", f"{base}/credentials/secrets", {"status": "ACTIVE"})
    if secret:
        one = f"{base}/credentials/secrets/{secret['id']}"
        v.call("GET", one)
        for turn in ("deactivate", "activate", "deactivate"):
            v.call("POST", f"{one}/lifecycle/{turn}")
        v.call("DELETE", one)
    v.call("POST", f"{base}/lifecycle/deactivate")
    v.call("DELETE", base)


def linked_people(v):
    ends = {part: {"name": f"visited{part}", "title": part, "description": part, "type": "USER"} for part in ("primary", "associated")}
    base = "/api/v1/meta/schemas/user/linkedObjects"
    if v.call("POST", base, ends):
        for path in (base, f"{base}/visitedprimary"):
            v.call("GET", path)
        v.call("DELETE", f"{base}/visitedprimary")


def roles_of(v, roles):
    """An admin role limited to apps and to groups, of a person or of a client."""
    app = v.first("/api/v1/apps?limit=1")
    group = v.call("POST", "/api/v1/groups", {"profile": {"name": f"Visited {time.time_ns()}"}})
    for kind, target in (("APP_ADMIN", "catalog/apps"), ("USER_ADMIN", "groups")):
        role = v.call("POST", roles, {"type": kind})
        if not role:
            continue
        one = f"{roles}/{role['id']}"
        v.call("GET", roles)
        v.call("GET", one)
        targets = f"{one}/targets/{target}"
        # The last target cannot be taken away: one more is given than is taken.
        if kind == "APP_ADMIN":
            given = [f"{targets}/{app['name']}/{app['id']}", f"{targets}/zoomus", f"{targets}/slack"]
        else:
            everyone = v.first("/api/v1/groups?q=Everyone")
            given = [f"{targets}/{group['id']}", f"{targets}/{everyone['id']}"]
        for path in given:
            v.call("PUT", path)
        v.call("GET", targets)
        if roles.startswith("/api/v1/users/"):
            v.call("GET", f"{one}/targets")
            v.ask("GET", f"{one}/governance")
        for path in given[:-1]:
            v.call("DELETE", path)
        if kind == "APP_ADMIN" and roles.startswith("/api/v1/users/"):
            v.call("PUT", targets)
        v.call("DELETE", one)
    v.call("DELETE", f"/api/v1/groups/{group['id']}")


def people(v):
    """A person as an admin, and the turns of a lifecycle that nobody else takes."""
    name = f"visited{time.time_ns()}@northwind.example"
    profile = {"firstName": "Vera", "lastName": "Visited", "email": name, "login": name}
    person = v.call("POST", "/api/v1/users?activate=true", {"profile": profile})
    if not person:
        return
    base = f"/api/v1/users/{person['id']}"
    v.call("POST", f"{base}/lifecycle/reactivate?sendEmail=false")
    roles_of(v, f"{base}/roles")
    for _ in range(2):
        v.ask("DELETE", f"{base}?sendEmail=false")


def roles_of_our_own(v):
    permissions = ["okta.users.read"]
    words = {"label": f"Visited {time.time_ns()}", "description": "For a visit"}
    role = v.call("POST", "/api/v1/iam/roles", {**words, "permissions": permissions})
    if role:
        one = f"/api/v1/iam/roles/{role['id']}"
        conditions = {"include": {"okta:ResourceAttribute/User/Profile": ["city"]}}
        v.call("PUT", f"{one}/permissions/okta.users.read", {"conditions": conditions})
        for path in ("/api/v1/iam/roles", one, f"{one}/permissions", f"{one}/permissions/okta.users.read"):
            v.call("GET", path)
        v.call("PUT", one, words)
        v.call("POST", f"{one}/permissions/okta.groups.read")
        v.call("DELETE", f"{one}/permissions/okta.groups.read")
        v.call("DELETE", one)


def values_of_a_group(v):
    """PATCH of what a group brings to an app."""
    for app in v.call("GET", "/api/v1/apps?limit=200"):
        groups = f"/api/v1/apps/{app['id']}/groups"
        assigned = v.first(f"{groups}?limit=20")
        if assigned:
            v.call("PATCH", f"{groups}/{assigned['id']}", [{"op": "replace", "path": "/priority", "value": assigned["priority"]}])
            return


def policies(v):
    """Which apps a policy holds for (Identity Engine only)."""
    status, listed = v.ask("GET", "/api/v1/policies?type=ACCESS_POLICY")
    for policy in listed if status == 200 else []:
        base = f"/api/v1/policies/{policy['id']}/mappings"
        status, held = v.ask("GET", base)
        if status == 200 and held:
            v.call("GET", f"{base}/{held[0]['id']}")
            v.ask("DELETE", f"{base}/{held[0]['id']}")
            return


def last(v):
    """The token ends itself."""
    v.call("DELETE", "/api/v1/api-tokens/current")


def main():
    visitor = Visitor(*sys.argv[1:3])
    parts = (lists, seeded_apps, provisioning, tokens_and_shares, governance, keys_of_a_client, secrets_of_a_client)
    for part in (*parts, people, linked_people, roles_of_our_own, values_of_a_group, policies, last):
        part(visitor)
    print("\n".join(visitor.refusals))
    sys.exit(bool(visitor.refusals))


if __name__ == "__main__":
    main()
