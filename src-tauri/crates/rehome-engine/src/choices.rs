//! What the admin chooses before a plan is drafted: routes, and how waves are made; what the credential allows; and the dry run.

use std::collections::{BTreeMap, BTreeSet};

use rehome_domain::{
    GroupId, UserId,
    compare::AttachedKind,
    downstream, fixes,
    plan::{Availability, By, DryRun, NameRules, Plan, RouteInput, Shaping, Together, Write, wave_file},
};
use rehome_okta::GROUPS_SCOPE;
use serde_json::{Value, json};

use crate::{
    credential, intake,
    migration::Migration,
    model::{
        Decisions, Inventory, Model,
        decisions::{WaveFileRecord, kind},
    },
    planning::not_read,
    present::{self, u32_of},
    problem::{Answer, bad_input},
    rehome::Rehome,
    view::*,
};

/// Roles that may make groups and say who is in them (api-facts 1.4, 7.5). App administrators may not; group administrators may
/// rename groups and add people to theirs, but make none (Okta's help, "Group administrators").
const MAY_MAKE_GROUPS: [&str; 2] = ["SUPER_ADMIN", "ORG_ADMIN"];
/// Rows of a dry run that are shown at once.
const MOST_ROWS: u32 = 500;
const MOST_REFUSED: usize = 500;
/// Nobody plans more waves by hand.
const LAST_WAVE: u32 = 10_000;
const LONGEST_NAME: usize = 200;

/// What a plan is made with besides the model.
#[derive(Clone, Debug, Default)]
pub(crate) struct Making {
    pub migration: String,
    pub available: Availability,
}

pub(crate) async fn making(open: &Migration) -> Answer<Making> {
    Ok(Making {
        migration: open.id.clone(),
        available: Availability {
            wave_groups: groups_can_be_made(open).await,
        },
    })
}

/// Whether the credential may make groups. Where its rights cannot be read it may: the first refusal ends the run cleanly.
async fn groups_can_be_made(open: &Migration) -> Result<(), String> {
    let Ok((client, _)) = open.client() else { return Ok(()) };
    // Granted a minute ago counts.
    client.ask_for_optional_scopes();
    let (granted, roles) = match client.granted().await {
        Ok(Some(granted)) => (Some(granted), client.service_app_roles().await),
        Ok(None) => {
            let read = client.read();
            let me = read.me().await.unwrap_or_default();
            match me["id"].as_str() {
                Some(id) => (None, read.user_roles(&UserId::from(id)).await),
                None => return Ok(()),
            }
        }
        Err(_) => return Ok(()),
    };
    if let Some(why) = granted.as_ref().and_then(|g| credential::lacks(g, GROUPS_SCOPE)) {
        return Err(format!("{why} Then make the plan anew."));
    }
    match roles {
        Ok(roles) => allowed_by(&roles),
        Err(_) => Ok(()),
    }
}

fn allowed_by(roles: &[Value]) -> Result<(), String> {
    let kinds: Vec<&str> = roles.iter().filter_map(|r| r["type"].as_str()).collect();
    // What a custom role allows, only trying can tell.
    if kinds.is_empty() || kinds.iter().any(|k| *k == "CUSTOM" || MAY_MAKE_GROUPS.contains(k)) {
        return Ok(());
    }
    let labels: Vec<&str> = roles
        .iter()
        .filter_map(|r| r["label"].as_str().or(r["type"].as_str()))
        .collect();
    Err(format!(
        "Making groups needs more than {}: Organizational Administrator beside it is enough. Then make the plan anew.",
        labels.join(" and ")
    ))
}

