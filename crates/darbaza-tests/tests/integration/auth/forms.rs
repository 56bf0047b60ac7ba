//! The ways to write a key into a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use darbaza_tests::Call;

/// A way to write a key down.
pub(super) struct Form {
    pub(super) name: &'static str,
    /// Whether the contract says that this is a key: `Authorization: Bearer` or `x-api-key`, as often as
    /// one likes, as long as all of them are the same.
    pub(super) counts: bool,
    headers: fn(&str, &str) -> Vec<(&'static str, String)>,
    query: fn(&str) -> String,
}

const fn form(
    name: &'static str,
    counts: bool,
    headers: fn(&str, &str) -> Vec<(&'static str, String)>,
) -> Form {
    Form { name, counts, headers, query: |_| String::new() }
}

const fn query(name: &'static str, query: fn(&str) -> String) -> Form {
    Form { name, counts: false, headers: |_, _| Vec::new(), query }
}

fn authorization(value: String) -> (&'static str, String) {
    ("authorization", value)
}

fn plain(value: &str) -> (&'static str, String) {
    ("x-api-key", value.to_owned())
}

fn bearer(key: &str) -> (&'static str, String) {
    authorization(format!("Bearer {key}"))
}

fn basic(words: &str) -> (&'static str, String) {
    authorization(format!("Basic {}", STANDARD.encode(words)))
}

/// Every way. The second word is another key that is good, for ways that write down two.
pub(super) const FORMS: &[Form] = &[
    form("Bearer", true, |key, _| vec![bearer(key)]),
    form("bearer", true, |key, _| vec![authorization(format!("bearer {key}"))]),
    form("BEARER", true, |key, _| vec![authorization(format!("BEARER {key}"))]),
    form("Bearer and more spaces", true, |key, _| vec![authorization(format!("Bearer   {key}  "))]),
    form("x-api-key", true, |key, _| vec![plain(key)]),
    form("x-api-key and spaces", true, |key, _| vec![plain(&format!("  {key} \t"))]),
    form("both, equal", true, |key, _| vec![bearer(key), plain(key)]),
    form("Bearer twice, equal", true, |key, _| vec![bearer(key), bearer(key)]),
    form("x-api-key twice, equal", true, |key, _| vec![plain(key), plain(key)]),
    form("both, different", false, |key, other| vec![bearer(key), plain(other)]),
    form("both, different, the other way around", false, |key, other| vec![bearer(other), plain(key)]),
    form("Bearer twice, different", false, |key, other| vec![bearer(key), bearer(other)]),
    form("x-api-key twice, different", false, |key, other| vec![plain(key), plain(other)]),
    form("three, one different", false, |key, other| vec![bearer(key), plain(key), plain(other)]),
    form("Bearer beside an empty x-api-key", false, |key, _| vec![bearer(key), plain("")]),
    form("x-api-key beside Basic", false, |key, _| vec![basic(&format!("user:{key}")), plain(key)]),
    form("x-api-key beside another script", false, |key, _| {
        vec![authorization("Bearer ключ".into()), plain(key)]
    }),
    form("nowhere", false, |_, _| vec![]),
    form("without a scheme", false, |key, _| vec![authorization(key.to_owned())]),
    form("Bearer and a tab", false, |key, _| vec![authorization(format!("Bearer\t{key}"))]),
    form("Bearer without a space", false, |key, _| vec![authorization(format!("Bearer{key}"))]),
    form("Bearer and a comma", false, |key, _| vec![authorization(format!("Bearer {key},"))]),
    form("Bearer with a name", false, |key, _| vec![authorization(format!("Bearer token={key}"))]),
    form("Bearer in another script", false, |key, _| vec![authorization(format!("Bearer {key}\u{e9}"))]),
    form("Basic, as the password", false, |key, _| vec![basic(&format!("user:{key}"))]),
    form("Basic, as the user", false, |key, _| vec![basic(&format!("{key}:"))]),
    form("Basic, as it is", false, |key, _| vec![authorization(format!("Basic {key}"))]),
    form("Token", false, |key, _| vec![authorization(format!("Token {key}"))]),
    form("proxy-authorization", false, |key, _| vec![("proxy-authorization", format!("Bearer {key}"))]),
    form("api-key", false, |key, _| vec![("api-key", key.to_owned())]),
    form("x_api_key", false, |key, _| vec![("x_api_key", key.to_owned())]),
    form("x-forwarded-authorization", false, |key, _| {
        vec![("x-forwarded-authorization", format!("Bearer {key}"))]
    }),
    form("cookie", false, |key, _| {
        vec![("cookie", format!("key={key}; authorization=Bearer {key}; x-api-key={key}"))]
    }),
    query("query: key", |key| format!("?key={key}")),
    query("query: api_key and access_token", |key| {
        format!("?api_key={key}&access_token={key}&x-api-key={key}")
    }),
    query("query: Authorization", |key| format!("?Authorization=Bearer%20{key}")),
];

impl Form {
    /// Whether it writes more than one word that could be a key. That two of them differ is said, because
    /// it tells of the request and not of any key.
    pub(super) fn is_several(&self) -> bool {
        let could_be = |name: &str| name == "authorization" || name == "x-api-key";
        (self.headers)("", "").iter().filter(|(name, _)| could_be(name)).count() > 1
    }

    /// Adds to a path.
    pub(super) fn path(&self, path: &str, key: &str) -> Option<String> {
        let path = format!("{path}{}", (self.query)(key));
        // What no address can hold cannot be sent there.
        path.parse::<http::Uri>().ok().map(|_| path)
    }

    /// Adds to a call.
    pub(super) fn write(&self, call: Call, key: &str, other: &str) -> Call {
        let headers = (self.headers)(key, other);
        headers.into_iter().fold(call, |call, (name, value)| call.header(name, value))
    }
}
