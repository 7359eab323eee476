//! The cut-over: what is known of it, who may say what, and what it asks of the other steps (P36). Its runs are in
//! `run/cut_over.rs`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rehome_domain::{
    AppId, UserId,
    compare::PlanShape,
    cut_over::{CutOver, Event, Facts, Phase, Refusal, Told, Word},
    gate::SignInMoved,
    lines::{Change, Hidden},
};
use serde_json::{Value, json};

use crate::{
    actions::name_of,
    migration::Migration,
    model::{LineStand, Model, kind},
    planning::not_read,
    present::{self, frame},
    problem::{Answer, bad_input, problem},
    rehome::Rehome,
    run::{self, cut_over as runs},
    view::{CutOverView, CutOverWord, NextStep, PersonState, Problem, ProblemCode},
};

/// The sheet as it was when its settings were said to be noted.
pub(crate) const NOTED: &str = "cut-over-settings";

const LONGEST_NOTE: usize = 500;

/// What the journal says of the cut-over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub now: CutOver,
    /// Everything that happened, earlier tries too.
    pub history: Vec<(Event, Told)>,
    /// By the id of the check: the word, and the digest of what it is about.
    pub words: BTreeMap<String, (Told, String)>,
    /// The hour that was agreed.
    pub hour: Option<Timestamp>,
    /// How the tiles stood when it was begun, old and new.
    pub tiles: Option<(Hidden, Hidden)>,
}

