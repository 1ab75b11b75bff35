//! Where offers come from: the packs in the program, and a folder of the deployer's.

use super::kept;
use super::model::Offer;
use crate::checks;
use crate::packs::load;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use store::{Db, Error, Result};

/// The packs that ship in the program.
pub fn built_in() -> &'static [Arc<Offer>] {
    static OFFERS: OnceLock<Vec<Arc<Offer>>> = OnceLock::new();
    OFFERS.get_or_init(|| {
        let offer = |pack: &Arc<crate::packs::Pack>| {
            let files = load::shipped_files(&pack.slug)?;
            Offer::new(pack.clone(), &files, true).ok().map(Arc::new)
        };
        load::load_shipped().iter().filter_map(offer).collect()
    })
}

/// What a node offers: the built-in packs, and those of a folder, which take the place of built-in ones
/// of the same name. An empty path means no folder.
///
/// # Errors
/// `pack-unsound` with the first file that cannot be read, `pack-folder` when there is no pack in it.
pub fn offers(folder: &Path) -> Result<Vec<Arc<Offer>>> {
    let mut all = built_in().to_vec();
    if folder.as_os_str().is_empty() {
        return Ok(all);
    }
    let own = checks::folders(folder);
    if own.is_empty() {
        return Err(Error::refused_with("pack-folder", "folder", folder.display()));
    }
    for pack in own {
        let offer = Arc::new(read(&pack)?);
        all.retain(|o| o.pack.slug != offer.pack.slug);
        all.push(offer);
    }
    Ok(all)
}

/// Adds to a report what a node would say to the numbers of its packs: `version-reused`,
/// `version-lower`. A folder that cannot be read has its findings already.
///
/// # Errors
/// The store's.
pub fn number_findings(db: &mut Db<'_>, report: &mut checks::Report) -> Result<()> {
    for pack in &mut report.packs {
        let Ok(offer) = read(Path::new(&pack.path)) else { continue };
        let (code, message) = match kept::judge(db, &offer) {
            Ok(_) => continue,
            Err(Error::Refused(refusal)) => {
                let next = refusal.args.iter().find(|(name, _)| *name == "next");
                let next = next.map_or("", |(_, n)| n);
                let version = offer.version();
                match refusal.code {
                    "pack-version-reused" => (
                        "version-reused",
                        format!(
                            "version {version} was published with other content: set version = {next}"
                        ),
                    ),
                    _ => (
                        "version-lower",
                        format!(
                            "version {version} is lower than the current one: set version = {next}"
                        ),
                    ),
                }
            }
            Err(other) => return Err(other),
        };
        pack.findings.insert(
            0,
            checks::Finding {
                severity: checks::Severity::Error,
                file: "item.toml".into(),
                place: "version".into(),
                code: code.into(),
                message,
            },
        );
    }
    Ok(())
}

/// The offer of one folder.
///
/// # Errors
/// `pack-unsound`.
pub fn read(folder: &Path) -> Result<Offer> {
    let unsound = |errors: Vec<load::LoadError>| {
        let first = errors.first().map(|e| format!("{}: {}", e.file, e.message));
        let text = format!("{}: {}", folder.display(), first.unwrap_or_default());
        Error::refused_with("pack-unsound", "detail", text)
    };
    let (slug, files) = load::read_dir(folder).map_err(unsound)?;
    let pack = load::parse(&slug, &files).map_err(unsound)?;
    Offer::new(Arc::new(pack), &files, false)
}
