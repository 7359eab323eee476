//! The problems that the company is born with, and where Rehome finds each. Tests check both: that each is really in the
//! data, and that the step that is said to find it does.

use crate::state::Org;

/// A problem that the seed has planted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    /// Short and stable, for tests.
    pub key: &'static str,
    /// What is wrong, in a sentence.
    pub words: &'static str,
    /// Labels of the old and the new app of the migration in which it shows.
    pub pair: (&'static str, &'static str),
    pub found: Found,
    /// Ids of the users, apps or groups it is about; empty in `planted()`, filled in `Control::planted()`.
    pub subjects: Vec<String>,
}

/// Where Rehome shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Step 1, by the check of this name, or one whose title has these words.
    Compare(&'static str),
    /// Step 2, in this class of usernames: `CaseOnly`, `Different`, `Blank`, `Collision`.
    Usernames(&'static str),
    /// Step 2, at this attribute of the new app.
    Attribute(&'static str),
    /// Step 2, at the person, whose values the new app refuses.
    Values,
    /// The list of people, by their path: `individual`.
    Path(&'static str),
    /// Step 5: a check of the gate, for those who cannot sign in.
    Gate(&'static str),
    /// Nowhere yet: Rehome does not read what would show it.
    NotYet,
    /// Nothing to find: it only must not confuse anybody.
    Nowhere,
}

use Found::{Attribute, Compare, Gate, NotYet, Nowhere, Path, Usernames, Values};

type Pair = (&'static str, &'static str);
const HELP_DESK: Pair = ("Zendesk (2019)", "Zendesk Suite");
const EXPENSES: Pair = ("Expenses", "Expenses 2");
const PARCELS: Pair = ("Parcel Tracker", "Parcel Tracker 2");
const TEAM: Pair = ("LinkedIn (team account)", "LinkedIn (new team account)");
const INTRANET: Pair = ("Intranet", "Intranet 2");
const HANDBOOK: Pair = ("Company Handbook", "Company Handbook (new site)");
const TRACKER: Pair = ("Jira (data centre)", "Jira (moved)");

/// Every kind of problem that a practice org has.
pub fn planted() -> Vec<Planted> {
    PLANTED.iter().map(|row| of(row, Vec::new())).collect()
}

type Row = (&'static str, Pair, Found, &'static str);

fn of((key, pair, found, words): &Row, subjects: Vec<String>) -> Planted {
    Planted {
        key,
        words,
        pair: *pair,
        found: *found,
        subjects,
    }
}

#[rustfmt::skip] // one row, two lines
const PLANTED: &[Row] = &[
    ("case-only", HELP_DESK, Usernames("CaseOnly"),
        "The login has capital letters; the new app's template gives the same username in lower case."),
    ("different-email", HELP_DESK, Usernames("Different"),
        "The email is not the login, so the new app's template gives another username."),
    ("different-manual", HELP_DESK, Usernames("Different"),
        "The old app holds a username that no template gives."),
    ("blank", HELP_DESK, Usernames("Blank"),
        "The person has no email, so the new app's template gives no username at all."),
    ("collision", HELP_DESK, Usernames("Collision"),
        "Two people share an email, so the new app's template gives both the same username."),
    ("duplicate-name", HELP_DESK, Nowhere, "Two people have the same first and last name."),
    ("suspended", HELP_DESK, Gate("everyone-proven"), "The person is suspended and cannot sign in."),
    ("never-activated", HELP_DESK, Gate("everyone-proven"),
        "The person has never activated the Okta account and cannot sign in."),
    ("never-signed-in", HELP_DESK, Nowhere,
        "The person has the old app and could sign in, but the log of the last weeks shows no sign-in."),
    ("deactivated-member", HELP_DESK, Nowhere,
        "A deactivated user is still in a group that is assigned to the old app."),
    ("overrides-group", HELP_DESK, Path("individual"),
        "The person has the old app individually although an assigned group would give it, too."),
    ("two-groups", HELP_DESK, Nowhere,
        "The person is in two assigned groups; the order of priority decides the values."),
    ("individual-values", HELP_DESK, Attribute("signature"),
        "The person has values on the old app that no mapping gives."),
    ("organization-too-long", HELP_DESK, Values, "The organization is longer than the new app takes."),
    ("role-renamed", HELP_DESK, Attribute("role"),
        "The role values were renamed: admin is administrator, end-user is end_user."),
    ("attribute-renamed", HELP_DESK, Attribute("organization"),
        "The old app's custom attribute organisation is the base attribute organization of the new app."),
    ("attribute-missing", HELP_DESK, Compare("attributes-differ"), "The new app has no attribute legacyBrand."),
    ("mapping-changed", HELP_DESK, Attribute("phone"),
        "phone is mapped from mobilePhone on the old app and from primaryPhone on the new one."),
    ("certificate-ends", HELP_DESK, Compare("expires in"), "The old app's signing certificate ends soon."),
    ("provisioning-deactivates", HELP_DESK, Compare("deactivate-users"),
        "The old app deactivates accounts downstream, which the new app shares."),
    ("profile-push-off", HELP_DESK, Compare("update-attributes"),
        "The new app does not push profile updates; the old one does."),
    ("policy-differs", HELP_DESK, Compare("different access policies"), "The apps have different access policies."),
    ("sign-on-rules-differ", HELP_DESK, Compare("sign-on-rules"),
        "On Classic Engine: the old app has a sign-on rule, which no API shows."),
    ("old-variable", HELP_DESK, NotYet, "Another app's mapping names the old app's variable."),
    ("redirect-differs", EXPENSES, Compare("sign-on-settings"),
        "The new OAuth client has another redirect URI and takes refresh tokens."),
    ("client-differs", EXPENSES, Compare("client-id"), "The new app is another OAuth client: the service must learn its id."),
    ("swa-passwords", PARCELS, Compare("swa-passwords"),
        "People have passwords on the old app, which nobody can read: they stay behind."),
    ("shared-account-differs", TEAM, Compare("other-settings"), "The new app signs everybody in with another shared account."),
    ("realm-differs", INTRANET, Compare("sign-on-settings"), "Realm, audience and name format of the new app are others."),
    ("required-and-unmapped", INTRANET, Compare("required-attribute"),
        "The new app requires the attribute costCentre, which no mapping gives."),
    ("address-differs", HANDBOOK, Compare("sign-on-settings"), "The new bookmark leads to another page."),
    ("create-users-off", TRACKER, Compare("create-users"), "The new app does not create users; the old one does."),
    ("imports-differ", TRACKER, Compare("imports"), "The old app imports people; the new one does not."),
    ("old-deactivates", TRACKER, Compare("deactivate-users"), "The old app deactivates accounts downstream, which both share."),
    ("matches-by-id", TRACKER, Nowhere, "The service finds accounts by the id that it was given, not by username."),
    ("email-alias", TRACKER, Usernames("Different"), "The email is an alias of the login, and the new app names people by email."),
];

impl Org {
    pub(crate) fn plant(&mut self, key: &'static str, subjects: Vec<String>) {
        let Some(row) = PLANTED.iter().find(|(known, ..)| *known == key) else {
            return;
        };
        match self.planted.iter_mut().find(|it| it.key == key) {
            Some(there) => there.subjects.extend(subjects),
            None => self.planted.push(of(row, subjects)),
        }
    }
}
