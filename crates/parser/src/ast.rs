//! The syntax tree: what was written, word by word, with a span on every node and no meaning yet.
//!
//! Literals stay text: `policy` gives them values. Parentheses are kept, so that printing a tree gives back the
//! same tree. A node that could not be read is `Broken`; whatever depends on it stays silent.

use servanda_diagnostics::{SourceId, Span, Spanned};

/// A name as written.
pub type Name = Spanned<String>;

/// A quoted text without its quotes and with its escapes resolved; the span covers the quotes.
pub type Text = Spanned<String>;

/// Digits as written: `80_000`, `99.95`, without unit.
pub type Digits = Spanned<String>;

/// Names joined by points: `payment.received`, `request.price`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// One name or more.
    pub parts: Vec<Name>,
    /// The whole path.
    pub span: Span,
}

/// A whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `language 1.`: the number as written; absent where the line is missing.
    pub language: Option<Digits>,
    /// What the file holds, in the order of the text.
    pub items: Vec<Item>,
    /// The whole file.
    pub span: Span,
}

/// What stands at the top of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// `use "…".`
    Use(Use),
    /// `agreement "…" { … }`
    Agreement(Agreement),
    /// `amendment "…" { … }`
    Amendment(Amendment),
    /// `annex "…" to "…" { … }`
    Annex(Annex),
    /// `scenario "…" { … }`
    Scenario(Scenario),
    /// A declaration of a file that other files use: it belongs to each agreement that does.
    Line(Line),
    /// Text that could not be read; a diagnostic tells.
    Broken(Span),
}

/// `use "holidays.sla".`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The file as written: a path from the folder of this file, or a name of the standard library.
    pub file: Text,
    /// The whole line.
    pub span: Span,
}

/// `agreement "Title" takes { parameters } { lines }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The title.
    pub title: Text,
    /// The parameters after `takes`.
    pub params: Vec<Param>,
    /// The lines of the body.
    pub lines: Vec<Line>,
    /// From `agreement` to the closing brace.
    pub span: Span,
}

/// `amendment "Title" { lines }`: what it says takes the place of what the agreement of the file says, or is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// The title.
    pub title: Text,
    /// The lines of the body: those that an agreement has, and `removes`.
    pub lines: Vec<Line>,
    /// From `amendment` to the closing brace.
    pub span: Span,
}

/// `annex "Client" to "Title" { lines }`: an instance of an agreement with parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annex {
    /// The name of the instance.
    pub name: Text,
    /// The title of the agreement.
    pub to: Text,
    /// The lines of the body: those that an agreement has, of which not all are possible.
    pub lines: Vec<Line>,
    /// From `annex` to the closing brace.
    pub span: Span,
}

/// `monthly_fee: money in EUR = 1500 EUR, at least 1000 EUR.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// The parameter's name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// The value where an instance gives none.
    pub default: Option<Expr>,
    /// What its values are held to.
    pub bounds: Vec<ParamBound>,
    /// The whole line.
    pub span: Span,
}

/// What the values of a parameter are held to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamBound {
    /// Which values fit.
    pub kind: ParamBoundKind,
    /// From its first word to the last.
    pub span: Span,
}

/// Which values fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParamBoundKind {
    /// `at most 60 support minutes`
    Is(Target),
    /// `one of (EUR, USD)`: constants, or the codes of currencies as paths.
    OneOf(Vec<Expr>),
}

/// A type of a field or a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// Which type.
    pub kind: TypeKind,
    /// Where it is written.
    pub span: Span,
}

/// The types that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeKind {
    /// `id`: an opaque name of one thing.
    Id,
    /// `text`
    Text,
    /// `count`: a whole number, not negative.
    Count,
    /// `number`: a decimal number.
    Number,
    /// `money`, `money in EUR`
    Money {
        /// The currency, where it is not the agreement's.
        currency: Option<Name>,
    },
    /// `money in minor units`: a whole number of the currency's smallest unit.
    MinorMoney,
    /// `percent`
    Percent,
    /// `date`
    Date,
    /// `time`: an instant.
    Instant,
    /// `party`
    Party,
    /// `yes or no`
    YesNo,
    /// `currency`
    Currency,
    /// `zone`: the name of a time zone.
    Zone,
    /// `one of (a, b)`
    OneOf(Vec<Name>),
    /// `minutes`, `support minutes`, `calendar days`, `months`: a length of time.
    Length {
        /// The word before the unit: `calendar`, `elapsed` or a calendar's name.
        kind: Option<Name>,
        /// The unit.
        unit: Spanned<Unit>,
    },
    /// Could not be read.
    Broken,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// `second`, `seconds`
    Second,
    /// `minute`, `minutes`
    Minute,
    /// `hour`, `hours`
    Hour,
    /// `day`, `days`
    Day,
    /// `week`, `weeks`
    Week,
    /// `month`, `months`
    Month,
    /// `quarter`, `quarters`
    Quarter,
    /// `year`, `years`
    Year,
}

/// A line of an agreement's or an amendment's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// `in force from …`
    InForce(InForce),
    /// `time zone …`
    TimeZone(TimeZone),
    /// `money in …`
    MoneyIn(MoneyIn),
    /// `events from log with …`
    Log(LogMapping),
    /// `events arrive at most … late.`
    Lateness(Lateness),
    /// `party …`
    Party(Party),
    /// `role …`
    Role(Role),
    /// `let …`
    Let(Let),
    /// `calendar …`
    Calendar(Calendar),
    /// `event …`
    Event(Event),
    /// `case …`
    Case(Case),
    /// `measure …`
    Measure(Measure),
    /// `text …` or `public …`
    Prose(Prose),
    /// `clause …`
    Clause(Clause),
    /// `signed by …`
    Signed(Signed),
    /// `removes …`: in an amendment; elsewhere a diagnostic tells.
    Removes(Removes),
    /// `law of …`
    Law(Law),
    /// `attached …`
    Attached(Attached),
    /// `allow …`
    Allow(Allow),
    /// Text that could not be read.
    Broken(Span),
}

