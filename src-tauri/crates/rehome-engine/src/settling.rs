//! Use cases of steps 1 and 2 that decide: the question of identity providers, the hand-over, changes on the new app, and
//! usernames and values by rule, by hand and by file.

use rehome_domain::{UserId, attributes::AttributeState};
use serde_json::{Value, json};

use crate::{
    actions::{name_of, reason_of},
    intake,
    migration::Migration,
    model::{LineStand, kind},
    planning::not_read,
    present::{self, lines::may_go_back, sets},
    problem::{Answer, bad_input, problem},
    rehome::Rehome,
    run::{self, lines},
    view::*,
};

/// Longest text that is taken for a username, an expression or a value, in characters.
const LONGEST: usize = 10_000;

impl Rehome {
    /// The hand-over sheet for the service's admin.
    pub async fn hand_over(&self, migration: String) -> Answer<HandOverView> {
        let open = self.migration_of(&migration).await?;
        present::hand_over::view(&open)
    }

    /// Writes the sheet as a page that can be printed.
    pub async fn save_hand_over(&self, migration: String) -> Answer<SavedFile> {
        let open = self.migration_of(&migration).await?;
        let page = present::hand_over::page(&open)?;
        let path = crate::report::put(&self.options.report_dir, &page.name, page.html.as_bytes())?;
        Ok(SavedFile {
            path,
            words: "A page with old and new values beside each other, to send or to print.".into(),
        })
    }

    /// Who has put the new values in; `None` takes it back.
    pub async fn sign_hand_over(&self, migration: String, name: Option<String>, note: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let value = match name {
            None => Value::Null,
            Some(name) => {
                let digest = present::hand_over::digest(&open.model()).ok_or_else(not_read)?;
                json!({ "name": name_of(&name)?, "note": short(&note)?, "digest": digest })
            }
        };
        open.decide(kind::HANDED_OVER, "", value).await
    }

    /// Whether the service holds one identity provider or several; `None` takes the answer back.
    pub async fn answer_identity_providers(&self, migration: String, answer: Option<IdentityProviders>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.decide(kind::IDENTITY, "", json!(answer)).await
    }

    /// Who has looked at what only a human can know; `None` takes it back.
    pub async fn attest_finding(&self, migration: String, finding: String, name: Option<String>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let known = {
            let model = open.model();
            let all = present::compare::findings(&model).into_iter();
            all.chain(present::compare::map_findings(&model))
                .any(|f| f.id == finding)
        };
        if !known {
            return Err(bad_input("There is no such check any more", "Look at the list again."));
        }
        let value = match name {
            None => Value::Null,
            Some(name) => json!({ "name": name_of(&name)? }),
        };
        open.decide(kind::LOOKED, &finding, value).await
    }

    /// Asks for a change on the new app; gives the id of its line.
    pub async fn propose_line(&self, migration: String, wish: LineWish) -> Answer<String> {
        let open = self.migration_of(&migration).await?;
        let changes = present::lines::wished(&open.model(), &wish)?;
        let id = changes.first().map(|c| c.id()).unwrap_or_default();
        let decisions = changes
            .iter()
            .map(|c| (kind::LINE.to_owned(), c.id(), json!({ "change": c })));
        open.decide_all(decisions.collect()).await?;
        Ok(id)
    }

    /// Approves a line by name.
    pub async fn approve_line(&self, migration: String, line: String, name: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let name = name_of(&name)?.to_owned();
        let change = {
            let model = open.model();
            present::lines::changes(&model).remove(&line).ok_or_else(no_line)?
        };
        let value = json!({ "change": change, "name": name });
        open.decide(kind::LINE_APPROVED, &line, value).await
    }

    /// Takes a line or its approval back, as long as it is not made.
    pub async fn withdraw_line(&self, migration: String, line: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        open.idle()?;
        let stand = open.model().lines.get(&line).cloned();
        if matches!(stand, Some(LineStand::Done(_) | LineStand::Unknown(_))) {
            return Err(bad_input(
                "This change is made already",
                "Make it back instead, where that is offered.",
            ));
        }
        let both = [kind::LINE_APPROVED, kind::LINE].map(|kind| (kind.to_owned(), line.clone(), Value::Null));
        open.decide_all(both.into()).await
    }

    /// Makes what is approved, one after the other.
    pub async fn run_lines(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        self.may_write(&open).await?;
        run::start(&open, "Changing the new app", true, lines::run_lines)
    }

    /// Makes the change back.
    pub async fn undo_line(&self, migration: String, line: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        self.may_write(&open).await?;
        if !may_go_back(&open.model(), &line) {
            return Err(bad_input("This change is not made", "There is nothing to make back."));
        }
        crate::cut_over::refuse_tile_undo(&open.model(), &line)?;
        run::start(&open, "Changing the new app back", true, |ctx| {
            lines::undo_line(ctx, line)
        })
    }

