//! The recovery code: 128 random bits that a person writes down, with check characters.
//!
//! 30 characters of Crockford's Base32 hold 150 bits: 128 of code and 22 of check, so that a typo is told apart from the
//! code of another journal (one typo in four million slips through).

use secrecy::{ExposeSecret, SecretBox, zeroize::Zeroizing};
use sha2::{Digest, Sha256};

use crate::key::random;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 30;
const GROUP: usize = 5;
const CHECK_BITS: u32 = 22;

/// Opens the journal when the keychain is lost. Shown once; wiped from memory on drop.
#[derive(Debug)]
pub struct RecoveryCode(SecretBox<[u8; 16]>);

/// Why what was typed cannot be a recovery code. Whether it is the right one only [`crate::WrappedKey::unwrap`] tells.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryCodeError {
    #[error(
        "A recovery code has {LENGTH} letters and digits, and {found} were typed. Compare with what you wrote down."
    )]
    Length { found: usize },
    #[error("{found:?} never occurs in a recovery code. Compare with what you wrote down.")]
    Character { found: char },
    #[error(
        "This recovery code has a typing error: its check characters do not fit. Compare it with what you wrote down, \
         group by group."
    )]
    Typo,
}

impl RecoveryCode {
    /// A new code from the operating system's randomness. Panics if there is none: nothing safe can be done then.
    pub fn generate() -> Self {
        let mut bytes = Zeroizing::new([0; 16]);
        random(bytes.as_mut());
        Self::from_bytes(&bytes)
    }

    /// Reads what a person typed: capitals or not, blanks and dashes anywhere, `O` for 0, `I` and `L` for 1.
    pub fn parse(typed: &str) -> Result<Self, RecoveryCodeError> {
        let mut values = Zeroizing::new(Vec::with_capacity(LENGTH));
        for character in typed
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '_'))
        {
            let forgiven = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let value = ALPHABET.iter().position(|known| char::from(*known) == forgiven);
            values.push(value.ok_or(RecoveryCodeError::Character { found: character })? as u8);
        }
        if values.len() != LENGTH {
            return Err(RecoveryCodeError::Length { found: values.len() });
        }
        // The first 25 characters and three bits of the 26th are the code, the rest is its check.
        let code = values[..25]
            .iter()
            .fold(0u128, |sum, value| sum << 5 | u128::from(*value));
        let code = code << 3 | u128::from(values[25] >> 2);
        let typed_check = values[26..]
            .iter()
            .fold(u32::from(values[25] & 3), |sum, value| sum << 5 | u32::from(*value));
        let code = Zeroizing::new(code.to_be_bytes());
        if typed_check != check(&code) {
            return Err(RecoveryCodeError::Typo);
        }
        Ok(Self::from_bytes(&code))
    }

    /// `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`, for the admin's eyes only.
    pub fn to_display(&self) -> String {
        let code = u128::from_be_bytes(*self.bytes());
        let check = check(self.bytes());
        let middle = (code & 7) << 2 | u128::from(check >> 20);
        let values = (0..25)
            .map(|i| code >> (123 - 5 * i) & 31)
            .chain([middle])
            .chain((0..4).map(|i| u128::from(check >> (15 - 5 * i) & 31)));
        let mut shown = String::with_capacity(LENGTH + LENGTH / GROUP);
        for (i, value) in values.enumerate() {
            if i > 0 && i % GROUP == 0 {
                shown.push('-');
            }
            shown.push(char::from(ALPHABET[value as usize]));
        }
        shown
    }

    pub(crate) fn from_bytes(bytes: &[u8; 16]) -> Self {
        Self(SecretBox::init_with_mut(|kept: &mut [u8; 16]| {
            kept.copy_from_slice(bytes)
        }))
    }

    pub(crate) fn bytes(&self) -> &[u8; 16] {
        self.0.expose_secret()
    }
}

fn check(code: &[u8; 16]) -> u32 {
    let digest = Sha256::new()
        .chain_update(b"rehome recovery code")
        .chain_update(code)
        .finalize();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]) >> (32 - CHECK_BITS)
}
