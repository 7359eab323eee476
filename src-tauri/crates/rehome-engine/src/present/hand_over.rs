//! The hand-over sheet: for the window, as a page to send or print, and as a digest that a signature belongs to.

use jiff::{Timestamp, tz::TimeZone};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use rehome_domain::handover::{self, CertificateSheet, HandOver, Item};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::convert;
use crate::{
    migration::Migration,
    model::Model,
    planning::not_read,
    problem::{Answer, bad_input},
    view::{CertificateView, HandOverItem, HandOverState, HandOverView, Signed, Tone},
};

/// A page that was made, and what its file is called.
pub(crate) struct Page {
    pub name: String,
    pub html: String,
}

/// All of it, for the cut-over: old and new.
pub(crate) fn whole(model: &Model, org_url: &str, now: Timestamp) -> Option<HandOver> {
    sheet(model, org_url, now)
}

/// Names the values of both apps: who noted them noted these.
pub(crate) fn both_digest(model: &Model) -> Option<String> {
    let sheet = sheet(model, "", Timestamp::UNIX_EPOCH)?;
    let mut hash = Sha256::new();
    for item in sheet.items.iter().filter(|item| item.must_change) {
        hash.update(json!([item.id, item.old, item.new]).to_string());
    }
    for certificate in [&sheet.certificates.old, &sheet.certificates.new].into_iter().flatten() {
        hash.update(&certificate.sha256);
    }
    Some(data_encoding::HEXLOWER.encode(&hash.finalize()))
}

fn sheet(model: &Model, org_url: &str, now: Timestamp) -> Option<HandOver> {
    let inventory = model.inventory.as_ref()?;
    let (old, new) = (convert::settings(&inventory.old), convert::settings(&inventory.new));
    Some(handover::sheet(&old, &new, org_url, now))
}

/// Whether there is anything to hand over.
fn has_items(sheet: &HandOver) -> bool {
    sheet.items.iter().any(|item| item.must_change) || sheet.certificates.new.is_some()
}

/// Names the values of the new app: a signature holds as long as they stay.
pub(crate) fn digest(model: &Model) -> Option<String> {
    let sheet = sheet(model, "", Timestamp::UNIX_EPOCH)?;
    let mut hash = Sha256::new();
    for item in sheet.items.iter().filter(|item| item.must_change) {
        hash.update(format!("{}={}\n", item.id, item.new.as_deref().unwrap_or_default()));
    }
    if let Some(certificate) = &sheet.certificates.new {
        hash.update(&certificate.sha256);
    }
    Some(data_encoding::HEXLOWER.encode(&hash.finalize()))
}

pub(crate) fn state(model: &Model) -> HandOverState {
    let available = sheet(model, "", Timestamp::UNIX_EPOCH).is_some_and(|sheet| has_items(&sheet));
    let by = model.decisions.handed_over.as_ref();
    HandOverState {
        available,
        signed: by.map(|by| Signed {
            name: by.name.clone(),
            at: by.at.to_string(),
            note: by.note.clone(),
        }),
        outdated: by.is_some_and(|by| Some(&by.digest) != digest(model).as_ref()),
        cut_over: crate::cut_over::is_cut_over(model),
    }
}

pub(crate) fn view(migration: &Migration) -> Answer<HandOverView> {
    let model = migration.model();
    let sheet = sheet(&model, &migration.url.origin(), Timestamp::now()).ok_or_else(not_read)?;
    if !has_items(&sheet) && sheet.items.is_empty() {
        return Err(bad_input(
            "There is nothing to hand over",
            "Nobody signs in to this service through Okta in a way that the service has to know of.",
        ));
    }
    let text = handover::text(&sheet);
    Ok(HandOverView {
        protocol: sheet.protocol.words().to_owned(),
        title: sheet.title,
        intro: sheet.intro,
        items: sheet.items.into_iter().map(item).collect(),
        old_certificate: sheet.certificates.old.map(certificate),
        new_certificate: sheet.certificates.new.map(certificate),
        shares_key: sheet.shares_key,
        warnings: sheet.warnings,
        text,
        state: state(&model),
    })
}

pub(super) fn item(item: Item) -> HandOverItem {
    HandOverItem {
        id: item.id.to_owned(),
        label: item.label.to_owned(),
        hint: item.hint,
        old: item.old,
        new: item.new,
        must_change: item.must_change,
    }
}