    /// The first write to Okta comes after the recovery code, whatever it is.
    async fn may_write(&self, open: &Migration) -> Answer<()> {
        if present::frame::retiring(&open.model()) {
            return Err(problem(
                ProblemCode::GateClosed,
                "The old app is being emptied",
                "People depend on the new app as it is now.",
                "Change it in Okta if it has to be.",
            ));
        }
        if !self.code_confirmed().await {
            return Err(problem(
                ProblemCode::RecoveryCodeNeeded,
                "Write down the recovery code first",
                "It opens the journal if this computer's keychain is lost, and the journal knows how to make changes back.",
                "Let Rehome show the code, write it down, and type it back.",
            ));
        }
        Ok(())
    }

    /// What an expression gives is sent for everybody in the class.
    pub async fn set_username_rule(&self, migration: String, class: UsernameClass, expression: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let expression = short(&expression)?.to_owned();
        if let Err(wrong) = rehome_expression::Expression::parse(&expression) {
            return Err(bad_input(
                "This is not an expression that Okta would take",
                format!("At character {}: {}", wrong.at + 1, wrong.message),
            ));
        }
        let name = json!(class).as_str().unwrap_or_default().to_owned();
        open.decide_all(vec![
            (kind::USERNAME_RULE.to_owned(), name.clone(), json!(expression)),
            (kind::USERNAME.to_owned(), name, json!(UsernameChoice::Rule)),
        ])
        .await
    }

    /// The username of one person, by hand; `None` takes it back.
    pub async fn set_username(&self, migration: String, person: String, username: Option<String>) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        may_settle(&open, &person)?;
        let username = match username.as_deref().map(str::trim) {
            None => None,
            Some("") => return Err(bad_input("A username is needed", "Or take the one set by hand back.")),
            Some(name) if name.chars().count() > rehome_domain::usernames::LONGEST => {
                return Err(bad_input(
                    "This username is too long",
                    "Okta stores at most 100 characters.",
                ));
            }
            Some(name) => Some(name),
        };
        open.decide(kind::USERNAME_OF, &person, json!(username)).await
    }

    /// One value of one person, by hand; `None` takes it back.
    pub async fn set_value(
        &self,
        migration: String,
        person: String,
        attribute: String,
        value: Option<String>,
    ) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        may_settle(&open, &person)?;
        let value = match value {
            None => Value::Null,
            Some(typed) => {
                let model = open.model();
                let row = model.attributes.iter().find(|r| r.attribute.name == attribute);
                let row = row.ok_or_else(|| bad_input("The new app has no such attribute", "Read the apps again."))?;
                if row.state == AttributeState::ByOkta {
                    return Err(okta_fills_it());
                }
                row.typed(short(&typed)?)
                    .map_err(|why| bad_input(format!("{attribute} does not take this value"), why))?
            }
        };
        open.decide(kind::VALUE_OF, &format!("{attribute} {person}"), value)
            .await
    }

    /// What an old value becomes on the new app; neither a value nor leaving out takes the decision back.
    pub async fn set_value_match(
        &self,
        migration: String,
        attribute: String,
        old: String,
        new: Option<String>,
        leave_out: bool,
    ) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        let value = match new {
            None if leave_out => json!({ "new": null }),
            None => Value::Null,
            Some(new) => {
                let model = open.model();
                let row = model.attributes.iter().find(|r| r.attribute.name == attribute);
                let choice = row.and_then(|r| {
                    let known = r.attribute.choices.iter();
                    known.map(|(value, _)| value).find(|v| rehome_domain::plain(v) == new)
                });
                let choice = choice.ok_or_else(|| {
                    bad_input(
                        format!("{new} is not in the list of {attribute} on the new app"),
                        "Choose one of its values.",
                    )
                })?;
                json!({ "new": choice })
            }
        };
        open.decide(kind::VALUE_MATCH, &format!("{attribute} {old}"), value)
            .await
    }

    /// What an expression would give one person, part by part.
    pub async fn try_expression(
        &self,
        migration: String,
        attribute: Option<String>,
        text: String,
        person: Option<String>,
    ) -> Answer<ExpressionTrial> {
        let open = self.migration_of(&migration).await?;
        let model = open.model();
        Ok(present::trial::trial(
            &model,
            attribute.as_deref(),
            short(&text)?,
            person.map(UserId::from),
        ))
    }

    /// Writes the rows that need fixing as CSV.
    pub async fn save_fixes(&self, migration: String) -> Answer<SavedFile> {
        let open = self.migration_of(&migration).await?;
        let (name, bytes, rows) = intake::fixes_file(&open.model())?;
        Ok(SavedFile {
            path: crate::report::put(&self.options.report_dir, &name, &bytes)?,
            words: present::count(rows, "row", "rows"),
        })
    }

    /// Takes fixed rows in; `data` is the file in base64.
    pub async fn load_fixes(&self, migration: String, file: String, data: String) -> Answer<FixesLoaded> {
        let open = self.migration_of(&migration).await?;
        not_frozen(&open)?;
        let bytes = intake::bytes_of(&file, &data)?;
        let (decisions, loaded) = intake::fixes(&open.model(), &bytes)?;
        open.decide_all(decisions).await?;
        Ok(loaded)
    }

    /// Takes the service's own list of accounts in; `data` is the file in base64.
    pub async fn load_downstream(
        &self,
        migration: String,
        file: String,
        data: String,
        column: Option<String>,
    ) -> Answer<DownstreamView> {
        let open = self.migration_of(&migration).await?;
        let bytes = intake::bytes_of(&file, &data)?;
        let export = intake::downstream(&open.model(), &file, &bytes, column.as_deref())?;
        *open.export_file() = Some((file, bytes));
        intake::keep_downstream(&open, export).await?;
        shown_downstream(&open)
    }

    /// Which column holds the usernames.
    pub async fn choose_downstream_column(&self, migration: String, column: String) -> Answer<DownstreamView> {
        let open = self.migration_of(&migration).await?;
        let export = {
            let held = open.export_file();
            let (file, bytes) = held.as_ref().ok_or_else(|| {
                bad_input(
                    "The file is no longer at hand",
                    "Rehome keeps none of its other columns. Load the file again and choose the column.",
                )
            })?;
            intake::downstream(&open.model(), file, bytes, Some(&column))?
        };
        intake::keep_downstream(&open, export).await?;
        shown_downstream(&open)
    }

    /// The service's accounts against the planned usernames.
    pub async fn downstream(&self, migration: String) -> Answer<Option<DownstreamView>> {
        let open = self.migration_of(&migration).await?;
        let model = open.model();
        Ok(present::downstream::view(&model))
    }

    /// Wipes what was taken in of the service's list.
    pub async fn forget_downstream(&self, migration: String) -> Answer<()> {
        let open = self.migration_of(&migration).await?;
        intake::forget_downstream(&open).await
    }

    /// Leaves people out, with one reason; `None` takes it back. Gives how many.
    pub async fn exclude_people(&self, migration: String, people: Vec<String>, reason: Option<String>) -> Answer<u32> {
        let open = self.migration_of(&migration).await?;
        let value = reason_of(reason)?;
        let can = |model: &crate::model::Model, person: &String| {
            let state = model.state_of(&UserId::from(person));
            value.is_null() || matches!(state, PersonState::Planned | PersonState::Failed | PersonState::Unknown)
        };
        let decisions: Vec<(String, String, Value)> = {
            let model = open.model();
            let inventory = model.inventory.as_ref().ok_or_else(not_read)?;
            let known = |p: &&String| inventory.roster.users.contains_key(&UserId::from(*p));
            let chosen = people.iter().filter(known).filter(|p| can(&model, p));
            chosen
                .map(|p| (kind::EXCLUDED.to_owned(), p.clone(), value.clone()))
                .collect()
        };
        let n = present::u32_of(decisions.len());
        open.decide_all(decisions).await?;
        Ok(n)
    }

    /// Leaves everybody of a set out, with one reason.
    pub async fn exclude_set(&self, migration: String, set: String, reason: String) -> Answer<u32> {
        let open = self.migration_of(&migration).await?;
        let people = {
            let model = open.model();
            let people = sets::people_of(&model, &set);
            let open = people.into_iter().filter(|u| !model.decisions.excluded.contains_key(u));
            open.map(|u| u.to_string()).collect()
        };
        self.exclude_people(migration, people, Some(reason)).await
    }
}

