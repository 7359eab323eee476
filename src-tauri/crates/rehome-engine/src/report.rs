//! The report, made from the journal alone: one HTML page for people, one CSV row a person for other tools.

use std::path::{Path, PathBuf};

use jiff::{Timestamp, tz::TimeZone};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use rehome_domain::{UserId, fixes};
use rehome_journal::{Decision, Operation, Outcome};

use crate::{
    history,
    migration::Migration,
    model::{LineStand, Model},
    present,
    problem::{Answer, problem},
    view::{IdentityProviders, PersonRow, PersonState, ProblemCode, ReportView},
};

fn identity_words(answer: IdentityProviders) -> &'static str {
    match answer {
        IdentityProviders::One => "The service holds one identity provider: cut-over.",
        IdentityProviders::Several => "The service holds several identity providers: parallel.",
        IdentityProviders::Unknown => "Whether the service holds several identity providers was not known.",
    }
}

struct Report<'a> {
    migration: &'a Migration,
    model: &'a Model,
    operations: &'a [Operation],
    calls: (u64, u64),
    chain: Result<(), String>,
    /// Holds, exceptions and the like.
    said: Vec<Decision>,
    made: Timestamp,
}

/// Writes both files; gives their paths.
pub(crate) async fn save(migration: &Migration, dir: &Path) -> Answer<ReportView> {
    migration.flush_calls().await?;
    let operations = migration.journal.operations(&migration.id).await?;
    let calls = migration.journal.calls_count(&migration.id).await?;
    let chain = migration.journal.verify(&migration.id).await.map_err(|e| e.to_string());
    let said = history::in_report(migration).await?;
    let made = Timestamp::now();
    let (html, csv, stem) = {
        let model = migration.model();
        let report = Report {
            migration,
            model: &model,
            operations: &operations,
            calls,
            chain,
            said,
            made,
        };
        (report.html().into_string(), report.csv()?, report.stem())
    };
    let paths = (dir.join(format!("{stem}.html")), dir.join(format!("{stem}.csv")));
    write(dir, &paths.0, html.as_bytes())?;
    write(dir, &paths.1, &csv)?;
    Ok(ReportView {
        html: paths.0.display().to_string(),
        csv: paths.1.display().to_string(),
    })
}

/// Writes a file into the folder of reports; gives its path.
pub(crate) fn put(dir: &Path, name: &str, bytes: &[u8]) -> Answer<String> {
    let path = dir.join(name);
    write(dir, &path, bytes)?;
    Ok(path.display().to_string())
}

/// "zendesk-2019".
pub(crate) fn slug(label: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let mut slug: String = label.chars().map(plain).collect();
    while slug.contains("--") {
        slug = slug.replace("--", "-");
    }
    slug.trim_matches('-').to_owned()
}

fn write(dir: &Path, path: &PathBuf, bytes: &[u8]) -> Answer<()> {
    std::fs::create_dir_all(dir)
        .and_then(|()| std::fs::write(path, bytes))
        .map_err(|e| {
            problem(
                ProblemCode::JournalUnwritable,
                "The report could not be written",
                format!("{}: {e}", path.display()),
                "Free some space or mend the rights of the folder, then save it again.",
            )
        })
}

