//! The second admin's side: a colleague's plan, read from a file, to look through and to approve. Nothing is kept of it.

use rehome_domain::{
    GroupId, UserId,
    approval::{self, Code},
    people::AssignmentPath,
    plan::{PersonPlan, Route, Wave},
};

use super::{
    file::{self, MOST_BYTES, PlanFile},
    short,
};
use crate::{
    actions::name_of,
    present,
    problem::{Answer, bad_input, problem},
    rehome::Rehome,
    view::{ApprovalCodeView, PlanReview, ProblemCode, ReviewLeftOut, ReviewPage, ReviewRow, ReviewWave},
};

/// The file that is being looked at.
pub(crate) struct Reading(PlanFile);

impl Rehome {
    /// Reads an exported plan; `data` is the file in base64.
    pub async fn read_plan_file(&self, file: String, data: String) -> Answer<PlanReview> {
        if data.len() / 4 * 3 > MOST_BYTES {
            return Err(bad_input(
                format!("{file} is too large"),
                format!("Up to {} MB are read.", MOST_BYTES >> 20),
            ));
        }
        let bytes = data_encoding::BASE64
            .decode(data.as_bytes())
            .map_err(|_| bad_input(format!("{file} could not be read"), "Choose the file again."))?;
        let read = file::read(&file, &bytes)?;
        let (own, _) = self.approval_key().await?;
        let review = review(&read, &own.public());
        *self.reading() = Some(Reading(read));
        Ok(review)
    }

    /// People of the plan that is being looked at, by name.
    pub async fn review_people(&self, search: String, offset: u32, limit: u32) -> Answer<ReviewPage> {
        let held = self.reading();
        let Reading(file) = held.as_ref().ok_or_else(no_file)?;
        let part = search.trim().to_lowercase();
        let mut found: Vec<(&str, &Wave, &PersonPlan)> = file
            .plan
            .people()
            .map(|(wave, person)| {
                (
                    file.people.get(&person.user).map_or("", |n| n.name.as_str()),
                    wave,
                    person,
                )
            })
            .filter(|(name, _, person)| {
                let login = file.people.get(&person.user).map_or("", |n| n.login.as_str());
                let username = person.username.as_deref().unwrap_or_default();
                part.is_empty()
                    || [*name, login, username, person.user.as_str()]
                        .iter()
                        .any(|text| text.to_lowercase().contains(&part))
            })
            .collect();
        found.sort_by(|a, b| (a.1.number, a.0, &a.2.user).cmp(&(b.1.number, b.0, &b.2.user)));
        let page = found.iter().skip(offset as usize).take(limit.min(500) as usize);
        Ok(ReviewPage {
            total: present::u32_of(found.len()),
            rows: page.map(|(_, wave, person)| row(file, wave, person)).collect(),
        })
    }

    /// Makes the code for the plan that is being looked at. `digest`: as shown, so that nobody approves another one.
    pub async fn make_approval(&self, digest: String, name: String) -> Answer<ApprovalCodeView> {
        let name = name_of(&name)?.to_owned();
        if name.len() > approval::LONGEST_NAME {
            return Err(bad_input(
                "This name is too long for a code",
                format!("At most {} letters.", approval::LONGEST_NAME),
            ));
        }
        let (own, kept) = self.approval_key().await?;
        let held = self.reading();
        let Reading(file) = held.as_ref().ok_or_else(no_file)?;
        if short(&file.digest) != digest {
            return Err(bad_input("This is not the plan on the screen", "Open the file again."));
        }
        if is_own(file, &own.public()) {
            return Err(problem(
                ProblemCode::BadInput,
                "This plan was exported on this computer",
                "A second pair of eyes is meant: whoever drafted a plan does not approve it.",
                "Send the file to a colleague, who opens it in their own Rehome.",
            ));
        }
        let code = Code {
            key: own.public(),
            signature: own.sign(&approval::message(&file.digest, &name)),
            digest: short(&file.digest),
            name: name.clone(),
        };
        let text = approval::encode(&code).ok_or_else(|| bad_input("Your name is needed", "It stands in the code."))?;
        Ok(ApprovalCodeView {
            code: text,
            name,
            digest,
            fingerprint: approval::fingerprint(&own.public()),
            kept,
        })
    }

