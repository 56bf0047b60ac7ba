//! Restoring is the same for every way to cut an answer.

use proptest::prelude::*;

use crate::support::*;

/// Answers made of tokens, whole and mangled, among trouble.
fn answers() -> impl Strategy<Value = String> {
    let request = request();
    let mut forms = Vec::new();
    for name in ["PERSON", "PHONE", "IIN", "EMAIL", "QUOTED", "URL", "ID"] {
        let token = request.fill(&format!("{{{name}}}"));
        let core = token.trim_matches(['[', ']']).to_owned();
        forms.extend([
            core.to_lowercase(),
            core.replace('_', "\\_"),
            format!("\\[{core}\\]"),
            format!("__{core}__"),
        ]);
        forms.extend([
            core[..core.len() - 1].to_owned(),
            format!("\\u005b{core}\\u005d"),
            format!("\"{core}\""),
            core,
            token,
        ]);
    }
    let long =
        prop::sample::select(vec!["a", "é\"", "https://e/", "x<", "\"http://e\""]).prop_flat_map(|unit| {
            (Just(unit), 1..7000usize / unit.len()).prop_map(|(unit, times)| unit.repeat(times))
        });
    let part = prop_oneof![20 => prop::sample::select(forms), 10 => trouble(), 1 => long];
    let opening = prop::sample::select(vec!["", "", "{\"a\": \"", "[\"", " [ [1, ", "{ \"a\": ["]);
    (opening, prop::collection::vec(part, 1..7))
        .prop_map(|(opening, parts)| opening.to_owned() + &parts.concat())
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn every_cut_gives_the_same(answer in answers(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let tokens = request().tokens;
        let whole = tokens.restore(&answer);
        let mut bounds: Vec<usize> = cuts.iter().map(|cut| answer.floor_char_boundary(cut.index(answer.len() + 1))).collect();
        bounds.extend([0, answer.len()]);
        bounds.sort_unstable();
        let pieces: Vec<&str> = bounds.windows(2).map(|ends| &answer[ends[0]..ends[1]]).collect();
        prop_assert_eq!(&in_pieces(&tokens, pieces.iter().copied()), &whole);
        let chars: Vec<String> = answer.chars().map(String::from).collect();
        prop_assert_eq!(in_pieces(&tokens, chars.iter().map(String::as_str)), whole);
        let content = tokens.restore_content(&answer);
        prop_assert_eq!(&content_in_pieces(&tokens, pieces), &content);
        prop_assert_eq!(content_in_pieces(&tokens, chars.iter().map(String::as_str)), content);
    }

    #[test]
    fn text_without_a_core_is_not_touched(answer in trouble()) {
        let tokens = request().tokens;
        prop_assert_eq!(&tokens.restore_content(&answer), &answer);
        prop_assert_eq!(tokens.restore(&answer), answer);
    }
}

#[test]
fn little_is_held_back() {
    let request = request();
    for (hostile, most) in [
        ("[".repeat(5000), 2),
        ("_".repeat(5000), 64),
        ("a".repeat(5000), 64),
        ("PERSON_".repeat(1000), 64),
        ("\\_".repeat(3000), 64),
        (request.fill("{PERSON}") + &"a".repeat(5000), 400),
        (request.fill("{PERSON}") + &".a".repeat(3000), 400),
        (request.fill("{PERSON}").repeat(300), 600),
        (request.fill("{person}.").repeat(300), 1800),
        ("```\n".to_owned() + &" ".repeat(5000), 4),
        (" ".repeat(5000) + &"[ ".repeat(5000), 65),
        ("{".repeat(5000), 2),
        ("<script ".repeat(3000), 64),
        ("[\"".to_owned() + &"a".repeat(5000), 140),
    ] {
        let start: String = hostile.chars().take(20).collect();
        // Of content, up to 64 brackets at its beginning.
        for (mut restorer, most) in
            [(request.tokens.text_stream(), most), (request.tokens.content_stream(), most.max(65))]
        {
            let (mut given, mut held) = (String::new(), 0);
            for (at, c) in hostile.char_indices() {
                given += &restorer.push(c.encode_utf8(&mut [0; 4]));
                held = held.max((at + 1).saturating_sub(given.len()));
            }
            assert!(held <= most, "{start}… held back {held}");
        }
    }
}

#[test]
fn plain_text_is_given_out_at_once() {
    let request = request();
    let mut restorer = request.tokens.text_stream();
    for piece in ["Здравствуйте, ", "Hello", " world.", " name_of", "x[1", "(см.", " 1", "Q"] {
        assert_eq!(restorer.push(piece), piece);
    }
    assert_eq!(restorer.push(" P"), " ");
    assert_eq!(restorer.push("ay"), "Pay");
}
