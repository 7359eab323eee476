//! People and assigned groups of both apps.

use super::report::{Part, Report, evidence};
use super::settings::{count, thousands};
use super::{Finding, LinkTo, PeopleCount, RowOutcome, Step, Tab};
use crate::CheckOutcome;

const PEOPLE: Part = Part {
    id: "people",
    name: "the people",
    call: "apps/{app}/users",
    blocks: Step::Map,
};
const GROUPS: Part = Part {
    id: "groups",
    name: "the assigned groups",
    call: "apps/{app}/groups",
    blocks: Step::Map,
};

pub fn compare(report: &mut Report<'_>) {
    if let Some((old, new)) = report.part(PEOPLE, &report.old().people, &report.new_side().people) {
        let row = |report: &mut Report<'_>, id: &str, label: &str, of: &dyn Fn(&PeopleCount) -> usize| {
            let shown = |side: Option<&PeopleCount>| side.map(|side| thousands(of(side))).unwrap_or_default();
            let there = new.is_some_and(|new| of(new) > 0);
            let outcome = if there {
                RowOutcome::NeedsReview
            } else {
                RowOutcome::DiffersAsItMust
            };
            let outcome = if shown(old) == shown(new) && !there {
                RowOutcome::Same
            } else {
                outcome
            };
            report.row(
                id,
                label,
                &shown(old),
                &shown(new),
                outcome,
                there.then_some("new-app-has-people"),
            );
        };
        row(report, "people-through-groups", "People through groups", &|p| {
            p.through_groups
        });
        row(report, "people-individually", "People individually", &|p| {
            p.individually
        });
        if let Some(new) = new {
            already_there(report, *new);
        }
    }
    report.end_part();
    if let Some((old, new)) = report.part(GROUPS, &report.old().groups, &report.new_side().groups) {
        let shown = |groups: Option<&usize>| groups.map(|groups| thousands(*groups)).unwrap_or_default();
        report.compared(
            "assigned-groups",
            "Assigned groups",
            &shown(old),
            &shown(new),
            RowOutcome::DiffersAsItMust,
            None,
        );
    }
}

fn already_there(report: &mut Report<'_>, there: PeopleCount) {
    let all = there.individually + there.through_groups;
    if all == 0 {
        return;
    }
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "new-app-has-people".to_owned(),
        title: format!("{new_label} already has {}", count(all, "person", "people")),
        outcome: CheckOutcome::NeedsReview,
        blocks: None,
        what: format!(
            "{} through groups and {} individually are on {new_label} already.",
            count(there.through_groups, "person", "people"),
            count(there.individually, "person", "people")
        ),
        why: format!("Rehome leaves them as they are. Their usernames are taken: nobody who comes from {old_label} can have the same."),
        mend: "See who they are: a pilot from before, or people who never had the old app. If that is as it should be, skip this check and say so.".to_owned(),
        evidence: vec![evidence(PEOPLE.call, report.new_side())],
        link: LinkTo::NewApp(Tab::Assignments),
        can_skip: true,
    });
}
