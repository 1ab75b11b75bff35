//! OFD documents (GB/T 33190-2016): write, read, draw, seal and verify. Byte slices in and out; knows no licence, no clock,
//! no chance and no file system.
//!
//! | module | what |
//! |---|---|
//! | [`write`] | page model → OFD bytes, always the same bytes for the same model |
//! | [`font`] | fonts, widths, line breaking, embedded subsets |
//! | [`layout`] | where every character of a page stands |
//! | [`read`] | tolerant, bounded reader: metadata, text, tags, attachments, signatures |
//! | [`seal`] | electronic seals and seal signatures (GB/T 38540-2020; GM/T 0031-2014 when reading) |
//! | [`verify`] | judges every signature of a file over its original bytes, step by step |
//! | [`picture`] | seal pictures as PNG, pages as SVG and PNG |
//! | [`pdf`] | documents as PDF, for printing |
//! | [`package`] | the ZIP container, strict about what two readers could see differently |
//! | [`xml`] | small bounded XML reader for what occurs in the wild |

#![deny(missing_docs)]

pub mod font;
pub mod layout;
pub mod package;
pub mod pdf;
pub mod picture;
pub mod read;
mod scene;
pub mod seal;
pub mod verify;
pub mod write;
pub mod xml;

pub use gm::Step;

/// Bounds on hostile input. The default suits documents of government services, a thousand-page file included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Files in the package.
    pub entries: usize,
    /// Unpacked bytes of one file.
    pub file: u64,
    /// Unpacked bytes of all files together, as declared.
    pub total: u64,
    /// Unpacked to packed bytes of one file, for files above one mebibyte.
    pub ratio: u64,
    /// Nesting of XML elements.
    pub depth: usize,
    /// XML elements in one file.
    pub elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            entries: 20_000,
            file: 64 << 20,
            total: 1 << 30,
            ratio: 250,
            depth: 64,
            elements: 1_000_000,
        }
    }
}

/// Why a document cannot be read, written or sealed. Wording for people stands with whoever shows it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The container is broken or tries to be read in two ways; the text names the place.
    #[error("bad package: {0}")]
    Package(&'static str),
    /// Two files of the same name.
    #[error("two files named {0}")]
    Duplicate(String),
    /// A bound of [`Limits`] was reached; the text names it.
    #[error("too large: {0}")]
    Limit(&'static str),
    /// A file the document refers to is not there.
    #[error("missing file {0}")]
    Missing(String),
    /// XML that cannot be read even leniently.
    #[error("bad XML: {0}")]
    Xml(&'static str),
    /// The document lacks what its standard demands.
    #[error("not an OFD document: {0}")]
    Document(&'static str),
    /// A seal or signature structure is wrong.
    #[error("bad seal: {0}")]
    Seal(&'static str),
    /// No timestamp was given, or one of something else; the text says what.
    #[error("no timestamp: {0}")]
    Timestamp(&'static str),
    /// A font that cannot be used.
    #[error("bad font: {0}")]
    Font(&'static str),
    /// A picture that cannot be used.
    #[error("bad picture: {0}")]
    Picture(&'static str),
    /// A cryptographic refusal.
    #[error(transparent)]
    Gm(#[from] gm::Error),
}

impl Error {
    /// Stable kebab-case code of the error, for reports and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Package(_) => "ofd-package",
            Error::Duplicate(_) => "ofd-duplicate",
            Error::Limit(_) => "ofd-limit",
            Error::Missing(_) => "ofd-missing",
            Error::Xml(_) => "ofd-xml",
            Error::Document(_) => "ofd-document",
            Error::Seal(_) => "ofd-seal",
            Error::Timestamp(_) => "ofd-timestamp",
            Error::Font(_) => "ofd-font",
            Error::Picture(_) => "ofd-picture",
            Error::Gm(error) => error.code(),
        }
    }
}

/// Keeps the examples of the README true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