impl Known {
    /// Folds a decision of one of the three kinds in.
    pub fn take(&mut self, decision: &rehome_journal::Decision) {
        let value = &decision.value;
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let told = Told {
            name: text("name"),
            at: decision.at,
            note: text("note"),
        };
        let read = |key: &str| serde_json::from_value(value[key].clone()).ok();
        match decision.kind.as_str() {
            kind::CUT_OVER => {
                let Ok(event) = serde_json::from_value::<Event>(value["event"].clone()) else {
                    return;
                };
                if event == Event::Started {
                    self.tiles = read("oldTile").zip(read("newTile"));
                }
                self.history.push((event, told.clone()));
                let org_at = value["orgAt"].as_str().and_then(|at| at.parse().ok());
                self.now.take(event, told, org_at);
            }
            kind::CUT_OVER_WORD if value.is_null() => drop(self.words.remove(&decision.subject)),
            kind::CUT_OVER_WORD => drop(self.words.insert(decision.subject.clone(), (told, text("digest")))),
            kind::CUT_OVER_HOUR => self.hour = value.as_str().and_then(|at| at.parse().ok()),
            _ => {}
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        problem(ProblemCode::GateClosed, refusal.what, refusal.why, refusal.mend)
    }
}

/// How sign-in moves: as the approved plan says, or as the answer says until there is one.
pub(crate) fn shape(model: &Model) -> PlanShape {
    match model.approved() {
        Some(record) => record.plan.shape,
        None => present::compare::shape(model).unwrap_or_default(),
    }
}

pub(crate) fn is_cut_over(model: &Model) -> bool {
    shape(model) == PlanShape::CutOver
}

/// Nobody can sign in through the new app yet: pilot and waves prove placed and same account only.
pub(crate) fn is_before(model: &Model) -> bool {
    is_cut_over(model) && model.decisions.cut_over.now.phase() != Phase::Done
}

/// The answer about identity providers is another one than when the plan was made.
pub(crate) fn shape_changed(model: &Model) -> bool {
    let asked = present::compare::shape(model).unwrap_or_default();
    model.plan.as_ref().is_some_and(|p| p.plan.shape != asked)
}

/// Since when sign-ins by the new app prove something, by the org's clock.
pub(crate) fn sign_ins_since(model: &Model) -> Option<Timestamp> {
    if is_cut_over(model) {
        return model.decisions.cut_over.now.proofs_since();
    }
    model.decisions.waves.values().filter_map(|w| w.since).min()
}

/// People of the pilot who have not signed in since the cut-over, and are not excepted by name.
pub(crate) fn silent(model: &Model) -> impl Iterator<Item = &UserId> {
    let pilot = model.wave(0).into_iter().flat_map(|w| &w.people);
    pilot.map(|p| &p.user).filter(|user| {
        let settled = [PersonState::SignedIn, PersonState::Excluded, PersonState::Retired];
        !settled.contains(&model.state_of(user)) && !model.decisions.excepted.contains_key(*user)
    })
}

pub(crate) fn silent_pilot(model: &Model) -> usize {
    silent(model).count()
}

/// For the gate in front of everything that takes access away.
pub(crate) fn sign_in_moved(model: &Model) -> SignInMoved {
    match (is_cut_over(model), model.decisions.cut_over.now.phase()) {
        (false, _) => SignInMoved::WaveByWave,
        (true, Phase::Done) => SignInMoved::Switched {
            silent: silent_pilot(model),
        },
        (true, _) => SignInMoved::NotYet,
    }
}

/// Done, and proven by the people of the pilot; true where there is none to make.
pub(crate) fn is_over(model: &Model) -> bool {
    matches!(
        sign_in_moved(model),
        SignInMoved::WaveByWave | SignInMoved::Switched { silent: 0 }
    )
}

pub(crate) fn facts(model: &Model, now: Timestamp) -> Facts {
    let plan = model.approved().map(|p| &p.plan);
    let proven = [
        PersonState::Proven,
        PersonState::SignedIn,
        PersonState::Retired,
        PersonState::Excluded,
    ];
    let people = plan.into_iter().flat_map(|p| p.people());
    let word = |id: &str, digest: &str| match model.decisions.cut_over.words.get(id) {
        None => Word::Nobody,
        Some((told, about)) if about == digest => Word::Given(told.clone()),
        Some((told, _)) => Word::Outdated(told.clone()),
    };
    let sheet = present::hand_over::state(model);
    let signed = model.decisions.handed_over.as_ref().map(|by| Told {
        name: by.name.clone(),
        at: by.at,
        note: by.note.clone(),
    });
    Facts {
        new_label: label(model, false),
        waves_done: frame::waves_done(model),
        unplaced: people
            .filter(|(_, p)| !proven.contains(&model.state_of(&p.user)))
            .count(),
        left_out: model.decisions.excluded.len(),
        hand_over: match (signed, sheet.outdated) {
            (None, _) => Word::Nobody,
            (Some(told), true) => Word::Outdated(told),
            (Some(told), false) => Word::Given(told),
        },
        settings: word("settings", &present::hand_over::both_digest(model).unwrap_or_default()),
        break_glass: word("break-glass", ""),
        now,
    }
}

pub(crate) fn label(model: &Model, old: bool) -> String {
    let side = model.inventory.as_ref().map(|i| if old { &i.old } else { &i.new });
    side.map(|s| s.app.label.clone()).unwrap_or_default()
}

/// How the tile of an app stood when it was read last.
pub(crate) fn tile(model: &Model, old: bool) -> Option<Hidden> {
    let side = model.inventory.as_ref().map(|i| if old { &i.old } else { &i.new });
    side.map(|s| Hidden::of(&s.app.raw))
}

/// How the two tiles should stand by now, old and new; `None` while nothing is asked of them.
pub(crate) fn wanted_tiles(model: &Model) -> Option<(Hidden, Hidden)> {
    let known = &model.decisions.cut_over;
    let (old, _) = known.tiles?;
    match known.now.phase() {
        Phase::Before | Phase::Running => None,
        // People find the new app as they found the old one.
        Phase::Done => Some((Hidden::EVERYWHERE, old)),
        Phase::GoneBack => Some((old, Hidden::EVERYWHERE)),
    }
}

pub(crate) fn tiles_open(model: &Model) -> bool {
    wanted_tiles(model).is_some_and(|(old, new)| tile(model, true) != Some(old) || tile(model, false) != Some(new))
}

/// The line that hides the new tile, as long as it must be hidden and is not.
pub(crate) fn tile_offer(model: &Model) -> Option<Change> {
    let was = tile(model, false)?;
    let known = &model.decisions.cut_over.now;
    let asked = is_before(model) && known.phase() != Phase::Running && !frame::retiring(model);
    (asked && was != Hidden::EVERYWHERE).then(|| Change::Tile {
        app: model
            .inventory
            .as_ref()
            .map_or_else(|| AppId::from(""), |i| i.new.app.id.clone()),
        label: label(model, false),
        hide: Hidden::EVERYWHERE,
        was,
    })
}

/// What comes before pilot and waves: a tile that nobody can use is hidden.
pub(crate) fn hide_first(migration: &Migration, model: &Model) -> Option<NextStep> {
    use crate::view::{Action, Tone};
    let change = tile_offer(model)?;
    let id = change.id();
    let why = "The service does not know the new app before the cut-over: whoever clicked on its tile would be refused. People get \
               the app all the same, and nobody sees it yet.";
    let step = present::next(change.title(), why, Tone::Info);
    let approved = model.decisions.approved_lines.contains_key(&id);
    Some(match model.lines.get(&id) {
        // Made, and not seen since, where Rehome ended in between; or made once, and shown again in Okta.
        Some(LineStand::Done(_)) => {
            let url = crate::links::app(&migration.url, &app_name(model), &migration.new, "tab-general");
            let words = format!(
                "{why} Rehome has hidden it once. Read both apps again; if it is still shown then, hide it on the General tab."
            );
            present::next(change.title(), words, Tone::Info)
                .offer("Read both apps again", Action::ReadApps)
                .offer("Open the General tab", Action::Open { url })
        }
        _ if approved => step
            .offer("Hide it", Action::RunLines)
            .offer("Look at the change", Action::ShowLine { line: id }),
        _ => step.offer("Look at the change", Action::ShowLine { line: id }),
    })
}

fn app_name(model: &Model) -> String {
    let inventory = model.inventory.as_ref();
    inventory.map(|i| i.new.app.name.clone()).unwrap_or_default()
}

/// Waves run before the cut-over with the new tile hidden only.
pub(crate) fn refuse_shown_tile(model: &Model) -> Answer<()> {
    match tile_offer(model) {
        None => Ok(()),
        Some(_) => Err(problem(
            ProblemCode::GateClosed,
            format!("The tile of {} is still shown", label(model, false)),
            "The service does not know the new app before the cut-over: whoever clicked on its tile would be refused.",
            "Hide it first: Rehome offers the change in Compare, under Changes. If it was hidden in Okta, read both apps again.",
        )),
    }
}

/// From the cut-over on the new app is the only one by which people can sign in: it is taken from nobody.
pub(crate) fn refuse_taking_back(model: &Model) -> Answer<()> {
    let switched = matches!(model.decisions.cut_over.now.phase(), Phase::Running | Phase::Done);
    if !is_cut_over(model) || !switched {
        return Ok(());
    }
    Err(problem(
        ProblemCode::GateClosed,
        "Sign-in goes through the new app",
        "The cut-over has been made: whoever lost the new app now would be locked out of the service, with the old app or without.",
        "Go back from the cut-over first. Then nobody needs the new app to sign in.",
    ))
}

/// A line about a tile is made back by the cut-over alone, once people depend on it.
pub(crate) fn refuse_tile_undo(model: &Model, line: &str) -> Answer<()> {
    let about_tile = line.starts_with("hide-tile.") || line.starts_with("show-tile.");
    if about_tile && !may_touch_tiles(model) {
        return Err(problem(
            ProblemCode::GateClosed,
            "The cut-over shows and hides the tiles",
            "People have the new app already, and its tile would lead them to a service that refuses them.",
            "Make the cut-over, or go back from it: both set the tiles right.",
        ));
    }
    Ok(())
}

pub(crate) fn may_touch_tiles(model: &Model) -> bool {
    !is_cut_over(model) || model.decisions.waves.values().all(|w| w.started.is_none())
}

/// An event as a decision.
pub(crate) fn event(event: Event, name: &str, note: &str, more: Value) -> Value {
    let mut value = json!({ "event": event, "name": name, "note": note });
    if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
        value.extend(more);
    }
    value
}

