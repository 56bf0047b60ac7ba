//! Bounds on what requests may cost, and on how long anybody is waited for.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

/// Longest time that can be set, in seconds. What is meant to be longer is a slip.
const LONGEST: u64 = 24 * 60 * 60;
/// Most requests at once, and most bytes of one body: beyond it no machine holds them.
const MOST: usize = 1 << 30;

/// Bounds on what requests may cost, and on how long anybody is waited for.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Largest body of a request. Bodies under way together may have eight times as many bytes; beyond
    /// that `limit_reached`. Searching takes memory: a body full of findings needs some 300 times its
    /// bytes for a moment, prose a fraction of that.
    #[schemars(range(min = 1, max = MOST))]
    pub body_bytes: usize,
    /// Largest whole answer of a vendor.
    #[schemars(range(min = 1, max = MOST))]
    pub answer_bytes: usize,
    /// Requests under way at once; one more gets `limit_reached`.
    #[schemars(range(min = 1, max = MOST))]
    pub concurrent_requests: usize,
    /// To reach a vendor.
    #[schemars(range(min = 1, max = LONGEST))]
    pub connect_seconds: u64,
    /// Until a vendor's answer begins.
    #[schemars(range(min = 1, max = LONGEST))]
    pub first_byte_seconds: u64,
    /// Between two pieces of a vendor's answer.
    #[schemars(range(min = 1, max = LONGEST))]
    pub idle_seconds: u64,
    /// For a client's TLS handshake.
    #[schemars(range(min = 1, max = LONGEST))]
    pub handshake_seconds: u64,
    /// For the head of a client's request, from its first byte or the end of the last answer.
    #[schemars(range(min = 1, max = LONGEST))]
    pub head_seconds: u64,
    /// Without anything taken by a client of an answer that waits for it; then it is given up.
    #[schemars(range(min = 1, max = LONGEST))]
    pub client_idle_seconds: u64,
    /// For open requests to end after the server was asked to stop. What is still open then is cut off
    /// with `vendor_timeout` and recorded as withheld. The service manager has to wait longer than this.
    #[schemars(range(max = LONGEST))]
    pub drain_seconds: u64,
    /// Free space on the data folder's disk below which the alarm is raised, once a crossing; 0 raises
    /// none. A full disk refuses every request until there is space again.
    pub disk_free_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body_bytes: 8 * 1024 * 1024,
            answer_bytes: 32 * 1024 * 1024,
            concurrent_requests: 1024,
            connect_seconds: 10,
            first_byte_seconds: 120,
            idle_seconds: 60,
            handshake_seconds: 10,
            head_seconds: 15,
            client_idle_seconds: 60,
            drain_seconds: 30,
            disk_free_bytes: 1024 * 1024 * 1024,
        }
    }
}

/// How long the gate waits for its clients.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// For a TLS handshake.
    pub handshake: Duration,
    /// For the head of a request.
    pub head: Duration,
    /// For something to be taken of an answer.
    pub client: Duration,
    /// For open requests to end at a stop.
    pub drain: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Limits::default().waits()
    }
}

impl Limits {
    /// The bounds on vendors' time, as durations.
    pub fn times(&self) -> [Duration; 3] {
        [self.connect_seconds, self.first_byte_seconds, self.idle_seconds].map(Duration::from_secs)
    }

    /// The bounds on clients' time.
    pub fn waits(&self) -> Waits {
        let [handshake, head, client, drain] =
            [self.handshake_seconds, self.head_seconds, self.client_idle_seconds, self.drain_seconds]
                .map(Duration::from_secs);
        Waits { handshake, head, client, drain }
    }

    /// What is out of its range: its key, and what is wrong.
    pub(super) fn problems(&self) -> Vec<(&'static str, String)> {
        let seconds = [
            ("connect_seconds", self.connect_seconds, 1),
            ("first_byte_seconds", self.first_byte_seconds, 1),
            ("idle_seconds", self.idle_seconds, 1),
            ("handshake_seconds", self.handshake_seconds, 1),
            ("head_seconds", self.head_seconds, 1),
            ("client_idle_seconds", self.client_idle_seconds, 1),
            ("drain_seconds", self.drain_seconds, 0),
        ];
        let amounts = [
            ("body_bytes", self.body_bytes),
            ("answer_bytes", self.answer_bytes),
            ("concurrent_requests", self.concurrent_requests),
        ];
        let seconds = seconds
            .into_iter()
            .filter(|(_, value, least)| !(*least..=LONGEST).contains(value))
            .map(|(key, value, least)| (key, format!("{key} is {value}, not from {least} to {LONGEST}")));
        let amounts = amounts
            .into_iter()
            .filter(|(_, value)| !(1..=MOST).contains(value))
            .map(|(key, value)| (key, format!("{key} is {value}, not from 1 to {MOST}")));
        seconds.chain(amounts).collect()
    }
}
