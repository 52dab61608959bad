//! The whole of an evaluator as bytes, and back.
//!
//! ```text
//! 8 bytes   "SERVANDA"
//! 4 bytes   the version of the format, least byte first
//! 32 bytes  the BLAKE3 hash of what follows
//! …         in the encoding of postcard: the head, then each instance and what the versions behind the second add to it
//! ```
//!
//! The head says of which policy (its hash) and with which zone and holiday data; each instance is its name, its
//! parameters, the state from which everything that may still change is played again, and the events since.

use crate::claims::Claims;
use crate::evaluator::Evaluator;
use crate::fees::Fees;
use crate::group::{GroupLeaves, StoredGroup};
use crate::instance::{Instance, Stored};
use crate::outcome::Claim;
use crate::play::Telling;
use crate::pot::Pot;
use crate::reopening::ClosedItems;
use crate::restored::Restorable;
use crate::row::Rows;
use crate::set_off::SetOffs;
use crate::settled::SettledAccruals;
use crate::state::{Later, More, PaidOut};
use crate::suspension::Suspensions;
use crate::values::ValuesOf;
use crate::waiting::Waiting;
use postcard::de_flavors::Flavor;
use serde::{Deserialize, Serialize};
use servanda_policy::Policy;
use servanda_policy::agreement::Agreement;
use servanda_policy::policy::{CaseId, CivilTime, ConsequenceId, DutyId, KindId, Version};
use servanda_policy::time::{Instant, holidays, tzdb_version};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const MAGIC: [u8; 8] = *b"SERVANDA";

/// The version of the format that is written.
pub const VERSION: u32 = 18;

/// A snapshot that has been read, and is not yet an evaluator.
#[derive(Debug)]
pub struct Snapshot<'b> {
    head: Head,
    instances: Vec<Stored<'b>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    policy: String,
    /// The versions of the agreement.
    versions: Vec<StoredVersion>,
    /// The versions of the data that the meaning depends on, by what they are called.
    data: BTreeMap<String, String>,
    now: Option<Instant>,
    told_until: Instant,
    prompt: bool,
    instances: u32,
}

/// A version of the agreement when the snapshot was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct StoredVersion {
    title: String,
    from: Option<CivilTime>,
    hash: String,
}

impl StoredVersion {
    fn of(version: &Version) -> Self {
        let Version { title, from, hash, .. } = version;
        StoredVersion { title: title.clone(), from: *from, hash: hash.clone() }
    }

    fn is(&self, version: &Version) -> bool {
        self.hash == version.hash && self.from == version.from
    }
}

/// The head as the first version of the format has it: of a policy without amendments.
#[derive(Debug, Deserialize)]
struct FirstHead {
    policy: String,
    data: BTreeMap<String, String>,
    now: Option<Instant>,
    told_until: Instant,
    prompt: bool,
    instances: u32,
}

impl From<FirstHead> for Head {
    fn from(head: FirstHead) -> Self {
        let FirstHead { policy, data, now, told_until, prompt, instances } = head;
        let only = StoredVersion { title: String::new(), from: None, hash: policy.clone() };
        Head { policy, versions: vec![only], data, now, told_until, prompt, instances }
    }
}

/// What to do where the data about zones or holidays are not those of the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherData {
    /// Nothing is restored: deadlines could lie elsewhere than where they have been told to.
    Refuse,
    /// Go on with the data that are there.
    Accept,
}

