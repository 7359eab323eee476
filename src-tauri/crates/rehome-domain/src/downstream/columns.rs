//! Which column holds what: by how many of its cells are planned usernames, and by what its header says.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::{Account, AccountState, Accounts, Table};
use crate::usernames::Fold;

/// How well a column fits.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnGuess {
    pub column: usize,
    pub name: String,
    /// Cells that are usernames.
    pub matched: usize,
    /// Cells that are not empty.
    pub filled: usize,
    /// The header says that it holds usernames.
    pub by_header: bool,
}

impl ColumnGuess {
    /// Share of the filled cells that are usernames, 0 to 1.
    pub fn share(&self) -> f64 {
        if self.filled == 0 {
            return 0.0;
        }
        self.matched as f64 / self.filled as f64
    }
}

/// What the columns are taken for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guess {
    /// Ranked, the best first.
    pub username: Vec<ColumnGuess>,
    pub email: Option<usize>,
    pub status: Option<usize>,
    pub name: Option<usize>,
}

impl Guess {
    /// The columns, with the best one for usernames; `None` where there are no columns.
    pub fn columns(&self) -> Option<Columns> {
        Some(Columns {
            username: self.username.first()?.column,
            email: self.email,
            status: self.status,
            name: self.name,
            id: None,
        })
    }
}

/// The columns that are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    pub username: usize,
    pub email: Option<usize>,
    pub status: Option<usize>,
    pub name: Option<usize>,
    /// Found by what is in it ([`id_column`]), not by its header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<usize>,
}

const USERNAME: [&str; 14] = [
    "username",
    "userid",
    "login",
    "loginid",
    "loginname",
    "userprincipalname",
    "upn",
    "nameid",
    "account",
    "accountname",
    "handle",
    "federationid",
    "externalid",
    "user",
];
const EMAIL: [&str; 8] = [
    "email",
    "mail",
    "emailaddress",
    "primaryemail",
    "workemail",
    "useremail",
    "emailprimary",
    "emailid",
];
const STATUS: [&str; 13] = [
    "status",
    "active",
    "isactive",
    "enabled",
    "state",
    "accountstatus",
    "userstatus",
    "suspended",
    "deactivated",
    "disabled",
    "billingstatus",
    "blocked",
    "accountenabled",
];
const NAME: [&str; 9] = [
    "name",
    "fullname",
    "displayname",
    "realname",
    "username",
    "firstname",
    "lastname",
    "surname",
    "givenname",
];

