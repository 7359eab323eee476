//! The sheet as plain text, for a mail or a ticket.

use super::{CertificateSheet, HandOver, Item};

/// Columns are aligned for a font of fixed width; old and new stand beside each other.
pub fn text(sheet: &HandOver) -> String {
    let mut out = format!("{}\n{}\n\n", sheet.title, "=".repeat(sheet.title.chars().count()));
    for paragraph in &sheet.intro {
        out += &format!("{paragraph}\n\n");
    }
    let mut rows: Vec<[String; 4]> = vec![[
        String::new(),
        format!("Old: {}", sheet.old_label),
        format!("New: {}", sheet.new_label),
        String::new(),
    ]];
    sheet.items.iter().for_each(|item| rows.extend(lines(item)));
    if sheet.certificates.old.is_some() || sheet.certificates.new.is_some() {
        rows.extend(certificate_rows(sheet));
    }
    out += &table(&rows);
    if !sheet.warnings.is_empty() {
        out += "\nPlease note\n";
        for warning in &sheet.warnings {
            out += &format!("* {warning}\n");
        }
    }
    for (title, certificate) in [
        ("Certificate of the new app", &sheet.certificates.new),
        ("Certificate of the old app", &sheet.certificates.old),
    ] {
        if let Some(certificate) = certificate {
            out += &format!("\n{title}\n{}", certificate.pem);
        }
    }
    out
}

/// An item takes as many lines as its longer list.
fn lines(item: &Item) -> Vec<[String; 4]> {
    let none = if item.secret { "not on this sheet" } else { "-" };
    let split = |value: &Option<String>| -> Vec<String> {
        value.as_deref().unwrap_or(none).lines().map(str::to_owned).collect()
    };
    let (old, new) = (split(&item.old), split(&item.new));
    (0..old.len().max(new.len()))
        .map(|at| {
            let cell = |list: &[String]| list.get(at).cloned().unwrap_or_default();
            let (label, change) = match (at, item.must_change) {
                (0, true) => (item.label.to_owned(), "changes".to_owned()),
                (0, false) => (item.label.to_owned(), String::new()),
                _ => (String::new(), String::new()),
            };
            [label, cell(&old), cell(&new), change]
        })
        .collect()
}

fn certificate_rows(sheet: &HandOver) -> Vec<[String; 4]> {
    type Fact = (&'static str, fn(&CertificateSheet) -> String);
    let facts: [Fact; 8] = [
        ("Certificate, SHA-1", |c| c.sha1.clone()),
        ("Certificate, SHA-256", |c| c.sha256.clone()),
        ("Certificate, subject", |c| c.subject.clone()),
        ("Certificate, serial number", |c| c.serial.clone()),
        ("Certificate, valid from", |c| day(c.valid_from)),
        ("Certificate, valid to", |c| {
            format!("{} ({} days left)", day(c.valid_to), c.days_left.max(0))
        }),
        ("Certificate, key", |c| match c.key_bits {
            Some(bits) => format!("{} {bits} bits", c.key_type),
            None => c.key_type.to_owned(),
        }),
        ("Certificate, signed with", |c| c.signature_hash.clone()),
    ];
    facts
        .into_iter()
        .enumerate()
        .map(|(number, (label, of))| {
            let cell = |c: &Option<CertificateSheet>| c.as_ref().map_or_else(|| "-".to_owned(), of);
            let (old, new) = (cell(&sheet.certificates.old), cell(&sheet.certificates.new));
            // Said once, at the first line that identifies it.
            let change = if number == 0 && old != new { "changes" } else { "" };
            [label.to_owned(), old, new, change.to_owned()]
        })
        .collect()
}

fn day(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

fn table(rows: &[[String; 4]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2), width(3)];
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            let gap = width.saturating_sub(cell.chars().count()) + 2;
            line += &format!("{cell}{}", " ".repeat(gap));
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}
