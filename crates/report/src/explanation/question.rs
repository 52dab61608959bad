//! What may be asked about in a statement, and the answer: one explanation for each of its lines.

use super::{
    Correction, EXPLANATION, Explanation, Governing, Material, Quotation, Step, accrual, amount, cause,
    claim, ending, figure, payment, quotation, verdict,
};
use crate::accrual::{accrual_of, amounts_at};
use crate::address::{claim_ids, figure_ids, notice_ids, verdict_ids};
use crate::decision::Decided;
use crate::period::Period;
use crate::statement::figure_text;
use crate::subject::{Lives, consequence_kind, identify};
use crate::text::{instant_text, money_text};
use crate::trail::Trail;
use servanda_diagnostics::{Sources, Span, spelling};
use servanda_evaluator::outcome::{Entry, Figure, Notice, Subject, Verdict};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{ClauseId, Consequence, Effect, Ending, Form, Policy, Signal, VersionId};
use servanda_policy::time::Instant;

/// How many ids are proposed for one that nothing has.
const NEAREST_MAX: usize = 5;

/// What a statement is asked about: the outcome that it tells, and what stands behind that.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The instance.
    pub agreement: &'a Agreement,
    /// Its outcome, with what its parties have decided.
    pub decided: &'a Decided,
    /// What was corrected behind its closed periods.
    pub corrections: &'a [Correction],
    /// What stands behind the same outcome.
    pub trail: &'a Trail,
    /// The texts that places lie in.
    pub sources: &'a Sources,
    /// The period of the statement, where it is of one.
    pub period: Option<&'a Period>,
}

/// A line that is explained, apart from what led to it.
pub(super) struct Line<'l> {
    pub(super) id: &'l str,
    pub(super) of: &'static str,
    pub(super) value: String,
    pub(super) clause: Option<ClauseId>,
    pub(super) span: Span,
    pub(super) version: Governing,
}

impl<'a> Question<'a> {
    /// Why the line with this id is what it is: a verdict, a figure, an entry, an adjustment, a correction or a notice.
    /// None where there is none of these.
    pub fn explain(&self, id: &str) -> Option<Explanation> {
        self.of_money(id)
            .or_else(|| self.of_verdict(id))
            .or_else(|| self.of_figure(id))
            .or_else(|| self.of_notice(id))
            .or_else(|| self.of_claim(id))
            .or_else(|| self.of_posting(id))
    }

    /// A posting of the journal: an entry that accrues, with the month behind it.
    fn of_posting(&self, id: &str) -> Option<Explanation> {
        let (entry, label) = id.rsplit_once('/')?;
        let period: Period = label.parse().ok()?;
        let explanation = Question { period: Some(&period), ..*self }.of_money(entry)?;
        Some(Explanation { id: id.to_owned(), ..explanation })
    }

    /// The ids of all lines that can be asked about.
    pub fn ids(&self) -> Vec<String> {
        let Self { policy, agreement, .. } = *self;
        let outcome = &self.decided.outcome;
        let lives = Lives::of(outcome);
        let mut ids: Vec<String> =
            outcome.entries.iter().map(|entry| identify(policy, agreement, &lives, entry)).collect();
        ids.extend(self.decided.adjustments().iter().map(|adjustment| adjustment.id.clone()));
        ids.extend(self.corrections.iter().map(|correction| correction.line.id.clone()));
        ids.extend(verdict_ids(policy, agreement, &lives, outcome));
        ids.extend(figure_ids(policy, self.agreement, outcome));
        ids.extend(notice_ids(policy, agreement, &lives, outcome));
        ids.extend(claim_ids(policy, agreement, &lives, outcome));
        ids
    }

