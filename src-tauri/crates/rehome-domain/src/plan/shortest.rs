//! The shortest time in which a plan can be carried out, where calls must follow one another: beside the floor by rate limits
//! (architecture 5), which knows no order. Nothing here looks at a run: the plan's own order is gone through with an org's ways
//! (how long an answer takes, how fast a group is worked through, what may be sent a minute), each thing as early as it can be.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Bucket, Calls, DryRun, Plan, Route, Wave, Write,
    least::{GROUPS_ON_A_PAGE, MEMBERS_ON_A_PAGE, PEOPLE_ON_A_PAGE, pages},
};
use crate::{GroupId, people::AssignmentPath};

/// An org's ways, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Ways {
    /// From a call to its answer.
    pub answer: f64,
    /// From a call about a group to the first of its people, and people a second from then on (api-facts 7.4).
    pub job_begins: f64,
    pub job_pace: f64,
}

/// What the shortest time is made of, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shortest {
    /// Answers that must follow one another: the door of a wave, then its writes, then its proof; pages of a listing.
    pub answers: f64,
    /// Waiting for the next minute of a rate limit.
    pub limits: f64,
    /// Okta works through groups.
    pub jobs: f64,
    /// Two reads that are alike, a minute apart, before a wave group comes off (architecture 5).
    pub quiet: f64,
}

impl Shortest {
    pub fn seconds(&self) -> f64 {
        self.answers + self.limits + self.jobs + self.quiet
    }
}

/// Seconds of a window, which opens with its first call (api-facts 2.1), and of the quiet.
const WINDOW: f64 = 60.0;
const QUIET: f64 = 60.0;

struct Clock<'a> {
    ways: Ways,
    /// Calls a minute, by the name of the bucket; one that is not there has no limit.
    allowed: &'a BTreeMap<String, u32>,
    now: f64,
    /// By bucket: when its window opened, and calls sent in it.
    windows: BTreeMap<Bucket, (f64, u32)>,
    found: Shortest,
}

impl Clock<'_> {
    /// When the last of so many calls can be sent.
    fn sent(&mut self, bucket: Bucket, calls: usize) -> f64 {
        let Some(allowed) = self.allowed.get(bucket.name()).copied().filter(|a| *a > 0) else {
            return self.now;
        };
        let mut left = u32::try_from(calls).unwrap_or(u32::MAX);
        let mut at = self.now;
        let (mut opened, mut used) = self.windows.get(&bucket).copied().unwrap_or((at, 0));
        while left > 0 {
            if at >= opened + WINDOW {
                (opened, used) = (at, 0);
            }
            let now = left.min(allowed - used);
            (left, used) = (left - now, used + now);
            if left > 0 {
                at = opened + WINDOW;
            }
        }
        self.windows.insert(bucket, (opened, used));
        at
    }

    /// Calls of which so many must follow one another; the others go beside them.
    fn calls(&mut self, calls: &[(Bucket, usize)], in_a_row: usize) {
        if calls.iter().all(|(_, n)| *n == 0) {
            return;
        }
        let row = in_a_row as f64 * self.ways.answer;
        let mut sent = self.now;
        for (bucket, n) in calls {
            sent = self.sent(*bucket, *n).max(sent);
        }
        let end = (self.now + row).max(sent + self.ways.answer);
        self.found.answers += row;
        self.found.limits += end - self.now - row;
        self.now = end;
    }

    /// Okta works through groups of which the largest has so many people.
    fn job(&mut self, people: usize) {
        let span = self.ways.job_begins + people as f64 / self.ways.job_pace.max(1.0);
        self.found.jobs += span;
        self.now += span;
    }

    fn quiet(&mut self) {
        self.found.quiet += QUIET;
        self.now += QUIET;
    }
}

