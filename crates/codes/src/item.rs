//! Codes of service items: basic (12), implementation (31) and handling (33), GB/T 39554.1-2020.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::uscc::Uscc;
use crate::{CodeError, text};

/// 事项类型, GB/T 39046 table A; provinces add their own behind 11 and 21.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum TaskType {
    /// 00 行政权力事项, the group.
    Group,
    /// 01 行政许可.
    Licence,
    /// 02 行政处罚.
    Penalty,
    /// 03 行政强制.
    Enforcement,
    /// 04 行政征收.
    Collection,
    /// 05 行政给付.
    Benefit,
    /// 06 行政检查.
    Inspection,
    /// 07 行政确认.
    Confirmation,
    /// 08 行政奖励.
    Award,
    /// 09 行政裁决.
    Adjudication,
    /// 10 其他行政权力.
    OtherPower,
    /// 20 公共服务.
    PublicService,
    /// Extensions of a province, for example 11 or 21; 00–99.
    Extension(u8),
}

impl TaskType {
    /// Reads two digits.
    ///
    /// # Errors
    /// `item-code-letter` when they are not two digits.
    pub fn parse(code: &str) -> Result<TaskType, CodeError> {
        if code.len() != 2 || !text::digits(code) {
            return Err(CodeError::new("item-code-letter"));
        }
        Ok(match code {
            "00" => TaskType::Group,
            "01" => TaskType::Licence,
            "02" => TaskType::Penalty,
            "03" => TaskType::Enforcement,
            "04" => TaskType::Collection,
            "05" => TaskType::Benefit,
            "06" => TaskType::Inspection,
            "07" => TaskType::Confirmation,
            "08" => TaskType::Award,
            "09" => TaskType::Adjudication,
            "10" => TaskType::OtherPower,
            "20" => TaskType::PublicService,
            other => TaskType::Extension(other.parse().unwrap_or(0)),
        })
    }

    /// The two digits.
    pub fn code(self) -> String {
        let n = match self {
            TaskType::Group => 0,
            TaskType::Licence => 1,
            TaskType::Penalty => 2,
            TaskType::Enforcement => 3,
            TaskType::Collection => 4,
            TaskType::Benefit => 5,
            TaskType::Inspection => 6,
            TaskType::Confirmation => 7,
            TaskType::Award => 8,
            TaskType::Adjudication => 9,
            TaskType::OtherPower => 10,
            TaskType::PublicService => 20,
            TaskType::Extension(n) => n,
        };
        format!("{n:02}")
    }

    /// Key of the name in `codes.ftl`.
    pub fn key(self) -> &'static str {
        match self {
            TaskType::Group => "codes-task-group",
            TaskType::Licence => "codes-task-licence",
            TaskType::Penalty => "codes-task-penalty",
            TaskType::Enforcement => "codes-task-enforcement",
            TaskType::Collection => "codes-task-collection",
            TaskType::Benefit => "codes-task-benefit",
            TaskType::Inspection => "codes-task-inspection",
            TaskType::Confirmation => "codes-task-confirmation",
            TaskType::Award => "codes-task-award",
            TaskType::Adjudication => "codes-task-adjudication",
            TaskType::OtherPower => "codes-task-other",
            TaskType::PublicService => "codes-task-service",
            TaskType::Extension(n) if n >= 21 => "codes-task-service",
            TaskType::Extension(_) => "codes-task-other",
        }
    }

    /// 依申请: somebody applies, so there are cases (许可 给付 确认 奖励 裁决 其他 公共服务).
    pub fn on_application(self) -> bool {
        match self {
            TaskType::Group
            | TaskType::Penalty
            | TaskType::Enforcement
            | TaskType::Collection
            | TaskType::Inspection => false,
            TaskType::Extension(n) => n >= 21,
            _ => true,
        }
    }
}

impl TryFrom<String> for TaskType {
    type Error = CodeError;
    fn try_from(text: String) -> Result<TaskType, CodeError> {
        TaskType::parse(&text)
    }
}

impl From<TaskType> for String {
    fn from(kind: TaskType) -> String {
        kind.code()
    }
}

/// 行使层级, GB/T 39046.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UseLevel {
    /// 1 国家级.
    Nation,
    /// 2 省级.
    Province,
    /// 3 市级.
    City,
    /// 4 县级.
    County,
    /// 5 镇（乡、街道）级.
    Town,
    /// 6 村（社区）级.
    Village,
    /// 7 分级管理.
    Graded,
}

