//! `tongban doctor`: what is wrong with this node, and how to mend it. With `--deep` every case, licence, seal, file and
//! event is looked at.

use crate::cli::ConfigFlag;
use crate::node;
use clap::Args;
use codes::time::Stamp;
use std::path::{Path, PathBuf};
use store::soundness::Looked;
use store::{Result, Store};

/// Flags of `tongban doctor`.
#[derive(Args, Clone)]
pub struct Flags {
    /// Look at everything that is kept, not only at what can be told at a glance.
    #[arg(long)]
    pub deep: bool,
    /// With --deep: print what was found as JSON.
    #[arg(long, requires = "deep")]
    pub json: bool,
    /// Data folder of the node, such as the demo's, instead of a config file.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Which configuration to use.
    #[command(flatten)]
    pub config: ConfigFlag,
}

/// One finding.
struct Finding {
    /// Whether the node can run with it.
    grave: bool,
    /// What is wrong and how to mend it, in Chinese then English.
    text: (String, String),
}

/// Checks and prints; true when nothing grave was found.
pub async fn run(flags: &Flags) -> Result<bool> {
    let config = match &flags.data {
        Some(data) => crate::demo::config_in(data, 0)?,
        None => flags.config.read()?,
    };
    if flags.json {
        let looked = look(&node::open_store(&config)?).await?;
        crate::say!("{}", serde_json::to_string(&looked)?);
        return Ok(looked.iter().all(|look| look.faults.is_empty()));
    }
    let mut found = Vec::new();
    footer(&config.site()?, &mut found);
    data_folder(&config.store.data, &mut found);
    if let Some(missing) = not_set_up(&config.store) {
        found.push(missing);
    } else {
        match node::open_store(&config) {
            Err(e) => found.push(grave(&e)),
            Ok(store) => {
                if let Err(e) = database(&store, &config.store.database, &mut found).await {
                    found.push(grave(&e));
                }
                if flags.deep {
                    let looked = look(&store).await?;
                    tell(&looked);
                    found.extend(looked.iter().filter_map(disagrees));
                }
            }
        }
    }
    let healthy = found.iter().all(|f| !f.grave);
    for Finding { grave, text: (zh, en) } in found {
        crate::say!("{} {zh}\n  {en}", if grave { "✗" } else { "!" });
    }
    crate::say!("{}", if healthy { "✓ 可以运行 ready to run" } else { "✗ 不能运行 not ready" });
    Ok(healthy)
}

/// Looks at everything that is kept: rows against the ledger, files against their names, the ledger against itself.
pub async fn look(store: &Store) -> Result<Vec<Looked>> {
    let mut named = casework::soundness::files(store).await?;
    named.extend(proof::soundness::files(store).await?);
    let mut ledger = Looked::at("ledger");
    let proof = store::ledger::verify(store).await?;
    ledger.count = proof.events;
    if let Some(damage) = proof.damage {
        ledger.fault(damage.entry, damage.what);
    }
    Ok(vec![
        casework::soundness::cases(store).await?,
        proof::soundness::licences(store).await?,
        proof::soundness::seals(store).await?,
        store::soundness::files(store, named),
        ledger,
    ])
}

/// Prints what was looked at, and the first faults of each.
pub fn tell(looked: &[Looked]) {
    for look in looked {
        let mark = if look.faults.is_empty() { "✓" } else { "✗" };
        crate::say!("{mark} {} {}, {} faults", look.count, look.at, look.faults.len());
        for fault in look.faults.iter().take(20) {
            crate::say!("    {}: {}", fault.thing, fault.what);
        }
    }
}

fn disagrees(look: &Looked) -> Option<Finding> {
    let first = look.faults.first()?;
    let (at, count) = (look.at, look.faults.len());
    Some(Finding {
        grave: true,
        text: (
            format!(
                "{at} 中有 {count} 处与台账或文件不一致，第一处是 {}（{}）。请停止写入，从备份恢复。",
                first.thing, first.what
            ),
            format!(
                "{count} of {at} do not agree with the ledger or the files, first {} ({}). Stop writing and restore a backup.",
                first.thing, first.what
            ),
        ),
    })
}

/// A SQLite node that was never started: looking must not make one.
fn not_set_up(store: &crate::config::Keeping) -> Option<Finding> {
    let path = store.database.strip_prefix("sqlite:")?;
    (!Path::new(path).exists()).then(|| Finding {
        grave: true,
        text: (
            format!("{path} 还没有数据库。请运行 tongban migrate，或检查 store.database。"),
            format!(
                "There is no database at {path}. Run tongban migrate, or check store.database."
            ),
        ),
    })
}