/// Everything that decides over routes.
pub(crate) fn routes(model: &Model, inventory: &Inventory, making: Making) -> RouteInput {
    let begun = model.begun_waves();
    let used: BTreeSet<&str> = begun
        .iter()
        .flat_map(|w| &w.people)
        .filter_map(|p| match &p.route {
            rehome_domain::plan::Route::WaveGroup { key } => Some(key.as_str()),
            _ => None,
        })
        .collect();
    let earlier = model.plan.iter().flat_map(|p| &p.plan.wave_groups);
    let mut taken: BTreeSet<String> = inventory.roster.groups.iter().map(|g| g.name.clone()).collect();
    taken.extend(inventory.new_groups.iter().map(|g| g.name.clone()));
    let groups = inventory
        .attached
        .iter()
        .filter(|a| a.kind == AttachedKind::GroupFromApp);
    taken.extend(groups.map(|a| a.name.clone()));
    let attributes = inventory.new.schema.value().into_iter().flat_map(|s| &s.attributes);
    let carried: BTreeSet<&String> = model.groups.by_group.values().flat_map(|p| p.keys()).collect();
    let none = Vec::new();
    let pushed = inventory.new.push.value().unwrap_or(&none).iter();
    RouteInput {
        available: making.available,
        wishes: model.decisions.routes.clone(),
        migration: making.migration,
        taken,
        name_rules: name_rules(inventory),
        joined: attributes
            .filter(|a| a.union && carried.contains(&a.name))
            .map(|a| a.name.clone())
            .collect(),
        earlier: earlier.filter(|g| used.contains(g.key.as_str())).cloned().collect(),
        pushed: pushed
            .filter_map(|m| m["sourceGroupId"].as_str().map(GroupId::from))
            .collect(),
        by_rule: filled_by_rules(inventory),
    }
}

fn name_rules(inventory: &Inventory) -> NameRules {
    let apps = [&inventory.old.app, &inventory.new.app].map(|app| (app.label.as_str(), &app.raw));
    let mut found = NameRules::find(&inventory.attached, apps);
    let telling = [
        AttachedKind::GroupRule,
        AttachedKind::AppSetting,
        AttachedKind::Mapping,
        AttachedKind::AccessPolicyRule,
        AttachedKind::FederatedClaim,
        AttachedKind::TokenClaim,
    ];
    let unread = inventory.unreadable.iter().filter(|(kind, _)| telling.contains(kind));
    found.unread.extend(unread.map(|(kind, _)| kind.words().to_owned()));
    // Neither has an API that a credential like this may read.
    found.unread.push("groups claims of OpenID Connect apps".to_owned());
    found.unread.push("group push by name".to_owned());
    // Every server has claims of Okta's own: where there are none, they were never asked for.
    let has = |kind| inventory.attached.iter().any(|a| a.kind == kind);
    if has(AttachedKind::AuthorizationServer) && !has(AttachedKind::TokenClaim) {
        found.unread.push("claims of authorization servers".to_owned());
    }
    found
}

fn filled_by_rules(inventory: &Inventory) -> BTreeSet<GroupId> {
    let rules = inventory.attached.iter().filter(|a| a.kind == AttachedKind::GroupRule);
    let active = rules.filter(|rule| rule.raw["status"] != "INACTIVE");
    let groups = active.filter_map(|rule| rule.raw["actions"]["assignUserToGroups"]["groupIds"].as_array());
    groups
        .flatten()
        .filter_map(|id| id.as_str().map(GroupId::from))
        .collect()
}

pub(crate) fn shaping(decisions: &Decisions) -> Shaping {
    let wish = &decisions.shaping;
    Shaping {
        by: match wish.by {
            WaveBy::Count => By::Count,
            WaveBy::Percent => By::Percent { percent: wish.percent },
            WaveBy::Group => By::Group,
            WaveBy::Attribute => By::Attribute {
                name: wish.attribute.clone(),
            },
            WaveBy::Named => By::Named {
                waves: decisions.wave_file.waves.clone(),
            },
        },
        together: match wish.together {
            WaveTogether::Nobody => Together::Nobody,
            WaveTogether::Group => Together::Group,
            WaveTogether::Attribute => Together::Attribute {
                name: wish.together_attribute.clone(),
            },
            WaveTogether::Named => Together::Named {
                sets: decisions.wave_file.sets.clone(),
            },
        },
        in_group_order: wish.in_group_order,
    }
}

/// Something was chosen since the newest draft.
pub(crate) fn changed(model: &Model) -> bool {
    model.decisions.plan.is_some() && model.decisions.chosen_since
}

