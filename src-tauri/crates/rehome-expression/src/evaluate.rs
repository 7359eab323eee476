//! Walks a tree. Only what is needed is evaluated: the branch not taken may hold anything.

use serde_json::{Map, Value};

use crate::functions;
use crate::parse::{Kind, Node, Operator, Piece, Pieces, Step, StepKind};
use crate::scope::{Readings, Scope};
use crate::{Preview, Warning, values};

/// Longest text that is built, in bytes: replacing can multiply a text, and no attribute holds more.
pub const LONGEST: usize = 100_000;

/// Why an evaluation ends without a value.
#[derive(Debug)]
pub enum Stop {
    Unknown(String),
    Error { at: usize, message: String },
}

/// The doubts so far, and how what is doubtful is read.
#[derive(Debug, Default)]
pub struct Doubts {
    list: Vec<Warning>,
    pub readings: Readings,
}

impl Doubts {
    pub fn add(&mut self, at: usize, words: String) {
        let doubt = Warning { at, words };
        if !self.list.contains(&doubt) {
            self.list.push(doubt);
        }
    }

    /// What joining null to text adds.
    pub fn null_joined(&self) -> &'static str {
        if self.readings.null_is_a_word { "null" } else { "" }
    }
}

type Outcome = Result<Value, Stop>;

pub fn run(pieces: &Pieces, scope: &Scope<'_>) -> Preview {
    let mut walk = Walk {
        scope,
        doubts: Doubts {
            readings: scope.readings,
            ..Doubts::default()
        },
    };
    let outcome = match pieces {
        Pieces::Plain(node) => walk.value(node),
        Pieces::Template(pieces) => walk.template(pieces),
    };
    match outcome {
        Ok(value) if walk.doubts.list.is_empty() => Preview::Value(value),
        Ok(value) => Preview::Warned {
            value,
            warnings: walk.doubts.list,
        },
        Err(Stop::Unknown(why)) => Preview::Unknown { why },
        Err(Stop::Error { at, message }) => Preview::Error { at, message },
    }
}

struct Walk<'a> {
    scope: &'a Scope<'a>,
    doubts: Doubts,
}

fn unknown<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Unknown(why.into()))
}

