//! The parts of a policy under other ids: what stands in one version's tables, as it stands in those of all versions.
//!
//! Every part is taken apart in full, so that a part that is added later cannot be forgotten here.

mod amount;
mod measure;

use crate::arena::Id;
use crate::policy::{
    ActTrack, Band, Begin, CalendarId, Cap, CapId, CapScope, Case, CaseField, CaseId, Clause, ClauseId,
    Consequence, ConsequenceId, Deadline, Debt, Duty, DutyId, Effect, EventId, EventType, Expr, ExprKind,
    Extension, Field, FieldType, FoldId, Form, From, Kept, KindId, Length, LengthKind, Life, MeasureId,
    PartyId, Pattern, Payments, Point, Prose, ProsePart, Reopens, Right, Rise, Row, RowKey, Running, Settled,
    Signal, Silence, Standing, Tell, Trigger, Value, ValueType, VersionId, WindowId,
};

mod ending;

/// Where the things of one version stand among those of all versions: by the version's ids.
#[derive(Debug)]
pub(in crate::check) struct Places {
    pub(in crate::check) version: VersionId,
    pub(in crate::check) parties: Vec<PartyId>,
    pub(in crate::check) kinds: Vec<KindId>,
    pub(in crate::check) calendars: Vec<CalendarId>,
    pub(in crate::check) windows: Vec<WindowId>,
    pub(in crate::check) events: Vec<EventId>,
    pub(in crate::check) cases: Vec<CaseId>,
    /// The places of the fields of each case.
    pub(in crate::check) fields: Vec<Vec<u32>>,
    /// The case whose items each duty, consequence and cap reads.
    pub(in crate::check) duty_cases: Vec<Option<CaseId>>,
    pub(in crate::check) cap_cases: Vec<Option<CaseId>>,
    /// How many there are before those of this version.
    pub(in crate::check) folds: usize,
    pub(in crate::check) measures: usize,
    pub(in crate::check) duties: usize,
    pub(in crate::check) consequences: usize,
    pub(in crate::check) caps: usize,
    pub(in crate::check) clauses: usize,
    /// The first duty of the same place, by this version's ids.
    pub(in crate::check) first_duties: Vec<DutyId>,
}

/// The id at a place of a list; every id of a version has its place.
fn at<I: Id>(list: &[I], id: I) -> I {
    list.get(id.index()).copied().unwrap_or(id)
}

fn after<I: Id>(before: usize, id: I) -> I {
    I::at(before + id.index())
}

impl Places {
    fn party(&self, id: PartyId) -> PartyId {
        at(&self.parties, id)
    }

    fn kind(&self, id: KindId) -> KindId {
        at(&self.kinds, id)
    }

    fn calendar(&self, id: CalendarId) -> CalendarId {
        at(&self.calendars, id)
    }

    fn window(&self, id: WindowId) -> WindowId {
        at(&self.windows, id)
    }

    fn event(&self, id: EventId) -> EventId {
        at(&self.events, id)
    }

    pub(in crate::check) fn case_id(&self, id: CaseId) -> CaseId {
        at(&self.cases, id)
    }

    fn field(&self, case: Option<CaseId>, field: u32) -> u32 {
        let fields = case.and_then(|case| self.fields.get(case.index()));
        fields.and_then(|fields| fields.get(field as usize)).copied().unwrap_or(field)
    }

    fn fold(&self, id: FoldId) -> FoldId {
        after(self.folds, id)
    }

    fn measure_id(&self, id: MeasureId) -> MeasureId {
        after(self.measures, id)
    }

    pub(in crate::check) fn duty_id(&self, id: DutyId) -> DutyId {
        after(self.duties, id)
    }

    fn consequence_id(&self, id: ConsequenceId) -> ConsequenceId {
        after(self.consequences, id)
    }

    fn cap_id(&self, id: CapId) -> CapId {
        after(self.caps, id)
    }

    fn clause_id(&self, id: ClauseId) -> ClauseId {
        after(self.clauses, id)
    }

    fn case_of_duty(&self, id: DutyId) -> Option<CaseId> {
        self.duty_cases.get(id.index()).copied().flatten()
    }