fn shown_downstream(open: &Migration) -> Answer<DownstreamView> {
    present::downstream::view(&open.model()).ok_or_else(|| {
        bad_input(
            "Nothing could be taken from this file",
            "Choose the service's own list of users.",
        )
    })
}

fn short(text: &str) -> Answer<&str> {
    if text.chars().count() > LONGEST {
        return Err(bad_input(
            "This text is too long",
            format!("At most {LONGEST} characters."),
        ));
    }
    Ok(text.trim())
}

fn no_line() -> Problem {
    bad_input("There is no such change any more", "Look at the list again.")
}

pub(crate) fn okta_fills_it() -> Problem {
    problem(
        ProblemCode::BadInput,
        "Okta's mapping fills this attribute",
        "What Rehome would send is overwritten or refused (E0000075).",
        "Change the mapping in Okta, or ask for the change under Changes, then read the apps again.",
    )
}

/// Usernames and values are settled before anything runs.
fn not_frozen(open: &Migration) -> Answer<()> {
    if open.model().decisions.waves.values().any(|w| w.started.is_some()) {
        return Err(bad_input(
            "The plan is running",
            "What people get was approved with it. Leave people out by name, or draft a new plan for those who come later.",
        ));
    }
    Ok(())
}

fn may_settle(open: &Migration, person: &str) -> Answer<()> {
    not_frozen(open)?;
    let model = open.model();
    let inventory = model.inventory.as_ref().ok_or_else(not_read)?;
    if !inventory.roster.users.contains_key(&UserId::from(person)) {
        return Err(bad_input("This person is not on the old app", "Read the apps again."));
    }
    Ok(())
}
