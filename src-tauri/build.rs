//! Tells tauri-build where this layout keeps its capabilities.

fn main() {
    // tauri-build watches only ./capabilities by itself.
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*");
    tauri_build::try_build(attributes).expect("tauri.conf.json and src-tauri/capabilities can be read");
}
