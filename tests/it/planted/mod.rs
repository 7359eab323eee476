//! The seed's list of planted problems says where Rehome finds each; here it has to, and it may show nothing else.
//!
//! `REHOME_SEEDS=1,2,3` and `REHOME_PEOPLE=200` choose the companies (`cargo xtask findings`); otherwise one small one is
//! looked at.

mod drift;
mod hold;
mod identical;
mod shown;
mod table;

use std::{collections::BTreeSet, sync::Arc};

use rehome_engine::secrets::MemorySecrets;
use rehome_practice::{Engine, Options, PracticeOrg};

use crate::{
    desk::{SPEED, options},
    journey::robot::rehome,
};
use table::Table;

fn seeds() -> Vec<u64> {
    let named = std::env::var("REHOME_SEEDS").unwrap_or_else(|_| "1".to_owned());
    let seeds = named.split(',').map(|seed| seed.trim().parse().expect("a number"));
    seeds.collect()
}

fn people() -> u32 {
    let named = std::env::var("REHOME_PEOPLE").ok();
    named.map_or(80, |count| count.parse().expect("a number"))
}

/// Every pair of apps of a company, for which something is planted.
async fn company(engine: Engine, seed: u64, table: &mut Table) {
    let org = PracticeOrg::start(Options {
        engine,
        seed,
        people: people(),
        ..options()
    })
    .await
    .expect("a practice org");
    let control = org.control();
    let planted = control.planted();
    let groups = control.groups();
    let name = |id: &str| {
        let found = groups.iter().find(|(group, _)| group == id);
        found.map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let pairs: BTreeSet<_> = planted.iter().map(|it| it.pair).collect();
    for pair in pairs {
        let dir = tempfile::tempdir().expect("a folder");
        let rehome = rehome(dir.path(), Arc::new(MemorySecrets::default()), SPEED);
        let shown = shown::shown(&rehome, &org, pair).await;
        let here: Vec<_> = planted.iter().filter(|it| it.pair == pair).collect();
        table.add(
            &format!("{engine:?}, seed {seed}"),
            pair,
            hold::verdict(&shown, &here, &name),
        );
        rehome.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_is_found_and_nothing_else() {
    let mut table = Table::default();
    for seed in seeds() {
        for engine in [Engine::Identity, Engine::Classic] {
            company(engine, seed, &mut table).await;
        }
    }
    table.write();
    let wrong = table.wrong();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
