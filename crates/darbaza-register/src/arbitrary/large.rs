//! A register of a size that few companies have.

use std::fmt::Write;

/// The text of a register with so many systems, a route for each, all routes in one chain of
/// fallbacks, and a tenth as many organisations, bases and vendors.
pub fn large(systems: usize) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text, systems);
    text
}

fn write(text: &mut String, systems: usize) -> std::fmt::Result {
    const NAME: &str = "{ kk: Атау, ru: Название, en: Name }";
    let tenth = systems.div_ceil(10);
    text.write_str("organisations:\n")?;
    for at in 0..tenth {
        writeln!(text, "  - {{ key: o-{at}, id: {}, name: {NAME} }}", uuid::Uuid::from_u128(at as u128))?;
    }
    text.write_str("---\nbases:\n")?;
    for at in 0..tenth {
        writeln!(text, "  - key: b-{at}\n    organisation: o-{at}\n    name: {NAME}\n    country: KZ")?;
        writeln!(text, "    access: restricted\n    law: [PD 11]\n    categories: [PERSON, IIN, PHONE]")?;
    }
    text.write_str(
        "---\ncountries:\n  - { code: US, verdict: protects, reason: a treaty }\n---\nvendors:\n",
    )?;
    for at in 0..tenth {
        writeln!(text, "  - key: v-{at}\n    name: Vendor {at}\n    country: US\n    training: excluded")?;
        writeln!(text, "    contracts:\n      - {{ number: C/{at}, from: 2026-01-01, until: 2026-12-31 }}")?;
        writeln!(text, "      - {{ number: C/{at}, from: 2027-01-01, until: 2027-12-31 }}")?;
    }
    text.write_str("---\nroutes:\n")?;
    for at in 0..systems {
        let fallback = if at + 1 < systems { format!(", fallback: r-{}", at + 1) } else { String::new() };
        writeln!(text, "  - {{ key: r-{at}, vendor: v-{}{fallback} }}", at % tenth)?;
    }
    text.write_str("---\nsystems:\n")?;
    for at in 0..systems {
        let tenth = at % tenth;
        writeln!(text, "  - key: s-{at}\n    organisation: o-{tenth}\n    name: {NAME}\n    state: live")?;
        writeln!(
            text,
            "    language: kk\n    models: {{ named: {{ small: r-{at} }}, any: r-{at} }}\n    uses:"
        )?;
        for purpose in ["answers", "offers"] {
            writeln!(
                text,
                "      - purpose: {purpose}\n        bases: [b-{tenth}]\n        subjects: [customers]"
            )?;
            writeln!(text, "        basis: {{ ground: consent, law: [PD 8, PD 16] }}")?;
            writeln!(text, "        categories: {{ PERSON: masked, SECRET: refused }}")?;
        }
    }
    Ok(())
}
