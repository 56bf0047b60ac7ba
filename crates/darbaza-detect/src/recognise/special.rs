//! .
use crate::candidate::Candidates;
use crate::document::Document;
pub(crate) fn find(_d: &Document, _out: &mut Candidates) {}
