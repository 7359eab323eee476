//! Who may sign in under which conditions: access policies rule by rule (api-facts 10.1), or by eye on Classic.

use serde_json::Value;

use super::policy_words::{Names, RuleWords, policy_words};
use super::references::has_token;
use super::report::{Part, Report};
use super::settings::count;
use super::strictness::{Direction, access, changes};
use super::{Engine, Finding, LinkTo, Policy, RowOutcome, Step, Tab};
use crate::{CheckOutcome, Reading};

const POLICY: Part = Part {
    id: "policy",
    name: "the access policy",
    call: "apps/{app}",
    blocks: Step::Pilot,
};

/// Most changes in a sentence.
const NAMED: usize = 4;

pub fn compare(report: &mut Report<'_>) {
    if report.input.engine == Engine::Classic {
        return classic(report);
    }
    let (old, new) = (&report.old().policy, &report.new_side().policy);
    let Some((old_policy, new_policy)) = report.part(POLICY, old, new) else {
        return;
    };
    let shown = |policy: Option<&Policy>| policy.map(words).unwrap_or_default();
    let (old_text, new_text) = (shown(old_policy), shown(new_policy));
    let same = old_policy.map(|p| &p.id) == new_policy.map(|p| &p.id);
    let (outcome, finding) = if same {
        (RowOutcome::Same, None)
    } else {
        (RowOutcome::NeedsReview, Some("access-policy"))
    };
    report.row("access-policy", "Access policy", &old_text, &new_text, outcome, finding);
    if let Some(policy) = new_policy {
        names_old_app(report, policy);
    }
    if same || matches!(old, Reading::Unreadable { .. }) || matches!(new, Reading::Unreadable { .. }) {
        return;
    }
    let changed = match (old_policy, new_policy) {
        (Some(old), Some(new)) => rules(report, old, new),
        _ => Vec::new(),
    };
    let (old_label, new_label) = report.labels();
    let or_none = |text: &str| {
        if text.is_empty() {
            "no policy of its own".to_owned()
        } else {
            text.to_owned()
        }
    };
    let told = [
        told(Direction::Weaker, "Weaker", new_label, &changed),
        told(Direction::Stricter, "Stricter", new_label, &changed),
    ]
    .concat();
    report.finding(Finding {
        id: "access-policy".to_owned(),
        title: "The two apps have different access policies".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Pilot),
        what: format!("{old_label}: {}. {new_label}: {}.{told}", or_none(&old_text), or_none(&new_text)),
        why: "People may be asked for more, or for less, when they sign in: a weaker policy opens the service wider, a stricter one locks people out.".to_owned(),
        mend: format!("Give {new_label} the policy of {old_label} (Sign On tab, User authentication), or skip this check and say why the other one is right. Look also for rules that name {old_label}."),
        evidence: report.both("apps/{app}"),
        link: LinkTo::NewApp(Tab::SignOn),
        can_skip: true,
    });
    if new_policy.is_some_and(Policy::is_default) && !old_policy.is_some_and(Policy::is_default) {
        default_policy(report);
    }
}

/// "Workforce apps (3 rules)".
fn words(policy: &Policy) -> String {
    let name = if policy.name.is_empty() {
        &policy.id
    } else {
        &policy.name
    };
    match policy.rules {
        Some(rules) => format!("{name} ({})", count(rules, "rule", "rules")),
        None => name.clone(),
    }
}

fn told(direction: Direction, word: &str, new_label: &str, changed: &[(Direction, String)]) -> String {
    let found: Vec<&str> = changed
        .iter()
        .filter(|(way, _)| *way == direction)
        .map(|(_, words)| words.as_str())
        .collect();
    if found.is_empty() {
        return String::new();
    }
    let more = found.len().saturating_sub(NAMED);
    let named = found[..found.len() - more].join("; ");
    let more = if more == 0 {
        String::new()
    } else {
        format!("; and {more} more")
    };
    format!(" {word} on {new_label}: {named}{more}.")
}

/// One rule with its words.
struct Rule<'a> {
    words: RuleWords,
    raw: &'a Value,
}

