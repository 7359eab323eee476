//! How many identity providers the service holds at once: it decides whether sign-in moves wave by wave (P36).

use super::report::Report;
use super::{Finding, IdentityProviders, LinkTo, Step, Tab};
use crate::CheckOutcome;

pub fn compare(report: &mut Report<'_>) {
    if !report.input.is_federated() {
        return;
    }
    match report.input.identity_providers {
        None | Some(IdentityProviders::Unknown) => ask(report),
        Some(IdentityProviders::One) => cut_over(report),
        Some(IdentityProviders::Several) => {}
    }
}

fn ask(report: &mut Report<'_>) {
    let (_, new_label) = report.labels();
    let input = report.input;
    let source = if input.card_words.is_empty() {
        String::new()
    } else {
        format!(" {}", input.card_words)
    };
    let guess = match input.card_says {
        IdentityProviders::One => format!(" A guess from the vendor card: one.{source}"),
        IdentityProviders::Several => format!(" A guess from the vendor card: several.{source}"),
        IdentityProviders::Unknown => " No vendor card of Rehome knows.".to_owned(),
    };
    report.finding(Finding {
        id: "identity-providers".to_owned(),
        title: "Can the service hold two identity providers at once?".to_owned(),
        outcome: CheckOutcome::Attest,
        blocks: Some(Step::Pilot),
        what: format!("To the service, {new_label} is a second identity provider beside the old one. Nobody has said yet whether it takes one or several.{guess}"),
        why: "With several, people move wave by wave. With one, everybody's sign-in switches at the same moment, and a pilot cannot sign in before that.".to_owned(),
        mend: "Ask the service's admin, or look whether its single sign-on page lets you add a second provider. Then choose One or Several here.".to_owned(),
        evidence: vec!["No call: only the service's admin knows".to_owned()],
        link: LinkTo::None,
        can_skip: true,
    });
}

fn cut_over(report: &mut Report<'_>) {
    let (old_label, new_label) = report.labels();
    report.finding(Finding {
        id: "cut-over".to_owned(),
        title: "Sign-in switches for everybody at one moment".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: None,
        what: format!("The service holds one identity provider. When its admin puts {new_label} in, sign-in through {old_label} ends for everybody in the same minute."),
        why: format!("Waves still assign people, but they do not test sign-in. Whoever is not on {new_label} at that moment is locked out, and a slip locks out everybody, the service's admins too."),
        mend: format!("Before: check that an admin of the service can sign in without Okta (break-glass account). Assign people to {new_label} beforehand, with its tile hidden. Agree on an hour with the service's admin. Write down issuer, sign-on URL and certificate of {old_label}: putting them back is the way back."),
        evidence: vec!["The answer to: one identity provider or several?".to_owned()],
        link: LinkTo::NewApp(Tab::General),
        can_skip: true,
    });
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::super::fixtures::{check, edit};
    use super::super::{IdentityProviders, PlanShape};

    #[test]
    fn the_question_is_asked_until_it_is_answered() {
        check(
            |input| {
                input.identity_providers = None;
                input.card_says = IdentityProviders::Several;
                input.card_words = "Zendesk's help pages, read 2026-11-20: two SAML configurations.".into();
                assert_eq!(input.shape(), None);
            },
            expect![[r#"
                identity-providers Attest Some(Pilot) None: Can the service hold two identity providers at once?
                    To the service, Zendesk Suite is a second identity provider beside the old one. Nobody has said yet whether it takes one or several. A guess from the vendor card: several. Zendesk's help pages, read 2026-11-20: two SAML configurations.
            "#]],
        );
        check(
            |input| input.identity_providers = Some(IdentityProviders::Unknown),
            expect![[r#"
                identity-providers Attest Some(Pilot) None: Can the service hold two identity providers at once?
                    To the service, Zendesk Suite is a second identity provider beside the old one. Nobody has said yet whether it takes one or several. No vendor card of Rehome knows.
            "#]],
        );
        check(
            |input| {
                input.identity_providers = Some(IdentityProviders::Several);
                assert_eq!(input.shape(), Some(PlanShape::Parallel));
            },
            expect![[""]],
        );
    }

    #[test]
    fn one_provider_means_a_cut_over() {
        check(
            |input| {
                input.identity_providers = Some(IdentityProviders::One);
                assert_eq!(input.shape(), Some(PlanShape::CutOver));
            },
            expect![[r#"
                cut-over NeedsReview None NewApp(General): Sign-in switches for everybody at one moment
                    The service holds one identity provider. When its admin puts Zendesk Suite in, sign-in through Zendesk (2019) ends for everybody in the same minute.
            "#]],
        );
    }

    /// Rehome hides the new tile before the cut-over and the old one after it: that is no news.
    #[test]
    fn tiles_differ_in_a_cut_over() {
        for side in ["old", "new"] {
            check(
                |input| {
                    input.identity_providers = Some(IdentityProviders::One);
                    let side = if side == "old" { &mut input.old } else { &mut input.new };
                    edit(side, |raw| {
                        raw["visibility"]["hide"] = json!({"web": true, "iOS": true})
                    });
                },
                expect![[r#"
                    cut-over NeedsReview None NewApp(General): Sign-in switches for everybody at one moment
                        The service holds one identity provider. When its admin puts Zendesk Suite in, sign-in through Zendesk (2019) ends for everybody in the same minute.
                "#]],
            );
        }
    }

    #[test]
    fn apps_without_federation_are_not_asked() {
        check(
            |input| {
                input.identity_providers = None;
                for side in [&mut input.old, &mut input.new] {
                    edit(side, |raw| raw["signOnMode"] = json!("BOOKMARK"));
                }
                assert_eq!(input.shape(), Some(PlanShape::Parallel));
            },
            expect![[""]],
        );
    }
}