impl Line {
    /// The whole line.
    pub fn span(&self) -> Span {
        match self {
            Line::InForce(line) => line.span,
            Line::TimeZone(line) => line.span,
            Line::MoneyIn(line) => line.span,
            Line::Log(line) => line.span,
            Line::Lateness(line) => line.span,
            Line::Party(line) => line.span,
            Line::Role(line) => line.span,
            Line::Let(line) => line.span,
            Line::Calendar(line) => line.span,
            Line::Event(line) => line.span,
            Line::Case(line) => line.span,
            Line::Measure(line) => line.span,
            Line::Prose(line) => line.span,
            Line::Clause(line) => line.span,
            Line::Signed(line) => line.span,
            Line::Removes(line) => line.span,
            Line::Law(line) => line.span,
            Line::Attached(line) => line.span,
            Line::Allow(line) => line.span,
            Line::Broken(span) => *span,
        }
    }
}

/// `in force from 2026-01-01 for 12 months, renewing.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// The first date: a date or the name of a parameter.
    pub from: Expr,
    /// How the term ends.
    pub end: Option<TermEnd>,
    /// Where `renewing` is written: the term begins again when it is over.
    pub renewing: Option<Span>,
    /// The whole line.
    pub span: Span,
}

/// The end of the term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermEnd {
    /// `for 12 months`
    For(Expr),
    /// `until 2026-12-31`: that date is the last one.
    Until(Expr),
}

/// `time zone Europe/Istanbul.`, or the name of a parameter of the type `zone`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeZone {
    /// The zone's name or the parameter's.
    pub zone: Name,
    /// The whole line.
    pub span: Span,
}

/// `money in EUR, rounded half up.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyIn {
    /// A currency code, or the name of a parameter.
    pub currency: Name,
    /// How entries are rounded.
    pub rounding: Option<Spanned<Rounding>>,
    /// The whole line.
    pub span: Span,
}

/// How an amount is rounded to the smallest unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rounding {
    /// `rounded half up`: a half goes away from zero.
    HalfUp,
    /// `rounded half even`
    HalfEven,
    /// `rounded up`: away from zero.
    Up,
    /// `rounded down`: towards zero.
    Down,
    /// `rounded daily`: each period of an accrual is rounded by itself.
    Daily,
}

/// `events from log with time = "ts", type = "kind", agreement = "agreement", without id.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogMapping {
    /// Which of our names stands under which name in the log.
    pub names: Vec<Mapping>,
    /// Where `without id` is written: the log's events have none.
    pub without_id: Option<Span>,
    /// The whole line.
    pub span: Span,
}

/// `ours = "theirs"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The name in the policy.
    pub ours: Name,
    /// The key in the log.
    pub theirs: Text,
}

/// `events arrive at most 48 hours late.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lateness {
    /// The length of time.
    pub length: Expr,
    /// The whole line.
    pub span: Span,
}

/// `party client "Acme".`, `party client named client_name.` or `third party authority "Any regulator".`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Where `third party` is written: it may gain something, but does not sign.
    pub third: Option<Span>,
    /// The name by which sentences call it.
    pub name: Name,
    /// What it is called outside of the policy.
    pub title: Option<Title>,
    /// The whole line.
    pub span: Span,
}

/// What a party or a role is called outside of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Title {
    /// `"Acme"`
    Text(Text),
    /// `named client_name`: a parameter of the type `text`.
    Param(Name),
}

/// `role lead of agency "Amy".`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The role's name.
    pub name: Name,
    /// The party that it belongs to.
    pub of: Name,
    /// Who it is.
    pub title: Option<Title>,
    /// The whole line.
    pub span: Span,
}

/// `signed by agency on 2026-03-20, by client on 2026-04-07 with effect from 2026-04-01.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// One signature or more, in the order of the text.
    pub signatures: Vec<Signature>,
    /// The whole line.
    pub span: Span,
}

/// `by client on 2026-04-07 with effect from 2026-04-01`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The party that has signed.
    pub by: Name,
    /// When it has signed: a date, an instant, or the name of a value.
    pub on: Expr,
    /// From when on the signature counts, where that is said to be earlier.
    pub effect: Option<Expr>,
    /// From `by` to the last word.
    pub span: Span,
}

/// `removes 3.3, 4(b).`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removes {
    /// One or more: without a letter a clause with all that is in it, with one a sentence.
    pub what: Vec<DutyRef>,
    /// The whole line.
    pub span: Span,
}

/// `law of TR, interest at most 48% per year.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    /// The code of the country, or of its part.
    pub of: Name,
    /// The interest that it allows, in percent a year.
    pub ceiling: Option<Digits>,
    /// The whole line.
    pub span: Span,
}

/// `attached "Confidentiality agreement" in "nda.pdf" with hash "sha256:9f2c".`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// What it is called.
    pub title: Text,
    /// Which file it is.
    pub file: Text,
    /// The hash of the file, as written.
    pub hash: Option<Text>,
    /// The whole line.
    pub span: Span,
}

/// `let payment_time = 30 calendar days.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Let {
    /// The name.
    pub name: Name,
    /// What it stands for.
    pub value: LetValue,
    /// The whole line.
    pub span: Span,
}

/// What a `let` can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetValue {
    /// A quantity, a table, a text, a date.
    Expr(Expr),
    /// A list of words: `(email, portal)`.
    Words(Words),
    /// A window: `calendar month`.
    Window(Window),
}

/// `(email, portal)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The words.
    pub words: Vec<Name>,
    /// With the parentheses.
    pub span: Span,
}

/// `calendar business { open mon..fri 09:00..18:00. closed on holidays of TR. }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The name, which is also the kind of its days and hours.
    pub name: Name,
    /// The lines.
    pub lines: Vec<CalendarLine>,
    /// The whole declaration.
    pub span: Span,
}

/// A line of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarLine {
    /// What it says.
    pub kind: CalendarLineKind,
    /// With its full stop.
    pub span: Span,
}

/// What a line of a calendar can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarLineKind {
    /// `open always`
    Always,
    /// `same as business`
    SameAs(Name),
    /// `time zone Europe/Berlin`
    TimeZone(Name),
    /// `open mon..fri 09:00..12:00, 13:00..18:00`; `closed sat`
    Weekly {
        /// `open` or `closed`.
        open: bool,
        /// The days of the week.
        days: Vec<Weekdays>,
        /// The hours; none with `closed` is the whole day.
        hours: Vec<Hours>,
    },
    /// `open 2026-12-24 09:00..12:00`; `closed on 2026-01-01, 2026-04-23`
    Dated {
        /// `open` or `closed`.
        open: bool,
        /// The dates.
        dates: Vec<Spanned<String>>,
        /// The hours; none with `closed` is the whole date.
        hours: Vec<Hours>,
    },
    /// `closed on holidays of TR`
    Holidays(Name),
    /// `closed on holidays of "company.ics"`
    HolidayFile(HolidayFile),
    /// Could not be read.
    Broken,
}

