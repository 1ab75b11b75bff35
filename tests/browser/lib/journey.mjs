// The steps of the whole journey, as people take them: apply, take a case from the desk, work its forms.
import assert from "node:assert/strict";
import { answersOf, day, laidOut } from "./answers.mjs";
import { complaints, fill } from "./forms.mjs";
import { account, go, press, signInHere } from "./house.mjs";

/** More pages than any form of the sample packs has. */
const LONGEST = 25;

/** Accepted at the window, inspected on site, decided: a shop's licence. */
export const food = { query: "食品经营许可", slug: "spjy-xb", who: "restaurant", enterprise: true };
/** Given at once: a car's inspection mark. */
export const mark = { query: "机动车检验标志", slug: "jdc-jybz", who: "car" };
/** Given at once, once a year: a pensioner's sign of life. */
export const pension = { query: "养老资格认证", slug: "yl-rz", who: "pension" };

/** The path a page is at. */
export const at = (page) => new URL(page.url()).pathname;

/** A case number as people read it, in fours. */
export const spaced = (no) => new RegExp(no.match(/.{1,4}/g).join("\\s?"));

/** The form of the page that goes on: the last one with a primary button. */
export const onward = (page) => page.locator("main form:has(button.btn-primary)").last();

/** From the search box through guide and sign-in to the first page of the application. */
export async function begin(page, item) {
  await go(page, "/");
  const search = page.locator('form[action="/search"]').first();
  await search.locator('input[name="q"]').fill(item.query);
  await press(page, search.locator("button[type=submit]").first());
  assert.equal(at(page), "/search");
  await press(page, page.locator(`main a[href^="/guide/${item.slug}"]`).first());
  assert.equal(at(page), `/guide/${item.slug}`);
  // On a phone the bar below the page leads on, not the card in it.
  const door = `a[href^="/apply/${item.slug}"], form[action^="/apply/${item.slug}"] button`;
  const visible = page.locator(door).locator("visible=true").first();
  await press(page, visible);
  if (at(page) === "/login") await signInHere(page, account("citizen", item.who));
  assert.ok(at(page).startsWith(`/apply/${item.slug}`), page.url());
}

/** Chooses, among those the citizen leads, the shop to act for. */
export async function actForShop(page) {
  const shop = page.locator("main form:has(input[name=uscc])").locator("button", { hasText: "面馆" });
  if ((await shop.count()) > 0) await press(page, shop.first());
}

/** Follows the notice that the service is for enterprises, if it is there. */
async function actFor(page, item) {
  const away = page.locator("main .notice a.btn");
  if (!item.enterprise || !at(page).startsWith("/apply/") || (await away.count()) === 0) return;
  await go(page, `/my/acting?next=%2Fapply%2F${item.slug}%2Fstart`);
  await actForShop(page);
  assert.equal(at(page), `/apply/${item.slug}/start`);
}

/** Opens a row in each table of the page that has none but has something to say. */
async function addRows(page, answers) {
  const tables = await page.locator("main button[name=_add]").evaluateAll((all) => all.map((one) => one.value));
  for (const key of tables) {
    const rows = await page.locator(`main [name^="${key}."]`).count();
    const told = Object.keys(answers).some((name) => name.startsWith(`${key}.`));
    if (rows === 0 && told) await press(page, page.locator(`main button[name=_add][value="${key}"]`));
  }
}

/** Fills one page of the application and goes on. */
export async function step(page, hand, item) {
  await actFor(page, item);
  const from = page.url();
  const answers = answersOf(item.slug);
  await addRows(page, answers);
  // An answer may open a further question: then the page comes once more.
  for (let turn = 0; turn < 2; turn += 1) {
    const form = onward(page);
    assert.ok((await form.count()) > 0, `${from} has no form that goes on`);
    await fill(hand, form, answers);
    await hand.press(form.locator("button.btn-primary").last());
    if (page.url().split("#")[0] !== from.split("#")[0]) return;
  }
  assert.fail(`${from} does not go on: ${await complaints(page)}`);
}

/** Goes through the whole application; returns the case number. */
export async function apply(page, hand, item) {
  for (let count = 0; count < LONGEST; count += 1) {
    const [, no] = at(page).match(/^\/c\/([^/]+)\/done$/) ?? [];
    if (no) return no.replace(/\D/g, "");
    await step(page, hand, item);
  }
  return assert.fail(`no receipt after ${LONGEST} pages: ${page.url()}`);
}

/** Finds a case at a desk (`/w`, `/a`) by its number and takes it over if nobody has. */
export async function take(page, hand, desk, no) {
  await go(page, desk);
  const search = page.locator("main form[role=search]");
  await hand.fill(search.locator("input[name=no]"), no);
  await hand.press(search.locator("button[type=submit]"));
  const line = page.locator("main tr").filter({ hasText: spaced(no) }).locator(`a[href^="${desk}/c/"]`).first();
  if ((await line.count()) > 0) await hand.press(line);
  assert.equal(at(page), `${desk}/c/${no}`);
  const claim = page.locator('main form[action$="/claim"] button').first();
  if ((await claim.count()) > 0) await hand.press(claim);
}

/** Works a form of the desk, found by the address it posts to; reads and issues the notice that comes of it. */
export async function work(page, hand, action, answers = {}) {
  const form = page.locator(`main form[action$="${action}"]`).last();
  assert.ok((await form.count()) > 0, `${page.url()} offers no ${action}`);
  await fill(hand, form, answers);
  await hand.press(form.locator("button.btn-primary").last());
  const issue = page.locator("main form button[name=step][value=issue]");
  if ((await issue.count()) > 0) await hand.press(issue.last());
  assert.equal(await complaints(page), "", page.url());
}

/** Accepts at the window. */
export async function accept(page, hand, no) {
  await take(page, hand, "/w", no);
  await work(page, hand, "/accept");
}

/** Sends a case back to be corrected. */
export async function correct(page, hand, no) {
  await take(page, hand, "/w", no);
  await hand.press(page.locator('main a[href$="/correct"]').first());
  await work(page, hand, "/correct", { what: "平面图看不清", how: "请重新拍照上传" });
}

/** Starts the inspection on site. */
export async function inspect(page, hand, no) {
  await take(page, hand, "/a", no);
  await hand.press(page.locator('main a[href$="/special"]').first());
  await work(page, hand, "/special", laidOut({ reason: "需要现场核查经营场所布局", team: "宋文博、罗静怡", planned: day(5) }));
}

/** Ends the inspection on site. */
export async function inspected(page, hand, no) {
  await take(page, hand, "/a", no);
  await hand.press(page.locator('main a[href$="/special/end"]').first());
  await work(page, hand, "/special/end", { result: "现场与布局图一致，设施齐全，符合要求。" });
}

/** Looks at every paper and grants. */
export async function grant(page, hand, no) {
  await take(page, hand, "/a", no);
  const papers = await page.locator("main .view-tab").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  for (const href of papers) {
    await hand.press(page.locator(`main .view-tab[href="${href}"]`));
    // What the page cannot show beside the form is opened in a window of its own.
    await hand.open(page.locator("main .view-tools a[target=_blank]").first());
  }
  await page.reload();
  await work(page, hand, "/decide", { opinion: "材料齐全，符合条件，建议准予。" });
}

/** Waits at the progress page until a link is there: documents and licences are made after the answer. */
export async function until(page, path, selector) {
  for (let count = 0; count < 40; count += 1) {
    await go(page, path);
    const link = page.locator(selector).first();
    if ((await link.count()) > 0) return link;
    await page.waitForTimeout(500);
  }
  return assert.fail(`${path} shows no ${selector}`);
}