/// Why there is no evaluator to go on with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// It does not begin as snapshots do.
    #[error("this is no snapshot")]
    NotASnapshot,
    /// A later version of Servanda has written it.
    #[error("the snapshot has version {0} of the format, and only versions up to {VERSION} can be read")]
    Newer(u32),
    /// It is cut off or changed.
    #[error("the snapshot is damaged: {0}")]
    Damaged(&'static str),
    /// It was made with another policy.
    #[error("the snapshot is of the policy with the hash {was}, not of this one, {is}")]
    OtherPolicy {
        /// The hash of the policy that it was made with.
        was: String,
        /// The hash of the one that is given.
        is: String,
    },
    /// A version of the policy that was in force before the snapshot's time is another one.
    #[error(
        "the version \"{0}\" was in force when the snapshot was made, and is not the one that it was made with"
    )]
    OtherVersion(String),
    /// The policy has an amendment that what is stored cannot go on with.
    #[error("the amendment cannot be taken up here: {0}; evaluate the log anew")]
    NotAmendable(String),
    /// It was made with other data about zones or holidays.
    #[error("the snapshot was made with {what} of {was}, and {is} is what there is")]
    OtherData {
        /// What data.
        what: String,
        /// Their version when it was made.
        was: String,
        /// Their version now.
        is: String,
    },
    /// An agreement of the snapshot is not given.
    #[error("the agreement `{0}` of the snapshot is not given")]
    Missing(String),
    /// An agreement is given with other parameters.
    #[error("the agreement `{0}` has other parameters than in the snapshot")]
    OtherParameters(String),
    /// Two agreements have one name, so that it does not tell them apart.
    #[error("two agreements have the name `{0}`")]
    SameName(String),
    /// It could not be written.
    #[error("the snapshot cannot be written")]
    NotWritten,
}

/// The versions of the data that the meaning of a policy depends on.
fn data_of(policy: &Policy) -> BTreeMap<String, String> {
    let named = policy.calendars.values().flat_map(|calendar| calendar.spec.holidays.iter());
    let mut data: BTreeMap<String, String> = named
        .filter_map(|country| {
            Some((format!("the holidays of {country}"), holidays(country)?.version().to_owned()))
        })
        .collect();
    data.insert("the zone data".to_owned(), tzdb_version().to_owned());
    data
}

/// Puts the head of the format before what it is the head of.
fn sealed(payload: &[u8]) -> Vec<u8> {
    let hash = blake3::hash(payload);
    let version = VERSION.to_le_bytes();
    [MAGIC.as_slice(), version.as_slice(), hash.as_bytes().as_slice(), payload].concat()
}

/// The version of the format, and what stands behind its head.
fn opened(bytes: &[u8]) -> Result<(u32, &[u8]), SnapshotError> {
    let rest = bytes.strip_prefix(&MAGIC).ok_or(SnapshotError::NotASnapshot)?;
    let cut = SnapshotError::Damaged("it is cut off");
    let (version, rest) = rest.split_first_chunk::<4>().ok_or(cut.clone())?;
    let version = u32::from_le_bytes(*version);
    if version == 0 || version > VERSION {
        return Err(SnapshotError::Newer(version));
    }
    let (hash, rest) = rest.split_first_chunk::<32>().ok_or(cut)?;
    if blake3::hash(rest) != *hash {
        return Err(SnapshotError::Damaged("its checksum is wrong"));
    }
    Ok((version, rest))
}

/// The head, as its version of the format has it, and the rest of the bytes.
fn head_of(version: u32, bytes: &[u8]) -> Result<(Head, &[u8]), SnapshotError> {
    match version {
        1 => taken::<FirstHead>(bytes).map(|(head, rest)| (head.into(), rest)),
        _ => taken::<Head>(bytes),
    }
}

/// Bytes that promise no more than a few things at a time: what says that a billion follow reserves no room for them.
struct Cautious<'b>(&'b [u8]);

impl<'b> Flavor<'b> for Cautious<'b> {
    type Remainder = &'b [u8];
    type Source = &'b [u8];

    fn pop(&mut self) -> postcard::Result<u8> {
        let (first, rest) = self.0.split_first().ok_or(postcard::Error::DeserializeUnexpectedEnd)?;
        self.0 = rest;
        Ok(*first)
    }

    fn try_take_n(&mut self, count: usize) -> postcard::Result<&'b [u8]> {
        let (taken, rest) =
            self.0.split_at_checked(count).ok_or(postcard::Error::DeserializeUnexpectedEnd)?;
        self.0 = rest;
        Ok(taken)
    }

    fn finalize(self) -> postcard::Result<&'b [u8]> {
        Ok(self.0)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len().min(1024))
    }
}

