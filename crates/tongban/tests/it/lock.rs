//! Screens of staff that lie idle, and what was on them (ux §11).

use crate::town::{Page, Person, Town};
use store::Stream;

const PASSWORD: &str = "tongban-staff-2026";
const OPINION: &str = "材料齐全，现场核查符合要求，拟准予。";

fn wait(town: &Town, seconds: i64) {
    town.node.store().clock().advance_seconds(seconds);
}

async fn unlock(person: &Person<'_>, password: &str) -> Page {
    let page = person.get("/staff/lock").await;
    let mut form = page.form("/staff/unlock");
    form.set("password", password);
    person.submit(&form).await
}

async fn events(town: &Town, login: &str) -> Vec<String> {
    let staff = town.node.people().staff_of_login(login).await.expect("read").expect("staff");
    let stream = Stream::of("staff", staff.id);
    let read = town.node.store().read(move |db| store::ledger::of_stream(db, stream)).await;
    read.expect("events").into_iter().map(|e| e.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_screen_is_locked_and_opened_with_the_password_alone() {
    let town = Town::new().await;
    let (clerk, approver) = (town.staff("ck01").await, town.staff("sp01").await);
    wait(&town, 240);
    assert_eq!(clerk.get("/w").await.path, "/w", "four minutes are no absence");
    wait(&town, 330);
    let met = clerk.get("/w?view=mine").await;
    assert_eq!(met.path, "/staff/lock?next=/w%3Fview%3Dmine");
    assert!(met.says("已锁屏") && !met.says("app-token") && met.forms("code").is_empty());
    assert_eq!(approver.get("/a").await.path, "/a", "an approver has a quarter of an hour");
    assert_eq!(clerk.get("/").await.path, "/staff/lock?next=/", "every page is behind it");
    let wrong = unlock(&clerk, "not the password").await;
    assert!(wrong.says("还能试 4 次"), "{}", wrong.text());
    let mut form = met.form("/staff/unlock");
    form.set("password", PASSWORD);
    assert_eq!(clerk.submit(&form).await.path, "/w?view=mine", "back to where one was");
    let told = events(&town, "ck01").await;
    let tail: Vec<&str> = told.iter().rev().take(3).map(String::as_str).collect();
    assert_eq!(tail, ["session-unlocked", "sign-in-refused", "session-locked"]);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_asks_by_itself_keeps_no_screen_open() {
    let town = Town::new().await;
    let clerk = town.staff("ck01").await;
    for _ in 0..4 {
        wait(&town, 90);
        clerk.raw("GET", "/w", "", None, &[("x-background", "1")]).await;
        clerk.get("/staff/lock?state=1").await;
    }
    let (told, _) = clerk.raw("GET", "/w", "", None, &[("x-background", "1")]).await;
    assert_eq!(told.status.as_u16(), 423);
    let state = clerk.get("/staff/lock?state=1").await;
    assert!(state.says("\"locked\":true"), "{}", state.text());
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_is_locked_at_once_and_five_wrong_passwords_end_it() {
    let town = Town::new().await;
    let clerk = town.staff("ck01").await;
    let page = clerk.get("/w").await;
    let locked = clerk.submit(&page.form("/staff/lock")).await;
    assert_eq!(locked.path, "/staff/lock?next=/w");
    for left in (1..5).rev() {
        let page = unlock(&clerk, "wrong wrong wrong").await;
        assert!(page.says(&format!("还能试 {left} 次")), "{left}: {}", page.text());
    }
    let over = unlock(&clerk, "wrong wrong wrong").await;
    assert!(over.path.starts_with("/staff/login") && over.says("需要重新登录"), "{}", over.path);
    assert!(clerk.get("/w").await.path.starts_with("/staff/login"), "the session is over");
    assert_eq!(events(&town, "ck01").await.last().map(String::as_str), Some("signed-out"));
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_sent_on_a_locked_screen_is_kept_and_sent_again() {
    let town = Town::new().await;
    let receipt = tongban::demo::submitted(&town.node, "restaurant", "spjy-xb").await;
    let no = receipt.expect("a case").no.to_string();
    let clerk = town.staff("sp03").await;
    let case = clerk.get(&format!("/w/c/{no}")).await;
    assert!(clerk.submit(&case.form("/accept")).await.says("已受理"));
    town.work().await;
    let approver = town.staff("sp01").await;
    let case = approver.get(&format!("/a/c/{no}")).await;
    let mut form = case.form("/decide");
    form.set("decision", "deny").set("opinion", OPINION).set("reason", "面积与图纸不一致");
    wait(&town, 1_000);
    let locked = approver.submit(&form).await;
    assert_eq!(locked.path, "/staff/lock");
    assert!(locked.says("您刚才提交的内容已保留"), "{}", locked.text());
    let held = unlock(&approver, PASSWORD).await;
    assert_eq!(held.path, "/held");
    assert!(held.says(OPINION) && held.says("面积与图纸不一致"));
    // The page of the case again, with everything in its place; its own version and token are fresh.
    let back = approver.get("/held/open").await;
    assert_eq!(back.path, format!("/a/c/{no}?held=1"));
    assert!(back.says("已放回原处"), "{}", back.text());
    let refilled = back.form("/decide");
    let has = |k: &str, v: &str| refilled.fields.contains(&(k.to_owned(), v.to_owned()));
    assert!(
        has("opinion", OPINION) && has("decision", "deny") && has("reason", "面积与图纸不一致")
    );
    let held = approver.get("/held").await;
    let mut again = held.form("/decide");
    assert!(again.fields.iter().any(|(k, v)| k == "opinion" && v == OPINION));
    again.set("basis", "");
    let page = approver.submit(&again).await;
    assert_eq!(page.status.as_u16(), 422, "what was missing is still missing");
    assert!(page.says(OPINION), "and what was typed is still there");
    assert_eq!(unlock_not_needed(&approver).await, "/a");
    // Once the case is decided its page has no such form: what was written is still there to copy.
    crate::handover::read_all(&approver, &no).await;
    let mut done = approver.get(&format!("/a/c/{no}")).await.form("/decide");
    done.set("decision", "grant").set("opinion", OPINION).set("step", "issue");
    let granted = approver.submit(&done).await;
    assert!(granted.status.is_success(), "{}", granted.text());
    let gone = approver.get("/held/open").await;
    assert!(gone.path.starts_with("/held?gone=1") && gone.says(OPINION), "{}", gone.path);
    town.close().await;
}

/// A form that was shown leads nobody to it again.
async fn unlock_not_needed(person: &Person<'_>) -> String {
    let page = person.get("/a").await;
    person.submit(&page.form("/staff/lock")).await;
    unlock(person, PASSWORD).await.path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_after_the_session_ended_waits_behind_the_door() {
    let town = Town::new().await;
    let citizen = town.citizen("pension").await;
    let start = citizen.get("/apply/yl-rz/start").await;
    let mut form = start.form("/apply/yl-rz/start");
    form.add("_consent", "yes");
    let page = citizen.submit(&form).await;
    let mut form = page.form("/d/");
    form.set("note", "家里老人自己填的");
    wait(&town, 1_900);
    let door = citizen.submit(&form).await;
    assert!(door.path.starts_with("/login?next="), "{}", door.path);
    let account = people::identity::demo_accounts();
    let account = account.iter().find(|a| a.note == "pension").expect("an account");
    let mut sign_in = door.form("/login");
    sign_in.set("phone", &account.login).set("password", &account.password);
    let held = citizen.submit(&sign_in).await;
    assert_eq!(held.path, "/held", "{}", held.text());
    assert!(held.says("家里老人自己填的"));
    assert!(citizen.submit(&held.form("/d/")).await.path.starts_with("/d/"));
    let other = town.citizen("car").await;
    assert_eq!(other.get("/held").await.path, "/", "nobody else sees it");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_every_other_place() {
    let town = Town::new().await;
    let clerk = town.staff("ck01").await;
    let page = clerk.get("/staff/account").await;
    assert!(page.says("就是这里") && page.says("系统管理员"));
    let mut form = page.form("/staff/account/password");
    for (present, wanted, again, told) in [
        (PASSWORD, "short", "short", "至少 12 个字"),
        (PASSWORD, "a counter by the river", "another", "两次输入的新密码不一样"),
        ("not the password", "a counter by the river", "a counter by the river", "现在的密码不对"),
    ] {
        form.set("present", present).set("wanted", wanted).set("again", again);
        let page = clerk.submit(&form).await;
        assert!(page.status.as_u16() == 422 && page.says(told), "{told}: {}", page.text());
    }
    form.set("present", PASSWORD);
    let done = clerk.submit(&form).await;
    assert!(done.says("密码已修改"), "{}", done.text());
    let locked = clerk.submit(&done.form("/staff/lock")).await;
    assert!(unlock(&clerk, PASSWORD).await.says("密码不对"), "{}", locked.path);
    assert_eq!(unlock(&clerk, "a counter by the river").await.path, "/w");
    town.close().await;
}
