//! What this node tells strangers of its certificates: the list of revoked ones (CRL), the status of one (OCSP), and
//! the time at which something was there (RFC 3161). All signed by the sandbox authorities.

use super::authority::utc;
use super::notary::Seals;
use super::records;
use codes::time::Stamp;
use gm::ocsp::{self, Request, Responder, Status, Times};
use gm::timestamp::{self, Authority, Imprint, Query};
use gm::x509::Certificate;
use gm::x509::crl::{Reason, Revoked, Spec, issue_crl};
use std::collections::HashMap;
use store::{Error, Result};

/// For how long a list and an answer may be relied on, seconds: a day.
const GOOD_SECONDS: i64 = 86_400;

/// The policy of the sandbox's stamps: 1.3.6.1.4.1.99999.1, an arc for examples.
const POLICY: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x86, 0x8d, 0x1f, 0x01];

/// Why, in the words of the list, a step revoked a certificate.
fn reason(step: &str) -> Reason {
    match step {
        "renew" => Reason::Superseded,
        _ => Reason::Cessation,
    }
}

impl Seals {
    /// The list of revoked certificates, DER, made now by the root.
    ///
    /// # Errors
    /// Only faults of ours.
    pub async fn crl(&self) -> Result<Vec<u8>> {
        let store = self.store();
        let rows = store.read(records::revoked).await?;
        let entry = |row: records::RevokedRow| {
            let certificate = Certificate::parse(&row.certificate).map_err(Error::internal)?;
            let (serial, at) = (certificate.serial().to_vec(), utc(row.at));
            Ok(Revoked { serial, at, reason: reason(&row.step) })
        };
        let revoked: Result<Vec<Revoked>> = rows.into_iter().map(entry).collect();
        let (now, revoked) = (utc(store.clock().now()), revoked?);
        let spec = Spec {
            // Lists are told apart, and put in order, by when they were made.
            number: u64::try_from(now.0).unwrap_or(0),
            this_update: now,
            next_update: gm::time::Utc(now.0 + GOOD_SECONDS),
            revoked: &revoked,
        };
        let root = &self.authorities().root;
        issue_crl(&spec, &root.certificate, &root.signer).map_err(Error::internal)
    }

