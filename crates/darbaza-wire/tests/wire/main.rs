//! The codec as its users see it.
//!
//! `cfg(test)` tells the lints that helpers in here may `expect`.

#[cfg(test)]
mod answer;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod json;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod request;
#[cfg(test)]
mod speed;
#[cfg(test)]
mod sse;
#[cfg(test)]
mod stream;
#[cfg(test)]
mod support;
#[cfg(test)]
mod widen;
