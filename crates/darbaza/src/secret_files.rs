//! The gate's own keys: one file each, mode 0600, in a folder of mode 0700 that may lie apart from
//! the data. SECURITY.md says what each loss costs and how each is renewed.
//!
//! A key that is missing beside data that need it is not made anew in silence: whoever runs the
//! gate puts an empty file in its place to say that the loss is accepted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use darbaza_gateway::{GateKeys, MaskingKeySource};
use darbaza_mask::MaskingKey;
use zeroize::Zeroizing;

use crate::data_folder::{check_private, private_folder, sync_parent, write_private};
use crate::failure::Failure;

/// A key of 256 bits.
type Seed = Zeroizing<[u8; 32]>;

/// The folder of the keys.
#[derive(Clone, Debug)]
pub(crate) struct SecretFiles {
    folder: PathBuf,
    /// Whether the data folder was new at the start: only then are keys made without asking.
    fresh: bool,
}

impl SecretFiles {
    /// Opens the folder; where the data folder is fresh, makes it where there is none.
    ///
    /// # Errors
    ///
    /// Where others than the owner can read it, or it is not there and cannot be made.
    pub(crate) fn open(folder: &Path, fresh: bool) -> Result<SecretFiles, Failure> {
        if !fresh && !folder.exists() {
            return Err(missing("folder of keys", folder));
        }
        let there = if fresh { private_folder(folder) } else { Ok(()) };
        there.and_then(|()| check_private(folder)).map_err(|e| unusable(folder, &e))?;
        Ok(SecretFiles { folder: folder.to_owned(), fresh })
    }

    /// The keys that the gateway works with.
    ///
    /// # Errors
    ///
    /// Where one is missing, damaged or readable by others.
    pub(crate) fn gate_keys(&self) -> Result<GateKeys, Failure> {
        Ok(GateKeys {
            lookup: self.key("lookup.key")?,
            pseudonyms: self.key("pseudonyms.key")?,
            commitments: self.key("commitments.key")?,
        })
    }

    /// The seed of the key that signs checkpoints, and whether it was made just now.
    ///
    /// # Errors
    ///
    /// Where it is missing, damaged or readable by others.
    pub(crate) fn checkpoint_seed(&self) -> Result<(Seed, bool), Failure> {
        self.key_and_age("checkpoints.key")
    }

    fn key(&self, name: &str) -> Result<Seed, Failure> {
        self.key_and_age(name).map(|(key, _)| key)
    }

    fn key_and_age(&self, name: &str) -> Result<(Seed, bool), Failure> {
        let path = self.folder.join(name);
        let made = |made: io::Result<Seed>| made.map(|key| (key, true)).map_err(|e| unusable(&path, &e));
        match read_key(&path) {
            Ok(Some(key)) => Ok((key, false)),
            // An empty file: the loss is accepted.
            Ok(None) => made(fs::remove_file(&path).and_then(|()| new_key(&path))),
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.fresh => made(new_key(&path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing("key file", &path)),
            Err(error) => Err(unusable(&path, &error)),
        }
    }
}

/// Masking keys, one file per epoch; older ones than the last are deleted, since no token is ever
/// restored by a later request.
impl MaskingKeySource for SecretFiles {
    fn key(&self, epoch: u32) -> io::Result<MaskingKey> {
        let path = self.folder.join(format!("masking-{epoch}.key"));
        let key = match read_key(&path) {
            Ok(Some(key)) => key,
            Ok(None) => return Err(io::Error::other(format!("{} is empty", path.display()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => new_key(&path)?,
            Err(error) => return Err(error),
        };
        self.forget_epochs_before(epoch.saturating_sub(1))?;
        Ok(MaskingKey::new(epoch, *key))
    }
}

impl SecretFiles {
    fn forget_epochs_before(&self, oldest: u32) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let epoch = path
                .file_name()
                .and_then(|n| n.to_str())
                .and_then(|name| name.strip_prefix("masking-")?.strip_suffix(".key")?.parse::<u32>().ok());
            if epoch.is_some_and(|epoch| epoch < oldest) {
                fs::remove_file(&path)?;
                sync_parent(&path)?;
            }
        }
        Ok(())
    }
}

/// The key in a file of 64 hexadecimal digits; `None` where the file is empty.
fn read_key(path: &Path) -> io::Result<Option<Seed>> {
    let text = Zeroizing::new(fs::read_to_string(path)?);
    check_private(path)?;
    let digits = text.trim_end();
    if digits.is_empty() {
        return Ok(None);
    }
    let damaged =
        || io::Error::new(io::ErrorKind::InvalidData, "it holds something else than 64 hexadecimal digits");
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if pairs.len() != 32 || !rest.is_empty() {
        return Err(damaged());
    }
    let mut key = Zeroizing::new([0; 32]);
    for (byte, pair) in key.iter_mut().zip(pairs) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        let value = high.zip(low).and_then(|(h, l)| u8::try_from(h * 16 + l).ok());
        *byte = value.ok_or_else(damaged)?;
    }
    Ok(Some(key))
}

fn new_key(path: &Path) -> io::Result<Seed> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(key.as_mut_slice()).map_err(io::Error::other)?;
    let digits: Zeroizing<String> = Zeroizing::new(key.iter().map(|b| format!("{b:02x}")).collect());
    write_private(path, digits.as_bytes())?;
    Ok(key)
}

fn missing(what: &str, path: &Path) -> Failure {
    Failure::environment(
        format!("the {what} {} is missing", path.display()),
        "the data folder was made with keys that are not there",
        "put it back from the backup; SECURITY.md says what the loss of each key costs, and an empty file in \
         a key's place with mode 0600 accepts the loss and makes a new key",
    )
}

fn unusable(path: &Path, why: &io::Error) -> Failure {
    Failure::environment(
        format!("the keys in {} cannot be used", path.display()),
        why,
        "keys are files of mode 0600 in a folder of mode 0700, both owned by the user that runs Darbaza",
    )
}
