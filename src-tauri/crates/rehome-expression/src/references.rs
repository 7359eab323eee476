//! Which roots a text names, to find expressions that point to another app instance (api-facts 9.5).

use crate::tree::{Kind, Node, Piece, Pieces};
use crate::{Expression, functions};

/// Root identifiers of an expression or template, sorted, each once: `user`, `zendesk_9ao1g13`, `target_app`.
/// A text that does not parse is read token by token, so that a reference is not missed because of a slip elsewhere.
pub fn references(text: &str) -> Vec<String> {
    let template = text.contains("${");
    let parsed = if template {
        Expression::template(text)
    } else {
        Expression::parse(text)
    };
    let mut found = Vec::new();
    match parsed {
        Ok(Expression {
            pieces: Pieces::Plain(node),
            ..
        }) => walk(&node, &mut found),
        Ok(Expression {
            pieces: Pieces::Template(pieces),
            ..
        }) => {
            for piece in &pieces {
                if let Piece::Expression(node) = piece {
                    walk(node, &mut found);
                }
            }
        }
        Err(_) => scan(text, &mut found),
    }
    found.retain(|name| !functions::is_namespace(name));
    found.sort();
    found.dedup();
    found
}

fn walk(node: &Node, found: &mut Vec<String>) {
    match &node.kind {
        Kind::Root(name) => found.push(name.clone()),
        // Functions such as user.getGroups() look at the person.
        Kind::Call { name, .. } if name.starts_with("user.") => found.push("user".to_owned()),
        _ => {}
    }
    node.parts().into_iter().for_each(|part| walk(part, found));
}

/// Every name that is followed by a dot and does not follow one.
fn scan(text: &str, found: &mut Vec<String>) {
    let text: Vec<char> = text.chars().collect();
    let part_of_name = |at: usize| text.get(at).is_some_and(|c| *c == '_' || c.is_alphanumeric());
    let mut at = 0;
    while at < text.len() {
        if !part_of_name(at) {
            at += 1;
            continue;
        }
        let start = at;
        while part_of_name(at) {
            at += 1;
        }
        let follows_dot = start > 0 && text[start - 1] == '.';
        let name: String = text[start..at].iter().collect();
        if !follows_dot && text.get(at) == Some(&'.') && !name.starts_with(|c: char| c.is_ascii_digit()) {
            found.push(name);
        }
    }
}
