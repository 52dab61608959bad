//! Duties that are open: pending ones, and those that are late and not done.

use super::{Making, OwedLine};
use crate::statement::{VerdictLine, targets_text};
use servanda_diagnostics::Span;
use servanda_evaluator::Stands;
use servanda_evaluator::outcome::{Subject, Verdict};
use servanda_policy::policy::{Deadline, Duty, Form, From, PartyId, Verdict as Kind};

impl Making<'_> {
    /// Every duty that is open, one line each.
    pub(super) fn duties(&mut self) {
        let statement = self.statement;
        let outcome = self.material.outcome;
        for (verdict, told) in outcome.verdicts.iter().zip(&statement.verdicts) {
            let Some(duty) = self.material.policy.duties.find(verdict.duty) else { continue };
            if !self.is_open(duty, verdict) {
                continue;
            }
            if self.pays(duty) {
                self.found.payable.insert(&verdict.subject);
            }
            let line = self.duty(duty, verdict, told);
            self.lines.push(line);
        }
    }

    /// Whether a duty is one to pay a debt.
    pub(super) fn pays(&self, duty: &Duty) -> bool {
        let Form::Do { case, act, .. } = &duty.form else { return false };
        let debt = self.material.policy.cases.find(*case).and_then(|case| case.debt.as_ref());
        debt.is_some_and(|debt| debt.paid == *act)
    }

    /// Whether what a verdict is on has still to be done: it is pending; or it is late or unknown, not done, and can be
    /// done.
    fn is_open(&self, duty: &Duty, verdict: &Verdict) -> bool {
        match verdict.verdict {
            Kind::Pending => true,
            Kind::Broken | Kind::Indeterminate if verdict.done_at.is_none() => match &duty.form {
                Form::Do { .. } => !self.material.trail.is_over(&verdict.subject),
                Form::DoEach { .. } => true,
                Form::Keep { .. } | Form::MustNot { .. } => false,
            },
            _ => false,
        }
    }

    fn duty(&self, duty: &Duty, verdict: &Verdict, told: &VerdictLine) -> OwedLine {
        let kind = match &duty.form {
            Form::Do { .. } | Form::DoEach { .. } => "duty",
            Form::Keep { .. } => "target",
            Form::MustNot { .. } => "prohibition",
        };
        let line = OwedLine {
            id: told.id.clone(),
            sentence: told.duty.clone(),
            to: duty.creditor.map(|party| self.material.party(party).to_owned()),
            what: self.without_party(duty.debtor, duty.core_span),
            since: told.since.clone(),
            done_at: told.done_at.clone(),
            because: told.because.clone(),
            evidence: self.evidence(&verdict.evidence),
            span: told.span.clone(),
            ..self.line(kind, duty.debtor, duty.clause, &verdict.subject)
        };
        let line = line.late_from(self, verdict.late_from);
        match &duty.form {
            Form::Keep { .. } => self.target(line, verdict),
            Form::Do { deadline, .. } => self.clock(line, duty, (verdict, deadline.as_ref())),
            Form::DoEach { .. } => {
                let since = match &verdict.subject {
                    Subject::Window(window) => Some(self.instant(window.start)),
                    _ => None,
                };
                let standing = if verdict.verdict == Kind::Pending { "open" } else { "late" };
                OwedLine { since, standing, ..line }
            }
            Form::MustNot { .. } => line,
        }
    }

    /// What the text says of a duty, without the party at its beginning.
    pub(super) fn without_party(&self, party: PartyId, span: Span) -> String {
        let quoted = self.material.quoted(span);
        // The label of a sentence is told with its address.
        let label = quoted.strip_prefix('(').and_then(|rest| rest.split_once(") "));
        let quoted = label.map_or(quoted.as_str(), |(_, rest)| rest).trim_end_matches('.').to_owned();
        let name = self.material.party(party);
        let subjects = [name, "each party", "either party"].into_iter();
        let mut rests = subjects.filter_map(|name| quoted.strip_prefix(name)?.strip_prefix(' '));
        rests.next().unwrap_or(&quoted).to_owned()
    }

    /// How the clock of a duty on an item stands, and what is unpaid where it is one to pay.
    fn clock(
        &self,
        line: OwedLine,
        duty: &Duty,
        (verdict, deadline): (&Verdict, Option<&Deadline>),
    ) -> OwedLine {
        let open = self.found.stands.get(&(verdict.duty, &verdict.subject)).copied();
        let line = self.with_principal(line, duty, verdict);
        if line.done_at.is_some() {
            return OwedLine { standing: "done", ..self.stands(line, open) };
        }
        if verdict.verdict != Kind::Pending {
            return OwedLine { standing: "late", ..line };
        }
        match (open, deadline) {
            (Some(Stands::Closed { .. }), _) => OwedLine { standing: "closed", ..self.stands(line, open) },
            (Some(_), _) => OwedLine { standing: "stands still", ..self.stands(line, open) },
            (None, Some(Deadline::Within { from: From::Done(_), .. })) if line.last.is_none() => {
                OwedLine { standing: "not begun", ..line }
            }
            _ => line,
        }
    }

    /// Why a clock stands still.
    pub(super) fn stands(&self, line: OwedLine, stands: Option<&Stands>) -> OwedLine {
        match stands {
            None => line,
            Some(Stands::Paused { since }) => OwedLine { stands_since: Some(self.instant(*since)), ..line },
            Some(Stands::Held { since, by }) => {
                let mut evidence = line.evidence.clone();
                let more = self.evidence(by);
                evidence.extend(more.into_iter().filter(|event| !line.evidence.contains(event)));
                OwedLine { stands_since: since.map(|since| self.instant(since)), evidence, ..line }
            }
            Some(Stands::Closed { since, until }) => {
                let stands_since = Some(self.instant(*since));
                // It is decided when it can no longer be opened again.
                OwedLine { stands_since, ..line }.late_from(self, *until)
            }
        }
    }

    /// A duty to keep a figure, as the figure stands.
    fn target(&self, line: OwedLine, verdict: &Verdict) -> OwedLine {
        let Some(window) = verdict.subject.window() else { return line };
        let over = window.end <= self.material.outcome.as_of;
        let line = OwedLine {
            since: Some(self.instant(window.start)),
            standing: if over { "waiting" } else { "running" },
            ..line
        };
        let line = line.late_from(self, Some(window.end));
        let outcome = self.material.outcome;
        let judges = outcome.figures.iter().zip(&self.statement.measures).find(|(figure, _)| {
            figure.window.start == window.start
                && figure.group.as_ref() == verdict.subject.group()
                && figure.judged.iter().any(|judged| judged.duty == verdict.duty)
        });
        let Some((figure, told)) = judges else { return line };
        let judged = figure.judged.iter().find(|judged| judged.duty == verdict.duty);
        let unit = self.material.policy.measures.find(figure.measure).map(|measure| measure.unit);
        let names = (self.material.policy, self.material.agreement);
        let target = judged.zip(unit).map(|(judged, unit)| targets_text(names, &judged.targets, unit));
        OwedLine {
            figure: Some(told.text.clone()),
            target,
            verdict: judged.map(|judged| judged.verdict.word()),
            because: told.because.clone(),
            ..line
        }
    }
}
