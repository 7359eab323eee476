//! The committed bindings are the ones that the commands give.

use std::{env, fs, path::Path};

use specta_typescript::Typescript;

const HEADER: &str = "// Written by `cargo xtask bindings` from the commands of the shell. Do not edit.\n\n";

/// With `REHOME_WRITE_BINDINGS` set (by `cargo xtask bindings`) it writes the file instead of complaining.
#[test]
fn committed_bindings_are_current() {
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bindings.ts");
    rehome_app::bindings::<tauri::Wry>()
        .export(Typescript::default().header(HEADER), &fresh)
        .expect("every type can be written in TypeScript");
    let fresh = fs::read_to_string(fresh).expect("just written");

    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/bindings.ts");
    if env::var_os("REHOME_WRITE_BINDINGS").is_some() {
        fs::create_dir_all(committed.parent().expect("has a folder")).expect("ui/ is writable");
        fs::write(&committed, fresh).expect("ui/ is writable");
        return;
    }
    let committed = fs::read_to_string(committed).unwrap_or_default();
    assert!(
        fresh == committed,
        "ui/src/lib/bindings.ts is out of date: run `cargo xtask bindings` and commit it"
    );
}
