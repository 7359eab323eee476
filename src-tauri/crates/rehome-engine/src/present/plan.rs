//! The plan, as steps 3 and 4 show it: routes with their reasons, waves, what it costs, and how it ends.

use std::collections::{BTreeMap, BTreeSet};

use rehome_domain::{
    GroupId,
    people::AssignmentPath,
    plan::{Because, Bucket, Plan, Route, RouteWish, estimate},
};

use super::{count, people::wave_title, u32_of};
use crate::{
    choices,
    model::{Model, PlanRecord},
    view::{
        BucketView, EndView, GroupChoice, PlanChoices, PlanView, ReasonView, RouteChoice, RouteView, WaveGroupView,
        WaveLine,
    },
};

/// `allowed`: what the run may use of each limit a minute, by its name.
pub(crate) fn view(model: &Model, allowed: &BTreeMap<String, u32>) -> Option<PlanView> {
    let record = model.plan.as_ref()?;
    let plan = &record.plan;
    let time = estimate(plan, &record.least, allowed);
    Some(PlanView {
        digest: record.digest.chars().take(12).collect(),
        approved_at: record.approved.map(|at| at.to_string()),
        approved_by: record.approved.and(model.decisions.approved_by.clone()),
        chosen_since: choices::changed(model),
        stale: record.stale.clone(),
        people: u32_of(plan.people().count()),
        waves: u32_of(plan.waves.iter().filter(|w| w.number > 0).count()),
        wave_size: plan.wave_size,
        routes: routes(plan),
        reasons: reasons(plan),
        wave_groups: wave_groups(model, plan),
        wave_lines: wave_lines(record),
        end: EndView {
            equal: u32_of(record.end.equal),
            differences: record.end.differences.clone(),
        },
        buckets: buckets(record, allowed),
        excluded: u32_of(plan.excluded.len()),
        group_remarks: plan
            .held_back
            .iter()
            .map(|held| {
                let names: Vec<String> = held.because.iter().take(3).map(|u| model.name_of(u)).collect();
                let out = held.because.iter().all(|u| plan.excluded.contains_key(u));
                format!(
                    "{} cannot be put on the new app, because {} {} {}. Its members get the app one by one.",
                    held.name,
                    names.join(", "),
                    if held.because.len() == 1 { "is" } else { "are" },
                    if out { "left out" } else { "in it and not planned" }
                )
            })
            .chain(plan.remarks.iter().cloned())
            .collect(),
        will_not_change: will_not_change(plan),
        calls: record.written.total(),
        least_calls: record.least.total(),
        minutes: time.map(|t| t.minutes),
        floor_minutes: time.map(|t| t.floor_minutes),
        shape: super::compare::shape_words(Some(plan.shape)).to_owned(),
    })
}

pub(crate) fn will_not_change(plan: &Plan) -> Vec<String> {
    let groups = if plan.wave_groups.is_empty() {
        "Passwords, profiles in Okta and group memberships stay as they are."
    } else {
        "Passwords and profiles in Okta stay as they are, and so do memberships of all groups that are not made for the move."
    };
    vec![
        "Nobody loses the old app before step 5.".into(),
        groups.into(),
        if plan.shape.is_parallel() {
            "Settings of both apps stay as they are.".into()
        } else {
            "Settings of both apps stay as they are, but for their tiles: the new one is hidden until the cut-over, the old one after \
             it."
            .into()
        },
    ]
}