impl Walk<'_> {
    fn template(&mut self, pieces: &[Piece]) -> Outcome {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Expression(node) => {
                    let value = self.value(node)?;
                    match values::plain_text(&value) {
                        Some(plain) => text.push_str(&plain),
                        None => self.doubts.add(
                            node.at,
                            format!(
                                "A placeholder is {}; what Okta puts in its place is not documented.",
                                values::kind(&value)
                            ),
                        ),
                    }
                }
            }
        }
        Ok(Value::String(text))
    }

    fn value(&mut self, node: &Node) -> Outcome {
        match &node.kind {
            Kind::Literal(value) => Ok(value.clone()),
            Kind::List(items) => self.values(items).map(Value::Array),
            Kind::Dictionary(_) => {
                unknown("A list of keys is an argument of user.getGroups(), which needs the person's groups.")
            }
            Kind::Root(name) => self.root_alone(node.at, name),
            Kind::Call { name, arguments } => self.call(name, node.at, arguments),
            Kind::Path { base, steps } => self.path(base, steps),
            Kind::Not(inner) => Ok(Value::Bool(!self.condition(inner)?)),
            Kind::Negative(inner) => match self.value(inner)? {
                Value::Number(number) => Ok(match number.as_i64().and_then(i64::checked_neg) {
                    Some(whole) => Value::from(whole),
                    None => values::number(-number.as_f64().unwrap_or(0.0)),
                }),
                other => unknown(format!("The minus sign stands before {}.", values::kind(&other))),
            },
            Kind::Chain { first, rest } => self.chain(node.at, first, rest),
            Kind::Choice {
                condition,
                then,
                otherwise,
            } => {
                let chosen = if self.condition(condition)? { then } else { otherwise };
                self.value(chosen)
            }
            Kind::Elvis { value, otherwise } => match self.value(value)? {
                Value::Null => self.value(otherwise),
                Value::String(text) if text.is_empty() => self.value(otherwise),
                value => Ok(value),
            },
        }
    }

    fn values(&mut self, nodes: &[Node]) -> Result<Vec<Value>, Stop> {
        nodes.iter().map(|node| self.value(node)).collect()
    }

    fn call(&mut self, name: &str, at: usize, arguments: &[Node]) -> Outcome {
        if let Some(groups) = self.scope.groups
            && name.starts_with("isMemberOf")
        {
            let arguments = self.values(arguments)?;
            return match functions::is_member(name, &arguments, groups) {
                Some(member) => Ok(Value::Bool(member)),
                None => unknown(functions::why_unknown(name)),
            };
        }
        if !functions::is_known(name) {
            return unknown(functions::why_unknown(name));
        }
        let arguments = self.values(arguments)?;
        functions::run(name, at, &arguments, &mut self.doubts)
    }

    /// A root without a dot: only a whole profile, which is no value.
    fn root_alone(&self, at: usize, name: &str) -> Outcome {
        let hint = match name {
            "user" | "source" | "appuser" | "app" | "org" => {
                format!("{name} stands for all attributes; write {name}.attribute.")
            }
            _ => format!("\"{name}\" is neither a text in quotes nor an attribute such as user.{name}."),
        };
        Err(Stop::Error { at, message: hint })
    }

    fn path(&mut self, base: &Node, steps: &[Step]) -> Outcome {
        let Kind::Root(root) = &base.kind else {
            let value = self.value(base)?;
            return self.steps(value, steps);
        };
        let [first, rest @ ..] = steps else {
            return self.root_alone(base.at, root);
        };
        let value = match &first.kind {
            StepKind::Method { name, arguments } if functions::is_namespace(root) => {
                self.call(&format!("{root}.{name}"), base.at, arguments)?
            }
            StepKind::Method { name, arguments } => self.method(root, name, arguments)?,
            StepKind::Member(name) if name == "profile" && !rest.is_empty() && !self.scope.user.contains_key(name) => {
                return unknown(format!(
                    "{root}.profile is written as in Okta's other expression language (policies and claims); in a mapping it is {root}.attribute."
                ));
            }
            StepKind::Member(name) if root == "org" => self.org(base.at, name)?,
            StepKind::Member(name) => self.attribute(root, name)?,
            StepKind::Index(index) => match self.value(index)? {
                Value::String(name) => self.attribute(root, &name)?,
                other => {
                    return unknown(format!(
                        "{root}[...] needs the name of an attribute and is given {}.",
                        values::kind(&other)
                    ));
                }
            },
            StepKind::Projection => return unknown(format!("{root} is not a list, so nothing can be picked from it.")),
        };
        self.steps(value, rest)
    }

    /// Members and indexes after the first.
    fn steps(&mut self, mut value: Value, steps: &[Step]) -> Outcome {
        for step in steps {
            value = match (&step.kind, value) {
                (StepKind::Member(name), Value::Object(mut object)) => object.remove(name).unwrap_or(Value::Null),
                (StepKind::Member(name), other) => {
                    return unknown(format!(
                        "\".{name}\" follows {}, which has no attributes.",
                        values::kind(&other)
                    ));
                }
                (StepKind::Index(index), Value::Array(mut items)) => match self.value(index)?.as_u64() {
                    Some(index) if index < items.len() as u64 => items.swap_remove(index as usize),
                    _ => {
                        let words = format!(
                            "The list has {} items and another one is asked for; Okta's answer is not documented.",
                            items.len()
                        );
                        self.doubts.add(step.at, words);
                        Value::Null
                    }
                },
                (StepKind::Index(_), other) => {
                    return unknown(format!(
                        "An item is asked for of {}, which is no list.",
                        values::kind(&other)
                    ));
                }
                (StepKind::Method { name, .. }, _) => {
                    return unknown(format!(
                        ".{name}() is written as in Okta's other expression language (policies and claims); in a mapping it is not evaluated here."
                    ));
                }
                (StepKind::Projection, _) => {
                    return unknown("Picking from a list with \".![...]\" is not evaluated here.");
                }
            };
        }
        Ok(value)
    }

    fn method(&mut self, root: &str, name: &str, arguments: &[Node]) -> Outcome {
        if root == "user" && name == "getInternalProperty" {
            let wanted = self.values(arguments)?;
            let known = match wanted.first().and_then(Value::as_str) {
                Some("id") => self.scope.internal.id,
                Some("status") => self.scope.internal.status,
                _ => None,
            };
            return match known {
                Some(value) => Ok(Value::from(value)),
                None => unknown(
                    "user.getInternalProperty() is known here for \"id\" and \"status\" alone, and only for a person at hand.",
                ),
            };
        }
        let needs = match name {
            "getGroups" | "isMemberOf" => "needs the groups of the person at the moment of assignment",
            "getLinkedObject" => "needs the profile of another person",
            _ => "is not a function that Rehome knows",
        };
        unknown(format!(
            "{root}.{name}() {needs}, so its value is known only once Okta has evaluated it."
        ))
    }

    fn org(&self, at: usize, name: &str) -> Outcome {
        let org = self.scope.org;
        let value = match name {
            "name" => org.name,
            "subDomain" | "subdomain" => org.sub_domain,
            "externalKey" => org.external_key,
            _ => {
                return Err(Stop::Error {
                    at,
                    message: format!("An org has name and subDomain, but no {name}."),
                });
            }
        };
        match value {
            Some(value) => Ok(Value::from(value)),
            None => unknown(format!("org.{name} of this org is not known here.")),
        }
    }

    fn attribute(&self, root: &str, name: &str) -> Outcome {
        let scope = self.scope;
        let of = |profile: &Map<String, Value>| Ok(profile.get(name).cloned().unwrap_or(Value::Null));
        let at_hand = |profile: Option<&Map<String, Value>>, what: &str| match profile {
            Some(profile) => of(profile),
            None => unknown(format!("{root}.{name} needs {what}, which is not known here.")),
        };
        match root {
            "source" if scope.source.is_none() && from_directory(name) && !scope.user.contains_key(name) => {
                unknown(format!(
                    "source.{name} comes from the directory that the person comes from, not from the Okta profile."
                ))
            }
            "user" => of(scope.user),
            "source" => of(scope.source.unwrap_or(scope.user)),
            "appuser" => at_hand(scope.appuser, "the person's profile in the app"),
            "app" | "target_app" => at_hand(scope.app, "the settings of the app"),
            "instance" => at_hand(scope.instance, "the settings of the instance"),
            "idpuser" => unknown(format!(
                "idpuser.{name} is known only while somebody signs in through an identity provider."
            )),
            "session" => unknown(format!("session.{name} is known only while somebody signs in.")),
            _ => {
                if let Some(profile) = scope.named.get(root) {
                    return of(profile);
                }
                if scope.app_variable == Some(root) {
                    return at_hand(scope.appuser, "the person's profile in the app");
                }
                if let (Some(stem), Some(variable)) = (root.strip_suffix("_app"), scope.app_variable)
                    && stem == variable
                {
                    return at_hand(scope.app, "the settings of the app");
                }
                unknown(format!(
                    "{root}.{name} looks into another app instance, whose values are not at hand."
                ))
            }
        }
    }

    fn condition(&mut self, node: &Node) -> Result<bool, Stop> {
        match self.value(node)? {
            Value::Bool(yes) => Ok(yes),
            Value::String(text) if matches!(text.as_str(), "true" | "false") => {
                self.doubts
                    .add(node.at, "A text stands where a condition is needed.".to_owned());
                Ok(text == "true")
            }
            other => unknown(format!(
                "A condition is {}; what Okta does then is not documented.",
                values::kind(&other)
            )),
        }
    }

    fn chain(&mut self, at: usize, first: &Node, rest: &[(Operator, Node)]) -> Outcome {
        if let [(Operator::And | Operator::Or, _), ..] = rest {
            // One level holds one operator alone, so the first tells for all.
            let stops_at = rest[0].0 == Operator::Or;
            for node in std::iter::once(first).chain(rest.iter().map(|(_, node)| node)) {
                if self.condition(node)? == stops_at {
                    return Ok(Value::Bool(stops_at));
                }
            }
            return Ok(Value::Bool(!stops_at));
        }
        let mut left = self.value(first)?;
        for (operator, node) in rest {
            let right = self.value(node)?;
            left = self.operate(at, *operator, left, right)?;
        }
        Ok(left)
    }

    fn operate(&mut self, at: usize, operator: Operator, left: Value, right: Value) -> Outcome {
        match operator {
            Operator::Equal => Ok(Value::Bool(self.equal(at, &left, &right))),
            Operator::Unequal => Ok(Value::Bool(!self.equal(at, &left, &right))),
            Operator::Less | Operator::Greater | Operator::AtMost | Operator::AtLeast => {
                self.compare(at, operator, &left, &right)
            }
            Operator::Matches => unknown("\"matches\" with a pattern is deprecated in Okta and not evaluated here."),
            Operator::Plus => self.plus(at, left, right),
            _ => arithmetic(operator, &left, &right).map_or_else(
                || {
                    unknown(format!(
                        "Calculating with {} and {} is not documented.",
                        values::kind(&left),
                        values::kind(&right)
                    ))
                },
                Ok,
            ),
        }
    }

    fn equal(&mut self, at: usize, left: &Value, right: &Value) -> bool {
        if let (Some(left), Some(right)) = (left.as_f64(), right.as_f64()) {
            return left == right;
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

    fn compare(&mut self, at: usize, operator: Operator, left: &Value, right: &Value) -> Outcome {
        use std::cmp::Ordering;
        let order = match (left, right) {
            (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                _ => a.as_f64().partial_cmp(&b.as_f64()),
            },
            (Value::String(a), Value::String(b)) => {
                self.doubts.add(
                    at,
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
        Ok(Value::Bool(match operator {
            Operator::Less => order == Ordering::Less,
            Operator::Greater => order == Ordering::Greater,
            Operator::AtMost => order != Ordering::Greater,
            _ => order != Ordering::Less,
        }))
    }

    /// Adds numbers, joins everything else as text.
    fn plus(&mut self, at: usize, left: Value, right: Value) -> Outcome {
        if left.is_number() && right.is_number() {
            return arithmetic(Operator::Plus, &left, &right)
                .map_or_else(|| unknown("The sum is too large to be known here."), Ok);
        }
        let mut joined = String::new();
        for side in [&left, &right] {
            match side {
                Value::Null => {
                    joined.push_str(self.doubts.null_joined());
                    self.doubts.add(
                        at,
                        "One side of \"+\" is empty (null); whether Okta adds nothing or the word \"null\" is not documented.".to_owned(),
                    );
                }
                side => match values::plain_text(side) {
                    Some(text) => joined.push_str(&text),
                    None => {
                        return unknown(format!(
                            "\"+\" joins {}; what Okta does then is not documented.",
                            values::kind(side)
                        ));
                    }
                },
            }
        }
        if joined.len() > LONGEST {
            return unknown(format!("The text would have more than {LONGEST} bytes."));
        }
        Ok(Value::String(joined))
    }
}

/// Attributes of a directory account in Okta's own username templates (api-facts 4.5).
fn from_directory(name: &str) -> bool {
    matches!(name, "userName" | "samAccountName" | "employeeID")
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
