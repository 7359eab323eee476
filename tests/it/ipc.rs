//! The window's side of the commands: names, arguments and answers as they cross into the web view.

use std::{fs, path::PathBuf, sync::Arc};

use rehome_app::{ReportDir, builder};
use rehome_engine::{Rehome, RehomeOptions, host::Headless, secrets::MemorySecrets};
use serde_json::{Value, json};
use tauri::{
    Manager, WebviewWindow, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets},
    webview::InvokeRequest,
};

struct Shell {
    window: WebviewWindow<MockRuntime>,
    folder: tempfile::TempDir,
    _app: tauri::App<MockRuntime>,
}

impl Shell {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data_dir = folder.path().to_owned();
        // Without an event loop the set-up never runs: what it would manage is managed here.
        let app = builder(mock_builder(), |_| Ok(()))
            .build(mock_context(noop_assets()))
            .expect("the mock app is built");
        let report_dir = data_dir.join("reports");
        fs::create_dir(&report_dir).expect("a folder");
        app.manage(ReportDir(report_dir.clone()));
        app.manage(Arc::new(Rehome::new(RehomeOptions {
            data_dir,
            report_dir,
            secrets: Arc::new(MemorySecrets::default()),
            host: Arc::new(Headless),
            speed: 1,
            other_mappings: rehome_engine::OTHER_MAPPINGS,
        })));
        let window = WebviewWindowBuilder::new(&app, "main", Default::default())
            .build()
            .expect("a mock window");
        Self {
            window,
            folder,
            _app: app,
        }
    }

    #[expect(clippy::unwrap_in_result, reason = "an answer that is no JSON is no refusal")]
    fn call(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        let url = if cfg!(windows) {
            "http://tauri.localhost"
        } else {
            "tauri://localhost"
        };
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: url.parse().expect("a URL"),
            body: InvokeBody::Json(arguments),
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        match get_ipc_response(&self.window, request) {
            Ok(body) => Ok(body.deserialize().expect("answers are JSON")),
            Err(refusal) => Err(refusal),
        }
    }
}

#[test]
fn the_first_screen_crosses_over() {
    let start = Shell::start()
        .call("start", json!({}))
        .expect("the first screen can always be shown");
    assert_eq!(start["migrations"], json!([]));
    assert_eq!(start["keychain"]["state"], "available");
    assert_eq!(start["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_refusal_is_a_problem_in_words() {
    let problem = Shell::start()
        .call(
            "connect",
            json!({ "url": "http://northwind.okta.com", "token": "00secret" }),
        )
        .expect_err("no token is sent in the clear");
    assert_eq!(problem["code"], "badAddress");
    for part in ["what", "why", "mend"] {
        assert!(
            problem[part].as_str().is_some_and(|words| words.contains(' ')),
            "{part}: {problem}"
        );
    }
    assert!(!problem.to_string().contains("00secret"), "{problem}");
}

/// Names and argument names are those of the bindings: a command that is missing or called with other arguments answers with a
/// plain string of Tauri's, ours answers with a value or a `Problem`.
#[test]
fn every_command_of_the_bindings_is_there() {
    let bindings = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/bindings.ts");
    let bindings = fs::read_to_string(bindings).expect("committed");
    let shell = Shell::start();
    let commands = bindings
        .split("__TAURI_INVOKE(\"")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("a name"));
    let mut seen = 0;
    for command in commands {
        seen += 1;
        // No arguments: where some are needed, Tauri says which one is missing, by the name that it expects.
        if let Err(Value::String(words)) = shell.call(command, json!({})) {
            let argument = words
                .split("missing required key ")
                .nth(1)
                .unwrap_or_else(|| panic!("{command}: {words}"));
            assert!(
                bindings.contains(&format!("__TAURI_INVOKE(\"{command}\", {{ {argument}")),
                "{command}: {words}"
            );
        }
    }
    assert!(seen > 50, "{seen} commands");
}

#[test]
fn links_lead_to_web_pages_and_files_to_reports_only() {
    let shell = Shell::start();
    for url in [
        "file:///etc/passwd",
        "http://northwind.okta.com/",
        "javascript:alert(1)",
    ] {
        let problem = shell
            .call("open_link", json!({ "url": url }))
            .expect_err("not a page of a connected org");
        assert_eq!(problem["code"], "badInput", "{url}");
    }
    let outside = tempfile::NamedTempFile::new().expect("a file");
    let problem = shell
        .call("reveal", json!({ "path": outside.path() }))
        .expect_err("not a report");
    assert_eq!(problem["code"], "badInput");
    let gone = shell.folder.path().join("reports/gone.html");
    shell
        .call("reveal", json!({ "path": gone }))
        .expect_err("there is no such file");
}
