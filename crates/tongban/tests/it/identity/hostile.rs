//! Hostile input: each gets its words, nobody comes in, nothing but refusals is recorded.

use super::{Town, demo};
use axum::http::StatusCode;

const AGAIN: u16 = 422;

/// Path, fields, status, and words on the page.
type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], u16, &'a str);

#[tokio::test]
async fn bad_input_at_the_public_doors() {
    let town = Town::sample().await;
    let long = "9".repeat(100_000);
    let password = ("password", "whatever it is");
    let rows: &[Row<'_>] = &[
        ("/login", &[], AGAIN, "请输入 11 位手机号"),
        ("/login", &[("phone", ""), password], AGAIN, "请输入 11 位手机号"),
        ("/login", &[("phone", "19900000207"), ("password", "")], AGAIN, "请输入密码"),
        ("/login", &[("phone", "abc"), password], AGAIN, "请输入 11 位手机号"),
        ("/login", &[("phone", "1990000020"), password], AGAIN, "现在是 10 位"),
        ("/login", &[("phone", "<script>alert(1)</script>"), password], AGAIN, "&#60;script"),
        ("/login", &[("phone", "' OR '1'='1"), password], AGAIN, "请输入 11 位手机号"),
        ("/login", &[("phone", &long), password], AGAIN, "请输入 11 位手机号"),
        ("/login", &[("phone", "19900000207"), ("password", &long)], AGAIN, "手机号或密码不对"),
        (
            "/login",
            &[("phone", "19900000207"), ("password", "💥\u{202e}")],
            AGAIN,
            "手机号或密码不对",
        ),
        ("/login/code", &[("phone", "")], AGAIN, "请输入 11 位手机号"),
        ("/login/code", &[("t", "nonsense")], 404, "没有找到"),
        ("/login/code/enter", &[("t", ""), ("code", "123456")], 404, "没有找到"),
        ("/login/code/enter", &[("t", "../../etc"), ("code", "")], 404, "没有找到"),
        ("/register", &[("phone", "19911112222")], AGAIN, "勾选同意"),
        ("/register", &[("phone", "12345678901"), ("agree", "1")], AGAIN, "请输入 11 位手机号"),
        ("/register/open", &[("t", "x"), ("code", "1"), password], AGAIN, "缺少提交编号"),
        (
            "/register/open",
            &[("t", "x"), ("code", "1"), password, ("_idem", "abcdefgh12")],
            404,
            "没有找到",
        ),
        ("/staff/login", &[], AGAIN, "请输入账号"),
        ("/staff/login", &[("login", &long), password, ("code", "123456")], AGAIN, "不对"),
        ("/staff/login", &[("login", "ck01"), password, ("code", "")], AGAIN, "请输入动态码"),
        ("/staff/login", &[("login", "ck01"), password, ("code", "１２３４５６")], AGAIN, "不对"),
    ];
    for (path, fields, status, words) in rows {
        let mut browser = town.browser();
        browser.get("/login").await;
        let came = browser.post(path, fields).await;
        assert_eq!(came.status.as_u16(), *status, "{path} {:.80}", format!("{fields:?}"));
        assert!(came.body.contains(words), "{path}: {words} in {}", came.body);
        assert_eq!(browser.session(), None);
    }
}

