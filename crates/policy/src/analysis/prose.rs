//! Prose that says something else than the sentences of its clause.

use crate::analysis::Analysis;
use crate::analysis::sum::Reading;
use crate::analysis::wording::{self, Figure, Measured};
use crate::diagnostics;
use crate::policy::{
    Clause, ClauseId, Deadline, Effect, Expr, ExprKind, FoldKind, Form, Length, LengthKind, MeasureId,
    Policy, RowKey, Value,
};
use crate::time::{Date, WindowSpec};
use crate::value::Exact;
use servanda_diagnostics::Span;
use servanda_parser::ast::Relation;

/// What the sentences of a clause say in figures.
#[derive(Default)]
struct Said {
    numbers: Vec<Exact>,
    lengths: Vec<(Length, Span)>,
    /// Whether some amount is the same in every case.
    amounts: bool,
    bounds: Vec<Bound>,
}

/// A bound that a sentence has.
struct Bound {
    number: Exact,
    relation: Relation,
    span: Span,
    /// Where the relation is written with it; nothing where a row of a table says where it begins or ends.
    whole: bool,
    /// The figure that is compared with it.
    of: Option<MeasureId>,
}

/// To which side of a bound the bound itself belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// What is above, as in `at least`, `below`.
    Above,
    /// What is below, as in `at most`, `above`.
    Below,
}

/// The prose of a clause.
#[derive(Default)]
struct Text {
    figures: Vec<Figure>,
    printed: Vec<usize>,
    words: Vec<(String, usize)>,
}

impl<'p> Analysis<'p> {
    pub(in crate::analysis) fn prose(&mut self) {
        // Most prose has no figures, and what sentences say is then not asked for.
        let mut everywhere: Option<Said> = None;
        let mut findings = Vec::new();
        for (id, clause) in self.policy.clauses.iter() {
            let text = self.text(clause);
            if text.figures.is_empty() {
                continue;
            }
            let everywhere = everywhere.get_or_insert_with(|| self.said(None));
            let said = self.said(Some(id));
            let sentences = self.without_prose(clause);
            for figure in &text.figures {
                let finding = self
                    .other_days(figure, &text, &said)
                    .or_else(|| self.other_side(figure, &text, &said, clause))
                    .or_else(|| self.other_unit(figure, &said, &sentences, clause))
                    .or_else(|| self.said_nowhere(figure, (&said, everywhere), &sentences, clause));
                findings.extend(finding);
            }
        }
        findings.into_iter().for_each(|finding| self.tell(finding));
    }

    /// The prose of a clause in the language of the agreement; its sentences are numbered through.
    fn text(&self, clause: &Clause) -> Text {
        let mut text = Text::default();
        let mut before = 0;
        for prose in clause.prose.iter().filter(|prose| prose.language.is_none()) {
            let read = wording::read(self.sources.text(prose.span), prose.span);
            let moved = |mut figure: Figure| {
                figure.sentence += before;
                figure
            };
            text.figures.extend(read.figures.into_iter().map(moved));
            text.printed.extend(read.printed.into_iter().map(|sentence| sentence + before));
            text.words.extend(read.words.into_iter().map(|(word, sentence)| (word, sentence + before)));
            before += read.sentences;
        }
        text
    }

    /// Whether days in prose are days of a kind that a sentence counts; nothing where the prose does not tell.
    fn is_meant(&self, unit: &Measured, kind: LengthKind) -> Option<bool> {
        match (unit, kind) {
            (Measured::CalendarDays, LengthKind::CalendarDays) => Some(true),
            (Measured::CalendarDays, LengthKind::BusinessDays(_)) => Some(false),
            (Measured::DaysOf(word), LengthKind::CalendarDays) => self.is_of_days(word).then_some(false),
            (Measured::DaysOf(word), LengthKind::BusinessDays(of)) => {
                let named = self.policy.calendars.values().any(|calendar| calendar.name == *word);
                self.is_of_days(word).then(|| !named || self.policy.calendars[of].name == *word)
            }
            _ => None,
        }
    }

