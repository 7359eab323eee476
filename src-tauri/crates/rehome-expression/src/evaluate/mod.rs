//! Walks a tree. Only what is needed is evaluated: the branch not taken may hold anything.
//!
//! Values are borrowed from the text and the profile as long as possible: the same expression is evaluated for a hundred
//! thousand people.

mod names;
mod operators;
mod steps;

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::functions::{self, Call, Function, Run};
use crate::scope::{Readings, Scope};
use crate::tree::{Kind, Node, Piece, Pieces};
use crate::{Preview, Warning, values};

/// Longest text that is built, in bytes: replacing can multiply a text, and no attribute holds more.
pub const LONGEST: usize = 100_000;

/// A value, borrowed where it can be.
pub type Given<'t> = Cow<'t, Value>;

pub static NULL: Value = Value::Null;

/// Why an evaluation ends without a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    Unknown(String),
    Error { at: usize, message: String },
}

/// The doubts so far, and how what is doubtful is read.
#[derive(Debug, Default)]
pub struct Doubts {
    pub list: Vec<Warning>,
    pub readings: Readings,
}

impl Doubts {
    pub fn add(&mut self, at: usize, words: String) {
        let doubt = Warning { at, words };
        if !self.list.contains(&doubt) {
            self.list.push(doubt);
        }
    }

    /// What joining null to text adds.
    pub fn null_joined(&self) -> &'static str {
        if self.readings.null_is_a_word { "null" } else { "" }
    }
}

type Outcome<'t> = Result<Given<'t>, Stop>;

/// What one part gave, and which of the doubts arose in it (parts below included).
#[derive(Clone, Debug)]
pub struct Seen {
    pub number: usize,
    pub outcome: Result<Value, Stop>,
    pub doubts: std::ops::Range<usize>,
}

pub fn run(pieces: &Pieces, scope: &Scope<'_>) -> Preview {
    let mut walk = Walk::new(scope);
    let outcome = walk.all(pieces).map(Cow::into_owned);
    finish(walk, outcome, pieces)
}

/// The same, and what each part gave.
pub fn watch(pieces: &Pieces, scope: &Scope<'_>) -> (Preview, Vec<Seen>, Vec<Warning>) {
    let mut walk = Walk::new(scope);
    walk.seen = Some(Vec::new());
    let outcome = walk.all(pieces).map(Cow::into_owned);
    let seen = walk.seen.take().unwrap_or_default();
    let doubts = walk.doubts.list.clone();
    (finish(walk, outcome, pieces), seen, doubts)
}

fn finish(mut walk: Walk<'_>, outcome: Result<Value, Stop>, pieces: &Pieces) -> Preview {
    if let (Ok(value), Some(at)) = (&outcome, walk.blank_at) {
        // Documented is: never set is null, cleared is "". Which of both an empty attribute is, its value alone may not tell.
        let mut other = Walk::new(walk.scope);
        other.cleared = true;
        let same = other
            .all(pieces)
            .is_ok_and(|other| *other == *value || (blank(&other) && blank(value)));
        if !same {
            walk.doubts.add(
                at,
                "An attribute is empty. Okta makes a difference between one never set (null) and one cleared (\"\"); here the result depends on it."
                    .to_owned(),
            );
        }
    }
    match outcome {
        Ok(value) if walk.doubts.list.is_empty() => Preview::Value(value),
        Ok(value) => Preview::Warned {
            value,
            warnings: walk.doubts.list,
        },
        Err(Stop::Unknown(why)) => Preview::Unknown { why },
        Err(Stop::Error { at, message }) => Preview::Error { at, message },
    }
}

/// Neither null nor "" puts anything into an attribute.
fn blank(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

struct Walk<'t> {
    scope: &'t Scope<'t>,
    doubts: Doubts,
    seen: Option<Vec<Seen>>,
    /// Attributes that are null are read as cleared.
    cleared: bool,
    /// Where an empty attribute was compared.
    blank_at: Option<usize>,
    /// Conditions of choices under way.
    conditions: usize,
}

fn unknown<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Unknown(why.into()))
}

fn too_long<T>(what: &str) -> Result<T, Stop> {
    unknown(format!("{what} would build a text of more than {LONGEST} bytes."))
}

impl<'t> Walk<'t> {
    fn new(scope: &'t Scope<'t>) -> Self {
        Self {
            scope,
            doubts: Doubts {
                list: Vec::new(),
                readings: scope.readings,
            },
            seen: None,
            cleared: false,
            blank_at: None,
            conditions: 0,
        }
    }

    fn all(&mut self, pieces: &'t Pieces) -> Outcome<'t> {
        match pieces {
            Pieces::Plain(node) => self.value(node),
            Pieces::Template(pieces) => self.template(pieces),
        }
    }

    fn template(&mut self, pieces: &'t [Piece]) -> Outcome<'t> {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Literal { text: literal, .. } => text.push_str(literal),
                Piece::Expression(node) => {
                    let value = self.value(node)?;
                    match values::plain_text(&value) {
                        Some(plain) => text.push_str(&plain),
                        None => self.doubts.add(
                            node.at,
                            format!(
                                "A placeholder is {}; what Okta puts in its place is not documented.",
                                values::kind(&value)
                            ),
                        ),
                    }
                }
            }
            if text.len() > LONGEST {
                return too_long("The template");
            }
        }
        Ok(Cow::Owned(Value::String(text)))
    }

