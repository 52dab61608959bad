//! From a line taken apart to an event: whose it is, when it happened, what its fields say.
//!
//! What is asked first decides what is told: of an event that nobody declared, or of an agreement that is not
//! given, no problem is told.

use crate::decision::{Decision, DecisionType, Ruling};
use crate::entry::{Entries, Entry, column};
use crate::fact::{Fact, FieldValue};
use crate::fault::Fault;
use crate::instances::Instances;
use crate::instant::Clock;
use crate::keys::Key;
use crate::line::{Line, LineKind};
use crate::problem::{Place, Problem};
use crate::schema::{Envelope, Kind, Schema, WantedField};
use crate::undeclared::Undeclared;
use crate::value;
use compact_str::CompactString;
use servanda_diagnostics::{Code, Span};
use servanda_policy::policy::{EventId, FieldType};
use servanda_policy::time::Instant;
use servanda_policy::value::Currency;

/// A line taken apart.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) number: u32,
    pub(crate) line: &'a str,
    /// The object that has the envelope.
    pub(crate) outer: &'a Entries,
    /// The object that has the fields: the same in a flat line.
    pub(crate) fields: &'a Entries,
    pub(crate) envelope: Envelope,
}

/// The event that a line is being read as.
struct Admission<'a> {
    schema: &'a Schema,
    parts: Parts<'a>,
    at: Option<Instant>,
    id: Option<CompactString>,
    problems: Vec<Problem>,
}

/// Reads a line that is taken apart: the careful way, for what [`admit_plainly`] leaves.
#[cold]
pub(crate) fn admit(
    schema: &Schema,
    parts: Parts<'_>,
    instances: &mut Instances,
    clock: &mut Clock,
    undeclared: &mut Undeclared,
) -> Line {
    let mut admission = Admission { schema, parts, at: None, id: None, problems: Vec::new() };
    let kind = admission.kind(instances, clock, undeclared);
    Line { number: parts.number, kind, recorded: None, problems: admission.problems }
}

/// Reads a line that is an event without anything wrong or unusual, which most are; none where [`admit`] must do it.
pub(crate) fn admit_plainly(
    schema: &Schema,
    parts: &Parts<'_>,
    instances: &mut Instances,
    clock: &mut Clock,
) -> Option<Line> {
    let Parts { number, line, outer, fields, envelope } = *parts;
    let Kind::Event(event) = schema.kind(outer.find(envelope.kind)?.plain(line)?)? else { return None };
    let agreement = fields.find(schema.flat.agreement).or_else(|| outer.find(envelope.agreement))?;
    let instance = instances.find(agreement.plain(line)?)?;
    let at = clock.common(outer.find(envelope.time)?.plain(line)?.as_bytes())?;
    let id = match envelope.id.and_then(|key| outer.find(key)) {
        Some(id) => Some(id.plain(line)?.into()),
        None => None,
    };
    let currency = instances.currency(instance)?;
    let mut values = smallvec::SmallVec::with_capacity(schema.wanted(event).len());
    for wanted in schema.wanted(event) {
        let value = match fields.find(wanted.at) {
            Some(entry) => value::read(&wanted.ty, entry, line, currency, clock).ok()?,
            None if wanted.optional && !wanted.key => FieldValue::Absent,
            None => return None,
        };
        if let FieldValue::Money(_) = value
            && let Some(said) = fields.find(schema.currency)
            && said.plain(line)? != expected_currency(&wanted.ty, currency)?.code()
        {
            return None;
        }
        values.push(value);
    }
    let fact = Fact { at, event, line: number, id, fields: values };
    Some(Line { number, kind: LineKind::Admitted { instance, fact }, recorded: None, problems: Vec::new() })
}

/// When an event became known.
pub(crate) struct Recorded {
    /// Its `recorded`, else its own instant; none where neither can be read.
    pub(crate) at: Option<Instant>,
    /// What is wrong with its `recorded`.
    pub(crate) problem: Option<Problem>,
}

/// Reads when an event became known. What of it is wrong beside that is told by whoever admits it.
pub(crate) fn recorded(parts: &Parts<'_>, clock: &mut Clock) -> Recorded {
    let Parts { number, line, outer, envelope, .. } = *parts;
    let mut instant =
        |entry: Entry| value::text(entry, line, "an instant").and_then(|text| clock.instant(&text));
    let own = outer.find(envelope.time).and_then(|entry| instant(entry).ok());
    let Some(entry) = outer.find(envelope.recorded) else { return Recorded { at: own, problem: None } };
    match instant(entry) {
        Ok(at) => Recorded { at: Some(at), problem: None },
        Err(fault) => {
            let id =
                envelope.id.and_then(|key| outer.find(key)).and_then(|entry| value::id(entry, line).ok());
            let problem = Problem {
                code: fault.code,
                message: format!("when the event was recorded: {}", fault.message),
                place: Place { line: number, column: column(line, entry.at as usize) },
                at: own,
                event: id.map(|id| id.as_ref().into()),
                wanted_by: None,
            };
            Recorded { at: own, problem: Some(problem) }
        }
    }
}

