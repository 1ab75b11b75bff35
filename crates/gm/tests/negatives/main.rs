//! What must be refused: signatures, keys, encrypted texts, certificates and lists bent in every way that has been
//! tried on other libraries (in the manner of Wycheproof), each beside the good one it was made from.

mod certificates;
mod lists;
mod sealed;
mod signatures;

/// n, the order of the group.
pub const ORDER: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
/// p, the prime of the field.
pub const PRIME: &str = "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff";

/// Bytes of a hexadecimal text.
pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).unwrap()).collect()
}

/// a - b for big-endian numbers of one length, modulo 256 to that length.
pub fn minus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let (mut out, mut borrow) = (a.to_vec(), 0_i16);
    for n in (0..a.len()).rev() {
        let digit = i16::from(a[n]) - i16::from(b[n]) - borrow;
        borrow = i16::from(digit < 0);
        out[n] = digit.rem_euclid(256) as u8;
    }
    out
}

/// a + b with one byte more.
pub fn plus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let (mut out, mut carry) = (vec![0], 0_u16);
    out.extend_from_slice(a);
    for n in (0..a.len()).rev() {
        let digit = u16::from(a[n]) + u16::from(b[n]) + carry;
        out[n + 1] = digit as u8;
        carry = digit >> 8;
    }
    out[0] = carry as u8;
    out
}
