//! A policy over the events of its instances: lines in, outcomes out.

mod annexes;
mod archive;
mod books;
mod bytes;
mod docket;
mod told;
mod why;

use crate::Compiled;
use archive::Archive;
use bytes::{Bytes, Hashed};
use docket::Docket;
use servanda_diagnostics::Code;
use servanda_evaluator::{Evaluator, Misuse, Outcome, Retraction};
use servanda_events::{
    Fact, InputCounts, InstanceProblem, Instances, Line, LineKind, Parameters, Place, Problem, Reader,
    Schema, Undeclared, read_instances,
};
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::Policy;
use servanda_policy::time::{Instant, Zone};
use servanda_policy::{BindProblem, Binder};
use servanda_report::Decided;
use std::io::{self, Read};
use std::sync::Arc;

pub use why::Answer;

/// How many problems with lines of no instance are kept; further ones are only counted.
const LOOSE_PROBLEMS_MAX: usize = 100;

/// A policy with its instances, reading events and telling outcomes.
///
/// Events may come in any order, but a retraction of a decision comes with what is read with the decision or later.
/// An outcome as of an instant is that of the events read so far.
#[derive(Debug)]
pub struct Run {
    pub(crate) reader: Reader,
    pub(crate) desk: Desk,
    known_on: Option<Instant>,
    bytes: Bytes,
    compiled: Compiled,
}

/// Where lines go, apart from the reader that reads them.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) evaluator: Evaluator,
    pub(crate) agreements: Vec<Arc<Agreement>>,
    /// How many of them have the name that events call them by.
    named: usize,
    /// The instant of the latest event of each instance.
    pub(crate) latest: Vec<Option<Instant>>,
    /// What every instance is like that the log alone names.
    pub(crate) template: Option<Agreement>,
    pub(crate) docket: Docket,
    /// The lines themselves, where they are kept.
    archive: Option<Archive>,
    pub(crate) loose: Loose,
    unknown: u64,
}

/// Lines that belong to no instance.
#[derive(Debug, Clone, Default)]
pub struct Loose {
    /// How many, and what they are.
    pub counts: InputCounts,
    /// What is wrong with the first of them.
    pub problems: Vec<Problem>,
}

/// Why a policy cannot be run over instances.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The policy takes parameters without a default, and no instance gives them.
    #[error("the policy takes {}, and no instance gives them", names(.0))]
    Parameters(Vec<String>),
    /// Something is wrong with every instance that is given.
    #[error("{}", problems(.0))]
    Instances(Vec<InstanceProblem>),
    /// The parameters do not make an agreement.
    #[error("{}", bind_problems(.0))]
    Bind(Vec<BindProblem>),
}

