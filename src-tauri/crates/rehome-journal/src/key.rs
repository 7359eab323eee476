//! The journal's key: 32 random bytes, never derived from anything a person types.

use data_encoding::HEXLOWER_PERMISSIVE;
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretBox, SecretString, zeroize::Zeroizing};
use sha2::Sha256;

use crate::KeyError;

/// Opens `journal.db`. Wiped from memory on drop; `Debug` shows nothing of it.
#[derive(Debug)]
pub struct JournalKey(SecretBox<[u8; 32]>);

impl JournalKey {
    /// A new key from the operating system's randomness. Panics if there is none: nothing safe can be done then.
    pub fn generate() -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        random(bytes.as_mut());
        Self::from_bytes(&bytes)
    }

    /// 64 hexadecimal digits, for the keychain.
    pub fn to_secret(&self) -> SecretString {
        SecretString::from(HEXLOWER_PERMISSIVE.encode(self.0.expose_secret()))
    }

    /// Reads back [`Self::to_secret`]; surrounding blanks and capitals are forgiven. `Malformed` for anything else.
    pub fn from_secret(secret: &SecretString) -> Result<Self, KeyError> {
        let bytes = HEXLOWER_PERMISSIVE.decode(secret.expose_secret().trim().as_bytes());
        let bytes = Zeroizing::new(bytes.map_err(|_| KeyError::Malformed)?);
        let bytes: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| KeyError::Malformed)?;
        Ok(Self::from_bytes(bytes))
    }

    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SecretBox::init_with_mut(|kept: &mut [u8; 32]| {
            kept.copy_from_slice(bytes)
        }))
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    /// The statement that hands SQLCipher the key as it is, without a key derivation.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let hex = Zeroizing::new(HEXLOWER_PERMISSIVE.encode(self.bytes()));
        Zeroizing::new(format!("PRAGMA key = \"x'{}'\";", hex.as_str()))
    }

    /// Tells this key from others without revealing it: with it, a wrong key is told apart from a damaged file, which
    /// SQLCipher reports alike.
    pub(crate) fn fingerprint(&self) -> String {
        HEXLOWER_PERMISSIVE.encode(&*derive(self.bytes(), None, b"rehome journal fingerprint"))
    }
}

/// HKDF-SHA256 to 32 bytes.
pub(crate) fn derive(secret: &[u8], salt: Option<&[u8]>, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut derived = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(salt, secret)
        .expand(purpose, derived.as_mut())
        .expect("HKDF-SHA256 gives up to 8,160 bytes, and 32 are asked for");
    derived
}

pub(crate) fn random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("every system that runs Rehome gives random bytes");
}
