//! The seed's list of planted problems says where Rehome finds each; here it has to.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rehome_engine::{Rehome, secrets::MemorySecrets, view::*};
use rehome_practice::{
    Control, Engine, PracticeOrg,
    seed::{Found, Planted},
};

use crate::{
    desk::{SPEED, options},
    journey::robot::{begin, rehome},
};

/// What steps 1 and 2 show of a pair.
struct Shown {
    findings: Vec<FindingView>,
    attributes: Vec<AttributeRow>,
    people: BTreeMap<String, PersonRow>,
}

async fn shown(rehome: &Rehome, org: &PracticeOrg, (old, new): (&str, &str)) -> Shown {
    let id = begin(rehome, org.url(), org.token(), old, new).await;
    rehome.read_apps(id.clone()).await.expect("reading begins");
    while rehome
        .migration(id.clone())
        .await
        .expect("open")
        .run
        .is_some_and(|run| run.state != RunState::Finished)
    {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let findings = rehome.compare(id.clone()).await.expect("compare").findings;
    let attributes = rehome.map(id.clone(), None).await.expect("map").attributes;
    let page = rehome
        .people(id, PeopleFilter::default(), 0, 1000)
        .await
        .expect("people");
    let people = page.rows.into_iter().map(|row| (row.id.clone(), row)).collect();
    Shown {
        findings,
        attributes,
        people,
    }
}

impl Shown {
    /// Whom or what of a problem it does not show; empty when all is found.
    fn misses(&self, planted: &Planted) -> Vec<String> {
        let people = planted.subjects.iter().filter(|id| self.people.contains_key(*id));
        let unless = |shown: &dyn Fn(&PersonRow) -> bool| -> Vec<String> {
            people
                .clone()
                .filter(|id| !shown(&self.people[*id]))
                .map(|id| format!("{:?}", self.people[id]))
                .collect()
        };
        match planted.found {
            Found::Compare(what) => {
                let there = |it: &&FindingView| it.id == what || it.title.contains(what);
                let found = self
                    .findings
                    .iter()
                    .find(there)
                    .filter(|it| it.outcome != CheckOutcome::Passed);
                let seen = || {
                    self.findings
                        .iter()
                        .map(|it| format!("{}: {}", it.id, it.title))
                        .collect()
                };
                found.map_or_else(seen, |_| Vec::new())
            }
            Found::Usernames(class) => unless(&|row| format!("{:?}", row.class) == class),
            Found::Attribute(name) => {
                let row = self.attributes.iter().find(|row| row.name == name);
                let same = |row: &AttributeRow| matches!(row.against_old.as_str(), "" | "same as old");
                let quiet =
                    |row: &AttributeRow| row.state == AttributeState::ByOkta && row.reason.is_empty() && same(row);
                match row {
                    Some(row) if !quiet(row) => Vec::new(),
                    row => vec![format!("{row:?}")],
                }
            }
            Found::Values => unless(&|row| row.note.is_some()),
            Found::Path(words) => unless(&|row| row.path.contains(words)),
            _ => Vec::new(),
        }
    }
}

async fn every_claim(engine: Engine) {
    let org = PracticeOrg::start(rehome_practice::Options { engine, ..options() })
        .await
        .expect("a practice org");
    let control: Control = org.control();
    let planted = control.planted();
    let pairs: BTreeSet<_> = planted.iter().map(|it| it.pair).collect();
    let mut missed = Vec::new();
    for pair in pairs {
        let dir = tempfile::tempdir().expect("a folder");
        let rehome = rehome(dir.path(), Arc::new(MemorySecrets::default()), SPEED);
        let shown = shown(&rehome, &org, pair).await;
        for it in planted.iter().filter(|it| it.pair == pair) {
            let misses = shown.misses(it);
            if !misses.is_empty() {
                missed.push(format!("{} ({:?}): {misses:#?}", it.key, it.found));
            }
        }
        rehome.shutdown().await;
    }
    assert!(missed.is_empty(), "not found:\n{}", missed.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_claim_holds_on_identity_engine() {
    every_claim(Engine::Identity).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_claim_holds_on_classic() {
    every_claim(Engine::Classic).await;
}
