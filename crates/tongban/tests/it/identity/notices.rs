//! Telling citizens: inbox and text with the act, once each.

use super::{Town, demo};
use axum::http::StatusCode;
use codes::phone::Phone;
use people::identity::AccountId;
use people::notices::{Notice, notify, unread};
use store::{Error, Event, Kind, Stream};

impl Town {
    pub(crate) async fn account(&self, who: &str) -> AccountId {
        let phone = Phone::parse(&demo(who).login).expect("a phone");
        self.people.account_of_phone(&phone).await.expect("reading").expect("an account")
    }

    async fn tell(&self, account: AccountId, number: usize, fails: bool) -> store::Result<()> {
        let ctx = self.people.store.system_ctx();
        self.people
            .store
            .write(ctx, move |tx| {
                let args = vec![("no", format!("9901 0220 2611 1600 {number:04}"))];
                let link = format!("/c/{number}");
                notify(tx, Notice { account, template: "case-accepted", args, link })?;
                if fails {
                    return Err(Error::refused("some-rule"));
                }
                Ok(tx.record(Event::new(Kind::CaseAccepted, Stream::of("case", 1)))?.with(()))
            })
            .await
    }
}

#[tokio::test]
async fn a_notice_goes_with_its_act() {
    let town = Town::sample().await;
    let account = town.account("restaurant").await;
    let mut owner = town.signed_in("restaurant").await;
    assert!(owner.get("/my/messages").await.body.contains("还没有消息"));
    assert!(town.tell(account, 1, true).await.is_err());
    assert!(owner.get("/my/messages").await.body.contains("还没有消息"), "no act, no notice");
    for number in 0..25 {
        town.tell(account, number, false).await.expect("telling works");
    }
    let before = town.events().await;
    let text = town.last_text().await;
    assert!(text.contains("19900000207") && text.contains("【示例市通办】"), "{text}");
    assert_eq!(town.events().await, before + 25, "each text handed over is an event");
    town.deliver().await;
    assert_eq!(town.events().await, before + 25);

    let page = owner.get("/my/messages").await.body;
    assert!(page.contains("href=\"/c/24\"") && !page.contains("href=\"/c/4\""));
    let next =
        super::between(&page, "pages-link\" href=\"", "\" rel=\"next\"").expect("a next page");
    assert!(owner.get(&next).await.body.contains("href=\"/c/4\""));
    let count = town.people.store.read(move |db| unread(db, account)).await;
    assert_eq!(count, Ok(25));
    let newest = super::between(&page, "name=\"newest\" value=\"", "\"").expect("the newest");
    let came = owner.post("/my/messages/read", &[("newest", &newest)]).await;
    assert_eq!(came.status, StatusCode::SEE_OTHER);
    assert_eq!(town.people.store.read(move |db| unread(db, account)).await, Ok(0));
    let mut other = town.signed_in("car").await;
    assert!(other.get("/my/messages").await.body.contains("还没有消息"));
}
