//! Statements of periods that are closed, and of the one that is open behind them.

use super::Run;
use servanda_evaluator::Misuse;
use servanda_report::{Closing, Correction, Decided, Period, Statement};

impl Run {
    /// The statement of an outcome of an instance, as [`Run::decided`] tells it.
    ///
    /// Of a run that is [`Run::keeping`] its lines, the statement of a closed period is the one as known on its
    /// closing, and that of the period behind the closed ones books what became known since then as corrections.
    /// Any other is as known now.
    ///
    /// # Errors
    /// When there is no such instance.
    pub fn statement(
        &self,
        instance: u32,
        decided: &Decided,
        period: Option<&Period>,
    ) -> Result<Statement, Misuse> {
        let Some(agreement) = self.agreement(instance) else { return Err(Misuse::NoInstance(instance)) };
        let closings = decided.closings();
        let (policy, sources) = (self.compiled.policy(), self.compiled.sources());
        let statement = match period {
            Some(period) if self.desk.archive.is_some() && !closings.is_empty() => {
                if let Some(at) = closings.iter().position(|closing| closing.covers(period)) {
                    let before = self.before(instance, closings, at)?;
                    return self.closed(instance, closings, at, before.as_ref()).map(|(closed, _)| closed);
                }
                match closings.last().filter(|last| last.is_followed_by(period)) {
                    None => Statement::decided(policy, agreement, decided, sources, Some(period)),
                    Some(last) => {
                        let mut decided = decided.clone();
                        let at = closings.len().saturating_sub(1);
                        let earlier = self.before(instance, closings, at)?;
                        let (closed, before) = self.closed(instance, closings, at, earlier.as_ref())?;
                        decided.tell_all(last.contradicted(&closed));
                        Statement::of_period(policy, agreement, &decided, sources, period, Some(&before))
                    }
                }
            }
            period => Statement::decided(policy, agreement, decided, sources, period),
        };
        let statement = match self.bytes.told() {
            Some((log, instances)) => statement.from_bytes(Some(log), instances),
            None => statement,
        };
        Ok(match self.known_on {
            Some(known_on) => statement.as_known_on(known_on, agreement),
            None => statement,
        })
    }

    /// What was corrected behind each closed period of an outcome of an instance, as [`Run::decided`] tells it, one
    /// period after the other; none where the run does not keep its lines.
    ///
    /// # Errors
    /// When there is no such instance.
    pub fn corrections(&self, instance: u32, decided: &Decided) -> Result<Vec<Correction>, Misuse> {
        let closings = decided.closings();
        let (Some(last), Some(_)) = (closings.last(), &self.desk.archive) else { return Ok(Vec::new()) };
        let Some(agreement) = self.agreement(instance) else { return Err(Misuse::NoInstance(instance)) };
        let mut corrections = Vec::new();
        let mut before: Option<(&Closing, Decided)> = None;
        for (at, closing) in closings.iter().enumerate() {
            let known = before.as_ref().map(|(_, known)| known);
            let (statement, known) = self.closed(instance, closings, at, known)?;
            if let Some((before, _)) = before {
                corrections.extend(Correction::all(statement.entries, before));
            }
            before = Some((closing, known));
        }
        let open = last.period.last().add_days(1).and_then(|day| Period::dates(day, day).ok());
        if let (Some(open), Some((_, known))) = (open, before) {
            let (policy, sources) = (self.compiled.policy(), self.compiled.sources());
            let statement = Statement::of_period(policy, agreement, decided, sources, &open, Some(&known));
            corrections.extend(Correction::all(statement.entries, last));
        }
        Ok(corrections)
    }

    /// What was known when a period was closed.
    pub(super) fn as_closed(&self, instance: u32, closing: &Closing) -> Result<Decided, Misuse> {
        let (Some(archive), Some(agreement)) = (&self.desk.archive, self.agreement(instance)) else {
            return Err(Misuse::NoInstance(instance));
        };
        archive.decided((instance, agreement), closing.decision.at, Some(closing.decision.known))
    }

    /// What was known when the period before the one at this place of the closings was closed.
    fn before(&self, instance: u32, closings: &[Closing], at: usize) -> Result<Option<Decided>, Misuse> {
        let before = at.checked_sub(1).and_then(|before| closings.get(before));
        before.map(|before| self.as_closed(instance, before)).transpose()
    }

    /// The statement of the period that was closed at this place of the closings, and what was known then; `before`
    /// is what was known when the period before it was closed.
    fn closed(
        &self,
        instance: u32,
        closings: &[Closing],
        at: usize,
        before: Option<&Decided>,
    ) -> Result<(Statement, Decided), Misuse> {
        let (Some(closing), Some(agreement)) = (closings.get(at), self.agreement(instance)) else {
            return Err(Misuse::NoInstance(instance));
        };
        let decided = self.as_closed(instance, closing)?;
        let (policy, sources) = (self.compiled.policy(), self.compiled.sources());
        let of = |decided: &Decided| {
            Statement::of_period(policy, agreement, decided, sources, &closing.period, before)
        };
        let mut statement = of(&decided);
        if let Some(problem) = closing.contradicted(&statement) {
            let mut told = decided.clone();
            told.tell_all(Some(problem));
            statement = of(&told);
        }
        Ok((statement.closed(policy, agreement, closing), decided))
    }
}
