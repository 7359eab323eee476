//! Tokens to a tree, by recursive descent with SpEL's precedences.
//!
//! Chains of equal precedence are kept flat, so that the depth of a tree is bounded by [`DEEPEST`] and not by its length.

use serde_json::Value;

use crate::functions;
use crate::lex::{self, Placed, Token};
use crate::patterns::Pattern;
use crate::tree::{Kind, Link, Node, Operator, Piece, Step, StepKind};
use crate::{Problem, values};

/// Deepest nesting of brackets, ternaries and prefix operators.
const DEEPEST: usize = 64;

/// Plain EL: one expression and nothing after it.
pub fn plain(text: &str) -> Result<Node, Problem> {
    let text: Vec<char> = text.chars().collect();
    let (tokens, _) = lex::tokens(&text, 0, false)?;
    Parser::new(tokens, false, 0).whole().map(|(node, _)| node)
}

/// Literal text with `${...}`.
pub fn template(text: &str) -> Result<Vec<Piece>, Problem> {
    let text: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let (mut at, mut start, mut numbers) = (0, 0, 0);
    let end_literal = |literal: &mut String, start: usize, end: usize, pieces: &mut Vec<Piece>| {
        if !literal.is_empty() {
            let text = std::mem::take(literal);
            pieces.push(Piece::Literal { text, start, end });
        }
    };
    while at < text.len() {
        if text[at] != '$' || text.get(at + 1) != Some(&'{') {
            literal.push(text[at]);
            at += 1;
            continue;
        }
        end_literal(&mut literal, start, at, &mut pieces);
        let (tokens, after) = lex::tokens(&text, at + 2, true)?;
        let (node, next_number) = Parser::new(tokens, true, numbers).whole()?;
        pieces.push(Piece::Expression(node));
        (at, start, numbers) = (after, after, next_number);
    }
    end_literal(&mut literal, start, at, &mut pieces);
    Ok(pieces)
}

struct Parser {
    tokens: Vec<Placed>,
    next: usize,
    depth: usize,
    /// Whether `fn:` may stand before a function.
    prefixed: bool,
    /// The number of the next part.
    number: usize,
}

impl Parser {
    fn new(tokens: Vec<Placed>, prefixed: bool, number: usize) -> Self {
        Self {
            tokens,
            next: 0,
            depth: 0,
            prefixed,
            number,
        }
    }

    /// A part that ends with the last token taken.
    fn node(&mut self, start: usize, at: usize, kind: Kind) -> Node {
        let number = self.number;
        self.number += 1;
        let end = self
            .next
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(start, |last| last.end);
        Node {
            number,
            at,
            start,
            end,
            kind,
        }
    }

