/// Reads the decimal numbers of the C2SP formats: ASCII digits, no sign, no leading zero.
///
/// Stricter than `u64::from_str`, because two texts of one number would be two names of one thing.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let canonical = text == "0" || !text.starts_with('0');
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if canonical && digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_spelling_of_a_number() {
        for (text, expected) in [("0", Some(0)), ("7", Some(7)), ("18446744073709551615", Some(u64::MAX))] {
            assert_eq!(parse_decimal(text), expected);
        }
        for text in ["", "00", "01", "+1", "-1", " 1", "1 ", "18446744073709551616", "0x1", "١"] {
            assert_eq!(parse_decimal(text), None, "{text}");
        }
    }
}
