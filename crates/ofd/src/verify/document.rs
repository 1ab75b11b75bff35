//! Judges documents: container, references, coverage, and each signature.

use super::seals::{Value, listed_steps, seal_steps, signed_value};
use super::timestamps::When;
use super::{Basis, Ledger, Report, SealedBy, SignatureReport, Stamp};
use crate::package::{Package, normal_path};
use crate::read::{Reader, SignatureRef, numbers};
use crate::seal::Seal;
use crate::xml::{self, Node};
use crate::{Error, Step};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gm::sm3;
use std::collections::HashSet;

/// Judges a whole OFD file. Never fails: what cannot be read becomes a failed step.
pub fn verify(ofd: &[u8], basis: &Basis<'_>) -> Report {
    let package = match Package::open(ofd, &basis.limits) {
        Ok(package) => package,
        Err(error) => return Report::broken(Step::judged("package", false, error.to_string())),
    };
    let mut report = Report::default();
    let count = package.entries().len().to_string();
    report.steps.push(Step::judged("package", true, count));
    if package.has_hidden() {
        report.steps.push(Step::judged("package-hidden", false, ""));
    }
    if !package.ambiguous().is_empty() {
        report.steps.push(Step::judged("package-ambiguous", false, package.ambiguous().join(", ")));
    }
    let reader = match Reader::of(package) {
        Ok(reader) => reader,
        Err(error) => return Report::broken(Step::judged("document", false, error.to_string())),
    };
    report.steps.push(Step::judged("document", true, reader.info().id.clone()));
    let signatures = match reader.signatures() {
        Ok(signatures) => signatures,
        Err(error) => {
            return Report::broken(Step::judged("signature-list", false, error.to_string()));
        }
    };
    report.signatures.extend(integrity(&reader, basis));
    let files: Vec<OneSignature> =
        signatures.iter().map(|s| OneSignature::read(&reader, s)).collect();
    if !distinct(&files) {
        return Report::broken(Step::judged(
            "signature-list",
            false,
            "one file for two signatures",
        ));
    }
    for place in 0..files.len() {
        report.signatures.push(files[place].judge(&reader, &files[place + 1..], basis));
    }
    report.close()
}

/// Each signature must have files of its own: a list naming one signature twice would let another one vanish.
fn distinct(files: &[OneSignature]) -> bool {
    let mut seen = HashSet::new();
    files
        .iter()
        .all(|f| seen.insert(f.path.to_lowercase()) && seen.insert(f.value_path.to_lowercase()))
}

/// A signature's files as the list names them.
struct OneSignature {
    id: String,
    kind: String,
    path: String,
    xml: Result<(Vec<u8>, Node), Error>,
    value_path: String,
    seal_path: Option<String>,
}

impl OneSignature {
    fn read(reader: &Reader<'_>, entry: &SignatureRef) -> OneSignature {
        let xml = reader.file(&entry.path).and_then(|bytes| {
            let node = xml::parse(&bytes, reader.package().limits())?;
            Ok((bytes.into_owned(), node))
        });
        let node = xml.as_ref().ok().map(|(_, node)| node);
        let located = |location: Option<&str>| location.map(|loc| reader.locate(&entry.path, loc));
        let seal = node.and_then(|n| n.child("SignedInfo")).and_then(|i| i.child("Seal"));
        OneSignature {
            value_path: located(node.and_then(|n| n.child_text("SignedValue"))).unwrap_or_default(),
            seal_path: located(seal.and_then(|s| s.child_text("BaseLoc"))),
            id: entry.id.clone(),
            kind: entry.kind.clone(),
            path: entry.path.clone(),
            xml,
        }
    }

