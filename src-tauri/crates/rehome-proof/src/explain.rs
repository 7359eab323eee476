//! Where the time and the calls of a run went: its calls in order, what came close together on one line, and the waits in between.

use std::{collections::BTreeMap, fmt::Write};

use jiff::Timestamp;
use rehome_practice::CallSeen;

/// Org's seconds between two answers from which on it is worth a line that nothing was answered.
const WORTH_A_LINE: f64 = 2.0;

/// What a call is about, without ids: `old` and `new` are the apps.
fn kind(call: &CallSeen, old: &str, new: &str) -> String {
    let path = call.path.split('?').next().unwrap_or_default();
    let part = |part: &str| match part {
        part if part == old => "{old}".to_owned(),
        part if part == new => "{new}".to_owned(),
        part if part.len() == 20 => "{id}".to_owned(),
        part => part.to_owned(),
    };
    let path: Vec<String> = path.split('/').map(part).collect();
    format!("{} {}", call.method, path.join("/").replace("/api/v1/", ""))
}

/// How many calls of each kind.
pub fn by_kind(calls: &[CallSeen], old: &str, new: &str) -> BTreeMap<String, usize> {
    let mut out = BTreeMap::new();
    for call in calls {
        *out.entry(kind(call, old, new)).or_default() += 1;
    }
    out
}

/// The run as a table of lines: the org's second of the answers, how long none had come before, how many of which kind.
pub fn timeline(calls: &[CallSeen], old: &str, new: &str) -> String {
    let mut calls: Vec<&CallSeen> = calls.iter().collect();
    calls.sort_by_key(|call| call.at);
    let Some(begun) = calls.first().map(|call| call.at) else {
        return String::new();
    };
    let second = |at: Timestamp| at.duration_since(begun).as_secs_f64();
    let mut out = String::new();
    let mut last = 0.0;
    let mut line: Option<(f64, f64, BTreeMap<String, usize>)> = None;
    for call in calls {
        let at = second(call.at);
        let gap = at - last;
        if gap >= WORTH_A_LINE
            && let Some(line) = line.take()
        {
            tell(&mut out, &line);
        }
        let (.., kinds) = line.get_or_insert_with(|| (at, gap, BTreeMap::new()));
        *kinds.entry(kind(call, old, new)).or_default() += 1;
        last = at;
    }
    if let Some(line) = line {
        tell(&mut out, &line);
    }
    out
}

fn tell(out: &mut String, (at, waited, kinds): &(f64, f64, BTreeMap<String, usize>)) {
    let kinds: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
    let _ = writeln!(out, "{at:8.1} s, after {waited:5.1} s: {}", kinds.join(", "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_come_together_share_a_line() {
        let call = |path: &str, second: i64| CallSeen {
            method: "GET".to_owned(),
            path: path.to_owned(),
            status: 200,
            at: Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH),
            subject: None,
            done: true,
        };
        let calls = [
            call("/api/v1/apps/0oanew/users?limit=500", 100),
            call("/api/v1/apps/0oaold/users?limit=500", 101),
            call("/api/v1/apps/0oanew/users?after=2", 101),
            call("/api/v1/logs", 111),
        ];
        let told = timeline(&calls, "0oaold", "0oanew");
        let expected = "     0.0 s, after   0.0 s: 2 GET apps/{new}/users, 1 GET apps/{old}/users\n    \
                        11.0 s, after  10.0 s: 1 GET logs\n";
        assert_eq!(told, expected);
    }
}
