//! Messages about the structure of an agreement and of its sentences.

use crate::diagnostics::there_is;
use servanda_diagnostics::{Code, Diagnostic, Span};
use servanda_parser::ast::{DutyRef, Name, Text};

/// What the head of an agreement lacks, all of it in one finding: each as it is called, and as it could be written.
pub(crate) fn missing_lines(title: Span, missing: &[(&str, &str)]) -> Diagnostic {
    let called: Vec<&str> = missing.iter().map(|(called, _)| *called).collect();
    let list = match called.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => called.concat(),
    };
    let finding = Diagnostic::new(Code::IncompleteAgreement, title, format!("the agreement lacks {list}"))
        .label("this agreement");
    missing.iter().fold(finding, |finding, (_, written)| finding.help(format!("`{written}`")))
}

pub(crate) fn line_twice(span: Span, line: &str, first: Span) -> Diagnostic {
    Diagnostic::new(Code::SaidTwice, span, format!("`{line} …` is said twice"))
        .label("said again here")
        .also(first, "first said here")
}

pub(crate) fn said_twice(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::SaidTwice, span, "two answers to one question")
        .label("the second one")
        .also(first, "the first one")
}

pub(crate) fn empty_term(span: Span, from: Span) -> Diagnostic {
    let finding =
        Diagnostic::new(Code::ImpossibleValue, span, "the term has no day").label("ends before it begins");
    if from == span { finding } else { finding.also(from, "begins here") }
}

pub(crate) fn renewing_without_end(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "a term without an end is never renewed")
        .label("has no meaning here")
        .help("`in force from DATE for 12 months, renewing.`")
}

pub(crate) fn misplaced(span: Span, owner: &str, place: &str) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, format!("this belongs to {owner}, not to {place}"))
        .label("has no meaning here")
}

/// `must not … each calendar month`
pub(crate) fn rhythm_of_prohibition(span: Span) -> Diagnostic {
    misplaced(span, "something that must be done", "a prohibition").help(
        "a prohibition holds at every time; to allow a number in each window, count and keep the count: \
         `measure visits per calendar month = count of visit.made.`, `desk must keep visits at most 4`",
    )
}

/// `must keep … at least 4 each calendar month`
pub(crate) fn window_of_figure(span: Span) -> Diagnostic {
    misplaced(span, "an act", "a duty to keep a figure")
        .help("the measure names its window: `measure visits per calendar month = …`")
}

pub(crate) fn not_supported(span: Span, what: &str, instead: &str) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, format!("{what} is not supported"))
        .label("not yet")
        .help(instead.to_owned())
}

pub(crate) fn settles_nothing(word: &str, span: Span, case: &str, kinds: &[&str]) -> Diagnostic {
    let finding =
        Diagnostic::new(Code::BadDebt, span, format!("nothing that is owed on `{case}` is called `{word}`"))
            .label("no kind of amount on this debt");
    match there_is("what follows there from a breach, and is owed between the same parties", kinds) {
        Some(help) => finding.help(help),
        None => finding.help(format!(
            "write `settling principal`: no duty on `{case}` lets its debtor owe anything after `otherwise`"
        )),
    }
}

pub(crate) fn credits_name_nothing(span: Span, order: Span) -> Diagnostic {
    Diagnostic::new(Code::BadDebt, span, "credits name no debt, and here only the named one is paid")
        .label("pays nothing")
        .also(order, "no other debt than the one that is named")
        .help("write `oldest first` or `newest first`, or leave `and credits` out")
}

pub(crate) fn nothing_to_set_off(span: Span, creditor: &str, debtor: &str, owed: Option<Span>) -> Diagnostic {
    let message = format!("`{creditor}` credits nothing to `{debtor}`");
    let finding = Diagnostic::new(Code::BadDebt, span, message).label("nothing is set off here");
    match owed {
        Some(owed) => finding
            .also(owed, "what is owed is paid by itself")
            .help("write `credits` instead of `owes` there, or leave `and credits` out"),
        None => finding.help(format!(
            "leave `and credits` out, or say what is set off: `{creditor} credits {debtor} …`"
        )),
    }
}

pub(crate) fn set_off_twice(span: Span, case: &str, first: Span, other: &str) -> Diagnostic {
    let message = format!("the same credits would pay `{other}` and `{case}`");
    Diagnostic::new(Code::BadDebt, span, message)
        .label("the second debt between these parties that credits pay")
        .also(first, "the first one")
        .help("leave `and credits` out in one of them")
}

pub(crate) fn settles_no_principal(span: Span) -> Diagnostic {
    Diagnostic::new(Code::BadDebt, span, "payments settle the principal, too")
        .label("the last that is settled")
        .help("write `then principal` behind it, or `principal then` before the first")
}

