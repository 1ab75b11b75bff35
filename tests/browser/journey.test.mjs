// The whole journey, with JavaScript and without; the staff by keyboard alone.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { go, open, press, signIn, visitor } from "./lib/house.mjs";
import { untroubled } from "./lib/checks.mjs";
import { fill } from "./lib/forms.mjs";
import { keyboard, mouse } from "./lib/hands.mjs";
import { accept, actForShop, apply, at, begin, food, grant, inspect, inspected, mark, onward, pension, spaced, until } from "./lib/journey.mjs";

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

const show = 'main a[href^="/my/licences/"]';

for (const js of [true, false]) {
  describe(`journey ${js ? "with" : "without"} JavaScript`, { timeout: 300_000 }, () => {
    let no;

    for (const item of js ? [mark] : [pension]) {
      test(`a citizen applies for ${item.slug} on the phone and has the result at once`, async () => {
        const page = await visitor(browser, { js, width: 360 });
        await begin(page, item);
        const given = await apply(page, mouse(page), item);
        await until(page, `/c/${given}`, item === mark ? show : "main a[href*='/documents/']");
        untroubled(page);
      });
    }

    test("a citizen applies for a food licence", async () => {
      const page = await visitor(browser, { js });
      await begin(page, food);
      no = await apply(page, mouse(page), food);
      await go(page, `/c/${no}`);
      assert.match(await page.locator("main").innerText(), spaced(no));
      untroubled(page);
    });

    test("a clerk accepts it by keyboard alone", async () => {
      const page = await visitor(browser, { js });
      await signIn(page, "clerk");
      await accept(page, keyboard(page), no);
      untroubled(page);
    });

    test("an approver has it inspected and grants it by keyboard alone", async () => {
      const page = await visitor(browser, { js });
      await signIn(page, "approver");
      const hand = keyboard(page);
      await inspect(page, hand, no);
      await inspected(page, hand, no);
      await grant(page, hand, no);
      untroubled(page);
    });

    test("the citizen sees the licence and rates the service once", async () => {
      const page = await visitor(browser, { js, width: 360 });
      await signIn(page, "citizen", food.who);
      await go(page, "/my/acting");
      await actForShop(page);
      const licence = await until(page, `/c/${no}`, show);
      await press(page, licence);
      assert.ok(at(page).startsWith("/my/licences/"), page.url());
      await go(page, `/c/${no}`);
      await press(page, page.locator('main a[href$="/rate"]').first());
      assert.ok(at(page).startsWith("/rate/"), page.url());
      const rating = at(page);
      await fill(mouse(page), onward(page));
      await press(page, onward(page).locator("button.btn-primary").last());
      await go(page, rating);
      assert.equal(await onward(page).count(), 0, "it can be rated twice");
      untroubled(page);
    });
  });
}
