//! `Iso3166Convert.*`: every function takes codes of two and three letters and numbers.

use rust_iso3166::CountryCode;
use serde_json::Value;

use super::Call;
use crate::evaluate::{Given, Stop};

type Outcome = Result<Value, Stop>;

/// `None`: the value is null, and so is the answer.
fn country(call: &mut Call<'_>, given: &[Given<'_>]) -> Result<Option<CountryCode>, Stop> {
    // A code that is a number is documented as text; a number means the same.
    let number = given[0].as_u64().map(|number| format!("{number:03}"));
    let code = match (&number, given[0].as_str()) {
        (Some(number), _) => {
            call.doubt(format!("{} is given a number where it works with text.", call.name));
            number.as_str()
        }
        (None, Some(text)) => text,
        (None, None) => match call.text(&given[0])? {
            Some(_) => return Err(no_country(call, "this value")),
            None => {
                call.null();
                return Ok(None);
            }
        },
    };
    let upper = code.to_ascii_uppercase();
    let found = match code.len() {
        2 => rust_iso3166::from_alpha2(&upper),
        3 => rust_iso3166::from_alpha3(&upper).or_else(|| rust_iso3166::from_numeric_str(code)),
        _ => None,
    };
    let Some(found) = found else {
        return Err(no_country(call, &format!("\"{code}\"")));
    };
    if upper != code {
        call.doubt(format!(
            "{} is given a code in small letters; whether Okta takes it is not documented.",
            call.name
        ));
    }
    Ok(Some(found))
}

fn no_country(call: &Call<'_>, what: &str) -> Stop {
    Stop::Unknown(format!(
        "{} does not know {what} as a code of ISO 3166-1; what Okta does then is not documented.",
        call.name
    ))
}

fn text(country: Option<CountryCode>, of: impl Fn(&CountryCode) -> String) -> Outcome {
    Ok(country.map_or(Value::Null, |country| Value::String(of(&country))))
}

pub fn alpha2(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    text(country(call, given)?, |country| country.alpha2.to_owned())
}

pub fn alpha3(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    text(country(call, given)?, |country| country.alpha3.to_owned())
}

pub fn numeric(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let country = country(call, given)?;
    if country.is_some_and(|country| country.numeric < 100) {
        call.doubt(format!(
            "{} gives a number of less than three digits; whether Okta puts zeros before it is not documented.",
            call.name
        ));
    }
    text(country, |country| format!("{:03}", country.numeric))
}

/// The one documented name is that of India.
pub fn name(call: &mut Call<'_>, given: &[Given<'_>]) -> Outcome {
    let country = country(call, given)?;
    if country.is_some_and(|country| country.alpha2 != "IN") {
        call.doubt(format!(
            "{} gives the name that ISO writes; Okta may write it another way.",
            call.name
        ));
    }
    text(country, |country| country.name.to_owned())
}
