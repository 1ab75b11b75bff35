//! A copied disk shows nobody: no seeded name, number, phone, address, code or secret lies in clear.

use super::{Town, demo};
use crate::town::Place;
use people::identity::adapters::sandbox_persons;
use people::identity::demo_accounts;

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[tokio::test]
async fn the_raw_database_holds_none_of_the_seeded_people() {
    let town = Town::sample_at(Place::new(None)).await;
    // Somebody signs in, acts for her noodle shop, asks for a code: everything that writes.
    let mut owner = town.signed_in("restaurant").await;
    owner.get("/my/acting").await;
    owner.post("/my/acting", &[("uscc", "92990102630040015X")]).await;
    town.staff_signed_in("ck01").await;
    let mut other = town.browser();
    other.get("/login?way=sms").await;
    other.post("/login/code", &[("phone", "19900000120")]).await;
    let code = town.last_code().await;

    let disk = town.place.raw();
    assert!(holds(&disk, "92990102630040015X"), "the search itself works");
    let mut secrets: Vec<String> = vec![code];
    for account in demo_accounts() {
        secrets.extend([account.name, account.password]);
        secrets.extend(account.totp_secret);
    }
    let staff = sandbox_persons().iter().filter(|p| p.pid.as_str() > "P0220");
    secrets.extend(staff.map(|p| p.id_no.clone()));
    for who in ["restaurant", "car", "pension"] {
        let phone = demo(who).login;
        let person = sandbox_persons().iter().find(|p| p.phone == phone).expect("a person");
        secrets.extend([phone, person.id_no.clone(), person.address.clone()]);
    }
    for secret in secrets {
        assert!(!holds(&disk, &secret), "{secret} lies in clear");
    }
}
