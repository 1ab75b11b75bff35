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
/// SM2 encryption, 1.2.156.10197.1.301.3
pub const SM2_ENCRYPT: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03];
/// SM4, mode not said (some write it where CBC is meant), 1.2.156.10197.1.104
pub const SM4: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x68];
/// SM4 in CBC mode, 1.2.156.10197.1.104.2
pub const SM4_CBC: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x68, 0x02];
/// HMAC-SM3, 1.2.156.10197.1.401.2
pub const HMAC_SM3: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x11, 0x02];
/// HMAC-SM3 as GM/T 0091-2020 appendix A names it, 1.2.156.10197.1.401.3.1
pub const HMAC_SM3_GMT0091: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x11, 0x03, 0x01];
/// GB/T 35275 envelopedData, 1.2.156.10197.6.1.4.2.3
pub const GM_ENVELOPED_DATA: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x06, 0x01, 0x04, 0x02, 0x03];
/// GB/T 35275 signedAndEnvelopedData, 1.2.156.10197.6.1.4.2.4
pub const GM_SIGNED_ENVELOPED_DATA: &[u8] =
    &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x06, 0x01, 0x04, 0x02, 0x04];
/// GB/T 35275 encryptedData, 1.2.156.10197.6.1.4.2.5
pub const GM_ENCRYPTED_DATA: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x06, 0x01, 0x04, 0x02, 0x05];
/// GM/T 0091 PBKDF, 1.2.156.10197.6.1.4.1.5.1
pub const GM_PBKDF: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x06, 0x01, 0x04, 0x01, 0x05, 0x01];
/// GM/T 0091 PBES, 1.2.156.10197.6.1.4.1.5.2
pub const GM_PBES: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x06, 0x01, 0x04, 0x01, 0x05, 0x02];
/// PBKDF2 (RFC 8018), 1.2.840.113549.1.5.12
pub const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
/// PBES2 (RFC 8018), 1.2.840.113549.1.5.13
pub const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
/// HMAC with SHA-256, 1.2.840.113549.2.9
pub const HMAC_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09];
/// AES-128 in CBC mode, 2.16.840.1.101.3.4.1.2
pub const AES128_CBC: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02];
/// AES-192 in CBC mode, 2.16.840.1.101.3.4.1.22
pub const AES192_CBC: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16];
/// AES-256 in CBC mode, 2.16.840.1.101.3.4.1.42
pub const AES256_CBC: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];
/// SHA-256, 2.16.840.1.101.3.4.2.1
pub const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// SHA-1, 1.3.14.3.2.26
pub const SHA1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
/// CMS signedData, 1.2.840.113549.1.7.2
pub const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// id-ct-TSTInfo (RFC 3161), 1.2.840.113549.1.9.16.1.4
pub const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
/// signingCertificate (RFC 2634), 1.2.840.113549.1.9.16.2.12
pub const SIGNING_CERTIFICATE: &[u8] =
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c];
/// signingCertificateV2 (RFC 5035), 1.2.840.113549.1.9.16.2.47
pub const SIGNING_CERTIFICATE_V2: &[u8] =
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];
/// timeStampToken as an unsigned attribute (RFC 3161 appendix A), 1.2.840.113549.1.9.16.2.14
pub const TIME_STAMP_TOKEN: &[u8] =
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0e];
/// anyExtendedKeyUsage, 2.5.29.37.0
pub const ANY_USAGE: &[u8] = &[0x55, 0x1d, 0x25, 0x00];
/// id-kp-clientAuth, 1.3.6.1.5.5.7.3.2
pub const CLIENT_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];
/// id-kp-emailProtection, 1.3.6.1.5.5.7.3.4
pub const EMAIL_PROTECTION: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x04];
/// id-kp-documentSigning (RFC 9336), 1.3.6.1.5.5.7.3.36
pub const DOCUMENT_SIGNING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x24];
/// Document signing as one widespread office suite names it, 1.3.6.1.4.1.311.10.3.12
pub const OFFICE_SIGNING: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x03, 0x0c];
/// id-kp-timeStamping, 1.3.6.1.5.5.7.3.8
pub const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];
/// id-kp-OCSPSigning, 1.3.6.1.5.5.7.3.9
pub const OCSP_SIGNING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09];
/// id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1
pub const OCSP_BASIC: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01];
/// id-pkix-ocsp-nonce, 1.3.6.1.5.5.7.48.1.2
pub const OCSP_NONCE: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02];
/// deltaCRLIndicator, 2.5.29.27
pub const DELTA_CRL: &[u8] = &[0x55, 0x1d, 0x1b];
/// nameConstraints, 2.5.29.30
pub const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x1e];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_what_they_say() {
        let table: [(&[u8], &str); 55] = [
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
            (SM2_ENCRYPT, "1.2.156.10197.1.301.3"),
            (SM4, "1.2.156.10197.1.104"),
            (SM4_CBC, "1.2.156.10197.1.104.2"),
            (HMAC_SM3, "1.2.156.10197.1.401.2"),
            (HMAC_SM3_GMT0091, "1.2.156.10197.1.401.3.1"),
            (GM_ENVELOPED_DATA, "1.2.156.10197.6.1.4.2.3"),
            (GM_SIGNED_ENVELOPED_DATA, "1.2.156.10197.6.1.4.2.4"),
            (GM_ENCRYPTED_DATA, "1.2.156.10197.6.1.4.2.5"),
            (GM_PBKDF, "1.2.156.10197.6.1.4.1.5.1"),
            (GM_PBES, "1.2.156.10197.6.1.4.1.5.2"),
            (PBKDF2, "1.2.840.113549.1.5.12"),
            (PBES2, "1.2.840.113549.1.5.13"),
            (HMAC_SHA256, "1.2.840.113549.2.9"),
            (AES128_CBC, "2.16.840.1.101.3.4.1.2"),
            (AES192_CBC, "2.16.840.1.101.3.4.1.22"),
            (AES256_CBC, "2.16.840.1.101.3.4.1.42"),
            (SHA256, "2.16.840.1.101.3.4.2.1"),
            (SHA1, "1.3.14.3.2.26"),
            (SIGNED_DATA, "1.2.840.113549.1.7.2"),
            (TST_INFO, "1.2.840.113549.1.9.16.1.4"),
            (SIGNING_CERTIFICATE, "1.2.840.113549.1.9.16.2.12"),
            (SIGNING_CERTIFICATE_V2, "1.2.840.113549.1.9.16.2.47"),
            (TIME_STAMP_TOKEN, "1.2.840.113549.1.9.16.2.14"),
            (ANY_USAGE, "2.5.29.37.0"),
            (CLIENT_AUTH, "1.3.6.1.5.5.7.3.2"),
            (EMAIL_PROTECTION, "1.3.6.1.5.5.7.3.4"),
            (DOCUMENT_SIGNING, "1.3.6.1.5.5.7.3.36"),
            (OFFICE_SIGNING, "1.3.6.1.4.1.311.10.3.12"),
            (TIME_STAMPING, "1.3.6.1.5.5.7.3.8"),
            (OCSP_SIGNING, "1.3.6.1.5.5.7.3.9"),
            (OCSP_BASIC, "1.3.6.1.5.5.7.48.1.1"),
            (OCSP_NONCE, "1.3.6.1.5.5.7.48.1.2"),
            (DELTA_CRL, "2.5.29.27"),
            (NAME_CONSTRAINTS, "2.5.29.30"),
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
