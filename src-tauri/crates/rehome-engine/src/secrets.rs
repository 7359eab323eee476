//! Where secrets are kept. The shell brings the keychain of the operating system, tests bring memory.

use std::{collections::BTreeMap, sync::Mutex};

use secrecy::{ExposeSecret, SecretString};

/// Why a secret could not be read, kept or removed, in words for the admin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct SecretError {
    pub why: String,
    pub advice: String,
}

/// Calls block (the keychain of the operating system does): call them on a blocking thread.
pub trait SecretStore: Send + Sync + 'static {
    /// `None`: nothing stored, or a locked keychain that does not say so (only writing tells).
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError>;
    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError>;
    /// Removing what is not there is fine.
    fn remove(&self, name: &str) -> Result<(), SecretError>;
    /// Decides by writing, reading and deleting a trial value.
    fn status(&self) -> Result<(), SecretError>;
}

/// Keeps secrets until the process ends: practice tokens, tests, and the fallback without a keychain.
#[derive(Default)]
pub struct MemorySecrets(Mutex<BTreeMap<String, SecretString>>);

impl MemorySecrets {
    fn map(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, SecretString>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl SecretStore for MemorySecrets {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        Ok(self.map().get(name).map(|s| s.expose_secret().into()))
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        self.map().insert(name.to_owned(), secret.expose_secret().into());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        self.map().remove(name);
        Ok(())
    }

    fn status(&self) -> Result<(), SecretError> {
        Ok(())
    }
}
