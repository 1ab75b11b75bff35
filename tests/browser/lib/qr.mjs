// Reads codes as a stranger's telephone would: pictures in, text out. Nothing of the house's own is used.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const reader = readFileSync(createRequire(import.meta.url).resolve("jsqr/dist/jsQR.js"), "utf8");

/** The text of the code on a picture (its address on this site), drawn so many pixels wide; null when none is found. */
export async function codeOn(page, address, width = 1240) {
  await page.evaluate(reader);
  return page.evaluate(
    async ([address, width]) => {
      const svg = await (await fetch(address)).text();
      const picture = new Image();
      picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
      await picture.decode();
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = Math.round((width * picture.naturalHeight) / picture.naturalWidth);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
      return globalThis.jsQR(data, canvas.width, canvas.height)?.data ?? null;
    },
    [address, width],
  );
}

/** The text of a code on a screenshot, read in a page of its own; null when none is found. */
export async function codeIn(page, shot) {
  await page.evaluate(reader);
  return page.evaluate(async (data) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${data}`;
    await picture.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
    const pen = canvas.getContext("2d");
    pen.drawImage(picture, 0, 0);
    const seen = pen.getImageData(0, 0, canvas.width, canvas.height);
    return globalThis.jsQR(seen.data, canvas.width, canvas.height)?.data ?? null;
  }, shot.toString("base64"));
}

/** Gives every page of a context what Chromium on Linux lacks: a reader of codes, as telephones have it. */
export async function withReader(context) {
  await context.addInitScript(`${reader};
    globalThis.BarcodeDetector = class {
      async detect(source) {
        const width = source.videoWidth ?? source.width;
        const height = source.videoHeight ?? source.height;
        if (!width) return [];
        const canvas = document.createElement("canvas");
        canvas.width = width;
        canvas.height = height;
        const pen = canvas.getContext("2d");
        pen.drawImage(source, 0, 0);
        const found = globalThis.jsQR(pen.getImageData(0, 0, width, height).data, width, height);
        return found ? [{ rawValue: found.data }] : [];
      }
    };`);
}

/** Writes what a camera sees that looks at an element of a page: a film of one picture (Y4M, 640 × 480). */
export async function filmOf(page, selector, file) {
  const grey = await page.evaluate(async (selector) => {
    const svg = document.querySelector(selector).outerHTML.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
    const picture = new Image();
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    await picture.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 480];
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#ddd";
    pen.fillRect(0, 0, 640, 480);
    pen.drawImage(picture, 130, 50, 380, 380);
    const { data } = pen.getImageData(0, 0, 640, 480);
    return Array.from({ length: 640 * 480 }, (_, n) => data[4 * n]);
  }, selector);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), Buffer.from(grey), Buffer.alloc(320 * 240 * 2, 128)]);
  const head = Buffer.from("YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n");
  writeFileSync(file, Buffer.concat([head, ...Array.from({ length: 10 }, () => frame)]));
}
