//! What there is to tell when something is wrong: what the journal was told last, what the org was asked last, and what the
//! window says. A violation that cannot be looked into is worth little.

use rehome_engine::{Rehome, view::CheckOutcome};
use rehome_journal::Journal;

use crate::company::Company;

/// Entries of the journal, and calls, that are told.
const LAST: usize = 20;

/// The last entries of the journal, the last calls that the org saw, what is armed still, and what closes the gate.
pub async fn tell(company: &Company, rehome: &Rehome, journal: &Journal) -> Vec<String> {
    let mut out = Vec::new();
    if let Ok(view) = rehome.retire(company.id.clone()).await {
        let closed = view.gate.checks.iter().filter(|c| c.outcome != CheckOutcome::Passed);
        out.extend(closed.map(|c| format!("gate: {}: {}; {:?}", c.id, c.words, c.people)));
        out.extend(view.canary.iter().map(|canary| format!("canary: {canary:?}")));
    }
    let mut entries: Vec<(i64, String)> = Vec::new();
    for it in journal.operations(&company.id).await.unwrap_or_default() {
        let words = format!(
            "{} {} ({} {}): {:?}",
            it.kind, it.subject, it.method, it.path, it.outcome
        );
        entries.push((it.seq, words));
    }
    for it in journal.decision_log(&company.id).await.unwrap_or_default() {
        let value: String = it.value.to_string().chars().take(400).collect();
        entries.push((it.seq, format!("{} {} = {value}", it.kind, it.subject)));
    }
    entries.sort();
    let first = entries.len().saturating_sub(LAST);
    out.extend(
        entries
            .drain(first..)
            .map(|(seq, words)| format!("journal {seq}: {words}")),
    );
    let calls = company.control.calls();
    let last = calls.iter().skip(calls.len().saturating_sub(LAST));
    out.extend(last.map(|c| {
        format!(
            "call {}: {} {} -> {}, done {}",
            c.at, c.method, c.path, c.status, c.done
        )
    }));
    let armed = company.control.faults().armed();
    out.extend(armed.iter().map(|armed| format!("still armed: {armed:?}")));
    let accounts = company.control.downstream(&company.new);
    let off = accounts.iter().filter(|account| !account.active);
    out.extend(off.map(|account| format!("switched off: {} {:?}", account.username, account.events)));
    out
}
