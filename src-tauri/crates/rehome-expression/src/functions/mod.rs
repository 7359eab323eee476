//! The documented functions: how many values they take, and how they are evaluated or why they are not.

mod arrays;
mod convert;
mod countries;
mod groups;
mod joda;
mod strings;
mod times;

use std::borrow::Cow;

use serde_json::Value;

use crate::evaluate::{Doubts, Given, Stop};
use crate::scope::Scope;
use crate::{Problem, values};

/// One call under way: where it stands and where its doubts go.
pub struct Call<'a> {
    pub name: &'static str,
    pub at: usize,
    pub doubts: &'a mut Doubts,
}

#[derive(Clone, Copy, Debug)]
pub enum Run {
    /// From the values in brackets alone.
    Values(fn(&mut Call<'_>, &[Given<'_>]) -> Result<Value, Stop>),
    /// Also looks at what is at hand for the person.
    Scope(fn(&mut Call<'_>, &Scope<'_>, &[Given<'_>]) -> Result<Value, Stop>),
    Never,
}

/// A documented function.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    /// Fewest and most values.
    least: usize,
    most: usize,
    pub run: Run,
    /// What it takes to know its value, "needs ..."; empty where the values alone do.
    needs: &'static str,
}

const MANY: usize = usize::MAX;

const GROUPS: &str = "needs the groups of the person at the moment of assignment";
const CLAIMS: &str = "needs the groups of the person, and works in claims of tokens alone, not in mappings";
const PERSON: &str = "needs the profile of another person";
const DIRECTORY: &str = "needs the person's Active Directory account";
const WORKDAY: &str = "needs the person's Workday account";

const fn f(
    name: &'static str,
    least: usize,
    most: usize,
    run: fn(&mut Call<'_>, &[Given<'_>]) -> Result<Value, Stop>,
) -> Function {
    let (run, needs) = (Run::Values(run), "");
    Function {
        name,
        least,
        most,
        run,
        needs,
    }
}

