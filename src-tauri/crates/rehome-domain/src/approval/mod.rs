//! The approval code: what a second admin makes on their own Rehome from an exported plan, and what the first one checks.
//!
//! A code is Base32 with a checksum over: a version, the public key of the Rehome that made it, a signature, the beginning of
//! the plan's digest, and the name. The signature is over [`message`]; making and verifying it is the caller's (no
//! cryptography here but hashing).

#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

/// Ed25519: public keys of 32 bytes, signatures of 64.
pub const KEY: usize = 32;
pub const SIGNATURE: usize = 64;

/// Longest name in a code, in bytes of UTF-8.
pub const LONGEST_NAME: usize = 60;

/// Bytes of the digest that stand in the code: enough to tell plans apart before anything is verified.
const DIGEST: usize = 6;
const CHECK: usize = 5;
const VERSION: u8 = 1;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters between two dashes.
const GROUP: usize = 8;

/// A code, taken apart. Whether it holds only [`judge`] tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    pub key: [u8; KEY],
    pub signature: [u8; SIGNATURE],
    /// The first 12 digits of the plan's digest.
    pub digest: String,
    pub name: String,
}

/// Why a code is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub what: String,
    pub why: String,
    pub mend: String,
}

/// What is signed. `digest`: of the plan, 64 hexadecimal digits.
pub fn message(digest: &str, name: &str) -> Vec<u8> {
    format!("rehome plan approval v1\n{digest}\n{name}").into_bytes()
}

/// `None`: the digest is none, or the name is empty or too long.
pub fn encode(code: &Code) -> Option<String> {
    let digest = data_encoding::HEXLOWER
        .decode(code.digest.get(..DIGEST * 2)?.as_bytes())
        .ok()?;
    let name = code.name.trim().as_bytes();
    if name.is_empty() || name.len() > LONGEST_NAME {
        return None;
    }
    let mut bytes = vec![VERSION];
    bytes.extend(code.key);
    bytes.extend(code.signature);
    bytes.extend(digest);
    bytes.extend(name);
    let check = checksum(&bytes);
    bytes.extend(check);
    let text = base32(&bytes);
    let groups: Vec<&str> = text
        .as_bytes()
        .chunks(GROUP)
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    Some(groups.join("-"))
}

/// Reads what was pasted: capitals or not, blanks, dashes and line ends anywhere, `O` for 0, `I` and `L` for 1.
pub fn decode(pasted: &str) -> Result<Code, Refusal> {
    let mut values = Vec::new();
    for character in pasted.chars() {
        if character.is_whitespace() || matches!(character, '-' | '\u{2013}' | '\u{2014}' | '_' | '`') {
            continue;
        }
        let plain = match character.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        match ALPHABET.iter().position(|known| char::from(*known) == plain) {
            Some(value) => values.push(value as u8),
            None => {
                return Err(mistyped(format!(
                    "\u{201c}{character}\u{201d} never occurs in an approval code."
                )));
            }
        }
    }
    let bytes = unbase32(&values);
    let least = 1 + KEY + SIGNATURE + DIGEST + 1 + CHECK;
    if bytes.len() < least {
        return Err(mistyped(format!(
            "It has {} characters, and the shortest has {}.",
            values.len(),
            (least * 8).div_ceil(5)
        )));
    }
    let (body, check) = bytes.split_at(bytes.len() - CHECK);
    if checksum(body) != check {
        return Err(mistyped("Its check characters do not fit.".to_owned()));
    }
    let read = || {
        let (version, rest) = body.split_first()?;
        let (key, rest) = rest.split_first_chunk::<KEY>()?;
        let (signature, rest) = rest.split_first_chunk::<SIGNATURE>()?;
        let (digest, name) = rest.split_first_chunk::<DIGEST>()?;
        let code = Code {
            key: *key,
            signature: *signature,
            digest: data_encoding::HEXLOWER.encode(digest),
            name: std::str::from_utf8(name).ok()?.to_owned(),
        };
        (*version == VERSION && !code.name.is_empty()).then_some(code)
    };
    read().ok_or_else(|| Refusal {
        what: "This code was made by another version of Rehome".to_owned(),
        why: "It is whole, but its parts are not those that this version knows.".to_owned(),
        mend: "Use the same version on both computers, then let your colleague make a new one.".to_owned(),
    })
}

/// Whether the code approves the plan with this digest. `own`: the key of this Rehome. `verify(key, message, signature)`.
pub fn judge(
    code: &Code,
    digest: &str,
    own: &[u8],
    verify: impl FnOnce(&[u8], &[u8], &[u8]) -> bool,
) -> Result<(), Refusal> {
    if !digest.starts_with(&code.digest) {
        return Err(Refusal {
            what: "This code was made for another plan".to_owned(),
            why: format!(
                "It approves the plan {}, and the newest one is {}: a changed plan needs a new code.",
                code.digest,
                digest.get(..DIGEST * 2).unwrap_or(digest)
            ),
            mend: "Export the plan again, and let your colleague approve that one.".to_owned(),
        });
    }
    if code.key[..] == *own {
        return Err(Refusal {
            what: "This code was made on this computer".to_owned(),
            why: "A second pair of eyes is meant: whoever drafted a plan does not approve it.".to_owned(),
            mend: "Send the exported plan to a colleague, who opens it in their own Rehome.".to_owned(),
        });
    }
    if !verify(&code.key, &message(digest, &code.name), &code.signature) {
        return Err(Refusal {
            what: "This code does not hold".to_owned(),
            why: "It names this plan, but its signature is not over it: somebody has changed the name, or put it together from others.".to_owned(),
            mend: "Ask your colleague by voice what their Rehome shows, and let them make a new one.".to_owned(),
        });
    }
    Ok(())
}

/// Six groups of five digits: what two people read to each other over the phone. About 99 bits of the key's SHA-256.
pub fn fingerprint(key: &[u8]) -> Vec<String> {
    let hash = Sha256::digest(key);
    let group = |bytes: &[u8]| {
        let number = bytes.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        format!("{:05}", number % 100_000)
    };
    hash.chunks_exact(5).map(group).collect()
}

fn mistyped(why: String) -> Refusal {
    Refusal {
        what: "This is not a whole approval code".to_owned(),
        why,
        mend: "Copy all of it from your colleague's message, from the first group to the last, and paste it again."
            .to_owned(),
    }
}

fn checksum(bytes: &[u8]) -> Vec<u8> {
    let hash = Sha256::new()
        .chain_update("rehome approval code")
        .chain_update(bytes)
        .finalize();
    hash[..CHECK].to_vec()
}

/// Five bits a character, the last one filled up with zeros.
fn base32(bytes: &[u8]) -> String {
    let (mut out, mut held, mut bits) = (String::new(), 0u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        out.push(char::from(ALPHABET[(held << (5 - bits) & 31) as usize]));
    }
    out
}

fn unbase32(values: &[u8]) -> Vec<u8> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for value in values {
        held = (held << 5 | u32::from(*value)) & 0xffff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits & 255) as u8);
        }
    }
    out
}
