//! L04: many licences from a table: the file is read and checked, every row is told, nothing is issued.

use super::{issued, kept};
use crate::Proof;
use crate::issuing::sheet;
use crate::licences::pages::desk_frame;
use crate::types::{LicenceKind, Version};
use askama::Template;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State};
use store::{Error, Result};
use web::respond::html_again;
use web::{Answer, Frame, Lang, Visitor, html, see_other};

#[derive(Template)]
#[template(path = "issuing/table.html")]
struct Page {
    f: Frame,
    code: String,
    title: String,
    version: String,
    columns: Vec<Column>,
    file_error: String,
    idem: String,
}

struct Column {
    name: String,
    kind: String,
    is: String,
}

fn page_of(
    proof: &Proof,
    visitor: &Visitor,
    (kind, version): (&LicenceKind, &Version),
    file_error: String,
) -> Page {
    let body = &version.body;
    let name = body.name.get(if visitor.lang == Lang::En { "en" } else { "zh" });
    let f = desk_frame(proof, visitor, visitor.t("issuing-table-title"), "/l/batches");
    let code_kind = if body.holder.code() == "111" { "id-card" } else { "uscc" };
    let kinds = ["text", code_kind].into_iter().chain(body.fields.iter().map(|f| f.kind.label()));
    let must = [true, true].into_iter().chain(body.fields.iter().map(|f| f.required));
    let columns = sheet::columns(body).into_iter().zip(kinds.zip(must));
    let columns = columns.map(|(name, (kind, must))| Column {
        name,
        kind: f.tk("types-kind-", kind),
        is: if must { f.t("types-field-required").to_owned() } else { String::new() },
    });
    Page {
        title: f.ta("issuing-table-of", "name", name),
        version: f.ta("types-version", "n", version.version),
        columns: columns.collect(),
        idem: proof.app().store.chance().token(),
        code: kind.code.clone(),
        f: f.with_failed(!file_error.is_empty()),
        file_error,
    }
}

/// GET /l/issue/{code}/batch
pub async fn page(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Answer {
    let (kind, version) = issued(&proof, &visitor, &code).await?;
    html(&page_of(&proof, &visitor, (&kind, &version), String::new()))
}

/// GET /l/issue/{code}/template.csv: the empty table.
pub async fn template(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Answer {
    let (_, version) = issued(&proof, &visitor, &code).await?;
    let name = format!("{}.csv", version.body.name.zh);
    Ok(web::respond::download(&name, "text/csv; charset=utf-8", sheet::template(&version.body)))
}

/// POST /l/issue/{code}/batch: a dry run; the batch that comes of it waits to be handed in.
pub async fn upload(
    State(proof): State<Proof>,
    visitor: Visitor,
    Path(code): Path<String>,
    request: Request,
) -> Answer {
    let (kind, version) = issued(&proof, &visitor, &code).await?;
    let read = taken(&visitor, request).await.and_then(|file| {
        let idem = web::form::idem(&file.idem, "POST /l/issue/{code}/batch", &file.bytes)?;
        Ok((sheet::rows(&file.bytes, &version.body)?, file.name, idem))
    });
    let (rows, name, idem) = match read {
        Ok(read) => read,
        Err(e @ Error::Refused(_)) if e.code().starts_with("issue-file") => {
            let (what, next) = web::errors::words(visitor.lang, &e);
            let page = page_of(&proof, &visitor, (&kind, &version), format!("{what} {next}"));
            return html_again(&page);
        }
        Err(other) => return Err(other.into()),
    };
    match kept(&proof, &visitor, (kind, version), (name, None), rows, idem).await? {
        Ok(id) => Ok(see_other(&format!("/l/batches/{id}"))),
        Err(_) => Err(Error::internal("a table was taken for one licence").into()),
    }
}

/// What came with the form.
struct File {
    name: String,
    idem: String,
    bytes: Vec<u8>,
}

/// The file of a multipart form whose token was right; the token comes before the file.
async fn taken(visitor: &Visitor, mut request: Request<Body>) -> Result<File> {
    DefaultBodyLimit::max(sheet::MOST_BYTES + 64 * 1024).apply(&mut request);
    let large = |_| Error::refused("issue-file-large");
    let mut parts =
        Multipart::from_request(request, &()).await.map_err(|_| Error::refused("form-kind"))?;
    let (mut trusted, mut idem) = (false, String::new());
    while let Some(mut part) = parts.next_field().await.map_err(large)? {
        match part.name() {
            Some("_csrf") => {
                let token = part.text().await.map_err(|_| Error::refused("csrf"))?;
                web::form::check_token(visitor, &token).map_err(|fault| fault.error)?;
                trusted = true;
            }
            _ if !trusted => return Err(Error::refused("csrf")),
            Some("_idem") => idem = part.text().await.map_err(large)?,
            Some("file") => {
                let name = part.file_name().unwrap_or_default().to_owned();
                let mut bytes = Vec::new();
                while let Some(chunk) = part.chunk().await.map_err(large)? {
                    if bytes.len() + chunk.len() > sheet::MOST_BYTES {
                        return Err(Error::refused("issue-file-large"));
                    }
                    bytes.extend_from_slice(&chunk);
                }
                if bytes.is_empty() {
                    return Err(Error::refused("issue-file-none"));
                }
                return Ok(File { name: named(&name), idem, bytes });
            }
            _ => {}
        }
    }
    Err(Error::refused("issue-file-none"))
}

/// The shown name of a file: no path, no control letters, never empty.
fn named(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).take(60).collect();
    if plain.trim().is_empty() { "table.csv".to_owned() } else { plain }
}