const fn scoped(
    name: &'static str,
    least: usize,
    most: usize,
    run: fn(&mut Call<'_>, &Scope<'_>, &[Given<'_>]) -> Result<Value, Stop>,
    needs: &'static str,
) -> Function {
    let run = Run::Scope(run);
    Function {
        name,
        least,
        most,
        run,
        needs,
    }
}

/// Not evaluated. The number of values is not checked either: nothing depends on it.
const fn never(name: &'static str, needs: &'static str) -> Function {
    Function {
        name,
        least: 0,
        most: MANY,
        run: Run::Never,
        needs,
    }
}

/// Every function of Okta's reference (api-facts 9.5).
static FUNCTIONS: [Function; 62] = [
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
    f("Iso3166Convert.toAlpha2", 1, 1, countries::alpha2),
    f("Iso3166Convert.toAlpha3", 1, 1, countries::alpha3),
    f("Iso3166Convert.toNumeric", 1, 1, countries::numeric),
    f("Iso3166Convert.toName", 1, 1, countries::name),
    scoped(
        "Time.now",
        0,
        2,
        times::now,
        "needs the moment at which Okta evaluates it",
    ),
    f("Time.fromWindowsToIso8601", 1, 1, times::windows_to_iso),
    f("Time.fromUnixToIso8601", 1, 1, times::unix_to_iso),
    f("Time.fromStringToIso8601", 2, 2, times::string_to_iso),
    f("Time.fromIso8601ToWindows", 1, 1, times::iso_to_windows),
    f("Time.fromIso8601ToUnix", 1, 1, times::iso_to_unix),
    f("Time.fromIso8601ToString", 2, 2, times::iso_to_string),
    scoped(
        "user.getInternalProperty",
        1,
        1,
        groups::internal_property,
        "needs the person's entry in Okta",
    ),
    scoped("user.getGroups", 1, MANY, groups::get_groups, GROUPS),
    scoped("getFilteredGroups", 3, 3, groups::filtered, GROUPS),
    scoped("isMemberOfGroup", 1, 1, groups::is_member, GROUPS),
    scoped("isMemberOfAnyGroup", 1, MANY, groups::is_member, GROUPS),
    scoped("isMemberOfGroupName", 1, 1, groups::is_member, GROUPS),
    scoped("isMemberOfGroupNameStartsWith", 1, 1, groups::is_member, GROUPS),
    scoped("isMemberOfGroupNameContains", 1, 1, groups::is_member, GROUPS),
    scoped("isMemberOfGroupNameRegex", 1, 1, groups::is_member, GROUPS),
    never("Groups.contains", CLAIMS),
    never("Groups.startsWith", CLAIMS),
    never("Groups.endsWith", CLAIMS),
    never("hasDirectoryUser", DIRECTORY),
    never("findDirectoryUser", DIRECTORY),
    never("hasWorkdayUser", WORKDAY),
    never("findWorkdayUser", WORKDAY),
    never("getManagerUser", PERSON),
    never("getManagerAppUser", PERSON),
    never("getAssistantUser", PERSON),
    never("getAssistantAppUser", PERSON),
    never("user.getLinkedObject", PERSON),
];

/// A documented function and whether its value can be known before Okta evaluates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionInfo {
    pub name: &'static str,
    /// From the profile and the text alone.
    pub previewable: bool,
    /// Why not, "needs ..."; empty where it is.
    pub needs: &'static str,
    /// Not by itself, but where the [`Scope`] holds what it needs.
    pub with_scope: bool,
}

/// Every documented function.
pub fn functions() -> Vec<FunctionInfo> {
    let info = |function: &Function| FunctionInfo {
        name: function.name,
        previewable: matches!(function.run, Run::Values(_)),
        needs: function.needs,
        with_scope: matches!(function.run, Run::Scope(_)),
    };
    FUNCTIONS.iter().map(info).collect()
}

/// Names before the dot that are no data.
pub fn is_namespace(name: &str) -> bool {
    matches!(
        name,
        "String" | "Arrays" | "Convert" | "Iso3166Convert" | "Time" | "Groups" | "DateTime"
    )
}

/// Whether `root.name(` is one function by name, and not a question to a value.
pub fn belongs_to(root: &str, name: &str) -> bool {
    is_namespace(root) || (root == "user" && matches!(name, "getInternalProperty" | "getGroups" | "getLinkedObject"))
}

pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// Why a function cannot be evaluated here.
pub fn why_unknown(name: &str) -> String {
    let needs = find(name).map_or("is not a function that Rehome knows", |function| function.needs);
    format!("{name}() {needs}, so its value is known only once Okta has evaluated it.")
}

impl Function {
    /// Refuses a number of values that the function does not take, wherever in the text it stands.
    pub fn check_count(&self, count: usize, at: usize) -> Result<(), Problem> {
        let odd_switch = self.name == "String.stringSwitch" && count >= 2 && !count.is_multiple_of(2);
        if (self.least..=self.most).contains(&count) && !odd_switch {
            return Ok(());
        }
        let wanted = match (self.least, self.most) {
            _ if odd_switch => "an input, a default and then pairs of key and value".to_owned(),
            (least, MANY) => format!("at least {}", values_in_words(least)),
            (0, most) => format!("at most {}", values_in_words(most)),
            (least, _) => values_in_words(least),
        };
        Err(Problem {
            at,
            message: format!("{} takes {wanted}; here it has {count}.", self.name),
        })
    }

    /// Whether what it needs is at hand; if not, its values are not looked at.
    pub fn can_run(&self, scope: &Scope<'_>) -> bool {
        match self.run {
            Run::Values(_) => true,
            Run::Never => false,
            Run::Scope(_) => match self.name {
                "Time.now" => scope.now.is_some(),
                "user.getInternalProperty" => true,
                _ => scope.groups.is_some(),
            },
        }
    }

    /// Okta's page: conversions, arrays and times are not supported in conditions.
    pub fn not_in_conditions(&self) -> bool {
        let namespaces = ["Convert.", "Iso3166Convert.", "Arrays.", "Time."];
        namespaces.iter().any(|namespace| self.name.starts_with(namespace))
    }
}

fn values_in_words(count: usize) -> String {
    if count == 1 {
        "1 value".to_owned()
    } else {
        format!("{count} values")
    }
}

impl Call<'_> {
    fn doubt(&mut self, words: String) {
        self.doubts.add(self.at, words);
    }

    /// The text of a value. Null gives None; numbers and booleans are converted with a doubt.
    fn text<'v>(&mut self, value: &'v Value) -> Result<Option<Cow<'v, str>>, Stop> {
        match value {
            Value::String(text) => Ok(Some(Cow::Borrowed(text))),
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
                Ok(values::plain_text(plain).map(Cow::Owned))
            }
        }
    }

    /// The texts of all values, or None with a doubt when one is null.
    fn texts<'v, const N: usize>(&mut self, given: &'v [Given<'_>]) -> Result<Option<[Cow<'v, str>; N]>, Stop> {
        let mut texts: [Cow<'v, str>; N] = std::array::from_fn(|_| Cow::Borrowed(""));
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
