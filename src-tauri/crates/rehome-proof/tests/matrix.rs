//! A part of the fault matrix: every kind of write that the engine has fails in one way, and the process ends at writes of the journal
//! about it. The whole of it is `cargo xtask soak`.

use std::collections::BTreeSet;

use rehome_engine::OperationKind;
use rehome_proof::{
    company::Kind,
    matrix::{Bench, Sums},
    tale::Tale,
};

/// Of the readings, one in so many: all of them are met by the whole matrix.
const READINGS: usize = 20;

async fn part(tale: Tale, turn: usize, every: usize) {
    let kind = Kind {
        tale,
        ..Kind::default()
    };
    let mut bench = Bench::set_up(kind, 3, 4).await.expect("a company");
    let mut sums = bench.record().await.expect("recorded");
    check(&sums);
    let met: BTreeSet<OperationKind> = sums.kinds.clone();
    assert_eq!(met, tale.kinds().iter().copied().collect(), "what this tale comes to");
    for unit in bench.some(turn, every, READINGS) {
        sums.add(bench.unit(&unit, None).await.expect("done"));
    }
    check(&sums);
    assert!(sums.restarts > 0, "ended and begun again");
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

/// A new kind of write is in no tale: this fails until one comes to it, and the matrix with it.
#[test]
fn every_kind_of_write_is_in_a_tale() {
    let all: BTreeSet<OperationKind> = OperationKind::ALL.iter().copied().collect();
    let told = Tale::ALL.iter().flat_map(|tale| tale.kinds().iter().copied());
    assert_eq!(told.collect::<BTreeSet<_>>(), all);
}

#[tokio::test(flavor = "multi_thread")]
async fn plain() {
    part(Tale::Plain, 0, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wave_groups() {
    part(Tale::WaveGroups, 1, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_over() {
    part(Tale::CutOver, 2, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rederiving() {
    part(Tale::Rederiving, 3, 1).await;
}