/// A file of holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayFile {
    /// The file as written: a path from the folder of this file.
    pub file: Text,
    /// Its text; none where it is not known, or has not been looked for.
    pub source: Option<SourceId>,
}

/// A weekday or a range of them, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weekdays {
    /// The first day, from 0 for Monday.
    pub first: u8,
    /// The last day; equal to the first where it is one day.
    pub last: u8,
    /// As written.
    pub span: Span,
}

/// `09:00..18:00`, half open; the end may be `24:00`, or lie before the start and then on the next date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// Start as written.
    pub from: Spanned<String>,
    /// End as written.
    pub to: Spanned<String>,
}

/// `event payment.received { bill: id, amount: money } from log "paid" with bill = "doc"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The type's name.
    pub name: Path,
    /// Its fields.
    pub fields: Vec<Field>,
    /// The type's name in the log.
    pub log_type: Option<Text>,
    /// The fields' names in the log.
    pub names: Vec<Mapping>,
    /// The whole declaration.
    pub span: Span,
}

/// `amount: money`, `note?: text`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name.
    pub name: Name,
    /// Where the `?` stands: the field may be missing.
    pub optional: Option<Span>,
    /// The type.
    pub ty: Type,
}

/// `case request { lines }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The name.
    pub name: Name,
    /// The lines.
    pub lines: Vec<CaseLine>,
    /// The whole declaration.
    pub span: Span,
}

/// A line of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLine {
    /// What it says.
    pub kind: CaseLineKind,
    /// With its full stop.
    pub span: Span,
}

/// What a line of a case can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseLineKind {
    /// `known by request`
    KnownBy(Vec<Name>),
    /// `begins when request.made where rush`
    BeginsWhen(Vec<Trigger>),
    /// `begins at received`: opened by the event that has the field, running from the field's instant or date.
    BeginsAt(Name),
    /// `ends when delivered`
    EndsWhen(Vec<Trigger>),
    /// `deliver (delivered) when request.delivered, undone by request.returned`
    Act {
        /// The infinitive.
        verb: Name,
        /// The participle.
        done: Name,
        /// What does it.
        when: Vec<Trigger>,
        /// The event that takes it back.
        undone_by: Option<Path>,
    },
    /// `pauses from question.asked to question.answered`
    Pauses {
        /// What stops the clock.
        from: Trigger,
        /// What starts it again.
        to: Trigger,
    },
    /// `reopens when ticket.reopened within 7 calendar days, the clock goes on`
    Reopens {
        /// What opens it again.
        when: Trigger,
        /// For how long after it was closed.
        within: Expr,
        /// What becomes of its clock.
        way: Option<Spanned<Reopening>>,
    },
    /// `out of scope where service is not one of covered`
    OutOfScope(Cond),
    /// `further request.delivered are ignored`
    Ignores(Path),
    /// `forget after 12 months`
    Forget(Expr),
    /// `client owes agency amount`: the case is a debt.
    Owes {
        /// Who owes.
        debtor: Name,
        /// To whom.
        creditor: Name,
        /// The principal.
        amount: Expr,
    },
    /// `paid by payment.received and credits, settling principal then late_fee, oldest first, any rest as credit`
    PaidBy {
        /// The event that pays; its only money field is the amount.
        event: Path,
        /// `and credits`: what the creditor credits to the debtor pays, too.
        set_off: Option<Span>,
        /// What it settles, in this order; none is the default.
        settling: Vec<Name>,
        /// Which debts it settles.
        order: Option<Spanned<PaymentOrder>>,
        /// What becomes of the rest.
        rest: Option<Spanned<PaymentRest>>,
    },
    /// Could not be read.
    Broken,
}

/// What becomes of the clock of what is opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reopening {
    /// `the clock goes on`: it has stood still while it was closed.
    GoesOn,
    /// `closed time counts`: it has run on.
    ClosedTimeCounts,
    /// `the clock restarts`
    Restarts,
    /// `as a new case`: with verdicts of its own.
    NewCase,
}

/// Which debts an unaddressed payment settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentOrder {
    /// `oldest first`
    OldestFirst,
    /// `newest first`
    NewestFirst,
    /// `the named one only`
    NamedOnly,
}

/// What becomes of a payment's rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentRest {
    /// `any rest as credit`
    Credit,
    /// `any rest returned`
    Returned,
}

/// `request.made where rush`: an event or the participle of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// The event's type, or the participle.
    pub path: Path,
    /// The condition on it.
    pub filter: Option<Cond>,
    /// As written.
    pub span: Span,
}

/// `measure response per calendar month = share of …, no data counts as kept.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// The name.
    pub name: Name,
    /// The window; without one, the term.
    pub window: Option<Window>,
    /// The field for each value of which there is a figure of its own.
    pub each: Option<Name>,
    /// What is measured.
    pub value: Expr,
    /// The options after the commas.
    pub options: Vec<MeasureOption>,
    /// With its full stop.
    pub span: Span,
}

/// An option of a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureOption {
    /// What it says.
    pub kind: MeasureOptionKind,
    /// As written.
    pub span: Span,
}

/// What an option of a measure can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeasureOptionKind {
    /// `leaving out open ones`
    LeavingOutOpen,
    /// `counting open ones as kept` (true) or `as broken`
    CountingOpenAs(bool),
    /// `counted at its beginning`
    CountedAt(CountedAt),
    /// `leaving out maintenance`: takes these intervals out of the time that is measured.
    LeavingOut(Intervals),
    /// `counting unobserved as good` (true) or `as bad`
    Counting(Intervals, bool),
    /// `rounded down to 1 minute`: how, and to what.
    Rounded(Rounding, Expr),
    /// `needing at least 20`: with fewer members there is no data.
    Needing(Expr),
    /// `no data counts as kept` (true) or `as broken`
    NoDataAs(bool),
    /// `partial windows prorated`
    Partial(Partial),
    /// Could not be read.
    Broken,
}

/// Which instant of an item puts it into a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedAt {
    /// `its beginning`
    Beginning,
    /// `its end`
    End,
    /// `the deadline`
    Deadline,
    /// `the decision`
    Decision,
}

