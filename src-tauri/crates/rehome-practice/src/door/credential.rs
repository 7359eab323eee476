//! API tokens and OAuth clients: who a call is made by.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    clock::after,
    ids::Ids,
    state::{App, Org},
};

/// API tokens end when nobody used them for so long; each use begins it anew. Not configurable.
pub(crate) const UNUSED: Duration = Duration::from_secs(30 * 86_400);

/// What a call is made with: an API token, or the access token of an OAuth client.
#[derive(Clone)]
pub(crate) struct Token {
    /// Empty for an OAuth client.
    pub secret: String,
    /// `00T...`, seen in the System Log; for an OAuth client its id.
    pub id: String,
    pub name: String,
    /// The user whose powers an API token has; for an OAuth client its id, as it stands for itself.
    pub owner: String,
    pub valid: bool,
    pub read_only: bool,
    /// Types of the admin roles.
    pub roles: Vec<String>,
    /// The apps that the roles are limited to; `None`: all.
    pub apps: Option<BTreeSet<String>>,
    /// Where calls may come from, as `/api/v1/api-tokens` shows it.
    pub network: Value,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub used: Timestamp,
    /// Scopes of the access token; `None` for an API token, which has none.
    pub scopes: Option<Vec<String>>,
}

impl Token {
    /// An API token of a super admin; the owner is still to be named.
    pub(crate) fn new(secret: Option<String>, name: &str, ids: &mut Ids, at: Timestamp) -> Self {
        Self {
            secret: secret.unwrap_or_else(fresh_secret),
            id: ids.next("00T"),
            name: name.to_owned(),
            owner: String::new(),
            valid: true,
            read_only: false,
            roles: vec!["SUPER_ADMIN".to_owned()],
            apps: None,
            network: json!({ "connection": "ANYWHERE" }),
            created: at,
            updated: at,
            used: at,
            scopes: None,
        }
    }

    fn of_client(app: &App, roles: Vec<String>, scopes: Vec<String>, at: Timestamp) -> Self {
        Self {
            secret: String::new(),
            id: app.id.clone(),
            name: app.label().to_owned(),
            owner: app.id.clone(),
            valid: true,
            read_only: false,
            roles,
            apps: None,
            network: json!({ "connection": "ANYWHERE" }),
            created: at,
            updated: at,
            used: at,
            scopes: Some(scopes),
        }
    }

    pub(crate) fn is_client(&self) -> bool {
        self.scopes.is_some()
    }

    pub(crate) fn ends(&self) -> Timestamp {
        after(self.used, UNUSED)
    }

    pub(crate) fn works(&self, now: Timestamp) -> bool {
        self.valid && now < self.ends()
    }

    /// The roles as they are at the moment.
    pub(crate) fn role_names(&self) -> Vec<&str> {
        match self.read_only {
            true => vec!["READ_ONLY_ADMIN"],
            false => self.roles.iter().map(String::as_str).collect(),
        }
    }

    /// Calls of the practice org's users come from no network zone: naming one that must hold shuts all of them out.
    pub(crate) fn is_shut_out(&self) -> bool {
        self.network["connection"] == "ZONE" && self.network["include"].as_array().is_some_and(|it| !it.is_empty())
    }
}

/// The secret does not follow the seed.
fn fresh_secret() -> String {
    format!("00{}", Ids::new(rand::random()).letters(40))
}

/// Whose call is being answered; `Org::token` is theirs meanwhile.
pub(super) enum Seat {
    /// The token that is always there.
    First,
    Other(usize),
    Client(Box<Token>),
}

impl Org {
    /// The API token with this secret.
    pub(super) fn seat_of_secret(&self, secret: &str) -> Option<Seat> {
        if secret.is_empty() {
            None
        } else if self.token.secret == secret {
            Some(Seat::First)
        } else {
            let found = self.door.resting.iter().position(|it| it.secret == secret);
            found.map(Seat::Other)
        }
    }

    pub(super) fn seat_of_client(&self, client: &str, scopes: Vec<String>, at: Timestamp) -> Option<Seat> {
        let app = self.apps.get(client).filter(|app| app.active)?;
        let roles = self.client_roles.get(client).into_iter().flatten();
        let roles = roles.filter_map(|it| it["type"].as_str()).map(str::to_owned).collect();
        Some(Seat::Client(Box::new(Token::of_client(app, roles, scopes, at))))
    }

    /// A token ends with the admin who made it.
    pub(super) fn is_owner_gone(&self, seat: &Seat) -> bool {
        let owner = self.users.get(&self.seated(seat).owner);
        owner.is_some_and(|user| matches!(user.status, "DEPROVISIONED" | "SUSPENDED"))
    }

    pub(super) fn seated<'a>(&'a self, seat: &'a Seat) -> &'a Token {
        match seat {
            Seat::First => &self.token,
            Seat::Other(at) => self.door.resting.get(*at).unwrap_or(&self.token),
            Seat::Client(token) => token,
        }
    }

    /// Puts the caller's token in `Org::token`, or, called again with the same seat, takes it away.
    pub(super) fn change_seats(&mut self, seat: &mut Seat) {
        match seat {
            Seat::First => {}
            Seat::Other(at) => {
                if let Some(other) = self.door.resting.get_mut(*at) {
                    std::mem::swap(&mut self.token, other);
                }
            }
            Seat::Client(token) => std::mem::swap(&mut self.token, token),
        }
    }

    /// One more API token; answers its secret and its id.
    pub(crate) fn add_token(&mut self, name: &str, owner: &str, roles: &[&str], at: Timestamp) -> (String, String) {
        let mut token = Token::new(None, name, &mut self.ids, at);
        token.owner = owner.to_owned();
        token.roles = roles.iter().map(|&role| role.to_owned()).collect();
        let made = (token.secret.clone(), token.id.clone());
        self.door.resting.push(token);
        made
    }

    /// The API token with this id.
    pub(crate) fn token_mut(&mut self, id: &str) -> Option<&mut Token> {
        let all = std::iter::once(&mut self.token).chain(&mut self.door.resting);
        all.into_iter().find(|it| it.id == id && !it.is_client())
    }

    pub(super) fn tokens(&self) -> impl Iterator<Item = &Token> {
        let all = std::iter::once(&self.token).chain(&self.door.resting);
        all.filter(|it| !it.is_client())
    }
}
