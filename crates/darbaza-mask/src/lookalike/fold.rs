//! What a character may be read as: look-alike letters, other forms of digits, invisible signs.
//!
//! After Unicode TR 39 (confusables), reduced to what can stand for `A-Za-z0-9_`. The gate never
//! restores such a core; but a model may tidy it into plain letters, and then it would.

/// What a character counts as inside a core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Folded {
    /// This letter in lower case, digit or underscore.
    As(u8),
    /// Nothing: it is not seen.
    Invisible,
    /// The end of a core.
    Other,
}

/// Reads one character.
pub(crate) fn fold(c: char) -> Folded {
    match c {
        'a'..='z' | '0'..='9' | '_' => Folded::As(c as u8),
        'A'..='Z' => Folded::As(c.to_ascii_lowercase() as u8),
        _ if c.is_ascii() => Folded::Other,
        _ if is_invisible(c) => Folded::Invisible,
        _ => match ranged(c).or_else(|| single(c)) {
            Some(byte) => Folded::As(byte),
            None => Folded::Other,
        },
    }
}

/// Characters other than `_` that are read as an underscore.
pub(crate) const UNDERSCORES: &[char] = &[
    '\u{02cd}', '\u{203f}', '\u{2040}', '\u{2054}', '\u{fe33}', '\u{fe34}', '\u{fe4d}', '\u{fe4e}',
    '\u{fe4f}', '\u{ff3f}',
];

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'
        // Marks that are drawn onto the character before.
        | '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Alphabets that repeat the Latin one as a whole.
fn ranged(c: char) -> Option<u8> {
    let code = c as u32;
    let letter = |offset: u32| Some(b'a' + (offset % 26) as u8);
    let digit = |offset: u32| Some(b'0' + (offset % 10) as u8);
    match code {
        0xff10..=0xff19 => digit(code - 0xff10),
        0xff21..=0xff3a => letter(code - 0xff21),
        0xff41..=0xff5a => letter(code - 0xff41),
        0x1d400..=0x1d6a3 => letter(code - 0x1d400),
        0x1d7ce..=0x1d7ff => digit(code - 0x1d7ce),
        0x24b6..=0x24e9 => letter(code - 0x24b6),
        0x249c..=0x24b5 => letter(code - 0x249c),
        0x1f110..=0x1f129 => letter(code - 0x1f110),
        0x1f130..=0x1f149 => letter(code - 0x1f130),
        0x1f150..=0x1f169 => letter(code - 0x1f150),
        0x1f170..=0x1f189 => letter(code - 0x1f170),
        0x1f1e6..=0x1f1ff => letter(code - 0x1f1e6),
        0x1fbf0..=0x1fbf9 => digit(code - 0x1fbf0),
        0x2460..=0x2468 => digit(code - 0x2460 + 1),
        0x2080..=0x2089 => digit(code - 0x2080),
        0x2074..=0x2079 => digit(code - 0x2074 + 4),
        0x0660..=0x0669 => digit(code - 0x0660),
        0x06f0..=0x06f9 => digit(code - 0x06f0),
        0x0966..=0x096f => digit(code - 0x0966),
        _ => None,
    }
}

/// Letters of other alphabets, one by one. Each string begins with the Latin letter it is read as.
const SINGLES: &[&str] = &[
    "aаАαΑɑᴀàáâãäåāăąÀÁÂÃÄÅĀĂĄӑӓⓐªᵃ",
    "bвВьЬΒβʙЪъƄ",
    "cсСϲϹᴄçćĉċčÇĆĈĊČℂⅽⅭҫҪ",
    "dԁԀᴅďđĎĐⅾⅮժ",
    "eеЕёЁΕεᴇèéêëēĕėęěÈÉÊËĒĔĖĘĚℯℰҽҼ",
    "fғҒꜰϝƒℱ",
    "gɡɢĝğġģĜĞĠĢℊԌ",
    "hһҺнНΗʜհĥħĤĦℋℌℍℎңҢ",
    "iіІїЇΙιıɩɪìíîïĩīĭįÌÍÎÏĨĪĬĮİℐℑⅰⅠӀӏ",
    "jјЈϳᴊĵĴʝ",
    "kкКΚκᴋķĶқҚҡҠĸ\u{212a}",
    "lʟĺļľŀłĹĻĽĿŁℒℓⅼⅬ",
    "mмМΜᴍℳⅿⅯ",
    "nпПΝηɴոñńņňÑŃŅŇℕ",
    "oоОοΟσᴏօòóôõöøōŏőÒÓÔÕÖØŌŎŐℴӧӦ",
    "pрРρΡᴘϱℙ",
    "qԛԚǫզℚգ",
    "rгГʀŕŗřŔŖŘℛℜℝᴦ",
    "sѕЅꜱſśŝşšŚŜŞŠș",
    "tтТτΤᴛţťŧŢŤŦțҭҬ",
    "uυᴜսùúûüũūŭůűųÙÚÛÜŨŪŬŮŰŲцЦ",
    "vνѵѴᴠⅴⅤ",
    "wԝԜωᴡŵŴѡѠ",
    "xхХχΧⅹⅩҳҲ",
    "yуУүҮұҰΥγʏýÿŷÝŸŶӯӰӱӲӳ",
    "zΖᴢźżžŹŻŽℤ",
    "2²ƻ",
    "3зЗэЭӡӠȜʒ³",
    "4чЧ",
    "5ƽ",
    "6б",
    "_\u{02cd}\u{203f}\u{2040}\u{2054}\u{fe33}\u{fe34}\u{fe4d}\u{fe4e}\u{fe4f}\u{ff3f}",
];

fn single(c: char) -> Option<u8> {
    SINGLES.iter().find(|letters| letters[1..].contains(c)).map(|letters| letters.as_bytes()[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_scripts_and_forms_read_as_plain_letters() {
        for (written, read) in [
            ("РЕRSОN", "person"),
            ("ＰＥＲＳＯＮ＿ｋ７", "person_k7"),
            ("𝐏𝐄𝐑𝐒𝐎𝐍", "person"),
            ("𝙿𝙴𝚁𝚂𝙾𝙽𝟽", "person7"),
            ("ⓅⓔⓇ", "per"),
            ("🅿\u{1f174}", "pe"),
            ("P\u{200b}E\u{301}R\u{ad}", "per"),
            ("ΡΕ", "pe"),
        ] {
            let folded: String = written
                .chars()
                .filter_map(|c| match fold(c) {
                    Folded::As(byte) => Some(byte as char),
                    Folded::Invisible => None,
                    Folded::Other => Some('?'),
                })
                .collect();
            assert_eq!(folded, read, "{written:?}");
        }
        for ordinary in ['ж', 'ә', '中', '[', ' ', '-', 'ا'] {
            assert_eq!(fold(ordinary), Folded::Other, "{ordinary:?}");
        }
    }
}