pub(crate) fn settles_twice(word: &Name, first: Span) -> Diagnostic {
    Diagnostic::new(Code::SaidTwice, word.span, format!("`{}` is settled already", word.value))
        .label("the second time")
        .also(first, "the first time")
        .help("name each of them once, in the order in which a payment settles them")
}

pub(crate) fn title_of_several(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, "one party has what passes to it")
        .label("two holders of one thing")
        .help("write the name of one party or role; a sentence for each of them, where both have something")
}

pub(crate) fn title_twice(title: &Text, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::SaidTwice,
        title.span,
        format!("\"{}\" passes to the same party already", title.value),
    )
    .label("passes a second time")
    .also(first, "passes the first time")
    .help("say all that has to hold in one sentence, joined by `and`")
}

pub(crate) fn no_debt_between(asked: Span, debtor: &str, creditor: &str) -> Diagnostic {
    Diagnostic::new(Code::BadDebt, asked, format!("no case says what `{debtor}` owes `{creditor}`"))
        .label("nothing can be owed here")
        .help(format!("declare a case with `{debtor} owes {creditor} amount.` and `paid by EVENT.`"))
}

pub(crate) fn nothing_pays(asked: Span, case: &str, debt: Span) -> Diagnostic {
    Diagnostic::new(Code::BadDebt, asked, format!("what is owed on `{case}` is never seen paid"))
        .label("asked whether nothing is owed")
        .also(debt, "no event pays it")
        .help(format!("say in the case `{case}` what pays it: `paid by EVENT.`"))
}

/// The kinds: the one that nothing settles, and those that payments settle.
pub(crate) fn nothing_settles(asked: Span, case: &str, kinds: &[&str], owed: Span) -> Diagnostic {
    let kind = kinds.first().copied().unwrap_or_default();
    Diagnostic::new(Code::BadDebt, asked, format!("what is owed as `{kind}` is never seen paid"))
        .label("asked whether nothing is owed")
        .also(owed, format!("owed on `{case}`, and no payment settles it"))
        .help(format!("write `settling {}` behind `paid by` in the case `{case}`", kinds.join(" then ")))
}

pub(crate) fn condition_on_act(span: Span) -> Diagnostic {
    Diagnostic::new(
        Code::NotSupported,
        span,
        "a condition at the instant of the act is not supported for `must`",
    )
    .label("not yet")
    .help("choose the items at their beginning: `each CASE where …`")
}

pub(crate) fn act_at_beginning(act: &str, span: Span, case: &str) -> Diagnostic {
    let message = format!("this is read when each `{case}` begins, and nothing is done to it then");
    Diagnostic::new(Code::Misplaced, span, message).label(format!("never `{act}` yet")).help(format!(
        "a figure asks for it at the end: `share of {case} in which {act}`, or `count of {case} where {act}, counted at its end`; of time in a `{case}` it cannot be asked"
    ))
}

pub(crate) fn must_not_keep(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "a figure is kept, not forbidden")
        .label("write `must`")
        .help("turn the relation around: `must keep … at most …`")
}

pub(crate) fn verdict_out_of_place(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, "a verdict can be asked for only in a share of cases")
        .label("not here")
        .help(
            "`share of CASE in which 1(a) is kept`, `count of breach of 1(a)`, or, of another case that a thing names, \
             `for each THING where 1(a) is broken`",
        )
}

pub(crate) fn verdict_of_other(span: Span, duty: &str, case: &str, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, format!("`{duty}` is not a duty on each `{case}`"))
        .label("says nothing of this case")
        .also(declared, "this duty")
}

pub(crate) fn tell_alone(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, "`tell` does not say when").label("when?").help(
        "`… must … otherwise tell ROLE.`, or `tell ROLE about each CASE at 15 minutes after its beginning.`",
    )
}

pub(crate) fn unless_no_act(span: Span, case: &str, acts: &[String]) -> Diagnostic {
    let known = acts.iter().map(|act| format!("`{act}`")).collect::<Vec<_>>().join(", ");
    Diagnostic::new(
        Code::Misplaced,
        span,
        format!("only what is done to the `{case}` keeps this from being told"),
    )
    .label("expected a participle")
    .help(if known.is_empty() {
        format!("add an act to case {case}: `take (taken) when …`")
    } else {
        format!("one of {known}")
    })
}

