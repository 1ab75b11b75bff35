// A licence held out to somebody: shown in part, verified once, told to its holder; the steward by keyboard alone.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { go, house, open, signIn, visitor } from "./lib/house.mjs";
import { sideways, untroubled, violations } from "./lib/checks.mjs";
import { keyboard } from "./lib/hands.mjs";
import { codeOn, filmOf, withReader } from "./lib/qr.mjs";

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
    await hands.press(page.locator(`a[href$="/do/${step}"]`));
    const number = await page.locator("dt:text-is('编号') + dd").innerText();
    await hands.check(page.locator("input[name=ground]").first());
    await hands.fill(page.locator("#reason"), "核查期间的处理");
    await hands.fill(page.locator("#last"), number.trim().slice(-4));
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Control+Enter")]);
    assert.match(await page.locator("main").innerText(), new RegExp(`已经办好[\\s\\S]*`));
    assert.match(await page.locator(".desk-head").innerText(), new RegExp(state));
  }
  untroubled(page);
  await page.context().close();
});

test("the code on every sealed paper opens its verification", { timeout: 180_000 }, async () => {
  const owner = await visitor(browser, {});
  await signIn(owner, "citizen", "restaurant");
  await go(owner, "/my/acting");
  await Promise.all([owner.waitForNavigation(), owner.locator("form[action='/my/acting'] button").first().click()]);
  await go(owner, "/my");
  const closed = await owner.locator("a[href^='/c/']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  const clerk = await visitor(browser, {});
  await signIn(clerk, "clerk");
  const stranger = await visitor(browser, { width: 360 });
  let read = 0;
  for (const href of new Set(closed.map((h) => h.split("/")[2]))) {
    for (const kind of ["receipt", "acceptance", "correction", "not-accepted", "grant", "deny"]) {
      const address = `/w/c/${href}/documents/${kind}?as=picture`;
      const there = await clerk.request.get(house + address);
      if (!there.ok()) continue;
      await go(clerk, "/w");
      const text = await codeOn(clerk, address);
      assert.ok(text?.startsWith(`${house}/verify?no=`), `${href} ${kind}: ${text}`);
      await stranger.goto(text);
      const said = await stranger.locator("main").innerText();
      const number = decodeURIComponent(text.split("no=")[1]);
      assert.ok(said.includes("本平台出具过这份文书") && said.includes(number), `${number}: ${said}`);
      assert.equal(await sideways(stranger), null);
      read += 1;
    }
  }
  assert.ok(read >= 3, `only ${read} papers were there to be read`);
  assert.deepEqual(await violations(stranger), []);
  untroubled(stranger);
  for (const page of [owner, clerk, stranger]) await page.context().close();
});

describe("a code before the camera", { timeout: 180_000 }, () => {
  /** A licence being shown, ready to be looked at. */
  async function showing() {
    const page = await visitor(browser, { width: 360 });
    await signIn(page, "citizen", "car");
    await go(page, "/my/licences");
    await page.getByRole("link", { name: "居民身份证", exact: true }).click();
    await go(page, `${new URL(page.url()).pathname}/show`);
    return page;
  }

  test("is read and verified", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tongban-film-"));
    const page = await showing();
    await filmOf(page, ".show-code svg[role=img]", join(folder, "code.y4m"));
    const eye = await open([
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${join(folder, "code.y4m")}`,
    ]);
    try {
      const officer = await visitor(eye, { width: 360 });
      await withReader(officer.context());
      await go(officer, "/verify");
      assert.deepEqual(await violations(officer), []);
      await Promise.all([
        officer.waitForURL("**/verify", { waitUntil: "load" }),
        officer.waitForSelector(".verdict", { timeout: 30_000 }),
        officer.getByRole("button", { name: "扫码核验" }).click(),
      ]);
      assert.match(await officer.locator("main").innerText(), /这张证是真的，现在有效/);
      untroubled(officer);
    } finally {
      await eye.close();
      rmSync(folder, { recursive: true });
      await page.context().close();
    }
  });

  test("without leave for the camera a photograph does", async () => {
    const page = await showing();
    const photo = await page.locator(".show-code svg[role=img]").screenshot();
    const officer = await visitor(browser, { width: 360 });
    await withReader(officer.context());
    await go(officer, "/verify");
    await officer.getByRole("button", { name: "扫码核验" }).click();
    const told = officer.locator("[data-scan] [role=status]");
    await told.filter({ hasText: "没有得到相机的许可" }).waitFor();
    const [chooser] = await Promise.all([
      officer.waitForEvent("filechooser"),
      officer.getByRole("button", { name: "选照片" }).click(),
    ]);
    const blank = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64");
    await chooser.setFiles({ name: "wall.png", mimeType: "image/png", buffer: blank });
    await told.filter({ hasText: "没有认出码" }).waitFor();
    assert.deepEqual(await violations(officer), []);
    const input = officer.locator("[data-scan] input[type=file]");
    await Promise.all([
      officer.waitForSelector(".verdict"),
      input.setInputFiles({ name: "code.png", mimeType: "image/png", buffer: photo }),
    ]);
    assert.match(await officer.locator("main").innerText(), /这张证是真的，现在有效/);
    await officer.context().close();
    await page.context().close();
  });

  test("where the browser reads no codes it says how to go on", async () => {
    const officer = await visitor(browser, { width: 360 });
    await go(officer, "/verify");
    await officer.getByRole("button", { name: "扫码核验" }).click();
    await officer.locator("[data-scan] [role=status]").filter({ hasText: "这个浏览器认不了码" }).waitFor();
    assert.equal(await officer.evaluate(() => document.activeElement.id), "text");
    untroubled(officer);
    await officer.context().close();
  });
});
