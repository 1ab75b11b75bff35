//! Identifiers of electronic licences, GB/T 36904: `1.2.156.3005.2.type.issuer.serial.version.check`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CodeError, check, text};

/// The object identifier every identifier begins with.
pub const ROOT: &str = "1.2.156.3005.2";

/// The longest serial accepted; real ones have 7 to 32 letters.
const SERIAL_MAX: usize = 64;

/// A licence identifier. One that does not check is still a value: foreign issuers publish such
/// identifiers (both Shandong samples), and a wrong check is a warning, not a forgery.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LicenceId {
    type_code: String,
    issuer: String,
    serial: String,
    version: u16,
    check: u8,
}

impl LicenceId {
    /// Makes a new identifier with its check character.
    ///
    /// `type_code` is 21 letters (USCC of the defining authority + 3), `issuer` the USCC of the
    /// issuing body (18; some use the 6 digits of the division), `serial` any of `0-9A-Z`,
    /// `version` from 1 to 999.
    ///
    /// # Errors
    /// `licence-id-type`, `licence-id-issuer`, `licence-id-serial`, `licence-id-version`.
    pub fn new(
        type_code: &str,
        issuer: &str,
        serial: &str,
        version: u16,
    ) -> Result<LicenceId, CodeError> {
        let id = LicenceId {
            type_code: type_code.to_ascii_uppercase(),
            issuer: issuer.to_ascii_uppercase(),
            serial: serial.to_ascii_uppercase(),
            version,
            check: b'0',
        };
        id.sound()?;
        Ok(LicenceId { check: id.computed(), ..id })
    }

    /// Reads an identifier; lower case and spaces around it are forgiven. Ask
    /// [`LicenceId::check_holds`] whether the check is right.
    ///
    /// # Errors
    /// `licence-id-root` (another root), `licence-id-form` (not nine parts), and those of
    /// [`LicenceId::new`].
    pub fn parse(typed: &str) -> Result<LicenceId, CodeError> {
        let plain = typed.trim().to_ascii_uppercase();
        let rest = plain.strip_prefix(ROOT).and_then(|r| r.strip_prefix('.'));
        let rest = rest.ok_or(CodeError::new("licence-id-root"))?;
        let parts: Vec<&str> = rest.split('.').collect();
        let [type_code, issuer, serial, version, check] = parts[..] else {
            return Err(CodeError::new("licence-id-form"));
        };
        if version.len() != 3 || !text::digits(version) {
            return Err(CodeError::new("licence-id-version"));
        }
        if check.len() != 1 || !text::capitals(check) {
            return Err(CodeError::new("licence-id-form"));
        }
        let id = LicenceId {
            type_code: type_code.to_string(),
            issuer: issuer.to_string(),
            serial: serial.to_string(),
            version: version.parse().unwrap_or(0),
            check: check.as_bytes()[0],
        };
        id.sound()?;
        Ok(id)
    }

    fn sound(&self) -> Result<(), CodeError> {
        if self.type_code.len() != 21 || !text::capitals(&self.type_code) {
            return Err(CodeError::new("licence-id-type"));
        }
        let is_uscc = self.issuer.len() == 18 && text::capitals(&self.issuer);
        let is_division = self.issuer.len() == 6 && text::digits(&self.issuer);
        if !is_uscc && !is_division {
            return Err(CodeError::new("licence-id-issuer"));
        }
        if !text::capitals(&self.serial) || self.serial.len() > SERIAL_MAX {
            return Err(CodeError::new("licence-id-serial"));
        }
        if !(1..=999).contains(&self.version) {
            return Err(CodeError::new("licence-id-version"));
        }
        Ok(())
    }

    /// The check character that belongs there: MOD 37,36 over type, issuer, serial and version.
    fn computed(&self) -> u8 {
        let version = format!("{:03}", self.version);
        let letters = [&self.type_code, &self.issuer, &self.serial, &version];
        check::mod37_36(letters.into_iter().flat_map(|part| part.bytes())).unwrap_or(b'0')
    }

    /// Whether the check character is right.
    pub fn check_holds(&self) -> bool {
        self.check == self.computed()
    }

