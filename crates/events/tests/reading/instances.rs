//! The file of instances: values by type, and what is wrong with them.

use crate::schema::{eur, span};
use servanda_events::{Given, InstanceProblem, Parameters, read_instances};
use servanda_policy::arena::Table;
use servanda_policy::policy::{
    Expr, ExprKind, FieldType, Length, LengthKind, Param, ParamId, ParamInput, Value, ValueType,
};
use servanda_policy::value::{Currency, Exact};

fn param(name: &str, ty: ValueType, input: ParamInput, default: Option<Value>, n: u32) -> Param {
    Param::new(name.into(), ty, input, default, span(n))
}

/// Parameters with a currency that each instance gives.
fn parameters() -> Parameters {
    let field = ParamInput::Field;
    let hours = FieldType::Length { kind: LengthKind::Physical, unit: 3_600 };
    let half = Value::Number(Exact::ratio(1, 2).unwrap());
    let length = ValueType::Length(LengthKind::Physical);
    let params = Table::from_iter([
        param("fee", ValueType::Money, field(FieldType::Money { currency: None }), None, 1),
        param("currency", ValueType::Currency, ParamInput::Currency, Some(Value::Currency(eur())), 2),
        param("target", ValueType::Share, field(FieldType::Percent), Some(half), 3),
        param("respond", length, field(hours), Some(Value::Bool(false)), 4),
        param("zone", ValueType::Zone, ParamInput::Zone, Some(Value::Text("UTC".into())), 5),
        param("client", ValueType::Text, field(FieldType::Text), Some(Value::Text("".into())), 6),
    ]);
    let currency = Expr { kind: ExprKind::Param(ParamId(1)), span: span(0), name: None };
    Parameters::of("account", &params, &currency)
}

fn read(text: &str) -> (Vec<Given>, Vec<InstanceProblem>) {
    read_instances(text.as_bytes(), &parameters())
}

fn one(text: &str) -> Vec<Option<Value>> {
    let (given, problems) = read(text);
    assert_eq!((given.len(), problems.len()), (1, 0), "{given:?} {problems:?}");
    assert!(given[0].sound);
    given[0].values.clone()
}

fn number(num: i128, den: i128) -> Option<Value> {
    Some(Value::Number(Exact::ratio(num, den).unwrap()))
}

#[test]
fn values_are_typed_by_the_parameters() {
    let values = one(
        r#"{"agreement":"acme","fee":"2500.50","currency":"JOD","target":"99.9%","respond":1.5,"zone":"Europe/Berlin","client":"A \"B\"","else":[1]}"#,
    );
    let length = Length { kind: LengthKind::Physical, amount: Exact::from(5_400) };
    let currency = Some(Value::Currency(Currency::named("JOD").unwrap()));
    let zone = Some(Value::Text("Europe/Berlin".into()));
    let client = Some(Value::Text("A \"B\"".into()));
    let expected =
        [number(5_001, 2), currency, number(999, 1_000), Some(Value::Length(length)), zone, client];
    assert_eq!(values.as_slice(), expected);
    assert_eq!(one(r#"{"agreement":"a","fee":3,"target":95}"#)[2], number(95, 100));
    assert_eq!(one(r#"{"agreement":"a","fee":3,"target":"95"}"#)[2], number(95, 100));
}

#[test]
fn what_has_a_default_may_be_left_out() {
    let values = one(r#"{"account":"acme","fee":1500}"#);
    assert_eq!(values, [number(1_500, 1), None, None, None, None, None]);
    assert_eq!(parameters().currency(&values), Some(eur()));
}

#[test]
fn the_currency_decides_the_digits_of_amounts_wherever_it_stands() {
    let (given, problems) = read(r#"{"agreement":"a","fee":"10.5","currency":"JPY"}"#);
    assert!(!given[0].sound);
    assert_eq!(problems[0].problem.code.name(), "bad-parameter");
    assert_eq!(
        problems[0].problem.message,
        "the parameter `fee`: `10.5` has more decimal places than JPY, 0"
    );
    // An unknown currency is one problem, not one for each amount.
    let (_, problems) = read(r#"{"agreement":"a","fee":"10.5","currency":"XYZ"}"#);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].parameter, Some(ParamId(1)));
}

#[test]
fn problems_name_the_instance_the_parameter_and_the_place() {
    let (given, problems) = read(concat!(
        "{\"agreement\":\"a\",\"fee\":1}\n",
        "\n",
        "{\"agreement\":\"b\"}\r\n",
        "{\"agreement\":\"a\",\"fee\":2}\n",
        "{\"fee\":2}\n",
        "{\"agreement\":\"\",\"fee\":2}\n",
        "{\"agreement\":\"c\",\"fee\":1.5}\n",
        "{\"agreement\":\"d\",\"fee\":1,\"zone\":\"Europe/Nowhere\"}\n",
        "{\"agreement\":\"e\",\"fee\":1,\"fee\":2}\n",
        "{\"agreement\":\"f\",\n",
        "[]\n",
        "{\"agreement\":\"g\",\"fee\":1,\"client\":5}",
    ));
    let told: Vec<_> = problems
        .iter()
        .map(|p| (p.problem.code.name(), p.instance.as_deref(), p.problem.place.line, p.problem.place.column))
        .collect();
    assert_eq!(
        told,
        [
            ("missing-parameter", Some("b"), 3, 1),
            ("duplicate-instance", Some("a"), 4, 14),
            ("unnamed-instance", None, 5, 1),
            ("unnamed-instance", None, 6, 14),
            ("bad-parameter", Some("c"), 7, 24),
            ("bad-parameter", Some("d"), 8, 33),
            ("duplicate-key", None, 9, 32),
            ("invalid-json", None, 10, 17),
            ("not-an-object", None, 11, 1),
            ("bad-parameter", Some("g"), 12, 35),
        ]
    );
    assert_eq!(problems[0].parameter, Some(ParamId(0)));
    assert_eq!(problems[0].problem.wanted_by, Some(span(1)));
    let sound: Vec<_> = given.iter().map(|given| (given.name.as_str(), given.sound)).collect();
    assert_eq!(sound, [("a", true), ("b", false), ("c", false), ("d", false), ("g", false)]);
}

#[test]
fn marks_and_bad_bytes() {
    let (given, problems) =
        read_instances(b"\xef\xbb\xbf{\"agreement\":\"a\",\"fee\":1}\n{\"\xff", &parameters());
    assert_eq!((given.len(), problems.len()), (1, 1));
    assert_eq!((problems[0].problem.code.name(), problems[0].problem.place.column), ("invalid-utf8", 3));
    assert_eq!(read_instances(b"", &parameters()), (vec![], vec![]));
}
