//! The reference of `darbaza.toml`, written from the types that read it.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::Config;

/// What stands before and after the tables.
const HEAD: &str = include_str!("reference/head.txt");
const TAIL: &str = include_str!("reference/tail.txt");

/// The configuration as a JSON Schema (draft 2020-12), for editors.
pub(crate) fn schema() -> String {
    format!("{:#}", generate())
}

/// The reference as Markdown.
pub(crate) fn reference() -> String {
    let schema = generate();
    let mut page = HEAD.to_owned();
    page.push_str(&table(&schema, "", None, false));
    for group in Group::all(&schema) {
        page.push_str(&group.to_markdown());
    }
    page.push('\n');
    page.push_str(TAIL);
    page
}

fn generate() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<Config>().to_value()
}

/// The properties of a schema; of the one that is meant where `null` is the other choice.
fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    let choices = schema["anyOf"].as_array();
    let meant = choices.and_then(|choices| choices.iter().find(|choice| choice["type"] != "null"));
    meant.unwrap_or(schema)["properties"].as_object()
}

/// Sections of the file that have the same keys, told together.
struct Group<'s> {
    schema: &'s Value,
    /// Header, what it is for, and its own defaults.
    sections: Vec<(String, &'s Value)>,
}

impl<'s> Group<'s> {
    fn all(root: &'s Value) -> Vec<Group<'s>> {
        let mut groups: Vec<Group<'s>> = Vec::new();
        for (key, section) in properties(root).into_iter().flatten() {
            let (header, schema) = match &section["additionalProperties"] {
                one if one.is_object() => (format!("[{key}.KEY]"), one),
                _ if properties(section).is_some() => (format!("[{key}]"), section),
                _ => continue,
            };
            match groups.iter_mut().find(|group| properties(group.schema) == properties(schema)) {
                Some(group) => group.sections.push((header, section)),
                None => groups.push(Group { schema, sections: vec![(header, section)] }),
            }
        }
        groups
    }

    fn to_markdown(&self) -> String {
        let headers: Vec<String> = self.sections.iter().map(|(header, _)| format!("`{header}`")).collect();
        let mut text = format!("\n## {}\n\n", headers.join(" and "));
        for (header, section) in &self.sections {
            let meaning = prose(section);
            match section["default"].get("listen") {
                Some(listen) => {
                    text.push_str(&format!("- `{header}`: {meaning} By default on {}.\n", code(listen)));
                }
                None => text.push_str(&format!("{meaning}\n")),
            }
        }
        text.push('\n');
        // Sections that differ in their defaults have told them above.
        let default =
            if self.sections.len() == 1 { self.sections.first().map(|(_, s)| &s["default"]) } else { None };
        text + &table(self.schema, "", default, true)
    }
}

/// The keys of a schema that are no sections of their own; `nested` tells those of inner tables too.
fn table(schema: &Value, prefix: &str, defaults: Option<&Value>, nested: bool) -> String {
    let mut rows = String::new();
    if prefix.is_empty() {
        rows.push_str("| key | type | default | meaning |\n|---|---|---|---|\n");
    }
    let required = schema["required"].as_array();
    for (key, property) in properties(schema).into_iter().flatten() {
        let is_section = properties(property).is_some() || property["additionalProperties"].is_object();
        if is_section && nested {
            rows.push_str(&table(property, &format!("{prefix}{key}."), None, true));
        }
        if is_section {
            continue;
        }
        let must = required.is_some_and(|keys| keys.iter().any(|k| k == key)) && prefix.is_empty();
        let default = Some(&property["default"])
            .filter(|default| !default.is_null())
            .or_else(|| defaults.and_then(|defaults| defaults.get(key)));
        let default = match default {
            Some(default) => code(default),
            None if must => "must be given".to_owned(),
            None => "none".to_owned(),
        };
        let (kind, meaning) = (kind(property), prose(property));
        rows.push_str(&format!("| `{prefix}{key}` | {kind} | {default} | {meaning} |\n"));
    }
    rows
}

fn kind(schema: &Value) -> String {
    let words: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).filter(|t| *t != "null").collect(),
        one => one.as_str().into_iter().collect(),
    };
    match words.first() {
        Some(&"array") => format!("list of {}", kind(&schema["items"])),
        Some(&"integer") => "number".to_owned(),
        Some(&"boolean") => "true or false".to_owned(),
        Some(&"string") => "text".to_owned(),
        _ => "table".to_owned(),
    }
}

fn code(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

fn prose(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
