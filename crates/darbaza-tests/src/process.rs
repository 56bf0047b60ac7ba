//! The program itself as a process: commands that end, and a demo that runs until it is told to end.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use http::Method;
use serde_json::Value;

use crate::client::{Answer, Call};
use crate::test_app::{binary, one_message};

/// A command that ended.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code.
    pub code: i32,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
}

impl Ran {
    /// Runs the program with these arguments in that folder, with that standard input.
    pub fn with_input<A: AsRef<OsStr>>(folder: &Path, arguments: &[A], input: &[u8]) -> Ran {
        let mut child = Command::new(binary())
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_owned();
        let writer = std::thread::spawn(move || drop(std::io::Write::write_all(&mut stdin, &input)));
        let ran = Ran::from(child.wait_with_output().expect("the program ends"));
        writer.join().expect("the input is written");
        ran
    }

    /// Runs the program with these arguments in that folder.
    pub fn new<A: AsRef<OsStr>>(folder: &Path, arguments: &[A]) -> Ran {
        Ran::with_input(folder, arguments, b"")
    }

    /// Fails where the command did not end with that code; gives what it wrote to both.
    pub fn expect(&self, code: i32) -> String {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        format!("{}{}", self.out, self.err)
    }

    /// Fails where the command did not fail with that code and the three lines of what, why and do,
    /// of which one holds the word.
    pub fn fails(&self, code: i32, word: &str) {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        is_failure(&self.err, word);
    }
}

/// Fails where a text is not the three lines of a failure, with the word in one of them.
pub fn is_failure(text: &str, word: &str) {
    // A server logs to standard error as well, one JSON object a line.
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('{')).collect();
    let [what, why, remedy] = lines.as_slice() else { panic!("three lines, not {text:?}") };
    assert!(what.starts_with("error: ") && what.len() > 12, "{text}");
    assert!(why.starts_with("  why: ") && why.len() > 10, "{text}");
    assert!(remedy.starts_with("  do:  ") && remedy.len() > 10, "{text}");
    assert!(text.contains(word), "{word:?} is not in {text}");
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// A running `darbaza serve`.
pub struct Serve {
    child: Child,
    folder: PathBuf,
    gateway: String,
    operations: String,
}

impl Serve {
    /// Serves by a configuration in that folder, and waits until it accepts requests.
    pub fn start(folder: &Path, config: &str) -> Serve {
        let file = |name| File::create(folder.join(name)).expect("a file");
        let mut child = Command::new(binary())
            .args(["serve", "--config", config])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(file("serve.out"))
            .stderr(file("serve.err"))
            .spawn()
            .expect("the program starts");
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let out = std::fs::read_to_string(folder.join("serve.out")).unwrap_or_default();
            let address = |name| out.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            if let (Some(gateway), Some(operations)) = (address("gate       "), address("operations ")) {
                return Serve { child, folder: folder.to_owned(), gateway, operations };
            }
            let ended = child.try_wait().expect("a child");
            let said = std::fs::read_to_string(folder.join("serve.err")).unwrap_or_default();
            assert!(ended.is_none() && Instant::now() < deadline, "not ready ({ended:?}): {said}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The gate's base URL.
    pub fn gateway(&self) -> &str {
        &self.gateway
    }

    /// The base URL of health and metrics.
    pub fn operations(&self) -> &str {
        &self.operations
    }

    /// What was logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("serve.err")).expect("a log")
    }

    /// Sends a signal, such as `TERM` or `KILL`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits for the program's end.
    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("a child")
    }

