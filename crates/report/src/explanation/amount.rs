//! How an amount was computed: the expression step by step, rounding and caps.

use super::{Material, Step, figure};
use crate::expression::{Scope, number, type_of, value};
use crate::text::{exact_money_text, exact_text, money_text, value_text};
use servanda_evaluator::expression::{part_in, row_of};
use servanda_evaluator::outcome::{Entry, Quantity, Subject, Verdict};
use servanda_policy::policy::{
    Band, CapId, CapScope, Consequence, ConsequenceId, Effect, Expr, ExprKind, FieldType, MeasureId,
    Operation, Row, RowKey, Signal, Value, ValueType,
};
use servanda_policy::value::{Exact, Rounding};

/// The steps of a single amount.
pub(super) fn of_entry(material: &Material<'_>, entry: &Entry, consequence: &Consequence) -> Vec<Step> {
    let Effect::Entry(rule) = &consequence.effect else { return Vec::new() };
    if let Signal::Kept(kept) = &consequence.on {
        return restored(material, entry, kept.of, &rule.amount, rule.rounding);
    }
    if let Signal::Paid(of) = consequence.on {
        return super::payment::paid_by_credit(material, entry, of);
    }
    if let Some(case) = consequence.pays_out() {
        return super::payment::paid_out(material, entry, case, &rule.amount);
    }
    let window = match (&entry.subject, entry.window) {
        (Subject::Window(window) | Subject::Group(window, _), _) => Some(window.start),
        (_, window) => window.map(|window| window.start),
    };
    let scope = Scope::of(material.agreement).about(material.trail, &entry.subject, material.version);
    let scope = match window {
        Some(start) => scope.with_figures(material.policy, material.outcome, start),
        None => scope,
    };
    let scope = scope.of_group(material.group);
    let misses = misses(material, entry, consequence);
    let scope = scope.after(&misses);
    let charge = charge(material, &scope);
    let scope = scope.with_base(charge.as_ref()).on(material.agreement.zone.date_of(entry.at));
    let mut steps = vec![expression(material, &scope, &rule.amount, Some(ValueType::Money))];
    if let Some(least) = &rule.at_least {
        steps.push(at_least(material, &scope, least, number(&scope, &rule.amount).as_ref()));
    }
    steps.extend(rounded(material, number(&scope, &rule.amount).as_ref(), entry, rule.rounding));
    steps.extend(capped(material, entry, &rule.caps));
    steps
}

/// A minimum, and whether it raised the amount.
pub(super) fn at_least(
    material: &Material<'_>,
    scope: &Scope<'_>,
    least: &Expr,
    amount: Option<&Exact>,
) -> Step {
    let mut step = expression(material, scope, least, Some(ValueType::Money));
    step.text = format!("at least {}", step.text);
    let raised = number(scope, least).zip(amount).map(|(least, amount)| match least > *amount {
        true => format!("instead of {}", exact_money_text(amount, material.agreement)),
        false => "raised nothing".to_owned(),
    });
    step.value = step.value.zip(raised).map(|(value, raised)| format!("{value}, {raised}"));
    step
}

/// What goes back of an amount: the share, and what it is applied to.
fn restored(
    material: &Material<'_>,
    entry: &Entry,
    of: ConsequenceId,
    share: &Expr,
    rounding: Rounding,
) -> Vec<Step> {
    let before =
        material.outcome.entries.iter().find(|it| it.consequence == of && it.subject == entry.subject);
    let passed = before.and_then(|before| before.amount);
    let money = |minor: Option<i128>| {
        minor.map_or_else(|| "undetermined".to_owned(), |minor| money_text(minor, material.agreement))
    };
    let id = before.map_or_else(String::new, |before| {
        crate::subject::entry_id(material.policy, material.agreement, material.outcome, before)
    });
    let scope = Scope::of(material.agreement);
    let exact = number(&scope, share).zip(passed).and_then(|(share, passed)| {
        let one = Exact::integer(material.agreement.currency.minor_per_major());
        (&share * &Exact::integer(passed)).checked_div(&one)
    });
    let mut step = expression(material, &scope, share, Some(ValueType::Share));
    step.text = format!("{} of {id}", material.quoted(share.span));
    step.value = Some(money(entry.gross));
    step.steps = vec![Step::new(format!("{id}, after its limits")).value(money(passed))];
    let mut steps = vec![step];
    steps.extend(rounded(material, exact.as_ref(), entry, rounding));
    steps
}

