//! Companies of few people, each made so that a migration comes to calls which the others never make; together they come to
//! every kind of write that the engine has (`OperationKind::ALL`: a test asks for each).

use std::{collections::BTreeSet, time::Duration};

use rehome_engine::OperationKind;
use rehome_practice::{Behaviour, Options};

use crate::phase::Phase;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tale {
    /// One by one and by whole groups, with the share raised, lines, the rehearsal and every way back.
    #[default]
    Plain,
    /// By a wave group, with somebody who leaves, where Okta does not name the winning group.
    WaveGroups,
    /// A service with one identity provider.
    CutOver,
    /// Okta derives values anew when somebody is converted: they are put back, on both apps.
    Rederiving,
}

impl Tale {
    pub const ALL: [Self; 4] = [Self::Plain, Self::WaveGroups, Self::CutOver, Self::Rederiving];

    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::WaveGroups => "wave groups",
            Self::CutOver => "cut-over",
            Self::Rederiving => "rederiving",
        }
    }

    /// What it consists of, each after the phase at whose end it begins. `false`: on the way there, and in another tale's matrix.
    pub fn phases(self) -> &'static [(Phase, Option<Phase>, bool)] {
        use Phase::*;
        match self {
            Self::Plain => &[
                (Reading, None, true),
                (Lines, Some(Reading), true),
                (LinesBack, Some(Lines), true),
                (Pilot, Some(Reading), true),
                (Rehearsal, Some(Pilot), true),
                (Waves, Some(Rehearsal), true),
                (RollBack, Some(Waves), true),
                (Retire, Some(Waves), true),
                (GiveBack, Some(Retire), true),
                (Delete, Some(Retire), true),
            ],
            Self::WaveGroups => &[
                (Reading, None, false),
                (Pilot, Some(Reading), false),
                (Rehearsal, Some(Pilot), false),
                (Groups, Some(Rehearsal), true),
                (Swap, Some(Groups), true),
                (RollBack, Some(Groups), true),
            ],
            Self::CutOver => &[
                (Reading, None, false),
                (Pilot, Some(Reading), false),
                (Rehearsal, Some(Pilot), false),
                (Waves, Some(Rehearsal), false),
                (CutOver, Some(Waves), true),
                (TurnBack, Some(CutOver), true),
            ],
            Self::Rederiving => &[
                (Reading, None, false),
                (Pilot, Some(Reading), false),
                (Rehearsal, Some(Pilot), false),
                (Waves, Some(Rehearsal), true),
                (Retire, Some(Waves), false),
                (GiveBack, Some(Retire), true),
            ],
        }
    }

    /// From the end of the reading on: what a soak may go through.
    pub fn paths(self) -> &'static [&'static [Phase]] {
        use Phase::*;
        match self {
            Self::Plain => &[
                &[Lines, LinesBack],
                &[Pilot, Rehearsal, Waves, RollBack],
                &[Pilot, Rehearsal, Waves, Retire, GiveBack],
                &[Pilot, Rehearsal, Waves, Retire, Delete],
            ],
            Self::WaveGroups => &[&[Pilot, Rehearsal, Groups, Swap], &[Pilot, Rehearsal, Groups, RollBack]],
            Self::CutOver => &[&[Pilot, Rehearsal, Waves, CutOver, TurnBack]],
            Self::Rederiving => &[&[Pilot, Rehearsal, Waves, Retire, GiveBack]],
        }
    }

    /// Kinds of writes that it comes to: all tales together come to every one that the engine has, which a test asks for.
    pub fn kinds(self) -> &'static [OperationKind] {
        use OperationKind::*;
        match self {
            Self::Plain => &[
                Assign,
                Convert,
                GroupOn,
                Line,
                LineBack,
                Share,
                ShareBack,
                UndoAssign,
                UndoGroupOn,
                Unassign,
                GroupOff,
                Reassign,
                GroupBack,
                Deactivate,
                Delete,
            ],
            Self::WaveGroups => &[
                Assign,
                Convert,
                GroupOn,
                GroupMake,
                MemberOn,
                MemberOff,
                MemberTried,
                WaveGroupOff,
                GroupGone,
                UndoAssign,
            ],
            Self::CutOver => &[Assign, Convert, GroupOn, Line],
            Self::Rederiving => &[
                Assign,
                Convert,
                Update,
                GroupOn,
                Unassign,
                GroupOff,
                Reassign,
                GroupBack,
                ConvertBack,
                UpdateBack,
            ],
        }
    }

    /// Where only what no other tale comes to is failed and ended; all else would be the same cells again.
    pub fn only(self) -> Option<&'static [OperationKind]> {
        match self {
            Self::Plain | Self::WaveGroups | Self::CutOver => None,
            Self::Rederiving => Some(&[
                OperationKind::Update,
                OperationKind::ConvertBack,
                OperationKind::UpdateBack,
            ]),
        }
    }

    pub fn behaviours(self) -> BTreeSet<Behaviour> {
        match self {
            Self::Plain | Self::CutOver => BTreeSet::new(),
            Self::WaveGroups => [Behaviour::NoGroupLink].into(),
            Self::Rederiving => [Behaviour::ConversionRederives, Behaviour::ConversionRenames].into(),
        }
    }

    /// Small, and without waiting for what waiting shows nothing about.
    pub fn options(self, people: u32, speed: u32, seed: u64, more: &BTreeSet<Behaviour>) -> Options {
        Options {
            people,
            speed,
            seed: seed.max(1),
            behaviours: self.behaviours().union(more).copied().collect(),
            log_delay: Duration::from_secs(2),
            fan_out_delay: Duration::from_secs(2),
            ..Options::default()
        }
    }
}