    /// Forgets the plan that was looked at.
    pub async fn close_plan_file(&self) -> Answer<()> {
        *self.reading() = None;
        Ok(())
    }
}

fn no_file() -> crate::view::Problem {
    bad_input("No plan is open", "Open the file that your colleague has exported.")
}

fn is_own(file: &PlanFile, own: &[u8]) -> bool {
    file.key == data_encoding::HEXLOWER.encode(own)
}

fn review(file: &PlanFile, own: &[u8]) -> PlanReview {
    let plan = &file.plan;
    let name = |user: &UserId| name_of_user(file, user);
    PlanReview {
        digest: short(&file.digest),
        org: file.org.clone(),
        old_label: file.old_label.clone(),
        new_label: file.new_label.clone(),
        drafted_by: file.drafted_by.clone(),
        exported_at: file.exported_at.to_string(),
        fingerprint: approval::fingerprint(&data_encoding::HEXLOWER.decode(file.key.as_bytes()).unwrap_or_default()),
        own: approval::fingerprint(own),
        is_own: is_own(file, own),
        shape: present::compare::shape_words(Some(plan.shape)).to_owned(),
        people: present::u32_of(plan.people().count()),
        calls: plan.calls(),
        routes: present::plan::routes(plan),
        waves: plan
            .waves
            .iter()
            .map(|wave| ReviewWave {
                title: present::people::wave_title(wave.number),
                people: present::u32_of(wave.people.len()),
                groups: wave.groups.iter().map(|g| g.name.clone()).collect(),
            })
            .collect(),
        left_out: plan
            .excluded
            .iter()
            .map(|(user, reason)| ReviewLeftOut {
                name: name(user),
                reason: reason.clone(),
            })
            .collect(),
        remarks: plan
            .held_back
            .iter()
            .map(|held| {
                let because: Vec<String> = held.because.iter().take(3).map(name).collect();
                format!(
                    "{} is not put on the new app, because of {}. Its members get the app one by one.",
                    held.name,
                    because.join(", ")
                )
            })
            .chain(plan.remarks.iter().cloned())
            .collect(),
        will_not_change: present::plan::will_not_change(plan),
    }
}

fn name_of_user(file: &PlanFile, user: &UserId) -> String {
    let named = file.people.get(user).map(|n| n.name.clone());
    named.filter(|n| !n.is_empty()).unwrap_or_else(|| user.to_string())
}

fn row(file: &PlanFile, wave: &Wave, person: &PersonPlan) -> ReviewRow {
    let group = |id: &GroupId| file.groups.get(id).cloned().unwrap_or_else(|| id.to_string());
    let route = match (&person.route, &person.path) {
        (Route::WholeGroup { group: id }, _) => format!("with the whole group {}", group(id)),
        (Route::WaveGroup { key }, _) => {
            let made = file.plan.wave_group(key).map_or(key, |g| &g.name);
            format!("through the wave group {made}")
        }
        (Route::AlreadyThere, _) => "already on the new app".to_owned(),
        (Route::Individual, AssignmentPath::Group { group: id }) => {
            format!("one by one, then through {}", group(id))
        }
        (Route::Individual, _) => "one by one".to_owned(),
    };
    ReviewRow {
        name: name_of_user(file, &person.user),
        login: file
            .people
            .get(&person.user)
            .map(|n| n.login.clone())
            .unwrap_or_default(),
        old_username: file
            .plan
            .basis
            .people
            .get(&person.user)
            .map(|name| name.to_string())
            .unwrap_or_default(),
        new_username: person.username.as_deref().map(str::to_owned),
        wave: present::people::wave_title(wave.number),
        route,
        body: person.to_send().map(|body| body.to_string()),
    }
}
