import { go, open, press, signIn, visitor } from "./lib/house.mjs";
import { mouse, keyboard } from "./lib/hands.mjs";
import { accept, inspect, inspected, grant, work, until } from "./lib/journey.mjs";
import { violations, sideways } from "./lib/checks.mjs";
const b = await open();
const no = process.argv[2];
const shot = async (page, name) => { await page.screenshot({ path: `/tmp/shots/${name}.png` }); console.log(name, page.url(), await violations(page), (await sideways(page)) ?? "", page.troubles.splice(0)); };
try {
  for (const js of [true]) {
  const a = await visitor(b, { js });
  await signIn(a, "approver", "示例区市场监督管理局");
  const hand = keyboard(a);
  await inspect(a, hand, no); await shot(a, "f-special");
  await go(a, `/a/c/${no}/special/end`); await shot(a, "f-special-end");
  await inspected(a, hand, no); await shot(a, "f-ended");
  await go(a, `/a/c/${no}?lang=en`); await shot(a, "f-en"); await go(a, `/a/c/${no}?lang=zh`);
  await grant(a, hand, no); await shot(a, "f-granted");
  await a.waitForTimeout(3000); await go(a, `/a/c/${no}`); await shot(a, "f-closed");
  const d = await a.locator('a[href*="/documents/"]').evaluateAll(x => x.map(y => y.getAttribute("href"))); console.log(d);
  for (const h of d) { const r = await a.request.get("http://127.0.0.1:8231"+h); console.log(h, r.status(), r.headers()["content-type"], (await r.body()).length); const s = await a.request.get("http://127.0.0.1:8231"+h+"?as=picture"); console.log(s.status(), s.headers()["content-type"]); }
  }
} catch (e) { console.log(e); }
await b.close();
