// A licence on a telephone, photographed by others: who verifies first sees it, the second is told, later ones are
// refused; without a network the digits are asked for; and what has ended has ended wherever one asks.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as pass } from "node:timers/promises";
import { sideways, untroubled, violations } from "./lib/checks.mjs";
import { go, house, open, signIn, visitor } from "./lib/house.mjs";
import { codeIn } from "./lib/qr.mjs";

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

/** A licence held out on a telephone of 360 points, as sharp as telephones are. */
async function heldOut(name, way = "show") {
  const page = await visitor(browser, { width: 360, scale: 2 });
  await signIn(page, "citizen", "car");
  await go(page, "/my/licences");
  await page.getByRole("link", { name, exact: true }).click();
  const card = new URL(page.url()).pathname;
  await go(page, `${card}/${way}`);
  return { page, card };
}

/** What the camera of another telephone makes of the screen. */
async function scanned(page) {
  const other = await visitor(browser, {});
  await go(other, "/verify");
  const text = await codeIn(other, await page.screenshot({ fullPage: true }));
  await other.context().close();
  return text;
}

/** Asks the verification page, as somebody with a telephone of his own. */
async function verify(text, digits) {
  const page = await visitor(browser, { width: 360 });
  await go(page, "/verify");
  const send = () => Promise.all([page.waitForNavigation(), page.click("form[action='/verify'] button[type=submit]")]);
  await page.fill("#text", text);
  await send();
  if (digits) {
    assert.deepEqual(await violations(page), []);
    await page.fill("#digits", digits);
    await send();
  }
  const said = await page.locator("main").innerText();
  assert.equal(await sideways(page), null);
  untroubled(page);
  await page.context().close();
  return said;
}

describe("a licence on a telephone", { timeout: 240_000 }, () => {
  test("is verified by whoever scans it first, and by nobody a minute later", async () => {
    const { page, card } = await heldOut("居民身份证");
    const code = await scanned(page);
    assert.match(code ?? "", /^TB1\./);
    assert.match(await verify(code), /这张证是真的，现在有效/);
    assert.match(await verify(code), /已经被别人核验过/);
    await go(page, `${card}/show`);
    const unused = await scanned(page);
    assert.notEqual(unused, code);
    // 60 seconds, five more for clocks that differ, and one.
    await pass(66_000);
    assert.match(await verify(unused), /这个码已经过时/);
    await page.context().close();
  });

  test("is verified with the digits its holder says, where there was no network", async () => {
    const { page, card } = await heldOut("居民身份证", "show/offline");
    assert.equal(await sideways(page), null);
    assert.deepEqual(await violations(page), []);
    const code = await scanned(page);
    assert.match(code ?? "", /^TB2\./);
    const digits = (await page.locator(".code-big").innerText()).trim();
    assert.match(digits, /^\d{6}$/);
    assert.match(await verify(code), /请持证人说出/);
    assert.match(await verify(code, digits), /这张证是真的，现在有效/);
    assert.match(await verify(code, digits), /已经被别人核验过/);
    await go(page, card);
    assert.match(await page.locator("main").innerText(), /核验的人看到/);
    untroubled(page);
    await page.context().close();
  });
});

test("what is revoked is revoked wherever one asks, at once", { timeout: 180_000 }, async () => {
  const { page: holder, card } = await heldOut("机动车检验标志");
  const code = await scanned(holder);
  const file = await (await holder.request.get(`${house}${card}/file`)).body();
  const asked = { headers: { "content-type": "application/ofd" }, data: file };
  const api = async () => (await holder.request.post(`${house}/api/v1/verify`, asked)).json();
  assert.equal((await api()).status, "valid");
  await go(holder, card);
  const identifier = (await holder.locator("main").innerText()).match(/1\.2\.156\.3005\.2\.[0-9A-Z.]+/)[0];

  const steward = await visitor(browser, {});
  await signIn(steward, "licence-steward", "示例市公安局交通警察支队");
  await go(steward, `/l${card.slice("/my/licences".length)}/do/revoke`);
  const number = await steward.locator("dt:text-is('编号') + dd").innerText();
  await steward.locator("input[name=ground]").first().check();
  await steward.fill("#reason", "查明以欺骗手段取得");
  await steward.fill("#last", number.trim().slice(-4));
  await Promise.all([steward.waitForNavigation(), steward.keyboard.press("Control+Enter")]);
  assert.match(await steward.locator(".desk-head").innerText(), /撤销/);

  assert.match(await verify(code), /已被撤销/);
  assert.match(await verify(identifier), /已被撤销/);
  const told = await api();
  assert.deepEqual([told.status, told.signature_values_hold, told.answer], ["revoked", true, "void"]);
  await go(holder, `${card}/show`);
  assert.match(await holder.locator("main").innerText(), /撤销/);
  await go(holder, "/verify/offline");
  assert.deepEqual(await violations(holder), []);
  assert.equal(await sideways(holder), null);
  for (const page of [holder, steward]) {
    untroubled(page);
    await page.context().close();
  }
});
