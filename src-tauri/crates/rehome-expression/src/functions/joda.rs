//! Patterns of Joda-Time, as Okta's time functions take them: `YYYY-MM-dd HH:mm:ss`.
//! What is written in words is written in English.

use jiff::Zoned;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Longest pattern, and most letters of one kind in a row: one letter can ask for any number of zeros.
const LONGEST: usize = 200;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Literal(String),
    /// A letter and how often it stands in a row.
    Field(char, usize),
}

/// Why a pattern or a text cannot be used, as the end of a sentence that starts with the function.
type Words = String;

/// Splits a pattern. Letters that Joda does not know, and those that need a language or a table of names, are refused.
pub fn pattern(text: &str) -> Result<Vec<Item>, Words> {
    if text.len() > LONGEST {
        return Err("has a pattern that is too long.".to_owned());
    }
    let text: Vec<char> = text.chars().collect();
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(&letter) = text.get(at) {
        if letter == '\'' {
            let (literal, after) = quoted(&text, at)?;
            items.push(Item::Literal(literal));
            at = after;
        } else if letter.is_ascii_alphabetic() {
            let count = text[at..].iter().take_while(|next| **next == letter).count();
            match letter {
                'y' | 'Y' | 'x' | 'w' | 'M' | 'd' | 'D' | 'e' | 'E' | 'a' | 'H' | 'h' | 'K' | 'k' | 'm' | 's' | 'S' => {
                }
                'Z' if count <= 2 => {}
                'Z' | 'z' => {
                    return Err("has a pattern with the name of a time zone, which is not written here.".to_owned());
                }
                'G' | 'C' => {
                    return Err(format!(
                        "has a pattern with \"{letter}\" (eras, centuries), which is not written here."
                    ));
                }
                _ => {
                    return Err(format!(
                        "has a pattern with \"{letter}\", which has no meaning in Joda-Time."
                    ));
                }
            }
            items.push(Item::Field(letter, count));
            at += count;
        } else {
            items.push(Item::Literal(letter.to_string()));
            at += 1;
        }
    }
    Ok(items)
}

/// A part in single quotes; two quotes are one.
fn quoted(text: &[char], start: usize) -> Result<(String, usize), Words> {
    if text.get(start + 1) == Some(&'\'') {
        return Ok(("'".to_owned(), start + 2));
    }
    let mut literal = String::new();
    let mut at = start + 1;
    while let Some(&next) = text.get(at) {
        at += 1;
        if next != '\'' {
            literal.push(next);
        } else if text.get(at) == Some(&'\'') {
            literal.push(next);
            at += 1;
        } else {
            return Ok((literal, at));
        }
    }
    Err("has a pattern with a quote that is never closed.".to_owned())
}

/// Whether days or months are written as words.
pub fn has_words(pattern: &[Item]) -> bool {
    pattern
        .iter()
        .any(|item| matches!(item, Item::Field('E', _)) || matches!(item, Item::Field('M', 3..)))
}

pub fn write(pattern: &[Item], time: &Zoned) -> String {
    let mut text = String::new();
    for item in pattern {
        match item {
            Item::Literal(literal) => text.push_str(literal),
            Item::Field(letter, count) => text.push_str(&field(*letter, *count, time)),
        }
    }
    text
}

fn field(letter: char, count: usize, time: &Zoned) -> String {
    let padded = |number: i64| format!("{number:0count$}");
    let year = |year: i16| {
        if count == 2 {
            format!("{:02}", year.rem_euclid(100))
        } else {
            padded(i64::from(year))
        }
    };
    let hour = i64::from(time.hour());
    let half = hour % 12;
    match letter {
        'y' | 'Y' => year(time.year()),
        'x' => year(time.date().iso_week_date().year()),
        'w' => padded(i64::from(time.date().iso_week_date().week())),
        'M' if count >= 3 => name(&MONTHS, time.month(), count),
        'M' => padded(i64::from(time.month())),
        'd' => padded(i64::from(time.day())),
        'D' => padded(i64::from(time.day_of_year())),
        'e' => padded(i64::from(time.weekday().to_monday_one_offset())),
        'E' => name(&DAYS, time.weekday().to_monday_one_offset(), count),
        'a' => (if hour < 12 { "AM" } else { "PM" }).to_owned(),
        'H' => padded(hour),
        'k' => padded(if hour == 0 { 24 } else { hour }),
        'K' => padded(half),
        'h' => padded(if half == 0 { 12 } else { half }),
        'm' => padded(i64::from(time.minute())),
        's' => padded(i64::from(time.second())),
        'S' => {
            // Joda counts in milliseconds: digits after the third are zeros.
            let milliseconds = format!("{:03}", time.subsec_nanosecond() / 1_000_000);
            format!("{milliseconds:0<count$}").chars().take(count).collect()
        }
        _ => offset_text(time.offset(), count >= 2),
    }
}

fn name(names: &[&str], number: i8, count: usize) -> String {
    let full = usize::try_from(number)
        .ok()
        .and_then(|number| names.get(number.checked_sub(1)?));
    let full = full.copied().unwrap_or_default();
    if count >= 4 {
        full.to_owned()
    } else {
        full.chars().take(3).collect()
    }
}

fn offset_text(offset: Offset, colon: bool) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    let colon = if colon { ":" } else { "" };
    format!("{sign}{hours:02}{colon}{minutes:02}")
}

