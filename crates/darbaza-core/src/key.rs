//! Keys by which people name register entries: `support-chat`, `hr-screening`.

use std::fmt;
use std::str::FromStr;

use crate::word::serde_as_str;

/// A word that cannot be the key of a register entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{word:?} cannot be {what}: write 1 to 64 of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit"
)]
pub struct NotAKey {
    /// What stood there.
    pub word: String,
    /// What it should have named.
    pub what: &'static str,
}

fn is_key(s: &str) -> bool {
    let bytes = s.as_bytes();
    matches!(bytes.len(), 1..=64)
        && bytes[0].is_ascii_alphanumeric()
        && bytes
            .iter()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'))
}

macro_rules! key {
    ($(#[doc = $doc:literal])* $name:ident, $what:literal, $check:expr) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// The key as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAKey;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                let check: fn(&str) -> bool = $check;
                if check(s) {
                    Ok($name(s.into()))
                } else {
                    Err(NotAKey { word: s.chars().take(80).collect(), what: $what })
                }
            }
        }

        serde_as_str!($name);
    };
}

key! {
    /// An organisation of the register.
    OrganisationKey, "the key of an organisation", is_key
}
key! {
    /// An AI system of the register (AI 1(5)).
    SystemKey, "the key of an AI system", is_key
}
key! {
    /// A purpose of processing (PD 7(8), 14).
    Purpose, "a purpose", is_key
}
key! {
    /// A vendor of AI services: a third party in law (PD 7(6)).
    VendorKey, "the key of a vendor", is_key
}
key! {
    /// A base of personal data (PD 1).
    BaseKey, "the key of a base", is_key
}
key! {
    /// A group of persons concerned, such as customers.
    SubjectGroup, "a group of persons", is_key
}
key! {
    /// A rule of the company's own.
    RuleKey, "the key of a rule", is_key
}
key! {
    /// A route to a vendor's model.
    RouteKey, "the key of a route", is_key
}
key! {
    /// The name of a model as clients and vendors write it.
    ModelName, "the name of a model", |s| {
        matches!(s.len(), 1..=128) && s.bytes().all(|b| b.is_ascii_graphic())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_plain_words() {
        assert!("support-chat".parse::<SystemKey>().is_ok());
        for bad in ["", "-x", "Support", "a b", "ә", &"a".repeat(65)] {
            assert!(bad.parse::<SystemKey>().is_err(), "{bad:?}");
        }
        assert!("meta-llama/Llama-3.1:free".parse::<ModelName>().is_ok());
        assert!("two words".parse::<ModelName>().is_err());
    }
}
