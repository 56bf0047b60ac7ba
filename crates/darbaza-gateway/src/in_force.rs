//! The register and its rules that are in force now. Replaced as a whole: a request is decided, masked and
//! recorded by what is in force once it was read, and by nothing else.

use std::sync::{Arc, PoisonError, RwLock};

use darbaza_policy::Policy;

/// What is in force.
pub struct InForce(RwLock<Arc<Policy>>);

impl InForce {
    /// Begins with these rules.
    pub fn new(policy: Policy) -> InForce {
        InForce(RwLock::new(Arc::new(policy)))
    }

    /// What is in force now.
    pub fn now(&self) -> Arc<Policy> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other rules in force, for every request that is decided from now on.
    pub fn replace(&self, policy: Policy) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(policy);
    }
}
