//! The official clients of the OpenAI protocol, installed from their packages in the exact versions
//! that `tests/clients` names: once for each list of versions, beside the build's own results.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// A client that applications use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfficialClient {
    /// The package `openai` for Python.
    Python,
    /// The package `openai` for Node.
    Node,
}

impl OfficialClient {
    /// Gives the client's script an order and returns what it saw. What both are is told in
    /// `tests/clients/python/run.py`.
    pub async fn run(self, order: Value) -> Value {
        let ran = tokio::task::spawn_blocking(move || self.run_blocking(&order)).await;
        ran.unwrap_or_else(|failed| std::panic::resume_unwind(failed.into_panic()))
    }

    fn run_blocking(self, order: &Value) -> Value {
        let scripts = scripts();
        let mut command = match self {
            OfficialClient::Python => {
                let mut command = Command::new(python().join("bin/python"));
                command.arg(scripts.join("python/run.py"));
                command
            }
            OfficialClient::Node => {
                let mut command = Command::new("node");
                command.arg(scripts.join("node/run.cjs")).env("NODE_PATH", node().join("node_modules"));
                command
            }
        };
        // Proxies, keys and log settings of the one who runs the tests are not part of them.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            let upper = name.to_ascii_uppercase();
            if upper.ends_with("_PROXY") || upper.starts_with("OPENAI_") || upper.starts_with("NODE_OPTIONS")
            {
                command.env_remove(name);
            }
        }
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUTF8", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{self:?} cannot be started: {error}"));
        let mut stdin = child.stdin.take().expect("a standard input");
        stdin.write_all(order.to_string().as_bytes()).expect("the script reads its order");
        drop(stdin);
        let output = child.wait_with_output().expect("the script ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the script of {self:?} failed:\n{said}");
        serde_json::from_slice(&output.stdout).expect("the script prints JSON")
    }
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

/// The virtual environment with the Python client.
fn python() -> &'static Path {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    there(FOLDER.get_or_init(|| {
        let requirements = scripts().join("python/requirements.txt");
        let version = run(Command::new("python3").arg("--version"), "Install python3 and python3-venv.")?;
        prepared("python", &[&read(&requirements), &version], |folder| {
            let remedy = "Install the package python3-venv, and see that the package index is reached.";
            run(Command::new("python3").args(["-m", "venv"]).arg(folder), remedy)?;
            // All that is needed stands in the list, so nothing else may come along.
            let options = ["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "-r"];
            run(Command::new(folder.join("bin/python")).args(options).arg(&requirements), remedy)?;
            run(Command::new(folder.join("bin/python")).args(["-m", "pip", "check"]), remedy)
        })
    }))
}

/// The folder whose `node_modules` has the Node client.
fn node() -> &'static Path {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    there(FOLDER.get_or_init(|| {
        let project = scripts().join("node");
        let version = run(Command::new("node").arg("--version"), "Install nodejs, of version 18 or newer.")?;
        prepared("node", &[&read(&project.join("package-lock.json")), &version], |folder| {
            for file in ["package.json", "package-lock.json", ".npmrc"] {
                fs::copy(project.join(file), folder.join(file)).expect("the list of versions is copied");
            }
            let options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
            let remedy = "Install the package npm, and see that the package index is reached.";
            run(Command::new("npm").args(options).current_dir(folder), remedy)
        })
    }))
}

/// What cannot be installed is tried once and fails every test that needs it.
fn there(folder: &'static Result<PathBuf, String>) -> &'static Path {
    folder.as_ref().unwrap_or_else(|missing| panic!("{missing}"))
}

/// A folder that holds what these lists of versions name. It is made once: by the first test of
/// the first process that comes here, while the others wait.
fn prepared(
    name: &str,
    made_of: &[&str],
    prepare: impl FnOnce(&Path) -> Result<String, String>,
) -> Result<PathBuf, String> {
    let mut hasher = DefaultHasher::new();
    made_of.hash(&mut hasher);
    let tools = target_folder().join("test-tools");
    let folder = tools.join(format!("{name}-{:016x}", hasher.finish()));
    fs::create_dir_all(&tools).expect("a folder for tools");
    let lock = File::create(tools.join(format!("{name}.lock"))).expect("a lock file");
    lock.lock().expect("the lock");
    let ready = folder.join(".ready");
    if !ready.is_file() {
        // Something is left where an installation was broken off.
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).expect("a folder for the tool");
        prepare(&folder)?;
        File::create(ready).expect("the mark that all is there");
    }
    Ok(folder)
}

/// The folder that Cargo builds in, from the place of the test itself.
fn target_folder() -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    let profile = test.ancestors().find(|folder| folder.ends_with("debug") || folder.ends_with("release"));
    profile.and_then(Path::parent).expect("a target folder").to_owned()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Runs a command to its end and gives what it said.
fn run(command: &mut Command, remedy: &str) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{program} cannot be started: {error}.\n{remedy}"))?;
    let said =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    if output.status.success() { Ok(said) } else { Err(format!("{program} failed:\n{said}\n{remedy}")) }
}
