// Filling in on a bad day: an answer brings up a question at once, the network goes, an address is known.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { go, open, press, visitor } from "./lib/house.mjs";
import { mouse } from "./lib/hands.mjs";
import { at, begin, food, onward, step } from "./lib/journey.mjs";

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

/** A food application at the first page that has this control. */
async function asking(control, options) {
  const page = await visitor(browser, options);
  await begin(page, food);
  while (!at(page).startsWith("/d/")) await step(page, mouse(page), food);
  // A draft of an earlier test is taken up where it was left: from the first page again.
  await go(page, at(page).replace(/[^/]+$/, "shop"));
  for (let count = 0; count < 25 && (await page.locator(control).count()) === 0; count += 1) {
    await step(page, mouse(page), food);
  }
  assert.notEqual(await page.locator(control).count(), 0, `no page asks ${control}`);
  return page;
}

const state = (page, name) => page.locator(`[data-saved][data-state=${name}]`).waitFor();
const next = (page) => onward(page).locator("button.btn-primary").last();
const box = "main form[data-autosave] input.inp";

test("an answer that leads to a question is saved, and the question comes at once", { timeout: 120_000 }, async () => {
  const page = await asking("[name=simple_make]", { width: 360 });
  const [no, yes] = [page.locator("[name=simple_make][value=false]"), page.locator("[name=simple_make][value=true]")];
  const further = page.locator("[data-q=semi_packed]");
  if (await yes.isChecked()) {
    await no.check();
    await further.waitFor({ state: "detached" });
  }
  assert.equal(await further.count(), 0);
  await yes.check();
  await further.waitFor();
  await state(page, "saved");
  await page.reload();
  assert.ok(await yes.isChecked(), "the answer was not kept");
  assert.equal(await further.count(), 1);
  await page.context().close();
});

test("without a network the page says so, keeps what was typed and goes on when it is back", { timeout: 120_000 }, async () => {
  const page = await asking(box, { width: 360 });
  const here = at(page);
  const field = page.locator(box).first();
  const name = await field.getAttribute("name");
  const typed = `${await field.inputValue()}9`;
  await page.context().setOffline(true);
  await field.fill(typed);
  await state(page, "failed");
  assert.match(await page.locator("[data-saved]").first().innerText(), /还没保存上/);
  await next(page).click();
  assert.equal(at(page), here, "the page was left without a network");
  assert.equal(await field.inputValue(), typed);
  assert.match(await page.locator("[data-toast]").innerText(), /网络断开了/);
  await Promise.all([page.waitForURL((url) => url.pathname !== here), page.context().setOffline(false)]);
  await go(page, here);
  assert.equal(await page.locator(`[name="${name}"]`).inputValue(), typed, "what was typed is lost");
  await page.context().close();
});

test("what the server could not take is sent again", { timeout: 120_000 }, async () => {
  const page = await asking(box);
  let broken = 0;
  await page.route("**/save", (route) => {
    broken += 1;
    return broken === 1 ? route.fulfill({ status: 503, body: "" }) : route.continue();
  });
  const field = page.locator(box).first();
  const typed = `${await field.inputValue()}8`;
  await field.fill(typed);
  await state(page, "failed");
  await page.locator("[data-saved] button").click();
  await state(page, "saved");
  await page.reload();
  assert.equal(await field.inputValue(), typed);
  await page.context().close();
});

for (const js of [true, false]) {
  test(`a known address leaves no boxes in the way ${js ? "with" : "without"} JavaScript`, { timeout: 120_000 }, async () => {
    const page = await asking(box, { js, width: 360 });
    const delivery = at(page).replace(/[^/]+$/, "delivery");
    const post = async () => {
      await go(page, delivery);
      const way = page.locator("input[name=way][value=post]");
      if (!(await way.isChecked())) {
        await way.check();
        await press(page, next(page));
      }
    };
    await post();
    const fresh = page.locator("input[name=address][value=new]");
    if ((await fresh.count()) === 0) {
      const told = { name: "董建华", phone: "13900001234", region: "示例省示例市示例区", street: "幸福路26号" };
      for (const [field, value] of Object.entries(told)) await page.locator(`#${field}`).fill(value);
      await page.locator("#remember").check();
      await press(page, next(page));
      await post();
    }
    const street = page.locator("#street");
    await page.locator("input[name=address]").first().check();
    assert.equal(await street.isVisible(), false, "the boxes stand open though an address is known");
    await fresh.check();
    assert.equal(await street.isVisible(), true);
    await page.locator("input[name=address]").first().check();
    await press(page, next(page));
    assert.match(at(page), /\/review$/);
    await page.context().close();
  });
}