/// `gates`: what the gates of the pilot and of the first wave read of the settings of both apps, each
/// ([`super::settings_read`]). `allowed`: calls a minute by the name of the bucket.
pub fn shortest(plan: &Plan, gates: &Calls, ways: Ways, allowed: &BTreeMap<String, u32>) -> Shortest {
    let mut clock = Clock {
        ways,
        allowed,
        now: 0.0,
        windows: BTreeMap::new(),
        found: Shortest::default(),
    };
    let dry = DryRun::of(plan);
    let mut there = plan.people().filter(|(_, p)| p.route == Route::AlreadyThere).count();
    for wave in &plan.waves {
        door(&mut clock, plan, wave, there, gates);
        there += wave.people.iter().filter(|p| p.route != Route::AlreadyThere).count();
        let writes = dry.wave(wave);
        let count = |is: fn(&Write<'_>) -> bool| writes.iter().filter(|w| is(w)).count();
        let made = count(|w| matches!(w, Write::MakeGroup(_)));
        // Made, put on the new app, joined: one after the other. Who goes one by one goes beside them.
        clock.calls(&[(Bucket::Groups, made)], 1);
        clock.calls(&[(Bucket::Apps, made)], 1);
        let joined = count(|w| matches!(w, Write::Join(..)));
        let assigned = count(|w| matches!(w, Write::Assign(_)));
        clock.calls(&[(Bucket::Groups, joined), (Bucket::Apps, assigned)], 1);
        if joined > 0 {
            clock.job(1);
        }
        let listing = pages(there, PEOPLE_ON_A_PAGE);
        // Who goes one by one and is in a group of this wave must be proven before the group goes on (invariant 12).
        if holds_assigned(wave) {
            clock.calls(&[(Bucket::Apps, listing)], listing);
        }
        for group in &wave.groups {
            let members = pages(group.members.len(), MEMBERS_ON_A_PAGE);
            clock.calls(&[(Bucket::Groups, members)], members);
            clock.calls(&[(Bucket::Apps, 1)], 1);
        }
        if let Some(most) = wave.groups.iter().map(|g| g.members.len()).max() {
            clock.job(most);
        }
        // Sign-ins are read beside the proof.
        clock.calls(&[(Bucket::Apps, listing), (Bucket::Logs, 1)], listing);
        let converted = count(|w| matches!(w, Write::Convert(_)));
        if converted > 0 {
            // What was listed is the snapshot; who was converted is read again, one by one or by pages.
            clock.calls(&[(Bucket::Apps, converted)], 1);
            let again = converted.min(listing);
            clock.calls(&[(Bucket::Apps, again)], if converted <= listing { 1 } else { listing });
        }
        let swaps = wave.swaps.len();
        if swaps > 0 {
            // The first of the two reads is the proof above; who holds what is read within the minute.
            clock.quiet();
            clock.calls(&[(Bucket::Apps, listing), (Bucket::App, 1)], listing);
            clock.calls(&[(Bucket::Apps, swaps)], 1);
            clock.calls(&[(Bucket::Apps, listing)], listing);
            clock.calls(&[(Bucket::Group, swaps)], 1);
        }
    }
    clock.found
}

/// What the door of a wave reads, side by side: the longest row decides.
fn door(clock: &mut Clock<'_>, plan: &Plan, wave: &Wave, there: usize, gates: &Calls) {
    let basis = &plan.basis;
    let old = pages(basis.people.len(), PEOPLE_ON_A_PAGE);
    let new = pages(there, PEOPLE_ON_A_PAGE);
    let groups = pages(basis.groups.len(), GROUPS_ON_A_PAGE);
    let members = basis.groups.values().map(|(_, m)| pages(m.len(), MEMBERS_ON_A_PAGE));
    let most = members.clone().max().unwrap_or(0);
    let settings = |bucket: Bucket| {
        let count = gates.0.get(&bucket).copied().filter(|_| wave.number < 2);
        count.unwrap_or(0) as usize
    };
    // A mapping is named by a list; settings begin with the app.
    let row = old.max(new).max(groups + most).max(if wave.number < 2 { 3 } else { 2 });
    clock.calls(
        &[
            (Bucket::Apps, old + new + groups + 1 + settings(Bucket::Apps)),
            (Bucket::App, 1 + settings(Bucket::App)),
            (Bucket::Groups, members.sum()),
            (Bucket::Other, 2 + settings(Bucket::Other)),
        ],
        row,
    );
}

/// Somebody of this wave goes one by one and has the old app through a group that goes on in it.
fn holds_assigned(wave: &Wave) -> bool {
    let groups: BTreeSet<&GroupId> = wave.groups.iter().map(|g| &g.group).collect();
    wave.people.iter().any(|p| {
        p.route == Route::Individual && matches!(&p.path, AssignmentPath::Group { group } if groups.contains(group))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::wave_groups::example;

    const WAYS: Ways = Ways {
        answer: 1.0,
        job_begins: 2.0,
        job_pace: 4.0,
    };

    /// Of the plan in `wave_groups::example`, worked by hand; everything is on one page, and nothing is limited.
    #[test]
    fn worked_by_hand() {
        let found = shortest(&example(), &Calls::default(), WAYS, &BTreeMap::new());
        // Pilot: the door (settings and mapping, three in a row), one assigned, listed. Wave 1: the door; members read, the group put
        // on, listed. Wave 2: the door (two in a row); the wave group made, put on, one joins beside one who is assigned, listed.
        // Wave 3: the same without making. Wave 4: the door; members, group on, listed, two converted and listed again; then the
        // second listing, the wave group off, the last listing, the group deleted.
        let answers = (3 + 1 + 1) + (3 + 2 + 1) + (2 + 2 + 1 + 1) + (2 + 1 + 1) + (2 + 2 + 1 + 2 + 4);
        // Groups of two and of four, and twice one person who joins.
        let jobs = (2.0 + 0.5) + (2.0 + 1.0) + 2.0 * (2.0 + 0.25);
        let expected = Shortest {
            answers: f64::from(answers),
            limits: 0.0,
            jobs,
            quiet: 60.0,
        };
        assert_eq!(found, expected);
        assert_eq!(found.seconds(), 32.0 + 10.0 + 60.0);
    }

    /// Ten calls in a bucket of four a minute: four at once, four after a minute, two after two; then the window has two left.
    #[test]
    fn windows_open_with_their_first_call() {
        let allowed = BTreeMap::from([(Bucket::Apps.name().to_owned(), 4)]);
        let mut clock = Clock {
            ways: WAYS,
            allowed: &allowed,
            now: 5.0,
            windows: BTreeMap::new(),
            found: Shortest::default(),
        };
        clock.calls(&[(Bucket::Apps, 10)], 1);
        assert_eq!(
            (clock.now, clock.found.answers, clock.found.limits),
            (126.0, 1.0, 120.0)
        );
        clock.calls(&[(Bucket::Apps, 2)], 2);
        assert_eq!(clock.now, 128.0);
        clock.calls(&[(Bucket::Apps, 1)], 1);
        assert_eq!(clock.now, 186.0);
        // A minute after it opened the next call opens another.
        clock.quiet();
        clock.calls(&[(Bucket::Apps, 4)], 1);
        assert_eq!(clock.now, 247.0);
    }
}
