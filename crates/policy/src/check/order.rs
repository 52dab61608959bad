//! In which order measures and the duties to keep them are computed, and whether there is one.

use crate::arena::Id;
use crate::check::draft::Draft;
use crate::diagnostics;
use crate::policy::{DutyId, Form, Step};
use servanda_diagnostics::Span;
use servanda_parser::ast::QualifierKind;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What is computed at the end of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::check) enum Node {
    /// A measure, by its place in the text.
    Measure(usize),
    /// A duty.
    Duty(DutyId),
}

/// A reference to what must be computed before.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) struct Reference {
    pub(in crate::check) from: Node,
    pub(in crate::check) to: Node,
    /// Where it is written.
    pub(in crate::check) span: Span,
}

impl Draft<'_> {
    /// The order of measures and kept duties; nothing where they go in a circle, of which a finding tells.
    pub(in crate::check) fn order_steps(&mut self) -> Option<Vec<Step>> {
        let mut edges: BTreeMap<Node, Vec<(Node, Span)>> = BTreeMap::new();
        for reference in self.references.iter().chain(&self.causes()) {
            edges.entry(reference.from).or_default().push((reference.to, reference.span));
        }
        if let Some(cycle) = shortest_cycle(&edges) {
            let labels: Vec<(Span, String)> = cycle
                .iter()
                .map(|(from, to, span)| {
                    (*span, format!("{} needs {}", self.node_word(*from), self.node_word(*to)))
                })
                .collect();
            return self.fail(diagnostics::circular(&labels));
        }
        // A duty that only sees to it has no name, so that a circle is told without it; it is judged all the same before what
        // counts the breaches of the duty that arises.
        for (from, to) in self.raised() {
            edges.entry(from).or_default().push((to, Span::default()));
        }
        let mut steps = Vec::new();
        let mut done = BTreeSet::new();
        let measures = (0..self.measure_seeds.len()).map(Node::Measure);
        let duties = (0..self.duties.len()).map(|at| Node::Duty(DutyId::at(at)));
        for node in measures.chain(duties) {
            visit(node, &edges, &mut done, &mut steps);
        }
        let steps = steps.into_iter().filter_map(|node| match node {
            Node::Measure(at) => self.measure_seeds.get(at)?.id().map(Step::Measure),
            Node::Duty(duty) => self.kept_measure(duty).map(|_| Step::Duty(duty)),
        });
        Some(steps.collect())
    }

    /// What duties need that arise from a breach and may be late at the same moment: the duty that is broken, or the figure
    /// of one that only sees to it.
    fn causes(&self) -> Vec<Reference> {
        let mut causes = Vec::new();
        for (at, duty) in self.duties.iter().enumerate() {
            let Some(Form::DoEach { rise: Some(rise), .. }) = duty.as_ref().map(|duty| &duty.form) else {
                continue;
            };
            let Some(seed) = self.duty_seeds.get(at).filter(|_| rise.may_be_late_at_once()) else { continue };
            let from = Node::Duty(DutyId::at(at));
            let read = self.references.iter().filter(|it| it.from == Node::Duty(rise.cause));
            if self.duty_seeds.get(rise.cause.index()).is_none() {
                causes.extend(read.map(|it| Reference { from, ..*it }));
                continue;
            }
            let arises = |kind: &QualifierKind| matches!(kind, QualifierKind::ForEach(_));
            let qualifier = seed.norm.qualifiers.iter().find(|it| arises(&it.kind));
            let span = qualifier.map_or(seed.sentence.span, |qualifier| qualifier.span);
            causes.push(Reference { from, to: Node::Duty(rise.cause), span });
        }
        causes
    }

    /// The duties that arise from a breach and may be late at the same moment, each with the one that is broken.
    fn raised(&self) -> Vec<(Node, Node)> {
        let raised = self.duties.iter().enumerate().filter_map(|(at, duty)| match &duty.as_ref()?.form {
            Form::DoEach { rise: Some(rise), .. } if rise.may_be_late_at_once() => {
                Some((Node::Duty(DutyId::at(at)), Node::Duty(rise.cause)))
            }
            _ => None,
        });
        raised.collect()
    }

    fn node_word(&self, node: Node) -> String {
        match node {
            Node::Measure(at) => {
                let name = self.measure_seeds.get(at).map_or("", |seed| seed.declared.name.value.as_str());
                format!("`{name}`")
            }
            Node::Duty(duty) => {
                let name = self.duty_seeds.get(duty.index()).map_or("", |seed| seed.name.as_str());
                format!("`{name}`")
            }
        }
    }
}

/// Adds what a node needs, then the node. The references are without circle here.
fn visit(
    node: Node,
    edges: &BTreeMap<Node, Vec<(Node, Span)>>,
    done: &mut BTreeSet<Node>,
    steps: &mut Vec<Node>,
) {
    // A stack of its own: a chain of measures may be longer than the machine's stack.
    let mut open = vec![(node, false)];
    while let Some((node, expanded)) = open.pop() {
        if expanded {
            steps.push(node);
            continue;
        }
        if !done.insert(node) {
            continue;
        }
        open.push((node, true));
        for (next, _) in edges.get(&node).into_iter().flatten().rev() {
            if !done.contains(next) {
                open.push((*next, false));
            }
        }
    }
}

/// The shortest circle of references, beginning with the first node of the text that is on one of that length.
fn shortest_cycle(edges: &BTreeMap<Node, Vec<(Node, Span)>>) -> Option<Vec<(Node, Node, Span)>> {
    let mut best: Option<Vec<(Node, Node, Span)>> = None;
    for start in edges.keys() {
        let mut before: BTreeMap<Node, (Node, Span)> = BTreeMap::new();
        let mut queue = VecDeque::from([*start]);
        while let Some(node) = queue.pop_front() {
            for (next, span) in edges.get(&node).into_iter().flatten() {
                if !before.contains_key(next) {
                    before.insert(*next, (node, *span));
                    queue.push_back(*next);
                }
            }
        }
        if !before.contains_key(start) {
            continue;
        }
        let mut cycle = Vec::new();
        let mut node = *start;
        while let Some((from, span)) = before.get(&node) {
            cycle.push((*from, node, *span));
            node = *from;
            if node == *start {
                break;
            }
        }
        cycle.reverse();
        if best.as_ref().is_none_or(|best| cycle.len() < best.len()) {
            best = Some(cycle);
        }
    }
    best
}
