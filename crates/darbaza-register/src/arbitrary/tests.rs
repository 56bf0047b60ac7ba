use jiff::civil::date;

use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::diff::{Change, Difference};

fn registers() -> impl Strategy<Value = Register> {
    register(date(2026, 11, 24), vec(text(), 0..=2))
}

/// `new` with some entries of `old`: registers that have much in common.
fn mixed(old: &Register, new: &Register, take: u8) -> Option<Register> {
    let mut mixed = Register::read(&new.to_yaml()).ok()?;
    let old = Register::read(&old.to_yaml()).ok()?;
    let takes = |kind: u8| take & (1 << kind) != 0;
    if takes(0) {
        mixed.countries = old.countries;
    }
    if takes(1) {
        mixed.rules = old.rules;
    }
    if takes(2) {
        (mixed.vendors, mixed.routes, mixed.systems) = (old.vendors, old.routes, old.systems);
        (mixed.organisations, mixed.bases) = (old.organisations, old.bases);
    }
    build::register(vec![Document::from(&mixed)]).ok()
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_as_it_was(register in registers()) {
        let text = register.to_yaml();
        let again = Register::read(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(&again, &register, "{}", text);
        prop_assert_eq!(again.version(), register.version());
        prop_assert_eq!(again.to_yaml(), text);
        prop_assert!(Difference::between(&register, &again).is_empty());
    }

    #[test]
    fn registers_differ_where_their_versions_do(old in registers(), new in registers(), take in 0..8_u8) {
        let new = mixed(&old, &new, take).ok_or_else(|| TestCaseError::fail("a mixed register"))?;
        let (there, back) = (Difference::between(&old, &new), Difference::between(&new, &old));
        prop_assert_eq!(there.is_empty(), old.version() == new.version(), "{}", there);
        prop_assert_eq!(there.entries.len(), back.entries.len());
        for (there, back) in there.entries.iter().zip(&back.entries) {
            prop_assert_eq!((there.kind, &there.key), (back.kind, &back.key));
            match (&there.change, &back.change) {
                (Change::Added, Change::Removed) | (Change::Removed, Change::Added) => {}
                (Change::Changed(there), Change::Changed(back)) => {
                    prop_assert!(!there.is_empty() && there.len() == back.len());
                    prop_assert!(there.iter().all(|field| field.old != field.new));
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }
        let shown = there.to_string();
        prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
    }
}

/// A generator that lacks something proves nothing about it.
#[test]
fn everything_that_is_allowed_occurs() {
    let mut runner = TestRunner::deterministic();
    let strategy = registers();
    let texts: Vec<String> =
        (0..300).map(|_| strategy.new_tree(&mut runner).unwrap().current().to_yaml()).collect();
    for part in [
        "country: KZ",
        "access: secret",
        "verdict: protects",
        "verdict: needs-ground",
        "verdict: forbidden",
        "until: \"2026-11-23\"",
        "until: \"2026-11-24\"",
        "from: \"2026-11-24\"",
        "from: \"2026-11-25\"",
        "local: true",
        "training: not-excluded",
        "retention_days: 0",
        "sub_processors:",
        "fallback:",
        "model:",
        "state: draft",
        "state: in-assessment",
        "state: live",
        "state: suspended",
        "state: retired",
        "scope: request",
        "scope: subject",
        "scope: header",
        "language: kk",
        "named:",
        "local_route:",
        "parameters: [",
        ": masked\n",
        ": clear\n",
        ": local\n",
        ": refused\n",
        "otherwise: local",
        "ground: consent",
        "ground: law",
        "max_vendor_retention_days:",
        "review: before-sending",
        "subjects: [",
        "bases: [",
        "rules:",
        "cedar:",
    ] {
        let having = texts.iter().filter(|text| text.contains(part)).count();
        assert!(having >= 10, "{part} occurs in {having} of {} registers", texts.len());
    }
}

/// Ten thousand systems in one file: seconds on an idle machine, and the bound is for a busy one.
/// `examples/large_register.rs` tells the figures.
#[test]
fn a_large_register_is_read_written_and_compared() {
    let begin = std::time::Instant::now();
    let register = Register::read(&large(10_000)).unwrap();
    let text = register.to_yaml();
    assert_eq!(text.matches("state: live").count(), 10_000);
    let gone = Difference::between(&register, &Register::default()).entries;
    assert_eq!(gone.iter().filter(|entry| entry.kind == "system").count(), 10_000);
    assert!(begin.elapsed().as_secs() < 300, "it took {:?}", begin.elapsed());
}
