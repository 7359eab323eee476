//! Keychains that can be copied with a journal, and that outlive a killed process.

use std::{
    collections::BTreeMap,
    fs, io,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rehome_engine::secrets::{SecretError, SecretStore};
use secrecy::{ExposeSecret, SecretString};

/// In memory. Every crash image has a copy of its own: closing a migration empties it.
#[derive(Default)]
pub struct Copied(Mutex<BTreeMap<String, String>>);

impl Copied {
    fn map(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn copy(&self) -> Self {
        Self(Mutex::new(self.map().clone()))
    }

    /// Into a folder, for another process.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write_to(&self, folder: &std::path::Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        self.map()
            .iter()
            .try_for_each(|(name, secret)| fs::write(folder.join(name), secret))
    }
}

impl SecretStore for Copied {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        Ok(self.map().get(name).cloned().map(SecretString::from))
    }
    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        self.map().insert(name.to_owned(), secret.expose_secret().to_owned());
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

/// Stands for the keychain of the operating system, which outlives a killed process. For practice tokens alone: the product
/// never keeps secrets in files.
pub struct InFiles(pub PathBuf);

impl SecretStore for InFiles {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        Ok(fs::read_to_string(self.0.join(name)).ok().map(SecretString::from))
    }
    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        // In one step: a killed process must not leave half a secret, as a keychain would not.
        let fresh = self.0.join(format!("{name}.new"));
        fs::create_dir_all(&self.0)
            .and_then(|()| fs::write(&fresh, secret.expose_secret()))
            .and_then(|()| fs::rename(&fresh, self.0.join(name)))
            .map_err(|e| SecretError {
                why: e.to_string(),
                advice: String::new(),
            })
    }
    fn remove(&self, name: &str) -> Result<(), SecretError> {
        let _ = fs::remove_file(self.0.join(name));
        Ok(())
    }
    fn status(&self) -> Result<(), SecretError> {
        Ok(())
    }
}
