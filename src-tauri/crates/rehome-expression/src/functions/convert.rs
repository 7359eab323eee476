//! `Convert.*`.

use serde_json::Value;

use super::Call;
use crate::evaluate::Stop;
use crate::values;

type Outcome = Result<Value, Stop>;

/// A whole number from a text, or the nearest one to a decimal.
pub fn to_int(call: &mut Call<'_>, given: &[Value]) -> Outcome {
    match &given[0] {
        Value::Number(number) if number.is_i64() => Ok(given[0].clone()),
        Value::Number(number) => match number.as_f64() {
            Some(decimal) if decimal.abs() < 9e15 => {
                if (decimal.fract().abs() - 0.5).abs() < f64::EPSILON {
                    call.doubt(format!(
                        "{} rounds a number that lies half-way; in which direction is not documented.",
                        call.name
                    ));
                }
                #[allow(clippy::cast_possible_truncation)]
                Ok(Value::from((decimal + 0.5).floor() as i64))
            }
            _ => Err(not_a_number(call, "this number")),
        },
        Value::String(text) => text
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| not_a_number(call, &format!("\"{text}\""))),
        other => Err(not_a_number(call, values::kind(other))),
    }
}

/// A number from a text.
pub fn to_num(call: &mut Call<'_>, given: &[Value]) -> Outcome {
    match &given[0] {
        Value::Number(_) => Ok(given[0].clone()),
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
