// Makes the README's pictures from the demo as it is now: `cargo xtask pictures`.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { go, open, visitor } from "./lib/house.mjs";
import { discover } from "./lib/routes.mjs";
import { setScene } from "./lib/scene.mjs";

/** name · route as in the address map · width · elder mode. Whoever may see the page looks at it. */
const wanted = [
  ["home-1366", "/", 1366],
  ["home-360", "/", 360],
  ["elder-360", "/", 360, true],
  ["search-1366", "/search", 1366],
  ["guide-1366", "/guide/{slug}", 1366],
  ["guide-360", "/guide/{slug}", 360],
  ["form-1366", "/d/{id}/{section}", 1366],
  ["form-360", "/d/{id}/{section}", 360],
  ["progress-360", "/c/{no}", 360],
  ["progress-1366", "/c/{no}", 1366],
  ["licence-360", "/my/licences/{id}/show", 360],
  ["verify-360", "/verify", 360],
  ["window-1366", "/w/c/{id}", 1366],
  ["officer-1366", "/a/c/{id}", 1366],
];

const folder = process.argv[2] ?? "pictures";
mkdirSync(folder, { recursive: true });
const browser = await open();
const scene = await setScene(browser);
const { groups } = await discover(browser, scene);
const missing = [...scene.troubles];

for (const [name, route, width, elder] of wanted) {
  const group = groups.find(({ list }) => list.some((one) => same(one.path, route)));
  const page = group?.list.find((one) => same(one.path, route));
  if (!page) {
    missing.push(`${name}: no page of ${route}`);
    continue;
  }
  const scale = width < 600 ? 2 : 1;
  const view = await visitor(browser, { width, elder, scale, state: group.state });
  await go(view, query(page.url, route));
  const path = join(folder, `${name}.png`);
  await view.screenshot({ path, animations: "disabled" });
  console.log(`${path} ${Math.round(statSync(path).size / 1024)} KiB`);
  await view.context().close();
}
await browser.close();
if (missing.length > 0) {
  console.error(missing.join("\n"));
  process.exitCode = 1;
}

/** A search page shows most when something is searched for. */
function query(url, route) {
  return route === "/search" ? "/search?q=" + encodeURIComponent("开饭店要办什么证") : url;
}

/** Whether two routes are the same but for the names of their parts. */
function same(one, other) {
  const plain = (path) => path.replace(/\{[^}]*\}/g, "{}").replace(/(.)\/$/, "$1");
  return plain(one) === plain(other);
}
