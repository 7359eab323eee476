//! What a pilot may meet: a service that the two apps know by different keys, and sign-ins that are refused.

use crate::{Control, log::Event};

impl Control {
    /// From now on this app tells another key for each account than the others do; it is the same account.
    pub fn use_other_keys(&self, app: &str, on: bool) {
        self.change(|org, _| {
            if on {
                org.other_keys.insert(app.to_owned());
            } else {
                org.other_keys.remove(app);
            }
        });
    }

    /// Somebody tries to sign in to an app, and is refused for this reason.
    pub fn refuse_sign_in(&self, app: &str, user: &str, why: &str) {
        self.change(|org, at| {
            let (Some(app), Some(user)) = (org.apps.get(app), org.users.get(user)) else {
                return;
            };
            let event = Event::new("user.authentication.sso", at)
                .by_user(user)
                .on_app(app)
                .from(org.browser_of(user))
                .failed(why);
            org.log_event(event);
        });
    }
}
