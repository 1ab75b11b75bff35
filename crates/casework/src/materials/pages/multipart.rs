//! Reading an upload form: its token first, then fields and files, each within bounds.

use axum::body::Body;
use axum::extract::multipart::Multipart;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use store::Error;
use web::form::check_token;
use web::{Fault, Visitor};

/// Largest upload form in bytes, all files together.
const MOST_BYTES: usize = 48 * 1024 * 1024;
/// Largest single file in bytes, whatever a pack allows.
pub const FILE_BYTES: usize = 20 * 1024 * 1024;
/// Most parts of one form.
const MOST_PARTS: usize = 200;
/// Longest plain field in bytes.
const FIELD_BYTES: usize = 16 * 1024;

/// One file as it came. `bytes` stops just above the limit for a file that is too large.
pub struct Sent {
    /// Name of the control.
    pub field: String,
    /// Name of the file.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// An upload form whose token was right.
#[derive(Default)]
pub struct Parts {
    fields: Vec<(String, String)>,
    /// Files, in the order of the form; controls without a file are not there.
    pub files: Vec<Sent>,
}

impl Parts {
    /// First value of a plain field, trimmed; empty when absent.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.trim())
    }

    /// Plain fields that are not the house's own.
    pub fn fields(&self) -> Vec<(String, String)> {
        self.fields.iter().filter(|(k, _)| !k.starts_with('_')).cloned().collect()
    }

    /// Reads a form. The token must come before the first file, as on every page of ours.
    ///
    /// # Errors
    /// `csrf`, `form-kind`, `form-encoding`, `form-too-many-fields`, `upload-broken`.
    pub async fn read(visitor: &Visitor, mut request: Request<Body>) -> Result<Parts, Fault> {
        DefaultBodyLimit::max(MOST_BYTES).apply(&mut request);
        let form = Multipart::from_request(request, &()).await;
        let mut form = form.map_err(|_| Error::refused("form-kind"))?;
        let (mut parts, mut count, mut checked) = (Parts::default(), 0, false);
        loop {
            let next = form.next_field().await.map_err(|_| Error::refused("upload-broken"))?;
            let Some(mut field) = next else { break };
            count += 1;
            if count > MOST_PARTS {
                return Err(Error::refused("form-too-many-fields").into());
            }
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let most = if file.is_some() { FILE_BYTES } else { FIELD_BYTES };
            let mut bytes = Vec::new();
            while let Some(piece) =
                field.chunk().await.map_err(|_| Error::refused("upload-broken"))?
            {
                // One byte too many is kept: that is how the rule sees that the file is too large.
                let room = (most + 1).saturating_sub(bytes.len());
                bytes.extend_from_slice(&piece[..piece.len().min(room)]);
            }
            match file {
                Some(file) if file.is_empty() && bytes.is_empty() => {}
                Some(file) if checked => parts.files.push(Sent { field: name, name: file, bytes }),
                Some(_) => return Err(Error::refused("csrf").into()),
                None => {
                    let text = String::from_utf8(bytes);
                    let text = text.map_err(|_| Error::refused("form-encoding"))?;
                    if name == "_csrf" {
                        check_token(visitor, &text)?;
                        checked = true;
                    }
                    parts.fields.push((name, text));
                }
            }
        }
        if checked { Ok(parts) } else { Err(Error::refused("csrf").into()) }
    }
}
