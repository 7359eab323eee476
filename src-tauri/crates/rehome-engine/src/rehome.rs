//! The facade: every use case that the window (or a headless journey) calls, by the name of its command. Everything that
//! belongs to one migration is in `actions.rs`.

use std::{
    any::Any,
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use rehome_domain::AppId;
use rehome_journal::{Journal, NewMigration};
use rehome_okta::{Credential, OrgUrl};
use secrecy::SecretString;
use tokio::sync::{Mutex as AsyncMutex, OnceCell};

use crate::{
    connect::{self, Connection},
    credential,
    host::Host,
    migration::{KnownApps, Migration, NewHandle},
    present, probes,
    problem::{Answer, bad_input, problem},
    secrets::SecretStore,
    vault::{Secrets, Vault},
    view::*,
};

/// What a Rehome is made from.
pub struct RehomeOptions {
    /// Holds the journal; made if missing.
    pub data_dir: PathBuf,
    /// Where reports go.
    pub report_dir: PathBuf,
    pub secrets: Arc<dyn SecretStore>,
    pub host: Arc<dyn Host>,
    /// How many times faster than ours the clock of practice orgs runs; 1 for real orgs.
    pub speed: u32,
}

/// One running Rehome: journal, secrets, connections, migrations.
pub struct Rehome {
    pub(crate) options: RehomeOptions,
    secrets: OnceCell<Secrets>,
    vault: AsyncMutex<Option<Vault>>,
    connections: Mutex<BTreeMap<String, Arc<Connection>>>,
    open: AsyncMutex<BTreeMap<String, Arc<Migration>>>,
    last_id: Mutex<i64>,
}

impl Rehome {
    pub fn new(options: RehomeOptions) -> Self {
        Self {
            options,
            secrets: OnceCell::new(),
            vault: AsyncMutex::default(),
            connections: Mutex::default(),
            open: AsyncMutex::default(),
            last_id: Mutex::default(),
        }
    }

    async fn secrets(&self) -> &Secrets {
        self.secrets
            .get_or_init(|| Secrets::probe(self.options.secrets.clone()))
            .await
    }

    async fn with_vault<T>(&self, work: impl AsyncFnOnce(&mut Vault, &Secrets) -> Answer<T>) -> Answer<T> {
        let secrets = self.secrets().await;
        let mut slot = self.vault.lock().await;
        if slot.is_none() {
            *slot = Some(Vault::open(&self.options.data_dir, secrets).await);
        }
        match slot.as_mut() {
            Some(vault) => work(vault, secrets).await,
            None => Err(bad_input("The journal is not open", "Start Rehome again.")),
        }
    }

    pub(crate) async fn journal(&self) -> Answer<Journal> {
        self.with_vault(async |vault, _| vault.journal()).await
    }

    /// Lets tests fill the disk under the journal.
    #[doc(hidden)]
    pub async fn journal_for_tests(&self) -> Answer<Journal> {
        self.journal().await
    }

    /// The first screen.
    pub async fn start(&self) -> Answer<StartView> {
        let journal = self.with_vault(async |vault, _| Ok(vault.state())).await?;
        let migrations = match journal {
            JournalState::Open => self.summaries().await?,
            JournalState::NeedsRecoveryCode { .. } | JournalState::Unusable { .. } => Vec::new(),
        };
        Ok(StartView {
            journal,
            keychain: self.secrets().await.keychain(),
            migrations,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    async fn summaries(&self) -> Answer<Vec<MigrationSummary>> {
        let rows = self.journal().await?.migrations().await?;
        let mut out = Vec::new();
        for row in rows.into_iter().filter(|r| r.closed.is_none()) {
            let migration = self.migration_of(&row.id).await?;
            let view = present::frame::frame(&migration, true);
            let step = view.steps.iter().find(|s| !s.done);
            out.push(MigrationSummary {
                id: row.id,
                org: migration.org.clone(),
                old_label: row.state["oldLabel"].as_str().unwrap_or(&row.old_app).to_owned(),
                new_label: row.state["newLabel"].as_str().unwrap_or(&row.new_app).to_owned(),
                started: row.created.to_string(),
                words: step.map_or_else(
                    || "Finished: report and closing are left".to_owned(),
                    |s| format!("{}: {}", s.title, s.words),
                ),
                has_credential: migration.has_client(),
                practice_gone: row.practice && !migration.has_client(),
            });
        }
        Ok(out)
    }

    /// Opens the journal with the recovery code and wraps its key for the keychain anew.
    pub async fn open_journal(&self, code: String) -> Answer<StartView> {
        self.with_vault(async |vault, secrets| vault.open_with_code(&code, secrets).await)
            .await?;
        self.start().await
    }

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
            }
        }
        Ok(())
    }

    fn connection(&self, id: &str) -> Answer<Arc<Connection>> {
        let found = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned();
        found.ok_or_else(|| bad_input("This connection is gone", "Connect again."))
    }

    /// Apps of the org whose label or name begins with the search text.
    pub async fn list_apps(&self, connection: String, search: String) -> Answer<Vec<AppChoice>> {
        connect::list_apps(&self.connection(&connection)?.client, &search).await
    }

    /// Whether these two apps can be old and new app.
    pub async fn check_pair(&self, connection: String, old: String, new: String) -> Answer<PairView> {
        let connection = self.connection(&connection)?;
        connect::check_pair(&connection.client, &AppId(old), &AppId(new)).await
    }

    /// Makes a migration; gives its id.
    pub async fn start_migration(&self, connection: String, old: String, new: String) -> Answer<String> {
        let connection = self.connection(&connection)?;
        let (old, new) = (AppId(old), AppId(new));
        let pair = connect::check_pair(&connection.client, &old, &new).await?;
        if let Some(problem) = pair.problems.into_iter().next() {
            return Err(problem);
        }
        let journal = self.journal().await?;
        let at = Timestamp::now();
        let id = self.new_id(at);
        let (old_label, name) = label_and_name(&connection, &old).await?;
        let (new_label, _) = label_and_name(&connection, &new).await?;
        let row = NewMigration {
            id: id.clone(),
            org_id: connection.org.id.clone(),
            org: serde_json::to_value(&connection.org).unwrap_or_default(),
            old_app: old.to_string(),
            new_app: new.to_string(),
            practice: connection.practice,
        };
        journal.add_migration(row, at).await?;
        journal
            .set_state(
                &id,
                &serde_json::json!({ "oldLabel": old_label, "newLabel": new_label, "name": name }),
            )
            .await?;
        self.migration_of(&id).await?;
        self.options.host.changed(None);
        Ok(id)
    }

    /// From the time, so that ids sort; two starts within one millisecond differ all the same.
    fn new_id(&self, at: Timestamp) -> String {
        let mut last = self.last_id.lock().unwrap_or_else(PoisonError::into_inner);
        *last = at.as_millisecond().max(*last + 1);
        format!("m{last}")
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
        self.migration(migration).await
    }

    /// Forgets a migration that has changed nothing, or whose practice org is gone.
    pub async fn remove_migration(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.idle()?;
        let gone = open.practice && !open.has_client();
        let untouched = !open.model().touched;
        if !gone && !untouched && !open.practice {
            return Err(problem(
                ProblemCode::GateClosed,
                "This migration has changed something in Okta",
                "Its journal is the only place that knows what, and how to undo it.",
                "Finish and close it instead.",
            ));
        }
        self.open.lock().await.remove(&migration);
        self.journal().await?.wipe_migration(&migration).await?;
        self.forget_credential(&open.org.id).await?;
        self.options.host.changed(None);
        Ok(())
    }

    /// The frame.
    pub async fn migration(&self, migration: String) -> Answer<MigrationView> {
        let open = self.migration_of(&migration).await?;
        Ok(present::frame::frame(&open, self.code_confirmed().await))
    }

    pub(crate) async fn code_confirmed(&self) -> bool {
        self.with_vault(async |vault, _| Ok(vault.code_confirmed()))
            .await
            .unwrap_or(false)
    }

    /// The open migration, opened from the journal if need be.
    pub(crate) async fn migration_of(&self, id: &str) -> Answer<Arc<Migration>> {
        let mut open = self.open.lock().await;
        if let Some(migration) = open.get(id) {
            return Ok(migration.clone());
        }
        let journal = self.journal().await?;
        let row = journal.migrations().await?.into_iter().find(|r| r.id == id);
        let Some(row) = row else {
            return Err(bad_input(
                "This migration is not in the journal",
                "Choose one from the list.",
            ));
        };
        let org: OrgView = serde_json::from_value(row.org.clone()).map_err(|e| {
            problem(
                ProblemCode::Unexpected,
                "The journal holds an org that cannot be read",
                e.to_string(),
                "Report this.",
            )
        })?;
        let url = OrgUrl::parse(&org.url)?;
        let handle = NewHandle {
            id: row.id.clone(),
            url: url.clone(),
            old: AppId(row.old_app),
            new: AppId(row.new_app),
            practice: row.practice,
            known: known_apps(&row.state),
            org,
        };
        let migration = Migration::open(handle, journal, self.options.host.clone(), self.options.speed).await?;
        if let Some(credential) = credential::load(self.secrets().await, &row.org_id).await {
            migration.set_client(Some(connect::client(&url, credential, self.options.speed)?));
        }
        open.insert(row.id, migration.clone());
        Ok(migration)
    }

    /// Makes a recovery code and shows it this once.
    pub async fn recovery_code(&self) -> Answer<String> {
        self.with_vault(async |vault, _| vault.offer_code()).await
    }

    /// The admin has written it down.
    pub async fn confirm_recovery_code(&self, code: String) -> Answer<()> {
        self.with_vault(async |vault, _| vault.confirm_code(&code)).await?;
        let open: Vec<_> = self.open.lock().await.values().cloned().collect();
        open.iter().for_each(|m| m.changed());
        Ok(())
    }

    /// Ends the migration: the credential leaves the keychain, a token Okta too where wished.
    pub async fn close_migration(&self, migration: String, revoke_token: bool) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.idle()?;
        // A service app has nothing to revoke: an admin deactivates it in Okta.
        if revoke_token
            && let Ok((client, _)) = open.client()
            && client.client_id().is_none()
        {
            client
                .revoke_current_token()
                .await
                .map_err(|e| Problem::from(e.error().clone()))?;
        }
        open.flush_calls().await?;
        self.journal()
            .await?
            .close_migration(&migration, Timestamp::now())
            .await?;
        self.open.lock().await.remove(&migration);
        self.forget_credential(&open.org.id).await?;
        self.options.host.changed(None);
        Ok(())
    }

    /// The credential goes when no open migration needs it any more.
    async fn forget_credential(&self, org: &str) -> Answer<()> {
        let rows = self.journal().await?.migrations().await?;
        if !rows.iter().any(|r| r.org_id == org && r.closed.is_none()) {
            credential::forget(self.secrets().await, org).await;
            let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
            connections.retain(|_, c| c.org.id != org);
        }
        Ok(())
    }

    /// May the shell open this address? Only pages of orgs that Rehome is connected to.
    pub fn may_open(&self, url: &str) -> bool {
        let starts = |org: &OrgView| {
            OrgUrl::parse(&org.url).is_ok_and(|o| {
                [o.origin(), o.admin_origin()].iter().any(|origin| {
                    url.strip_prefix(origin.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
            })
        };
        let connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if connections.values().any(|c| starts(&c.org)) {
            return true;
        }
        self.open
            .try_lock()
            .is_ok_and(|open| open.values().any(|m| starts(&m.org)))
    }

    /// Whether closing now would interrupt a run.
    pub fn is_busy(&self) -> bool {
        self.open
            .try_lock()
            .map_or(true, |open| open.values().any(|m| m.idle().is_err()))
    }

    /// Lets every run finish its calls under way, at most for a while. What is left open then is settled at the next start.
    pub async fn shutdown(&self) {
        const PATIENCE: Duration = Duration::from_secs(5);
        let open: Vec<_> = self.open.lock().await.values().cloned().collect();
        for migration in &open {
            if let Some(run) = &*migration.running.lock().unwrap_or_else(PoisonError::into_inner) {
                run.stop();
            }
        }
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while open.iter().any(|m| m.idle().is_err()) && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for migration in &open {
            if let Err(problem) = migration.flush_calls().await {
                tracing::warn!(code = ?problem.code, "the last calls could not be logged");
            }
        }
    }
}

/// Label and catalogue key.
async fn label_and_name(connection: &Connection, app: &AppId) -> Answer<(String, String)> {
    let raw = connection.client.read().app(app).await?;
    let text = |key: &str| raw[key].as_str().unwrap_or_default().to_owned();
    Ok((raw["label"].as_str().unwrap_or(app.as_str()).to_owned(), text("name")))
}

fn known_apps(state: &serde_json::Value) -> KnownApps {
    let text = |key: &str| state[key].as_str().unwrap_or_default().to_owned();
    KnownApps {
        old_label: text("oldLabel"),
        new_label: text("newLabel"),
        name: text("name"),
    }
}
