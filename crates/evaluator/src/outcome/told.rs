//! Notices as they are stored. Of when one arose, formats that tell the parts of a value by their places say nothing where
//! it did not have to wait: so what was stored before there were hours for notices is read as it is.

use super::{Notice, Subject};
use serde::de::{Error, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use servanda_policy::policy::{ConsequenceId, PartyId};
use servanda_policy::time::Instant;
use std::borrow::Cow;
use std::fmt;

/// Beside who is told: when it arose stands behind the other parts. No policy has so many parties.
const WAITED: u32 = 1 << 31;

/// A notice where the parts have names.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Notice")]
struct Named<'n> {
    consequence: ConsequenceId,
    to: PartyId,
    subject: Cow<'n, Subject>,
    at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    arose: Option<Instant>,
}

impl Serialize for Notice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Notice { consequence, to, subject, at, arose } = self;
        if serializer.is_human_readable() {
            let (subject, consequence, to) = (Cow::Borrowed(subject), *consequence, *to);
            return Named { consequence, to, subject, at: *at, arose: *arose }.serialize(serializer);
        }
        let mut parts = serializer.serialize_tuple(if arose.is_some() { 5 } else { 4 })?;
        parts.serialize_element(consequence)?;
        parts.serialize_element(&if arose.is_some() { to.0 | WAITED } else { to.0 })?;
        parts.serialize_element(subject)?;
        parts.serialize_element(at)?;
        if let Some(arose) = arose {
            parts.serialize_element(arose)?;
        }
        parts.end()
    }
}

impl<'d> Deserialize<'d> for Notice {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let Named { consequence, to, subject, at, arose } = Named::deserialize(deserializer)?;
            return Ok(Notice { consequence, to, subject: subject.into_owned(), at, arose });
        }
        deserializer.deserialize_tuple(5, Parts)
    }
}

/// Reads a notice part by part.
struct Parts;

impl<'d> Visitor<'d> for Parts {
    type Value = Notice;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a notice")
    }

    fn visit_seq<A: SeqAccess<'d>>(self, mut parts: A) -> Result<Notice, A::Error> {
        fn next<'d, T: Deserialize<'d>, A: SeqAccess<'d>>(parts: &mut A) -> Result<T, A::Error> {
            parts.next_element()?.ok_or_else(|| A::Error::custom("a notice is cut off"))
        }
        let consequence = next(&mut parts)?;
        let to: u32 = next(&mut parts)?;
        let (subject, at) = (next(&mut parts)?, next(&mut parts)?);
        let arose = if to & WAITED == 0 { None } else { Some(next(&mut parts)?) };
        Ok(Notice { consequence, to: PartyId(to & !WAITED), subject, at, arose })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_before_notices_could_wait_is_read() {
        let (consequence, to, at) = (ConsequenceId(300), PartyId(2), Instant(-5));
        let before = (consequence, to, Subject::Agreement, at);
        let notice = Notice { consequence, to, subject: Subject::Agreement, at, arose: None };
        let bytes = postcard::to_allocvec(&before).unwrap();
        assert_eq!(postcard::to_allocvec(&notice).unwrap(), bytes);
        assert_eq!(postcard::from_bytes::<Notice>(&bytes).unwrap(), notice);
    }

    #[test]
    fn when_a_notice_arose_is_stored() {
        let (consequence, to, at) = (ConsequenceId(0), PartyId(1), Instant(7));
        let notice = Notice { consequence, to, subject: Subject::Agreement, at, arose: Some(Instant(3)) };
        let bytes = postcard::to_allocvec(&notice).unwrap();
        assert_eq!(postcard::from_bytes::<Notice>(&bytes).unwrap(), notice);
    }
}