impl UseLevel {
    /// From the digit 1–7.
    pub const fn from_digit(digit: u8) -> Option<UseLevel> {
        Some(match digit {
            1 => UseLevel::Nation,
            2 => UseLevel::Province,
            3 => UseLevel::City,
            4 => UseLevel::County,
            5 => UseLevel::Town,
            6 => UseLevel::Village,
            7 => UseLevel::Graded,
            _ => return None,
        })
    }

    /// The digit 1–7.
    pub const fn digit(self) -> u8 {
        self as u8 + 1
    }

    /// Key of the name in `codes.ftl`.
    pub const fn key(self) -> &'static str {
        match self {
            UseLevel::Nation => "codes-level-nation",
            UseLevel::Province => "codes-level-province",
            UseLevel::City => "codes-level-city",
            UseLevel::County => "codes-level-county",
            UseLevel::Town => "codes-level-town",
            UseLevel::Village => "codes-level-village",
            UseLevel::Graded => "codes-level-graded",
        }
    }
}

/// Letters of one of the three codes, already checked for length and alphabet.
fn letters<const N: usize>(typed: &str) -> Result<[u8; N], CodeError> {
    let plain = text::plain(typed);
    let length = plain.chars().count();
    if length != N {
        return Err(CodeError::new("item-code-length").with("length", length).with("expected", N));
    }
    if !text::capitals(&plain) {
        return Err(CodeError::new("item-code-letter"));
    }
    plain.as_bytes().try_into().map_err(|_| CodeError::new("item-code-letter"))
}

