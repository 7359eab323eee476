//! Random companies, routes, faults, pauses and stops, and a process killed again and again: nobody lost, doubled or wrongly
//! failed. Everything follows from the seed, but for the order in which calls under way come in.

use std::{collections::BTreeSet, io, sync::Arc};

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use rehome_engine::OperationKind;
use rehome_practice::{Armed, Behaviour, Fault};

use crate::{
    child::{Ended, Orders, When, kill},
    company::{Company, Kind},
    keychain::InFiles,
    matrix::{Bench, Sums},
    phase::{Admin, Phase},
    tale::Tale,
    verdict::{judge, operations},
};

/// What one seed came to.
#[derive(Debug, Default)]
pub struct Journey {
    /// What the seed decided, in order: whatever goes wrong is told with it.
    pub story: Vec<String>,
    pub sums: Sums,
    pub kills: usize,
    pub faults: usize,
}

/// Readings of Okta under which everybody ends by the same path; under the others Rehome says beforehand that some cannot.
const BEHAVIOURS: [Behaviour; 4] = [
    Behaviour::ReassignRefused,
    Behaviour::ReassignTakesOver,
    Behaviour::LinksLoseExpand,
    Behaviour::LinksKeepFilter,
];

/// Moments of a phase's journal, about: kills fall anywhere within, now and then beyond.
fn moments(phase: Phase) -> usize {
    match phase {
        Phase::Reading => 130,
        Phase::Lines | Phase::LinesBack => 20,
        Phase::Pilot => 120,
        Phase::Rehearsal => 60,
        Phase::Waves | Phase::Groups | Phase::Swap => 150,
        Phase::RollBack => 60,
        Phase::CutOver | Phase::TurnBack => 60,
        Phase::Retire => 120,
        Phase::GiveBack => 90,
        Phase::Delete => 24,
    }
}

/// # Errors
/// What the operating system says: nothing that the engine did.
pub async fn journey(seed: u64) -> io::Result<Journey> {
    let mut rng = StdRng::seed_from_u64(seed);
    let behaviours: BTreeSet<Behaviour> = BEHAVIOURS.into_iter().filter(|_| rng.random_bool(0.15)).collect();
    let tale = *Tale::ALL.choose(&mut rng).unwrap_or(&Tale::Plain);
    let path = tale.paths().choose(&mut rng).copied().unwrap_or_default();
    let kind = Kind {
        tale,
        seed: rng.random_range(1..1_000),
        behaviours,
    };
    let (pilot, wave_size) = (rng.random_range(1..6), rng.random_range(2..9));
    let mut out = Journey::default();
    out.story
        .push(format!("{kind:?}, a pilot of {pilot}, waves of {wave_size}"));
    let mut bench = Bench::set_up(kind, pilot, wave_size).await?;
    let first = path.first().copied().unwrap_or(Phase::Reading);
    let read = bench.until(|phase| phase != Phase::Reading).await?;
    out.sums.add(read);
    let Some(start) = bench.company.starts.get(&first) else {
        return Ok(out);
    };
    let (folder, keychain) = start.restore(&bench.company.control)?;
    keychain.write_to(&Orders::keychain(folder.path()))?;
    for phase in path.iter().copied() {
        if phase == Phase::Swap {
            bench.company.somebody_leaves().await?;
        }
        let company = &bench.company;
        let sprung = company.control.faults().sprung();
        let kills = rng.random_range(1..=4);
        for _ in 0..kills {
            for armed in faults(&mut rng, company) {
                out.story.push(format!("{}: {armed:?}", phase.name()));
                company.control.faults().set(armed);
            }
            let by_write = rng.random_bool(0.6);
            let orders = Orders {
                dir: folder.path().to_owned(),
                id: company.id.clone(),
                url: bench.admin.url.clone(),
                token: bench.admin.token.clone(),
                tale: tale.name().to_owned(),
                phase: phase.name().to_owned(),
                pilot,
                wave_size,
                still_at: by_write.then(|| rng.random_range(0..moments(phase))),
                meddle: rng.random_bool(0.25).then(|| rng.random_range(20..200)),
            };
            let seen = company.control.calls_count();
            let when = match by_write {
                true => When::Still,
                false => When::Calls(seen + rng.random_range(1..150)),
            };
            let control = company.control.clone();
            out.story.push(format!(
                "{}: killed at {when:?}, journal write {:?}, meddled with every {:?} ms",
                phase.name(),
                orders.still_at,
                orders.meddle
            ));
            let ended = tokio::task::spawn_blocking(move || kill(orders.start()?, when, || control.calls_count()));
            match ended.await.map_err(io::Error::other)?? {
                Ended::Killed => out.kills += 1,
                Ended::ByItself(_) => break,
            }
        }
        out.faults += company.control.faults().sprung() - sprung;
        // The last one comes to the end, here, where it can be looked at.
        let good = finish(company, &bench.admin, folder.path(), phase, seed, &mut out.sums).await;
        if !good {
            break;
        }
    }
    Ok(out)
}

async fn finish(
    company: &Company,
    admin: &Admin,
    folder: &std::path::Path,
    phase: Phase,
    seed: u64,
    sums: &mut Sums,
) -> bool {
    let rehome = company.rehome(folder, Arc::new(InFiles(Orders::keychain(folder))));
    let worked = match rehome.start().await {
        Ok(_) => admin.work(&rehome, &company.id, phase).await,
        Err(problem) => Err(vec![format!("{problem:?}")]),
    };
    let journal = rehome.journal_for_tests().await;
    let verdict = judge(company, &rehome, phase, worked.err(), None).await;
    if let Ok(journal) = journal {
        let kinds = operations(&journal, &company.id).await;
        sums.kinds
            .extend(kinds.iter().filter_map(|it| OperationKind::of(&it.kind)));
    }
    rehome.shutdown().await;
    sums.count(&format!("seed {seed}, {}", phase.name()), &verdict);
    verdict.is_good()
}

/// None to three, each at some call to come.
fn faults(rng: &mut StdRng, company: &Company) -> Vec<Armed> {
    let (old, new) = (&company.old, &company.new);
    let places = [
        ("POST", format!("/api/v1/apps/{new}/users")),
        ("POST", format!("/api/v1/apps/{new}/users")),
        ("PUT", format!("/api/v1/apps/{new}/groups")),
        ("PUT", "/api/v1/groups/".to_owned()),
        ("POST", "/api/v1/groups".to_owned()),
        ("DELETE", "/api/v1/groups/".to_owned()),
        ("DELETE", format!("/api/v1/apps/{new}/")),
        ("POST", format!("/api/v1/apps/{new}/users/")),
        ("POST", "/api/v1/mappings/".to_owned()),
        ("PUT", "/api/v1/principal-rate-limits/".to_owned()),
        ("PUT", format!("/api/v1/apps/{new}")),
        ("DELETE", format!("/api/v1/apps/{old}/")),
        ("POST", format!("/api/v1/apps/{old}/")),
        ("PUT", format!("/api/v1/apps/{old}/")),
        ("GET", format!("/api/v1/apps/{new}")),
        ("GET", format!("/api/v1/apps/{old}")),
        ("GET", String::new()),
        ("", String::new()),
    ];
    let all = Fault::all();
    (0..rng.random_range(0..4))
        .filter_map(|_| {
            let (method, path) = places.choose(rng)?;
            Some(Armed {
                method: (*method).to_owned(),
                path: path.clone(),
                nth: rng.random_range(1..15),
                ..Armed::new(all.choose(rng)?.clone())
            })
        })
        .collect()
}
