//! The standard library: files that ship with the tool and are used by a name, as in `use "standard/office-hours".`

use servanda_diagnostics::spelling;

/// What the names begin with.
const PREFIX: &str = "standard/";

/// Every part with its name, in the order of the names.
const PARTS: [(&str, &str); 5] = [
    ("standard/around-the-clock", include_str!("../standard/around-the-clock.sla")),
    ("standard/availability", include_str!("../standard/availability.sla")),
    ("standard/confidentiality", include_str!("../standard/confidentiality.sla")),
    ("standard/late-payment", include_str!("../standard/late-payment.sla")),
    ("standard/office-hours", include_str!("../standard/office-hours.sla")),
];

/// The parts of the standard library: each with the name by which `use` calls it, and its text.
///
/// ```
/// let names: Vec<&str> = servanda::standard_library().map(|(name, _)| name).collect();
/// assert!(names.contains(&"standard/office-hours"));
/// ```
pub fn standard_library() -> impl Iterator<Item = (&'static str, &'static str)> {
    PARTS.into_iter()
}

/// Whether a name is one of the standard library, or meant to be; a path has an ending.
pub(crate) fn is_standard(name: &str) -> bool {
    name.starts_with(PREFIX) && !name.ends_with(".sla")
}

/// The text of the part with this name.
///
/// # Errors
/// What there is, where there is no such part.
pub(crate) fn text_of(name: &str) -> Result<&'static str, String> {
    let found = PARTS.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text).ok_or_else(|| {
        let names = || PARTS.iter().map(|(name, _)| *name);
        match spelling::nearest(name, names()) {
            Some(near) => format!("the standard library has no such part; did you mean `{near}`?"),
            None => {
                let names: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                format!("the standard library has {}", names.join(", "))
            }
        }
    })
}