impl Rehome {
    /// What there is to choose before a plan is drafted.
    pub async fn plan_choices(&self, migration: String) -> Answer<PlanChoices> {
        let open = self.migration_of(&migration).await?;
        let unavailable = groups_can_be_made(&open).await.err();
        let model = open.model();
        present::plan::choices(&model, unavailable).ok_or_else(not_read)
    }

    /// Whether groups may be made for the move.
    pub async fn set_never_wave_groups(&self, migration: String, never: bool) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.idle()?;
        open.decide(kind::ROUTE, "", json!(never)).await
    }

    /// The route of a group's people, or of one person; `None` leaves it to the planner.
    pub async fn set_route(&self, migration: String, subject: RouteSubject, choice: Option<RouteChoice>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.idle()?;
        let subject = {
            let model = open.model();
            let inventory = model.inventory.as_ref().ok_or_else(not_read)?;
            match subject {
                RouteSubject::Group { id } if inventory.roster.group(&GroupId::from(id.as_str())).is_some() => {
                    format!("group {id}")
                }
                RouteSubject::Person { id } if inventory.roster.users.contains_key(&UserId::from(id.as_str())) => {
                    if choice == Some(RouteChoice::Whole) {
                        return Err(bad_input(
                            "One person cannot go as a whole group",
                            "Choose this for the group instead.",
                        ));
                    }
                    format!("person {id}")
                }
                RouteSubject::Group { id } | RouteSubject::Person { id } => {
                    return Err(bad_input(format!("{id} is not on the old app"), "Read the apps again."));
                }
            }
        };
        open.decide(kind::ROUTE, &subject, json!(choice)).await
    }

    /// How waves are made.
    pub async fn set_shaping(&self, migration: String, shaping: WaveShaping) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.idle()?;
        if !(1..=100).contains(&shaping.percent) {
            return Err(bad_input(
                "A wave is 1 to 100 percent of everybody",
                "Choose another share.",
            ));
        }
        let named = [&shaping.attribute, &shaping.together_attribute];
        if named.iter().any(|name| name.chars().count() > LONGEST_NAME) {
            return Err(bad_input("No attribute has so long a name", "Choose one of the list."));
        }
        {
            let model = open.model();
            let file = &model.decisions.wave_file;
            if shaping.by == WaveBy::Named && file.waves.is_empty() {
                return Err(bad_input(
                    "Nobody's wave is said yet",
                    "Choose a file, or type a line for each person: login, wave.",
                ));
            }
            if shaping.by == WaveBy::Attribute && shaping.attribute.is_empty() {
                return Err(bad_input("No attribute is chosen", "Choose one of the list."));
            }
        }
        open.decide(kind::SHAPING, "", json!(shaping)).await
    }

    /// Takes in who goes in which wave, and with whom; `data` is a CSV in base64.
    pub async fn load_wave_file(&self, migration: String, file: String, data: String) -> Answer<WaveFileLoaded> {
        let open = self.migration_of(&migration).await?;
        open.idle()?;
        let bytes = intake::bytes_of(&file, &data)?;
        let table = downstream::read(&bytes)?;
        let found = {
            let model = open.model();
            let inventory = model.inventory.as_ref().ok_or_else(not_read)?;
            wave_file(&table, &inventory.roster)?
        };
        let waves: BTreeSet<u32> = found.waves.values().copied().collect();
        let sets: BTreeSet<&String> = found.sets.values().collect();
        let refused = found.refused.iter().take(MOST_REFUSED);
        let loaded = WaveFileLoaded {
            people: u32_of(found.waves.len()),
            waves: u32_of(waves.len()),
            sets: u32_of(sets.len()),
            refused: refused
                .map(|(line, why, row)| RefusedRow {
                    line: *line,
                    why: why.clone(),
                    row: row.clone(),
                })
                .collect(),
        };
        if found.waves.is_empty() && found.sets.is_empty() {
            return Ok(loaded);
        }
        let record = WaveFileRecord {
            waves: found.waves,
            sets: found.sets,
        };
        open.decide(kind::WAVE_FILE, "", json!(record)).await?;
        Ok(loaded)
    }

    /// Puts these people into a wave, by hand. Who was not placed by name stays in the wave of the newest plan.
    pub async fn move_to_wave(&self, migration: String, people: Vec<String>, wave: u32) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.idle()?;
        let (record, shaping) = {
            let model = open.model();
            let inventory = model.inventory.as_ref().ok_or_else(not_read)?;
            let chosen: Vec<UserId> = people.into_iter().map(UserId::from).collect();
            if !(1..=LAST_WAVE).contains(&wave) || chosen.is_empty() {
                return Err(bad_input(
                    "Nobody can be moved to that wave",
                    "Choose people, and a wave from 1 on: the pilot is chosen in step 3.",
                ));
            }
            if let Some(other) = chosen.iter().find(|u| !inventory.roster.users.contains_key(u)) {
                return Err(bad_input(
                    format!("{other} is not on the old app"),
                    "Read the apps again.",
                ));
            }
            let decisions = &model.decisions;
            let mut record = decisions.wave_file.clone();
            if decisions.shaping.by != WaveBy::Named {
                let planned = model.plan.iter().flat_map(|p| p.plan.people());
                record.waves = planned
                    .filter(|(wave, _)| wave.number > 0)
                    .map(|(wave, person)| (person.user.clone(), wave.number))
                    .collect();
            }
            record.waves.extend(chosen.into_iter().map(|user| (user, wave)));
            let shaping = WaveShaping {
                by: WaveBy::Named,
                ..decisions.shaping.clone()
            };
            (record, shaping)
        };
        let decision = |kind: &str, value: Value| (kind.to_owned(), String::new(), value);
        let both = vec![
            decision(kind::WAVE_FILE, json!(record)),
            decision(kind::SHAPING, json!(shaping)),
        ];
        open.decide_all(both).await
    }

    /// Every call that a wave would send, in order, by pages.
    pub async fn dry_run(&self, migration: String, wave: u32, offset: u32, limit: u32) -> Answer<DryRunPage> {
        let open = self.migration_of(&migration).await?;
        let model = open.model();
        let record = model.plan.as_ref().ok_or_else(no_plan)?;
        let wave = record.plan.wave(wave).ok_or_else(no_plan)?;
        let writes = DryRun::of(&record.plan).wave(wave);
        let rows = writes.iter().skip(offset as usize).take(limit.min(MOST_ROWS) as usize);
        Ok(DryRunPage {
            total: u32_of(writes.len()),
            rows: rows.map(|write| row(&model, &record.plan, write)).collect(),
        })
    }

    /// Writes the whole dry run to a file.
    pub async fn save_dry_run(&self, migration: String, format: DryRunFormat) -> Answer<SavedFile> {
        let open = self.migration_of(&migration).await?;
        let (name, bytes, calls) = {
            let model = open.model();
            let record = model.plan.as_ref().ok_or_else(no_plan)?;
            let inventory = model.inventory.as_ref().ok_or_else(not_read)?;
            let ending = match format {
                DryRunFormat::Csv => "csv",
                DryRunFormat::Json => "json",
            };
            let label = crate::report::slug(&inventory.new.app.label);
            let bytes = match format {
                DryRunFormat::Csv => as_csv(&model, &record.plan),
                DryRunFormat::Json => as_json(&model, &record.plan, &record.digest),
            };
            let calls = record.written.total() as usize;
            (format!("rehome-dry-run-{label}.{ending}"), bytes, calls)
        };
        Ok(SavedFile {
            path: crate::report::put(&self.options.report_dir, &name, &bytes)?,
            words: present::count(calls, "call", "calls"),
        })
    }
}