/// What the bytes begin with, and the rest of them.
fn taken<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<(T, &'b [u8]), SnapshotError> {
    let unread = |_| SnapshotError::Damaged("it cannot be decoded");
    let mut deserializer = postcard::Deserializer::from_flavor(Cautious(bytes));
    let taken = T::deserialize(&mut deserializer).map_err(unread)?;
    Ok((taken, deserializer.finalize().map_err(unread)?))
}

/// An instance behind what has been written: first what every version of the format has, then what each later one adds, in
/// their order.
fn written(instance: &Instance, payload: Vec<u8>) -> Result<Vec<u8>, SnapshotError> {
    let stored = instance.stored();
    let payload = postcard::to_extend(&stored, payload).map_err(not_written)?;
    let state = &stored.state.state;
    let mut more = More::clone(&state.seldom.more);
    for (case, items) in state.cases.iter() {
        for (slot, item) in (0..).zip(items.slots()) {
            let over = item.as_deref().and_then(|item| item.pauses.as_deref()).map(|pauses| &pauses.over);
            if let Some(over) = over.filter(|over| !over.is_empty()) {
                more.pauses.push((case, slot, over.to_vec()));
            }
        }
    }
    let payload = postcard::to_extend(&more, payload).map_err(not_written)?;
    let payload = postcard::to_extend(&state.seldom.later, payload).map_err(not_written)?;
    // What can be claimed now, and what has been told of claims and not handed over.
    let payload = postcard::to_extend(&(&more.claims, stored.claims()), payload).map_err(not_written)?;
    // What payments settle beside the principal of debts.
    let payload = postcard::to_extend(&state.seldom.fees, payload).map_err(not_written)?;
    // What can be earned back.
    let restorable: Vec<&Restorable> = more.restorable.values().flatten().collect();
    let payload = postcard::to_extend(&restorable, payload).map_err(not_written)?;
    // What is suspended.
    let payload = postcard::to_extend(&state.seldom.suspended, payload).map_err(not_written)?;
    // What has been credited and pays at an instant ahead.
    let payload = postcard::to_extend(&state.seldom.set_off, payload).map_err(not_written)?;
    // The numbers of the last entries by which something has been paid out.
    let payload = postcard::to_extend(&state.seldom.later.paid_out, payload).map_err(not_written)?;
    // In which windows one behind the other duties were broken, or kept.
    let payload = postcard::to_extend(&(&more.rows, &more.earned), payload).map_err(not_written)?;
    // The values of which percentiles are made, and how many different ones there are.
    let payload = postcard::to_extend(&crate::values::of(state), payload).map_err(not_written)?;
    // What credits have left.
    let payload = postcard::to_extend(&state.seldom.pot, payload).map_err(not_written)?;
    // What is closed and may be opened again.
    let payload = postcard::to_extend(&state.seldom.closed, payload).map_err(not_written)?;
    // What payments had settled of what compounds.
    let payload = postcard::to_extend(&stored.settled(), payload).map_err(not_written)?;
    // What has been gathered for each value of a field, and which items of each are alive.
    let groups = (&crate::group::stored(state), &state.seldom.group_leaves);
    let payload = postcard::to_extend(&groups, payload).map_err(not_written)?;
    // Notices that wait for their hours.
    postcard::to_extend(&state.seldom.waiting, payload).map_err(not_written)
}

