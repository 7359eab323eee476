//! Kinds of writes to Okta: every one that the engine makes, once, in one place. The journal keeps their words, the fault matrix
//! asks for a recorded run of each (`rehome-proof`), and what is none of them is sent nowhere.

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $word:literal,)*) => {
        /// What a write is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum OperationKind {
            $($(#[$doc])* $variant,)*
        }

        impl OperationKind {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As the journal has it.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

kinds! {
    /// One person is given the new app.
    Assign = "assign",
    /// From scope USER to scope GROUP on the new app.
    Convert = "convert",
    /// Username and values put back on the new app after that.
    Update = "update",
    /// A group is put on the new app.
    GroupOn = "groupOn",
    /// An approved line.
    Line = "line",
    /// An approved line made back.
    LineBack = "lineBack",
    /// The token's share of the limits is raised.
    Share = "share",
    ShareBack = "shareBack",
    /// A wave group is made.
    GroupMake = "groupMake",
    /// Somebody is put into a wave group.
    MemberOn = "memberOn",
    /// Who has left every group of the old app comes out of the wave group.
    MemberOff = "memberOff",
    /// The first one of a swap comes out, watched.
    MemberTried = "memberTried",
    WaveGroupOff = "waveGroupOff",
    /// A wave group is deleted.
    GroupGone = "groupGone",
    UndoAssign = "undoAssign",
    UndoGroupOn = "undoGroupOn",
    /// One person leaves the old app.
    Unassign = "unassign",
    /// A group leaves the old app.
    GroupOff = "groupOff",
    /// One person is given the old app back.
    Reassign = "reassign",
    GroupBack = "groupBack",
    ConvertBack = "convertBack",
    UpdateBack = "updateBack",
    /// The old app is deactivated.
    Deactivate = "deactivate",
    /// The old app is deleted.
    Delete = "delete",
}

impl OperationKind {
    /// `None`: a word of a newer version.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// Whether it is done once something can no longer be seen.
    pub const fn takes_away(self) -> bool {
        match self {
            Self::LineBack
            | Self::ShareBack
            | Self::MemberOff
            | Self::MemberTried
            | Self::WaveGroupOff
            | Self::GroupGone
            | Self::UndoAssign
            | Self::UndoGroupOn
            | Self::Unassign
            | Self::GroupOff
            | Self::Delete => true,
            Self::Assign
            | Self::Convert
            | Self::Update
            | Self::GroupOn
            | Self::Line
            | Self::Share
            | Self::GroupMake
            | Self::MemberOn
            | Self::Reassign
            | Self::GroupBack
            | Self::ConvertBack
            | Self::UpdateBack
            | Self::Deactivate => false,
        }
    }
}

impl OperationKind {
    /// Whether it changes which groups are on the new app, or in which order. A group that is deleted is on none.
    pub const fn moves_groups(self) -> bool {
        matches!(
            self,
            Self::GroupOn | Self::WaveGroupOff | Self::UndoGroupOn | Self::Line | Self::LineBack
        )
    }
}

impl From<OperationKind> for String {
    fn from(kind: OperationKind) -> Self {
        kind.word().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn words_are_unique_and_read_back() {
        let words: BTreeSet<&str> = OperationKind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!(words.len(), OperationKind::ALL.len());
        for kind in OperationKind::ALL {
            assert_eq!(OperationKind::of(kind.word()), Some(*kind));
        }
        assert_eq!(OperationKind::of("kill"), None);
    }
}
