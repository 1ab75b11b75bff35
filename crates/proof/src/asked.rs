//! What an address asks for beside its path.

use web::Visitor;

/// All values of one name in the query string.
pub(crate) fn asked_all(visitor: &Visitor, name: &str) -> Vec<String> {
    let query = visitor.path.split_once('?').map_or("", |(_, query)| query);
    let pairs =
        query.split('&').filter_map(|pair| pair.split_once('=')).filter(|(k, _)| *k == name);
    pairs.filter_map(|(_, v)| web::form::unescape(v.as_bytes()).ok()).collect()
}

/// One value of the query string; empty when absent.
pub(crate) fn asked(visitor: &Visitor, name: &str) -> String {
    let query = visitor.path.split_once('?').map_or("", |(_, query)| query);
    let pair = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(k, _)| *k == name);
    pair.and_then(|(_, v)| web::form::unescape(v.as_bytes()).ok()).unwrap_or_default()
}