/// An instance as its version of the format has it, and the rest of the bytes.
fn instance_of(version: u32, bytes: &[u8]) -> Result<(Stored<'_>, &[u8]), SnapshotError> {
    let (mut stored, rest) = taken::<Stored<'_>>(bytes)?;
    if version < 3 {
        return Ok((stored, rest));
    }
    let (mut more, rest) = taken::<More>(rest)?;
    let pauses = std::mem::take(&mut more.pauses);
    let state = &mut stored.state.to_mut().state;
    state.seldom.more = more.into();
    for (case, slot, over) in pauses {
        let item = state.cases.find_mut(case).and_then(|items| items.get_mut(slot));
        let Some(pauses) = item.and_then(|item| item.pauses.as_deref_mut()) else {
            return Err(SnapshotError::Damaged("pauses of what is not there"));
        };
        pauses.over = over.into();
    }
    if version < 4 {
        return Ok((stored, rest));
    }
    let (later, rest) = taken::<Later>(rest)?;
    stored.state.to_mut().state.seldom.later = later.into();
    if version < 5 {
        return Ok((stored, rest));
    }
    let ((claims, told), rest) = taken::<(Claims, Vec<Claim>)>(rest)?;
    let state = &mut stored.state.to_mut().state;
    if !claims.is_empty() {
        state.seldom.more.claims = claims;
    }
    stored.put_claims(told);
    if version < 6 {
        return Ok((stored, rest));
    }
    let (fees, rest) = taken::<BTreeMap<(CaseId, KindId), Fees>>(rest)?;
    stored.state.to_mut().state.seldom.fees = fees.into();
    if version < 7 {
        return Ok((stored, rest));
    }
    let (restorable, rest) = taken::<Vec<Restorable>>(rest)?;
    for restorable in restorable {
        let of = &mut stored.state.to_mut().state.seldom.more.restorable;
        of.entry(restorable.consequence).or_default().push(restorable);
    }
    if version < 8 {
        return Ok((stored, rest));
    }
    let (suspended, rest) = taken::<Suspensions>(rest)?;
    stored.state.to_mut().state.seldom.suspended = suspended.into();
    if version < 9 {
        return Ok((stored, rest));
    }
    let (set_off, rest) = taken::<SetOffs>(rest)?;
    stored.state.to_mut().state.seldom.set_off = set_off.into();
    if version < 10 {
        return Ok((stored, rest));
    }
    let (paid_out, rest) = taken::<PaidOut>(rest)?;
    stored.state.to_mut().state.seldom.later.paid_out = paid_out;
    if version < 11 {
        return Ok((stored, rest));
    }
    let ((rows, earned), rest) = taken::<(BTreeMap<DutyId, Rows>, BTreeMap<ConsequenceId, i32>)>(rest)?;
    if !rows.is_empty() {
        let more = &mut stored.state.to_mut().state.seldom.more;
        (more.rows, more.earned) = (rows, earned);
    }
    if version < 12 {
        return Ok((stored, rest));
    }
    let (values, rest) = taken::<Vec<ValuesOf>>(rest)?;
    crate::values::put(&mut stored.state.to_mut().state, values)
        .ok_or(SnapshotError::Damaged("values of what is not there"))?;
    if version < 13 {
        return Ok((stored, rest));
    }
    let (pot, rest) = taken::<Pot>(rest)?;
    stored.state.to_mut().state.seldom.pot = pot.into();
    if version < 14 {
        return Ok((stored, rest));
    }
    let (closed, rest) = taken::<ClosedItems>(rest)?;
    stored.state.to_mut().state.seldom.closed = closed.into();
    if version < 15 {
        return Ok((stored, rest));
    }
    let (settled, rest) = taken::<SettledAccruals>(rest)?;
    stored.put_settled(settled).ok_or(SnapshotError::Damaged("what is settled of what is not there"))?;
    if version < 16 {
        return Ok((stored, rest));
    }
    let ((groups, leaves), rest) = taken::<(Vec<StoredGroup>, GroupLeaves)>(rest)?;
    let state = &mut stored.state.to_mut().state;
    state.seldom.group_leaves = leaves.into();
    crate::group::put(state, groups).ok_or(SnapshotError::Damaged("groups of what is not there"))?;
    if version < 18 {
        return Ok((stored, rest));
    }
    let (waiting, rest) = taken::<Waiting>(rest)?;
    stored.state.to_mut().state.seldom.waiting = waiting.into();
    Ok((stored, rest))
}

