use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use super::key_name::check_key_name;
use super::{SignerKey, VerifierKey};

/// The largest note that is read. C2SP asks readers for a bound; 1 MiB holds hundreds of signatures.
const LARGEST_NOTE: usize = 1 << 20;

/// The most signatures that are read. C2SP asks for 16 at least.
const MOST_SIGNATURES: usize = 100;

/// What every signature line begins with.
const SIGNATURE_MARK: &str = "— ";

/// Why a note is none, or is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteError {
    /// The note is larger than 1 MiB or carries more than 100 signatures.
    #[error("the note is larger than 1 MiB or has more than 100 signatures")]
    TooLarge,
    /// The note is not UTF-8, or holds a control character other than the newline.
    #[error("the note is not plain UTF-8 text")]
    NotText,
    /// No text ending in a newline, an empty line and signature lines.
    #[error("the note is not a text, an empty line and lines of signatures")]
    Form,
    /// A signature line is not in its form.
    #[error("line {number} of the signatures is malformed")]
    SignatureLine {
        /// The line's place among the signatures, from 1.
        number: usize,
    },
    /// A key that was to be checked is named, and did not make this signature over this text.
    #[error("the signature of {name} is wrong")]
    WrongSignature {
        /// The key's name.
        name: String,
    },
    /// None of the keys that were to be checked has signed.
    #[error("the note is not signed by a known key")]
    NotSigned,
}

/// One signature line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key that is said to have signed.
    pub name: String,
    /// The four bytes that stand for the key.
    pub id: [u8; 4],
    /// The signature itself, for Ed25519 64 bytes.
    pub bytes: Vec<u8>,
}

/// A text with signatures; `Display` gives the whole note.
///
/// Reading one proves nothing: the text is to be believed only after [`SignedNote::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl SignedNote {
    /// Signs a text.
    ///
    /// # Errors
    /// [`NoteError::Form`] where the text does not end in a newline, [`NoteError::NotText`] where it
    /// holds another control character, [`NoteError::TooLarge`].
    pub fn sign(text: &str, key: &SignerKey) -> Result<Self, NoteError> {
        check_text(text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::Form);
        }
        Ok(Self { text: text.to_owned(), signatures: vec![key.sign(text)] })
    }

    /// Reads a note with one signature or more, verifying none.
    ///
    /// # Errors
    /// Every variant of [`NoteError`] but the last two.
    pub fn parse(note: &[u8]) -> Result<Self, NoteError> {
        if note.len() > LARGEST_NOTE {
            return Err(NoteError::TooLarge);
        }
        let note = str::from_utf8(note).map_err(|_| NoteError::NotText)?;
        check_text(note)?;
        // The last empty line parts the text from the signatures: the text may hold empty lines.
        let text_end = note.rfind("\n\n").ok_or(NoteError::Form)? + 1;
        let (text, rest) = note.split_at(text_end);
        let lines =
            rest.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n')).ok_or(NoteError::Form)?;
        let signatures = lines
            .split('\n')
            .zip(1..)
            .map(|(line, number)| match () {
                () if number > MOST_SIGNATURES => Err(NoteError::TooLarge),
                () => parse_signature(line).ok_or(NoteError::SignatureLine { number }),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text without its signatures; ends in a newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, verified or not.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Which of the keys have signed.
    ///
    /// Signatures of other keys are ignored, be it that they share a name or an id with one of these.
    ///
    /// # Errors
    /// [`NoteError::WrongSignature`] where one is said to be by one of the keys and is not;
    /// [`NoteError::NotSigned`] where none of the keys has signed.
    pub fn verify<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let mut signed_by: Vec<&VerifierKey> = Vec::new();
        for signature in &self.signatures {
            let claimed = |key: &&VerifierKey| key.name() == signature.name && key.id() == signature.id;
            let Some(key) = keys.iter().find(claimed) else { continue };
            if !key.signed(&self.text, &signature.bytes) {
                return Err(NoteError::WrongSignature { name: signature.name.clone() });
            }
            if !signed_by.contains(&key) {
                signed_by.push(key);
            }
        }
        if signed_by.is_empty() { Err(NoteError::NotSigned) } else { Ok(signed_by) }
    }
}

fn check_text(text: &str) -> Result<(), NoteError> {
    if text.len() > LARGEST_NOTE {
        return Err(NoteError::TooLarge);
    }
    let control = text.bytes().any(|byte| byte < b' ' && byte != b'\n');
    if control { Err(NoteError::NotText) } else { Ok(()) }
}

fn parse_signature(line: &str) -> Option<NoteSignature> {
    let (name, encoded) = line.strip_prefix(SIGNATURE_MARK)?.split_once(' ')?;
    check_key_name(name).ok()?;
    let decoded = STANDARD.decode(encoded).ok()?;
    let (id, bytes) = decoded.split_first_chunk::<4>()?;
    let (id, bytes) = (*id, bytes.to_vec());
    (!bytes.is_empty()).then(|| NoteSignature { name: name.to_owned(), id, bytes })
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for NoteSignature { name, id, bytes } in &self.signatures {
            let encoded = STANDARD.encode([id, bytes.as_slice()].concat());
            writeln!(f, "{SIGNATURE_MARK}{name} {encoded}")?;
        }
        Ok(())
    }
}