macro_rules! code_text {
    ($name:ident) => {
        impl $name {
            /// The letters.
            pub fn as_str(&self) -> &str {
                // Only `parse` builds one, from `0-9A-Z`.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl TryFrom<String> for $name {
            type Error = CodeError;
            fn try_from(text: String) -> Result<$name, CodeError> {
                $name::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.as_str().to_string()
            }
        }
    };
}

/// 基本编码: area 2 + type 2 + department 2 + order 3 + sub-item 3 (`00Y` where sub-items follow).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BasicCode([u8; 12]);

code_text!(BasicCode);

impl BasicCode {
    /// Reads 12 letters.
    ///
    /// # Errors
    /// `item-code-length`, `item-code-letter`.
    pub fn parse(typed: &str) -> Result<BasicCode, CodeError> {
        let code = BasicCode(letters::<12>(typed)?);
        TaskType::parse(&code.as_str()[2..4])?;
        Ok(code)
    }

    /// 行政区划 prefix: 00 for the national catalogue, else a province.
    pub fn area(&self) -> &str {
        &self.as_str()[..2]
    }

    /// 事项类型 as the code says; local extension types need not match the item's own type.
    pub fn task_type(&self) -> TaskType {
        TaskType::parse(&self.as_str()[2..4]).unwrap_or(TaskType::Group)
    }

    /// 主项代码: department and order, five letters.
    pub fn main(&self) -> &str {
        &self.as_str()[4..9]
    }

    /// 子项代码.
    pub fn sub(&self) -> &str {
        &self.as_str()[9..]
    }

    /// A main item whose sub-items carry the handling; it takes no cases itself.
    pub fn has_children(&self) -> bool {
        self.sub() == "00Y"
    }

    /// The main item of a sub-item (`…003` belongs to `…00Y`); `None` for a main item.
    pub fn main_item(&self) -> Option<BasicCode> {
        if matches!(self.sub(), "000" | "00Y") {
            return None;
        }
        let mut code = self.0;
        code[9..].copy_from_slice(b"00Y");
        Some(BasicCode(code))
    }
}

/// 实施编码: body's USCC 18 + level 1 + basic code 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImplementationCode([u8; 31]);

code_text!(ImplementationCode);

impl ImplementationCode {
    /// Reads 31 letters. The check inside the USCC is looked at by
    /// [`ImplementationCode::issuer`]: published catalogues hold a few codes that fail it, and a
    /// case must still be handled under the published code.
    ///
    /// # Errors
    /// `item-code-length`, `item-code-letter`, `item-code-level`.
    pub fn parse(typed: &str) -> Result<ImplementationCode, CodeError> {
        let code = ImplementationCode(letters::<31>(typed)?);
        if UseLevel::from_digit(code.0[18].wrapping_sub(b'0')).is_none() {
            return Err(CodeError::new("item-code-level"));
        }
        TaskType::parse(&code.as_str()[21..23])?;
        Ok(code)
    }

    /// Puts a code together.
    pub fn new(body: &Uscc, level: UseLevel, basic: &BasicCode) -> ImplementationCode {
        let mut code = [0; 31];
        code[..18].copy_from_slice(body.as_str().as_bytes());
        code[18] = b'0' + level.digit();
        code[19..].copy_from_slice(&basic.0);
        ImplementationCode(code)
    }

    /// The implementing body; `Err(uscc-…)` when the published code is wrong there.
    ///
    /// # Errors
    /// As [`Uscc::parse`].
    pub fn issuer(&self) -> Result<Uscc, CodeError> {
        Uscc::parse(&self.as_str()[..18])
    }

    /// Whether the USCC inside checks: a warning when it does not, never a refusal.
    pub fn check_holds(&self) -> bool {
        self.issuer().is_ok()
    }

    /// 行使层级.
    pub fn level(&self) -> UseLevel {
        UseLevel::from_digit(self.0[18].wrapping_sub(b'0')).unwrap_or(UseLevel::Graded)
    }

    /// The basic code inside.
    pub fn basic(&self) -> BasicCode {
        let mut code = [0; 12];
        code.copy_from_slice(&self.0[19..]);
        BasicCode(code)
    }
}

/// 业务办理项编码: implementation code + two digits 01–99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HandlingCode([u8; 33]);

code_text!(HandlingCode);

impl HandlingCode {
    /// Reads 33 letters.
    ///
    /// # Errors
    /// `item-code-length`, `item-code-letter`, `item-code-level`.
    pub fn parse(typed: &str) -> Result<HandlingCode, CodeError> {
        let code = HandlingCode(letters::<33>(typed)?);
        ImplementationCode::parse(&code.as_str()[..31])?;
        if !text::digits(&code.as_str()[31..]) || code.serial() == 0 {
            return Err(CodeError::new("item-code-letter"));
        }
        Ok(code)
    }

    /// The implementation code in front.
    pub fn implementation(&self) -> ImplementationCode {
        let mut code = [0; 31];
        code.copy_from_slice(&self.0[..31]);
        ImplementationCode(code)
    }

    /// The serial 1–99 of the handling item.
    pub fn serial(&self) -> u8 {
        self.as_str()[31..].parse().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_published_codes_apart() {
        let code = ImplementationCode::parse("11370800MB285591843370117002011").expect("code");
        assert_eq!(code.issuer().map(|u| u.to_string()), Ok("11370800MB28559184".to_string()));
        assert_eq!(code.level(), UseLevel::City);
        let basic = code.basic();
        assert_eq!((basic.area(), basic.task_type()), ("37", TaskType::Licence));
        assert_eq!((basic.main(), basic.sub()), ("17002", "011"));
        assert_eq!(basic.main_item().map(|b| b.to_string()), Some("37011700200Y".to_string()));

        let code = ImplementationCode::parse("12441500196720244T3442199806003").expect("code");
        assert_eq!(code.basic().task_type(), TaskType::Extension(21));
        assert!(code.check_holds() && code.basic().task_type().on_application());

        let parent = BasicCode::parse("44010200200Y").expect("parent");
        assert!(parent.has_children() && parent.main_item().is_none());
        let handling = HandlingCode::parse("11440000006940116U244010200300103").expect("handling");
        assert_eq!((handling.serial(), handling.implementation().level()), (3, UseLevel::Province));
    }

    #[test]
    fn puts_codes_together() {
        let body = Uscc::parse("11370800MB28559184").expect("body");
        let basic = BasicCode::parse("370117002011").expect("basic");
        let code = ImplementationCode::new(&body, UseLevel::City, &basic);
        assert_eq!(code.as_str(), "11370800MB285591843370117002011");
    }

    #[test]
    fn refuses_and_says_why() {
        let table = [
            ("", "item-code-length"),
            ("11370800MB28559184337011700201", "item-code-length"),
            ("11370800MB285591848370117002011", "item-code-level"),
            ("11370800MB285591840370117002011", "item-code-level"),
            ("11370800MB28559184337011700201*", "item-code-letter"),
            ("11370800MB2855918433701A7002011", "ok"),
            ("11370800MB28559184337A117002011", "item-code-letter"),
        ];
        for (code, why) in table {
            let answer = ImplementationCode::parse(code).map_or_else(|e| e.code, |_| "ok");
            assert_eq!(answer, why, "{code}");
        }
        for code in ["11440000006940116U244010200300100", "11440000006940116U2440102003001A1"] {
            assert_eq!(HandlingCode::parse(code).map_err(|e| e.code), Err("item-code-letter"));
        }
    }

    #[test]
    fn a_wrong_check_inside_warns_only() {
        let code = ImplementationCode::parse("11370800MB285591853370117002011").expect("code");
        assert!(!code.check_holds());
    }
}
