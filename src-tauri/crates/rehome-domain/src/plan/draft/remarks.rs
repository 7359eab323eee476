//! What the admin should know of the groups before approving (api-facts 7.4, 7.5, 10.3).

use std::collections::BTreeSet;

use super::Draft;
use crate::{AppGroup, gate::thousands, plan::Because};

const NAMED: usize = 3;

impl Draft<'_> {
    pub(super) fn say(&mut self) {
        let planned: BTreeSet<_> = self
            .waves
            .iter()
            .flat_map(|w| w.groups.iter().map(|g| &g.group))
            .collect();
        let groups: Vec<&AppGroup> = self
            .input
            .roster
            .groups
            .iter()
            .filter(|g| planned.contains(&g.id))
            .collect();
        let routes = self.input.routes;
        let of = |test: &dyn Fn(&&&AppGroup) -> bool| {
            let names: Vec<&str> = groups.iter().filter(|g| test(g)).map(|g| g.name.as_str()).collect();
            (!names.is_empty()).then(|| listed(&names))
        };
        let mut out = Vec::new();
        if let Some(names) = of(&|g| g.kind == "BUILT_IN") {
            out.push(format!(
                "{names} holds the whole org: everybody who joins it gets the new app from then on, as they get the old one now."
            ));
        }
        if let Some(names) = of(&|g| g.kind == "APP_GROUP") {
            out.push(format!(
                "{names}: imported from another app or a directory. Who is in it is decided there, and may change while Rehome runs."
            ));
        }
        if let Some(names) = of(&|g| routes.by_rule.contains(&g.id)) {
            out.push(format!(
                "{names}: filled by a group rule. Who comes or goes by it while Rehome runs makes the plan stale, and is shown."
            ));
        }
        if let Some(names) = of(&|g| routes.pushed.contains(&g.id)) {
            out.push(format!(
                "{names}: also pushed by the new app. Okta supports no group for both: push another group, or expect that new \
                 members show up in the service late or not at all."
            ));
        }
        if !self.wave_groups.is_empty() {
            self.say_of_wave_groups(&mut out);
        }
        if let Err(why) = &routes.available.wave_groups
            && self.people_because(Because::NotAvailable) > 0
        {
            out.push(format!(
                "{} people of large groups go one by one, because no group can be made for them. {why}",
                thousands(self.people_because(Because::NotAvailable))
            ));
        }
        self.remarks.append(&mut out);
    }

    fn people_because(&self, because: Because) -> usize {
        let people = self.waves.iter().flat_map(|w| &w.people);
        people.filter(|p| p.because == because).count()
    }

    fn say_of_wave_groups(&self, out: &mut Vec<String>) {
        let rules = &self.input.routes.name_rules;
        let names: Vec<&str> = self.wave_groups.iter().map(|g| g.name.as_str()).collect();
        let all = listed(&names);
        out.push(format!(
            "Made for the move: {all}. It is deleted as soon as everybody's own groups give the new app. Who leaves their group \
             while Rehome is not running keeps the new app until it runs again: before each wave, at every start and before the \
             groups change places, such people are taken out."
        ));
        let everything: BTreeSet<&str> = rules.take_in_everything().map(|r| r.place.as_str()).collect();
        if !everything.is_empty() {
            let places: Vec<&str> = everything.into_iter().collect();
            out.push(format!(
                "{} takes in groups of any name, so {all} shows up there for the time.",
                listed(&places)
            ));
        }
        let unread: BTreeSet<&str> = rules.unread.iter().map(String::as_str).collect();
        if !unread.is_empty() {
            let places: Vec<&str> = unread.into_iter().collect();
            out.push(format!(
                "Approving says that you have looked: not everything that can tell groups by name was readable ({}). {all} must come \
                 under none of it.",
                listed(&places)
            ));
        }
    }
}

fn listed(names: &[&str]) -> String {
    let mut words = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        words.push_str(&format!(" and {} more", thousands(names.len() - NAMED)));
    }
    words
}
