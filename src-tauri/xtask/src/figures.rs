//! What was measured, against what it should be.

use std::{fmt, fs, path::Path};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::step::Failure;

/// What a figure has to reach, or must not exceed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Budget {
    AtLeast(f64),
    AtMost(f64),
}

/// One measured number.
#[derive(Debug)]
pub struct Figure {
    name: String,
    value: f64,
    unit: String,
    budget: Option<Budget>,
}

/// Figures in the order in which they were measured, with what is worth reading beside them, and what could not be run.
#[derive(Default)]
pub struct Figures {
    figures: Vec<Figure>,
    notes: Vec<(String, Vec<String>)>,
    not_run: Vec<(&'static str, String)>,
    failed: Vec<(&'static str, String)>,
}

impl Figure {
    pub fn ok(&self) -> bool {
        match self.budget {
            Some(Budget::AtLeast(least)) => self.value >= least,
            Some(Budget::AtMost(most)) => self.value <= most,
            None => true,
        }
    }

    fn line(&self) -> String {
        let budget = match self.budget {
            Some(Budget::AtLeast(least)) => format!("at least {}", number(least)),
            Some(Budget::AtMost(most)) => format!("at most {}", number(most)),
            None => String::new(),
        };
        let word = match (self.budget, self.ok()) {
            (None, _) => "",
            (_, true) => "ok",
            (_, false) => "BROKEN",
        };
        format!(
            "{:<58} {:>8} {:<14} {budget:<14} {word}",
            self.name,
            number(self.value),
            self.unit
        )
    }
}

impl Figures {
    pub fn add(&mut self, name: impl Into<String>, value: f64, unit: &str, budget: Option<Budget>) {
        self.figures.push(Figure {
            name: name.into(),
            value,
            unit: unit.to_owned(),
            budget,
        });
    }

    pub fn count(&mut self, name: impl Into<String>, value: usize, unit: &str, budget: Option<Budget>) {
        // Counts here are far below 2^53.
        self.add(name, value as f64, unit, budget);
    }

    /// Lines that say what is behind a figure.
    pub fn note(&mut self, title: impl Into<String>, lines: Vec<String>) {
        if !lines.is_empty() {
            self.notes.push((title.into(), lines));
        }
    }

    pub fn not_run(&mut self, part: &'static str, why: impl Into<String>) {
        self.not_run.push((part, why.into()));
    }

    /// A part that began and could not end.
    pub fn failed(&mut self, part: &'static str, why: String) {
        self.failed.push((part, why));
    }

    /// Takes over what a test wrote with `REHOME_FIGURES` set.
    ///
    /// # Errors
    /// When there is no such file, or something else is in it.
    pub fn read(&mut self, file: &Path) -> Result<(), Failure> {
        let text = fs::read(file).map_err(|error| Failure(format!("{}: {error}", file.display())))?;
        let written: Written =
            serde_json::from_slice(&text).map_err(|error| Failure(format!("{}: {error}", file.display())))?;
        for (name, figure) in written.figures {
            let budget = figure
                .at_least
                .map(Budget::AtLeast)
                .or(figure.at_most.map(Budget::AtMost));
            self.add(name, figure.value, &figure.unit, budget);
        }
        if let Some(table) = written.table {
            let line = |cells: &[String]| cells.join(" | ");
            let mut lines = vec![line(&table.columns)];
            lines.extend(table.rows.iter().map(|row| line(row)));
            self.note(table.title, lines);
        }
        Ok(())
    }

    pub fn all_ok(&self) -> bool {
        self.failed.is_empty() && self.figures.iter().all(Figure::ok)
    }

    /// `{"figure": {"value": .., "unit": "..", "budget": .., "ok": true}}`
    pub fn json(&self) -> Value {
        let figures = self.figures.iter().map(|figure| {
            let budget = match figure.budget {
                Some(Budget::AtLeast(it) | Budget::AtMost(it)) => json!(it),
                None => Value::Null,
            };
            let about = json!({ "value": figure.value, "unit": figure.unit, "budget": budget, "ok": figure.ok() });
            (figure.name.clone(), about)
        });
        Value::Object(figures.collect::<Map<_, _>>())
    }

    /// Table or JSON on stdout; fails where a budget is broken.
    ///
    /// # Errors
    /// When a budget is broken or a part could not end.
    pub fn show(&self, json: bool) -> crate::step::Done {
        if json {
            println!("{}", self.json());
            self.not_run_lines().for_each(|line| eprintln!("{line}"));
        } else {
            println!("\n{self}");
        }
        if self.all_ok() {
            return Ok(());
        }
        let failed: Vec<&str> = self.failed.iter().map(|(_, why)| why.as_str()).collect();
        Err(Failure(
            format!("at least one budget is broken\n{}", failed.join("\n"))
                .trim_end()
                .to_owned(),
        ))
    }

    pub fn not_run_lines(&self) -> impl Iterator<Item = String> {
        self.not_run
            .iter()
            .map(|(part, why)| format!("not run: {part} ({why})"))
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (title, lines) in &self.notes {
            writeln!(f, "{title}:")?;
            for line in lines {
                writeln!(f, "  {line}")?;
            }
            writeln!(f)?;
        }
        for figure in &self.figures {
            writeln!(f, "{}", figure.line().trim_end())?;
        }
        for line in self.not_run_lines() {
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}

/// Without digits after the point where there is nothing to say.
fn number(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

#[derive(Deserialize)]
struct Written {
    figures: std::collections::BTreeMap<String, WrittenFigure>,
    table: Option<Table>,
}

#[derive(Deserialize)]
struct WrittenFigure {
    value: f64,
    unit: String,
    at_least: Option<f64>,
    at_most: Option<f64>,
}

#[derive(Deserialize)]
struct Table {
    #[serde(default)]
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_that_is_broken_shows() {
        let mut figures = Figures::default();
        figures.add("shape", 91.25, "%", Some(Budget::AtLeast(90.0)));
        figures.count("not valid", 0, "answers", Some(Budget::AtMost(0.0)));
        figures.count("seen", 3, "calls", None);
        assert!(figures.all_ok());
        figures.count("failed", 1, "scenarios", Some(Budget::AtMost(0.0)));
        assert!(!figures.all_ok());
        assert_eq!(
            figures.json()["shape"],
            json!({ "value": 91.25, "unit": "%", "budget": 90.0, "ok": true })
        );
        assert_eq!(figures.json()["seen"]["budget"], Value::Null);
        assert_eq!(figures.json()["failed"]["ok"], false);
        assert!(figures.to_string().contains("BROKEN"));
    }
}
