//! Reading a table: UTF-8 or GB18030, a header row, at most 2,000 rows and 5 MB. Columns are found by their
//! names in any order; what cannot be read at all is refused with what to do.

use super::model::RowBody;
use crate::licences::HolderKind;
use crate::types::Body;
use encoding_rs::GB18030;
use store::{Error, Result};

/// Most bytes of a file.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// Most rows of a file, without the header.
pub const MOST_ROWS: usize = 2_000;

/// One row as typed: its number in the file, and what stands in the columns of the type. `None` where the
/// row has more columns than the header.
pub type Typed = (i64, Option<RowBody>);

/// Names of the columns of a type, in the order of the template.
pub fn columns(body: &Body) -> Vec<String> {
    let (name, code) = match body.holder {
        HolderKind::Person => ("姓名", "公民身份号码"),
        HolderKind::Enterprise => ("名称", "统一社会信用代码"),
    };
    let own = body.fields.iter().map(|f| f.label.zh.clone());
    [name.to_owned(), code.to_owned()].into_iter().chain(own).collect()
}

/// The empty table to fill in, with the mark by which spreadsheets know UTF-8.
pub fn template(body: &Body) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::from("\u{feff}".as_bytes()));
    // Writing into memory does not fail.
    let _ = writer.write_record(columns(body));
    writer.into_inner().unwrap_or_default()
}

/// Bytes of a file as text.
///
/// # Errors
/// `issue-file-kind` for a spreadsheet or anything with NUL bytes, `issue-file-encoding`.
fn text(bytes: &[u8]) -> Result<String> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf]) || bytes.contains(&0) {
        return Err(Error::refused("issue-file-kind"));
    }
    let plain = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(plain) {
        return Ok(text.to_owned());
    }
    match GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(text.into_owned()),
        None => Err(Error::refused("issue-file-encoding")),
    }
}

/// Where each column of the type stands in the file.
struct Places {
    holder: usize,
    code: usize,
    values: Vec<(String, Option<usize>)>,
    width: usize,
}

fn places(header: &csv::StringRecord, body: &Body) -> Result<Places> {
    let names: Vec<String> = header.iter().map(|n| n.trim().to_owned()).collect();
    let columns = columns(body);
    let at = |name: &str| names.iter().position(|n| n == name);
    let mut missing: Vec<&str> = Vec::new();
    let mut find = |n: usize, required: bool| {
        let found = at(&columns[n]);
        if found.is_none() && required {
            missing.push(&columns[n]);
        }
        found
    };
    let (holder, code) = (find(0, true), find(1, true));
    let values: Vec<(String, Option<usize>)> = body
        .fields
        .iter()
        .enumerate()
        .map(|(n, field)| (field.key.clone(), find(n + 2, field.required)))
        .collect();
    if !missing.is_empty() {
        return Err(Error::refused_with("issue-file-columns", "names", missing.join("、")));
    }
    let named = names.iter().filter(|n| !n.is_empty());
    let strange: Vec<&str> = named.filter(|n| !columns.contains(n)).map(String::as_str).collect();
    if !strange.is_empty() {
        let shown: String = strange.join("、").chars().take(80).collect();
        return Err(Error::refused_with("issue-file-strange", "names", shown));
    }
    let first = |n: &String| names.iter().filter(|m| *m == n).count() > 1;
    if names.iter().any(|n| !n.is_empty() && first(n)) {
        return Err(Error::refused("issue-file-twice"));
    }
    Ok(Places {
        holder: holder.unwrap_or_default(),
        code: code.unwrap_or_default(),
        values,
        width: names.len(),
    })
}

