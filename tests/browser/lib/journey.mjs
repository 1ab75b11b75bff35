// The steps of the whole journey, as people take them: apply, take a case from the desk, work its forms.
import assert from "node:assert/strict";
import { answersOf } from "./answers.mjs";
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
  const door = `main a[href^="/apply/${item.slug}"], main form[action^="/apply/${item.slug}"] button`;
  const visible = page.locator(door).locator("visible=true").first();
  await press(page, visible);
  if (at(page) === "/login") await signInHere(page, account("citizen", item.who));
  assert.ok(at(page).startsWith(`/apply/${item.slug}`), page.url());
}

/** Fills one page of the application and goes on. */
export async function step(page, hand, item) {
  const from = page.url();
  const form = onward(page);
  assert.ok((await form.count()) > 0, `${from} has no form that goes on`);
  await fill(hand, form, answersOf(item.slug));
  await hand.press(form.locator("button.btn-primary").last());
  if (page.url() === from) assert.fail(`${from} does not go on: ${await complaints(page)}`);
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

/** Opens a case from the list of a desk. */
export async function take(page, hand, desk, no) {
  await go(page, desk);
  const cases = page.locator(`main a[href^="${desk}/c/"]`);
  const named = cases.filter({ hasText: spaced(no) });
  const row = page.locator("main tr, main li").filter({ hasText: spaced(no) }).locator(`a[href^="${desk}/c/"]`);
  const link = (await named.count()) > 0 ? named.first() : row.first();
  assert.ok((await link.count()) > 0, `${desk} does not list ${no}`);
  await hand.press(link);
}

/** Works a form of the desk, found by the address it posts to. */
export async function work(page, hand, action, answers = {}) {
  const form = page.locator(`main form[action$="${action}"]`).first();
  assert.ok((await form.count()) > 0, `${page.url()} offers no ${action}`);
  await fill(hand, form, answers);
  await hand.press(form.locator("button[type=submit]").last());
  assert.equal(await complaints(page), "");
}
