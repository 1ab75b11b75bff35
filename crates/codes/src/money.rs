//! Money in whole cents (分), and the capital figures (大写) that receipts must carry.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CodeError, text};

/// Renminbi in cents. Sums that overflow are refused, never wrapped.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cents(i64);

impl Cents {
    /// Nothing to pay.
    pub const ZERO: Cents = Cents(0);

    /// From cents.
    pub const fn new(cents: i64) -> Cents {
        Cents(cents)
    }

    /// The cents.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Reads yuan as people write them: `1234.5`, `1,234.50`, `￥12`, `12元`, `-3`.
    ///
    /// # Errors
    /// `money-form` when it is no amount with at most two decimals, `money-large` above 90
    /// quadrillion yuan.
    pub fn parse(typed: &str) -> Result<Cents, CodeError> {
        let wrong = || CodeError::new("money-form");
        let plain: String =
            typed.trim().chars().map(text::half_width).filter(|c| *c != ' ').collect();
        let plain = plain.strip_suffix('元').unwrap_or(&plain);
        let (negative, plain) = match plain.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, plain),
        };
        let plain = plain.trim_start_matches(['¥', '\u{FFE5}']);
        let (whole, part) = plain.split_once('.').unwrap_or((plain, "0"));
        let whole = ungrouped(whole).ok_or_else(wrong)?;
        if !text::digits(part) || part.len() > 2 {
            return Err(wrong());
        }
        let large = || CodeError::new("money-large");
        let yuan: i64 = whole.parse().map_err(|_| large())?;
        let cents: i64 = format!("{part:0<2}").parse().map_err(|_| wrong())?;
        let total = yuan.checked_mul(100).and_then(|n| n.checked_add(cents)).ok_or_else(large)?;
        Ok(Cents(if negative { -total } else { total }))
    }

    /// The sum, or `None` when it does not fit.
    pub const fn plus(self, other: Cents) -> Option<Cents> {
        match self.0.checked_add(other.0) {
            Some(n) => Some(Cents(n)),
            None => None,
        }
    }

    /// `￥1,234.50`.
    pub fn yuan(self) -> String {
        let n = self.0.unsigned_abs();
        let whole = (n / 100).to_string();
        let mut grouped = String::new();
        for (i, c) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(c);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}￥{grouped}.{:02}", n % 100)
    }

    /// 大写, after the rules for bills (支付结算办法 附一): `壹仟肆佰零玖元伍角`, `叁佰贰拾伍元零肆分`,
    /// `壹拾元整`.
    pub fn capitals(self) -> String {
        let n = self.0.unsigned_abs();
        let (yuan, jiao, fen) = (n / 100, n / 10 % 10, n % 10);
        let mut out = String::new();
        if self.0 < 0 {
            out.push('负');
        }
        if n == 0 {
            return "零元整".to_string();
        }
        if yuan > 0 {
            out.push_str(&whole(yuan));
            out.push('元');
        }
        if jiao == 0 && fen == 0 {
            out.push('整');
            return out;
        }
        // A gap before the next figure is read out as one 零: no yuan figure, or no jiao figure.
        if yuan > 0 && (jiao == 0 || yuan.is_multiple_of(10)) {
            out.push('零');
        }
        if jiao > 0 {
            out.push(DIGITS[jiao as usize]);
            out.push('角');
        }
        if fen > 0 {
            out.push(DIGITS[fen as usize]);
            out.push('分');
        }
        out
    }
}

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

/// A whole number above zero in capital figures, without a unit behind it.
fn whole(n: u64) -> String {
    const YI: u64 = 100_000_000;
    const WAN: u64 = 10_000;
    for (unit, name) in [(YI, '亿'), (WAN, '万')] {
        if n >= unit {
            let (high, low) = (n / unit, n % unit);
            let mut out = whole(high);
            out.push(name);
            if low > 0 {
                if low < unit / 10 {
                    out.push('零');
                }
                out.push_str(&whole(low));
            }
            return out;
        }
    }
    let mut out = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
        let digit = n / unit % 10;
        if digit == 0 {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out.push('零');
        }
        gap = false;
        out.push(DIGITS[digit as usize]);
        out.push_str(name);
    }
    out
}

/// Digits with or without correct commas; `None` when it is neither.
fn ungrouped(whole: &str) -> Option<String> {
    if !whole.contains(',') {
        return text::digits(whole).then(|| whole.to_string());
    }
    let mut groups = whole.split(',');
    let first = groups.next().filter(|g| text::digits(g) && g.len() <= 3)?;
    let mut out = first.to_string();
    for group in groups {
        if group.len() != 3 || !text::digits(group) {
            return None;
        }
        out.push_str(group);
    }
    Some(out)
}

impl fmt::Display for Cents {
    /// Plain yuan, as GB/T 39046 exchanges them: `1234.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", n / 100, n % 100)
    }
}

impl std::iter::Sum for Cents {
    /// Adds up, staying at the largest amount there is rather than wrapping round.
    fn sum<I: Iterator<Item = Cents>>(amounts: I) -> Cents {
        Cents(amounts.fold(0, |total, next| total.saturating_add(next.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_follow_the_rules_for_bills() {
        let table = [
            (0, "零元整"),
            (5, "伍分"),
            (50, "伍角"),
            (53, "伍角叁分"),
            (100, "壹元整"),
            (1000, "壹拾元整"),
            (1010, "壹拾元零壹角"),
            (140_950, "壹仟肆佰零玖元伍角"),
            (600_714, "陆仟零柒元壹角肆分"),
            (168_032, "壹仟陆佰捌拾元零叁角贰分"),
            (10_700_053, "壹拾万柒仟元零伍角叁分"),
            (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
            (32_504, "叁佰贰拾伍元零肆分"),
            (10_000_000_000, "壹亿元整"),
            (10_001_000_000, "壹亿零壹万元整"),
            (10_000_000_100, "壹亿零壹元整"),
            (100_010_001_000, "壹拾亿零壹拾万零壹拾元整"),
            (100_000_000_000_000, "壹万亿元整"),
            (-100, "负壹元整"),
        ];
        for (cents, words) in table {
            assert_eq!(Cents::new(cents).capitals(), words, "{cents}");
        }
        assert!(!Cents::new(i64::MIN).capitals().is_empty());
    }

    #[test]
    fn reads_and_writes_yuan() {
        let table = [
            ("1234.5", 123_450),
            ("1,234.50", 123_450),
            ("￥12", 1200),
            ("12元", 1200),
            ("¥0.07", 7),
            ("-3", -300),
            ("１２．５", 1250),
        ];
        for (typed, cents) in table {
            assert_eq!(Cents::parse(typed), Ok(Cents::new(cents)), "{typed}");
        }
        for typed in ["", ".", "1.", ".5", "1.234", "1,23", "12,345,6", "abc", "1e3", "--1", "٣"] {
            assert_eq!(Cents::parse(typed).map_err(|e| e.code), Err("money-form"), "{typed}");
        }
        assert_eq!(Cents::parse("92233720368547758.08").map_err(|e| e.code), Err("money-large"));
        assert_eq!(Cents::new(123_456_789).yuan(), "￥1,234,567.89");
        assert_eq!(Cents::new(-5).yuan(), "-￥0.05");
        assert_eq!(Cents::new(123_450).to_string(), "1234.50");
    }
}
