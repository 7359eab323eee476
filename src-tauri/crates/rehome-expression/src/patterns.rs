//! Regular expressions of `matches` and `isMemberOfGroupNameRegex`.

use regex::{Regex, RegexBuilder};

/// Largest compiled pattern, in bytes: a pattern of a few characters can ask for gigabytes.
const LARGEST: usize = 1 << 18;

#[derive(Clone, Debug)]
pub struct Pattern {
    anywhere: Regex,
    whole: Regex,
}

/// How a pattern fits. Java's `matches` wants the whole text to fit, other functions of Java only a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    Whole,
    /// A part, but not the whole text.
    Part,
    Not,
}

impl Pattern {
    /// `None`: no pattern that is understood here; Java, in which Okta is written, knows some more.
    pub fn new(pattern: &str) -> Option<Self> {
        let build = |pattern: &str| {
            let mut builder = RegexBuilder::new(pattern);
            builder.size_limit(LARGEST).dfa_size_limit(LARGEST).build().ok()
        };
        Some(Self {
            anywhere: build(pattern)?,
            // The leftmost match need not be the longest one, so the whole text is asked for by itself.
            whole: build(&format!("\\A(?:{pattern})\\z"))?,
        })
    }

    pub fn fit(&self, text: &str) -> Fit {
        if self.whole.is_match(text) {
            Fit::Whole
        } else if self.anywhere.is_match(text) {
            Fit::Part
        } else {
            Fit::Not
        }
    }
}
