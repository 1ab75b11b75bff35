// The whole journey: search, guide, sign-in, form, materials, review, receipt; window; approver; licence; rating.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { account, go, open, press, signIn, signInHere, visitor } from "./lib/house.mjs";
import { untroubled } from "./lib/checks.mjs";
import { complaints, fill } from "./lib/forms.mjs";
import { keyboard, mouse } from "./lib/hands.mjs";

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

/** More pages than any form of the sample packs has. */
const LONGEST = 25;

/** The food licence asks for an inspection; the inspection mark is given at once. */
const food = { query: "食品经营许可", slug: "spjy-xb" };
const mark = { query: "机动车检验标志", slug: "jdc-jybz" };

const path = (page) => new URL(page.url()).pathname;

/** From the search box to the first page of the application. */
async function begin(page, item) {
  await go(page, "/");
  const search = page.locator('form[action="/search"]').first();
  await search.locator('input[name="q"]').fill(item.query);
  await press(page, search.locator("button[type=submit]").first());
  assert.equal(path(page), "/search");
  await press(page, page.locator(`main a[href^="/guide/${item.slug}"]`).first());
  assert.equal(path(page), `/guide/${item.slug}`);
  const door = `main a[href^="/apply/${item.slug}"], main form[action^="/apply/${item.slug}"] button`;
  await press(page, page.locator(door).first());
  if (path(page) === "/login") await signInHere(page, account("citizen"));
  assert.ok(path(page).startsWith(`/apply/${item.slug}`), page.url());
}

/** The form of the page that goes on: the one with a primary button, outside header and footer. */
function onward(page) {
  return page.locator("main form:has(button.btn-primary)").last();
}

/** Fills page after page until the receipt; returns the case number. */
async function apply(page, hand, answers = {}) {
  for (let step = 0; step < LONGEST; step += 1) {
    if (/^\/c\/[^/]+\/done$/.test(path(page))) return path(page).split("/")[2];
    const from = page.url();
    const form = onward(page);
    await fill(hand, form, answers);
    await hand.press(form.locator("button.btn-primary").last());
    if (page.url() === from) assert.fail(`${from} does not go on: ${await complaints(page)}`);
  }
  return assert.fail(`no receipt after ${LONGEST} pages: ${page.url()}`);
}

/** Opens a case from the list of a desk, by keyboard. */
async function take(page, hand, list, no) {
  await go(page, list);
  const row = page.locator(`main a[href*="/c/"]`, { hasText: spaced(no) }).first();
  const link = (await row.count()) > 0 ? row : page.locator(`main tr:has-text("${no}") a, main li:has-text("${no}") a`).first();
  await hand.press(link);
}

/** A case number as people read it, in fours. */
const spaced = (no) => new RegExp(no.match(/.{1,4}/g).join("\\s?"));

/** Works a form of the desk by the address it posts to. */
async function decide(page, hand, action, answers = {}) {
  const form = page.locator(`main form[action$="${action}"]`).first();
  assert.ok((await form.count()) > 0, `${page.url()} offers no ${action}`);
  await fill(hand, form, answers);
  await hand.press(form.locator("button[type=submit]").last());
  assert.equal(await complaints(page), "");
}

for (const js of [true, false]) {
  describe(`journey ${js ? "with" : "without"} JavaScript`, { timeout: 300_000 }, () => {
    let foodCase;

    test("a citizen applies for an inspection mark and has it at once", async () => {
      const page = await visitor(browser, { js, width: 360 });
      await begin(page, mark);
      const no = await apply(page, mouse(page));
      await go(page, `/c/${no}`);
      assert.ok((await page.locator('main a[href*="/my/licences"], main a[href$=".ofd"]').count()) > 0);
      untroubled(page);
    });

    test("a citizen applies for a food licence", async () => {
      const page = await visitor(browser, { js });
      await begin(page, food);
      foodCase = await apply(page, mouse(page));
      await go(page, `/c/${foodCase}`);
      assert.match(await page.locator("main").innerText(), spaced(foodCase));
      untroubled(page);
    });

    test("a clerk accepts it by keyboard alone", async () => {
      const page = await visitor(browser, { js });
      const hand = keyboard(page);
      await signIn(page, "clerk");
      await take(page, hand, "/w", foodCase);
      await decide(page, hand, "/accept");
      untroubled(page);
    });

    test("an approver has it inspected and grants it by keyboard alone", async () => {
      const page = await visitor(browser, { js });
      const hand = keyboard(page);
      await signIn(page, "approver");
      await take(page, hand, "/a", foodCase);
      await decide(page, hand, "/special/start");
      await take(page, hand, "/a", foodCase);
      await decide(page, hand, "/special/end");
      await take(page, hand, "/a", foodCase);
      await decide(page, hand, "/decide");
      untroubled(page);
    });

    test("the citizen shows the licence, anyone verifies it, and the service is rated once", async () => {
      const page = await visitor(browser, { js, width: 360 });
      await signIn(page, "citizen");
      await go(page, `/c/${foodCase}`);
      const rate = await page.locator('main a[href^="/rate/"]').first().getAttribute("href");
      await press(page, page.locator('main a[href*="/my/licences"]').first());
      await go(page, rate);
      await fill(mouse(page), onward(page));
      await press(page, onward(page).locator("button.btn-primary").last());
      await go(page, rate);
      assert.equal(await page.locator("main form:has(button.btn-primary)").count(), 0, "rated twice");
      untroubled(page);
    });
  });
}

