//! Northwind Traders (practice): a believable company, the same for the same seed, with problems planted where a migration
//! has to find them.

mod apps;
pub(crate) mod certificates;
mod names;
mod people;
mod policies;
mod schemas;

use jiff::Timestamp;
use rand::{SeedableRng, rngs::StdRng};
use serde_json::json;

use crate::{
    Options,
    clock::OrgClock,
    faults::FaultState,
    ids::Ids,
    state::{Org, Token},
};

pub const COMPANY: &str = "Northwind Traders (practice)";
pub(crate) const DOMAIN: &str = "northwind.example";

/// A problem that the seed has planted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    /// Short and stable, for tests.
    pub key: &'static str,
    /// What is wrong, in a sentence.
    pub words: &'static str,
    /// Ids of the users, apps or groups it is about; empty in `planted()`, filled in `Control::planted()`.
    pub subjects: Vec<String>,
}

/// Every kind of problem that a practice org has.
pub fn planted() -> Vec<Planted> {
    PLANTED
        .iter()
        .map(|(key, words)| Planted {
            key,
            words,
            subjects: Vec::new(),
        })
        .collect()
}

const PLANTED: [(&str, &str); 22] = [
    (
        "case-only",
        "The login has capital letters; the new app's template gives the same username in lower case.",
    ),
    (
        "different-email",
        "The email is not the login, so the new app's template gives another username.",
    ),
    (
        "different-manual",
        "The old app holds a username that no template gives.",
    ),
    (
        "blank",
        "The person has no email, so the new app's template gives no username at all.",
    ),
    (
        "collision",
        "Two people share an email, so the new app's template gives both the same username.",
    ),
    ("duplicate-name", "Two people have the same first and last name."),
    ("suspended", "The person is suspended and cannot sign in."),
    (
        "never-activated",
        "The person has never activated the Okta account and cannot sign in.",
    ),
    (
        "deactivated-member",
        "A deactivated user is still in a group that is assigned to the old app.",
    ),
    (
        "overrides-group",
        "The person has the old app individually although an assigned group would give it, too.",
    ),
    (
        "two-groups",
        "The person is in two assigned groups; the order of priority decides the values.",
    ),
    (
        "individual-values",
        "The person has values on the old app that no mapping gives.",
    ),
    (
        "organization-too-long",
        "The organization is longer than the new app takes.",
    ),
    (
        "role-renamed",
        "The role values were renamed: admin is administrator, end-user is end_user.",
    ),
    (
        "attribute-renamed",
        "The old app's custom attribute organisation is the base attribute organization of the new app.",
    ),
    ("attribute-missing", "The new app has no attribute legacyBrand."),
    (
        "mapping-changed",
        "phone is mapped from mobilePhone on the old app and from primaryPhone on the new one.",
    ),
    ("certificate-ends", "The old app's signing certificate ends soon."),
    (
        "provisioning-deactivates",
        "The old app deactivates accounts downstream, which the new app shares.",
    ),
    (
        "profile-push-off",
        "The new app does not push profile updates; the old one does.",
    ),
    ("policy-differs", "The apps have different access policies."),
    ("old-variable", "Another app's mapping names the old app's variable."),
];

impl Org {
    pub(crate) fn plant(&mut self, key: &'static str, subjects: Vec<String>) {
        if let Some((key, words)) = PLANTED.iter().find(|(known, _)| *known == key) {
            self.planted.push(Planted { key, words, subjects });
        }
    }
}

/// The company as it is when the org starts.
pub(crate) fn org(options: Options, url: String) -> Org {
    let clock = OrgClock::start(options.speed);
    let now = clock.now();
    let mut rng = StdRng::seed_from_u64(options.seed);
    let mut ids = Ids::new(options.seed);
    let token = Token {
        secret: options.token.clone().unwrap_or_else(fresh_token),
        id: ids.next("00T"),
        owner: String::new(),
        valid: true,
        read_only: false,
    };
    let user_type = ids.next("oty");
    let user_schema = user_type.replacen("oty", "osc", 1);
    let id = ids.next("00o");
    let everyone = ids.next("00g");
    let mut org = Org {
        faults: FaultState::preset(options.faults),
        options,
        url,
        clock,
        ids,
        id,
        token,
        user_type,
        user_schema,
        user_attributes: json!({
            "badgeNumber": { "title": "Badge number", "type": "string", "scope": "NONE", "maxLength": 12 },
            "startYear": { "title": "Year of joining", "type": "integer", "scope": "NONE" },
            "region": { "title": "Sales region", "type": "string", "scope": "NONE", "enum": ["AMER", "APAC", "EMEA"],
                "oneOf": [{ "const": "AMER", "title": "Americas" }, { "const": "APAC", "title": "Asia Pacific" },
                    { "const": "EMEA", "title": "Europe, Middle East, Africa" }] },
        })
        .as_object()
        .cloned()
        .unwrap_or_default(),
        users: Default::default(),
        logins: Default::default(),
        groups: Default::default(),
        everyone,
        group_rules: Vec::new(),
        apps: Default::default(),
        mappings: Default::default(),
        policies: Default::default(),
        default_policy: String::new(),
        client_roles: std::collections::BTreeMap::new(),
        downstreams: Default::default(),
        log: Default::default(),
        calling: None,
        jobs: Default::default(),
        limits: Default::default(),
        expressions: Default::default(),
        calls: Vec::new(),
        planted: Vec::new(),
        activating: Default::default(),
    };
    let places = people::fill(&mut org, &mut rng, now);
    policies::fill(&mut org);
    apps::fill(&mut org, &mut rng, &places, now);
    org
}

/// The token is a secret of its own and does not follow the seed.
fn fresh_token() -> String {
    let mut ids = Ids::new(rand::random());
    format!("00{}", ids.letters(40))
}

/// A moment in the company's past.
pub(crate) fn past(text: &str) -> Timestamp {
    text.parse().unwrap_or(Timestamp::UNIX_EPOCH)
}
