//! The types of expressions while a policy is checked: those of the policy, with the words of a `one of`.

use crate::check::draft::Draft;
use crate::policy::{Expr, ExprKind, FieldType, LengthKind, Param, ParamInput, Value, ValueType};
use crate::value::Exact;
use servanda_diagnostics::Span;

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) enum Ty {
    /// A word of this list.
    Word(Vec<String>),
    /// Any other type.
    Plain(ValueType),
}

/// An expression with its type.
#[derive(Debug, Clone)]
pub(in crate::check) struct Typed {
    pub(in crate::check) expr: Expr,
    pub(in crate::check) ty: Ty,
}

impl Ty {
    pub(in crate::check) const COUNT: Ty = Ty::Plain(ValueType::Count);
    pub(in crate::check) const NUMBER: Ty = Ty::Plain(ValueType::Number);
    pub(in crate::check) const SHARE: Ty = Ty::Plain(ValueType::Share);
    pub(in crate::check) const MONEY: Ty = Ty::Plain(ValueType::Money);
    pub(in crate::check) const BOOL: Ty = Ty::Plain(ValueType::Bool);

    /// The type of a parameter.
    pub(in crate::check) fn of_param(param: &Param) -> Ty {
        match &param.input {
            ParamInput::Field(FieldType::OneOf(words)) => Ty::Word(words.clone()),
            _ => Ty::Plain(param.ty),
        }
    }

    /// The type as the policy stores it.
    pub(in crate::check) fn stored(&self) -> ValueType {
        match self {
            Ty::Word(_) => ValueType::Word,
            Ty::Plain(ty) => *ty,
        }
    }

    /// Whether it is a whole or decimal number without a unit.
    pub(in crate::check) fn is_number(&self) -> bool {
        matches!(self, Ty::Plain(ValueType::Count | ValueType::Number))
    }

    /// Whether values of the type can be added and multiplied by a number.
    pub(in crate::check) fn is_linear(&self) -> bool {
        matches!(
            self,
            Ty::Plain(
                ValueType::Count
                    | ValueType::Number
                    | ValueType::Share
                    | ValueType::Points
                    | ValueType::Money
                    | ValueType::Length(_)
            )
        )
    }

    /// Whether two values of the type are the same or not, so that different ones can be counted.
    pub(in crate::check) fn is_told_apart(&self) -> bool {
        self.is_ordered()
            || matches!(self, Ty::Word(_) | Ty::Plain(ValueType::Text | ValueType::Party | ValueType::Bool))
    }

    /// Whether values of the type have an order.
    pub(in crate::check) fn is_ordered(&self) -> bool {
        self.is_linear() || matches!(self, Ty::Plain(ValueType::Date | ValueType::Instant))
    }

    /// The type that covers both: a whole number is a number too.
    pub(in crate::check) fn join(&self, other: &Ty) -> Option<Ty> {
        if self == other {
            return Some(self.clone());
        }
        (self.is_number() && other.is_number()).then_some(Ty::NUMBER)
    }

    /// Whether a value of this type can stand where `wanted` is due.
    pub(in crate::check) fn fits(&self, wanted: &Ty) -> bool {
        self == wanted || (*self == Ty::COUNT && *wanted == Ty::NUMBER)
    }
}

impl Typed {
    pub(in crate::check) fn new(kind: ExprKind, ty: Ty, span: Span) -> Self {
        Self { expr: Expr { kind, span, name: None }, ty }
    }

    pub(in crate::check) fn plain(kind: ExprKind, ty: ValueType, span: Span) -> Self {
        Self::new(kind, Ty::Plain(ty), span)
    }

    pub(in crate::check) fn value(value: Value, ty: ValueType, span: Span) -> Self {
        Self::plain(ExprKind::Value(value), ty, span)
    }
}

/// The number that an expression always has, where it reads nothing.
pub(in crate::check) fn constant_number(expr: &Expr) -> Option<Exact> {
    use crate::policy::Operation::{Add, Divide, Multiply, Subtract};
    match &expr.kind {
        ExprKind::Value(Value::Number(number)) => Some(number.clone()),
        ExprKind::Value(Value::Length(length)) => Some(length.amount.clone()),
        ExprKind::Binary(operation, left, right) => {
            let (left, right) = (constant_number(left)?, constant_number(right)?);
            match operation {
                Add => Some(&left + &right),
                Subtract => Some(&left - &right),
                Multiply => Some(&left * &right),
                Divide => left.checked_div(&right),
            }
        }
        _ => None,
    }
}

/// The value that an expression always has, where it reads nothing.
pub(in crate::check) fn constant(expr: &Expr, ty: &Ty) -> Option<Value> {
    if let ExprKind::Value(value) = &expr.kind {
        return Some(value.clone());
    }
    let number = constant_number(expr)?;
    match ty {
        Ty::Plain(ValueType::Length(kind)) => {
            Some(Value::Length(crate::policy::Length { kind: *kind, amount: number }))
        }
        _ => Some(Value::Number(number)),
    }
}

impl Draft<'_> {
    /// What a type is called in messages.
    pub(in crate::check) fn type_word(&self, ty: &Ty) -> String {
        let ty = match ty {
            Ty::Word(words) => return format!("one of ({})", words.join(", ")),
            Ty::Plain(ty) => ty,
        };
        match ty {
            ValueType::Bool => "yes or no".into(),
            ValueType::Word => "a word".into(),
            ValueType::Text => "a text".into(),
            ValueType::Party => "a party".into(),
            ValueType::Count => "a count".into(),
            ValueType::Number => "a number".into(),
            ValueType::Share => "a percentage".into(),
            ValueType::Points => "percentage points".into(),
            ValueType::Money => "money".into(),
            ValueType::Length(kind) => self.kind_word(*kind),
            ValueType::AnyLength => "a length of time".into(),
            ValueType::MoneyPer(kind) => format!("money per time ({})", self.kind_word(*kind)),
            ValueType::SharePer(kind) => format!("a percentage per time ({})", self.kind_word(*kind)),
            ValueType::Date => "a date".into(),
            ValueType::Instant => "a point in time".into(),
            ValueType::Currency => "a currency".into(),
            ValueType::Zone => "a time zone".into(),
        }
    }

    /// What a kind of time is called in messages.
    pub(in crate::check) fn kind_word(&self, kind: LengthKind) -> String {
        match kind {
            LengthKind::Physical => "time by the clock".into(),
            LengthKind::Open(calendar) => format!("{} hours", self.calendar_name(calendar)),
            LengthKind::CalendarDays => "calendar days".into(),
            LengthKind::BusinessDays(calendar) => format!("{} days", self.calendar_name(calendar)),
            LengthKind::Months => "months".into(),
        }
    }

    /// The name of a calendar.
    pub(in crate::check) fn calendar_name(&self, calendar: crate::policy::CalendarId) -> &str {
        use crate::arena::Id;
        self.names.calendars.get(calendar.index()).map_or("", |calendar| calendar.name.value.as_str())
    }
}
