//! The rotating code under seeded changes: whatever a camera or a forger hands in is read without harm, and only what this
//! node made is believed.

use super::code::{Bad, ID, PREFIX, SECONDS, SKEW, is_code, make, read};
use crate::testing::House;
use codes::time::Stamp;

/// Changes tried.
const CHANGES: usize = 20_000;

/// Xorshift: the same changes in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

#[tokio::test]
async fn no_changed_code_is_believed() {
    let house = House::new().await;
    let (vault, now) = (house.store().vault(), house.store().clock().now());
    let good = [[7; ID], [0xe1; ID]].map(|id| make(vault, &id, now));
    for (code, id) in good.iter().zip([[7; ID], [0xe1; ID]]) {
        assert!(is_code(code) && read(vault, code, now).is_ok_and(|c| c.id == id));
        assert_eq!(read(vault, &code.to_lowercase(), now).map(|c| c.id), Ok(id.to_vec()));
        assert!(read(vault, code, now.plus_seconds(SECONDS + SKEW)).is_ok());
        assert_eq!(read(vault, code, now.plus_seconds(SECONDS + SKEW + 1)), Err(Bad::Over));
    }
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let odd = ['.', '0', 'F', 'g', '-', ' ', '一', '\u{0}', '+', 'T'];
    for number in 0..CHANGES {
        let mut text: Vec<char> = good[number % 2].chars().collect();
        for _ in 0..=dice.below(3) {
            let at = dice.below(text.len());
            match dice.below(6) {
                _ if text.is_empty() => text.push('T'),
                0 => text[at] = odd[dice.below(odd.len())],
                1 => text.insert(at, odd[dice.below(odd.len())]),
                2 => drop(text.remove(at)),
                3 => text.truncate(at),
                4 => {
                    let other: Vec<char> = good[(number + 1) % 2].chars().collect();
                    let end = (at + 1 + dice.below(40)).min(other.len()).min(text.len());
                    text[at..end].copy_from_slice(&other[at..end]);
                }
                _ => text[at] = char::from_digit(dice.below(16) as u32, 16).unwrap_or('0'),
            }
        }
        let text: String = text.into_iter().collect();
        let made = good.iter().any(|code| code.eq_ignore_ascii_case(&text));
        assert_eq!(read(vault, &text, now).is_ok(), made, "{text:?}");
    }
    let long = format!("{PREFIX}{}", "0".repeat(100_000));
    for text in ["", ".", PREFIX, "TB1...", "TB1.一.二.三", long.as_str()] {
        assert_eq!(
            read(vault, text, Stamp::from_micros(i64::MAX / 2)),
            Err(Bad::Forged),
            "{text:.20}"
        );
    }
}
