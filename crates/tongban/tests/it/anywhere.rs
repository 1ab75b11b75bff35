//! Verifying anywhere: the signed lists anybody may take along, codes for those without a network, and every
//! way of asking saying the same.

use crate::papers::licence;
use crate::town::{Page, Person, Town};
use proof::lists::wrap::roots_of;
use proof::verification::Offline;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The offline code of a page and the digits beside it.
pub fn carried(page: &Page) -> (String, String) {
    let text = page.text();
    let at = text.find("TB2.").unwrap_or_else(|| panic!("no code: {text}"));
    let code = text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
    let (_, rest) = text.split_once("code-big num\">").expect("the digits");
    (code, rest.chars().take_while(char::is_ascii_digit).collect())
}

async fn verify(person: &Person<'_>, code: &str, digits: &str) -> Page {
    let page = person.get(&format!("/verify?no={code}")).await;
    let mut form = page.form("/verify");
    form.set("text", code);
    form.set("digits", digits);
    person.submit(&form).await
}

/// 吴东 meets an inspector without a network; later somebody with one is handed the same picture.
#[tokio::test(flavor = "multi_thread")]
async fn an_offline_code_needs_its_digits_and_is_used_once_online() {
    let town = Town::new().await;
    let citizen = town.citizen("car").await;
    let card = licence(&citizen, "居民身份证").await;
    let shown = citizen.get(&format!("{card}/show?chosen=1&f=adult")).await;
    assert!(shown.says("对方没有网络"), "the way there: {}", shown.text());
    let page = citizen.get(&format!("{card}/show/offline?chosen=1&f=adult")).await;
    assert!(page.says("已满18岁") && !page.says("http-equiv=\"refresh\""), "{}", page.text());
    let (code, digits) = carried(&page);
    assert_eq!(digits.len(), 6);
    assert!(!code.contains(&digits), "the digits are said, not carried");
    let (one, two) = (town.visitor(), town.visitor());
    let asked = verify(&one, &code, "").await;
    assert_eq!(asked.status.as_u16(), 422);
    assert!(asked.says("name=\"digits\"") && asked.says(&code), "nothing typed is lost");
    assert!(verify(&one, &code, "000").await.says("6 位数字"));
    let seen = verify(&one, &code, &digits).await;
    assert!(seen.says("这张证是真的，现在有效") && seen.says("已满18岁"), "{}", seen.text());
    for hidden in ["吴东", "1988", "990102198804201822"] {
        assert!(!seen.says(hidden), "{hidden} was not chosen");
    }
    let second = verify(&two, &code, &digits).await;
    assert!(second.says("这个码已经被别人核验过") && !second.says("已满18岁"));
    let record = citizen.get(&card).await;
    assert!(record.says("核验的人看到：已满18岁"), "{}", record.text());
    // The inspector's own program: lists and roots fetched before.
    let lists = town.visitor().get("/verify/bundle").await;
    let roots = roots_of(&town.visitor().get("/verify/roots.pem").await.text()).expect("roots");
    let now = town.node.store().clock().now();
    let judge = |at| Offline::new(&lists.body, &roots, at, 24);
    let verdict = judge(now).text(&format!("{code}-{digits}"));
    assert!(verdict.is_true(), "{verdict:#?}");
    let late = judge(now.plus_seconds(631)).text(&format!("{code}-{digits}"));
    assert!(!late.is_true() && late.facts.is_none());
    let stranger = town.citizen("pension").await;
    let theirs = stranger.get(&format!("{card}/show/offline")).await;
    assert_eq!(theirs.status.as_u16(), 404);
    town.close().await;
}

/// A licence is suspended: the number, the file, the code, the holder's page, the interface and new lists all
/// say so; lists from before do not know, and say how old they are.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_ended_has_ended_everywhere() {
    let town = Town::new().await;
    let citizen = town.citizen("car").await;
    let card = licence(&citizen, "机动车行驶证").await;
    let file = citizen.get(&format!("{card}/file")).await.body;
    let page = citizen.get(&format!("{card}/show/offline")).await;
    let (code, digits) = carried(&page);
    let before = town.visitor().get("/verify/bundle").await.body;
    let roots = roots_of(&town.visitor().get("/verify/roots.pem").await.text()).expect("roots");
    let now = town.node.store().clock().now();
    assert!(Offline::new(&before, &roots, now, 24).file(&file).is_true());

    let verdict = town.node.proof().verify_file(&file).await.expect("judged");
    let identifier = verdict.steps.iter().find(|s| s.code == "licence-register").expect("told");
    let id: i64 = card.rsplit('/').next().and_then(|id| id.parse().ok()).expect("a row");
    let read = move |db: &mut store::Db<'_>| {
        proof::licences::records::by_id(db, proof::licences::LicenceRowId(id))
    };
    let row = town.node.store().read(read).await.expect("there");
    let reason = proof::licences::Reason {
        reason: "核查中".into(),
        basis: "《道路交通安全法》".into(),
        last: row.number.chars().skip(row.number.chars().count().saturating_sub(4)).collect(),
        lock: row.lock,
    };
    let unit = row.issuer.unit;
    let act = move |tx: &mut store::Tx<'_>| proof::licences::suspend(tx, row.id, unit, &reason);
    town.node.store().write(town.node.store().system_ctx(), act).await.expect("suspended");

    town.node.store().clock().advance_seconds(proof::lists::maker::FRESH);
    let visitor = town.visitor();
    let by_number = visitor.get(&format!("/verify?no={}", identifier.detail)).await;
    assert!(by_number.says("正在暂扣"), "{}", by_number.text());
    assert!(verify(&visitor, &code, &digits).await.says("正在暂扣"));
    let told = visitor.get(&format!("/api/v1/verify?text={}", identifier.detail)).await;
    assert!(told.says("\"status\":\"suspended\""), "{}", told.text());
    let again = town.node.proof().verify_file(&file).await.expect("judged");
    assert!(!again.is_true());
    assert!(citizen.get(&format!("{card}/show")).await.says("暂扣"));
    let now = town.node.store().clock().now();
    let after = visitor.get("/verify/bundle").await.body;
    assert_ne!(before, after);
    let offline = Offline::new(&after, &roots, now, 24).file(&file);
    assert_eq!(offline.status, again.status);
    let unknowing = Offline::new(&before, &roots, now, 24).file(&file);
    assert!(unknowing.is_true());
    assert_eq!(unknowing.rests_on.expect("told").age_minutes, 1);
    let page = visitor.get("/verify/offline").await;
    assert!(page.says("/verify/bundle") && page.says("根证书指纹"), "{}", page.text());
    town.close().await;
}

