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
    let work = || look_through(&gate.detector, request);
    let on_many_threads = tokio::runtime::Handle::try_current()
        .is_ok_and(|h| h.runtime_flavor() == tokio::runtime::RuntimeFlavor::MultiThread);
    if length > LONG && on_many_threads { tokio::task::block_in_place(work) } else { work() }
}

fn look_through(detector: &Detector, request: &Request) -> Findings {
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
    Findings { by_text, in_model_name, counts }
}

/// Parts of a message are looked through as one text, so that a value split over parts is found, and
/// each for itself, because at a seam the words of two parts touch.
fn in_text(detector: &Detector, text: &Text) -> Vec<Finding> {
    let mut found = protected(detector, &text.value, text.label.as_deref());
    if text.seams.is_empty() {
        return found;
    }
    for part in text.pieces() {
        let Some(piece) = text.value.get(part.clone()) else { continue };
        for mut finding in protected(detector, piece, text.label.as_deref()) {
            finding.range = finding.range.start + part.start..finding.range.end + part.start;
            let covers =
                |f: &Finding| f.range.start <= finding.range.start && finding.range.end <= f.range.end;
            if !found.iter().any(covers) {
                found.push(finding);
            }
        }
    }
    found.sort_by_key(|finding| finding.range.start);
    found
}

/// What a rule decides on. Names of organisations, places and other dates are not among it.
fn protected(detector: &Detector, text: &str, label: Option<&str>) -> Vec<Finding> {
    let mut found = detector.detect_labelled(text, label);
    found.retain(|finding| finding.category.is_protected());
    found
}

/// The offset in code points of a byte offset, counted on from one that is known.
pub(crate) fn code_points(text: &str, from: (usize, usize), to: usize) -> usize {
    from.1 + text.get(from.0..to).map_or(0, |between| between.chars().count())
}
