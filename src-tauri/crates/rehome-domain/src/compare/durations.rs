//! Durations as policies hold them, in words.

use jiff::{Span, SpanRelativeTo, Unit};

/// Longer than this, Okta's console calls it "never again while the session lasts" (5 years, in seconds).
const PRACTICALLY_NEVER: u64 = 43_800 * 3_600;

/// An ISO 8601 duration in whole seconds, a day being 24 hours; months and years do not occur in policies.
pub fn seconds(text: &str) -> Option<u64> {
    let length: Span = text.parse().ok()?;
    let total = length.total((Unit::Second, SpanRelativeTo::days_are_24_hours())).ok()?;
    (total >= 0.0 && total.fract() == 0.0).then_some(total as u64)
}

/// "every 2 hours", "at every sign-in"; an odd text stands for itself.
pub fn every(text: &str) -> String {
    match seconds(text) {
        Some(0) => "at every sign-in".to_owned(),
        Some(long) if long >= PRACTICALLY_NEVER => "practically never".to_owned(),
        Some(_) => {
            let span = span(text);
            format!(
                "every {}",
                span.strip_prefix("1 ")
                    .filter(|unit| !unit.contains(' '))
                    .unwrap_or(&span)
            )
        }
        None => format!("every {text}"),
    }
}

/// "2 hours", "1 day and 30 minutes".
pub fn span(text: &str) -> String {
    let Some(total) = seconds(text) else {
        return text.to_owned();
    };
    let mut left = total;
    let mut parts = Vec::new();
    for (size, unit) in [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")] {
        let number = left / size;
        left %= size;
        if number > 0 {
            parts.push(format!("{number} {unit}{}", if number == 1 { "" } else { "s" }));
        }
    }
    if parts.is_empty() {
        "0 seconds".to_owned()
    } else {
        parts.join(" and ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(seconds("PT2H10M"), Some(7_800));
        assert_eq!(seconds("P1DT1S"), Some(86_401));
        for odd in [
            "",
            "P",
            "PT",
            "2H",
            "PT2",
            "P1Y",
            "PTH",
            "PT99999999999999999999H",
            "PT2H10",
        ] {
            assert_eq!(seconds(odd), None, "{odd}");
        }
    }
}
