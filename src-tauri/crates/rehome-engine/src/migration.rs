//! One open migration: its journal, its client, its model, and the run that may be going on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU32};

use jiff::Timestamp;
use rehome_domain::AppId;
use rehome_journal::{Decision, Journal};
use rehome_okta::{Client, OrgUrl};
use serde_json::Value;

use crate::{
    host::Host,
    meter::Meter,
    model::{Model, kind as kinds},
    problem::{Answer, problem},
    rehome::RehomeOptions,
    run::{Running, prove::LogRead},
    view::{OrgView, Problem, ProblemCode},
};

pub(crate) struct Migration {
    pub id: String,
    pub org: OrgView,
    pub url: OrgUrl,
    pub old: AppId,
    pub new: AppId,
    pub practice: bool,
    /// What was known of the apps when the migration began; what was read since is newer.
    pub known: KnownApps,
    pub journal: Journal,
    pub host: Arc<dyn Host>,
    /// How much faster than ours the org's clock runs: 1, except in practice.
    pub speed: u32,
    /// Mappings of other apps that a reading looks through at most.
    pub other_mappings: usize,
    /// None while there is no credential.
    client: Mutex<Option<(Client, Arc<Meter>)>>,
    model: Mutex<Model>,
    /// The service's own list of accounts, while the window is open: to choose another of its columns. Never stored.
    export_file: Mutex<Option<(String, Vec<u8>)>>,
    pub running: Mutex<Option<Running>>,
    /// How far sign-ins were read by this process.
    log_read: Mutex<Option<LogRead>>,
    /// Looks in a row, of all runs, at which the service complained of nothing.
    pub calm: AtomicU32,
}

/// Until the apps are read, they are shown by this.
#[derive(Clone, Default)]
pub(crate) struct KnownApps {
    pub old_label: String,
    pub new_label: String,
    /// Key of the integration in Okta's catalogue, the same for both.
    pub name: String,
}

pub(crate) struct NewHandle {
    pub id: String,
    pub org: OrgView,
    pub url: OrgUrl,
    pub old: AppId,
    pub new: AppId,
    pub practice: bool,
    pub known: KnownApps,
}

impl Migration {
    pub async fn open(new: NewHandle, journal: Journal, options: &RehomeOptions) -> Answer<Arc<Self>> {
        let NewHandle {
            id,
            org,
            url,
            old,
            new,
            practice,
            known,
        } = new;
        let migration = Arc::new(Self {
            id,
            org,
            url,
            old,
            new,
            practice,
            known,
            journal,
            host: options.host.clone(),
            speed: options.speed,
            other_mappings: options.other_mappings,
            client: Mutex::default(),
            model: Mutex::default(),
            export_file: Mutex::default(),
            running: Mutex::default(),
            log_read: Mutex::default(),
            calm: AtomicU32::new(0),
        });
        migration.reload().await?;
        Ok(migration)
    }

    /// Rebuilds the model from the journal.
    pub async fn reload(&self) -> Answer<()> {
        let engine = crate::present::convert::engine(self.org.engine);
        // On the heap: whoever reloads would else carry the whole of it.
        let model = Box::pin(Model::load(&self.journal, &self.id, engine)).await?;
        {
            let mut present = self.model();
            let before = std::mem::replace(&mut *present, model);
            present.keep_listing_of(before);
        }
        self.changed();
        Ok(())
    }

    /// Never held across an await.
    pub fn log_read(&self) -> MutexGuard<'_, Option<LogRead>> {
        self.log_read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Never held across an await.
    pub fn model(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn export_file(&self) -> MutexGuard<'_, Option<(String, Vec<u8>)>> {
        self.export_file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn changed(&self) {
        self.host.changed(Some(&self.id));
    }

    pub fn set_client(&self, client: Option<(Client, Arc<Meter>)>) {
        if let Some((client, _)) = &client {
            client.set_share_percent(self.model().decisions.runs.settings.share_percent);
        }
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = client;
    }

    pub fn has_client(&self) -> bool {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    pub fn client(&self) -> Answer<(Client, Arc<Meter>)> {
        self.client
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or_else(|| {
                if self.practice {
                    problem(
                        ProblemCode::PracticeGone,
                        "The practice org of this migration is gone",
                        "It lived in the window that started it and kept nothing on disk.",
                        "Remove this migration and start a new practice org.",
                    )
                } else {
                    problem(
                        ProblemCode::CredentialRejected,
                        "Rehome has no token for this org",
                        "It was kept for one session only, or the keychain lost it.",
                        "Enter a token of the same org; everything else is as you left it.",
                    )
                }
            })
    }

    /// Whether the org runs on Identity Engine, as far as that was told.
    pub fn is_identity_engine(&self) -> bool {
        self.org.engine != crate::view::OrgEngine::Classic
    }

    pub fn meter(&self) -> Option<Arc<Meter>> {
        self.client
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map(|(_, meter)| meter.clone())
    }

    /// Writes a decision to the journal, then lets the model follow.
    pub async fn decide(&self, kind: &str, subject: &str, value: Value) -> Answer<()> {
        self.decide_all(vec![(kind.to_owned(), subject.to_owned(), value)])
            .await
    }

    /// Several decisions `(kind, subject, value)`, all or none; what follows from them is worked out once.
    pub async fn decide_all(&self, decisions: Vec<(String, String, Value)>) -> Answer<()> {
        let at = Timestamp::now();
        let numbers = self.journal.decide_all(&self.id, decisions.clone(), at).await?;
        let mut model = self.model();
        let (mut people, mut findings) = (false, false);
        for (seq, (kind, subject, value)) in numbers.into_iter().zip(decisions) {
            people |= kinds::shapes_people(&kind);
            findings |= kinds::shapes_findings(&kind);
            model.decisions.take(&Decision {
                seq,
                kind,
                subject,
                value,
                at,
            });
        }
        if people {
            model.derive();
        } else if findings {
            model.compare();
        }
        drop(model);
        self.changed();
        Ok(())
    }

    /// Writes the calls that were made since the last time into the journal.
    pub async fn flush_calls(&self) -> Answer<()> {
        let Some(meter) = self.meter() else { return Ok(()) };
        let calls = meter.take();
        if calls.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.journal.log_calls(&self.id, calls.clone()).await {
            meter.put_back(calls);
            return Err(error.into());
        }
        Ok(())
    }

    /// Refuses while a reading or run is going on.
    pub fn idle(&self) -> Answer<()> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match &*running {
            // It makes way.
            Some(run) if !run.is_finished() && run.yields() => {
                run.stop();
                Ok(())
            }
            Some(run) if !run.is_finished() => Err(busy(&run.view().title)),
            _ => Ok(()),
        }
    }

    /// How the last run ended was seen to: it is told no more.
    pub fn forget_end(&self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.take_if(|run| run.is_finished());
    }

    /// A run goes on, whoever began it.
    pub fn is_running(&self) -> bool {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.as_ref().is_some_and(|run| !run.is_finished())
    }
}

pub(crate) fn busy(title: &str) -> Problem {
    problem(
        ProblemCode::Busy,
        format!("\u{201c}{title}\u{201d} is still going on"),
        "Two runs at once could act on the same person.",
        "Wait for it, or stop it first.",
    )
}
