// The pages of the house with an address to look at each, and who may look.
import { written } from "./house.mjs";

/**
 * Reads routes.json of the demo: a list of `{ path, url, who, method, kind }`, where `url` is a
 * sample address with its ids filled in. Only pages are returned (GET, HTML), by who may enter.
 */
export function pages() {
  const list = written("routes.json", null);
  if (!list) throw new Error("the demo wrote no routes.json");
  return list
    .filter((one) => (one.method ?? "GET") === "GET" && one.url && (one.kind ?? "page") === "page")
    .map((one) => ({ path: one.path, url: one.url, who: one.who ?? "anyone" }));
}

/** The same, grouped by who may enter. */
export function pagesByVisitor() {
  const groups = new Map();
  for (const page of pages()) {
    if (!groups.has(page.who)) groups.set(page.who, []);
    groups.get(page.who).push(page);
  }
  return groups;
}
