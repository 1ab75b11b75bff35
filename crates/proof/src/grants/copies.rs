//! Annotated copies (加注件): made for one purpose, printed and sealed with it, good until a day. The order is
//! an event; the file is made when somebody first fetches it, so nothing is lost between the two.

use super::acts;
use super::annotation::Annotation;
use super::model::{Copy, GrantStatus, Said};
use super::{records, words};
use crate::Proof;
use crate::exchange::SystemId;
use crate::licences::model::{FaceField, Holder, HolderKind, Licence, LicenceRowId};
use crate::licences::paper::{self, Wanted};
use crate::licences::{records as licences, sealed};
use crate::seals::{Order, Paper, Seals};
use codes::time::Day;
use guide::packs::load_shipped;
use store::{Ctx, Disclosure, Error, FileHash, Idem, Result, Secret, Upkeep};
use web::limits::Limit;

/// Seconds for which the address of a copy is good.
pub const URL_SECONDS: i64 = 600;
/// Key that stands for every field.
pub const ALL: &str = "*";
/// Addresses tried from one place.
const FETCH: Limit = Limit { name: "exchange-fetch", burst: 60, refill_seconds: 2 };
/// What stands where a value was not opened.
const HIDDEN: &str = "＊＊＊＊";

/// A copy to be ordered.
pub struct Wish {
    /// Of which licence.
    pub licence: Licence,
    /// The person who orders it, when it is one.
    pub person: Option<i64>,
    /// The system it is made for, when it is one.
    pub system: Option<SystemId>,
    /// The grant it rests on.
    pub grant: Option<i64>,
    /// For whom and what for.
    pub said: Said,
    /// Keys shown.
    pub shows: Vec<String>,
    /// Last day.
    pub last: Day,
    /// Whom it concerns.
    pub subject: Option<i64>,
}

/// Orders a copy; it is there from now on, without a file yet. The same key orders it once.
///
/// # Errors
/// Those of [`acts::order`].
pub async fn order(proof: &Proof, ctx: Ctx, wish: Wish, idem: Option<Idem>) -> Result<i64> {
    let store = &proof.app().store;
    let id = store.fresh_id();
    let copy = Copy {
        id,
        licence: wish.licence.id.0,
        person: wish.person,
        system: wish.system,
        grant: wish.grant,
        said: words::seal_copy(store.vault(), id, &wish.said)?,
        shows: wish.shows,
        last: wish.last,
        made_at: ctx.at,
        file: None,
        revoked_at: None,
    };
    let act = move |tx: &mut store::Tx<'_>| acts::order(tx, &copy, wish.subject);
    match idem {
        Some(idem) => store.write_once(ctx, idem, act).await,
        None => store.write(ctx, act).await,
    }
}

/// Keeps an address under which a copy is fetched once; gives its last part.
pub async fn address(proof: &Proof, copy: i64) -> Result<String> {
    let app = proof.app();
    let (token, ends) = (app.store.chance().token(), app.clock().now().plus_seconds(URL_SECONDS));
    let hash = app.vault().index("licence_copy_url.hash", &token);
    let keep = move |db: &mut store::Db<'_>| records::add_url(db, &hash, copy, ends);
    app.store.upkeep(Upkeep::Limit, keep).await?;
    Ok(token)
}

/// The copy of an address: once, in time, and while the copy stands.
///
/// # Errors
/// `NotFound` for any other address.
pub async fn fetch(proof: &Proof, ip: &str, token: &str) -> Result<(String, Vec<u8>)> {
    let app = proof.app();
    let at = app.clock().now();
    app.limits.check(FETCH, ip, at)?;
    let hash = app.vault().index("licence_copy_url.hash", token);
    let take = move |db: &mut store::Db<'_>| match records::take_url(db, &hash, at)? {
        Some(copy) => records::copy(db, copy),
        None => Err(Error::NotFound),
    };
    let copy = app.store.upkeep(Upkeep::Limit, take).await?;
    bytes(proof, &copy).await
}

/// Name and bytes of a copy that stands.
///
/// # Errors
/// `exchange-copy-over` when it was taken back or its day is past.
pub async fn bytes(proof: &Proof, copy: &Copy) -> Result<(String, Vec<u8>)> {
    let today = proof.app().clock().now().day();
    if copy.status_on(today) != GrantStatus::Given {
        return Err(Error::refused("exchange-copy-over"));
    }
    let file = file_of(proof.seals(), copy).await?;
    Ok((format!("{}.ofd", copy.no()), proof.app().store.files().get(&file)?))
}

/// The file of a copy; one that has none yet is given its own, durably and once.
async fn file_of(seals: &Seals, copy: &Copy) -> Result<FileHash> {
    if let Some(file) = &copy.file {
        return Ok(file.clone());
    }
    let _one = seals.one_paper().await;
    let (store, id) = (seals.store(), copy.id);
    let now = store.read(move |db| records::copy(db, id)).await?;
    if let Some(file) = now.file.clone() {
        return Ok(file);
    }
    let made = make(seals, &now).await?;
    let file = made.clone();
    match store.write(store.system_ctx(), move |tx| acts::keep_file(tx, id, &file)).await {
        Ok(()) => Ok(made),
        // Another node was quicker: its file stays.
        Err(Error::Stale) => {
            store.read(move |db| records::copy(db, id)).await?.file.ok_or(Error::Stale)
        }
        Err(other) => Err(other),
    }
}

