//! The tree of a parsed text. Every part knows its place in the text and has a number, so that an explanation can say
//! what each part gave.

use serde_json::Value;

use crate::functions::Function;
use crate::patterns::Pattern;

#[derive(Clone, Debug)]
pub enum Pieces {
    Plain(Node),
    Template(Vec<Piece>),
}

#[derive(Clone, Debug)]
pub enum Piece {
    Literal { text: String, start: usize, end: usize },
    Expression(Node),
}

#[derive(Clone, Debug)]
pub struct Node {
    /// Counted from 0 within one text.
    pub number: usize,
    /// Where a doubt points to: the first character, for operators the operator.
    pub at: usize,
    /// The first character of the part and the one after its last.
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Literal(Value),
    /// The right side of `matches`, where it is a text that is a pattern: compiled once.
    Pattern(Value, Box<Pattern>),
    List(Vec<Node>),
    /// `{'group.id': {...}}`, keys and values by turns; an argument of `user.getGroups` alone.
    Dictionary(Vec<Node>),
    Root(String),
    /// A function by its full name: `String.len`, `toLowerCase`, `user.getGroups`. `None`: not one that is known.
    Call {
        name: String,
        function: Option<&'static Function>,
        arguments: Vec<Node>,
    },
    Path {
        base: Box<Node>,
        steps: Vec<Step>,
    },
    Not(Box<Node>),
    Negative(Box<Node>),
    Chain {
        first: Box<Node>,
        rest: Vec<Link>,
    },
    Choice {
        condition: Box<Node>,
        then: Box<Node>,
        otherwise: Box<Node>,
    },
    Elvis {
        value: Box<Node>,
        otherwise: Box<Node>,
    },
}

/// An operator and what stands after it.
#[derive(Clone, Debug)]
pub struct Link {
    pub operator: Operator,
    pub at: usize,
    pub node: Node,
}

#[derive(Clone, Debug)]
pub struct Step {
    pub at: usize,
    pub kind: StepKind,
}

#[derive(Clone, Debug)]
pub enum StepKind {
    Member(String),
    Index(Node),
    Method {
        name: String,
        arguments: Vec<Node>,
    },
    /// `.![name]`, `.![profile.name]`: the names to follow; none for anything that is more than names.
    Projection(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    Greater,
    AtMost,
    AtLeast,
    Matches,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
}

impl Node {
    /// The parts directly below this one, in the order of the text.
    pub fn parts(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::Literal(_) | Kind::Pattern(..) | Kind::Root(_) => Vec::new(),
            Kind::List(items) | Kind::Dictionary(items) | Kind::Call { arguments: items, .. } => items.iter().collect(),
            Kind::Path { base, steps } => {
                let mut parts = vec![&**base];
                for step in steps {
                    match &step.kind {
                        StepKind::Index(index) => parts.push(index),
                        StepKind::Method { arguments, .. } => parts.extend(arguments),
                        StepKind::Member(_) | StepKind::Projection(_) => {}
                    }
                }
                parts
            }
            Kind::Not(inner) | Kind::Negative(inner) => vec![inner],
            Kind::Chain { first, rest } => std::iter::once(&**first)
                .chain(rest.iter().map(|link| &link.node))
                .collect(),
            Kind::Choice {
                condition,
                then,
                otherwise,
            } => vec![condition, then, otherwise],
            Kind::Elvis { value, otherwise } => vec![value, otherwise],
        }
    }
}
