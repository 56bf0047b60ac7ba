//! Texts to findings: category, place, confidence.

use darbaza_core::{CategoryCounts, Finding};
use darbaza_detect::Detector;
use darbaza_wire::Text;
use darbaza_wire::chat::Request;

use crate::gate::Gate;

/// From this many bytes on, the work is moved off the threads that serve others.
const LONG: usize = 64 * 1024;

/// What was found in a request.
pub(crate) struct Findings {
    /// For each text of the request, in its order.
    by_text: Vec<Vec<Finding>>,
    /// Findings of the model's name, which is passed on to the vendor.
    pub(crate) in_model_name: bool,
    /// How many of each category.
    pub(crate) counts: CategoryCounts,
    /// How many bytes were looked through.
    pub(crate) length: usize,
}

impl Findings {
    /// The findings of one text.
    pub(crate) fn of(&self, text: &Text) -> &[Finding] {
        self.by_text.get(text.id.index()).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Looks through every text of the request.
pub(super) fn detect(gate: &Gate, request: &Request) -> Findings {
    let length: usize = request.texts().iter().map(|text| text.value.len()).sum();
    aside(length, || look_through(&gate.detector, request, length))
}

/// Does work on that many bytes; long work where it keeps no other request waiting.
pub(crate) fn aside<T>(length: usize, work: impl FnOnce() -> T) -> T {
    if length > LONG { blocking(work) } else { work() }
}

/// Does work that waits, for a disk or for long, where it keeps no other request waiting.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    let on_many_threads = tokio::runtime::Handle::try_current()
        .is_ok_and(|h| h.runtime_flavor() == tokio::runtime::RuntimeFlavor::MultiThread);
    if on_many_threads { tokio::task::block_in_place(work) } else { work() }
}

fn look_through(detector: &Detector, request: &Request, length: usize) -> Findings {
    let mut counts = CategoryCounts::default();
    let by_text = request
        .texts()
        .iter()
        .map(|text| {
            let found = in_text(detector, text);
            found.iter().for_each(|finding| counts.add(finding.category));
            found
        })
        .collect();
    let in_model_name = !protected(detector, request.model(), None).is_empty();
    Findings { by_text, in_model_name, counts, length }
}

/// Parts of a message are looked through as one text, so that a value split over parts is found, and
/// each for itself, because at a seam the words of two parts touch.
fn in_text(detector: &Detector, text: &Text) -> Vec<Finding> {
    let mut found = protected(detector, &text.value, text.label.as_deref());
    if text.seams.is_empty() {
        return found;
    }
    let in_parts = text.pieces().flat_map(|part| {
        let piece = text.value.get(part.clone()).unwrap_or_default();
        let mut found = protected(detector, piece, text.label.as_deref());
        for finding in &mut found {
            finding.range = finding.range.start + part.start..finding.range.end + part.start;
        }
        found
    });
    found.extend(in_parts);
    // The longest of those that begin together first, so that one pass finds what is covered: a
    // request may hold a hundred thousand parts.
    found.sort_by_key(|finding| (finding.range.start, std::cmp::Reverse(finding.range.end)));
    let mut reached = 0;
    found.retain(|finding| {
        let covered = finding.range.end <= reached;
        reached = reached.max(finding.range.end);
        !covered
    });
    found
}

/// What a rule decides on. Names of organisations, places and other dates are not among it.
fn protected(detector: &Detector, text: &str, label: Option<&str>) -> Vec<Finding> {
    let mut found = detector.detect_labelled(text, label);
    found.retain(|finding| finding.category.is_protected());
    found
}