fn names(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn bind_problems(problems: &[BindProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn problems(problems: &[InstanceProblem]) -> String {
    match problems {
        [] => "there is no instance".to_owned(),
        [first, ..] => first.problem.message.clone(),
    }
}

/// What is wrong with an instance that could be read.
fn instance_problem(name: &str, line: u32, wrong: &BindProblem) -> InstanceProblem {
    let code = match wrong {
        BindProblem::Missing(_) => Code::MissingParameter,
        BindProblem::Bound { .. } => Code::ParameterOutside,
        _ => Code::BadParameter,
    };
    let problem = Problem {
        code,
        message: wrong.to_string(),
        place: Place { line, column: 1 },
        at: None,
        event: None,
        wanted_by: None,
    };
    InstanceProblem { instance: Some(name.into()), parameter: None, problem }
}

/// The agreement that a line of a file of instances makes of a policy; none where it makes none.
pub(crate) fn agreement_of(policy: &Policy, line: &str) -> Option<Agreement> {
    annexes::completed(policy, line).ok()
}

impl Run {
    /// A run in which the log names the instances: each has the policy's defaults, and events without a name belong
    /// to the one with the policy's title. A policy with annexes has its instances in them.
    ///
    /// # Errors
    /// When the policy takes parameters that have no default, or when no annex makes an agreement.
    pub fn of_log(compiled: &Compiled) -> Result<Self, RunError> {
        let policy = compiled.policy();
        if !policy.annexes.is_empty() {
            return match Self::of_instances(compiled, b"")? {
                (run, problems) if problems.is_empty() => Ok(run),
                (_, problems) => Err(RunError::Instances(problems)),
            };
        }
        let missing: Vec<String> = policy
            .params
            .values()
            .filter(|param| param.default.is_none())
            .map(|param| param.name.clone())
            .collect();
        if !missing.is_empty() {
            return Err(RunError::Parameters(missing));
        }
        let template = Binder::new(policy).bind(&policy.title, Vec::new()).map_err(RunError::Bind)?;
        let instances = Instances::discovered(&policy.title, template.currency);
        Ok(Self::new(compiled, instances, Vec::new(), Some(template)))
    }

    /// A run over the annexes of the policy and the instances of a file, one JSON object a line, and what is wrong with
    /// the file. Instances with something wrong are left out.
    ///
    /// # Errors
    /// When no instance is sound.
    pub fn of_instances(compiled: &Compiled, file: &[u8]) -> Result<(Self, Vec<InstanceProblem>), RunError> {
        let policy = compiled.policy();
        let (given, mut problems) = match file {
            // A policy with annexes needs no file.
            [] if !policy.annexes.is_empty() => (Vec::new(), Vec::new()),
            file => read_instances(file, &Parameters::new(policy)),
        };
        let mut binder = Binder::new(policy);
        let mut agreements = Vec::new();
        let (annexed, of_annexes) = annexes::bind(policy, &mut binder);
        agreements.extend(annexed);
        problems.extend(of_annexes);
        for given in given.into_iter().filter(|given| given.sound) {
            if policy.annexes.iter().any(|annex| annex.name == given.name) {
                problems.push(annexes::named_already(&given));
                continue;
            }
            match binder.bind(&given.name, given.values) {
                Ok(agreement) => agreements.push(Arc::new(agreement)),
                Err(wrong) => {
                    problems
                        .extend(wrong.iter().map(|wrong| instance_problem(&given.name, given.line, wrong)));
                }
            }
        }
        if agreements.is_empty() {
            return Err(RunError::Instances(problems));
        }
        let names = agreements.iter().map(|agreement| (agreement.name.as_str(), agreement.currency));
        let instances = Instances::given(names.collect::<Vec<_>>());
        let bytes = Bytes::of_instances(&annexes::with_file(policy, file));
        let run = Self { bytes, ..Self::new(compiled, instances, agreements, None) };
        Ok((run, problems))
    }

    /// A run over one instance, given as a line of a file of instances; what it does not give, the annex of its name
    /// does.
    ///
    /// # Errors
    /// When anything is wrong with it.
    pub fn of_instance(compiled: &Compiled, line: &str) -> Result<Self, RunError> {
        let policy = compiled.policy();
        let agreement = annexes::completed(policy, line).map_err(RunError::Instances)?;
        let instances = Instances::given([(agreement.name.as_str(), agreement.currency)]);
        let bytes = Bytes::of_instances(line.as_bytes());
        Ok(Self { bytes, ..Self::new(compiled, instances, vec![Arc::new(agreement)], None) })
    }

    fn new(
        compiled: &Compiled,
        instances: Instances,
        agreements: Vec<Arc<Agreement>>,
        template: Option<Agreement>,
    ) -> Self {
        let policy = Arc::clone(compiled.policy());
        let reader = Reader::new(Arc::new(Schema::new(&policy)), instances);
        let desk = Desk {
            evaluator: Evaluator::new(policy, agreements.clone()),
            latest: vec![None; agreements.len()],
            agreements,
            named: 0,
            template,
            docket: Docket::default(),
            archive: None,
            loose: Loose::default(),
            unknown: 0,
        };
        Self { reader, desk, known_on: None, bytes: Bytes::default(), compiled: compiled.clone() }
    }

    /// The same run over what was known on an instant, which is exclusive: lines that were recorded then or later
    /// count as ignored. To be said before anything is read; what is pushed counts as known.
    ///
    /// It is the one thing that leaves a retraction out, so that the outcome is the one that was told then.
    #[must_use]
    pub fn known_on(self, instant: Instant) -> Self {
        Self { reader: self.reader.known_on(instant), known_on: Some(instant), ..self }
    }

    /// The same run, which keeps its lines and looks for when they became known, so that [`Run::statement`] knows
    /// what periods were closed with. To be said before anything is read; what is pushed counts as known when it happened.
    ///
    /// It holds the whole log in memory and evaluates one instance at a time when it is asked.
    #[must_use]
    pub fn keeping(self) -> Self {
        let blank = Evaluator::new(Arc::clone(self.compiled.policy()), Vec::new());
        let reader = match self.known_on {
            Some(_) => self.reader,
            None => self.reader.telling_recorded(),
        };
        let archive = Archive::new(blank, self.desk.template.is_some());
        Self { reader, desk: Desk { archive: Some(archive), ..self.desk }, ..self }
    }

    /// The same run, whose statements bear the hashes of the log and of the instances' file, so that others can tell
    /// whether they have the same. To be said before anything is read; what is pushed is in no hash. The statement of
    /// a closed period has none: it stays as it was when the log goes on.
    #[must_use]
    pub fn hashing(self) -> Self {
        Self { bytes: self.bytes.hashing(), ..self }
    }

    /// The zone of all instances; none where they differ.
    pub fn zone(&self) -> Option<&Zone> {
        let agreements = self.desk.agreements.iter().map(AsRef::as_ref).chain(&self.desk.template);
        let mut zones = agreements.map(|agreement| &agreement.zone);
        let first = zones.next()?;
        zones.all(|zone| zone.name() == first.name()).then_some(first)
    }

    /// Reads events, one JSON object a line.
    pub fn read(&mut self, lines: &[u8]) {
        let Self { reader, desk, bytes, .. } = self;
        bytes.add(lines);
        reader.read(lines, |line| desk.take(line));
        desk.release();
        self.name_agreements();
    }

    /// Reads events, one JSON object a line, piece by piece.
    ///
    /// # Errors
    /// When the input cannot be read; what was read before counts.
    pub fn read_from(&mut self, input: &mut impl Read) -> io::Result<()> {
        let Self { reader, desk, bytes, .. } = self;
        let result = reader.read_from(&mut Hashed { input, bytes }, |line| desk.take(line));
        desk.release();
        self.name_agreements();
        result
    }

    /// An event has happened, built in memory.
    ///
    /// # Errors
    /// When there is no such instance.
    pub fn push(&mut self, instance: u32, fact: Fact) -> Result<(), Misuse> {
        self.desk.saw(instance, fact.at);
        if let (Some(archive), Some(_)) =
            (&mut self.desk.archive, self.desk.agreements.get(instance as usize))
        {
            archive.push(instance, fact);
            return Ok(());
        }
        self.desk.evaluator.push(instance, fact)
    }

    /// Instances that the log has named get their names once the reader is free to tell them.
    pub(crate) fn name_agreements(&mut self) {
        let Self { reader, desk, .. } = self;
        if desk.named == desk.agreements.len() {
            return;
        }
        for (number, agreement) in (0..).zip(&mut desk.agreements).skip(desk.named) {
            if let Some(name) = reader.instances().name(number).filter(|name| *name != agreement.name) {
                Arc::make_mut(agreement).name = name.to_owned();
                // The evaluator has as many instances.
                let _ = desk.evaluator.rename(number, name);
            }
        }
        desk.named = desk.agreements.len();
    }

    /// What it is asked to be as known on, exclusive.
    pub const fn is_known_on(&self) -> Option<Instant> {
        self.known_on
    }

    /// The instances, by their number.
    pub fn agreements(&self) -> &[Arc<Agreement>] {
        &self.desk.agreements
    }

    /// The instance of this number.
    pub fn agreement(&self, instance: u32) -> Option<&Arc<Agreement>> {
        self.desk.agreements.get(instance as usize)
    }

    /// The instant of the latest event of an instance.
    pub fn latest(&self, instance: u32) -> Option<Instant> {
        self.desk.latest.get(instance as usize).copied().flatten()
    }

    /// Lines that belong to no instance. Where there is one instance alone they are told in its outcome instead.
    pub const fn loose(&self) -> &Loose {
        &self.desk.loose
    }

    /// Whether the log names the instances, in whatever order it does.
    pub const fn names_come_from_the_log(&self) -> bool {
        self.desk.template.is_some()
    }

    /// How many lines are of a type that the policy does not declare, or of an agreement that is not given.
    pub const fn unknown_lines(&self) -> u64 {
        self.desk.unknown
    }

    /// The types of the lines that are of a type which the policy does not declare.
    pub const fn undeclared(&self) -> &Undeclared {
        self.reader.undeclared()
    }

    /// To be called when there is nothing more to read: a log that names no agreement is that of the one with the
    /// policy's title, and where there is one instance alone, lines that name none are its lines.
    pub fn close(&mut self) {
        if self.desk.agreements.is_empty()
            && let Some(template) = self.desk.template.clone()
        {
            self.desk.add(template);
        }
        if self.desk.agreements.len() == 1 {
            let loose = std::mem::take(&mut self.desk.loose);
            if let Some(archive) = &mut self.desk.archive {
                return archive.keep_loose(loose);
            }
            // There is an instance of number 0.
            let _ = self.desk.evaluator.note(0, loose.problems, &loose.counts);
        }
    }

    /// The outcome of an instance as of an instant, which is exclusive, with the decisions of its parties: of the
    /// verdicts; how its entries stand is told by [`Run::decided`].
    ///
    /// # Errors
    /// When there is no such instance.
    pub fn outcome(&self, instance: u32, as_of: Instant) -> Result<Outcome, Misuse> {
        self.decided(instance, as_of).map(|decided| decided.outcome)
    }

    /// The outcome of an instance as of an instant, which is exclusive, with what its parties have decided about it.
    ///
    /// # Errors
    /// When there is no such instance.
    pub fn decided(&self, instance: u32, as_of: Instant) -> Result<Decided, Misuse> {
        match (&self.desk.archive, self.agreement(instance)) {
            (Some(archive), Some(agreement)) => archive.decided((instance, agreement), as_of, None),
            _ => self.desk.decided(instance, as_of),
        }
    }
}

impl Desk {
    /// Adds an instance.
    pub(crate) fn add(&mut self, agreement: Agreement) {
        let agreement = Arc::new(agreement);
        self.evaluator.add(Arc::clone(&agreement));
        self.agreements.push(agreement);
        self.latest.push(None);
    }

    /// Makes sure that an instance is there which the reader has found in the log.
    fn meet(&mut self, instance: u32) {
        while self.agreements.len() <= instance as usize
            && let Some(template) = self.template.clone()
        {
            self.add(template);
        }
    }

    fn saw(&mut self, instance: u32, at: Instant) {
        if let Some(latest) = self.latest.get_mut(instance as usize) {
            *latest = (*latest).max(Some(at));
        }
    }

    /// A line goes to its instance, or to the loose ones.
    pub(crate) fn take(&mut self, line: Line) {
        let one = InputCounts { lines: 1, ..InputCounts::default() };
        self.unknown += u64::from(matches!(line.kind, LineKind::Ignored | LineKind::OutOfScope));
        if let Some(archive) = &mut self.archive {
            match line.kind.instance() {
                Some(instance) => return self.keep(instance, line),
                None => archive.keep_of_none(&line),
            }
        }
        match line.kind {
            LineKind::Admitted { instance, fact } => {
                self.meet(instance);
                self.saw(instance, fact.at);
                if !line.problems.is_empty() {
                    self.note(Some(instance), line.problems, &InputCounts::default());
                }
                // The reader numbers only instances that it was given, or that were just met.
                let _ = self.evaluator.push(instance, fact);
            }
            LineKind::Retraction { instance, id, at } => {
                self.meet(instance);
                self.note(Some(instance), line.problems, &InputCounts::default());
                self.docket.hold(instance, Retraction { id, at, line: line.number });
            }
            LineKind::Decision { instance, decision } => {
                self.meet(instance);
                self.saw(instance, decision.at);
                self.note(Some(instance), line.problems, &InputCounts::default());
                // The reader numbers only instances that it was given, or that were just met.
                let _ = self.evaluator.decide(instance, *decision);
            }
            LineKind::NotKnown => self.note(None, Vec::new(), &InputCounts { ignored: 1, ..one }),
            LineKind::Ignored => self.note(None, line.problems, &InputCounts { ignored: 1, ..one }),
            LineKind::OutOfScope => self.note(None, line.problems, &InputCounts { out_of_scope: 1, ..one }),
            LineKind::NotAdmitted { instance, .. } => {
                if let Some(instance) = instance {
                    self.meet(instance);
                }
                self.note(instance, line.problems, &InputCounts { problems: 1, ..one });
            }
            LineKind::Blank => {}
        }
    }

    /// A line goes into the archive.
    fn keep(&mut self, instance: u32, line: Line) {
        self.meet(instance);
        match &line.kind {
            LineKind::Admitted { fact, .. } => self.saw(instance, fact.at),
            LineKind::Decision { decision, .. } => self.saw(instance, decision.at),
            _ => {}
        }
        if let Some(archive) = &mut self.archive {
            archive.keep(instance, line);
        }
    }

    /// Retractions that take no decision back take back other events.
    pub(crate) fn release(&mut self) {
        self.docket.release(&mut self.evaluator);
    }

    fn note(&mut self, instance: Option<u32>, problems: Vec<Problem>, counts: &InputCounts) {
        match instance {
            Some(instance) => {
                let _ = self.evaluator.note(instance, problems, counts);
            }
            None => {
                self.loose.counts.add(counts);
                let room = LOOSE_PROBLEMS_MAX.saturating_sub(self.loose.problems.len());
                self.loose.problems.extend(problems.into_iter().take(room));
            }
        }
    }
}
