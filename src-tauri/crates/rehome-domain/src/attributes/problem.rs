//! Why a value would not be taken, as far as that is sure.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AttributeRow, AttributeState};
use crate::plain;

/// Why a value would not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueProblem {
    BlankRequired,
    TooLong {
        characters: usize,
        limit: u64,
    },
    TooShort {
        characters: usize,
        least: u64,
    },
    NotInList {
        value: String,
    },
    /// A value that is not of the attribute's type.
    WrongType {
        words: String,
    },
    /// Not written as the attribute's format or pattern asks.
    BadFormat {
        words: String,
    },
    /// The admin's expression gives nothing sure for this person, so nothing is sent.
    NotSure {
        words: String,
    },
}

/// Kinds of problems, for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProblemKind {
    BlankRequired,
    TooLong,
    TooShort,
    NotInList,
    WrongType,
    BadFormat,
    NotSure,
}

impl ProblemKind {
    pub const ALL: [Self; 7] = [
        Self::BlankRequired,
        Self::TooLong,
        Self::TooShort,
        Self::NotInList,
        Self::WrongType,
        Self::BadFormat,
        Self::NotSure,
    ];

    /// "blank, but required".
    pub fn words(self) -> &'static str {
        match self {
            Self::BlankRequired => "blank, but required",
            Self::TooLong => "too long",
            Self::TooShort => "too short",
            Self::NotInList => "not in the list of the new app",
            Self::WrongType => "of another type",
            Self::BadFormat => "not written as the new app asks",
            Self::NotSure => "not sure, so not sent",
        }
    }
}

impl ValueProblem {
    pub fn kind(&self) -> ProblemKind {
        match self {
            Self::BlankRequired => ProblemKind::BlankRequired,
            Self::TooLong { .. } => ProblemKind::TooLong,
            Self::TooShort { .. } => ProblemKind::TooShort,
            Self::NotInList { .. } => ProblemKind::NotInList,
            Self::WrongType { .. } => ProblemKind::WrongType,
            Self::BadFormat { .. } => ProblemKind::BadFormat,
            Self::NotSure { .. } => ProblemKind::NotSure,
        }
    }

    /// "13 characters, limit 10".
    pub fn words(&self) -> String {
        match self {
            Self::BlankRequired => "blank, but required".to_owned(),
            Self::TooLong { characters, limit } => format!("{characters} characters, limit {limit}"),
            Self::TooShort { characters, least } => format!("{characters} characters, at least {least}"),
            Self::NotInList { .. } => "not in the list of the new app".to_owned(),
            Self::WrongType { words } | Self::BadFormat { words } | Self::NotSure { words } => words.clone(),
        }
    }
}

/// What stands against a value. What cannot be judged surely is not judged.
pub(crate) fn problem(row: &AttributeRow, value: Option<&Value>) -> Option<ValueProblem> {
    let attribute = &row.attribute;
    let Some(value) = value else {
        return attribute.required.then_some(ValueProblem::BlankRequired);
    };
    // What Okta stores of an expression's value of another type is not known; what is sent is.
    if row.state != AttributeState::ByOkta
        && let Some(words) = wrong_type(&attribute.kind, value)
    {
        return Some(ValueProblem::WrongType { words });
    }
    let items = match value {
        Value::Array(items) => items.as_slice(),
        value => std::slice::from_ref(value),
    };
    if !attribute.choices.is_empty() {
        let unlisted = |item: &&Value| !attribute.choices.iter().any(|(constant, _)| constant == *item);
        if let Some(item) = items.iter().find(unlisted) {
            return Some(ValueProblem::NotInList { value: plain(item) });
        }
    }
    let Value::String(text) = value else { return None };
    // Characters are never more than bytes.
    let may_be_long = attribute.max_length.is_some_and(|limit| text.len() as u64 > limit);
    if may_be_long || attribute.min_length.is_some() {
        let characters = text.chars().count();
        if let Some(limit) = attribute.max_length.filter(|limit| characters as u64 > *limit) {
            return Some(ValueProblem::TooLong { characters, limit });
        }
        if let Some(least) = attribute.min_length.filter(|least| (characters as u64) < *least) {
            return Some(ValueProblem::TooShort { characters, least });
        }
    }
    if let Some(pattern) = &row.pattern
        && !pattern.is_match(text)
    {
        let words = format!("does not fit the pattern {}", pattern.as_str());
        return Some(ValueProblem::BadFormat { words });
    }
    let wanted = wrong_format(attribute.format.as_deref()?, text)?;
    Some(ValueProblem::BadFormat {
        words: format!("is not {wanted}"),
    })
}

fn wrong_type(kind: &str, value: &Value) -> Option<String> {
    let fits = match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        // 3.0 may be taken for a whole number: not judged.
        "integer" | "number" => {
            value.is_number() && (kind == "number" || value.as_f64().is_none_or(|n| n.fract() == 0.0))
        }
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    let wanted = match kind {
        "string" => "a text",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "array" => "a list",
        _ => "a JSON object",
    };
    (!fits).then(|| {
        let shown: Cow<'_, str> = match value {
            Value::String(text) => Cow::Borrowed(text),
            other => Cow::Owned(plain(other)),
        };
        format!("\"{shown}\" is not {wanted}.")
    })
}

/// What the format asks for, where the text surely is not that (formats: api-facts 9.1).
fn wrong_format(format: &str, text: &str) -> Option<&'static str> {
    let code = |text: &str, most: usize| {
        text.len() <= most
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    let (right, wanted) = match format {
        "email" => {
            let parts = text.rsplit_once('@');
            let right = parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
            (right && !text.contains(char::is_whitespace), "an e-mail address")
        }
        "uri" => {
            let scheme = text.split_once(':').map(|(scheme, _)| scheme).unwrap_or_default();
            let right = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
            (
                right && !text.contains(char::is_whitespace),
                "an address with a scheme, such as https:",
            )
        }
        "date-time" => {
            let right = text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok();
            (right, "a date and time")
        }
        // Which standard Okta means is not documented; a name instead of a code fits none.
        "country-code" => (code(text, 3), "a country code such as US"),
        "language-code" => (code(text, 11), "a language code such as en"),
        "locale" => {
            let right = text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
            (right, "a locale such as en_US")
        }
        "timezone" => {
            let right = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b));
            (right, "a time zone such as Europe/Berlin")
        }
        _ => return None,
    };
    (!right).then_some(wanted)
}
