//! Column types and the one way in which tables read rows.

use jiff::Timestamp;
use rusqlite::{
    Connection, Params, Row,
    types::{FromSql, FromSqlError, FromSqlResult, ValueRef},
};
use serde_json::Value;

use crate::JournalError;

/// A JSON column.
pub(crate) struct Json(pub Value);

impl FromSql for Json {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Json)
            .map_err(FromSqlError::other)
    }
}

/// A time column: RFC 3339, in UTC.
pub(crate) struct At(pub Timestamp);

impl FromSql for At {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(At).map_err(FromSqlError::other)
    }
}

pub(crate) fn text(value: Option<&Value>) -> Option<String> {
    value.map(Value::to_string)
}

pub(crate) fn all<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, JournalError> {
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map(params, read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn run(conn: &Connection, sql: &str, params: impl Params) -> Result<usize, JournalError> {
    Ok(conn.prepare_cached(sql)?.execute(params)?)
}
