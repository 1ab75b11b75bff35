// Every page of the house: axe, sideways scrolling, policy and console, weight, elder mode.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { elderTroubles, overweight, sideways, violations, weigh } from "./lib/checks.mjs";
import { go, house, open, visitor } from "./lib/house.mjs";
import { discover, visitors } from "./lib/routes.mjs";
import { setScene } from "./lib/scene.mjs";

let browser;
let scene;
let found;

before(async () => {
  browser = await open();
  scene = await setScene(browser);
  found = await discover(browser, scene.seen);
}, { timeout: 300_000 });
after(() => browser?.close());

test("the scene is set: a case at the window, one at the approver, a draft", () => {
  assert.deepEqual(scene.troubles, []);
});

test("every route was looked at", () => {
  assert.deepEqual(found.missed, []);
});

const groupOf = (who) => found.groups.find((group) => group.who === who);

/** Collects what is wrong on each page of a group, so that one run shows everything. */
async function walk(who, options, look) {
  const { list, state } = groupOf(who);
  assert.ok(list.length > 0, `no page for ${who}`);
  const wrong = [];
  for (const one of list) {
    const page = await visitor(browser, { ...options, state });
    try {
      for (const line of await look(page, one)) wrong.push(`${one.path}: ${line}`);
      for (const line of page.troubles) wrong.push(`${one.path}: ${line}`);
    } catch (error) {
      wrong.push(`${one.path}: ${error.message.split("\n")[0]}`);
    } finally {
      await page.context().close();
    }
  }
  assert.deepEqual([...new Set(wrong)], []);
}

/** Goes there and looks. */
const there = (look) => async (page, one) => {
  await go(page, one.url);
  return look(page);
};

for (const { who } of visitors) {
  const citizen = who === "anyone" || who === "citizen";
  describe(`pages for ${who}`, { timeout: 900_000 }, () => {
    for (const width of [360, 1366]) {
      for (const elder of citizen ? [false, true] : [false]) {
        test(`axe finds nothing at ${width} px${elder ? " in elder mode" : ""}`, () =>
          walk(who, { width, elder }, there(violations)));
      }
    }

    test("axe finds nothing in English", () => walk(who, { lang: "en" }, there(violations)));

    // A desk is a desk: its panes need 1366 px (ux §11.1). Citizens also zoom to 400 % (320 px).
    for (const width of citizen ? [320, 360, 1366] : [1366]) {
      test(`nothing scrolls sideways at ${width} px`, () =>
        walk(who, { width }, there(async (page) => [await sideways(page)].filter(Boolean))));
    }

    if (citizen) {
      test("elder mode has large words and targets, and the telephone on every page", () =>
        walk(who, { width: 360, elder: true }, there(elderTroubles)));
    }

    test("every page keeps its weight", () =>
      walk(who, { width: 360 }, async (page, one) => overweight(one.url, await weigh(page, house + one.url))));
  });
}
