//! What a policy wants from a log: under which keys, of which types.
//!
//! It is made once for each policy and shared by all readers; it reads nothing itself.

use crate::decision::DecisionType;
use crate::keys::{Key, Keys};
use servanda_diagnostics::Span;
use servanda_policy::arena::{Id, Table};
use servanda_policy::policy::{EventId, EventType, FieldType, LogNames, Policy};

/// The table of the fields that a policy wants.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Every key that anything is read from.
    pub(crate) keys: Keys,
    /// Where a flat line has the envelope.
    pub(crate) flat: Envelope,
    /// Where a CloudEvent has it.
    pub(crate) cloud: Envelope,
    /// What makes a line a CloudEvent.
    pub(crate) specversion: Key,
    /// Where a CloudEvent has the fields.
    pub(crate) data: Key,
    /// The currency of the amounts.
    pub(crate) currency: Key,
    /// The id that a retraction removes.
    pub(crate) retracts: Key,
    /// What decisions say.
    pub(crate) decision: DecisionKeys,
    /// The parties that decide.
    pub(crate) parties: FieldType,
    /// The names of the types in the log, numbered as they stand in `types`.
    names: Keys,
    /// What each name stands for.
    types: Vec<Kind>,
    events: Vec<Wanted>,
}

/// Under which keys the envelope stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Envelope {
    pub(crate) time: Key,
    pub(crate) kind: Key,
    pub(crate) id: Option<Key>,
    pub(crate) agreement: Key,
    pub(crate) recorded: Key,
}

/// What a name of a type stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A type that the policy declares.
    Event(EventId),
    /// The removal of an event.
    Retraction,
    /// A decision of a party.
    Decision(DecisionType),
}

/// Under which keys decisions have their fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DecisionKeys {
    pub(crate) by: Key,
    pub(crate) reason: Key,
    pub(crate) duty: Key,
    pub(crate) subject: Key,
    pub(crate) entry: Key,
    pub(crate) less: Key,
    pub(crate) more: Key,
    pub(crate) period: Key,
    pub(crate) hash: Key,
}

/// The wanted fields of one type.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) fields: Vec<WantedField>,
}

/// One wanted field.
#[derive(Debug, Clone)]
pub(crate) struct WantedField {
    pub(crate) log_name: String,
    pub(crate) at: Key,
    pub(crate) ty: FieldType,
    pub(crate) optional: bool,
    pub(crate) key: bool,
    pub(crate) span: Span,
}

/// The type that removes an event, and its field.
pub(crate) const RETRACTION: &str = "retraction";
pub(crate) const RETRACTS: &str = "retracts";

impl Schema {
    /// What this policy wants.
    pub fn new(policy: &Policy) -> Self {
        let parties = policy.parties.iter().map(|(id, party)| (party.name.clone(), id)).collect();
        Self { parties: FieldType::Party(parties), ..Self::of(&policy.log, &policy.events) }
    }

    /// What these names and types want.
    ///
    /// The type `retraction` with the field `retracts` is always there; a policy that declares it says under
    /// which names the log has it. The types of decisions are there unless the policy declares one of that name,
    /// which then is its own; without a policy there are no parties that could decide.
    pub fn of(log: &LogNames, events: &Table<EventId, EventType>) -> Self {
        let mut keys = Keys::default();
        let flat = Envelope {
            time: keys.intern(&log.time),
            kind: keys.intern(&log.kind),
            id: log.id.as_deref().map(|id| keys.intern(id)),
            agreement: keys.intern(&log.agreement),
            recorded: keys.intern(&log.recorded),
        };
        let cloud = Envelope {
            time: keys.intern("time"),
            kind: keys.intern("type"),
            id: Some(keys.intern("id")),
            agreement: keys.intern("subject"),
            // The attribute of the extension for recorded time.
            recorded: keys.intern("recordedtime"),
        };
        let specversion = keys.intern("specversion");
        let data = keys.intern("data");
        let currency = keys.intern("currency");
        let mut names = Keys::default();
        let mut types = Vec::new();
        let mut retracts = RETRACTS;
        let mut wanted = Vec::new();
        for (id, event) in events.iter() {
            let fields = event.fields.iter().map(|field| WantedField {
                log_name: field.log_name.clone(),
                at: keys.intern(&field.log_name),
                ty: field.ty.clone(),
                optional: field.optional,
                key: field.key,
                span: field.span,
            });
            wanted.push(Wanted { fields: fields.collect() });
            let kind = if event.name == RETRACTION { Kind::Retraction } else { Kind::Event(id) };
            if kind == Kind::Retraction
                && let Some(field) = event.fields.iter().find(|field| field.name == RETRACTS)
            {
                retracts = &field.log_name;
            }
            name(&mut names, &mut types, &event.log_name, kind);
        }
        if !types.contains(&Kind::Retraction) {
            name(&mut names, &mut types, RETRACTION, Kind::Retraction);
        }
        for decision in DecisionType::ALL {
            if !events.values().any(|event| event.name == decision.name()) {
                name(&mut names, &mut types, decision.name(), Kind::Decision(decision));
            }
        }
        let retracts = keys.intern(retracts);
        let decision = DecisionKeys {
            by: keys.intern("by"),
            reason: keys.intern("reason"),
            duty: keys.intern("duty"),
            subject: keys.intern("subject"),
            entry: keys.intern("entry"),
            less: keys.intern("less"),
            more: keys.intern("more"),
            period: keys.intern("period"),
            hash: keys.intern("hash"),
        };
        let parties = FieldType::Party(Vec::new());
        Self {
            keys,
            flat,
            cloud,
            specversion,
            data,
            currency,
            retracts,
            decision,
            parties,
            names,
            types,
            events: wanted,
        }
    }

    /// What this name of a type in the log stands for; none where the policy does not declare it.
    pub(crate) fn kind(&self, name: &str) -> Option<Kind> {
        let number = self.names.find(name.as_bytes())?;
        self.types.get(number as usize).copied()
    }

    /// The wanted fields of a type.
    pub(crate) fn wanted(&self, event: EventId) -> &[WantedField] {
        self.events.get(event.index()).map_or(&[], |wanted| &wanted.fields)
    }
}

/// Lets a name stand for a kind; of two kinds with one name, the first that is declared.
fn name(names: &mut Keys, types: &mut Vec<Kind>, log_name: &str, kind: Kind) {
    if names.intern(log_name) as usize == types.len() {
        types.push(kind);
    }
}