impl Rehome {
    /// The cut-over, where the plan has one.
    pub async fn cut_over(&self, migration: String) -> Answer<CutOverView> {
        let open = self.cut_over_of(&migration).await?;
        present::cut_over::view(&open)
    }

    async fn cut_over_of(&self, migration: &str) -> Answer<std::sync::Arc<Migration>> {
        let open = self.migration_of(migration).await?;
        if open.model().inventory.is_none() {
            return Err(not_read());
        }
        if !is_cut_over(&open.model()) {
            return Err(bad_input(
                "This plan has no cut-over",
                "The service takes both apps at once. If it holds one identity provider only, say so in Compare and draft the plan again.",
            ));
        }
        Ok(open)
    }

    /// The hour that was agreed with the service's admin; `None` takes it back.
    pub async fn agree_cut_over(&self, migration: String, at: Option<String>) -> Answer<()> {
        let open = self.cut_over_of(&migration).await?;
        let at = at.map(|at| at.parse::<Timestamp>()).transpose();
        let at = at.map_err(|_| bad_input("This is not a day and an hour", "Choose both."))?;
        open.decide(kind::CUT_OVER_HOUR, "", json!(at.map(|at| at.to_string())))
            .await
    }

    /// What only a human can know before the cut-over; without a name the word is taken back.
    pub async fn attest_cut_over(
        &self,
        migration: String,
        word: CutOverWord,
        name: Option<String>,
        note: String,
    ) -> Answer<()> {
        let open = self.cut_over_of(&migration).await?;
        let subject = match word {
            CutOverWord::Settings => "settings",
            CutOverWord::BreakGlass => "break-glass",
        };
        let value = match name {
            None => Value::Null,
            Some(name) => {
                let digest = match word {
                    CutOverWord::Settings => note_settings(&open).await?,
                    CutOverWord::BreakGlass => String::new(),
                };
                json!({ "name": name_of(&name)?, "note": short(&note), "digest": digest })
            }
        };
        open.decide(kind::CUT_OVER_WORD, subject, value).await
    }

