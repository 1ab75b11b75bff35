// Fills any form of the house from answers by name, and from the kind of field where none is given.
import { readFileSync } from "node:fs";
import { today } from "./answers.mjs";

/** A one-page PDF that says it is a sample. */
export const paper = {
  name: "sample.pdf",
  mimeType: "application/pdf",
  buffer: Buffer.from(
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
      "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\nxref\n0 4\n0000000000 65535 f \n" +
      "0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n165\n%%EOF\n",
  ),
};

/** A file of the repository as an upload. */
export function file(path, mimeType) {
  return { name: path.split("/").pop(), mimeType, buffer: readFileSync(path) };
}

/** Every control of a form that can be seen and changed. */
async function controls(form) {
  return form.evaluate((root) =>
    [...root.querySelectorAll("input, select, textarea")]
      .map((one, _, all) => ({
        // The number among those of its name, not of the form: other questions may come and go meanwhile.
        index: all.filter((other) => other.name === one.name).indexOf(one),
        tag: one.tagName.toLowerCase(),
        type: one.type,
        name: one.name,
        id: one.id,
        value: one.value,
        checked: one.checked,
        required: one.required || one.getAttribute("aria-required") === "true",
        optional: Boolean(one.closest(".fld")?.querySelector(".fld-opt")),
        locked: one.disabled || one.readOnly || one.type === "hidden",
        invalid: one.getAttribute("aria-invalid") === "true",
        label: (one.labels?.[0]?.innerText ?? "").trim(),
        hint: `${one.dataset.check ?? ""} ${one.getAttribute("inputmode") ?? ""} ${one.getAttribute("autocomplete") ?? ""}`,
        options: one.tagName === "SELECT" ? [...one.options].map((option) => option.value) : [],
        seen: one.getClientRects().length > 0,
      }))
      .filter((one) => !one.locked && one.name && (one.seen || one.type === "file")),
  );
}

/** A value that a person might give, by the kind of field. */
function likely(one) {
  const about = `${one.name} ${one.hint} ${one.label}`.toLowerCase();
  if (/[_.]y$/.test(one.name)) return today.slice(0, 4);
  if (/[_.]m$/.test(one.name)) return String(Number(today.slice(5, 7)));
  if (/[_.]d$/.test(one.name)) return String(Number(today.slice(8)));
  if (one.type === "date" || /date|日期/.test(about)) return today;
  if (/idcard|id_no|身份证/.test(about)) return "990103199302155943";
  if (one.type === "tel" || /phone|mobile|tel|电话|手机/.test(about)) return "13800001234";
  if (one.type === "email" || /email|邮箱/.test(about)) return "someone@example.cn";
  if (/area|面积/.test(about)) return "86.5";
  if (/numeric|decimal|number|count|days|seats|人数|数量/.test(about)) return "4";
  return "按实际情况填写";
}

/**
 * Fills the form with the given hand. What is already filled stays, as a person would keep it; an
 * empty control gets `answers[name]`, or something likely where it must be filled. A question that an
 * answer takes away, even while the hand is on it, is left out as a person would leave it.
 */
export async function fill(hand, form, answers = {}) {
  const groups = new Set();
  for (const one of await controls(form)) {
    const control = form.locator(`:is(input, select, textarea)[name="${one.name}"]`).nth(one.index);
    try {
      await enter(hand, form, one, control, answers[one.name], groups.has(one.name));
    } catch (error) {
      if ((await control.count()) > 0) throw error;
    }
    groups.add(one.name);
  }
}

/** Fills one control; `again` when another of its name came before it. */
async function enter(hand, form, one, control, answer, again) {
  if ((await control.count()) === 0) return;
  if (one.type === "file") {
    await control.setInputFiles(answer ?? paper);
  } else if (one.type === "radio") {
    if (!again) await pick(hand, form, one.name, answer);
  } else if (one.type === "checkbox") {
    const wanted = answer === undefined ? !again : [answer].flat().some((it) => it === true || it === one.value);
    if (wanted && !one.checked) await hand.check(control);
  } else if (one.tag === "select") {
    const choice = answer ?? one.options.find((value) => value !== "");
    if (one.value === "" && choice) await hand.choose(control, choice);
  } else if (one.value === "" || one.invalid) {
    if (answer !== undefined) await hand.fill(control, String(answer));
    else if (!one.optional) await hand.fill(control, likely(one));
  }
}

/** Chooses in a group of radios: the answer, or the first when nothing is chosen. */
async function pick(hand, form, name, answer) {
  const group = form.locator(`input[type=radio][name="${name}"]`);
  const chosen = await form.locator(`input[type=radio][name="${name}"]:checked`).count();
  if (answer !== undefined) {
    const wanted = form.locator(`input[type=radio][name="${name}"][value="${answer}"]`);
    if ((await wanted.count()) > 0) return hand.check(wanted.first());
  }
  return chosen === 0 ? hand.check(group.first()) : undefined;
}

/** What the page complains of, for a message when a form is not accepted. */
export async function complaints(page) {
  const texts = await page.locator(".fld-error, [role=alert]").allInnerTexts();
  return texts.map((text) => text.trim().replace(/\s+/g, " ")).join(" · ");
}
