//! Which routes there are to choose from, what the admin wishes, and why each person goes the way they go.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{NameRules, WaveGroupPlan};
use crate::{GroupId, UserId};

/// Fewest people for whom a group is made. Making, putting on, taking off and deleting it are 4 calls, and its swap waits for at
/// least a minute of quiet (architecture 5); one by one these people cost two calls each of about 37 a minute.
pub const FEWEST: usize = 50;

/// Why a person goes by their route, where the route does not say it by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Because {
    /// Individual on the old app; or the group is no larger than a wave; or there already.
    #[default]
    Usual,
    /// In the pilot: nobody else may come with them.
    Pilot,
    /// The username is not the one that the template of the new app gives.
    OwnUsername,
    /// Values that no group gives.
    OwnValues,
    /// The group holds somebody who is left out, so that it cannot be put on the new app.
    GroupHeldBack,
    /// Okta does not say which group gives the old app.
    GroupUnknown,
    /// The group is on the new app already.
    GroupIsOn,
    /// Too few for a group of their own.
    Few,
    /// The group is larger than a wave.
    LargeGroup,
    /// A wave group would be better, and is not available.
    NotAvailable,
    /// The admin wishes it.
    Chosen,
}

impl Because {
    /// For serde: what the route says by itself is not written.
    pub(super) fn is_usual(&self) -> bool {
        *self == Self::Usual
    }
}

/// A route as it can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RouteWish {
    OneByOne,
    /// Groups only: in one go, however large it is.
    Whole,
    /// By a group made for the migration, however few they are.
    WaveGroup,
}

/// What the admin wishes instead of what the planner picks. A wish never overrides what keeps somebody from the wrong account:
/// who needs a username or values of their own goes one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RouteWishes {
    /// No group is ever made.
    pub never_wave_groups: bool,
    /// For everybody who has the old app through the group.
    pub groups: BTreeMap<GroupId, RouteWish>,
    pub people: BTreeMap<UserId, RouteWish>,
}

/// Routes that the credential's rights allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Availability {
    /// Why no groups can be made.
    pub wave_groups: Result<(), String>,
}

impl Default for Availability {
    fn default() -> Self {
        Self { wave_groups: Ok(()) }
    }
}

/// What drafting must know to choose routes.
#[derive(Clone, Debug, Default)]
pub struct RouteInput {
    pub available: Availability,
    pub wishes: RouteWishes,
    /// Stands in the description of each wave group.
    pub migration: String,
    /// Names that groups of the org bear already, as far as they were read.
    pub taken: BTreeSet<String>,
    pub name_rules: NameRules,
    /// Attributes of the new app that join the values of all groups.
    pub joined: BTreeSet<String>,
    /// Wave groups of the plan before, as long as waves that have begun use them.
    pub earlier: Vec<WaveGroupPlan>,
    /// Groups that are pushed by the new app (api-facts 10.3, P29).
    pub pushed: BTreeSet<GroupId>,
    /// Groups that a rule fills.
    pub by_rule: BTreeSet<GroupId>,
}