pub(crate) fn counts_as_no_act(done: &Name, case: &str, acts: &[String]) -> Diagnostic {
    let known = acts.iter().map(|act| format!("`{act}`")).collect::<Vec<_>>().join(", ");
    let word = &done.value;
    Diagnostic::new(Code::Misplaced, done.span, format!("`{word}` is nothing that is done to the `{case}`"))
        .label("expected a participle")
        .help(if known.is_empty() {
            format!("add an act to case {case}: `accept (accepted) when …`")
        } else {
            format!("one of {known}")
        })
}

pub(crate) fn counts_as_paid(done: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, done, "a debt is paid by money, and not by silence")
        .label("the principal stays unpaid")
        .help("what is forgiven is an event: `duty.waived`, or `entry.adjusted`")
}

pub(crate) fn warning_share(span: Span) -> Diagnostic {
    Diagnostic::new(Code::WrongType, span, "a warning comes before the time is over")
        .label("expected more than 0% and less than 100%")
        .help("`otherwise tell ROLE` tells at the deadline")
}

pub(crate) fn roll_without_date(span: Span, length: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "only a date can fall on a closed day")
        .label("moves a date")
        .also(length, "this time passes while it is open, or by the clock")
        .help("count calendar days or months, or leave it out")
}

pub(crate) fn rises_for_each(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "a case without a beginning arises in windows or from a breach")
        .label("neither a window nor a breach")
        .help("`each calendar month`, `for each breach of 1`, or `each CASE` for a case with `begins when`")
}

pub(crate) fn rises_from_item(span: Span, declared: Span) -> Diagnostic {
    let what = "a duty that arises from the breach of a duty on each of many things";
    Diagnostic::new(Code::NotSupported, span, format!("{what} is not supported"))
        .label("a duty on each of many things")
        .also(declared, "this duty")
        .help("measure them, and let it arise from the duty to keep the figure")
}

pub(crate) fn rises_from_risen(span: Span, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, "a duty cannot arise from the breach of one that arises itself")
        .label("arises from a breach")
        .also(declared, "this duty")
        .help("let it arise from the breach of a duty in each window, or of one to keep a figure")
}

pub(crate) fn once_exactly(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "a figure may never be exactly this")
        .label("when would it be?")
        .help("`at least` for a figure that grows")
}

pub(crate) fn joint_after_breach(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "a limit of several sentences does not follow from a breach")
        .label("expected an amount or `tell ROLE`")
        .help("write it as a sentence of its own")
}

pub(crate) fn joint_without_scope(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "this limit does not say over what it counts")
        .label("per window, or in all?")
        .help("`at most … per calendar month under …`, or `at most … in all under …`")
}

pub(crate) fn joint_of_nothing(words: &str, span: Span, debtor: &str) -> Diagnostic {
    Diagnostic::new(Code::UnknownDuty, span, format!("nothing in `{words}` is limited by this"))
        .label(format!("`{debtor}` owes nothing of this kind there"))
        .help("name sentences with the same parties and the same verb, `owes` or `credits`")
}

pub(crate) fn band_without_bounds(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "a band has bounds")
        .label("expected `from … to …`, `above …` or `below …`")
        .help("`depending on` has rows of words and `otherwise`")
}

pub(crate) fn no_period(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "there is no period here")
        .label("of which period?")
        .help("`within` and a length of time, or a date")
}

pub(crate) fn bare_day_of_period(span: Span) -> Diagnostic {
    Diagnostic::new(Code::BareDays, span, "which day?")
        .label("`day` needs its kind")
        .help("`the last calendar day of the period`, or a calendar's name in place of `calendar`")
}

pub(crate) fn zeroth_day(span: Span) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, "days of a period are counted from the first")
        .label("no such day")
}

pub(crate) fn no_point(written: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, format!("`{written}` is no point by which something can be due"))
        .label("by when?")
        .help("`the end of the period`, `the last calendar day of the period`, or a date")
}

pub(crate) fn hole_without_row(span: Span, name: &str, word: Option<&str>) -> Diagnostic {
    let word = word.unwrap_or("ROW");
    Diagnostic::new(Code::UnknownName, span, format!("`{name}` has several rows"))
        .label("which of them?")
        .help(format!("`{{{name} of {word}}}`"))
}

pub(crate) fn hole_of_no_table(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::OtherThing, span, format!("`{name}` has no rows"))
        .label("a row of what?")
        .help(format!("`{{{name}}}`"))
}

pub(crate) fn circular(references: &[(Span, String)]) -> Diagnostic {
    let mut references = references.iter();
    let (span, text) = references.next().cloned().unwrap_or_default();
    let finding =
        Diagnostic::new(Code::Circular, span, "these figures need each other at the same moment").label(text);
    references.fold(finding, |finding, (span, text)| finding.also(*span, text.clone()))
}

