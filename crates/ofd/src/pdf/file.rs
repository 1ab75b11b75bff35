//! The objects of a PDF file (ISO 32000-1 §7): numbered as they are added, a table of their places at the end.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// A file being written.
pub(super) struct File {
    /// Objects from number 1; what is reserved and not yet put is empty.
    objects: Vec<Vec<u8>>,
}

impl File {
    pub(super) fn new() -> File {
        File { objects: Vec::new() }
    }

    /// A number for an object that is put later.
    pub(super) fn reserve(&mut self) -> usize {
        self.objects.push(Vec::new());
        self.objects.len()
    }

    pub(super) fn put(&mut self, number: usize, object: Vec<u8>) {
        if let Some(place) = number.checked_sub(1).and_then(|n| self.objects.get_mut(n)) {
            *place = object;
        }
    }

    pub(super) fn add(&mut self, object: Vec<u8>) -> usize {
        let number = self.reserve();
        self.put(number, object);
        number
    }

    /// The bytes, with `pages` as the root of the page tree.
    pub(super) fn finish(mut self, pages: usize, title: &str, author: &str) -> Vec<u8> {
        let root = format!(
            "<</Type/Catalog/Pages {pages} 0 R/Lang(zh-CN)/ViewerPreferences<</DisplayDocTitle true>>>>"
        );
        let root = self.add(root.into_bytes());
        let info = format!("<</Title{}/Author{}/Producer(Tongban)>>", text(title), text(author));
        let info = self.add(info.into_bytes());
        let mut out = b"%PDF-1.7\n%\xe9\x80\x9a\xe5\x8a\x9e\n".to_vec();
        let mut places = Vec::with_capacity(self.objects.len());
        for (n, object) in self.objects.iter().enumerate() {
            places.push(out.len());
            out.extend_from_slice(format!("{} 0 obj\n", n + 1).as_bytes());
            out.extend_from_slice(object);
            out.extend_from_slice(b"\nendobj\n");
        }
        let table = out.len();
        let size = places.len() + 1;
        out.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
        for place in places {
            out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
        }
        // The same document gives the same id.
        let id = hex(&gm::sm3::hash(&out)[..16]);
        let trailer = format!(
            "trailer\n<</Size {size}/Root {root} 0 R/Info {info} 0 R/ID[<{id}><{id}>]>>\nstartxref\n{table}\n%%EOF\n"
        );
        out.extend_from_slice(trailer.as_bytes());
        out
    }
}

/// A stream object with a packed body; `head` holds the entries before its length.
pub(super) fn stream(head: &str, body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    let packed = encoder.write_all(body).and_then(|()| encoder.finish()).unwrap_or_default();
    raw_stream(&format!("{head}/Filter/FlateDecode"), &packed)
}

/// A stream object with a body as it is.
pub(super) fn raw_stream(head: &str, body: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{head}/Length {}>>\nstream\n", body.len()).into_bytes();
    out.extend_from_slice(body);
    out.extend_from_slice(b"\nendstream");
    out
}

/// A text string: UTF-16 with its mark, in hexadecimal digits.
pub(super) fn text(text: &str) -> String {
    let words: String = text.encode_utf16().map(|w| format!("{w:04x}")).collect();
    format!("<feff{words}>")
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
