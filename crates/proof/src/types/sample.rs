//! A sample of a face: invented values in every field, set and drawn as the licence itself would be, without
//! a seal. Nothing of it is kept.

use super::face;
use super::model::{Body, Field, FieldKind};
use crate::licences::face::{Faced, lay_out};
use crate::licences::{FaceField, Holder, HolderKind};
use codes::licence::LicenceId;
use codes::time::{Day, zh_day};
use guide::packs::licence::LicenceFace;
use ofd::Limits;
use ofd::font::Fonts;
use ofd::read::Reader;
use store::{Error, Result, Secret};

/// Type code of a sample whose own does not check yet.
const NO_CODE: &str = "11990000000000001K999";
/// Issuer of every sample.
const ISSUER: (&str, &str) = ("示例区市场监督管理局", "11990102000000377D");
/// Person and enterprise of every sample; both stand in the sample registers.
const PERSON: (&str, &str) = ("吴东", "990102198804201822");
const ENTERPRISE: (&str, &str) = ("示例区邓记面馆", "92990102630040015X");

/// The sample of a type written at the console, SVG.
pub fn of_body(fonts: &Fonts, code: &str, body: &Body, today: Day) -> Result<String> {
    let drawn = face::licence_face(code, body);
    let value = |key: &str| body.field(key).map_or_else(|| key.to_owned(), |f| sample(f, today));
    draw(fonts, &drawn, body.holder, &value, today)
}

/// The sample of a type of a service pack, SVG: its labels stand where values would.
pub fn of_face(fonts: &Fonts, face: &LicenceFace, today: Day) -> Result<String> {
    let person = matches!(face.holder, guide::packs::licence::Holder::Person);
    let kind = if person { HolderKind::Person } else { HolderKind::Enterprise };
    let value = |key: &str| {
        let field = face.field.iter().find(|f| f.key == key);
        field.map_or_else(String::new, |f| f.label.zh.clone())
    };
    draw(fonts, face, kind, &value, today)
}

/// What could stand in a field, as long as it usually is.
pub fn sample(field: &Field, today: Day) -> String {
    match field.kind {
        FieldKind::Text | FieldKind::Long => {
            let most =
                (field.most as usize).min(if field.kind == FieldKind::Long { 60 } else { 16 });
            let letters = field.label.zh.chars().chain("的样例内容".chars()).cycle();
            letters.take(most).collect()
        }
        FieldKind::Date => zh_day(today),
        FieldKind::Number => "12".to_owned(),
        FieldKind::Choice => field.choices.first().cloned().unwrap_or_default(),
        FieldKind::IdCard => PERSON.1.to_owned(),
        FieldKind::Uscc => ENTERPRISE.1.to_owned(),
    }
}

fn draw(
    fonts: &Fonts,
    face: &LicenceFace,
    kind: HolderKind,
    value: &dyn Fn(&str) -> String,
    today: Day,
) -> Result<String> {
    let (name, code) = if kind == HolderKind::Person { PERSON } else { ENTERPRISE };
    let holder = Holder { kind, subject: None, name: Secret::new(name), code: Secret::new(code) };
    let id = |code: &str| LicenceId::new(code, ISSUER.1, "00000000000", 1);
    let identifier = id(&face.type_code).or_else(|_| id(NO_CODE)).map_err(Error::internal)?;
    let number = format!("{}99010200000000000", face.number_prefix);
    let fields: Vec<FaceField> = face
        .field
        .iter()
        .map(|f| FaceField {
            key: f.key.clone(),
            zh: f.label.zh.clone(),
            en: f.label.en.clone(),
            value: match (f.issued(), f.key.as_str()) {
                (Some("number"), _) => number.clone(),
                (Some("issuer"), _) => ISSUER.0.to_owned(),
                (Some("id"), _) => identifier.to_string(),
                (Some(_), _) => zh_day(today),
                (None, "holder") => name.to_owned(),
                (None, "holder_code") => code.to_owned(),
                (None, key) => value(key),
            },
            sensitive: f.sensitive,
            brief: f.brief,
        })
        .collect();
    let faced = Faced {
        id: "0".repeat(32),
        name: &face.name.zh,
        type_code: &face.type_code,
        face: &face.face,
        issued: &[],
        fields: &fields,
        holder: &holder,
        identifier: &identifier,
        number: &number,
        issuer_name: ISSUER.0,
        issuer_uscc: ISSUER.1,
        dated: today,
        valid_from: today,
        valid_to: None,
        seal_name: "",
    };
    let (ofd, _) = lay_out(fonts, &faced)?;
    let reader = Reader::open(&ofd, &Limits::default()).map_err(Error::internal)?;
    ofd::picture::render_svg_without(&reader, 0, "s", &[]).map_err(Error::internal)
}