    /// The ids that one which nothing has may have meant, the nearest first: those about the thing of that key, then
    /// those that are written nearly so, then those of the same sentence or figure, then those about the same thing.
    pub fn nearest(&self, id: &str) -> Vec<String> {
        let mut known = self.ids();
        let (about, others) = known.into_iter().partition(|other| other.split('/').any(|part| part == id));
        let mut nearest: Vec<String> = about;
        nearest.truncate(NEAREST_MAX);
        known = others;
        while nearest.len() < NEAREST_MAX
            && let Some(near) = spelling::nearest(id, known.iter().map(String::as_str)).map(str::to_owned)
        {
            known.retain(|other| *other != near);
            nearest.push(near);
        }
        let part = |id: &str, place: usize| id.split('/').nth(place).map(str::to_owned);
        for place in [0, 1] {
            let of = part(id, place);
            let alike = known.iter().filter(|other| of.is_some() && part(other, place) == of);
            for other in alike {
                if nearest.len() < NEAREST_MAX && !nearest.contains(other) {
                    nearest.push(other.clone());
                }
            }
        }
        nearest
    }

    pub(crate) fn material(&self, about: Option<&'a Subject>, version: VersionId) -> Material<'a> {
        Material {
            policy: self.policy,
            agreement: self.agreement,
            outcome: &self.decided.outcome,
            trail: self.trail,
            sources: self.sources,
            about,
            version,
            group: about.and_then(Subject::group),
            told: None,
        }
    }

    /// Which version governs a clause, or what began at an instant.
    pub(super) fn governing(
        &self,
        version: VersionId,
        about: Option<(&Material<'_>, &Subject)>,
    ) -> Governing {
        let Self { policy, agreement, .. } = *self;
        let from = agreement.versions.get(version.0 as usize).copied().unwrap_or(agreement.start);
        let of = policy.versions.find(version);
        let several = policy.versions.len() > 1;
        let because = about.filter(|_| several).and_then(|(material, subject)| {
            let shown = |at| instant_text(at, agreement);
            let what = cause::about(material, subject);
            match subject {
                Subject::Agreement => None,
                Subject::Item { born, .. } => Some(format!("{what} began {}", shown(*born))),
                Subject::Event(event) => Some(format!("{what} happened {}", shown(event.at))),
                Subject::Window(span) | Subject::Group(span, _) => {
                    Some(format!("{what} began {}", shown(span.start)))
                }
            }
        });
        Governing {
            title: match of {
                Some(of) if version.0 > 0 => of.title.clone(),
                _ => "original".to_owned(),
            },
            from: from.max(agreement.start).format_in(&agreement.zone),
            hash: of.map_or_else(|| policy.hash.clone(), |of| of.hash.clone()),
            because,
        }
    }

    /// The explanation of a line, with what led to it.
    pub(super) fn explained(&self, material: &Material<'_>, line: Line<'_>, step: Step) -> Explanation {
        let clause = quotation(material, line.clause, line.span);
        self.quoting((line.id, line.of, line.value), (line.version, clause), step)
    }

    /// The explanation of a line with the quotation at hand.
    pub(super) fn quoting(
        &self,
        (id, of, value): (&str, &'static str, String),
        (version, clause): (Governing, Quotation),
        step: Step,
    ) -> Explanation {
        Explanation {
            schema: EXPLANATION,
            id: id.to_owned(),
            of,
            agreement: self.agreement.name.clone(),
            as_of: self.decided.outcome.as_of.format_in(&self.agreement.zone),
            period: self.period.map(|period| period.label().to_owned()),
            value,
            version,
            clause,
            step,
            zone: self.agreement.zone.name().to_owned(),
        }
    }

    /// Why the entry at a place of the outcome is what it is, apart from what was decided about it.
    pub(super) fn of_entry(&self, at: usize, id: &str) -> Option<Explanation> {
        let entry = self.decided.outcome.entries.get(at)?;
        let consequence = self.policy.consequences.find(entry.consequence)?;
        let version = self.policy.version_of(consequence.clause);
        let mut material = self.material(Some(&entry.subject), version);
        let kind = consequence_kind(consequence).and_then(|kind| self.policy.kinds.find(kind));
        let mut root = Step::new(format!(
            "{} owes {}, {} under {}",
            material.party(entry.debtor),
            material.party(entry.creditor),
            kind.map_or("entry", String::as_str),
            consequence.name,
        ));
        root.place = material.place(consequence.span);
        root.steps.extend(cause::steps(&material, entry, consequence));
        if let Signal::Broken(duty) = &consequence.on
            && let Some(Form::Keep { measure, .. }) = self.policy.duties.find(*duty).map(|duty| &duty.form)
        {
            material.told = Some(*measure);
        }
        // The events of a breach are told with it.
        let told = root.steps.iter().flat_map(|step| &step.evidence).cloned().collect::<Vec<_>>();
        root.evidence = material.evidence(&entry.evidence);
        root.evidence.retain(|event| !told.contains(event));
        let known = crate::statement::known_amount(entry);
        // Where something is not known, what is known of the rest is no amount.
        root.steps.extend(match accrual_of(self.policy, entry) {
            _ if known.is_none() => Vec::new(),
            Some(accrual) => accrual::of_accrual(&material, entry, accrual),
            None => amount::of_entry(&material, entry, consequence),
        });
        root.steps.extend(payment::settled(&material, entry));
        root.steps.extend(payment::set_off(&material, entry));
        root.steps.extend(claim::of_entry(&material, entry, consequence));
        let whole = self.money(known);
        root.value = Some(whole.clone());
        let value = match self.part(entry) {
            Some((part, step)) => {
                root.steps.push(step);
                part
            }
            None => whole,
        };
        let governing = self.governing(version, Some((&material, &entry.subject)));
        let (clause, span) = (Some(consequence.clause), self.sentence(consequence));
        let line = Line { id, of: "entry", value, clause, span, version: governing };
        Some(self.explained(&material, line, root))
    }

    /// The sentence that a consequence stands in: that of the duty whose breach it follows, where that is one.
    pub(super) fn sentence(&self, consequence: &Consequence) -> Span {
        let Signal::Broken(duty) = &consequence.on else { return consequence.span };
        let of = self.policy.duties.find(*duty).map(|duty| duty.span);
        let holds = |of: &Span| {
            of.source == consequence.span.source
                && of.start <= consequence.span.start
                && consequence.span.end <= of.end
        };
        of.filter(holds).unwrap_or(consequence.span)
    }

    fn money(&self, minor: Option<i128>) -> String {
        minor.map_or_else(|| "undetermined".to_owned(), |minor| money_text(minor, self.agreement))
    }

    /// What of an accrual falls into the period that is asked about.
    fn part(&self, entry: &Entry) -> Option<(String, Step)> {
        let period = self.period.filter(|_| entry.accrual.is_some())?;
        let zone = &self.agreement.zone;
        let end = period.end(zone).min(self.decided.outcome.as_of);
        let at = |instant: Instant| amounts_at(entry, self.policy, self.agreement, instant);
        let told = |text: String, minor: Option<i128>| Step::new(text).value(self.money(minor));
        let (until, before) = (at(end).map(|it| it.amount), at(period.start(zone)).map(|it| it.amount));
        let part = until.zip(before).and_then(|(until, before)| until.checked_sub(before));
        let mut step = told(format!("of it in {}", period.label()), part);
        let shown = |at| instant_text(at, self.agreement);
        step.steps.push(told(format!("by {}", shown(end)), until));
        step.steps.push(told(format!("by {}", shown(period.start(zone))), before));
        Some((self.money(part), step))
    }

    fn of_verdict(&self, id: &str) -> Option<Explanation> {
        let (policy, outcome) = (self.policy, &self.decided.outcome);
        let lives = Lives::of(outcome);
        let ids = verdict_ids(policy, self.agreement, &lives, outcome);
        let told: &Verdict = outcome.verdicts.get(ids.iter().position(|of| of == id)?)?;
        let duty = policy.duties.find(told.duty)?;
        let version = policy.version_of(duty.clause);
        let material = self.material(Some(&told.subject), version);
        let mut step = verdict::step(&material, told.duty, &told.subject, Some(told));
        let notices = notice_ids(policy, self.agreement, &lives, outcome);
        step.steps.extend(verdict::follows(&material, told, &notices));
        let governing = self.governing(version, Some((&material, &told.subject)));
        let (value, clause) = (told.verdict.word().to_owned(), Some(duty.clause));
        let line = Line { id, of: "verdict", value, clause, span: duty.span, version: governing };
        Some(self.explained(&material, line, step))
    }

    fn of_figure(&self, id: &str) -> Option<Explanation> {
        let (policy, outcome) = (self.policy, &self.decided.outcome);
        let ids = figure_ids(policy, self.agreement, outcome);
        let told: &Figure = outcome.figures.get(ids.iter().position(|of| of == id)?)?;
        let measure = policy.measures.find(told.measure)?;
        let version = self.agreement.version_at(told.window.start);
        let material = self.material(None, version);
        let mut step = figure::figure_step(&material, told)?;
        step.steps.extend(told.judged.iter().map(|judged| verdict::judged(&material, told, judged)));
        let targets = told.judged.first().map_or(&[][..], |judged| &judged.targets);
        let value = figure_text(policy, self.agreement, told, measure.unit, targets);
        let clause = clause_of(policy, self.sources, measure.span);
        let mut governing = self.governing(version, None);
        if policy.versions.len() > 1 {
            let began = instant_text(told.window.start, self.agreement);
            governing.because =
                Some(format!("{} began {began}", figure::label(&told.window, &self.agreement.zone)));
        }
        let line = Line { id, of: "figure", value, clause, span: measure.span, version: governing };
        Some(self.explained(&material, line, step))
    }

    fn of_notice(&self, id: &str) -> Option<Explanation> {
        let (policy, outcome) = (self.policy, &self.decided.outcome);
        let ids = notice_ids(policy, self.agreement, &Lives::of(outcome), outcome);
        let told: &Notice = outcome.notices.get(ids.iter().position(|of| of == id)?)?;
        let consequence = policy.consequences.find(told.consequence)?;
        let version = policy.version_of(consequence.clause);
        let material = self.material(Some(&told.subject), version);
        let about = cause::about(&material, &told.subject);
        let at = instant_text(told.at, self.agreement);
        let what = match &consequence.effect {
            Effect::Right(right) => format!("{}, for {about}", right.what.words()),
            Effect::End(_) => format!("{} by {about}", Ending::WORDS),
            Effect::Suspend(of) => format!("{} by {about}", of.words()),
            Effect::CountsAs(_) => {
                format!("{}, {about}", policy.words_of_silence(consequence).unwrap_or_default())
            }
            _ => format!("is told of {about}"),
        };
        let mut step = Step::new(format!("{} {what}", material.party(told.to))).value(&at);
        step.place = material.place(consequence.span);
        step.steps.extend(cause::of_signal(&material, &told.subject, consequence));
        step.steps.extend(cause::waiting(&material, consequence, told));
        if let Effect::End(ending) = &consequence.effect {
            step.steps.extend(ending::steps(&material, ending, told));
        }
        let governing = self.governing(version, Some((&material, &told.subject)));
        let (clause, span) = (Some(consequence.clause), self.sentence(consequence));
        let line = Line { id, of: "notice", value: at, clause, span, version: governing };
        Some(self.explained(&material, line, step))
    }
}

/// The clause in which something is declared: the last one that begins before it, if its braces are still open there.
fn clause_of(policy: &Policy, sources: &Sources, span: Span) -> Option<ClauseId> {
    let before =
        policy.clauses.iter().filter(|(_, of)| of.span.source == span.source && of.span.start <= span.start);
    let (id, clause) = before.max_by_key(|(_, clause)| clause.span.start)?;
    let between = sources.text(Span::new(span.source, clause.span.start, span.start));
    (between.matches('{').count() > between.matches('}').count()).then_some(id)
}
