//! `isMemberOf...()`: questions about the groups of the person, as group rules ask them.

use serde_json::Value;

/// The answer for a person in these groups (id and name). None: not one of these functions, or one that is not evaluated
/// here (regular expressions), or a value that is no text.
pub fn is_member(name: &str, wanted: &[Value], groups: &[(&str, &str)]) -> Option<bool> {
    let wanted: Vec<&str> = wanted.iter().map(Value::as_str).collect::<Option<_>>()?;
    let by = |holds: fn(&(&str, &str), &str) -> bool| {
        wanted
            .iter()
            .any(|wanted| groups.iter().any(|group| holds(group, wanted)))
    };
    match name {
        "isMemberOfGroup" | "isMemberOfAnyGroup" => Some(by(|(id, _), wanted| *id == wanted)),
        "isMemberOfGroupName" => Some(by(|(_, name), wanted| *name == wanted)),
        "isMemberOfGroupNameStartsWith" => Some(by(|(_, name), wanted| name.starts_with(wanted))),
        "isMemberOfGroupNameContains" => Some(by(|(_, name), wanted| name.contains(wanted))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_by_id_and_by_name() {
        let groups = [("00g1", "Support Berlin"), ("00g2", "Finance")];
        let ask = |name: &str, wanted: &[&str]| {
            let wanted: Vec<Value> = wanted.iter().map(|it| Value::from(*it)).collect();
            is_member(name, &wanted, &groups)
        };
        assert_eq!(ask("isMemberOfGroup", &["00g2"]), Some(true));
        assert_eq!(ask("isMemberOfAnyGroup", &["00g9", "00g1"]), Some(true));
        assert_eq!(ask("isMemberOfAnyGroup", &["00g9"]), Some(false));
        assert_eq!(ask("isMemberOfGroupName", &["Support"]), Some(false));
        assert_eq!(ask("isMemberOfGroupNameStartsWith", &["Support"]), Some(true));
        assert_eq!(ask("isMemberOfGroupNameContains", &["nan"]), Some(true));
        assert_eq!(ask("isMemberOfGroupNameRegex", &[".*"]), None);
    }
}
