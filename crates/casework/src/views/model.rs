//! Nouns: a filter with a name.

/// A filter with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Id.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// Which cases: key of one of the desk's views; empty for all.
    pub shows: String,
    /// Words typed for the item; empty for every one.
    pub item: String,
}

/// Whose views of which desk.
#[derive(Debug, Clone, Copy)]
pub struct Whose {
    /// Member of staff.
    pub staff: i64,
    /// `/w` or `/a`.
    pub desk: &'static str,
}
