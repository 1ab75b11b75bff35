//! Writes one-ink pictures as small PNG files: a palette of opacities of one colour.
//!
//! A seal travels twice in every sealed file (Seal.esl and inside SignedValue.dat); a few bits per pixel keep a licence small.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// Bits per pixel of a picture this wide: fine pictures need fewer shades at their edges.
fn depth(width: u32) -> u32 {
    if width < 400 { 4 } else { 2 }
}

/// PNG with a palette of opacities of `ink`; `alpha` holds one byte per pixel, row by row.
pub(super) fn encode(ink: [u8; 3], width: u32, height: u32, alpha: &[u8]) -> Vec<u8> {
    let bits = depth(width);
    let top = (1u32 << bits) - 1;
    let mut rows = Vec::new();
    for row in alpha.chunks(width as usize) {
        // Filter type 0: runs of equal pixels compress best as they are.
        rows.push(0);
        let level = |a: &u8| (u32::from(*a) * top + 127) / 255;
        rows.extend(row.chunks((8 / bits) as usize).map(|part| {
            let joined = part.iter().fold(0, |byte, a| byte << bits | level(a));
            // A last part that is not full keeps its pixels in the high bits.
            (joined << (8 - bits * part.len() as u32)) as u8
        }));
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail.
    let packed = encoder.write_all(&rows).and_then(|()| encoder.finish()).unwrap_or_default();
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    // Palette, no interlacing.
    header.extend_from_slice(&[bits as u8, 3, 0, 0, 0]);
    let opacities: Vec<u8> = (0..=top).map(|level| (level * 255 / top) as u8).collect();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"PLTE", &ink.repeat(opacities.len()));
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
