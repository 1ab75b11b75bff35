//! A token as it came: read once, kept as slices of its own bytes, judged check by check.

use super::{Accuracy, Imprint, any_critical, digest, flag, nonce, only_sequence};
use crate::signed_data::{certificates_only, content_of};
use crate::time::Utc;
use crate::tlv::{self, Reader, Tlv, tag};
use crate::x509::{Certificate, Purpose, algorithm, chain_verify};
use crate::{Error, Step, oid};

/// What a token says: TSTInfo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// Policy under which it was made, DER content bytes of the identifier.
    pub policy: Vec<u8>,
    /// What was stamped.
    pub imprint: Imprint,
    /// Number of the token, content bytes of the INTEGER.
    pub serial: Vec<u8>,
    /// The time, to the second; fractions are dropped.
    pub at: Utc,
    /// How exact the time is, if the authority said so.
    pub accuracy: Option<Accuracy>,
    /// Whether tokens of this authority may be put in order by their times alone.
    pub ordering: bool,
    /// The number of the request.
    pub nonce: Option<Vec<u8>>,
    unknown_critical: bool,
}

impl Info {
    fn parse(der: &[u8]) -> Result<Info, Error> {
        let mut fields = only_sequence(der, "timestamp")?;
        if fields.expect(tag::INTEGER, "timestamp version")?.small()? != 1 {
            return Err(Error::Der("timestamp version"));
        }
        let policy = fields.expect(tag::OID, "policy")?.value.to_vec();
        let imprint = Imprint::parse(&fields.expect(tag::SEQUENCE, "imprint")?)?;
        let serial = fields.expect(tag::INTEGER, "serial number")?;
        serial.unsigned()?;
        let at = Utc::from_tlv(&fields.expect(tag::GENERALIZED_TIME, "time")?)?;
        let accuracy = match fields.optional(tag::SEQUENCE)? {
            Some(accuracy) => Some(Accuracy::parse(&accuracy)?),
            None => None,
        };
        let ordering = flag(&mut fields)?;
        let nonce = nonce(&mut fields)?;
        // The authority's name: who signed is told by its certificate.
        fields.optional(tag::context(0))?;
        let unknown_critical = match fields.optional(tag::context(1))? {
            Some(list) => any_critical(&list)?,
            None => false,
        };
        fields.end()?;
        let serial = serial.value.to_vec();
        Ok(Info { policy, imprint, serial, at, accuracy, ordering, nonce, unknown_critical })
    }
}

/// How the token names its signer's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    Serial { issuer: Vec<u8>, serial: Vec<u8> },
    KeyId(Vec<u8>),
}

/// A parsed token. Nothing of it may be believed before [`Token::judge`].
#[derive(Debug, Clone)]
pub struct Token {
    content: Vec<u8>,
    info: Info,
    certificates: Vec<Certificate>,
    signer: Named,
    pub(super) digest: Vec<u8>,
    /// Signed attributes re-tagged as SET OF: what was signed.
    pub(super) attributes: Vec<u8>,
    pub(super) algorithm: Vec<u8>,
    pub(super) signature: Vec<u8>,
    /// Whether the parts beside the signed bytes are as the standard wants them.
    form: bool,
}

/// What the token is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The digest of the data, made by whoever asks; [`Imprint::of`] makes it by the token's own algorithm.
    pub imprint: &'a Imprint,
    /// The number of the request, when there was one.
    pub nonce: Option<&'a [u8]>,
    /// Policies that are accepted; an empty list accepts every one.
    pub policies: &'a [&'a [u8]],
    /// Now: a token from the future is refused.
    pub now: Utc,
}

/// Outcome of [`Token::judge`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether every check held.
    pub holds: bool,
    /// The time that is proved if it holds.
    pub at: Utc,
    /// The checks in order.
    pub steps: Vec<Step>,
    /// Subjects from the authority to the anchor, as far as found.
    pub path: Vec<String>,
    /// The same as certificates.
    pub certificates: Vec<Certificate>,
}

