//! The file of instances: one object a line, or one row of a table, with the agreement's name and its parameters.
//!
//! What is wrong with it is data; whether to go on with the sound instances is for the caller to say.

use crate::decode::decode;
use crate::entry::{Entries, Entry, Shape, column};
use crate::fact::FieldValue;
use crate::fault::Fault;
use crate::index::Index;
use crate::instances::table::{TableRow, is_table, rows};
use crate::instant::Clock;
use crate::keys::{Key, Keys};
use crate::number;
use crate::problem::{Place, Problem};
use crate::reader::LONGEST_LINE;
use crate::value;
use compact_str::CompactString;
use servanda_diagnostics::{Code, Span};
use servanda_policy::arena::{Id, Table};
use servanda_policy::policy::{
    Expr, ExprKind, FieldType, Length, LengthKind, Param, ParamId, ParamInput, Policy, Value,
};
use servanda_policy::time::Zone;
use servanda_policy::value::{Currency, Exact};

/// An instance as the file gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The name that events call it by.
    pub name: CompactString,
    /// Its line in the file.
    pub line: u32,
    /// What it gives, by [`ParamId`]; none where it gives nothing, or nothing that can be read.
    pub values: Vec<Option<Value>>,
    /// Whether nothing is wrong with it: what it does not give has a default.
    pub sound: bool,
}

/// A problem with an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceProblem {
    /// The instance, where its name could be read.
    pub instance: Option<CompactString>,
    /// The parameter, where it is about one.
    pub parameter: Option<ParamId>,
    /// What is wrong, and where.
    pub problem: Problem,
}

/// The parameters that a policy takes.
#[derive(Debug)]
pub struct Parameters {
    keys: Keys,
    /// Under which keys the name stands, the first that is there.
    names: [Key; 2],
    params: Vec<(Key, Param)>,
    currency: Option<AgreementCurrency>,
}

/// Where the currency of amounts comes from.
#[derive(Debug, Clone, Copy)]
enum AgreementCurrency {
    Constant(Currency),
    Param(ParamId),
}

impl Parameters {
    /// What this policy takes.
    pub fn new(policy: &Policy) -> Self {
        Self::of(&policy.log.agreement, &policy.params, &policy.currency)
    }

    /// What these parameters take: the agreement's name stands under `agreement` or under the log's own key.
    pub fn of(agreement: &str, params: &Table<ParamId, Param>, currency: &Expr) -> Self {
        let mut keys = Keys::default();
        let names = [keys.intern(agreement), keys.intern("agreement")];
        let params = params.values().map(|param| (keys.intern(&param.name), param.clone())).collect();
        let currency = match currency.kind {
            ExprKind::Value(Value::Currency(currency)) => Some(AgreementCurrency::Constant(currency)),
            ExprKind::Param(param) => Some(AgreementCurrency::Param(param)),
            _ => None,
        };
        Self { keys, names, params, currency }
    }

    /// The currency of an agreement that gives these values; none where it cannot be known.
    pub fn currency(&self, values: &[Option<Value>]) -> Option<Currency> {
        match self.currency? {
            AgreementCurrency::Constant(currency) => Some(currency),
            AgreementCurrency::Param(param) => {
                let given = values.get(param.index()).and_then(Option::as_ref);
                let default = || self.params.get(param.index()).and_then(|(_, param)| param.default.as_ref());
                match given.or_else(default)? {
                    Value::Currency(currency) => Some(*currency),
                    _ => None,
                }
            }
        }
    }
}

/// Reads a file of instances: one object a line, or a table with a row of names. Of instances with one name the first
/// is kept; blank lines and other keys are ignored.
pub fn read_instances(bytes: &[u8], parameters: &Parameters) -> (Vec<Given>, Vec<InstanceProblem>) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut file = File { given: Vec::new(), seen: Index::new(), problems: Vec::new() };
    if is_table(bytes) {
        file.read_table(bytes, parameters);
    } else {
        file.read_objects(bytes, parameters);
    }
    (file.given, file.problems)
}

/// What has been read of a file.
struct File {
    given: Vec<Given>,
    /// The names, each with its line.
    seen: Index<CompactString, u32>,
    problems: Vec<InstanceProblem>,
}

impl File {
    fn read_objects(&mut self, bytes: &[u8], parameters: &Parameters) {
        let mut entries = Entries::for_keys(parameters.keys.len());
        let mut row = Row::new(parameters);
        for bytes in bytes.split(|byte| *byte == b'\n') {
            row.number = row.number.saturating_add(1);
            row.name = None;
            entries.clear();
            let Some(line) = row.text(bytes) else { continue };
            if line.trim_matches([' ', '\t', '\r']).is_empty() {
                continue;
            }
            row.line = line;
            match decode(line, (0, line.len()), &parameters.keys, &mut entries) {
                Ok(_) => self.take(&mut row, &entries),
                Err(wrong) => {
                    let fault = Fault { code: wrong.code, message: wrong.message };
                    row.tell_at(column(line, wrong.at), None, fault, None);
                }
            }
        }
        self.problems = row.problems;
    }

