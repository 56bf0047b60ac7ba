//! Who runs this process, as the operating system knows it.

use std::os::unix::fs::MetadataExt;

/// The name of the user whose process this is; `uid N` where the system has no name for it.
pub(crate) fn os_user() -> String {
    let Ok(process) = std::fs::metadata("/proc/self") else { return "unknown".to_owned() };
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let uid = process.uid().to_string();
    // NAME:PASSWORD:UID:... (passwd(5))
    let name = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1) == Some(uid.as_str())).then(|| name.to_owned())
    });
    name.unwrap_or_else(|| format!("uid {uid}"))
}
