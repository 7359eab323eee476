//! Changes on the new app: approved by name, read before they are made, made once, made back.

use rehome_engine::view::*;
use rehome_practice::Fault;

use super::{compare, line, map, read};
use crate::desk::{Desk, refused, stopped};

const ROBIN: &str = "Robin Admin";

async fn approve(desk: &Desk, line: &str) {
    let id = desk.id.clone();
    desk.rehome
        .approve_line(id, line.into(), ROBIN.into())
        .await
        .expect("approved");
}

async fn run(desk: &Desk) -> Option<Problem> {
    desk.rehome.run_lines(desk.id.clone()).await.expect("may begin");
    desk.settle().await
}

async fn mapping_line(desk: &Desk, expression: &str) -> String {
    let wish = LineWish::Mapping {
        attribute: "phone".into(),
        expression: Some(expression.into()),
        push: true,
    };
    desk.rehome.propose_line(desk.id.clone(), wish).await.expect("a line")
}

/// What fills `phone` on the new app, as read last.
async fn phone(desk: &Desk) -> String {
    let map = map(desk).await;
    let row = map.attributes.iter().find(|row| row.name == "phone").expect("phone");
    row.filled_by.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_is_made_once_and_made_back() {
    let desk = read().await;
    let before = phone(&desk).await;
    let id = mapping_line(&desk, "user.mobilePhone").await;
    let asked = map(&desk).await;
    let shown = line(&asked.lines, "Map phone");
    assert_eq!(
        (shown.state, shown.calls[0].method.as_str()),
        (LineState::Offered, "POST")
    );
    // Nobody has approved it, so there is nothing to make; and nothing is made before the code is written down.
    refused(
        desk.rehome.run_lines(desk.id.clone()).await,
        ProblemCode::RecoveryCodeNeeded,
    );
    refused(
        desk.rehome.approve_line(desk.id.clone(), id.clone(), " ".into()).await,
        ProblemCode::BadInput,
    );
    desk.confirm_code().await;
    approve(&desk, &id).await;
    desk.control.forget_calls();
    assert_eq!(run(&desk).await, None);
    assert_eq!(run(&desk).await, None);
    let writes: Vec<String> = desk
        .control
        .calls()
        .iter()
        .filter(|c| c.method != "GET")
        .map(|c| c.path.clone())
        .collect();
    assert_eq!(writes.len(), 1, "made once: {writes:?}");
    assert_eq!(phone(&desk).await, "user.mobilePhone");
    let made = map(&desk).await;
    let shown = line(&made.lines, "Map phone");
    assert!(shown.state == LineState::Done && shown.can_undo, "{shown:#?}");
    refused(
        desk.rehome.withdraw_line(desk.id.clone(), id.clone()).await,
        ProblemCode::BadInput,
    );
    desk.rehome.undo_line(desk.id.clone(), id).await.expect("may begin");
    assert_eq!(desk.settle().await, None);
    assert_eq!(phone(&desk).await, before);
    desk.check_unharmed();
}

/// What was made back stays back when others are made, also after a restart; approved once more, it is made once more.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_made_back_waits_for_a_new_approval() {
    let mut desk = read().await;
    let before = phone(&desk).await;
    let id = mapping_line(&desk, "user.mobilePhone").await;
    desk.confirm_code().await;
    approve(&desk, &id).await;
    assert_eq!(run(&desk).await, None);
    for round in 0..2 {
        desk.rehome
            .undo_line(desk.id.clone(), id.clone())
            .await
            .expect("may begin");
        assert_eq!(desk.settle().await, None);
        assert_eq!(phone(&desk).await, before);
        desk.control.forget_calls();
        assert_eq!(run(&desk).await, None, "nothing waits");
        desk = desk.restart().await;
        assert_eq!(run(&desk).await, None, "nothing waits after a restart");
        let written = desk.control.calls().iter().filter(|c| c.method != "GET").count();
        assert_eq!((written, phone(&desk).await), (0, before.clone()), "round {round}");
        let lines = map(&desk).await.lines;
        assert_eq!(line(&lines, "Map phone").state, LineState::Undone);

        approve(&desk, &id).await;
        let lines = map(&desk).await.lines;
        assert_eq!(line(&lines, "Map phone").state, LineState::Approved);
        assert_eq!(run(&desk).await, None);
        assert_eq!(phone(&desk).await, "user.mobilePhone", "round {round}");
    }
}

