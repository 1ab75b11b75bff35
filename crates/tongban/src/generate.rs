//! Documents made from the program: written by `tongban generate`, compared by `--check` and a test.

use crate::node::Node;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use store::{Clock, Result};
use web::policy::{Access, Line, Relation};

/// Folder of the generated documents, relative to the repository.
const FOLDER: &str = "docs/generated";

/// Writes the documents into the working folder, or compares them; true when nothing differs.
pub fn run(check: bool) -> Result<bool> {
    let made = tokio::task::block_in_place(|| {
        tokio::runtime::Handle::current().block_on(async { documents().await })
    })?;
    let folder = Path::new(FOLDER);
    let mut same = true;
    for (name, text) in made {
        let path = folder.join(name);
        if check {
            let found = std::fs::read_to_string(&path).unwrap_or_default();
            if found != text {
                crate::say!("✗ {} is out of date: run `cargo run -- generate`", path.display());
                same = false;
            }
        } else {
            std::fs::create_dir_all(folder)?;
            std::fs::write(&path, text)?;
            crate::say!("{}", path.display());
        }
    }
    Ok(same)
}

/// Every generated document: file name and text.
pub async fn documents() -> Result<Vec<(&'static str, String)>> {
    let scratch = Scratch::new();
    let mut config = crate::demo::config_in(&scratch.0, 0)?;
    config.store.readers = 1;
    let node = Node::open_with(&config, Clock::System, store::Chance::System).await?;
    let routes = node.routes();
    Ok(vec![
        ("routes.md", routes_table(routes.lines())),
        ("public-routes.txt", public_routes(routes.lines())),
        ("events.md", events_table()),
        ("case-life.md", casework::cases::life::to_markdown()),
        ("seal-life.md", proof::seals::life::to_markdown()),
        ("openapi.json", openapi(routes.lines())?),
    ])
}

/// A folder for a moment.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        let name =
            format!("tongban-generate-{}-{}", std::process::id(), store::Chance::System.token());
        Scratch(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn who(access: Access) -> String {
    match access {
        Access::Public => "anybody".into(),
        Access::SignedIn => "anybody signed in".into(),
        Access::Citizen(level) => format!("citizen, L{level}"),
        Access::AnyStaff => "any staff".into(),
        Access::Staff(roles) => roles.iter().map(|r| r.label()).collect::<Vec<_>>().join(", "),
    }
}

fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::None => "",
        Relation::Own => "his own",
        Relation::Unit => "of his unit",
        Relation::Token => "holds the secret address",
    }
}

fn openapi(lines: &[Line]) -> Result<String> {
    let document = crate::developers::document(lines)?;
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn routes_table(lines: &[Line]) -> String {
    let mut out = String::from(
        "# Routes and who may enter\n\nMade by `tongban generate` from `routes.rs`; do not edit.\n\n\
         The class says what is sent away first when there is too much: P4, then P3 …; `free` never is.\n\n\
         | method | path | who | the thing is | class |\n|---|---|---|---|---|\n",
    );
    for line in lines {
        let (who, thing) = (who(line.access), relation(line.relation));
        let (method, path, class) = (&line.method, line.path, line.class.label());
        let _ = writeln!(out, "| {method} | `{path}` | {who} | {thing} | {class} |");
    }
    out
}

fn public_routes(lines: &[Line]) -> String {
    let mut out = String::from(
        "# Routes anybody may enter. Made by `tongban generate`; a person looks at every change.\n",
    );
    for line in lines.iter().filter(|l| l.access == Access::Public) {
        let _ = writeln!(out, "{} {}", line.method, line.path);
    }
    out
}

fn events_table() -> String {
    let texts = web::Texts::shipped();
    let mut out = String::from(
        "# The vocabulary of the ledger\n\nMade by `tongban generate`; do not edit.\n\n\
         | event | 中文 | English |\n|---|---|---|\n",
    );
    for kind in store::Kind::ALL {
        let key = format!("event-{}", kind.label());
        let (zh, en) = (texts.t(web::Lang::Zh, &key), texts.t(web::Lang::En, &key));
        let _ = writeln!(out, "| `{}` | {zh} | {en} |", kind.label());
    }
    out
}
