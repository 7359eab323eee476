//! The key pair of this Rehome: made once, the private half stays in the keychain.

use aws_lc_rs::{
    encoding::AsBigEndian as _,
    signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey},
};
use rehome_domain::approval::{KEY, SIGNATURE};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    problem::{Answer, problem},
    rehome::Rehome,
    view::{Problem, ProblemCode},
};

/// Where it is kept: the seed of 32 bytes, hexadecimal.
const NAME: &str = "approval-key";

pub(super) struct OwnKey(Ed25519KeyPair);

impl OwnKey {
    pub fn public(&self) -> [u8; KEY] {
        let mut out = [0; KEY];
        out.copy_from_slice(self.0.public_key().as_ref());
        out
    }

    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE] {
        let mut out = [0; SIGNATURE];
        out.copy_from_slice(self.0.sign(message).as_ref());
        out
    }

    fn from_secret(secret: &SecretString) -> Option<Self> {
        let seed = data_encoding::HEXLOWER.decode(secret.expose_secret().trim().as_bytes());
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed.ok()?).ok()?;
        Some(Self(pair))
    }
}

pub(super) fn verify(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, key).verify(message, signature).is_ok()
}

fn no_key() -> Problem {
    problem(
        ProblemCode::Unexpected,
        "No key could be made",
        "This computer gives no randomness, without which nothing safe can be done.",
        "Start Rehome again.",
    )
}

impl Rehome {
    /// This Rehome's key, made when it is first needed, and where it is kept.
    pub(super) async fn approval_key(&self) -> Answer<(OwnKey, String)> {
        // Two at once would make two keys, and one of them would be lost.
        let _alone = self.making_key.lock().await;
        let secrets = self.secrets().await;
        if let Some(key) = secrets.get(NAME).await.as_ref().and_then(OwnKey::from_secret) {
            return Ok((key, secrets.place()));
        }
        let pair = Ed25519KeyPair::generate().map_err(|_| no_key())?;
        let seed = pair.seed().and_then(|seed| seed.as_be_bytes()).map_err(|_| no_key())?;
        let text = SecretString::from(data_encoding::HEXLOWER.encode(seed.as_ref()));
        let kept = secrets.put(NAME, text, false).await;
        Ok((OwnKey(pair), kept))
    }
}
