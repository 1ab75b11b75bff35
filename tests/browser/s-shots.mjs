import { open, go, signIn, visitor, press, stateOf } from "./lib/house.mjs";
const b = await open();
const out = "/tmp/w/s-shots";
import { mkdirSync } from "node:fs"; mkdirSync(out, { recursive: true });
async function shots(role, paths) {
  const state = await stateOf(b, role, role === "seal-keeper" || role === "unit-head" ? "示例区市场监督管理局" : undefined);
  for (const [w, lang, elder] of [[1366, "zh-CN", false], [360, "zh-CN", false], [1366, "en", false]]) {
    const page = await visitor(b, { state, width: w, lang, elder });
    try { await page.setViewportSize({ width: w, height: 800 }); } catch {}
    for (const [name, path] of paths) {
      const p = typeof path === "function" ? await path(page) : path;
      await page.goto(process.env.TONGBAN_URL + p, { waitUntil: "load" });
      await page.screenshot({ path: `${out}/${role}-${name}-${w}-${lang}.png`, fullPage: true });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) console.log("overflow", role, name, w, lang, over);
    }
    console.log(role, w, page.troubles);
    await page.context().close();
  }
}
const first = async (page) => { await page.goto(process.env.TONGBAN_URL + "/s", { waitUntil: "load" }); return page.locator("table a").first().getAttribute("href"); };
await shots("seal-keeper", [["list", "/s"], ["apply", "/s/apply"], ["one", first], ["custody", async (p) => (await first(p)) + "/custody"], ["suspend", async (p) => (await first(p)) + "/do/suspend"], ["queue", "/s/queue"], ["uses", "/s/uses"]]);
await shots("unit-head", [["custody", async (p) => (await first(p)) + "/custody"], ["uses", "/s/uses"]]);
await shots("seal-registrar", [["list", "/s"], ["all", "/s?view=all"]]);
await b.close();
