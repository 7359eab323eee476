//! Apps as real orgs answered them go through steps 1 and 2. The recordings lie beside the checkout, never in it
//! (`REHOME_OKTA_REFERENCE=DIR`).

mod classes;
mod material;
mod oddities;

use std::{fmt::Write, sync::Arc, time::Instant};

use rehome_engine::{Rehome, view::*};
use rehome_practice::{Options, PracticeOrg};
use serde_json::Value;
use tokio::{sync::Semaphore, task::JoinSet};

use rehome_engine::secrets::MemorySecrets;

use crate::journey::robot::rehome_with;
use classes::{Odd, Rows};
use material::{Material, pairs};
use oddities::Oddities;

/// Apps are paired in every version of them that was recorded, as long as that is not more than this.
const MOST_PAIRS: usize = 200;
/// Without `REHOME_FIGURES`, one pair in so many is read: each costs some forty calls to either side.
const ONE_IN: usize = 3;
/// Pairs that are read at once.
const AT_ONCE: usize = 4;

#[derive(Default)]
struct Tally {
    apps: usize,
    objects: usize,
    pairs: usize,
    refused: Vec<String>,
    alone: Vec<String>,
    /// Pairs that were left to a run that counts.
    left: usize,
    rows: Rows,
    odd: Vec<Odd>,
    findings: usize,
    leaves: usize,
    secrets: usize,
    oddities: Oddities,
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_apps_go_through_steps_1_and_2() {
    let Some(folder) = material::folder() else {
        eprintln!("recorded apps: not run (REHOME_OKTA_REFERENCE is not set)");
        return;
    };
    let begun = Instant::now();
    let material = Arc::new(Material::collect(&folder));
    assert!(
        material.apps.len() > 200,
        "only {} apps were found",
        material.apps.len()
    );
    let mut tally = Tally {
        apps: material.apps.len(),
        ..Tally::default()
    };
    for layer in 0..material.layers() {
        one_org(&material, layer, &mut tally).await;
    }
    let oddest = classes::oddest(std::mem::take(&mut tally.odd));
    let mut text = summary(&tally, begun);
    for (names, words) in &oddest {
        writeln!(text, "  odd: {names}: {words}").expect("memory");
    }
    classes::write(
        &classes::Counts {
            apps: tally.apps,
            pairs: tally.pairs,
            refused: tally.refused.len(),
            rows: tally.rows,
            findings: tally.findings,
            values: tally.leaves,
            seconds: begun.elapsed().as_secs_f64(),
        },
        &oddest,
    );
    eprintln!("{text}");
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(target)
        .join("recorded-pairs.txt");
    std::fs::write(&file, text).expect("the summary is kept");
    let (pairs, leaves) = match all_pairs() {
        true => (100, 5_000),
        false => (100 / ONE_IN, 5_000 / ONE_IN),
    };
    assert!(tally.pairs > pairs && tally.leaves > leaves, "little was compared");
    assert!(
        tally.oddities.count("signOnMode is null") > 0,
        "the known oddities are in the recordings"
    );
}

/// Where somebody counts, nothing is left out.
fn all_pairs() -> bool {
    std::env::var_os("REHOME_FIGURES").is_some()
}

/// One practice org with one version of every app.
async fn one_org(material: &Arc<Material>, layer: usize, tally: &mut Tally) {
    let apps = material.layer(layer);
    let (mut pairs, alone) = pairs(&apps);
    if layer == 0 {
        tally.alone = alone.into_iter().collect();
    }
    pairs.truncate(MOST_PAIRS - (tally.pairs + tally.refused.len() + tally.left).min(MOST_PAIRS));
    if !all_pairs() {
        let whole = pairs.len();
        pairs = pairs.into_iter().step_by(ONE_IN).collect();
        tally.left += whole - pairs.len();
    }
    if pairs.is_empty() {
        return;
    }
    let org = PracticeOrg::start(Options {
        people: 60,
        ..Options::default()
    })
    .await
    .expect("a practice org");
    let control = org.control();
    for policy in material.policies.values() {
        let rules = policy["id"].as_str().and_then(|id| material.rules.get(id));
        control.load_policy(
            policy.clone(),
            rules.into_iter().flat_map(|r| r.values().cloned()).collect(),
        );
    }
    for app in &apps {
        let id = app["id"].as_str().expect("apps have ids");
        tally.oddities.look(app);
        tally.objects += 1;
        let loaded = control.load_app(
            (*app).clone(),
            material.schemas.get(id).cloned(),
            material.mappings_of(id),
            material.keys.get(id).cloned().unwrap_or_default(),
            material.metadata.get(id).cloned(),
        );
        assert_eq!(loaded, id);
    }
    let dir = tempfile::tempdir().expect("a folder");
    // A call for every mapping of some hundred other apps, for every pair, would be about themselves and not about the pair.
    let rehome = rehome_with(dir.path(), Arc::new(MemorySecrets::default()), 1, 0);
    let connected = rehome
        .connect(org.url().to_owned(), org.token().to_owned())
        .await
        .expect("connects");
    every_app_is_listed(&rehome, &connected.connection, &apps).await;
    let (rehome, places) = (Arc::new(rehome), Arc::new(Semaphore::new(AT_ONCE)));
    let mut through = JoinSet::new();
    for (old, new) in pairs {
        let (rehome, connection, places) = (rehome.clone(), connected.connection.clone(), places.clone());
        let (old, new, material) = (old.clone(), new.clone(), material.clone());
        through.spawn(async move {
            let _place = places.acquire_owned().await.expect("open");
            one_pair(&rehome, &connection, &material, &old, &new).await
        });
    }
    for pair in through.join_all().await {
        match pair {
            Ok(seen) => {
                tally.pairs += 1;
                tally.rows.add(&seen.rows);
                tally.odd.push(seen.odd);
                tally.findings += seen.findings;
                tally.leaves += seen.leaves;
                tally.secrets += seen.secrets;
            }
            Err(refused) => tally.refused.push(refused),
        }
    }
}

async fn every_app_is_listed(rehome: &Rehome, connection: &str, apps: &[&Value]) {
    let listed = rehome
        .list_apps(connection.to_owned(), String::new())
        .await
        .expect("lists");
    for app in apps {
        let found = listed.iter().find(|a| app["id"] == a.id.as_str());
        let found = found.unwrap_or_else(|| panic!("{} is not offered", app["label"]));
        assert_eq!(app["label"], found.label.as_str());
        if app["signOnMode"].is_null() {
            assert_eq!(found.sign_on, "not set");
        }
    }
}

struct Seen {
    rows: Rows,
    odd: Odd,
    findings: usize,
    leaves: usize,
    secrets: usize,
}

/// Steps 1 and 2 of one pair. `Err`: the pair was refused, and why.
async fn one_pair(
    rehome: &Rehome,
    connection: &str,
    material: &Material,
    old: &Value,
    new: &Value,
) -> Result<Seen, String> {
    let id = |v: &Value| v["id"].as_str().expect("apps have ids").to_owned();
    let names = format!(
        "{} ({}) with {} ({})",
        old["label"], old["name"], new["label"], new["name"]
    );
    let started = rehome.start_migration(connection.to_owned(), id(old), id(new)).await;
    let migration = match started {
        Ok(migration) => migration,
        Err(p) => {
            assert_eq!(p.code, ProblemCode::BadPair, "{names}: {p:?}");
            assert!(
                new["status"] == "INACTIVE" && p.what.ends_with("is not active"),
                "only an inactive new app is refused: {names}: {p:?}"
            );
            return Err(format!("{names}: {}", p.what));
        }
    };
    rehome.read_apps(migration.clone()).await.expect("reading begins");
    let frame = loop {
        let frame = rehome.migration(migration.clone()).await.expect("the frame");
        match &frame.run {
            Some(run) if run.state != RunState::Finished => {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await
            }
            _ => break frame,
        }
    };
    let problem = frame.run.and_then(|r| r.problem);
    assert_eq!(problem, None, "{names} cannot be read");
    assert!(frame.read_at.is_some(), "{names} was not read");
    let compare = rehome.compare(migration.clone()).await.expect("compare");
    let map = rehome.map(migration.clone(), None).await.expect("map");
    let raw = rehome.raw(migration).await.expect("raw");
    let app = &raw[0];
    assert_eq!(app.title, "App");
    let (mut leaves, mut secrets) = (0, 0);
    for (side, recorded) in [(&app.old, old), (&app.new, new)] {
        let shown: Value = serde_json::from_str(side).expect("raw is JSON");
        leaves += kept(&names, recorded, &shown);
    }
    for (title, keys) in [("Schema", false), ("Signing keys", true)] {
        let pair = raw.iter().find(|p| p.title == title);
        for (recorded, side) in [(old, pair.map(|p| &p.old)), (new, pair.map(|p| &p.new))] {
            let id = id(recorded);
            let recorded: Vec<&Value> = match keys {
                true => material.keys.get(&id).into_iter().flatten().collect(),
                false => material.schemas.get(&id).into_iter().collect(),
            };
            let text = side.map_or("", String::as_str);
            let shown: Vec<Value> = serde_json::Deserializer::from_str(text)
                .into_iter()
                .collect::<Result<_, _>>()
                .expect("JSON");
            for recorded in recorded {
                let same = shown.iter().find(|s| s["kid"] == recorded["kid"]);
                let same = same.unwrap_or_else(|| panic!("{names}: {title} of {id} is not shown"));
                leaves += kept(&format!("{names}: {title}"), recorded, same);
            }
        }
    }
    let everything = format!(
        "{}{}",
        serde_json::to_string(&(&compare, &map)).expect("JSON"),
        serde_json::to_string(&raw).expect("JSON")
    );
    for recorded in [old, new] {
        secrets += oddities::secrets(recorded, &mut |secret| {
            assert!(!everything.contains(secret), "{names} shows a secret");
        });
    }
    oddities::shown(&names, old, new, &compare);
    assert!(!compare.next.title.is_empty() && !map.next.title.is_empty());
    Ok(Seen {
        rows: Rows::of(&compare),
        odd: Odd::of(&names, old, new, &compare),
        findings: compare.findings.len(),
        leaves,
        secrets,
    })
}

/// Every leaf that was recorded stands in what is shown; only secrets are hidden.
fn kept(names: &str, recorded: &Value, shown: &Value) -> usize {
    let mut leaves = Vec::new();
    oddities::leaves(recorded, &mut String::new(), &mut leaves);
    for (path, value) in &leaves {
        let there = shown.pointer(path);
        let hidden = there.is_some_and(|v| v == "hidden") && oddities::is_secret_path(path);
        assert!(
            there == Some(value) || hidden,
            "{names}: {path} was {value}, is {there:?}"
        );
    }
    leaves.len()
}

fn summary(tally: &Tally, begun: Instant) -> String {
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").expect("memory");
    line(format!(
        "recorded apps: {} apps in {} recorded versions; {} pairs went through steps 1 and 2 in {:.1} s",
        tally.apps,
        tally.objects,
        tally.pairs,
        begun.elapsed().as_secs_f64()
    ));
    line(format!(
        "  {} rows, {} findings; {} recorded values all kept, {} secrets all hidden",
        tally.rows.all(),
        tally.findings,
        tally.leaves,
        tally.secrets
    ));
    line(format!("  rows: {}", tally.rows.words()));
    if tally.left > 0 {
        line(format!("  {} pairs are left to a run with REHOME_FIGURES", tally.left));
    }
    line(format!("  refused: {}", tally.refused.len()));
    tally.refused.iter().for_each(|r| line(format!("    {r}")));
    line(format!(
        "  without a partner of the same kind: {}",
        tally.alone.join(", ")
    ));
    line("  oddities seen (recorded versions):".to_owned());
    tally.oddities.lines().for_each(|l| line(format!("    {l}")));
    out
}
