//! What every door of verification shares: the allowance and who asks.

use super::judge::Verifier;
use crate::Proof;
use store::Result;
use web::Visitor;
use web::limits::Limit;

/// Thirty verifications at once from one address, then one every two seconds (security L4).
const VERIFY: Limit = Limit { name: "verify", burst: 30, refill_seconds: 2 };

/// What the code on a sealed paper says: the address at which anybody verifies its number; the number alone
/// where the site's own address is not known.
pub fn address(site: &str, number: &str) -> String {
    if site.is_empty() {
        return number.to_owned();
    }
    let number: String = number.bytes().map(web::front::escape).collect();
    format!("{}{PATH}{number}", site.trim_end_matches('/'))
}

/// The number in such an address; the text as it is when it is none. Whose site it names does not matter:
/// nothing is fetched from there.
pub(super) fn number_in(text: &str) -> String {
    let found = text.starts_with("http").then(|| text.split_once(PATH)).flatten();
    let number = found.and_then(|(_, rest)| web::form::unescape(rest.as_bytes()).ok());
    number.unwrap_or_else(|| text.to_owned())
}

/// Path and name of the value.
const PATH: &str = "/verify?no=";

/// Takes one verification from the visitor's allowance.
pub(super) fn allow(proof: &Proof, visitor: &Visitor) -> Result<()> {
    proof.app().limits.check(VERIFY, &visitor.ip, proof.app().clock().now())
}

/// Who verifies through a page: address, account and browser tell one from another.
pub(super) fn verifier(visitor: &Visitor) -> Verifier {
    let mark = format!("{}|{}|{}", visitor.ip, visitor.actor().label(), visitor.csrf);
    Verifier { mark, actor: visitor.actor() }
}

/// Who verifies through the interface, where nothing is remembered from one question to the next.
pub(super) fn program(visitor: &Visitor) -> Verifier {
    let mark = format!("{}|{}", visitor.ip, visitor.actor().label());
    Verifier { mark, actor: visitor.actor() }
}

#[cfg(test)]
mod tests {
    use super::{address, number_in};

    #[test]
    fn an_address_gives_its_number_back() {
        let number = "示食许收〔2026〕0000000012号-2";
        for site in ["https://tb.example.cn", "https://tb.example.cn/", "http://127.0.0.1:8080", ""]
        {
            let made = address(site, number);
            assert!(site.is_empty() || made.is_ascii(), "{made}");
            assert_eq!(number_in(&made), number);
        }
        for plain in
            ["TB1.00.11.22", "99010220260921000001", "https://elsewhere.cn/?no=1", "/verify?no=1"]
        {
            assert_eq!(number_in(plain), plain);
        }
        assert_eq!(number_in("https://a/verify?no=%zz"), "https://a/verify?no=%zz");
    }
}