/// A row for each rule; returns what gets stricter and what weaker.
fn rules(report: &mut Report<'_>, old: &Policy, new: &Policy) -> Vec<(Direction, String)> {
    // Not read is not the same as no rules.
    if old.rule_list.is_empty() || new.rule_list.is_empty() {
        return Vec::new();
    }
    let (old_rules, new_rules) = (in_order(old, &report.input.names), in_order(new, &report.input.names));
    let mut changed = Vec::new();
    let mut orders = Vec::new();
    for (number, (old_at, new_at)) in matched(&old_rules, &new_rules).into_iter().enumerate() {
        let (old, new) = (old_at.map(|at| &old_rules[at]), new_at.map(|at| &new_rules[at]));
        orders.extend(new_at.filter(|_| old_at.is_some()));
        row(report, number, old, new);
        changed.extend(direction(old, new));
    }
    if !orders.is_sorted() {
        let list = |rules: &[Rule<'_>]| {
            rules
                .iter()
                .map(|r| r.words.name.clone())
                .collect::<Vec<_>>()
                .join(", ")
        };
        report.row(
            "access-policy.order",
            "Order of the rules",
            &list(&old_rules),
            &list(&new_rules),
            RowOutcome::NeedsReview,
            Some("access-policy"),
        );
    }
    changed
}

/// Rules in the order in which Okta tries them.
fn in_order<'a>(policy: &'a Policy, names: &Names) -> Vec<Rule<'a>> {
    let mut rules: Vec<Rule<'a>> = policy
        .rule_list
        .iter()
        .map(|raw| Rule {
            words: policy_words(raw, names),
            raw,
        })
        .collect();
    rules.sort_by_key(|rule| rule.raw["priority"].as_i64().unwrap_or(i64::MAX));
    rules
}

/// Pairs of rules in the order of the old ones, then what only the new app has: by name first, then by what they say.
fn matched(old: &[Rule<'_>], new: &[Rule<'_>]) -> Vec<(Option<usize>, Option<usize>)> {
    let mut free: Vec<bool> = vec![true; new.len()];
    let mut partner: Vec<Option<usize>> = vec![None; old.len()];
    let by_name = |a: &RuleWords, b: &RuleWords| a.name.trim().to_lowercase() == b.name.trim().to_lowercase();
    let by_words = |a: &RuleWords, b: &RuleWords| a.line() == b.line();
    for same in [&by_name as &dyn Fn(&RuleWords, &RuleWords) -> bool, &by_words] {
        for (rule, partner) in old.iter().zip(&mut partner).filter(|(_, partner)| partner.is_none()) {
            *partner = (0..new.len()).find(|to| free[*to] && same(&rule.words, &new[*to].words));
            if let Some(to) = *partner {
                free[to] = false;
            }
        }
    }
    let only_new = (0..new.len()).filter(|to| free[*to]).map(|to| (None, Some(to)));
    partner
        .iter()
        .enumerate()
        .map(|(at, to)| (Some(at), *to))
        .chain(only_new)
        .collect()
}

fn row(report: &mut Report<'_>, number: usize, old: Option<&Rule<'_>>, new: Option<&Rule<'_>>) {
    let line = |rule: Option<&Rule<'_>>| rule.map(|r| r.words.line()).unwrap_or_default();
    let name = old.or(new).map(|r| r.words.name.clone()).unwrap_or_default();
    let label = match (old, new) {
        (Some(a), Some(b)) if a.words.name != b.words.name => format!("Rule {} / {}", a.words.name, b.words.name),
        _ => format!("Rule {name}"),
    };
    report.compared(
        &format!("access-policy.rule.{}", number + 1),
        &label,
        &line(old),
        &line(new),
        RowOutcome::NeedsReview,
        Some("access-policy"),
    );
}

fn direction(old: Option<&Rule<'_>>, new: Option<&Rule<'_>>) -> Vec<(Direction, String)> {
    let named = |rule: &Rule<'_>| format!("rule {}", rule.words.name);
    match (old, new) {
        (Some(old), Some(new)) if old.words.active && new.words.active => {
            let words = changes(old.raw, new.raw);
            words
                .into_iter()
                .map(|(way, words)| (way, format!("{} {words}", named(new))))
                .collect()
        }
        (Some(old), other) if old.words.active && access(old.raw) == "DENY" => {
            let why = if other.is_some() { "is inactive" } else { "is missing" };
            vec![(Direction::Weaker, format!("{}, which denies, {why}", named(old)))]
        }
        (other, Some(new))
            if new.words.active && access(new.raw) == "DENY" && other.is_none_or(|o| !o.words.active) =>
        {
            vec![(
                Direction::Stricter,
                format!("{} denies, and the old app has no such rule", named(new)),
            )]
        }
        _ => Vec::new(),
    }
}

/// The default policy came with the new app; nobody has chosen it (P38).
fn default_policy(report: &mut Report<'_>) {
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "default-policy".to_owned(),
        title: format!("{new_label} has the org's default policy"),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Pilot),
        what: format!("Okta gives every new app its default policy. {old_label} has one that somebody chose."),
        why: "People would meet a second factor that they do not know from this service, or a rule that protects it would be gone.".to_owned(),
        mend: format!("Give {new_label} the policy of {old_label}. Rehome can do it as a change that you approve."),
        evidence: report.both("apps/{app}"),
        link: LinkTo::NewApp(Tab::SignOn),
        can_skip: true,
    });
}