/// The rows of a file, as typed. Empty rows are passed over.
///
/// # Errors
/// `issue-file-large`, `issue-file-kind`, `issue-file-encoding`, `issue-file-columns`, `issue-file-strange`,
/// `issue-file-twice`, `issue-file-rows`, `issue-file-empty`, `issue-file-form`.
pub fn rows(bytes: &[u8], body: &Body) -> Result<Vec<Typed>> {
    if bytes.len() > MOST_BYTES {
        return Err(Error::refused("issue-file-large"));
    }
    let text = text(bytes)?;
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| Error::refused("issue-file-form"))?.clone();
    if header.iter().all(|n| n.trim().is_empty()) {
        return Err(Error::refused("issue-file-empty"));
    }
    let places = places(&header, body)?;
    let mut out = Vec::new();
    for (n, record) in reader.records().enumerate() {
        let record = record.map_err(|_| Error::refused("issue-file-form"))?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if out.len() >= MOST_ROWS {
            return Err(Error::refused("issue-file-rows"));
        }
        let cell = |at: usize| record.get(at).unwrap_or_default().to_owned();
        let beyond = record.iter().skip(places.width).any(|cell| !cell.trim().is_empty());
        let row = RowBody {
            holder: cell(places.holder),
            code: cell(places.code),
            values: places
                .values
                .iter()
                .map(|(key, at)| (key.clone(), at.map_or_else(String::new, cell)))
                .collect(),
        };
        out.push((n as i64 + 2, (!beyond).then_some(row)));
    }
    if out.is_empty() { Err(Error::refused("issue-file-empty")) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Field, FieldKind};
    use guide::packs::text::Text;

    fn kind() -> Body {
        let mut body = Body::new(Text::new("登记证", "Registration"), HolderKind::Enterprise);
        let field = |key: &str, zh: &str, required| Field {
            key: key.into(),
            label: Text::new(zh, key),
            kind: FieldKind::Text,
            most: 30,
            required,
            sensitive: false,
            brief: true,
            choices: Vec::new(),
        };
        body.fields = vec![field("place", "生产地址", true), field("note", "备注", false)];
        body
    }

    fn code(bytes: &[u8]) -> &'static str {
        rows(bytes, &kind()).err().map_or("good", |e| e.code())
    }

    #[test]
    fn both_encodings_any_order_and_optional_columns_are_read() {
        let text =
            "生产地址,统一社会信用代码,名称\n\"建设路,1号\",92990102630040015X,邓记面馆\n,,\n";
        let (gb, _, _) = GB18030.encode(text);
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &gb, &marked] {
            let read = rows(bytes, &kind()).expect("read");
            assert_eq!(read.len(), 1);
            let (no, row) = &read[0];
            let row = row.as_ref().expect("as wide as the header");
            assert_eq!((*no, row.holder.as_str()), (2, "邓记面馆"));
            assert_eq!((row.value("place"), row.value("note")), ("建设路,1号", ""));
        }
        let empty = template(&kind());
        assert!(empty.starts_with(b"\xef\xbb\xbf"));
        assert_eq!(code(&empty), "issue-file-empty", "the template itself has no rows");
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_reason() {
        let head = "名称,统一社会信用代码,生产地址\n";
        let many = format!("{head}{}", "a,b,c\n".repeat(MOST_ROWS + 1));
        for (bytes, expected) in [
            (&b""[..], "issue-file-empty"),
            (b"PK\x03\x04rest", "issue-file-kind"),
            (b"a\0b", "issue-file-kind"),
            (b"\xff\xff\xff", "issue-file-encoding"),
            ("名称,生产地址\na,b\n".as_bytes(), "issue-file-columns"),
            ("名称,统一社会信用代码,生产地址,颜色\na,b,c,d\n".as_bytes(), "issue-file-strange"),
            ("名称,名称,统一社会信用代码,生产地址\na,a,b,c\n".as_bytes(), "issue-file-twice"),
            (many.as_bytes(), "issue-file-rows"),
            (&vec![b'a'; MOST_BYTES + 1], "issue-file-large"),
        ] {
            assert_eq!(code(bytes), expected);
        }
        let wide = format!("{head}a,b,c,d\n");
        let read = rows(wide.as_bytes(), &kind()).expect("read");
        assert!(read[0].1.is_none(), "a row wider than the header is told");
    }
}
