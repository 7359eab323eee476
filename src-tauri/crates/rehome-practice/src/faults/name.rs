//! The names of faults, for flags and forms.

use std::{fmt, str::FromStr, time::Duration};

use super::Fault;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status, code) => write!(f, "status-{status}-{code}"),
            Self::Html(status) => write!(f, "html-{status}"),
            Self::Slow(span) => write!(f, "slow-{}", span.as_millis()),
            plain => f.write_str(plain.word()),
        }
    }
}

const PLAIN: [(&str, Fault); 12] = [
    ("rate-limited", Fault::RateLimited),
    ("concurrency-limited", Fault::ConcurrencyLimited),
    ("reset-before", Fault::ResetBefore),
    ("reset-after", Fault::ResetAfter),
    ("wrong-json", Fault::WrongJson),
    ("truncated", Fault::Truncated),
    ("wrong-shape", Fault::WrongShape),
    ("empty-body", Fault::EmptyBody),
    ("stale-read", Fault::StaleRead),
    ("next-elsewhere", Fault::NextElsewhere),
    ("next-loop", Fault::NextLoop),
    ("repeated-items", Fault::RepeatedItems),
];

impl Fault {
    fn word(&self) -> &'static str {
        PLAIN
            .iter()
            .find(|(_, fault)| fault == self)
            .map_or("", |(name, _)| name)
    }
}

/// Takes the names that `Display` gives: `rate-limited`, `status-503-E0000010`, `html-502`, `slow-5000` (milliseconds of org
/// time), ...
impl FromStr for Fault {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let unknown = || {
            let known = PLAIN.map(|(name, _)| name).join(", ");
            format!("no such fault: {name}; known are {known}, status-503-E0000010, html-502, slow-5000 and the like")
        };
        if let Some((_, fault)) = PLAIN.iter().find(|(plain, _)| *plain == name) {
            return Ok(fault.clone());
        }
        let (kind, rest) = name.split_once('-').ok_or_else(unknown)?;
        let fault = match kind {
            "status" => {
                let (status, code) = rest.split_once('-').ok_or_else(unknown)?;
                Self::Status(status.parse().map_err(|_| unknown())?, code.to_owned())
            }
            "html" => Self::Html(rest.parse().map_err(|_| unknown())?),
            "slow" => Self::Slow(Duration::from_millis(rest.parse().map_err(|_| unknown())?)),
            _ => return Err(unknown()),
        };
        let good = !matches!(&fault, Self::Status(status, _) | Self::Html(status) if !(200..600).contains(status));
        good.then_some(fault).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        let all = Fault::all();
        let names: BTreeSet<String> = all.iter().map(Fault::to_string).collect();
        assert_eq!(names.len(), all.len());
        for fault in all {
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
        for wrong in ["", "status-503", "status-x-E1", "html-99", "slow-", "rate"] {
            assert!(wrong.parse::<Fault>().is_err(), "{wrong}");
        }
    }
}
