//! .
use crate::candidate::Candidates;
use crate::digits::Digits;
use crate::document::Document;
pub(crate) fn find(_d: &Document, _g: &Digits, _out: &mut Candidates) {}
