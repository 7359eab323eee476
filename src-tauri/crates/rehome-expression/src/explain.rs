//! Which part of a text gave which value for this person.

use serde_json::Value;

use crate::evaluate::{self, Seen, Stop};
use crate::scope::Scope;
use crate::tree::{Kind, Node, Piece, Pieces, StepKind};
use crate::{Preview, Warning};

/// An expression taken apart for one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What [`crate::Expression::evaluate`] gives.
    pub preview: Preview,
    /// The whole text with its parts below it.
    pub root: Explained,
}

/// A part of a text and what it gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// The first character of the part and the one after its last, counted in characters (Unicode scalar values).
    pub start: usize,
    pub end: usize,
    /// The part as it stands in the text.
    pub text: String,
    pub outcome: PartOutcome,
    /// What the part is, which way was taken, and the doubts that arose in it.
    pub words: String,
    /// Whether the value of this part is, unchanged, the result of the whole.
    pub gives_result: bool,
    pub parts: Vec<Explained>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PartOutcome {
    Value(Value),
    Unknown {
        why: String,
    },
    Refused {
        message: String,
    },
    /// The result did not depend on it, or something before it had no value.
    NotNeeded,
}

/// One line of an explanation, for a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub text: String,
    /// The first character of the part.
    pub at: usize,
    /// How deep the part lies in the whole; the whole has 0.
    pub depth: usize,
    /// `None`: not known, or not needed.
    pub value: Option<Value>,
    pub words: String,
    /// Whether the value of this part is, unchanged, the result of the whole.
    pub gives_result: bool,
}

impl Explanation {
    /// The parts as lines, each after the part that it belongs to.
    pub fn lines(&self) -> Vec<Part> {
        let mut lines = Vec::new();
        self.root.push_to(&mut lines, 0);
        lines
    }

    /// The smallest part whose value is the result: the branch that was taken, the attribute that had a value.
    pub fn giver(&self) -> Option<&Explained> {
        let mut part = Some(&self.root).filter(|root| root.gives_result)?;
        while let Some(below) = part.parts.iter().find(|below| below.gives_result) {
            part = below;
        }
        Some(part)
    }
}

impl Explained {
    pub fn value(&self) -> Option<&Value> {
        match &self.outcome {
            PartOutcome::Value(value) => Some(value),
            _ => None,
        }
    }

    fn push_to(&self, lines: &mut Vec<Part>, depth: usize) {
        lines.push(Part {
            text: self.text.clone(),
            at: self.start,
            depth,
            value: self.value().cloned(),
            words: self.words.clone(),
            gives_result: self.gives_result,
        });
        self.parts.iter().for_each(|part| part.push_to(lines, depth + 1));
    }
}

pub fn explain(pieces: &Pieces, text: &str, scope: &Scope<'_>) -> Explanation {
    let (preview, mut seen, doubts) = evaluate::watch(pieces, scope);
    seen.sort_by_key(|seen| seen.number);
    let build = Build {
        text: text.chars().collect(),
        seen,
        doubts,
    };
    let root = match pieces {
        Pieces::Plain(node) => build.part(node, preview.value().is_some()),
        Pieces::Template(pieces) => build.template(pieces, &preview),
    };
    Explanation { preview, root }
}

struct Build {
    text: Vec<char>,
    seen: Vec<Seen>,
    doubts: Vec<Warning>,
}

impl Build {
    fn cut(&self, start: usize, end: usize) -> String {
        self.text.get(start..end).unwrap_or_default().iter().collect()
    }

    fn seen(&self, node: &Node) -> Option<&Seen> {
        let found = self.seen.binary_search_by_key(&node.number, |seen| seen.number);
        found.ok().and_then(|index| self.seen.get(index))
    }

    fn template(&self, pieces: &[Piece], preview: &Preview) -> Explained {
        let parts = pieces.iter().map(|piece| match piece {
            Piece::Expression(node) => {
                let value = self.seen(node).and_then(|seen| seen.outcome.as_ref().ok());
                self.part(node, pieces.len() == 1 && value.is_some() && value == preview.value())
            }
            Piece::Literal { text, start, end } => Explained {
                start: *start,
                end: *end,
                text: text.clone(),
                outcome: PartOutcome::Value(Value::from(text.as_str())),
                words: "Fixed text.".to_owned(),
                gives_result: pieces.len() == 1,
                parts: Vec::new(),
            },
        });
        Explained {
            start: 0,
            end: self.text.len(),
            text: self.cut(0, self.text.len()),
            parts: parts.collect(),
            outcome: match preview {
                Preview::Value(value) | Preview::Warned { value, .. } => PartOutcome::Value(value.clone()),
                Preview::Unknown { why } => PartOutcome::Unknown { why: why.clone() },
                Preview::Error { message, .. } => PartOutcome::Refused {
                    message: message.clone(),
                },
            },
            words: "The parts, one after the other.".to_owned(),
            gives_result: preview.value().is_some(),
        }
    }

