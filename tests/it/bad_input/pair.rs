//! Two apps that cannot be old and new app.

use rehome_engine::view::*;
use serde_json::{Value, json};

use crate::desk::{Desk, options, refused};

struct Pairs {
    desk: Desk,
    connection: String,
}

impl Pairs {
    async fn new() -> Self {
        let desk = Desk::new(options()).await;
        let connected = desk
            .rehome
            .connect(desk.org.url().into(), desk.org.token().into())
            .await
            .expect("connects");
        Self {
            desk,
            connection: connected.connection,
        }
    }

    async fn look(&self, old: &str, new: &str) -> PairView {
        let looked = self
            .desk
            .rehome
            .check_pair(self.connection.clone(), old.into(), new.into())
            .await;
        looked.expect("both can be read")
    }

    async fn refused(&self, old: &str, new: &str) -> Problem {
        let view = self.look(old, new).await;
        assert_eq!(view.problems.len(), 1, "{view:?}");
        let start = self
            .desk
            .rehome
            .start_migration(self.connection.clone(), old.into(), new.into())
            .await;
        let problem = refused(start, ProblemCode::BadPair);
        assert_eq!(
            view.problems.first(),
            Some(&problem),
            "what is said before is what is said after"
        );
        problem
    }

    fn load(&self, app: Value) -> String {
        self.desk.control.load_app(app, None, Vec::new(), Vec::new(), None)
    }
}

fn custom(name: &str, mode: &str, status: &str) -> Value {
    json!({ "name": name, "label": name, "status": status, "signOnMode": mode, "features": [],
        "credentials": { "userNameTemplate": { "template": "${source.login}", "type": "BUILT_IN" } },
        "settings": { "app": {}, "signOn": { "loginUrl": "https://shop.example/login" } } })
}

#[tokio::test(flavor = "multi_thread")]
async fn pairs_that_make_no_sense() {
    let pairs = Pairs::new().await;
    let (old, new) = (pairs.desk.old.clone(), pairs.desk.new.clone());
    let same = pairs.refused(&old, &old).await;
    assert_eq!(same.what, "Old and new app are the same app");
    let expenses = pairs.desk.control.app("Expenses").expect("the seed has it");
    let kinds = pairs.refused(&old, &expenses).await;
    assert!(
        kinds.what.contains("Zendesk (2019)") && kinds.what.contains("Expenses"),
        "{kinds:?}"
    );
    let off = pairs.load(
        json!({ "name": "zendesk", "label": "Zendesk off", "status": "INACTIVE", "signOnMode": "SAML_2_0",
        "features": [], "credentials": {}, "settings": {} }),
    );
    let inactive = pairs.refused(&old, &off).await;
    assert_eq!(inactive.what, "Zendesk off is not active");
    // The other way round is what a tidy admin has done already.
    let view = pairs.look(&off, &new).await;
    assert!(
        view.problems.is_empty() && view.remarks.iter().any(|r| r.contains("inactive")),
        "{view:?}"
    );
    for unknown in ["0oaunknown0000000000", "", "../users", "a b"] {
        let answer = pairs
            .desk
            .rehome
            .start_migration(pairs.connection.clone(), old.clone(), unknown.into())
            .await;
        let problem = answer.expect_err("there is no such app");
        crate::desk::check_words(&problem);
    }
    // The same move twice: the first one is still there.
    let again = pairs
        .desk
        .rehome
        .start_migration(pairs.connection.clone(), old.clone(), new)
        .await;
    refused(again, ProblemCode::BadPair);
    refused(
        pairs.desk.rehome.check_pair("c99".into(), old.clone(), old).await,
        ProblemCode::BadInput,
    );
    assert_eq!(
        pairs.desk.rehome.start().await.expect("starts").migrations.len(),
        1,
        "nothing else was begun"
    );
    pairs.desk.check_unharmed();
}

/// Apps that an admin made have names of their own, also those that sign on with a password.
#[tokio::test(flavor = "multi_thread")]
async fn custom_apps_pair_by_sign_on_mode() {
    let pairs = Pairs::new().await;
    let (one, two) = (
        pairs.load(custom("acme_shop_1", "AUTO_LOGIN", "ACTIVE")),
        pairs.load(custom("acme_shopnew_2", "AUTO_LOGIN", "ACTIVE")),
    );
    let view = pairs.look(&one, &two).await;
    assert!(view.problems.is_empty(), "{view:?}");
    let mut saml = custom("acme_shopsaml_3", "SAML_2_0", "ACTIVE");
    saml["settings"]["signOn"]["ssoAcsUrl"] = json!("https://shop.example/acs");
    let saml = pairs.load(saml);
    pairs.refused(&one, &saml).await;
}
