//! The register's versions: each one that was ever in force, with who, when and why. Nothing is
//! overwritten.

use jiff::Timestamp;

use crate::error::StoreError;

/// A register to be put in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRegister {
    /// The fingerprint of its facts.
    pub version: String,
    /// The text that the facts were read from, as it was handed in.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// By whom: a person or account, as the company names them.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A register that is or was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterVersion {
    /// Its number, from 1.
    pub number: u64,
    /// What was put in force.
    pub register: NewRegister,
}

/// Why a register was not put in force.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Another one was put in force since the caller looked.
    #[error("another register was put in force meanwhile (number {})", .0.number)]
    Changed(Box<RegisterVersion>),
    /// The engine failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The register's versions.
pub trait RegisterStore: Send + Sync {
    /// Puts a register in force, if the version that the caller knows is still the one in force
    /// (none where there is none yet). Durable when this returns.
    ///
    /// # Errors
    ///
    /// [`RegisterError::Changed`] where it is not; the engine's.
    fn put_in_force(
        &self,
        register: &NewRegister,
        expected: Option<&str>,
    ) -> Result<RegisterVersion, RegisterError>;

    /// The register in force.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn in_force(&self) -> Result<Option<RegisterVersion>, StoreError>;

    /// The register of that number.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn number(&self, number: u64) -> Result<Option<RegisterVersion>, StoreError>;

    /// The latest register with that fingerprint: what a decision's record names.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn version(&self, version: &str) -> Result<Option<RegisterVersion>, StoreError>;

    /// Up to `limit` versions, the latest first.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn history(&self, limit: usize) -> Result<Vec<RegisterVersion>, StoreError>;

    /// The versions of which the ledger has no record yet, oldest first.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn unrecorded(&self) -> Result<Vec<RegisterVersion>, StoreError>;

    /// Notes that the ledger has a durable record of that number.
    ///
    /// # Errors
    ///
    /// The engine's.
    fn recorded(&self, number: u64) -> Result<(), StoreError>;
}
