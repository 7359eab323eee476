//! Ids in Okta's form: a prefix that tells the kind, then letters and digits, 20 characters in all.

use rand::{Rng, SeedableRng, rngs::StdRng};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Makes ids that rise with time inside a kind, as Okta's do, and are the same for the same seed.
#[derive(Clone)]
pub(crate) struct Ids {
    rng: StdRng,
    next: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed ^ 0x0001_dea5),
            next: 3_000_000_000,
        }
    }

    pub(crate) fn next(&mut self, prefix: &str) -> String {
        self.next += self.rng.random_range(3..40);
        let mut digits = [0_u8; 7];
        let mut rest = self.next;
        for slot in digits.iter_mut().rev() {
            *slot = ALPHABET[usize::try_from(rest % 62).unwrap_or(0)];
            rest /= 62;
        }
        let mut id = String::from(prefix);
        id.extend(digits.iter().map(|d| char::from(*d)));
        id.push_str(&self.letters(20_usize.saturating_sub(id.len() + 3)));
        id.push_str("1d7");
        id
    }

    pub(crate) fn letters(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(ALPHABET[self.rng.random_range(0..62)]))
            .collect()
    }

    /// A downstream account id in Zendesk's style: digits alone.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|at| char::from(b'0' + self.rng.random_range(u8::from(at == 0)..10)))
            .collect()
    }

    pub(crate) fn uuid(&mut self) -> String {
        let bytes: [u8; 16] = self.rng.random();
        let hex = data_encoding::HEXLOWER.encode(&bytes);
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }

    pub(crate) fn millis(&mut self, from: u64, to: u64) -> std::time::Duration {
        std::time::Duration::from_millis(self.rng.random_range(from..to))
    }
}
