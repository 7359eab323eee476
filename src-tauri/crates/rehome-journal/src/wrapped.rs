//! The journal's key, sealed under the recovery code and kept beside the journal.

use std::{fs, io, path::Path};

use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit,
    aead::{Aead, Payload},
};
use data_encoding::HEXLOWER;
use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};

use crate::{
    JournalError, JournalKey, KeyError, RecoveryCode, files,
    key::{derive, random},
};

const VERSION: u32 = 1;
/// Bound into the seal, so that it cannot be mistaken for one made for another purpose or layout.
const PURPOSE: &[u8] = b"rehome journal key 1";

/// The key under ChaCha20-Poly1305, with HKDF-SHA256 of the recovery code. The code has 128 random bits, so a slow key
/// derivation would add nothing. Useless without the code; safe to keep on disk and in backups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedKey {
    version: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

impl WrappedKey {
    pub fn wrap(key: &JournalKey, code: &RecoveryCode) -> Self {
        let (mut salt, mut nonce) = ([0; 16], [0; 12]);
        random(&mut salt);
        random(&mut nonce);
        let sealed = cipher(code, &salt)
            .encrypt(
                &nonce.into(),
                Payload {
                    msg: key.bytes(),
                    aad: PURPOSE,
                },
            )
            .expect("ChaCha20-Poly1305 seals up to 256 GB, and these are 32 bytes");
        Self {
            version: VERSION,
            salt: HEXLOWER.encode(&salt),
            nonce: HEXLOWER.encode(&nonce),
            sealed: HEXLOWER.encode(&sealed),
        }
    }

    /// `WrongCode` if the seal does not open: the code is of another journal (typos were found by parsing), or the seal
    /// was changed.
    pub fn unwrap(&self, code: &RecoveryCode) -> Result<JournalKey, KeyError> {
        if self.version != VERSION {
            return Err(KeyError::Damaged {
                what: format!("version {} is not known", self.version),
            });
        }
        let salt = decode("salt", &self.salt)?;
        let nonce: [u8; 12] = decode("nonce", &self.nonce)?
            .try_into()
            .map_err(|_| KeyError::Damaged {
                what: "nonce: not 12 bytes".to_owned(),
            })?;
        let sealed = decode("sealed", &self.sealed)?;
        let opened = cipher(code, &salt)
            .decrypt(
                &nonce.into(),
                Payload {
                    msg: &sealed,
                    aad: PURPOSE,
                },
            )
            .map_err(|_| KeyError::WrongCode)?;
        let opened = Zeroizing::new(opened);
        let bytes: &[u8; 32] = opened.as_slice().try_into().map_err(|_| KeyError::Malformed)?;
        Ok(JournalKey::from_bytes(bytes))
    }

    /// Writes `journal.key.json`, whole or not at all. Errors: `Full`, `ReadOnly`, `Io`.
    pub fn save(&self, dir: &Path) -> Result<(), JournalError> {
        let json = serde_json::to_vec_pretty(self).map_err(unreadable)?;
        files::create_folder(dir)?;
        Ok(files::write_atomically(&dir.join(files::WRAPPED_KEY), &json)?)
    }

    /// `None`: there is no `journal.key.json`. Errors: `WrappedKeyUnreadable`, `ReadOnly`, `Io`.
    pub fn load(dir: &Path) -> Result<Option<Self>, JournalError> {
        match fs::read(dir.join(files::WRAPPED_KEY)) {
            Ok(json) => serde_json::from_slice(&json).map(Some).map_err(unreadable),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn unreadable(error: serde_json::Error) -> JournalError {
    JournalError::WrappedKeyUnreadable {
        what: error.to_string(),
    }
}

fn cipher(code: &RecoveryCode, salt: &[u8]) -> ChaCha20Poly1305 {
    let key = derive(code.bytes(), Some(salt), PURPOSE);
    ChaCha20Poly1305::new((&*key).into())
}

fn decode(what: &str, hex: &str) -> Result<Vec<u8>, KeyError> {
    HEXLOWER.decode(hex.as_bytes()).map_err(|error| KeyError::Damaged {
        what: format!("{what}: {error}"),
    })
}
