//! Text to tokens, each with its place.

use crate::Problem;

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Name(String),
    Text(String),
    Int(i64),
    Number(f64),
    /// Operators and punctuation.
    Sign(&'static str),
    End,
}

/// A token, the index of its first character and that of the one after its last.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    pub start: usize,
    pub end: usize,
    pub token: Token,
}

/// Longest first, so that `?:` is not read as `?`.
const SIGNS: [&str; 27] = [
    ".![", "==", "!=", "<=", ">=", "&&", "||", "?:", "?.", "(", ")", "{", "}", "[", "]", ",", ".", ":", "?", "<", ">",
    "+", "-", "*", "/", "%", "!",
];

/// Tokens from `from` on. In a template the closing brace ends them; returned is the index after what was read.
pub fn tokens(text: &[char], from: usize, in_template: bool) -> Result<(Vec<Placed>, usize), Problem> {
    let mut found = Vec::new();
    let mut at = from;
    let mut open_braces = 0usize;
    loop {
        let Some(&first) = text.get(at) else {
            if in_template {
                return Err(problem(from.saturating_sub(2), "\"${\" is never closed with \"}\"."));
            }
            found.push(end_at(at));
            return Ok((found, at));
        };
        if first.is_whitespace() {
            at += 1;
            continue;
        }
        let start = at;
        let token = match first {
            '\'' | '"' => literal(text, &mut at)?,
            '0'..='9' => number(text, &mut at)?,
            _ if first == '_' || first == '$' || first.is_alphabetic() => name(text, &mut at),
            _ => sign(text, &mut at)?,
        };
        match token {
            Token::Sign("{") => open_braces += 1,
            Token::Sign("}") if open_braces > 0 => open_braces -= 1,
            Token::Sign("}") if in_template => {
                found.push(end_at(start));
                return Ok((found, at));
            }
            _ => {}
        }
        found.push(Placed { start, end: at, token });
    }
}

fn end_at(at: usize) -> Placed {
    Placed {
        start: at,
        end: at,
        token: Token::End,
    }
}

/// A literal in single or double quotes. The backslash is a plain character (documented example `"\"`); the quote itself
/// is written twice, as in SpEL.
fn literal(text: &[char], at: &mut usize) -> Result<Token, Problem> {
    let start = *at;
    let quote = text[start];
    let mut value = String::new();
    *at += 1;
    while let Some(&next) = text.get(*at) {
        *at += 1;
        if next != quote {
            value.push(next);
        } else if text.get(*at) == Some(&quote) {
            value.push(quote);
            *at += 1;
        } else {
            return Ok(Token::Text(value));
        }
    }
    Err(problem(start, "This text has an opening quote but no closing one."))
}

fn number(text: &[char], at: &mut usize) -> Result<Token, Problem> {
    let start = *at;
    let digits = |at: &mut usize| {
        while text.get(*at).is_some_and(char::is_ascii_digit) {
            *at += 1;
        }
    };
    digits(at);
    let mut whole = true;
    if text.get(*at) == Some(&'.') && text.get(*at + 1).is_some_and(char::is_ascii_digit) {
        whole = false;
        *at += 1;
        digits(at);
    }
    let digits: String = text[start..*at].iter().collect();
    let too_large = || problem(start, "This number is too large.");
    if whole {
        digits.parse().map(Token::Int).map_err(|_| too_large())
    } else {
        digits.parse().map(Token::Number).map_err(|_| too_large())
    }
}

fn name(text: &[char], at: &mut usize) -> Token {
    let start = *at;
    while text
        .get(*at)
        .is_some_and(|&next| next == '_' || next == '$' || next.is_alphanumeric())
    {
        *at += 1;
    }
    Token::Name(text[start..*at].iter().collect())
}

fn sign(text: &[char], at: &mut usize) -> Result<Token, Problem> {
    for sign in SIGNS {
        if sign
            .chars()
            .enumerate()
            .all(|(offset, wanted)| text.get(*at + offset) == Some(&wanted))
        {
            *at += sign.len();
            return Ok(Token::Sign(sign));
        }
    }
    let found = text[*at];
    let message = match found {
        '“' | '”' | '„' | '‘' | '’' => format!("{found} is a typographic quote; write \" or ' instead."),
        '=' => "Okta's expressions assign nothing; to compare, write \"==\".".to_owned(),
        '&' => "To join two conditions write \"AND\".".to_owned(),
        '|' => "For either of two conditions write \"OR\".".to_owned(),
        _ => format!("{found:?} has no meaning in an expression."),
    };
    Err(Problem { at: *at, message })
}

fn problem(at: usize, message: &str) -> Problem {
    Problem {
        at,
        message: message.to_owned(),
    }
}
