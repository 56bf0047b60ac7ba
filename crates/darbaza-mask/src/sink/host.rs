//! Host names: labels with dots, the last one a top-level domain.

/// Top-level domains of three letters and more that software makes links of. Those of two
/// letters need no list: every pair of ASCII letters counts.
const GENERIC: &[&str] = &[
    "academy",
    "aero",
    "agency",
    "app",
    "art",
    "arpa",
    "asia",
    "bank",
    "bar",
    "best",
    "bid",
    "biz",
    "blog",
    "bond",
    "buzz",
    "cafe",
    "cam",
    "capital",
    "cards",
    "care",
    "cash",
    "casino",
    "cat",
    "center",
    "cfd",
    "chat",
    "church",
    "city",
    "click",
    "cloud",
    "club",
    "codes",
    "coffee",
    "com",
    "company",
    "coop",
    "cyou",
    "data",
    "date",
    "day",
    "delivery",
    "design",
    "dev",
    "digital",
    "direct",
    "download",
    "earth",
    "edu",
    "email",
    "energy",
    "eus",
    "events",
    "expert",
    "express",
    "fail",
    "farm",
    "finance",
    "fit",
    "foo",
    "foundation",
    "fun",
    "fund",
    "fyi",
    "gal",
    "games",
    "gold",
    "google",
    "gov",
    "group",
    "guru",
    "hair",
    "help",
    "homes",
    "host",
    "hosting",
    "house",
    "icu",
    "info",
    "ink",
    "install",
    "int",
    "internal",
    "jobs",
    "kim",
    "lab",
    "lan",
    "lat",
    "law",
    "legal",
    "life",
    "limited",
    "link",
    "live",
    "loan",
    "local",
    "localhost",
    "lol",
    "ltd",
    "market",
    "marketing",
    "media",
    "men",
    "mil",
    "mobi",
    "moda",
    "mom",
    "money",
    "monster",
    "mov",
    "museum",
    "name",
    "net",
    "network",
    "news",
    "ngo",
    "ninja",
    "nyc",
    "one",
    "ong",
    "onion",
    "online",
    "ooo",
    "org",
    "page",
    "party",
    "pet",
    "photo",
    "photos",
    "pics",
    "pictures",
    "plus",
    "post",
    "press",
    "pro",
    "pub",
    "quest",
    "racing",
    "red",
    "rest",
    "review",
    "rip",
    "rocks",
    "run",
    "sale",
    "sbs",
    "school",
    "science",
    "security",
    "services",
    "sexy",
    "shop",
    "show",
    "site",
    "skin",
    "social",
    "software",
    "solutions",
    "space",
    "store",
    "stream",
    "studio",
    "support",
    "surf",
    "systems",
    "team",
    "tech",
    "tel",
    "tips",
    "today",
    "tools",
    "top",
    "trade",
    "travel",
    "university",
    "uno",
    "vip",
    "wang",
    "watch",
    "web",
    "webcam",
    "website",
    "wiki",
    "win",
    "work",
    "works",
    "world",
    "wtf",
    "xin",
    "xxx",
    "xyz",
    "you",
    "zip",
    "zone",
    // In Cyrillic, among them the national domain of Kazakhstan.
    "қаз",
    "рф",
    "рус",
    "бел",
    "укр",
    "срб",
    "мон",
    "мкд",
    "бг",
    "ею",
    "москва",
    "дети",
    "онлайн",
    "сайт",
    "орг",
    "ком",
    "католик",
];

pub(crate) fn is_dot(c: char) -> bool {
    // The last three are dots for a browser (UTS 46).
    matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}')
}

pub(crate) fn is_label_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// Whether the label is known as a top-level domain.
pub(crate) fn is_known_domain(label: &str) -> bool {
    let lower = label.to_lowercase();
    lower.starts_with("xn--")
        || (lower.len() == 2 && lower.bytes().all(|b| b.is_ascii_alphabetic()))
        || GENERIC.contains(&lower.as_str())
}

/// Whether the label has the form of a top-level domain, known or not.
pub(crate) fn could_be_domain(label: &str) -> bool {
    (label.len() >= 2 && label.bytes().all(|b| b.is_ascii_alphabetic())) || is_known_domain(label)
}

/// Where the host name begins with which the text ends.
pub(crate) fn ends_with_host(text: &str) -> Option<usize> {
    let text = text.strip_suffix(is_dot).unwrap_or(text);
    let start = text.rfind(|c| !is_label_char(c) && !is_dot(c)).map_or(0, |at| at + char_length(text, at));
    let host = &text[start..];
    let mut labels = host.rsplit(is_dot);
    let last = labels.next()?;
    let before = labels.next();
    if before.is_some_and(|label| !label.is_empty()) && could_be_domain(last) {
        return Some(start);
    }
    let is_address = host.split('.').count() == 4
        && host
            .split('.')
            .all(|part| matches!(part.len(), 1..=3) && part.bytes().all(|b| b.is_ascii_digit()));
    (is_address || last.eq_ignore_ascii_case("localhost")).then_some(start)
}

/// Where the label (and those before it) begins that a token at the end of the text continues.
pub(crate) fn start_of_label(text: &str) -> usize {
    text.rfind(|c| !is_label_char(c) && !is_dot(c)).map_or(0, |at| at + char_length(text, at))
}

fn char_length(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}
