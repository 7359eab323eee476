//! A desktop session of its own for the tests in the window: display, session bus, unlocked keychain. It shares nothing with
//! the session of the person at the keys, and leaves nothing behind.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use crate::{
    places,
    step::{Done, Failure},
};

/// Unlocks a new keychain and runs the command. What the services of the session have to say goes to the log (2); the command
/// speaks on the real stderr (3).
const IN_SESSION: &str = r#"
printf %s "a password for an empty keychain" | gnome-keyring-daemon --unlock --components=secrets >&2
"$@" 2>&3
"#;

/// Larger than any window under test.
const SCREEN: &str = "1920x1440x24";

/// A display and a home, until dropped.
pub struct Session {
    display: Child,
    number: String,
    home: PathBuf,
}

impl Session {
    pub fn start() -> Result<Self, Failure> {
        // Not in target/: a path to a socket must be short.
        let home = env::temp_dir().join(format!("rehome-session-{}", std::process::id()));
        for folder in ["run", "data", "config", "cache"] {
            fs::create_dir_all(home.join(folder))?;
        }
        private(&home.join("run"))?;
        let mut display = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Failure(format!("Xvfb could not be started: {error}")))?;
        // It takes a free number and says which.
        let mut number = String::new();
        if let Some(output) = display.stdout.take() {
            BufReader::new(output).read_line(&mut number)?;
        }
        let number = number.trim().to_owned();
        let session = Self { display, number, home };
        if session.number.is_empty() {
            return Err(Failure("Xvfb ended before it had a display".to_owned()));
        }
        Ok(session)
    }

    /// The same command inside the session.
    pub fn command(&self, command: &Command) -> Result<Command, Failure> {
        fs::create_dir_all(places::own())?;
        let mut inside = Command::new("sh");
        inside.args([
            "-c",
            r#"exec dbus-run-session -- sh -c "$0" sh "$@" 3>&2 2>"$SESSION_LOG""#,
            IN_SESSION,
        ]);
        inside.env("SESSION_LOG", places::own().join("session.log"));
        inside.arg(command.get_program()).args(command.get_args());
        if let Some(folder) = command.get_current_dir() {
            inside.current_dir(folder);
        }
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => inside.env(name, value),
                None => inside.env_remove(name),
            };
        }
        inside
            .env("DISPLAY", format!(":{}", self.number))
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11");
        for (name, folder) in [
            ("XDG_RUNTIME_DIR", "run"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
        ] {
            inside.env(name, self.home.join(folder));
        }
        // Without these, GTK looks for a screen reader and a desktop portal, and waits for them.
        inside.env("NO_AT_BRIDGE", "1").env("GTK_USE_PORTAL", "0");
        Ok(inside)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.display.kill();
        let _ = self.display.wait();
        let _ = fs::remove_dir_all(&self.home);
    }
}

/// The session's services refuse a folder that others can read.
#[cfg(unix)]
fn private(folder: &std::path::Path) -> Done {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?)
}

#[cfg(not(unix))]
fn private(_: &std::path::Path) -> Done {
    Ok(())
}
