// Elder mode keeps its promises: large words, large targets, one column, help always at hand (ux §8).
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { go, open, stateOf, visitor } from "./lib/house.mjs";
import { pagesByVisitor } from "./lib/routes.mjs";

const SMALLEST_TEXT = 18;
const SMALLEST_TARGET = 60;

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

/** What is too small on the page: words anywhere, and the buttons and fields of its main part. */
function tooSmall(page) {
  return page.evaluate(
    ([text, target]) => {
      const found = [];
      const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const one = walker.currentNode.parentElement;
        const words = walker.currentNode.textContent.trim();
        if (!words || !seen(one) || one.closest("script, style, svg, .skip")) continue;
        const size = parseFloat(getComputedStyle(one).fontSize);
        if (size < text) found.push(`${size} px text "${words.slice(0, 16)}"`);
      }
      for (const one of document.querySelectorAll("main .btn, main .inp, main select, main summary")) {
        const height = one.getBoundingClientRect().height;
        if (seen(one) && height < target) found.push(`${height} px high ${one.tagName.toLowerCase()}.${one.className}`);
      }
      return [...new Set(found)].slice(0, 8);
    },
    [SMALLEST_TEXT, SMALLEST_TARGET],
  );
}

for (const [who, list] of pagesByVisitor()) {
  if (who !== "anyone" && who !== "citizen") continue;
  describe(`elder mode for ${who}`, () => {
    test("words and targets are large, and the telephone is on every page", async () => {
      const state = who === "anyone" ? undefined : await stateOf(browser, who);
      const wrong = [];
      for (const one of list) {
        const page = await visitor(browser, { width: 360, elder: true, state });
        await go(page, one.url);
        for (const line of await tooSmall(page)) wrong.push(`${one.path}: ${line}`);
        if ((await page.locator('a[href^="tel:"]').count()) === 0) wrong.push(`${one.path}: no telephone`);
        await page.context().close();
      }
      assert.deepEqual(wrong, []);
    });
  });
}