    /// The answer to an OCSP request, DER.
    ///
    /// # Errors
    /// Only faults of ours; a request that is none is answered with *malformed*.
    pub async fn ocsp(&self, request: Vec<u8>) -> Result<Vec<u8>> {
        let store = self.store();
        let asked = Request::parse(&request).map(|r| r.ids().to_vec()).unwrap_or_default();
        let serials: Vec<Vec<u8>> = asked.iter().map(|id| id.serial().to_vec()).collect();
        let read = move |db: &mut store::Db<'_>| {
            let mut found = HashMap::new();
            for serial in serials {
                if let Some(known) = records::by_serial(db, &hex::encode(&serial))? {
                    found.insert(serial, known);
                }
            }
            Ok(found)
        };
        let found = store.read(read).await?;
        let now = utc(store.clock().now());
        let times = Times {
            produced: now,
            this_update: now,
            next_update: gm::time::Utc(now.0 + GOOD_SECONDS),
        };
        let (root, own) = (&self.authorities().root, &self.authorities().responder);
        let by = Responder {
            issuer: &root.certificate,
            certificate: &own.certificate,
            signer: &own.signer,
        };
        let status = |serial: &[u8]| match found.get(serial) {
            None => Status::Unknown,
            Some((at, _)) if at.micros() == 0 => Status::Good,
            Some((at, step)) => Status::Revoked { at: utc(*at), reason: reason(step) },
        };
        ocsp::answer(&request, &by, &times, status).map_err(Error::internal)
    }

    /// A timestamp token (RFC 3161), DER: that these bytes were there at this moment.
    ///
    /// # Errors
    /// Only faults of ours.
    pub fn timestamp(&self, bytes: &[u8], at: Stamp) -> Result<Vec<u8>> {
        let own = &self.authorities().stamper;
        let chain = [self.authorities().root.certificate.clone()];
        let by = Authority {
            certificate: &own.certificate,
            chain: &chain,
            signer: &own.signer,
            policy: POLICY,
            accuracy: None,
        };
        let mut serial = self.store().chance().bytes::<16>();
        // A positive number that does not begin with a zero byte.
        serial[0] = serial[0] & 0x7f | 0x40;
        let query = Query::new(Imprint::sm3(bytes));
        timestamp::stamp(&query, &by, &serial, utc(at)).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seals::SealKind;
    use crate::seals::acts::Change;
    use crate::seals::life::{Hand, Step};
    use crate::testing::{House, market};
    use gm::ocsp::{CertId, Response};
    use gm::x509::crl::Crl;
    use store::{Actor, Ctx};

    async fn asked(house: &House, certificate: &Certificate) -> Vec<u8> {
        let root = &house.seals.authorities().root.certificate;
        let id = CertId::new(certificate, root).expect("an id");
        let request = Request::new(id, Some(&[7; 16])).der();
        house.seals.ocsp(request).await.expect("an answer")
    }

    #[tokio::test]
    async fn what_ends_is_listed_and_answered_for() {
        let house = House::new().await;
        let root = house.seals.authorities().root.certificate.clone();
        let seal = house.seals.of_unit(&market(), SealKind::Licence).await.expect("a seal");
        let now = utc(house.store().clock().now());
        let list = Crl::parse(&house.seals.crl().await.expect("a list")).expect("a list");
        let steps = list.judge_certificate(&seal.certificate, &root, now);
        assert!(steps.iter().all(|s| s.ok == Some(true)), "{steps:?}");
        let good = asked(&house, &seal.certificate).await;
        let id = seal.id;
        let read = move |db: &mut store::Db<'_>| records::seal(db, id);
        let lock = house.store().read(read).await.expect("read").lock;
        let change = Change {
            step: Step::Destroy,
            hand: Hand::Registrar,
            lock,
            reason: "单位撤并，不再使用".into(),
            nothing: Vec::new(),
            leave_job: false,
        };
        let ctx = Ctx { actor: Actor::Staff(904), ..house.store().system_ctx() };
        house.seals.take(ctx, None, id, change).await.expect("destroyed");
        let list = Crl::parse(&house.seals.crl().await.expect("a list")).expect("a list");
        let steps = list.judge_certificate(&seal.certificate, &root, now);
        assert_eq!(steps.last().map(|s| (s.code, s.ok)), Some(("crl-revoked", Some(false))));
        let ended = asked(&house, &seal.certificate).await;
        assert_ne!(good, ended);
        let verdict = |der: &[u8]| {
            let Ok(Response::Answered(answers)) = Response::parse(der) else { panic!("no answer") };
            let steps = answers.judge(&seal.certificate, &root, Some(&[7; 16]), now);
            steps.last().map(|s| s.ok)
        };
        assert_eq!((verdict(&good), verdict(&ended)), (Some(Some(true)), Some(Some(false))));
        let none = house.seals.ocsp(b"no request".to_vec()).await.expect("an answer");
        assert!(matches!(Response::parse(&none), Ok(Response::Refused(1))), "malformed");
    }

    #[tokio::test]
    async fn stamps_are_over_what_was_given_and_judged() {
        let house = House::new().await;
        let at = house.store().clock().now();
        let der = house.seals.timestamp(b"a signature value", at).expect("a stamp");
        let token = gm::timestamp::Token::parse(&der).expect("a token");
        assert_eq!(token.info().imprint, Imprint::sm3(b"a signature value"));
        assert_ne!(token.info().imprint, Imprint::sm3(b"another one"));
        let again = house.seals.timestamp(b"a signature value", at).expect("a stamp");
        assert_ne!(der, again, "every stamp has its own number");
    }
}
