//! Figures for each value of a field: which values there are in a window, and what counts for one.

use super::World;
use super::expression::Scope;
use super::fold::duty_in;
use super::lives::Item;
use super::value::{Known, Maybe};
use compact_str::CompactString;
use servanda_evaluator::outcome::Entry;
use servanda_events::Fact;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{Expr, ExprKind, FoldKind, Grouping, Steps, WindowId};
use servanda_policy::time::{Instant, Window};
use std::collections::BTreeSet;

/// To which value something belongs: to none that can be read, to none at all, or to one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Belongs {
    Unread,
    Nowhere,
    To(CompactString),
}

impl World<'_> {
    /// Answers a question about one value of the field.
    pub(super) fn for_group<T>(&self, group: Option<&CompactString>, ask: impl FnOnce() -> T) -> T {
        let before = self.asked.group.replace(group.cloned());
        let answer = ask();
        self.asked.group.replace(before);
        answer
    }

    /// The value that is asked about, where the windows have any.
    pub(super) fn group_in(&self, window: WindowId) -> Option<CompactString> {
        self.policy.groups[window].as_ref()?;
        self.asked.group.borrow().clone()
    }

    pub(super) fn belongs(&self, of: &Grouping, item: Option<&Item>, fact: Option<&Fact>) -> Belongs {
        let read = |kind, scope| self.value(&Expr { kind, span: Default::default(), name: None }, scope);
        let value = match (item, fact) {
            (Some(item), _) => {
                of.cases.get(&item.case).map(|it| read(ExprKind::Field(*it), Scope::item(item, item.born)))
            }
            (None, Some(fact)) => {
                of.events.get(&fact.event).map(|it| read(ExprKind::FactField(*it), Scope::fact(fact)))
            }
            (None, None) => None,
        };
        match value {
            Some(Maybe::Known(Known::Text(text))) => Belongs::To(text.into()),
            Some(Maybe::Known(Known::Word(place))) => {
                Belongs::To(of.words.as_ref().expect("a word of a list")[place as usize].as_str().into())
            }
            Some(Maybe::Unknown(..)) => Belongs::Unread,
            _ => Belongs::Nowhere,
        }
    }

    /// The values for which there are figures in a window: those that the type lists, and those of all that counts.
    pub(super) fn groups(
        &self,
        id: WindowId,
        window: &Window,
        seen_before: Instant,
    ) -> Vec<Option<CompactString>> {
        let Some(of) = &self.policy.groups[id] else { return vec![None] };
        let mut groups: BTreeSet<CompactString> =
            of.words.iter().flatten().map(|word| word.as_str().into()).collect();
        let mut add = |belongs: Belongs| {
            if let Belongs::To(group) = belongs {
                groups.insert(group);
            }
        };
        for (fold, declared) in self.policy.folds.iter().filter(|(_, fold)| fold.window == id) {
            match &declared.kind {
                FoldKind::Items { filter, .. } => {
                    for member in self.members_of(fold, window, seen_before) {
                        // What waits for a verdict is there before it is decided whether it counts.
                        let counts = filter.as_ref().is_none_or(|filter| {
                            let scope = match (member.item, member.fact) {
                                (Some(item), _) => Scope::item(item, seen_before),
                                (_, Some(fact)) => Scope::fact(fact),
                                _ => Scope::none(seen_before),
                            };
                            duty_in(filter).is_some() || !self.value(filter, scope).is_false()
                        });
                        if counts {
                            add(self.belongs(of, member.item, member.fact));
                        }
                    }
                }
                FoldKind::Time { within, leaving_out, .. } => {
                    for steps in std::iter::once(within).chain(leaving_out) {
                        self.alive_in(steps, window, seen_before, &mut |item| {
                            add(self.belongs(of, Some(item), None))
                        });
                    }
                }
            }
        }
        groups.into_iter().map(Some).collect()
    }

    /// The items that are alive at any instant of a window, be it only at one.
    fn alive_in(&self, steps: &Steps, window: &Window, seen_before: Instant, found: &mut dyn FnMut(&Item)) {
        match steps {
            Steps::All(parts) | Steps::Any(parts) => {
                parts.iter().for_each(|part| self.alive_in(part, window, seen_before, found));
            }
            Steps::ButNot(on, off) => {
                self.alive_in(on, window, seen_before, found);
                self.alive_in(off, window, seen_before, found);
            }
            Steps::Alive { case, filter } => {
                for item in self.items(*case).into_iter().filter(|item| item.born < seen_before) {
                    let holds = |it: &Expr| !self.value(it, Scope::item(item, item.born)).is_false();
                    if !filter.as_ref().is_none_or(holds) {
                        continue;
                    }
                    let begins = item.begins.max(item.born);
                    let alive = item.stretches().into_iter().enumerate().any(|(number, (from, close, _))| {
                        let anew = number > 0 && item.restarted.is_some();
                        let from = if anew { from } else { from.max(begins) };
                        let end = close.or(item.end);
                        from < window.end
                            && from < seen_before
                            && end.is_none_or(|end| from <= end && window.start <= end)
                    });
                    if alive {
                        found(item);
                    }
                }
            }
        }
    }

    /// The window of a limit in which an entry counts.
    pub(super) fn number_in(&self, id: WindowId, entry: &Entry, at: Instant) -> Option<i32> {
        let settled = match (entry.subject.window(), entry.window) {
            (Some(of), Some(window)) => {
                (self.policy.windows[of.window] == self.policy.windows[id]).then_some(window.index)
            }
            _ => None,
        };
        // Months go on after the term, and their caps with them.
        let holding = || {
            let spec = self.policy.windows[id];
            let mut for_ever: Agreement = self.agreement.clone();
            std::sync::Arc::make_mut(&mut for_ever.placed).end = None;
            let windows = super::window::walk(spec, &for_ever, None, Instant(at.0 + 1));
            windows.into_iter().find(|window| window.contains(at)).map(|window| window.index)
        };
        settled.or_else(holding)
    }
}