#[tokio::test]
async fn bad_names_and_numbers() {
    let town = Town::sample().await;
    let mut browser = town.newcomer("19911112222").await;
    let good = "990102198804201822";
    let rows: &[(&str, &str, &str, &str)] = &[
        ("", good, "1", "请输入姓名"),
        ("吴东", "", "1", "18 位"),
        ("吴东", "99010219880420182", "1", "现在是 17 位"),
        ("吴东", "990102198804201823", "1", "可能有一位输错了"),
        ("吴东", "９９０１０２198804201823", "1", "可能有一位输错了"),
        ("吴东", "990102198813201822", "1", "出生日期"),
        ("吴东", "990102880420182", "1", "15 位旧号已停用"),
        ("吴东1", good, "1", "不能有数字"),
        ("吴东😀", good, "1", "不能有数字、符号或表情"),
        ("吴\u{200b}东", good, "1", "不能有"),
        ("\u{e000}东", good, "1", "旧字库"),
        ("吴东", good, "", "勾选同意"),
        ("张三", good, "1", "姓名与身份证号对不上"),
        ("吴 东", good, "1", "姓名与身份证号对不上"),
        ("吴东", good, "1", "已绑定另一个账号"),
        ("张健", "990181201501020718", "1", "未满 14 周岁"),
    ];
    let mut asked = 0;
    for (name, id_no, agree, words) in rows {
        let id_no = if *name == "张健" { child() } else { (*id_no).to_owned() };
        let came = browser
            .post("/verify-me", &[("name", name), ("id_no", &id_no), ("agree", agree)])
            .await;
        assert_eq!(came.status.as_u16(), AGAIN, "{name}");
        assert!(came.body.contains(words), "{name} {id_no}: {words} in {}", came.body);
        asked += usize::from(words.contains("对不上"));
        assert!(browser.get("/my/acting").await.to.starts_with("/verify-me"), "still level 1");
        browser.get("/verify-me").await;
    }
    assert_eq!(asked, 2);
    // The register is no toy: after five questions it is asked no more that day.
    for _ in 0..2 {
        browser.post("/verify-me", &[("name", "张三"), ("id_no", good), ("agree", "1")]).await;
    }
    let came =
        browser.post("/verify-me", &[("name", "张三"), ("id_no", good), ("agree", "1")]).await;
    assert!(came.body.contains("今天核验的次数用完了"), "{}", came.body);
}

/// The number of the youngest of the sample.
fn child() -> String {
    let persons = people::identity::adapters::sandbox_persons();
    persons.iter().max_by_key(|p| p.birth).map(|p| p.id_no.clone()).unwrap_or_default()
}

impl Town {
    /// Somebody with a fresh account.
    async fn newcomer(&self, phone: &str) -> super::Browser {
        let mut browser = self.browser();
        browser.get("/register").await;
        let came = browser.post("/register", &[("phone", phone), ("agree", "1")]).await;
        let token = came.to.split("t=").nth(1).unwrap_or_default().to_owned();
        let code = self.last_code().await;
        let page = browser.get(&came.to).await;
        let idem = super::between(&page.body, "name=\"_idem\" value=\"", "\"").expect("a key");
        let fields = [
            ("t", token.as_str()),
            ("code", &code),
            ("password", "a long enough one"),
            ("_idem", &idem),
        ];
        let came = browser.post("/register/open", &fields).await;
        assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.body);
        browser.get("/verify-me").await;
        browser
    }
}

#[tokio::test]
async fn forms_without_their_token_do_nothing() {
    let town = Town::sample().await;
    let owner = demo("restaurant");
    let right = format!("phone={}&password={}", owner.login, owner.password);
    let before = town.events().await;
    for body in [
        right.clone(),
        format!("{right}&_csrf="),
        format!("{right}&_csrf=00000000000000000000000000000000"),
        format!("{right}&_csrf=%ff"),
        "%".into(),
        "a=1&".repeat(3_000),
    ] {
        let mut browser = town.browser();
        browser.get("/login").await;
        let came = browser.post_raw("/login", body.into_bytes()).await;
        assert_eq!(came.status.as_u16(), AGAIN);
        assert_eq!(browser.session(), None);
    }
    assert_eq!(town.events().await, before, "nothing happened");
    let mut browser = town.signed_in("restaurant").await;
    for path in
        ["/my/acting", "/my/acting/end", "/my/account/password", "/my/account/sign-out", "/logout"]
    {
        let came = browser.post_raw(path, b"_csrf=stolen".to_vec()).await;
        assert_eq!(came.status.as_u16(), AGAIN, "{path}");
    }
    assert_eq!(browser.get("/my/account").await.status, StatusCode::OK, "still in");
}
