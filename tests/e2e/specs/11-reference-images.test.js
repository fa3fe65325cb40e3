// Reference images: a photo becomes the background, a cut-out the first subject; both travel with the recipe.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { screenshots } from "../lib/screenshots.js";
import { copiedLink, DRAFT, fill, frames, generate, generatesTheSame, notice, useStudio } from "../lib/studio.js";

const PROMPT = "a ball bounces on a wooden floor, realistic";

/** Draws an image in the browser: a photo whose red grows to the right and green downwards, or a magenta disc on transparency. */
const drawn = (page, kind, type) =>
  page.evaluate(
    async ([kind, type]) => {
      const canvas = new OffscreenCanvas(600, 400);
      const context = canvas.getContext("2d");
      if (kind === "photo") {
        const image = context.createImageData(600, 400);
        image.data.forEach((_, at, data) => {
          const [x, y] = [(at >> 2) % 600, Math.floor((at >> 2) / 600)];
          data[at] = [(x / 600) * 255, (y / 400) * 255, 64, 255][at & 3];
        });
        context.putImageData(image, 0, 0);
      } else {
        context.fillStyle = "rgb(230 20 230)";
        context.arc(200, 150, 90, 0, 7);
        context.fill();
      }
      const blob = await canvas.convertToBlob({ type });
      return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
    },
    [kind, type],
  );

const pixel = (frame, x, y) => [...frame.subarray((y * 128 + x) * 3, (y * 128 + x) * 3 + 3)];
const magenta = (frame) => {
  let count = 0;
  for (let at = 0; at < frame.length; at += 3) count += frame[at] > 190 && frame[at + 1] < 80 && frame[at + 2] > 190;
  return count;
};
/** Whether the upper corners, where no ball is, show the photo, cropped to its middle two thirds. */
const showsPhoto = (frame) => {
  const [left, right] = [pixel(frame, 4, 4), pixel(frame, 123, 4)];
  const near = (a, b) => a.every((value, i) => Math.abs(value - b[i]) < 24);
  return near(left, [48, 8, 64]) && near(right, [208, 8, 64]);
};

describe("reference images", () => {
  const suite = useStudio();
  let page;
  before(async () => {
    ({ page } = suite);
    await fill(page, { prompt: PROMPT, ...DRAFT });
  });

  const images = () => page.locator(".reference-image").allInnerTexts();
  const choose = async (kind, type) => {
    const buffer = Buffer.from(await drawn(page, kind, type), "base64");
    await page.setInputFiles("#open-picture", { name: `${kind}.${type.split("/")[1]}`, mimeType: type, buffer });
  };

  it("use a photo as the background", async () => {
    await choose("photo", "image/jpeg");
    await page.locator('.reference-image[data-use="place"]').waitFor();
    const requests = [];
    page.on("request", (request) => /^https?:/.test(request.url()) && requests.push(request.url()));
    await generate(page);
    assert.deepEqual(requests, [], "the photo stays in the browser");
    const all = await frames(page);
    assert.ok(all.every(showsPhoto), `${pixel(all[8], 4, 4)} and ${pixel(all[8], 123, 4)}`);
  });

  it("use a dropped cut-out as the first subject", async () => {
    const coded = await drawn(page, "disc", "image/png");
    await page.evaluate((coded) => {
      const bytes = Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], "disc.png", { type: "image/png" }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, coded);
    await page.locator('.reference-image[data-use="subject"]').waitFor();
    assert.equal((await images()).length, 2);
    await generate(page);
    const all = await frames(page);
    assert.ok(all.every((frame) => showsPhoto(frame) && magenta(frame) > 60), all.map(magenta).join());
    await screenshots(page, "reference-images");
  });

  it("travel in the recipe link", async () => {
    const hash = await page.getAttribute("#stage", "data-frames-hash");
    await generatesTheSame(suite, await copiedLink(page), hash, async (there) => {
      await there.locator(".reference-image img").first().waitFor();
      assert.equal(await there.locator(".reference-image img").count(), 2);
    });
  });

  it("stay in a remix until they are removed", async () => {
    await page.click("#remix");
    await page.locator("#lineage").waitFor();
    assert.equal((await images()).length, 2);
    await page.fill("#prompt", PROMPT.replace("bounces", "rolls"));
    await generate(page);
    assert.ok((await frames(page)).every((frame) => showsPhoto(frame) && magenta(frame) > 60));
    await page.locator('.reference-image[data-use="place"]').getByRole("button", { name: "Remove" }).click();
    await generate(page);
    const all = await frames(page);
    assert.ok(all.every((frame) => !showsPhoto(frame)) && all.some((frame) => magenta(frame) > 60));
    await page.locator(".reference-image").getByRole("button").click();
    assert.deepEqual(await images(), []);
  });

  it("refuse a file that is not an image", async () => {
    await page.setInputFiles("#open-picture", { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no image") });
    assert.match(await notice(page, "is not an image"), /“notes.png” is not an image that this browser can open/);
    assert.deepEqual(await images(), []);
    assert.deepEqual(suite.errors(), []);
  });
});
