//! Service apps made by hand: what an admin does in the console, step by step.

use jiff::Timestamp;
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use serde_json::{Value, json};

use crate::{
    clock::stamp,
    state::{Object, Org},
    users::label_of,
};

/// Scopes that can be ticked in the practice console: those of the calls that the practice org answers.
pub(crate) const SCOPES: [&str; 36] = [
    "okta.apiTokens.manage",
    "okta.apiTokens.read",
    "okta.appGrants.manage",
    "okta.appGrants.read",
    "okta.apps.manage",
    "okta.apps.read",
    "okta.authorizationServers.read",
    "okta.brands.read",
    "okta.clients.manage",
    "okta.clients.read",
    "okta.domains.read",
    "okta.eventHooks.read",
    "okta.groups.manage",
    "okta.groups.read",
    "okta.idps.read",
    "okta.inlineHooks.read",
    "okta.linkedObjects.manage",
    "okta.linkedObjects.read",
    "okta.logs.read",
    "okta.networkZones.read",
    "okta.orgs.manage",
    "okta.orgs.read",
    "okta.policies.manage",
    "okta.policies.read",
    "okta.principalRateLimits.manage",
    "okta.principalRateLimits.read",
    "okta.profileMappings.manage",
    "okta.profileMappings.read",
    "okta.roles.manage",
    "okta.roles.read",
    "okta.schemas.manage",
    "okta.schemas.read",
    "okta.userTypes.manage",
    "okta.userTypes.read",
    "okta.users.manage",
    "okta.users.read",
];

/// Admin roles that the console offers for a service app.
pub(crate) const ROLES: [&str; 5] = [
    "SUPER_ADMIN",
    "ORG_ADMIN",
    "APP_ADMIN",
    "READ_ONLY_ADMIN",
    "GROUP_MEMBERSHIP_ADMIN",
];

/// What is wrong with a pasted key, in words for a person.
fn problem_of(key: &Value) -> Option<&'static str> {
    if ["d", "p", "q", "k"].iter().any(|secret| key.get(secret).is_some()) {
        return Some("This is a private key. Paste the public one, and make a new pair: this one has been seen.");
    }
    let known =
        serde_json::from_value::<Jwk>(key.clone()).is_ok_and(|it| it.thumbprint(ThumbprintHash::SHA256).is_ok());
    (!known).then_some("This is not a public key in JWK format.")
}

impl Org {
    /// An API Services app with this public key; answers the client id.
    ///
    /// # Errors
    /// When the key is none, or a private one.
    pub(crate) fn add_service_app(
        &mut self,
        label: &str,
        key: &Value,
        dpop: bool,
        at: Timestamp,
    ) -> Result<String, &'static str> {
        if let Some(problem) = problem_of(key) {
            return Err(problem);
        }
        let id = self.ids.next("0oa");
        let mut key = key.clone();
        let defaults = json!({ "kid": self.ids.letters(43), "use": "sig", "status": "ACTIVE", "created": stamp(at), "lastUpdated": stamp(at) });
        for (name, value) in defaults.as_object().into_iter().flatten() {
            if let Some(key) = key.as_object_mut() {
                key.entry(name.clone()).or_insert(value.clone());
            }
        }
        let raw = json!({
            "id": id, "orn": format!("orn:okta:idp:{}:apps:oidc_client:{id}", self.id), "name": "oidc_client", "label": label,
            "status": "ACTIVE", "lastUpdated": stamp(at), "created": stamp(at),
            "accessibility": { "selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null },
            "visibility": { "autoLaunch": false, "autoSubmitToolbar": false, "hide": { "iOS": true, "web": true }, "appLinks": { "oidc_client_link": true } },
            "features": [], "signOnMode": "OPENID_CONNECT",
            "credentials": {
                "userNameTemplate": { "template": "${source.login}", "type": "BUILT_IN" }, "signing": {},
                "oauthClient": { "autoKeyRotation": true, "client_id": id, "token_endpoint_auth_method": "private_key_jwt", "pkce_required": false },
            },
            "settings": {
                "app": {}, "notifications": { "vpn": { "network": { "connection": "DISABLED" }, "message": null, "helpUrl": null } },
                "manualProvisioning": false, "implicitAssignment": false, "notes": { "admin": null, "enduser": null },
                "oauthClient": { "client_uri": null, "logo_uri": null, "response_types": ["token"], "grant_types": ["client_credentials"],
                    "jwks": { "keys": [key] }, "application_type": "service", "consent_method": "REQUIRED",
                    "issuer_mode": "DYNAMIC", "dpop_bound_access_tokens": dpop, "idp_initiated_login": { "mode": "DISABLED", "default_scope": [] } },
            },
        });
        Ok(self.load_app(raw, None, Vec::new(), Vec::new(), None))
    }

    /// Grants exactly these scopes to a service app, and gives it exactly these admin roles.
    pub(crate) fn empower(&mut self, client: &str, scopes: &[&str], roles: &[&str], at: Timestamp) {
        let grants: Vec<Value> = scopes
            .iter()
            .map(|scope| {
                json!({ "id": self.ids.next("oag"), "status": "ACTIVE", "created": stamp(at), "lastUpdated": stamp(at),
                    "createdBy": { "id": self.token.owner, "type": "User" }, "issuer": self.url, "clientId": client,
                    "scopeId": scope, "source": "ADMIN" })
            })
            .collect();
        if let Some(app) = self.apps.get_mut(client) {
            app.grants = grants;
        }
        let given = roles
            .iter()
            .map(|role| {
                let label = label_of(role).unwrap_or(role);
                json!({ "id": self.ids.next("ra1"), "label": label, "type": role, "status": "ACTIVE", "created": stamp(at),
                    "lastUpdated": stamp(at), "assignmentType": "CLIENT" })
            })
            .collect();
        self.client_roles.insert(client.to_owned(), given);
    }

    /// Switches "Require Demonstrating Proof of Possession" of an app.
    pub(crate) fn require_proof(&mut self, client: &str, on: bool) {
        let settings = self.apps.get_mut(client).and_then(|app| app.raw.get_mut("settings"));
        if let Some(oauth) = settings
            .and_then(|it| it.get_mut("oauthClient"))
            .and_then(Value::as_object_mut)
        {
            oauth.insert("dpop_bound_access_tokens".to_owned(), json!(on));
        }
    }

    /// Apps that are services, not for people.
    pub(crate) fn service_apps(&self) -> impl Iterator<Item = &crate::state::App> {
        self.apps.values().filter(|app| is_service(&app.raw))
    }
}

fn is_service(raw: &Object) -> bool {
    raw.get("settings")
        .is_some_and(|it| it["oauthClient"]["application_type"] == "service")
}
