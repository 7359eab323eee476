//! What the operating system has to bring along. Debian and Ubuntu get it installed, others are told.

use std::process::Command;

use crate::{
    places::has_program,
    step::{self, Done, Failure},
};

/// Where a need shows: a program on the path, or a library that pkg-config knows.
enum Sign {
    Program(&'static str),
    Library(&'static str),
}

struct Need {
    sign: Sign,
    debian: &'static str,
}

const fn program(name: &'static str, debian: &'static str) -> Need {
    Need {
        sign: Sign::Program(name),
        debian,
    }
}

const fn library(name: &'static str, debian: &'static str) -> Need {
    Need {
        sign: Sign::Library(name),
        debian,
    }
}

/// C compiler, make and perl build SQLCipher and OpenSSL; WebKit draws the window.
const TO_BUILD: &[Need] = &[
    program("cc", "build-essential"),
    program("make", "build-essential"),
    program("perl", "perl"),
    program("pkg-config", "pkg-config"),
    library("webkit2gtk-4.1", "libwebkit2gtk-4.1-dev"),
];

/// A display, a session bus with a keychain, and WebKit's driver.
const TO_TEST: &[Need] = &[
    program("Xvfb", "xvfb"),
    program("dbus-run-session", "dbus"),
    program("gnome-keyring-daemon", "gnome-keyring"),
    program("WebKitWebDriver", "webkit2gtk-driver"),
];

/// Sees to everything that building needs.
pub fn to_build() -> Done {
    see_to(TO_BUILD)?;
    node()
}

/// Sees to everything that the tests in the window need besides.
pub fn to_test() -> Done {
    see_to(TO_TEST)
}

fn see_to(needs: &[Need]) -> Done {
    if cfg!(target_os = "macos") {
        return if step::answer(Command::new("xcode-select").arg("-p")).is_some() {
            Ok(())
        } else {
            Err(Failure(
                "Apple's command line tools are missing. Install them with: xcode-select --install".to_owned(),
            ))
        };
    }
    if cfg!(windows) {
        // The linker comes with Rust's own set-up, WebView2 with Windows; SQLCipher and OpenSSL ask for Perl.
        return if has_program("perl") {
            Ok(())
        } else {
            Err(Failure("Perl is missing, which OpenSSL needs to build. Install it with: winget install StrawberryPerl.StrawberryPerl".to_owned()))
        };
    }
    let missing = missing(needs);
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !has_program("apt-get") {
        return Err(Failure(format!(
            "Some packages are missing. On Debian they are called: {list}. Install what your distribution calls them, then try again."
        )));
    }
    let root = step::answer(Command::new("id").arg("-u")).as_deref() == Some("0");
    if !root && step::answer(Command::new("sudo").args(["-n", "true"])).is_none() {
        return Err(Failure(format!(
            "Some packages are missing. Install them with:\n\n    sudo apt-get install {list}\n\nthen try again."
        )));
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        if !root {
            command.args(["-n", "env"]);
        }
        command
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"])
            .args(arguments);
        command
    };
    step::quietly("apt-get update", &mut apt(&["update"]))?;
    let mut install = apt(&["install", "-y", "--no-install-recommends"]);
    step::quietly(&format!("install {list}"), install.args(&missing))
}

/// Debian names of what is missing, each once.
fn missing(needs: &[Need]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for need in needs {
        let there = match need.sign {
            Sign::Program(name) => has_program(name),
            Sign::Library(name) => step::answer(Command::new("pkg-config").args(["--exists", name])).is_some(),
        };
        if !there && !names.contains(&need.debian) {
            names.push(need.debian);
        }
    }
    names
}

/// Node is a precondition: which one to install is the developer's choice.
fn node() -> Done {
    let version = step::answer(Command::new("node").arg("--version"));
    let parts = version
        .as_deref()
        .unwrap_or_default()
        .trim_start_matches('v')
        .split('.');
    let parts = parts.map_while(|part| part.parse::<u32>().ok()).collect::<Vec<_>>();
    if parts.as_slice() >= [20, 19].as_slice() {
        return Ok(());
    }
    let found = version.map_or("none was found".to_owned(), |version| format!("this one is {version}"));
    Err(Failure(format!(
        "Node.js 20.19 or newer is needed to build the window; {found}. See https://nodejs.org"
    )))
}