/// What happens to a window that the term cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partial {
    /// `partial windows prorated`: targets shrink with the days.
    Prorated,
    /// `partial windows in full`
    InFull,
    /// `partial windows left out`
    LeftOut,
}

/// A window of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Which window.
    pub kind: WindowKind,
    /// As written.
    pub span: Span,
}

/// The windows that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowKind {
    /// `calendar month`
    Calendar(Unit),
    /// `contract month`: anchored at the first date of the term.
    Contract(Unit),
    /// `the term`
    Term,
    /// `month from the 16th`
    From {
        /// Of what length.
        unit: Unit,
        /// The day of its first month; none where it cannot be read.
        day: Option<Ordinal>,
    },
    /// `rolling 12 months`, `rolling 30 calendar days`
    Rolling {
        /// How many, as written.
        count: Spanned<String>,
        /// `calendar` (false) or `contract`, where it is written.
        contract: Option<bool>,
        /// Of what.
        unit: Unit,
    },
    /// `hour`, `5 minutes`: so long by the clock.
    Clock {
        /// How many, as written; one where nothing is.
        count: Option<Spanned<String>>,
        /// Of what.
        unit: Unit,
    },
    /// A name given by `let`.
    Named(String),
    /// Could not be read.
    Broken,
}

/// `text tr "…"`, `public "…"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prose {
    /// Whether it is the short form for the public.
    pub public: bool,
    /// Two letters, where not the agreement's main language.
    pub language: Option<Name>,
    /// The text as written between the quotes, holes included.
    pub text: Text,
    /// The `{holes}` in it: the path and the word after `of`, if there is one.
    pub holes: Vec<Hole>,
    /// The whole line.
    pub span: Span,
}

/// `{reply_time}`, `{first_reply of urgent}`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// What is printed.
    pub path: Path,
    /// The row of a table.
    pub of: Option<Name>,
    /// With the braces.
    pub span: Span,
}

/// `clause 3.1 "Turnaround", surviving { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// `3.1`
    pub number: Spanned<String>,
    /// The title.
    pub title: Text,
    /// Where `surviving` is written.
    pub surviving: Option<Span>,
    /// The parts, in the order of the text.
    pub parts: Vec<ClausePart>,
    /// The whole clause.
    pub span: Span,
}

/// `allow no-consequence, unused because "…".`: findings that its author has seen, and wants to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// The names of lints.
    pub lints: Vec<Name>,
    /// Why.
    pub because: Text,
    /// The whole line.
    pub span: Span,
}

/// What stands in a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClausePart {
    /// Prose.
    Prose(Prose),
    /// A `let`.
    Let(Let),
    /// A measure.
    Measure(Measure),
    /// A case.
    Case(Case),
    /// A sentence.
    Sentence(Sentence),
    /// `allow …`
    Allow(Allow),
    /// Text that could not be read.
    Broken(Span),
}

/// `(a) agency must … otherwise … .`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The letter of `(a)`.
    pub label: Option<Name>,
    /// What it says.
    pub core: Core,
    /// What follows if it is not so.
    pub otherwise: Vec<Sentence>,
    /// Whether `otherwise` has braces.
    pub braces: bool,
    /// With its full stop.
    pub span: Span,
}

/// The kinds of sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Core {
    /// Somebody must or must not.
    Norm(Norm),
    /// Somebody owes or credits.
    Money(Money),
    /// What several sentences let through together.
    Joint(Joint),
    /// Somebody may end the agreement.
    Right(Right),
    /// Somebody may suspend what it has to do.
    Suspension(Suspension),
    /// Somebody is told.
    Tell(Tell),
    /// What somebody does not do in time counts as done.
    Deemed(Deemed),
}

/// Who is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A party or a role.
    Name(Name),
    /// `each party`
    EachParty(Span),
    /// `either party`: one or the other, each by itself.
    EitherParty(Span),
}

/// `agency must answer each inquiry within …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Norm {
    /// Who is bound.
    pub subject: Subject,
    /// `must`, or `must not`.
    pub must_not: bool,
    /// Where `must` or `must not` stands.
    pub modal_span: Span,
    /// What must or must not be done.
    pub act: Act,
    /// When, by when, under which condition.
    pub qualifiers: Vec<Qualifier>,
    /// The modifiers after the commas.
    pub modifiers: Vec<Modifier>,
}

/// What must or must not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// `keep response at least 95% and at most 99%`
    Keep {
        /// The measure.
        measure: Name,
        /// One relation or two.
        targets: Vec<Target>,
    },
    /// `answer each inquiry where …`
    Do {
        /// The infinitive.
        verb: Name,
        /// `each`, `any`, `a`.
        quantity: Spanned<Quantity>,
        /// The case.
        case: Name,
        /// Which of them.
        filter: Option<Cond>,
    },
}

/// `at least 95%`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The relation.
    pub relation: Spanned<Relation>,
    /// What is compared with.
    pub value: Expr,
}

/// The word before the case's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// `each`: of a case that has a beginning.
    Each,
    /// `any`: with `must not`.
    Any,
    /// `a`, `an`: the sentence begins it, once in each window.
    A,
}

/// How two things are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Relation {
    /// `at least`
    AtLeast,
    /// `at most`
    AtMost,
    /// `above`
    Above,
    /// `below`
    Below,
    /// `exactly`
    Exactly,
}

impl Relation {
    /// As it is written.
    ///
    /// ```
    /// use servanda_parser::ast::Relation;
    /// assert_eq!(Relation::AtLeast.words(), "at least");
    /// ```
    pub const fn words(self) -> &'static str {
        match self {
            Self::AtLeast => "at least",
            Self::AtMost => "at most",
            Self::Above => "above",
            Self::Below => "below",
            Self::Exactly => "exactly",
        }
    }

    /// The same bound from the other side; `exactly` has none.
    ///
    /// ```
    /// use servanda_parser::ast::Relation;
    /// assert_eq!(Relation::AtLeast.opposite(), Relation::AtMost);
    /// ```
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::AtLeast => Self::AtMost,
            Self::AtMost => Self::AtLeast,
            Self::Above => Self::Below,
            Self::Below => Self::Above,
            Self::Exactly => Self::Exactly,
        }
    }
}

/// A qualifier of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qualifier {
    /// What it says.
    pub kind: QualifierKind,
    /// As written.
    pub span: Span,
}

