//! Measures masking and restoring: `cargo run --release -p darbaza-mask --example speed`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use darbaza_core::{Category, Finding, apply_edits};
use darbaza_mask::{JsonRules, MaskShape, Masking, MaskingKey, Original, Scope, ScopeKind};

/// Best of several runs, so that other work on the machine counts less.
fn best(mut run: impl FnMut()) -> Duration {
    let times = (0..15).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

fn report(what: &str, bytes: usize, mut run: impl FnMut()) {
    const TIMES: u32 = 20;
    let time = best(|| (0..TIMES).for_each(|_| run())) / TIMES;
    let rate = bytes as f64 / time.as_secs_f64() / 1e6;
    writeln!(std::io::stdout(), "{what:<44} {bytes:>9} bytes {time:>12.1?} {rate:>9.0} MB/s")
        .unwrap_or_default();
}

fn scope() -> Scope {
    Scope::derive(&MaskingKey::new(1, [5; 32]), ScopeKind::Opening, &[b"speed"])
}

fn main() {
    let sentence =
        "Клиент Ахметов Серик просит перезвонить по договору; Kind regards, the support team of the shop.\n";
    let text: String = sentence.chars().cycle().take(1200).collect();
    let findings: Vec<Finding> = (0..20)
        .map(|n| {
            let start = text.floor_char_boundary(n * text.len() / 20 + 7);
            let range = start..text.ceil_char_boundary(start + 14);
            Finding { category: Category::Person, range, score: 0.9, recogniser: "example" }
        })
        .collect();
    report("mask a text, 20 findings", text.len(), || {
        let mut masking = Masking::new(scope());
        black_box(masking.edits(&text, &findings, MaskShape::Free));
    });
    report("mask a text, no findings", text.len(), || {
        black_box(Masking::new(scope()).edits(&text, &[], MaskShape::Free));
    });
    report("20 tokens alone", 0, || {
        let mut masking = Masking::new(scope());
        for finding in &findings {
            black_box(masking.whole(Category::Person, &text[finding.range.clone()], Original::String));
        }
    });

    let mut masking = Masking::new(scope());
    let masked = apply_edits(&text, &masking.edits(&text, &findings, MaskShape::Free));
    let tokens = masking.finish();
    report("restore a text, 20 tokens", masked.len(), || {
        black_box(tokens.restore(&masked));
    });
    let long = sentence.repeat(10_000);
    report("restore without tokens", long.len(), || {
        black_box(tokens.restore(&long));
    });
    let code = "let user_name = row.get_value(first_column) + self.other_part; // and so_on\n".repeat(10_000);
    report("restore code without tokens", code.len(), || {
        black_box(tokens.restore(&code));
    });
    report("restore without tokens, pieces of 16 bytes", long.len(), || {
        let mut restorer = tokens.text_stream();
        let mut at = 0;
        while at < long.len() {
            let end = long.ceil_char_boundary(at + 16);
            black_box(restorer.push(&long[at..end]));
            at = end;
        }
        black_box(restorer.finish());
    });
    let dense = masked.repeat(300);
    report("restore a text full of tokens", dense.len(), || {
        black_box(tokens.restore(&dense));
    });
    let json = format!("{{\"items\": [{}]}}", vec![format!("{:?}", masked); 300].join(","));
    report("restore JSON full of tokens", json.len(), || {
        black_box(tokens.restore_json(&json, JsonRules::CONTENT));
    });
    report("restore content that is such JSON", json.len(), || {
        black_box(tokens.restore_content(&json));
    });
    let hostile = "<script></script><!-- --><svg ".repeat(30_000);
    report("restore a text full of tags", hostile.len(), || {
        black_box(tokens.restore(&hostile));
    });
}

use std::io::Write as _;