    fn judge(
        &self,
        reader: &Reader<'_>,
        later: &[OneSignature],
        basis: &Basis<'_>,
    ) -> SignatureReport {
        let mut ledger = Ledger::default();
        let (bytes, node) = match &self.xml {
            Ok((bytes, node)) => (bytes, node),
            Err(error) => {
                ledger.value(Step::judged("signature-file", false, error.to_string()));
                return ledger.report(&self.id, &self.kind, None, Vec::new());
            }
        };
        ledger.value(Step::judged("signature-file", true, self.path.clone()));
        let value = match reader.file(&self.value_path) {
            Ok(dat) => signed_value(&dat, Some(bytes), basis, &mut ledger),
            Err(error) => {
                ledger.value(Step::judged("signed-value", false, error.to_string()));
                Value { sealed_by: None, seal_signature: None }
            }
        };
        self.references(reader, node, later, &mut ledger);
        let sealed_by = self.seal_file(reader, value, basis, &mut ledger);
        ledger.report(&self.id, &self.kind, sealed_by, stamps(node))
    }

    /// Every reference's digest, then every file that no reference covers.
    fn references(
        &self,
        reader: &Reader<'_>,
        node: &Node,
        later: &[OneSignature],
        ledger: &mut Ledger,
    ) {
        let info = node.child("SignedInfo").and_then(|i| i.child("References"));
        let list: Vec<&Node> = info.map(|i| i.all("Reference").collect()).unwrap_or_default();
        let method = info.and_then(|i| i.attr("CheckMethod")).unwrap_or("SM3");
        if !is_sm3(method) {
            ledger.value(Step::judged("references", false, method.to_owned()));
            return;
        }
        let list_path = reader.signatures_path().unwrap_or_default().to_lowercase();
        let mut covered = HashSet::new();
        let mut held = 0;
        for reference in &list {
            let location = reference.attr("FileRef").unwrap_or_default();
            let path = normal_path("", location);
            let entry = reader.package().find(&path);
            let found = entry.map(|e| e.name.to_lowercase());
            let wanted = STANDARD.decode(reference.child_text("CheckValue").unwrap_or_default());
            let digest = entry.and_then(|entry| reader.package().digest(entry).ok());
            let ok = match (digest, wanted) {
                (Some(digest), Ok(wanted)) => sm3::same(&digest, &wanted),
                _ => false,
            };
            let own = [&self.path, &self.value_path].iter().any(|p| p.eq_ignore_ascii_case(&path));
            if ok && !own {
                held += 1;
            } else if found.as_deref() == Some(&list_path) && !later.is_empty() {
                // The list of signatures grew because others signed later; their own judgement covers it.
                ledger.note(Step::open("reference-list-grown", location.to_owned()));
            } else {
                ledger.value(Step::judged("reference", false, location.to_owned()));
            }
            covered.extend(found);
        }
        ledger.value(Step::judged(
            "references",
            !list.is_empty(),
            format!("{held}/{}", list.len()),
        ));
        let uncovered = self.uncovered(reader, covered, later, &list_path);
        ledger.value(Step::judged("coverage", uncovered.is_empty(), uncovered.join(", ")));
    }

    /// Files outside the references that are not this signature's own, the list of signatures or a later signature's.
    fn uncovered(
        &self,
        reader: &Reader<'_>,
        mut covered: HashSet<String>,
        later: &[OneSignature],
        list_path: &str,
    ) -> Vec<String> {
        covered.insert(list_path.to_owned());
        for one in std::iter::once(self).chain(later) {
            covered.insert(one.path.to_lowercase());
            covered.insert(one.value_path.to_lowercase());
        }
        covered.extend(
            later.iter().filter_map(|one| one.seal_path.as_ref().map(|p| p.to_lowercase())),
        );
        let names = reader.package().entries().iter().map(|e| &e.name);
        names.filter(|name| !covered.contains(&name.to_lowercase())).cloned().collect()
    }

