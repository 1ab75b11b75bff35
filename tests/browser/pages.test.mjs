// Every page of the house: axe, sideways scrolling, policy and console, weight.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { go, house, open, stateOf, visitor } from "./lib/house.mjs";
import { overweight, sideways, untroubled, violations, weigh } from "./lib/checks.mjs";
import { pagesByVisitor } from "./lib/routes.mjs";

let browser;
const states = new Map();

before(async () => {
  browser = await open();
});
after(() => browser?.close());

/** Signed in as the role, once for the whole file. */
async function stateFor(who) {
  if (who === "anyone") return undefined;
  if (!states.has(who)) states.set(who, await stateOf(browser, who));
  return states.get(who);
}

/** Collects what is wrong on each page, so that one run shows everything. */
async function walk(list, options, look) {
  const wrong = [];
  for (const one of list) {
    const page = await visitor(browser, options);
    try {
      await go(page, one.url);
      for (const line of await look(page, one)) wrong.push(`${one.path}: ${line}`);
      for (const line of page.troubles) wrong.push(`${one.path}: ${line}`);
    } catch (error) {
      wrong.push(`${one.path}: ${error.message.split("\n")[0]}`);
    } finally {
      await page.context().close();
    }
  }
  assert.deepEqual(wrong, []);
}

for (const [who, list] of pagesByVisitor()) {
  describe(`pages for ${who}`, () => {
    for (const width of [360, 1366]) {
      for (const elder of who === "clerk" || who === "approver" ? [false] : [false, true]) {
        test(`axe finds nothing at ${width} px${elder ? ", elder mode" : ""}`, async () => {
          const options = { width, elder, state: await stateFor(who) };
          await walk(list, options, (page) => violations(page));
        });
      }
    }

    test("axe finds nothing in English", async () => {
      const options = { lang: "en", state: await stateFor(who) };
      await walk(list, options, (page) => violations(page));
    });

    for (const width of [320, 360, 1366]) {
      // A window clerk's desk is a desk: its three panes need 1366 px (ux §11.1).
      if (who !== "anyone" && who !== "citizen" && width < 1366) continue;
      test(`nothing scrolls sideways at ${width} px`, async () => {
        const options = { width, state: await stateFor(who) };
        await walk(list, options, async (page) => [await sideways(page)].filter(Boolean));
      });
    }

    test("every page keeps its weight", async () => {
      const wrong = [];
      for (const one of list) {
        const page = await visitor(browser, { width: 360, state: await stateFor(who) });
        wrong.push(...overweight(one.url, await weigh(page, house + one.url)));
        untroubled(page);
        await page.context().close();
      }
      assert.deepEqual(wrong, []);
    });
  });
}
