//! The words of one language as they lie in memory.

use super::{File, Lang};
use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use unic_langid::LanguageIdentifier;

/// The words of one language.
pub(super) struct Pack {
    /// Messages without arguments, made once; most stand in the files as they are.
    pub(super) plain: HashMap<&'static str, Cow<'static, str>>,
    /// Messages with arguments. The others would take megabytes here.
    pub(super) bundle: FluentBundle<FluentResource>,
    pub(super) keys: BTreeSet<&'static str>,
    pub(super) faults: Vec<String>,
}

impl Pack {
    /// Reads the files of one language.
    pub(super) fn read(lang: Lang, files: &[File]) -> Pack {
        let mut pack = Pack {
            plain: HashMap::new(),
            bundle: bundle(lang),
            keys: BTreeSet::new(),
            faults: Vec::new(),
        };
        for (_, name, text) in files.iter().filter(|(folder, _, _)| *folder == lang.tag()) {
            let mut said = |e: String| pack.faults.push(format!("{}/{name}: {e}", lang.tag()));
            let resource =
                FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(r, errors)| {
                    errors.iter().for_each(|e| said(e.to_string()));
                    r
                });
            let mut whole = bundle(lang);
            if let Err(errors) = whole.add_resource(resource) {
                errors.iter().for_each(|e| said(e.to_string()));
            }
            let mut with_arguments = String::new();
            for (key, entry) in messages(text) {
                if !pack.keys.insert(key) {
                    said(format!("{key} stands in two places"));
                }
                let Some(pattern) = whole.get_message(key).and_then(|m| m.value()) else {
                    continue;
                };
                let mut errors = Vec::new();
                let words = whole.format_pattern(pattern, None, &mut errors);
                if !errors.is_empty() {
                    if !entry.contains('$') {
                        said(format!("{key}: {errors:?}"));
                    }
                    with_arguments.push_str(entry);
                    continue;
                }
                let written = entry.split_once('=').map_or("", |(_, value)| value.trim());
                let as_written = words == written;
                let words = if as_written { written.into() } else { words.into_owned().into() };
                pack.plain.insert(key, words);
            }
            // What is wrong with it was said above.
            let lean = FluentResource::try_new(with_arguments).unwrap_or_else(|(r, _)| r);
            let _ = pack.bundle.add_resource(lean);
        }
        pack.plain.shrink_to_fit();
        pack
    }
}

fn bundle(lang: Lang) -> FluentBundle<FluentResource> {
    let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // The marks would end up in names and numbers people copy.
    bundle.set_use_isolating(false);
    bundle
}

/// The messages of a Fluent file, each with its key and as it is written: from a key at the left edge to whatever stands
/// there next.
fn messages(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let edges = text.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some((*at - line.len(), line))
    });
    let edges = edges.filter(|(_, line)| !line.starts_with([' ', '\n', '\r', '}']));
    let ends = edges.clone().map(|(at, _)| at).skip(1).chain([text.len()]);
    edges.zip(ends).filter_map(move |((from, line), to)| {
        let key = line.split_once('=')?.0.trim_end();
        let fits = key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        fits.then(|| (key, &text[from..to]))
    })
}
