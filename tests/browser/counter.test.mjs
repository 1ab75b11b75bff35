// Somebody stands at the window: a clerk serves him by keyboard alone, with JavaScript and without.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { untroubled } from "./lib/checks.mjs";
import { confirm, fillIn, find, grocer, receive, sitting, submit } from "./lib/counter.mjs";
import { keyboard } from "./lib/hands.mjs";
import { go, open, signIn, visitor } from "./lib/house.mjs";
import { spaced } from "./lib/journey.mjs";

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

for (const js of [true, false]) {
  describe(`the window ${js ? "with" : "without"} JavaScript`, { timeout: 300_000 }, () => {
    test("a clerk takes a shop's licence from the card to the case by keyboard alone", async () => {
      const page = await visitor(browser, { js });
      await signIn(page, "clerk");
      const hand = keyboard(page);
      await receive(page, hand, grocer);
      await find(page, hand, "spjy", "spjy-xb");
      await fillIn(page, hand, "spjy-xb");
      await confirm(browser, page, hand, { js });
      const no = await submit(page, hand);
      await go(page, `/w/c/${no}`);
      const said = await page.locator("main").innerText();
      assert.match(said, /窗口收件，工号 \d+/);
      assert.match(said, /原件核验/);
      await go(page, "/w");
      assert.match(await page.locator("main").innerText(), spaced(no));
      untroubled(page);
    });

    test("somebody who has to come back gets one list, and is found again", async () => {
      const page = await visitor(browser, { js });
      await signIn(page, "clerk");
      const hand = keyboard(page);
      await receive(page, hand, grocer);
      await find(page, hand, "spjy", "spjy-xb");
      const where = sitting(page);
      await hand.press(page.locator('main button[name="_go"][value="missing"]'));
      assert.match(await page.locator("main").innerText(), /还差下面 \d+ 处/);
      await hand.press(page.locator('main form[action$="/missing"] button'));
      await go(page, "/w/waiting");
      await hand.press(page.locator(`main form[action="${where}/resume"] button`));
      assert.equal(sitting(page), where);
      await hand.press(page.locator('main form[action$="/end"] button'));
      untroubled(page);
    });
  });
}

test("keys lead through the form: Alt and a figure to a section, F4 to the next error", { timeout: 120_000 }, async () => {
  const page = await visitor(browser);
  await signIn(page, "clerk");
  const hand = keyboard(page);
  await receive(page, hand, grocer);
  await find(page, hand, "食品经营许可", "spjy-xb");
  const focused = (attribute) => page.evaluate((name) => document.activeElement.closest("[data-section]")?.getAttribute(name), attribute);
  await page.keyboard.press("Alt+2");
  const second = await focused("id");
  await page.keyboard.press("Alt+1");
  assert.notEqual(await focused("id"), second);
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.keyboard.press("Control+Enter")]);
  assert.match(page.url(), /check=1/);
  await page.keyboard.press("F4");
  const bad = () => page.evaluate(() => document.activeElement.name || document.activeElement.id);
  const first = await bad();
  await page.keyboard.press("F4");
  assert.ok(first && (await bad()) !== first, "F4 goes on to the next");
  await hand.press(page.locator('main form[action$="/end"] button'));
  untroubled(page);
});
