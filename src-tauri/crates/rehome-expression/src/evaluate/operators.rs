//! Operators: logic, comparison, sums and joining of texts.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use super::{Given, LONGEST, Outcome, Stop, Walk, too_long, unknown};
use crate::patterns::{Fit, Pattern};
use crate::tree::{Kind, Link, Node, Operator};
use crate::values;

fn truth<'t>(holds: bool) -> Outcome<'t> {
    Ok(Cow::Owned(Value::Bool(holds)))
}

impl<'t> Walk<'t> {
    pub(super) fn chain(&mut self, first: &'t Node, rest: &'t [Link]) -> Outcome<'t> {
        if let [link, ..] = rest
            && matches!(link.operator, Operator::And | Operator::Or)
        {
            // One level holds one operator alone, so the first tells for all.
            let stops_at = link.operator == Operator::Or;
            for node in std::iter::once(first).chain(rest.iter().map(|link| &link.node)) {
                if self.condition(node)? == stops_at {
                    return truth(stops_at);
                }
            }
            return truth(!stops_at);
        }
        let mut left = self.value(first)?;
        for link in rest {
            let right = self.value(&link.node)?;
            left = self.operate(link, left, &right)?;
        }
        Ok(left)
    }

    fn operate(&mut self, link: &Link, left: Given<'t>, right: &Value) -> Outcome<'t> {
        match link.operator {
            Operator::Equal => truth(self.equal(link.at, &left, right)),
            Operator::Unequal => truth(!self.equal(link.at, &left, right)),
            Operator::Less | Operator::Greater | Operator::AtMost | Operator::AtLeast => {
                self.compare(link, &left, right).and_then(truth)
            }
            Operator::Matches => self.matches(link, &left, right).and_then(truth),
            Operator::Plus if !(left.is_number() && right.is_number()) => self.join(link.at, left, right),
            operator => {
                let Some(result) = arithmetic(operator, &left, right) else {
                    return unknown(format!(
                        "What {} and {} give together is too large or not documented.",
                        values::kind(&left),
                        values::kind(right)
                    ));
                };
                self.doubt_number(link, &left, right, &result);
                Ok(Cow::Owned(result))
            }
        }
    }

    fn doubt_number(&mut self, link: &Link, left: &Value, right: &Value, result: &Value) {
        let small = |value: &Value| value.as_i64().is_none_or(|whole| i32::try_from(whole).is_ok());
        if small(left) && small(right) && !small(result) {
            self.doubts.add(
                link.at,
                "The result is too large for a whole number of 32 bits, which is what Okta calculates with.".to_owned(),
            );
        }
        if matches!(link.operator, Operator::Times | Operator::Divide | Operator::Remainder) {
            let words = "Okta's documentation has \"+\" and \"-\" only; whether this operator works is not known.";
            self.doubts.add(link.at, words.to_owned());
        }
    }

    fn equal(&mut self, at: usize, left: &Value, right: &Value) -> bool {
        if let (Value::Number(a), Value::Number(b)) = (left, right) {
            return match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => a == b,
                _ => a.as_f64() == b.as_f64(),
            };
        }
        let blank = |value: &Value| value.is_null() || value.as_str() == Some("");
        if (left.is_null() && blank(right)) || (right.is_null() && blank(left)) {
            self.blank_at.get_or_insert(at);
        }
        let same_kind = std::mem::discriminant(left) == std::mem::discriminant(right);
        if !same_kind && !left.is_null() && !right.is_null() {
            let words = format!(
                "Compared are {} and {}; Okta's answer is not documented.",
                values::kind(left),
                values::kind(right)
            );
            self.doubts.add(at, words);
        }
        left == right
    }

    fn compare(&mut self, link: &Link, left: &Value, right: &Value) -> Result<bool, Stop> {
        let order = match (left, right) {
            (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                _ => a.as_f64().partial_cmp(&b.as_f64()),
            },
            (Value::String(a), Value::String(b)) => {
                self.doubts.add(
                    link.at,
                    "Two texts are compared by their order; how Okta orders texts is not documented.".to_owned(),
                );
                Some(a.encode_utf16().cmp(b.encode_utf16()))
            }
            _ => None,
        };
        let Some(order) = order else {
            return unknown(format!(
                "Compared by order are {} and {}; what Okta does then is not documented.",
                values::kind(left),
                values::kind(right)
            ));
        };
        Ok(match link.operator {
            Operator::Less => order == Ordering::Less,
            Operator::Greater => order == Ordering::Greater,
            Operator::AtMost => order != Ordering::Greater,
            _ => order != Ordering::Less,
        })
    }

    /// `matches` is deprecated, but in use. Whether the whole text has to fit is told by Java's habits alone.
    fn matches(&mut self, link: &Link, left: &Value, right: &Value) -> Result<bool, Stop> {
        let (Value::String(text), Value::String(pattern)) = (left, right) else {
            return unknown(format!(
                "\"matches\" is given {} and {}; what Okta does then is not documented.",
                values::kind(left),
                values::kind(right)
            ));
        };
        let fit = match &link.node.kind {
            Kind::Pattern(_, pattern) => Some(pattern.fit(text)),
            _ => Pattern::new(pattern).map(|pattern| pattern.fit(text)),
        };
        match fit {
            None => unknown(format!("\"{pattern}\" is a pattern that is not evaluated here.")),
            Some(Fit::Part) => {
                let words = "The pattern fits a part of the text; taken here is that the whole text has to fit, which is not documented.";
                self.doubts.add(link.at, words.to_owned());
                Ok(false)
            }
            Some(fit) => Ok(fit == Fit::Whole),
        }
    }

    /// Joins everything that is not two numbers as text.
    fn join(&mut self, at: usize, left: Given<'t>, right: &Value) -> Outcome<'t> {
        // A text that is built up in steps is not copied at every step.
        let mut joined = match left {
            Cow::Owned(Value::String(text)) => text,
            left => {
                let mut text = String::new();
                self.push(at, &mut text, &left)?;
                text
            }
        };
        self.push(at, &mut joined, right)?;
        if joined.len() > LONGEST {
            return too_long("\"+\"");
        }
        Ok(Cow::Owned(Value::String(joined)))
    }

    fn push(&mut self, at: usize, text: &mut String, value: &Value) -> Result<(), Stop> {
        match value {
            Value::String(part) => text.push_str(part),
            Value::Null => {
                text.push_str(self.doubts.null_joined());
                self.doubts.add(
                    at,
                    "One side of \"+\" is empty (null); whether Okta adds nothing or the word \"null\" is not documented."
                        .to_owned(),
                );
            }
            Value::Number(number) if number.is_f64() => {
                text.push_str(&number.to_string());
                self.doubts.add(
                    at,
                    "A decimal is joined to text; how Okta writes it is not documented.".to_owned(),
                );
            }
            value => match values::plain_text(value) {
                Some(plain) => text.push_str(&plain),
                None => {
                    return unknown(format!(
                        "\"+\" joins {}; what Okta does then is not documented.",
                        values::kind(value)
                    ));
                }
            },
        }
        Ok(())
    }
}

/// None: not numbers, or beyond what is sure.
fn arithmetic(operator: Operator, left: &Value, right: &Value) -> Option<Value> {
    if let (Some(a), Some(b)) = (left.as_i64(), right.as_i64()) {
        return match operator {
            Operator::Plus => a.checked_add(b),
            Operator::Minus => a.checked_sub(b),
            Operator::Times => a.checked_mul(b),
            Operator::Divide => a.checked_div(b),
            Operator::Remainder => a.checked_rem(b),
            _ => None,
        }
        .map(Value::from);
    }
    let (a, b) = (left.as_f64()?, right.as_f64()?);
    let result = match operator {
        Operator::Plus => a + b,
        Operator::Minus => a - b,
        Operator::Times => a * b,
        Operator::Divide => a / b,
        Operator::Remainder => a % b,
        _ => return None,
    };
    result.is_finite().then(|| values::number(result))
}
