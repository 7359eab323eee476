use expect_test::{Expect, expect};

use super::*;

fn told(name: &str, at: &str) -> Told {
    Told {
        name: name.to_owned(),
        at: at.parse().unwrap(),
        note: String::new(),
    }
}

fn ready() -> Facts {
    Facts {
        new_label: "Zendesk Suite".to_owned(),
        waves_done: true,
        unplaced: 0,
        left_out: 0,
        hand_over: Word::Given(told("Kim", "2026-11-20T10:00:00Z")),
        settings: Word::Given(told("Kim", "2026-11-20T10:00:00Z")),
        break_glass: Word::Given(told("Kim", "2026-11-25T10:00:00Z")),
        now: "2026-11-25T21:00:00Z".parse().unwrap(),
    }
}

fn shown(refused: Result<(), Refusal>) -> String {
    match refused {
        Ok(()) => "may".to_owned(),
        Err(r) => format!("{} | {} | {}", r.what, r.why, r.mend),
    }
}

fn check(change: impl FnOnce(&mut Facts), expected: Expect) {
    let mut facts = ready();
    change(&mut facts);
    expected.assert_eq(&shown(CutOver::default().may(Event::Started, &facts, false)));
}

#[test]
fn each_check_closes_it_alone() {
    check(|_| {}, expect!["may"]);
    check(
        |f| f.unplaced = 1,
        expect![
            "1 person is not proven on Zendesk Suite | Whoever is not on the new app at that moment is locked out of the service. | Finish the waves in step 4, or leave people out by name."
        ],
    );
    check(
        |f| f.waves_done = false,
        expect![
            "The waves have not come to their end | Whoever is not on the new app at that moment is locked out of the service. | Finish the waves in step 4, or leave people out by name."
        ],
    );
    check(
        |f| f.hand_over = Word::Nobody,
        expect![
            "The hand-over sheet is not signed off | The service's admin needs the new values before the hour, and must not put them in earlier. | Open the hand-over sheet, send it to the service's admin, and sign it off."
        ],
    );
    check(
        |f| f.settings = Word::Outdated(told("Kim", "2026-11-20T10:00:00Z")),
        expect![
            "The settings have changed since they were noted | What Kim noted is no longer what the two apps have. | Save the sheet where both admins can read it without signing in through Okta, then say so by name."
        ],
    );
    // 24 hours and not a second longer.
    check(
        |f| f.now = "2026-11-26T10:00:00Z".parse().unwrap(),
        expect![
            "Try the break-glass account again | Kim tried it more than 24 hours ago. | Sign in to the service with an admin account that has its own password, in a private window, then say so by name."
        ],
    );
    check(
        |f| {
            f.break_glass = Word::Nobody;
            f.settings = Word::Nobody;
        },
        expect![
            "The way back is not noted yet | 2 things are open before the cut-over: The way back is not noted yet. Nobody has tried the break-glass account. | Save the sheet where both admins can read it without signing in through Okta, then say so by name."
        ],
    );
}

/// Every event in every phase: what may happen, and in which phase it ends.
#[test]
fn only_what_makes_sense_may_happen() {
    use Event::{PutIn, Started, WentBack};
    let facts = ready();
    let mut lines = Vec::new();
    for history in [
        vec![],
        vec![Started],
        vec![Started, PutIn],
        vec![Started, WentBack],
        vec![Started, PutIn, WentBack],
    ] {
        let mut now = CutOver::default();
        for event in history {
            now.take(event, told("Kim", "2026-11-25T20:00:00Z"), None);
        }
        for event in [Started, PutIn, WentBack] {
            for retiring in [false, true] {
                let answer = match now.may(event, &facts, retiring) {
                    Ok(()) => {
                        let mut after = now.clone();
                        after.take(event, told("Kim", "2026-11-25T20:30:00Z"), None);
                        format!("{:?}", after.phase())
                    }
                    Err(refusal) => refusal.what,
                };
                let retiring = if retiring { " (retiring)" } else { "" };
                lines.push(format!("{:?}{retiring}, {event:?}: {answer}", now.phase()));
            }
        }
    }
    lines.dedup();
    expect![[r#"
        Before, Started: Running
        Before (retiring), Started: Running
        Before, PutIn: The cut-over has not begun
        Before (retiring), PutIn: The cut-over has not begun
        Before, WentBack: There is nothing to go back from
        Before (retiring), WentBack: There is nothing to go back from
        Running, Started: The cut-over has begun already
        Running (retiring), Started: The cut-over has begun already
        Running, PutIn: Done
        Running (retiring), PutIn: Done
        Running, WentBack: GoneBack
        Running (retiring), WentBack: People have left the old app already
        Done, Started: The cut-over is done
        Done (retiring), Started: The cut-over is done
        Done, PutIn: The new values are put in already
        Done (retiring), PutIn: The new values are put in already
        Done, WentBack: GoneBack
        Done (retiring), WentBack: People have left the old app already
        GoneBack, Started: Running
        GoneBack (retiring), Started: Running
        GoneBack, PutIn: The cut-over has not begun
        GoneBack (retiring), PutIn: The cut-over has not begun
        GoneBack, WentBack: There is nothing to go back from
        GoneBack (retiring), WentBack: There is nothing to go back from
        GoneBack, Started: Running
        GoneBack (retiring), Started: Running
        GoneBack, PutIn: The cut-over has not begun
        GoneBack (retiring), PutIn: The cut-over has not begun
        GoneBack, WentBack: There is nothing to go back from
        GoneBack (retiring), WentBack: There is nothing to go back from"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn sign_ins_count_from_when_the_values_stand_there_and_not_after_going_back() {
    let mut now = CutOver::default();
    assert_eq!((now.proofs_since(), now.seconds(Timestamp::UNIX_EPOCH)), (None, None));
    now.take(Event::Started, told("Kim", "2026-11-25T20:00:00Z"), None);
    assert_eq!(now.proofs_since(), None);
    assert_eq!(now.seconds("2026-11-25T20:02:05Z".parse().unwrap()), Some(125));
    let org: Timestamp = "2026-11-25T20:09:00Z".parse().unwrap();
    now.take(Event::PutIn, told("Lee", "2026-11-25T20:10:00Z"), Some(org));
    assert_eq!(now.proofs_since(), Some(org));
    assert_eq!(now.seconds(Timestamp::MAX), Some(600));
    now.take(Event::WentBack, told("Kim", "2026-11-25T20:40:00Z"), None);
    assert_eq!((now.proofs_since(), now.times), (None, 1));
    now.take(Event::Started, told("Kim", "2026-11-26T20:00:00Z"), None);
    assert_eq!((now.phase(), now.put_in, now.times), (Phase::Running, None, 2));
}
