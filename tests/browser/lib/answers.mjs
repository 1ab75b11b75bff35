// Answers for a service's form: the first example of its pack, laid out by the names of the form's controls.
import { readFileSync } from "node:fs";

/** A day in China, so many days from today, as 2026-11-22. */
export const day = (after) => new Date(Date.now() + 8 * 3_600_000 + after * 86_400_000).toISOString().slice(0, 10);
/** Today in China, as the forms ask for it. */
export const today = day(0);

/** The answers of the first example in `packs/SLUG/tests.toml`, by control name. */
export function answersOf(slug) {
  const text = readFileSync(new URL(`../../../packs/${slug}/tests.toml`, import.meta.url), "utf8");
  const block = text.split("[test.answers]")[1]?.split(/^\[/m)[0] ?? "";
  const answers = {};
  for (const line of block.split("\n")) {
    const [, key, value] = line.match(/^(\w+)\s*=\s*(.+)$/) ?? [];
    // TOML values are JSON but for inline tables, which write `name = ` where JSON writes `"name": `.
    if (key) answers[key] = JSON.parse(value.replace(/([{,]\s*)(\w+)\s*=\s*/g, '$1"$2": '));
  }
  if ("date" in answers) answers.date = today;
  return laidOut(answers);
}

/** One entry per control: dates also in three boxes, tables as `key.row.column`. */
export function laidOut(answers) {
  const flat = {};
  const put = (name, value) => {
    flat[name] = typeof value === "boolean" ? value : Array.isArray(value) ? value.map(String) : String(value);
    const [, year, month, day] = String(value).match(/^(\d{4})-(\d{2})-(\d{2})$/) ?? [];
    if (!year) return;
    for (const mark of ["_", "."]) {
      flat[`${name}${mark}y`] = year;
      flat[`${name}${mark}m`] = String(Number(month));
      flat[`${name}${mark}d`] = String(Number(day));
    }
  };
  for (const [key, value] of Object.entries(answers)) {
    if (Array.isArray(value) && typeof value[0] === "object") {
      value.forEach((row, at) => Object.entries(row).forEach(([column, cell]) => put(`${key}.${at}.${column}`, cell)));
    } else {
      put(key, value);
    }
  }
  return flat;
}