    /// Seal.esl against the embedded seal; beside GB/T 35275 data it is judged by itself.
    fn seal_file(
        &self,
        reader: &Reader<'_>,
        value: Value,
        basis: &Basis<'_>,
        ledger: &mut Ledger,
    ) -> Option<SealedBy> {
        if let Some(signature) = &value.seal_signature {
            let own = normal_path("", &signature.property) == self.path;
            // Some producers write the path in other forms; the digest already binds the file, so this only informs.
            ledger.note(Step {
                code: "signature-path",
                ok: own.then_some(true),
                detail: signature.property.clone(),
            });
        }
        let Some(path) = &self.seal_path else { return value.sealed_by };
        let esl = match reader.file(path) {
            Ok(esl) => esl,
            Err(error) => {
                ledger.value(Step::judged("seal-file", false, error.to_string()));
                return value.sealed_by;
            }
        };
        if let Some(signature) = &value.seal_signature {
            ledger.value(Step::judged("seal-file", esl[..] == *signature.seal.raw(), path.clone()));
            return value.sealed_by;
        }
        match Seal::parse(&esl) {
            Ok(seal) => {
                let by = value.sealed_by.as_ref();
                let when = match by.and_then(|s| s.proved) {
                    Some(proved) => When::stamped(proved),
                    None => When::claimed(by.and_then(|s| s.at).unwrap_or(basis.now)),
                };
                seal_steps(&seal, when, basis, ledger);
                if let Some(by) = &value.sealed_by {
                    listed_steps(&seal, &by.certificate, ledger);
                }
                value.sealed_by.map(|by| SealedBy {
                    seal_name: seal.name.clone(),
                    seal_id: seal.id.clone(),
                    seal: esl.to_vec(),
                    ..by
                })
            }
            Err(error) => {
                ledger.value(Step::judged("seal-parse", false, error.to_string()));
                value.sealed_by
            }
        }
    }
}

/// `SM3` or one of its identifiers (the keyless `.1` form occurs).
fn is_sm3(method: &str) -> bool {
    let method = method.trim();
    method.is_empty()
        || method.eq_ignore_ascii_case("SM3")
        || matches!(
            method,
            "1.2.156.10197.1.401" | "1.2.156.10197.1.401.1" | "1.2.156.10197.1.401.2"
        )
}

fn stamps(node: &Node) -> Vec<Stamp> {
    let stamps = node.walk().into_iter().filter(|n| n.name == "StampAnnot");
    let stamp = |n: &Node| {
        let boundary: [f32; 4] = numbers(n.attr("Boundary")?).try_into().ok()?;
        let clip = n.attr("Clip").and_then(|c| numbers(c).try_into().ok());
        Some(Stamp { page_id: n.attr("PageRef")?.to_owned(), boundary, clip })
    };
    stamps.filter_map(stamp).collect()
}

/// GM/T 0099 integrity: a signed list of the package's files (names, not contents), against smuggled-in files.
fn integrity(reader: &Reader<'_>, basis: &Basis<'_>) -> Option<SignatureReport> {
    const LIST: &str = "OFDEntries.xml";
    let bytes = reader.file(LIST).ok()?;
    let mut ledger = Ledger::default();
    let node = match xml::parse(&bytes, reader.package().limits()) {
        Ok(node) => node,
        Err(error) => {
            ledger.value(Step::judged("signature-file", false, error.to_string()));
            return Some(ledger.report("", "Integrity", None, Vec::new()));
        }
    };
    let location = node.child_text("SignedValueLoc").unwrap_or("/signedvalue.dat");
    let value_path = reader.locate(LIST, location);
    let sealed_by = match reader.file(&value_path) {
        Ok(dat) => signed_value(&dat, Some(&bytes), basis, &mut ledger).sealed_by,
        Err(error) => {
            ledger.value(Step::judged("signed-value", false, error.to_string()));
            None
        }
    };
    let files =
        node.walk().into_iter().filter(|n| n.name == "File").filter_map(|n| n.attr("FileLoc"));
    let mut listed: HashSet<String> = files.map(|f| normal_path("", f).to_lowercase()).collect();
    let present: HashSet<String> =
        reader.package().entries().iter().map(|e| e.name.to_lowercase()).collect();
    let gone: Vec<&String> = listed.iter().filter(|f| !present.contains(*f)).collect();
    ledger.value(Step::judged("references", gone.is_empty(), listed.len().to_string()));
    listed.extend([LIST.to_lowercase(), value_path.to_lowercase()]);
    let mut extra: Vec<String> = present.difference(&listed).cloned().collect();
    extra.sort();
    ledger.value(Step::judged("coverage", extra.is_empty(), extra.join(", ")));
    ledger.note(Step::open("integrity-names", LIST));
    Some(ledger.report("", "Integrity", sealed_by, Vec::new()))
}