/// The currency of a field of this type, in an agreement of this currency; none where the field is no money.
fn expected_currency(ty: &FieldType, currency: Currency) -> Option<Currency> {
    match ty {
        FieldType::Money { currency: own } => Some(own.unwrap_or(currency)),
        FieldType::MinorMoney => Some(currency),
        _ => None,
    }
}

/// Where the agreement of an event leads.
enum Whose {
    Instance(u32),
    OutOfScope,
    Unknown(Option<Entry>, Fault),
}

impl Admission<'_> {
    fn kind(
        &mut self,
        instances: &mut Instances,
        clock: &mut Clock,
        undeclared: &mut Undeclared,
    ) -> LineKind {
        let Parts { line, outer, envelope, .. } = self.parts;
        let named = match outer.find(envelope.kind) {
            None => Err((None, missing("type"))),
            Some(entry) => {
                value::text(entry, line, "the name of a type").map_err(|fault| (Some(entry), fault))
            }
        };
        let kind = match &named {
            Err(_) => None,
            Ok(name) => match self.schema.kind(name) {
                None => {
                    undeclared.add(name);
                    return LineKind::Ignored;
                }
                Some(kind) => Some(kind),
            },
        };
        if kind.is_none() && !self.covered(instances) {
            return LineKind::OutOfScope;
        }
        let whose = self.whose(instances);
        if let Whose::OutOfScope = whose {
            return LineKind::OutOfScope;
        }
        let time = match outer.find(envelope.time) {
            None => Err((None, missing("time"))),
            Some(entry) => value::text(entry, line, "an instant")
                .and_then(|text| clock.instant(&text))
                .map_err(|fault| (Some(entry), fault)),
        };
        self.at = time.as_ref().ok().copied();
        let id = envelope.id.and_then(|key| outer.find(key)).map(|entry| (entry, value::id(entry, line)));
        if let Some((_, Ok(id))) = &id {
            self.id = Some(id.as_ref().into());
        }
        if let Err((entry, fault)) = named {
            self.tell_envelope(entry, "type", fault);
        }
        let instance = match whose {
            Whose::Instance(instance) => Some(instance),
            Whose::OutOfScope => None,
            Whose::Unknown(entry, fault) => {
                self.tell_envelope(entry, "agreement", fault);
                None
            }
        };
        if let Err((entry, fault)) = time {
            self.tell_envelope(entry, "time", fault);
        }
        if let Some((entry, Err(fault))) = id {
            self.tell_envelope(Some(entry), "id", fault);
        }
        let event = match kind {
            Some(Kind::Event(event)) => Some(event),
            Some(Kind::Retraction | Kind::Decision(_)) | None => None,
        };
        let not_admitted = LineKind::NotAdmitted { instance, event, at: self.at };
        let (Some(instance), Some(at), Some(kind)) = (instance, self.at, kind) else { return not_admitted };
        let admitted = match kind {
            Kind::Retraction => self.retraction(instance, at),
            Kind::Decision(of) => instances
                .currency(instance)
                .and_then(|currency| self.decision(of, at, currency, clock))
                .map(|decision| LineKind::Decision { instance, decision: Box::new(decision) }),
            Kind::Event(event) => match instances.currency(instance) {
                Some(currency) => self.event(event, instance, at, currency, clock),
                None => None,
            },
        };
        admitted.unwrap_or(not_admitted)
    }

    /// The entry that names the agreement.
    fn agreement(&self) -> Option<Entry> {
        let Parts { outer, fields, envelope, .. } = self.parts;
        fields.find(self.schema.flat.agreement).or_else(|| outer.find(envelope.agreement))
    }

    /// Whether the event may be of an agreement in scope, as far as its name can be read.
    fn covered(&self, instances: &Instances) -> bool {
        let name = self.agreement().map(|entry| value::id(entry, self.parts.line));
        name.is_none_or(|name| name.map_or(true, |name| instances.covers(&name)))
    }

    fn whose(&self, instances: &mut Instances) -> Whose {
        let Some(entry) = self.agreement() else {
            return match instances.find_unnamed() {
                Some(instance) => Whose::Instance(instance),
                None => Whose::Unknown(None, missing("agreement")),
            };
        };
        match value::id(entry, self.parts.line) {
            Ok(name) => instances.find(&name).map_or(Whose::OutOfScope, Whose::Instance),
            Err(fault) => Whose::Unknown(Some(entry), fault),
        }
    }

    /// The removal of an event; none where it does not say of which.
    fn retraction(&mut self, instance: u32, at: Instant) -> Option<LineKind> {
        let Some(entry) = self.parts.fields.find(self.schema.retracts) else {
            let message = "the retraction does not say what it retracts".to_owned();
            self.tell(None, Fault { code: Code::MissingField, message }, None);
            return None;
        };
        match value::id(entry, self.parts.line) {
            Ok(id) => Some(LineKind::Retraction { instance, id: id.as_ref().into(), at }),
            Err(fault) => {
                self.tell(Some(entry), fault, None);
                None
            }
        }
    }

    /// What somebody has decided; none where it does not say who or what.
    fn decision(
        &mut self,
        of: DecisionType,
        at: Instant,
        currency: Currency,
        clock: &mut Clock,
    ) -> Option<Decision> {
        let keys = self.schema.decision;
        let reason = self.decided(keys.reason, ("reason", &FieldType::Text), currency, clock);
        let by = self.decided_surely(keys.by, ("by", &self.schema.parties), currency, clock);
        let mut text = |key, name| match self.decided_surely(key, (name, &FieldType::Id), currency, clock)? {
            FieldValue::Text(text) => Some(text),
            _ => None,
        };
        let what = match of {
            DecisionType::Disputed => text(keys.entry, "entry").map(|entry| Ruling::Disputed { entry }),
            DecisionType::Resumed => text(keys.entry, "entry").map(|entry| Ruling::Resumed { entry }),
            DecisionType::Lapsed => text(keys.entry, "entry").map(|entry| Ruling::Lapsed { entry }),
            DecisionType::Waived => {
                let duty = text(keys.duty, "duty");
                let subject = self.decided(keys.subject, ("subject", &FieldType::Id), currency, clock);
                duty.zip(subject.ok()).map(|(duty, subject)| Ruling::Waived { duty, subject: texts(subject) })
            }
            DecisionType::Closed => {
                let period = text(keys.period, "period");
                let hash = self.decided(keys.hash, ("hash", &FieldType::Id), currency, clock);
                period.zip(hash.ok()).map(|(period, hash)| Ruling::Closed { period, hash: texts(hash) })
            }
            DecisionType::Adjusted => {
                let entry = text(keys.entry, "entry");
                let by = self.adjustment(currency, clock);
                entry.zip(by).map(|(entry, by)| Ruling::Adjusted { entry, by })
            }
        };
        let (Some(FieldValue::Party(by)), Some(what), Ok(reason)) = (by, what, reason) else { return None };
        let (id, line) = (self.id.clone(), self.parts.number);
        Some(Decision { at, known: at, what, by, reason: texts(reason), id, line })
    }

    /// By how much an entry is adjusted: `less` or `more`, one of them.
    fn adjustment(&mut self, currency: Currency, clock: &mut Clock) -> Option<i64> {
        let keys = self.schema.decision;
        let money = FieldType::Money { currency: None };
        let less = self.decided(keys.less, ("less", &money), currency, clock).ok()?;
        let more = self.decided(keys.more, ("more", &money), currency, clock).ok()?;
        let (name, entry, by) = match (less, more) {
            (FieldValue::Money(less), FieldValue::Absent) => ("less", keys.less, less.checked_neg()?),
            (FieldValue::Absent, FieldValue::Money(more)) => ("more", keys.more, more),
            (both, _) => {
                let message = match both {
                    FieldValue::Absent => "neither `less` nor `more` says by how much",
                    _ => "`less` and `more` are both given: by which of them is not known",
                };
                let fault = Fault { code: Code::MissingField, message: message.to_owned() };
                self.tell(None, fault, None);
                return None;
            }
        };
        if (name == "less") == (by > 0) && by != 0 {
            let other = if name == "less" { "more" } else { "less" };
            let message =
                format!("`{name}`: an amount below nothing says the opposite: write it as `{other}`");
            self.tell(self.parts.fields.find(entry), Fault { code: Code::NegativeNumber, message }, None);
            return None;
        }
        Some(by)
    }

    /// A field of a decision that it must have; what is wrong with it is told.
    fn decided_surely(
        &mut self,
        key: Key,
        field: (&str, &FieldType),
        currency: Currency,
        clock: &mut Clock,
    ) -> Option<FieldValue> {
        match self.decided(key, field, currency, clock).ok()? {
            FieldValue::Absent => {
                let message = format!("`{}` is missing", field.0);
                self.tell(None, Fault { code: Code::MissingField, message }, None);
                None
            }
            value => Some(value),
        }
    }

    /// A field of a decision, absent where it has none; what is wrong with it is told.
    fn decided(
        &mut self,
        key: Key,
        (name, ty): (&str, &FieldType),
        currency: Currency,
        clock: &mut Clock,
    ) -> Result<FieldValue, ()> {
        let Some(entry) = self.parts.fields.find(key) else { return Ok(FieldValue::Absent) };
        let said = match ty {
            FieldType::Money { .. } => self.parts.fields.find(self.schema.currency),
            _ => None,
        };
        let read = match said.map(|said| value::text(said, self.parts.line, "the code of a currency")) {
            Some(Err(fault)) => Err(fault),
            Some(Ok(said)) if said != currency.code() => {
                let what = format!("is not the currency, {currency}");
                Err(Fault::new(Code::OtherCurrency, &said, &what))
            }
            _ => value::read(ty, entry, self.parts.line, currency, clock),
        };
        read.map_err(|fault| {
            let message = format!("`{name}`: {}", fault.message);
            self.tell(Some(entry), Fault { code: fault.code, message }, None);
        })
    }

    /// The event; none where a field that identifies something cannot be read.
    fn event(
        &mut self,
        event: EventId,
        instance: u32,
        at: Instant,
        currency: Currency,
        clock: &mut Clock,
    ) -> Option<LineKind> {
        let Parts { line, fields, number, .. } = self.parts;
        let schema = self.schema;
        let mut values = smallvec::SmallVec::with_capacity(schema.wanted(event).len());
        let mut whole = true;
        for wanted in schema.wanted(event) {
            let read = match fields.find(wanted.at) {
                None if wanted.optional && !wanted.key => Ok(FieldValue::Absent),
                None => {
                    let message = format!("`{}` is missing", wanted.log_name);
                    Err((None, Fault { code: Code::MissingField, message }))
                }
                Some(entry) => value::read(&wanted.ty, entry, line, currency, clock)
                    .and_then(|value| self.in_currency(wanted, value, currency))
                    .map_err(|fault| (Some(self.blamed(entry, &fault)), named(wanted, fault))),
            };
            values.push(read.unwrap_or_else(|(entry, fault)| {
                self.tell(entry, fault, Some(wanted.span));
                whole &= !wanted.key;
                FieldValue::Bad
            }));
        }
        let fact = Fact { at, event, line: number, id: self.id.clone(), fields: values };
        whole.then_some(LineKind::Admitted { instance, fact })
    }

    /// The value, unless it is money and the event says that it is in another currency.
    fn in_currency(
        &self,
        wanted: &WantedField,
        value: FieldValue,
        currency: Currency,
    ) -> Result<FieldValue, Fault> {
        let Some(expected) = expected_currency(&wanted.ty, currency) else { return Ok(value) };
        let Some(entry) = self.parts.fields.find(self.schema.currency) else { return Ok(value) };
        let said = value::text(entry, self.parts.line, "the code of a currency")?;
        match said == expected.code() {
            true => Ok(value),
            false => Err(Fault::new(Code::OtherCurrency, &said, &format!("is not the currency, {expected}"))),
        }
    }

    /// The entry that a fault of a field is in: of another currency, the one that says so.
    fn blamed(&self, entry: Entry, fault: &Fault) -> Entry {
        match fault.code {
            Code::OtherCurrency => self.parts.fields.find(self.schema.currency).unwrap_or(entry),
            _ => entry,
        }
    }

    fn tell_envelope(&mut self, entry: Option<Entry>, what: &str, fault: Fault) {
        let message = match entry {
            Some(_) => format!("the {what}: {}", fault.message),
            None => fault.message,
        };
        self.tell(entry, Fault { code: fault.code, message }, None);
    }

    fn tell(&mut self, entry: Option<Entry>, fault: Fault, wanted_by: Option<Span>) {
        let column = entry.map_or(1, |entry| column(self.parts.line, entry.at as usize));
        self.problems.push(Problem {
            code: fault.code,
            message: fault.message,
            place: Place { line: self.parts.number, column },
            at: self.at,
            event: self.id.clone(),
            wanted_by,
        });
    }
}

/// The text of a field, where it is there.
fn texts(value: FieldValue) -> Option<CompactString> {
    match value {
        FieldValue::Text(text) => Some(text),
        _ => None,
    }
}

fn missing(what: &str) -> Fault {
    Fault { code: Code::MissingEnvelope, message: format!("the event has no {what}") }
}

/// The fault with the key of the field that has it.
fn named(wanted: &WantedField, fault: Fault) -> Fault {
    Fault { code: fault.code, message: format!("`{}`: {}", wanted.log_name, fault.message) }
}
