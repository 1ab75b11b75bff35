// Two ways to use a page: with the mouse, and with the keyboard alone.
import { press } from "./house.mjs";

/** How often Tab is pressed before a control counts as out of reach. */
const FARTHEST = 250;

/** Points and clicks. */
export function mouse(page) {
  return {
    name: "mouse",
    fill: (control, value) => control.fill(value),
    choose: (control, value) => control.selectOption(value),
    check: (control) => control.check(),
    press: (control) => press(page, control),
    open: (control) => aside(page, control.click()),
  };
}

/** Never clicks: reaches every control with Tab and works it with keys, as a blind or fast clerk does. */
export function keyboard(page) {
  const reach = async (control) => {
    for (let step = 0; step < FARTHEST; step += 1) {
      if (await control.evaluate((one) => one === document.activeElement)) return focusSeen(page);
      await page.keyboard.press("Tab");
    }
    throw new Error(`${await control.evaluate((one) => one.outerHTML.slice(0, 160))} is not reached with Tab`);
  };
  return {
    name: "keyboard",
    async fill(control, value) {
      await reach(control);
      if ((await control.getAttribute("type")) === "date") return typeDay(page, value);
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText(value);
    },
    async choose(control, value) {
      await reach(control);
      const down = await control.evaluate((one, wanted) => {
        const list = [...one.options];
        return list.findIndex((option) => option.value === wanted) - one.selectedIndex;
      }, value);
      const key = down < 0 ? "ArrowUp" : "ArrowDown";
      for (let step = 0; step < Math.abs(down); step += 1) await page.keyboard.press(key);
    },
    async check(control) {
      if (await control.isChecked()) return;
      const radio = (await control.getAttribute("type")) === "radio";
      if (radio) await reachRadio(page, control);
      else await reach(control);
      if (!(await control.isChecked())) await page.keyboard.press("Space");
    },
    async press(control) {
      await reach(control);
      await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.keyboard.press("Enter")]);
    },
    async open(control) {
      await reach(control);
      await aside(page, page.keyboard.press("Enter"));
    },
  };
}

/** A box for a day has three parts, in the order of the browser's own language. */
async function typeDay(page, value) {
  const [year, month, day] = value.split("-");
  for (const parts of [[year, month, day], [month, day, year], [day, month, year]]) {
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowLeft");
    for (const part of parts) {
      await page.keyboard.type(part);
      // A full part goes on by itself, but for the year, which takes six figures.
      if (part === year) await page.keyboard.press("ArrowRight");
    }
    if ((await page.evaluate(() => document.activeElement.value)) === value) return;
  }
  throw new Error(`a day cannot be typed: ${page.url()}`);
}

/** Waits for the window that an action opens, and closes it. */
async function aside(page, action) {
  const [opened] = await Promise.all([page.context().waitForEvent("page"), action]);
  await opened.waitForLoadState().catch(() => undefined);
  await opened.waitForTimeout(300);
  await opened.close();
  await page.bringToFront();
}

/** Tab stops once at a group of radios; the arrows go on inside it. */
async function reachRadio(page, control) {
  const inGroup = () =>
    control.evaluate((one) => document.activeElement.name === one.name && document.activeElement.type === "radio");
  for (let step = 0; step < FARTHEST && !(await inGroup()); step += 1) await page.keyboard.press("Tab");
  if (await control.evaluate((one) => one === document.activeElement)) return;
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press("ArrowDown");
    if (await control.isChecked()) return;
  }
  throw new Error("a radio is not reached with the arrows");
}

/** Whoever works by keyboard must see where he is: the focused control is on the screen and marked. */
async function focusSeen(page) {
  const hidden = await page.evaluate(() => {
    const one = document.activeElement;
    const box = one.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return "has no size";
    const style = getComputedStyle(one);
    const around = getComputedStyle(one.parentElement);
    const marks = (it) => (it.outlineStyle !== "none" && it.outlineWidth !== "0px") || it.boxShadow !== "none";
    const onScreen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    if (!onScreen) return "is off the screen";
    return marks(style) || marks(around) ? null : "is not marked";
  });
  if (hidden) throw new Error(`the focused control ${hidden}: ${page.url()}`);
}
