//! The recognisers: each proposes findings of its kind, none decides.

pub(crate) mod address;
pub(crate) mod bank;
pub(crate) mod date;
pub(crate) mod dob;
pub(crate) mod document_number;
pub(crate) mod email;
pub(crate) mod identity;
pub(crate) mod ip;
pub(crate) mod person;
pub(crate) mod phone;
pub(crate) mod plate;
pub(crate) mod secret;
pub(crate) mod special;
pub(crate) mod spoken;
