//! Connecting an org, and replacing its credential: the part of the facade that takes credentials in.

use std::{
    any::Any,
    sync::{Arc, PoisonError},
};

use rehome_okta::{Credential, OrgUrl};
use secrecy::SecretString;

use crate::{
    connect::{self, Connection},
    credential,
    migration::Migration,
    probes,
    problem::{Answer, bad_input, problem},
    rehome::Rehome,
    view::*,
};

impl Rehome {
    /// Checks address and token, reads what they allow, keeps the token in the keychain.
    pub async fn connect(&self, url: String, token: String) -> Answer<ConnectionView> {
        let token = Credential::ApiToken(SecretString::from(token));
        self.connect_to(&url, token, None).await
    }

    /// The key pair for a service app that is still to be connected. It waits, also over a restart, until one is; `anew`
    /// makes another one.
    pub async fn service_app_setup(&self, anew: bool) -> Answer<ServiceAppSetup> {
        let key = credential::waiting_key(self.secrets().await, anew).await?;
        Ok(credential::setup(&key))
    }

    /// Checks address and service app, reads what they allow, keeps both in the keychain. The key is the one that is kept for
    /// this app, where it was connected before and Okta still takes it; else the waiting key.
    pub async fn connect_service_app(&self, url: String, client_id: String) -> Answer<ConnectionView> {
        let app = self.waiting_app(client_id).await?;
        let org = connect::find_org(&OrgUrl::parse(&url)?).await?;
        if let Some(known) = self.known_app(&org.id, &app).await {
            match self.connect_to(&url, known, None).await {
                Err(problem) if problem.code == ProblemCode::CredentialRejected => {}
                other => return other,
            }
        }
        let view = self.connect_to(&url, app, None).await?;
        credential::key_is_used(self.secrets().await).await;
        Ok(view)
    }

    /// The same app with the key that is kept for it.
    async fn known_app(&self, org: &str, app: &Credential) -> Option<Credential> {
        let known = credential::load(self.secrets().await, org).await;
        known.filter(|known| known.client_id() == app.client_id())
    }

    async fn waiting_app(&self, client_id: String) -> Answer<Credential> {
        let key = credential::waiting_key(self.secrets().await, false).await?;
        let client_id = client_id.trim();
        let fits = (1..=64).contains(&client_id.len())
            && client_id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if !fits {
            return Err(bad_input(
                "This is not a client id",
                "Copy it from the app's page in the Admin Console, under General, Client Credentials. It looks like 0oa1gjh63g214q0Hq0g4.",
            ));
        }
        Ok(credential::service_app(client_id.to_owned(), key))
    }

    /// Starts a practice org in this process and connects to it; its token stays in memory.
    pub async fn start_practice(&self, people: u32, engine: OrgEngine) -> Answer<ConnectionView> {
        let started = self.options.host.start_practice(people, engine).await.map_err(|why| {
            problem(
                ProblemCode::Unexpected,
                "The practice org did not start",
                why,
                "Try again, or start Rehome again.",
            )
        })?;
        let token = Credential::ApiToken(SecretString::from(started.token));
        self.connect_to(&started.url, token, Some(started.keep)).await
    }

    async fn connect_to(
        &self,
        url: &str,
        credential: Credential,
        keep: Option<Box<dyn Any + Send + Sync>>,
    ) -> Answer<ConnectionView> {
        // Without a journal nothing may be done, so nothing is connected either.
        self.journal().await?;
        let url = OrgUrl::parse(url)?;
        let mut org = connect::find_org(&url).await?;
        let practice = keep.is_some();
        let client_id = credential.client_id().map(str::to_owned);
        let (client, _) = connect::client(&url, credential.copy(), self.options.speed)?;
        let check = probes::self_check(&client, &mut org).await?;
        let kept = credential::keep(self.secrets().await, &org.id, &credential, practice).await;
        self.renew_clients(&org, &url).await?;
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let id = format!("c{}", connections.len() + 1);
        let view = ConnectionView {
            connection: id.clone(),
            org: org.clone(),
            admin: check.admin,
            client_id,
            probes: check.probes,
            can_read: check.can_read,
            can_write: check.can_write,
            kept,
        };
        connections.insert(
            id,
            Arc::new(Connection {
                org,
                client,
                practice,
                _keep: keep,
            }),
        );
        Ok(view)
    }

    /// Migrations of this org that lost their credential go on with the new one.
    async fn renew_clients(&self, org: &OrgView, url: &OrgUrl) -> Answer<()> {
        let waiting: Vec<Arc<Migration>> = self
            .open
            .lock()
            .await
            .values()
            .filter(|m| m.org.id == org.id)
            .cloned()
            .collect();
        for migration in waiting {
            if let Some(credential) = credential::load(self.secrets().await, &org.id).await {
                migration.set_client(Some(connect::client(url, credential, self.options.speed)?));
                migration.changed();
                crate::run::leaving::at_start(&migration);
            }
        }
        Ok(())
    }

    /// A new token for the same org, in place of whatever credential there was.
    pub async fn provide_credential(&self, migration: String, token: String) -> Answer<MigrationView> {
        let token = Credential::ApiToken(SecretString::from(token));
        self.replace_credential(migration, token).await
    }

    /// A service app of the same org, in place of whatever credential there was. Its key: see
    /// [`Self::connect_service_app`].
    pub async fn provide_service_app(&self, migration: String, client_id: String) -> Answer<MigrationView> {
        let app = self.waiting_app(client_id).await?;
        let org = self.migration_of(&migration).await?.org.id.clone();
        if let Some(known) = self.known_app(&org, &app).await {
            match self.replace_credential(migration.clone(), known).await {
                Err(problem) if problem.code == ProblemCode::CredentialRejected => {}
                other => return other,
            }
        }
        let view = self.replace_credential(migration, app).await?;
        credential::key_is_used(self.secrets().await).await;
        Ok(view)
    }

    async fn replace_credential(&self, migration: String, credential: Credential) -> Answer<MigrationView> {
        let open = self.migration_of(&migration).await?;
        let found = connect::find_org(&open.url).await?;
        if found.id != open.org.id {
            return Err(problem(
                ProblemCode::OtherOrg,
                "This address now leads to another org",
                format!(
                    "The migration began in org {}, and {} answers there.",
                    open.org.id, found.id
                ),
                "Go on from the network in which the org was reached before.",
            ));
        }
        let (client, meter) = connect::client(&open.url, credential.copy(), self.options.speed)?;
        probes::self_check(&client, &mut open.org.clone()).await?;
        credential::keep(self.secrets().await, &open.org.id, &credential, open.practice).await;
        open.set_client(Some((client, meter)));
        open.changed();
        crate::run::leaving::at_start(&open);
        self.migration(migration).await
    }
}
