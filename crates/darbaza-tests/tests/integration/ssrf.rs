//! Addresses of vendors that lead somewhere else: into the company's own network, or away with a secret.

#[path = "ssrf/addresses.rs"]
mod addresses;
#[path = "ssrf/answers.rs"]
mod answers;
#[path = "ssrf/canary.rs"]
mod canary;
