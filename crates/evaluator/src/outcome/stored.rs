//! Figures as they are stored. Of what groups there are, formats that tell the parts of a value by their places say nothing
//! where there is none: so what was stored before there were groups is read as it is.

use super::{Figure, Judged, Quantity};
use compact_str::CompactString;
use serde::de::{Error, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use servanda_policy::policy::MeasureId;
use servanda_policy::time::Window;
use servanda_policy::value::Exact;
use std::borrow::Cow;
use std::fmt;

/// Of a figure that may still change.
const PROVISIONAL: u8 = 1;
/// Of a figure behind whose parts its group stands.
const OF_GROUP: u8 = 2;

/// A figure where the parts have names.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Figure")]
struct Named<'f> {
    measure: MeasureId,
    window: Window,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<CompactString>,
    value: Cow<'f, Quantity>,
    ratio: Option<(Exact, Exact)>,
    provisional: bool,
    judged: Cow<'f, [Judged]>,
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Figure { measure, window, group, value, ratio, provisional, judged } = self;
        if serializer.is_human_readable() {
            return Named {
                measure: *measure,
                window: *window,
                group: group.clone(),
                value: Cow::Borrowed(value),
                ratio: ratio.clone(),
                provisional: *provisional,
                judged: Cow::Borrowed(judged),
            }
            .serialize(serializer);
        }
        let mut flags = if *provisional { PROVISIONAL } else { 0 };
        if group.is_some() {
            flags |= OF_GROUP;
        }
        let mut parts = serializer.serialize_tuple(if group.is_some() { 7 } else { 6 })?;
        parts.serialize_element(measure)?;
        parts.serialize_element(window)?;
        parts.serialize_element(value)?;
        parts.serialize_element(ratio)?;
        parts.serialize_element(&flags)?;
        parts.serialize_element(judged)?;
        if let Some(group) = group {
            parts.serialize_element(group)?;
        }
        parts.end()
    }
}

impl<'d> Deserialize<'d> for Figure {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let Named { measure, window, group, value, ratio, provisional, judged } =
                Named::deserialize(deserializer)?;
            let (value, judged) = (value.into_owned(), judged.into_owned());
            return Ok(Figure { measure, window, group, value, ratio, provisional, judged });
        }
        deserializer.deserialize_tuple(7, Parts)
    }
}

/// Reads a figure part by part.
struct Parts;

impl<'d> Visitor<'d> for Parts {
    type Value = Figure;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a figure")
    }

    fn visit_seq<A: SeqAccess<'d>>(self, mut parts: A) -> Result<Figure, A::Error> {
        fn next<'d, T: Deserialize<'d>, A: SeqAccess<'d>>(parts: &mut A) -> Result<T, A::Error> {
            parts.next_element()?.ok_or_else(|| A::Error::custom("a figure is cut off"))
        }
        let (measure, window, value, ratio) =
            (next(&mut parts)?, next(&mut parts)?, next(&mut parts)?, next(&mut parts)?);
        let flags: u8 = next(&mut parts)?;
        if flags > PROVISIONAL | OF_GROUP {
            return Err(A::Error::custom("a figure is neither provisional nor not"));
        }
        let judged = next(&mut parts)?;
        let group = if flags & OF_GROUP == 0 { None } else { Some(next(&mut parts)?) };
        Ok(Figure { measure, window, group, value, ratio, provisional: flags & PROVISIONAL != 0, judged })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Judged;
    use servanda_policy::time::{Date, Instant, WindowSpec};

    /// A figure as it was before there were groups.
    #[derive(Serialize)]
    struct Before {
        measure: MeasureId,
        window: Window,
        value: Quantity,
        ratio: Option<(Exact, Exact)>,
        provisional: bool,
        judged: Vec<Judged>,
    }

    fn window() -> Window {
        let (start, end) = (Instant(0), Instant(1));
        let (first, last) = (Date(0), Date(1));
        Window {
            index: 3,
            start,
            end,
            full_start: start,
            full_end: end,
            first_date: first,
            last_date: last,
            full_first: first,
            full_last: last,
            spec: WindowSpec::Term,
        }
    }

    #[test]
    fn what_was_stored_before_there_were_groups_is_read() {
        for provisional in [false, true] {
            let (measure, window, value) = (MeasureId(2), window(), Quantity::NoData);
            let before = Before {
                measure,
                window,
                value: value.clone(),
                ratio: None,
                provisional,
                judged: Vec::new(),
            };
            let figure =
                Figure { measure, window, group: None, value, ratio: None, provisional, judged: Vec::new() };
            let bytes = postcard::to_allocvec(&before).unwrap();
            assert_eq!(postcard::to_allocvec(&figure).unwrap(), bytes);
            assert_eq!(postcard::from_bytes::<Figure>(&bytes).unwrap(), figure);
        }
    }

    #[test]
    fn figures_are_stored_with_their_groups() {
        let group = Some(CompactString::from("eu"));
        let figure = Figure {
            measure: MeasureId(2),
            window: window(),
            group,
            value: Quantity::NoData,
            ratio: Some((Exact::integer(1), Exact::integer(2))),
            provisional: true,
            judged: Vec::new(),
        };
        // One behind the other: nothing of the first is taken for the second.
        let both = vec![figure.clone(), Figure { group: None, ..figure }];
        let bytes = postcard::to_allocvec(&both).unwrap();
        assert_eq!(postcard::from_bytes::<Vec<Figure>>(&bytes).unwrap(), both);
        let text = serde_json::to_string(&both).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Figure>>(&text).unwrap(), both);
        let cut = bytes.len() - 3;
        assert!(postcard::from_bytes::<Vec<Figure>>(bytes.get(..cut).unwrap()).is_err());
    }
}