/// What a qualifier can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QualifierKind {
    /// `within 30 calendar days of bill.received`
    Within {
        /// How long.
        length: Expr,
        /// From when; without it, from the beginning.
        of: Option<Point>,
    },
    /// `every 4 hours`
    Every(Expr),
    /// `by the last business day of the period`
    By(Point),
    /// `from the deadline`
    From(Point),
    /// `until paid`
    Until(Point),
    /// `each calendar month`
    Each(Window),
    /// `for each request where rush`
    ForEach(Collection),
    /// `when 1 is broken 2 windows running`
    When(Running),
    /// `when this agreement has ended`
    AsSoonAs(Standing),
    /// `once sales is at least 50`
    Once {
        /// The measure.
        measure: Name,
        /// What it reaches.
        target: Target,
    },
    /// `during support`
    During(Name),
    /// `if fan_growth is at least 30%`
    If(Cond),
    /// `unless approved`
    Unless(Cond),
    /// `unless paid within 5 calendar days of the deadline`
    UnlessWithin {
        /// The participle.
        act: Path,
        /// How long after the deadline.
        length: Expr,
    },
}

/// A point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Which point.
    pub kind: PointKind,
    /// As written.
    pub span: Span,
}

/// The points that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PointKind {
    /// `the deadline`
    Deadline,
    /// `5 calendar days after the deadline`
    AfterDeadline(Box<Expr>),
    /// `its beginning`
    Beginning,
    /// `the end of the period`
    EndOfPeriod,
    /// `the last business day of the period`, `the end of the 5th business day of the period`
    DayOfPeriod {
        /// `last` or the number.
        ordinal: Ordinal,
        /// The word before `day`: `calendar` or a calendar's name.
        kind: Option<Name>,
        /// `the end of`: the end of the date, not its closing.
        end_of: bool,
    },
    /// `2026-02-04`, `2026-02-04 18:00`
    Instant(String),
    /// A field of the event, or a participle.
    Path(Path),
    /// Could not be read.
    Broken,
}

/// `last`, `5th`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ordinal {
    /// `first`, `1st`, `5th`
    Nth(u32),
    /// `last`
    Last,
}

/// A modifier after a comma.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modifier {
    /// What it says.
    pub kind: ModifierKind,
    /// As written.
    pub span: Span,
}

/// What a modifier can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModifierKind {
    /// `without consequence`
    WithoutConsequence,
    /// `ending at the next opening`
    EndingAtNextOpening,
    /// `at most 10% of monthly_fee per calendar month`
    AtMost {
        /// The limit.
        limit: Expr,
        /// Over what.
        scope: CapScope,
    },
    /// `at least 5 EUR`
    AtLeast(Expr),
    /// `nothing below 1 EUR`
    NothingBelow(Expr),
    /// `claimed by credit.claimed within 2 months of the end of the period`
    ClaimedBy {
        /// What claims it.
        by: Trigger,
        /// How long there is time.
        length: Expr,
        /// From when on; without it, from when the amount arises.
        of: Option<Point>,
    },
    /// `restored 50% when 1 is kept 2 windows running`
    Restored {
        /// How much of it.
        share: Expr,
        /// The duty.
        duty: DutyRef,
        /// In how many windows one behind the other.
        count: Digits,
    },
    /// `as sole remedy`
    SoleRemedy,
    /// `or the next business day`
    Roll {
        /// Which other day.
        to: Roll,
        /// The calendar.
        calendar: Name,
    },
    /// `late at the deadline`, and how else a length of time counts
    Counting(Counting),
    /// `extended by any delay under 6(b)`
    ExtendedBy(Vec<DutyRef>),
    /// `telling lead at 80% of the time`
    Telling {
        /// A party or a role.
        to: Name,
        /// The calendar in whose hours alone somebody is told.
        during: Option<Name>,
        /// The digits of the percentage.
        at: Digits,
    },
    /// `compounding`, `compounding each calendar month`
    Compounding(Option<Window>),
    /// `as late_fee`
    As(Name),
    /// `rounded daily`
    Rounded(Rounding),
    /// Could not be read.
    Broken,
}

/// A length of time with what can stand behind it, read alone: `30 calendar days, or the next office day`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeLimit {
    /// The length, or the name of one.
    pub length: Expr,
    /// Where it ends.
    pub modifiers: Vec<Modifier>,
    /// As written.
    pub span: Span,
}

/// How a length of time counts, where it is said otherwise than usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counting {
    /// `late at the deadline`: what is done at the moment of the deadline is late.
    LateAtDeadline,
    /// `ignoring pauses`
    IgnoringPauses,
    /// `counting pauses in elapsed time`: a pause moves the deadline by as long as it takes, closed hours too.
    PausesInElapsedTime,
    /// `counting the first day`: the date of the start is day 1.
    FirstDay,
    /// `landing at the same time of day`, as the start.
    SameTimeOfDay,
    /// `landing at the end of the date`, and not at its closing.
    EndOfDate,
    /// `rounded up to 1 minute`, `rounded down to 1 minute`: begun, or only completed minutes count.
    Rounded {
        /// Whether what has begun counts.
        up: bool,
        /// The unit that counts.
        to: Expr,
    },
}

/// Where a date goes that falls on a closed day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Roll {
    /// `or the next business day`
    Next,
    /// `or the previous business day`
    Previous,
    /// `or the next business day of the month`: the one before, where the next lies in another month.
    NextOfMonth,
}

/// Over what a cap counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CapScope {
    /// `in all`: over the whole agreement; of an accrual, over the one item.
    InAll(Span),
    /// `per calendar month`, or `per calendar month for each region`: also over the one group.
    Window(Window, Option<Name>),
    /// `for each bill`: over the one case; `for each region`: over the one group.
    Case(Name),
    /// Nothing written: each single entry.
    Each,
}

/// `agency credits client 5 EUR, at most 10 EUR per calendar month`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// Who pays.
    pub debtor: Name,
    /// `credits` (true) or `owes`.
    pub credits: bool,
    /// To whom.
    pub creditor: Name,
    /// How much.
    pub amount: Expr,
    /// When and for what.
    pub qualifiers: Vec<Qualifier>,
    /// The modifiers after the commas.
    pub modifiers: Vec<Modifier>,
}