pub(crate) fn routes(plan: &Plan) -> Vec<RouteView> {
    let planned_groups: BTreeSet<_> = plan
        .waves
        .iter()
        .flat_map(|w| w.groups.iter().map(|g| &g.group))
        .collect();
    let (mut whole, mut made, mut one, mut converted, mut there) = (0u32, 0u32, 0u32, 0u32, 0u32);
    let mut groups = BTreeSet::new();
    for (_, person) in plan.people() {
        match (&person.route, &person.path) {
            (Route::WholeGroup { group }, _) => {
                whole += 1;
                groups.insert(group);
            }
            (Route::WaveGroup { .. }, _) => made += 1,
            (Route::AlreadyThere, _) => there += 1,
            (Route::Individual, AssignmentPath::Group { group }) if planned_groups.contains(group) => converted += 1,
            (Route::Individual, _) => one += 1,
        }
    }
    let mut out = Vec::new();
    let mut add = |title: &str, words: String, people: u32, calls: u32| {
        if people > 0 {
            out.push(RouteView {
                title: title.into(),
                words,
                people,
                calls,
            });
        }
    };
    let groups_n = u32_of(groups.len());
    add(
        "Whole group",
        format!(
            "{} at once, and Okta gives the app to all members.",
            count(groups.len(), "group goes on", "groups go on")
        ),
        whole,
        groups_n,
    );
    let rest = u32_of(planned_groups.len()).saturating_sub(groups_n);
    // Whatever puts the groups on that nobody comes with is counted where most people come by it.
    let (with_made, with_converted) = if made > 0 { (rest, 0) } else { (0, rest) };
    add(
        "Wave group",
        "A group made for the move is put on once; each person becomes a member, one call outside the apps' limit."
            .into(),
        made,
        made + 4 * u32_of(plan.wave_groups.len()) + with_made,
    );
    add(
        "Group later, converted",
        "Placed one by one, then the group goes on and each is converted: two calls a person.".into(),
        converted,
        converted * 2 + with_converted,
    );
    add("One by one", "One call a person.".into(), one, one);
    add(
        "Already there",
        "On the new app before this migration; nothing is sent.".into(),
        there,
        0,
    );
    out
}

fn reasons(plan: &Plan) -> Vec<ReasonView> {
    let mut counts: BTreeMap<(&'static str, Because), u32> = BTreeMap::new();
    for (_, person) in plan.people() {
        *counts.entry((route_name(&person.route), person.because)).or_default() += 1;
    }
    let mut found: Vec<ReasonView> = counts
        .into_iter()
        .filter_map(|((route, because), people)| {
            Some(ReasonView {
                words: format!("{route}: {}", because_words(because)?),
                people,
            })
        })
        .collect();
    found.sort_by(|a, b| b.people.cmp(&a.people).then_with(|| a.words.cmp(&b.words)));
    found
}

pub(crate) fn route_name(route: &Route) -> &'static str {
    match route {
        Route::Individual => "One by one",
        Route::WholeGroup { .. } => "Whole group",
        Route::WaveGroup { .. } => "Wave group",
        Route::AlreadyThere => "Already there",
    }
}

/// Why by this route; `None` where the route says it by itself.
pub(crate) fn because_words(because: Because) -> Option<&'static str> {
    Some(match because {
        Because::Usual => return None,
        Because::Pilot => "in the pilot, so that nobody else comes with them",
        Because::OwnUsername => "they need a username that the new app's template does not give",
        Because::OwnValues => "they need values that their group does not give",
        Because::GroupHeldBack => "their group holds somebody who must not get the new app",
        Because::GroupUnknown => "Okta does not say which group gives them the old app",
        Because::GroupIsOn => "their group is on the new app already",
        Because::Few => "too few for a group of their own to pay",
        Because::LargeGroup => "their group is larger than a wave; this spares the apps' limit two calls a person",
        Because::NotAvailable => "no group can be made for them",
        Because::Chosen => "you chose so",
    })
}

fn wave_groups(model: &Model, plan: &Plan) -> Vec<WaveGroupView> {
    let mut people: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, person) in plan.people() {
        if let Route::WaveGroup { key } = &person.route {
            *people.entry(key).or_default() += 1;
        }
    }
    let all = plan.wave_groups.iter();
    all.map(|group| WaveGroupView {
        name: group.name.clone(),
        people: people.get(group.key.as_str()).copied().unwrap_or(0),
        stands_for: group.stands_for.iter().map(|g| model.group_name(g)).collect(),
    })
    .collect()
}

