//! Pure decisions of identity: passwords, one-time codes, how often one may try, who may verify.

use super::model::{CodeRow, CodeUse, Tries};
use codes::citizen::CitizenId;
use codes::time::{Day, Stamp};

/// Least characters of a citizen's password.
pub const CITIZEN_LEAST: usize = 8;
/// Least characters of a staff password.
pub const STAFF_LEAST: usize = 12;
/// Most characters of any password.
pub const PASSWORD_MOST: usize = 128;

/// Passwords that every guesser tries first, beyond runs and repetitions.
const COMMON: &[&str] = &[
    "password",
    "passw0rd",
    "password1",
    "password123",
    "qwertyui",
    "qwerty123",
    "qwertyuiop",
    "1qaz2wsx",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "qazwsxedc",
    "abc12345",
    "abcd1234",
    "a1234567",
    "a12345678",
    "aa123456",
    "aa12345678",
    "admin123",
    "administrator",
    "woaini1314",
    "woaini520",
    "5201314520",
    "1234qwer",
    "qwer1234",
    "asdfghjk",
    "asdf1234",
    "zxcvbnm123",
    "iloveyou",
    "letmein123",
    "welcome123",
    "88888888",
    "66666666",
    "12345678",
    "123456789",
    "1234567890",
    "87654321",
    "11223344",
    "123123123",
    "147258369",
    "11111111",
    "00000000",
];

/// Whether a password may be set: length, not among the commonest, not one's own phone. No rule on
/// kinds of characters: length is what helps.
///
/// # Errors
/// `password-short`, `password-long`, `password-common`, `password-phone`.
pub fn password(text: &str, least: usize, phone: &str) -> Result<(), &'static str> {
    let length = text.chars().count();
    if length < least {
        return Err(if least == STAFF_LEAST { "password-short-staff" } else { "password-short" });
    }
    if length > PASSWORD_MOST {
        return Err("password-long");
    }
    let lower = text.to_lowercase();
    if COMMON.contains(&lower.as_str()) || is_run(&lower) {
        return Err("password-common");
    }
    if !phone.is_empty() && lower.contains(phone) {
        return Err("password-phone");
    }
    Ok(())
}

/// One character over and over, or each one step from the last: `aaaaaaaa`, `23456789`, `hgfedcba`.
fn is_run(text: &str) -> bool {
    let points: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps = |step: i64| points.windows(2).all(|pair| pair[1] - pair[0] == step);
    steps(0) || steps(1) || steps(-1)
}

/// How long a one-time code lives, in seconds.
pub const CODE_SECONDS: i64 = 300;
/// How often a one-time code may be tried.
pub const CODE_TRIES: i64 = 5;

/// Whether a code row may still be tried for `wanted`.
pub fn code_lives(row: &CodeRow, wanted: CodeUse, now: Stamp) -> bool {
    let age = now.micros() - row.made_at.micros();
    row.used_for == wanted.label()
        && row.used_at.is_none()
        && row.attempts < CODE_TRIES
        && (0..CODE_SECONDS * 1_000_000).contains(&age)
}

/// Messages with codes allowed to one phone: (seconds, how many), shortest window first.
const SMS_LIMITS: [(i64, usize); 3] = [(60, 1), (3_600, 5), (86_400, 10)];

/// How many seconds to wait before another code may go to a phone that got codes at `sent`.
pub fn sms_wait(sent: &[Stamp], now: Stamp) -> Option<u32> {
    let wait = |(seconds, most): &(i64, usize)| {
        let mut inside: Vec<i64> = sent
            .iter()
            .map(|at| seconds * 1_000_000 - (now.micros() - at.micros()))
            .filter(|left| *left > 0)
            .collect();
        inside.sort_unstable_by(|a, b| b.cmp(a));
        // Room comes when so many have left the window that fewer than `most` remain.
        inside
            .get(most - 1)
            .map(|left| u32::try_from((left + 999_999) / 1_000_000).unwrap_or(u32::MAX))
    };
    SMS_LIMITS.iter().filter_map(wait).max()
}

/// How many failures are borne within a window.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Failures after which one waits.
    pub most: i64,
    /// Length of the window in seconds.
    pub seconds: i64,
}

/// One account from one address: five failures, then a quarter of an hour (等保 8.1.4.1).
pub const SAME_DOOR: Patience = Patience { most: 5, seconds: 900 };
/// One account from anywhere: high enough that a stranger cannot lock the owner out cheaply, and the
/// way by one-time code stays open meanwhile.
pub const WHOLE_ACCOUNT: Patience = Patience { most: 60, seconds: 900 };
/// Real-name checks of one account: a register is no toy for guessing.
pub const REAL_NAME: Patience = Patience { most: 5, seconds: 86_400 };

/// How many seconds to wait after these failures.
pub fn wait_after(tries: Tries, patience: Patience, now: Stamp) -> Option<i64> {
    let left = patience.seconds * 1_000_000 - (now.micros() - tries.since.micros());
    (tries.failed >= patience.most && left > 0).then(|| (left + 999_999) / 1_000_000)
}

