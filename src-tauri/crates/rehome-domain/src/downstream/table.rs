//! Reads a CSV of unknown make: encoding, delimiter and header are found out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Largest file that is read.
pub const MOST_BYTES: usize = 64 << 20;
/// Most rows that are read.
pub const MOST_ROWS: usize = 1_000_000;
/// Most columns; a file with more is something else than a list.
const MOST_COLUMNS: usize = 1000;
/// Records that are looked at to find the delimiter.
const SAMPLE: usize = 50;

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub what: String,
    pub why: String,
    pub mend: String,
}

impl Refusal {
    pub(crate) fn new(what: &str, why: impl Into<String>, mend: &str) -> Self {
        Self {
            what: what.to_owned(),
            why: why.into(),
            mend: mend.to_owned(),
        }
    }
}

/// A table as it was read. Cells lie behind one another in one text: a million rows cost little more than the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// "Column 1" and so on where there is no header.
    pub columns: Vec<String>,
    pub delimiter: char,
    /// "UTF-8", "UTF-16LE", "windows-1252".
    pub encoding: &'static str,
    pub has_header: bool,
    /// Rows with more or fewer cells than the first. Missing cells are empty; for more see [`Table::beyond`].
    pub ragged: usize,
    /// Cells beyond the columns, by row; only where one of them is filled.
    beyond: BTreeMap<usize, Vec<String>>,
    text: String,
    /// Where each cell ends; `columns.len()` for each row.
    ends: Vec<u32>,
    /// Line on which each row begins.
    lines: Vec<u32>,
}

impl Table {
    /// Rows, without the header.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Empty where there is no such cell.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        if column >= self.columns.len() {
            return "";
        }
        let at = row * self.columns.len() + column;
        let Some(end) = self.ends.get(at) else { return "" };
        let begin = if at == 0 { 0 } else { self.ends[at - 1] };
        self.text.get(begin as usize..*end as usize).unwrap_or_default()
    }

    pub fn row(&self, row: usize) -> impl Iterator<Item = &str> {
        (0..self.columns.len()).map(move |column| self.cell(row, column))
    }

    /// Cells for which there is no column: mostly a delimiter that should have stood in quotes.
    pub fn beyond(&self, row: usize) -> &[String] {
        self.beyond.get(&row).map(Vec::as_slice).unwrap_or_default()
    }

    /// Line of the file on which the row begins, from 1.
    pub fn line(&self, row: usize) -> u32 {
        self.lines.get(row).copied().unwrap_or_default()
    }
}

/// Reads the whole file, or says why not.
pub fn read(bytes: &[u8]) -> Result<Table, Refusal> {
    if bytes.len() > MOST_BYTES {
        return Err(Refusal::new(
            "The file is too large",
            format!(
                "It has {} MB; up to {} MB are read.",
                bytes.len() >> 20,
                MOST_BYTES >> 20
            ),
            "Export fewer columns, or split the file.",
        ));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(Refusal::new(
            "This is a spreadsheet, not a CSV file",
            "It begins as Excel files do.",
            "Open it and save it as CSV (UTF-8), then choose that file.",
        ));
    }
    let (text, encoding) = decoded(bytes);
    let first_line = 1 + u32::from(text.starts_with("sep="));
    let text = without_separator_line(&text);
    if text.0.trim().is_empty() {
        return Err(Refusal::new(
            "The file is empty",
            "There is nothing in it.",
            "Export the users of the service again.",
        ));
    }
    let delimiter = text.1.unwrap_or_else(|| delimiter_of(text.0));
    filled(text.0, delimiter, encoding, first_line)
}

/// Text and the name of its encoding. What is no UTF-8 is taken as Windows-1252, in which every byte means something.
fn decoded(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    let wide = |little: bool| {
        let sample = &bytes[..bytes.len().min(400)];
        let zeros = sample
            .iter()
            .skip(usize::from(little))
            .step_by(2)
            .filter(|b| **b == 0)
            .count();
        zeros * 4 > sample.len()
    };
    let encoding = if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        UTF_8
    } else if bytes.starts_with(&[0xff, 0xfe]) || wide(true) {
        UTF_16LE
    } else if bytes.starts_with(&[0xfe, 0xff]) || wide(false) {
        UTF_16BE
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1252
    };
    (encoding.decode_with_bom_removal(bytes).0, encoding.name())
}

/// Excel's first line `sep=;` names the delimiter and is no data.
fn without_separator_line(text: &str) -> (&str, Option<u8>) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let named = first.trim_end_matches('\r').strip_prefix("sep=");
    match named.map(str::as_bytes) {
        Some([delimiter]) => (rest, Some(*delimiter)),
        _ => (text, None),
    }
}

