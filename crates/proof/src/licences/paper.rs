//! The sealed file of a licence that a register answers for: made once, when somebody first wants it, by
//! the unit that issued the licence, on the order of its entry in the register.

use super::face::{self, Faced};
use super::model::{FaceField, Holder, Licence, LicenceRowId};
use super::{acts, records, sealed};
use crate::grants::annotation::Annotation;
use crate::seals::notary::Sealable;
use crate::seals::{Order, Paper, SealKind, Seals};
use codes::licence::LicenceId;
use codes::time::zh_day;
use guide::packs::licence::{Face, Line, Mark, Round};
use store::{Disclosure, Error, FileHash, Result};

/// A5 across, mm.
const WIDTH: f32 = 210.0;
const HEIGHT: f32 = 148.0;
/// Height of a letter, mm.
const LETTER: f32 = 4.2;
/// Where values begin, and how wide they are.
const VALUE: f32 = 66.0;
const WRAP: f32 = 126.0;

/// The file of a licence; one that has none yet is given its own, durably and once.
///
/// # Errors
/// Those of [`Seals::sign`].
pub async fn of(seals: &Seals, licence: &Licence) -> Result<FileHash> {
    if let Some(file) = &licence.file {
        return Ok(file.clone());
    }
    let _one = seals.one_paper().await;
    let kept = now(seals, licence.id).await?;
    if let Some(file) = kept.file {
        return Ok(file);
    }
    let made = make(seals, &kept).await?;
    let (store, id, file) = (seals.store(), kept.id, made.clone());
    match store.write(store.system_ctx(), move |tx| acts::keep_paper(tx, id, &file)).await {
        Ok(()) => Ok(made),
        // Another node was quicker: its file stays.
        Err(Error::Stale) => now(seals, licence.id).await?.file.ok_or(Error::Stale),
        Err(other) => Err(other),
    }
}

async fn now(seals: &Seals, id: LicenceRowId) -> Result<Licence> {
    seals.store().read(move |db| records::by_id(db, id)).await
}

async fn make(seals: &Seals, licence: &Licence) -> Result<FileHash> {
    let vault = seals.store().vault();
    let leave = Disclosure::process("the values of a licence are set into its own sealed file");
    let holder = sealed::open_holder(vault, licence, &leave)?;
    let set = set_out(licence, sealed::open_fields(vault, licence, &leave)?);
    let paper =
        Paper { title: licence.name_zh.clone(), number: licence.identifier.clone(), case_no: None };
    let order = Order::Register { licence: licence.id.0 };
    lay_out_and_seal(seals, licence, &set, &holder, Wanted { annotation: None, paper, order }).await
}

/// What is made of a licence's face.
pub(crate) struct Wanted<'a> {
    /// What is printed under it, when it is a copy.
    pub annotation: Option<&'a Annotation>,
    /// What the log of seals says of it.
    pub paper: Paper,
    /// On whose order.
    pub order: Order,
}

/// The face of a licence that is in the directory already, set with these values, sealed by the unit that issued it,
/// and kept.
///
/// # Errors
/// Those of [`Seals::sign`].
pub(crate) async fn lay_out_and_seal(
    seals: &Seals,
    licence: &Licence,
    set: &SetOut,
    holder: &Holder,
    wanted: Wanted<'_>,
) -> Result<FileHash> {
    let identifier = LicenceId::parse(&licence.identifier).map_err(Error::internal)?;
    let seal = seals.of_unit(&licence.issuer, SealKind::Licence).await?;
    let faced = Faced {
        id: seals.store().chance().token(),
        name: &licence.name_zh,
        type_code: &licence.type_code,
        face: &set.face,
        issued: &set.issued,
        fields: &set.fields,
        holder,
        identifier: &identifier,
        number: &licence.number,
        issuer_name: &licence.issuer.name,
        issuer_uscc: &licence.issuer.uscc,
        dated: licence.issued_at.day(),
        valid_from: licence.valid_from,
        valid_to: licence.valid_to,
        seal_name: &seal.name,
    };
    let (ofd, position) = face::lay_out_annotated(seals.fonts(), &faced, wanted.annotation)?;
    let document = Sealable { ofd, position, pages: 1, paper: wanted.paper };
    let sealed = seals.sign(&licence.issuer, SealKind::Licence, wanted.order, document).await?;
    Ok(sealed.file)
}