impl Report<'_> {
    /// "rehome-zendesk-2019-2026-11-23".
    fn stem(&self) -> String {
        let day = self.made.to_zoned(TimeZone::system()).date();
        format!("rehome-{}-{day}", slug(&self.label(true)))
    }

    fn label(&self, old: bool) -> String {
        let apps = self
            .model
            .inventory
            .as_ref()
            .map(|i| if old { &i.old.app.label } else { &i.new.app.label });
        apps.cloned().unwrap_or_default()
    }

    fn rows(&self) -> Vec<PersonRow> {
        let people = self.model.inventory.iter().flat_map(|i| i.roster.users.keys());
        let mut rows: Vec<PersonRow> = people.map(|u| present::people::row(self.model, u)).collect();
        rows.sort_by_cached_key(|r| (r.name.to_lowercase(), r.id.clone()));
        rows
    }

    fn when(&self, at: Timestamp) -> String {
        at.to_zoned(TimeZone::system())
            .strftime("%Y-%m-%d %H:%M %Z")
            .to_string()
    }

    fn html(&self) -> Markup {
        let rows = self.rows();
        let counts = self.model.counts(
            rows.iter()
                .map(|r| UserId::from(r.id.as_str()))
                .collect::<Vec<_>>()
                .iter(),
        );
        let (old, new) = (self.label(true), self.label(false));
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width";
                    title { "Rehome: " (old) " to " (new) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    h1 { (old) " " span.arrow { "\u{2192}" } " " (new) }
                    p.sub { (self.migration.org.name) " (" (self.migration.org.host) "). Made " (self.when(self.made)) " from the journal." }
                    div.figures {
                        (figure("People", rows.len()))
                        (figure("Proven", (counts.proven + counts.retired) as usize))
                        (figure("Left the old app", counts.retired as usize))
                        (figure("Failed or unknown", (counts.failed + counts.unknown) as usize))
                        (figure("Left out", counts.excluded as usize))
                    }
                    (self.milestones())
                    (self.findings())
                    (self.decisions())
                    (self.waves())
                    (crate::report_pilot::section(self.model))
                    (people_table(&rows))
                    (self.troubles())
                    h2 { "The journal" }
                    p {
                        (self.calls.0) " calls to Okta, " (self.calls.1) " of them writes, "
                        (self.operations.len()) " operations. "
                        @match &self.chain {
                            Ok(()) => "The hash chain over operations and decisions is unbroken.",
                            Err(why) => b { (why) },
                        }
                    }
                }
            }
        }
    }

    fn approved_words(&self) -> String {
        match &self.model.decisions.approved_by {
            Some(name) => format!("Plan approved by {name}"),
            None => "Plan approved".to_owned(),
        }
    }

    fn milestones(&self) -> Markup {
        let model = self.model;
        let line = |words: &str, at: Option<Timestamp>| {
            html! { @if let Some(at) = at { tr { td { (words) } td.num { (self.when(at)) } } } }
        };
        html! {
            h2 { "Milestones" }
            table {
                (line("Apps read", model.inventory.as_ref().map(|i| i.read_at)))
                (line(&self.approved_words(), model.decisions.approved.as_ref().map(|(_, at)| *at)))
                @for (number, wave) in &model.decisions.waves {
                    (line(&format!("{} began", present::people::wave_title(*number)), wave.started))
                    (line(&format!("{} ended", present::people::wave_title(*number)), wave.ended))
                }
                (line("Old app deactivated", model.deactivated))
                (line("Old app deleted", model.deleted))
            }
        }
    }

    fn findings(&self) -> Markup {
        let findings = present::compare::findings(self.model);
        html! {
            h2 { "What comparing found" }
            @if findings.is_empty() { p { "Nothing." } }
            table {
                @for f in &findings {
                    tr { td { b { (f.title) } br; (f.what) } td { (f.words) @if let Some(reason) = &f.skipped { ": " (reason) } } }
                }
            }
        }
    }

    fn decisions(&self) -> Markup {
        let d = &self.model.decisions;
        let name = |u: &UserId| self.model.name_of(u);
        html! {
            h2 { "What was decided by name" }
            ul {
                @if let Some(a) = &d.attestation { li { (a.name) " saw Deactivate Users unticked on " (self.when(a.at)) "." } }
                @if let Some(c) = &d.canary { li { "Canary: " (c.name) "." @for line in &c.evidence { " " (line) } } }
                @if let Some(s) = &d.canary_seen {
                    li { (s.name) @if s.still_active { " saw its account active." } @else { " saw its account switched off." } }
                }
                @if let Some(answer) = d.identity { li { (identity_words(answer)) } }
                @for line in crate::approval::story(self.model) { li { (line) } }
                @for line in present::cut_over::story(self.model) { li { (line) } }
                @if let Some(by) = &d.handed_over {
                    li { (by.name) " said on " (self.when(by.at)) @if crate::cut_over::is_cut_over(self.model) { " that the service's admin has the hand-over sheet." } @else { " that the service has the new values." } @if !by.note.is_empty() { " " (by.note) } }
                }
                @for (finding, (name, at)) in &d.looked { li { (name) " looked at \u{201c}" (self.title_of(finding)) "\u{201d} on " (self.when(*at)) "." } }
                @for (id, line) in &d.approved_lines {
                    li { (line.name) " approved on " (self.when(line.at)) ": " (line.change.title()) ". " (self.line_words(id)) }
                }
                @if !d.usernames_of.is_empty() { li { (present::people_words(d.usernames_of.len())) " got a username by hand or by file." } }
                @if !d.values_of.is_empty() { li { (present::people_words(d.values_of.len())) " got values by hand or by file." } }
                @for (user, reason) in &d.excluded { li { (name(user)) " was left out: " (reason) } }
                @for (user, (reason, _)) in &d.excepted { li { (name(user)) " left without proof: " (reason) } }
                @for (at, line) in history::report_lines(self.model, &self.said) { li { (self.when(at)) ": " (line) } }
                @for wave in d.waves.values() { @for remark in &wave.remarks { li { (remark) } } }
            }
        }
    }

    fn title_of(&self, finding: &str) -> String {
        let all = present::compare::findings(self.model);
        let found = all.into_iter().find(|f| f.id == finding);
        found.map_or_else(|| finding.to_owned(), |f| f.title)
    }

    fn line_words(&self, id: &str) -> String {
        match self.model.lines.get(id) {
            Some(LineStand::Done(_)) => "Made.".to_owned(),
            Some(LineStand::Undone) => "Made back.".to_owned(),
            Some(LineStand::Failed(why) | LineStand::Unknown(why)) => why.clone(),
            Some(LineStand::Open) | None => "Not made.".to_owned(),
        }
    }

    fn waves(&self) -> Markup {
        html! {
            @if let Some(record) = &self.model.plan {
                h2 { "Plan " code { (record.digest.chars().take(12).collect::<String>()) } }
                table {
                    thead { tr { th { "Wave" } th.num { "People" } th { "Groups put on" } th.num { "Proven" } th.num { "Failed" } } }
                    @for wave in &record.plan.waves {
                        @let counts = self.model.counts(wave.people.iter().map(|p| &p.user));
                        tr {
                            td { (present::people::wave_title(wave.number)) }
                            td.num { (wave.people.len()) }
                            td { (wave.groups.iter().map(|g| g.name.as_str()).collect::<Vec<_>>().join(", ")) }
                            td.num { (counts.proven + counts.retired) }
                            td.num { (counts.failed + counts.unknown) }
                        }
                    }
                }
            }
        }
    }

    fn troubles(&self) -> Markup {
        let bad: Vec<&Operation> = self
            .operations
            .iter()
            .filter(|o| !matches!(o.outcome, Some(Outcome::Confirmed)) || o.was_unknown)
            .collect();
        html! {
            h2 { "Operations that did not go straight through" }
            @if bad.is_empty() { p { "None." } } @else {
                table {
                    thead { tr { th { "When" } th { "Call" } th { "Outcome" } } }
                    @for op in bad {
                        tr {
                            td.num { (self.when(op.begun)) }
                            td { code { (op.method) " " (op.path) } }
                            td { @match &op.outcome {
                                Some(Outcome::Confirmed) => "The answer was lost; a read confirmed it.",
                                Some(Outcome::Failed { words, .. }) => (words),
                                Some(Outcome::Unknown { words }) => (words),
                                None => "No answer seen yet.",
                            } }
                        }
                    }
                }
            }
        }
    }

    fn csv(&self) -> Answer<Vec<u8>> {
        let mut out = csv::Writer::from_writer(Vec::new());
        let fail = |e: csv::Error| {
            problem(
                ProblemCode::Unexpected,
                "The CSV could not be made",
                e.to_string(),
                "Report this.",
            )
        };
        out.write_record([
            "id",
            "name",
            "login",
            "old username",
            "new username",
            "path",
            "wave",
            "state",
            "placed",
            "same account",
            "signed in",
            "note",
        ])
        .map_err(fail)?;
        for r in self.rows() {
            let yes = |b: bool| if b { "yes" } else { "no" };
            let wave = r.wave.map(|w| w.to_string()).unwrap_or_default();
            let cells = [
                r.id.as_str(),
                &r.name,
                &r.login,
                &r.old_username,
                &r.new_username,
                &r.path,
                &wave,
                state_words(r.state),
                yes(r.placed),
                r.same_account.map_or("not applicable", yes),
                yes(r.signed_in),
                r.note.as_deref().unwrap_or_default(),
            ];
            out.write_record(cells.map(fixes::harmless)).map_err(fail)?;
        }
        out.into_inner().map_err(|e| {
            problem(
                ProblemCode::Unexpected,
                "The CSV could not be made",
                e.to_string(),
                "Report this.",
            )
        })
    }
}

