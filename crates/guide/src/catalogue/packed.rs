//! Where this node has a service pack for an item, the pack's word counts: it is what cases are handled by.

use super::model::{Fee, FeeLine, Item, Limit, Unit};
use crate::packs::{self, Pack};

impl Item {
    /// Takes over limits, fee and visits of the pack, and marks the item as one applied for here.
    pub fn overlay(&mut self, pack: &Pack) {
        let own = &pack.item;
        self.here = true;
        self.statutory = Some(limit(own.statutory_limit));
        self.promised = Some(limit(own.promised_limit));
        self.visits = Some(u8::try_from(own.visits).unwrap_or(u8::MAX));
        if self.fee.as_ref().is_none_or(|fee| fee.charged != own.fee.charged) {
            let line = FeeLine { standard: own.fee.text.zh.clone(), ..FeeLine::default() };
            let items = if own.fee.charged { vec![line] } else { vec![] };
            self.fee = Some(Fee { charged: own.fee.charged, items });
        }
    }
}

fn limit(limit: packs::model::Limit) -> Limit {
    let unit = match limit.unit {
        packs::model::Unit::Instant => Unit::Instant,
        packs::model::Unit::Workday => Unit::Workday,
        packs::model::Unit::Day => Unit::Day,
    };
    Limit { n: limit.n, unit, said: String::new() }
}
