// A licence held out to somebody: shown in part, verified once, told to its holder; the steward by keyboard alone.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { go, open, signIn, visitor } from "./lib/house.mjs";
import { sideways, untroubled, violations } from "./lib/checks.mjs";
import { keyboard } from "./lib/hands.mjs";

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

/** Asks the verification page about a text, as somebody with a browser of his own. */
async function verify(text, options) {
  const page = await visitor(browser, options);
  await go(page, "/verify");
  await page.fill("#text", text);
  await Promise.all([page.waitForNavigation(), page.click("form[action='/verify'] button[type=submit]")]);
  const said = await page.locator("main").innerText();
  untroubled(page);
  await page.context().close();
  return said;
}

for (const js of [true, false]) {
  describe(`showing a licence ${js ? "with" : "without"} JavaScript`, { timeout: 180_000 }, () => {
    test("only what was chosen, once, and the holder sees it", async () => {
      const page = await visitor(browser, { js, width: 360 });
      await signIn(page, "citizen", "car");
      await go(page, "/my/licences");
      await page.getByRole("link", { name: "居民身份证", exact: true }).click();
      const card = new URL(page.url()).pathname;
      await go(page, `${card}/show`);
      await page.locator(".show-choose summary").click();
      for (const box of await page.locator(".show-choose input[type=checkbox]").all()) await box.uncheck();
      await page.getByLabel("已满18岁").check();
      await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "按选择出示" }).click()]);
      const shown = await page.locator(".show-facts").innerText();
      assert.match(shown, /已满18岁\s+是/);
      assert.doesNotMatch(shown, /吴东|1988|姓名/);
      assert.equal(await sideways(page), null);
      if (js) assert.deepEqual(await violations(page), []);
      const code = await page.locator(".show-code textarea").inputValue();
      assert.match(code, /^TB1\.[0-9A-F.]+$/);
      const first = await verify(code, { width: 360 });
      assert.match(first, /这张证是真的，现在有效[\s\S]*已满18岁/);
      assert.doesNotMatch(first, /吴东|1988|990102198804201822/);
      assert.match(await verify(code, { js: false }), /已经被别人核验过/);
      await go(page, card);
      const record = await page.locator("main").innerText();
      assert.match(record, /核验的人看到：已满18岁[\s\S]*出示了：已满18岁/);
      untroubled(page);
      await page.context().close();
    });
  });
}

test("the page lies down on a phone turned aside", async () => {
  const page = await visitor(browser, { width: 740 });
  await page.setViewportSize({ width: 740, height: 360 });
  await signIn(page, "citizen", "car");
  await go(page, "/my/licences");
  await page.getByRole("link", { name: "居民身份证", exact: true }).click();
  await go(page, `${new URL(page.url()).pathname}/show`);
  assert.equal(await sideways(page), null);
  await page.context().close();
});

test("the steward suspends and restores by keyboard alone", { timeout: 120_000 }, async () => {
  const page = await visitor(browser, {});
  await signIn(page, "licence-steward");
  const hands = keyboard(page);
  for (const [step, state] of [["suspend", "暂扣"], ["restore", "有效"]]) {
    await go(page, "/l");
    await hands.press(page.locator("tbody a").first());
    await hands.check(page.locator(`input[name=step][value=${step}]`));
    await hands.fill(page.locator("#reason"), "核查期间的处理");
    await hands.fill(page.locator("#basis"), "办法第四十条第一款");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Control+Enter")]);
    assert.match(await page.locator("main").innerText(), new RegExp(`已经办好[\\s\\S]*`));
    assert.match(await page.locator(".desk-head").innerText(), new RegExp(state));
  }
  untroubled(page);
  await page.context().close();
});