    /// The tree, and the number of the next part.
    fn whole(mut self) -> Result<(Node, usize), Problem> {
        if *self.peek() == Token::End {
            return Err(self.refuse("There is no expression here."));
        }
        let node = self.expression()?;
        match self.peek() {
            Token::End => Ok((node, self.number)),
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
        let start = self.at();
        let value = Box::new(self.level(0)?);
        let at = self.at();
        let node = if self.take("?:") {
            let otherwise = Box::new(self.expression()?);
            self.node(start, at, Kind::Elvis { value, otherwise })
        } else if self.take("?") {
            let then = Box::new(self.expression()?);
            self.need(":", "the value for when the condition does not hold")?;
            let otherwise = Box::new(self.expression()?);
            let kind = Kind::Choice {
                condition: value,
                then,
                otherwise,
            };
            self.node(start, at, kind)
        } else {
            *value
        };
        self.depth -= 1;
        Ok(node)
    }

    /// Levels of binding: 0 OR, 1 AND, 2 comparison (only one, as in SpEL), 3 sum, 4 product.
    fn level(&mut self, level: usize) -> Result<Node, Problem> {
        let start = self.at();
        let first = if level == 4 {
            self.unary()?
        } else {
            self.level(level + 1)?
        };
        let at = self.at();
        let mut rest = Vec::new();
        while let Some(operator) = self.operator(level) {
            let operator_at = self.at();
            self.next += 1;
            let mut right = if level == 4 {
                self.unary()?
            } else {
                self.level(level + 1)?
            };
            if operator == Operator::Matches {
                right.kind = compiled(right.kind);
            }
            rest.push(Link {
                operator,
                at: operator_at,
                node: right,
            });
            if level == 2 {
                break;
            }
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let first = Box::new(first);
        Ok(self.node(start, at, Kind::Chain { first, rest }))
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
        let kind = if not {
            Kind::Not(operand)
        } else {
            Kind::Negative(operand)
        };
        Ok(self.node(at, at, kind))
    }

    fn postfix(&mut self) -> Result<Node, Problem> {
        let start = self.at();
        let mut base = self.primary()?;
        let mut steps = Vec::new();
        loop {
            let at = self.at();
            let kind = if self.take(".![") {
                let picked = self.expression()?;
                self.need("]", "the end of the projection")?;
                StepKind::Projection(names(&picked).unwrap_or_default())
            } else if self.take(".") || self.take("?.") {
                let name = self.name("the name of an attribute or function after the dot")?;
                if !self.take("(") {
                    StepKind::Member(name)
                } else if let (Kind::Root(root), true) = (&base.kind, steps.is_empty())
                    && functions::belongs_to(root, &name)
                {
                    let full = format!("{root}.{name}");
                    base = self.call(start, full)?;
                    continue;
                } else {
                    let arguments = self.list(")")?;
                    StepKind::Method { name, arguments }
                }
            } else if self.take("[") {
                let index = self.expression()?;
                self.need("]", "the end of the index")?;
                StepKind::Index(index)
            } else {
                break;
            };
            steps.push(Step { at, kind });
        }
        if steps.is_empty() {
            return Ok(base);
        }
        let base = Box::new(base);
        Ok(self.node(start, start, Kind::Path { base, steps }))
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
                let mut inner = self.expression()?;
                self.need(")", "the closing bracket")?;
                inner.start = at;
                inner.end = self.tokens.get(self.next - 1).map_or(inner.end, |last| last.end);
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
        Ok(self.node(at, at, kind))
    }

    fn named(&mut self, at: usize, name: String) -> Result<Node, Problem> {
        let literal = match name.to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ => None,
        };
        if let Some(value) = literal {
            return Ok(self.node(at, at, Kind::Literal(value)));
        }
        if self.prefixed && name == "fn" && self.take(":") {
            let name = self.name("the name of a function after \"fn:\"")?;
            self.need("(", "the values of the function in brackets")?;
            return self.call(at, name);
        }
        if self.take("(") {
            return self.call(at, name);
        }
        Ok(self.node(at, at, Kind::Root(name)))
    }

    fn call(&mut self, at: usize, name: String) -> Result<Node, Problem> {
        let arguments = self.list(")")?;
        let function = functions::find(&name);
        if let Some(function) = function {
            function.check_count(arguments.len(), at)?;
        }
        let kind = Kind::Call {
            name,
            function,
            arguments,
        };
        Ok(self.node(at, at, kind))
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
        self.tokens.get(self.next).map_or(&Token::End, |placed| &placed.token)
    }

    fn at(&self) -> usize {
        self.tokens
            .get(self.next)
            .or(self.tokens.last())
            .map_or(0, |placed| placed.start)
    }

    fn refuse(&self, message: &str) -> Problem {
        Problem {
            at: self.at(),
            message: message.to_owned(),
        }
    }
}

/// The names of `profile.name`; none for anything that is more than names.
fn names(node: &Node) -> Option<Vec<String>> {
    match &node.kind {
        Kind::Root(name) => Some(vec![name.clone()]),
        Kind::Path { base, steps } => {
            let mut all = names(base)?;
            for step in steps {
                let StepKind::Member(name) = &step.kind else {
                    return None;
                };
                all.push(name.clone());
            }
            Some(all)
        }
        _ => None,
    }
}

/// A text that is a pattern, compiled; everything else stays what it is.
fn compiled(kind: Kind) -> Kind {
    let Kind::Literal(Value::String(text)) = &kind else {
        return kind;
    };
    match Pattern::new(text) {
        Some(pattern) => Kind::Pattern(Value::from(text.as_str()), Box::new(pattern)),
        None => kind,
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
