//! Off-hours windows: wall-clock times in a named time zone, resolved day by day, so that they survive both changes of the clock.

use jiff::{
    Span, Timestamp, Zoned,
    civil::{Date, Time, Weekday},
    tz::{AmbiguousOffset, TimeZone},
};
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    fn of(date: Date) -> Self {
        match date.weekday() {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

/// One window: it begins at `from` on each of these days, and ends at the next `until`, past midnight if need be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Hours {
    pub days: Vec<Day>,
    /// "20:00"
    #[specta(type = String)]
    #[serde(with = "minutes")]
    pub from: Time,
    #[specta(type = String)]
    #[serde(with = "minutes")]
    pub until: Time,
}

/// When a run may begin anything new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OffHours {
    /// Name in the IANA time zone database, such as "Europe/Berlin".
    pub zone: String,
    pub windows: Vec<Hours>,
    /// No window begins on these days: nobody is there who could help. "2026-12-24"
    #[serde(default)]
    #[specta(type = Vec<String>)]
    pub holidays: Vec<Date>,
}

/// Whether something new may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowState {
    /// Now, and until then.
    Open { until: Timestamp },
    /// Not before then.
    Closed { opens: Timestamp },
    /// No window begins within a year, or the zone is not known.
    Never,
}

/// How many days are looked through for the next window.
const REACH: i32 = 366;
/// Windows that touch or overlap are one: so many are followed.
const CHAIN: usize = 32;

impl OffHours {
    /// Where `now` stands to the windows.
    pub fn state(&self, now: Timestamp) -> WindowState {
        let Ok(zone) = TimeZone::get(&self.zone) else {
            return WindowState::Never;
        };
        let today = now.to_zoned(zone.clone()).date();
        if let Some(mut until) = self.end_of_open(today, &zone, now) {
            for _ in 0..CHAIN {
                match self.end_of_open(until.to_zoned(zone.clone()).date(), &zone, until) {
                    Some(later) if later > until => until = later,
                    _ => break,
                }
            }
            return WindowState::Open { until };
        }
        let days = (0..=REACH).filter_map(|n| today.checked_add(Span::new().days(n)).ok());
        let opens = days
            .map(|day| {
                self.on(day, &zone)
                    .map(|(from, _)| from)
                    .filter(|from| *from > now)
                    .min()
            })
            .find_map(|first| first);
        opens.map_or(WindowState::Never, |opens| WindowState::Closed { opens })
    }

    /// The latest end of the windows that are open at `now`. They began on one of these days: a window is shorter than a day,
    /// and a change of the clock does not move a day by more than one.
    fn end_of_open(&self, today: Date, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        let days = (-2..=1).filter_map(|n| today.checked_add(Span::new().days(n)).ok());
        days.flat_map(|day| self.on(day, zone).collect::<Vec<_>>())
            .filter(|(from, until)| *from <= now && now < *until)
            .map(|(_, until)| until)
            .max()
    }

    /// The windows that begin on a day, as moments.
    fn on<'a>(&'a self, day: Date, zone: &'a TimeZone) -> impl Iterator<Item = (Timestamp, Timestamp)> + 'a {
        let works = !self.holidays.contains(&day);
        let today = self
            .windows
            .iter()
            .filter(move |w| works && w.days.contains(&Day::of(day)));
        today.filter_map(move |window| {
            let last = if window.until > window.from {
                day
            } else {
                day.tomorrow().ok()?
            };
            let from = moment(day, window.from, zone)?;
            let until = moment(last, window.until, zone)?;
            // Both within the hour that a change of the clock leaves out: nothing is left of it.
            (from < until).then_some((from, until))
        })
    }

    /// "Thu 20:00 (Berlin)".
    pub fn words(&self, at: Timestamp) -> String {
        let Ok(zone) = TimeZone::get(&self.zone) else {
            return at.to_string();
        };
        format!("{} ({})", at.to_zoned(zone).strftime("%a %H:%M"), self.city())
    }

    /// Where the window is, in one word: "Berlin".
    pub fn city(&self) -> String {
        self.zone.rsplit('/').next().unwrap_or_default().replace('_', " ")
    }

    /// The window of `now`, or the next one: "20:00 to 23:30 (Berlin)", with the day where it is not today.
    pub fn line(&self, now: Timestamp) -> Option<String> {
        let zone = TimeZone::get(&self.zone).ok()?;
        let (from, until) = match self.state(now) {
            WindowState::Open { until } => (None, until),
            WindowState::Closed { opens } => match self.state(opens) {
                WindowState::Open { until } => (Some(opens), until),
                WindowState::Closed { .. } | WindowState::Never => return None,
            },
            WindowState::Never => return None,
        };
        let clock = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
        let city = self.city();
        let today = now.to_zoned(zone.clone()).date();
        Some(match from {
            None => format!("The window is open until {} ({city})", clock(until)),
            Some(from) if from.to_zoned(zone.clone()).date() == today => {
                format!("Today's window {} to {} ({city})", clock(from), clock(until))
            }
            Some(from) => {
                let day = from.to_zoned(zone.clone()).strftime("%A").to_string();
                format!("Next window {day} {} to {} ({city})", clock(from), clock(until))
            }
        })
    }

    /// A word of advice for whoever begins a wave now; never a reason to refuse.
    pub fn advice(&self, now: Timestamp) -> Option<String> {
        let today = now.to_zoned(TimeZone::get(&self.zone).ok()?);
        advice(&today, &self.holidays)
    }
}

/// The eve of days on which nobody is there to help is a bad day for a wave.
fn advice(today: &Zoned, holidays: &[Date]) -> Option<String> {
    let tomorrow = today.date().tomorrow().ok()?;
    if holidays.contains(&tomorrow) {
        return Some("Tomorrow is a day off: whoever cannot sign in then finds nobody to ask.".to_owned());
    }
    (today.weekday() == Weekday::Friday)
        .then(|| "It is Friday: whoever cannot sign in tomorrow finds nobody to ask before Monday.".to_owned())
}

/// The first moment at which a clock on the wall shows this time or a later one. A time that does not exist is the moment of
/// the change; of a time that exists twice it is the first.
fn moment(day: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    let local = day.to_datetime(time);
    let ambiguous = zone.to_ambiguous_timestamp(local);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok(),
        AmbiguousOffset::Gap { .. } => {
            let after = ambiguous.later().ok()?;
            zone.preceding(after).next().map(|change| change.timestamp())
        }
    }
}

/// "20:00"
mod minutes {
    use jiff::civil::Time;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(time: &Time, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(&time.strftime("%H:%M"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Time, D::Error> {
        let text = String::deserialize(from)?;
        Time::strptime("%H:%M", &text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
