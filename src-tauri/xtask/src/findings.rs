//! `cargo xtask findings`: what steps 1 and 2 find of what is planted in practice companies, and what they find beside it;
//! and recorded apps taken through both steps. The rules are in the tests, which write their counts down.

use std::fs;

use crate::{
    cargo,
    figures::Figures,
    packages, places,
    step::{self, Done},
    ui,
};

pub fn findings(seeds: &[u64], people: u32, json: bool) -> Done {
    step::speak_on_stderr(json);
    packages::to_build()?;
    ui::build()?;
    let folder = places::target().join("findings");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
    let mut tests = cargo::whole("test");
    tests.args(["--test", "it", "--", "planted::", "recorded::"]);
    tests
        .env("REHOME_FIGURES", &folder)
        .env("REHOME_SEEDS", seeds.join(","))
        .env("REHOME_PEOPLE", people.to_string());
    let ran = step::quietly("steps 1 and 2", &mut tests);
    let mut figures = Figures::default();
    figures.read(&folder.join("planted.json"))?;
    match folder.join("recorded.json") {
        file if file.is_file() => figures.read(&file)?,
        _ => figures.not_run(
            "recorded apps",
            "set REHOME_OKTA_REFERENCE, or lay the material beside the checkout",
        ),
    }
    if let Err(failure) = ran {
        figures.failed("steps 1 and 2", failure.to_string());
    }
    figures.show(json)
}
