//! Who bears what: amounts that the wrong party owes.

use crate::analysis::Analysis;
use crate::diagnostics;
use crate::policy::{Effect, Signal};

impl Analysis<'_> {
    pub(in crate::analysis) fn parties(&mut self) {
        self.breach_pays_breaker();
    }

    /// What follows a breach is owed to whoever broke the duty.
    fn breach_pays_breaker(&mut self) {
        for of in self.policy.consequences.values() {
            let Signal::Broken(duty) = of.on else { continue };
            let duty = &self.policy.duties[duty];
            let (debtor, creditor) = match &of.effect {
                Effect::Entry(entry) => (entry.debtor, entry.creditor),
                Effect::Accrue(accrual) => (accrual.debtor, accrual.creditor),
                _ => continue,
            };
            if duty.silent || self.party_of(creditor) != self.party_of(duty.debtor) {
                continue;
            }
            let (debtor, creditor) = (self.party_name(debtor), self.party_name(creditor));
            self.tell(diagnostics::breach_pays_breaker(of.span, (debtor, creditor), duty.core_span));
        }
    }
}