fn no_plan() -> Problem {
    bad_input("There is no such wave in the plan", "Make the plan first.")
}

fn who(model: &Model, write: &Write<'_>) -> String {
    let group = write.group().map(str::to_owned);
    match (write.person(), group) {
        (Some(user), Some(group)) => format!("{}, {group}", model.name_of(user)),
        (Some(user), None) => model.name_of(user),
        (None, group) => group.unwrap_or_default(),
    }
}

fn row(model: &Model, plan: &Plan, write: &Write<'_>) -> DryRunRow {
    let call = write.call(plan);
    let pretty = |body: &Value| serde_json::to_string_pretty(body).unwrap_or_default();
    DryRunRow {
        words: write.words().to_owned(),
        who: who(model, write),
        method: call.method.to_owned(),
        path: call.path,
        body: call.body.as_ref().map(pretty),
        undo: call.undo.map(|(method, path, body)| match body {
            Some(body) => format!("{method} {path} {body}"),
            None => format!("{method} {path}"),
        }),
    }
}

/// UTF-8 with a byte order mark, so that Excel reads accents; no cell is a formula.
fn as_csv(model: &Model, plan: &Plan) -> Vec<u8> {
    let mut out = String::from("\u{feff}");
    let mut line = |cells: [&str; 10]| {
        let quoted = cells.map(|cell| format!("\"{}\"", fixes::harmless(cell).replace('"', "\"\"")));
        out.push_str(&quoted.join(","));
        out.push_str("\r\n");
    };
    line([
        "wave",
        "what",
        "who",
        "id",
        "method",
        "path",
        "body",
        "undo",
        "undo body",
        "limit",
    ]);
    let dry = DryRun::of(plan);
    for wave in &plan.waves {
        for write in dry.wave(wave) {
            let call = write.call(plan);
            let text = |body: &Option<Value>| body.as_ref().map(Value::to_string).unwrap_or_default();
            let (undo, back) = call.undo.map_or_else(Default::default, |(method, path, body)| {
                (format!("{method} {path}"), text(&body))
            });
            line([
                &wave.number.to_string(),
                write.words(),
                &who(model, &write),
                write.person().map_or("", UserId::as_str),
                call.method,
                &call.path,
                &text(&call.body),
                &undo,
                &back,
                write.bucket().name(),
            ]);
        }
    }
    out.into_bytes()
}