/// `tell director`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tell {
    /// A party or a role.
    pub to: Name,
    /// The calendar in whose hours alone somebody is told: `tell director during office`.
    pub during: Option<Name>,
    /// When, where it stands by itself.
    pub when: Option<Ground>,
}

/// `agency may suspend 3.1 and 4 by work.suspended during any delay under 7(b), until work.resumed`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// Who may.
    pub holder: Subject,
    /// What is suspended.
    pub duties: Vec<DutyRef>,
    /// The event by which it is.
    pub by: Trigger,
    /// The duty of the other side that has to be late.
    pub during: DutyRef,
    /// The event by which it is given up; without it, it is over when nothing is late any more.
    pub until: Option<Trigger>,
    /// As written.
    pub span: Span,
}

/// `each draft counts as accepted by client at 5 business days after its beginning`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deemed {
    /// Of what, and when; never with an exception.
    pub about: About,
    /// The participle of what counts as done.
    pub done: Name,
    /// Whose silence it is.
    pub by: Name,
}

/// `client may end this agreement when 1 is broken 3 windows running`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// Who may, or has.
    pub holder: Subject,
    /// `has "title to all works"`: what its holder has; without it, the holder may end the agreement.
    pub title: Option<Text>,
    /// What it arises from; without it, the right is there from the beginning.
    pub ground: Option<Ground>,
    /// By what it is used.
    pub exercise: Option<Exercise>,
    /// As written.
    pub span: Span,
}

/// `with 1 month notice to the end of a calendar quarter by notice.given`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercise {
    /// How long the agreement goes on; without it, until the end of the date.
    pub notice: Option<Expr>,
    /// `to the end of a calendar quarter`: it goes on until then.
    pub to: Option<Window>,
    /// The event by which the right is used.
    pub by: Trigger,
    /// As written.
    pub span: Span,
}

/// When somebody is told, or a right arises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ground {
    /// At an instant of an item's life.
    About(About),
    /// When a duty has been broken in several windows.
    Running(Running),
    /// When something holds for the first time.
    Standing(Standing),
}

/// `when this agreement has ended and client owes agency nothing`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// All that has to hold.
    pub all: Vec<Holding>,
    /// As written.
    pub span: Span,
}

/// One of what has to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    /// `this agreement has ended`
    Ended(Span),
    /// `client owes agency nothing`
    OwesNothing {
        /// Who.
        debtor: Name,
        /// Whom.
        creditor: Name,
        /// As written.
        span: Span,
    },
}

/// `when 1 is broken 3 windows running`, `when 1 is broken in 2 of the last 6 windows`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The duty.
    pub duty: DutyRef,
    /// In how many.
    pub count: Digits,
    /// Of how many; without it, one behind the other.
    pub of: Option<Digits>,
    /// As written.
    pub span: Span,
}

/// `about each crisis where severity is high at 15 minutes after its beginning unless taken`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The case.
    pub case: Name,
    /// Which of them.
    pub filter: Option<Cond>,
    /// How long after its beginning.
    pub length: Expr,
    /// Not if this has been done by then.
    pub unless: Option<Cond>,
    /// As written.
    pub span: Span,
}

/// `provider credits consumer at most 12% of fee per calendar month under 4.1, 4.2 and 4.3`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joint {
    /// Who pays.
    pub debtor: Name,
    /// `credits` (true) or `owes`.
    pub credits: bool,
    /// To whom.
    pub creditor: Name,
    /// The limit.
    pub limit: Expr,
    /// Over what.
    pub scope: CapScope,
    /// Which clauses or sentences it limits.
    pub under: Vec<DutyRef>,
    /// As written.
    pub span: Span,
}

/// A number of things: cases, events or breaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// Of what.
    pub kind: CollectionKind,
    /// Which of them.
    pub filter: Option<Cond>,
    /// Only those that fall into a calendar's openings, or outside of them.
    pub during: Option<During>,
    /// As written.
    pub span: Span,
}

/// `during support`, `outside support`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct During {
    /// `outside`.
    pub outside: bool,
    /// The calendar.
    pub calendar: Name,
    /// With its word.
    pub span: Span,
}

/// Of what a collection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CollectionKind {
    /// A case's name or an event's type.
    Path(Path),
    /// `breach of 3(b)`
    BreachOf(DutyRef),
}

/// `7`, `7(b)`, `3.1(a)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyRef {
    /// The clause's number.
    pub clause: String,
    /// The letter.
    pub label: Option<String>,
    /// As written.
    pub span: Span,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cond {
    /// What it says.
    pub kind: CondKind,
    /// As written.
    pub span: Span,
}

/// What a condition can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CondKind {
    /// Two or more, joined by `and`.
    And(Vec<Cond>),
    /// Two or more, joined by `or`.
    Or(Vec<Cond>),
    /// `not approved`, `not (…)`
    Not(Box<Cond>),
    /// `( … )`
    Paren(Box<Cond>),
    /// `approved`, `rush`: a participle or a field of the type `yes or no`.
    Holds(Path),
    /// `1(a) is kept`, `8(a) is not broken`
    Verdict {
        /// Which duty.
        duty: DutyRef,
        /// `is not`.
        negated: bool,
        /// `kept` or `broken`.
        status: Spanned<Status>,
    },
    /// `channel is not one of (voicemail, chat)`, `priority is urgent`, `length is at least 5 minutes`
    Is {
        /// What is compared.
        left: Box<Expr>,
        /// `is not`.
        negated: bool,
        /// With what.
        test: Box<Test>,
    },
    /// Could not be read.
    Broken,
}

/// What a verdict can be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// `kept`
    Kept,
    /// `broken`
    Broken,
    /// `pending`
    Pending,
}

/// The right side of `is`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// `one of (a, b)`
    OneOf(Words),
    /// `one of channels`: a list named by `let`.
    OneOfNamed(Name),
    /// `at least 5`
    Relation(Target),
    /// Anything else: equal to it.
    Equals(Expr),
}

/// A quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// As written.
    pub span: Span,
}

