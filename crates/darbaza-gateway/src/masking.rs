//! The masking key of the current epoch.

use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use darbaza_mask::MaskingKey;

/// Where the masking keys are kept.
pub trait MaskingKeySource: Send + Sync {
    /// The key of that epoch, made where there is none. Older ones may be destroyed.
    ///
    /// # Errors
    ///
    /// Where it cannot be read or kept; nothing is masked with a key that is not kept.
    fn key(&self, epoch: u32) -> io::Result<MaskingKey>;
}

/// The last key that was asked for, so that the source is asked once an epoch.
pub(crate) struct MaskingRing {
    source: Box<dyn MaskingKeySource>,
    current: RwLock<Option<Arc<MaskingKey>>>,
}

impl MaskingRing {
    pub(crate) fn new(source: Box<dyn MaskingKeySource>) -> MaskingRing {
        MaskingRing { source, current: RwLock::new(None) }
    }

    pub(crate) fn key(&self, epoch: u32) -> io::Result<Arc<MaskingKey>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(key) = current.filter(|key| key.epoch() == epoch) {
            return Ok(key);
        }
        let mut slot = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = slot.as_ref().filter(|key| key.epoch() == epoch) {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(self.source.key(epoch)?);
        *slot = Some(Arc::clone(&key));
        Ok(key)
    }
}