    fn read_table(&mut self, bytes: &[u8], parameters: &Parameters) {
        let mut row = Row::new(parameters);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let before = String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or(b""));
                let last = before.rsplit('\n').next().unwrap_or("");
                row.number =
                    u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX).saturating_add(1);
                let message = "not valid UTF-8: save the table as UTF-8".to_owned();
                let fault = Fault { code: Code::InvalidUtf8, message };
                row.tell_at(column(last, last.len()), None, fault, None);
                self.problems = row.problems;
                return;
            }
        };
        let rows = match rows(text, &parameters.keys) {
            Ok(rows) => rows,
            Err((place, message)) => {
                row.number = place.line;
                row.tell_at(place.column, None, Fault { code: Code::BadParameter, message }, None);
                self.problems = row.problems;
                return;
            }
        };
        let mut entries = Entries::for_keys(parameters.keys.len());
        let mut row = Row::new(parameters);
        for cells in &rows {
            (row.number, row.line, row.cells, row.name) = (cells.line, &cells.text, Some(cells), None);
            entries.clear();
            cells.enter(&mut entries);
            match &cells.fault {
                None => self.take(&mut row, &entries),
                Some((place, message)) => {
                    row.number = place.line;
                    let fault = Fault { code: Code::BadParameter, message: message.clone() };
                    row.tell_at(place.column, None, fault, None);
                }
            }
        }
        self.problems = row.problems;
    }

    /// Takes the instance of a row.
    fn take(&mut self, row: &mut Row<'_>, entries: &Entries) {
        let Some((name, entry)) = row.instance_name(entries) else { return };
        row.name = Some(name.clone());
        if let Some(first) = self.seen.get(&name) {
            let what = format!("is the name of the instance in line {first} too");
            row.tell(Some(entry), None, Fault::new(Code::DuplicateInstance, &name, &what), None);
            return;
        }
        self.seen.insert(name.clone(), row.number);
        let before = row.problems.len();
        let values = row.values(entries);
        self.given.push(Given { name, line: row.number, values, sound: row.problems.len() == before });
    }
}

/// The line that is being read.
struct Row<'a> {
    parameters: &'a Parameters,
    line: &'a str,
    number: u32,
    /// Its cells, where it is the row of a table.
    cells: Option<&'a TableRow>,
    name: Option<CompactString>,
    problems: Vec<InstanceProblem>,
    clock: Clock,
}

impl<'a> Row<'a> {
    fn new(parameters: &'a Parameters) -> Self {
        let clock = Clock::default();
        Row { parameters, line: "", number: 0, cells: None, name: None, problems: Vec::new(), clock }
    }

    fn text(&mut self, bytes: &'a [u8]) -> Option<&'a str> {
        if bytes.len() > LONGEST_LINE {
            let message = "the line is longer than 16 MiB".to_owned();
            self.tell_at(1, None, Fault { code: Code::LineTooLong, message }, None);
            return None;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(error) => {
                let before = String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or(b""));
                let fault = Fault { code: Code::InvalidUtf8, message: "not valid UTF-8".to_owned() };
                self.tell_at(column(&before, before.len()), None, fault, None);
                None
            }
        }
    }

    fn instance_name(&mut self, entries: &Entries) -> Option<(CompactString, Entry)> {
        let Some(entry) = self.parameters.names.iter().find_map(|key| entries.find(*key)) else {
            let message = "the instance has no name: give it in `agreement`".to_owned();
            self.tell(None, None, Fault { code: Code::UnnamedInstance, message }, None);
            return None;
        };
        match value::id(entry, self.line) {
            Ok(name) => Some((name.as_ref().into(), entry)),
            Err(fault) => {
                let message = format!("the name of the instance: {}", fault.message);
                self.tell(Some(entry), None, Fault { code: Code::UnnamedInstance, message }, None);
                None
            }
        }
    }

    /// The values of the parameters. Currencies come first: amounts are read in the instance's own.
    fn values(&mut self, entries: &Entries) -> Vec<Option<Value>> {
        let parameters = self.parameters;
        let mut values = vec![None; parameters.params.len()];
        for currencies in [true, false] {
            let currency = parameters.currency(&values);
            for (place, (key, param)) in parameters.params.iter().enumerate() {
                if (param.input == ParamInput::Currency) == currencies
                    && let Some(value) = values.get_mut(place)
                {
                    *value = self.value(ParamId::at(place), param, entries.find(*key), currency);
                }
            }
        }
        values
    }

