//! The flow: no step without a way out, none that cannot be reached, limits that fit.

use super::Findings;
use crate::packs::flow::{Event, Flow};
use crate::packs::model::{CaseKind, Pack};
use std::collections::BTreeSet;

const FILE: &str = "flow.toml";

pub(super) fn check(pack: &Pack, out: &mut Findings) {
    let flow = &pack.flow;
    if flow.step(&flow.start).is_none() {
        out.error(FILE, "start", "step-unknown", format!("no step {}", flow.start));
    }
    arrows(flow, out);
    let (reachable, finishing) = (flow.reachable(), flow.finishing());
    for step in &flow.step {
        let place = format!("step {}", step.key);
        if !reachable.contains(step.key.as_str()) {
            out.error(FILE, &place, "step-unreachable", "no path from the start leads here");
        }
        if !finishing.contains(step.key.as_str()) {
            let message = "a case that comes here can never end";
            out.error(FILE, &place, "dead-end", message);
        }
        if step
            .limit
            .is_some_and(|l| l.rough_days() > pack.item.statutory_limit.rough_days().max(7))
            && !step.next.iter().any(|g| matches!(g.on, Event::Corrected | Event::Issue))
        {
            let message = "one step may take longer than the whole item by law";
            out.error(FILE, &place, "step-longer", message);
        }
        for key in step.special.iter().filter(|k| flow.special(k).is_none()) {
            out.error(FILE, &place, "special-unknown", format!("no special procedure {key}"));
        }
    }
    for special in &flow.special {
        if flow.step.iter().all(|s| !s.special.contains(&special.key)) {
            let place = format!("special {}", special.key);
            out.error(FILE, &place, "special-unused", "no step allows this procedure");
        }
    }
    let instant = pack.item.kind == CaseKind::Instant;
    if instant != flow.auto.is_some() {
        let message = "an instant item, and only that, says in [auto] how it is decided";
        out.error(FILE, "auto", "auto-and-kind", message);
    }
    for on in [Event::Grant, Event::Deny] {
        let reached = |s: &&crate::packs::flow::Step| reachable.contains(s.key.as_str());
        if !flow.step.iter().filter(reached).any(|s| s.next.iter().any(|g| g.on == on)) {
            let message = format!("no step leads to {}: every case needs both answers", on.name());
            out.error(FILE, "step", "no-decision", message);
        }
    }
}

fn arrows(flow: &Flow, out: &mut Findings) {
    let mut keys = BTreeSet::new();
    for step in &flow.step {
        let place = format!("step {}", step.key);
        if !keys.insert(&step.key) {
            out.error(FILE, &place, "key-twice", "two steps have this key");
        }
        let mut events = BTreeSet::new();
        for go in &step.next {
            if flow.step(&go.to).is_none() {
                out.error(FILE, &place, "step-unknown", format!("no step {}", go.to));
            }
            if !events.insert(go.on) {
                let message = format!("{} leads to two places", go.on.name());
                out.error(FILE, &place, "event-twice", message);
            }
        }
        if step.end && !step.next.is_empty() {
            out.error(FILE, &place, "end-goes-on", "an end has no next");
        }
    }
}
