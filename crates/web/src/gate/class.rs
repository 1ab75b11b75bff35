//! How much others depend on a request: what is shed first when there is too much.

/// The class of a route; it stands in the policy table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// A decision, a seal, a payment's answer: what the law waits for.
    Decide,
    /// Saving and submitting, the work at the window, signing in for it.
    Work,
    /// Looking after one's own: progress, licences, showing and verifying them.
    Look,
    /// Reading what everybody may read: guides, search, figures.
    Read,
    /// Taking much away at once: exports, descriptions for programs.
    Export,
    /// Never shed: whether the node lives, pictures and style sheets.
    Free,
}

impl Class {
    /// How many classes can be shed.
    pub(crate) const RANKS: usize = 5;
    /// Them, the most important first.
    pub(crate) const RANKED: [Class; Class::RANKS] =
        [Class::Decide, Class::Work, Class::Look, Class::Read, Class::Export];

    /// As documents, logs and figures name it.
    pub fn label(self) -> &'static str {
        match self {
            Class::Decide => "P0",
            Class::Work => "P1",
            Class::Look => "P2",
            Class::Read => "P3",
            Class::Export => "P4",
            Class::Free => "free",
        }
    }

    pub(crate) fn rank(self) -> usize {
        (self as usize).min(Class::RANKS - 1)
    }

    /// Up to which part of the limit it is let in.
    pub(crate) fn share(self) -> f64 {
        match self {
            Class::Decide | Class::Free => 1.0,
            Class::Work => 0.9,
            Class::Look => 0.75,
            Class::Read => 0.6,
            Class::Export => 0.4,
        }
    }

    /// Seconds after which one may come back, before the spread.
    pub(crate) fn come_back(self) -> u32 {
        match self {
            Class::Decide | Class::Work | Class::Free => 2,
            Class::Look | Class::Read => 5,
            Class::Export => 15,
        }
    }
}