pub(crate) fn circular_let(name: &str, span: Span, through: &[(String, Span)]) -> Diagnostic {
    let finding = Diagnostic::new(Code::Circular, span, format!("`{name}` is defined by itself"))
        .label(format!("needs `{name}` again"));
    through.iter().fold(finding, |finding, (name, span)| finding.also(*span, format!("by way of `{name}`")))
}

pub(crate) fn unamendable(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::Unamendable, span, format!("an amendment cannot change {what}"))
        .label("the same in all versions: what is open would be under two of it")
        .help("an amendment can change values, calendars, texts, measures and clauses, and add what is new")
}

pub(crate) fn amendment_without_date(title: Span) -> Diagnostic {
    Diagnostic::new(Code::IncompleteAgreement, title, "the amendment lacks `in force …`")
        .label("this amendment")
        .help("`in force from 2026-04-01.`")
}

pub(crate) fn cannot_sign(name: &Name) -> Diagnostic {
    let message = format!("`{}` is no party of this agreement", name.value);
    Diagnostic::new(Code::WrongParty, name.span, message)
        .label("signs nothing")
        .help("the parties sign, or roles for them; third parties do not")
}

pub(crate) fn which_sentence(span: Span, clause: &str, first: Span) -> Diagnostic {
    Diagnostic::new(
        Code::Unamendable,
        span,
        format!("which sentence of clause {clause} takes the place of which cannot be told without labels"),
    )
    .label("in the place of which?")
    .also(first, "this one, or another")
    .help(format!(
        "label them, and write the label here: `(a) …`; or `removes {clause}.` and say all of it again"
    ))
}

pub(crate) fn nothing_to_remove(what: &DutyRef, clauses: &[String]) -> Diagnostic {
    let name = match &what.label {
        Some(label) => format!("{}({label})", what.clause),
        None => what.clause.clone(),
    };
    let finding = Diagnostic::new(Code::UnknownDuty, what.span, format!("there is no {name} to remove"))
        .label("nothing has this number");
    match super::there_is("the clauses are", clauses) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

pub(crate) fn each_party_may(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "a right is of one party or of either")
        .label("each of them?")
        .help("`either party may end this agreement …`")
}

pub(crate) fn several_suspend(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "what is suspended is what one party has to do")
        .label("which of them?")
        .help("write a sentence for each party")
}

pub(crate) fn suspends_nothing(written: &str, span: Span, holder: &str) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, format!("`{holder}` has nothing to do under {written}"))
        .label("nothing to suspend")
        .help(format!("name a sentence `{holder} must …`, or a clause that has one; a prohibition goes on"))
}

pub(crate) fn rest_out_of_place(span: Span, words: &str) -> Diagnostic {
    Diagnostic::new(
        Code::Misplaced,
        span,
        "what is left of payments is paid out when the agreement has ended",
    )
    .label("no such sentence")
    .help(format!("write it in a sentence of its own: `… owes … {words} when this agreement has ended.`"))
}

pub(crate) fn no_rest(case: &Name, declared: Option<Span>) -> Diagnostic {
    let Some(declared) = declared else {
        return Diagnostic::new(Code::BadDebt, case.span, format!("nothing pays `{}`", case.value))
            .label("no rest of it")
            .help("name a case with lines `… owes … amount` and `paid by …, any rest as credit`");
    };
    Diagnostic::new(Code::BadDebt, case.span, format!("nothing is kept of what pays `{}`", case.value))
        .label("no rest of it")
        .also(declared, "this says what becomes of a rest")
        .help("write `any rest as credit` in its line `paid by …`")
}

pub(crate) fn rest_is_owed(span: Span, owes: &str, gains: &str, words: &str) -> Diagnostic {
    Diagnostic::new(Code::BadDebt, span, "a credit would pay the next debt, and leave the same rest again")
        .label("paid out is what is owed")
        .help(format!("`{owes} owes {gains} {words} …`"))
}

pub(crate) fn rest_the_other_way(span: Span, owes: &str, gains: &str, words: &str) -> Diagnostic {
    Diagnostic::new(Code::BadDebt, span, format!("this is what `{gains}` has paid, and `{owes}` has"))
        .label("owed the other way")
        .help(format!("`{owes} owes {gains} {words} …`"))
}

pub(crate) fn rest_waits_for_nothing(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, "what is left is paid out as soon as the agreement has ended")
        .label("a further condition")
        .help("leave it out: what is unpaid takes what is left of payments before")
}

pub(crate) fn rest_is_all(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, "all that is left is paid out, and no more")
        .label("a limit")
        .help("leave it out; `nothing below …` keeps small amounts")
}

