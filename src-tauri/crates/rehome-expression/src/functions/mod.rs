//! Okta's functions: which there are, how many values each takes, and what cannot be known here.

mod arrays;
mod convert;
mod groups;
mod strings;

use serde_json::Value;

pub use groups::is_member;

use crate::evaluate::{Doubts, Stop};
use crate::{Problem, values};

/// One call under way: where it stands and where its doubts go.
pub struct Call<'a> {
    pub name: &'a str,
    pub at: usize,
    pub doubts: &'a mut Doubts,
}

type Run = fn(&mut Call<'_>, &[Value]) -> Result<Value, Stop>;

struct Function {
    name: &'static str,
    /// Fewest and most values.
    least: usize,
    most: usize,
    run: Run,
}

const MANY: usize = usize::MAX;

const fn f(name: &'static str, least: usize, most: usize, run: Run) -> Function {
    Function { name, least, most, run }
}

/// Documented functions that can be evaluated from values alone (api-facts 9.5).
static FUNCTIONS: [Function; 30] = [
    f("String.append", 2, 2, strings::append),
    f("String.join", 2, MANY, strings::join),
    f("String.len", 1, 1, strings::len),
    f("String.removeSpaces", 1, 1, strings::remove_spaces),
    f("String.replace", 3, 3, strings::replace),
    f("String.replaceFirst", 3, 3, strings::replace_first),
    f("String.startsWith", 2, 2, strings::starts_with),
    f("String.stringContains", 2, 2, strings::contains),
    f("String.stringSwitch", 2, MANY, strings::switch),
    f("String.substring", 3, 3, strings::substring),
    f("String.substringAfter", 2, 2, strings::substring_after),
    f("String.substringBefore", 2, 2, strings::substring_before),
    f("String.toLowerCase", 1, 1, strings::lower),
    f("String.toUpperCase", 1, 1, strings::upper),
    // The deprecated globals, very common in real templates.
    f("toLowerCase", 1, 1, strings::lower),
    f("toUpperCase", 1, 1, strings::upper),
    f("substring", 3, 3, strings::substring),
    f("substringAfter", 2, 2, strings::substring_after),
    f("substringBefore", 2, 2, strings::substring_before),
    f("Arrays.add", 2, 2, arrays::add),
    f("Arrays.remove", 2, 2, arrays::remove),
    f("Arrays.clear", 1, 1, arrays::clear),
    f("Arrays.get", 2, 2, arrays::get),
    f("Arrays.flatten", 1, MANY, arrays::flatten),
    f("Arrays.contains", 2, 2, arrays::contains),
    f("Arrays.size", 1, 1, arrays::size),
    f("Arrays.isEmpty", 1, 1, arrays::is_empty),
    f("Arrays.toCsvString", 1, 1, arrays::to_csv),
    f("Convert.toInt", 1, 1, convert::to_int),
    f("Convert.toNum", 1, 1, convert::to_num),
];

/// Names before the dot that are no data.
pub fn is_namespace(name: &str) -> bool {
    matches!(
        name,
        "String" | "Arrays" | "Convert" | "Iso3166Convert" | "Time" | "Groups" | "DateTime"
    )
}

/// Refuses a known function with a number of values that it does not take, wherever in the text it stands.
pub fn check_count(name: &str, count: usize, at: usize) -> Result<(), Problem> {
    let Some(function) = find(name) else { return Ok(()) };
    let odd_switch = name == "String.stringSwitch" && count >= 2 && !count.is_multiple_of(2);
    if (function.least..=function.most).contains(&count) && !odd_switch {
        return Ok(());
    }
    let wanted = match (function.least, function.most) {
        _ if odd_switch => "an input, a default and then pairs of key and value".to_owned(),
        (least, MANY) => format!("at least {}", values_in_words(least)),
        (least, _) => values_in_words(least),
    };
    Err(Problem {
        at,
        message: format!("{name} takes {wanted}; here it has {count}."),
    })
}

fn values_in_words(count: usize) -> String {
    if count == 1 {
        "1 value".to_owned()
    } else {
        format!("{count} values")
    }
}

fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// Whether the values of a function are needed at all to say what it gives.
pub fn is_known(name: &str) -> bool {
    find(name).is_some()
}

/// Runs a known function.
pub fn run(name: &str, at: usize, arguments: &[Value], doubts: &mut Doubts) -> Result<Value, Stop> {
    match find(name) {
        Some(function) => (function.run)(&mut Call { name, at, doubts }, arguments),
        None => Err(Stop::Unknown(why_unknown(name))),
    }
}

/// Why a function cannot be evaluated here.
pub fn why_unknown(name: &str) -> String {
    let needs = match name {
        _ if name.starts_with("isMemberOf") || name == "getFilteredGroups" || name.starts_with("Groups.") => {
            "needs the groups of the person at the moment of assignment"
        }
        "hasDirectoryUser" | "findDirectoryUser" => "needs the person's Active Directory account",
        "hasWorkdayUser" | "findWorkdayUser" => "needs the person's Workday account",
        _ if name.starts_with("getManager") || name.starts_with("getAssistant") => {
            "needs the profile of another person"
        }
        _ if name.starts_with("Time.") || name.starts_with("DateTime.") => "works with times, which are not previewed",
        _ if name.starts_with("Iso3166Convert.") => "converts country codes, which is not previewed",
        _ => "is not a function that Rehome knows",
    };
    format!("{name}() {needs}, so its value is known only once Okta has evaluated it.")
}

impl Call<'_> {
    fn doubt(&mut self, words: String) {
        self.doubts.add(self.at, words);
    }

    /// The text of a value. Null gives None; numbers and booleans are converted with a doubt.
    fn text(&mut self, value: &Value) -> Result<Option<String>, Stop> {
        match value {
            Value::String(text) => Ok(Some(text.clone())),
            Value::Null => Ok(None),
            Value::Array(_) | Value::Object(_) => Err(Stop::Unknown(format!(
                "{} is given {} where it works with text; what Okta does then is not documented.",
                self.name,
                values::kind(value)
            ))),
            plain => {
                self.doubts.add(
                    self.at,
                    format!(
                        "{} is given {} where it works with text.",
                        self.name,
                        values::kind(plain)
                    ),
                );
                Ok(values::plain_text(plain))
            }
        }
    }

    /// The texts of all values, or None with a doubt when one is null.
    fn texts<const N: usize>(&mut self, given: &[Value]) -> Result<Option<[String; N]>, Stop> {
        let mut texts: [String; N] = std::array::from_fn(|_| String::new());
        let mut null = false;
        for (slot, value) in texts.iter_mut().zip(given) {
            match self.text(value)? {
                Some(text) => *slot = text,
                None => null = true,
            }
        }
        if null {
            self.null();
            return Ok(None);
        }
        Ok(Some(texts))
    }

    fn null(&mut self) {
        let words = format!(
            "A value given to {} is empty (null); what Okta makes of it is not documented.",
            self.name
        );
        self.doubts.add(self.at, words);
    }

    fn whole(&mut self, value: &Value) -> Result<i64, Stop> {
        if let Some(number) = value.as_i64() {
            return Ok(number);
        }
        Err(Stop::Unknown(format!(
            "{} needs a whole number and is given {}; what Okta does then is not documented.",
            self.name,
            values::kind(value)
        )))
    }
}
