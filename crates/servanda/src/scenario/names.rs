//! The names that scenarios are held to: those of a policy or, where a text makes none, those that it declares.
//!
//! What is wrong with an agreement would otherwise hide what is wrong with its scenarios.

use super::event::path_text;
use servanda_diagnostics::{Code, Diagnostic, Sources, Span};
use servanda_parser::ast::{
    self as ast, Aggregate, Agreement, CaseLineKind, ClausePart, Core, Document, Expr, Item, Line, Measure,
    Scenario, Sentence, Type, TypeKind,
};
use servanda_policy::policy::{
    Effect, ExprKind, FieldType, LengthKind, ParamInput, Policy, RightKind, Value, ValueType,
};
use servanda_policy::value::Currency;

/// An event with its fields; a field whose type is not known is held to none.
pub(super) struct EventNames {
    pub(super) name: String,
    /// None where they could not all be read.
    pub(super) fields: Option<Vec<(String, Option<FieldType>)>>,
    /// Where it is declared.
    pub(super) span: Span,
}

/// What scenarios can name.
pub(super) struct Names {
    /// The currency of every instance, where it is fixed.
    pub(super) currency: Option<Currency>,
    /// Where the agreement says which it is.
    pub(super) money_in: Option<Span>,
    pub(super) events: Vec<EventNames>,
    /// Parties and roles.
    pub(super) parties: Vec<String>,
    pub(super) cases: Vec<String>,
    /// The fields for each value of which there are figures.
    pub(super) groups: Vec<String>,
    /// Figures with their units, as far as these are known.
    pub(super) measures: Vec<(String, Option<ValueType>)>,
    /// The addresses of duties, and whether silence counts as the act.
    pub(super) duties: Vec<(String, bool)>,
    /// The addresses of whatever something follows from.
    pub(super) consequences: Vec<String>,
    /// The numbers of the clauses, in the order of the text.
    pub(super) clauses: Vec<(String, Span)>,
    /// Who has what when: holder and title. None where that is not known.
    pub(super) titles: Option<Vec<(String, String)>>,
    /// What the agreement takes. None where that could not be read.
    pub(super) params: Option<Vec<(String, Option<ParamInput>)>>,
    /// The title of the agreement and the names of its annexes.
    pub(super) instances: Vec<String>,
}

impl Names {
    fn measure(&mut self, measure: &Measure, within: &impl Fn(Span) -> bool) {
        let unit = if within(measure.span) { None } else { simple_unit(&measure.value) };
        self.measures.push((measure.name.value.clone(), unit));
        self.groups.extend(measure.each.iter().map(|each| each.value.clone()));
    }

    /// Those of a policy.
    pub(super) fn of_policy(policy: &Policy) -> Self {
        let currency = match &policy.currency.kind {
            ExprKind::Value(Value::Currency(currency)) => Some(*currency),
            _ => None,
        };
        let titles = policy.consequences.values().filter_map(|of| match &of.effect {
            Effect::Right(servanda_policy::policy::Right {
                holder, what: RightKind::Title(title), ..
            }) => Some((policy.parties[*holder].name.clone(), title.clone())),
            _ => None,
        });
        let events = policy.events.values().map(|event| EventNames {
            name: event.name.clone(),
            fields: Some(event.fields.iter().map(|it| (it.name.clone(), Some(it.ty.clone()))).collect()),
            span: event.span,
        });
        let annexes = policy.annexes.iter().map(|annex| annex.name.clone());
        Self {
            currency,
            money_in: Some(policy.currency.span),
            events: events.collect(),
            parties: policy.parties.values().map(|party| party.name.clone()).collect(),
            cases: policy.cases.values().map(|case| case.name.clone()).collect(),
            groups: policy.groups.values().flatten().map(|of| of.field.clone()).collect(),
            measures: policy.measures.values().map(|it| (it.name.clone(), Some(it.unit))).collect(),
            duties: policy.duties.values().map(|duty| (duty.name.clone(), duty.silent)).collect(),
            consequences: policy.consequences.values().map(|it| it.name.clone()).collect(),
            clauses: policy.clauses.values().map(|it| (it.number.clone(), it.span)).collect(),
            titles: Some(titles.collect()),
            params: Some(
                policy.params.values().map(|it| (it.name.clone(), Some(it.input.clone()))).collect(),
            ),
            instances: std::iter::once(policy.title.clone()).chain(annexes).collect(),
        }
    }