pub(super) fn certificate(sheet: CertificateSheet) -> CertificateView {
    let key = match sheet.key_bits {
        Some(bits) => format!("{}, {} bits", sheet.key_type, rehome_domain::gate::thousands(bits)),
        None => sheet.key_type.to_owned(),
    };
    CertificateView {
        tone: match sheet.days_left {
            ..0 => Tone::Bad,
            0..90 => Tone::Review,
            _ => Tone::Good,
        },
        subject: sheet.subject,
        serial: sheet.serial,
        valid_from: sheet.valid_from.to_string(),
        valid_to: sheet.valid_to.to_string(),
        days_left: i32::try_from(sheet.days_left).unwrap_or(i32::MAX),
        key,
        signed_with: sheet.signature_hash,
        sha1: sheet.sha1,
        sha256: sheet.sha256,
        pem: sheet.pem,
    }
}

/// A page of its own, without anything that would have to be fetched.
pub(crate) fn page(migration: &Migration) -> Answer<Page> {
    let view = view(migration)?;
    let made = Timestamp::now().to_zoned(TimeZone::system());
    let model = migration.model();
    let label = model.inventory.as_ref().map(|i| i.new.app.label.clone());
    let name = format!(
        "rehome-hand-over-{}-{}.html",
        crate::report::slug(&label.unwrap_or_default()),
        made.date()
    );
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (view.title) }
                style { (PreEscaped(crate::report::STYLE)) (PreEscaped(STYLE)) }
            }
            body {
                h1 { (view.title) }
                p.sub { (migration.org.name) " (" (migration.org.host) "), " (view.protocol) ". Made " (made.strftime("%Y-%m-%d %H:%M %Z").to_string()) "." }
                @for line in &view.intro { p { (line) } }
                @for line in &view.warnings { p.warning { (line) } }
                table {
                    thead { tr { th { "Value" } th { "Today (old app)" } th { "Put in (new app)" } } }
                    tbody { @for item in &view.items { (row(item)) } }
                }
                (certificates(&view))
                h2 { "Who has put it in" }
                @match &view.state.signed {
                    Some(by) => p { (by.name) ", " (by.at) @if !by.note.is_empty() { ": " (by.note) } },
                    None => p.sign { "Name: ______________________________  Date and time: ____________________" },
                }
            }
        }
    };
    Ok(Page {
        name,
        html: html.into_string(),
    })
}

fn row(item: &HandOverItem) -> Markup {
    let value = |text: &Option<String>| text.clone().unwrap_or_else(|| "\u{2013}".to_owned());
    html! {
        tr class=(if item.must_change { "change" } else { "" }) {
            td { b { (item.label) } br; small { (item.hint) } }
            td.v { (value(&item.old)) }
            td.v { (value(&item.new)) @if item.must_change { br; small { "must be changed" } } }
        }
    }
}

fn certificates(view: &HandOverView) -> Markup {
    let one = |title: &str, found: &Option<CertificateView>| {
        html! {
            @if let Some(c) = found {
                h2 { (title) }
                dl {
                    dt { "Subject" } dd.v { (c.subject) }
                    dt { "Valid" } dd { (c.valid_from) " to " (c.valid_to) }
                    dt { "Key" } dd { (c.key) ", signed with " (c.signed_with) }
                    dt { "SHA-1" } dd.v { (c.sha1) }
                    dt { "SHA-256" } dd.v { (c.sha256) }
                }
                pre { (c.pem) }
            }
        }
    };
    html! {
        @if view.shares_key { p { "Both apps sign with the same key: the certificate stays." } }
        (one("Certificate to put in (new app)", &view.new_certificate))
        (one("Certificate of today (old app)", &view.old_certificate))
    }
}

const STYLE: &str = "
.v, pre { font-family: ui-monospace, monospace; font-size: 12px; overflow-wrap: anywhere; }
tr.change td { background: #fff6e5; }
.warning { border-left: 3px solid #b45309; padding-left: 10px; }
dl { display: grid; grid-template-columns: 110px 1fr; gap: 4px 12px; }
dt { color: #666; } dd { margin: 0; }
@media print { pre { break-inside: avoid; } tr { break-inside: avoid; } }
";
