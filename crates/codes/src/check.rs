//! Check characters: ISO 7064 MOD 11-2 (citizen id), MOD 37,36 (licence identifier), GB 32100
//! mod 31 (USCC) and GB 11714 mod 11 (organisation code).

/// The 31 letters of GB 32100: no I, O, Z, S, V.
pub const USCC_LETTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// GB 11643 weights, 2^(17-i) mod 11 for the 17 digits from the left.
const CITIZEN: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// GB 32100 weights, 3^(i-1) mod 31 for the 17 letters from the left.
const USCC: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// GB 11714 weights for the eight letters of an organisation code.
const ORGANISATION: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Check character of a citizen id; the caller has made sure of 17 ASCII digits.
pub fn citizen(first17: &[u8]) -> u8 {
    let sum: u32 =
        first17.iter().zip(CITIZEN).map(|(b, w)| u32::from(b.wrapping_sub(b'0')) * w).sum();
    b"10X98765432"[(sum % 11) as usize]
}

/// Check letter of a USCC; `None` when a letter is outside [`USCC_LETTERS`].
pub fn uscc(first17: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (b, w) in first17.iter().zip(USCC) {
        sum += USCC_LETTERS.iter().position(|l| l == b)? as u32 * w;
    }
    Some(USCC_LETTERS[((31 - sum % 31) % 31) as usize])
}

/// Check letter of an organisation code over its first eight letters (A=10 … Z=35).
pub fn organisation(first8: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (b, w) in first8.iter().zip(ORGANISATION) {
        sum += base36(*b)? * w;
    }
    Some(match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        n => b'0' + n as u8,
    })
}

/// ISO 7064 MOD 37,36 (hybrid) check character; `None` when a byte is not `0-9A-Z`.
pub fn mod37_36(text: impl IntoIterator<Item = u8>) -> Option<u8> {
    let mut p = 36;
    for b in text {
        let mut r = (p + base36(b)?) % 36;
        if r == 0 {
            r = 36;
        }
        p = r * 2 % 37;
    }
    let value = (37 - p) % 36;
    Some(if value < 10 { b'0' + value as u8 } else { b'A' + (value - 10) as u8 })
}

fn base36(b: u8) -> Option<u32> {
    match b {
        b'0'..=b'9' => Some(u32::from(b - b'0')),
        b'A'..=b'Z' => Some(u32::from(b - b'A') + 10),
        _ => None,
    }
}
