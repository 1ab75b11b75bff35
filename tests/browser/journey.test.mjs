// The whole journey, with JavaScript and without; the staff by keyboard alone.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { go, open, press, signIn, stateOf, visitor } from "./lib/house.mjs";
import { untroubled } from "./lib/checks.mjs";
import { fill } from "./lib/forms.mjs";
import { keyboard, mouse } from "./lib/hands.mjs";
import { apply, begin, food, mark, onward, spaced, take, work } from "./lib/journey.mjs";

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

for (const js of [true, false]) {
  describe(`journey ${js ? "with" : "without"} JavaScript`, { timeout: 300_000 }, () => {
    let no;

    test("a citizen applies for an inspection mark on the phone and has it at once", async () => {
      const page = await visitor(browser, { js, width: 360 });
      await begin(page, mark);
      const given = await apply(page, mouse(page), mark);
      await go(page, `/c/${given}`);
      assert.ok((await page.locator('main a[href*="/my/licences"], main a[href$=".ofd"]').count()) > 0);
      untroubled(page);
    });

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
      const hand = keyboard(page);
      await take(page, hand, "/w", no);
      await work(page, hand, "/accept");
      untroubled(page);
    });

    test("an approver has it inspected and grants it by keyboard alone", async () => {
      const page = await visitor(browser, { js });
      await signIn(page, "approver");
      const hand = keyboard(page);
      for (const action of ["/special/start", "/special/end", "/decide"]) {
        await take(page, hand, "/a", no);
        await work(page, hand, action);
      }
      untroubled(page);
    });

    test("the citizen sees the licence and rates the service once", async () => {
      const page = await visitor(browser, { js, width: 360, state: await stateOf(browser, "citizen", food.who) });
      await go(page, `/c/${no}`);
      const rate = await page.locator('main a[href^="/rate/"]').first().getAttribute("href");
      await press(page, page.locator('main a[href*="/my/licences"]').first());
      await go(page, rate);
      await fill(mouse(page), onward(page));
      await press(page, onward(page).locator("button.btn-primary").last());
      await go(page, rate);
      assert.equal(await onward(page).count(), 0, "it can be rated twice");
      untroubled(page);
    });
  });
}
