//! Windows upon which later ones look back: they stay until none does any more, and what is decided in them late changes
//! those behind them.

use crate::gather::rolling;
use crate::outcome::Sink;
use crate::play::Play;
use crate::state::OpenWindow;
use crate::windows::is_final;
use servanda_policy::policy::WindowId;

impl<S: Sink> Play<'_, S> {
    /// Adds the windows that are over and look back upon those that are settled.
    pub(crate) fn with_those_behind(&self, ended: &mut Vec<(WindowId, i32)>) {
        let mut behind = Vec::new();
        for (id, index) in ended.iter() {
            let count = i32::from(self.policy.windows[*id].count());
            if count == 1 {
                continue;
            }
            let reach = index.saturating_add(1)..index.saturating_add(count);
            for other in rolling::alike(self.plan, *id) {
                let list = self.state.windows[other].iter().filter(|open| open.over);
                let looks_back = list.map(|open| open.window.index).filter(|index| reach.contains(index));
                behind.extend(looks_back.map(|index| (other, index)));
            }
        }
        behind.sort_unstable();
        behind.dedup();
        behind.retain(|window| !ended.contains(window));
        ended.extend(behind);
    }

    /// Lets windows go upon which no other will look back any more.
    pub(crate) fn let_go_of_rolling(&mut self, id: WindowId) {
        let (plan, count) = (self.plan, i32::from(self.policy.windows[id].count()));
        let alike: Vec<WindowId> = rolling::alike(plan, id).collect();
        let is_settled = |id: WindowId, open: &OpenWindow| {
            open.over && plan.windows[id].measures.iter().all(|measure| is_final(plan, open, *measure))
        };
        // The first that is not settled: one that waits, or the next that will begin.
        let mut waiting = i32::MAX;
        let mut next = i32::MIN;
        for id in &alike {
            for open in &self.state.windows[*id] {
                if open.over {
                    next = next.max(open.window.index.saturating_add(1));
                }
                if !is_settled(*id, open) {
                    waiting = waiting.min(open.window.index);
                }
            }
        }
        let first = waiting.min(next);
        for id in alike {
            self.state.windows[id].retain(|open| {
                let last = open.window.index.saturating_add(count.saturating_sub(1));
                last >= first || !is_settled(id, open)
            });
        }
    }
}
