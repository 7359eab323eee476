//! People grouped by what they have in common in step 2: gaps, differences, and whom nobody may want to move.

use jiff::tz::TimeZone;
use rehome_domain::{
    UserId, attributes,
    attributes::ProblemKind,
    effective::{Change, DifferenceGroup},
    suspects::SuspectKind,
};

use super::{people_words, sets, u32_of};
use crate::{
    model::{Inventory, Model},
    view::{DifferenceView, PeopleGroup, Tone},
};

/// Groups of differences that are shown; those that concern most people, after those that concern rights.
const MOST: usize = 300;

pub(super) fn gaps(model: &Model) -> Vec<PeopleGroup> {
    let gaps = attributes::gaps(&model.survey).into_iter();
    gaps.filter(|gap| gap.attribute != "userName")
        .map(|gap| PeopleGroup {
            set: sets::gap(&gap.attribute, gap.kind),
            title: gap.attribute.clone(),
            words: format!(
                "{}. {}",
                sentence(gap.kind.words()),
                consequence(model, &gap.attribute, gap.kind)
            ),
            people: u32_of(gap.people),
            excluded: 0,
            tone: if gap.kind == ProblemKind::NotSure {
                Tone::Review
            } else {
                Tone::Bad
            },
        })
        .collect()
}

fn consequence(model: &Model, attribute: &str, kind: ProblemKind) -> &'static str {
    let row = model.attributes.iter().find(|row| row.attribute.name == attribute);
    let by_okta = row.is_some_and(|row| row.state == attributes::AttributeState::ByOkta);
    let required = row.is_some_and(|row| row.attribute.required);
    match kind {
        ProblemKind::NotSure => "Nothing is sent for these people.",
        _ if by_okta => "Okta's own mapping gives it: mend the profile or the mapping.",
        _ if required => "The new app insists on a value: nobody of these can be assigned before it is mended.",
        _ => "The value is left out for these people, and the plan says so.",
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

pub(super) fn differences(model: &Model) -> Vec<DifferenceView> {
    let all = model.differences.iter().enumerate().take(MOST);
    all.map(|(number, group)| difference(number, group)).collect()
}

fn difference(number: usize, group: &DifferenceGroup) -> DifferenceView {
    let weighty = group.weight >= 2;
    let several = |text: &Option<String>| match (group.values > 1, text) {
        (true, _) => "different values".to_owned(),
        (false, Some(text)) => text.clone(),
        (false, None) => String::new(),
    };
    DifferenceView {
        set: sets::difference(number),
        attribute: group.attribute.clone(),
        kind: group.change.words().to_owned(),
        old: several(&group.from),
        new: match group.change {
            Change::Lost => String::new(),
            Change::Unknown => "not known".to_owned(),
            _ => several(&group.to),
        },
        people: u32_of(group.people),
        weighty,
        tone: match group.change {
            Change::Lost | Change::Changed if weighty => Tone::Bad,
            Change::Lost | Change::Changed | Change::Unknown => Tone::Review,
            Change::Gained | Change::Renamed | Change::Same => Tone::Info,
        },
    }
}

pub(super) fn suspects(model: &Model) -> Vec<PeopleGroup> {
    let excluded = |user: &UserId| model.decisions.excluded.contains_key(user);
    let all = model.suspects.iter();
    all.map(|group| PeopleGroup {
        set: sets::suspect(&group.kind),
        title: group.title.clone(),
        words: group.words.to_owned(),
        people: u32_of(group.people.len()),
        excluded: u32_of(group.people.iter().filter(|(user, _)| excluded(user)).count()),
        tone: match group.kind {
            SuspectKind::BreakGlass | SuspectKind::ServiceAccount => Tone::Review,
            _ => Tone::Info,
        },
    })
    .collect()
}

/// How far back the last sign-in of each person is known.
pub(super) fn last_use(inventory: &Inventory) -> String {
    let used = &inventory.last_use;
    if let Some(why) = &used.why {
        return format!("When people used the old app last is not known: Okta did not show its log. {why}");
    }
    let Some(reach) = used.reach else {
        return "When people used the old app last is not known: there is more in the log than could be read."
            .to_owned();
    };
    let day = reach.to_zoned(TimeZone::system()).strftime("%-d %B %Y");
    format!(
        "{} signed in to the old app since {day}, as far as Okta's log was read.",
        people_words(used.last.len())
    )
}
