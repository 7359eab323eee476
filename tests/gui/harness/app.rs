//! One running Rehome and the driver that holds its window.

use std::{
    env, fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use super::target_dir;

/// The driver starts within a second; a loaded machine may need longer.
const START: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

/// A running Rehome. Dropping it kills the program, as a crash would; `start` on the same folder is the restart.
pub struct App {
    pub window: Client,
    driver: Driver,
    pub data_dir: PathBuf,
}

impl App {
    pub async fn start(data_dir: &Path) -> Self {
        Self::start_with(data_dir, &[]).await
    }

    /// `environment` is added to that of the test, for instance `("REHOME_SPEED", "60")`.
    pub async fn start_with(data_dir: &Path, environment: &[(&str, &str)]) -> Self {
        let driver = Driver::start(data_dir, environment);
        let window = driver.open_window().await;
        Self {
            window,
            driver,
            data_dir: data_dir.to_owned(),
        }
    }

    /// What Rehome and its driver have printed so far.
    pub fn log(&self) -> &Path {
        &self.driver.log
    }

    /// Ends Rehome without warning it and waits until it is gone.
    pub async fn kill(self) {
        // The driver ends the program with the session; an error means that it was gone already.
        let _ = self.window.close().await;
        drop(self.driver);
    }

    /// Inner size of the window in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        self.window
            .set_window_size(width, height)
            .await
            .expect("the window can be resized");
    }

    /// As the menu of the window would: kept over restarts, shown at once.
    pub async fn show_in(&self, theme: Theme) {
        let name = match theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        let script = "localStorage.setItem('rehome.theme', arguments[0]); \
                      document.documentElement.dataset.theme = arguments[0];";
        self.window
            .execute(script, vec![json!(name)])
            .await
            .expect("scripts run in the window");
    }

    /// Keeps a picture in `target/screenshots/NAME.png`.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        // Fonts and transitions first: a picture of half a fade shows nothing.
        let settled = "const done = arguments[arguments.length - 1]; \
                       document.fonts.ready.then(() => Promise.allSettled(document.getAnimations() \
                         .filter((a) => a.effect?.getComputedTiming().endTime !== Infinity).map((a) => a.finished))) \
                         .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(null))));";
        self.window
            .execute_async(settled, vec![])
            .await
            .expect("the window draws");
        let picture = self.window.screenshot().await.expect("the window can be drawn");
        let folder = target_dir().join("screenshots");
        fs::create_dir_all(&folder).expect("the target folder is writable");
        let path = folder.join(format!("{name}.png"));
        fs::write(&path, picture).expect("the target folder is writable");
        path
    }

    /// A picture each in light and dark: `NAME.png` and `NAME-dark.png`. Leaves the window light.
    pub async fn screenshot_in_both(&self, name: &str) {
        self.show_in(Theme::Dark).await;
        self.screenshot(&format!("{name}-dark")).await;
        self.show_in(Theme::Light).await;
        self.screenshot(name).await;
    }
}

/// tauri-driver, the WebKit driver below it and Rehome below that: one process group, killed as one.
struct Driver {
    process: Child,
    url: String,
    log: PathBuf,
}

impl Driver {
    /// Rehome inherits the driver's environment, so that each start has its own driver.
    fn start(data_dir: &Path, environment: &[(&str, &str)]) -> Self {
        let program = env::var_os("REHOME_TAURI_DRIVER").unwrap_or_else(|| "tauri-driver".into());
        let (port, native_port) = (free_port(), free_port());
        let log = target_dir().join("tmp").join(format!("driver-{port}.log"));
        let output = fs::File::create(&log).expect("the target folder is writable");
        let process = Command::new(&program)
            .args(["--port", &port.to_string(), "--native-port", &native_port.to_string()])
            .env("REHOME_DATA_DIR", data_dir)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("a second handle"))
            .stderr(output)
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{} cannot be started: {error}", program.display()));
        Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
            log,
        }
    }

    async fn open_window(&self) -> Client {
        // No `browserName`: WebKitGTK refuses a name that it does not like.
        let capabilities = json!({ "tauri:options": { "application": env!("CARGO_BIN_EXE_rehome") } });
        let capabilities = capabilities.as_object().expect("an object").clone();
        let begun = Instant::now();
        loop {
            let opened = ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&self.url)
                .await;
            match opened {
                Ok(window) => return window,
                Err(_) if begun.elapsed() < START => tokio::time::sleep(Duration::from_millis(100)).await,
                Err(error) => {
                    let log = fs::read_to_string(&self.log).unwrap_or_default();
                    panic!("Rehome's window did not open: {error}\n{log}");
                }
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        // Both may find everything gone already, which is what they are for.
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
        let _ = self.process.wait();
        if !std::thread::panicking() {
            let _ = fs::remove_file(&self.log);
        }
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("bound").port()
}
