//! Okta Expression Language: parse, evaluate, and say what cannot be known.
//!
//! The language is a subset of Spring SpEL with Okta's own functions. Its documentation is silent on much (null operands,
//! absent needles, ranges), so a [`Preview`] is one of four things: an exact value, a best guess with its doubts, a plain
//! "cannot be known here", or a text that Okta would refuse. Nothing here panics, whatever the text: nesting and the
//! length of results are bounded.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod evaluate;
mod explain;
mod functions;
mod lex;
mod parse;
mod patterns;
mod references;
mod scope;
mod tree;
mod values;

#[cfg(test)]
mod tests;

use serde_json::Value;

pub use explain::{Explained, Explanation, Part, PartOutcome};
pub use functions::{FunctionInfo, functions};
pub use references::references;
pub use scope::{Attributes, Internal, Org, Readings, Scope, attributes};

/// What an expression would give, as far as that can be known without asking Okta.
#[derive(Clone, Debug, PartialEq)]
pub enum Preview {
    /// Documented semantics all the way.
    Value(Value),
    /// A best guess: at least one step is not documented.
    Warned { value: Value, warnings: Vec<Warning> },
    /// Needs something that is not at hand: groups, a directory, the time, another app instance.
    Unknown { why: String },
    /// Okta would refuse this text.
    Error {
        /// Index of the character (Unicode scalar value) in the text.
        at: usize,
        message: String,
    },
}

/// A doubt about a guessed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Index of the character in the text.
    pub at: usize,
    pub words: String,
}

impl Preview {
    /// The value, sure or guessed.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) | Self::Warned { value, .. } => Some(value),
            Self::Unknown { .. } | Self::Error { .. } => None,
        }
    }

    /// The value, when every step to it is documented.
    pub fn sure(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The value as Okta would store it in an attribute of type string; `null` gives nothing.
    pub fn text(&self) -> Option<String> {
        self.value().and_then(values::stored_text)
    }

    /// Warnings, reason or message as sentences; empty for an exact value.
    pub fn words(&self) -> String {
        match self {
            Self::Value(_) => String::new(),
            Self::Warned { warnings, .. } => {
                let words: Vec<&str> = warnings.iter().map(|warning| warning.words.as_str()).collect();
                words.join(" ")
            }
            Self::Unknown { why } => why.clone(),
            Self::Error { message, .. } => message.clone(),
        }
    }
}

/// Why a text is not an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// Index of the character in the text.
    pub at: usize,
    pub message: String,
}

/// A parsed text: parse once, evaluate for many people.
#[derive(Clone, Debug)]
pub struct Expression {
    pieces: tree::Pieces,
    text: Box<str>,
}

impl Expression {
    /// Parses plain EL, as mappings and username templates of type CUSTOM hold it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        parse::plain(text).map(|expression| Self {
            pieces: tree::Pieces::Plain(expression),
            text: text.into(),
        })
    }

    /// Parses literal text with `${...}`, as username templates of type BUILT_IN and SAML settings hold it.
    /// Inside the braces functions may carry the prefix `fn:`.
    pub fn template(text: &str) -> Result<Self, Problem> {
        parse::template(text).map(|pieces| Self {
            pieces: tree::Pieces::Template(pieces),
            text: text.into(),
        })
    }

    /// Evaluates for what `scope` holds.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Preview {
        evaluate::run(&self.pieces, scope)
    }

    /// Evaluates for what `scope` holds, and says what each part of the text gave. Slower than [`Self::evaluate`].
    pub fn explain(&self, scope: &Scope<'_>) -> Explanation {
        explain::explain(&self.pieces, &self.text, scope)
    }

    /// The text that was parsed.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Evaluates plain EL: mappings, usernames of type CUSTOM.
pub fn evaluate(text: &str, scope: &Scope<'_>) -> Preview {
    preview(Expression::parse(text), scope)
}

/// Evaluates literal text with `${...}`: usernames of type BUILT_IN, SAML settings.
pub fn evaluate_template(text: &str, scope: &Scope<'_>) -> Preview {
    preview(Expression::template(text), scope)
}

fn preview(parsed: Result<Expression, Problem>, scope: &Scope<'_>) -> Preview {
    match parsed {
        Ok(expression) => expression.evaluate(scope),
        Err(Problem { at, message }) => Preview::Error { at, message },
    }
}
