//! From what a type says to the face that is drawn: fields in order, placed on one of the sheets.

use super::model::{Body, Field, Layout, Validity};
use guide::packs::cel::Expr;
use guide::packs::licence::{Face, Holder, LicenceFace, LicenceField, Line, Mark, Round};
use guide::packs::text::Text;

/// A sheet: its size, the room for the body, and where the foot stands. All in mm.
struct Sheet {
    width: f32,
    height: f32,
    /// Letter height of the body.
    size: f32,
    title: (f32, f32),
    rule: f32,
    /// Left edges of label and value and width of the value, per column.
    columns: &'static [(f32, f32, f32)],
    top: f32,
    bottom: f32,
    foot: Foot,
    framed: bool,
}

/// The last three lines, the code and the seal.
struct Foot {
    label: f32,
    value: f32,
    wrap: f32,
    y: f32,
    step: f32,
    seal: Round,
    qr: Round,
}

fn sheet(layout: Layout) -> Sheet {
    match layout {
        Layout::Certificate => certificate(),
        Layout::Upright => upright(),
        Layout::Plain => plain(),
        Layout::Small => small(),
    }
}

fn round(x: f32, y: f32, size: f32) -> Round {
    Round { x, y, size }
}

fn certificate() -> Sheet {
    Sheet {
        width: 297.0,
        height: 210.0,
        size: 4.6,
        title: (42.0, 13.0),
        rule: 54.0,
        columns: &[(30.0, 70.0, 78.0), (158.0, 198.0, 72.0)],
        top: 68.0,
        bottom: 146.0,
        foot: Foot {
            label: 158.0,
            value: 184.0,
            wrap: 86.0,
            y: 160.0,
            step: 9.0,
            seal: round(222.0, 148.0, 42.0),
            qr: round(30.0, 152.0, 32.0),
        },
        framed: true,
    }
}

fn upright() -> Sheet {
    Sheet {
        width: 210.0,
        height: 297.0,
        size: 4.6,
        title: (48.0, 12.0),
        rule: 60.0,
        columns: &[(30.0, 72.0, 108.0)],
        top: 76.0,
        bottom: 216.0,
        foot: Foot {
            label: 84.0,
            value: 110.0,
            wrap: 78.0,
            y: 238.0,
            step: 9.0,
            seal: round(138.0, 226.0, 42.0),
            qr: round(30.0, 230.0, 32.0),
        },
        framed: true,
    }
}

fn plain() -> Sheet {
    Sheet {
        width: 210.0,
        height: 148.0,
        size: 4.2,
        title: (25.0, 9.0),
        rule: 31.0,
        columns: &[(18.0, 60.0, 132.0)],
        top: 41.0,
        bottom: 98.0,
        foot: Foot {
            label: 58.0,
            value: 82.0,
            wrap: 70.0,
            y: 112.0,
            step: 8.0,
            seal: round(150.0, 96.0, 42.0),
            qr: round(18.0, 107.0, 25.0),
        },
        framed: false,
    }
}

fn small() -> Sheet {
    Sheet {
        width: 148.0,
        height: 105.0,
        size: 3.4,
        title: (17.0, 6.5),
        rule: 22.0,
        columns: &[(12.0, 46.0, 90.0)],
        top: 29.5,
        bottom: 68.0,
        foot: Foot {
            label: 40.0,
            value: 60.0,
            wrap: 48.0,
            y: 77.0,
            step: 6.0,
            seal: round(106.0, 66.0, 32.0),
            qr: round(12.0, 73.0, 20.0),
        },
        framed: false,
    }
}

/// One line of the body before it has a place: label, key, most letters of full width.
struct Entry {
    label: String,
    key: String,
    letters: f32,
}

fn entry(field: &Field) -> Entry {
    let most = field.most as f32;
    let letters = if field.kind.narrow() { most / 2.0 } else { most };
    Entry { label: field.label.zh.clone(), key: field.key.clone(), letters }
}

/// What every licence says at the head of its body.
fn head(body: &Body) -> [Entry; 3] {
    let holder = if body.holder.code() == "111" {
        ("姓名", "公民身份号码")
    } else {
        ("名称", "统一社会信用代码")
    };
    let entry =
        |label: &str, key: &str, letters| Entry { label: label.into(), key: key.into(), letters };
    [
        entry("编号", "number", 14.0),
        entry(holder.0, "holder", 30.0),
        entry(holder.1, "holder_code", 9.0),
    ]
}

fn mark(x: f32, y: f32, size: f32) -> Mark {
    Mark {
        x,
        y,
        size,
        text: String::new(),
        field: String::new(),
        wrap: 0.0,
        centre: false,
        bold: false,
    }
}

