//! Rows and findings about everything else that names the old app.

use std::collections::{BTreeMap, BTreeSet};

use super::references::{self, Hit, Reference};
use super::report::{Report, listed};
use super::settings::count;
use super::{AttachedKind, Finding, LinkTo, RowOutcome, Step};
use crate::{CheckOutcome, Reading};

/// Most places in a sentence.
const NAMED: usize = 5;

/// What a reference means for the move.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    /// The new app is not routed yet.
    Routing,
    /// Values that come from the old app's people.
    Values,
    Other,
}

impl Group {
    fn of(reference: &Reference) -> Self {
        if reference.kind == AttachedKind::RoutingRule && !reference.names_new {
            Self::Routing
        } else if matches!(reference.hit, Hit::Variable(_)) {
            Self::Values
        } else {
            Self::Other
        }
    }

    fn finding(self) -> &'static str {
        match self {
            Self::Routing => "references-routing",
            Self::Values => "references-values",
            Self::Other => "references",
        }
    }
}

pub fn compare(report: &mut Report<'_>) {
    let input = report.input;
    let attached = match &input.attached {
        Reading::Read(attached) => attached.as_slice(),
        Reading::Unreadable { why } => {
            unread(report, &["Everything that may name the old app".to_owned()], why);
            report.unread_row("attached.all", "What else names the old app", "unread-references");
            &[]
        }
        Reading::NotApplicable => &[],
    };
    let found = references::find(input);
    let mut kinds: BTreeMap<&AttachedKind, usize> = BTreeMap::new();
    for object in attached.iter().filter(|a| a.kind != AttachedKind::GroupFromApp) {
        *kinds.entry(&object.kind).or_default() += 1;
    }
    for (kind, looked_at) in kinds {
        row(report, kind, looked_at, &found);
    }
    for group in [Group::Routing, Group::Values, Group::Other] {
        let places: Vec<&Reference> = found.iter().filter(|r| Group::of(r) == group).collect();
        if !places.is_empty() {
            finding(report, group, &places);
        }
    }
    imported(report);
    if !input.unreadable.is_empty() {
        for (kind, _) in &input.unreadable {
            report.unread_row(&format!("attached.{}", kind.id()), kind.words(), "unread-references");
        }
        let kinds: Vec<String> = input
            .unreadable
            .iter()
            .map(|(kind, _)| kind.words().to_lowercase())
            .collect();
        let whys: BTreeSet<&str> = input.unreadable.iter().map(|(_, why)| why.as_str()).collect();
        unread(report, &kinds, &whys.into_iter().collect::<Vec<_>>().join(" "));
    }
}

fn row(report: &mut Report<'_>, kind: &AttachedKind, looked_at: usize, found: &[Reference]) {
    let of_kind: Vec<&Reference> = found.iter().filter(|r| r.kind == *kind).collect();
    let both: BTreeSet<&str> = of_kind.iter().filter(|r| r.names_new).map(|r| r.id.as_str()).collect();
    let id = format!("attached.{}", kind.id());
    if of_kind.is_empty() {
        let text = format!("none of {} names it", count(looked_at, "object", "objects"));
        report.row(&id, kind.words(), &text, &text, RowOutcome::Same, None);
        return;
    }
    let old = match of_kind.len() {
        1 => "1 place names it".to_owned(),
        many => format!("{} name it", count(many, "place", "places")),
    };
    let new = match both.len() {
        0 => "not named there".to_owned(),
        n => format!("named too in {}", count(n, "of them", "of them")),
    };
    let finding = of_kind.first().map_or("references", |r| Group::of(r).finding());
    report.row(&id, kind.words(), &old, &new, RowOutcome::NeedsReview, Some(finding));
}