/// The breaches in a row, the one that an entry follows the last of them.
fn misses<'m>(material: &Material<'m>, entry: &Entry, consequence: &Consequence) -> Vec<&'m Verdict> {
    match (&consequence.on, &entry.subject) {
        (Signal::Broken(duty), Subject::Window(window)) => {
            material.outcome.misses_running(material.policy, *duty, window.index)
        }
        _ => Vec::new(),
    }
}

/// The principal of a debt, from the fields of its item.
fn charge(material: &Material<'_>, scope: &Scope<'_>) -> Option<Exact> {
    let Some(Subject::Item { case, .. }) = material.about else { return None };
    let debt = material.policy.cases.find(*case)?.debt.as_ref()?;
    number(scope, &debt.amount)
}

/// The rounding, where it changed something.
pub(super) fn rounded(
    material: &Material<'_>,
    exact: Option<&Exact>,
    entry: &Entry,
    rounding: Rounding,
) -> Option<Step> {
    let digits = material.agreement.currency.digits();
    let exact = exact.filter(|exact| exact.finite_places().is_none_or(|places| places > digits))?;
    let step = Step::new(format!("{} from {}", rounding_words(rounding), exact_text(exact)));
    Some(step.value(
        entry.gross.map_or_else(|| "undetermined".to_owned(), |gross| money_text(gross, material.agreement)),
    ))
}

pub(super) fn rounding_words(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::HalfUp => "rounded half up",
        Rounding::HalfEven => "rounded half even",
        Rounding::Up => "rounded up",
        Rounding::Down => "rounded down",
    }
}

/// The caps that an entry passed, and what they took.
pub(super) fn capped(material: &Material<'_>, entry: &Entry, caps: &[CapId]) -> Vec<Step> {
    let sentence = material.policy.consequences.find(entry.consequence).map(|it| it.name.as_str());
    let under = sentence.map(|name| format!(" under {name}")).unwrap_or_default();
    let mut steps = Vec::new();
    for id in caps {
        let Some(cap) = material.policy.caps.find(*id) else { continue };
        let written = material.quoted(cap.span);
        let over = match cap.scope {
            CapScope::Entry => "each amount".to_owned(),
            CapScope::Case(_) => format!("all amounts{under} about it"),
            CapScope::Window(_) if written.contains(" under ") => {
                "all amounts of these sentences in that time".to_owned()
            }
            CapScope::Window(id) if material.policy.windows.find(id).is_some_and(|spec| spec.count() > 1) => {
                let windows = material.agreement.windows.get(id.0 as usize);
                let of_instant = || windows.map(|windows| windows.date_at(entry.at));
                match entry.window.map(|window| window.last_date).or_else(of_instant) {
                    Some(last) => format!("all amounts{under} of that time up to {last}"),
                    None => format!("all amounts{under} of that time"),
                }
            }
            CapScope::Window(_) => match entry.window {
                Some(window) => format!("all amounts{under} in {}", window.label(&material.agreement.zone)),
                None => format!("all amounts{under} of that time"),
            },
            CapScope::Group(of) => {
                let group = entry.subject.group().map(|group| format!(" for {group}")).unwrap_or_default();
                match (of, entry.window) {
                    (Some(_), Some(window)) => {
                        format!("all amounts{under}{group} in {}", window.label(&material.agreement.zone))
                    }
                    _ => format!("all amounts{under}{group}"),
                }
            }
            CapScope::InAll => format!("all amounts{under}"),
            CapScope::Together => "all amounts of these sentences".to_owned(),
        };
        let mut step = Step::new(format!("cap {written}, for {over}"));
        step.place = material.place(cap.span);
        let took = entry.gross.zip(entry.amount).and_then(|(gross, amount)| gross.checked_sub(amount));
        step.value = Some(match took.filter(|took| *took != 0 && entry.capped_by == Some(*id)) {
            Some(took) => format!("took {}", money_text(took, material.agreement)),
            None => "took nothing".to_owned(),
        });
        step.steps.extend(met(material, *id, entry));
        steps.push(step);
    }
    steps
}