/// The body set line by line; `None` when it does not fit on the sheet.
fn place(body: &Body, sheet: &Sheet) -> Option<Vec<Mark>> {
    let mut out = Vec::new();
    let (mut column, mut y) = (0, sheet.top);
    for entry in head(body).into_iter().chain(body.fields.iter().map(entry)) {
        let (label, value, wrap) = sheet.columns[column];
        let lines = (entry.letters * sheet.size / wrap).ceil().max(1.0);
        let below = (lines - 1.0) * sheet.size * 1.4;
        if y + below > sheet.bottom {
            column += 1;
            y = sheet.top;
        }
        if column >= sheet.columns.len() || y + below > sheet.bottom {
            return None;
        }
        let (label, value, wrap) =
            if y == sheet.top { sheet.columns[column] } else { (label, value, wrap) };
        out.push(Mark { text: entry.label, ..mark(label, y, sheet.size) });
        out.push(Mark { field: entry.key, wrap, ..mark(value, y, sheet.size) });
        y += below + sheet.size * 1.9;
    }
    Some(out)
}

/// Whether everything a type says finds room on its sheet.
pub fn fits(body: &Body) -> bool {
    place(body, &sheet(body.layout)).is_some()
}

/// The face of a type. What does not fit is left out; a type that does not fit is not published.
fn drawn(body: &Body) -> Face {
    let sheet = sheet(body.layout);
    let (w, h) = (sheet.width, sheet.height);
    let (title_y, title_size) = sheet.title;
    let mut text = vec![Mark {
        text: body.name.zh.clone(),
        centre: true,
        bold: true,
        ..mark(w / 2.0, title_y, title_size)
    }];
    text.extend(place(body, &sheet).unwrap_or_default());
    let foot = &sheet.foot;
    for (n, (label, key)) in [("发证机关", "issuer"), ("发证日期", "issued"), ("有效期至", "until")]
        .into_iter()
        .enumerate()
    {
        let y = foot.y + n as f32 * foot.step;
        text.push(Mark { text: label.into(), ..mark(foot.label, y, sheet.size) });
        text.push(Mark { field: key.into(), wrap: foot.wrap, ..mark(foot.value, y, sheet.size) });
    }
    let under = foot.qr.y + foot.qr.size + 4.6;
    text.push(Mark {
        text: "扫码核验真伪".into(),
        ..mark(foot.qr.x + 1.0, under, sheet.size * 0.75)
    });
    let line = |x1, y1, x2, y2, width| Line { x1, y1, x2, y2, width };
    let margin = sheet.columns[0].0;
    let mut lines = vec![line(margin, sheet.rule, w - margin, sheet.rule, 0.3)];
    if sheet.framed {
        let (e, width) = (12.0, 0.8);
        lines.extend([
            line(e, e, w - e, e, width),
            line(w - e, e, w - e, h - e, width),
            line(w - e, h - e, e, h - e, width),
            line(e, h - e, e, e, width),
        ]);
    }
    Face { width: w, height: h, text, line: lines, seal: foot.seal, qr: foot.qr }
}

/// The type as the makers of licences know it.
pub fn licence_face(code: &str, body: &Body) -> LicenceFace {
    let person = body.holder.code() == "111";
    let of = |key: &str, label: (&str, &str), value: String, sensitive: bool, brief: bool| {
        LicenceField {
            key: key.into(),
            label: Text::new(label.0, label.1),
            value: Expr::new(&value),
            sensitive,
            brief,
        }
    };
    let issued =
        |key: &str, label, name: &str, brief| of(key, label, format!("issue:{name}"), false, brief);
    let holder = if person { ("姓名", "Name") } else { ("名称", "Name") };
    let code_label = match person {
        true => ("公民身份号码", "Citizen id number"),
        false => ("统一社会信用代码", "Unified social credit code"),
    };
    let mut field = vec![
        issued("number", ("编号", "Number"), "number", true),
        of("holder", holder, "holder".into(), false, true),
        of("holder_code", code_label, "holder_code".into(), person, !person),
    ];
    field.extend(
        body.fields
            .iter()
            .map(|f| of(&f.key, (&f.label.zh, &f.label.en), f.key.clone(), f.sensitive, f.brief)),
    );
    field.extend([
        issued("issuer", ("发证机关", "Issued by"), "issuer", true),
        issued("issued", ("发证日期", "Issued on"), "issued_day", false),
        issued("until", ("有效期至", "Valid until"), "valid_until", true),
    ]);
    LicenceFace {
        type_code: code.to_owned(),
        test_code: false,
        name: body.name.clone(),
        holder: if person { Holder::Person } else { Holder::Enterprise },
        number_prefix: body.prefix.clone(),
        valid_until: Expr::new("''"),
        validity: words(&body.validity),
        field,
        statement: Vec::new(),
        face: drawn(body),
    }
}

/// A validity in words of both languages.
fn words(validity: &Validity) -> Text {
    match validity {
        Validity::Long => Text::new("长期", "long-term"),
        Validity::Months { months } if months % 12 == 0 => {
            Text::new(format!("{}年", months / 12), format!("{} years", months / 12))
        }
        Validity::Months { months } => {
            Text::new(format!("{months}个月"), format!("{months} months"))
        }
        Validity::Until { .. } => Text::new("至所载日期", "until the day stated"),
    }
}
