//! Writes one-ink pictures as small PNG files: a palette of opacities of one colour; makes such pictures smaller.
//!
//! A seal travels twice in every sealed file (Seal.esl and inside SignedValue.dat); a few bits per pixel keep a licence small.

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use std::io::{Read, Write};

/// Bits per pixel of a picture this wide: fine pictures need fewer shades at their edges.
fn depth(width: u32) -> u32 {
    if width < 400 { 4 } else { 2 }
}

/// PNG with a palette of opacities of `ink`; `alpha` holds one byte per pixel, row by row.
pub(super) fn encode(ink: [u8; 3], width: u32, height: u32, alpha: &[u8]) -> Vec<u8> {
    packed(ink, width, height, alpha, Shades { bits: depth(width), most: 255 })
}

/// The same in other shades.
pub(super) fn packed(
    ink: [u8; 3],
    width: u32,
    height: u32,
    alpha: &[u8],
    Shades { bits, most }: Shades,
) -> Vec<u8> {
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
    let opacities: Vec<u8> = (0..=top).map(|level| (level * u32::from(most) / top) as u8).collect();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"PLTE", &ink.repeat(opacities.len()));
    chunk(&mut out, b"tRNS", &opacities);
    chunk(&mut out, b"IDAT", &packed);
    chunk(&mut out, b"IEND", &[]);
    out
}

/// How a picture is packed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shades {
    /// Bits per pixel.
    pub bits: u32,
    /// Opacity of the fullest shade.
    pub most: u8,
}

/// Adds a piece of a PNG file with its checksum.
pub(crate) fn chunk(out: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    let mut crc = flate2::Crc::new();
    crc.update(name);
    crc.update(data);
    out.extend_from_slice(&(data.len() as u32).to_be_bytes());
    out.extend_from_slice(name);
    out.extend_from_slice(data);
    out.extend_from_slice(&crc.sum().to_be_bytes());
}

/// A one-ink picture as [`encode`] writes it.
pub(super) struct OneInk {
    pub ink: [u8; 3],
    pub width: u32,
    pub height: u32,
    pub alpha: Vec<u8>,
}

/// Largest side that is read, pixels: pictures come from files of strangers.
const MOST: u32 = 4000;

/// Reads a picture of the kind written here; anything else is `None`.
pub(super) fn decode(png: &[u8]) -> Option<OneInk> {
    let mut rest = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let (mut header, mut ink, mut opacities, mut packed) = (None, None, None, Vec::new());
    let mut ended = false;
    while let Some((head, after)) = rest.split_at_checked(8) {
        let length = u32::from_be_bytes(head[..4].try_into().ok()?) as usize;
        let data = after.get(..length)?;
        match &head[4..] {
            b"IHDR" => header = Some(data),
            b"PLTE" => {
                ink = data.first_chunk::<3>().filter(|ink| data.chunks(3).all(|c| c == *ink))
            }
            b"tRNS" => opacities = Some(data),
            b"IDAT" => packed.extend_from_slice(data),
            b"IEND" => ended = true,
            _ => {}
        }
        rest = after.get(length + 4..)?;
    }
    let (header, ink, opacities) = (header?, *ink?, opacities?);
    let [w0, w1, w2, w3, h0, h1, h2, h3, bits @ (1 | 2 | 4 | 8), 3, 0, 0, 0] = *header else {
        return None;
    };
    let (width, height) =
        (u32::from_be_bytes([w0, w1, w2, w3]), u32::from_be_bytes([h0, h1, h2, h3]));
    if !ended || width == 0 || height == 0 || width > MOST || height > MOST {
        return None;
    }
    let bits = u32::from(bits);
    let row = (width * bits).div_ceil(8) as usize + 1;
    let mut rows = Vec::new();
    let whole = row * height as usize;
    ZlibDecoder::new(&packed[..]).take(whole as u64 + 1).read_to_end(&mut rows).ok()?;
    // Filter type 0 only: no row is told from the one above.
    if rows.len() != whole || rows.chunks(row).any(|r| r[0] != 0) {
        return None;
    }
    let pixel = |line: &[u8], x: u32| {
        let bit = x * bits;
        let byte = line[1 + (bit / 8) as usize];
        let level = (byte >> (8 - bits - bit % 8)) & ((1u32 << bits) - 1) as u8;
        opacities.get(usize::from(level)).copied().unwrap_or(255)
    };
    let alpha = rows.chunks(row).flat_map(|line| (0..width).map(move |x| pixel(line, x)));
    Some(OneInk { ink, width, height, alpha: alpha.collect() })
}

/// The same picture with at most `side` pixels a side, each the mean of those it stands for; `None` for a
/// picture of another kind, or when it is small enough.
pub(super) fn smaller(png: &[u8], side: u32) -> Option<Vec<u8>> {
    let big = decode(png)?;
    let most = big.width.max(big.height);
    if side == 0 || most <= side {
        return None;
    }
    let fit = |n: u32| (n * side / most).max(1);
    let (width, height) = (fit(big.width), fit(big.height));
    let mut alpha = Vec::with_capacity((width * height) as usize);
    for y in 0..height {
        let rows = y * big.height / height
            ..((y + 1) * big.height / height).max(y * big.height / height + 1);
        for x in 0..width {
            let columns =
                x * big.width / width..((x + 1) * big.width / width).max(x * big.width / width + 1);
            let all = rows
                .clone()
                .flat_map(|v| columns.clone().map(move |u| (v * big.width + u) as usize));
            let (sum, count) =
                all.fold((0u32, 0u32), |(s, n), at| (s + u32::from(big.alpha[at]), n + 1));
            alpha.push((sum / count.max(1)) as u8);
        }
    }
    Some(packed(big.ink, width, height, &alpha, Shades { bits: 2, most: 255 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_becomes_smaller_and_keeps_its_ink() {
        let alpha: Vec<u8> = (0..600 * 400).map(|n| if n % 600 < 300 { 255 } else { 0 }).collect();
        let big = encode([208, 28, 28], 600, 400, &alpha);
        let read = decode(&big).expect("reads");
        assert_eq!((read.ink, read.width, read.height), ([208, 28, 28], 600, 400));
        assert_eq!(read.alpha, alpha);
        let small = smaller(&big, 60).expect("smaller");
        let read = decode(&small).expect("reads");
        assert_eq!((read.ink, read.width, read.height), ([208, 28, 28], 60, 40));
        assert!(read.alpha.chunks(60).all(|row| row[..30] == [255; 30] && row[30..] == [0; 30]));
        assert!(small.len() < big.len() && smaller(&small, 60).is_none());
    }

    #[test]
    fn other_and_broken_pictures_are_left_alone() {
        let good = encode([1, 2, 3], 9, 9, &[7; 81]);
        assert!(decode(&good).is_some());
        for n in 0..good.len() {
            assert!(decode(&good[..n]).is_none(), "cut at {n}");
            for bit in [1, 0x80] {
                let mut bent = good.clone();
                bent[n] ^= bit;
                drop(smaller(&bent, 3));
            }
        }
        assert!(smaller(b"\xff\xd8jpeg", 3).is_none() && smaller(b"", 3).is_none());
    }
}