    /// The program's process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends the program in order; what it logged.
    pub fn stop(mut self) -> String {
        self.signal("TERM");
        assert!(self.wait().success(), "{}", self.log());
        self.log()
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// How a demo is to be run.
pub struct DemoOptions {
    folder: PathBuf,
    upstream: Option<String>,
    upstream_key: Option<String>,
    log: Option<String>,
    environment: Vec<(String, String)>,
    strace: Vec<String>,
}

/// A running demo on a free port.
pub struct Demo {
    child: Child,
    pid: u32,
    folder: PathBuf,
    ready: Value,
}

impl Demo {
    /// A demo whose data lie in `demo` below that folder.
    pub fn within(folder: &Path) -> DemoOptions {
        DemoOptions {
            folder: folder.to_owned(),
            upstream: None,
            upstream_key: None,
            log: None,
            environment: Vec::new(),
            strace: Vec::new(),
        }
    }

    /// The gate's base URL.
    pub fn gateway(&self) -> &str {
        self.ready["gateway"].as_str().expect("the gate's address")
    }

    /// What the ready file holds.
    pub fn ready(&self) -> &Value {
        &self.ready
    }

    /// The key of a system of the sample.
    pub fn key(&self, system: &str) -> &str {
        self.ready["keys"][system].as_str().expect("a key")
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.join("demo")
    }

    /// Where the demo's ready file is.
    pub fn ready_file(&self) -> PathBuf {
        self.folder.join("ready.json")
    }

    /// The program's own process id, also below a tracer.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// What was written to standard output and standard error so far.
    pub fn said(&self) -> String {
        let read = |name| std::fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        read("out.txt") + &read("err.txt")
    }

    /// A chat completion of a system with that body.
    pub fn chat(&self, system: &str, body: &Value) -> Call {
        Call::new(self.gateway(), Method::POST, "/v1/chat/completions").key(self.key(system)).json(body)
    }

    /// Sends one user message as a system.
    pub async fn say(&self, system: &str, text: &str) -> Answer {
        self.chat(system, &one_message(text)).send().await
    }

    /// Sends a signal, such as `TERM` or `KILL`, to the program.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.pid.to_string()]).status();
        assert!(sent.expect("kill runs").success(), "no process {} to send {name} to", self.pid);
    }

    /// Waits for the program's end.
    pub fn wait(&mut self, patience: Duration) -> ExitStatus {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            assert!(Instant::now() < deadline, "still running after {patience:?}: {}", self.said());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends the program in order.
    pub fn stop(mut self) {
        self.signal("TERM");
        let status = self.wait(Duration::from_secs(10));
        assert!(status.success(), "{status}: {}", self.said());
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // Below a tracer the program itself has to go, or it would outlive its tracer.
            drop(Command::new("kill").args(["-KILL", &self.pid.to_string()]).status());
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

impl DemoOptions {
    /// The address that takes the mirror's place.
    #[must_use]
    pub fn upstream(mut self, base: &str) -> DemoOptions {
        self.upstream = Some(base.to_owned());
        self
    }

    /// The secret for that address.
    #[must_use]
    pub fn upstream_key(mut self, key: &str) -> DemoOptions {
        self.upstream_key = Some(key.to_owned());
        self
    }

    /// What is logged, such as `trace`.
    #[must_use]
    pub fn log(mut self, filter: &str) -> DemoOptions {
        self.log = Some(filter.to_owned());
        self
    }

    /// Another variable of its environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> DemoOptions {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs the program below strace with these options; [`DemoOptions::trace`] is its output.
    #[must_use]
    pub fn strace<S: AsRef<str>>(mut self, options: &[S]) -> DemoOptions {
        self.strace = options.iter().map(|option| option.as_ref().to_owned()).collect();
        self
    }

    /// Where strace writes to.
    pub fn trace(folder: &Path) -> PathBuf {
        folder.join("trace.txt")
    }

    fn command(&self) -> Command {
        let mut command = if self.strace.is_empty() {
            Command::new(binary())
        } else {
            let mut strace = Command::new("strace");
            strace.arg("-f").arg("-o").arg(DemoOptions::trace(&self.folder)).args(&self.strace).arg(binary());
            strace
        };
        command.args(["demo", "--quiet", "--gateway", "127.0.0.1:0", "--data"]);
        command.arg(self.folder.join("demo")).arg("--ready-file").arg(self.folder.join("ready.json"));
        if let Some(base) = &self.upstream {
            command.args(["--upstream", base]);
        }
        command.env_remove("DARBAZA_UPSTREAM_KEY").env_remove("DARBAZA_LOG");
        if let Some(key) = &self.upstream_key {
            command.env("DARBAZA_UPSTREAM_KEY", key);
        }
        if let Some(filter) = &self.log {
            command.env("DARBAZA_LOG", filter);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let file = |name| File::create(self.folder.join(name)).expect("a file");
        command.stdin(Stdio::null()).stdout(file("out.txt")).stderr(file("err.txt"));
        command
    }

    /// Starts the demo and waits until everything accepts requests.
    pub fn start(self) -> Demo {
        self.try_start().unwrap_or_else(|ran| panic!("not ready: {ran:?}"))
    }

    /// Starts the demo where it may fail to start; then it ended by itself.
    pub fn try_start(self) -> Result<Demo, Ran> {
        let ready_file = self.folder.join("ready.json");
        // One that a killed demo left says nothing about this one.
        drop(std::fs::remove_file(&ready_file));
        let mut child = self.command().spawn().expect("the program (or strace) starts");
        let deadline = Instant::now() + Duration::from_secs(20);
        while !ready_file.exists() {
            if let Some(status) = child.try_wait().expect("a child") {
                return Err(self.ran(status));
            }
            if Instant::now() > deadline {
                drop(child.kill());
                panic!("neither ready nor ended: {:?}", self.ran(child.wait().expect("a child")));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let ready = serde_json::from_slice(&std::fs::read(&ready_file).expect("a ready file")).expect("JSON");
        let pid = if self.strace.is_empty() { child.id() } else { traced_pid(child.id()) };
        Ok(Demo { child, pid, folder: self.folder, ready })
    }

    /// Starts the demo and kills it after that time, ready or not.
    pub fn start_and_kill(self, after: Duration) {
        let mut child = self.command().spawn().expect("the program starts");
        std::thread::sleep(after);
        child.kill().expect("it runs, or ran");
        child.wait().expect("a child");
    }

    fn ran(&self, status: ExitStatus) -> Ran {
        let read = |name| std::fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        Ran { code: status.code().unwrap_or(-1), out: read("out.txt"), err: read("err.txt") }
    }

    /// Runs the demo where it must not start, to its end.
    pub fn fail(self) -> Ran {
        let mut child = self.command().spawn().expect("the program starts");
        let deadline = Instant::now() + Duration::from_secs(10);
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break status;
            }
            if Instant::now() > deadline {
                drop(child.kill());
                panic!("the demo started");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        self.ran(status)
    }
}

/// The only child of the tracer.
fn traced_pid(tracer: u32) -> u32 {
    let children = std::fs::read_to_string(format!("/proc/{tracer}/task/{tracer}/children")).expect("/proc");
    children.split_whitespace().next().expect("strace runs the program").parse().expect("a number")
}
