//! What somebody else changed on the new app: Rehome is the only one who should, while people move.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Scope, UserId};

/// A person on the new app, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    pub scope: Scope,
    pub username: String,
}

/// One change of one person that no call of this migration made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ForeignChange {
    /// Has the new app, and was not given it by this migration.
    Appeared {
        user: UserId,
    },
    /// Had the new app, and has it no more.
    Gone {
        user: UserId,
    },
    Path {
        user: UserId,
        to_group: bool,
    },
    Username {
        user: UserId,
        before: String,
        now: String,
    },
}

impl ForeignChange {
    pub fn user(&self) -> &UserId {
        match self {
            Self::Appeared { user } | Self::Gone { user } | Self::Path { user, .. } | Self::Username { user, .. } => {
                user
            }
        }
    }

    /// Names this change, so that it is asked about once.
    pub fn key(&self) -> String {
        match self {
            Self::Appeared { user } => format!("appeared {user}"),
            Self::Gone { user } => format!("gone {user}"),
            Self::Path { user, to_group } => format!("path {user} {to_group}"),
            Self::Username { user, now, .. } => format!("username {user} {now}"),
        }
    }

    /// A sentence, with the person's name.
    pub fn words(&self, name: &str) -> String {
        match self {
            Self::Appeared { .. } => format!("{name} was given the new app by somebody else."),
            Self::Gone { .. } => format!("{name} lost the new app."),
            Self::Path { to_group: true, .. } => format!("{name} now has the new app through a group."),
            Self::Path { to_group: false, .. } => format!("{name} now has the new app individually."),
            Self::Username { before, now, .. } => {
                format!("{name}'s username on the new app was {before} and is {now}.")
            }
        }
    }
}

/// Holds two listings of the new app against each other. `people`: whose business this migration is. `touched`: whom it has
/// written to, or whose group it has put on, since the first listing: whatever is new there is its own doing.
pub fn foreign_changes<'a>(
    people: impl IntoIterator<Item = &'a UserId>,
    before: &BTreeMap<UserId, Here>,
    now: &BTreeMap<UserId, Here>,
    touched: impl Fn(&UserId) -> bool,
) -> Vec<ForeignChange> {
    let mut out = Vec::new();
    for user in people.into_iter().filter(|user| !touched(user)) {
        match (before.get(user), now.get(user)) {
            (None, None) => {}
            (None, Some(_)) => out.push(ForeignChange::Appeared { user: user.clone() }),
            (Some(_), None) => out.push(ForeignChange::Gone { user: user.clone() }),
            (Some(was), Some(is)) => {
                if was.scope != is.scope {
                    out.push(ForeignChange::Path {
                        user: user.clone(),
                        to_group: is.scope == Scope::Group,
                    });
                }
                if was.username != is.username {
                    out.push(ForeignChange::Username {
                        user: user.clone(),
                        before: was.username.clone(),
                        now: is.username.clone(),
                    });
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn only_what_nobody_here_did_is_foreign() {
        let here = |scope, username: &str| Here {
            scope,
            username: username.to_owned(),
        };
        let list = |of: &[(&str, Scope, &str)]| -> BTreeMap<UserId, Here> {
            of.iter()
                .map(|(id, scope, name)| (UserId::from(*id), here(*scope, name)))
                .collect()
        };
        let before = list(&[
            ("stays", Scope::User, "a"),
            ("gone", Scope::User, "b"),
            ("renamed", Scope::Group, "c"),
            ("moved", Scope::User, "d"),
            ("ours", Scope::User, "e"),
            ("stranger", Scope::User, "s"),
        ]);
        let now = list(&[
            ("stays", Scope::User, "a"),
            ("new", Scope::User, "n"),
            ("renamed", Scope::Group, "c2"),
            ("moved", Scope::Group, "d"),
            ("ours", Scope::Group, "e2"),
            ("ours too", Scope::User, "o"),
        ]);
        let people: Vec<UserId> = ["stays", "gone", "renamed", "moved", "ours", "ours too", "new", "never"]
            .into_iter()
            .map(UserId::from)
            .collect();
        let found = foreign_changes(&people, &before, &now, |u| u.as_str().starts_with("ours"));
        let words: Vec<String> = found
            .iter()
            .map(|c| format!("{} | {}", c.key(), c.words("Ada")))
            .collect();
        expect![[r#"
            gone gone | Ada lost the new app.
            username renamed c2 | Ada's username on the new app was c and is c2.
            path moved true | Ada now has the new app through a group.
            appeared new | Ada was given the new app by somebody else."#]]
        .assert_eq(&words.join("\n"));
    }
}
