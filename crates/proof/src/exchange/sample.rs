//! Connected systems of the sample town: one that asks by law, one that needs every holder's consent. Their
//! secrets are the same on every demonstration; a node without a sandbox never runs this.

use super::acts::{self, NewSecret};
use super::model::{Operation, Scope, System, SystemId, SystemStatus, Terms};
use super::{meaning, pass, records};
use crate::Proof;
use people::identity::unit_by_uscc;
use store::{Error, Result};

/// The unit whose licences are opened.
const PROVIDER: &str = "11990102000000377D";
/// Secret of both systems; said on the page for engineers.
pub const SECRET: &str = "tongban-demo-secret-2026";
/// Item that both ask for.
pub const ITEM: &str = "11990102000002591N400012300100";

struct Sample {
    access_id: &'static str,
    name: &'static str,
    consumer: &'static str,
    contact: &'static str,
    basis: &'static str,
}

const SYSTEMS: [Sample; 2] = [
    Sample {
        access_id: "TB0000000001",
        name: "公共场所卫生许可审批系统",
        consumer: "11990102000002591N",
        contact: "信息科系统管理岗",
        basis: "《公共场所卫生管理条例实施细则》第二十二条、《政务数据共享条例》",
    },
    Sample {
        access_id: "TB0000000002",
        name: "门头招牌设置服务系统",
        consumer: "11990102000006293Q",
        contact: "行政审批科",
        basis: "",
    },
];

/// Registers the sample systems once.
///
/// # Errors
/// `Internal` when the sample units are not there yet.
pub async fn seed(proof: &Proof) -> Result<()> {
    if !proof.app().site.sandbox {
        return Ok(());
    }
    for sample in &SYSTEMS {
        one(proof, sample).await?;
    }
    Ok(())
}

async fn one(proof: &Proof, sample: &'static Sample) -> Result<()> {
    let store = &proof.app().store;
    let find = move |db: &mut store::Db<'_>| {
        let there = records::by_access(db, sample.access_id)?.is_some();
        Ok((there, unit_by_uscc(db, PROVIDER)?, unit_by_uscc(db, sample.consumer)?))
    };
    let (there, provider, consumer) = store.read(find).await?;
    if there {
        return Ok(());
    }
    let (Some(provider), Some(consumer)) = (provider, consumer) else {
        return Err(Error::internal("the sample units are not there"));
    };
    let now = store.clock().now();
    let kind = meaning::all()?.iter().find(|kind| kind.zh == "营业执照");
    let kind = kind.ok_or_else(|| Error::internal("no business licence"))?;
    let scope = Scope {
        type_code: kind.code.clone(),
        fields: ["name", "uscc", "kind", "address", "scope"].map(String::from).to_vec(),
        basis: sample.basis.to_owned(),
    };
    let system = System {
        id: SystemId(store.fresh_id()),
        access_id: sample.access_id.to_owned(),
        provider: provider.id.0,
        terms: Terms {
            name: sample.name.to_owned(),
            consumer: consumer.id.0,
            contact: sample.contact.to_owned(),
            operations: Operation::ALL.to_vec(),
            items: vec![ITEM.to_owned()],
            per_minute: 60,
            per_day: 2_000,
            last: now.plus_days(365).day(),
            scopes: vec![scope],
        },
        status: SystemStatus::Active,
        reason: String::new(),
        lock: 1,
        registered_at: now,
    };
    let secret = NewSecret { id: store.fresh_id(), hash: pass::hash(store.vault(), SECRET) };
    let act = move |tx: &mut store::Tx<'_>| acts::register(tx, &system, &secret);
    store.write(store.system_ctx(), act).await.map(drop)
}
