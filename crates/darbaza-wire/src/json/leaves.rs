//! Visiting the leaves of a tree to change them.

use super::{Member, Node, to_string};

/// A leaf that may be changed in its place.
#[derive(Debug)]
pub enum Leaf<'n> {
    /// The key of an object.
    Key(&'n mut String),
    /// A string or a number. It may become a value of any kind: a restored number is a number
    /// again.
    Value(&'n mut Node),
}

impl Node {
    /// Shows every key, string and number to `visit`, in the order of the document, those of
    /// nested documents among them. A nested document that was changed is written anew, compact.
    ///
    /// ```
    /// use darbaza_wire::json::{Leaf, Node, Rules, parse, to_bytes};
    ///
    /// let rules = Rules { depth: 64, values: 1000, nested: true };
    /// let mut arguments = parse(br#"{"limit":"[MONEY_k7f3q9x2]"}"#, rules)?;
    /// arguments.for_each_leaf(&mut |leaf| {
    ///     if let Leaf::Value(value) = leaf {
    ///         *value = Node::Number("450000.50".to_owned());
    ///     }
    /// });
    /// assert_eq!(to_bytes(&arguments), br#"{"limit":450000.50}"#);
    /// # Ok::<(), darbaza_wire::json::JsonError>(())
    /// ```
    pub fn for_each_leaf(&mut self, visit: &mut impl FnMut(Leaf<'_>)) {
        match self {
            Node::Null | Node::Bool(_) => {}
            Node::Number(_) | Node::String(_) => visit(Leaf::Value(self)),
            Node::Array(elements) => elements.iter_mut().for_each(|element| element.for_each_leaf(visit)),
            Node::Object(members) => {
                for Member { key, value } in members {
                    visit(Leaf::Key(key));
                    value.for_each_leaf(visit);
                }
            }
            Node::Nested(nested) => {
                let before = nested.document.clone();
                nested.document.for_each_leaf(visit);
                if nested.document != before {
                    nested.original = to_string(&nested.document);
                }
            }
        }
    }
}
