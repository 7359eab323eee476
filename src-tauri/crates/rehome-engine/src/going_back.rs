//! Use cases of the way back on the new app for everybody; the rehearsal with one person is in `piloting`.

use crate::{
    gate::Ours,
    present::people_words,
    problem::{Answer, problem},
    rehome::Rehome,
    run::{self, undo_new},
    view::*,
};

impl Rehome {
    /// What rolling back would take away on the new app, from the journal.
    pub async fn roll_back_view(&self, migration: String) -> Answer<RollBackView> {
        let open = self.migration_of(&migration).await?;
        let rolled_back = open.model().decisions.rolled_back;
        let ours = Ours::read(&open, rolled_back).await?;
        let model = open.model();
        let mut lines = Vec::new();
        let groups = ours.on.iter().filter(|g| !ours.made.contains(*g));
        lines.extend(groups.map(|g| format!("The group {} comes off the new app.", model.group_name(g))));
        let added: usize = ours.members.values().map(std::collections::BTreeSet::len).sum();
        for name in model.standing_wave_groups() {
            lines.push(format!(
                "{name} comes off the new app and is deleted: {}.",
                people_words(added)
            ));
        }
        if !ours.people.is_empty() {
            lines.push(format!(
                "{} are unassigned from the new app.",
                people_words(ours.people.len())
            ));
        }
        let people = added + ours.people.len();
        Ok(RollBackView {
            possible: !lines.is_empty() && !crate::present::frame::retiring(&model),
            people: u32::try_from(people).unwrap_or(u32::MAX),
            lines,
            keeps: "Everybody keeps the old app all the time. Changes of settings on the new app stay as they are; they have \
                    their own way back."
                .to_owned(),
            standing: model.standing_wave_groups(),
        })
    }

    /// Takes back on the new app what this migration gave there, and nothing else.
    pub async fn roll_back(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let begun = {
            let model = open.model();
            let given = model.tracks.values().any(|t| t.given != crate::model::Given::No);
            given || !model.groups_on.is_empty() || !model.wave_groups.is_empty() || model.decisions.rolling_back
        };
        if !begun {
            return Err(problem(
                ProblemCode::BadInput,
                "There is nothing to roll back",
                "This migration has given the new app to nobody.",
                "Nothing is to be done.",
            ));
        }
        run::start(&open, "Rolling back", true, undo_new::roll_back)
    }
}
