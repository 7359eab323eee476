//! What the vendor cards say of these two apps.

use super::report::Report;
use super::{Finding, LinkTo, Step, Tab};
use crate::CheckOutcome;
use crate::vendor::{Card, Closes, Kind, Place, Trap, card_for};

/// Findings without rows: a card tells of the service, not of a setting. Two apps of different vendors bring both cards.
pub fn compare(report: &mut Report<'_>) {
    let (old, new) = (&report.old().app, &report.new_side().app);
    let (of_old, of_new) = (card_for(old), card_for(new));
    let other = of_old.filter(|card| of_new.is_none_or(|new| new.id != card.id));
    for card in of_new.into_iter().chain(other) {
        for trap in card.traps_for(old, new) {
            let finding = finding(card, trap, report.labels());
            report.finding(finding);
        }
    }
}

fn finding(card: &Card, trap: &Trap, (old, new): (&str, &str)) -> Finding {
    // One pass: a label may hold braces itself.
    let told = |text: &str| {
        let parts = text.split("{old}").map(|part| part.replace("{new}", new));
        parts.collect::<Vec<_>>().join(old)
    };
    let sources = std::iter::once(&trap.source).chain(&trap.also);
    Finding {
        id: format!("vendor-{}-{}", card.id, trap.id),
        title: told(&trap.title),
        outcome: match trap.kind {
            Kind::Review => CheckOutcome::NeedsReview,
            Kind::Attest => CheckOutcome::Attest,
        },
        blocks: trap.closes.map(|closes| match closes {
            Closes::Pilot => Step::Pilot,
            Closes::Waves => Step::Waves,
            Closes::Retire => Step::Retire,
            Closes::Delete => Step::Delete,
        }),
        what: told(&trap.what),
        why: told(&trap.why),
        mend: told(&trap.mend),
        evidence: sources
            .map(|source| format!("Source: {source}, read {}", card.read))
            .collect(),
        link: trap.open.map_or(LinkTo::None, |place| match place {
            Place::OldSignOn => LinkTo::OldApp(Tab::SignOn),
            Place::OldProvisioning => LinkTo::OldApp(Tab::Provisioning),
            Place::NewSignOn => LinkTo::NewApp(Tab::SignOn),
            Place::NewProvisioning => LinkTo::NewApp(Tab::Provisioning),
            Place::NewImport => LinkTo::NewApp(Tab::Import),
            Place::NewAssignments => LinkTo::NewApp(Tab::Assignments),
            Place::NewPushGroups => LinkTo::NewApp(Tab::PushGroups),
        }),
        can_skip: true,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::super::{CompareInput, Engine, Side, compare};
    use crate::App;

    fn app(name: &str, label: &str, features: &[&str], mode: &str, settings: Value) -> App {
        App::read(
            json!({"id": format!("0oa-{label}"), "name": name, "label": label, "status": "ACTIVE", "signOnMode": mode,
            "features": features, "settings": {"app": settings}}),
        )
        .unwrap()
    }

    fn check(old: App, new: App, expected: Expect) {
        let input = CompareInput::new(Engine::Identity, Side::new(old), Side::new(new));
        let findings = compare(&input, Timestamp::UNIX_EPOCH).findings;
        let shown = findings.iter().filter(|f| f.id.starts_with("vendor-")).map(|f| {
            let (title, evidence) = (&f.title, f.evidence.join("; "));
            format!(
                "{} {:?} {:?} {:?}\n    {title}\n    {evidence}\n",
                f.id, f.outcome, f.blocks, f.link
            )
        });
        expected.assert_eq(&shown.collect::<String>());
    }

    #[test]
    fn federation_of_a_domain_guards_deletion() {
        let settings = json!({"wsFedConfigureType": "AUTO"});
        check(
            app("office365", "M365 {new}", &[], "WS_FEDERATION", settings.clone()),
            app("office365", "M365 2", &[], "BROWSER_PLUGIN", settings),
            expect![[r#"
                vendor-office365-automatic-federation Attest Some(Delete) OldApp(SignOn)
                    Deleting M365 {new} takes federation off the Microsoft domain
                    Source: https://support.okta.com/help/s/article/How-to-remove-the-Office-365-Federation-from-Okta-UI, read 2026-11-25; Source: https://support.okta.com/help/s/article/update-office-365-federation-from-manual-to-automatic, read 2026-11-25
            "#]],
        );
    }

    #[test]
    fn two_vendors_bring_two_cards() {
        check(
            app("boxnet", "Box 1", &["PUSH_USER_DEACTIVATION"], "SAML_2_0", json!({})),
            app(
                "northwind_box_1",
                "Box 2",
                &["SCIM_PROVISIONING"],
                "SAML_2_0",
                json!({}),
            ),
            expect![[r#"
                vendor-scim-switched-off-or-deleted Attest Some(Retire) OldApp(Provisioning)
                    Ask what the service does with an account that leaves Box 1
                    Source: https://help.okta.com/oie/en-us/content/topics/provisioning/lcm/lcm-automatic-deactivate.htm, read 2026-11-25; Source: https://github.com/gravitational/teleport/pull/42072, read 2026-11-25
                vendor-box-files Attest Some(Retire) OldApp(Provisioning)
                    Leaving Box 1 may hand over or delete people's Box files
                    Source: https://saml-doc.okta.com/Provisioning_Docs/Box_Provisioning.html, read 2026-11-25; Source: https://developer.box.com/guides/users/deprovision/, read 2026-11-25
                vendor-box-switch-by-support Attest Some(Waves) NewApp(SignOn)
                    Box's support switches sign-in to Box 2, for everyone at once
                    Source: https://support.box.com/hc/en-us/articles/360044193833-Changing-Your-Single-Sign-On-SSO-Provider, read 2026-11-25
                vendor-scim-expired-token NeedsReview Some(Pilot) NewApp(Provisioning)
                    An expired SCIM token looks like success
                    Source: https://github.com/cagov/data-infrastructure/issues/586, read 2026-11-25
                vendor-box-e-mail-must-match NeedsReview Some(Pilot) NewApp(SignOn)
                    Sign-in works only with the e-mail address of a Box account
                    Source: https://support.box.com/hc/en-us/articles/360043696514-Setting-Up-Single-Sign-On-SSO-for-Your-Enterprise, read 2026-11-25; Source: https://auth0.com/docs/integrations/sso/box, read 2026-11-25
            "#]],
        );
    }

    #[test]
    fn unknown_services_have_no_card() {
        let app = |label| app("northwind_crm_1", label, &["PUSH_NEW_USERS"], "SAML_2_0", json!({}));
        check(app("CRM 1"), app("CRM 2"), expect![[""]]);
    }
}
