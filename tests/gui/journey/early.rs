//! Steps 1 and 2 of the journey: what the two apps do differently is judged, and everybody's username and values are settled.

use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use fantoccini::Locator;

use super::{
    OLD,
    admin::{Admin, GLANCE, Offer, RUN},
    org::Org,
    steps::write_down_the_code,
};

const PROVIDERS: &str = "How many identity providers";
/// The one change on the new app that this journey makes.
const POLICY: &str = "Plan: give it the old app's policy";

pub async fn compare(admin: &mut Admin) {
    let mut offer = admin.idle().await;
    assert_eq!(offer.primary(), "Read both apps");
    admin.picture("1-compare-unread").await;
    offer = admin.take(&offer).await;
    let mut judged = Vec::new();
    while offer.primary() != "Go to Map" {
        assert!(["Review next", "Show it"].contains(&offer.primary()), "{offer:#?}");
        admin.open(&offer).await;
        inspected(admin, &offer).await;
        if judged.is_empty() {
            admin.picture("1-compare").await;
            admin.small_picture("1-compare-small").await;
        }
        let how = judge(admin, &judged).await;
        judged.push(how);
        // What was changed or handed over is still to be looked at.
        offer = match how {
            "changed" | "handed over" => admin.idle().await,
            _ => admin.after(&offer).await,
        };
    }
    let ways: BTreeSet<&str> = judged.iter().copied().collect();
    let all = ["answered", "attested", "changed", "handed over", "reviewed", "skipped"];
    assert_eq!(ways, BTreeSet::from(all), "every way to judge has come up");
    admin.picture("1-compare-reviewed").await;
    admin.open(&offer).await;
}

/// Waits until that which is to be looked at next is the one in the inspector.
async fn inspected(admin: &Admin, offer: &Offer) {
    let begun = Instant::now();
    let asks = offer.title.starts_with("Can the service hold");
    loop {
        let title = admin.texts("[data-testid=inspector] h1").await;
        if title.first() == Some(&offer.title) || (asks && admin.app.has("radiogroup", PROVIDERS).await) {
            return;
        }
        assert!(begun.elapsed() < RUN, "{title:?} is shown for {offer:#?}");
        tokio::time::sleep(GLANCE).await;
    }
}

/// What is open in the inspector. Each way that the window has is taken at least once; gives which it was.
async fn judge(admin: &mut Admin, done: &[&'static str]) -> &'static str {
    if admin.app.has("radiogroup", PROVIDERS).await {
        admin.picture("1-compare-identity").await;
        let several = admin.app.find_with("radio", "Several").await;
        several.click().await.expect("an answer can be chosen");
        return "answered";
    }
    if admin.sees(POLICY).await && !done.contains(&"changed") {
        return give_the_policy(admin).await;
    }
    if admin.sees("Open the hand-over sheet").await && !done.contains(&"handed over") {
        return hand_over(admin).await;
    }
    if admin.sees("Say who has looked").await {
        admin.app.click("button", "Say who has looked").await;
        if !done.contains(&"attested") {
            admin.picture("1-compare-attest").await;
        }
        admin.sign("I have looked").await;
        return "attested";
    }
    if admin.sees("Mark as reviewed").await && done.contains(&"skipped") {
        admin.app.click("button", "Mark as reviewed").await;
        return "reviewed";
    }
    admin.app.click("button", "Skip this check, with a reason").await;
    let reason = "Talked through with the owner of the service.";
    admin.app.fill("Reason", reason).await;
    admin.picture("1-compare-skip").await;
    admin.app.click("button", "Skip this check").await;
    "skipped"
}

async fn hand_over(admin: &mut Admin) -> &'static str {
    admin.app.click("button", "Open the hand-over sheet").await;
    admin.app.click("button", "Save as page").await;
    admin.app.find_with("button", "Saved").await;
    admin.picture("1-compare-hand-over").await;
    admin.app.click("button", "Say who has put it in").await;
    admin
        .app
        .fill("Note", "Ticket 4711, on the phone with the vendor.")
        .await;
    admin.sign("It is put in").await;
    admin.app.see("Put in by Robin Admin").await;
    admin.picture("1-compare-handed-over").await;
    admin.app.click("button", "Close").await;
    admin.dialog_gone().await;
    "handed over"
}

/// A change on the new app: approved by name, asked for once more, and made only with the recovery code written down.
async fn give_the_policy(admin: &mut Admin) -> &'static str {
    admin.app.click("button", POLICY).await;
    admin.app.click("button", "Approve by name").await;
    admin.sign("Approve").await;
    admin.app.click("button", "Make what is approved").await;
    admin.picture("1-compare-code-first").await;
    admin.app.click("button", "Make a recovery code").await;
    write_down_the_code(admin).await;
    admin.app.find_with("heading", "Make 1 change").await;
    admin.picture("1-compare-make-changes").await;
    admin.app.click("button", "Make 1 change").await;
    admin.app.see_within("Made.", RUN).await;
    admin.picture("1-compare-changed").await;
    "changed"
}

