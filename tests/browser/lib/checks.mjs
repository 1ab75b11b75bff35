// What every page must keep: no axe violation, no sideways scrolling, no trouble, its weight.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Every violation axe finds on the page as it stands, one line each. */
export async function violations(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const result = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return result.violations.map((rule) => ({
      id: rule.id,
      help: rule.help,
      nodes: rule.nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`),
      count: rule.nodes.length,
    }));
  });
  return found.map((rule) => `${rule.id} ×${rule.count}: ${rule.help} [${rule.nodes.join(" | ")}]`);
}

/** By how many pixels the page can be scrolled sideways, and what sticks out. */
export async function sideways(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const over = document.documentElement.scrollWidth - width;
    if (over <= 0) return null;
    const wide = [...document.body.querySelectorAll("*")]
      .filter((one) => one.getBoundingClientRect().right > width + 1)
      .slice(0, 3)
      .map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
    return `${over} px: ${wide.join(", ")}`;
  });
}

/** Chinese on an English page that does not say that it is (WCAG 3.1.2): a screen reader would spell it out. */
export async function unspoken(page) {
  const found = await page.evaluate(() => {
    const list = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (!/\p{Script=Han}/u.test(textContent) || parentElement.closest("script, style")) continue;
      const speaks = parentElement.closest("[lang]")?.getAttribute("lang") ?? "";
      if (!speaks.startsWith("zh")) list.push(`${parentElement.className || parentElement.tagName} “${textContent.trim().slice(0, 24)}”`);
    }
    return [...new Set(list)].slice(0, 6);
  });
  return found.map((text) => `Chinese without lang: ${text}`);
}

const SMALLEST_TEXT = 18;
const SMALLEST_TARGET = 60;

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

/** What breaks the promises of elder mode: words, targets, the telephone at hand (ux §8). */
export async function elderTroubles(page) {
  const found = await tooSmall(page);
  if ((await page.locator('a[href^="tel:"]').count()) === 0) found.push("no telephone");
  return found;
}

/** Fails when something went wrong by itself in the page since it was opened. */
export function untroubled(page) {
  assert.deepEqual(page.troubles, []);
}

/** Bytes that cross the wire for one cold visit, by kind: html, css, js, images, other, total. */
export async function weigh(page, address) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const kinds = new Map();
  const bytes = { html: 0, css: 0, js: 0, images: 0, other: 0, total: 0 };
  session.on("Network.responseReceived", (event) => kinds.set(event.requestId, event.type));
  session.on("Network.loadingFinished", (event) => {
    const names = { Document: "html", Stylesheet: "css", Script: "js", Image: "images" };
    const name = names[kinds.get(event.requestId)] ?? "other";
    bytes[name] += event.encodedDataLength;
    bytes.total += event.encodedDataLength;
  });
  await page.goto(address, { waitUntil: "networkidle" });
  await session.detach();
  return bytes;
}

const kilo = 1024;

/** The budgets of the design by kind of page, in KiB as transferred. */
const budgets = {
  home: { html: 30, css: 20, js: 12, images: 60, total: 130 },
  guide: { html: 25, css: 20, js: 12, images: 10, total: 80 },
  form: { html: 15, css: 20, js: 12, images: 10, total: 50 },
  licence: { html: 15, css: 20, js: 12, images: 20, total: 65 },
  show: { html: 10, css: 20, js: 12, images: 20, total: 50 },
  staff: { html: 60, css: 25, js: 30, images: 20, total: 150 },
};

/** The kind of page behind a path. */
export function kindOf(path) {
  if (path === "/") return "home";
  if (/^\/(w|a|l|s|staff|sandbox)(\/|$|\?)/.test(path)) return "staff";
  if (/^\/(d|apply)\//.test(path)) return "form";
  if (/\/show(\/offline)?(\?|$)/.test(path)) return "show";
  if (/^\/my\/licences\/\d+(\?|$)/.test(path)) return "licence";
  return "guide";
}

/** Every budget that the bytes of a page break. */
export function overweight(path, bytes) {
  const budget = budgets[kindOf(path)];
  return Object.entries(budget)
    .filter(([kind, limit]) => bytes[kind] > limit * kilo)
    .map(([kind, limit]) => `${path} ${kind}: ${(bytes[kind] / kilo).toFixed(1)} KiB, ${limit} allowed`);
}