/// `+02:00`, `-0500`, `+02`.
pub fn offset(text: &str) -> Option<Offset> {
    let negative = text.starts_with('-');
    let digits = text.strip_prefix(['+', '-'])?.replacen(':', "", 1);
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits[..2].parse().ok()?;
    let minutes: i32 = digits
        .get(2..)
        .filter(|rest| !rest.is_empty())
        .map_or(Some(0), |rest| rest.parse().ok())?;
    let seconds = hours * 3600 + minutes * 60;
    Offset::from_seconds(if negative { -seconds } else { seconds }).ok()
}

/// What a text says so far.
#[derive(Default)]
struct Found {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    hour: Option<i64>,
    half_hour: Option<i64>,
    afternoon: Option<bool>,
    minute: Option<i64>,
    second: Option<i64>,
    milliseconds: Option<i64>,
    offset: Option<Offset>,
}

/// Reads a text by a pattern: the time on the clock, and the offset where the text names one.
pub fn read(pattern: &[Item], text: &str) -> Result<(DateTime, Option<Offset>), Words> {
    let misfit = || format!("cannot read \"{text}\" by this pattern; what Okta does then is not documented.");
    let mut rest = text;
    let mut found = Found::default();
    for (index, item) in pattern.iter().enumerate() {
        match item {
            Item::Literal(literal) => rest = rest.strip_prefix(literal.as_str()).ok_or_else(misfit)?,
            Item::Field(letter, count) => {
                let more =
                    matches!(pattern.get(index + 1), Some(Item::Field(next, _)) if !matches!(next, 'a' | 'E' | 'Z'));
                rest = read_field(*letter, *count, more, rest, &mut found)?.ok_or_else(misfit)?;
            }
        }
    }
    if !rest.is_empty() {
        return Err(misfit());
    }
    let Some(year) = found.year else {
        return Err("is given a time without a year.".to_owned());
    };
    let hour = match (found.hour, found.half_hour, found.afternoon) {
        (Some(hour), None, _) => hour,
        (None, Some(half), Some(afternoon)) => half + if afternoon { 12 } else { 0 },
        (None, None, None) => 0,
        _ => return Err("has a pattern whose hours are not clear.".to_owned()),
    };
    let small = |value: Option<i64>, otherwise: i64| i8::try_from(value.unwrap_or(otherwise)).map_err(|_| misfit());
    let nanoseconds = i32::try_from(found.milliseconds.unwrap_or(0) * 1_000_000).map_err(|_| misfit())?;
    let time = DateTime::new(
        i16::try_from(year).map_err(|_| misfit())?,
        small(found.month, 1)?,
        small(found.day, 1)?,
        small(Some(hour), 0)?,
        small(found.minute, 0)?,
        small(found.second, 0)?,
        nanoseconds,
    );
    Ok((time.map_err(|_| misfit())?, found.offset))
}

/// What follows the field; `None` where the text does not fit.
fn read_field<'t>(
    letter: char,
    count: usize,
    more: bool,
    rest: &'t str,
    found: &mut Found,
) -> Result<Option<&'t str>, Words> {
    let refused = |what: &str| {
        Err(format!(
            "has a pattern with \"{letter}\" ({what}), which is not read here."
        ))
    };
    match letter {
        'y' | 'Y' if count == 2 => return refused("years of two digits"),
        'x' | 'w' | 'e' | 'D' => return refused("days and weeks of the year"),
        'M' if count >= 3 => {
            return Ok(word(&MONTHS, rest).map(|(index, after)| {
                found.month = i64::try_from(index + 1).ok();
                after
            }));
        }
        'E' => return Ok(word(&DAYS, rest).map(|(_, after)| after)),
        'a' => {
            let half = rest.get(..2).map(str::to_ascii_uppercase);
            found.afternoon = match half.as_deref() {
                Some("AM") => Some(false),
                Some("PM") => Some(true),
                _ => return Ok(None),
            };
            return Ok(rest.get(2..));
        }
        'Z' => {
            if let Some(after) = rest.strip_prefix('Z') {
                found.offset = Some(Offset::UTC);
                return Ok(Some(after));
            }
            let length = rest
                .bytes()
                .take_while(|byte| byte.is_ascii_digit() || b"+-:".contains(byte))
                .count();
            found.offset = offset(&rest[..length]);
            return Ok(found.offset.map(|_| &rest[length..]));
        }
        _ => {}
    }
    // Fields that touch each other are as wide as they are written; others may be wider.
    let widest = match letter {
        _ if more => count,
        'y' | 'Y' => 9,
        'S' => count,
        _ => count.max(2),
    };
    let length = rest.bytes().take(widest).take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at(length);
    let Ok(number) = digits.parse::<i64>() else {
        return Ok(None);
    };
    match letter {
        'y' | 'Y' => found.year = Some(number),
        'M' => found.month = Some(number),
        'd' => found.day = Some(number),
        'H' => found.hour = Some(number),
        'k' => found.hour = Some(number % 24),
        'h' => found.half_hour = Some(number % 12),
        'K' => found.half_hour = Some(number),
        'm' => found.minute = Some(number),
        's' => found.second = Some(number),
        _ => {
            let three: String = format!("{digits:0<3}").chars().take(3).collect();
            found.milliseconds = three.parse().ok();
        }
    }
    Ok(Some(after))
}

/// A month or day at the start, in full or its first three letters, in any case.
fn word<'t>(names: &[&str], rest: &'t str) -> Option<(usize, &'t str)> {
    for full in [true, false] {
        for (index, name) in names.iter().enumerate() {
            let wanted = if full { name } else { &name[..3] };
            let start = rest.get(..wanted.len());
            if start.is_some_and(|start| start.eq_ignore_ascii_case(wanted)) {
                return Some((index, &rest[wanted.len()..]));
            }
        }
    }
    None
}
