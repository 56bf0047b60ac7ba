//! Keys as a table for people.

use darbaza_core::Purpose;
use darbaza_gateway::told;
use darbaza_store::KeyLimits;
use jiff::Timestamp;

use crate::key_desk::ListedKey;

const HEAD: [&str; 8] = ["ID", "SYSTEM", "STATE", "ISSUED", "EXPIRES", "PURPOSES", "LIMITS", "OWNER"];

/// One line a key below a head; times are Kazakhstan's.
pub(super) fn of_keys(keys: &[ListedKey]) -> Vec<String> {
    let rows: Vec<[String; 8]> = [HEAD.map(str::to_owned)].into_iter().chain(keys.iter().map(row)).collect();
    let mut widths = [0; 8];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |row: &[String; 8]| {
        let cells: String = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}  ")).collect();
        cells.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn row(key: &ListedKey) -> [String; 8] {
    let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    let time = |at: Option<Timestamp>| or_dash(at.map(told).unwrap_or_default());
    let purposes = key.purposes.iter().map(Purpose::as_str).collect::<Vec<_>>().join(",");
    [
        key.id.to_string(),
        key.system.to_string(),
        key.state.as_str().to_owned(),
        told(key.issued),
        // What ended it is what counts.
        time(key.revoked.or(key.expires)),
        or_dash(purposes),
        or_dash(limits(&key.limits)),
        key.owner.clone(),
    ]
}

fn limits(limits: &KeyLimits) -> String {
    let of = |limit: Option<String>, unit: &str| limit.map(|n| format!("{n}{unit}"));
    let all = [
        of(limits.requests_per_minute.map(|n| n.to_string()), "/min"),
        of(limits.concurrent.map(|n| n.to_string()), " at once"),
        of(limits.tokens_per_day.map(|n| n.to_string()), " tokens/day"),
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
