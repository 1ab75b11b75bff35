//! A sample batch for a newcomer: a small table, one row of which does not check, waiting for the second
//! steward. Nothing is issued by it.

use super::life::Step;
use super::prepare::{self, Wanted};
use super::{acts, records, sheet};
use crate::Proof;
use crate::types::acts::{Hand, issued_by};
use crate::types::seed::WORKSHOP;
use people::identity::UnitId;
use store::{Actor, Ctx, Result};

const TABLE: &str = "名称,统一社会信用代码,负责人,生产地址,食品类别,产品品种,从业人数
示例区曾记便利店,92990181064908421K,曾建华,示例区人民路108号,糕点,绿豆糕、桃酥,3
示例区邓记面馆,92990102630040015X,邓国强,示例区建设路66号,米面制品,手工面条,2
示例区幸福豆坊,929901020000000000,何平,示例区幸福路12号,豆制品,豆腐、豆干,
";

/// Fills in the sample batch. Does nothing where the sample type is not there, or when it ran before.
///
/// # Errors
/// The store's.
pub async fn seed(proof: &Proof) -> Result<()> {
    let store = &proof.app().store;
    let Some(staff) = proof.people().staff_of_login("zz01").await? else { return Ok(()) };
    let unit = proof.people().unit(UnitId(staff.unit)).await?;
    let hand = Hand { staff: staff.id, unit: staff.unit };
    let found = store
        .read(move |db| {
            let there = !records::list(db, hand.unit, i64::MAX, 1)?.is_empty();
            Ok((!there).then(|| issued_by(db, WORKSHOP, hand.unit, &unit.uscc).ok()).flatten())
        })
        .await?;
    let Some((kind, version)) = found else { return Ok(()) };
    let typed = sheet::rows(TABLE.as_bytes(), &version.body)?;
    let wanted =
        Wanted { kind, version, hand, name: "小作坊登记.csv".to_owned(), replaces: None };
    let (batch, rows) = prepare::batch(proof, &wanted, typed).await?;
    let id = batch.id;
    let ctx = || Ctx { actor: Actor::Staff(hand.staff), ..store.system_ctx() };
    store.write(ctx(), move |tx| acts::keep(tx, &batch, &rows)).await?;
    store.write(ctx(), move |tx| acts::step(tx, hand, id, 1, Step::Offer, "")).await
}
