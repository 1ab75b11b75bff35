// Finds an address to look at for every page of the house, by following links as each kind of visitor.
import { house, stateOf, visitor, written } from "./house.mjs";

/** Kinds of visitors, from the least to the most: a page counts for the first who may see it. */
export const visitors = [
  { who: "anyone" },
  { who: "citizen", note: "restaurant" },
  { who: "enterprise" },
  { who: "clerk" },
  { who: "approver" },
  { who: "licence-steward" },
  { who: "seal-keeper" },
  { who: "unit-head" },
  { who: "seal-registrar" },
  { who: "newcomer" },
];

/** Addresses tried per route: links differ from one licence or case to the next. */
const SAMPLES = 6;

/** Addresses that change the visitor's own settings, or that programs ask. */
const passOver = /^\/(assets|api|logout|mode|lang|contrast|healthz|metrics|verify\/ocsp)(\/|\?|$)|[?&](mode|lang|contrast)=/;

/** More pages than a visitor can reach by one address per route. */
const MOST = 400;

/** GET routes of the address map as the demo wrote it, with a pattern to know their addresses by. */
export function routes() {
  const list = written("routes.json", null);
  if (!list) throw new Error("the demo wrote no routes.json");
  return list
    .filter((one) => one.method === "GET" && !passOver.test(one.path))
    .map(({ path }) => {
      const source = path.replace(/[.+?^$()|[\]\\]/g, "\\$&").replace(/\{\*[^}]*\}/g, ".+").replace(/\{[^}]*\}/g, "[^/]+");
      return { path, fixed: !path.includes("{"), pattern: new RegExp(`^${source}$`) };
    });
}

/** The route behind an address: of those that fit, the one with the fewest places. */
export function routeOf(list, address) {
  const path = address.split(/[?#]/)[0];
  const places = (one) => one.path.split("{").length;
  return list.filter((one) => one.pattern.test(path)).sort((one, other) => places(one) - places(other))[0];
}

/** Links of a page that stay in the house. */
function links(html) {
  const found = [...html.matchAll(/<(?:a|iframe|img)\b[^>]*\b(?:href|src)="([^"]+)"/g)].map((match) => match[1]);
  return found
    .map((href) => href.replaceAll("&amp;", "&").split("#")[0].replace(house, ""))
    .filter((href) => href.startsWith("/") && !href.startsWith("//") && !passOver.test(href));
}

/**
 * What a visitor can look at: `pages` (route and address of each HTML page) and `others` (routes that
 * answered with something else), `sent` (that sent on), `dead` links. A few addresses per route; `seeds` are addresses known beforehand.
 */
async function wander(context, list, seeds) {
  const queue = [...seeds, ...list.filter((one) => one.fixed).map((one) => one.path)];
  const asked = new Set();
  const tried = new Map();
  const pages = new Map();
  const others = new Set();
  const sent = new Set();
  const dead = new Set();
  const from = new Map();
  while (queue.length > 0 && asked.size < MOST) {
    const address = queue.shift();
    const route = routeOf(list, address);
    const count = tried.get(route?.path) ?? 0;
    if (!route || asked.has(address) || count >= SAMPLES || others.has(route.path)) continue;
    asked.add(address);
    const answer = await context.request.get(house + address, { maxRedirects: 0 });
    // A door that is shut to this visitor (403) is no dead end: the page behind it says what to do.
    if (answer.status() >= 400 && answer.status() !== 403 && from.has(address)) dead.add(`${from.get(address)} → ${address}: ${answer.status()}`);
    const sentOn = answer.status() >= 300 && answer.status() < 400 && !/\/login\b/.test(answer.headers().location ?? "/login");
    if (sentOn) sent.add(route.path);
    if (answer.status() !== 200) continue;
    tried.set(route.path, count + 1);
    if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) {
      others.add(route.path);
      continue;
    }
    if (!pages.has(route.path)) pages.set(route.path, address);
    for (const href of links(await answer.text())) {
      if (!routeOf(list, href)) dead.add(`${route.path} → ${href}: no such route`);
      if (!from.has(href)) from.set(href, route.path);
      queue.push(href);
    }
  }
  return { pages, others, sent, dead };
}

/**
 * Every page by the first kind of visitor who may see it: `{ who, state, list: [{path, url}] }`, the
 * routes that nobody reached, and the links that lead nowhere. `scene.seen` are addresses known beforehand, whoever may see them.
 */
export async function discover(browser, scene) {
  const list = routes();
  const known = new Set();
  const answered = new Set();
  const groups = [];
  const dead = new Set();
  for (const { who, note } of visitors) {
    const own = { anyone: undefined, enterprise: scene.enterprise, newcomer: scene.newcomer };
    const state = who in own ? own[who] : await stateOf(browser, who, note);
    const page = await visitor(browser, { state });
    const { pages, others, sent, dead: ends } = await wander(page.context(), list, scene.seen);
    for (const end of ends) dead.add(end);
    await page.context().close();
    const fresh = [...pages].filter(([path]) => !known.has(path)).map(([path, url]) => ({ path, url }));
    for (const path of [...pages.keys(), ...others]) known.add(path);
    for (const path of sent) answered.add(path);
    groups.push({ who, state, list: fresh });
  }
  const missed = list.map((one) => one.path).filter((path) => !known.has(path) && !answered.has(path));
  return { groups, missed, dead: [...dead] };
}
