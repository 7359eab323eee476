//! Tokens to a tree, by recursive descent with SpEL's precedences.
//!
//! Chains of equal precedence are kept flat, so that the depth of a tree is bounded by [`DEEPEST`] and not by its length.

use serde_json::Value;

use crate::Problem;
use crate::functions;
use crate::lex::{self, Token};
use crate::values;

/// Deepest nesting of brackets, ternaries and prefix operators.
const DEEPEST: usize = 64;

#[derive(Clone, Debug)]
pub enum Pieces {
    Plain(Node),
    Template(Vec<Piece>),
}

#[derive(Clone, Debug)]
pub enum Piece {
    Literal(String),
    Expression(Node),
}

#[derive(Clone, Debug)]
pub struct Node {
    /// Index of the character where it starts (for operators: where the operator stands).
    pub at: usize,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Literal(Value),
    List(Vec<Node>),
    /// `{'group.id': {...}}`, an argument of `user.getGroups` alone.
    Dictionary(Vec<Node>),
    Root(String),
    Call {
        name: String,
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
        rest: Vec<(Operator, Node)>,
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
    /// `.![name]`
    Projection,
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

/// Plain EL: one expression and nothing after it.
pub fn plain(text: &str) -> Result<Node, Problem> {
    let text: Vec<char> = text.chars().collect();
    let (tokens, _) = lex::tokens(&text, 0, false)?;
    Parser {
        tokens,
        next: 0,
        depth: 0,
        prefixed: false,
    }
    .whole()
}

/// Literal text with `${...}`.
pub fn template(text: &str) -> Result<Vec<Piece>, Problem> {
    let text: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    while at < text.len() {
        if text[at] != '$' || text.get(at + 1) != Some(&'{') {
            literal.push(text[at]);
            at += 1;
            continue;
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(std::mem::take(&mut literal)));
        }
        let (tokens, after) = lex::tokens(&text, at + 2, true)?;
        pieces.push(Piece::Expression(
            Parser {
                tokens,
                next: 0,
                depth: 0,
                prefixed: true,
            }
            .whole()?,
        ));
        at = after;
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    Ok(pieces)
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
    /// Whether `fn:` may stand before a function.
    prefixed: bool,
}

impl Parser {
    fn whole(mut self) -> Result<Node, Problem> {
        if *self.peek() == Token::End {
            return Err(self.refuse("There is no expression here."));
        }
        let node = self.expression()?;
        match self.peek() {
            Token::End => Ok(node),
            other => {
                let message = format!("The expression could end before {}, but goes on.", shown(other));
                Err(self.refuse(&message))
            }
        }
    }

    fn expression(&mut self) -> Result<Node, Problem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.refuse("This is nested too deeply."));
        }
        let value = self.level(0)?;
        let at = self.at();
        let node = if self.take("?:") {
            let otherwise = Box::new(self.expression()?);
            Node {
                at,
                kind: Kind::Elvis {
                    value: Box::new(value),
                    otherwise,
                },
            }
        } else if self.take("?") {
            let then = Box::new(self.expression()?);
            self.need(":", "the value for when the condition does not hold")?;
            let otherwise = Box::new(self.expression()?);
            Node {
                at,
                kind: Kind::Choice {
                    condition: Box::new(value),
                    then,
                    otherwise,
                },
            }
        } else {
            value
        };
        self.depth -= 1;
        Ok(node)
    }

    /// Levels of binding: 0 OR, 1 AND, 2 comparison (only one, as in SpEL), 3 sum, 4 product.
    fn level(&mut self, level: usize) -> Result<Node, Problem> {
        let first = if level == 4 {
            self.unary()?
        } else {
            self.level(level + 1)?
        };
        let at = self.at();
        let mut rest = Vec::new();
        while let Some(operator) = self.operator(level) {
            self.next += 1;
            let right = if level == 4 {
                self.unary()?
            } else {
                self.level(level + 1)?
            };
            rest.push((operator, right));
            if level == 2 {
                break;
            }
        }
        if rest.is_empty() {
            return Ok(first);
        }
        Ok(Node {
            at,
            kind: Kind::Chain {
                first: Box::new(first),
                rest,
            },
        })
    }

    fn operator(&self, level: usize) -> Option<Operator> {
        use Operator::*;
        let word = match self.peek() {
            Token::Sign(sign) => (*sign).to_owned(),
            Token::Name(name) => name.to_ascii_lowercase(),
            _ => return None,
        };
        let (at_level, operator) = match word.as_str() {
            "||" | "or" => (0, Or),
            "&&" | "and" => (1, And),
            "==" | "eq" => (2, Equal),
            "!=" | "ne" => (2, Unequal),
            "<" | "lt" => (2, Less),
            ">" | "gt" => (2, Greater),
            "<=" | "le" => (2, AtMost),
            ">=" | "ge" => (2, AtLeast),
            "matches" => (2, Matches),
            "+" => (3, Plus),
            "-" => (3, Minus),
            "*" => (4, Times),
            "/" | "div" => (4, Divide),
            "%" | "mod" => (4, Remainder),
            _ => return None,
        };
        (at_level == level).then_some(operator)
    }

    fn unary(&mut self) -> Result<Node, Problem> {
        let at = self.at();
        let not = matches!(self.peek(), Token::Sign("!"))
            || matches!(self.peek(), Token::Name(name) if name.eq_ignore_ascii_case("not"));
        let negative = matches!(self.peek(), Token::Sign("-"));
        if !not && !negative {
            return self.postfix();
        }
        self.next += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.refuse("This is nested too deeply."));
        }
        let operand = Box::new(self.unary()?);
        self.depth -= 1;
        Ok(Node {
            at,
            kind: if not {
                Kind::Not(operand)
            } else {
                Kind::Negative(operand)
            },
        })
    }

    fn postfix(&mut self) -> Result<Node, Problem> {
        let base = self.primary()?;
        let mut steps = Vec::new();
        loop {
            let at = self.at();
            let kind = if self.take(".![") {
                self.expression()?;
                self.need("]", "the end of the projection")?;
                StepKind::Projection
            } else if self.take(".") || self.take("?.") {
                let name = self.name("the name of an attribute or function after the dot")?;
                if self.take("(") {
                    StepKind::Method {
                        arguments: self.list(")")?,
                        name,
                    }
                } else {
                    StepKind::Member(name)
                }
            } else if self.take("[") {
                let index = self.expression()?;
                self.need("]", "the end of the index")?;
                StepKind::Index(index)
            } else {
                break;
            };
            if let (true, StepKind::Method { name, arguments }, Kind::Root(root)) =
                (steps.is_empty(), &kind, &base.kind)
            {
                functions::check_count(&format!("{root}.{name}"), arguments.len(), base.at)?;
            }
            steps.push(Step { at, kind });
        }
        if steps.is_empty() {
            return Ok(base);
        }
        Ok(Node {
            at: base.at,
            kind: Kind::Path {
                base: Box::new(base),
                steps,
            },
        })
    }

    fn primary(&mut self) -> Result<Node, Problem> {
        let at = self.at();
        let token = self.peek().clone();
        self.next += 1;
        let kind = match token {
            Token::Text(text) => Kind::Literal(Value::String(text)),
            Token::Int(number) => Kind::Literal(Value::from(number)),
            Token::Number(number) => Kind::Literal(values::number(number)),
            Token::Sign("(") => {
                let inner = self.expression()?;
                self.need(")", "the closing bracket")?;
                return Ok(inner);
            }
            Token::Sign("{") => self.braces()?,
            Token::Name(name) => return self.named(at, name),
            other => {
                self.next -= 1;
                let message = match other {
                    Token::End => "A value is missing at the end.".to_owned(),
                    other => format!("A value is missing before {}.", shown(&other)),
                };
                return Err(self.refuse(&message));
            }
        };
        Ok(Node { at, kind })
    }

    fn named(&mut self, at: usize, name: String) -> Result<Node, Problem> {
        match name.to_ascii_lowercase().as_str() {
            "true" => {
                return Ok(Node {
                    at,
                    kind: Kind::Literal(Value::Bool(true)),
                });
            }
            "false" => {
                return Ok(Node {
                    at,
                    kind: Kind::Literal(Value::Bool(false)),
                });
            }
            "null" => {
                return Ok(Node {
                    at,
                    kind: Kind::Literal(Value::Null),
                });
            }
            _ => {}
        }
        if self.prefixed && name == "fn" && self.take(":") {
            let name = self.name("the name of a function after \"fn:\"")?;
            self.need("(", "the values of the function in brackets")?;
            return self.call(at, name);
        }
        if self.take("(") {
            return self.call(at, name);
        }
        Ok(Node {
            at,
            kind: Kind::Root(name),
        })
    }

    fn call(&mut self, at: usize, name: String) -> Result<Node, Problem> {
        let arguments = self.list(")")?;
        functions::check_count(&name, arguments.len(), at)?;
        Ok(Node {
            at,
            kind: Kind::Call { name, arguments },
        })
    }

    /// What follows an opening brace: an array `{1,2}` or a dictionary `{'group.id': ...}`.
    fn braces(&mut self) -> Result<Kind, Problem> {
        if self.take("}") {
            return Ok(Kind::List(Vec::new()));
        }
        let first = self.expression()?;
        if !self.take(":") {
            let mut items = vec![first];
            while self.take(",") {
                items.push(self.expression()?);
            }
            self.need("}", "the end of the array")?;
            return Ok(Kind::List(items));
        }
        let mut values = vec![first, self.expression()?];
        while self.take(",") {
            values.push(self.expression()?);
            self.need(":", "the value of this key")?;
            values.push(self.expression()?);
        }
        self.need("}", "the end of the list of keys")?;
        Ok(Kind::Dictionary(values))
    }

    /// Values up to the closing sign; the opening one is taken already.
    fn list(&mut self, close: &'static str) -> Result<Vec<Node>, Problem> {
        let mut items = Vec::new();
        if self.take(close) {
            return Ok(items);
        }
        loop {
            items.push(self.expression()?);
            if !self.take(",") {
                break;
            }
        }
        self.need(close, "a comma or the closing bracket")?;
        Ok(items)
    }

    fn name(&mut self, wanted: &str) -> Result<String, Problem> {
        match self.peek().clone() {
            Token::Name(name) => {
                self.next += 1;
                Ok(name)
            }
            other => Err(self.refuse(&format!("Here stands {}; expected is {wanted}.", shown(&other)))),
        }
    }

    fn need(&mut self, sign: &'static str, meaning: &str) -> Result<(), Problem> {
        if self.take(sign) {
            return Ok(());
        }
        let found = shown(self.peek());
        Err(self.refuse(&format!("Here stands {found}; expected is \"{sign}\": {meaning}.")))
    }

    fn take(&mut self, sign: &'static str) -> bool {
        let here = *self.peek() == Token::Sign(sign);
        self.next += usize::from(here);
        here
    }

    fn peek(&self) -> &Token {
        self.tokens.get(self.next).map_or(&Token::End, |(_, token)| token)
    }

    fn at(&self) -> usize {
        self.tokens
            .get(self.next)
            .or(self.tokens.last())
            .map_or(0, |(at, _)| *at)
    }

    fn refuse(&self, message: &str) -> Problem {
        Problem {
            at: self.at(),
            message: message.to_owned(),
        }
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Name(name) => format!("\"{name}\""),
        Token::Text(_) => "a text".to_owned(),
        Token::Int(number) => number.to_string(),
        Token::Number(number) => number.to_string(),
        Token::Sign(sign) => format!("\"{sign}\""),
        Token::End => "the end".to_owned(),
    }
}