fn finding(report: &mut Report<'_>, group: Group, places: &[&Reference]) {
    let (old_label, new_label) = report.labels();
    let mut named: Vec<String> = places
        .iter()
        .take(NAMED)
        .map(|r| format!("{} ({})", r.words, r.kind.words().to_lowercase()))
        .collect();
    let more = places.len() - named.len();
    if more > 0 {
        named.push(format!("{more} more"));
    }
    let how_many = match places.len() {
        1 => "1 place names".to_owned(),
        many => format!("{} name", count(many, "place", "places")),
    };
    let (title, blocks, why, mend) = match group {
        Group::Routing => (
            format!("{} {old_label} in routing", how_many),
            Step::Pilot,
            format!("Routing rules decide where people prove who they are. {new_label} is in none of these, so its people take another way than before, and may not get in."),
            format!("Add {new_label} beside {old_label} to each of these rules (Security, Identity Providers, Routing Rules)."),
        ),
        Group::Values => (
            format!("{} values of {old_label}", how_many.replace("name", "read")),
            Step::Retire,
            format!("Such an expression looks into a person's profile on {old_label}. When people leave it, the value turns empty, and other apps are told so."),
            format!("Write each with attributes of Okta or with the variable of {new_label}, before step 5."),
        ),
        Group::Other => (
            format!("{} {old_label} elsewhere in Okta", how_many),
            Step::Delete,
            "What names an app by its id does not follow a move. It goes on meaning the old app, and once that is deleted it means nothing.".to_owned(),
            format!("Go through the places, put {new_label} in where it is meant, and take {old_label} out before step 6."),
        ),
    };
    report.finding(Finding {
        id: group.finding().to_owned(),
        title,
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(blocks),
        what: format!("{}.", named.join("; ")),
        why,
        mend,
        evidence: evidence(places),
        link: LinkTo::None,
        can_skip: true,
    });
}

/// The calls that list these kinds.
fn evidence(places: &[&Reference]) -> Vec<String> {
    let calls: BTreeSet<&str> = places
        .iter()
        .map(|r| match &r.kind {
            AttachedKind::AccessPolicyRule => "GET /api/v1/policies?type=ACCESS_POLICY and their rules",
            AttachedKind::RoutingRule => "GET /api/v1/policies?type=IDP_DISCOVERY and their rules",
            AttachedKind::EnrollmentPolicyRule => "GET /api/v1/policies?type=MFA_ENROLL and their rules",
            AttachedKind::SessionPolicyRule => "GET /api/v1/policies?type=OKTA_SIGN_ON and their rules",
            AttachedKind::ProfileEnrollment => "GET /api/v1/policies?type=PROFILE_ENROLLMENT and their rules",
            AttachedKind::GroupRule => "GET /api/v1/groups/rules",
            AttachedKind::Mapping => "GET /api/v1/mappings",
            AttachedKind::AppSetting => "GET /api/v1/apps",
            AttachedKind::InlineHook => "GET /api/v1/inlineHooks",
            AttachedKind::EventHook => "GET /api/v1/eventHooks",
            AttachedKind::AuthorizationServer => "GET /api/v1/authorizationServers and their policies",
            AttachedKind::TokenClaim => "GET /api/v1/authorizationServers/{server}/claims",
            AttachedKind::Brand => "GET /api/v1/brands",
            AttachedKind::IdentityProvider => "GET /api/v1/idps",
            AttachedKind::FederatedClaim => "GET /api/v1/apps/{app}/federated-claims",
            AttachedKind::GroupFromApp => "GET /api/v1/groups?filter=type eq \"APP_GROUP\"",
            AttachedKind::Other(words) => words,
        })
        .collect();
    calls.into_iter().map(str::to_owned).collect()
}

