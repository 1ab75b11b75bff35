//! A house for the tests of this wing: a store in a folder of its own, seals, and a case with a decision.

use crate::licences::{Holder, HolderKind, LicenceDraft};
use crate::seals::sample::{self, Hands};
use crate::seals::{Issuer, Order, SealKind, Seals};
use codes::time::{Day, Stamp};
use guide::packs::licence::{LicenceFace, Printed};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Chance, Clock, Event, Kind, Secret, Settings, Store, Stream, Url, migrate};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A store and its seals; the folder is removed at the end.
pub(crate) struct House {
    pub(crate) seals: Seals,
    pub(crate) folder: PathBuf,
}

impl House {
    /// A house whose market authority and police have their seals.
    pub(crate) async fn new() -> House {
        let n = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("tongban-proof-{}-{n}", std::process::id()));
        let seals = Seals::open(open(&folder)).await.expect("the seals open");
        let house = House { seals, folder };
        for (issuer, kind) in [
            (market(), SealKind::Approval),
            (market(), SealKind::Licence),
            (police(), SealKind::Licence),
        ] {
            house.walk(&issuer, kind).await;
        }
        house
    }

    /// Its store.
    pub(crate) fn store(&self) -> &Store {
        self.seals.store()
    }

    /// A seal walked from its application to its use, by invented people.
    pub(crate) async fn walk(&self, issuer: &Issuer, kind: SealKind) {
        sample::walk(&self.seals, issuer, kind, &hands()).await.expect("the seal is in use");
    }

    /// Writes a decision of a case into the ledger.
    pub(crate) async fn decide(&self, case_id: i64, kind: Kind) {
        let act = move |tx: &mut store::Tx<'_>| {
            Ok(tx.record(Event::new(kind, Stream::of("case", case_id)))?.with(()))
        };
        self.store().write(self.store().system_ctx(), act).await.expect("the decision is kept");
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Opens the store of a folder; the clock stands at 2026-09-21.
pub(crate) fn open(folder: &std::path::Path) -> Store {
    Store::open(Settings {
        url: Url::Sqlite(folder.join("t.db")),
        data: folder.to_owned(),
        clock: Clock::fixed(Stamp::from_micros(1_790_000_000_000_000)),
        chance: Chance::System,
        migrations: migrate::shipped(),
        readers: 2,
        writers: 1,
    })
    .expect("the store opens")
}

/// Who walks the seals of a house: keepers 901 and 902, head 903, registrar 904.
pub(crate) fn hands() -> Hands {
    Hands { keepers: vec![901, 902], head: 903, registrar: 904, entrusted: true }
}

pub(crate) fn market() -> Issuer {
    Issuer {
        unit: 10, name: "示例区市场监督管理局".into(), uscc: "11990102000000377D".into()
    }
}

pub(crate) fn police() -> Issuer {
    Issuer { unit: 11, name: "示例市公安局".into(), uscc: "119901000000007487".into() }
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// The face of the food licence, as its pack has it.
pub(crate) fn face() -> LicenceFace {
    let pack = guide::packs::shipped("spjy-xb").expect("the food pack ships");
    pack.licence.clone().expect("the pack has a licence")
}

/// A food licence for 示例区邓记面馆, ordered by the grant of case 1.
pub(crate) fn draft() -> LicenceDraft {
    let face = face();
    let values = face
        .field
        .iter()
        .map(|f| {
            let printed = match (f.issued(), f.key.as_str()) {
                (Some(name), _) => Printed::Issued(name),
                (None, "holder") => Printed::Text("示例区邓记面馆".into()),
                (None, "uscc") => Printed::Text("92990102630040015X".into()),
                (None, key) => Printed::Text(format!("{key}的内容")),
            };
            (f.key.clone(), printed)
        })
        .collect();
    LicenceDraft {
        face,
        values,
        holder: Holder {
            kind: HolderKind::Enterprise,
            subject: Some(5),
            name: Secret::new("示例区邓记面馆"),
            code: Secret::new("92990102630040015X"),
        },
        issuer: market(),
        dated: day("2026-09-21"),
        valid_from: day("2026-09-21"),
        valid_to: Some(day("2031-09-20")),
        order: Order::Case { case_id: 1, event: Kind::CaseGranted },
        case_no: Some("99010220260921000001".into()),
        replaces: None,
    }
}