    pub(in crate::check) fn length_kind(&self, kind: LengthKind) -> LengthKind {
        match kind {
            LengthKind::Open(calendar) => LengthKind::Open(self.calendar(calendar)),
            LengthKind::BusinessDays(calendar) => LengthKind::BusinessDays(self.calendar(calendar)),
            LengthKind::Physical | LengthKind::CalendarDays | LengthKind::Months => kind,
        }
    }

    pub(in crate::check) fn value_type(&self, ty: ValueType) -> ValueType {
        match ty {
            ValueType::Length(kind) => ValueType::Length(self.length_kind(kind)),
            ValueType::MoneyPer(kind) => ValueType::MoneyPer(self.length_kind(kind)),
            ValueType::SharePer(kind) => ValueType::SharePer(self.length_kind(kind)),
            ValueType::Bool
            | ValueType::Word
            | ValueType::Text
            | ValueType::Party
            | ValueType::Count
            | ValueType::Number
            | ValueType::Share
            | ValueType::Points
            | ValueType::Money
            | ValueType::AnyLength
            | ValueType::Date
            | ValueType::Instant
            | ValueType::Currency
            | ValueType::Zone => ty,
        }
    }

    fn value(&self, value: Value) -> Value {
        match value {
            Value::Party(party) => Value::Party(self.party(party)),
            Value::Length(Length { kind, amount }) => {
                Value::Length(Length { kind: self.length_kind(kind), amount })
            }
            Value::Bool(_)
            | Value::Word(_)
            | Value::Text(_)
            | Value::Number(_)
            | Value::Date(_)
            | Value::Instant(_)
            | Value::Currency(_) => value,
        }
    }

    /// An expression that reads items of a case, if of any.
    pub(in crate::check) fn expr(&self, expr: Expr, case: Option<CaseId>) -> Expr {
        let Expr { kind, span, name } = expr;
        let one = |part: Box<Expr>| Box::new(self.expr(*part, case));
        let all = |parts: Vec<Expr>| self.exprs(parts, case);
        let kind = match kind {
            ExprKind::Value(value) => ExprKind::Value(self.value(value)),
            ExprKind::Param(param) => ExprKind::Param(param),
            ExprKind::Field(field) => ExprKind::Field(self.field(case, field)),
            ExprKind::FactField(field) => ExprKind::FactField(field),
            ExprKind::Done(act) => ExprKind::Done(act),
            ExprKind::Verdict(duty, verdicts) => ExprKind::Verdict(self.first_duty(duty), verdicts),
            ExprKind::VerdictOf(duty, verdicts, field) => {
                ExprKind::VerdictOf(self.first_duty(duty), verdicts, self.field(case, field))
            }
            ExprKind::Charge => ExprKind::Charge,
            ExprKind::Unpaid => ExprKind::Unpaid,
            ExprKind::Rest(case) => ExprKind::Rest(self.case_id(case)),
            ExprKind::Day => ExprKind::Day,
            ExprKind::Fold(fold) => ExprKind::Fold(self.fold(fold)),
            ExprKind::Measure(measure) => ExprKind::Measure(self.measure_id(measure)),
            ExprKind::Previous(measure, first) => ExprKind::Previous(self.measure_id(measure), one(first)),
            ExprKind::Misses(duty) => ExprKind::Misses(self.duty_id(duty)),
            ExprKind::During(calendar) => ExprKind::During(self.calendar(calendar)),
            ExprKind::Elapsed(kind, act) => ExprKind::Elapsed(self.length_kind(kind), act),
            ExprKind::Binary(operation, left, right) => ExprKind::Binary(operation, one(left), one(right)),
            ExprKind::Excess(of, over) => ExprKind::Excess(one(of), one(over)),
            ExprKind::Least(parts) => ExprKind::Least(all(parts)),
            ExprKind::Bands { on, rows } => ExprKind::Bands {
                on: one(on),
                rows: rows.into_iter().map(|row| self.band(row, case)).collect(),
            },
            ExprKind::Growth(of, over) => ExprKind::Growth(one(of), one(over)),
            ExprKind::Table { on, rows } => ExprKind::Table {
                on: one(on),
                rows: rows.into_iter().map(|row| self.row(row, case)).collect(),
            },
            ExprKind::ByVersion(parts) => ExprKind::ByVersion(all(parts)),
            ExprKind::Not(part) => ExprKind::Not(one(part)),
            ExprKind::And(parts) => ExprKind::And(all(parts)),
            ExprKind::Or(parts) => ExprKind::Or(all(parts)),
            ExprKind::Is(relation, left, right) => ExprKind::Is(relation, one(left), one(right)),
            ExprKind::OneOf(part, parts) => ExprKind::OneOf(one(part), all(parts)),
        };
        Expr { kind, span, name }
    }

