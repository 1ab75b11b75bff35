//! Against SoftHSM 2, a device made of software. It has no SM2: what is tested is everything around the signature. Says so
//! when it is not installed.
//!
//! SoftHSM reads its settings from the environment of the process, so every test runs once more in a child of its own.

use cryptoki::context::Pkcs11;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::Attribute;
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;
use gm::sm2::Keypair;
use std::path::{Path, PathBuf};
use std::process::Command;
use token::{Error, Place, VENDORS};

const PIN: &str = "314159";
/// id-prime256v1, the curve that SoftHSM knows.
const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

fn library() -> Option<PathBuf> {
    let places = [
        "/usr/lib/softhsm",
        "/usr/lib/x86_64-linux-gnu/softhsm",
        "/usr/lib/aarch64-linux-gnu/softhsm",
    ];
    places.iter().map(|place| Path::new(place).join("libsofthsm2.so")).find(|path| path.exists())
}

/// Runs a test in a child process with a fresh token; `Some` inside the child.
#[expect(clippy::print_stderr, reason = "a skipped check must be said aloud")]
fn device(test: &str) -> Option<PathBuf> {
    let Some(library) = library() else {
        eprintln!("skipped: SoftHSM 2 is not installed (Debian: softhsm2)");
        return None;
    };
    if std::env::var_os("TOKEN_TEST_CHILD").is_some() {
        return Some(library);
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("tokens")).unwrap();
    let settings = folder.join("softhsm2.conf");
    let tokens = folder.join("tokens");
    std::fs::write(&settings, format!("directories.tokendir = {}\n", tokens.display())).unwrap();
    let util = Command::new("softhsm2-util")
        .env("SOFTHSM2_CONF", &settings)
        .args(["--init-token", "--free", "--label", "印章", "--pin", PIN, "--so-pin", "271828"])
        .output()
        .unwrap();
    assert!(util.status.success(), "{}", String::from_utf8_lossy(&util.stderr));
    let child = Command::new(std::env::current_exe().unwrap())
        .env("SOFTHSM2_CONF", &settings)
        .env("TOKEN_TEST_CHILD", "1")
        .args(["--exact", test, "--nocapture"])
        .output()
        .unwrap();
    let said = [&child.stdout[..], &child.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
    None
}

fn place(library: &Path) -> Place<'_> {
    Place { library, token: "印章", pin: PIN, key: "公章", mechanism: VENDORS + 0x8001 }
}

fn public() -> gm::sm2::PublicKey {
    Keypair::generate([7; 32]).public().clone()
}

/// Makes a key pair on the curve that SoftHSM knows.
fn make(client: &Pkcs11, label: &str, extractable: bool) {
    let slot = token::find_token(client, "印章").unwrap();
    let session = client.open_rw_session(slot).unwrap();
    session.login(UserType::User, Some(&AuthPin::from(PIN))).unwrap();
    let name = || Attribute::Label(label.as_bytes().to_vec());
    let public = [Attribute::Token(true), name(), Attribute::EcParams(P256.to_vec())];
    let private = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(!extractable),
        Attribute::Extractable(extractable),
        Attribute::Sign(true),
        name(),
    ];
    session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private).unwrap();
}

fn session(client: &Pkcs11) -> Session {
    token::log_in(client, token::find_token(client, "印章").unwrap(), PIN).unwrap()
}

