//! When waves that have not begun could begin, by estimate: one after the other, within the windows.

use jiff::{SignedDuration, Timestamp};

use super::{OffHours, WindowState};

/// Each wave takes so many minutes; gives when each could begin. `None` from where no window is found any more.
pub fn forecast(now: Timestamp, minutes: &[f64], hours: &OffHours) -> Vec<Option<Timestamp>> {
    let mut at = Some(now);
    minutes
        .iter()
        .map(|minutes| {
            let begins = at.and_then(|at| open_at(at, hours));
            at = begins.and_then(|begins| ends(begins, *minutes, hours));
            begins
        })
        .collect()
}

fn open_at(at: Timestamp, hours: &OffHours) -> Option<Timestamp> {
    match hours.state(at) {
        WindowState::Open { .. } => Some(at),
        WindowState::Closed { opens } => Some(opens),
        WindowState::Never => None,
    }
}

/// More windows than this for one wave are no forecast.
const MOST: usize = 60;

fn ends(begins: Timestamp, minutes: f64, hours: &OffHours) -> Option<Timestamp> {
    let mut left = SignedDuration::try_from_secs_f64(minutes.max(0.0) * 60.0).ok()?;
    let mut at = begins;
    for _ in 0..MOST {
        at = open_at(at, hours)?;
        let WindowState::Open { until } = hours.state(at) else {
            return None;
        };
        let room = until.duration_since(at);
        if left < room {
            return at.checked_add(left).ok();
        }
        left = left.checked_sub(room)?;
        at = until;
    }
    None
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::schedule::{Day, Hours};

    #[test]
    fn waves_fill_the_evenings() {
        let hours = OffHours {
            zone: "Europe/Berlin".to_owned(),
            windows: vec![Hours {
                days: vec![Day::Tuesday, Day::Thursday],
                from: "20:00".parse().expect("a time"),
                until: "23:00".parse().expect("a time"),
            }],
            holidays: Vec::new(),
        };
        let now = "2026-06-02T21:00:00+02:00".parse().expect("a moment");
        // 90 minutes tonight; 90 more do not fit and go on on Thursday; the last two follow it there.
        let seen: Vec<String> = forecast(now, &[90.0, 90.0, 60.0, 300.0, 1.0], &hours)
            .into_iter()
            .map(|at| at.map_or("never".to_owned(), |at| hours.words(at)))
            .collect();
        expect![[r#"
            Tue 21:00 (Berlin)
            Tue 22:30 (Berlin)
            Thu 21:00 (Berlin)
            Thu 22:00 (Berlin)
            Thu 21:00 (Berlin)"#]]
        .assert_eq(&seen.join("\n"));
    }
}