    /// The same number of days, of another kind.
    fn other_days(
        &self,
        figure: &Figure,
        text: &Text,
        said: &Said,
    ) -> Option<servanda_diagnostics::Diagnostic> {
        let number = Exact::from_decimal_str(&figure.number).ok()?;
        let is_meant = |kind: LengthKind| self.is_meant(&figure.unit, kind);
        let same = || said.lengths.iter().filter(|(length, _)| length.amount == number);
        if same().any(|(length, _)| is_meant(length.kind) == Some(true)) {
            return None;
        }
        // What the prose says rightly elsewhere, it does not say here: the figure is of something else.
        let right = |length: &Length| {
            text.figures.iter().any(|other| {
                Exact::from_decimal_str(&other.number).is_ok_and(|number| number == length.amount)
                    && self.is_meant(&other.unit, length.kind) == Some(true)
            })
        };
        let (length, span) =
            same().find(|(length, _)| is_meant(length.kind) == Some(false) && !right(length))?;
        let written = figure.written.as_str();
        let kind = match length.kind {
            LengthKind::BusinessDays(of) => format!("{} days", self.policy.calendars[of].name),
            _ => "calendar days".to_owned(),
        };
        let dates = self.both_ends(length, &figure.unit);
        Some(diagnostics::prose_counts_other_days(
            figure.span,
            written,
            (*span, &format!("{} {kind}", length.amount)),
            dates.as_ref().map(|(from, prose, sentence)| (from.as_str(), prose.as_str(), sentence.as_str())),
        ))
    }

    /// Whether a word in front of `days` says which days are counted.
    fn is_of_days(&self, word: &str) -> bool {
        matches!(word, "business" | "working") || self.policy.calendars.values().any(|of| of.name == word)
    }

    /// Where both lengths end that begin with the first date of the term: the date, the end in prose, that of the
    /// sentence.
    fn both_ends(&self, sentence: &Length, prose: &Measured) -> Option<(String, String, String)> {
        let placed = self.placed.as_ref()?;
        let (first, number) = (placed.first_date, u32::try_from(sentence.amount.to_i128()?).ok()?);
        let on_calendar = |at: usize| -> Option<Date> {
            let calendar = placed.calendars.get(at)?;
            calendar.nth_business_day(first, number)
        };
        let by_date = first.add_days(i64::from(number));
        let at = |name: &str| self.policy.calendars.values().position(|calendar| calendar.name == name);
        let (prose, sentence) = match (prose, sentence.kind) {
            (Measured::CalendarDays, LengthKind::BusinessDays(of)) => {
                (by_date, on_calendar(crate::arena::Id::index(of)))
            }
            (Measured::DaysOf(word), LengthKind::CalendarDays) => {
                // "Working days" are those of the only calendar, if there is one only.
                let one = (self.policy.calendars.len() == 1).then_some(0);
                (at(word).or(one).and_then(on_calendar), by_date)
            }
            _ => return None,
        };
        let shown = |date: Date| format!("{} {date}", date.weekday().name());
        Some((shown(first), shown(prose?), shown(sentence?)))
    }

    /// The same bound, on the other side.
    fn other_side(
        &self,
        figure: &Figure,
        text: &Text,
        said: &Said,
        clause: &Clause,
    ) -> Option<servanda_diagnostics::Diagnostic> {
        let (relation, words) = figure.bound?;
        let here = self.bounds_said(figure, said);
        if here.is_empty() || here.iter().any(|bound| side(bound.relation) == side(relation)) {
            return None;
        }
        let mut others = here.into_iter().filter(|bound| self.is_about(figure, bound, text, said, clause));
        let bound = others.next()?;
        // What is said of the breach bounds the other side of the same value.
        let of_breach = self.speaks_of_breach(figure, text);
        let turned = [bound].into_iter().chain(others).find(|bound| {
            !of_breach && bound.whole && bound.relation == relation.opposite() && bound.relation != relation
        });
        let said = self.sources.text(words);
        Some(match turned {
            Some(bound) => {
                let written = format!("{} {}", bound.relation.words(), self.sources.text(bound.span));
                diagnostics::prose_turned_round(words, said, (bound.span, &written))
            }
            None => diagnostics::prose_bound_differs(
                words,
                (&figure.written, said),
                (bound.span, self.sources.text(bound.span)),
            ),
        })
    }

