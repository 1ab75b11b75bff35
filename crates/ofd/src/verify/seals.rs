//! Judges seals and signature values, alone or as parts of a document.

use super::timestamps::{When, absent, timestamp};
use super::{Basis, Ledger, Report, SealedBy};
use crate::Step;
use crate::seal::{Listed, Seal, SealSignature};
use gm::signed_data::SignedData;
use gm::time::Utc;
use gm::tlv::{Tlv, tag};
use gm::x509::{Certificate, Purpose, chain_verify, revocation};

/// Seconds that two clocks may differ: a signing time may lie so far ahead of the judge's, and of its timestamp's.
pub(super) const CLOCK_SKEW: i64 = 300;

/// What the content of a SignedValue.dat was found to be.
pub(super) struct Value {
    /// Who signed.
    pub sealed_by: Option<SealedBy>,
    /// The seal signature, when it is one.
    pub seal_signature: Option<SealSignature>,
}

/// Chain of a certificate; its steps are noted, the outcome counts as one trust check of this code, and so does what
/// the lists say of revocation.
pub(super) fn chain(
    code: &'static str,
    certificate: &Certificate,
    extra: &[Certificate],
    when: When,
    basis: &Basis<'_>,
    ledger: &mut Ledger,
) {
    let between = [basis.intermediates, extra].concat();
    let verdict = chain_verify(certificate, &between, basis.anchors, when.at, Purpose::Sign);
    verdict.steps.into_iter().for_each(|step| ledger.note(step));
    ledger.trust(Step::judged(code, verdict.holds, verdict.path.join(" < ")));
    revoked(&verdict.certificates, when, basis, ledger);
}

/// What the lists at hand say of a chain. A list that is not at hand decides nothing.
pub(super) fn revoked(chain: &[Certificate], when: When, basis: &Basis<'_>, ledger: &mut Ledger) {
    for step in revocation::judge(chain, basis.crls, when.at, when.proof, basis.lists_at) {
        match step.code {
            "revocation" => ledger.trust(step),
            _ => ledger.note(step),
        }
    }
}

/// Checks of a seal: header, algorithm, maker's signature, validity and the maker's chain, both at the given time.
pub(super) fn seal_steps(seal: &Seal, when: When, basis: &Basis<'_>, ledger: &mut Ledger) {
    let at = when.at;
    ledger.value(Step::judged("seal-header", seal.header_holds(), format!("v{}", seal.version)));
    ledger.value(Step::judged("seal-algorithm", seal.algorithm_holds(), "SM2-SM3"));
    let maker = seal.maker();
    let signed = maker.as_ref().is_ok_and(|maker| seal.verify_by(maker).is_ok());
    ledger.value(Step::judged("seal-value", signed, seal.name.clone()));
    let span = format!("{} .. {} | {}", seal.valid_from.iso(), seal.valid_to.iso(), at.iso());
    ledger.trust(Step::judged("seal-validity", seal.valid_from <= at && at <= seal.valid_to, span));
    if let Some(token) = seal.timestamp() {
        timestamp("seal-timestamp", seal.value(), token, Some(seal.created), basis, ledger);
    }
    match maker {
        Ok(maker) => chain("seal-maker-chain", &maker, &[], when, basis, ledger),
        Err(error) => ledger.trust(Step::judged("seal-maker-chain", false, error.to_string())),
    }
}

/// Whether the seal lets the holder of this certificate (DER) sign.
pub(super) fn listed_steps(seal: &Seal, certificate: &[u8], ledger: &mut Ledger) {
    let listed = seal.listed(certificate);
    if listed == Listed::Changed {
        ledger.value(Step::judged("signer-changed", false, seal.name.clone()));
    }
    ledger.trust(Step::judged("signer-in-seal", listed == Listed::Yes, seal.name.clone()));
}

/// Judges a seal file (`Seal.esl`) by itself at the time of judging.
pub fn verify_seal(esl: &[u8], basis: &Basis<'_>) -> Report {
    let seal = match Seal::parse(esl) {
        Ok(seal) => seal,
        Err(error) => return Report::broken(Step::judged("seal-parse", false, error.to_string())),
    };
    let mut ledger = Ledger::default();
    seal_steps(&seal, When::claimed(basis.now), basis, &mut ledger);
    let maker = seal.maker().ok();
    let sealed_by = SealedBy {
        seal_name: seal.name.clone(),
        seal_id: seal.id.clone(),
        seal: esl.to_vec(),
        subject: maker.as_ref().map(Certificate::subject_text).unwrap_or_default(),
        certificate: maker.map(|m| m.der().to_vec()).unwrap_or_default(),
        at: Some(seal.created),
        proved: None,
    };
    let signature = ledger.report(&seal.id, "SealFile", Some(sealed_by), Vec::new());
    Report { signatures: vec![signature], ..Report::default() }.close()
}

/// Judges a SignedValue.dat by itself. Without its Signature.xml the digest inside cannot be compared, which is said as an open
/// step that decides nothing.
pub fn verify_signed_value(dat: &[u8], xml: Option<&[u8]>, basis: &Basis<'_>) -> Report {
    let mut ledger = Ledger::default();
    let value = signed_value(dat, xml, basis, &mut ledger);
    let signature = ledger.report("", "SignedValue", value.sealed_by, Vec::new());
    Report { signatures: vec![signature], ..Report::default() }.close()
}

