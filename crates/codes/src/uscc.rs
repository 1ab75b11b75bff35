//! Unified social credit codes of organisations, GB 32100-2015.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::division::DivisionCode;
use crate::{CodeError, check, text};

/// What kind of organisation the first two letters say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrgKind {
    /// 机关 (11).
    Organ,
    /// 事业单位 (12).
    PublicInstitution,
    /// 编办直管群团 and others of the 机构编制 departments (13, 19).
    OtherEstablishment,
    /// 司法行政: law offices, notaries and the like (3x).
    Justice,
    /// 社会组织: associations, foundations, private non-profits (51, 52, 53, 59).
    SocialOrganisation,
    /// 村民委员会、居民委员会 (54).
    Committee,
    /// 宗教场所与院校 (7x).
    Religious,
    /// 工会 (8x).
    TradeUnion,
    /// 企业 (91).
    Enterprise,
    /// 个体工商户 (92).
    SoleTrader,
    /// 农民专业合作社 (93).
    FarmersCooperative,
    /// 农村集体经济组织 (N1–N3).
    RuralCollective,
    /// Anything else, also 军队 (A), 外交 (2), 旅游 (6), 其他 (Y).
    Other,
}

impl OrgKind {
    /// 服务对象 as C0109.2 codes it on the wire: 1 自然人 2 企业法人 3 事业法人 4 社会组织法人
    /// 5 非法人企业 6 行政机关 9 其他组织. Branches and partnerships (5) need registry data.
    pub const fn server_type(self) -> u8 {
        match self {
            OrgKind::Enterprise => 2,
            OrgKind::PublicInstitution => 3,
            OrgKind::SocialOrganisation => 4,
            OrgKind::Organ => 6,
            _ => 9,
        }
    }
}

/// An 18-letter code whose check holds. Public by law, so it may be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uscc([u8; 18]);

impl Uscc {
    /// Reads a code; spaces, hyphens, full width and lower case are forgiven.
    ///
    /// # Errors
    /// `uscc-length`, `uscc-confused` (I, O, Z, S, V never occur), `uscc-letter`, `uscc-check`.
    pub fn parse(typed: &str) -> Result<Uscc, CodeError> {
        let plain = text::plain(typed);
        let length = plain.chars().count();
        if length != 18 {
            return Err(CodeError::new("uscc-length").with("length", length));
        }
        if let Some(at) = plain.chars().position(|c| "IOZSV".contains(c)) {
            return Err(CodeError::new("uscc-confused").with("at", at + 1));
        }
        let letters: [u8; 18] =
            plain.as_bytes().try_into().map_err(|_| CodeError::new("uscc-letter"))?;
        match check::uscc(&letters[..17]) {
            None => Err(CodeError::new("uscc-letter")),
            Some(_) if !check::USCC_LETTERS.contains(&letters[17]) => {
                Err(CodeError::new("uscc-letter"))
            }
            Some(check) if check != letters[17] => Err(CodeError::new("uscc-check")),
            Some(_) => Ok(Uscc(letters)),
        }
    }

    /// Adds the check letter to 17 letters.
    ///
    /// # Errors
    /// `uscc-length`, `uscc-letter`.
    pub fn complete(seventeen: &str) -> Result<Uscc, CodeError> {
        let length = seventeen.chars().count();
        if length != 17 {
            return Err(CodeError::new("uscc-length").with("length", length));
        }
        let last = check::uscc(seventeen.as_bytes()).ok_or(CodeError::new("uscc-letter"))?;
        Uscc::parse(&format!("{seventeen}{}", char::from(last)))
    }

