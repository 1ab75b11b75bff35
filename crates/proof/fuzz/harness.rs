//! What is done with a text from the QR code of 亮证: it is read as a stranger's and as one its maker could have made. A
//! harness fails by panicking; what is believed must be what its maker made, letter for letter.

use codes::time::Stamp;
use gm::signer::Signer;
use gm::sm2::Keypair;
use proof::lists::code::{self as carried, Told};
use proof::showing::code::{self as rotating, Bad, ID, Key, SECONDS};
use std::sync::LazyLock;

/// A target by name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 2] = [("token", token), ("offline", offline)];

const AT: i64 = 1_790_000_000_000_000;

static KEY: LazyLock<Key> = LazyLock::new(|| Key::from_bytes([7; 32]));
static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::Soft(Keypair::generate([9; 32])));

/// The rotating code (`TB1.`): whoever reads it believes nothing but what this key made.
pub fn token(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let now = Stamp::from_micros(AT);
    let read = rotating::read(&KEY, &text, now);
    assert!(read.is_err() || rotating::is_code(&text));
    if let Ok(code) = read {
        let id: [u8; ID] = code.id.try_into().expect("an id of another length was believed");
        let made = rotating::make(&KEY, &id, code.ends.plus_seconds(-SECONDS));
        assert!(made.eq_ignore_ascii_case(&text), "{text} is believed, {made} was made");
    } else if text.is_ascii() {
        // A text that is over was once good; nobody makes one good by waiting.
        let later = rotating::read(&KEY, &text, now.plus_seconds(SECONDS * 10));
        assert!(later.is_err());
        assert!(read != Err(Bad::Forged) || later == Err(Bad::Forged));
    }
}

/// The offline code (`TB2.`): as handed in by a stranger, and as its signer could have signed it.
pub fn offline(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = (carried::is_code(&text), carried::id(&text));
    assert!(carried::read(&text, SIGNER.public(), Stamp::from_micros(AT)).is_err());
    if let Some(told) = signed(data, "-402913") {
        assert!(told.digits.is_empty() && told.rows().len() == told.shown.len());
    }
    assert!(signed(data, "").is_none(), "believed without the digits");
}

/// What is read of a code with this body and a good signature: every byte before it is the fuzzer's choice.
pub fn signed(body: &[u8], digits: &str) -> Option<Told> {
    let body = &body[..body.len().min(carried::MOST_TEXT)];
    let signature = SIGNER.sign(&[b"TB2", body].concat(), None).expect("a soft key signs");
    let letters = base32(&[body, &signature].concat());
    let text = format!("{}{letters}{digits}", carried::PREFIX);
    carried::read(&text, SIGNER.public(), Stamp::from_micros(AT)).ok()
}

/// RFC 4648 §6 without padding, a bit at a time: the harness does not borrow what it tries.
fn base32(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes.iter().flat_map(|b| (0..8).rev().map(move |n| b >> n & 1)).collect();
    let letter = |five: &[u8]| {
        let value = (0..5).fold(0, |all, n| all << 1 | five.get(n).copied().unwrap_or(0));
        (if value < 26 { b'A' + value } else { b'2' + value - 26 }) as char
    };
    bits.chunks(5).map(letter).collect()
}

/// What the corpora consist of: target, name of the file, bytes.
pub fn seeds() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let now = Stamp::from_micros(AT);
    let rotating = |id, at| rotating::make(&KEY, &id, at).into_bytes();
    let told = Told {
        key: [7; 16],
        ends: now.plus_seconds(carried::SECONDS),
        valid_to: Some(now.plus_days(900).day()),
        digits: "402913".into(),
        name: "食品经营许可证".into(),
        issuer: "示例区市场监督管理局".into(),
        shown: vec![("经营者名称".into(), "示例老灶火锅店".into())],
    };
    vec![
        ("token", "good", rotating([7; ID], now)),
        ("token", "other", rotating([0xe1; ID], now)),
        ("token", "over", rotating([7; ID], now.plus_seconds(-3600))),
        ("token", "small-letters", rotating([9; ID], now).to_ascii_lowercase()),
        ("token", "dots", b"TB1....".to_vec()),
        ("offline", "body", body(&told)),
        ("offline", "letters", b"TB2.MZXW6YTBOI-402913".to_vec()),
    ]
}

/// The bytes before the signature, as `lists::code` lays them out.
fn body(told: &Told) -> Vec<u8> {
    let text = r#"["食品经营许可证","示例区市场监督管理局",["经营者名称","示例老灶火锅店"]]"#;
    let ends = (told.ends.micros() / 1_000_000) as u32;
    let mut body = told.key.to_vec();
    body.extend_from_slice(&ends.to_be_bytes());
    body.extend_from_slice(&20_290_101_u32.to_be_bytes());
    let check = [b"digits:", told.digits.as_bytes(), &told.key, &ends.to_be_bytes()].concat();
    body.extend_from_slice(&gm::sm3::hash(&check)[..4]);
    body.extend_from_slice(&(text.len() as u16).to_be_bytes());
    body.extend_from_slice(text.as_bytes());
    body
}
