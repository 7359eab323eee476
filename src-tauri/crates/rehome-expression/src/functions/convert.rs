//! `Convert.*`.

use serde_json::Value;

use super::Call;
use crate::evaluate::{Given, Stop};
use crate::values;

type Outcome = Result<Value, Stop>;

/// A whole number from a text, or the nearest one to a decimal.
pub fn to_int(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    match &*given[0] {
        Value::Number(number) if number.is_i64() => in_range(call, number.as_i64()),
        Value::Number(number) => match number.as_f64() {
            Some(decimal) if decimal.is_finite() => {
                if (decimal.fract().abs() - 0.5).abs() < f64::EPSILON {
                    call.doubt(format!(
                        "{} rounds a number that lies half-way; in which direction is not documented.",
                        call.name
                    ));
                }
                #[allow(clippy::cast_possible_truncation)]
                in_range(call, Some((decimal + 0.5).floor() as i64))
            }
            _ => Err(not_a_number(call, "this number")),
        },
        Value::String(text) => match text.parse::<i64>() {
            Ok(whole) => in_range(call, Some(whole)),
            Err(_) => Err(not_a_number(call, &format!("\"{text}\""))),
        },
        other => Err(not_a_number(call, values::kind(other))),
    }
}

/// Okta's page warns of the range of integers; its support article on derived dates names 32 bits.
fn in_range(call: &Call<'_>, whole: Option<i64>) -> Outcome {
    match whole.map(i32::try_from) {
        Some(Ok(whole)) => Ok(Value::from(whole)),
        _ => Err(Stop::Unknown(format!(
            "{} is given a number that is too large for a whole number of 32 bits; what Okta does then is not documented.",
            call.name
        ))),
    }
}

/// A number from a text.
pub fn to_num(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    match &*given[0] {
        number @ Value::Number(_) => Ok(number.clone()),
        Value::String(text) => match text.parse::<f64>() {
            Ok(decimal) if decimal.is_finite() => Ok(values::number(decimal)),
            _ => Err(not_a_number(call, &format!("\"{text}\""))),
        },
        other => Err(not_a_number(call, values::kind(other))),
    }
}

fn not_a_number(call: &Call<'_>, what: &str) -> Stop {
    Stop::Unknown(format!(
        "{} cannot make a number of {what}; what Okta does then is not documented.",
        call.name
    ))
}
