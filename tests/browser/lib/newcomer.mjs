// Somebody without an account: signs up with a phone and a code, then proves the real name.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fill } from "./forms.mjs";
import { mouse } from "./hands.mjs";
import { go, press } from "./house.mjs";
import { at, onward } from "./journey.mjs";

const password = "a-long-enough-phrase-2026";

/** Somebody of the sample population who has no account, by his row. */
export function person(row) {
  const text = readFileSync(new URL("../../../data/sample/persons.csv", import.meta.url), "utf8");
  const [head, ...lines] = text.trim().split(/\r?\n/).map((line) => line.split(","));
  return Object.fromEntries(head.map((name, at) => [name, lines[row][at]]));
}

/** The texts that the sandbox sent to a phone, newest first, read in a window of its own. */
async function textsTo(page, phone) {
  const window = await page.context().newPage();
  await go(window, "/sandbox/outbox");
  const own = window.locator("p.row-note", { hasText: new RegExp(`${phone.slice(-4)}\\s*$`) });
  const texts = await window.locator("main ol li").filter({ has: own }).allInnerTexts();
  await window.close();
  return texts.map((text) => text.replace(/\s+/g, " "));
}

/** Asks for a code and stops at the page that wants it; returns the code, which is sent after the answer. */
export async function askCode(page, phone, path) {
  const before = (await textsTo(page, phone)).length;
  await go(page, path);
  const form = page.locator("main form:has(input[name=phone])").first();
  await form.locator("input[name=phone]").fill(phone);
  for (const box of await form.locator("input[type=checkbox]").all()) await box.check();
  await press(page, form.locator("button.btn-primary").last());
  assert.match(at(page), /\/code$/);
  for (let count = 0; count < 40; count += 1) {
    const texts = await textsTo(page, phone);
    const code = texts.length > before ? texts[0].match(/\D(\d{6})\D/)?.[1] : undefined;
    if (code) return code;
    await page.waitForTimeout(250);
  }
  return assert.fail(`no code was sent to ${phone}`);
}

/** Opens an account. */
export async function signUp(page, one) {
  const code = await askCode(page, one.phone, "/register");
  await fill(mouse(page), onward(page), { code, password });
  await press(page, onward(page).locator("button.btn-primary").last());
  assert.ok(!at(page).startsWith("/register"), page.url());
}

/** Proves the real name against the population register. */
export async function verify(page, one) {
  await go(page, "/verify-me");
  const form = onward(page);
  await form.locator("input[name=name]").fill(one.name);
  await form.locator("input[name=id_no]").fill(one.id_no);
  await form.locator("input[type=checkbox]").check();
  await press(page, form.locator("button.btn-primary").last());
  assert.notEqual(at(page), "/verify-me", await page.locator("main").innerText());
}

/** Signs in with a code instead of the password. */
export async function signInByCode(page, phone) {
  const code = await askCode(page, phone, "/login?way=sms");
  const form = onward(page);
  await form.locator("input[name=code]").fill(code);
  await press(page, form.locator("button.btn-primary").last());
  assert.ok(!at(page).startsWith("/login"), page.url());
}