pub async fn map(admin: &mut Admin, org: &Org, folder: &tempfile::TempDir) {
    admin
        .when("the map is there", |now| {
            now.screen.starts_with("Map") && !now.buttons.is_empty()
        })
        .await;
    admin.picture("2-map").await;
    check_against_the_service(admin, org, folder).await;
    change_what_a_value_becomes(admin).await;
    let mut offer = admin.idle().await;
    let mut done = BTreeSet::new();
    while offer.primary() != "Go to Pilot" {
        offer = match offer.primary() {
            show if show.starts_with("Show th") && offer.title.contains("values that the new app refuses") => {
                mend(admin, org, &offer).await
            }
            show if show.starts_with("Show th") => {
                let how = settle(admin, &offer, &done).await;
                done.insert(how);
                admin.after(&offer).await
            }
            "Confirm all guesses" => admin.take(&offer).await,
            _ => panic!("{offer:#?}"),
        };
    }
    let all = BTreeSet::from(["by CSV", "by class", "by hand", "by rule"]);
    assert!(done.is_superset(&all), "every way to settle has come up: {done:?}");
    leave_out_and_take_back(admin).await;
    admin.picture("2-map-settled").await;
    admin.open(&offer).await;
}

async fn check_against_the_service(admin: &mut Admin, org: &Org, folder: &tempfile::TempDir) {
    let file = folder.path().join("reports").join("zendesk-users.csv");
    fs::create_dir_all(folder.path().join("reports")).expect("writable");
    fs::write(&file, org.export(&org.app_called(OLD).await).await).expect("writable");
    admin.app.click("button", "Check the service's accounts").await;
    admin.choose_file(&file).await;
    admin.app.find("button", "Forget this file").await;
    admin.picture("2-map-downstream").await;
    admin.app.click("button", "Close").await;
    admin.dialog_gone().await;
}

/// One value of the old app's list becomes another one than Rehome has matched.
async fn change_what_a_value_becomes(admin: &mut Admin) {
    admin.click_on("tr[data-row=role] b").await;
    let field = admin.app.find_with("combobox", "What becomes of ").await;
    let begun = field.prop("value").await.expect("a value");
    let script = "return [...arguments[0].options].map((one) => one.value)";
    let values = admin
        .app
        .window
        .execute(script, vec![serde_json::to_value(&field).expect("an element")])
        .await
        .expect("options");
    let other = values.as_array().expect("a list").iter().filter_map(|one| one.as_str());
    let other = other
        .filter(|one| !one.starts_with('\0'))
        .find(|one| Some(*one) != begun.as_deref());
    let other = other.expect("there is more than one");
    field.select_by_value(other).await.expect("another one can be chosen");
    admin.app.see("by hand").await;
    admin.picture("2-map-value-match").await;
    admin.app.click("button", "Close the inspector").await;
}

/// One of the ways to settle usernames, each taken at least once; who has none on the old app is left out by name.
async fn settle(admin: &mut Admin, offer: &Offer, done: &BTreeSet<&'static str>) -> &'static str {
    if !done.contains("by CSV") {
        fix_by_file(admin, offer).await;
        return "by CSV";
    }
    if !done.contains("by hand") {
        admin.open(offer).await;
        set_by_hand(admin).await;
        return "by hand";
    }
    // The first kind that nobody has decided yet, where there is one.
    let kinds = Locator::Css(".legend button:has(.todo)");
    if let Some(kind) = admin.app.window.find_all(kinds).await.expect("kinds").first() {
        if kind.attr("aria-expanded").await.expect("readable").as_deref() != Some("true") {
            kind.click().await.expect("a kind can be looked at");
        }
        let field = admin.app.window.wait().for_element(Locator::Css(".choice select"));
        let field = field.await.expect("it can be decided");
        if done.contains("by rule") {
            field.select_by_value("keepOld").await.expect("it can be kept");
            return "by class";
        }
        field.select_by_value("rule").await.expect("a rule can be made");
        admin.app.fill("Expression", "user.login").await;
        admin.app.find("button", "Use this rule").await;
        admin.picture("2-map-rule").await;
        admin.app.click("button", "Use this rule").await;
        admin.dialog_gone().await;
        admin.app.see("By the rule").await;
        // On second thoughts: everybody is to keep their account.
        let field = admin.app.window.find(Locator::Css(".choice select")).await;
        let kept = field
            .expect("the class is still shown")
            .select_by_value("keepOld")
            .await;
        kept.expect("it can be kept");
        return "by rule";
    }
    admin.open(offer).await;
    open_person(admin, |row| row.contains(" — ")).await;
    admin.picture("2-map-person").await;
    admin.app.click("button", "Leave this person out").await;
    admin.app.fill("Reason", "Has no username on either app.").await;
    admin.app.click("button", "Leave out").await;
    "left out"
}

/// Saves the rows to fix, gives two people their old username in the file, and loads it again.
async fn fix_by_file(admin: &mut Admin, offer: &Offer) {
    assert_eq!(
        offer.buttons.get(1).map(String::as_str),
        Some("Fix by CSV"),
        "{offer:#?}"
    );
    admin.app.click("button", "Fix by CSV").await;
    admin.app.click("button", "Save the rows to fix").await;
    admin.app.find("button", "Show the file").await;
    let path = admin.texts("dialog[open] [role=status] span.v").await;
    let path = PathBuf::from(path.first().expect("it says where the file is"));
    let text = fs::read_to_string(&path).expect("a file in UTF-8");
    let mut lines = text.lines();
    let mut fixed = vec![lines.next().expect("a first line").to_owned()];
    for line in lines {
        let cells = cells(line);
        if cells[3] == "username" && !cells[5].is_empty() && fixed.len() < 3 {
            fixed.push(format!("{},{},,username,,,{}", cells[0], cells[1], cells[5]));
        }
    }
    assert_eq!(fixed.len(), 3, "two people whose username can be kept: {text}");
    let back = path.with_file_name("fixed.csv");
    fs::write(&back, fixed.join("\n")).expect("writable");
    admin.choose_file(&back).await;
    admin.app.see("every row is taken").await;
    admin.picture("2-map-fixed").await;
    admin.app.click("button", "Done").await;
    admin.dialog_gone().await;
}

/// Cells of a line; none of them holds a line break.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for sign in line.chars() {
        match sign {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cells.last_mut().expect("one").push(sign),
        }
    }
    cells
}