/// What a cap let through of an amount.
fn met(material: &Material<'_>, cap: CapId, entry: &Entry) -> Vec<Step> {
    let told = |text: &str, minor: Option<i128>| {
        let amount = minor.map(|minor| money_text(minor, material.agreement));
        Step::new(text).value(amount.unwrap_or_else(|| "undetermined".to_owned()))
    };
    let Some(met) = material.trail.met(cap, entry) else {
        let scope = Scope::of(material.agreement).about(material.trail, &entry.subject, material.version);
        let charge = charge(material, &scope);
        let scope = scope.with_base(charge.as_ref());
        let rule = material.policy.caps.find(cap);
        let limit = rule.and_then(|cap| value(&scope, &cap.limit));
        let text = |limit| value_text(material.policy, material.agreement, &limit, ValueType::Money);
        let mut steps: Vec<Step> =
            limit.map(|limit| Step::new("limit").value(text(limit))).into_iter().collect();
        // What is limited by itself has all of the limit left.
        if rule.is_some_and(|cap| cap.scope == CapScope::Entry) {
            steps.extend([told("asked", entry.gross), told("passed", entry.amount)]);
        }
        return steps;
    };
    let used = met.limit.zip(met.left).and_then(|(limit, left)| limit.checked_sub(left));
    vec![
        told("limit", met.limit),
        told("used before", used),
        told("left", met.left),
        told("asked", met.asked),
        told("passed", met.passed),
    ]
}

/// An expression with its value, and what it is made of.
pub(super) fn expression(
    material: &Material<'_>,
    scope: &Scope<'_>,
    expr: &Expr,
    ty: Option<ValueType>,
) -> Step {
    let (policy, agreement) = (material.policy, material.agreement);
    if let ExprKind::Binary(Operation::Divide, left, right) = &expr.kind {
        match &right.kind {
            // A length as a number of its units.
            ExprKind::Value(Value::Length(_)) if right.span == left.span => {
                return expression(material, scope, left, None);
            }
            ExprKind::Value(Value::Number(_)) if is_unit(&material.quoted(right.span)) => {
                return rate(material, scope, expr, left);
            }
            _ => {}
        }
    }
    if let ExprKind::Measure(measure) = &expr.kind
        && let Some(figure) = scope.figure(*measure)
        && let Some(step) = figure::figure_step(material, figure)
    {
        return step;
    }
    let ty = ty.or_else(|| kind(material, expr)).unwrap_or(ValueType::Number);
    let mut step = Step::new(called(material, expr));
    step.place = material.place(expr.span);
    step.value = value(scope, expr).map(|value| match &value {
        Value::Word(word) => word_of(material, expr, *word).unwrap_or_else(|| format!("word {word}")),
        value => value_text(policy, agreement, value, ty),
    });
    step.steps = match &expr.kind {
        ExprKind::Binary(operation, left, right) => {
            let (of_left, of_right) = operands(material, *operation, ty, expr, (left, right));
            parts(material, scope, [(left, of_left), (right, of_right)])
        }
        ExprKind::Excess(left, right) | ExprKind::Growth(left, right) => {
            parts(material, scope, [(left, None), (right, None)])
        }
        ExprKind::Table { on, rows } => table(material, scope, on, rows, ty),
        ExprKind::Bands { on, rows } => bands(material, scope, on, rows),
        ExprKind::Least(parts) => {
            parts.iter().map(|part| expression(material, scope, part, Some(ty))).collect()
        }
        ExprKind::Misses(_) => scope.misses().iter().map(|verdict| missed(material, verdict)).collect(),
        ExprKind::Previous(measure, first) => vec![before(material, scope, *measure, first, ty)],
        ExprKind::Fold(fold) => {
            scope.window().map_or_else(Vec::new, |window| figure::gathered(material, *fold, window))
        }
        ExprKind::ByVersion(texts) => texts
            .get(material.version.0 as usize)
            .map_or_else(Vec::new, |expr| vec![expression(material, scope, expr, Some(ty))]),
        _ => Vec::new(),
    };
    step
}

/// What an expression is called: its name with its definition, or as it is written.
fn called(material: &Material<'_>, expr: &Expr) -> String {
    match (&expr.name, &expr.kind) {
        (Some(name), _) => match material.definition(expr) {
            Some(definition) => format!("{name}, which is {definition}"),
            None => name.clone(),
        },
        // Their rows stand in the clause, and those that were chosen follow.
        (None, ExprKind::Bands { on, .. }) => format!("in bands of {}", material.quoted(on.span)),
        (None, ExprKind::Table { on, .. }) => format!("depending on {}", material.quoted(on.span)),
        (None, _) => material.quoted(expr.span),
    }
}