    fn exprs(&self, parts: Vec<Expr>, case: Option<CaseId>) -> Vec<Expr> {
        parts.into_iter().map(|part| self.expr(part, case)).collect()
    }

    fn some(&self, part: Option<Expr>, case: Option<CaseId>) -> Option<Expr> {
        part.map(|part| self.expr(part, case))
    }

    fn row(&self, row: Row, case: Option<CaseId>) -> Row {
        let Row { key, value, span } = row;
        let bound = |bound: Option<(Expr, bool)>| bound.map(|(expr, with)| (self.expr(expr, case), with));
        let key = match key {
            RowKey::OneOf(parts) => RowKey::OneOf(self.exprs(parts, case)),
            RowKey::Range(from, to) => RowKey::Range(bound(from), bound(to)),
            RowKey::Otherwise => RowKey::Otherwise,
        };
        Row { key, value: self.expr(value, case), span }
    }

    fn band(&self, row: Band, case: Option<CaseId>) -> Band {
        let Band { from, to, value, per_unit, span } = row;
        let (from, to) = (self.some(from, case), self.some(to, case));
        Band { from, to, value: self.expr(value, case), per_unit, span }
    }

    fn pattern(&self, pattern: Pattern, case: Option<CaseId>) -> Pattern {
        let Pattern { event, filter, span } = pattern;
        Pattern { event: self.event(event), filter: self.some(filter, case), span }
    }

    fn patterns(&self, patterns: Vec<Pattern>, case: Option<CaseId>) -> Vec<Pattern> {
        patterns.into_iter().map(|pattern| self.pattern(pattern, case)).collect()
    }

    pub(in crate::check) fn event_type(&self, event: EventType) -> EventType {
        let EventType { name, log_name, fields, span } = event;
        let fields = fields.into_iter().map(|field| {
            let Field { name, log_name, ty, optional, key, span } = field;
            Field { name, log_name, ty: self.field_type(ty), optional, key, span }
        });
        EventType { name, log_name, fields: fields.collect(), span }
    }

    fn field_type(&self, ty: FieldType) -> FieldType {
        match ty {
            FieldType::Party(known) => {
                FieldType::Party(known.into_iter().map(|(name, id)| (name, self.party(id))).collect())
            }
            FieldType::Length { kind, unit } => FieldType::Length { kind: self.length_kind(kind), unit },
            FieldType::Id
            | FieldType::Text
            | FieldType::Count
            | FieldType::Number
            | FieldType::Money { .. }
            | FieldType::MinorMoney
            | FieldType::Percent
            | FieldType::Date
            | FieldType::Instant
            | FieldType::YesNo
            | FieldType::OneOf(_) => ty,
        }
    }

    /// A case; its fields stay as they are, and [`Places::fields`] says where each of them stands among all.
    pub(in crate::check) fn case(&self, id: CaseId, case: Case) -> Case {
        let Case {
            name,
            life,
            keys,
            fields,
            acts,
            ends,
            pauses,
            reopens,
            out_of_scope,
            ignores,
            forget,
            debt,
            span,
        } = case;
        let of = Some(id);
        let life = match life {
            Life::Begins(Begin { when, at }) => Life::Begins(Begin {
                when: self.patterns(when, of),
                at: at.map(|field| self.field(of, field)),
            }),
            Life::Implicit => Life::Implicit,
            Life::Windowed => Life::Windowed,
        };
        let acts = acts.into_iter().map(|act| {
            let ActTrack { verb, done, when, undone_by, span } = act;
            let undone_by = undone_by.map(|event| self.event(event));
            ActTrack { verb, done, when: self.patterns(when, of), undone_by, span }
        });
        let ends = ends.into_iter().map(|end| match end {
            Trigger::Event(pattern) => Trigger::Event(self.pattern(pattern, of)),
            Trigger::Done(act) => Trigger::Done(act),
        });
        let pauses = pauses.into_iter().map(|(from, to)| (self.pattern(from, of), self.pattern(to, of)));
        let debt = debt.map(|debt| {
            let Debt { debtor, creditor, amount, payments, paid, span } = debt;
            let payments = payments.map(|payments| {
                let Payments { event, amount, named, set_off, settling, order, rest, span } = payments;
                let settling = settling.into_iter().map(|(settled, span)| match settled {
                    Settled::Principal => (settled, span),
                    Settled::Kind(kind) => (Settled::Kind(self.kind(kind)), span),
                });
                let settling = settling.collect();
                Payments { event: self.event(event), amount, named, set_off, settling, order, rest, span }
            });
            Debt {
                debtor: self.party(debtor),
                creditor: self.party(creditor),
                amount: self.expr(amount, of),
                payments,
                paid,
                span,
            }
        });
        Case {
            name,
            life,
            keys: keys.into_iter().map(|(event, field)| (self.event(event), field)).collect(),
            fields: fields.into_iter().map(|field| self.case_field(field)).collect(),
            acts: acts.collect(),
            ends: ends.collect(),
            pauses: pauses.collect(),
            reopens: reopens.map(|reopens| {
                let Reopens { when, within, way, span } = reopens;
                Reopens { when: self.pattern(when, of), within: self.expr(within, of), way, span }
            }),
            out_of_scope: self.some(out_of_scope, of),
            ignores: ignores.into_iter().map(|event| self.event(event)).collect(),
            forget,
            debt,
            span,
        }
    }

