//! `String.*` and the deprecated globals. Positions count UTF-16 units, as in Java.
//!
//! Where the documentation is silent the guess is that of Commons Lang, which Okta's names follow, and always with a doubt.

use serde_json::Value;

use super::Call;
use crate::evaluate::{Given, LONGEST, Stop};

type Outcome = Result<Value, Stop>;

fn text(value: impl Into<String>) -> Outcome {
    Ok(Value::String(value.into()))
}

fn too_long(call: &Call<'_>) -> Stop {
    Stop::Unknown(format!(
        "{} would build a text of more than {LONGEST} bytes.",
        call.name
    ))
}

pub fn append(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let (mut joined, mut null) = (String::new(), false);
    for value in given {
        match call.text(value)? {
            Some(part) => joined.push_str(&part),
            None => {
                joined.push_str(call.doubts.null_joined());
                null = true;
            }
        }
    }
    if null {
        call.null();
    }
    if joined.len() > LONGEST {
        return Err(too_long(call));
    }
    text(joined)
}

pub fn join(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some((separator, parts)) = given.split_first() else {
        return Ok(Value::Null);
    };
    let separator = call.text(separator)?;
    let mut null = separator.is_none();
    let mut texts = Vec::with_capacity(parts.len());
    for part in parts {
        match call.text(part)? {
            Some(part) => texts.push(part),
            None => {
                null = true;
                if call.doubts.readings.null_is_a_word {
                    texts.push("null".into());
                }
            }
        }
    }
    if null {
        call.null();
    }
    let separator = separator.unwrap_or_default();
    let length = texts.iter().map(|text| text.len().saturating_add(separator.len()));
    if length.fold(0, usize::saturating_add) > LONGEST {
        return Err(too_long(call));
    }
    text(texts.join(&*separator))
}

pub fn len(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some([whole]) = call.texts(given)? else {
        return Ok(Value::from(0));
    };
    Ok(Value::from(whole.encode_utf16().count()))
}

pub fn remove_spaces(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some([whole]) = call.texts(given)? else {
        return Ok(Value::Null);
    };
    if whole.chars().any(|c| c.is_whitespace() && c != ' ') {
        call.doubt(format!("{} meets white space other than the plain space.", call.name));
    }
    text(whole.replace(' ', ""))
}

pub fn replace(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some([whole, wanted, with]) = call.texts(given)? else {
        return Ok(Value::Null);
    };
    if wanted.is_empty() {
        call.doubt(format!("{} is told to replace an empty text.", call.name));
        return text(whole);
    }
    let times = whole.matches(&*wanted).count();
    if whole.len().saturating_add(times.saturating_mul(with.len())) > LONGEST {
        return Err(too_long(call));
    }
    text(whole.replace(&*wanted, &with))
}

pub fn replace_first(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some([whole, wanted, with]) = call.texts(given)? else {
        return Ok(Value::Null);
    };
    let pattern = wanted.contains(|c: char| ".*+?^$()[]{}|\\".contains(c));
    if wanted.is_empty() || pattern || with.contains(['$', '\\']) {
        call.doubt(format!(
            "Whether {} takes its second value as plain text or as a pattern is not documented.",
            call.name
        ));
    }
    if wanted.is_empty() {
        return text(whole);
    }
    if call.doubts.readings.replace_first_takes_patterns {
        // A pattern that is none stays text.
        if let Ok(pattern) = regex::RegexBuilder::new(&wanted).size_limit(1 << 18).build() {
            return text(pattern.replace(&whole, &*with));
        }
    }
    text(whole.replacen(&*wanted, &with, 1))
}

pub fn starts_with(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some([whole, prefix]) = call.texts(given)? else {
        return Ok(Value::Bool(false));
    };
    Ok(Value::Bool(whole.starts_with(&*prefix)))
}

pub fn contains(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some([whole, needle]) = call.texts(given)? else {
        return Ok(Value::Bool(false));
    };
    Ok(Value::Bool(whole.contains(&*needle)))
}

/// Keys are tried in the order of the text; a key matches as a substring, and the first match wins.
pub fn switch(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let [input, default, pairs @ ..] = given else {
        return Ok(Value::Null);
    };
    let Some(input) = call.text(input)? else {
        call.null();
        return Ok(default.clone().into_owned());
    };
    for pair in pairs.chunks_exact(2) {
        let Some(key) = call.text(&pair[0])? else {
            call.null();
            continue;
        };
        if key.is_empty() {
            call.doubt(format!(
                "{} has an empty key; whether it matches everything is not documented.",
                call.name
            ));
        }
        if input.contains(&*key) {
            return Ok(pair[1].clone().into_owned());
        }
    }
    Ok(default.clone().into_owned())
}

/// From `start` up to but not including `end`, counted from 0.
pub fn substring(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let [whole, start, end] = given else {
        return Ok(Value::Null);
    };
    let Some(whole) = call.text(whole)? else {
        call.null();
        return Ok(Value::Null);
    };
    let (start, end) = (call.whole(start)?, call.whole(end)?);
    // In a plain text every byte is a character of Java's.
    let units = if whole.is_ascii() {
        whole.len()
    } else {
        whole.encode_utf16().count()
    };
    let last = i64::try_from(units).unwrap_or(i64::MAX);
    if start < 0 || end > last || start > end {
        call.doubt(format!(
            "{} is asked for characters {start} to {end} of a text that has {last}; what Okta does then is not documented.",
            call.name
        ));
        if call.doubts.readings.out_of_range_is_null {
            return Ok(Value::Null);
        }
    }
    let from = usize::try_from(start.clamp(0, last)).unwrap_or(0);
    let to = usize::try_from(end.clamp(0, last)).unwrap_or(0).max(from);
    if whole.is_ascii() {
        return text(&whole[from..to]);
    }
    let cut: Vec<u16> = whole.encode_utf16().skip(from).take(to - from).collect();
    if let Ok(cut) = String::from_utf16(&cut) {
        return text(cut);
    }
    call.doubt(format!("{} cuts a character in two.", call.name));
    text(String::from_utf16_lossy(&cut))
}

pub fn substring_after(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some([whole, needle]) = call.texts(given)? else {
        return Ok(Value::Null);
    };
    match whole.split_once(&*needle) {
        Some((_, after)) => text(after),
        None => {
            absent(call, &needle, "nothing");
            absent_reading(call, String::new())
        }
    }
}

pub fn substring_before(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some([whole, needle]) = call.texts(given)? else {
        return Ok(Value::Null);
    };
    match whole.split_once(&*needle) {
        Some((before, _)) => text(before),
        None => {
            absent(call, &needle, "the whole text");
            absent_reading(call, whole.into_owned())
        }
    }
}

fn absent_reading(call: &Call<'_>, guess: String) -> Outcome {
    if call.doubts.readings.absent_needle_is_null {
        return Ok(Value::Null);
    }
    text(guess)
}

fn absent(call: &mut Call<'_>, needle: &str, guess: &str) {
    call.doubt(format!(
        "{} does not find \"{needle}\"; taken here is {guess}, which is not documented.",
        call.name
    ));
}

pub fn lower(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some([whole]) = call.texts(given)? else {
        return Ok(Value::Null);
    };
    text(whole.to_lowercase())
}

pub fn upper(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some([whole]) = call.texts(given)? else {
        return Ok(Value::Null);
    };
    text(whole.to_uppercase())
}
