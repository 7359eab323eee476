//! SCIM-style filters: `attribute operator "value"`, `and`, `or`, `not`, parentheses.

use std::borrow::Cow;

use crate::errors::{Refusal, bad_search};

#[derive(Debug, PartialEq)]
pub(crate) enum Filter {
    Compare {
        field: String,
        operator: Operator,
        value: String,
    },
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Present,
}

impl Operator {
    fn read(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "eq" => Self::Equal,
            "ne" => Self::NotEqual,
            "co" => Self::Contains,
            "sw" => Self::StartsWith,
            "ew" => Self::EndsWith,
            "gt" => Self::Greater,
            "ge" => Self::GreaterOrEqual,
            "lt" => Self::Less,
            "le" => Self::LessOrEqual,
            "pr" => Self::Present,
            _ => return None,
        })
    }

    fn holds(self, have: &str, want: &str) -> bool {
        match self {
            Self::Equal => have == want,
            Self::NotEqual => have != want,
            Self::Contains => have.contains(want),
            Self::StartsWith => have.starts_with(want),
            Self::EndsWith => have.ends_with(want),
            Self::Greater => have > want,
            Self::GreaterOrEqual => have >= want,
            Self::Less => have < want,
            Self::LessOrEqual => have <= want,
            Self::Present => true,
        }
    }
}

/// Looks a field up: its values, or `None` when it cannot be filtered by.
pub(crate) type Fields<'a> = dyn Fn(&str) -> Option<Vec<Cow<'a, str>>> + 'a;

impl Filter {
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let mut parser = Parser {
            tokens: tokens(text)?,
            at: 0,
        };
        let filter = parser.or(0)?;
        if parser.at == parser.tokens.len() {
            Ok(filter)
        } else {
            Err(bad_search())
        }
    }

    /// Several values of one field: any of them may match, as Okta has it for `target.id`.
    pub(crate) fn matches(&self, fields: &Fields<'_>) -> Result<bool, Refusal> {
        Ok(match self {
            Self::And(a, b) => a.matches(fields)? && b.matches(fields)?,
            Self::Or(a, b) => a.matches(fields)? || b.matches(fields)?,
            Self::Not(a) => !a.matches(fields)?,
            Self::Compare { field, operator, value } => {
                let have = fields(field).ok_or_else(bad_search)?;
                match operator {
                    Operator::NotEqual => have.iter().all(|one| one != value),
                    _ => have.iter().any(|one| operator.holds(one, value)),
                }
            }
        })
    }

    /// The field and value of a lone `field eq "value"`.
    pub(crate) fn lone_equality(&self) -> Option<(&str, &str)> {
        match self {
            Self::Compare {
                field,
                operator: Operator::Equal,
                value,
            } => Some((field, value)),
            _ => None,
        }
    }
}

#[derive(Debug, PartialEq)]
enum Token {
    Open,
    Close,
    Word(String),
    Text(String),
}

fn tokens(text: &str) -> Result<Vec<Token>, Refusal> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(&c) = rest.peek() {
        match c {
            '(' | ')' => {
                rest.next();
                tokens.push(if c == '(' { Token::Open } else { Token::Close });
            }
            '"' => {
                rest.next();
                let mut value = String::new();
                loop {
                    match rest.next() {
                        Some('"') => break,
                        Some('\\') => value.extend(rest.next()),
                        Some(c) => value.push(c),
                        None => return Err(bad_search()),
                    }
                }
                tokens.push(Token::Text(value));
            }
            c if c.is_whitespace() => {
                rest.next();
            }
            _ => {
                let mut word = String::new();
                while let Some(c) = rest.next_if(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '"')) {
                    word.push(c);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

/// Deeper nesting than this is refused rather than risking the stack.
const DEEPEST: usize = 64;

impl Parser {
    fn word(&mut self, want: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word.eq_ignore_ascii_case(want));
        self.at += usize::from(found);
        found
    }

    fn or(&mut self, depth: usize) -> Result<Filter, Refusal> {
        let mut left = self.and(depth)?;
        while self.word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.and(depth)?));
        }
        Ok(left)
    }

    fn and(&mut self, depth: usize) -> Result<Filter, Refusal> {
        let mut left = self.one(depth)?;
        while self.word("and") {
            left = Filter::And(Box::new(left), Box::new(self.one(depth)?));
        }
        Ok(left)
    }

    fn one(&mut self, depth: usize) -> Result<Filter, Refusal> {
        if depth > DEEPEST {
            return Err(bad_search());
        }
        if self.word("not") {
            return Ok(Filter::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.tokens.get(self.at) == Some(&Token::Open) {
            self.at += 1;
            let inner = self.or(depth + 1)?;
            if self.tokens.get(self.at) != Some(&Token::Close) {
                return Err(bad_search());
            }
            self.at += 1;
            return Ok(inner);
        }
        let (Some(Token::Word(field)), Some(Token::Word(operator))) =
            (self.tokens.get(self.at), self.tokens.get(self.at + 1))
        else {
            return Err(bad_search());
        };
        let operator = Operator::read(operator).ok_or_else(bad_search)?;
        let field = field.clone();
        self.at += 2;
        if operator == Operator::Present {
            return Ok(Filter::Compare {
                field,
                operator,
                value: String::new(),
            });
        }
        let value = match self.tokens.get(self.at) {
            Some(Token::Text(text) | Token::Word(text)) => text.clone(),
            _ => return Err(bad_search()),
        };
        self.at += 1;
        Ok(Filter::Compare { field, operator, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(filter: &str, expect: bool) {
        let fields = |name: &str| -> Option<Vec<Cow<'static, str>>> {
            match name {
                "eventType" => Some(vec!["user.authentication.sso".into()]),
                "target.id" => Some(vec!["0oaA".into(), "00uB".into()]),
                _ => None,
            }
        };
        let got = Filter::parse(filter).and_then(|it| it.matches(&fields));
        assert_eq!(got.expect("a good filter"), expect, "{filter}");
    }

    #[test]
    fn okta_forms() {
        check(r#"eventType eq "user.authentication.sso""#, true);
        check(r#"target.id eq "0oaA" and target.id eq "00uB""#, true);
        check(r#"target.id eq "0oaA" and target.id eq "00uC""#, false);
        check(
            r#"(eventType eq "x" or eventType sw "user.") and not (target.id eq "nobody")"#,
            true,
        );
        check(r#"target.id ne "0oaA""#, false);
        check("target.id pr", true);
    }

    #[test]
    fn refuses_nonsense() {
        for text in [
            "",
            "eventType",
            "eventType eq",
            r#"eventType eq "x" and"#,
            r#"(eventType eq "x""#,
            r#"eventType is "x""#,
        ] {
            assert_eq!(Filter::parse(text).expect_err(text).code, "E0000031");
        }
        let unknown = Filter::parse(r#"published gt "2020""#).expect("well formed");
        assert!(unknown.matches(&|_| None).is_err());
    }
}
