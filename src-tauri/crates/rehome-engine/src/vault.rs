//! The journal and its key: opened by the keychain or by the recovery code, whichever is there.
//!
//! The key of the journal is wrapped twice (architecture 7). The keychain holds it as it is; the file `journal.key.json` holds
//! it under the recovery code and exists from the moment in which the admin has confirmed the code. Nothing is written to
//! Okta before that, so a journal that neither can open has nothing in it that matters to an org.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rehome_journal::{Journal, JournalError, JournalKey, RecoveryCode, WrappedKey};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    problem::{Answer, problem},
    secrets::{MemorySecrets, SecretError, SecretStore},
    view::{JournalState, KeychainState, ProblemCode},
};

const KEY_NAME: &str = "journal-key";

/// Secrets, by where they are kept: the keychain where it works, memory otherwise and for practice.
pub(crate) struct Secrets {
    os: Arc<dyn SecretStore>,
    session: MemorySecrets,
    /// Found out once at the start, by writing a trial value.
    os_works: Result<(), SecretError>,
}

impl Secrets {
    pub(crate) async fn probe(os: Arc<dyn SecretStore>) -> Self {
        let store = os.clone();
        let os_works = blocking(move || store.status()).await;
        Self {
            os,
            session: MemorySecrets::default(),
            os_works,
        }
    }

    pub(crate) fn keychain(&self) -> KeychainState {
        match &self.os_works {
            Ok(()) => KeychainState::Available,
            Err(e) => KeychainState::Unavailable {
                why: e.why.clone(),
                advice: e.advice.clone(),
            },
        }
    }

    /// Where a secret is kept that was put there before.
    pub(crate) fn place(&self) -> String {
        match &self.os_works {
            Ok(()) => "in the keychain of this computer".to_owned(),
            Err(e) => format!(
                "in memory until you close Rehome, because the keychain cannot be used: {}",
                e.why
            ),
        }
    }

    /// The keychain first. Reading is tried even where writing failed: some keychains are read-only for a while.
    pub(crate) async fn get(&self, name: &str) -> Option<SecretString> {
        if let Ok(Some(secret)) = self.session.get(name) {
            return Some(secret);
        }
        let (os, name) = (self.os.clone(), name.to_owned());
        blocking(move || os.get(&name)).await.ok().flatten()
    }

    /// Says where it went: "in the keychain of this computer" or why not.
    pub(crate) async fn put(&self, name: &str, secret: SecretString, session_only: bool) -> String {
        if !session_only && self.os_works.is_ok() {
            let (os, owned, copy) = (
                self.os.clone(),
                name.to_owned(),
                SecretString::from(secret.expose_secret()),
            );
            match blocking(move || os.put(&owned, &copy)).await {
                Ok(()) => return "in the keychain of this computer".to_owned(),
                Err(e) => tracing::warn!(why = e.why, "the keychain took the trial value, but not this one"),
            }
        }
        // Memory cannot refuse.
        let _ = self.session.put(name, &secret);
        match &self.os_works {
            _ if session_only => "in memory only, until you close Rehome".to_owned(),
            Err(e) => format!(
                "in memory until you close Rehome, because the keychain cannot be used: {}",
                e.why
            ),
            Ok(()) => "in memory until you close Rehome, because the keychain refused it".to_owned(),
        }
    }

    pub(crate) async fn remove(&self, name: &str) {
        let _ = self.session.remove(name);
        let (os, owned) = (self.os.clone(), name.to_owned());
        if let Err(e) = blocking(move || os.remove(&owned)).await {
            tracing::warn!(why = e.why, "an entry could not be removed from the keychain");
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SecretError> + Send + 'static,
) -> Result<T, SecretError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(SecretError {
            why: "the keychain did not answer".into(),
            advice: "Start Rehome again.".into(),
        })
    })
}

/// The journal, once it is open.
pub(crate) struct Vault {
    dir: PathBuf,
    state: State,
}

enum State {
    Open {
        journal: Journal,
        key: JournalKey,
        /// Shown, not yet confirmed.
        offered: Option<RecoveryCode>,
    },
    Closed(JournalState),
}

impl Vault {
    /// Opens or makes the journal.
    pub(crate) async fn open(dir: &Path, secrets: &Secrets) -> Self {
        let state = match Self::try_open(dir, secrets).await {
            Ok(state) => state,
            Err(problem) => State::Closed(JournalState::Unusable { problem }),
        };
        Self {
            dir: dir.to_owned(),
            state,
        }
    }

