use unicode_normalization::UnicodeNormalization;

use super::*;

/// Whatever is chosen: no two settled usernames are one account, and nobody gets what somebody else has. Small numbers of a
/// fixed walk take the place of chance.
#[test]
fn settled_usernames_never_meet() {
    let names = [
        "",
        "a@x",
        "A@x",
        "a@y",
        "b@x",
        "\u{ff42}@x",
        "jose\u{301}@x",
        "jos\u{e9}@x",
        "c",
    ];
    let mut walk = 1_usize;
    let mut next = |below: usize| {
        walk = (walk * 1_103_515_245 + 12345) % 2_147_483_648;
        (walk >> 8) % below
    };
    let app = app("${source.email}", "BUILT_IN");
    let of = TemplateOf {
        app: &app,
        variable: None,
        org: Org::default(),
    };
    let mut settled_in_all = 0;
    for _ in 0..3000 {
        let people: Vec<(Person, Arc<str>)> = (0..next(5) + 2)
            .map(|n| {
                (
                    person(&format!("00u{n}"), "l", json!(names[next(names.len())])),
                    names[next(names.len())].into(),
                )
            })
            .collect();
        let input: Vec<UsernamePerson<'_>> = people
            .iter()
            .map(|(person, old)| UsernamePerson {
                user: &person.id,
                old,
                person: Some(person),
            })
            .collect();
        let taken: BTreeMap<UserId, String> = (0..next(3))
            .map(|n| {
                (
                    UserId::from(format!("00u{}", n * 4)),
                    names[next(names.len())].to_owned(),
                )
            })
            .collect();
        let choice = |n| match n {
            0 => ClassChoice::Open,
            1 => ClassChoice::TakePredicted,
            2 => ClassChoice::KeepOld,
            _ => ClassChoice::Rule {
                expression: "String.toUpperCase(user.email)".into(),
            },
        };
        let choices = UsernameChoices {
            by_class: UsernameClass::ALL
                .iter()
                .map(|class| (*class, choice(next(4))))
                .collect(),
            by_person: (0..next(3))
                .map(|n| (UserId::from(format!("00u{n}")), names[next(names.len())].to_owned()))
                .collect(),
        };
        let left_out = UserId::from(format!("00u{}", next(6)));
        let planned = plan(&Naming {
            predicted: &predict(of, &input, &taken, &folded),
            choices: &choices,
            taken: &taken,
            excluded: &|user| *user == left_out,
            people: &input,
            of,
            name: &ToString::to_string,
            fold: &folded,
        });
        let settled: Vec<(&UserId, String)> = planned
            .iter()
            .filter(|(user, name)| name.settled && **user != left_out)
            .map(|(user, name)| {
                (
                    user,
                    folded(&folded(name.username.as_deref().unwrap()).nfkc().collect::<String>()),
                )
            })
            .collect();
        for (at, (user, name)) in settled.iter().enumerate() {
            assert!(!name.is_empty());
            assert!(settled[..at].iter().all(|(_, other)| other != name), "{planned:?}");
            let others = taken.iter().filter(|(owner, _)| owner != user);
            assert!(
                others
                    .clone()
                    .all(|(_, other)| folded(&other.nfkc().collect::<String>()) != *name),
                "{planned:?} {taken:?}"
            );
        }
        settled_in_all += settled.len();
    }
    assert!(settled_in_all > 2000, "{settled_in_all}");
}