    pub(in crate::check) fn case_field(&self, field: CaseField) -> CaseField {
        let CaseField { name, ty, from } = field;
        let from = from.into_iter().map(|(event, field)| (self.event(event), field)).collect();
        CaseField { name, ty: self.value_type(ty), from }
    }

    pub(in crate::check) fn duty(&self, duty: Duty) -> Duty {
        let Duty {
            clause,
            name,
            debtor,
            creditor,
            form,
            first,
            extended_by,
            silent,
            otherwise,
            span,
            core_span,
        } = duty;
        let form = match form {
            Form::Do { case, act, filter, deadline } => Form::Do {
                case: self.case_id(case),
                act,
                filter: self.some(filter, Some(case)),
                deadline: deadline.map(|deadline| self.deadline(deadline, case)),
            },
            Form::DoEach { case, acts, window, by, rise } => Form::DoEach {
                case: self.case_id(case),
                acts: self.patterns(acts, None),
                window: self.window(window),
                by: self.point(by),
                rise: rise.map(|Rise { cause, within }| Rise {
                    cause: self.duty_id(cause),
                    within: within.map(|(length, ending)| (self.expr(length, None), ending)),
                }),
            },
            Form::Keep { measure, targets, during } => Form::Keep {
                during: during.map(|calendar| self.calendar(calendar)),
                measure: self.measure_id(measure),
                targets: targets
                    .into_iter()
                    .map(|(relation, target)| (relation, self.expr(target, None)))
                    .collect(),
            },
            Form::MustNot { case, act, filter, when } => Form::MustNot {
                case: self.case_id(case),
                act,
                filter: self.some(filter, Some(case)),
                when: self.some(when, Some(case)),
            },
        };
        Duty {
            clause: self.clause_id(clause),
            name,
            debtor: self.party(debtor),
            creditor: creditor.map(|party| self.party(party)),
            form,
            first: at(&self.first_duties, first),
            extended_by: extended_by
                .into_iter()
                .map(|Extension { duty, field }| {
                    let field = field.map(|field| self.field(self.case_of_duty(duty), field));
                    Extension { duty: self.duty_id(duty), field }
                })
                .collect(),
            silent,
            otherwise: otherwise.into_iter().map(|id| self.consequence_id(id)).collect(),
            span,
            core_span,
        }
    }

    fn deadline(&self, deadline: Deadline, case: CaseId) -> Deadline {
        match deadline {
            Deadline::Within { length, from, ending, share, roll, counting, span } => Deadline::Within {
                length: self.expr(length, Some(case)),
                from: match from {
                    From::Field(field) => From::Field(self.field(Some(case), field)),
                    From::Beginning | From::Done(_) | From::Again => from,
                },
                ending,
                share,
                roll: roll.map(|(roll, calendar)| (roll, self.calendar(calendar))),
                counting,
                span,
            },
            Deadline::By(point) => Deadline::By(self.point(point)),
        }
    }

