//! The program's entry.

/// A request makes and drops some hundreds of small values, many on another thread than the one that
/// made them; the system's allocator takes a fifth of the time for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    darbaza::run(std::env::args_os())
}
