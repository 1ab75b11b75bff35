//! Nouns of identity: accounts, persons, enterprises, units, staff, one-time codes.

use codes::time::{Day, Stamp};
use serde::{Deserialize, Serialize};
use store::Secret;
use web::Role;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub i64);
    )*};
}

ids! {
    /// An account: a phone and a password.
    AccountId;
    /// A verified person.
    PersonId;
    /// An enterprise of the market register.
    EnterpriseId;
    /// A member of staff.
    StaffId;
    /// An authority or service centre.
    UnitId;
}

/// What the population register says of a person, as kept since the check. Sealed at rest.
#[derive(Clone)]
pub struct PersonFacts {
    /// Id.
    pub id: PersonId,
    /// Name as on the card.
    pub name: Secret,
    /// Citizen id number, 18 letters.
    pub id_no: Secret,
    /// 男 or 女.
    pub sex: &'static str,
    /// Day of birth.
    pub birth: Day,
    /// Nationality as the register writes it (汉, 维吾尔).
    pub nation: String,
    /// Address.
    pub address: Secret,
    /// Mobile number: that of the account, or the register's where there is no account.
    pub phone: Secret,
}

/// An enterprise as the market register has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnterpriseFacts {
    /// Id.
    pub id: EnterpriseId,
    /// Registered name.
    pub name: String,
    /// Unified social credit code.
    pub uscc: String,
    /// 个体工商户, 有限责任公司…
    pub kind: String,
    /// Division where it was registered (six digits).
    pub area: String,
    /// Registered address.
    pub address: String,
    /// Scope of business.
    pub scope: String,
    /// Its legal representative or proprietor.
    pub legal_rep: PersonId,
}

/// An authority that handles items, or a service centre with windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Id.
    pub id: UnitId,
    /// Name.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Unified social credit code.
    pub uscc: String,
    /// Division it works for (six digits).
    pub region: String,
    /// Telephone people may ring.
    pub phone: String,
    /// Address.
    pub address: String,
}

/// A member of staff as others see one: without name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffCard {
    /// Id.
    pub id: StaffId,
    /// Staff number (工号).
    pub no: String,
    /// Unit.
    pub unit: UnitId,
    /// Posts.
    pub roles: Vec<Role>,
    /// Whether still in post.
    pub active: bool,
}

/// What a one-time code is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeUse {
    /// Signing in.
    SignIn,
    /// Opening an account.
    Register,
}

impl CodeUse {
    /// As stored, and the ending of its words.
    pub fn label(self) -> &'static str {
        match self {
            CodeUse::SignIn => "sign-in",
            CodeUse::Register => "register",
        }
    }
}

/// How somebody came in; a fact of the sign-in event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Phone and password.
    Password,
    /// Phone and one-time code.
    Code,
    /// Login, password and authenticator.
    Authenticator,
    /// The password alone, on a screen that was locked.
    Unlock,
}

impl Way {
    /// As written in the ledger.
    pub fn label(self) -> &'static str {
        match self {
            Way::Password => "password",
            Way::Code => "sms-code",
            Way::Authenticator => "password-totp",
            Way::Unlock => "unlock",
        }
    }
}

/// An account row.
#[derive(Clone)]
pub struct Account {
    /// Id.
    pub id: AccountId,
    /// Sealed phone, cell `account.phone`.
    pub phone: Vec<u8>,
    /// Argon2id string.
    pub password: String,
    /// The person behind it, once verified.
    pub person: Option<PersonId>,
    /// Level of assurance: 1 phone and password, 2 real name checked.
    pub level: u8,
    /// Language of messages: `zh` or `en`.
    pub lang: String,
}

impl Account {
    /// Made at a window and not taken over yet: nobody can sign in to it.
    pub fn made_at_window(&self) -> bool {
        self.password.is_empty()
    }
}

/// A staff row with what signing in needs.
#[derive(Clone)]
pub struct StaffRow {
    /// What others see.
    pub card: StaffCard,
    /// Sealed name, cell `staff.name`.
    pub name: Vec<u8>,
    /// Argon2id string.
    pub password: String,
    /// Sealed secret of the authenticator in hex, cell `staff.totp`.
    pub totp: Vec<u8>,
}

/// A one-time code row.
#[derive(Clone)]
pub struct CodeRow {
    /// Id.
    pub id: i64,
    /// Keyed hash of the phone, as in `account.phone_index`.
    pub phone_index: Vec<u8>,
    /// Sealed phone, cell `sms_code.phone`.
    pub phone: Vec<u8>,
    /// What for.
    pub used_for: String,
    /// Keyed hash of token and code.
    pub code_hash: Vec<u8>,
    /// When it was made.
    pub made_at: Stamp,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was used.
    pub used_at: Option<Stamp>,
}

/// Failed tries of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub failed: i64,
    /// Since when the window runs.
    pub since: Stamp,
}

impl Tries {
    /// No failure yet.
    pub const NONE: Tries = Tries { failed: 0, since: Stamp::from_micros(0) };
}

/// Who may sign in to the demonstration, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DemoAccount {
    /// `citizen`, or the label of the first post.
    pub role: String,
    /// Phone or staff login.
    pub login: String,
    /// Password.
    pub password: String,
    /// Secret of the authenticator in base 32 (staff only).
    pub totp_secret: Option<String>,
    /// Name.
    pub name: String,
    /// What the account is good for: `restaurant`, `car`, `pension`, or the unit's name.
    pub note: String,
}
