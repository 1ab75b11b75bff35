//! Points in time as seconds since 1970 (UTC) and their ASN.1 spellings.

use crate::Error;
use crate::tlv::{self, Tlv, tag};

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Utc(pub i64);

/// Calendar fields of a UTC moment.
struct Fields {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

/// Days since 1970-01-01 of a proleptic Gregorian date (Hinnant's `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y - era * 400;
    let doy = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

impl Utc {
    /// From calendar fields; `None` when they name no moment.
    pub fn from_fields(
        year: i64,
        month: i64,
        day: i64,
        hour: i64,
        minute: i64,
        second: i64,
    ) -> Option<Utc> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        let good = (0..=9999).contains(&year)
            && (1..=last).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second);
        good.then(|| Utc(days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second))
    }

    fn fields(self) -> Fields {
        let (day_no, rest) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        let z = day_no + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z - era * 146_097;
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        Fields {
            year: yoe + era * 400 + i64::from(month <= 2),
            month,
            day: doy - (153 * mp + 2) / 5 + 1,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
        }
    }

    /// `2026-11-21T14:05:09Z`.
    pub fn iso(self) -> String {
        let f = self.fields();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            f.year, f.month, f.day, f.hour, f.minute, f.second
        )
    }

    /// `2026-11-21 22:05:09` in Beijing time (+08:00, no daylight saving), the form `SignatureDateTime` carries.
    pub fn beijing(self) -> String {
        let f = Utc(self.0 + 8 * 3600).fields();
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            f.year, f.month, f.day, f.hour, f.minute, f.second
        )
    }

    /// DER GeneralizedTime `YYYYMMDDHHMMSSZ`.
    pub fn generalized(self) -> Vec<u8> {
        let f = self.fields();
        let text = format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}Z",
            f.year, f.month, f.day, f.hour, f.minute, f.second
        );
        tlv::put(tag::GENERALIZED_TIME, &[text.as_bytes()])
    }

    /// DER time as RFC 5280 §4.1.2.5 wants it in certificates: UTCTime through 2049, GeneralizedTime after.
    pub fn certificate_time(self) -> Vec<u8> {
        let f = self.fields();
        if !(1950..2050).contains(&f.year) {
            return self.generalized();
        }
        let text = format!(
            "{:02}{:02}{:02}{:02}{:02}{:02}Z",
            f.year % 100,
            f.month,
            f.day,
            f.hour,
            f.minute,
            f.second
        );
        tlv::put(tag::UTC_TIME, &[text.as_bytes()])
    }

    /// Reads UTCTime or GeneralizedTime. Fractions of a second are dropped; a missing `Z` is taken as UTC, an offset
    /// `±hhmm` is applied (both occur in seals in the wild).
    pub fn from_tlv(tlv: &Tlv<'_>) -> Result<Utc, Error> {
        let text = tlv.text()?;
        let wrong = Error::Der("time");
        let count = text.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, tail) = text.split_at(count);
        let number = |from: usize, to: usize| {
            digits.get(from..to).and_then(|d| d.parse::<i64>().ok()).ok_or(wrong)
        };
        let (year, at) = match tlv.tag {
            tag::GENERALIZED_TIME => (number(0, 4)?, 4),
            tag::UTC_TIME => (number(0, 2).map(|y| if y >= 50 { 1900 + y } else { 2000 + y })?, 2),
            _ => return Err(wrong),
        };
        let second = if count >= at + 10 { number(at + 8, at + 10)? } else { 0 };
        if count != at + 10 && count != at + 8 {
            return Err(wrong);
        }
        let local = Utc::from_fields(
            year,
            number(at, at + 2)?,
            number(at + 2, at + 4)?,
            number(at + 4, at + 6)?,
            number(at + 6, at + 8)?,
            second,
        )
        .ok_or(wrong)?;
        let tail = tail
            .strip_prefix('.')
            .map_or(tail, |t| t.trim_start_matches(|c: char| c.is_ascii_digit()));
        Ok(Utc(local.0 - offset(tail).ok_or(wrong)?))
    }
}

/// Seconds east of UTC of `""`, `"Z"` or `"±hhmm"`.
fn offset(tail: &str) -> Option<i64> {
    let (sign, digits) = match tail.as_bytes().first() {
        None => return Some(0),
        Some(b'Z') if tail.len() == 1 => return Some(0),
        Some(b'+') => (1, &tail[1..]),
        Some(b'-') => (-1, &tail[1..]),
        Some(_) => return None,
    };
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: i64 = digits.parse().ok()?;
    Some(sign * (value / 100 * 3600 + value % 100 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_269_909, "2026-11-21T14:05:09Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(Utc(seconds).iso(), text);
            let der = Utc(seconds).generalized();
            assert_eq!(Utc::from_tlv(&Tlv::only(&der).unwrap()).unwrap(), Utc(seconds));
            let der = Utc(seconds).certificate_time();
            assert_eq!(Utc::from_tlv(&Tlv::only(&der).unwrap()).unwrap(), Utc(seconds));
        }
        assert_eq!(Utc(1_795_269_909).beijing(), "2026-11-21 22:05:09");
    }

    #[test]
    fn forms_seen_in_the_wild() {
        let read = |tag: u8, text: &str| {
            Utc::from_tlv(&Tlv { tag, raw: &[], value: text.as_bytes() }).ok()
        };
        assert_eq!(read(0x18, "20201004072855.302Z"), Utc::from_fields(2020, 10, 4, 7, 28, 55));
        assert_eq!(read(0x18, "20201004152855+0800"), Utc::from_fields(2020, 10, 4, 7, 28, 55));
        assert_eq!(read(0x18, "20201004072855"), Utc::from_fields(2020, 10, 4, 7, 28, 55));
        assert_eq!(read(0x17, "991004072855Z"), Utc::from_fields(1999, 10, 4, 7, 28, 55));
        for bad in [
            "",
            "2020",
            "20201304072855Z",
            "20200230072855Z",
            "20201004242855Z",
            "20201004072855Q",
            "2020100407285５Z",
        ] {
            assert_eq!(read(0x18, bad), None, "{bad}");
        }
    }
}
