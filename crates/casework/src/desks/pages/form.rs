//! A posted form that may bring one file: evidence of a special procedure. The file is kept by its hash
//! before the act; the act names the hash.

use super::files;
use crate::Casework;
use crate::materials::pages::Parts;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use store::{Error, Idem, Result};
use web::{Fault, Posted, Visitor};

/// Largest file of evidence, in MiB.
const MOST_MIB: usize = 20;

/// The fields of a form whose token was right, the address of its file among them (`evidence`).
pub(super) struct Form {
    fields: Vec<(String, String)>,
    key: String,
}

impl Form {
    /// Reads a form with or without a file.
    ///
    /// # Errors
    /// Those of `Posted` and `Parts`.
    pub async fn read(
        w: &Casework,
        visitor: &Visitor,
        request: Request<Body>,
    ) -> std::result::Result<(Form, Result<()>), Fault> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        if !kind.unwrap_or_default().starts_with("multipart/form-data") {
            let posted = Posted::from_request(request, &()).await?;
            let key = posted.get("_idem").to_owned();
            return Ok((Form { fields: posted.fields(), key }, Ok(())));
        }
        let parts = Parts::read(visitor, request).await?;
        let mut form = Form { fields: parts.fields(), key: parts.get("_idem").to_owned() };
        let sent = parts.files.into_iter().find(|f| f.field == "file");
        let kept = match sent {
            Some(file) => keep(w, file.bytes).await,
            None => return Ok((form, Ok(()))),
        };
        Ok(match kept {
            Ok(hash) => {
                form.fields.push(("evidence".into(), hash));
                (form, Ok(()))
            }
            Err(e) => (form, Err(e)),
        })
    }

    /// First value of a field, trimmed; empty when absent.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.trim())
    }

    /// Everything that goes along to the next page.
    pub fn fields(&self) -> Vec<(String, String)> {
        self.fields.clone()
    }

    /// The file of evidence, if one came.
    pub fn evidence(&self) -> Option<String> {
        let last = self.fields.iter().rev().find(|(k, v)| k == "evidence" && !v.is_empty());
        last.map(|(_, v)| v.clone())
    }

    /// The key minted with the page, bound to what was posted.
    ///
    /// # Errors
    /// `idem-missing`.
    pub fn idem(&self, route: &'static str) -> Result<Idem> {
        web::form::idem(&self.key, route, &serde_json::to_vec(&self.fields)?)
    }
}

/// Keeps a file of evidence; gives its address.
async fn keep(w: &Casework, bytes: Vec<u8>) -> Result<String> {
    if bytes.is_empty() {
        return Err(Error::refused("paper-empty"));
    }
    if bytes.len() > MOST_MIB << 20 {
        return Err(Error::refused_with("paper-large", "mib", MOST_MIB));
    }
    if !files::readable(&bytes) {
        return Err(Error::refused_with("paper-type", "types", "PDF、JPG、PNG、OFD"));
    }
    let files = w.store.files().clone();
    let put = tokio::task::spawn_blocking(move || files.put(&bytes)).await;
    Ok(put.map_err(Error::internal)??.as_str().to_owned())
}
