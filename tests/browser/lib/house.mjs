// The demo under test, the browser that visits it, and who may sign in as whom.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { freshCode } from "./codes.mjs";

/** Address of the demo, without a closing slash. */
export const house = (process.env.TONGBAN_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");
/** The demo's data folder. */
export const data = process.env.TONGBAN_DATA ?? "tongban-data";

const paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

/** Starts Debian's Chromium; `more` are flags of this one browser. */
export function open(more = []) {
  const executablePath = process.env.CHROMIUM ?? paths.find((path) => existsSync(path));
  return chromium.launch({ executablePath, headless: true, args: [...flags, ...more] });
}

/** A JSON file that the demo wrote for tests, or `otherwise` when it did not. */
export function written(name, otherwise) {
  const path = join(data, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : otherwise;
}

/** A sample account by role (citizen, clerk, approver, …), and by its note where a role has several. */
export function account(role, note) {
  const found = written("demo-accounts.json", []).find((one) => one.role === role && (!note || one.note === note));
  if (!found) throw new Error(`demo-accounts.json names no ${role} ${note ?? ""}`);
  return found;
}

/**
 * A window of the browser: its own cookies, its width, with or without JavaScript.
 * What goes wrong in it by itself (console, policy, missing files) is kept in `page.troubles`, the
 * addresses it has been at in `page.seen`.
 */
export async function visitor(browser, { js = true, width = 1366, elder = false, lang, state, scale = 1 } = {}) {
  const height = width < 600 ? 780 : 768;
  const context = await browser.newContext({
    javaScriptEnabled: js,
    viewport: { width, height },
    deviceScaleFactor: scale,
    locale: lang === "en" ? "en-GB" : "zh-CN",
    timezoneId: "Asia/Shanghai",
    storageState: state,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(15_000);
  const cookies = [];
  if (elder) cookies.push({ name: "mode", value: "elder", url: house });
  if (lang) cookies.push({ name: "lang", value: lang, url: house });
  if (cookies.length > 0) await context.addCookies(cookies);
  const page = await context.newPage();
  page.troubles = [];
  page.seen = new Set();
  watch(page);
  return page;
}

function watch(page) {
  const note = (kind, text) => page.troubles.push(`${kind}: ${text} (${page.url()})`);
  page.on("console", (message) => {
    if (message.type() === "error" && !statusOfPage(message, page)) note("console", message.text());
  });
  page.on("framenavigated", (frame) => {
    if (frame === page.mainFrame() && frame.url().startsWith(house)) page.seen.add(frame.url().slice(house.length));
  });
  page.on("pageerror", (error) => note("script", error.message));
  page.on("requestfailed", (request) => {
    // A page that is left while it loads breaks off its requests; that is not trouble.
    const reason = request.failure()?.errorText ?? "";
    if (reason !== "net::ERR_ABORTED") note("request", `${request.url()} ${reason}`);
  });
  page.on("response", (response) => {
    const part = response.request().resourceType() !== "document";
    if (part && response.status() >= 400) note("response", `${response.status()} ${response.url()}`);
  });
}

/** Chromium writes a console line for a page that answers 4xx: the test asks for such pages on purpose. */
function statusOfPage(message, page) {
  return message.text().startsWith("Failed to load resource") && message.location().url === page.url();
}

/** Goes to a path and fails on a status that was not expected. */
export async function go(page, path, status = 200) {
  const response = await page.goto(house + path, { waitUntil: "load" });
  const door = /^\/(staff\/)?login$/;
  if (!door.test(path.split("?")[0]) && door.test(new URL(page.url()).pathname)) throw new Error(`${path}: sent to sign in`);
  if (response.status() !== status) throw new Error(`${path}: ${response.status()}, expected ${status}`);
  return response;
}

/** Fills and sends the sign-in form of the page, and the second step if it asks for a code. */
export async function signInHere(page, who) {
  const form = page.locator("main form:has(input[type=password])").first();
  await form.locator("input:not([type=hidden]):not([type=password]):not([type=radio]):not([type=checkbox])").first().fill(who.login);
  await form.locator("input[type=password]").first().fill(who.password);
  if (who.totp_secret) await fillCode(form, who);
  await press(page, form.locator("button[type=submit]").last());
  const second = page.locator("main form:has(input[autocomplete=one-time-code])");
  if (who.totp_secret && (await second.count()) > 0 && (await page.locator("input[type=password]").count()) === 0) {
    await fillCode(second.first(), who);
    await press(page, second.first().locator("button[type=submit]").last());
  }
  if ((await page.locator("main form input[type=password]").count()) > 0) {
    const said = await page.locator("main").innerText();
    throw new Error(`${who.login} could not sign in: ${said.slice(0, 300)}`);
  }
}

async function fillCode(form, who) {
  const code = form.locator("input[autocomplete=one-time-code]");
  if ((await code.count()) > 0) await code.first().fill(await freshCode(who, data));
}

const staffRoles = ["clerk", "approver", "supervisor", "item-steward", "licence-steward", "seal-keeper", "unit-head", "seal-registrar", "admin", "auditor"];

/** Signs in as a role at its own door. */
export async function signIn(page, role, note) {
  await go(page, staffRoles.includes(role) ? "/staff/login" : "/login");
  await signInHere(page, account(role, note));
}

const kept = new Map();

/** Signs in once and returns what the browser keeps of it, for other windows of the same person. */
export async function stateOf(browser, role, note) {
  const key = `${role} ${note ?? ""}`;
  if (!kept.has(key)) {
    const page = await visitor(browser);
    await signIn(page, role, note);
    kept.set(key, await page.context().storageState());
    await page.context().close();
  }
  return kept.get(key);
}

/** Clicks and waits until the page that comes of it is loaded. */
export async function press(page, control) {
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), control.click()]);
}
