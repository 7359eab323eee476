//! Secrets in the keychain of the operating system: Keychain, Credential Manager, or the Secret Service of the session.

use keyring::v1::{Entry, Error};
use rehome_engine::secrets::{SecretError, SecretStore};
use secrecy::{ExposeSecret, SecretString};

/// Under which all entries of Rehome are found in the keychain.
const SERVICE: &str = "Rehome";
/// Written, read and deleted again by `status`.
const TRIAL: &str = "trial";

/// The keychain of the operating system. Every call blocks, at worst until the admin has answered a prompt.
pub struct Keychain;

impl SecretStore for Keychain {
    fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        match entry(name)?.get_password() {
            Ok(secret) => Ok(Some(secret.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(explain(&error)),
        }
    }

    fn put(&self, name: &str, secret: &SecretString) -> Result<(), SecretError> {
        entry(name)?
            .set_password(secret.expose_secret())
            .map_err(|error| explain(&error))
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(explain(&error)),
        }
    }

    /// Reading alone does not do: a locked Secret Service answers "no such entry" and refuses only the writing.
    fn status(&self) -> Result<(), SecretError> {
        let trial = SecretString::from(format!("trial of {}", std::process::id()));
        self.put(TRIAL, &trial)?;
        let read = self.get(TRIAL)?;
        self.remove(TRIAL)?;
        match read {
            Some(read) if read.expose_secret() == trial.expose_secret() => Ok(()),
            _ => Err(SecretError {
                why: format!("{NAME} took a trial value but did not give it back."),
                advice: "Look whether another program manages it, then start Rehome again.".to_owned(),
            }),
        }
    }
}

fn entry(name: &str) -> Result<Entry, SecretError> {
    // `Entry::new` says only that there is no store; why that is so, the status knows.
    if let Err(error) = Entry::store_status() {
        return Err(explain(error));
    }
    Entry::new(SERVICE, name).map_err(|error| explain(&error))
}

#[cfg(target_os = "macos")]
const NAME: &str = "The macOS Keychain";
#[cfg(target_os = "windows")]
const NAME: &str = "The Windows Credential Manager";
#[cfg(not(any(target_os = "macos", target_os = "windows")))]
const NAME: &str = "The keychain of this session (Secret Service)";

/// Never quotes `BadEncoding` or `BadDataFormat`: they carry the secret's bytes.
fn explain(error: &Error) -> SecretError {
    let (why, advice) = match error {
        Error::NoStorageAccess(_) => (format!("{NAME} is locked or has refused Rehome."), ADVICE_LOCKED),
        Error::PlatformFailure(cause) => (format!("{NAME} does not answer: {cause}."), ADVICE_ABSENT),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => (
            format!("{NAME} holds something that Rehome did not write under its name."),
            ADVICE_FOREIGN,
        ),
        Error::Ambiguous(entries) => (
            format!("{NAME} holds {} entries under one name.", entries.len()),
            ADVICE_FOREIGN,
        ),
        Error::TooLong(what, most) => (
            format!("{NAME} takes at most {most} characters as {what}."),
            ADVICE_ABSENT,
        ),
        _ => (format!("{NAME} cannot be used: {error}."), ADVICE_ABSENT),
    };
    SecretError {
        why,
        advice: advice.to_owned(),
    }
}

#[cfg(target_os = "macos")]
const ADVICE_LOCKED: &str =
    "Unlock the login keychain in Keychain Access, allow Rehome when macOS asks, then start Rehome again.";
#[cfg(target_os = "windows")]
const ADVICE_LOCKED: &str = "Sign in to Windows as yourself (not through “Run as”), then start Rehome again.";
#[cfg(not(any(target_os = "macos", target_os = "windows")))]
const ADVICE_LOCKED: &str =
    "Unlock the login keyring (in “Passwords and Keys”, KWalletManager or KeePassXC), then start Rehome again.";

#[cfg(target_os = "macos")]
const ADVICE_ABSENT: &str = "Open Keychain Access and see that the login keychain is there, then start Rehome again.";
#[cfg(target_os = "windows")]
const ADVICE_ABSENT: &str = "See that the service “Credential Manager” is running, then start Rehome again.";
#[cfg(not(any(target_os = "macos", target_os = "windows")))]
const ADVICE_ABSENT: &str = "Start Rehome from your desktop session with gnome-keyring, KWallet or KeePassXC running; over SSH or with sudo there is none.";

const ADVICE_FOREIGN: &str = "Remove the entries named Rehome in your keychain's own program, then start Rehome again.";

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs against the real keychain where `cargo xtask test` has set one up.
    fn keychain() -> Option<Keychain> {
        std::env::var_os("REHOME_GUI").map(|_| Keychain)
    }

    #[test]
    fn keeps_gives_and_forgets() {
        let Some(keychain) = keychain() else { return };
        keychain.status().expect("the test session has a keychain");
        assert!(
            keychain.get(TRIAL).expect("readable").is_none(),
            "the trial value is gone again"
        );
        keychain.put("unit-test", &"geheim".into()).expect("writable");
        let read = keychain.get("unit-test").expect("readable").expect("stored");
        assert_eq!(read.expose_secret(), "geheim");
        keychain.remove("unit-test").expect("removable");
        keychain.remove("unit-test").expect("removing what is gone is fine");
        assert!(keychain.get("unit-test").expect("readable").is_none());
    }

    #[test]
    fn a_locked_keychain_is_told_from_an_absent_one() {
        let locked = explain(&Error::NoStorageAccess("prompt dismissed".into()));
        let absent = explain(&Error::PlatformFailure("no session bus".into()));
        assert!(locked.why.contains("locked"), "{}", locked.why);
        assert!(absent.why.contains("no session bus"), "{}", absent.why);
        assert_ne!(locked.advice, absent.advice);
    }

    #[test]
    fn stored_bytes_are_never_quoted() {
        let error = explain(&Error::BadEncoding(b"geheim".to_vec()));
        assert!(!format!("{error:?}").contains("geheim") && !format!("{error:?}").contains("103, 101"));
    }
}
