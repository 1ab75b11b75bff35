//! Object identifiers of the national algorithms and of the certificate extensions read here, as DER content bytes.

/// Arcs of `oid` (DER content bytes) as dotted text; arcs beyond 64 bits are cut off rather than guessed.
pub fn dotted(oid: &[u8]) -> String {
    let mut out = String::new();
    let mut arc: u64 = 0;
    let mut first = true;
    for byte in oid {
        arc = arc.checked_mul(128).unwrap_or(0) | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if first {
            let root = (arc / 40).min(2);
            out.push_str(&format!("{root}.{}", arc - root * 40));
            first = false;
        } else {
            out.push_str(&format!(".{arc}"));
        }
        arc = 0;
    }
    out
}

/// DER content bytes of a dotted identifier; `None` when it is not one.
pub fn encode(dotted: &str) -> Option<Vec<u8>> {
    let arcs: Vec<u64> = dotted.split('.').map(|arc| arc.parse().ok()).collect::<Option<_>>()?;
    let [root, second, rest @ ..] = &arcs[..] else { return None };
    if *root > 2 || (*root < 2 && *second >= 40) {
        return None;
    }
    let mut out = Vec::new();
    for arc in
        std::iter::once(root.checked_mul(40)?.checked_add(*second)?).chain(rest.iter().copied())
    {
        let groups = (64 - arc.leading_zeros()).div_ceil(7).max(1);
        for group in (0..groups).rev() {
            let more = if group == 0 { 0 } else { 0x80 };
            out.push(((arc >> (7 * group)) & 0x7f) as u8 | more);
        }
    }
    Some(out)
}

/// id-ecPublicKey 1.2.840.10045.2.1
pub const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// SM2 curve sm2p256v1 1.2.156.10197.1.301 (GM/T 0006)
pub const SM2_CURVE: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];
/// SM2 signature algorithm without hash 1.2.156.10197.1.301.1
pub const SM2_SIGN: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x01];
/// SM3 1.2.156.10197.1.401
pub const SM3: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x11];
/// SM2 with SM3 1.2.156.10197.1.501
pub const SM2_WITH_SM3: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75];
/// GB/T 35275 data 1.2.156.10197.6.1.4.2.1
pub const GM_DATA: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x06, 0x01, 0x04, 0x02, 0x01];
/// GB/T 35275 signedData 1.2.156.10197.6.1.4.2.2
pub const GM_SIGNED_DATA: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x06, 0x01, 0x04, 0x02, 0x02];
/// PKCS#9 contentType 1.2.840.113549.1.9.3
pub const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
/// PKCS#9 messageDigest 1.2.840.113549.1.9.4
pub const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
/// PKCS#9 signingTime 1.2.840.113549.1.9.5
pub const SIGNING_TIME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05];
/// commonName 2.5.4.3
pub const CN: &[u8] = &[0x55, 0x04, 0x03];
/// countryName 2.5.4.6
pub const C: &[u8] = &[0x55, 0x04, 0x06];
/// organizationName 2.5.4.10
pub const O: &[u8] = &[0x55, 0x04, 0x0a];
/// organizationalUnitName 2.5.4.11
pub const OU: &[u8] = &[0x55, 0x04, 0x0b];
/// subjectKeyIdentifier 2.5.29.14
pub const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 0x0e];
/// keyUsage 2.5.29.15
pub const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
/// basicConstraints 2.5.29.19
pub const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
/// authorityKeyIdentifier 2.5.29.35
pub const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 0x23];
/// extKeyUsage 2.5.29.37
pub const EXT_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
/// cRLNumber 2.5.29.20
pub const CRL_NUMBER: &[u8] = &[0x55, 0x1d, 0x14];
/// cRLReason 2.5.29.21
pub const CRL_REASON: &[u8] = &[0x55, 0x1d, 0x15];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_what_they_say() {
        let table: [(&[u8], &str); 21] = [
            (EC_PUBLIC_KEY, "1.2.840.10045.2.1"),
            (SM2_CURVE, "1.2.156.10197.1.301"),
            (SM2_SIGN, "1.2.156.10197.1.301.1"),
            (SM3, "1.2.156.10197.1.401"),
            (SM2_WITH_SM3, "1.2.156.10197.1.501"),
            (GM_DATA, "1.2.156.10197.6.1.4.2.1"),
            (GM_SIGNED_DATA, "1.2.156.10197.6.1.4.2.2"),
            (CONTENT_TYPE, "1.2.840.113549.1.9.3"),
            (MESSAGE_DIGEST, "1.2.840.113549.1.9.4"),
            (SIGNING_TIME, "1.2.840.113549.1.9.5"),
            (CN, "2.5.4.3"),
            (C, "2.5.4.6"),
            (O, "2.5.4.10"),
            (OU, "2.5.4.11"),
            (SUBJECT_KEY_ID, "2.5.29.14"),
            (KEY_USAGE, "2.5.29.15"),
            (BASIC_CONSTRAINTS, "2.5.29.19"),
            (AUTHORITY_KEY_ID, "2.5.29.35"),
            (EXT_KEY_USAGE, "2.5.29.37"),
            (CRL_NUMBER, "2.5.29.20"),
            (CRL_REASON, "2.5.29.21"),
        ];
        for (bytes, text) in table {
            assert_eq!(dotted(bytes), text);
            assert_eq!(encode(text).as_deref(), Some(bytes), "{text}");
        }
        assert_eq!(encode("2.999"), Some(vec![0x88, 0x37]));
        assert_eq!(dotted(&[0x88, 0x37]), "2.999");
        for bad in ["", "1", "3.1", "1.40", "1..2", "1.x"] {
            assert_eq!(encode(bad), None, "{bad}");
        }
    }
}