/// How a licence without a layout of its own is set.
pub(crate) struct SetOut {
    /// Layout.
    pub face: Face,
    /// Values in order.
    pub fields: Vec<FaceField>,
    /// Which of them only the issuing room knows: key and name.
    pub issued: Vec<(String, &'static str)>,
}

/// The common layout, with who issued it, when and until when beside the licence's own values.
pub(crate) fn set_out(licence: &Licence, mut fields: Vec<FaceField>) -> SetOut {
    let until = licence.valid_to.map_or("长期".to_owned(), zh_day);
    let issued = [
        ("_issuer", "发证机关", "issuer", licence.issuer.name.clone()),
        ("_issued", "制发日期", "issued_day", zh_day(licence.issued_at.day())),
        ("_until", "有效期至", "valid_until", until),
    ];
    for (key, zh, _, value) in &issued {
        fields.push(field(key, zh, value));
    }
    let issued = issued.iter().map(|(key, _, name, _)| ((*key).to_owned(), *name)).collect();
    SetOut { face: plain(&licence.name_zh, &fields), fields, issued }
}

fn field(key: &str, zh: &str, value: &str) -> FaceField {
    FaceField {
        key: key.to_owned(),
        zh: zh.to_owned(),
        en: String::new(),
        value: value.to_owned(),
        sensitive: false,
        brief: false,
    }
}

/// The common face of licences whose own layout nobody has published: a title, one row per value, the code
/// at the lower left, the seal over issuer and date.
pub fn plain(name: &str, fields: &[FaceField]) -> Face {
    let rule = |y: f32| Line { x1: 18.0, y1: y, x2: WIDTH - 18.0, y2: y, width: 0.3 };
    let mark = |x, y, size| Mark {
        x,
        y,
        size,
        text: String::new(),
        field: String::new(),
        wrap: 0.0,
        centre: false,
        bold: false,
    };
    let title =
        Mark { text: name.to_owned(), centre: true, bold: true, ..mark(WIDTH / 2.0, 25.0, 9.0) };
    let mut text = vec![title];
    let mut y = 42.0;
    // The last three stand at the foot, beside the seal.
    let body = fields.len().saturating_sub(3);
    for field in &fields[..body] {
        text.push(Mark { text: field.zh.clone(), ..mark(18.0, y, LETTER) });
        text.push(Mark { field: field.key.clone(), wrap: WRAP, ..mark(VALUE, y, LETTER) });
        let letters = (WRAP / LETTER) as usize;
        let lines = field.value.chars().count().div_ceil(letters).clamp(1, 3);
        y += 7.4 + (lines - 1) as f32 * LETTER * 1.4;
    }
    for (n, field) in fields[body..].iter().enumerate() {
        let y = 112.0 + n as f32 * 8.0;
        text.push(Mark { text: field.zh.clone(), ..mark(58.0, y, LETTER) });
        text.push(Mark { field: field.key.clone(), wrap: 70.0, ..mark(82.0, y, LETTER) });
    }
    text.push(Mark { text: "扫码核验真伪".into(), ..mark(20.4, 137.0, 3.2) });
    Face {
        width: WIDTH,
        height: HEIGHT,
        text,
        line: vec![rule(31.0), rule(102.0)],
        seal: Round { x: 150.0, y: 96.0, size: 42.0 },
        qr: Round { x: 18.0, y: 107.0, size: 25.0 },
    }
}
