//! A part of the fault matrix: every class of call that changes something, every write of the journal's kinds, every way to
//! fail. The whole of it is `cargo xtask soak`.

use rehome_proof::{
    company::Kind,
    matrix::{Bench, Sums},
    phase::Phase,
};

/// Restarts in each phase, from moments spread over it.
const RESTARTS: usize = 2;
/// Of the readings, one in so many: all of them are met by the whole matrix.
const READINGS: usize = 12;

async fn part(turn: usize) -> (Bench, Sums) {
    let mut bench = Bench::set_up(Kind::default(), 3, 4).await.expect("a company");
    let mut sums = bench.record().await.expect("recorded");
    let units = bench.some(turn, RESTARTS).into_iter().enumerate();
    let wanted = units.filter(|(n, unit)| {
        let is_read = unit.fault.as_ref().is_some_and(|(class, _)| !class.is_write());
        !is_read || (n + turn).is_multiple_of(READINGS)
    });
    for (_, unit) in wanted {
        sums.add(bench.unit(&unit).await.expect("done"));
    }
    (bench, sums)
}

fn check(sums: &Sums) {
    assert!(
        sums.failures.is_empty(),
        "{} of {} cells: {:#?}",
        sums.failures.len(),
        sums.cells,
        sums.failures
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_lost_doubled_or_wrongly_failed() {
    let (bench, sums) = part(0).await;
    check(&sums);
    let waves = &bench.ground[&Phase::Waves];
    for write in ["begin", "finish", "decide_all", "prove"] {
        assert!(
            waves.writes.contains_key(write),
            "{write} is not among {:?}",
            waves.writes
        );
    }
    for kind in [
        "assign",
        "groupOn",
        "convert",
        "unassign",
        "groupOff",
        "reassign",
        "deactivate",
        "delete",
    ] {
        assert!(sums.kinds.contains(kind), "{kind} is not among {:?}", sums.kinds);
    }
}
