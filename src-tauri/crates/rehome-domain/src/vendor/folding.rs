//! When two usernames are one account to a service. Where that is not known, nearly everything counts as one: a false
//! collision costs a question, a missed one costs somebody's account.

use std::borrow::Cow;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::{Card, Case, Form};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folding {
    pub ignore_case: bool,
    pub form: UnicodeForm,
    pub handle: Option<Handle>,
}

/// What becomes of characters that can be written in more than one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnicodeForm {
    AsIs,
    /// `e` with an accent after it is `é`.
    Nfc,
    /// And a full-width `Ａ` is `A`.
    Nfkc,
}

/// A service that makes names of its own out of usernames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Handle {
    /// GitHub Enterprise Managed Users, without the short code that GitHub appends.
    /// https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
    GithubEmu,
}

impl Default for Folding {
    /// Of a service of which nothing is known.
    fn default() -> Self {
        Self {
            ignore_case: true,
            form: UnicodeForm::Nfkc,
            handle: None,
        }
    }
}

impl Folding {
    pub fn of(card: Option<&Card>) -> Self {
        let cautious = Self::default();
        let Some(usernames) = card.map(|card| &card.usernames) else {
            return cautious;
        };
        Self {
            ignore_case: usernames.case != Case::Kept,
            form: match usernames.unicode {
                Form::Nfc => UnicodeForm::Nfc,
                Form::AsIs => UnicodeForm::AsIs,
                Form::Nfkc | Form::Unknown => cautious.form,
            },
            handle: usernames.handle,
        }
    }

    /// Equal for usernames that are one account. Borrowed where nothing changes, as with most usernames.
    pub fn fold<'a>(&self, username: &'a str) -> Cow<'a, str> {
        let name = match self.handle {
            Some(handle) => Cow::Owned(handle.make(username)),
            None => Cow::Borrowed(username),
        };
        if name.is_ascii() {
            return if self.ignore_case && name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                Cow::Owned(name.to_ascii_lowercase())
            } else {
                name
            };
        }
        let formed = self.form.of(&name);
        if !self.ignore_case {
            return Cow::Owned(formed);
        }
        // Small letters can come out in another form; and a word's last sigma is a sigma.
        Cow::Owned(self.form.of(&formed.to_lowercase()).replace('ς', "σ"))
    }

    pub fn same_account(&self, a: &str, b: &str) -> bool {
        a == b || self.fold(a) == self.fold(b)
    }

    /// The same letters, small or capital.
    pub fn differs_only_in_case(a: &str, b: &str) -> bool {
        const CASE: Folding = Folding {
            ignore_case: true,
            form: UnicodeForm::AsIs,
            handle: None,
        };
        a != b && CASE.fold(a) == CASE.fold(b)
    }

    /// The same characters, written in another way: they look alike.
    pub fn differs_only_in_form(a: &str, b: &str) -> bool {
        a != b && UnicodeForm::Nfkc.of(a) == UnicodeForm::Nfkc.of(b)
    }
}

impl UnicodeForm {
    fn of(self, text: &str) -> String {
        match self {
            Self::AsIs => text.to_owned(),
            Self::Nfc => text.nfc().collect(),
            Self::Nfkc => text.nfkc().collect(),
        }
    }
}

impl Handle {
    /// The name that the service makes. GitHub: what stands before the `@`, or after the `\` of a domain account, each
    /// character but letters and digits as a dash; capitals stay. Which letters count is not documented; here those of
    /// ASCII do.
    pub fn make(self, username: &str) -> String {
        let Self::GithubEmu = self;
        let name = username.split('@').next().unwrap_or_default();
        let name = name.rsplit('\\').next().unwrap_or_default();
        let dashed = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        name.chars().map(dashed).collect()
    }

    /// Why the service refuses a name that it has made: the end of a sentence that begins with the name.
    pub fn problem(self, handle: &str) -> Option<&'static str> {
        let Self::GithubEmu = self;
        if handle.is_empty() {
            Some("is empty")
        } else if handle.starts_with('-') || handle.ends_with('-') {
            Some("begins or ends with a dash")
        } else if handle.contains("--") {
            Some("has two dashes in a row")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::cards;

    fn card(id: &str) -> &'static Card {
        cards().iter().find(|card| card.id == id).unwrap()
    }

    /// GitHub's own examples.
    #[test]
    fn github_handles() {
        for (username, handle) in [
            ("The.Octocat", "The-Octocat"),
            ("!The.Octocat", "-The-Octocat"),
            ("The!!Octocat", "The--Octocat"),
            ("The!Octocat", "The-Octocat"),
            ("The.Octocat@example.com", "The-Octocat"),
            ("internal\\The.Octocat", "The-Octocat"),
            ("bob_example", "bob-example"),
            ("", ""),
        ] {
            assert_eq!(Handle::GithubEmu.make(username), handle);
        }
        let folding = Folding::of(Some(card("github-emu")));
        assert!(folding.same_account("bob@contoso.example", "Bob@fabrikam.example"));
        assert!(folding.same_account("the.octocat", "THE!octocat@example.com"));
        assert!(!folding.same_account("bob", "rob"));
    }

    #[test]
    fn unknown_services_are_taken_to_be_careless() {
        for folding in [Folding::default(), Folding::of(None), Folding::of(Some(card("slack")))] {
            for (a, b) in [
                ("Ana@NW.example", "ana@nw.example"),
                ("jose\u{301}", "JOSÉ"),
                ("\u{ff21}na", "ana"),
                ("ΟΔΟΣ", "οδοσ"),
                ("ΟΔΟΣ", "οδος"),
                ("\u{212a}urt", "kurt"),
            ] {
                assert!(folding.same_account(a, b), "{a} {b}");
            }
            assert!(!folding.same_account("strasse", "straße"));
            assert!(!folding.same_account("ana", "anna"));
        }
    }

    #[test]
    fn known_services_are_taken_at_their_word() {
        let exact = Folding {
            ignore_case: false,
            form: UnicodeForm::AsIs,
            handle: None,
        };
        assert!(!exact.same_account("Ana", "ana"));
        assert!(!exact.same_account("jose\u{301}", "josé"));
        let composed = Folding {
            form: UnicodeForm::Nfc,
            ..exact
        };
        assert!(composed.same_account("jose\u{301}", "josé"));
        assert!(!composed.same_account("\u{ff21}na", "Ana"));
        assert!(!composed.same_account("JOSÉ", "josé"));
    }

    #[test]
    fn most_usernames_are_folded_without_a_copy() {
        let folding = Folding::default();
        assert!(matches!(folding.fold("ana@nw.example"), Cow::Borrowed(_)));
        assert_eq!(folding.fold("Ana@nw.example"), "ana@nw.example");
    }

    #[test]
    fn differences_have_names() {
        assert!(Folding::differs_only_in_case("Ana", "ana"));
        assert!(!Folding::differs_only_in_case("ana", "ana"));
        assert!(!Folding::differs_only_in_case("jose\u{301}", "josé"));
        assert!(Folding::differs_only_in_form("jose\u{301}", "josé"));
        assert!(!Folding::differs_only_in_form("josé", "josé"));
        assert!(!Folding::differs_only_in_form("Ana", "ana"));
    }
}
