//! For every way to cut and to mix a stream: arguments of a masked tool hold no value, and those of
//! the others are what a whole answer has.

use darbaza_core::{Category, CategoryCounts, Finding, apply_edits};
use darbaza_mask::{MaskShape, Masking, MaskingKey, Scope, ScopeKind, Tokens};
use darbaza_wire::chat::{Answer, Chunk, Field};
use serde_json::{Value, json};

use super::super::places::Places;
use super::super::whole;
use super::*;

const PERSON: &str = "Ахметова Гульнара";

/// A text, or a piece of one, with its place.
type Piece = (AnswerPlace, String);
type Texts = BTreeMap<AnswerPlace, String>;

fn masked(names: &[&str]) -> MaskedTools {
    MaskedTools(names.iter().map(|name| (*name).to_owned()).collect())
}

/// The tokens of a request, and how its one value was masked. The same each time.
fn minted() -> (Tokens, String) {
    let key = MaskingKey::new(1, [7; 32]);
    let mut masking = Masking::new(Scope::derive(&key, ScopeKind::Request, &[b"calls"]));
    let finding =
        Finding { category: Category::Person, range: 0..PERSON.len(), score: 0.9, recogniser: "names" };
    let token = apply_edits(PERSON, &masking.edits(PERSON, &[finding], MaskShape::Free));
    (masking.finish(), token)
}