    /// Whether the sentence of a figure tells when something follows, and not what has to be.
    fn speaks_of_breach(&self, figure: &Figure, text: &Text) -> bool {
        let mut own = text.words.iter().filter(|(_, sentence)| *sentence == figure.sentence);
        own.any(|(word, _)| {
            matches!(
                word.as_str(),
                "if" | "where"
                    | "when"
                    | "whenever"
                    | "unless"
                    | "once"
                    | "credit"
                    | "credits"
                    | "due"
                    | "breach"
                    | "breached"
                    | "never"
            )
        })
    }

    /// The bounds of a clause that are the number of a figure in prose.
    fn bounds_said<'s>(&self, figure: &Figure, said: &'s Said) -> Vec<&'s Bound> {
        let number = Exact::from_decimal_str(&figure.number).ok();
        let number = number.and_then(|number| match figure.unit {
            Measured::Percent => number.checked_div(&Exact::integer(100)),
            Measured::Money(_) => Some(number),
            _ => None,
        });
        said.bounds.iter().filter(|bound| number.as_ref() == Some(&bound.number)).collect()
    }

    /// Whether a figure in prose, of the number of a bound, can be about what the bound is about. It is not where it
    /// speaks of other windows, and where another sentence of the prose says a bound of that figure rightly and its own
    /// has no word for the figure.
    fn is_about(&self, figure: &Figure, bound: &Bound, text: &Text, said: &Said, clause: &Clause) -> bool {
        let Some(of) = bound.of else { return true };
        let measure = &self.policy.measures[of];
        let unit = match self.policy.windows[measure.window] {
            WindowSpec::Calendar(unit) | WindowSpec::Contract(unit) | WindowSpec::From(unit, _) => Some(unit),
            WindowSpec::Rolling { unit, .. } => Some(unit),
            WindowSpec::Term | WindowSpec::Clock(_) => None,
        };
        if figure.windows.is_some_and(|windows| unit != Some(windows)) {
            return false;
        }
        let right = text.figures.iter().filter(|other| {
            let same = |one: &&Bound| {
                one.of == Some(of)
                    && other.bound.is_some_and(|(relation, _)| side(relation) == side(one.relation))
            };
            self.bounds_said(other, said).iter().any(same)
        });
        let mut right = right.map(|other| other.sentence).chain(text.printed.iter().copied()).peekable();
        if right.peek().is_none() || right.any(|sentence| sentence == figure.sentence) {
            return true;
        }
        let title = clause.title.to_lowercase();
        let mut names = measure.name.split('_').chain(title.split(|c: char| !c.is_alphanumeric()));
        let names: Vec<&str> = names.by_ref().filter(|part| part.len() > 3).collect();
        let mut own = text.words.iter().filter(|(_, sentence)| *sentence == figure.sentence);
        own.any(|(word, _)| {
            matches!(word.as_str(), "it" | "its" | "this" | "that") || names.contains(&word.as_str())
        })
    }

    /// The same number, as money where the prose says percent, or the other way round.
    fn other_unit(
        &self,
        figure: &Figure,
        said: &Said,
        sentences: &str,
        clause: &Clause,
    ) -> Option<servanda_diagnostics::Diagnostic> {
        let number = Exact::from_decimal_str(&figure.number).ok()?;
        let part = number.checked_div(&Exact::integer(100))?;
        let (wanted, other) = match &figure.unit {
            Measured::Percent => (&part, &number),
            Measured::Money(_) => (&number, &part),
            _ => return None,
        };
        let written = |with_sign: bool| {
            let mut words =
                sentences.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%')));
            words.any(|word| {
                let digits = word.trim_end_matches(['.', '%']);
                let same = Exact::from_decimal_str(digits).is_ok_and(|of| of == number);
                same && word.contains('%') == with_sign
            })
        };
        let as_percent = matches!(figure.unit, Measured::Percent);
        let differs = said.numbers.contains(other) && !said.numbers.contains(wanted);
        let other_unit = differs && written(!as_percent) && !written(as_percent);
        other_unit.then(|| diagnostics::prose_of_other_unit(figure.span, &figure.written, &clause.number))
    }

    /// A figure that no sentence of the clause has, where they have others of its kind, and that nothing else in the
    /// agreement has.
    fn said_nowhere(
        &self,
        figure: &Figure,
        (said, everywhere): (&Said, &Said),
        sentences: &str,
        clause: &Clause,
    ) -> Option<servanda_diagnostics::Diagnostic> {
        let number = Exact::from_decimal_str(&figure.number).ok()?;
        let one_of = |wanted: &Exact| everywhere.numbers.contains(wanted);
        let length = |is: &dyn Fn(LengthKind) -> bool, wanted: &Exact| {
            let found =
                everywhere.lengths.iter().any(|(length, _)| is(length.kind) && length.amount == *wanted);
            let like = said.lengths.iter().any(|(length, _)| is(length.kind));
            (found, like)
        };
        let in_days =
            |kind: LengthKind| matches!(kind, LengthKind::CalendarDays | LengthKind::BusinessDays(_));
        let (found, like) = match &figure.unit {
            Measured::Percent => {
                let part = number.checked_div(&Exact::integer(100))?;
                let shares = said.numbers.iter().any(|of| !of.is_zero() && of.abs() < Exact::ONE);
                (one_of(&part) || one_of(&(&Exact::ONE - &part)), shares)
            }
            Measured::Money(currency) => {
                let known = match &self.policy.currency.kind {
                    ExprKind::Value(Value::Currency(known)) => known.to_string() == *currency,
                    _ => false,
                };
                (one_of(&number), known && (said.amounts || sentences.contains(currency.as_str())))
            }
            Measured::DaysOf(word) if !self.is_of_days(word) => return None,
            Measured::CalendarDays | Measured::DaysOf(_) => length(&in_days, &number),
            Measured::Seconds(each) => length(&crate::check::in_seconds, &(&number * &Exact::integer(*each))),
            Measured::Months(each) => {
                length(&|kind| kind == LengthKind::Months, &(&number * &Exact::integer(*each)))
            }
        };
        // What is written in the clause is said in it, as whatever it may be counted.
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_';
        let written = sentences.split(|c: char| !(is_part(c) || c == '(')).any(|word| {
            // `1(a)` is the number of a duty.
            word.split('(').next_back().is_some_and(|word| word.trim_end_matches('.') == figure.number)
        });
        if found || written || !like {
            return None;
        }
        Some(diagnostics::prose_figure_unused(figure.span, &figure.written, &clause.number))
    }

    /// The text of a clause without its prose.
    fn without_prose(&self, clause: &Clause) -> String {
        let whole = self.sources.text(clause.body);
        let mut rest = String::new();
        let mut at = clause.body.start;
        let piece = |from: u32, to: u32| {
            let offset = |place: u32| usize::try_from(place.saturating_sub(clause.body.start)).unwrap_or(0);
            whole.get(offset(from)..offset(to)).unwrap_or("")
        };
        for prose in &clause.prose {
            rest.push_str(piece(at, prose.span.start));
            at = prose.span.end;
        }
        rest.push_str(piece(at, clause.body.end));
        rest
    }

    /// What the sentences of a clause say, or those of all.
    fn said(&self, clause: Option<ClauseId>) -> Said {
        let policy = self.policy;
        let mut said = Said::default();
        let here = |of: ClauseId| clause.is_none_or(|clause| clause == of);
        let inside = |span: Span| clause.is_none_or(|clause| policy.clauses[clause].body.contains(span));
        for duty in policy.duties.values().filter(|duty| here(duty.clause)) {
            match &duty.form {
                Form::Do { filter, deadline, .. } => {
                    filter.iter().for_each(|filter| said.read(policy, filter));
                    if let Some(Deadline::Within { length, share, .. }) = deadline {
                        said.read(policy, length);
                        said.numbers.extend(share.clone());
                    }
                }
                Form::Keep { measure, targets, .. } => {
                    for (relation, bound) in targets {
                        said.read(policy, bound);
                        said.bound(policy, bound, *relation, (true, Some(*measure)));
                    }
                    self.read_measure(*measure, &mut said);
                }
                Form::DoEach { rise, .. } => {
                    let within = rise.as_ref().and_then(|rise| rise.within.as_ref());
                    within.iter().for_each(|(length, _)| said.read(policy, length));
                }
                Form::MustNot { filter, when, .. } => {
                    filter.iter().chain(when).for_each(|cond| said.read(policy, cond));
                }
            }
        }
        for of in policy.consequences.values().filter(|of| here(of.clause)) {
            of.only.iter().for_each(|only| said.read(policy, only));
            let (exprs, caps): (Vec<&Expr>, _) = match &of.effect {
                Effect::Entry(entry) => {
                    said.amounts |= Reading::constant(policy).sum(&entry.amount).is_some();
                    let claim = entry.claim.as_ref().map(|claim| &claim.length);
                    let parts = [entry.at_least.as_ref(), entry.nothing_below.as_ref(), claim];
                    (
                        [&entry.amount].into_iter().chain(parts.into_iter().flatten()).collect(),
                        entry.caps.as_slice(),
                    )
                }
                Effect::Accrue(accrual) => {
                    let parts = [accrual.delay.as_ref(), accrual.grace.as_ref(), accrual.at_least.as_ref()];
                    let all = [&accrual.amount].into_iter().chain(parts.into_iter().flatten());
                    (all.collect(), accrual.caps.as_slice())
                }
                Effect::End(ending) => (ending.notice.iter().collect(), [].as_slice()),
                _ => (Vec::new(), [].as_slice()),
            };
            exprs.into_iter().for_each(|expr| said.read(policy, expr));
            caps.iter().for_each(|cap| said.read(policy, &policy.caps[*cap].limit));
        }
        for (id, measure) in policy.measures.iter() {
            if inside(measure.span) {
                self.read_measure(id, &mut said);
            }
        }
        for case in policy.cases.values().filter(|case| inside(case.span)) {
            case.reopens.iter().for_each(|reopens| said.read(policy, &reopens.within));
        }
        said
    }

    fn read_measure(&self, id: crate::policy::MeasureId, said: &mut Said) {
        let value = &self.policy.measures[id].value;
        said.read(self.policy, value);
        for fold in value.folds() {
            if let FoldKind::Items { filter: Some(filter), .. } = &self.policy.folds[fold].kind {
                said.read(self.policy, filter);
            }
        }
    }
}