async fn make(seals: &Seals, copy: &Copy) -> Result<FileHash> {
    let (store, row) = (seals.store(), LicenceRowId(copy.licence));
    let licence = store.read(move |db| licences::by_id(db, row)).await?;
    let leave = Disclosure::process("a copy is set with what the record of its order allows");
    let vault = store.vault();
    let said = words::open_copy(vault, copy, &leave)?;
    let fields = sealed::open_fields(vault, &licence, &leave)?;
    let holder = sealed::open_holder(vault, &licence, &leave)?;
    let (fields, holder) = covered(fields, holder, &copy.shows);
    let set = set_out(&licence, fields);
    let annotation = annotation(copy, &said);
    let title = format!("{}（加注件）", licence.name_zh);
    let wanted = Wanted {
        annotation: Some(&annotation),
        paper: Paper { title, number: copy.no(), case_no: None },
        order: Order::Copy { copy: copy.id },
    };
    paper::lay_out_and_seal(seals, &licence, &set, &holder, wanted).await
}

/// Values that were not opened are covered, in the face and in the metadata alike.
fn covered(
    mut fields: Vec<FaceField>,
    mut holder: Holder,
    shows: &[String],
) -> (Vec<FaceField>, Holder) {
    if shows.iter().any(|key| key == ALL) {
        return (fields, holder);
    }
    let told = |value: &str| fields.iter().any(|f| shows.contains(&f.key) && f.value == value);
    let (name, code) = (told(holder.name.expose()), told(holder.code.expose()));
    if !name {
        holder.name = Secret::new(holder.shown_name());
    }
    if !code && holder.kind == HolderKind::Person {
        holder.code = Secret::new(holder.code.masked_id());
    }
    for field in fields.iter_mut().filter(|f| !shows.contains(&f.key)) {
        field.value = HIDDEN.to_owned();
    }
    (fields, holder)
}

/// The layout of the type: its pack's own, or the common one.
fn set_out(licence: &Licence, fields: Vec<FaceField>) -> paper::SetOut {
    let faces = load_shipped().iter().filter_map(|pack| pack.licence.as_ref());
    let Some(face) = faces.into_iter().find(|face| face.type_code == licence.type_code) else {
        return paper::set_out(licence, fields);
    };
    let issued = face.field.iter().filter_map(|f| Some((f.key.clone(), f.issued()?)));
    paper::SetOut { face: face.face.clone(), fields, issued: issued.collect() }
}

/// What is printed under the face, and the metadata of GB/T 36903 for copies.
fn annotation(copy: &Copy, said: &Said) -> Annotation {
    let mut lines =
        vec![format!("加注件　仅用于：{}", said.purpose), format!("使用单位（人）：{}", said.who)];
    if !said.case_no.is_empty() {
        lines.push(format!("事项编码：{}　办件号：{}", said.item, said.case_no));
    }
    let made = copy.made_at.ymd_hm();
    lines.push(format!("制作时间：{made}　有效期至：{}　编号：{}", copy.last, copy.no()));
    lines.push("超出上述用途、单位和期限使用无效。".to_owned());
    let metadata = [
        ("JZJZZSJ", made),
        ("JZJZZZ", said.who.clone()),
        ("JZJZZSY", said.purpose.clone()),
        ("JZJYXQJZSJ", copy.last.to_string()),
        ("KZ_JZJBH", copy.no()),
    ];
    let metadata = metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Annotation { lines, metadata }
}

/// What verification says of an annotated copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyFacts {
    /// Number printed on it.
    pub no: String,
    /// Where it stands today.
    pub status: GrantStatus,
    /// For whom.
    pub who: String,
    /// What for.
    pub purpose: String,
    /// When it was made, as printed.
    pub made_at: String,
    /// Last day.
    pub last: Day,
}

/// The copy whose file this is, for whoever verifies it; `None` when the file is no copy of ours.
pub async fn copy_of(seals: &Seals, file: &FileHash) -> Result<Option<CopyFacts>> {
    let (store, wanted) = (seals.store(), file.clone());
    let found = store.read(move |db| records::copy_of_file(db, &wanted)).await?;
    let Some(copy) = found else { return Ok(None) };
    let leave = Disclosure::process("a copy tells whoever holds it what it was made for");
    let said = words::open_copy(store.vault(), &copy, &leave)?;
    Ok(Some(CopyFacts {
        no: copy.no(),
        status: copy.status_on(store.clock().now().day()),
        who: said.who,
        purpose: said.purpose,
        made_at: copy.made_at.ymd_hm(),
        last: copy.last,
    }))
}