    /// The 18 letters.
    pub fn as_str(&self) -> &str {
        // Only `parse` builds one, from letters of USCC_LETTERS, all ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// What the first two letters say.
    pub fn kind(&self) -> OrgKind {
        match &self.0[..2] {
            b"11" => OrgKind::Organ,
            b"12" => OrgKind::PublicInstitution,
            [b'1', _] => OrgKind::OtherEstablishment,
            [b'3', _] => OrgKind::Justice,
            b"51" | b"52" | b"53" | b"59" => OrgKind::SocialOrganisation,
            b"54" => OrgKind::Committee,
            [b'7', _] => OrgKind::Religious,
            [b'8', _] => OrgKind::TradeUnion,
            b"91" => OrgKind::Enterprise,
            b"92" => OrgKind::SoleTrader,
            b"93" => OrgKind::FarmersCooperative,
            [b'N', _] => OrgKind::RuralCollective,
            _ => OrgKind::Other,
        }
    }

    /// Area of the registering office; `None` when those six letters are not all digits.
    pub fn area(&self) -> Option<DivisionCode> {
        DivisionCode::parse(&self.as_str()[2..8]).ok()
    }

    /// The nine letters of the organisation code (GB 11714).
    pub fn organisation(&self) -> &str {
        &self.as_str()[8..17]
    }

    /// Whether the organisation code's own check holds. Old registrations break it, so this warns
    /// and never refuses.
    pub fn organisation_holds(&self) -> bool {
        check::organisation(&self.0[8..16]) == Some(self.0[16])
    }

    /// Area 99 belongs to nobody: a code of the sample region.
    pub fn is_sample(&self) -> bool {
        &self.0[2..4] == b"99"
    }

    /// `9199 0102 1234 5678 8E`, for the eye.
    pub fn grouped(&self) -> String {
        let s = self.as_str();
        format!("{} {} {} {} {}", &s[..4], &s[4..8], &s[8..12], &s[12..16], &s[16..])
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Uscc {
    type Err = CodeError;
    fn from_str(text: &str) -> Result<Uscc, CodeError> {
        Uscc::parse(text)
    }
}

impl TryFrom<String> for Uscc {
    type Error = CodeError;
    fn try_from(text: String) -> Result<Uscc, CodeError> {
        Uscc::parse(&text)
    }
}

impl From<Uscc> for String {
    fn from(code: Uscc) -> String {
        code.as_str().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_public_bodies() {
        let table = [
            ("11370800MB28559184", OrgKind::Organ),
            ("12441500196720244T", OrgKind::PublicInstitution),
            ("11100000000013338W", OrgKind::Organ),
            ("11110000000021135M", OrgKind::Organ),
            ("11430000006122244L", OrgKind::Organ),
            ("91990102123456788E", OrgKind::Enterprise),
            ("92990102630040015X", OrgKind::SoleTrader),
            ("52990101099066738H", OrgKind::SocialOrganisation),
        ];
        for (code, kind) in table {
            let uscc = Uscc::parse(code).expect(code);
            assert_eq!((uscc.kind(), uscc.as_str()), (kind, code));
            assert!(uscc.organisation_holds() || uscc.is_sample(), "{code}");
        }
        let typed = Uscc::parse(" 9199 0102 1234 5678 8e ").map(|u| u.grouped());
        assert_eq!(typed, Ok("9199 0102 1234 5678 8E".to_string()));
    }

    #[test]
    fn refuses_and_says_why() {
        let table = [
            ("919901021234567880", "uscc-check"),
            ("91500106MA2CE71F65", "uscc-check"),
            ("91990102I23456788E", "uscc-confused"),
            ("91990102123456788", "uscc-length"),
            ("91990102123456788O", "uscc-confused"),
            ("91990102123456788字", "uscc-letter"),
            ("91990102*23456788E", "uscc-letter"),
            ("", "uscc-length"),
        ];
        for (code, why) in table {
            assert_eq!(Uscc::parse(code).map_err(|e| e.code), Err(why), "{code}");
        }
        assert_eq!(Uscc::parse("91500106MA2CE71F66").map(|u| u.kind()), Ok(OrgKind::Enterprise));
        let at = Uscc::parse("91990102I23456788E").map_err(|e| e.args);
        assert_eq!(at, Err(vec![("at", "9".to_string())]));
    }
}