    /// Reads once more whether everybody is on the new app, then starts the clock.
    pub async fn start_cut_over(&self, migration: String, name: String) -> Answer<()> {
        let open = self.cut_over_of(&migration).await?;
        let name = name_of(&name)?.to_owned();
        may(&open, Event::Started)?;
        run::start(&open, "Starting the cut-over", false, |ctx| runs::begin(ctx, name))
    }

    /// The new values stand in the service, says this name. Shows the new tile, hides the old one and looks for sign-ins.
    pub async fn finish_cut_over(&self, migration: String, name: String) -> Answer<()> {
        let open = self.cut_over_of(&migration).await?;
        let name = name_of(&name)?.to_owned();
        may(&open, Event::PutIn)?;
        run::start(&open, "The cut-over", false, |ctx| runs::put_in(ctx, name))
    }

    /// The old values stand in the service again, says this name.
    pub async fn undo_cut_over(&self, migration: String, name: String, reason: String) -> Answer<()> {
        let open = self.cut_over_of(&migration).await?;
        let name = name_of(&name)?.to_owned();
        let reason = short(&reason);
        if reason.is_empty() {
            return Err(bad_input(
                "A reason is needed",
                "One sentence about what went wrong: it stands in the report, and helps next time.",
            ));
        }
        may(&open, Event::WentBack)?;
        run::start(&open, "Going back from the cut-over", false, |ctx| {
            runs::go_back(ctx, name, reason)
        })
    }

    /// Sets the tiles right where a run could not.
    pub async fn set_tiles(&self, migration: String) -> Answer<()> {
        let open = self.cut_over_of(&migration).await?;
        run::start(&open, "Setting the tiles right", false, |ctx| async move {
            run::recover_first(&ctx).await?;
            runs::tiles(&ctx).await
        })
    }
}

fn may(open: &Migration, event: Event) -> Answer<()> {
    let model = open.model();
    let facts = facts(&model, Timestamp::now());
    let retiring = frame::retiring(&model) || model.deactivated.is_some() || model.deleted.is_some();
    Ok(model.decisions.cut_over.now.may(event, &facts, retiring)?)
}

fn short(text: &str) -> String {
    text.trim().chars().take(LONGEST_NOTE).collect()
}

/// Keeps both settings in the journal, as they are now: the way back must not depend on what Okta says later.
async fn note_settings(open: &Migration) -> Answer<String> {
    let (sheet, digest) = {
        let model = open.model();
        let sheet = present::hand_over::whole(&model, &open.url.origin(), Timestamp::now()).ok_or_else(not_read)?;
        let digest = present::hand_over::both_digest(&model).ok_or_else(not_read)?;
        (json!(sheet).to_string(), digest)
    };
    open.journal
        .put_documents(&open.id, NOTED, vec![(digest.clone(), sheet)], Timestamp::now())
        .await?;
    Ok(digest)
}
