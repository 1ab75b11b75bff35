//! The cells of a QR code as a picture: eight dots a cell, black on white, a few hundred bytes where outlines take thousands.

use super::Image;
use crate::package::Packer;
use crate::picture::chunk;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// Rows of dots of a cell; its dots across are the bits of one byte.
const DOTS: usize = 8;

impl Image {
    /// Dark cells of a square matrix (rows of cells, true is dark) in a square of `size` mm without a quiet zone, on white. A
    /// square of 34 mm has some 300 dots to the inch; the edges of cells are edges of dots.
    pub fn cells(x: f32, y: f32, size: f32, rows: &[Vec<bool>]) -> Image {
        let side = rows.len();
        let mut dots = Vec::with_capacity(side * DOTS * (side + 1));
        for row in rows {
            let begin = dots.len();
            // Filter type 0, then the row; what a short row lacks is white.
            dots.push(0);
            let cell = |n| if row.get(n) == Some(&true) { 0 } else { 0xff };
            dots.extend((0..side).map(cell));
            for _ in 1..DOTS {
                dots.extend_from_within(begin..begin + side + 1);
            }
        }
        let edge = (side * DOTS) as u32;
        let mut header = [edge.to_be_bytes(), edge.to_be_bytes()].concat();
        // One bit a dot, grey, no interlacing.
        header.extend_from_slice(&[1, 0, 0, 0, 0]);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut png, b"IHDR", &header);
        chunk(&mut png, b"IDAT", &zlib(&dots));
        chunk(&mut png, b"IEND", &[]);
        Image { x, y, width: size, height: size, png }
    }
}

/// Packed bytes with the head and the checksum of RFC 1950.
fn zlib(data: &[u8]) -> Vec<u8> {
    let packed = Packer::new().pack(data);
    if packed.is_empty() {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        // Writing into memory does not fail.
        return encoder.write_all(data).and_then(|()| encoder.finish()).unwrap_or_default();
    }
    // A window of 32 KiB, packed fast.
    let mut out = vec![0x78, 0x01];
    out.extend_from_slice(&packed);
    out.extend_from_slice(&adler(data).to_be_bytes());
    out
}

fn adler(data: &[u8]) -> u32 {
    const PRIME: u32 = 65_521;
    /// Bytes after which the sums still fit their numbers.
    const SAFE: usize = 5_552;
    let (mut a, mut b) = (1_u32, 0_u32);
    for piece in data.chunks(SAFE) {
        for byte in piece {
            a += u32::from(*byte);
            b += a;
        }
        (a, b) = (a % PRIME, b % PRIME);
    }
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_a_square_of_dots() {
        for side in [0, 1, 2, 21, 49] {
            let dark = |x: usize, y: usize| (x * 7 + y * 13 + x * y).is_multiple_of(3);
            let rows: Vec<Vec<bool>> =
                (0..side).map(|y| (0..side).map(|x| dark(x, y)).collect()).collect();
            let image = Image::cells(1.0, 2.0, 34.0, &rows);
            assert_eq!((image.x, image.y, image.width, image.height), (1.0, 2.0, 34.0, 34.0));
            assert!(image.png.len() < 3_000, "{}", image.png.len());
            if side == 0 {
                continue;
            }
            let drawn = tiny_skia::Pixmap::decode_png(&image.png).unwrap();
            assert_eq!(drawn.width() as usize, side * DOTS);
            for y in 0..side * DOTS {
                for x in 0..side * DOTS {
                    let dot = drawn.pixel(x as u32, y as u32).unwrap();
                    let expected = if dark(x / DOTS, y / DOTS) { 0 } else { 255 };
                    assert_eq!((dot.red(), dot.green(), dot.alpha()), (expected, expected, 255));
                }
            }
        }
    }

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(adler(b"Wikipedia"), 0x11e6_0398);
        let long = vec![0xff; 100_000];
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&long).unwrap();
        let known = encoder.finish().unwrap();
        assert_eq!(adler(&long).to_be_bytes(), known[known.len() - 4..]);
    }
}