/// The pages of the database, the jobs that keep failing, the proof of the ledger.
async fn database(store: &store::Store, name: &str, found: &mut Vec<Finding>) -> Result<()> {
    let lines = match store.complaints().await {
        // Damage may be such that not even the question can be answered.
        Err(store::Error::Internal(text)) => vec![text],
        asked => asked?,
    };
    for line in lines {
        found.push(Finding {
            grave: true,
            text: (
                format!("数据库不可靠：{line}。文件损坏请从备份恢复，设置不对请改正后重启。"),
                format!("The database is not safe: {line}. Restore a backup, or mend the setting and restart."),
            ),
        });
    }
    for e in store.read(guide::editions::damaged).await? {
        found.push(Finding {
            grave: true,
            text: (
                format!("服务包 {} 的第 {} 版已损坏，按这一版收的办件打不开。请从备份恢复数据库。", e.slug, e.version),
                format!("Version {} of service pack {} is damaged; cases filed under it cannot be opened. Restore the database from a backup.", e.version, e.slug),
            ),
        });
    }
    let now = store.clock().now();
    let (open, stuck) = store
        .read(move |db| Ok((store::jobs::open_count(db, now)?, store::jobs::stuck(db)?)))
        .await?;
    crate::say!("数据库 database: {name}  待办任务 open jobs: {open}");
    for store::jobs::Stuck { id, queue, key, error } in stuck {
        found.push(Finding {
            grave: false,
            text: (
                format!("任务 {id}（{queue} {key}）一再失败：{error}。修好外部系统后会自动重试。"),
                format!("Job {id} ({queue} {key}) keeps failing: {error}. It is retried once the outside is mended."),
            ),
        });
    }
    backup_age(store.read(store::backup::last).await?, now, found);
    let loose = casework::materials::sweep::waiting(store).await?;
    crate::say!("待清理的文件 files to be swept: {loose}");
    let proof = store::ledger::verify(store).await?;
    crate::say!("台账 ledger: {} 条 events, {} 条已封存 sealed", proof.events, proof.sealed);
    if let Some(damage) = proof.damage {
        found.push(Finding {
            grave: true,
            text: (
                format!(
                    "台账在第 {} 条处损坏（{}）。请停止写入，从备份恢复。",
                    damage.entry, damage.what
                ),
                format!(
                    "The ledger is damaged at entry {} ({}). Stop writing and restore a backup.",
                    damage.entry, damage.what
                ),
            ),
        });
    }
    Ok(())
}

/// Hours after which a missing backup is told: a daily one may run late.
const BACKUP_HOURS: i64 = 26;

fn backup_age(last: Option<Stamp>, now: Stamp, found: &mut Vec<Finding>) {
    let hours = last.map(|at| (now.micros() - at.micros()) / 3_600_000_000);
    match hours {
        Some(hours) if hours <= BACKUP_HOURS => {
            crate::say!("最近备份 last backup: {hours} 小时前 hours ago");
        }
        _ => found.push(Finding {
            grave: false,
            text: (
                hours.map_or("还没有备份。请定时运行 tongban backup --to 目录。".into(), |hours| {
                    format!("最近一次备份在 {hours} 小时前。请检查定时运行的 tongban backup。")
                }),
                hours.map_or("There is no backup. Run tongban backup --to FOLDER on a timer.".into(), |hours| {
                    format!("The last backup is {hours} hours old. Check the timer that runs tongban backup.")
                }),
            ),
        }),
    }
}

fn grave(error: &store::Error) -> Finding {
    let say = |lang| {
        let (what, next) = web::errors::words(lang, error);
        match (lang, error) {
            (_, store::Error::Internal(text)) => format!("{what}. {next} ({text})"),
            (web::Lang::Zh, _) => format!("{what}。{next}"),
            (web::Lang::En, _) => format!("{what}. {next}"),
        }
    };
    Finding { grave: true, text: (say(web::Lang::Zh), say(web::Lang::En)) }
}

/// The footer's legal lines (政府网站发展指引): missing ones are hidden on the page and told here.
fn footer(site: &web::Site, found: &mut Vec<Finding>) {
    for (key, value) in [
        ("host", &site.host),
        ("undertaker", &site.undertaker),
        ("site_code", &site.site_code),
        ("icp", &site.icp),
        ("police", &site.police),
    ] {
        if value.is_empty() {
            found.push(Finding {
                grave: false,
                text: (
                    format!("页脚缺少 site.{key}，请在配置文件中补上。"),
                    format!("The footer lacks site.{key}; add it to the config file."),
                ),
            });
        }
    }
    if site.address.is_empty() {
        found.push(Finding {
            grave: false,
            text: (
                "没有设置 site.address，文书上的二维码只有文号，打不开核验页。".into(),
                "site.address is not set: the codes on sealed papers hold a number alone and open no page.".into(),
            ),
        });
    }
    if site.sandbox {
        found.push(Finding {
            grave: false,
            text: (
                "短信、人口库、印章机构都是沙盒，正式运行前请换成真实系统并关闭 site.sandbox。".into(),
                "SMS, population register and seal maker are sandboxes; replace them and turn off site.sandbox before going live.".into(),
            ),
        });
    }
}

/// The folder must be writable and the node key private.
fn data_folder(data: &Path, found: &mut Vec<Finding>) {
    let probe = data.join(".doctor");
    if !data.exists() {
        return; // said by `not_set_up`; PostgreSQL nodes make theirs at the first start
    }
    let written = std::fs::write(&probe, b"ok");
    let _ = std::fs::remove_file(&probe);
    if let Err(e) = written {
        found.push(Finding {
            grave: true,
            text: (
                format!("数据目录 {} 写不了：{e}。请检查磁盘空间和权限。", data.display()),
                format!(
                    "The data folder {} cannot be written: {e}. Check space and permissions.",
                    data.display()
                ),
            ),
        });
    }
    #[cfg(unix)]
    if let Ok(meta) = std::fs::metadata(data.join("node.key")) {
        use std::os::unix::fs::PermissionsExt;
        if meta.permissions().mode() & 0o077 != 0 {
            found.push(Finding {
                grave: true,
                text: (
                    "node.key 别人也能读，请执行 chmod 600。".into(),
                    "Others can read node.key; run chmod 600 on it.".into(),
                ),
            });
        }
    }
}
