//! What is wrong with when an event of a scenario happens, and how often.

use super::Check;
use crate::scenario::Fault;
use crate::scenario::timeline::{NUMBER, count, distance};
use servanda_diagnostics::{Code, Span};
use servanda_parser::ast::{ExprKind, Happens, Times, When};

impl Check<'_> {
    pub(super) fn when(&mut self, happens: &Happens) {
        let begun = std::mem::replace(&mut self.begun, true);
        if let When::Later(length) = &happens.at {
            if !begun {
                let message = "no event stands above this one, from which this could be counted";
                let fault = Fault::new(message, length.span).code(Code::Misplaced);
                self.faults.push(fault.help("write when it happens, such as `2026-01-05 10:00`"));
            } else if let Err(fault) = distance(length) {
                self.faults.push(fault);
            }
        }
        if let Some(times) = &happens.times {
            self.times(happens, times);
        }
    }

    fn times(&mut self, happens: &Happens, times: &Times) {
        let several = match count(times) {
            Ok(count) => count > 1,
            Err(fault) => {
                self.faults.push(fault);
                false
            }
        };
        self.faults.extend(times.apart.as_ref().and_then(|apart| distance(apart).err()));
        if let Some(id) = happens.id.as_ref().filter(|id| several && !id.value.contains(NUMBER)) {
            let message = format!("all {} events would have the id `{}`", times.count.value, id.value);
            let help = format!("write `\"{}-{NUMBER}\"`: `{NUMBER}` is the number of the event", id.value);
            self.faults.push(Fault::new(message, id.span).code(Code::NameTwice).help(help));
        }
        let id = happens.id.iter().map(|id| (id.value.as_str(), id.span));
        let fields = happens.fields.iter().filter_map(|field| match &field.value.kind {
            ExprKind::Text(text) => Some((text.as_str(), field.value.span)),
            _ => None,
        });
        for (text, span) in id.chain(fields) {
            self.holes(text, span);
        }
    }

    /// The one hole that a text can have is for the number.
    fn holes(&mut self, text: &str, span: Span) {
        let holes = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        for (hole, _) in holes.filter(|(hole, _)| *hole != "n") {
            let message = format!("there is no `{{{hole}}}` here");
            let help = format!("the number of the event is `{NUMBER}`");
            self.faults.push(Fault::new(message, span).code(Code::UnknownName).help(help));
        }
    }
}
