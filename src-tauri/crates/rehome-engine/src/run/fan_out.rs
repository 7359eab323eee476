//! When to look again at work that Okta does after it has answered (api-facts 7.4). How fast an org works is seen from looking; a
//! look is a call for every 500 people.

use std::time::Instant;

use futures::future::BoxFuture;

use super::{Ctx, Halt};

/// Org's seconds: no two looks closer, none further apart.
const CLOSEST: f64 = 1.0;
const FURTHEST: f64 = 30.0;
/// People a second that an org is believed to manage before the first look.
const BELIEVED: f64 = 100.0;
/// The first look does not wait longer than this.
const FIRST: f64 = 10.0;
/// Nothing has moved for so long: it is reported as late, and the run goes on.
const LATE: f64 = 180.0;

/// Looks at one fan-out.
#[derive(Debug)]
struct Looks {
    people: usize,
    /// Still to come at the last look that showed fewer of them, and when that was.
    left: usize,
    moved: f64,
    last_wait: f64,
}

impl Looks {
    fn of(people: usize) -> Self {
        Self {
            people,
            left: people,
            moved: 0.0,
            last_wait: 0.0,
        }
    }

    /// How long until the first look, when Okta has just begun with so many of them.
    fn first(&mut self, begun_with: usize) -> f64 {
        self.last_wait = (CLOSEST + begun_with as f64 / BELIEVED).min(FIRST);
        self.last_wait
    }

    /// How long until the next look, when `left` were still to come at `elapsed`. `None`: nothing has moved for too long.
    fn next(&mut self, elapsed: f64, left: usize) -> Option<f64> {
        if left < self.left {
            (self.left, self.moved) = (left, elapsed);
        }
        if elapsed - self.moved >= LATE {
            return None;
        }
        let done = self.people.saturating_sub(left);
        // A little longer than it should take: a look that comes too early costs more than the seconds.
        let wait = match done {
            0 => self.last_wait * 2.0,
            done => left as f64 * elapsed / done as f64 * 1.1,
        };
        self.last_wait = wait.clamp(CLOSEST, FURTHEST);
        Some(self.last_wait)
    }
}

/// Looks until nobody of `people` is left, or nothing moves any more; says whether nobody is. Okta has begun with `begun_with` of
/// them only now. `look` reads the app and gives how many are left, `words` says it.
pub(super) async fn until_none_left<'a>(
    ctx: &Ctx,
    people: usize,
    begun_with: usize,
    look: impl Fn() -> BoxFuture<'a, Result<usize, Halt>>,
    words: impl Fn(usize) -> String,
) -> Result<bool, Halt> {
    let (begun, mut looks) = (Instant::now(), Looks::of(people));
    let mut wait = looks.first(begun_with);
    let none_left = loop {
        ctx.pause_for(wait).await?;
        let left = look().await?;
        if left == 0 {
            break true;
        }
        ctx.waiting(Some(&words(left)));
        ctx.checkpoint().await?;
        let elapsed = begun.elapsed().as_secs_f64() * f64::from(ctx.migration.speed.max(1));
        match looks.next(elapsed, left) {
            Some(next) => wait = next,
            None => break false,
        }
    };
    ctx.waiting(None);
    Ok(none_left)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The waits for an org that works off so many a second, when a look takes two seconds itself.
    fn waits(people: usize, a_second: f64) -> Vec<u32> {
        let mut looks = Looks::of(people);
        let (mut at, mut out) = (0.0, Vec::new());
        let mut wait = looks.first(people);
        loop {
            out.push(wait.round() as u32);
            at += wait + 2.0;
            let left = people.saturating_sub((at * a_second) as usize);
            match looks.next(at, left) {
                Some(next) if left > 0 => wait = next,
                _ => return out,
            }
        }
    }

    #[test]
    fn a_fast_org_is_looked_at_once() {
        assert_eq!(waits(400, 200.0), [5]);
        assert_eq!(waits(1, 200.0), [1]);
    }

    #[test]
    fn a_slow_one_as_its_pace_says() {
        assert_eq!(waits(400, 20.0), [5, 14]);
        assert_eq!(waits(2_000, 10.0), [10, 30, 30, 30, 30, 30, 30]);
    }

    #[test]
    fn where_nothing_moves_it_ends() {
        let waits = waits(400, 0.0);
        assert_eq!(waits[..4], [5, 10, 20, 30]);
        assert!(
            (180..230).contains(&waits.iter().map(|w| w + 2).sum::<u32>()),
            "{waits:?}"
        );
    }
}
