//! Exact numbers, rounding and money.

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use num_rational::BigRational;
    use proptest::prelude::*;
    use rust_decimal::Decimal;
    use servanda_policy::value::{
        AmountError, Currency, CurrencyError, Exact, NumberError, Rounding, format_minor, parse_minor,
    };

    fn number(text: &str) -> Exact {
        Exact::from_decimal_str(text).unwrap()
    }

    #[test]
    fn decimals_read_strictly() {
        assert_eq!(number("-12.50"), Exact::ratio(-25, 2).unwrap());
        assert_eq!(number("0"), Exact::ZERO);
        assert_eq!(number("0.0000000000000000000000000001").to_fraction_string().len(), 31);
        for text in ["", "-", ".", "5.", ".5", "+5", "1_000", "1e3", " 1", "1,5", "--1", "1.2.3", "٣"] {
            let error = Exact::from_decimal_str(text).unwrap_err();
            assert!(matches!(error, NumberError::NotANumber(_)), "{text}");
        }
        let long = format!("0.{}", "1".repeat(29));
        assert_eq!(Exact::from_decimal_str(&long), Err(NumberError::TooManyPlaces));
        let long = "1".repeat(41);
        assert_eq!(Exact::from_decimal_str(&long), Err(NumberError::TooManyDigits));
        let wide = format!("{}.{}", "9".repeat(40), "9".repeat(28));
        assert_eq!(number(&wide).to_string(), wide);
    }

    #[test]
    fn numbers_write_as_decimals_or_fractions() {
        assert_eq!(number("1.10").to_string(), "1.1");
        assert_eq!(number("-0.05").to_string(), "-0.05");
        assert_eq!(Exact::ratio(1, 3).unwrap().to_string(), "1/3");
        assert_eq!(Exact::ratio(3, -6).unwrap().to_string(), "-0.5");
        let third = Exact::ratio(2, 3).unwrap();
        assert_eq!(third.to_decimal_string(2, Rounding::HalfUp), "0.67");
        assert_eq!((-third).to_decimal_string(0, Rounding::HalfUp), "-1");
        assert_eq!(number("0.004").to_decimal_string(2, Rounding::HalfUp), "0.00");
        assert_eq!(number("-0.004").to_decimal_string(2, Rounding::HalfUp), "0.00", "no minus zero");
    }

    #[test]
    fn rounding_is_as_named() {
        use Rounding::{Down, HalfEven, HalfUp, Up};
        for (text, rounding, minor) in [
            ("2.345", HalfUp, 235),
            ("-2.345", HalfUp, -235),
            ("2.345", HalfEven, 234),
            ("2.355", HalfEven, 236),
            ("2.3449", HalfUp, 234),
            ("2.341", Up, 235),
            ("-2.341", Up, -235),
            ("2.349", Down, 234),
            ("-2.349", Down, -234),
            ("2.34", Up, 234),
            ("-0.005", HalfUp, -1),
            ("0.005", HalfEven, 0),
            ("0.0051", HalfEven, 1),
        ] {
            assert_eq!(number(text).to_minor(2, rounding), Some(minor), "{text} {rounding:?}");
            let rounded = Exact::ratio(minor, 100).unwrap();
            assert_eq!(number(text).round_to(2, rounding), rounded, "{text} {rounding:?}");
        }
        assert_eq!(number("-1.5").floor(), Some(-2));
        assert_eq!(number("-1.5").ceil(), Some(-1));
        assert_eq!(number("1.5").floor(), Some(1));
        assert_eq!(number("1.5").ceil(), Some(2));
    }

    #[test]
    fn daily_interest_is_not_a_cent_wrong() {
        // 10 % a year, 73 days, on 50.25: exactly 1.005, a half cent.
        let rate = number("0.10").checked_div(&number("365")).unwrap();
        let interest = &(&rate * &number("73")) * &number("50.25");
        assert_eq!(interest.to_minor(2, Rounding::HalfUp), Some(101));
    }

    #[test]
    fn small_and_big_meet() {
        let max = Exact::integer(i128::MAX);
        let more = &max + &Exact::ONE;
        assert_eq!(more.to_i128(), None);
        assert_eq!(&more - &Exact::ONE, max);
        assert_eq!((&more - &Exact::ONE).to_i128(), Some(i128::MAX));
        assert!(max < more);
        let min = Exact::integer(i128::MIN);
        assert_eq!(-&(-&min), min);
        assert_eq!(min.checked_div(&min), Some(Exact::ONE));
        assert_eq!(Exact::ratio(i128::MIN, i128::MIN), Some(Exact::ONE));
        assert_eq!(Exact::ratio(1, i128::MIN).unwrap().checked_div(&Exact::ONE), Exact::ratio(1, i128::MIN));
        assert_eq!(Exact::ratio(1, 0), None);
        assert_eq!(Exact::ONE.checked_div(&Exact::ZERO), None);
        assert_eq!(min.abs().to_string(), "170141183460469231731687303715884105728");
    }

    #[test]
    fn decimals_of_the_library_convert_only_when_exact() {
        assert_eq!(Exact::from(Decimal::new(-1_250, 3)), number("-1.25"));
        assert_eq!(number("-1.25").to_decimal(), Some(Decimal::new(-125, 2)));
        assert_eq!(Exact::ratio(1, 3).unwrap().to_decimal(), None);
        assert_eq!(Exact::from(Decimal::MAX).to_decimal(), Some(Decimal::MAX));
        assert_eq!((Exact::from(Decimal::MAX) + Exact::ONE).to_decimal(), None);
        assert_eq!(number("79228162514264337593543950335.4").to_decimal(), None);
    }

    #[test]
    fn currencies_know_their_minor_unit() {
        for (code, digits) in [("EUR", 2), ("TRY", 2), ("JPY", 0), ("KWD", 3)] {
            let currency = Currency::named(code).unwrap();
            assert_eq!((currency.code(), currency.digits()), (code, digits));
        }
        assert_eq!(Currency::named("EUX"), Err(CurrencyError::Unknown("EUX".into())));
        assert_eq!(Currency::named("eur"), Err(CurrencyError::Unknown("eur".into())));
        assert_eq!(Currency::named("XAU"), Err(CurrencyError::NoMinorUnit("XAU".into())));
    }

    #[test]
    fn amounts_read_and_write() {
        let [eur, jpy, kwd] = ["EUR", "JPY", "KWD"].map(|code| Currency::named(code).unwrap());
        assert_eq!(parse_minor("1000.00", eur), Ok(100_000));
        assert_eq!(parse_minor("1000", eur), Ok(100_000));
        assert_eq!(parse_minor("-0.5", eur), Ok(-50));
        assert_eq!(parse_minor("0.005", kwd), Ok(5));
        assert_eq!(parse_minor("7", jpy), Ok(7));
        assert_eq!(parse_minor("9999999999999.99", eur), Ok(999_999_999_999_999));
        assert_eq!(parse_minor("10000000000000.00", eur), Err(AmountError::TooLarge));
        assert_eq!(parse_minor(&"9".repeat(400), eur), Err(AmountError::TooLarge));
        let digits = |currency, digits| Err(AmountError::TooManyDigits { currency, digits });
        assert_eq!(parse_minor("1.000", eur), digits(eur, 2));
        assert_eq!(parse_minor("1.0", jpy), digits(jpy, 0));
        for text in ["", "1e3", "1,00", "1.", "+1", "one"] {
            assert_eq!(parse_minor(text, eur), Err(AmountError::NotANumber), "{text}");
        }
        assert_eq!(format_minor(100_000, eur), "1000.00");
        assert_eq!(format_minor(-5, eur), "-0.05");
        assert_eq!(format_minor(5, kwd), "0.005");
        assert_eq!(format_minor(7, jpy), "7");
        assert_eq!(format_minor(0, eur), "0.00");
    }

    /// Numbers of all sizes, many at the borders of 64 and 128 bits.
    fn parts() -> impl Strategy<Value = (i128, i128)> {
        let part = || {
            prop_oneof![
                3 => -1_000_i128..1_000,
                1 => any::<i64>().prop_map(i128::from),
                1 => any::<i128>(),
                1 => (0_i128..3).prop_map(|less| i128::MAX - less),
                1 => (0_i128..3).prop_map(|more| i128::MIN + more),
            ]
        };
        (part(), part().prop_map(|den| if den == 0 { 1 } else { den }))
    }

    fn big((num, den): (i128, i128)) -> BigRational {
        BigRational::new(num.into(), den.into())
    }

    fn exact((num, den): (i128, i128)) -> Exact {
        Exact::ratio(num, den).unwrap()
    }

    fn same(value: &Exact, expected: &BigRational) -> bool {
        // Equality of values also says that the representation is unique.
        value.parts() == (expected.numer().clone(), expected.denom().clone())
            && Exact::big_ratio(expected.numer().clone(), expected.denom().clone()).as_ref() == Some(value)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn arithmetic_equals_big_fractions(a in parts(), b in parts()) {
            let (x, y) = (exact(a), exact(b));
            let (p, q) = (big(a), big(b));
            prop_assert!(same(&x, &p));
            prop_assert!(same(&(&x + &y), &(&p + &q)));
            prop_assert!(same(&(&x - &y), &(&p - &q)));
            prop_assert!(same(&(&x * &y), &(&p * &q)));
            prop_assert!(same(&-&x, &-&p));
            prop_assert_eq!(x.cmp(&y), p.cmp(&q));
            match x.checked_div(&y) {
                Some(quotient) => prop_assert!(same(&quotient, &(&p / &q))),
                None => prop_assert!(y.is_zero()),
            }
        }

        #[test]
        fn rounding_stays_within_one_unit(a in parts(), digits in 0_u32..6) {
            let x = exact(a);
            let unit = Exact::ratio(1, 10_i128.pow(digits)).unwrap();
            let half = unit.checked_div(&Exact::integer(2)).unwrap();
            let away = |rounding| (&x.round_to(digits, rounding) - &x).abs();
            prop_assert!(away(Rounding::HalfUp) <= half);
            prop_assert!(away(Rounding::HalfEven) <= half);
            prop_assert!(away(Rounding::Up) < unit && x.round_to(digits, Rounding::Up).abs() >= x.abs());
            prop_assert!(away(Rounding::Down) < unit && x.round_to(digits, Rounding::Down).abs() <= x.abs());
            let rounded = x.round_to(digits, Rounding::HalfUp);
            let text = x.to_decimal_string(digits, Rounding::HalfUp);
            prop_assert_eq!(Exact::from_decimal_str(&text).unwrap(), rounded);
        }

        #[test]
        fn stored_numbers_come_back(a in parts(), b in parts()) {
            let x = &exact(a) * &exact(b);
            prop_assert_eq!(Exact::from_fraction_str(&x.to_fraction_string()), Ok(x.clone()));
            if x.finite_places().is_some_and(|places| places <= 28) && x.abs() < Exact::integer(1 << 100) {
                prop_assert_eq!(Exact::from_decimal_str(&x.to_string()), Ok(x));
            }
        }

        #[test]
        fn amounts_read_what_they_write(minor in -999_999_999_999_999_i64..1_000_000_000_000_000) {
            for code in ["EUR", "JPY", "KWD"] {
                let currency = Currency::named(code).unwrap();
                prop_assert_eq!(parse_minor(&format_minor(i128::from(minor), currency), currency), Ok(minor));
            }
        }
    }

    #[test]
    fn hostile_fractions_are_refused() {
        for text in ["", "/", "1/", "/1", "1/2/3", "a/b", "1.5", "--1"] {
            assert!(Exact::from_fraction_str(text).is_err(), "{text}");
        }
        assert_eq!(Exact::from_fraction_str("1/0"), Err(NumberError::OverZero));
        assert!(Exact::from_fraction_str(&"9".repeat(1_000_000)).is_err());
        let big = BigInt::from(7).pow(200);
        let x = Exact::big_ratio(big.clone(), BigInt::from(3)).unwrap();
        assert_eq!(Exact::from_fraction_str(&x.to_fraction_string()), Ok(x));
    }
}
