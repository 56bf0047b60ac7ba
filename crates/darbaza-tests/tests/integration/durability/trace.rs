//! What strace wrote down, as a row of moments: calls that begin and calls that are done.
//!
//! Lines stand in the order in which the tracer saw them. A call that another thread's call came
//! between is two lines, "unfinished" and "resumed", so that begin and end each have a place.

use std::collections::HashMap;
use std::path::Path;

/// A system call with the places of its begin and end in the trace.
#[derive(Debug)]
pub(super) struct Call {
    /// Such as `fdatasync`.
    pub(super) name: String,
    /// Everything between the brackets, as strace writes it.
    pub(super) arguments: String,
    /// What it gave back, such as `0` or `-1 EIO (Input/output error) (INJECTED)`.
    pub(super) result: String,
    /// Line of its begin.
    pub(super) begin: usize,
    /// Line of its end.
    pub(super) end: usize,
}

impl Call {
    /// Whether its first argument is that file or socket (option `-yy` of strace).
    pub(super) fn is_on(&self, what: &str) -> bool {
        self.arguments.split(',').next().is_some_and(|first| first.contains(what))
    }

    /// Whether it wrote something.
    pub(super) fn is_write(&self) -> bool {
        ["write", "writev", "pwrite64", "sendto", "sendmsg"].contains(&self.name.as_str())
    }

    /// Whether it asked for durability.
    pub(super) fn is_sync(&self) -> bool {
        ["fsync", "fdatasync"].contains(&self.name.as_str())
    }
}

/// Every call of a trace file, in the order of their begins.
pub(super) fn read(path: &Path) -> Vec<Call> {
    let text = String::from_utf8_lossy(&std::fs::read(path).expect("a trace")).into_owned();
    let mut calls: Vec<Call> = Vec::new();
    let mut open: HashMap<String, usize> = HashMap::new();
    for (line, text) in text.lines().enumerate() {
        let Some((thread, rest)) = text.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some((_, tail)) = rest.split_once(" resumed>") {
            if let Some(call) = open.remove(thread).and_then(|at| calls.get_mut(at)) {
                call.end = line;
                call.result = result_of(tail);
            }
            continue;
        }
        let Some((name, inside)) = rest.split_once('(') else { continue };
        if !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            continue;
        }
        let unfinished = inside.split_once(" <unfinished ...>");
        if unfinished.is_some() {
            open.insert(thread.to_owned(), calls.len());
        }
        calls.push(Call {
            name: name.to_owned(),
            arguments: unfinished.map_or(inside, |(arguments, _)| arguments).to_owned(),
            result: if unfinished.is_some() { String::new() } else { result_of(inside) },
            begin: line,
            end: if unfinished.is_some() { usize::MAX } else { line },
        });
    }
    calls
}

fn result_of(tail: &str) -> String {
    tail.rsplit_once(" = ").map(|(_, result)| result.to_owned()).unwrap_or_default()
}
