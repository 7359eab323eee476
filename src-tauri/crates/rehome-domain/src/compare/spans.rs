//! Two values with the pieces marked in which they differ.

/// A piece of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    pub differs: bool,
}

/// Marks what lies between the common start and the common end. A word (letters and digits) is marked as a whole, because
/// half a word says nothing.
pub fn mark(old: &str, new: &str) -> (Vec<Span>, Vec<Span>) {
    let (old, new) = (words(old), words(new));
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - start;
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(rest)
        .take_while(|(a, b)| a == b)
        .count();
    let spans = |words: &[&str]| {
        let parts = [
            (0, start, false),
            (start, words.len() - end, true),
            (words.len() - end, words.len(), false),
        ];
        parts
            .into_iter()
            .map(|(from, to, differs)| Span {
                text: words[from..to].concat(),
                differs,
            })
            .filter(|span| !span.text.is_empty())
            .collect()
    };
    (spans(&old), spans(&new))
}

/// Runs of letters and digits, and every other character by itself.
fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            found.extend([&text[start..at], &text[at..at + c.len_utf8()]]);
            start = at + c.len_utf8();
        }
    }
    found.push(&text[start..]);
    found.retain(|word| !word.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let show = |spans: Vec<Span>| -> String {
            spans
                .iter()
                .map(|s| {
                    if s.differs {
                        format!("[{}]", s.text)
                    } else {
                        s.text.clone()
                    }
                })
                .collect()
        };
        let (old, new) = mark(old, new);
        format!("{} / {}", show(old), show(new))
    }

    #[test]
    fn whole_words_are_marked() {
        assert_eq!(
            shown("http://okta.com/exk1f", "http://okta.com/exk8a"),
            "http://okta.com/[exk1f] / http://okta.com/[exk8a]"
        );
        assert_eq!(shown("On", "Off"), "[On] / [Off]");
        assert_eq!(shown("a b c", "a c"), "a [b ]c / a c");
        assert_eq!(shown("a a", "a a a"), "a a / a a[ a]");
        assert_eq!(shown("", "new"), " / [new]");
        assert_eq!(shown("same", "same"), "same / same");
        assert_eq!(shown("größe-ä", "größe-ö"), "größe-[ä] / größe-[ö]");
    }
}