    /// Those that an agreement declares which makes no policy; `told` is what is wrong with it.
    fn declared(document: &Document, agreement: &Agreement, told: &[Diagnostic]) -> Self {
        let within = |span: Span| told.iter().any(|finding| span.contains(finding.primary().span));
        let first = agreement.lines.first().map_or(agreement.span.end, |line| line.span().start);
        let head = Span::new(agreement.span.source, agreement.span.start, first);
        let params = agreement
            .params
            .iter()
            .map(|it| (it.name.value.clone(), simple_type(&it.ty).map(ParamInput::Field)));
        let mut names = Self {
            currency: None,
            money_in: None,
            events: Vec::new(),
            parties: Vec::new(),
            cases: Vec::new(),
            groups: Vec::new(),
            measures: Vec::new(),
            duties: Vec::new(),
            consequences: Vec::new(),
            clauses: Vec::new(),
            titles: None,
            params: (!within(head)).then(|| params.collect()),
            instances: vec![agreement.title.value.clone()],
        };
        for item in &document.items {
            match item {
                Item::Annex(annex) => names.instances.push(annex.name.value.clone()),
                Item::Amendment(amendment) => {
                    amendment.lines.iter().for_each(|line| names.line(line, &within));
                }
                Item::Use(_) | Item::Agreement(_) | Item::Scenario(_) | Item::Line(_) | Item::Broken(_) => {}
            }
        }
        agreement.lines.iter().for_each(|line| names.line(line, &within));
        names
    }