impl Token {
    /// Reads a ContentInfo with a TSTInfo that one authority signed, in the form of CMS or of GB/T 35275.
    pub fn parse(der: &[u8]) -> Result<Token, Error> {
        let (data, versions) = match content_of(der, oid::SIGNED_DATA) {
            // CMS says 3 as soon as the content is no plain data; GB/T 35275 knows only 1.
            Err(_) => (content_of(der, oid::GM_SIGNED_DATA)?, [1, 3]),
            data => (data?, [3, 3]),
        };
        let mut fields = data.inside();
        let version = fields.expect(tag::INTEGER, "version")?.small()?;
        if !(1..=5).contains(&version) {
            return Err(Error::Der("version"));
        }
        let digests = fields.expect(tag::SET, "digest algorithms")?;
        let mut inner = fields.expect(tag::SEQUENCE, "content")?.inside();
        if inner.expect(tag::OID, "content type")?.value != oid::TST_INFO {
            return Err(Error::Der("content is no timestamp"));
        }
        let wrapped = inner.expect(tag::context(0), "content")?;
        inner.end()?;
        let content = Tlv::only(wrapped.value)?;
        if content.tag != tag::OCTET_STRING {
            return Err(Error::Der("content"));
        }
        let certificates = certificates_only(&mut fields)?;
        let mut signers = fields.expect(tag::SET, "signers")?.inside();
        fields.end()?;
        let signer = signers.expect(tag::SEQUENCE, "signer")?;
        // RFC 3161 §2.4.2: exactly one authority signs.
        signers.end()?;
        let info = Info::parse(content.value)?;
        let mut token = Token::with_signer(content.value, info, certificates, signer.inside())?;
        token.form = versions.contains(&version) && only(&digests, &token.digest);
        Ok(token)
    }

    fn with_signer(
        content: &[u8],
        info: Info,
        certificates: Vec<Certificate>,
        mut fields: Reader<'_>,
    ) -> Result<Token, Error> {
        let version = fields.expect(tag::INTEGER, "signer version")?.small()?;
        let signer = match fields.optional(tag::context_primitive(0))? {
            Some(id) if version == 3 => Named::KeyId(id.value.to_vec()),
            None if version == 1 => {
                let mut id = fields.expect(tag::SEQUENCE, "issuer and serial")?.inside();
                let issuer = id.expect(tag::SEQUENCE, "issuer")?.raw.to_vec();
                let serial = id.expect(tag::INTEGER, "serial")?.value.to_vec();
                id.end()?;
                Named::Serial { issuer, serial }
            }
            _ => return Err(Error::Der("signer version")),
        };
        let digest = algorithm(&mut fields)?;
        let attributes = fields.expect(tag::context(0), "signed attributes")?;
        let attributes = tlv::put(tag::SET, &[attributes.value]);
        let algorithm = algorithm(&mut fields)?;
        let signature = fields.expect(tag::OCTET_STRING, "signature")?.value.to_vec();
        fields.optional(tag::context(1))?;
        fields.end()?;
        let content = content.to_vec();
        Ok(Token {
            content,
            info,
            certificates,
            signer,
            digest,
            attributes,
            algorithm,
            signature,
            form: false,
        })
    }

    /// What it says.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Certificates carried along.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Judges the token: `timestamp-form` (version and list of digests), `timestamp-imprint`, `timestamp-nonce` and `timestamp-policy` when they are asked for,
    /// `timestamp-extension` (an unknown critical one), `timestamp-time` (not from the future), `timestamp-signer` (its
    /// certificate is at hand), `timestamp-attributes` (type and digest), `timestamp-certificate` (the signature names
    /// this very certificate), `timestamp-signature` (open when its algorithm is of another family), `timestamp-usage`
    /// (a key for stamping and nothing else), then the
    /// `chain-…` steps at the token's own time. `known` are certificates beside those in the token. Whether the
    /// authority's certificate was revoked is not judged here.
    pub fn judge(
        &self,
        expected: &Expected<'_>,
        known: &[Certificate],
        roots: &[Certificate],
    ) -> Verdict {
        let mut steps = self.content_steps(expected);
        let (mut path, mut certificates) = (Vec::new(), Vec::new());
        let named = |c: &&Certificate| match &self.signer {
            Named::Serial { issuer, serial } => c.issuer() == issuer && c.serial() == serial,
            Named::KeyId(id) => c.key_id() == Some(id),
        };
        let signer = self.certificates.iter().chain(known).find(named);
        let subject = signer.map_or(String::new(), Certificate::subject_text);
        steps.push(Step::judged("timestamp-signer", signer.is_some(), subject.clone()));
        if let Some(signer) = signer {
            self.signer_steps(signer, &subject, &mut steps);
            let others = [&self.certificates, known].concat();
            let chain = chain_verify(signer, &others, roots, self.info.at, Purpose::Stamp);
            steps.extend(chain.steps);
            (path, certificates) = (chain.path, chain.certificates);
            if !chain.holds && steps.iter().all(|s| s.ok == Some(true)) {
                steps.push(Step::judged("chain-anchor", false, subject));
            }
        }
        let holds = steps.iter().all(|step| step.ok == Some(true));
        Verdict { holds, at: self.info.at, steps, path, certificates }
    }

