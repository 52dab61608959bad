//! What passes to a party, and what has to hold for it.

use super::Builder;
use super::tokens::text;
use crate::ast::{Core, Ground, Holding, Right, Standing, Subject};
use crate::cursor::Node;
use crate::grammar::Rule;

/// `passing`
pub(super) fn title(build: &mut Builder<'_>, node: Node<'_>, holder: Subject) -> Core {
    let span = node.span();
    let mut children = node.children();
    children.pass(Rule::kw_has);
    let title = Some(text(build, &mut children));
    children.pass(Rule::kw_when);
    let ground = children.accept(Rule::standing).map(|node| Ground::Standing(standing(build, node)));
    Core::Right(Right { holder, title, ground, exercise: None, span })
}

/// `standing`
pub(super) fn standing(build: &mut Builder<'_>, node: Node<'_>) -> Standing {
    let span = node.span();
    let holdings = node.children().filter(|child| child.rule() == Rule::holding);
    let all = holdings.map(|node| {
        let span = node.span();
        let mut children = node.children();
        if children.pass(Rule::kw_this_agreement_has_ended) {
            return Holding::Ended(span);
        }
        let debtor = children.name(build);
        children.pass(Rule::kw_owes);
        let creditor = children.name(build);
        Holding::OwesNothing { debtor, creditor, span }
    });
    Standing { all: all.collect(), span }
}