/// The model's calls: an ordinary tool, a masked one, one whose name begins as a masked one's, one
/// whose name goes on after a masked one's, one with a token in its name, one without a name; of both
/// kinds, and in another choice the older form.
fn message(choice: u64, token: &str) -> Value {
    let arguments = |n: u64| format!(r#"{{"n":{n},"who":"{token}","text":"\"{token}\"\n"}}"#);
    let function = |index: u64, name: &str| json!({ "index": index, "function": { "name": name, "arguments": arguments(index) } });
    let custom = |index: u64, name: &str| json!({ "index": index, "custom": { "name": name, "input": format!("to {token}.") } });
    let core = token.trim_matches(['[', ']']);
    match choice {
        0 => json!({ "tool_calls": [
            function(0, "look_up"), function(1, "send_sms"), function(2, "send"), function(3, "send_sms_later"),
            function(4, core), function(5, ""), custom(6, "post"), custom(7, "note"),
        ] }),
        1 => json!({ "function_call": { "name": "send_sms", "arguments": arguments(8) } }),
        _ => json!({ "function_call": { "name": "look_up", "arguments": arguments(9) } }),
    }
}

fn tools() -> MaskedTools {
    masked(&["send_sms", "post", PERSON])
}

fn texts(answer: &mut Answer) -> Vec<Piece> {
    let mut texts = Vec::new();
    answer.for_each_text(|place, text| texts.push((place, text.clone())));
    texts
}

fn answer(token: &str) -> String {
    let choices: Vec<Value> =
        (0..3).map(|choice| json!({ "index": choice, "message": message(choice, token) })).collect();
    json!({ "choices": choices }).to_string()
}

/// The whole answer as it is restored, with what that counts.
fn restored_whole() -> (Texts, CategoryCounts) {
    let (tokens, token) = minted();
    let mut restored = whole::restored(answer(&token).as_bytes(), &tokens, false, &tools()).unwrap();
    (texts(&mut restored).into_iter().collect(), tokens.restored())
}

/// What a client of a stream of these pieces reads, and what was counted.
fn streamed(pieces: &[Piece], tokens: &Tokens, tools: MaskedTools) -> Texts {
    let mut places = Places::new(tokens.clone(), false, tools);
    let mut told = Texts::new();
    let mut tell = |(place, text): Piece| told.entry(place).or_default().push_str(&text);
    for (place, piece) in pieces {
        let mut text = piece.clone();
        places.take(*place, &mut text);
        places.whole_names().into_iter().for_each(&mut tell);
        tell((*place, text));
    }
    assert!(!places.are_broken());
    places.finish(None).into_iter().for_each(&mut tell);
    told.retain(|_, text| !text.is_empty());
    told
}

/// The names of the calls as the vendor sends them, and their arguments in the same order.
fn sent(token: &str) -> (Vec<Piece>, Vec<Piece>) {
    let sent = texts(&mut Answer::read(answer(token).as_bytes()).unwrap());
    sent.into_iter().partition(|(place, _)| place.field.arguments_of_call().is_some())
}

/// Pieces of several texts.
type Queues = Vec<Vec<Piece>>;

fn pieces((place, text): &Piece, length: usize) -> Vec<Piece> {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(length).map(|piece| (*place, piece.iter().collect())).collect()
}

/// Takes one piece of each in turn.
fn in_turn(queues: &Queues) -> Vec<Piece> {
    let longest = queues.iter().map(Vec::len).max().unwrap_or_default();
    (0..longest).flat_map(|at| queues.iter().filter_map(move |queue| queue.get(at).cloned())).collect()
}

#[test]
fn a_whole_answer_keeps_what_goes_to_masked_tools() {
    let (texts, counts) = restored_whole();
    let with_values: Vec<(u64, Field)> = texts
        .iter()
        .filter(|(place, text)| place.field.name_of_call().is_some() && text.contains("Гульнара"))
        .map(|(place, _)| (place.choice, place.field))
        .collect();
    let function = |index| (0, Field::ToolArguments { index });
    assert_eq!(
        with_values,
        [
            function(0),
            function(2),
            function(3),
            (0, Field::ToolInput { index: 7 }),
            (2, Field::FunctionArguments)
        ]
    );
    assert_eq!(texts[&AnswerPlace { choice: 0, field: Field::ToolName { index: 4 } }], PERSON);
    // Two in each of four calls' arguments, one in the input of the custom one, one in a name.
    assert_eq!(counts.iter().collect::<Vec<_>>(), [(Category::Person, 10)]);
}

#[test]
fn a_stream_reads_as_the_whole_answer_however_it_is_cut_and_mixed() {
    let (expected, counts) = restored_whole();
    let expected: Texts = expected.into_iter().filter(|(_, text)| !text.is_empty()).collect();
    let (_, token) = minted();
    let (names, arguments) = sent(&token);
    let longest = arguments.iter().map(|(_, text)| text.chars().count()).max().unwrap();
    for length in 1..=longest {
        let names: Queues = names.iter().map(|name| pieces(name, length)).collect();
        let arguments: Queues = arguments.iter().map(|text| pieces(text, length)).collect();
        // One call after the other; all of them mixed; and both with the names behind the arguments.
        let orders = [
            names.iter().zip(&arguments).flat_map(|(name, rest)| [&name[..], rest].concat()).collect(),
            [in_turn(&names), in_turn(&arguments)].concat(),
            names.iter().zip(&arguments).flat_map(|(name, rest)| [&rest[..], name].concat()).collect(),
            [in_turn(&arguments), in_turn(&names)].concat(),
        ];
        for (order, stream) in orders.iter().enumerate() {
            let (tokens, _) = minted();
            assert_eq!(streamed(stream, &tokens, tools()), expected, "pieces of {length}, order {order}");
            assert_eq!(tokens.restored(), counts, "pieces of {length}, order {order}");
        }
    }
}

/// Where only the beginning of a name was known when arguments came, to keep their tokens is right
/// too; to give values to a masked tool never is.
#[test]
fn a_name_that_goes_on_behind_the_arguments_lets_no_value_out() {
    let (expected, _) = restored_whole();
    let (_, token) = minted();
    let (names, arguments) = sent(&token);
    // A name with a token in it stays a token when it is cut so: then the client has no such tool.
    let calls =
        names.iter().zip(&arguments).filter(|((_, name), _)| !token.contains(name) || name.is_empty());
    for (name, arguments) in calls {
        for first in 0..=name.1.chars().count() {
            for second in 0..=arguments.1.chars().count() {
                let ([n1, n2], [a1, a2]) = (halves(name, first), halves(arguments, second));
                for stream in [[&a1, &n1, &n2, &a2], [&n1, &a1, &n2, &a2], [&n1, &a1, &a2, &n2]] {
                    let (tokens, _) = minted();
                    let told = streamed(&stream.map(Clone::clone), &tokens, tools());
                    let told = told.get(&arguments.0).unwrap();
                    let whole = &expected[&arguments.0];
                    assert!(told == whole || *told == arguments.1, "{stream:?}: {told}");
                    assert!(told == whole || name.1 == "send_sms_later" && first == "send_sms".len());
                }
            }
        }
    }
}

fn halves((place, text): &Piece, at: usize) -> [Piece; 2] {
    let letters: Vec<char> = text.chars().collect();
    let (left, right) = letters.split_at(at);
    [(*place, String::from_iter(left)), (*place, String::from_iter(right))]
}

#[test]
fn a_name_that_is_repeated_in_every_event_is_known() {
    let (tokens, token) = minted();
    let arguments = AnswerPlace { choice: 0, field: Field::ToolArguments { index: 0 } };
    let name = AnswerPlace { choice: 0, field: Field::ToolName { index: 0 } };
    let stream = |word: &str| {
        let pair = |piece: &str| [(name, word.to_owned()), (arguments, piece.to_owned())];
        [pair(""), pair(&format!("[\"{token}\",")), pair(&format!("\"{token}\"]"))].concat()
    };
    let told = streamed(&stream("send_sms"), &tokens, tools());
    assert_eq!(told[&arguments], format!("[\"{token}\",\"{token}\"]"));
    assert!(tokens.restored().is_empty());
    let told = streamed(&stream("look_up"), &tokens, tools());
    assert_eq!(told[&arguments], format!("[\"{PERSON}\",\"{PERSON}\"]"));
}

#[test]
fn a_call_with_values_that_is_renamed_breaks_the_stream() {
    let (tokens, token) = minted();
    let at = |field| AnswerPlace { choice: 0, field };
    let mut places = Places::new(tokens, false, tools());
    for (field, piece) in [
        (Field::FunctionName, "look_up".to_owned()),
        (Field::FunctionArguments, format!("[\"{token}\"")),
        (Field::FunctionName, "look_up".to_owned()),
    ] {
        places.take(at(field), &mut piece.clone());
        assert!(!places.are_broken());
    }
    places.take(at(Field::FunctionName), &mut "send_sms".to_owned());
    assert!(places.are_broken());
}

#[test]
fn what_a_call_without_a_name_holds_back_is_bounded() {
    let (tokens, _) = minted();
    let mut places = Places::new(tokens, false, tools());
    let place = AnswerPlace { choice: 0, field: Field::FunctionArguments };
    let mib = "x".repeat(1024 * 1024);
    for _ in 0..4 {
        places.take(place, &mut mib.clone());
    }
    assert!(!places.are_broken());
    places.take(place, &mut mib.clone());
    assert!(places.are_broken());
}

#[test]
fn without_a_masked_tool_nothing_waits_for_a_name() {
    let (tokens, token) = minted();
    let mut places = Places::new(tokens, false, masked(&[]));
    let delta = json!({ "index": 0, "function": { "arguments": format!("[\"{token}\"]") } });
    let chunk = json!({ "choices": [{ "index": 0, "delta": { "tool_calls": [delta] } }] });
    let mut chunk = Chunk::read(&chunk.to_string()).unwrap();
    chunk.for_each_text(|place, text| places.take(place, text));
    assert!(chunk.to_data().contains(PERSON), "{}", chunk.to_data());
}
