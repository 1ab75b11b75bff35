//! Writes one-ink pictures as small PNG files: sixteen levels of transparency of one colour.
//!
//! A seal travels twice in every sealed file (Seal.esl and inside SignedValue.dat); four bits per pixel keep a licence small.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// PNG with a palette of sixteen opacities of `ink`; `alpha` holds one byte per pixel, row by row.
pub(super) fn encode(ink: [u8; 3], width: u32, height: u32, alpha: &[u8]) -> Vec<u8> {
    let mut rows = Vec::new();
    for row in alpha.chunks(width as usize) {
        // Filter type 0: runs of equal pixels compress best as they are.
        rows.push(0);
        let level = |a: &u8| (u16::from(*a) * 15 + 127) / 255;
        rows.extend(row.chunks(2).map(|pair| {
            let right = pair.get(1).map_or(0, level);
            (level(&pair[0]) << 4 | right) as u8
        }));
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail.
    let packed = encoder.write_all(&rows).and_then(|()| encoder.finish()).unwrap_or_default();
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    // Four bits per pixel, palette, no interlacing.
    header.extend_from_slice(&[4, 3, 0, 0, 0]);
    let opacities: Vec<u8> = (0..16).map(|level| level * 17).collect();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"PLTE", &ink.repeat(16));
    chunk(&mut out, b"tRNS", &opacities);
    chunk(&mut out, b"IDAT", &packed);
    chunk(&mut out, b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    let mut crc = flate2::Crc::new();
    crc.update(name);
    crc.update(data);
    out.extend_from_slice(&(data.len() as u32).to_be_bytes());
    out.extend_from_slice(name);
    out.extend_from_slice(data);
    out.extend_from_slice(&crc.sum().to_be_bytes());
}