fn not_written(_: postcard::Error) -> SnapshotError {
    SnapshotError::NotWritten
}

impl Evaluator {
    /// Everything that the evaluator holds, as bytes. Restoring them and going on is the same as going on.
    ///
    /// # Errors
    /// When two agreements have one name.
    pub fn snapshot(&self) -> Result<Vec<u8>, SnapshotError> {
        let mut names = BTreeSet::new();
        if let Some(twice) = self.instances.iter().find(|it| !names.insert(&it.agreement.name)) {
            return Err(SnapshotError::SameName(twice.agreement.name.clone()));
        }
        let mut payload = postcard::to_allocvec(&self.head()).map_err(not_written)?;
        for instance in &self.instances {
            payload = written(instance, payload)?;
        }
        Ok(sealed(&payload))
    }

    /// The part of a snapshot that is of no instance. With [`Evaluator::snapshot_of`] it is for a store that holds
    /// the instances one by one, so that what has not [changed](Evaluator::take_changed) need not be written again.
    ///
    /// # Errors
    /// None that is known.
    pub fn snapshot_head(&self) -> Result<Vec<u8>, SnapshotError> {
        Ok(sealed(&postcard::to_allocvec(&self.head()).map_err(not_written)?))
    }

    /// The part of a snapshot that is of one instance; none where there is no such instance.
    ///
    /// # Errors
    /// None that is known.
    pub fn snapshot_of(&self, instance: u32) -> Result<Option<Vec<u8>>, SnapshotError> {
        let Some(of) = self.instances.get(instance as usize) else { return Ok(None) };
        Ok(Some(sealed(&written(of, Vec::new())?)))
    }

    fn head(&self) -> Head {
        Head {
            policy: self.plan.policy.hash.clone(),
            versions: self.plan.policy.versions.values().map(StoredVersion::of).collect(),
            data: data_of(&self.plan.policy),
            now: self.now,
            told_until: self.told_until,
            prompt: self.telling == Telling::Prompt,
            instances: self.instances.len() as u32,
        }
    }
}

/// Refuses versions that differ and were in force, or would have been, before the instant up to which time has gone on.
fn refuse_other_past(
    was: &[StoredVersion],
    policy: &Policy,
    agreement: &Agreement,
    same: usize,
    now: Option<Instant>,
) -> Result<(), SnapshotError> {
    let now = now.unwrap_or(agreement.start);
    let is = policy.versions.values().zip(&agreement.versions).nth(same);
    let is = is.filter(|(_, from)| **from < now).map(|(version, _)| version.title.clone());
    let begun =
        |version: &&StoredVersion| version.from.is_none_or(|from| from.instant(&agreement.zone) < now);
    let was = was.get(same).filter(begun).map(|version| version.title.clone());
    is.or(was).map_or(Ok(()), |title| Err(SnapshotError::OtherVersion(title)))
}

impl<'b> Snapshot<'b> {
    /// Reads a snapshot.
    ///
    /// # Errors
    /// When the bytes are none, are damaged, or were written by a later version.
    pub fn read(bytes: &'b [u8]) -> Result<Self, SnapshotError> {
        let (version, bytes) = opened(bytes)?;
        let (head, mut rest) = head_of(version, bytes)?;
        let mut instances = Vec::new();
        for _ in 0..head.instances {
            let (instance, left) = instance_of(version, rest)?;
            instances.push(instance);
            rest = left;
        }
        if !rest.is_empty() {
            return Err(SnapshotError::Damaged("something stands behind its end"));
        }
        Ok(Self { head, instances })
    }

