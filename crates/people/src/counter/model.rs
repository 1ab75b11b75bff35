//! Nouns of the counter: a card as it was read, somebody received.

use crate::identity::{AccountId, PersonId};
use codes::citizen::CitizenId;
use codes::name::PersonName;
use codes::phone::Phone;

/// What a clerk reads off a card, types, or has read by a reader.
pub struct AtWindow<'a> {
    /// He stands there himself; otherwise somebody came in his name.
    pub here: bool,
    /// Name as on the card.
    pub name: &'a PersonName,
    /// Citizen id number.
    pub id_no: &'a CitizenId,
    /// Where the person wants to hear of his matter; may be nothing.
    pub phone: Option<&'a Phone>,
    /// Why the clerk goes on although the register does not answer.
    pub by_hand: Option<&'a str>,
}

/// Somebody received at a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// His account, gets the messages.
    pub account: AccountId,
    /// He.
    pub person: PersonId,
    /// The population register has confirmed him.
    pub checked: bool,
    /// The account was made by a window and not taken over yet.
    pub made: bool,
}
