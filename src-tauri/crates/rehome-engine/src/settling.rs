//! stubs
use crate::{
    problem::{Answer, bad_input},
    rehome::Rehome,
    view::*,
};
impl Rehome {
    /// The hand-over sheet for the service's admin.
    pub async fn hand_over(&self, _migration: String) -> Answer<HandOverView> {
        Err(bad_input("x", "y"))
    }
    /// Writes the sheet as a page that can be printed.
    pub async fn save_hand_over(&self, _migration: String) -> Answer<SavedFile> {
        Err(bad_input("x", "y"))
    }
    /// Who has put the new values in; `None` takes it back.
    pub async fn sign_hand_over(&self, _migration: String, _name: Option<String>, _note: String) -> Answer<()> {
        Err(bad_input("x", "y"))
    }
    /// Whether the service holds one identity provider or several; `None` takes the answer back.
    pub async fn answer_identity_providers(
        &self,
        _migration: String,
        _answer: Option<IdentityProviders>,
    ) -> Answer<()> {
        Err(bad_input("x", "y"))
    }
    /// Who has looked at what only a human can know; `None` takes it back.
    pub async fn attest_finding(&self, _migration: String, _finding: String, _name: Option<String>) -> Answer<()> {
        Err(bad_input("x", "y"))
    }
    /// Asks for a change on the new app; gives the id of its line.
    pub async fn propose_line(&self, _migration: String, _wish: LineWish) -> Answer<String> {
        Err(bad_input("x", "y"))
    }
    /// Approves a line by name.
    pub async fn approve_line(&self, _migration: String, _line: String, _name: String) -> Answer<()> {
        Err(bad_input("x", "y"))
    }
    /// Takes a line or its approval back, as long as it is not made.
    pub async fn withdraw_line(&self, _migration: String, _line: String) -> Answer<()> {
        Err(bad_input("x", "y"))
    }
    /// Makes what is approved, one after the other.
    pub async fn run_lines(&self, _migration: String) -> Answer<()> {
        Err(bad_input("x", "y"))
    }
    /// Makes the change back.
    pub async fn undo_line(&self, _migration: String, _line: String) -> Answer<()> {
        Err(bad_input("x", "y"))
    }
    /// What an expression gives is sent for everybody in the class.
    pub async fn set_username_rule(
        &self,
        _migration: String,
        _class: UsernameClass,
        _expression: String,
    ) -> Answer<()> {
        Err(bad_input("x", "y"))
    }
    /// The username of one person, by hand; `None` takes it back.
    pub async fn set_username(&self, _migration: String, _person: String, _username: Option<String>) -> Answer<()> {
        Err(bad_input("x", "y"))
    }
    /// One value of one person, by hand; `None` takes it back.
    pub async fn set_value(
        &self,
        _migration: String,
        _person: String,
        _attribute: String,
        _value: Option<String>,
    ) -> Answer<()> {
        Err(bad_input("x", "y"))
    }
    /// What an old value becomes on the new app; neither a value nor leaving out takes the decision back.
    pub async fn set_value_match(
        &self,
        _migration: String,
        _attribute: String,
        _old: String,
        _new: Option<String>,
        _leave_out: bool,
    ) -> Answer<()> {
        Err(bad_input("x", "y"))
    }
    /// What an expression would give one person, part by part.
    pub async fn try_expression(
        &self,
        _migration: String,
        _attribute: Option<String>,
        _text: String,
        _person: Option<String>,
    ) -> Answer<ExpressionTrial> {
        Err(bad_input("x", "y"))
    }
    /// Writes the rows that need fixing as CSV.
    pub async fn save_fixes(&self, _migration: String) -> Answer<SavedFile> {
        Err(bad_input("x", "y"))
    }
    /// Takes fixed rows in; `data` is the file in base64.
    pub async fn load_fixes(&self, _migration: String, _file: String, _data: String) -> Answer<FixesLoaded> {
        Err(bad_input("x", "y"))
    }
    /// Takes the service's own list of accounts in; `data` is the file in base64.
    pub async fn load_downstream(
        &self,
        _migration: String,
        _file: String,
        _data: String,
        _column: Option<String>,
    ) -> Answer<DownstreamView> {
        Err(bad_input("x", "y"))
    }
    /// The service's accounts against the planned usernames.
    pub async fn downstream(&self, _migration: String) -> Answer<Option<DownstreamView>> {
        Err(bad_input("x", "y"))
    }
    /// Which column holds the usernames.
    pub async fn choose_downstream_column(&self, _migration: String, _column: String) -> Answer<DownstreamView> {
        Err(bad_input("x", "y"))
    }
    /// Wipes what was taken in of the service's list.
    pub async fn forget_downstream(&self, _migration: String) -> Answer<()> {
        Err(bad_input("x", "y"))
    }
    /// Leaves people out, with one reason; `None` takes it back. Gives how many.
    pub async fn exclude_people(
        &self,
        _migration: String,
        _people: Vec<String>,
        _reason: Option<String>,
    ) -> Answer<u32> {
        Err(bad_input("x", "y"))
    }
    /// Leaves everybody of a set out, with one reason.
    pub async fn exclude_set(&self, _migration: String, _set: String, _reason: String) -> Answer<u32> {
        Err(bad_input("x", "y"))
    }
}
