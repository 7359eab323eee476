//! The dry run: every call that a wave would send, with its body and its undo, in the order in which it is sent.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{GroupPlan, PersonPlan, Plan, Route, Wave, WaveGroupPlan};
use crate::{GroupId, UserId, people::AssignmentPath};

/// Which of Okta's rate limits a call draws from (api-facts 2.2): the name is that of the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bucket {
    /// Everything below an app: the narrow one.
    Apps,
    /// One app object.
    App,
    /// Groups and who is in them.
    Groups,
    /// One group object.
    Group,
    /// The System Log.
    Logs,
    /// Mappings.
    Other,
}

impl Bucket {
    pub fn name(self) -> &'static str {
        match self {
            Self::Apps => "/api/v1/apps",
            Self::App => "/api/v1/apps/{id}",
            Self::Groups => "/api/v1/groups",
            Self::Group => "/api/v1/groups/{id}",
            Self::Logs => "/api/v1/logs",
            Self::Other => "/api/v1",
        }
    }
}

/// What a write does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Write<'a> {
    MakeGroup(&'a WaveGroupPlan),
    WaveGroupOn(&'a WaveGroupPlan),
    Assign(&'a PersonPlan),
    Join(&'a PersonPlan, &'a WaveGroupPlan),
    GroupOn(&'a GroupPlan),
    Convert(&'a PersonPlan),
    WaveGroupOff(&'a WaveGroupPlan),
    DeleteGroup(&'a WaveGroupPlan),
}

/// A write as it would be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct DryCall {
    pub method: &'static str,
    pub path: String,
    pub body: Option<Value>,
    /// Method, path and body of what takes it back. None: nothing is taken back, it only tidies up.
    pub undo: Option<(&'static str, String, Option<Value>)>,
}

impl Write<'_> {
    pub fn bucket(&self) -> Bucket {
        match self {
            Self::MakeGroup(_) | Self::Join(..) => Bucket::Groups,
            Self::DeleteGroup(_) => Bucket::Group,
            Self::WaveGroupOn(_) | Self::Assign(_) | Self::GroupOn(_) | Self::Convert(_) | Self::WaveGroupOff(_) => {
                Bucket::Apps
            }
        }
    }

    pub fn person(&self) -> Option<&UserId> {
        match self {
            Self::Assign(person) | Self::Join(person, _) | Self::Convert(person) => Some(&person.user),
            Self::MakeGroup(_)
            | Self::WaveGroupOn(_)
            | Self::GroupOn(_)
            | Self::WaveGroupOff(_)
            | Self::DeleteGroup(_) => None,
        }
    }

    /// Name of the group that it is about.
    pub fn group(&self) -> Option<&str> {
        match self {
            Self::MakeGroup(group)
            | Self::WaveGroupOn(group)
            | Self::Join(_, group)
            | Self::WaveGroupOff(group)
            | Self::DeleteGroup(group) => Some(&group.name),
            Self::GroupOn(group) => Some(&group.name),
            Self::Assign(_) | Self::Convert(_) => None,
        }
    }

    pub fn words(&self) -> &'static str {
        match self {
            Self::MakeGroup(_) => "Make the wave group",
            Self::WaveGroupOn(_) => "Put the wave group on the new app",
            Self::Assign(_) => "Assign individually",
            Self::Join(..) => "Add to the wave group",
            Self::GroupOn(_) => "Put the group on the new app",
            Self::Convert(_) => "Convert to the group",
            Self::WaveGroupOff(_) => "Take the wave group off the new app",
            Self::DeleteGroup(_) => "Delete the wave group",
        }
    }

    /// The call. A group that is not made yet has no id: its name stands in the path.
    pub fn call(&self, plan: &Plan) -> DryCall {
        let app = format!("/api/v1/apps/{}", plan.new);
        let id = |group: &WaveGroupPlan| format!("{{{}}}", group.name);
        let made = |method, path: String, body, undo| DryCall {
            method,
            path,
            body,
            undo,
        };
        match self {
            Self::MakeGroup(group) => {
                let body = json!({ "profile": { "name": group.name, "description": group.description } });
                let undo = ("DELETE", format!("/api/v1/groups/{}", id(group)), None);
                made("POST", "/api/v1/groups".to_owned(), Some(body), Some(undo))
            }
            Self::WaveGroupOn(group) => {
                let path = format!("{app}/groups/{}", id(group));
                let undo = ("DELETE", path.clone(), None);
                made("PUT", path, Some(group.body.clone()), Some(undo))
            }
            Self::Assign(person) => {
                let undo = ("DELETE", format!("{app}/users/{}?sendEmail=false", person.user), None);
                let body = person.to_send();
                made("POST", format!("{app}/users"), body, Some(undo))
            }
            Self::Join(person, group) => {
                let path = format!("/api/v1/groups/{}/users/{}", id(group), person.user);
                let undo = ("DELETE", path.clone(), None);
                made("PUT", path, None, Some(undo))
            }
            Self::GroupOn(group) => {
                let path = format!("{app}/groups/{}", group.group);
                let undo = ("DELETE", path.clone(), None);
                made("PUT", path, Some(group.body.clone()), Some(undo))
            }
            Self::Convert(person) => {
                let path = format!("{app}/users/{}", person.user);
                let mut back = json!({ "scope": "USER" });
                if let Some(username) = person.username.as_deref() {
                    back["credentials"] = json!({ "userName": username });
                }
                let undo = ("POST", path.clone(), Some(back));
                made("POST", path, Some(json!({ "scope": "GROUP" })), Some(undo))
            }
            Self::WaveGroupOff(group) => {
                let path = format!("{app}/groups/{}", id(group));
                let undo = ("PUT", path.clone(), Some(group.body.clone()));
                made("DELETE", path, None, Some(undo))
            }
            Self::DeleteGroup(group) => made("DELETE", format!("/api/v1/groups/{}", id(group)), None, None),
        }
    }
}

/// The dry run of a plan: made once, asked for each wave.
pub struct DryRun<'a> {
    plan: &'a Plan,
    /// People who are converted, by wave: a conversion waits for its group, or for its person if the group is on already.
    conversions: BTreeMap<u32, Vec<&'a PersonPlan>>,
    /// Wave groups by the wave that uses them first.
    made: BTreeMap<u32, Vec<&'a WaveGroupPlan>>,
}

impl<'a> DryRun<'a> {
    pub fn of(plan: &'a Plan) -> Self {
        let waves = plan.waves.iter();
        let on: BTreeMap<&GroupId, u32> = waves
            .flat_map(|w| w.groups.iter().map(|g| (&g.group, w.number)))
            .collect();
        let mut conversions: BTreeMap<u32, Vec<&PersonPlan>> = BTreeMap::new();
        let mut first: BTreeMap<&str, u32> = BTreeMap::new();
        for (wave, person) in plan.people() {
            match (&person.route, &person.path) {
                (Route::WaveGroup { key }, _) => drop(first.entry(key).or_insert(wave.number)),
                (Route::Individual, AssignmentPath::Group { group }) => {
                    if let Some(at) = on.get(group) {
                        conversions.entry((*at).max(wave.number)).or_default().push(person);
                    }
                }
                (Route::Individual | Route::WholeGroup { .. } | Route::AlreadyThere, _) => {}
            }
        }
        let mut made: BTreeMap<u32, Vec<&WaveGroupPlan>> = BTreeMap::new();
        for group in &plan.wave_groups {
            if let Some(wave) = first.get(group.key.as_str()) {
                made.entry(*wave).or_default().push(group);
            }
        }
        Self {
            plan,
            conversions,
            made,
        }
    }

    /// Every write of a wave, in the order in which it is sent.
    pub fn wave(&self, wave: &'a Wave) -> Vec<Write<'a>> {
        let plan = self.plan;
        let mut out = Vec::new();
        for group in self.made.get(&wave.number).into_iter().flatten() {
            out.extend([Write::MakeGroup(group), Write::WaveGroupOn(group)]);
        }
        for person in &wave.people {
            match &person.route {
                Route::Individual => out.push(Write::Assign(person)),
                Route::WaveGroup { key } => out.extend(plan.wave_group(key).map(|group| Write::Join(person, group))),
                Route::WholeGroup { .. } | Route::AlreadyThere => {}
            }
        }
        out.extend(wave.groups.iter().map(Write::GroupOn));
        out.extend(
            self.conversions
                .get(&wave.number)
                .into_iter()
                .flatten()
                .map(|p| Write::Convert(p)),
        );
        for group in wave.swaps.iter().filter_map(|key| plan.wave_group(key)) {
            out.extend([Write::WaveGroupOff(group), Write::DeleteGroup(group)]);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::plan::tests::wave_groups::example;

    #[test]
    fn every_call_with_its_body_and_its_way_back() {
        let plan = example();
        let mut out = String::new();
        let dry = DryRun::of(&plan);
        for wave in &plan.waves {
            for write in dry.wave(wave) {
                let DryCall {
                    method,
                    path,
                    body,
                    undo,
                } = write.call(&plan);
                let text = |v: &Option<Value>| v.as_ref().map(|v| format!(" {v}")).unwrap_or_default();
                let back = undo.map_or_else(String::new, |(m, p, b)| format!("\n      back: {m} {p}{}", text(&b)));
                let (bucket, words) = (write.bucket().name(), write.words());
                out += &format!(
                    "{} {words}: {method} {path}{} [{bucket}]{back}\n",
                    wave.number,
                    text(&body)
                );
            }
        }
        expect![[r#"
            0 Assign individually: POST /api/v1/apps/0oaNew/users {"id":"big0","scope":"USER"} [/api/v1/apps]
                  back: DELETE /api/v1/apps/0oaNew/users/big0?sendEmail=false
            1 Put the group on the new app: PUT /api/v1/apps/0oaNew/groups/small {"priority":2,"profile":{}} [/api/v1/apps]
                  back: DELETE /api/v1/apps/0oaNew/groups/small
            2 Make the wave group: POST /api/v1/groups {"profile":{"name":"Rehome m7 wave group 1","description":"Made by Rehome for migration m7, wave group 1. It gives people an app until their own groups do, and is then deleted. Please do not use it for anything else."}} [/api/v1/groups]
                  back: DELETE /api/v1/groups/{Rehome m7 wave group 1}
            2 Put the wave group on the new app: PUT /api/v1/apps/0oaNew/groups/{Rehome m7 wave group 1} {"priority":3,"profile":{}} [/api/v1/apps]
                  back: DELETE /api/v1/apps/0oaNew/groups/{Rehome m7 wave group 1}
            2 Add to the wave group: PUT /api/v1/groups/{Rehome m7 wave group 1}/users/big1 [/api/v1/groups]
                  back: DELETE /api/v1/groups/{Rehome m7 wave group 1}/users/big1
            2 Assign individually: POST /api/v1/apps/0oaNew/users {"id":"big2","scope":"USER"} [/api/v1/apps]
                  back: DELETE /api/v1/apps/0oaNew/users/big2?sendEmail=false
            3 Add to the wave group: PUT /api/v1/groups/{Rehome m7 wave group 1}/users/big3 [/api/v1/groups]
                  back: DELETE /api/v1/groups/{Rehome m7 wave group 1}/users/big3
            3 Assign individually: POST /api/v1/apps/0oaNew/users {"id":"0","scope":"USER"} [/api/v1/apps]
                  back: DELETE /api/v1/apps/0oaNew/users/0?sendEmail=false
            4 Put the group on the new app: PUT /api/v1/apps/0oaNew/groups/big {"priority":0,"profile":{}} [/api/v1/apps]
                  back: DELETE /api/v1/apps/0oaNew/groups/big
            4 Convert to the group: POST /api/v1/apps/0oaNew/users/big0 {"scope":"GROUP"} [/api/v1/apps]
                  back: POST /api/v1/apps/0oaNew/users/big0 {"scope":"USER"}
            4 Convert to the group: POST /api/v1/apps/0oaNew/users/big2 {"scope":"GROUP"} [/api/v1/apps]
                  back: POST /api/v1/apps/0oaNew/users/big2 {"scope":"USER"}
            4 Take the wave group off the new app: DELETE /api/v1/apps/0oaNew/groups/{Rehome m7 wave group 1} [/api/v1/apps]
                  back: PUT /api/v1/apps/0oaNew/groups/{Rehome m7 wave group 1} {"priority":3,"profile":{}}
            4 Delete the wave group: DELETE /api/v1/groups/{Rehome m7 wave group 1} [/api/v1/groups/{id}]
        "#]].assert_eq(&out);
        let calls: usize = plan.waves.iter().map(|w| dry.wave(w).len()).sum();
        assert_eq!(calls, plan.calls() as usize);
    }
}
