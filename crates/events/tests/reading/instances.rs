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

/// What is told of a table: line, column, instance and message.
fn told(text: &str) -> Vec<(u32, u32, String, String)> {
    let problems = read(text).1.into_iter();
    let told = |it: InstanceProblem| {
        let instance = it.instance.map(|name| name.to_string()).unwrap_or_default();
        (it.problem.place.line, it.problem.place.column, instance, it.problem.message)
    };
    problems.map(told).collect()
}

#[test]
fn a_table_says_what_objects_say() {
    let objects = "{\"account\":\"acme\",\"fee\":\"1500.00\",\"target\":\"99.5%\",\"respond\":\"4\"}\n\
                   {\"account\":\"bolt\",\"fee\":\"900\",\"currency\":\"JPY\",\"client\":\"Bolt, Ltd\"}\n";
    let (given, problems) = read(objects);
    assert!(problems.is_empty() && given.len() == 2 && given.iter().all(|it| it.sound));
    let values = |text: &str| {
        let (given, problems) = read(text);
        assert_eq!(problems, [], "{text}");
        given.into_iter().map(|it| (it.name, it.values)).collect::<Vec<_>>()
    };
    let wanted = values(objects);
    let commas = "account,fee,target,respond,currency,client,note\n\
                  acme,1500.00,99.5%,4,,,a note\n\nbolt,900,,,JPY,\"Bolt, Ltd\",\"two\nlines\"\n";
    assert_eq!(values(commas), wanted);
    let semicolons = "\u{feff}account;fee;target;respond;currency;client\r\n\
                      acme;1500.00;99.5%;4;;\r\nbolt;900;;;JPY;Bolt, Ltd\r\n";
    assert_eq!(values(semicolons), wanted);
    let tabs = "fee\taccount\ttarget\trespond\tcurrency\tclient\n\
                1500.00\t acme \t99.5%\t4\t\t\n900\tbolt\t\t\tJPY\tBolt, Ltd";
    assert_eq!(values(tabs), wanted);
}

#[test]
fn what_is_wrong_in_a_table_is_told_by_its_cell() {
    let text = "agreement,fee,currency,client\n\
                acme,12,EUR,\"Acme\nFoods\"\n\
                bolt,much,EUR,x\n\
                cord,12,\"Bolt, Ltd\",x\n\
                acme,13,EUR,x\n\
                ,14,EUR,x\n\
                dash,,EUR,x\n\
                echo,1,EUR\n\
                fern,1,EUR,x,y\n";
    assert_eq!(
        told(text),
        [
            (4, 6, "bolt".into(), "the parameter `fee`: `much` is not a decimal number".into()),
            (5, 9, "cord".into(), "the parameter `currency`: unknown currency `Bolt, Ltd`".into()),
            (6, 1, "acme".into(), "`acme` is the name of the instance in line 2 too".into()),
            (7, 1, String::new(), "the instance has no name: give it in `agreement`".into()),
            (8, 1, "dash".into(), "the parameter `fee` is missing and has no default".into()),
            (9, 8, String::new(), "the row has 3 cells, and the table 4 columns".into()),
            (10, 14, String::new(), "the row has 5 cells, and the table 4 columns".into()),
        ]
    );
}

#[test]
fn a_table_without_sense_is_told_once() {
    assert_eq!(
        told("agreement,fee,fee\nacme,1,2\n"),
        [(1, 15, String::new(), "the table has two columns `fee`".into())]
    );
    assert_eq!(told("fee\n1\n").len(), 1);
    // What stands behind an open quote is not taken for its text.
    let open = "agreement,fee,client\nacme,12,\"Acme\nbolt,13,x\ncord,14,y\n";
    assert_eq!(told(open), [(2, 9, String::new(), "a quote is opened here and not closed".into())]);
    assert!(read(open).0.is_empty());
    let inches = "agreement,client,fee\nacme,the 5\" pipe,12\nbolt,\"the \"\"5\"\" pipe\",much\n";
    assert_eq!(
        told(inches),
        [(3, 23, "bolt".into(), "the parameter `fee`: `much` is not a decimal number".into())]
    );
    let (given, problems) = read_instances(b"agreement,fee\nacme,12\nb\xfflt,13\n", &parameters());
    assert!(given.is_empty());
    assert_eq!((problems[0].problem.place.line, problems[0].problem.place.column), (3, 2));
    assert_eq!(read("agreement,fee\n"), (Vec::new(), Vec::new()));
}