    fn value(
        &mut self,
        id: ParamId,
        param: &Param,
        entry: Option<Entry>,
        currency: Option<Currency>,
    ) -> Option<Value> {
        let Some(entry) = entry else {
            if param.default.is_none() {
                let message = format!("the parameter `{}` is missing and has no default", param.name);
                self.tell(None, Some(id), Fault { code: Code::MissingParameter, message }, Some(param.span));
            }
            return None;
        };
        match self.read(&param.input, entry, currency) {
            Ok(value) => {
                if let Some(bound) = value.as_ref().and_then(|value| param.broken_bound(value)) {
                    let written = entry.raw(self.line).trim_matches('"');
                    let what = format!("is not {}", bound.written);
                    let fault = Fault::new(Code::ParameterOutside, written, &what);
                    let message = format!("the parameter `{}`: {}", param.name, fault.message);
                    let fault = Fault { message, ..fault };
                    self.tell(Some(entry), Some(id), fault, Some(bound.span));
                }
                value
            }
            Err(fault) => {
                let message = format!("the parameter `{}`: {}", param.name, fault.message);
                self.tell(
                    Some(entry),
                    Some(id),
                    Fault { code: Code::BadParameter, message },
                    Some(param.span),
                );
                None
            }
        }
    }

    /// The value; none where it is money of an agreement whose currency cannot be known, which has been told.
    fn read(
        &mut self,
        input: &ParamInput,
        entry: Entry,
        currency: Option<Currency>,
    ) -> Result<Option<Value>, Fault> {
        let ty = match input {
            ParamInput::Currency => {
                let code = value::text(entry, self.line, "the code of a currency")?;
                let currency = Currency::named(&code);
                return currency.map(|currency| Some(Value::Currency(currency))).map_err(|error| bad(&error));
            }
            ParamInput::Zone => {
                let name = value::text(entry, self.line, "the name of a time zone")?;
                let zone = Zone::named(&name).map_err(|error| bad(&error))?;
                return Ok(Some(Value::Text(zone.name().into())));
            }
            ParamInput::Field(FieldType::Percent) => {
                let text = match entry.shape {
                    Shape::Number => entry.raw(self.line).into(),
                    _ => value::text(entry, self.line, "a percentage")?,
                };
                let percent = number::decimal(text.strip_suffix('%').unwrap_or(&text).trim_end())?;
                let share = fraction(percent.mantissa, percent.scale.saturating_add(2));
                return Ok(share.map(Value::Number));
            }
            ParamInput::Field(ty) => ty,
        };
        let own = match ty {
            FieldType::Money { currency: Some(own) } => Some(*own),
            FieldType::Money { currency: None } | FieldType::MinorMoney => currency,
            // What is no money is read without a currency; the reading wants one all the same.
            _ => Currency::named("EUR").ok(),
        };
        let Some(own) = own else { return Ok(None) };
        let value = value::read(ty, entry, self.line, own, &mut self.clock)?;
        let kind = match ty {
            FieldType::Length { kind, .. } => Some(*kind),
            _ => None,
        };
        Ok(converted(value, own, kind))
    }

    fn tell(
        &mut self,
        entry: Option<Entry>,
        parameter: Option<ParamId>,
        fault: Fault,
        wanted_by: Option<Span>,
    ) {
        match (entry, self.cells) {
            (Some(entry), Some(cells)) => {
                let row = std::mem::replace(&mut self.number, cells.place(entry.at).line);
                self.tell_at(cells.place(entry.at).column, parameter, fault, wanted_by);
                self.number = row;
            }
            (Some(entry), None) => {
                self.tell_at(column(self.line, entry.at as usize), parameter, fault, wanted_by);
            }
            (None, _) => self.tell_at(1, parameter, fault, wanted_by),
        }
    }

    fn tell_at(&mut self, column: u32, parameter: Option<ParamId>, fault: Fault, wanted_by: Option<Span>) {
        let place = Place { line: self.number, column };
        let Fault { code, message } = fault;
        let problem = Problem { code, message, place, at: None, event: None, wanted_by };
        self.problems.push(InstanceProblem { instance: self.name.clone(), parameter, problem });
    }
}

/// What is wrong with the name of a currency or a zone.
fn bad(error: &dyn std::error::Error) -> Fault {
    Fault { code: Code::BadParameter, message: error.to_string() }
}

/// `mantissa / 10^scale`
fn fraction(mantissa: i64, scale: u8) -> Option<Exact> {
    Exact::ratio(i128::from(mantissa), 10_i128.checked_pow(u32::from(scale))?)
}

/// The value of a parameter: numbers as exact fractions, money in major units.
fn converted(value: FieldValue, currency: Currency, kind: Option<LengthKind>) -> Option<Value> {
    Some(match value {
        FieldValue::Absent | FieldValue::Bad => return None,
        FieldValue::Text(text) => Value::Text(text),
        FieldValue::Word(word) => Value::Word(word),
        FieldValue::Party(party) => Value::Party(party),
        FieldValue::Bool(bool) => Value::Bool(bool),
        FieldValue::Count(count) => Value::Number(Exact::from(count)),
        FieldValue::Money(minor) => {
            Value::Number(Exact::ratio(i128::from(minor), currency.minor_per_major())?)
        }
        FieldValue::Decimal { mantissa, scale } => {
            let amount = fraction(mantissa, scale)?;
            kind.map_or(Value::Number(amount.clone()), |kind| Value::Length(Length { kind, amount }))
        }
        FieldValue::Date(date) => Value::Date(date),
        FieldValue::Instant(instant) => Value::Instant(instant),
    })
}
