use super::*;

const SAMPLE: &str = include_str!("../../../../sample/register.yaml");

fn difference(edits: &[(&str, &str)]) -> Difference {
    let mut text = SAMPLE.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let of = |text: &str| Register::read(text).unwrap();
    Difference::between(&of(SAMPLE), &of(&text))
}

#[test]
fn a_difference_is_told_by_kind_key_and_field() {
    let found = difference(&[
        ("until: 2027-12-31 }", "until: 2028-12-31 }, { number: MM-2, until: 2020-01-01 }"),
        (
            "  - { key: own-chat, vendor: own-models }",
            "  - { key: own-chat, vendor: own-models, model: small }",
        ),
        (
            "  - key: scoring-service\n",
            "  - key: spare\n    name: Spare\n    country: KZ\n    training: excluded\n  - key: scoring-service\n",
        ),
        (
            "law: [PD 8, PD 16] }\n        otherwise: masked",
            "law: [PD 8], until: 2027-01-01 }\n        categories: { PERSON: refused }\n        otherwise: masked",
        ),
        (
            "          ADDRESS: masked\n        otherwise: local",
            "          ADDRESS: refused\n        otherwise: local",
        ),
        ("  - key: marketing", "  - key: offers"),
        ("en: Staff assistant", "en: \"Staff\\n assistant\\t\""),
        ("    language: kk\n    scope: request\n", "    language: kk\n"),
    ]);
    let expected = "\
~ vendor meridian
    + contracts.MM-2.until: 2020-01-01
    contracts[MM-2026/114].until: 2027-12-31 -> 2028-12-31
+ vendor spare
~ route own-chat
    + model: small
~ system credit-scoring
    - scope: request
~ system hr-screening
    uses.candidate-selection.categories.ADDRESS: masked -> refused
- system marketing
+ system offers
~ system staff-desk
    name.en:
        - Staff assistant
        + Staff
        +  assistant\\t
~ system support-chat
    - uses.customer-support.basis.law: PD 16
    + uses.customer-support.basis.until: 2027-01-01
    + uses.customer-support.categories.PERSON: refused";
    assert_eq!(found.to_string(), expected);
    let scope = FieldChange { path: "scope".into(), old: Some("request".into()), new: None };
    let scoring = found.entries.iter().find(|entry| entry.key == "credit-scoring").unwrap();
    assert_eq!(scoring.change, Change::Changed(vec![scope]));
}

#[test]
fn order_comments_and_form_make_no_difference() {
    let found = difference(&[
        ("law: [PD 8, PD 16] }", "law: [PD 16, PD 8] } # both"),
        (
            "  - { key: meridian-chat, vendor: meridian }\n  - { key: own-chat, vendor: own-models }\n",
            "  - vendor: own-models\n    key: own-chat\n  - vendor: meridian\n    key: meridian-chat\n",
        ),
        ("categories: [PERSON, IIN,", "categories: [IIN, PERSON, IIN,"),
        ("        otherwise: masked\n", ""),
    ]);
    assert_eq!(found, Difference::default());
    assert_eq!(found.to_string(), "no difference");
}

#[test]
fn contracts_under_one_number_are_told_apart() {
    let of = |contracts: &str| {
        let text = format!(
            "organisations: [{{ key: shop, id: 01980000-0000-7000-8000-000000000001, name: {{ kk: a, ru: a, en: a }} }}]\n\
             vendors: [{{ key: far, name: a, country: US, training: excluded, contracts: [{contracts}] }}]"
        );
        Register::read(&text).unwrap()
    };
    let old = of("{ number: C-1, from: 2026-01-01, until: 2026-12-31 }");
    let new = of(
        "{ number: C-1, from: 2026-01-01, until: 2026-12-31 }, { number: C-1, from: 2027-01-01, until: 2027-12-31 }",
    );
    let told = Difference::between(&old, &new).to_string();
    assert_eq!(
        told,
        "~ vendor far\n    + contracts[C-1 (2)].from: 2027-01-01\n    + contracts[C-1 (2)].number: C-1\n    + contracts[C-1 (2)].until: 2027-12-31"
    );
    let named = of(
        "{ number: C-1, from: 2026-01-01, until: 2026-12-31 }, { number: C-1 (2), from: 2027-01-01, until: 2027-12-31 }",
    );
    assert_ne!(new.version(), named.version());
}