    fn part(&self, node: &Node, gives_result: bool) -> Explained {
        let seen = self.seen(node);
        let outcome = match seen.map(|seen| &seen.outcome) {
            None => PartOutcome::NotNeeded,
            Some(Ok(value)) => PartOutcome::Value(value.clone()),
            Some(Err(Stop::Unknown(why))) => PartOutcome::Unknown { why: why.clone() },
            Some(Err(Stop::Error { message, .. })) => PartOutcome::Refused {
                message: message.clone(),
            },
        };
        // A name before a dot is no part of its own.
        let below: Vec<&Node> = node
            .parts()
            .into_iter()
            .filter(|below| !names_only(node, below))
            .collect();
        let mut words = match &outcome {
            PartOutcome::NotNeeded => "Not looked at.".to_owned(),
            PartOutcome::Unknown { why } => why.clone(),
            PartOutcome::Refused { message } => message.clone(),
            PartOutcome::Value(_) => self.what(node),
        };
        if let (Some(seen), PartOutcome::Value(_)) = (seen, &outcome) {
            let inner: Vec<_> = below.iter().filter_map(|below| self.seen(below)).collect();
            for index in seen.doubts.clone() {
                if !inner.iter().any(|inner| inner.doubts.contains(&index))
                    && let Some(doubt) = self.doubts.get(index)
                {
                    words.push(' ');
                    words.push_str(&doubt.words);
                }
            }
        }
        let passes = |below: &Node| gives_result && self.passes_on(node, below);
        let parts = below.iter().map(|below| self.part(below, passes(below)));
        Explained {
            start: node.start,
            end: node.end,
            text: self.cut(node.start, node.end),
            parts: parts.collect(),
            outcome,
            words,
            gives_result,
        }
    }

    fn has_value(&self, node: &Node) -> bool {
        self.seen(node).is_some_and(|seen| seen.outcome.is_ok())
    }

    /// Whether the value of `below` is that of `node`, unchanged.
    fn passes_on(&self, node: &Node, below: &Node) -> bool {
        match &node.kind {
            Kind::Choice { then, otherwise, .. } => {
                let branch = below.number == then.number || below.number == otherwise.number;
                branch && self.has_value(below)
            }
            Kind::Elvis { value, otherwise } => {
                if self.has_value(otherwise) {
                    below.number == otherwise.number
                } else {
                    below.number == value.number
                }
            }
            _ => false,
        }
    }

    /// What a part is and does, in a sentence.
    fn what(&self, node: &Node) -> String {
        match &node.kind {
            Kind::Literal(Value::Null) => "Stands for no value.".to_owned(),
            Kind::Literal(_) => "Fixed value.".to_owned(),
            Kind::Pattern(..) => "A pattern.".to_owned(),
            Kind::List(items) => format!("A list of {}.", items.len()),
            Kind::Dictionary(_) => "A list of keys.".to_owned(),
            Kind::Root(_) => "Attribute.".to_owned(),
            Kind::Call { name, .. } => format!("What {name} makes of {}.", values_of(node)),
            Kind::Path { base, steps } => path_words(base, steps.first().map(|step| &step.kind)),
            Kind::Not(_) => "The opposite.".to_owned(),
            Kind::Negative(_) => "The number with a minus sign.".to_owned(),
            Kind::Chain { rest, .. } => chain_words(rest.first().map(|link| link.operator)),
            Kind::Choice { then, .. } => if self.seen(then).is_some() {
                "The condition holds, so the first value is taken."
            } else {
                "The condition does not hold, so the second value is taken."
            }
            .to_owned(),
            Kind::Elvis { otherwise, .. } => if self.seen(otherwise).is_some() {
                "The first value is empty, so the second is taken."
            } else {
                "The first value is not empty, so it is taken."
            }
            .to_owned(),
        }
    }
}

/// Whether `below` is the name before the dot of `node`.
fn names_only(node: &Node, below: &Node) -> bool {
    matches!(node.kind, Kind::Path { .. }) && matches!(below.kind, Kind::Root(_))
}

fn values_of(node: &Node) -> String {
    match node.parts().len() {
        0 => "nothing".to_owned(),
        1 => "its value".to_owned(),
        many => format!("its {many} values"),
    }
}

fn path_words(base: &Node, first: Option<&StepKind>) -> String {
    let Kind::Root(root) = &base.kind else {
        return "Taken from the value before it.".to_owned();
    };
    let of = match root.as_str() {
        "user" => "Attribute of the Okta profile.".to_owned(),
        "source" => "Attribute of the profile that the mapping starts from.".to_owned(),
        "appuser" => "Attribute of the person's profile in the app.".to_owned(),
        "app" | "target_app" => "Setting of the app.".to_owned(),
        "instance" => "Setting of the instance.".to_owned(),
        "org" => "Property of the org.".to_owned(),
        other if other.ends_with("_app") => format!("Setting of {other}."),
        other => format!("Attribute of {other}."),
    };
    match first {
        Some(StepKind::Index(_)) => format!("{of} Its name is calculated."),
        _ => of,
    }
}

fn chain_words(operator: Option<crate::tree::Operator>) -> String {
    use crate::tree::Operator::*;
    match operator {
        Some(Or) => "True when one of them is true.",
        Some(And) => "True when all of them are true.",
        Some(Equal | Unequal | Less | Greater | AtMost | AtLeast) => "A comparison.",
        Some(Matches) => "Whether the pattern fits.",
        Some(Plus) => "Joined, or added where both are numbers.",
        _ => "Calculated.",
    }
    .to_owned()
}