impl Said {
    /// Every figure that an expression has, and every one that parts of it come to.
    fn read(&mut self, policy: &Policy, expr: &Expr) {
        let known = std::cell::RefCell::new(self);
        expr.any(&|part| {
            let mut known = known.borrow_mut();
            if let ExprKind::Value(Value::Length(length)) = &part.kind {
                known.lengths.push((length.clone(), part.span));
            } else if let Some(number) = Reading::constant(policy).sum(part).and_then(|sum| sum.as_number()) {
                known.numbers.push(number);
            }
            match &part.kind {
                ExprKind::Is(relation, left, right) => {
                    known.bound(policy, left, relation.opposite(), (true, measure_of(right)));
                    known.bound(policy, right, *relation, (true, measure_of(left)));
                }
                ExprKind::Table { on, rows } => {
                    let of = (false, measure_of(on));
                    for row in rows {
                        let RowKey::Range(from, to) = &row.key else { continue };
                        if let Some((bound, inclusive)) = from {
                            let relation = if *inclusive { Relation::AtLeast } else { Relation::Above };
                            known.bound(policy, bound, relation, of);
                        }
                        if let Some((bound, inclusive)) = to {
                            let relation = if *inclusive { Relation::AtMost } else { Relation::Below };
                            known.bound(policy, bound, relation, of);
                        }
                    }
                }
                _ => {}
            }
            false
        });
    }

    fn bound(
        &mut self,
        policy: &Policy,
        bound: &Expr,
        relation: Relation,
        (whole, of): (bool, Option<MeasureId>),
    ) {
        let number = Reading::constant(policy).sum(bound).and_then(|sum| sum.as_number());
        if let (Some(number), Some(_)) = (number, side(relation)) {
            self.bounds.push(Bound { number, relation, span: bound.span, whole, of });
        }
    }
}

/// The figure that an expression is.
const fn measure_of(expr: &Expr) -> Option<MeasureId> {
    match &expr.kind {
        ExprKind::Measure(id) => Some(*id),
        _ => None,
    }
}

/// The side to which a bound belongs.
const fn side(relation: Relation) -> Option<Side> {
    match relation {
        Relation::AtLeast | Relation::Below => Some(Side::Above),
        Relation::AtMost | Relation::Above => Some(Side::Below),
        Relation::Exactly => None,
    }
}