    fn line(&mut self, line: &Line, within: &impl Fn(Span) -> bool) {
        match line {
            Line::MoneyIn(line) => {
                self.currency = Currency::named(&line.currency.value).ok();
                self.money_in = Some(line.currency.span);
            }
            Line::Party(party) => self.parties.push(party.name.value.clone()),
            Line::Role(role) => self.parties.push(role.name.value.clone()),
            Line::Case(case) => self.cases.push(case.name.value.clone()),
            Line::Measure(measure) => self.measure(measure, within),
            Line::Event(event) => {
                let fields = event.fields.iter().map(|it| (it.name.value.clone(), simple_type(&it.ty)));
                self.events.push(EventNames {
                    name: path_text(&event.name.parts),
                    fields: (!within(event.span)).then(|| fields.collect()),
                    span: event.name.span,
                });
            }
            Line::Clause(clause) => {
                self.clauses.push((clause.number.value.clone(), clause.number.span));
                for part in &clause.parts {
                    match part {
                        ClausePart::Case(case) => self.cases.push(case.name.value.clone()),
                        ClausePart::Measure(of) => self.measure(of, within),
                        ClausePart::Sentence(sentence) => self.sentence(&clause.number.value, sentence),
                        ClausePart::Prose(_)
                        | ClausePart::Let(_)
                        | ClausePart::Allow(_)
                        | ClausePart::Broken(_) => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn sentence(&mut self, clause: &str, sentence: &Sentence) {
        let address = match &sentence.label {
            Some(label) => format!("{clause}({})", label.value),
            None => clause.to_owned(),
        };
        if matches!(sentence.core, Core::Norm(_)) {
            self.duties.push((address.clone(), false));
        }
        self.consequences.push(address);
    }
}

/// A type that needs no name of the agreement, or one that stands for it.
fn simple_type(ty: &Type) -> Option<FieldType> {
    match ty.kind {
        TypeKind::Count => Some(FieldType::Count),
        TypeKind::Number => Some(FieldType::Number),
        TypeKind::Percent => Some(FieldType::Percent),
        TypeKind::Money { .. } | TypeKind::MinorMoney => Some(FieldType::MinorMoney),
        _ => None,
    }
}

/// What a figure is measured in that says it by its first word.
fn simple_unit(value: &Expr) -> Option<ValueType> {
    match &value.kind {
        ast::ExprKind::Aggregate(of) => match of.as_ref() {
            Aggregate::Count(_) | Aggregate::Distinct { .. } => Some(ValueType::Count),
            Aggregate::Share { .. } | Aggregate::TimeShare { .. } => Some(ValueType::Share),
            Aggregate::TimeIn { .. } => Some(ValueType::Length(LengthKind::Physical)),
            _ => None,
        },
        _ => None,
    }
}

/// What is wrong with the scenarios of a text that makes no policy, for reasons that `told` tells: what they name and
/// the text does not declare, unless that is told already or may be declared where the text could not be read.
pub(crate) fn findings(document: &Document, told: &[Diagnostic], sources: &Sources) -> Vec<Diagnostic> {
    let agreements = document.items.iter().filter_map(|item| match item {
        Item::Agreement(agreement) => Some(agreement),
        _ => None,
    });
    let agreements: Vec<&Agreement> = agreements.collect();
    let [agreement] = agreements.as_slice() else { return Vec::new() };
    // A file that is not there may declare whatever is missing.
    if document.items.iter().any(|item| matches!(item, Item::Use(_))) {
        return Vec::new();
    }
    let names = Names::declared(document, agreement, told);
    let unread: Vec<&str> = unread(document).into_iter().map(|span| sources.text(span)).collect();
    let known = |finding: &Diagnostic| {
        let named = sources.text(finding.primary().span);
        // `1(a)` is declared as `(a)`, or by mistake as `(a`.
        let part = named.find('(').and_then(|at| named.get(at..)).unwrap_or(named).trim_end_matches(')');
        is_unknown(finding.code())
            && (told.iter().any(|other| sources.text(other.primary().span) == named)
                || unread.iter().any(|text| mentions(text, named) || mentions(text, part)))
    };
    let scenarios = document.items.iter().filter_map(|item| match item {
        Item::Scenario(scenario) => Some(scenario),
        _ => None,
    });
    let found = scenarios.flat_map(|scenario: &Scenario| super::check::faults(&names, scenario, None));
    found.filter_map(super::finding).filter(|finding| !known(finding)).collect()
}

/// Whether a code says that something is not declared.
const fn is_unknown(code: Code) -> bool {
    matches!(
        code,
        Code::UnknownName
            | Code::UnknownParty
            | Code::UnknownMeasure
            | Code::UnknownEvent
            | Code::UnknownField
            | Code::UnknownCase
            | Code::UnknownDuty
    )
}

/// Whether a text has a name as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let of_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
        let begins = name.starts_with(of_word) && before.is_some_and(of_word);
        let goes_on = name.ends_with(of_word) && after.is_some_and(of_word);
        !name.is_empty() && !begins && !goes_on
    })
}

/// The places that could not be read and may have declared something.
fn unread(document: &Document) -> Vec<Span> {
    let mut spans = Vec::new();
    for item in &document.items {
        let lines = match item {
            Item::Agreement(agreement) => &agreement.lines,
            Item::Amendment(amendment) => &amendment.lines,
            Item::Broken(span) => {
                spans.push(*span);
                continue;
            }
            Item::Use(_) | Item::Line(_) | Item::Scenario(_) | Item::Annex(_) => continue,
        };
        for line in lines {
            match line {
                Line::Broken(span) => spans.push(*span),
                Line::Case(case) => {
                    let broken = case.lines.iter().filter(|line| line.kind == CaseLineKind::Broken);
                    spans.extend(broken.map(|line| line.span));
                }
                Line::Clause(clause) => spans.extend(clause.parts.iter().filter_map(|part| match part {
                    ClausePart::Broken(span) => Some(*span),
                    _ => None,
                })),
                _ => {}
            }
        }
    }
    spans
}