/// Groups that the old app brought into Okta. What it pushes stands under its name, too, and comes from elsewhere in Okta.
fn imported(report: &mut Report<'_>) {
    let pushes = report.input.old.push.value().into_iter().flatten();
    let pushed: BTreeSet<&str> = pushes.map(|push| push.target_group.as_str()).collect();
    let groups: Vec<String> = report
        .input
        .attached
        .value()
        .into_iter()
        .flatten()
        .filter(|a| a.kind == AttachedKind::GroupFromApp && !pushed.contains(a.id.as_str()))
        .map(|a| a.name.clone())
        .collect();
    if groups.is_empty() {
        return;
    }
    let (old_label, new_label) = report.labels();
    let how_many = count(groups.len(), "group", "groups");
    report.row(
        "attached.group-from-app",
        AttachedKind::GroupFromApp.words(),
        &how_many,
        "none",
        RowOutcome::OnlyInOld,
        Some("imported-groups"),
    );
    let mut named: Vec<String> = groups.iter().take(NAMED).cloned().collect();
    if groups.len() > NAMED {
        named.push(format!("{} more", groups.len() - NAMED));
    }
    report.finding(Finding {
        id: "imported-groups".to_owned(),
        title: format!("{old_label} brought {how_many} into Okta"),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Delete),
        what: format!("From {old_label}: {}.", listed(&named)),
        why: "Groups that an app has imported vanish with it. Rules, policies and assignments that use them lose their people.".to_owned(),
        mend: format!("Import the groups through {new_label} and put its groups in the place of these, or see that nothing uses them."),
        evidence: vec!["GET /api/v1/groups?filter=type eq \"APP_GROUP\"".to_owned()],
        link: LinkTo::None,
        can_skip: true,
    });
}

