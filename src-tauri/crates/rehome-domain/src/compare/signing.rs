//! Signing certificates of both apps: which, until when, and how signed.

use jiff::Timestamp;

use super::report::{Part, Report};
use super::settings::count;
use super::{Finding, LinkTo, RowOutcome, Side, Step, Tab};
use crate::{Certificate, CheckOutcome, SigningKey};

/// An expiry within so many days is worth a word.
const SOON_DAYS: i64 = 60;

const KEYS: Part = Part {
    id: "keys",
    name: "the signing keys",
    call: "apps/{app}/credentials/keys",
    blocks: Step::Pilot,
};

pub fn compare(report: &mut Report<'_>) {
    if !signs(report.old()) && !signs(report.new_side()) {
        return;
    }
    let Some((old_keys, new_keys)) = report.part(KEYS, &report.old().keys, &report.new_side().keys) else {
        return;
    };
    let old = certificate(report.old(), old_keys);
    let new = certificate(report.new_side(), new_keys);
    certificates(report, &old, &new);
    hash(report, &old, &new);
    for (which, certificate) in [("old", &old), ("new", &new)] {
        if let Some(Ok(certificate)) = certificate {
            expiry(report, which, certificate);
        }
    }
}

pub(crate) fn signs(side: &Side) -> bool {
    matches!(
        side.app.sign_on_mode.as_deref(),
        Some("SAML_2_0" | "SAML_1_1" | "WS_FEDERATION")
    )
}

pub(crate) type Found = Option<Result<Certificate, String>>;

/// The certificate of the active key; where the app names none or the keys are not at hand, that of the metadata.
pub(crate) fn certificate(side: &Side, keys: Option<&Vec<SigningKey>>) -> Found {
    let active = keys.and_then(|keys| {
        let by_id = keys.iter().find(|key| Some(&key.kid) == side.app.signing_kid.as_ref());
        by_id.or(if keys.len() == 1 { keys.first() } else { None })
    });
    let text = active.and_then(|key| key.x5c.as_deref());
    let text = text.or_else(|| {
        side.metadata
            .value()
            .and_then(|m| m.certificates.first().map(String::as_str))
    })?;
    Some(Certificate::from_base64(text).map_err(|error| error.to_string()))
}

fn certificates(report: &mut Report<'_>, old: &Found, new: &Found) {
    let shown = |found: &Found| match found {
        None => String::new(),
        Some(Ok(c)) => format!("{} to {}", c.short(), day(c.not_after)),
        Some(Err(why)) => why.clone(),
    };
    let id = "signing-certificate";
    let fingerprint = |found: &Found| found.as_ref().and_then(|c| c.as_ref().ok()).map(|c| c.sha256.clone());
    let same = fingerprint(old).is_some() && fingerprint(old) == fingerprint(new);
    let outcome = if same {
        RowOutcome::Same
    } else {
        RowOutcome::NeedsReview
    };
    if old.is_some() || new.is_some() {
        report.row(
            id,
            "Signing certificate",
            &shown(old),
            &shown(new),
            outcome,
            (!same).then_some(id),
        );
    }
    if same && report.old().app.id != report.new_side().app.id {
        let shared = "one key for both: the service keeps its certificate";
        report.row("signing-key", "Signing key", shared, shared, RowOutcome::Same, None);
    }
    let (Some(old), Some(new), false) = (old, new, same) else {
        return;
    };
    let (old_label, new_label) = report.labels();
    let unreadable = old.is_err() || new.is_err();
    let what = if unreadable {
        "One of the two certificates is in a form that Rehome cannot read, so they cannot be compared.".to_owned()
    } else {
        format!(
            "{old_label} and {new_label} each have their own signing certificate. The service trusts the old one only."
        )
    };
    report.finding(Finding {
        id: id.to_owned(),
        title: "The two apps sign with different certificates".to_owned(),
        outcome: CheckOutcome::NeedsReview,
        blocks: Some(Step::Pilot),
        what,
        why: "Until the service's admin puts the new certificate in, everyone on the new app is refused at sign-in.".to_owned(),
        mend: "Send the service's admin the hand-over sheet: issuer, sign-on URL and certificate all change. Sharing the old key spares the certificate only.".to_owned(),
        evidence: report.both(KEYS.call),
        link: LinkTo::NewApp(Tab::SignOn),
        can_skip: true,
    });
}