/// The first of the list who has a username on the old app keeps it.
async fn set_by_hand(admin: &mut Admin) {
    open_person(admin, |row| !row.contains(" — ") && !row.ends_with("Same")).await;
    let old = admin.texts("[data-testid=inspector] .values > :first-child > .v").await;
    let old = old.first().expect("the username is the first value");
    admin.app.click("button", "Set userName by hand").await;
    admin.app.fill("New username", old).await;
    admin.picture("2-map-by-hand").await;
    admin.app.click("button", "Set").await;
    admin.app.see("Set by hand or by file").await;
    admin.app.click("button", "Close the inspector").await;
}

/// Somebody is left out by name, is listed with the reason, and is taken back in.
async fn leave_out_and_take_back(admin: &mut Admin) {
    let people = admin.app.find_with("radio", "People").await;
    people.click().await.expect("the people can be listed");
    let list = admin.app.window.wait().for_element(Locator::Css(".whom select")).await;
    list.expect("a choice of people")
        .select_by_value("all")
        .await
        .expect("everybody can be listed");
    open_person(admin, |row| row.ends_with("Same")).await;
    admin.app.click("button", "Leave this person out").await;
    admin.app.fill("Reason", "On parental leave.").await;
    admin.app.click("button", "Leave out").await;
    admin.dialog_gone().await;
    admin.app.find("button", "Take back in").await;
    admin
        .app
        .find_with("radio", "Left out · 1")
        .await
        .click()
        .await
        .expect("they are listed");
    open_person(admin, |_| true).await;
    admin.app.see("On parental leave.").await;
    admin.picture("2-map-left-out").await;
    admin.app.click("button", "Take back in").await;
    admin.app.find("button", "Leave this person out").await;
    admin.app.click("button", "Close the inspector").await;
    admin.idle().await;
}

/// What the admin does in Okta: shortens what is too long for the new app. Then the apps are read again.
async fn mend(admin: &mut Admin, org: &Org, offer: &Offer) -> Offer {
    admin.open(offer).await;
    open_person(admin, |_| true).await;
    admin.picture("2-map-too-long").await;
    admin.app.click("button", "Close the inspector").await;
    for row in admin.app.window.find_all(Locator::Css(".vrow")).await.expect("rows") {
        row.click().await.expect("a person opens");
        admin.app.see("Login").await;
        let login = admin.texts("[data-testid=inspector] dl dd.v").await;
        let person = org.person(login.first().expect("a login")).await;
        org.set_in_profile(&person, "organization", "Northwind").await;
        admin.app.click("button", "Close the inspector").await;
    }
    admin.app.click("button", "Read again").await;
    admin.after(offer).await
}

/// Opens the first of the list whose row, read as words, is such a one. The list may still be on its way into sight, or be
/// drawn anew: then it is clicked once more.
async fn open_person(admin: &mut Admin, is: impl Fn(&str) -> bool) {
    let begun = Instant::now();
    loop {
        let texts = admin.texts(".vrow").await;
        let rows = admin.app.window.find_all(Locator::Css(".vrow")).await.expect("rows");
        let at = texts.iter().position(|row| is(row));
        if let Some(row) = at.and_then(|at| rows.into_iter().nth(at))
            && row.click().await.is_ok()
        {
            let window = &admin.app.window;
            let opened = window.wait().at_most(Duration::from_secs(2));
            let inspector = Locator::Css("[data-testid=inspector]");
            if opened.for_element(inspector).await.is_ok() {
                break;
            }
        }
        assert!(begun.elapsed() < RUN, "nobody such can be opened: {texts:#?}");
        tokio::time::sleep(GLANCE).await;
    }
    admin.app.see("Login").await;
    tokio::time::sleep(GLANCE).await;
}