fn as_json(model: &Model, plan: &Plan, digest: &str) -> Vec<u8> {
    let dry = DryRun::of(plan);
    let waves = plan.waves.iter().map(|wave| {
        let calls = dry.wave(wave).into_iter().map(|write| {
            let call = write.call(plan);
            let undo = call
                .undo
                .map(|(method, path, body)| json!({ "method": method, "path": path, "body": body }));
            json!({ "what": write.words(), "who": who(model, &write), "id": write.person(), "method": call.method,
                "path": call.path, "body": call.body, "undo": undo, "limit": write.bucket().name() })
        });
        json!({ "wave": wave.number, "people": wave.people.len(), "calls": calls.collect::<Vec<_>>() })
    });
    let limits: BTreeMap<&str, u32> = rehome_domain::plan::written(plan)
        .0
        .iter()
        .map(|(bucket, calls)| (bucket.name(), *calls))
        .collect();
    let all = json!({ "plan": digest, "oldApp": plan.old, "newApp": plan.new, "callsByLimit": limits,
        "waves": waves.collect::<Vec<_>>() });
    serde_json::to_vec_pretty(&all).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_administrator_alone_may_not_make_groups() {
        let roles = |kinds: &[&str]| -> Vec<Value> { kinds.iter().map(|k| json!({ "type": k, "label": k })).collect() };
        let allowed = |kinds: &[&str]| allowed_by(&roles(kinds)).is_ok();
        assert!(!allowed(&["APP_ADMIN"]));
        assert!(!allowed(&["APP_ADMIN", "READ_ONLY_ADMIN"]));
        assert!(
            !allowed(&["APP_ADMIN", "USER_ADMIN"]),
            "they manage groups that there are"
        );
        assert!(allowed(&["APP_ADMIN", "ORG_ADMIN"]));
        assert!(allowed(&["SUPER_ADMIN"]));
        // Only trying could tell.
        assert!(allowed(&["APP_ADMIN", "CUSTOM"]));
        assert!(allowed(&[]));
    }
}
