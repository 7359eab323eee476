//! What follows a name: attributes, items of lists, picking from a list.

use std::borrow::Cow;

use serde_json::Value;

use super::{Given, NULL, Outcome, Stop, Walk, unknown};
use crate::tree::{Kind, Node, Step, StepKind};
use crate::values;

impl<'t> Walk<'t> {
    pub(super) fn path(&mut self, base: &'t Node, steps: &'t [Step]) -> Outcome<'t> {
        let Kind::Root(root) = &base.kind else {
            let value = self.value(base)?;
            return self.steps(value, steps);
        };
        let [first, rest @ ..] = steps else {
            return self.root_alone(base.at, root);
        };
        let value = match &first.kind {
            StepKind::Method { name, .. } => {
                return unknown(format!(
                    "{root}.{name}() is not a function that Rehome knows, so its value is known only once Okta has evaluated it."
                ));
            }
            StepKind::Member(name) if name == "profile" && !rest.is_empty() && self.scope.user.get(name).is_none() => {
                return unknown(format!(
                    "{root}.profile is written as in Okta's other expression language (policies and claims); in a mapping it is {root}.attribute."
                ));
            }
            StepKind::Member(name) if root == "org" => self.org(base.at, name)?,
            StepKind::Member(name) => self.attribute(root, name)?,
            StepKind::Index(index) => match &*self.value(index)? {
                Value::String(name) => self.attribute(root, name)?,
                other => {
                    return unknown(format!(
                        "{root}[...] needs the name of an attribute and is given {}.",
                        values::kind(other)
                    ));
                }
            },
            StepKind::Projection(_) => {
                return unknown(format!("{root} is not a list, so nothing can be picked from it."));
            }
        };
        self.steps(value, rest)
    }

    /// Members and indexes after the first.
    fn steps(&mut self, mut value: Given<'t>, steps: &'t [Step]) -> Outcome<'t> {
        for step in steps {
            value = match &step.kind {
                StepKind::Member(name) => member(value, name)?,
                StepKind::Index(index) => self.item(value, step.at, index)?,
                StepKind::Method { name, .. } => {
                    return unknown(format!(
                        ".{name}() is written as in Okta's other expression language (policies and claims); in a mapping it is not evaluated here."
                    ));
                }
                StepKind::Projection(names) => Cow::Owned(picked(&value, names)?),
            };
        }
        Ok(value)
    }

    fn item(&mut self, list: Given<'t>, at: usize, index: &'t Node) -> Outcome<'t> {
        let Value::Array(items) = &*list else {
            return unknown(format!(
                "An item is asked for of {}, which is no list.",
                values::kind(&list)
            ));
        };
        let index = self.value(index)?.as_u64();
        let inside = index
            .and_then(|index| usize::try_from(index).ok())
            .filter(|index| *index < items.len());
        let Some(index) = inside else {
            let words = format!(
                "The list has {} items and another one is asked for; Okta's answer is not documented.",
                items.len()
            );
            self.doubts.add(at, words);
            return Ok(Cow::Borrowed(&NULL));
        };
        Ok(match list {
            Cow::Borrowed(Value::Array(items)) => Cow::Borrowed(&items[index]),
            Cow::Owned(Value::Array(mut items)) => Cow::Owned(items.swap_remove(index)),
            _ => Cow::Borrowed(&NULL),
        })
    }
}

fn member<'t>(value: Given<'t>, name: &str) -> Outcome<'t> {
    match value {
        Cow::Borrowed(Value::Object(object)) => Ok(Cow::Borrowed(object.get(name).unwrap_or(&NULL))),
        Cow::Owned(Value::Object(mut object)) => Ok(Cow::Owned(object.remove(name).unwrap_or(Value::Null))),
        other => unknown(format!(
            "\".{name}\" follows {}, which has no attributes.",
            values::kind(&other)
        )),
    }
}

/// `.![name]`: the same attribute of every item.
fn picked(list: &Value, names: &[String]) -> Result<Value, Stop> {
    let Value::Array(items) = list else {
        return unknown(format!(
            "\".![...]\" picks from a list, and stands after {}.",
            values::kind(list)
        ));
    };
    if names.is_empty() {
        return unknown("\".![...]\" is evaluated here for the name of an attribute alone.");
    }
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        let found = names.iter().try_fold(item, |value, name| value.get(name.as_str()));
        let Some(found) = found else {
            return unknown(format!(
                "\".![{}]\" asks for something that is not known here of these groups.",
                names.join(".")
            ));
        };
        all.push(found.clone());
    }
    Ok(Value::Array(all))
}
