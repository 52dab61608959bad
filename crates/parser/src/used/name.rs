//! From the path in a `use` line to the name of a text.

/// The beginning of the names of the standard library; a path with an ending is a file all the same.
const STANDARD: &str = "standard/";
/// The ending of a file.
const ENDING: &str = ".sla";

/// Why a path cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathFault {
    /// It ends outside of the folder of the policy.
    Leaves,
    /// It begins at a root, a drive or a host.
    Absolute,
    /// It has a backslash.
    Backslash,
}

/// The folder of a file, with the mark behind it; nothing where it has none.
pub(super) fn folder(name: &str) -> &str {
    name.rfind(['/', '\\']).and_then(|at| name.get(..=at)).unwrap_or("")
}

/// The name of the text that `written` means in the text `from`, for a policy in `root`, a folder with its mark.
pub(super) fn resolve(root: &str, from: &str, written: &str) -> Result<String, PathFault> {
    if written.starts_with(STANDARD) && !written.ends_with(ENDING) {
        return Ok(written.to_owned());
    }
    beside(root, from, written)
}

/// The name of the file that `written` means in the text `from`, for a policy in `root`, whatever its ending.
pub(super) fn beside(root: &str, from: &str, written: &str) -> Result<String, PathFault> {
    if written.contains('\\') {
        return Err(PathFault::Backslash);
    }
    if written.starts_with('/') || written.contains(':') {
        return Err(PathFault::Absolute);
    }
    let from = folder(from.strip_prefix(root).unwrap_or(""));
    let mut parts: Vec<&str> = Vec::new();
    for part in from.split('/').chain(written.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Err(PathFault::Leaves),
            ".." => {}
            part => parts.push(part),
        }
    }
    Ok(format!("{root}{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::{PathFault, beside, folder, resolve};

    #[test]
    fn a_paper_is_no_part_of_the_standard_library() {
        assert_eq!(beside("a/", "a/main.sla", "standard/nda.pdf").unwrap(), "a/standard/nda.pdf");
        assert_eq!(resolve("a/", "a/main.sla", "standard/late-payment").unwrap(), "standard/late-payment");
    }

    #[test]
    fn a_path_begins_at_the_folder_of_its_file() {
        let of = |from: &str, written: &str| resolve("a/b/", from, written);
        assert_eq!(of("a/b/main.sla", "x.sla").unwrap(), "a/b/x.sla");
        assert_eq!(of("a/b/main.sla", "./c//x.sla").unwrap(), "a/b/c/x.sla");
        assert_eq!(of("a/b/c/one.sla", "x.sla").unwrap(), "a/b/c/x.sla");
        assert_eq!(of("a/b/c/one.sla", "../x.sla").unwrap(), "a/b/x.sla");
        assert_eq!(resolve("", "main.sla", "c/x.sla").unwrap(), "c/x.sla");
        assert_eq!(resolve("", "<stdin>", "x.sla").unwrap(), "x.sla");
        assert_eq!(resolve("C:\\b\\", "C:\\b\\main.sla", "c/x.sla").unwrap(), "C:\\b\\c/x.sla");
    }

    #[test]
    fn no_path_leaves_the_folder_of_the_policy() {
        let of = |from: &str, written: &str| resolve("a/b/", from, written);
        assert_eq!(of("a/b/main.sla", "../x.sla"), Err(PathFault::Leaves));
        assert_eq!(of("a/b/main.sla", "c/../../x.sla"), Err(PathFault::Leaves));
        assert_eq!(of("a/b/c/one.sla", "../../b/x.sla"), Err(PathFault::Leaves));
        assert_eq!(of("a/b/main.sla", "/x.sla"), Err(PathFault::Absolute));
        assert_eq!(of("a/b/main.sla", "C:/x.sla"), Err(PathFault::Absolute));
        assert_eq!(of("a/b/main.sla", "https://host/x.sla"), Err(PathFault::Absolute));
        assert_eq!(of("a/b/main.sla", "c\\x.sla"), Err(PathFault::Backslash));
    }

    #[test]
    fn the_standard_library_has_names_of_its_own() {
        assert_eq!(resolve("a/", "a/main.sla", "standard/hours").unwrap(), "standard/hours");
        assert_eq!(resolve("a/", "a/main.sla", "standard/hours.sla").unwrap(), "a/standard/hours.sla");
        // What the library itself uses beside its own names begins at the folder of the policy.
        assert_eq!(resolve("a/", "standard/hours", "x.sla").unwrap(), "a/x.sla");
    }

    #[test]
    fn a_name_without_folder_has_none() {
        assert_eq!(folder("main.sla"), "");
        assert_eq!(folder("a/main.sla"), "a/");
    }
}