    /// 证照类型代码, 21 letters.
    pub fn type_code(&self) -> &str {
        &self.type_code
    }

    /// 证照颁发机构代码.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// 流水号.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// 版本号, 1–999.
    pub fn version(&self) -> u16 {
        self.version
    }

    /// 校验位 as written.
    pub fn check(&self) -> char {
        char::from(self.check)
    }

    /// The identifier of the next version (换证, 变更): same type, issuer and serial.
    ///
    /// # Errors
    /// `licence-id-version` after version 999.
    pub fn next_version(&self) -> Result<LicenceId, CodeError> {
        LicenceId::new(&self.type_code, &self.issuer, &self.serial, self.version.saturating_add(1))
    }
}

impl fmt::Display for LicenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LicenceId { type_code, issuer, serial, version, .. } = self;
        write!(f, "{ROOT}.{type_code}.{issuer}.{serial}.{version:03}.{}", self.check())
    }
}

impl TryFrom<String> for LicenceId {
    type Error = CodeError;
    fn try_from(text: String) -> Result<LicenceId, CodeError> {
        LicenceId::parse(&text)
    }
}

impl From<LicenceId> for String {
    fn from(id: LicenceId) -> String {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Identifiers found in public; the last two (Shandong) do not check.
    const FOUND: [(&str, bool); 7] = [
        ("1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F", true),
        ("1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9", true),
        ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.S", true),
        (
            "1.2.156.3005.2.11100000000013338W087.11370800MB28559184.37080001202411010001.001.3",
            true,
        ),
        ("1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0", true),
        (
            "1.2.156.3005.2.11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M",
            false,
        ),
        (
            "1.2.156.3005.2.11100000MB03271699022.11370000MB2852565A.301213AF0610489FBEC46E8AB9C5C25F.001.T",
            false,
        ),
    ];

    #[test]
    fn reads_every_identifier_found_and_warns_of_two() {
        for (text, holds) in FOUND {
            let id = LicenceId::parse(text).expect(text);
            assert_eq!((id.check_holds(), id.to_string().as_str()), (holds, text));
        }
    }

    #[test]
    fn makes_known_check_characters() {
        let id = LicenceId::new("11100000000013338W011", "11430000006122244L", "20230000403", 1);
        let id = id.expect("id");
        assert_eq!((id.check(), id.check_holds()), ('U', true));
        let next = id.next_version().expect("next");
        assert_eq!((next.version(), next.check()), (2, 'S'));
        assert_eq!(next.serial(), id.serial());
        let last = LicenceId::new("11100000000013338W011", "340100", "1", 999).expect("last");
        assert_eq!(last.next_version().map_err(|e| e.code), Err("licence-id-version"));
    }

    #[test]
    fn refuses_and_says_why() {
        let table = [
            ("", "licence-id-root"),
            ("1.2.156.3003.2.11100000000013338W011.11430000006122244L.1.001.U", "licence-id-root"),
            ("1.2.156.3005.2", "licence-id-root"),
            ("1.2.156.3005.2.", "licence-id-form"),
            ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.1.001", "licence-id-form"),
            ("1.2.156.3005.2.11100000000013338W01.11430000006122244L.1.001.U", "licence-id-type"),
            ("1.2.156.3005.2.11100000000013338W011.1143000000612224.1.001.U", "licence-id-issuer"),
            ("1.2.156.3005.2.11100000000013338W011.34010X.1.001.U", "licence-id-issuer"),
            ("1.2.156.3005.2.11100000000013338W011.11430000006122244L..001.U", "licence-id-serial"),
            (
                "1.2.156.3005.2.11100000000013338W011.11430000006122244L.证.001.U",
                "licence-id-serial",
            ),
            (
                "1.2.156.3005.2.11100000000013338W011.11430000006122244L.1.000.U",
                "licence-id-version",
            ),
            ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.1.1.U", "licence-id-version"),
            ("1.2.156.3005.2.11100000000013338W011.11430000006122244L.1.001.UU", "licence-id-form"),
        ];
        for (text, code) in table {
            assert_eq!(LicenceId::parse(text).map_err(|e| e.code), Err(code), "{text}");
        }
    }
}