/// Wrong passwords on a locked screen before the session ends.
pub const UNLOCK_TRIES: i64 = 5;

/// From this age on one may verify and act alone; below, consent is the guardian's (个人信息保护法
/// art. 31).
pub const ALONE_FROM: u32 = 14;

/// Whether the owner of the number is old enough to verify alone.
pub fn may_verify_alone(id: &CitizenId, today: Day) -> bool {
    id.age_on(today) >= ALONE_FROM
}

/// From this age on the layout for the old is offered (never forced; ux.md §8).
pub const ELDER_FROM: i16 = 60;

/// Whether somebody born on `birth` is offered the layout for the old.
pub fn offer_elder(birth: Day, today: Day) -> bool {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    today.year() - birth.year() - i16::from(!had_birthday) >= ELDER_FROM
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Stamp {
        Stamp::from_micros(1_790_000_000_000_000 + seconds * 1_000_000)
    }

    #[test]
    fn passwords() {
        let long = "长".repeat(129);
        for (text, least, answer) in [
            ("", 8, Err("password-short")),
            ("1234567", 8, Err("password-short")),
            ("面馆开门大吉顺利", 8, Ok(())),
            ("correct horse", 8, Ok(())),
            ("short staff", 12, Err("password-short-staff")),
            ("a longer staff word", 12, Ok(())),
            ("12345678", 8, Err("password-common")),
            ("PassW0rd", 8, Err("password-common")),
            ("aaaaaaaaaaaa", 12, Err("password-common")),
            ("23456789", 8, Err("password-common")),
            ("hgfedcba", 8, Err("password-common")),
            ("a19900000207", 8, Err("password-phone")),
            (long.as_str(), 8, Err("password-long")),
        ] {
            assert_eq!(password(text, least, "19900000207"), answer, "{text}");
        }
        assert_eq!(password("any other word", 8, ""), Ok(()));
    }

    #[test]
    fn codes_live_five_minutes_and_five_tries() {
        let row = |attempts, used_at| CodeRow {
            id: 1,
            phone_index: vec![],
            phone: vec![],
            used_for: "sign-in".into(),
            code_hash: vec![],
            made_at: at(0),
            attempts,
            used_at,
        };
        for (attempts, used, wanted, now, lives) in [
            (0, None, CodeUse::SignIn, 0, true),
            (4, None, CodeUse::SignIn, 299, true),
            (5, None, CodeUse::SignIn, 10, false),
            (0, None, CodeUse::SignIn, 300, false),
            (0, None, CodeUse::SignIn, -1, false),
            (0, Some(at(5)), CodeUse::SignIn, 10, false),
            (0, None, CodeUse::Register, 10, false),
        ] {
            assert_eq!(
                code_lives(&row(attempts, used), wanted, at(now)),
                lives,
                "{attempts} {now}"
            );
        }
    }

    #[test]
    fn a_phone_gets_one_code_a_minute_five_an_hour_ten_a_day() {
        let hourly: Vec<Stamp> = (0..5).map(|n| at(n * 120)).collect();
        let daily: Vec<Stamp> = (0..10).map(|n| at(n * 7_200)).collect();
        for (sent, now, wait) in [
            (&[][..], 0, None),
            (&[at(0)][..], 10, Some(50)),
            (&[at(0)][..], 60, None),
            (&hourly[..], 600, Some(3_000)),
            (&hourly[..], 3_601, None),
            (&daily[..], 9 * 7_200 + 60, Some(86_400 - 9 * 7_200 - 60)),
            (&daily[..], 86_401, None),
        ] {
            assert_eq!(sms_wait(sent, at(now)), wait, "{now}");
        }
    }

    #[test]
    fn five_failures_wait_a_quarter_of_an_hour() {
        let tries = |failed| Tries { failed, since: at(0) };
        assert_eq!(wait_after(tries(4), SAME_DOOR, at(10)), None);
        assert_eq!(wait_after(tries(5), SAME_DOOR, at(10)), Some(890));
        assert_eq!(wait_after(tries(5), SAME_DOOR, at(900)), None);
        assert_eq!(wait_after(Tries::NONE, SAME_DOOR, at(0)), None);
    }

    #[test]
    fn the_layout_for_the_old_is_offered_from_sixty() {
        let day = |y, m, d| codes::time::Day::new(y, m, d).expect("a day");
        assert!(!offer_elder(day(1966, 11, 22), day(2026, 11, 21)));
        assert!(offer_elder(day(1966, 11, 21), day(2026, 11, 21)));
    }

    #[test]
    fn children_do_not_verify_alone() {
        let day = |y, m, d| codes::time::Day::new(y, m, d).expect("a day");
        let id = CitizenId::complete("99010220121122001").expect("a number");
        assert!(!may_verify_alone(&id, day(2026, 11, 21)));
        assert!(may_verify_alone(&id, day(2026, 11, 22)));
    }
}
