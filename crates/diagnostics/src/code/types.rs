//! SLA02xx: types and units.

/// Adds the entries of this section behind those before it.
macro_rules! types {
    ($sections:tt $($before:tt)*) => { gather! { $sections $($before)*

    BareDays "SLA0201" Error "bare-days"
        what    "A number of days or weeks is written without saying which days are counted."
        why     "Five calendar days and five business days may end a week apart."
        example "let solve_time = 5 days."
        instead "let solve_time = 5 support days."

    UnitsDiffer "SLA0202" Error "units-differ"
        what    "Two quantities of different kinds are added, subtracted, multiplied or divided."
        why     "Business days and hours by the clock have no common unit, and neither have money and percentages."
        example "let solve_time = 4 hours + 15 support minutes."
        instead "let solve_time = 4 support hours + 15 support minutes."

    WrongType "SLA0203" Error "wrong-type"
        what    "A value has another type than is due at this place."
        why     "An amount must be money, a deadline a length of time, a condition yes or no."
        example "clause 1 \"Price\" {"
                "  client owes agency 10 for each request."
                "}"
        instead "clause 1 \"Price\" {"
                "  client owes agency 10 EUR for each request."
                "}"

    PercentWithoutBase "SLA0204" Error "percent-without-base"
        what    "Money is due, and only a percentage is written."
        why     "One percent of the bill and one percent of what is unpaid are different amounts."
        example "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days otherwise agency credits client 10%."
                "}"
        instead "clause 1 \"Care\" {"
                "  agency must close each request within 2 support days otherwise agency credits client 10% of fee."
                "}"

    CompareUnlike "SLA0205" Error "compare-unlike"
        what    "Two values of different types are compared."
        why     "A share is never equal to a number, and a count never above a length of time."
        example "clause 1 \"Care\" {"
                "  measure solved per calendar month = share of request in which closed."
                "  agency must keep solved at least 95 otherwise tell lead."
                "}"
        instead "clause 1 \"Care\" {"
                "  measure solved per calendar month = share of request in which closed."
                "  agency must keep solved at least 95% otherwise tell lead."
                "}"

    ImpossibleValue "SLA0206" Error "impossible-value"
        what    "A date, a time of day or a number is written that cannot be."
        why     "The calendar has no 30 February, a day no 25th hour, and no figure needs 29 digits."
        example "let opening_day = 2026-02-30."
        instead "let opening_day = 2026-02-28."

    CurrencyMismatch "SLA0207" Error "currency-mismatch"
        what    "An amount is in another currency than the agreement's."
        why     "Nothing converts one currency into another: the rate would be a guess."
        example "let deposit = 100 USD."
        instead "let deposit = 100 EUR."

    NoSuchLength "SLA0208" Error "no-such-length"
        what    "A kind of time and a unit are joined that do not go together."
        why     "Calendar days have no hours of their own, and a month of business time has no fixed end."
        example "let solve_time = 4 calendar hours."
        instead "let solve_time = 4 hours."

    NotConstant "SLA0209" Error "not-constant"
        what    "A value must be known from the text alone at this place."
        why     "Defaults and how long things are remembered are fixed before any event is read."
        example "language 1."
                "agreement \"Hosting\" takes { rate: money. limit: money = 2 * rate. } {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"
        instead "language 1."
                "agreement \"Hosting\" takes { rate: money. limit: money = 20 EUR. } {"
                "  party agency. party client."
                "  in force from 2026-01-01. time zone Europe/Berlin. money in EUR."
                "}"

    TooComplex "SLA0210" Error "too-complex"
        what    "Values that need each other make an expression that is too deep or too large."
        why     "Each use of a `let` stands for all of its parts, so that few lines can mean very many of them."
        example "(more than 300 values, each of which needs the next)"
        instead "(name the parts that grow as measures)"
    } };
}