fn hash(report: &mut Report<'_>, old: &Found, new: &Found) {
    let of = |found: &Found| {
        found
            .as_ref()
            .and_then(|c| c.as_ref().ok())
            .map(|c| c.signature_hash.clone())
            .unwrap_or_default()
    };
    let (old, new) = (of(old), of(new));
    let weak = matches!(new.as_str(), "SHA-1" | "MD5");
    let finding = weak.then_some("certificate-hash");
    if weak {
        report.row(
            "certificate-hash",
            "Certificate signed with",
            &old,
            &new,
            RowOutcome::NeedsReview,
            finding,
        );
        let (_, new_label) = report.labels();
        report.finding(Finding {
            id: "certificate-hash".to_owned(),
            title: format!("The certificate of {new_label} is signed with {new}"),
            outcome: CheckOutcome::NeedsReview,
            blocks: None,
            what: format!("Its certificate is signed with {new}, which is no longer held to be safe."),
            why: "Some services refuse such a certificate, and a later change means another hand-over.".to_owned(),
            mend: format!("Generate a new key for {new_label} before you hand its certificate over."),
            evidence: report.both(KEYS.call),
            link: LinkTo::NewApp(Tab::SignOn),
            can_skip: true,
        });
    } else {
        // A stronger hash on the new side is how it should be.
        report.compared(
            "certificate-hash",
            "Certificate signed with",
            &old,
            &new,
            RowOutcome::DiffersAsItMust,
            None,
        );
    }
}

fn expiry(report: &mut Report<'_>, which: &'static str, certificate: &Certificate) {
    let days = certificate.days_left(report.now);
    let expired = certificate.not_after <= report.now;
    if !expired && days >= SOON_DAYS {
        return;
    }
    let is_new = which == "new";
    let side = if is_new { report.new_side() } else { report.old() };
    let (label, until) = (&side.app.label, day(certificate.not_after));
    let id = format!("certificate-{}-{which}", if expired { "expired" } else { "expiring" });
    let blocked = expired && is_new;
    let (shown_old, shown_new) = if is_new {
        ("", until.as_str())
    } else {
        (until.as_str(), "")
    };
    let row = if blocked {
        RowOutcome::Blocked
    } else {
        RowOutcome::NeedsReview
    };
    report.row(
        &id,
        &format!("Certificate of the {which} app valid until"),
        shown_old,
        shown_new,
        row,
        Some(&id),
    );
    let (title, what) = if expired {
        (
            format!("The certificate of {label} has expired"),
            format!("It was valid until {until}."),
        )
    } else {
        let left = match usize::try_from(days).unwrap_or(0) {
            0 => "today".to_owned(),
            days => format!("in {}", count(days, "day", "days")),
        };
        (
            format!("The certificate of {label} expires {left}"),
            format!("It is valid until {until}."),
        )
    };
    let (why, mend) = if is_new {
        (
            "A service that looks at the date refuses everyone who comes through the new app.",
            "Generate a new key on the new app, make it the active one, and hand its certificate over.",
        )
    } else {
        (
            "People who are still on the old app may be refused before they have been moved, and there may be no way back to it.",
            "Renew the certificate of the old app, or plan the move so that it is over by then. Do not share this key with the new app.",
        )
    };
    report.finding(Finding {
        id,
        title,
        outcome: if blocked {
            CheckOutcome::Blocked
        } else {
            CheckOutcome::NeedsReview
        },
        blocks: is_new.then_some(Step::Pilot),
        what,
        why: why.to_owned(),
        mend: mend.to_owned(),
        evidence: vec![super::report::evidence(KEYS.call, side)],
        link: if is_new {
            LinkTo::NewApp(Tab::SignOn)
        } else {
            LinkTo::OldApp(Tab::SignOn)
        },
        can_skip: true,
    });
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
