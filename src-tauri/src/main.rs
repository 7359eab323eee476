#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    // Here and not in the library, which Cargo compiles twice at a time (as itself and as its tests): both would write the
    // compressed files of ui/dist to one place, and one would embed what the other has half written.
    #[expect(clippy::disallowed_methods, reason = "in the macro, for icons that cannot be read")]
    let context = tauri::generate_context!();
    rehome_app::run(context)
}