    fn point(&self, point: Point) -> Point {
        match point {
            Point::DayOfPeriod { nth, calendar, end_of_date } => Point::DayOfPeriod {
                nth,
                calendar: calendar.map(|calendar| self.calendar(calendar)),
                end_of_date,
            },
            Point::EndOfPeriod | Point::Date(_) | Point::Civil(..) => point,
        }
    }

    pub(in crate::check) fn consequence(&self, consequence: Consequence) -> Consequence {
        let Consequence { clause, name, on, only, effect, sole, span } = consequence;
        let case = self.case_of(&on);
        let on = match on {
            Signal::Broken(duty) => Signal::Broken(self.duty_id(duty)),
            Signal::Each(window) => Signal::Each(self.window(window)),
            Signal::ForEach(of, filter) => Signal::ForEach(self.case_id(of), self.some(filter, Some(of))),
            Signal::ForEvent(pattern) => Signal::ForEvent(self.pattern(pattern, None)),
            Signal::Kept(Kept { duty, of, count }) => {
                Signal::Kept(Kept { duty: self.duty_id(duty), of: self.consequence_id(of), count })
            }
            Signal::Running(Running { duty, window, count, of }) => {
                Signal::Running(Running { duty: self.duty_id(duty), window: self.window(window), count, of })
            }
            Signal::Standing(Standing { ended, settled }) => {
                let settled = settled
                    .into_iter()
                    .map(|(debtor, creditor, span)| (self.party(debtor), self.party(creditor), span));
                Signal::Standing(Standing { ended, settled: settled.collect() })
            }
            Signal::Paid(of) => Signal::Paid(self.consequence_id(of)),
        };
        let effect = match effect {
            Effect::Entry(entry) => Effect::Entry(self.entry(entry, case)),
            Effect::Accrue(accrual) => Effect::Accrue(self.accrual(accrual, case)),
            Effect::Tell(Tell { to, during, warns_of }) => Effect::Tell(Tell {
                to: self.party(to),
                during: during.map(|calendar| self.calendar(calendar)),
                warns_of: warns_of.map(|duty| self.duty_id(duty)),
            }),
            Effect::Right(right) => Effect::Right(Right { holder: self.party(right.holder), ..right }),
            Effect::End(ending) => Effect::End(self.ending(ending)),
            Effect::Suspend(suspension) => Effect::Suspend(self.suspension(suspension)),
            Effect::CountsAs(silence) => {
                Effect::CountsAs(Silence { by: self.party(silence.by), act: silence.act })
            }
        };
        let (clause, only) = (self.clause_id(clause), self.some(only, case));
        Consequence { clause, name, on, only, effect, sole, span }
    }

    /// The case whose items what follows from a signal reads.
    pub(in crate::check) fn case_of(&self, on: &Signal) -> Option<CaseId> {
        match on {
            Signal::Broken(duty) => self.case_of_duty(*duty),
            Signal::ForEach(case, _) => Some(*case),
            Signal::Each(_)
            | Signal::ForEvent(_)
            | Signal::Running(_)
            | Signal::Kept(_)
            | Signal::Standing(_)
            | Signal::Paid(_) => None,
        }
    }

    pub(in crate::check) fn cap(&self, id: CapId, cap: Cap) -> Cap {
        let Cap { limit, scope, first, span } = cap;
        let case = self.cap_cases.get(id.index()).copied().flatten();
        let scope = match scope {
            CapScope::Window(window) => CapScope::Window(self.window(window)),
            CapScope::Case(case) => CapScope::Case(self.case_id(case)),
            CapScope::Group(window) => CapScope::Group(window.map(|window| self.window(window))),
            CapScope::Entry | CapScope::InAll | CapScope::Together => scope,
        };
        Cap { limit: self.expr(limit, case), scope, first: self.cap_id(first), span }
    }

    pub(in crate::check) fn clause(&self, clause: Clause) -> Clause {
        let Clause { number, title, survives, prose, version: _, span, body } = clause;
        let prose = prose.into_iter().map(|prose| self.prose(prose)).collect();
        Clause { number, title, survives, prose, version: self.version, span, body }
    }

    pub(in crate::check) fn prose(&self, prose: Prose) -> Prose {
        let Prose { public, language, parts, span } = prose;
        let parts = parts.into_iter().map(|part| match part {
            ProsePart::Value(expr) => ProsePart::Value(self.expr(expr, None)),
            ProsePart::Text(_) => part,
        });
        Prose { public, language, parts: parts.collect(), span }
    }
}
