//! Refusals that follow from the key: its system is suspended, or one of its limits is reached.

use std::num::NonZeroU32;
use std::time::Duration;

use darbaza_core::RefusalCode;
use jiff::Timestamp;

use super::{Refused, Sentence};
use crate::clock::told;
use crate::keybook::Exceeded;

impl Refused {
    /// A system that a person suspended.
    pub(crate) fn suspended(system: &str, since: Timestamp) -> Refused {
        let what = Sentence::new("system-suspended").word("system", system).word("since", told(since));
        let mut refused = Refused::plain(RefusalCode::SystemNotLive, what, "system-suspended-fix");
        refused.reasons.rule = Some("system-suspended".to_owned());
        refused.reasons.law = vec!["AI 18(2)".to_owned()];
        refused
    }

    /// A limit of the key.
    pub(crate) fn exceeded(limit: Exceeded) -> Refused {
        let (rule, id, fix, limit, wait) = match limit {
            Exceeded::Requests(limit, wait) => {
                ("requests-per-minute", "limit-requests", "limit-requests-fix", limit.to_string(), wait)
            }
            Exceeded::Concurrent(limit) => {
                let wait = Duration::from_secs(1);
                ("concurrent-requests", "limit-concurrent", "limit-concurrent-fix", limit.to_string(), wait)
            }
            Exceeded::Tokens(limit, wait) => {
                ("tokens-per-day", "limit-tokens", "limit-tokens-fix", limit.to_string(), wait)
            }
        };
        let what = Sentence::new(id).word("limit", limit);
        let mut refused = Refused::plain(RefusalCode::LimitReached, what, fix);
        refused.reasons.rule = Some(rule.to_owned());
        // Whole seconds (RFC 9110, 10.2.3), and never so few that the limit is still reached.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
        refused.reasons.retry_after = Some(NonZeroU32::new(seconds).unwrap_or(NonZeroU32::MIN));
        refused
    }
}
