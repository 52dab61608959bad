//! The agreements that events may belong to: from a name to a number.
//!
//! What an agreement says is not known here, only its name and its currency; `file` reads the file of instances.

mod file;
mod table;

pub use file::{Given, InstanceProblem, Parameters, read_instances};

use crate::index::Index;
use compact_str::CompactString;
use servanda_policy::value::Currency;
use std::sync::Arc;

/// The agreements that events may belong to, each with a number, from 0 in the order of addition.
///
/// A given list is fixed: cloning it is cheap, and events of other agreements are out of scope. Without a list
/// each name that an event bears is an instance. Their numbers then depend on the order of the input: order what
/// is shown by their names.
#[derive(Debug, Clone)]
pub struct Instances {
    list: Arc<List>,
    /// The name and the currency of instances that nobody listed.
    unlisted: Option<(CompactString, Currency)>,
}

#[derive(Debug, Clone, Default)]
struct List {
    entries: Vec<(CompactString, Currency)>,
    index: Index<CompactString, u32>,
}

impl List {
    fn add(&mut self, name: &str, currency: Currency) -> Option<u32> {
        let number = u32::try_from(self.entries.len()).ok()?;
        self.entries.push((name.into(), currency));
        self.index.insert(name.into(), number);
        Some(number)
    }
}

impl Instances {
    /// A given list of names, each with its agreement's currency; of a name that stands there twice, the first.
    pub fn given<N: AsRef<str>>(names: impl IntoIterator<Item = (N, Currency)>) -> Self {
        let names = names.into_iter();
        let mut list = List { entries: Vec::with_capacity(names.size_hint().0), index: Index::new() };
        for (name, currency) in names {
            if list.index.get(name.as_ref()).is_none() {
                list.add(name.as_ref(), currency);
            }
        }
        Self { list: Arc::new(list), unlisted: None }
    }

    /// No list: every name is an instance, and what bears none belongs to the instance with the policy's title.
    pub fn discovered(title: &str, currency: Currency) -> Self {
        Self { list: Arc::default(), unlisted: Some((title.into(), currency)) }
    }

    /// The number of the agreement with this name; none where it is out of scope.
    pub fn find(&mut self, name: &str) -> Option<u32> {
        if let Some(number) = self.list.index.get(name) {
            return Some(*number);
        }
        let (_, currency) = self.unlisted.as_ref()?;
        Arc::make_mut(&mut self.list).add(name, *currency)
    }

    /// Whether events of the agreement with this name are in scope. Adds nothing.
    pub fn covers(&self, name: &str) -> bool {
        self.unlisted.is_some() || self.list.index.get(name).is_some()
    }

    /// The number of the agreement of events that bear no name; none where a list is given.
    pub fn find_unnamed(&mut self) -> Option<u32> {
        let (title, _) = self.unlisted.as_ref()?;
        let title = title.clone();
        self.find(&title)
    }

    /// The name of an instance.
    pub fn name(&self, number: u32) -> Option<&str> {
        self.list.entries.get(number as usize).map(|(name, _)| name.as_str())
    }

    /// The currency of an instance.
    pub fn currency(&self, number: u32) -> Option<Currency> {
        self.list.entries.get(number as usize).map(|(_, currency)| *currency)
    }

    /// The number of instances so far.
    pub fn len(&self) -> usize {
        self.list.entries.len()
    }

    /// Whether there is no instance yet.
    pub fn is_empty(&self) -> bool {
        self.list.entries.is_empty()
    }
}
