//! The authority that speaks of status: its key signs the lists and the offline codes, and may sign no seal.

use super::authority::{Identity, Role};
use super::founding::beneath;
use super::notary::Seals;
use store::Result;

impl Seals {
    /// The speaker of this node, made when it is first needed; where two are making it, one stays.
    pub(crate) async fn speaker(&self) -> Result<Identity> {
        beneath(self.store(), Role::Speaker, &self.authorities().agency).await
    }
}