fn unread(report: &mut Report<'_>, kinds: &[String], why: &str) {
    let (old_label, _) = report.labels();
    report.finding(Finding {
        id: "unread-references".to_owned(),
        title: format!("Not everything was read that may name {old_label}"),
        outcome: CheckOutcome::Unknown,
        blocks: Some(Step::Delete),
        what: format!("Okta did not show: {}. {why}", listed(kinds)),
        why: "A place that names the old app and is overlooked breaks when the app is deleted.".to_owned(),
        mend: "Give the credential the right to read it, then read both apps again. Or look through it in Okta and skip this check with a reason.".to_owned(),
        evidence: vec!["What Rehome asked for beside the two apps".to_owned()],
        link: LinkTo::None,
        can_skip: true,
    });
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use serde_json::{Value, json};

    use super::super::fixtures::{check, now, spans, twins};
    use super::super::{Attached, CompareInput, Hit};
    use super::*;

    fn object(kind: AttachedKind, id: &str, raw: Value) -> Attached {
        Attached {
            kind,
            id: id.to_owned(),
            name: format!("Object {id}"),
            raw,
        }
    }

    fn found(raw: Value, expected: Expect) {
        let mut input = twins();
        input.attached = Reading::Read(vec![
            object(AttachedKind::GroupFromApp, "00gapp", json!({"source": {"id": "0oa1"}})),
            object(AttachedKind::GroupRule, "0gr1", raw),
        ]);
        let lines: String = references::find(&input)
            .iter()
            .map(|r| {
                format!(
                    "{} {:?}{}\n",
                    r.words,
                    r.hit,
                    if r.names_new { " (new too)" } else { "" }
                )
            })
            .collect();
        expected.assert_eq(&lines);
    }

    #[test]
    fn the_old_app_is_found_by_every_name_as_a_whole_word() {
        found(
            json!({"a": {"b": ["0oa1", "0oa11", "x0oa1"]}}),
            expect![[r#"
            Object 0gr1: a.b holds its id AppId
        "#]],
        );
        found(
            json!({"url": "https://northwind.okta.com/app/zendesk/exk1/sso/saml"}),
            expect![[r#"
                Object 0gr1: url holds its external key ExternalKey
            "#]],
        );
        found(
            json!({"orn": "orn:okta:idp:00o1:apps:zendesk:0oa1", "new": "0oa2"}),
            expect![[r#"
                Object 0gr1: orn holds its id AppId (new too)
            "#]],
        );
        found(
            json!({"v": "isMemberOfAnyGroup('00gapp', '00g2')"}),
            expect![[r#"
            Object 0gr1: v holds the group Object 00gapp that came from it ImportedGroup("Object 00gapp")
        "#]],
        );
        found(json!({"_links": {"self": {"href": "/apps/0oa1"}}}), expect![[""]]);
    }

    #[test]
    fn expressions_are_read_and_not_searched() {
        found(
            json!({"expression": "zendesk_0oa1.role + 'x'"}),
            expect![[r#"
            Object 0gr1: expression reads zendesk_0oa1 Variable("zendesk_0oa1")
        "#]],
        );
        found(
            json!({"template": "${zendesk_0oa1_app.domain}-a"}),
            expect![[r#"
            Object 0gr1: template reads zendesk_0oa1_app Variable("zendesk_0oa1_app")
        "#]],
        );
        for harmless in [
            "zendesk_0oa1",
            "'zendesk_0oa1.role'",
            "my_zendesk_0oa1.role",
            "zendesk_0oa1_apps.x",
            "https://zendesk_0oa1.example",
            "user.zendesk_0oa1",
        ] {
            found(json!({"expression": harmless}), expect![[""]]);
        }
    }

    #[test]
    fn the_two_apps_themselves_and_their_mappings_are_left_out() {
        let mut input = twins();
        let names = json!({"x": "0oa1", "target": {"id": "0oa2"}});
        input.attached = Reading::Read(vec![
            object(AttachedKind::AppSetting, "0oa1", names.clone()),
            object(AttachedKind::AppSetting, "0oa2", names.clone()),
            object(AttachedKind::Mapping, "prm1", names.clone()),
            object(AttachedKind::AppSetting, "0oa3", names),
        ]);
        let found = references::find(&input);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].id.as_str(), &found[0].hit), ("0oa3", &Hit::AppId));
    }

    #[test]
    fn a_client_id_of_its_own_is_a_name_too() {
        let mut input = twins();
        super::super::fixtures::edit(&mut input.old, |raw| {
            raw["credentials"]["oauthClient"] = json!({"client_id": "chosen-id"})
        });
        let policy = json!({"policies": [{"conditions": {"clients": {"include": ["chosen-id", "chosen-id-2"]}}}]});
        input.attached = Reading::Read(vec![object(AttachedKind::AuthorizationServer, "aus1", policy)]);
        assert_eq!(references::find(&input)[0].hit, Hit::ClientId);
    }

    fn routed(input: &mut CompareInput, both: bool) {
        let mut include = vec![json!({"type": "APP", "id": "0oa1"})];
        if both {
            include.push(json!({"type": "APP", "id": "0oa2"}));
        }
        input.attached = Reading::Read(vec![object(
            AttachedKind::RoutingRule,
            "0pr1",
            json!({"status": "INACTIVE", "conditions": {"app": {"include": include}}}),
        )]);
    }

    #[test]
    fn routing_comes_before_the_pilot_values_before_leaving_the_rest_before_deleting() {
        check(
            |input| routed(input, false),
            expect![[r#"
            references-routing NeedsReview Some(Pilot) None: 1 place names Zendesk (2019) in routing
                Object 0pr1 (inactive): conditions.app.include.id holds its id (routing rules).
        "#]],
        );
        check(
            |input| routed(input, true),
            expect![[r#"
            references NeedsReview Some(Delete) None: 1 place names Zendesk (2019) elsewhere in Okta
                Object 0pr1 (inactive): conditions.app.include.id holds its id (routing rules).
        "#]],
        );
        check(
            |input| {
                let raw = json!({"target": {"id": "0oa9"}, "properties": {"a": {"expression": "zendesk_0oa1.role"}}});
                input.attached = Reading::Read(vec![object(AttachedKind::Mapping, "prm9", raw)]);
            },
            expect![[r#"
                references-values NeedsReview Some(Retire) None: 1 place reads values of Zendesk (2019)
                    Object prm9: properties.a.expression reads zendesk_0oa1 (mappings of other apps).
            "#]],
        );
        check(
            |input| {
                let rule = |n: usize| object(AttachedKind::GroupRule, &format!("0gr{n}"), json!({"x": "0oa1"}));
                input.attached = Reading::Read((0..7).map(rule).collect());
            },
            expect![[r#"
                references NeedsReview Some(Delete) None: 7 places name Zendesk (2019) elsewhere in Okta
                    Object 0gr0: x holds its id (group rules); Object 0gr1: x holds its id (group rules); Object 0gr2: x holds its id (group rules); Object 0gr3: x holds its id (group rules); Object 0gr4: x holds its id (group rules); 2 more.
            "#]],
        );
        check(
            |input| {
                input.attached = Reading::Read(vec![object(AttachedKind::GroupRule, "0gr1", json!({"x": "0oa9"}))]);
            },
            expect![[""]],
        );
    }

    #[test]
    fn imported_groups_vanish_with_the_app_and_pushed_ones_are_not_imported() {
        check(
            |input| {
                input.attached = Reading::Read(vec![object(AttachedKind::GroupFromApp, "00gpushed", json!({}))]);
                let push =
                    json!({"id": "gPm1", "status": "INACTIVE", "sourceGroupId": "00g1", "targetGroupId": "00gpushed"});
                input.old.push = Reading::Read(vec![super::super::PushMapping::read(push)]);
            },
            expect![[""]],
        );
        check(
            |input| input.attached = Reading::Read(vec![object(AttachedKind::GroupFromApp, "00gapp", json!({}))]),
            expect![[r#"
                imported-groups NeedsReview Some(Delete) None: Zendesk (2019) brought 1 group into Okta
                    From Zendesk (2019): Object 00gapp.
            "#]],
        );
    }

    #[test]
    fn what_could_not_be_read_is_not_taken_for_nothing() {
        check(
            |input| {
                input.attached = Reading::Read(Vec::new());
                input.unreadable = vec![
                    (AttachedKind::GroupRule, "The credential lacks okta.groups.read.".into()),
                    (AttachedKind::Brand, "The credential lacks okta.brands.read.".into()),
                ];
            },
            expect![[r#"
                unread-references Unknown Some(Delete) None: Not everything was read that may name Zendesk (2019)
                    Okta did not show: group rules and brands. The credential lacks okta.brands.read. The credential lacks okta.groups.read.
            "#]],
        );
        check(
            |input| {
                input.attached = Reading::Unreadable {
                    why: "The network is down.".into(),
                }
            },
            expect![[r#"
                unread-references Unknown Some(Delete) None: Not everything was read that may name Zendesk (2019)
                    Okta did not show: Everything that may name the old app. The network is down.
            "#]],
        );
    }

    #[test]
    fn a_row_for_each_kind_says_how_many_places() {
        let mut input = twins();
        input.attached = Reading::Read(vec![
            object(AttachedKind::GroupRule, "0gr1", json!({"x": "0oa1", "y": "0oa1"})),
            object(AttachedKind::GroupRule, "0gr2", json!({})),
            object(AttachedKind::RoutingRule, "0pr1", json!({"x": ["0oa1", "0oa2"]})),
            object(
                AttachedKind::Brand,
                "bnd1",
                json!({"defaultApp": {"appInstanceId": "0oa7"}}),
            ),
        ]);
        let comparison = super::super::compare(&input, now("2027-01-01"));
        let rows: String = comparison
            .sections
            .last()
            .unwrap()
            .rows
            .iter()
            .map(|r| {
                format!(
                    "{} | {} | {} | {}\n",
                    r.label,
                    spans(&r.old),
                    spans(&r.new),
                    r.outcome.words()
                )
            })
            .collect();
        expect![[r#"
            Routing rules | [1 place names it] | [named too in 1 of them] | Needs review
            Group rules | [2 places name it] | [not named there] | Needs review
            Brands | none of 1 object names it | none of 1 object names it | Passed
        "#]]
        .assert_eq(&rows);
    }
}