pub(crate) fn joins_what_holds(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "a condition beside what has to hold")
        .label("what is looked at when?")
        .help("say all that has to hold behind `when`, joined by `and`")
}

pub(crate) fn suspended_twice(span: Span, written: &str) -> Diagnostic {
    Diagnostic::new(Code::SaidTwice, span, format!("{written} is suspended already"))
        .label("the second time")
        .help("name each clause or sentence once")
}

pub(crate) fn suspends_and_resumes(until: Span, by: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, until, "the same event suspends and gives up")
        .label("what would it say?")
        .also(by, "by this it is suspended")
        .help("name another event, or give both a condition: `by work.changed where stopped`")
}

pub(crate) fn own_delay(span: Span, holder: &str) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, format!("`{holder}` cannot suspend because it is late itself"))
        .label("its own duty")
        .help("name a duty of the other party")
}

pub(crate) fn suspended_by_no_deadline(span: Span, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "only a duty on each thing, with a deadline, can be late")
        .label("expected such a duty")
        .also(declared, "this one")
        .help("name a sentence such as `client must pay each bill within 30 calendar days`")
}

/// `either party may end this agreement by EVENT`, where the event does not say who does.
pub(crate) fn who_gives_notice(
    span: Span,
    event: &str,
    does: &str,
    fields: usize,
    declared: Span,
) -> Diagnostic {
    let (message, help) = match fields {
        0 => (
            format!("`{event}` does not say which party {does}"),
            "give it a field of type party, such as `giver: party`",
        ),
        _ => (
            format!("`{event}` has several fields of type party"),
            "let the event by which the agreement is ended name one party only: who ends it",
        ),
    };
    let label = if fields == 0 { "either of them?" } else { "which of them ends it?" };
    Diagnostic::new(Code::UnknownField, span, message).label(label).also(declared, "declared here").help(help)
}

pub(crate) fn either_party_must(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "a duty binds one party or each of them")
        .label("one of them, and which?")
        .help("`each party must …`")
}

pub(crate) fn more_than_there_are(span: Span, of: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "there are not so many windows")
        .label("more than all of them")
        .also(of, "of these")
}

pub(crate) fn number_of_windows(span: Span) -> Diagnostic {
    Diagnostic::new(Code::ImpossibleValue, span, "this is no number of windows")
        .label("expected a whole number from 1 to 1000")
}

pub(crate) fn extends_no_length(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "only a deadline that is counted can be extended")
        .label("extends nothing")
        .help("give the duty a length of time: `within 5 business days`")
}

pub(crate) fn extended_by_no_deadline(span: Span, declared: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "this duty cannot be late with one thing")
        .label("no duty on each of many things with a deadline")
        .also(declared, "this duty")
}

pub(crate) fn cases_do_not_meet(
    span: Span,
    late: &str,
    extended: &str,
    what: &str,
    declared: Span,
) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, format!("a `{late}` does not say of which `{extended}` it is"))
        .label(format!("which `{extended}` {what}?"))
        .also(declared, format!("no event that begins it has a field `{extended}`"))
        .help(format!("add `{extended}: id` to the event that begins a `{late}`"))
}

pub(crate) fn extends_itself(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(Code::Circular, span, format!("`{name}` would be extended by its own delay"))
        .label("extended by what it extends itself")
}

pub(crate) fn elapsed_months(span: Span) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, "elapsed time in months is not supported")
        .label("months are of different lengths")
        .help("`calendar days to …`")
}

pub(crate) fn elapsed_of_nothing(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "elapsed time is of an item")
        .label("of which item?")
        .help("`average of (business days to delivered) over request`")
}

pub(crate) fn elapsed_to_no_act(span: Span, name: &str, case: &str, known: &[String]) -> Diagnostic {
    let known = known.iter().map(|act| format!("`{act}`")).collect::<Vec<_>>().join(", ");
    Diagnostic::new(Code::UnknownName, span, format!("a `{case}` is never `{name}`"))
        .label("expected a participle")
        .help(if known.is_empty() { "add an act to the case".to_owned() } else { format!("one of {known}") })
}

pub(crate) fn elapsed_while_open(span: Span) -> Diagnostic {
    Diagnostic::new(Code::Misplaced, span, "how long something took is known when it is over")
        .label("read while it goes on")
        .help("add `, counted at its end` to the measure")
}

pub(crate) fn previous_in_target(span: Span, measure: &str) -> Diagnostic {
    Diagnostic::new(Code::NotSupported, span, "a target that reads the window before is not supported")
        .label("may not be known when the figure is judged")
        .help(format!("measure the difference to `{measure}` of the window before, and keep that"))
}
