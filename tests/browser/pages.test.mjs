// Every page of the house: axe, sideways scrolling, policy and console, weight, elder mode.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { elderTroubles, overweight, sideways, unspoken, violations, weigh } from "./lib/checks.mjs";
import { go, house, open, visitor } from "./lib/house.mjs";
import { discover, visitors } from "./lib/routes.mjs";
import { setScene } from "./lib/scene.mjs";

let browser;
let scene;
let found;

before(async () => {
  browser = await open();
  scene = await setScene(browser);
  found = await discover(browser, scene);
}, { timeout: 300_000 });
after(() => browser?.close());

test("the scene is set: a case at the window, one at the approver, a draft", () => {
  assert.deepEqual(scene.troubles, []);
});

/** Papers that an applicant adds to a correction half done: the journey's cases have none at this point. */
const unseen = ["/c/{no}/paper/{paper}"];

test("every route was looked at", () => {
  assert.deepEqual(found.missed.filter((path) => !unseen.includes(path)), []);
});

test("no link leads nowhere", () => {
  assert.deepEqual(found.dead, []);
});

const groupOf = (who) => found.groups.find((group) => group.who === who);

/** Looks at each page of a group in one window, so that one run shows everything that is wrong. */
async function walk(who, options, look) {
  const { list, state } = groupOf(who);
  const wrong = [];
  const page = await visitor(browser, { ...options, state });
  for (const one of list) {
    try {
      for (const line of await look(page, one)) wrong.push(`${one.path}: ${line}`);
    } catch (error) {
      wrong.push(`${one.path}: ${error.message.split("\n")[0]}`);
    }
    for (const line of page.troubles.splice(0)) wrong.push(`${one.path}: ${line}`);
  }
  await page.context().close();
  assert.deepEqual([...new Set(wrong)], []);
}

/** Goes there; axe finds nothing, nothing scrolls sideways, and what else is asked. */
const whole = (...more) => async (page, one) => {
  await go(page, one.url);
  const wide = isDesk(one.path) && page.viewportSize().width < 1366 ? null : await sideways(page);
  const found = [...(await violations(page)), wide && `scrolls sideways by ${wide}`].filter(Boolean);
  for (const ask of more) found.push(...(await ask(page, one)));
  return found;
};

/** A desk is a desk: its panes need 1366 px (ux §11.1). */
const isDesk = (path) => /^\/(w|a|l|s|staff)(\/|$)/.test(path);

/** The desks of staff show what citizens wrote as it stands. */
const tongues = (page, one) => (isDesk(one.path) ? [] : unspoken(page));

/** The full screen of a shown licence, and the staff's own door, have no telephone and no large words. */
const elder = (page, one) => (isDesk(one.path) || /\/show(\/offline)?$/.test(one.path) ? [] : elderTroubles(page));

for (const { who } of visitors) {
  const citizen = ["anyone", "citizen", "enterprise", "newcomer"].includes(who);
  describe(`pages for ${who}`, { timeout: 900_000 }, () => {
    for (const width of [360, 1366]) {
      test(`are whole at ${width} px: axe, width, console, policy`, () => walk(who, { width }, whole()));
    }
    test("are whole in English, and what is Chinese there says so", () =>
      walk(who, { width: 360, lang: "en" }, whole(tongues)));

    if (citizen) {
      test("are whole in elder mode at 360 px, with large words and targets and a telephone", () =>
        walk(who, { width: 360, elder: true }, whole(elder)));
      test("are whole in elder mode at 1366 px", () => walk(who, { elder: true }, whole()));
      test("do not scroll sideways at 320 px, or at 400 %", () =>
        walk(who, { width: 320 }, async (page, one) => {
          await go(page, one.url);
          return [isDesk(one.path) ? null : await sideways(page)].filter(Boolean);
        }));
    }

    test("keep their weight", () =>
      walk(who, { width: 360 }, async (page, one) => overweight(one.url, await weigh(page, house + one.url))));
  });
}
