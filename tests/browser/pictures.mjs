// Makes the README's pictures from the demo as it is now: `cargo xtask pictures`.
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { go, open, press, stateOf, visitor } from "./lib/house.mjs";
import { discover } from "./lib/routes.mjs";
import { setScene } from "./lib/scene.mjs";

/** name · route as in the address map · width · elder mode · who looks: otherwise whoever may see the page. */
const wanted = [
  ["home-1366", "/", 1366, false, "shop"],
  ["home-360", "/", 360, false, "shop"],
  ["elder-360", "/", 360, true, "pensioner"],
  ["search-1366", "/search", 1366],
  ["guide-1366", "/guide/{slug}", 1366],
  ["guide-360", "/guide/{slug}", 360],
  ["form-1366", "/d/{id}/{section}", 1366],
  ["form-360", "/d/{id}/{section}", 360],
  ["progress-360", "/c/{no}", 360],
  ["progress-1366", "/c/{no}", 1366],
  ["licence-360", "/my/licences", 360, false, "shop", show],
  ["verify-360", "/my/licences", 360, false, "shop", verify],
  ["window-1366", "/w/c/{id}", 1366],
  ["officer-1366", "/a/c/{id}", 1366],
];

const folder = process.argv[2] ?? "pictures";
mkdirSync(folder, { recursive: true });
const browser = await open();
const scene = await setScene(browser);
const { groups } = await discover(browser, scene);
const missing = [...scene.troubles];
const states = { shop: scene.enterprise, pensioner: await stateOf(browser, "citizen", "pension") };
/** Cases that show most at each desk and to the applicant. */
const cases = { "/w/c/{id}": scene.cases.waiting, "/a/c/{id}": scene.cases.accepted, "/c/{no}": scene.cases.paused };

for (const [name, route, width, elder, who, then] of wanted) {
  const group = groups.find(({ list }) => list.some((one) => same(one.path, route)));
  const page = group?.list.find((one) => same(one.path, route));
  if (!page) {
    missing.push(`${name}: no page of ${route}`);
    continue;
  }
  const scale = width < 600 ? 2 : 1;
  const view = await visitor(browser, { width, elder, scale, state: states[who] ?? group.state });
  await go(view, cases[route] ? route.replace(/\{.*\}/, cases[route]) : query(page.url, route));
  await then?.(view);
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

/** Holds out the newest licence. */
async function show(view) {
  await press(view, view.locator('main a[href^="/my/licences/"]').first());
  await go(view, `${new URL(view.url()).pathname}/show`);
}

/** Has a licence that is held out verified. */
async function verify(view) {
  await show(view);
  const code = await view.locator(".show-code textarea").inputValue();
  await go(view, "/verify");
  await view.fill("#text", code);
  await press(view, view.locator("form[action='/verify'] button[type=submit]"));
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