/// The command on a machine that has neither node nor network. The town's clock stands in the past, so its
/// lists are old by now: refused by default, believed by whoever allows that age, whose verdict tells it.
#[tokio::test(flavor = "multi_thread")]
async fn the_command_judges_by_lists_alone() {
    let town = Town::new().await;
    let citizen = town.citizen("car").await;
    let file = citizen.get(&format!("{}/file", licence(&citizen, "居民身份证").await)).await.body;
    let folder = town.folder().join("inspector");
    std::fs::create_dir_all(&folder).expect("a folder");
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("kept");
        path.to_string_lossy().into_owned()
    };
    let paper = put("licence.ofd", &file);
    let lists = put("lists.json", &town.visitor().get("/verify/bundle").await.body);
    let roots = put("roots.pem", &town.visitor().get("/verify/roots.pem").await.body);
    let broken = put("broken.json", b"{}");
    let run = |args: &[&str]| {
        let all = [&["verify", &paper, "--json"], args].concat();
        let ran = Command::new(env!("CARGO_BIN_EXE_tongban")).args(all).output().expect("it runs");
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        (ran.status.code(), serde_json::from_str::<serde_json::Value>(&said).unwrap_or_default())
    };
    let (code, told) = run(&["--offline", &lists, "--roots", &roots, "--most-hours", "1000000"]);
    assert_eq!((code, &told["answer"]), (Some(0), &"true".into()), "{told}");
    assert!(told["rests_on"]["age_minutes"].as_i64().is_some_and(|age| age > 0), "{told}");
    assert_eq!(told["signature_values_hold"], true);
    let (code, told) = run(&["--offline", &lists, "--roots", &roots]);
    assert_eq!((code, &told["status"]), (Some(1), &"lists-old".into()), "{told}");
    let (code, told) = run(&["--offline", &broken]);
    assert_eq!((code, &told["status"]), (Some(1), &"lists-bad".into()), "{told}");
    let (code, _) = run(&["--offline", "/nowhere.json"]);
    assert_ne!(code, Some(0));
    let (code, _) = run(&["--offline", &lists, "--roots", &broken]);
    assert_ne!(code, Some(0), "a file without roots is no pin");
    town.close().await;
}

/// Where the foreign samples lie: `TONGBAN_FIXTURES`, or the folder `shared` beside the workspace.
fn samples() -> Option<PathBuf> {
    let beside = || {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.parent()?;
        Some(workspace.parent()?.join("shared").join("fixtures").join("ofd"))
    };
    let folder = std::env::var_os("TONGBAN_FIXTURES").map(PathBuf::from).or_else(beside);
    folder.filter(|folder| folder.is_dir())
}

/// Foreign samples get the same verdict with and without a network.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "a skipped check must be said aloud")]
async fn foreign_files_stand_offline_as_online() {
    let Some(folder) = samples() else {
        println!("no foreign samples here: not compared");
        return;
    };
    let town = Town::new().await;
    let lists = town.visitor().get("/verify/bundle").await.body;
    let roots = roots_of(&town.visitor().get("/verify/roots.pem").await.text()).expect("roots");
    let judge = Offline::new(&lists, &roots, town.node.store().clock().now(), 24);
    let mut seen = 0;
    for path in std::fs::read_dir(&folder).expect("reads").flatten().map(|f| f.path()) {
        let Some(bytes) = path.is_file().then(|| std::fs::read(&path).expect("reads")) else {
            continue;
        };
        let online = town.node.proof().verify_file(&bytes).await.expect("judged");
        let offline = judge.file(&bytes);
        assert_eq!(online.status, offline.status, "{}", path.display());
        assert_eq!(online.signature_values_hold, offline.signature_values_hold);
        assert_eq!(online.trusted, offline.trusted, "{}", path.display());
        assert!(offline.rests_on.is_some(), "it says how old its lists are");
        seen += 1;
    }
    assert!(seen > 5, "{seen} files");
    town.close().await;
}

/// The verdict of somebody who has no network and today's lists.
pub async fn without_network(town: &Town, file: &[u8]) -> serde_json::Value {
    let lists = town.visitor().get("/verify/bundle").await.body;
    let now = town.node.store().clock().now();
    let judge = Offline::new(&lists, &[], now, 24);
    serde_json::to_value(judge.file(file)).expect("json")
}
