//! Credentials of orgs: where they are kept, and the key pair that waits for its service app.

use rehome_okta::{
    ClientKey, Credential, GROUPS_SCOPE, Granted, KeyKind, OPTIONAL_SCOPES, PLAN_SCOPES, RUN_SCOPES, ServiceApp,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    problem::Answer,
    vault::Secrets,
    view::{OptionalScope, ServiceAppSetup},
};

/// Name of an org's API token in the keychain.
pub fn token_name(org: &str) -> String {
    format!("token:{org}")
}

/// Name of an org's service app in the keychain.
pub fn service_app_name(org: &str) -> String {
    format!("serviceApp:{org}")
}

/// A key pair whose public half the admin is registering: closing Rehome in the meantime loses nothing.
const WAITING_KEY: &str = "waiting-key";

/// A service app as it is kept: one secret, one entry.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    client_id: String,
    /// PKCS#8 in PEM.
    key: String,
}

/// The credential of an org, whichever kind was given last.
pub(crate) async fn load(secrets: &Secrets, org: &str) -> Option<Credential> {
    if let Some(secret) = secrets.get(&service_app_name(org)).await {
        match read(&secret) {
            Some(app) => return Some(app),
            None => tracing::warn!("the keychain holds a service app that cannot be read"),
        }
    }
    secrets.get(&token_name(org)).await.map(Credential::ApiToken)
}

fn read(secret: &SecretString) -> Option<Credential> {
    let kept: Kept = serde_json::from_str(secret.expose_secret()).ok()?;
    let key = ClientKey::from_pem(&kept.key.into()).ok()?;
    Some(service_app(kept.client_id, key))
}

/// Always with DPoP: an org that does not ask for it answers with a plain token, and that is used then.
pub(crate) fn service_app(client_id: String, key: ClientKey) -> Credential {
    Credential::ServiceApp(Box::new(ServiceApp {
        client_id,
        key,
        dpop: true,
    }))
}

/// Keeps it as the only one of its org. Says where: see [`Secrets::put`].
pub(crate) async fn keep(secrets: &Secrets, org: &str, credential: &Credential, session_only: bool) -> String {
    let (name, other, secret) = match credential {
        Credential::ApiToken(token) => (token_name(org), service_app_name(org), token.expose_secret().into()),
        Credential::ServiceApp(app) => {
            let kept = Kept {
                client_id: app.client_id.clone(),
                key: app.key.to_pem().expose_secret().to_owned(),
            };
            let text = serde_json::to_string(&kept).unwrap_or_default();
            (service_app_name(org), token_name(org), SecretString::from(text))
        }
    };
    let kept = secrets.put(&name, secret, session_only).await;
    secrets.remove(&other).await;
    kept
}

pub(crate) async fn forget(secrets: &Secrets, org: &str) {
    secrets.remove(&token_name(org)).await;
    secrets.remove(&service_app_name(org)).await;
}

/// The key pair that waits for its service app; made now if there is none, or if another one is wanted.
pub(crate) async fn waiting_key(secrets: &Secrets, anew: bool) -> Answer<ClientKey> {
    if !anew
        && let Some(pem) = secrets.get(WAITING_KEY).await
        && let Ok(key) = ClientKey::from_pem(&pem)
    {
        return Ok(key);
    }
    // The short kind: see `KeyKind`.
    let key = ClientKey::generate(KeyKind::P256)?;
    let pem = key.to_pem().expose_secret().into();
    secrets.put(WAITING_KEY, pem, false).await;
    Ok(key)
}

/// It belongs to a service app now; the next one gets another.
pub(crate) async fn key_is_used(secrets: &Secrets) {
    secrets.remove(WAITING_KEY).await;
}

/// What the admin needs to register it.
pub(crate) fn setup(key: &ClientKey) -> ServiceAppSetup {
    let owned = |scopes: &[&str]| scopes.iter().map(|scope| (*scope).to_owned()).collect();
    ServiceAppSetup {
        key_id: key.id().to_owned(),
        public_key: format!("{:#}", key.public_jwk()),
        plan_scopes: owned(&PLAN_SCOPES),
        run_scopes: owned(&RUN_SCOPES),
        optional_scopes: OPTIONAL_SCOPES
            .map(|scope| OptionalScope {
                scope: scope.to_owned(),
                what_for: what_for(scope).to_owned(),
            })
            .into(),
    }
}

/// What one of [`OPTIONAL_SCOPES`] is for.
pub(crate) fn what_for(scope: &str) -> &'static str {
    match scope {
        GROUPS_SCOPE => "adds people to groups: needed for wave groups",
        _ => "raises Rehome's share of Okta's limits while waves run",
    }
}

/// Why the service app may not do what this scope is for, with the way to mend. `None`: it is granted.
pub(crate) fn lacks(granted: &Granted, scope: &str) -> Option<String> {
    (!granted.scopes.allow(scope)).then(|| {
        format!(
            "The service app lacks the scope {scope}. A super admin grants it in the Admin Console, on the app's page Okta API \
             Scopes."
        )
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::secrets::{MemorySecrets, SecretStore};

    #[tokio::test]
    async fn the_credential_given_last_is_the_one_in_use() {
        let store = Arc::new(MemorySecrets::default());
        // As earlier versions kept it.
        store.put("token:00o1", &"old".into()).expect("memory");
        let secrets = Secrets::probe(store.clone()).await;
        let found = load(&secrets, "00o1").await.expect("the old token");
        assert!(matches!(&found, Credential::ApiToken(token) if token.expose_secret() == "old"));

        let key = waiting_key(&secrets, false).await.expect("a key");
        let same = waiting_key(&secrets, false).await.expect("a key");
        assert_eq!(key.id(), same.id(), "it waits");
        let id = key.id().to_owned();
        keep(&secrets, "00o1", &service_app("0oa1".into(), key), false).await;
        key_is_used(&secrets).await;
        let Some(Credential::ServiceApp(app)) = load(&secrets, "00o1").await else {
            panic!("a service app");
        };
        assert_eq!((app.client_id.as_str(), app.key.id()), ("0oa1", id.as_str()));
        assert!(store.get("token:00o1").expect("memory").is_none());
        let next = waiting_key(&secrets, false).await.expect("a key");
        assert_ne!(next.id(), id, "every app has a key of its own");

        keep(&secrets, "00o1", &Credential::ApiToken("new".into()), false).await;
        assert!(matches!(load(&secrets, "00o1").await, Some(Credential::ApiToken(_))));
        forget(&secrets, "00o1").await;
        assert!(load(&secrets, "00o1").await.is_none());
    }
}
