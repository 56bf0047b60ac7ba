//! What models do to tokens, and what is no token.

use crate::support::*;

fn check(template: &str, expected: &str) {
    let request = request();
    let restored = restore_every_way(&request.tokens, &request.fill(template));
    assert_eq!(restored, request.fill(expected), "{template}");
}

#[test]
fn what_models_do_to_tokens() {
    for (written, read) in [
        ("{PERSON}", "{=person}"),
        ("{person}", "{=person}"),
        ("[{PERSON}]", "[{=person}]"),
        ("[[{person}]]", "[{=person}]"),
        ("**{PERSON}**", "**{=person}**"),
        ("[**{person}**]", "[**{=person}**]"),
        ("*{person}*", "*{=person}*"),
        ("_{person}_", "_{=person}_"),
        ("__{person}__", "__{=person}__"),
        ("`{PERSON}`", "`{=person}`"),
        ("\"{person}\"", "\"{=person}\""),
        ("«{PERSON}»", "«{=person}»"),
        ("({person})", "({=person})"),
        ("[{person}", "[{=person}"),
        ("{person}]", "{=person}]"),
        ("[{person}, {phone}]", "[{=person}, {=phone}]"),
        ("{PERSON}{PHONE}", "{=person}{=phone}"),
        ("{PERSON}ға", "{=person}ға"),
        ("{person}ға", "{=person}ға"),
        ("г-н{person}", "г-н{=person}"),
        ("{person}-ту", "{=person}-ту"),
        ("{PERSON}'s", "{=person}'s"),
        ("{ID}", "{=id}"),
        ("&lt;{person}&gt;", "&lt;{=person}&gt;"),
        ("{{person}}", "{{=person}}"),
        ("<{EMAIL}>", "<{=email}>"),
        ("［{person}］", "［{=person}］"),
        ("@{person}", "@{=person}"),
        ("# {PERSON}\n> {PHONE}\n- {IIN}\n", "# {=person}\n> {=phone}\n- {=iin}\n"),
    ] {
        check(written, read);
    }
    let request = request();
    let core = request.fill("{person}");
    for form in [
        core.to_lowercase(),
        core.to_uppercase(),
        core.replace("PERSON", "Person"),
        core.replace('_', "\\_"),
        format!("\\[{}\\]", core.replace('_', "\\_")),
    ] {
        assert_eq!(
            restore_every_way(&request.tokens, &format!("г-н {form}!")),
            format!("г-н {PERSON}!"),
            "{form}"
        );
    }
    let card = request.fill("{id}").replace('_', "\\_");
    assert_eq!(restore_every_way(&request.tokens, &card), "045123456");
}

#[test]
fn what_is_no_token_of_ours_stays() {
    let request = request();
    let core = request.fill("{person}");
    let (word, body) = core.split_once('_').unwrap();
    let last = body.chars().last().unwrap();
    for foreign in [
        "[PERSON_aaaaaaa2]".to_owned(),
        "PERSON_k7f3qax2".to_owned(),
        format!("{core}a"),
        format!("{core}2"),
        format!("{core}_"),
        format!("_{core}"),
        format!("__{core}_"),
        format!("x{core}"),
        format!("ID_{core}"),
        format!("7{core}"),
        core[..core.len() - 1].to_owned(),
        format!("{}{}", &core[..core.len() - 1], if last == 'a' { 'b' } else { 'a' }),
        format!("PHONE_{body}"),
        format!("{word}-{body}"),
        format!("{word} _{body}"),
        format!("{word}__{body}"),
        format!("{word}\\\\_{body}"),
        core.replace('P', "Р"),
        core.replace('O', "О"),
        core.replace('_', "＿"),
        core.replace("SON", "S\u{200b}ON"),
        core.replace("SON", "S\u{ad}ON"),
        format!("{word}\u{200b}_{body}"),
        core.replace("PER", "**PER**"),
        format!("{word}_[{body}]"),
        format!("____{core}____"),
        format!("{}&#95;{body}", word),
        format!("{}%5F{body}", word),
    ] {
        let text = format!("а [{foreign}] {foreign} б");
        assert_eq!(restore_every_way(&request.tokens, &text), text);
    }
}

#[test]
fn a_token_of_another_request_stays() {
    let mut other = masking();
    let token = other.whole(darbaza_core::Category::Person, "Иванова Анна", darbaza_mask::Original::String);
    assert_eq!(request().tokens.restore(&token), token);
    assert_eq!(other.finish().restore(&token), "Иванова Анна");
}

#[test]
fn counts_tell_what_was_done() {
    let request = request();
    request.tokens.restore(&request.fill("{PERSON} {person} {IIN} https://e.kz/{PHONE}"));
    assert_eq!(
        (request.tokens.restored().to_string().as_str(), request.tokens.kept()),
        ("PERSON=2, IIN=1", 1)
    );
    assert!(!format!("{:?}", request.tokens).contains("Ахметов"));
}

#[test]
fn restoring_may_happen_on_any_thread() {
    fn is_shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    fn is_sent<T: Send + 'static>(_: &T) {}
    let tokens = request().tokens;
    is_shared(&tokens);
    is_sent(&tokens.text_stream());
    is_sent(&tokens.json_stream(darbaza_mask::JsonRules::CONTENT));
}
