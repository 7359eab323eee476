//! The practice org as a program of its own: connected to like any real org, and alive when Rehome is not.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// A running `practice-org`. Dropping it ends the org.
pub struct PracticeProgram {
    process: Child,
    pub url: String,
    pub token: String,
}

impl PracticeProgram {
    /// `arguments` as on its command line, for instance `["--people", "200", "--speed", "20"]`.
    pub fn start(arguments: &[&str]) -> Self {
        // Built beside Rehome by `cargo xtask test`.
        let program = Path::new(env!("CARGO_BIN_EXE_rehome")).with_file_name("practice-org");
        let token = format!("00practice{}", std::process::id());
        let mut process = Command::new(&program)
            .args(["--port", "0", "--token", &token])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} cannot be started: {error}", program.display()));
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let url = loop {
            let line = lines
                .next()
                .expect("it says where it listens before it ends")
                .expect("its output is text");
            if let Some((_, url)) = line.split_once("listening on ") {
                break url.trim().to_owned();
            }
        };
        // Whatever else it prints is read and dropped, so that it never waits for a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, url, token }
    }
}

impl Drop for PracticeProgram {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