#[test]
fn a_token_without_sm2_is_refused_with_words() {
    let Some(library) = device("a_token_without_sm2_is_refused_with_words") else { return };
    let refused = token::open(&place(&library), public()).unwrap_err();
    let words = refused.to_string();
    assert!(matches!(refused, Error::Mechanism { wanted, .. } if wanted == VENDORS + 0x8001));
    for part in ["印章", "0x80008001", "SM2", "CKM_ECDSA"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    // A number outside the makers' range is none for SM2, whatever the token offers there.
    let ecdsa = Place { mechanism: 0x1041, ..place(&library) };
    assert!(matches!(token::open(&ecdsa, public()), Err(Error::Mechanism { wanted: 0x1041, .. })));
}

#[test]
fn libraries_and_tokens_that_are_not_there() {
    let Some(library) = device("libraries_and_tokens_that_are_not_there") else { return };
    let nowhere = Place { library: Path::new("/nowhere/lib.so"), ..place(&library) };
    let words = token::open(&nowhere, public()).unwrap_err().to_string();
    assert!(words.contains("/nowhere/lib.so cannot be loaded"), "{words}");
    let other = Place { token: "别的", ..place(&library) };
    let words = token::open(&other, public()).unwrap_err().to_string();
    assert!(words.contains("no token is called 别的; there are: 印章"), "{words}");
    // The library is loaded twice in one process without harm.
    token::load(&library).unwrap();
    token::load(&library).unwrap();
}

#[test]
fn the_pin_is_asked_for() {
    let Some(library) = device("the_pin_is_asked_for") else { return };
    let client = token::load(&library).unwrap();
    let slot = token::find_token(&client, "印章").unwrap();
    for wrong in ["000000", "", "31415", "3141592653589793238462643383279502884197"] {
        assert!(matches!(token::log_in(&client, slot, wrong), Err(Error::Pin)), "{wrong}");
    }
    let first = token::log_in(&client, slot, PIN).unwrap();
    // A second session of the process finds the user known.
    let second = token::log_in(&client, slot, PIN).unwrap();
    drop((first, second));
    assert!(matches!(token::log_in(&client, slot, "000000"), Err(Error::Pin)), "logged out again");
}

#[test]
fn one_key_that_stays_inside_is_found() {
    let Some(library) = device("one_key_that_stays_inside_is_found") else { return };
    let client = token::load(&library).unwrap();
    make(&client, "公章", false);
    make(&client, "可导出", true);
    make(&client, "两把", false);
    make(&client, "两把", false);
    let session = session(&client);
    let key = token::find_key(&session, "公章").unwrap();
    assert!(matches!(token::find_key(&session, "没有"), Err(Error::Key(_, 0))));
    assert!(matches!(token::find_key(&session, "两把"), Err(Error::Key(_, 2))));
    assert!(matches!(token::find_key(&session, "可导出"), Err(Error::Loose(_))));
    // The public half beside it is not the one of our certificate.
    let other = token::check_public(&session, "公章", &public());
    assert!(matches!(other, Err(Error::Other(_))));
    assert!(token::check_public(&session, "没有", &public()).is_ok(), "none is shown");
    // A raw signature over a digest, the way an SM2 mechanism is called; it is one of ECDSA.
    let signed = session.sign(&Mechanism::Ecdsa, key, &[0x5a; 32]).unwrap();
    assert_eq!(signed.len(), 64);
    let label = Attribute::Label("公章".as_bytes().to_vec());
    let class = Attribute::Class(cryptoki::object::ObjectClass::PUBLIC_KEY);
    let half = session.find_objects(&[class, label]).unwrap()[0];
    session.verify(&Mechanism::Ecdsa, half, &[0x5a; 32], &signed).unwrap();
    assert!(session.verify(&Mechanism::Ecdsa, half, &[0x5b; 32], &signed).is_err());
}

/// A device that signs with another family's mechanism: what it gives is verified, and not handed out.
#[test]
fn a_signature_of_another_family_is_not_handed_out() {
    let Some(library) = device("a_signature_of_another_family_is_not_handed_out") else { return };
    let client = token::load(&library).unwrap();
    make(&client, "公章", false);
    let session = session(&client);
    let key = token::find_key(&session, "公章").unwrap();
    let session = std::sync::Mutex::new(session);
    let device = gm::signer::Device::new(public(), move |digest| {
        let signed = session.lock().unwrap().sign(&Mechanism::Ecdsa, key, digest).unwrap();
        Ok(signed.try_into().unwrap())
    });
    let signer = gm::signer::Signer::Device(device);
    let wrong = Err(gm::Error::Device("signed wrongly"));
    // Clones take turns on one session, from several threads.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let signer = signer.clone();
            scope.spawn(move || {
                for number in 0..20_u8 {
                    assert_eq!(
                        signer.sign(&[number], None),
                        Err(gm::Error::Device("signed wrongly"))
                    );
                }
            });
        }
    });
    assert_eq!(signer.sign(b"m", None), wrong);
}
