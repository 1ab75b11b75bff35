//! What a newcomer finds under grants, copies and use logs: another department's system asked for the shop's
//! licence, and a citizen made an annotated copy of his own.

use super::broken;
use crate::node::Node;
use proof::exchange::answer::{self, Head, OfHolder};
use proof::exchange::model::Reasons;
use proof::exchange::{Operation, sample};
use proof::grants::copies::{self, ALL, Wish};
use proof::grants::model::Said;
use proof::licences::{HolderKind, records};
use store::{Purpose, Result, Secret};
use web::Visitor;

/// The sample system that asks by law.
const SYSTEM: &str = "TB0000000001";
/// The shop it asks about.
const SHOP: &str = "92990102630040015X";
/// Type of licence.
const BUSINESS: &str = "11100000MB0143028R001";

/// A system asks once.
pub async fn asked(node: &Node) -> Result<()> {
    let (proof, clock) = (node.proof(), node.store().clock());
    let token = answer::token(proof, "127.0.0.1", SYSTEM, sample::SECRET).await?;
    let head = Head {
        access_id: SYSTEM.into(),
        access_token: token,
        timestamp: clock.now().micros() / 1000,
        nonce: node.store().chance().token(),
    };
    let reasons = Reasons {
        cause: "办理公共场所卫生许可".into(),
        item: sample::ITEM.into(),
        case_no: "99010220261116009901".into(),
    };
    let operation = Operation::ByHolder;
    let asked = answer::enter(proof, "127.0.0.1", &head, operation, reasons, BUSINESS).await?;
    let of = OfHolder {
        kind: HolderKind::Enterprise,
        code: Secret::new(SHOP),
        type_code: BUSINESS.into(),
        number: String::new(),
    };
    let told = answer::by_holder(proof, &asked, &of, &[]).await?;
    if told.is_empty() { Err(broken("sharing")) } else { Ok(()) }
}

/// A citizen makes a copy of the first licence he holds.
pub async fn copied(node: &Node, visitor: &Visitor) -> Result<()> {
    let person = visitor.person()?;
    let id = people::identity::PersonId(person);
    let facts = node.people().person_facts(id, &store::Disclosure::own()).await?;
    let vault = node.store().vault();
    let index = proof::licences::holder_index(vault, HolderKind::Person, facts.id_no.expose());
    let now = node.store().clock().now();
    let read = move |db: &mut store::Db<'_>| {
        let held = records::of_holder(db, &index, now.day())?;
        let Some(first) = held.iter().find(|l| l.status.in_force()) else { return Ok(None) };
        records::by_id(db, first.id).map(Some)
    };
    let licence = node.store().read(read).await?.ok_or_else(|| broken("a licence to copy"))?;
    let wish = Wish {
        licence,
        person: Some(person),
        system: None,
        grant: None,
        said: Said {
            who: "示例物业公司".into(),
            purpose: "租赁示例路 1 号房屋".into(),
            ..Said::default()
        },
        shows: vec![ALL.into()],
        last: now.plus_days(30).day(),
        subject: Some(person),
    };
    let ctx = visitor.ctx(node.app(), Purpose::Own);
    copies::order(node.proof(), ctx, wish, None).await.map(drop)
}