    fn value(&mut self, node: &'t Node) -> Outcome<'t> {
        if self.seen.is_none() {
            return self.compute(node);
        }
        let before = self.doubts.list.len();
        let outcome = self.compute(node);
        let doubts = before..self.doubts.list.len();
        if let Some(seen) = &mut self.seen {
            seen.push(Seen {
                number: node.number,
                outcome: outcome.as_deref().cloned().map_err(Clone::clone),
                doubts,
            });
        }
        outcome
    }

    fn compute(&mut self, node: &'t Node) -> Outcome<'t> {
        match &node.kind {
            Kind::Literal(value) | Kind::Pattern(value, _) => Ok(Cow::Borrowed(value)),
            Kind::List(items) => {
                let items = items.iter().map(|item| self.value(item).map(Cow::into_owned));
                Ok(Cow::Owned(Value::Array(items.collect::<Result<_, _>>()?)))
            }
            Kind::Dictionary(_) => {
                unknown("A list of keys is an argument of user.getGroups(), which needs the person's groups.")
            }
            Kind::Root(name) => self.root_alone(node.at, name),
            Kind::Call {
                name,
                function,
                arguments,
            } => self.call(name, *function, node.at, arguments),
            Kind::Path { base, steps } => self.path(base, steps),
            Kind::Not(inner) => Ok(Cow::Owned(Value::Bool(!self.condition(inner)?))),
            Kind::Negative(inner) => match &*self.value(inner)? {
                Value::Number(number) => Ok(Cow::Owned(match number.as_i64().and_then(i64::checked_neg) {
                    Some(whole) => Value::from(whole),
                    None => values::number(-number.as_f64().unwrap_or(0.0)),
                })),
                other => unknown(format!("The minus sign stands before {}.", values::kind(other))),
            },
            Kind::Chain { first, rest } => self.chain(first, rest),
            Kind::Choice {
                condition,
                then,
                otherwise,
            } => {
                self.conditions += 1;
                let holds = self.condition(condition);
                self.conditions -= 1;
                self.value(if holds? { then } else { otherwise })
            }
            Kind::Elvis { value, otherwise } => {
                let value = self.value(value)?;
                if blank(&value) {
                    self.value(otherwise)
                } else {
                    Ok(value)
                }
            }
        }
    }

    fn call(
        &mut self,
        name: &'t str,
        function: Option<&'static Function>,
        at: usize,
        arguments: &'t [Node],
    ) -> Outcome<'t> {
        let Some(function) = function else {
            return unknown(functions::why_unknown(name));
        };
        if !function.can_run(self.scope) {
            return unknown(functions::why_unknown(name));
        }
        if self.conditions > 0 && function.not_in_conditions() {
            self.doubts.add(
                at,
                format!("{name} stands in a condition; Okta documents that it is not supported there."),
            );
        }
        // Most calls have few values; those need no list of their own.
        let mut few: [Given<'t>; 4] = std::array::from_fn(|_| Cow::Borrowed(&NULL));
        if arguments.len() <= few.len() {
            for (slot, node) in few.iter_mut().zip(arguments) {
                *slot = self.argument(node)?;
            }
            return self.run(function, at, &few[..arguments.len()]);
        }
        let many = arguments.iter().map(|node| self.argument(node));
        let many = many.collect::<Result<Vec<_>, _>>()?;
        self.run(function, at, &many)
    }

    fn run(&mut self, function: &'static Function, at: usize, given: &[Given<'t>]) -> Outcome<'t> {
        let mut call = Call {
            name: function.name,
            at,
            doubts: &mut self.doubts,
        };
        match function.run {
            Run::Values(run) => run(&mut call, given),
            Run::Scope(run) => run(&mut call, self.scope, given),
            Run::Never => unknown(functions::why_unknown(function.name)),
        }
        .map(Cow::Owned)
    }

    /// The value of an argument, which alone may be a list of keys.
    fn argument(&mut self, node: &'t Node) -> Outcome<'t> {
        let Kind::Dictionary(entries) = &node.kind else {
            return self.value(node);
        };
        let mut object = Map::new();
        for pair in entries.chunks_exact(2) {
            let key = self.value(&pair[0])?;
            let Value::String(key) = &*key else {
                return unknown("A key of a list of keys is no text.");
            };
            let value = self.value(&pair[1])?.into_owned();
            object.insert(key.clone(), value);
        }
        Ok(Cow::Owned(Value::Object(object)))
    }

    fn condition(&mut self, node: &'t Node) -> Result<bool, Stop> {
        match &*self.value(node)? {
            Value::Bool(yes) => Ok(*yes),
            Value::String(text) if matches!(text.as_str(), "true" | "false") => {
                self.doubts
                    .add(node.at, "A text stands where a condition is needed.".to_owned());
                Ok(text == "true")
            }
            other => unknown(format!(
                "A condition is {}; what Okta does then is not documented.",
                values::kind(other)
            )),
        }
    }
}