/// What a quantity can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// `100`, `99.95`
    Number(String),
    /// `1%`: the digits without the sign.
    Percent(String),
    /// `8 percentage points`
    Points(String),
    /// `1500 EUR`
    Money {
        /// The digits.
        amount: Digits,
        /// The code.
        currency: Name,
    },
    /// `15 support minutes`, `30 calendar days`, `72 hours`
    Length {
        /// The digits.
        amount: Digits,
        /// `calendar`, `elapsed` or a calendar's name.
        kind: Option<Name>,
        /// The unit.
        unit: Spanned<Unit>,
    },
    /// `2026-01-05` or `2026-01-05 10:00+03:00`
    Instant(String),
    /// `"…"`
    Text(String),
    /// `yes` or `no`
    YesNo(bool),
    /// A name or a path.
    Path(Path),
    /// `the day`: the key of a table.
    Day,
    /// `any rest of bill`: what payments of the case have left as credit.
    AnyRest(Name),
    /// `( … )`
    Paren(Box<Expr>),
    /// `a + b`
    Binary {
        /// Which operation.
        op: Spanned<BinaryOp>,
        /// The left side.
        left: Box<Expr>,
        /// The right side.
        right: Box<Expr>,
    },
    /// `10% of monthly_fee`, `hour_rate of overtime`
    Of {
        /// The share or the rate.
        left: Box<Expr>,
        /// What it is applied to.
        right: Box<Expr>,
    },
    /// `60 EUR per hour`, `1% of bill.amount per calendar day begun`
    Per {
        /// How much.
        amount: Box<Expr>,
        /// `calendar`, `elapsed` or a calendar's name.
        kind: Option<Name>,
        /// Per which unit.
        unit: Spanned<Unit>,
        /// `begun` or `completed`.
        counted: Option<Spanned<Counted>>,
        /// `by actual/365`: how the days of a year are counted, as written.
        by: Option<Spanned<String>>,
    },
    /// `depending on availability { from 99.9%: 0%, below 99.9%: 10% }`
    Table {
        /// `in bands of`: each row for the part of the key that lies in it.
        bands: bool,
        /// The key.
        on: Box<Expr>,
        /// The rows.
        rows: Vec<Row>,
    },
    /// `business days to delivered`
    Elapsed {
        /// `calendar`, `elapsed` or a calendar's name.
        kind: Name,
        /// In which unit.
        unit: Spanned<Unit>,
        /// Until what has been done.
        to: Path,
    },
    /// `misses running of 1`
    Misses(DutyRef),
    /// `share of …`, `count of …`
    Aggregate(Box<Aggregate>),
    /// Could not be read.
    Broken,
}

/// The four operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// Which periods a rate counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// `begun`
    Begun,
    /// `completed`
    Completed,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// When it applies.
    pub key: RowKey,
    /// What it gives.
    pub value: Expr,
    /// As written.
    pub span: Span,
}

/// When a row of a table applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowKey {
    /// `otherwise`
    Otherwise(Span),
    /// `urgent or high`
    Words(Vec<Name>),
    /// `from 95% to below 99%`, `below 95%`, `exactly 3`
    Range(Range),
}

/// A range of a table's key; a missing bound is open without end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The lower bound.
    pub lower: Option<Bound>,
    /// The upper bound.
    pub upper: Option<Bound>,
    /// As written.
    pub span: Span,
}

/// A bound of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The value.
    pub value: Expr,
    /// Whether the bound itself belongs to the range (`from`, `to`, `at most`; not `above`, `below`).
    pub inclusive: bool,
}

/// A figure over many things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aggregate {
    /// `count of post where kind is video`
    Count(Collection),
    /// `count of distinct city over request`
    Distinct {
        /// Of what.
        of: Expr,
        /// Over what.
        over: Collection,
    },
    /// `sum of spent over work.logged`
    Fold {
        /// Which fold.
        op: Spanned<FoldOp>,
        /// Of what.
        of: Expr,
        /// Over what.
        over: Collection,
    },
    /// `share of inquiry in which 1(a) is kept`
    Share {
        /// Of what.
        of: Collection,
        /// Those that count.
        which: Cond,
    },
    /// `share of time not in outage during support`
    TimeShare {
        /// `not in`.
        negated: bool,
        /// In what.
        intervals: Intervals,
        /// How much of the time of an item counts: a table.
        weighted: Option<Expr>,
        /// Only while a calendar is open.
        during: Option<Name>,
    },
    /// `time in outage`
    TimeIn {
        /// `not in`.
        negated: bool,
        /// In what.
        intervals: Intervals,
        /// How much of the time of an item counts: a table.
        weighted: Option<Expr>,
        /// Only while a calendar is open.
        during: Option<Name>,
    },
    /// `growth of a over b`
    Growth {
        /// The later figure.
        of: Expr,
        /// The earlier figure.
        over: Expr,
    },
    /// `least of (a, b)`
    Least(Vec<Expr>),
    /// `previous carried_over or 0 hours`
    Previous {
        /// The measure.
        measure: Name,
        /// In the first window.
        or: Expr,
    },
    /// `excess of a over b`: what `a` is above `b`, or nothing.
    Excess {
        /// The greater.
        of: Expr,
        /// The smaller.
        over: Expr,
    },
}

/// A fold over many things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoldOp {
    /// `sum of`
    Sum,
    /// `average of`
    Average,
    /// `highest of`
    Highest,
    /// `lowest of`
    Lowest,
    /// `first of`
    First,
    /// `latest of`
    Latest,
    /// `percentile 95 of`, `linear percentile 95 of`
    Percentile {
        /// How many of a hundred, as written.
        rank: Spanned<String>,
        /// Whether what lies between two values is interpolated.
        linear: bool,
    },
}

/// Stretches of time, made of cases that have a beginning and an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervals {
    /// Which.
    pub kind: IntervalsKind,
    /// As written.
    pub span: Span,
}

/// How stretches of time are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntervalsKind {
    /// `outage where …`
    Case {
        /// The case.
        case: Name,
        /// Which of them.
        filter: Option<Cond>,
    },
    /// `a and b`: where both are.
    Both(Vec<Intervals>),
    /// `a or b`: where one is.
    Any(Vec<Intervals>),
    /// `a but not b`
    ButNot(Box<Intervals>, Box<Intervals>),
    /// `( … )`
    Paren(Box<Intervals>),
}

/// `scenario "…" of "…" { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The title.
    pub title: Text,
    /// The title of the agreement or of one of its annexes, whose values then hold.
    pub of: Option<Text>,
    /// The steps.
    pub steps: Vec<Step>,
    /// The whole scenario.
    pub span: Span,
}

