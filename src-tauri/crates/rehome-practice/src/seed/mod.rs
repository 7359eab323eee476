//! Northwind Traders (practice): a believable company, the same for the same seed, with problems planted where a migration
//! has to find them.

mod apps;
mod cast;
pub(crate) mod certificates;
mod exports;
mod list;
mod names;
mod pairs;
mod people;
mod planted;
mod policies;
mod references;
mod schemas;
mod services;
mod sign_ins;
mod special_pairs;
mod sweep;

use jiff::Timestamp;
use rand::{SeedableRng, rngs::StdRng};

use crate::{
    Options, clock::OrgClock, directory::Directory, door::credential::Token, faults::FaultState, ids::Ids, state::Org,
};

pub(crate) use apps::provisioned;
pub use planted::{Found, Planted, planted};

pub const COMPANY: &str = "Northwind Traders (practice)";
pub(crate) const DOMAIN: &str = "northwind.example";
/// Of the time before the merger.
pub(crate) const OLD_DOMAIN: &str = "northwind-old.example";

/// The company as it is when the org starts.
pub(crate) fn org(options: Options, url: String) -> Org {
    let clock = OrgClock::start(options.speed);
    let now = clock.now();
    let mut rng = StdRng::seed_from_u64(options.seed);
    let mut ids = Ids::new(options.seed);
    let token = Token::new(options.token.clone(), "Rehome practice", &mut ids, now);
    let user_type = ids.next("oty");
    let id = ids.next("00o");
    let everyone = ids.next("00g");
    let mut org = Org {
        faults: FaultState::new(options.faults, &options.armed),
        options,
        url,
        clock,
        ids,
        id,
        token,
        door: Default::default(),
        directory: Directory::new(&user_type),
        user_type,
        users: Default::default(),
        logins: Default::default(),
        groups: Default::default(),
        everyone,
        group_rules: Vec::new(),
        following_rules: false,
        apps: Default::default(),
        wizard_names: Default::default(),
        mappings: Default::default(),
        policies: Default::default(),
        default_policy: String::new(),
        elsewhere: Default::default(),
        client_roles: std::collections::BTreeMap::new(),
        downstreams: Default::default(),
        sign_on_rules: Default::default(),
        log: Default::default(),
        calling: None,
        jobs: Default::default(),
        limits: Default::default(),
        expressions: Default::default(),
        calls: Vec::new(),
        planted: Vec::new(),
        other_keys: Default::default(),
        activating: Default::default(),
    };
    let (places, cast) = people::fill(&mut org, &mut rng, now);
    policies::fill(&mut org);
    apps::fill(&mut org, &mut rng, &places, &cast, now);
    pairs::fill(&mut org, &places);
    services::fill(&mut org, &places, &cast);
    special_pairs::fill(&mut org, &places);
    let seen = sign_ins::fill(&mut org, &mut rng, &places, &cast, now);
    sweep::fill(&mut org, &seen);
    exports::fill(&mut org);
    org
}

/// A moment in the company's past.
pub(crate) fn past(text: &str) -> Timestamp {
    text.parse().unwrap_or(Timestamp::UNIX_EPOCH)
}
