//! Sample types for a newcomer: one in use with everything a type can have, and a draft that still has
//! something to put right. Written and published by the two sample stewards, as people would.

use super::acts::{self, Hand};
use super::model::{Body, Field, FieldKind, Layout, Validity};
use super::records;
use crate::Proof;
use crate::licences::HolderKind;
use guide::packs::text::Text;
use store::{Actor, Ctx, Result};

/// Type code of the sample in use: 小作坊登记证.
pub const WORKSHOP: &str = "11990102000000377D001";
/// Type code of the draft: 食品安全员证.
const SAFETY: &str = "11990102000000377D002";
/// Logins of the two stewards of the sample unit.
const STEWARDS: [&str; 2] = ["zz01", "zz02"];

fn field(key: &str, label: (&str, &str), kind: FieldKind, most: u32, brief: bool) -> Field {
    Field {
        key: key.into(),
        label: Text::new(label.0, label.1),
        kind,
        most,
        required: true,
        sensitive: false,
        brief,
        choices: Vec::new(),
    }
}

fn workshop() -> Body {
    let name = Text::new("食品生产加工小作坊登记证", "Small food workshop registration");
    let mut body = Body::new(name, HolderKind::Enterprise);
    let mut class = field("class", ("食品类别", "Kind of food"), FieldKind::Choice, 12, true);
    class.choices = ["糕点", "豆制品", "米面制品", "肉制品", "调味品"].map(str::to_owned).to_vec();
    let mut hands = field("hands", ("从业人数", "People working"), FieldKind::Number, 4, false);
    hands.required = false;
    let mut head = field("head", ("负责人", "Person in charge"), FieldKind::Text, 20, false);
    head.sensitive = true;
    body.fields = vec![
        head,
        field("place", ("生产地址", "Place of production"), FieldKind::Text, 50, true),
        class,
        field("goods", ("产品品种", "Products"), FieldKind::Long, 90, true),
        hands,
    ];
    body.prefix = "XZF".into();
    body.validity = Validity::Months { months: 36 };
    body.yearly = true;
    body
}

fn safety() -> Body {
    let name = Text::new("食品安全员证", "Food safety officer's certificate");
    let mut body = Body::new(name, HolderKind::Person);
    body.layout = Layout::Small;
    let mut post = field("post", ("岗位", "Post"), FieldKind::Choice, 10, true);
    post.choices = vec!["食品安全员".into()];
    body.fields =
        vec![post, field("until_day", ("证书有效期", "Valid until"), FieldKind::Date, 11, true)];
    body.validity = Validity::Until { field: "until_day".into() };
    body
}

/// Fills in the sample types. Does nothing where there is no sandbox, or when it ran before.
///
/// # Errors
/// The store's.
pub async fn seed(proof: &Proof) -> Result<()> {
    let store = &proof.app().store;
    let there = store.read(|db| records::by_code(db, WORKSHOP)).await?;
    if !proof.app().site.sandbox || there.is_some() {
        return Ok(());
    }
    let mut hands = Vec::new();
    for login in STEWARDS {
        if let Some(staff) = proof.people().staff_of_login(login).await? {
            hands.push(Hand { staff: staff.id, unit: staff.unit });
        }
    }
    let [writer, second] = hands[..] else { return Ok(()) };
    let ctx = |hand: Hand| Ctx { actor: Actor::Staff(hand.staff), ..store.system_ctx() };
    store.write(ctx(writer), move |tx| acts::begin(tx, writer, WORKSHOP, workshop())).await?;
    store.write(ctx(writer), move |tx| acts::offer(tx, writer, WORKSHOP, 1)).await?;
    store.write(ctx(second), move |tx| acts::publish(tx, second, WORKSHOP, 2)).await?;
    store.write(ctx(second), move |tx| acts::begin(tx, second, SAFETY, safety())).await.map(drop)
}
