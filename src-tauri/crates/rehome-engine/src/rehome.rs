//! The facade: every use case that the window (or a headless journey) calls, by the name of its command. Everything that
//! belongs to one migration is in `actions.rs`.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use rehome_domain::AppId;
use rehome_journal::{Journal, NewMigration};
use rehome_okta::OrgUrl;
use tokio::sync::{Mutex as AsyncMutex, OnceCell};

use crate::{
    connect::{self, Connection},
    credential,
    host::Host,
    migration::{KnownApps, Migration, NewHandle},
    present,
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
    /// Mappings of other apps that a reading looks through at most; each is a call. [`OTHER_MAPPINGS`] is what people get.
    pub other_mappings: usize,
}

/// Mappings of other apps that are read. An org with more has them looked through by hand: at half of Okta's limit this many
/// take about four minutes.
pub const OTHER_MAPPINGS: usize = 1_000;

/// One running Rehome: journal, secrets, connections, migrations.
pub struct Rehome {
    pub(crate) options: RehomeOptions,
    secrets: OnceCell<Secrets>,
    vault: AsyncMutex<Option<Vault>>,
    pub(crate) connections: Mutex<BTreeMap<String, Arc<Connection>>>,
    pub(crate) open: AsyncMutex<BTreeMap<String, Arc<Migration>>>,
    last_id: Mutex<i64>,
    /// Held while this Rehome's approval key is looked for or made.
    pub(crate) making_key: AsyncMutex<()>,
    /// A colleague's plan that is being looked at.
    reading: Mutex<Option<crate::approval::Reading>>,
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
            making_key: AsyncMutex::default(),
            reading: Mutex::default(),
        }
    }

    /// Never held across an await.
    pub(crate) fn reading(&self) -> std::sync::MutexGuard<'_, Option<crate::approval::Reading>> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn secrets(&self) -> &Secrets {
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
        connect::check_pair(&connection.client, &AppId::from(old), &AppId::from(new)).await
    }

    /// Makes a migration; gives its id.
    pub async fn start_migration(&self, connection: String, old: String, new: String) -> Answer<String> {
        let connection = self.connection(&connection)?;
        let (old, new) = (AppId::from(old), AppId::from(new));
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
        let standing = open.model().standing_wave_groups();
        if !gone && !standing.is_empty() {
            return Err(crate::gate::group_stands(&standing));
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
        // Apart, and on the heap: every use case asks for its migration, and few open one.
        Box::pin(self.open_migration(id, &mut open)).await
    }

    async fn open_migration(&self, id: &str, open: &mut BTreeMap<String, Arc<Migration>>) -> Answer<Arc<Migration>> {
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
            old: AppId::from(row.old_app),
            new: AppId::from(row.new_app),
            practice: row.practice,
            known: known_apps(&row.state),
            org,
        };
        let migration = Migration::open(handle, journal, &self.options).await?;
        if let Some(credential) = credential::load(self.secrets().await, &row.org_id).await {
            migration.set_client(Some(connect::client(&url, credential, self.options.speed)?));
            if migration.model().share.is_some() {
                // Raised by a Rehome that ended in the middle of a wave: others wait for their part.
                crate::sharing::start_putting_back(&migration)?;
            }
            crate::run::leaving::at_start(&migration);
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
        let standing = open.model().standing_wave_groups();
        if !standing.is_empty() {
            return Err(crate::gate::group_stands(&standing));
        }
        if open.model().share.is_some() {
            return Err(crate::sharing::still_raised());
        }
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

    /// May the shell open this address? Only pages of orgs that Rehome is connected to, and the sources of vendor cards.
    pub fn may_open(&self, url: &str) -> bool {
        let starts = |org: &OrgView| {
            OrgUrl::parse(&org.url).is_ok_and(|o| {
                [o.origin(), o.admin_origin()].iter().any(|origin| {
                    url.strip_prefix(origin.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
            })
        };
        if rehome_domain::vendor::sources().any(|source| source == url) {
            return true;
        }
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
        while open.iter().any(|m| m.is_running()) && tokio::time::Instant::now() < deadline {
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
