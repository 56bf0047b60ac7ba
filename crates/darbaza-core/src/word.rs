//! Closed lists of words: one macro, so that every such enum is written, read and refused alike.

/// Gives an enum with `ALL` and `as_str` its written form: `Display`, `FromStr` with the error
/// type named, `Serialize` and `Deserialize`.
macro_rules! written_as_word {
    ($name:ident, $error:ident, $message:literal) => {
        #[doc = concat!("A word that is none of [`", stringify!($name), "`].")]
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[error($message, word = self.0, known = crate::word::list($name::ALL.iter().map(|w| w.as_str())))]
        pub struct $error(pub String);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                let found = $name::ALL.iter().copied().find(|w| w.as_str() == s);
                found.ok_or_else(|| $error(s.chars().take(80).collect()))
            }
        }

        crate::word::serde_as_str!($name);
    };
}

/// `Serialize` by `as_str`, `Deserialize` by `FromStr`.
macro_rules! serde_as_str {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use serde_as_str;
pub(crate) use written_as_word;

/// The known words, for an error that says what could have stood there.
pub(crate) fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}
