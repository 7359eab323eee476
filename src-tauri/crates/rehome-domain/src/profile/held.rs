//! A row of values as bytes. What many people have is a number in a table that only grows, and only so far; the rest stands in the
//! row itself, without the hundred bytes that a value of JSON takes on the heap.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use serde_json::Value;

use super::hash_of;
use crate::alike::Alike;

/// The first byte of a value.
const ABSENT: u8 = 0;
/// Two bytes: place in [`TABLE`].
const MANY: u8 = 1;
const NULL: u8 = 2;
const FALSE: u8 = 3;
const TRUE: u8 = 4;
/// Eight bytes each.
const WHOLE: u8 = 5;
const NEGATIVE: u8 = 6;
const PART: u8 = 7;
/// Two bytes: place in [`Row::rest`].
const REST: u8 = 8;
/// Four bytes of length, then the text.
const LONG: u8 = 9;
/// One byte: the value at that place in the same row.
const SAME: u8 = 10;
/// A text of as many bytes as are beyond this.
const TEXT: u8 = 16;

/// Values that many people have. Never emptied: so many, none longer than [`LONGEST`], are a few megabytes.
static TABLE: [OnceLock<Value>; 1 << 16] = [const { OnceLock::new() }; 1 << 16];
/// So short a text is not worth saying that it is the same as another one.
const SHORT: usize = 4;
/// Longer texts are nobody else's.
const LONGEST: usize = 80;
/// Seen so often, a value gets a place in the table: one person alone has the same text four times.
const OFTEN: u32 = 6;
/// Places for the counts of what was seen lately.
const COUNTS: usize = 1 << 18;
/// Places that are tried for a value.
const TRIED: usize = 4;

/// How often each value was seen lately: the upper bits of its hash, and the number.
pub(super) struct Repeated(Vec<u32>);

impl Default for Repeated {
    fn default() -> Self {
        Self(vec![0; COUNTS])
    }
}

impl Repeated {
    /// The place of a value that many people have.
    fn place(&mut self, bytes: &[u8], is: impl Fn(&Value) -> bool, make: impl FnOnce() -> Value) -> Option<u16> {
        let hash = hash_of(bytes);
        for step in 0..TRIED {
            let at = (hash + step) % TABLE.len();
            match TABLE[at].get() {
                Some(known) if is(known) => return u16::try_from(at).ok(),
                Some(_) => {}
                None => {
                    let count = self.0.get_mut(hash % COUNTS)?;
                    let mark = (hash >> 16) as u32 & !7;
                    *count = if *count & !7 == mark { *count + 1 } else { mark | 1 };
                    if *count & 7 < OFTEN {
                        return None;
                    }
                    *count = mark;
                    // Somebody else may have been quicker, with something else.
                    let known = TABLE[at].get_or_init(make);
                    return u16::try_from(at).ok().filter(|_| is(known));
                }
            }
        }
        None
    }
}

/// Values in the order in which they come.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    rest: Vec<Value>,
}

impl Writer {
    pub fn text(&mut self, text: &str, repeated: &mut Repeated) -> usize {
        let begins = self.bytes.len();
        // A text of two bytes takes as much as a place in the table.
        let worth = (3..=LONGEST).contains(&text.len());
        let place = worth
            .then(|| repeated.place(text.as_bytes(), |known| known.as_str() == Some(text), || text.into()))
            .flatten();
        match (place, u8::try_from(text.len())) {
            (Some(place), _) => self.number(MANY, &place.to_le_bytes()),
            (None, Ok(length)) if length < u8::MAX - TEXT => self.number(TEXT + length, text.as_bytes()),
            _ => {
                // No JSON that anybody sends is longer than four gigabytes.
                let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
                self.number(LONG, &length.to_le_bytes());
                self.bytes.extend(text.as_bytes().iter().take(length as usize));
            }
        }
        begins
    }