/// Judges the content of SignedValue.dat; `xml` are the bytes of Signature.xml.
pub(super) fn signed_value(
    dat: &[u8],
    xml: Option<&[u8]>,
    basis: &Basis<'_>,
    ledger: &mut Ledger,
) -> Value {
    let nothing = Value { sealed_by: None, seal_signature: None };
    let first = Tlv::only(dat).ok().and_then(|outer| outer.inside().peek());
    match first {
        Some(tag::OID) => {
            let sealed_by = signed_data(dat, xml, basis, ledger);
            Value { sealed_by, seal_signature: None }
        }
        // A bare SM2 signature names no key: nothing here can judge it.
        Some(tag::INTEGER) => {
            ledger.value(Step::open("signature-no-certificate", "SM2"));
            nothing
        }
        _ => match SealSignature::parse(dat) {
            Ok(signature) => {
                let sealed_by = Some(seal_signature(&signature, xml, basis, ledger));
                Value { sealed_by, seal_signature: Some(signature) }
            }
            Err(error) => {
                ledger.value(Step::judged("signed-value", false, error.to_string()));
                nothing
            }
        },
    }
}

fn seal_signature(
    signature: &SealSignature,
    xml: Option<&[u8]>,
    basis: &Basis<'_>,
    ledger: &mut Ledger,
) -> SealedBy {
    let seal = &signature.seal;
    match xml {
        Some(xml) => {
            let ok = signature.data_hash == gm::sm3::hash(xml);
            ledger.value(Step::judged("data-hash", ok, "Signature.xml"));
        }
        None => ledger.note(Step::open("data-hash", "Signature.xml")),
    }
    let proved = match &signature.timestamp {
        Some(token) => {
            timestamp("timestamp", signature.value(), token, signature.time, basis, ledger)
        }
        None => absent(ledger),
    };
    let when = signing_time(signature.time, proved, basis, ledger);
    seal_steps(seal, when, basis, ledger);
    listed_steps(seal, signature.certificate(), ledger);
    ledger.value(Step::judged("signature-algorithm", signature.algorithm_holds(), "SM2-SM3"));
    let signer = signature.signer();
    let subject = signer.as_ref().map(Certificate::subject_text).unwrap_or_default();
    ledger.value(Step::judged(
        "signature-value",
        signer.as_ref().is_ok_and(|signer| signature.verify_by(signer).is_ok()),
        subject.clone(),
    ));
    match &signer {
        Ok(signer) => chain("signer-chain", signer, &[], when, basis, ledger),
        Err(error) => ledger.trust(Step::judged("signer-chain", false, error.to_string())),
    }
    SealedBy {
        seal_name: seal.name.clone(),
        seal_id: seal.id.clone(),
        seal: seal.raw().to_vec(),
        subject,
        certificate: signature.certificate().to_vec(),
        at: signature.time,
        proved,
    }
}

/// The time at which dates are judged: the one a timestamp proves, else the claimed one. That must be readable and not lie
/// in the future; where there is neither, dates are judged now.
fn signing_time(
    claimed: Option<Utc>,
    proved: Option<Utc>,
    basis: &Basis<'_>,
    ledger: &mut Ledger,
) -> When {
    if let Some(at) = claimed {
        let past = at.0 <= basis.now.0.saturating_add(CLOCK_SKEW);
        ledger.trust(Step::judged("signing-time", past, at.iso()));
    } else if proved.is_none() {
        ledger.trust(Step::open("signing-time", ""));
    }
    proved.map_or(When::claimed(claimed.unwrap_or(basis.now)), When::stamped)
}

/// GB/T 35275 signed data over Signature.xml.
fn signed_data(
    dat: &[u8],
    xml: Option<&[u8]>,
    basis: &Basis<'_>,
    ledger: &mut Ledger,
) -> Option<SealedBy> {
    let data = match SignedData::parse(dat) {
        Ok(data) => data,
        Err(error) => {
            ledger.value(Step::judged("signed-value", false, error.to_string()));
            return None;
        }
    };
    let Some(xml) = xml else {
        ledger.value(Step::open("signature-value", "Signature.xml"));
        return None;
    };
    let signed = match data.verify(xml) {
        Ok(signed) => signed,
        Err(error) => {
            ledger.value(Step::judged("signature-value", false, error.to_string()));
            return None;
        }
    };
    let mut out = None;
    for one in signed {
        let subject = one.signer.subject_text();
        ledger.value(Step::judged("signature-value", true, subject.clone()));
        let mut proved = if one.timestamps.is_empty() { absent(ledger) } else { None };
        for token in &one.timestamps {
            let found = timestamp("timestamp", &one.value, token, one.time, basis, ledger);
            // Of several the earliest counts.
            proved = proved.into_iter().chain(found).min();
        }
        for id in one.unknown {
            ledger.trust(Step::open("unsigned-attribute", id));
        }
        let when = signing_time(one.time, proved, basis, ledger);
        chain("signer-chain", &one.signer, data.certificates(), when, basis, ledger);
        out = Some(SealedBy {
            seal_name: String::new(),
            seal_id: String::new(),
            seal: Vec::new(),
            subject,
            certificate: one.signer.der().to_vec(),
            at: one.time,
            proved,
        });
    }
    out
}