/// A step of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// `let monthly_fee = 1500 EUR.`: gives a parameter.
    Let(Let),
    /// `2026-01-05 10:00 bill.received { bill: "I-1", amount: 1000 EUR }`
    Happens(Happens),
    /// `as of 2026-03-01 known on 2026-03-05.`
    AsOf {
        /// When.
        at: Spanned<String>,
        /// `known on …`: only what was recorded before this counts.
        known_on: Option<Spanned<String>>,
        /// The whole step.
        span: Span,
    },
    /// `expect …`
    Expect(Expect),
    /// Text that could not be read.
    Broken(Span),
}

/// An event in a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happens {
    /// When.
    pub at: When,
    /// Its type.
    pub event: Path,
    /// `as "e-1"`: its id; without one it has none.
    pub id: Option<Text>,
    /// `12 times, 1 calendar day apart`; without it, once.
    pub times: Option<Times>,
    /// `recorded 2026-03-09`: when it became known; without it, when it happened.
    pub recorded: Option<Spanned<String>>,
    /// Its fields.
    pub fields: Vec<FieldValue>,
    /// Whether braces were written.
    pub braces: bool,
    /// The whole step.
    pub span: Span,
}

/// When an event of a scenario happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// `2026-01-05 10:00`: in the agreement's zone unless it has an offset.
    At(Spanned<String>),
    /// `15 minutes later`: after the event above.
    Later(Expr),
}

impl When {
    /// Where it is written.
    pub const fn span(&self) -> Span {
        match self {
            When::At(text) => text.span,
            When::Later(length) => length.span,
        }
    }
}

/// `12 times, 1 calendar day apart`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// How often.
    pub count: Digits,
    /// How long after one the next one happens; without it, all happen at once.
    pub apart: Option<Expr>,
    /// As written.
    pub span: Span,
}

/// `amount: 1000 EUR`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldValue {
    /// The field.
    pub name: Name,
    /// Its value.
    pub value: Expr,
}

/// `expect client has broken 7(b) for bill "I-1".`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expect {
    /// What is expected.
    pub kind: ExpectKind,
    /// Of which case or window.
    pub scope: Option<ExpectScope>,
    /// The whole step.
    pub span: Span,
}

/// What can be expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectKind {
    /// `agency has kept 3.1(a)`, `agency is pending under 3.1(a)`
    Verdict {
        /// Who.
        party: Name,
        /// The verdict.
        verdict: Spanned<ExpectVerdict>,
        /// Of which duty.
        duty: DutyRef,
    },
    /// `client owes agency 100.00 EUR under 7(b)`, `client owes agency nothing`
    Owes {
        /// Who owes.
        debtor: Name,
        /// `credits` (true) or `owes`, as written; both mean the same here.
        credits: bool,
        /// To whom.
        creditor: Name,
        /// How much; `nothing` is none.
        amount: Option<Expr>,
        /// Under which clause or sentence.
        under: Option<DutyRef>,
        /// `capped by 5 EUR`: what the caps took.
        capped_by: Option<Expr>,
    },
    /// `tell director at 2026-01-05 10:00`
    Tell {
        /// Who is told.
        to: Name,
        /// When.
        at: Option<Spanned<String>>,
    },
    /// `client may end this agreement at 2026-04-01`, `client may not end this agreement`
    May {
        /// Who; for `either party`, each of them.
        holder: Subject,
        /// `may not`
        not: bool,
        /// From when.
        at: Option<Spanned<String>>,
    },
    /// `client has "title to all works" at 2026-04-01`, `client has no "title to all works"`
    Has {
        /// Who.
        holder: Name,
        /// `has no`
        no: bool,
        /// What.
        title: Text,
        /// From when.
        at: Option<Spanned<String>>,
    },
    /// `this agreement ends at 2026-02-28`
    Ends {
        /// When.
        at: Spanned<String>,
    },
    /// `this agreement goes on`: nobody has ended it.
    GoesOn,
    /// `client may claim 10.00 EUR under 3(a)`, `client may claim nothing`
    MayClaim {
        /// Who.
        holder: Name,
        /// How much in all; `nothing` is none.
        amount: Option<Expr>,
        /// Under which clause or sentence.
        under: Option<DutyRef>,
    },
    /// `no tell director`
    NoTell {
        /// Who is not told.
        to: Name,
        /// When; without it, at no time.
        at: Option<Spanned<String>>,
    },
    /// `deadline of 7(b) is 2026-02-04 24:00`
    Deadline {
        /// Of which duty.
        duty: DutyRef,
        /// When.
        at: Spanned<String>,
    },
    /// `no clock under 3.1(a)`
    NoClock {
        /// Which duty.
        duty: DutyRef,
    },
    /// `availability is 99.9%`, `leads is 3, provisional`, `response is no data`
    Measure {
        /// Which measure.
        measure: Name,
        /// Its value; none is `no data`.
        value: Option<Expr>,
        /// `above 99.9%`: instead of the exact value.
        relation: Option<Spanned<Relation>>,
        /// Whether it is expected to be provisional.
        provisional: bool,
    },
    /// `problem "nothing-to-move"`: by name or number of the code.
    Problem(Text),
    /// `no problem`
    NoProblem,
    /// `2 duplicates`, `1 out of scope`, `3 ignored`, `0 problems`
    Count {
        /// How many.
        count: Digits,
        /// Of what.
        what: Spanned<InputCount>,
    },
    /// Could not be read.
    Broken,
}

/// A verdict as written in an expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectVerdict {
    /// `has kept`
    Kept,
    /// `has broken`
    Broken,
    /// `is pending under`
    Pending,
    /// `is excused under`
    Excused,
    /// `is not applicable under`
    NotApplicable,
    /// `is indeterminate under`
    Indeterminate,
}

/// What is counted of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputCount {
    /// `lines`
    Lines,
    /// `evaluated`
    Evaluated,
    /// `duplicates`
    Duplicates,
    /// `ignored`
    Ignored,
    /// `out of scope`
    OutOfScope,
    /// `problems`
    Problems,
}

/// `for bill "I-1"`, `for 2026-03`, `for "2026-W10"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectScope {
    /// A case by its key, or a group by its value.
    Case {
        /// The case, or the field.
        case: Name,
        /// Its key.
        key: Text,
        /// `in 2026-03`: of a group, the window.
        window: Option<Text>,
        /// As written.
        span: Span,
    },
    /// A window by its label.
    Window(Text),
}