/// Refused, or cut off before the call: it can be made back once more, and is not made again by what was approved before.
#[tokio::test(flavor = "multi_thread")]
async fn making_back_can_be_tried_again() {
    let desk = read().await;
    let before = phone(&desk).await;
    let id = mapping_line(&desk, "user.mobilePhone").await;
    desk.confirm_code().await;
    approve(&desk, &id).await;
    assert_eq!(run(&desk).await, None);
    desk.faults()
        .arm(Fault::Status(400, "E0000001".into()), "POST", "/api/v1/mappings/", 1);
    desk.rehome
        .undo_line(desk.id.clone(), id.clone())
        .await
        .expect("may begin");
    assert!(desk.settle().await.is_some(), "it was refused");
    let lines = map(&desk).await.lines;
    let shown = line(&lines, "Map phone");
    assert!(shown.state == LineState::Failed && shown.can_undo, "{shown:#?}");
    let desk = desk.restart().await;
    desk.rehome.undo_line(desk.id.clone(), id).await.expect("may begin");
    assert_eq!(desk.settle().await, None);
    assert_eq!(phone(&desk).await, before);
    assert_eq!(line(&map(&desk).await.lines, "Map phone").state, LineState::Undone);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_settled_by_reading() {
    let desk = read().await;
    let id = mapping_line(&desk, "user.mobilePhone").await;
    desk.confirm_code().await;
    approve(&desk, &id).await;
    desk.faults().arm(Fault::ResetAfter, "POST", "/mappings/", 1);
    assert_eq!(run(&desk).await, None);
    let made = map(&desk).await;
    assert_eq!(line(&made.lines, "Map phone").state, LineState::Done);
    assert_eq!(phone(&desk).await, "user.mobilePhone");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_changed_meanwhile_is_not_overwritten() {
    let desk = read().await;
    let id = mapping_line(&desk, "user.mobilePhone").await;
    desk.confirm_code().await;
    approve(&desk, &id).await;
    desk.control.set_mapping(&desk.new, "phone", Some("user.city"));
    let problem = stopped(run(&desk).await, ProblemCode::Okta);
    assert!(problem.why.contains("user.city"), "{problem:#?}");
    assert_eq!(phone(&desk).await, "user.city");
    // Approved anew over what stands there now, it is made.
    desk.rehome
        .withdraw_line(desk.id.clone(), id)
        .await
        .expect("taken back");
    let id = mapping_line(&desk, "user.mobilePhone").await;
    approve(&desk, &id).await;
    assert_eq!(run(&desk).await, None);
    assert_eq!(phone(&desk).await, "user.mobilePhone");
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_that_make_no_sense_are_refused() {
    let desk = read().await;
    let wrong = |expression: &str, attribute: &str| LineWish::Mapping {
        attribute: attribute.into(),
        expression: Some(expression.into()),
        push: true,
    };
    for wish in [
        wrong("user.mobilePhone +", "phone"),
        wrong("user.mobilePhone", "noSuchAttribute"),
        wrong("user.login", "userName"),
        LineWish::Attribute { name: "email".into() },
        LineWish::Template {
            template: String::new(),
            custom: true,
        },
    ] {
        let asked = format!("{wish:?}");
        let answer = desk.rehome.propose_line(desk.id.clone(), wish).await;
        assert_eq!(answer.expect_err(&asked).code, ProblemCode::BadInput, "{asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attribute_and_a_template() {
    let desk = read().await;
    assert!(map(&desk).await.missing.contains(&"legacyBrand".to_owned()));
    let wishes = [
        LineWish::Attribute {
            name: "legacyBrand".into(),
        },
        LineWish::Template {
            template: "user.login".into(),
            custom: true,
        },
    ];
    for wish in wishes {
        let id = desk.rehome.propose_line(desk.id.clone(), wish).await.expect("a line");
        approve(&desk, &id).await;
    }
    desk.confirm_code().await;
    assert_eq!(run(&desk).await, None);
    let made = map(&desk).await;
    assert!(!made.missing.contains(&"legacyBrand".to_owned()));
    let name = made
        .attributes
        .iter()
        .find(|row| row.name == "userName")
        .expect("userName");
    assert_eq!(name.filled_by, "user.login");
    assert!(!line(&made.lines, "legacyBrand").can_undo, "its values would be lost");
    // Everything else of the app is as it was.
    let settings = compare(&desk).await;
    let rows = settings.sections.iter().flat_map(|s| &s.rows);
    assert!(
        rows.filter(|row| row.id == "status")
            .all(|row| row.outcome == RowOutcome::Same)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_policy_is_given_and_taken_back() {
    let desk = read().await;
    let before = compare(&desk).await;
    let offered = line(&before.lines, "access policy").clone();
    let finding = before
        .findings
        .iter()
        .find(|f| f.id == "access-policy")
        .expect("they differ");
    assert!(finding.offers.iter().any(|offer| offer.action
        == Action::ShowLine {
            line: offered.id.clone()
        }));
    desk.confirm_code().await;
    approve(&desk, &offered.id).await;
    assert_eq!(run(&desk).await, None);
    let after = compare(&desk).await;
    assert!(
        after.findings.iter().all(|f| f.id != "access-policy"),
        "they are the same now"
    );
    desk.rehome
        .undo_line(desk.id.clone(), offered.id)
        .await
        .expect("may begin");
    assert_eq!(desk.settle().await, None);
    let back = compare(&desk).await;
    assert!(back.findings.iter().any(|f| f.id == "access-policy"));
}
