//! One file per table: its layout steps, its rows, its functions.

pub(crate) mod call;
pub(crate) mod decision;
pub(crate) mod document;
pub(crate) mod migration;
pub(crate) mod operation;
pub(crate) mod outcome;
pub(crate) mod proof;
pub(crate) mod snapshot;
