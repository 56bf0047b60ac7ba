use super::*;

const SAMPLE: &str = include_str!("../../../../sample/register.yaml");

#[test]
fn the_sample_is_written_readably_and_read_again_is_the_same() {
    let register = Register::read(SAMPLE).unwrap();
    let text = register.to_yaml();
    insta::assert_snapshot!(text);
    assert_eq!(Register::read(&text).unwrap(), register);
}

/// Versions stand in records: this one changes with the sample's facts and with nothing else.
#[test]
fn the_version_of_the_sample_is_what_it_was() {
    assert_eq!(Register::read(SAMPLE).unwrap().version(), "2e7b961c2f832565");
}

#[test]
fn rules_are_written_as_they_are_laid_out() {
    let text = "\
organisations:
  - key: shop
    id: 01980000-0000-7000-8000-000000000001
    name:
      kk: а
      ru: а
      en: a
---
rules:
  - key: nights
    text:
      kk: а
      ru: а
      en: a
    fix:
      kk: а
      ru: а
      en: a
    cedar: |
      forbid (principal, action, resource)
      when {
        context.purpose == \"nights\"
      };
";
    let register = Register::read(text).unwrap();
    assert_eq!(register.to_yaml(), text);
    assert_eq!(register.rules().next().unwrap().line, 20, "the first line of the rule itself");
    let led = Register::read(&text.replace("cedar: |", "cedar: | # Told apart.\n")).unwrap();
    assert_eq!(led, register, "empty lines before a rule say nothing");
    assert_eq!(led.rules().next().unwrap().line, 21);
}