fn wave_lines(record: &PlanRecord) -> Vec<WaveLine> {
    let waves = record.plan.waves.iter().zip(&record.writes);
    waves
        .map(|(wave, writes)| {
            let mut words = Vec::new();
            if !wave.groups.is_empty() {
                words.push(count(wave.groups.len(), "group goes on", "groups go on"));
            }
            if !wave.swaps.is_empty() {
                words.push(format!(
                    "{} and {} deleted",
                    count(wave.swaps.len(), "wave group comes off", "wave groups come off"),
                    if wave.swaps.len() == 1 { "is" } else { "are" }
                ));
            }
            WaveLine {
                number: wave.number,
                title: wave_title(wave.number),
                people: u32_of(wave.people.len()),
                writes: u32_of(*writes),
                words: words.join(", "),
            }
        })
        .collect()
}

fn buckets(record: &PlanRecord, allowed: &BTreeMap<String, u32>) -> Vec<BucketView> {
    let titles = [
        (Bucket::Apps, "Below the apps"),
        (Bucket::Groups, "Groups and members"),
        (Bucket::App, "One app"),
        (Bucket::Group, "One group"),
        (Bucket::Other, "Mappings"),
    ];
    let all = titles.into_iter().map(|(bucket, title)| BucketView {
        title: title.to_owned(),
        writes: record.written.0.get(&bucket).copied().unwrap_or(0),
        least: record.least.0.get(&bucket).copied().unwrap_or(0),
        allowed: allowed.get(bucket.name()).copied(),
    });
    all.filter(|b| b.least > 0).collect()
}

/// What there is to choose before drafting. `unavailable`: why no groups can be made.
pub(crate) fn route_choice(wish: &RouteWish) -> RouteChoice {
    match wish {
        RouteWish::OneByOne => RouteChoice::OneByOne,
        RouteWish::Whole => RouteChoice::Whole,
        RouteWish::WaveGroup => RouteChoice::WaveGroup,
    }
}

/// "one by one".
pub(crate) fn route_words(choice: RouteChoice) -> &'static str {
    match choice {
        RouteChoice::OneByOne => "one by one",
        RouteChoice::Whole => "as a whole group",
        RouteChoice::WaveGroup => "through a group made for the move",
    }
}

pub(crate) fn choices(model: &Model, unavailable: Option<String>) -> Option<PlanChoices> {
    let inventory = model.inventory.as_ref()?;
    let decisions = &model.decisions;
    let planned = planned_groups(model);
    let groups = inventory.roster.groups.iter().map(|group| GroupChoice {
        id: group.id.to_string(),
        name: group.name.clone(),
        members: u32_of(inventory.roster.members_of(&group.id).count()),
        chosen: decisions.routes.groups.get(&group.id).map(route_choice),
        planned: planned.get(&group.id).cloned().unwrap_or_default(),
    });
    Some(PlanChoices {
        never_wave_groups: decisions.routes.never_wave_groups,
        unavailable,
        groups: groups.collect(),
        shaping: decisions.shaping.clone(),
        attributes: rehome_domain::plan::shaping_attributes(&inventory.roster),
        named: u32_of(decisions.wave_file.waves.len()),
        sets: u32_of(decisions.wave_file.sets.len()),
        changed: choices::changed(model),
    })
}

/// What the plan does with each group of the old app.
fn planned_groups(model: &Model) -> BTreeMap<GroupId, String> {
    let Some(record) = &model.plan else {
        return BTreeMap::new();
    };
    let plan = &record.plan;
    let mut whole: BTreeSet<&GroupId> = BTreeSet::new();
    for (_, person) in plan.people() {
        if let Route::WholeGroup { group } = &person.route {
            whole.insert(group);
        }
    }
    let mut out = BTreeMap::new();
    for wave in &plan.waves {
        for group in &wave.groups {
            let words = if whole.contains(&group.group) {
                format!("goes whole in {}", wave_title(wave.number).to_lowercase())
            } else if !wave.swaps.is_empty() {
                format!(
                    "takes the wave group's place in {}",
                    wave_title(wave.number).to_lowercase()
                )
            } else {
                format!(
                    "goes on after its last member, in {}",
                    wave_title(wave.number).to_lowercase()
                )
            };
            out.insert(group.group.clone(), words);
        }
    }
    for held in &plan.held_back {
        out.insert(held.group.clone(), "cannot be put on the new app".to_owned());
    }
    out
}