fn state_words(state: PersonState) -> &'static str {
    match state {
        PersonState::Planned => "planned",
        PersonState::Assigned => "assigned",
        PersonState::Proven => "proven",
        PersonState::SignedIn => "proven and signed in",
        PersonState::Failed => "failed",
        PersonState::Unknown => "unknown",
        PersonState::Excluded => "left out",
        PersonState::Retired => "moved, and off the old app",
        PersonState::Held => "held back",
    }
}

fn figure(title: &str, n: usize) -> Markup {
    html! { div.figure { span { (title) } b { (rehome_domain::gate::thousands(n)) } } }
}

fn people_table(rows: &[PersonRow]) -> Markup {
    html! {
        h2 { "People" }
        table {
            thead { tr { th { "Name" } th { "Old username" } th { "New username" } th { "Path" } th { "State" } } }
            @for r in rows {
                tr {
                    td { (r.name) }
                    td { code { (r.old_username) } }
                    td { code { (r.new_username) } }
                    td { (r.path) }
                    td { (state_words(r.state)) @if let Some(note) = &r.note { br; small { (note) } } }
                }
            }
        }
    }
}

pub(crate) const STYLE: &str = "
:root { color-scheme: light dark; --line: #d8d8d2; --soft: #6b6b66; --ground: #fff; --text: #1f1f1c; }
@media (prefers-color-scheme: dark) { :root { --line: #3a3c42; --soft: #9a9a96; --ground: #17181b; --text: #ececea; } }
body { font: 13px/1.5 Inter, system-ui, sans-serif; color: var(--text); background: var(--ground); max-width: 1000px;
  margin: 40px auto; padding: 0 24px; font-variant-numeric: tabular-nums; }
h1 { font-size: 22px; margin: 0; } h2 { font-size: 15px; margin: 32px 0 8px; } .arrow, .sub, small { color: var(--soft); }
table { border-collapse: collapse; width: 100%; } th { text-align: left; color: var(--soft); font-weight: 500; }
td, th { padding: 6px 8px; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
.num { text-align: right; white-space: nowrap; } code { font-size: 12px; }
.figures { display: flex; gap: 12px; margin: 20px 0; } .figure { border: 1px solid var(--line); border-radius: 8px;
  padding: 10px 14px; flex: 1; } .figure span { color: var(--soft); display: block; } .figure b { font-size: 24px; }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(fixes::harmless("=1+1"), "'=1+1");
        assert_eq!(fixes::harmless("@SUM"), "'@SUM");
        assert_eq!(fixes::harmless("-Jo"), "'-Jo");
        assert_eq!(fixes::harmless("Jo-Ann"), "Jo-Ann");
    }
}