fn records(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// The delimiter that gives most records the same number of cells, more than one.
fn delimiter_of(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let widths: Vec<usize> = records(text, delimiter)
            .records()
            .take(SAMPLE)
            .map_while(Result::ok)
            .map(|record| record.len())
            .collect();
        let Some(first) = widths.first().copied().filter(|width| *width > 1) else {
            return (0, 0);
        };
        let same = widths.iter().filter(|width| **width == first).count();
        (100 * same / widths.len(), first)
    };
    let mut best = (b',', (0, 0));
    for delimiter in [b',', b';', b'\t', b'|'] {
        let found = score(delimiter);
        if found > best.1 {
            best = (delimiter, found);
        }
    }
    best.0
}

fn filled(text: &str, delimiter: u8, encoding: &'static str, first_line: u32) -> Result<Table, Refusal> {
    let mut reader = records(text, delimiter);
    let mut record = csv::StringRecord::new();
    let mut table = Table {
        columns: Vec::new(),
        delimiter: char::from(delimiter),
        encoding,
        has_header: false,
        ragged: 0,
        beyond: BTreeMap::new(),
        text: String::with_capacity(text.len()),
        ends: Vec::new(),
        lines: Vec::new(),
    };
    let unreadable = |why: String| {
        Refusal::new(
            "The file cannot be read as a table",
            why,
            "Save it as CSV (UTF-8) and choose that file.",
        )
    };
    let mut lines = Lines {
        text: text.as_bytes(),
        at: 0,
        line: first_line,
    };
    let mut first = true;
    while reader.read_record(&mut record).map_err(|e| unreadable(e.to_string()))? {
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if let Some(cell) = record.iter().find(|cell| is_runaway(cell)) {
            let lines = cell.lines().count();
            return Err(Refusal::new(
                "A quote is not closed",
                format!("A cell of the row on line {line} goes on for {lines} lines."),
                "Close the quote, or export the file again.",
            ));
        }
        if first {
            first = false;
            if record.len() > MOST_COLUMNS {
                return Err(unreadable(format!("It has {} columns.", record.len())));
            }
            table.has_header = is_header(&record);
            table.columns = if table.has_header {
                record.iter().map(|cell| cell.trim().to_owned()).collect()
            } else {
                (1..=record.len()).map(|n| format!("Column {n}")).collect()
            };
            if table.has_header {
                continue;
            }
        }
        if table.lines.len() >= MOST_ROWS {
            return Err(Refusal::new(
                "The file has too many rows",
                "Up to 1,000,000 rows are read.",
                "Export active users only, or split the file.",
            ));
        }
        table.ragged += usize::from(record.len() != table.columns.len());
        let beyond = record.iter().skip(table.columns.len());
        if beyond.clone().any(|cell| !cell.trim().is_empty()) {
            table
                .beyond
                .insert(table.lines.len(), beyond.map(str::to_owned).collect());
        }
        table.lines.push(line);
        for column in 0..table.columns.len() {
            table.text.push_str(record.get(column).unwrap_or_default());
            // At most 64 MB of input; its decoded text fits as well.
            table.ends.push(u32::try_from(table.text.len()).unwrap_or(u32::MAX));
        }
    }
    Ok(table)
}

/// A quote that nobody closed swallows everything after it. Addresses and notes have some lines, not dozens.
fn is_runaway(cell: &str) -> bool {
    cell.len() > 200 && cell.bytes().filter(|b| *b == b'\n').count() > 30
}

/// Counts lines. The reader's own count is one short after a line that ends with CR and LF, and skips empty ones.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// Line of the record that begins at this byte, or after the line ends there.
    fn at(&mut self, byte: u64) -> u32 {
        let begin = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        let is_end = |at: usize| matches!(self.text.get(at), Some(b'\r' | b'\n'));
        let mut end = begin;
        while is_end(end) {
            end += 1;
        }
        while self.at < end {
            let next_is_lf = self.text.get(self.at + 1) == Some(&b'\n');
            match self.text[self.at] {
                b'\n' => self.line = self.line.saturating_add(1),
                b'\r' if !next_is_lf => self.line = self.line.saturating_add(1),
                _ => {}
            }
            self.at += 1;
        }
        self.line
    }
}

/// Names of columns are words: no address, no number, none twice, hardly one empty.
fn is_header(record: &csv::StringRecord) -> bool {
    let cells: Vec<&str> = record.iter().map(str::trim).collect();
    let named: Vec<&&str> = cells.iter().filter(|cell| !cell.is_empty()).collect();
    let like_data = |cell: &str| {
        cell.contains('@') && cell.contains('.')
            || cell.chars().all(|c| c.is_ascii_digit() || ".-:/".contains(c))
            || cell.chars().count() > 60
            || matches!(cell.to_lowercase().as_str(), "true" | "false")
    };
    let distinct: std::collections::BTreeSet<&&str> = named.iter().copied().collect();
    let telling = cells.len() > 1 || super::columns::is_known_header(cells.first().copied().unwrap_or_default());
    !named.is_empty()
        && telling
        && distinct.len() == named.len()
        && 2 * named.len() >= cells.len()
        && !named.iter().any(|cell| like_data(cell))
}