/// "E-Mail Address", "email_address" and "emailAddress" are one.
fn spaceless(header: &str) -> String {
    header
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a header alone is telling.
pub(super) fn is_known_header(header: &str) -> bool {
    let header = spaceless(header);
    [&USERNAME[..], &EMAIL, &STATUS, &NAME]
        .iter()
        .any(|list| list.contains(&header.as_str()))
}

/// Columns ranked as holders of usernames: by matches first, then by the header. `usernames` are folded.
pub fn guess_column(table: &Table, usernames: &BTreeSet<String>, fold: Fold<'_>) -> Vec<ColumnGuess> {
    let mut found: Vec<ColumnGuess> = table
        .columns
        .iter()
        .enumerate()
        .map(|(column, name)| ColumnGuess {
            column,
            name: name.clone(),
            matched: 0,
            filled: 0,
            by_header: table.has_header && USERNAME.contains(&spaceless(name).as_str()),
        })
        .collect();
    // A large file is judged by its parts: every n-th row.
    let step = (table.len() / 20_000).max(1);
    for row in (0..table.len()).step_by(step) {
        for guess in &mut found {
            let cell = table.cell(row, guess.column).trim();
            if !cell.is_empty() {
                guess.filled += 1;
                guess.matched += usize::from(usernames.contains(&fold(cell)));
            }
        }
    }
    let email = |guess: &ColumnGuess| EMAIL.contains(&spaceless(&guess.name).as_str());
    found.sort_by(|a, b| {
        b.matched
            .cmp(&a.matched)
            .then(b.by_header.cmp(&a.by_header))
            .then(email(b).cmp(&email(a)))
            .then(a.column.cmp(&b.column))
    });
    found
}

/// All columns that matter.
pub fn guess(table: &Table, usernames: &BTreeSet<String>, fold: Fold<'_>) -> Guess {
    let username = guess_column(table, usernames, fold);
    let taken = username.first().map(|guess| guess.column);
    let by_header = |names: &[&str]| {
        names.iter().find_map(|wanted| {
            let mut columns = table.columns.iter().enumerate();
            let found = columns.find(|(column, name)| Some(*column) != taken && spaceless(name) == *wanted);
            found.map(|(column, _)| column)
        })
    };
    // Without a header: the other column with addresses in it.
    let addresses = |column: usize| {
        let rows = table.len().min(200);
        let cells = (0..rows).filter(|row| table.cell(*row, column).contains('@')).count();
        rows > 0 && 2 * cells > rows
    };
    let by_cells = || (0..table.columns.len()).find(|column| Some(*column) != taken && addresses(*column));
    Guess {
        email: by_header(&EMAIL).or_else(by_cells),
        status: by_header(&STATUS),
        name: by_header(&NAME),
        username,
    }
}

/// The column that holds the most of the service's ids that Okta knows (`externalId`), if any does.
pub fn id_column(table: &Table, ids: &BTreeSet<&str>) -> Option<usize> {
    let known = |column: usize| {
        (0..table.len())
            .filter(|row| ids.contains(table.cell(*row, column).trim()))
            .count()
    };
    let counted = (0..table.columns.len()).map(|column| (known(column), std::cmp::Reverse(column)));
    counted
        .max()
        .filter(|(known, _)| *known > 0)
        .map(|(_, column)| column.0)
}

/// Keeps of the table what the check needs. Rows without username and e-mail are left out and counted.
pub fn accounts(table: &Table, columns: &Columns) -> Accounts {
    let header = columns.status.map(|c| spaceless(&table.columns[c])).unwrap_or_default();
    // "Suspended: no" means the opposite of "Active: no".
    let reversed = matches!(header.as_str(), "suspended" | "deactivated" | "disabled" | "blocked");
    let cell = |row, column: Option<usize>| column.map(|c| table.cell(row, c).trim()).unwrap_or_default();
    let mut out = Accounts {
        username_column: table.columns.get(columns.username).cloned().unwrap_or_default(),
        ..Accounts::default()
    };
    for row in 0..table.len() {
        let account = Account {
            username: cell(row, Some(columns.username)).to_owned(),
            email: cell(row, columns.email).to_owned(),
            status: cell(row, columns.status).to_owned(),
            state: state(cell(row, columns.status), reversed),
            name: cell(row, columns.name).to_owned(),
            id: cell(row, columns.id).to_owned(),
            line: table.line(row),
        };
        if account.username.is_empty() && account.email.is_empty() {
            out.blank += 1;
        } else {
            out.accounts.push(account);
        }
    }
    out
}

fn state(status: &str, reversed: bool) -> AccountState {
    let word = spaceless(status);
    let yes = [
        "true",
        "yes",
        "y",
        "1",
        "active",
        "enabled",
        "activated",
        "licensed",
        "on",
        "registered",
    ];
    let no = [
        "false",
        "no",
        "n",
        "0",
        "inactive",
        "disabled",
        "deactivated",
        "suspended",
        "deleted",
        "blocked",
        "locked",
        "off",
        "archived",
        "terminated",
        "removed",
        "invited",
        "pending",
    ];
    // A word that says "inactive" says it whatever the header is called.
    let plain = ["true", "false", "yes", "no", "y", "n", "1", "0"].contains(&word.as_str());
    let active = match (yes.contains(&word.as_str()), no.contains(&word.as_str())) {
        (true, false) => true,
        (false, true) => false,
        _ => return AccountState::Unknown,
    };
    if active != (reversed && plain) {
        AccountState::Active
    } else {
        AccountState::Inactive
    }
}