/// The parts of an expression, apart from figures that stand in the text as they are.
fn parts(material: &Material<'_>, scope: &Scope<'_>, parts: [(&Expr, Option<ValueType>); 2]) -> Vec<Step> {
    let said = |expr: &Expr| expr.name.is_none() && matches!(expr.kind, ExprKind::Value(_));
    let parts = parts.into_iter().filter(|(expr, _)| !said(expr));
    parts.map(|(expr, ty)| expression(material, scope, expr, ty)).collect()
}

/// Whether a text is a unit of time: the divisor of a rate.
fn is_unit(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
}

/// `60 EUR per hour`
fn rate(material: &Material<'_>, scope: &Scope<'_>, expr: &Expr, each: &Expr) -> Step {
    let definition = material.definition(expr);
    let unit =
        definition.as_deref().and_then(|text| text.rsplit_once(" per ")).map_or("unit", |(_, unit)| unit);
    let ty = kind(material, each).unwrap_or(ValueType::Money);
    let amount =
        value(scope, each).map(|amount| value_text(material.policy, material.agreement, &amount, ty));
    let text = expr.name.clone().unwrap_or_else(|| material.quoted(expr.span));
    let mut step = Step::new(text);
    step.place = material.place(expr.span);
    step.value = amount.map(|amount| format!("{amount} per {unit}"));
    step
}

/// The types of two operands, from how they are written and from what they give together.
fn operands(
    material: &Material<'_>,
    operation: Operation,
    result: ValueType,
    whole: &Expr,
    (left, right): (&Expr, &Expr),
) -> (Option<ValueType>, Option<ValueType>) {
    let known = (kind(material, left), kind(material, right));
    if result != ValueType::Money {
        // A rate from a table that has a name is a percentage like the sum that it is in.
        return match (operation, result, known) {
            (Operation::Add | Operation::Subtract, ValueType::Share, (left, right)) => {
                (left.or(Some(result)), right.or(Some(result)))
            }
            _ => known,
        };
    }
    match (operation, known) {
        (Operation::Add | Operation::Subtract, _) => (Some(result), Some(result)),
        // `10% of fee`: a share on the left, an amount on the right.
        (Operation::Multiply, (left, right)) if applies(material, whole) => {
            (left.or(Some(ValueType::Share)), right.or(Some(ValueType::Money)))
        }
        _ => known,
    }
}

/// Whether a product is written with `of`.
fn applies(material: &Material<'_>, whole: &Expr) -> bool {
    material.quoted(whole.span).contains(" of ")
        || material.definition(whole).is_some_and(|text| text.contains(" of "))
}

/// The key of a table and the row that it chose.
fn table(material: &Material<'_>, scope: &Scope<'_>, on: &Expr, rows: &[Row], ty: ValueType) -> Vec<Step> {
    let mut steps = vec![expression(material, scope, on, None)];
    let row = value(scope, on).and_then(|key: Value| row_of(&key, rows, scope));
    match row {
        Some(row) => {
            let key = match &row.key {
                RowKey::Otherwise => "otherwise".to_owned(),
                RowKey::OneOf(_) | RowKey::Range(..) => "the row that fits".to_owned(),
            };
            let mut chosen = Step::new(format!("{key}: {}", material.quoted(row.span)));
            chosen.place = material.place(row.span);
            // What stands in the row as it is has been told with it.
            if row.value.name.is_some() || !matches!(row.value.kind, ExprKind::Value(_)) {
                chosen.steps.push(expression(material, scope, &row.value, Some(ty)));
            }
            steps.push(chosen);
        }
        None => steps.push(Step::new("no row fits")),
    }
    steps
}

/// The key of a graduated table, and the bands that some of it lies in.
fn bands(material: &Material<'_>, scope: &Scope<'_>, on: &Expr, rows: &[Band]) -> Vec<Step> {
    let mut steps = vec![expression(material, scope, on, None)];
    let Some(key) = value(scope, on) else { return steps };
    let ty = kind(material, on).unwrap_or(ValueType::Number);
    for row in rows {
        let Quantity::Known(part) = part_in(&key, row, scope) else { continue };
        if matches!(&part, Value::Number(number) if *number == Exact::ZERO)
            || matches!(&part, Value::Length(length) if length.amount == Exact::ZERO)
        {
            continue;
        }
        let mut step = Step::new(format!("of that in the band {}", material.quoted(row.span)));
        step.place = material.place(row.span);
        step.value = Some(value_text(material.policy, material.agreement, &part, ty));
        // What stands in the band as it is has been told with it.
        if row.value.name.is_some() {
            step.steps.push(expression(material, scope, &row.value, None));
        }
        steps.push(step);
    }
    steps
}

