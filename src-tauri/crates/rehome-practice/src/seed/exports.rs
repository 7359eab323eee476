//! What the help desk's own user export says that Okta does not know: the export is of yesterday, and of the service.

use std::collections::BTreeSet;

use super::list::HELP_DESK;
use crate::{
    export::{Quirks, Stranger},
    state::Org,
};

/// Accounts that belong to nobody on the old app: address, name, whether they are active.
const STRANGERS: [(&str, &str, bool); 3] = [
    ("former.agent@northwind.example", "Former Agent", true),
    ("demo@zendesk-partner.example", "Demo, Partner", true),
    ("trainee.2018@northwind-old.example", "Trainee 2018", false),
];

pub(super) fn fill(org: &mut Org) {
    let Some(app) = org.apps.values().find(|app| app.label() == HELP_DESK.0) else {
        return;
    };
    let Some(service) = app.downstream.clone() else { return };
    // People about whom there is nothing else to say.
    let told = org.planted.iter().filter(|it| it.key != "phone-changes");
    let told: BTreeSet<&String> = told.flat_map(|it| &it.subjects).collect();
    let plain = app.users.values().filter(|it| {
        let user = org.users.get(&it.user).filter(|user| user.status == "ACTIVE");
        user.is_some_and(|user| it.user_name == user.login() && it.user_name == user.text("email"))
            && !told.contains(&it.user)
    });
    let inactive = 2 + org.users.len() / 500;
    let some: Vec<(String, String)> = plain
        .filter_map(|it| Some((it.user.clone(), it.external_id.clone()?)))
        .take(3 + inactive)
        .collect();
    let mut quirks = Quirks::default();
    let mut some = some.into_iter();
    let mut subjects = [Vec::new(), Vec::new(), Vec::new()];
    for (at, (user, account)) in some.by_ref().take(3 + inactive).enumerate() {
        let (list, which) = match at {
            0 | 1 => (&mut quirks.missing, 0),
            2 => (&mut quirks.twice, 1),
            _ => (&mut quirks.inactive, 2),
        };
        list.insert(account);
        subjects[which].push(user);
    }
    for (address, name, active) in STRANGERS {
        quirks.strangers.push(Stranger {
            id: org.ids.digits(12),
            address,
            name,
            active,
        });
    }
    if let Some(service) = org.downstreams.get_mut(&service) {
        service.quirks = quirks;
    }
    let [missing, twice, inactive] = subjects;
    org.plant("no-account", missing);
    org.plant("account-twice", twice);
    org.plant("account-inactive", inactive);
    org.plant(
        "account-without-person",
        STRANGERS.iter().map(|it| it.0.to_owned()).collect(),
    );
}
