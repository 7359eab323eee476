//! `Arrays.*`. A comma-separated text is accepted wherever an array is.

use serde_json::Value;

use super::Call;
use crate::evaluate::{Given, Stop};
use crate::values;

type Outcome = Result<Value, Stop>;

/// The items of an array or of a comma-separated text; null is an empty array with a doubt.
fn items(call: &mut Call<'_>, value: &Value) -> Result<Vec<Value>, Stop> {
    match value {
        Value::Array(items) => Ok(items.clone()),
        Value::String(text) if text.is_empty() => Ok(Vec::new()),
        Value::String(text) => Ok(separated(call, text)),
        Value::Null => {
            call.null();
            Ok(Vec::new())
        }
        other => {
            call.doubt(format!(
                "{} is given {} where it works with an array.",
                call.name,
                values::kind(other)
            ));
            Ok(vec![other.clone()])
        }
    }
}

/// The items of a comma-separated text. Okta's page shows `'10, 20'` as the items 10 and 20; that this goes for all spaces
/// at commas is a guess.
fn separated(call: &mut Call<'_>, text: &str) -> Vec<Value> {
    if text.split(',').any(|item| item.trim() != item) {
        call.doubt(format!(
            "{} is given a text with spaces at its commas; taken here is that they do not count, which is not documented.",
            call.name
        ));
    }
    text.split(',').map(|item| Value::from(item.trim())).collect()
}

/// Items of a comma-separated text are texts, so `10` and `"10"` are held to be equal when either side is text.
fn equal(left: &Value, right: &Value) -> bool {
    left == right || (left.is_string() != right.is_string() && values::plain_text(left) == values::plain_text(right))
}

pub fn add(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let mut all = items(call, &given[0])?;
    all.push(given[1].clone().into_owned());
    Ok(Value::Array(all))
}

pub fn remove(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let mut all = items(call, &given[0])?;
    let before = all.len();
    all.retain(|item| !equal(item, &given[1]));
    if before - all.len() > 1 {
        call.doubt(format!(
            "{} finds its value more than once; whether Okta removes all is not documented.",
            call.name
        ));
    }
    Ok(Value::Array(all))
}

pub fn clear(_: &mut Call<'_>, _: &[Given<'_>]) -> Outcome {
    Ok(Value::Array(Vec::new()))
}

pub fn get(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let all = items(call, &given[0])?;
    let index = call.whole(&given[1])?;
    if let Some(item) = usize::try_from(index).ok().and_then(|index| all.get(index)) {
        return Ok(item.clone());
    }
    let words = format!(
        "{} asks for item {index} of {}; what Okta does then is not documented.",
        call.name,
        all.len()
    );
    call.doubt(words);
    Ok(Value::Null)
}

pub fn flatten(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let mut flat = Vec::new();
    for value in given {
        flatten_into(call, value, &mut flat);
    }
    Ok(Value::Array(flat))
}

fn flatten_into(call: &mut Call<'_>, value: &Value, flat: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| flatten_into(call, item, flat)),
        Value::String(text) => flat.extend(separated(call, text)),
        Value::Null => call.null(),
        other => flat.push(other.clone()),
    }
}

pub fn contains(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    Ok(Value::Bool(
        items(call, &given[0])?.iter().any(|item| equal(item, &given[1])),
    ))
}

/// Documented: null has size 0.
pub fn size(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    if given[0].is_null() {
        return Ok(Value::from(0));
    }
    Ok(Value::from(items(call, &given[0])?.len()))
}

/// Documented: null is empty.
pub fn is_empty(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    if given[0].is_null() {
        return Ok(Value::Bool(true));
    }
    Ok(Value::Bool(items(call, &given[0])?.is_empty()))
}

pub fn to_csv(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let mut texts = Vec::new();
    for item in items(call, &given[0])? {
        match values::plain_text(&item) {
            Some(text) => texts.push(text),
            None => {
                call.doubt(format!("{} meets {} in the array.", call.name, values::kind(&item)));
                texts.push(String::new());
            }
        }
    }
    Ok(Value::String(texts.join(",")))
}