    async fn try_open(dir: &Path, secrets: &Secrets) -> Answer<State> {
        let key = match secrets.get(KEY_NAME).await {
            Some(text) => JournalKey::from_secret(&text).ok(),
            None => None,
        };
        if !Journal::exists(dir) {
            return begin_journal(dir, key.unwrap_or_else(JournalKey::generate), secrets).await;
        }
        if let Some(key) = key {
            match Journal::open(dir, &key) {
                Ok(journal) => {
                    return Ok(State::Open {
                        journal,
                        key,
                        offered: None,
                    });
                }
                Err(JournalError::WrongKey) => {}
                Err(other) => return Err(other.into()),
            }
        }
        if WrappedKey::load(dir)?.is_some() {
            return Ok(State::Closed(JournalState::NeedsRecoveryCode {
                problem: problem(
                    ProblemCode::JournalLocked,
                    "The keychain no longer has the key of the journal",
                    "It was emptied or locked, or belongs to another user. The journal itself is intact.",
                    "Enter the recovery code that you wrote down. Rehome then keeps the key in the keychain again.",
                ),
            }));
        }
        if secrets.os_works.is_err() && was_in_keychain(dir) {
            return Err(problem(
                ProblemCode::JournalLocked,
                "The journal cannot be opened while the keychain is locked",
                "Its key is in the keychain, and no recovery code was made yet.",
                "Unlock the keychain of this computer, then start Rehome again. Nothing was written to Okta so far.",
            ));
        }
        // The keychain works and is empty, and no code was ever confirmed: nothing was written to Okta from here
        // (recovery code before first write). The file is kept aside, not deleted.
        let aside = dir.join(format!("journal.unreadable-{}.db", jiff::Timestamp::now().as_second()));
        std::fs::rename(dir.join("journal.db"), &aside).map_err(|e| {
            problem(
                ProblemCode::JournalUnwritable,
                "The old journal cannot be put aside",
                e.to_string(),
                "Check the disk.",
            )
        })?;
        // The newest of it may still be in the log beside it.
        let mut log = aside.into_os_string();
        log.push("-wal");
        let _ = std::fs::rename(dir.join("journal.db-wal"), log);
        let _ = std::fs::remove_file(dir.join("journal.db-shm"));
        tracing::warn!("the key of the journal is lost and no recovery code was made: a new journal was begun");
        begin_journal(dir, JournalKey::generate(), secrets).await
    }

    pub(crate) fn state(&self) -> JournalState {
        match &self.state {
            State::Open { .. } => JournalState::Open,
            State::Closed(state) => state.clone(),
        }
    }

    pub(crate) fn journal(&self) -> Answer<Journal> {
        match &self.state {
            State::Open { journal, .. } => Ok(journal.clone()),
            State::Closed(JournalState::NeedsRecoveryCode { problem } | JournalState::Unusable { problem }) => {
                Err(problem.clone())
            }
            State::Closed(JournalState::Open) => Err(problem(
                ProblemCode::JournalLocked,
                "The journal is closed",
                "Rehome is ending.",
                "Start Rehome again.",
            )),
        }
    }

    /// Opens with the recovery code, and wraps the key for the keychain anew.
    pub(crate) async fn open_with_code(&mut self, code: &str, secrets: &Secrets) -> Answer<()> {
        let code = parse_code(code)?;
        let wrapped = WrappedKey::load(&self.dir)?;
        let key = wrapped.and_then(|w| w.unwrap(&code).ok()).ok_or_else(|| {
            problem(
                ProblemCode::WrongRecoveryCode,
                "This code does not open the journal",
                "It is a recovery code, but of another journal.",
                "Look for the code that Rehome showed on this computer.",
            )
        })?;
        let journal = Journal::open(&self.dir, &key)?;
        secrets.put(KEY_NAME, key.to_secret(), false).await;
        self.state = State::Open {
            journal,
            key,
            offered: None,
        };
        Ok(())
    }

    pub(crate) fn code_confirmed(&self) -> bool {
        matches!(WrappedKey::load(&self.dir), Ok(Some(_)))
    }

    /// Makes a new code. An earlier one stays good until the new one is confirmed.
    pub(crate) fn offer_code(&mut self) -> Answer<String> {
        self.journal()?;
        let code = RecoveryCode::generate();
        let shown = code.to_display();
        if let State::Open { offered, .. } = &mut self.state {
            *offered = Some(code);
        }
        Ok(shown)
    }

    /// The admin has typed it back: from now on it opens the journal.
    pub(crate) fn confirm_code(&mut self, typed: &str) -> Answer<()> {
        let typed = parse_code(typed)?;
        let State::Open {
            key,
            offered: Some(offered),
            ..
        } = &self.state
        else {
            return Err(problem(
                ProblemCode::WrongRecoveryCode,
                "No recovery code is waiting to be confirmed",
                "Rehome was started again since it was shown.",
                "Ask for a new code.",
            ));
        };
        if typed.to_display() != offered.to_display() {
            return Err(problem(
                ProblemCode::WrongRecoveryCode,
                "This is not the code that was shown",
                "A part of it differs.",
                "Compare it with what you wrote down, or ask for a new code.",
            ));
        }
        WrappedKey::wrap(key, offered).save(&self.dir)?;
        if let State::Open { offered, .. } = &mut self.state {
            *offered = None;
        }
        Ok(())
    }
}

/// Says where the key of this journal went: a keychain that cannot be used now may still have it.
const KEPT_FILE: &str = "journal.kept";

fn was_in_keychain(dir: &Path) -> bool {
    std::fs::read_to_string(dir.join(KEPT_FILE)).is_ok_and(|text| text.trim() == "keychain")
}

async fn begin_journal(dir: &Path, key: JournalKey, secrets: &Secrets) -> Answer<State> {
    let journal = Journal::open(dir, &key)?;
    secrets.put(KEY_NAME, key.to_secret(), false).await;
    let kept = if secrets.os_works.is_ok() {
        "keychain"
    } else {
        "session"
    };
    std::fs::write(dir.join(KEPT_FILE), kept).map_err(|e| {
        problem(
            ProblemCode::JournalUnwritable,
            "The folder of the journal cannot be written",
            e.to_string(),
            "Check the disk.",
        )
    })?;
    Ok(State::Open {
        journal,
        key,
        offered: None,
    })
}

fn parse_code(text: &str) -> Answer<RecoveryCode> {
    RecoveryCode::parse(text).map_err(|e| {
        problem(
            ProblemCode::WrongRecoveryCode,
            "This is not a recovery code",
            e.to_string(),
            "Type it as it was shown; dashes, spaces and capitals do not matter.",
        )
    })
}
