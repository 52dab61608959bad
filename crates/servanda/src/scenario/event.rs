//! The events of a scenario as lines of a log, under the names that the policy says the log uses.

use super::literal::{NumberUnit, instant, number};
use super::{Fault, Object};
use serde_json::Value as Json;
use servanda_diagnostics::{Span, Spanned};
use servanda_parser::ast::{Expr, ExprKind, Happens, LetValue, Scenario, Step};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{Field, FieldType, ParamInput, Policy};
use servanda_policy::time::Instant;
use servanda_policy::value::{Exact, Rounding};

/// The line of an instances file that gives the parameters of a scenario; what is wrong with one is told elsewhere.
pub(super) fn instance_line(policy: &Policy, scenario: &Scenario) -> String {
    let mut object = Object::new();
    let name = scenario.of.as_ref().map_or(&policy.title, |of| &of.value);
    object.insert("agreement".to_owned(), name.clone().into());
    for step in &scenario.steps {
        let Step::Let(given) = step else { continue };
        let param = policy.params.values().find(|param| param.name == given.name.value);
        let (Some(param), LetValue::Expr(expr)) = (param, &given.value) else { continue };
        let value = match &param.input {
            ParamInput::Field(ty) => typed(ty, expr),
            ParamInput::Currency | ParamInput::Zone => plain(expr),
        };
        if let Ok(value) = value {
            object.insert(given.name.value.clone(), value);
        }
    }
    json(&object)
}

/// The line of a log that says what happened.
pub(super) fn line(
    policy: &Policy,
    agreement: &Agreement,
    happens: &Happens,
    at: Instant,
) -> Result<String, Fault> {
    let name = path_text(&happens.event.parts);
    let mut object = Object::new();
    object.insert(policy.log.time.clone(), at.format_in(&agreement.zone).into());
    object.insert(policy.log.agreement.clone(), agreement.name.clone().into());
    if let (Some(key), Some(id)) = (&policy.log.id, &happens.id) {
        object.insert(key.clone(), id.value.clone().into());
    }
    if let Some(recorded) = &happens.recorded {
        let recorded = instant(&recorded.value, &agreement.zone, recorded.span)?;
        object.insert(policy.log.recorded.clone(), recorded.format_in(&agreement.zone).into());
    }
    let declared = policy.events.values().find(|event| event.name == name);
    let log_name = declared.map_or(name.as_str(), |event| &event.log_name);
    object.insert(policy.log.kind.clone(), log_name.into());
    for written in &happens.fields {
        let Some(event) = declared else {
            // What is no event of the policy, and a retraction, is told as it is written.
            object.insert(written.name.value.clone(), plain(&written.value)?);
            continue;
        };
        let Some(field) = event.fields.iter().find(|field| field.name == written.name.value) else {
            let message = format!("`{name}` has no field `{}`", written.name.value);
            return Err(Fault::new(message, written.name.span));
        };
        tell(&mut object, agreement, field, &written.value)?;
    }
    Ok(json(&object))
}

/// Puts a field into a line, as its type is written in logs.
fn tell(object: &mut Object, agreement: &Agreement, field: &Field, expr: &Expr) -> Result<(), Fault> {
    let value = match (&field.ty, &expr.kind) {
        (FieldType::MinorMoney, ExprKind::Money { .. }) => {
            let minor = number(expr)?.exact.to_minor(agreement.currency.digits(), Rounding::HalfUp);
            whole(minor, expr.span)?
        }
        (FieldType::Instant, ExprKind::Instant(text)) => {
            instant(text, &agreement.zone, expr.span)?.format_in(&agreement.zone).into()
        }
        (ty, _) => typed(ty, expr)?,
    };
    if let (FieldType::Money { .. }, ExprKind::Money { currency, .. }) = (&field.ty, &expr.kind)
        && currency.value != agreement.currency.code()
    {
        object.insert("currency".to_owned(), currency.value.clone().into());
    }
    object.insert(field.log_name.clone(), value);
    Ok(())
}

/// A literal as logs and instances have values of a type.
fn typed(ty: &FieldType, expr: &Expr) -> Result<Json, Fault> {
    match (ty, &expr.kind) {
        (FieldType::Length { unit, .. }, ExprKind::Length { .. }) => {
            let units = number(expr)?.value().checked_div(&Exact::integer(i128::from(*unit)));
            Ok(units.map_or(Json::Null, |units| servanda_report::exact_text(&units).into()))
        }
        (FieldType::Count, ExprKind::Number(_)) => whole(number(expr)?.exact.to_i128(), expr.span),
        _ => plain(expr),
    }
}

fn whole(number: Option<i128>, span: Span) -> Result<Json, Fault> {
    let number = number.and_then(|number| i64::try_from(number).ok());
    number.map(Json::from).ok_or_else(|| Fault::new("a whole number is written here", span))
}

/// A literal as a log has it: decimal text, words and names as text.
pub(super) fn plain(expr: &Expr) -> Result<Json, Fault> {
    Ok(match &expr.kind {
        ExprKind::Text(text) => text.clone().into(),
        ExprKind::YesNo(yes) => (*yes).into(),
        ExprKind::Path(path) => path_text(&path.parts).into(),
        ExprKind::Instant(text) => text.clone().into(),
        ExprKind::Paren(inner) => plain(inner)?,
        _ => {
            let number = number(expr)?;
            match number.unit {
                NumberUnit::Length(..) => return Err(Fault::new("no length is written here", expr.span)),
                _ => servanda_report::exact_text(&number.exact).into(),
            }
        }
    })
}

/// A path as written.
pub(super) fn path_text(parts: &[Spanned<String>]) -> String {
    parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(".")
}

/// An object as a line.
fn json(object: &Object) -> String {
    let entries: serde_json::Map<String, Json> = object.clone().into_iter().collect();
    Json::Object(entries).to_string()
}
