//! Counts over the people of a wave, kept while one after the other moves on: counting everybody anew for each of them would
//! take the square of their number.

use std::{
    iter::once,
    sync::{Mutex, PoisonError},
};

use rehome_domain::UserId;

use super::Ctx;
use crate::view::OutcomeCounts;

pub(crate) struct Tally(Mutex<OutcomeCounts>);

impl Tally {
    /// Counts everybody once.
    pub fn of<'a>(ctx: &Ctx, people: impl Iterator<Item = &'a UserId>) -> Self {
        let counts = ctx.migration.model().counts(people);
        ctx.counts(counts.clone());
        Self(Mutex::new(counts))
    }

    /// Where one person stands now, to be held against where they stand later.
    pub fn stand(ctx: &Ctx, user: &UserId) -> OutcomeCounts {
        ctx.migration.model().counts(once(user))
    }

    /// One person has moved on from `before`.
    pub fn moved(&self, ctx: &Ctx, user: &UserId, before: &OutcomeCounts) {
        let after = Self::stand(ctx, user);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts = shifted(&counts, before, &after);
        ctx.counts(counts.clone());
    }
}

fn shifted(counts: &OutcomeCounts, before: &OutcomeCounts, after: &OutcomeCounts) -> OutcomeCounts {
    let one = |of: fn(&OutcomeCounts) -> u32| (of(counts) + of(after)).saturating_sub(of(before));
    OutcomeCounts {
        planned: one(|c| c.planned),
        assigned: one(|c| c.assigned),
        proven: one(|c| c.proven),
        signed_in: one(|c| c.signed_in),
        failed: one(|c| c.failed),
        unknown: one(|c| c.unknown),
        excluded: one(|c| c.excluded),
        retired: one(|c| c.retired),
        held: one(|c| c.held),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_moves_on_is_counted_once() {
        let counts = OutcomeCounts {
            planned: 5,
            failed: 1,
            ..OutcomeCounts::default()
        };
        let one = |planned, assigned| OutcomeCounts {
            planned,
            assigned,
            ..OutcomeCounts::default()
        };
        let after = shifted(&counts, &one(1, 0), &one(0, 1));
        assert_eq!((after.planned, after.assigned, after.failed), (4, 1, 1));
        let same = shifted(&after, &one(0, 1), &one(0, 1));
        assert_eq!((same.planned, same.assigned, same.failed), (4, 1, 1));
    }
}
