//! Okta's error codes: the type, and how the table in `catalogue.rs` becomes one.

use crate::error::FailureClass;

/// Whether the same call can be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It would be refused again.
    Never,
    /// Okta refused and did not act, because it is still busy with something that the call needs: 2 to 30 seconds later
    /// it can succeed. Reads and writes alike (api-facts 2.4).
    Soon,
    /// Okta refused and did not act, because it takes no changes at present: minutes.
    Later,
    /// Nothing is known of the effect: a read may be repeated, a write only after a read.
    Busy,
    /// 429: Okta did not act; when to ask again stands in the headers.
    Limit,
}

/// What Rehome says about one of Okta's codes. Our own words, for an admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The HTTP status it comes with by Okta's list.
    pub status: u16,
    pub class: FailureClass,
    pub retry: Retry,
    /// What Okta says with it, as a sentence without its full stop.
    pub meaning: &'static str,
    /// What is likely to be behind it.
    pub cause: &'static str,
    /// What to do.
    pub mend: &'static str,
}

/// Rows of `Name "code" status Class Retry "meaning" "cause" "mend";`.
macro_rules! catalogue {
    ($($name:ident $text:literal $status:literal $class:ident $retry:ident
       $meaning:literal $cause:literal $mend:literal;)*) => {
        /// Okta's error codes: the only part of an error that Okta keeps stable (api-facts 12.2). What each means, and
        /// what to do, is said by [`Code::advice`].
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $text, "`: ", $meaning, ".")] $name,)*
            /// Any other code; empty when the answer had none.
            Other(String),
        }

        impl Code {
            /// Every code that Rehome knows.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As Okta writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other(text) => text,
                }
            }

            /// What it means and what to do; `None` for a code that Rehome does not know.
            pub fn advice(&self) -> Option<&'static Advice> {
                match self {
                    $(Self::$name => {
                        const ADVICE: Advice = Advice {
                            status: $status,
                            class: FailureClass::$class,
                            retry: Retry::$retry,
                            meaning: $meaning,
                            cause: $cause,
                            mend: $mend,
                        };
                        Some(&ADVICE)
                    })*
                    Self::Other(_) => None,
                }
            }
        }

        impl From<&str> for Code {
            fn from(text: &str) -> Self {
                // One of Okta's own samples has a comma behind the code.
                match text.trim().trim_end_matches(',') {
                    $($text => Self::$name,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

pub(crate) use catalogue;
