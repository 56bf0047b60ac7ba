//! Masking on the whole server: wherever in a request a value stands, the vendor does not see it and
//! the client gets it back.

#[path = "masking/masked_tools.rs"]
mod masked_tools;
#[path = "masking/places.rs"]
mod places;
#[path = "masking/random.rs"]
mod random;
#[path = "masking/tools.rs"]
mod tools;

use serde_json::Value;

/// Every string, key and number of a document, documents in strings among them, a line each.
fn lines(value: &Value) -> String {
    fn walk(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::String(text) => match serde_json::from_str(text) {
                Ok(inner @ (Value::Object(_) | Value::Array(_))) => walk(&inner, out),
                _ => out.push(text.clone()),
            },
            Value::Number(number) => out.push(number.to_string()),
            Value::Array(elements) => elements.iter().for_each(|element| walk(element, out)),
            Value::Object(members) => {
                for (key, value) in members {
                    out.push(key.clone());
                    walk(value, out);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }
    let mut out = Vec::new();
    walk(value, &mut out);
    out.join("\n")
}
