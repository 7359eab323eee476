//! What is not known about Okta, as switches. Every [`Behaviour`] is the other reading of a point for which no source was
//! found (`UNVERIFIED` in the project's notes on the API, section 15 and elsewhere); without it the org takes the reading
//! that the better source, or caution, speaks for. Rehome has to come to a right end with every one of them.

use std::str::FromStr;

use crate::state::Org;

macro_rules! behaviours {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The other reading of an unverified point; see each one for the point and for the default.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Behaviour {
            $($(#[$doc])* $variant,)*
        }

        impl Behaviour {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Kebab-case, as `practice-org --behaviour` takes it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

behaviours! {
    /// 6.5, 15.1: assigning somebody who has the app individually is refused with 409 E0000062.
    /// Default: it is taken as an update.
    ReassignRefused = "reassign-refused",
    /// 6.5, 15.2: assigning somebody who has the app through a group makes the assignment individual.
    /// Default: scope GROUP stays unless the body says USER, as seen in 2019.
    ReassignTakesOver = "reassign-takes-over",
    /// 6.7, 15.4: unassigning somebody individual whom an assigned group holds, too, removes the app user.
    /// Default: refused with 403 E0000046.
    UnassignRemovesOverride = "unassign-removes-override",
    /// 6.7, 15.4: unassigning somebody individual whom an assigned group holds, too, leaves the assignment of the group.
    /// Default: refused with 403 E0000046.
    UnassignConvertsOverride = "unassign-converts-override",
    /// 6.6, 15.5: converting to scope GROUP takes values away that were set for the person alone.
    /// Default: they are kept.
    ConversionRederives = "conversion-rederives",
    /// 6.6, 15.5: converting to scope GROUP gives the username of the app's template, whatever was set for the person.
    /// Default: it is kept.
    ConversionRenames = "conversion-renames",
    /// 6.6, 15.5: converting the scope is refused with 400 E0000001 on an app that provisions.
    /// Default: it is done.
    ConversionRefused = "conversion-refused",
    /// 6.6, 15.5: a body with nothing but `scope` is answered 200 and changes nothing.
    /// Default: the scope is converted.
    ConversionIgnored = "conversion-ignored",
    /// 7.3, 15.6: of several groups the one with the highest number supplies the values.
    /// Default: the lowest, as the order of the console suggests.
    HigherPriorityWins = "higher-priority-wins",
    /// 3.3, 15.7: with `expand=user` a page has at most 50 app users; a larger limit is refused with 400 E0000029.
    /// Default: up to 500 with it, too.
    ExpandCapsPages = "expand-caps-pages",
    /// 3.2: the links of the listing of app users lose `expand`, as until release 2026.08.0.
    /// Default: they keep it.
    LinksLoseExpand = "links-lose-expand",
    /// 3.2, 15.8: the links of the listings of mappings and of group push keep `sourceId`, `targetId` and `sourceGroupId`.
    /// Default: they lose them, as recorded.
    LinksKeepFilter = "links-keep-filter",
    /// 8.5, 15.9: `features` keeps what it said after API integration, or the connection, was switched off.
    /// Default: it becomes empty.
    FeaturesOutliveIntegration = "features-outlive-integration",
    /// 8.2: `features` follows the boxes only after a minute.
    /// Default: at once.
    FeaturesLag = "features-lag",
    /// 15.10: deactivating an app with "Deactivate Users" ticked deactivates the accounts of individuals, too.
    /// Default: only of those whom the reconcile takes off the app.
    DeactivationReachesIndividuals = "deactivation-reaches-individuals",
    /// 4.7, 15.21: deactivating an app ends individual assignments, too.
    /// Default: they stay.
    DeactivationEndsIndividuals = "deactivation-ends-individuals",
    /// 15.21: deactivating an app takes its groups off.
    /// Default: they stay assigned, and reactivating the app brings their members back.
    DeactivationEndsGroups = "deactivation-ends-groups",
    /// 11.2, 15.12: events of jobs carry the token of the call that caused them.
    /// Default: they carry none.
    JobEventsCarryToken = "job-events-carry-token",
    /// 6.2, 15.14: app users with scope GROUP have no `_links.group`.
    /// Default: they have, as community scripts read it.
    NoGroupLink = "no-group-link",
    /// 8.4, 15.22: reading the connection of an app without a provisioning API is answered 404 E0000007.
    /// Default: 200 with status UNKNOWN.
    NoUnknownConnection = "no-unknown-connection",
    /// 1.3, 15.15: a token that is used from outside its network zone is refused with 403 E0000005.
    /// Default: with 403 E0000006.
    ShutOutIsInvalidSession = "shut-out-is-invalid-session",
    /// 1.5, 15.16: API Services apps that are made in the console need no DPoP.
    /// Default: they do, until it is switched off.
    ServiceAppsWithoutProof = "service-apps-without-proof",
    /// 2.3: every token and client has a row of principal rate limits.
    /// Default: there is one only after somebody changed the share.
    EveryShareIsListed = "every-share-is-listed",
    /// 6.5, 15.3: a suspended user cannot be assigned: 403 E0000117.
    /// Default: can be.
    SuspendedRefused = "suspended-refused",
    /// 7.4: suspended members do not get the app through a group; those who have it keep it.
    /// Default: they do.
    SuspendedMembersSkipped = "suspended-members-skipped",
    /// 6.5: assigning a deactivated user is refused with E0000038.
    /// Default: with E0000117.
    InactiveUserIsWrongState = "inactive-user-is-wrong-state",
    /// 6.5, 15.3: people can be assigned to an inactive app.
    /// Default: refused with 403 E0000143.
    InactiveAppAccepts = "inactive-app-accepts",
    /// 6.2: attributes that an update of an app user leaves out lose the value that was set for the person alone.
    /// Default: they keep it.
    UpdateClearsAbsent = "update-clears-absent",
    /// 6.4, 15.3: a missing required attribute is named in other words.
    /// Default: `NAME: The field cannot be left blank`.
    OtherWordsForRequired = "other-words-for-required",
    /// 9.3, 15.3: a mapping expression that is none is refused with E0000001.
    /// Default: with E0000045.
    BadMappingIsInvalid = "bad-mapping-is-invalid",
    /// 9.5, 15.13: joining text with null adds the word `null`, in `String.join`, too.
    /// Default: it adds nothing.
    NullIsAWord = "null-is-a-word",
    /// 9.5, 15.13: `substringBefore` and `substringAfter` give null when the needle is absent.
    /// Default: the whole text, and nothing.
    AbsentNeedleIsNull = "absent-needle-is-null",
    /// 9.5, 15.13: a substring beyond the end of a text is null.
    /// Default: what there is.
    OutOfRangeIsNull = "out-of-range-is-null",
    /// 9.5, 15.13: `String.replaceFirst` takes a regular expression.
    /// Default: plain text.
    ReplaceFirstTakesPatterns = "replace-first-takes-patterns",
    /// 7.2: the profile of a group assignment cannot be set; what is sent is answered 200 and not kept.
    /// Default: it is kept.
    GroupProfileReadOnly = "group-profile-read-only",
    /// 7.4: the jobs of several groups overtake each other: the newest works first, and its people from the last to the first.
    /// Default: in the order of the calls.
    FanOutOvertakes = "fan-out-overtakes",
    /// 7.4: a group job takes a quarter of an hour to begin.
    /// Default: `Options::fan_out_delay`.
    FanOutIsSlow = "fan-out-is-slow",
    /// 7.4, 11.4: group jobs log when they begin and when they end (`app.app_instance.provision_sync_job.started`,
    /// `.completed`). Default: they log nothing but what they do to each person.
    GroupJobsAreLogged = "group-jobs-are-logged",
    /// 6.7: taking a group off takes the app from its members who have it individually, too.
    /// Default: individual assignments stay.
    GroupRemovalTakesIndividuals = "group-removal-takes-individuals",
    /// 11.1, 15.12: events show in the System Log after two minutes.
    /// Default: `Options::log_delay`.
    LogIsLate = "log-is-late",
    /// 4.3: a label that another app has is refused with 400 E0000040.
    /// Default: it is taken, since recorded orgs have several apps with the same label.
    UniqueLabels = "unique-labels",
    /// 8.6: pushing the profile of an app user reactivates an inactive account ("Reactivate Users" ticked).
    /// Default: only assigning does.
    ProfilePushReactivates = "profile-push-reactivates",
}

impl FromStr for Behaviour {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = || Self::ALL.iter().map(|it| it.name()).collect::<Vec<_>>().join(", ");
        let found = Self::ALL.iter().find(|it| it.name() == name);
        found
            .copied()
            .ok_or_else(|| format!("no such behaviour; known are {}", known()))
    }
}

impl std::fmt::Display for Behaviour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Org {
    /// Whether the org takes the other reading of this point.
    pub(crate) fn behaves(&self, behaviour: Behaviour) -> bool {
        self.options.behaviours.contains(&behaviour)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_kebab_case_unique_and_read_back() {
        let names: BTreeSet<&str> = Behaviour::ALL.iter().map(|it| it.name()).collect();
        assert_eq!(names.len(), Behaviour::ALL.len());
        for one in Behaviour::ALL {
            assert_eq!(one.name().parse(), Ok(*one));
            assert!(one.name().chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        }
        assert!("refuse".parse::<Behaviour>().is_err());
    }
}