    fn content_steps(&self, expected: &Expected<'_>) -> Vec<Step> {
        let info = &self.info;
        let fits = info.imprint.known() && info.imprint == *expected.imprint;
        let detail =
            format!("{} {}", oid::dotted(&info.imprint.algorithm), tlv::hex(&info.imprint.digest));
        let mut steps = vec![
            Step::judged("timestamp-form", self.form, oid::dotted(&self.digest)),
            Step::judged("timestamp-imprint", fits, detail),
        ];
        if let Some(nonce) = expected.nonce {
            let same = info.nonce.as_deref() == Some(nonce);
            let found = info.nonce.as_deref().map(tlv::hex).unwrap_or_default();
            steps.push(Step::judged("timestamp-nonce", same, found));
        }
        if !expected.policies.is_empty() {
            let ours = expected.policies.contains(&&info.policy[..]);
            steps.push(Step::judged("timestamp-policy", ours, oid::dotted(&info.policy)));
        }
        if info.unknown_critical {
            steps.push(Step::judged("timestamp-extension", false, ""));
        }
        // The token's clock may run ahead by as much as it says.
        let ahead = info.accuracy.map_or(0, Accuracy::whole_seconds);
        let past = info.at.0.saturating_sub(ahead) <= expected.now.0;
        let detail = format!("{} ±{ahead} s | {}", info.at.iso(), expected.now.iso());
        steps.push(Step::judged("timestamp-time", past, detail));
        steps
    }

    fn signer_steps(&self, signer: &Certificate, subject: &str, steps: &mut Vec<Step>) {
        let found = self.read_attributes(signer).unwrap_or_default();
        let bound = found.types == 1 && found.digests == 1 && found.good == 2;
        steps.push(Step::judged("timestamp-attributes", bound, tlv::hex(&found.digest)));
        let detail = signer.fingerprint();
        steps.push(match found.certificate {
            Some(same) => Step::judged("timestamp-certificate", same, detail),
            None => Step::open("timestamp-certificate", detail),
        });
        let ours = self.algorithm == oid::SM2_WITH_SM3 || self.algorithm == oid::SM2_SIGN;
        let key = signer.public().ok().filter(|_| ours && self.digest == oid::SM3);
        let detail = oid::dotted(&self.algorithm);
        steps.push(match key {
            Some(key) => {
                let signed = key.verify(&self.attributes, &self.signature).is_ok();
                Step::judged("timestamp-signature", signed, detail)
            }
            // Another family's signature cannot be computed here: that is no proof against it.
            None => Step::open("timestamp-signature", detail),
        });
        let only = signer.is_only_for(oid::TIME_STAMPING);
        steps.push(Step::judged("timestamp-usage", only, subject));
    }

    fn read_attributes(&self, signer: &Certificate) -> Result<Found, Error> {
        let mut found = Found::default();
        let digest = digest(&self.digest, &self.content).ok_or(Error::Algorithm("digest"))?;
        let mut reader = Tlv::only(&self.attributes)?.inside();
        while !reader.is_empty() {
            let mut fields = reader.expect(tag::SEQUENCE, "attribute")?.inside();
            let id = fields.expect(tag::OID, "attribute")?.value;
            let values = fields.expect(tag::SET, "attribute values")?;
            fields.end()?;
            if id == oid::CONTENT_TYPE {
                found.types += 1;
                found.good += u32::from(Tlv::only(values.value)?.value == oid::TST_INFO);
            } else if id == oid::MESSAGE_DIGEST {
                found.digests += 1;
                found.digest = Tlv::only(values.value)?.value.to_vec();
                found.good += u32::from(found.digest == digest);
            } else if id == oid::SIGNING_CERTIFICATE_V2 {
                // Twice the attribute counts as a wrong one.
                let same = found.certificate.is_none() && names(&Tlv::only(values.value)?, signer)?;
                found.certificate = Some(same);
            }
        }
        Ok(found)
    }
}

/// Whether a SET of algorithms names this one and no other.
fn only(set: &Tlv<'_>, wanted: &[u8]) -> bool {
    let mut list = set.inside();
    algorithm(&mut list).is_ok_and(|found| found == wanted) && list.is_empty()
}

/// What the signed attributes held.
#[derive(Default)]
struct Found {
    types: u32,
    digests: u32,
    good: u32,
    digest: Vec<u8>,
    certificate: Option<bool>,
}

/// Whether the first certificate named in a SigningCertificateV2 is this one.
fn names(value: &Tlv<'_>, certificate: &Certificate) -> Result<bool, Error> {
    let mut list = value.inside().expect(tag::SEQUENCE, "certificates")?.inside();
    let mut id = list.expect(tag::SEQUENCE, "certificate id")?.inside();
    // SHA-256 is left out when it is meant.
    let by = match id.peek() {
        Some(tag::SEQUENCE) => algorithm(&mut id)?,
        _ => oid::SHA256.to_vec(),
    };
    let hash = id.expect(tag::OCTET_STRING, "certificate hash")?.value;
    Ok(digest(&by, certificate.der()).is_some_and(|ours| ours == hash))
}