/// Rules of the new app's policy that mean the old app by its id.
fn names_old_app(report: &mut Report<'_>, policy: &Policy) {
    let old = report.old().app.id.clone();
    if old == report.new_side().app.id {
        return;
    }
    let names_it = |rule: &&Value| {
        has_token(&rule["conditions"].to_string(), old.as_str())
            || has_token(&rule["actions"].to_string(), old.as_str())
    };
    let found: Vec<String> = policy
        .rule_list
        .iter()
        .filter(names_it)
        .map(|rule| rule["name"].as_str().unwrap_or("without name").to_owned())
        .collect();
    if found.is_empty() {
        return;
    }
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "policy-names-old-app".to_owned(),
        title: format!("A rule for {new_label} names {old_label}"),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Pilot),
        what: format!(
            "In the policy {}, these rules hold the id of {old_label}: {}.",
            policy.name,
            super::report::listed(&found)
        ),
        why: format!("Such a rule does not mean {new_label}: people there fall to the next rule."),
        mend: format!("Add the id of {new_label} to the rule, and take the old one out in step 6."),
        evidence: vec![format!("GET /api/v1/policies/{}/rules", policy.id)],
        link: LinkTo::NewApp(Tab::SignOn),
        can_skip: true,
    });
}

/// Classic has no API for the sign-on rules of an app (api-facts 10.2): only a human can compare them.
fn classic(report: &mut Report<'_>) {
    let text = "only to be seen in Okta";
    report.row(
        "sign-on-rules",
        "App sign-on rules",
        text,
        text,
        RowOutcome::CouldNotBeRead,
        Some("sign-on-rules"),
    );
    let (old_label, new_label) = report.labels();
    let page = |label: &str, id: &crate::AppId| format!("Admin Console, Sign On tab of {label} ({id})");
    report.finding(Finding {
        id: "sign-on-rules".to_owned(),
        title: "Compare the sign-on rules by eye".to_owned(),
        outcome: CheckOutcome::Attest,
        blocks: Some(Step::Pilot),
        what: format!("This org runs on the Classic Engine, which shows the sign-on rules of {old_label} and {new_label} in the Admin Console alone."),
        why: "A new app starts with a rule that lets everyone in. A rule that asks for a second factor or a network does not come along by itself.".to_owned(),
        mend: format!("Open the Sign On tab of both apps side by side, make the rules of {new_label} the same, and say that you have seen it."),
        evidence: vec![
            "No call: Okta has no API for these rules".to_owned(),
            page(old_label, &report.old().app.id),
            page(new_label, &report.new_side().app.id),
        ],
        link: LinkTo::NewApp(Tab::SignOn),
        can_skip: true,
    });
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use serde_json::json;

    use super::super::fixtures::{check, now, spans, twins};
    use super::*;

    fn rule(name: &str, priority: u32, access: &str, factors: &str, conditions: Value) -> Value {
        json!({"id": format!("rul-{name}"), "name": name, "priority": priority, "status": "ACTIVE", "conditions": conditions,
            "actions": {"appSignOn": {"access": access, "verificationMethod": {"type": "ASSURANCE", "factorMode": factors, "reauthenticateIn": "PT2H"}}}})
    }

    fn rows(old: Vec<Value>, new: Vec<Value>, expected: Expect) {
        let mut input = twins();
        input.old.policy = Reading::Read(Policy::with_rules(json!({"id": "rst1", "name": "Old"}), old));
        input.new.policy = Reading::Read(Policy::with_rules(json!({"id": "rst2", "name": "New"}), new));
        let comparison = super::super::compare(&input, now("2027-01-01"));
        let policy = comparison.sections.iter().find(|s| s.title == "Policy").unwrap();
        let mut shown: String = policy
            .rows
            .iter()
            .map(|r| {
                format!(
                    "{} | {} | {} | {}\n",
                    r.label,
                    spans(&r.old),
                    spans(&r.new),
                    r.outcome.words()
                )
            })
            .collect();
        shown += &comparison
            .findings
            .iter()
            .find(|f| f.id == "access-policy")
            .unwrap()
            .what;
        expected.assert_eq(&shown);
    }

    #[test]
    fn rules_are_paired_by_name_and_then_by_what_they_say() {
        let anywhere = json!({"network": {"connection": "ANYWHERE"}});
        let office = json!({"network": {"connection": "ZONE", "include": ["nzo1"]}});
        rows(
            vec![
                rule("Catch-all", 99, "DENY", "", Value::Null),
                rule("Staff", 1, "ALLOW", "2FA", office.clone()),
                rule("Guests", 2, "ALLOW", "1FA", anywhere.clone()),
                rule("Blocked", 3, "DENY", "", office),
            ],
            vec![
                rule("Visitors", 1, "ALLOW", "1FA", anywhere.clone()),
                rule("staff", 2, "ALLOW", "1FA", anywhere.clone()),
                rule("Extra", 3, "ALLOW", "2FA", anywhere),
                rule("Catch-all", 99, "DENY", "", Value::Null),
            ],
            expect![[r#"
                Access policy | [Old] (4 rules) | [New] (4 rules) | Needs review
                Rule Staff / staff | Everybody[, from nzo1: two factors of different kinds], again every 2 hours | Everybody[: one factor], again every 2 hours | Needs review
                Rule Guests / Visitors | Everybody: one factor, again every 2 hours | Everybody: one factor, again every 2 hours | Passed
                Rule Blocked | [Everybody, from nzo1: denied] | [not set] | Only in the old app
                Rule Catch-all | Everybody: denied | Everybody: denied | Passed
                Rule Extra | [not set] | [Everybody: two factors of different kinds, again every 2 hours] | Only in the new app
                Order of the rules | [Staff, Guests, Blocked], Catch-all | [Visitors, staff, Extra], Catch-all | Needs review
                Zendesk (2019): Old (4 rules). Zendesk Suite: New (4 rules). Weaker on Zendesk Suite: rule staff asks for one factor instead of two; rule staff has no network condition any more; rule Blocked, which denies, is missing."#]],
        );
    }

    #[test]
    fn an_inactive_rule_is_told_and_not_read_is_not_the_same_as_none() {
        let mut off = rule("Staff", 1, "ALLOW", "2FA", Value::Null);
        off["status"] = json!("INACTIVE");
        rows(
            vec![rule("Staff", 1, "ALLOW", "2FA", Value::Null)],
            vec![off],
            expect![[r#"
                Access policy | [Old] (1 rule) | [New] (1 rule) | Needs review
                Rule Staff | Everybody: two factors of different kinds, again every 2 hours | Everybody: two factors of different kinds, again every 2 hours[ (inactive: Okta skips it)] | Needs review
                Zendesk (2019): Old (1 rule). Zendesk Suite: New (1 rule)."#]],
        );
        rows(
            vec![rule("Staff", 1, "ALLOW", "2FA", Value::Null)],
            Vec::new(),
            expect![[r#"
                Access policy | [Old (1 rule]) | [New (0 rules]) | Needs review
                Zendesk (2019): Old (1 rule). Zendesk Suite: New (0 rules)."#]],
        );
    }

    #[test]
    fn the_default_policy_of_a_new_app_and_rules_that_mean_the_old_one_are_told() {
        let policy = |id: &str, system: bool, rules| {
            Reading::Read(Policy::with_rules(
                json!({"id": id, "name": id, "system": system}),
                rules,
            ))
        };
        check(
            |input| input.new.policy = policy("rst9", true, Vec::new()),
            expect![[r#"
                access-policy NeedsReview Some(Pilot) NewApp(SignOn): The two apps have different access policies
                    Zendesk (2019): Workforce apps (3 rules). Zendesk Suite: rst9 (0 rules).
                default-policy NeedsReview Some(Pilot) NewApp(SignOn): Zendesk Suite has the org's default policy
                    Okta gives every new app its default policy. Zendesk (2019) has one that somebody chose.
            "#]],
        );
        check(
            |input| {
                input.old.policy = policy("rst8", true, Vec::new());
                input.new.policy = policy("rst9", true, Vec::new());
            },
            expect![[r#"
                access-policy NeedsReview Some(Pilot) NewApp(SignOn): The two apps have different access policies
                    Zendesk (2019): rst8 (0 rules). Zendesk Suite: rst9 (0 rules).
            "#]],
        );
        // One policy for both, with a rule for the old app alone.
        check(
            |input| {
                let condition = |id: &str| json!({"elCondition": {"condition": format!("app.id == '{id}'")}});
                let rules = vec![
                    rule("Old only", 1, "ALLOW", "2FA", condition("0oa1")),
                    rule("Another", 2, "ALLOW", "2FA", condition("0oa11")),
                ];
                input.old.policy = policy("rst1", false, rules.clone());
                input.new.policy = policy("rst1", false, rules);
            },
            expect![[r#"
                policy-names-old-app NeedsReview Some(Pilot) NewApp(SignOn): A rule for Zendesk Suite names Zendesk (2019)
                    In the policy rst1, these rules hold the id of Zendesk (2019): Old only.
            "#]],
        );
    }
}
