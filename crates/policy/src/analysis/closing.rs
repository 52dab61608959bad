//! What is never over: cases that nothing can end and that something waits for, and what is kept for good.

use crate::analysis::Analysis;
use crate::diagnostics;
use crate::footprint::{Footprint, HeldKind};
use crate::policy::{Case, CaseId, CountedAt, FoldKind, Form, Life, Source};
use crate::wanted::Wanted;
use servanda_diagnostics::Span;

impl Analysis<'_> {
    pub(in crate::analysis) fn closing(&mut self, wanted: &Wanted) {
        let begun = |case: &Case| matches!(case.life, Life::Begins(_));
        for (id, case) in self.policy.cases.iter().filter(|(_, case)| begun(case)) {
            if !self.policy.ended_by(id).is_empty() {
                continue;
            }
            if let Some(waits) = self.waits_for_end(id, case) {
                let (opened, then) = self.timeline();
                let at = self.name_of_case(case);
                self.tell(diagnostics::never_closes(at, &case.name, (&opened, &then), waits));
            }
        }
        if wanted.bounded_state {
            self.state_grows();
        }
    }

    /// Where the name of a case is declared.
    fn name_of_case(&self, case: &Case) -> Span {
        // Behind the word that declares it.
        let word = "case".len();
        let rest = self.sources.text(case.span).get(word..).unwrap_or_default();
        let at = rest.find(case.name.as_str()).and_then(|at| u32::try_from(at + word).ok());
        let length = u32::try_from(case.name.len()).ok();
        match at.zip(length) {
            Some((at, length)) => {
                let start = case.span.start.saturating_add(at);
                Span::new(case.span.source, start, start.saturating_add(length))
            }
            None => case.span,
        }
    }

    /// The first line of a declaration, where it is longer.
    fn head(&self, span: Span) -> Span {
        let text = self.sources.text(span);
        let first = text.find(['\n', '{']).map_or(text, |end| text.get(..end).unwrap_or(text)).trim_end();
        let length = u32::try_from(first.len()).unwrap_or(0);
        Span::new(span.source, span.start, span.start.saturating_add(length))
    }

    /// The first date of the term, and when it is over: what begins then and nothing ends is there all the time.
    fn timeline(&self) -> (String, String) {
        let Some(placed) = &self.placed else {
            return (
                "on the first date of the term".to_owned(),
                "for as long as the term goes on".to_owned(),
            );
        };
        let then = match placed.end {
            Some(end) => {
                format!("at the end of {}, with which the term ends", placed.zone.date_of(end.previous()))
            }
            None => "for good, because the term has no end".to_owned(),
        };
        (format!("on {}", placed.first_date), then)
    }

    /// What waits for the end of a case, what that comes to, and what to write.
    fn waits_for_end(&self, id: CaseId, case: &Case) -> Option<(Span, &'static str, String)> {
        let policy = self.policy;
        let undue = policy.duties.values().find(|duty| {
            matches!(&duty.form, Form::Do { case, deadline: None, .. } if *case == id) && !duty.silent
        });
        if let Some(duty) = undue {
            let help = "say what ends it, `ends when …`, or by when the duty is due: `within …`".to_owned();
            return Some((duty.core_span, "has no deadline but that end, and so is never broken", help));
        }
        let folds = policy.folds.values();
        let at_end = folds.filter(|fold| match &fold.kind {
            FoldKind::Items { source: Source::Cases(case), counted_at: CountedAt::End, .. } => *case == id,
            _ => false,
        });
        if let Some(fold) = at_end.into_iter().next() {
            let begins = match &case.life {
                Life::Begins(begin) => begin.when.first().map(|pattern| &policy.events[pattern.event].name),
                Life::Implicit | Life::Windowed => None,
            };
            let at_once =
                begins.map(|event| format!("; if it is over as soon as it begins: `ends when {event}`"));
            let help = format!("say what ends it: `ends when …`{}", at_once.unwrap_or_default());
            return Some((fold.span, "counts what has ended, and so counts nothing", help));
        }
        // What is paid in `ends when paid`, where no event is a payment.
        let unpayable = case.debt.as_ref().filter(|debt| !case.ends.is_empty() && debt.payments.is_none());
        let help = "say what pays it: `paid by EVENT, settling principal`".to_owned();
        unpayable.map(|debt| (debt.span, "is paid by no event", help))
    }

    /// What grows with the log, where it is wanted that nothing does.
    fn state_grows(&mut self) {
        for held in Footprint::of(self.policy).growing() {
            let help = match held.kind {
                HeldKind::Case => "say what ends it: `ends when …`",
                HeldKind::Key => {
                    "say when it is put back, `ends when …`, or for how long it matters: `forget after …`"
                }
                HeldKind::Verdict => "say for how long it matters: `forget after …` in its case",
                HeldKind::Limit => "let the limit count over windows: `at most … per calendar month`",
                HeldKind::Window | HeldKind::Duty | HeldKind::Claim | HeldKind::Notice => {
                    "let the figure have windows: `per calendar month`"
                }
            };
            let (opened, then) = self.timeline();
            let finding =
                diagnostics::state_grows(self.head(held.span), &held.subject(), (&opened, &then), help);
            self.tell(finding);
        }
    }
}
