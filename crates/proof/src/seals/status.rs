//! What this node tells strangers of its certificates: the lists of revoked ones (CRL), the status of one (OCSP), and
//! the time at which something was there (RFC 3161). All signed by the sandbox authorities. Each authority speaks of
//! those it certified: the root of the agency, the agency of all others.

use super::authority::{Identity, utc};
use super::notary::Seals;
use super::records;
use codes::time::Stamp;
use gm::ocsp::{self, CertId, Request, Responder, Status, Times};
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

/// Whose list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListOf {
    /// The root's: of the agency, and of those it certified before there was one.
    Root,
    /// The agency's: of makers, signers and all others.
    Agency,
}

impl Seals {
    /// An authority's list of revoked certificates, DER, made now.
    ///
    /// # Errors
    /// Only faults of ours.
    pub async fn crl(&self, of: ListOf) -> Result<Vec<u8>> {
        let store = self.store();
        let by = match of {
            ListOf::Root => &self.authorities().root,
            ListOf::Agency => &self.authorities().agency,
        };
        let rows = store.read(records::revoked).await?;
        let mut revoked = Vec::new();
        for row in rows {
            let certificate = Certificate::parse(&row.certificate).map_err(Error::internal)?;
            if certificate.issuer() == by.certificate.subject() {
                let (serial, at) = (certificate.serial().to_vec(), utc(row.at));
                revoked.push(Revoked { serial, at, reason: reason(&row.step) });
            }
        }
        let now = utc(store.clock().now());
        let spec = Spec {
            // Lists are told apart, and put in order, by when they were made.
            number: u64::try_from(now.0).unwrap_or(0),
            this_update: now,
            next_update: gm::time::Utc(now.0 + GOOD_SECONDS),
            revoked: &revoked,
        };
        issue_crl(&spec, &by.certificate, &by.signer).map_err(Error::internal)
    }

    /// Both lists: the agency's and the root's.
    ///
    /// # Errors
    /// Only faults of ours.
    pub async fn crls(&self) -> Result<Vec<Vec<u8>>> {
        Ok(vec![self.crl(ListOf::Agency).await?, self.crl(ListOf::Root).await?])
    }

    /// Who answers for these certificates: the agency, or the root when the first is one of its own; by the
    /// responder where that authority certified it, else by itself.
    fn answers(&self, asked: &[CertId]) -> Responder<'_> {
        let all = self.authorities();
        let of_root = asked.first().is_some_and(|id| id.is_of(&all.root.certificate));
        let issuer = if of_root { &all.root } else { &all.agency };
        let given = all.responder.certificate.issuer() == issuer.certificate.subject();
        let Identity { signer, certificate } = if given { &all.responder } else { issuer };
        Responder { issuer: &issuer.certificate, certificate, signer }
    }

    /// The answer to an OCSP request, DER. A request asks about one authority's certificates: those of another are
    /// unknown in it.
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
        let by = self.answers(&asked);
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
        let all = self.authorities();
        let direct = own.certificate.issuer() == all.root.certificate.subject();
        let chain = [if direct { &all.root } else { &all.agency }.certificate.clone()];
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
    use gm::ocsp::Response;
    use gm::x509::crl::Crl;
    use store::{Actor, Ctx};

    async fn asked(house: &House, certificate: &Certificate) -> Vec<u8> {
        let agency = &house.seals.authorities().agency.certificate;
        let id = CertId::new(certificate, agency).expect("an id");
        let request = Request::new(id, Some(&[7; 16])).der();
        house.seals.ocsp(request).await.expect("an answer")
    }

    #[tokio::test]
    async fn what_ends_is_listed_and_answered_for() {
        let house = House::new().await;
        let agency = house.seals.authorities().agency.certificate.clone();
        let seal = house.seals.of_unit(&market(), SealKind::Licence).await.expect("a seal");
        let now = utc(house.store().clock().now());
        let list =
            Crl::parse(&house.seals.crl(ListOf::Agency).await.expect("a list")).expect("a list");
        let steps = list.judge_certificate(&seal.certificate, &agency, now);
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
        let list =
            Crl::parse(&house.seals.crl(ListOf::Agency).await.expect("a list")).expect("a list");
        let steps = list.judge_certificate(&seal.certificate, &agency, now);
        assert_eq!(steps.last().map(|s| (s.code, s.ok)), Some(("crl-revoked", Some(false))));
        let ended = asked(&house, &seal.certificate).await;
        assert_ne!(good, ended);
        let verdict = |der: &[u8]| {
            let Ok(Response::Answered(answers)) = Response::parse(der) else { panic!("no answer") };
            let steps = answers.judge(&seal.certificate, &agency, Some(&[7; 16]), now);
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