    pub fn value(&mut self, value: Cow<'_, Value>, repeated: &mut Repeated) -> usize {
        let begins = self.bytes.len();
        match &*value {
            Value::String(text) => return self.text(text, repeated),
            Value::Null => self.bytes.push(NULL),
            Value::Bool(false) => self.bytes.push(FALSE),
            Value::Bool(true) => self.bytes.push(TRUE),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(whole), ..) => self.number(WHOLE, &whole.to_le_bytes()),
                (None, Some(whole), _) => self.number(NEGATIVE, &whole.to_le_bytes()),
                (None, None, part) => self.number(PART, &part.unwrap_or_default().to_le_bytes()),
            },
            Value::Array(_) | Value::Object(_) => {
                let text = value.to_string();
                let place = (text.len() <= LONGEST)
                    .then(|| repeated.place(text.as_bytes(), |known| *known == *value, || (*value).clone()))
                    .flatten();
                match (place, u16::try_from(self.rest.len())) {
                    (Some(place), _) => self.number(MANY, &place.to_le_bytes()),
                    (None, Ok(place)) => {
                        self.number(REST, &place.to_le_bytes());
                        self.rest.push(value.into_owned());
                    }
                    // No person has so many.
                    (None, Err(_)) => self.bytes.push(ABSENT),
                }
            }
        }
        begins
    }

    fn number(&mut self, kind: u8, bytes: &[u8]) {
        self.bytes.push(kind);
        self.bytes.extend_from_slice(bytes);
    }

    /// The values that begin there, in this order. A text that somebody has twice (email and login) is written once; a row that
    /// nobody has alone is kept once for all.
    pub fn row(self, order: &[Option<usize>]) -> Row {
        static ROWS: Alike<[u8]> = Alike::new();
        let mut bytes = Vec::with_capacity(self.bytes.len() + order.len());
        let mut texts: Vec<(u8, &[u8])> = Vec::new();
        for (at, begins) in order.iter().enumerate() {
            let Some(from) = begins.and_then(|begins| self.bytes.get(begins..)) else {
                bytes.push(ABSENT);
                continue;
            };
            let part = first(from).0;
            let is_text = part.len() > SHORT && part.first().is_some_and(|kind| *kind >= TEXT);
            match texts.iter().find(|(_, known)| is_text && *known == part) {
                Some((same, _)) => bytes.extend([SAME, *same]),
                None => bytes.extend_from_slice(part),
            }
            if let (true, Ok(at)) = (is_text, u8::try_from(at)) {
                texts.push((at, part));
            }
        }
        let is_own = !texts.is_empty() || !self.rest.is_empty();
        Row {
            bytes: if is_own { bytes.into() } else { ROWS.shared(bytes) },
            rest: (!self.rest.is_empty()).then(|| Arc::new(self.rest)),
        }
    }
}

/// Values of one person, in the order of the names that go with them.
#[derive(Clone, Default)]
pub(super) struct Row {
    bytes: Arc<[u8]>,
    /// Lists and objects that hardly anybody else has.
    rest: Option<Arc<Vec<Value>>>,
}

impl Row {
    /// Each value as it was written.
    fn parts(&self) -> impl Iterator<Item = &[u8]> {
        let mut left = &*self.bytes;
        std::iter::from_fn(move || {
            let (part, after) = first(left);
            left = after;
            (!part.is_empty()).then_some(part)
        })
    }

    /// Whether there is a value, for each name.
    pub fn present(&self) -> impl Iterator<Item = bool> {
        self.parts().map(|part| part != [ABSENT])
    }

    pub fn get(&self, at: usize) -> Option<Cow<'_, Value>> {
        self.value(self.parts().nth(at)?)
    }

    pub fn values(&self) -> impl Iterator<Item = Option<Cow<'_, Value>>> {
        self.parts().map(|part| self.value(part))
    }

    /// A text as it is; nothing for any other value.
    pub fn text(&self, at: usize) -> Option<&str> {
        let part = self.parts().nth(at)?;
        let (kind, bytes) = part.split_first()?;
        match *kind {
            MANY => TABLE.get(place(bytes)?)?.get()?.as_str(),
            SAME => self.text(usize::from(*bytes.first()?)),
            LONG => std::str::from_utf8(bytes.get(4..)?).ok(),
            TEXT.. => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    fn value(&self, part: &[u8]) -> Option<Cow<'_, Value>> {
        static PLAIN: [Value; 3] = [Value::Null, Value::Bool(false), Value::Bool(true)];
        let (kind, bytes) = part.split_first()?;
        let eight = || bytes.try_into().ok();
        match *kind {
            MANY => Some(Cow::Borrowed(TABLE.get(place(bytes)?)?.get()?)),
            NULL | FALSE | TRUE => PLAIN.get(usize::from(kind - NULL)).map(Cow::Borrowed),
            WHOLE => Some(Cow::Owned(u64::from_le_bytes(eight()?).into())),
            NEGATIVE => Some(Cow::Owned(i64::from_le_bytes(eight()?).into())),
            PART => Some(Cow::Owned(f64::from_le_bytes(eight()?).into())),
            SAME => self.get(usize::from(*bytes.first()?)),
            REST => self.rest.as_ref()?.get(place(bytes)?).map(Cow::Borrowed),
            LONG => Some(text(bytes.get(4..)?)),
            TEXT.. => Some(text(bytes)),
            _ => None,
        }
    }

    #[cfg(test)]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    #[cfg(test)]
    pub fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.bytes, &other.bytes)
    }
}

fn place(bytes: &[u8]) -> Option<usize> {
    bytes.try_into().ok().map(u16::from_le_bytes).map(usize::from)
}

/// Written from a text, so it is one.
fn text(bytes: &[u8]) -> Cow<'static, Value> {
    Cow::Owned(std::str::from_utf8(bytes).unwrap_or_default().into())
}

/// The first value and what follows it; nothing of nothing.
fn first(bytes: &[u8]) -> (&[u8], &[u8]) {
    let Some(kind) = bytes.first() else {
        return (bytes, bytes);
    };
    let length = match *kind {
        MANY | REST => 2,
        SAME => 1,
        WHOLE | NEGATIVE | PART => 8,
        LONG => {
            let length = bytes.get(1..5).and_then(|it| it.try_into().ok());
            4 + length.map_or(0, u32::from_le_bytes) as usize
        }
        TEXT.. => usize::from(kind - TEXT),
        _ => 0,
    };
    bytes.split_at((1 + length).min(bytes.len()))
}
