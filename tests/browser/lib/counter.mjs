// The steps of the window, as a clerk takes them: the card, the item, the form, the papers, the applicant's screen.
import assert from "node:assert/strict";
import { answersOf } from "./answers.mjs";
import { complaints, fill, paper } from "./forms.mjs";
import { go, press, visitor } from "./house.mjs";
import { at } from "./journey.mjs";

/** Who leads a shop of the sample, by his card in the sandbox reader, and the shop's code. */
export const grocer = { card: "P0220", uscc: "92990102260825236G", shop: "陈记便利店" };

/** The address of the sitting that a page belongs to. */
export const sitting = (page) => at(page).match(/^\/w\/i\/\d+/)?.[0];

/** Reads a card, types the shop's code, receives whoever came. */
export async function receive(page, hand, who) {
  await go(page, "/w/i");
  const reader = page.locator('main form:has(select[name="card"])');
  await hand.choose(reader.locator("select"), who.card);
  await hand.press(reader.locator("button"));
  assert.ok(await page.getByText("沙盒读卡器读出").count(), "the sandbox says that it is one");
  const form = page.locator('main form:has(input[name="id_no"])');
  await hand.fill(form.locator('input[name="uscc"]'), who.uscc);
  await hand.press(form.locator("button.btn-primary"));
  assert.match(at(page), /\/find$/, await complaints(page));
}

/** Finds the item by the initials of its pinyin and takes it. */
export async function find(page, hand, initials, slug) {
  const search = page.locator('main form[role="search"]');
  await hand.fill(search.locator('input[name="q"]'), initials);
  await hand.press(search.locator("button"));
  await hand.press(page.locator(`main button[name="slug"][value="${slug}"]`).first());
  assert.ok(sitting(page), page.url());
}

/** The person agrees; the clerk fills in what is left and scans what is asked for. */
export async function fillIn(page, hand, slug) {
  // A draft that was begun before may have been agreed to already.
  const consent = page.locator('main form[action$="/consent"] button');
  if ((await consent.count()) > 0) await hand.press(consent);
  const form = page.locator('main form[action$="/form"]');
  // An answer may open a further question: then the form is gone through once more.
  for (let turn = 0; turn < 2; turn += 1) {
    await fill(hand, form, answersOf(slug));
    await hand.press(form.locator('button[name="_go"][value="save"]').last());
  }
  const papers = page.locator('main form[action$="/materials"]');
  await papers.locator('input[name="file.layout"]').setInputFiles(paper);
  await hand.press(papers.locator("button.btn").last());
  await hand.press(page.locator('main button[name="_look"][value="original:layout"]'));
  await hand.press(page.locator('main form[action$="/form"] button[value="on"]'));
  assert.match(at(page), /\/confirm$/, await complaints(page));
}

/** Sends it to the second screen, where the applicant confirms in a window of his own. */
export async function confirm(browser, page, hand, { js = true } = {}) {
  await hand.press(page.locator('main button[name="how"][value="screen"]'));
  const address = (await page.locator("main p.num").first().innerText()).trim();
  assert.match(address, /^\/confirm\/\w+$/);
  const screen = await visitor(browser, { js, width: 360 });
  await go(screen, address);
  await press(screen, screen.locator('main button[name="answer"][value="yes"]'));
  const troubles = screen.troubles;
  await screen.context().close();
  assert.deepEqual(troubles, []);
  await go(page, `${sitting(page)}/confirm`);
  return address;
}

/** Hands in; the notice of acceptance follows. Returns the case number. */
export async function submit(page, hand) {
  await hand.press(page.locator('main form[action$="/submit"] button'));
  const [, no] = at(page).match(/^\/w\/c\/(\d+)\/accept$/) ?? [];
  assert.ok(no, `${page.url()}: ${await complaints(page)}`);
  return no;
}
