//! A value as somebody typed it, for one person.

use serde_json::Value;

use super::{AttributeRow, constant, problem};

impl AttributeRow {
    /// What was typed, in the attribute's type; the words say why the new app would not take it.
    pub fn typed(&self, text: &str) -> Result<Value, String> {
        let value = constant(&self.attribute, text)?;
        match problem(self, Some(&value)) {
            Some(problem) => Err(problem.words()),
            None => Ok(value),
        }
    }
}