/// A breach of those that are counted.
fn missed(material: &Material<'_>, verdict: &Verdict) -> Step {
    let duty = material.policy.duties.find(verdict.duty).map_or("?", |duty| duty.name.as_str());
    Step::new(format!("{duty} for {}", super::cause::about(material, &verdict.subject))).value("broken")
}

/// What a measure was in the window before, or what stands for it where there is none.
fn before(
    material: &Material<'_>,
    scope: &Scope<'_>,
    measure: MeasureId,
    first: &Expr,
    ty: ValueType,
) -> Step {
    let Some(figure) = scope.figure_before(measure) else {
        let mut step = expression(material, scope, first, Some(ty));
        step.text = format!("no window before: {}", step.text);
        return step;
    };
    let (policy, agreement) = (material.policy, material.agreement);
    let named = policy.measures.find(figure.measure);
    let name = named.map_or("figure", |measure| measure.name.as_str());
    let mut step = Step::new(format!("{name} in {}", figure::label(&figure.window, &agreement.zone)));
    step.place = named.and_then(|measure| material.place(measure.span));
    step.value = Some(crate::statement::figure_text(policy, agreement, figure, ty, &[]));
    step
}

/// The type of an expression, for showing it: constants show theirs in how they are written.
fn kind(material: &Material<'_>, expr: &Expr) -> Option<ValueType> {
    if let Some(ty) = type_of(material.policy, expr) {
        return Some(ty);
    }
    match &expr.kind {
        ExprKind::Field(place) => field_type(material, *place),
        ExprKind::FactField(place) => field_type(material, *place),
        ExprKind::Value(Value::Number(_)) => {
            let text = material.quoted(expr.span);
            if text.ends_with('%') {
                Some(ValueType::Share)
            } else if text.ends_with(material.agreement.currency.code()) {
                Some(ValueType::Money)
            } else {
                None
            }
        }
        ExprKind::Binary(operation, left, right) => {
            let (left, right) = (kind(material, left), kind(material, right));
            match operation {
                Operation::Add | Operation::Subtract => left.or(right),
                Operation::Multiply if left == Some(ValueType::Money) => left,
                Operation::Multiply if right == Some(ValueType::Money) => right,
                Operation::Divide if left == Some(ValueType::Money) && right != left => left,
                Operation::Multiply | Operation::Divide => None,
            }
        }
        ExprKind::Excess(left, right) => kind(material, left).or_else(|| kind(material, right)),
        ExprKind::Least(parts) => parts.iter().find_map(|part| kind(material, part)),
        _ => None,
    }
}

/// The word of the policy that a field is.
fn word_of(material: &Material<'_>, expr: &Expr, word: u32) -> Option<String> {
    let (event, place) = match (&expr.kind, material.about?) {
        (ExprKind::Field(place), Subject::Item { case, .. }) => {
            *material.policy.cases.find(*case)?.fields.get(*place as usize)?.from.first()?
        }
        (ExprKind::FactField(place), Subject::Event(event)) => (event.event, *place),
        _ => return None,
    };
    let field = material.policy.events.find(event)?.fields.get(place as usize)?;
    match &field.ty {
        FieldType::OneOf(words) => words.get(usize::try_from(word).ok()?).cloned(),
        _ => None,
    }
}

/// The type of a field of what the line is about.
fn field_type(material: &Material<'_>, place: u32) -> Option<ValueType> {
    match material.about? {
        Subject::Item { case, .. } => Some(material.policy.cases.find(*case)?.fields.get(place as usize)?.ty),
        Subject::Event(event) => {
            let field = material.policy.events.find(event.event)?.fields.get(place as usize)?;
            match &field.ty {
                FieldType::Money { .. } | FieldType::MinorMoney => Some(ValueType::Money),
                FieldType::Percent => Some(ValueType::Share),
                FieldType::Length { kind, .. } => Some(ValueType::Length(*kind)),
                _ => None,
            }
        }
        Subject::Agreement | Subject::Window(_) | Subject::Group(..) => None,
    }
}