    /// Reads a snapshot of which the parts are stored one by one, those of the instances in any order.
    ///
    /// # Errors
    /// When one of them is none, is damaged, was written by a later version, or when there are not as many as there
    /// were instances.
    pub fn of_parts(
        head: &'b [u8],
        instances: impl IntoIterator<Item = &'b [u8]>,
    ) -> Result<Self, SnapshotError> {
        let (version, bytes) = opened(head)?;
        let (head, []) = head_of(version, bytes)? else {
            return Err(SnapshotError::Damaged("something stands behind its end"));
        };
        let parts = instances.into_iter();
        let part = |bytes| {
            let (version, bytes) = opened(bytes)?;
            match instance_of(version, bytes)? {
                (instance, []) => Ok(instance),
                _ => Err(SnapshotError::Damaged("something stands behind its end")),
            }
        };
        let instances = parts.map(part).collect::<Result<Vec<_>, _>>()?;
        if instances.len() != head.instances as usize {
            return Err(SnapshotError::Damaged("an instance is missing or too many"));
        }
        Ok(Self { head, instances })
    }

    /// The names of its agreements.
    pub fn agreements(&self) -> impl ExactSizeIterator<Item = &str> {
        self.instances.iter().map(|instance| &*instance.name)
    }

    /// The hash of the policy that it was made with.
    pub fn policy_hash(&self) -> &str {
        &self.head.policy
    }

    /// The evaluator that was stored, with the agreements that it had, in any order, and maybe more: those have no
    /// event yet.
    ///
    /// # Errors
    /// When the policy, an agreement or the data are not those of the snapshot.
    pub fn restore(
        self,
        policy: Arc<Policy>,
        agreements: Vec<Arc<Agreement>>,
        other_data: OtherData,
    ) -> Result<Evaluator, SnapshotError> {
        let Head { policy: was, versions, data, now, told_until, prompt, instances: _ } = self.head;
        let same = versions.iter().zip(policy.versions.values()).take_while(|(was, is)| was.is(is)).count();
        let is_same = same == versions.len() && same == policy.versions.len();
        if same == 0 {
            return Err(SnapshotError::OtherPolicy { was, is: policy.hash.clone() });
        }
        if other_data == OtherData::Refuse {
            let none = || "none".to_owned();
            for (what, is) in data_of(&policy) {
                // What only the amendment depends on has decided nothing yet.
                if !is_same && !data.contains_key(&what) {
                    continue;
                }
                let was = data.get(&what).cloned().unwrap_or_else(none);
                if was != is {
                    return Err(SnapshotError::OtherData { what, was, is });
                }
            }
        }
        let telling = if prompt { Telling::Prompt } else { Telling::Complete };
        let mut evaluator = Evaluator::new(policy, Vec::new());
        (evaluator.now, evaluator.told_until, evaluator.telling) = (now, told_until, telling);
        let mut stored = BTreeMap::new();
        for instance in self.instances {
            if let Some(twice) = stored.insert(instance.name.clone().into_owned(), instance) {
                return Err(SnapshotError::SameName(twice.name.into_owned()));
            }
        }
        for agreement in agreements {
            let Some(stored) = stored.remove(&agreement.name) else {
                evaluator.add(agreement);
                continue;
            };
            if *stored.params != *agreement.params {
                return Err(SnapshotError::OtherParameters(agreement.name.clone()));
            }
            let stored = if is_same {
                stored
            } else {
                refuse_other_past(&versions, &evaluator.plan.policy, &agreement, same, now)?;
                stored.amended(&evaluator.plan, &agreement, same)?
            };
            let restored = Instance::restored(&evaluator.plan, agreement, stored, telling)
                .ok_or(SnapshotError::Damaged("it does not fit its policy"))?;
            evaluator.adopt(restored);
        }
        match stored.into_keys().next() {
            Some(name) => Err(SnapshotError::Missing(name)),
            None => Ok(evaluator),
        }
    }
}
