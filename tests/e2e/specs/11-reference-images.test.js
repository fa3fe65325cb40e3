// Pictures in a clip: a photo is the place, a cut-out is the first thing, and both travel with the recipe.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { look } from "../lib/look.js";
import { copiedLink, DRAFT, fill, frames, make, makesTheSame, notice, ready, start } from "../lib/studio.js";

const PROMPT = "a ball bounces on a wooden floor, realistic";

/** A picture that the browser draws: red grows to the right and green downwards, or a magenta disc on nothing. */
const drawn = (page, kind, type) =>
  page.evaluate(
    async ([kind, type]) => {
      const canvas = new OffscreenCanvas(600, 400);
      const context = canvas.getContext("2d");
      if (kind === "place") {
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
/** The upper corners, where no ball is: a third of the width is cut off. */
const isPlace = (frame) => {
  const [left, right] = [pixel(frame, 4, 4), pixel(frame, 123, 4)];
  const near = (a, b) => a.every((value, i) => Math.abs(value - b[i]) < 24);
  return near(left, [48, 8, 64]) && near(right, [208, 8, 64]);
};

describe("given pictures", () => {
  let studio, who, page;
  before(async () => {
    studio = await start();
    who = await studio.person();
    page = await who.visit();
    await ready(page);
    await fill(page, { prompt: PROMPT, ...DRAFT });
  });
  after(() => studio?.close());

  const given = () => page.locator(".given").allInnerTexts();
  const choose = async (kind, type) => {
    const buffer = Buffer.from(await drawn(page, kind, type), "base64");
    await page.setInputFiles("#open-picture", { name: `${kind}.${type.split("/")[1]}`, mimeType: type, buffer });
  };

  it("takes a photo as the place and shows it", async () => {
    await choose("place", "image/jpeg");
    await page.locator('.given[data-use="place"]').waitFor();
    const requests = [];
    page.on("request", (request) => /^https?:/.test(request.url()) && requests.push(request.url()));
    await make(page);
    assert.deepEqual(requests, [], "it stays in the tab");
    const all = await frames(page);
    assert.ok(all.every(isPlace), `${pixel(all[8], 4, 4)} and ${pixel(all[8], 123, 4)}`);
  });

  it("takes a dropped cut-out as the first thing", async () => {
    const coded = await drawn(page, "disc", "image/png");
    await page.evaluate((coded) => {
      const bytes = Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], "disc.png", { type: "image/png" }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, coded);
    await page.locator('.given[data-use="subject"]').waitFor();
    assert.equal((await given()).length, 2);
    await make(page);
    const all = await frames(page);
    assert.ok(all.every((frame) => isPlace(frame) && magenta(frame) > 60), all.map(magenta).join());
    await look(page, "given");
  });

  it("gives a link that brings the pictures along", async () => {
    const hash = await page.getAttribute("#stage", "data-frames-hash");
    await makesTheSame(studio, await copiedLink(page), hash, async (there) => {
      await there.locator(".given img").first().waitFor();
      assert.equal(await there.locator(".given img").count(), 2);
    });
  });

  it("keeps them in a remix until they are taken out", async () => {
    await page.click("#remix");
    await page.locator("#from").waitFor();
    assert.equal((await given()).length, 2);
    await page.fill("#prompt", PROMPT.replace("bounces", "rolls"));
    await make(page);
    assert.ok((await frames(page)).every((frame) => isPlace(frame) && magenta(frame) > 60));
    await page.locator('.given[data-use="place"]').getByRole("button", { name: "Take it out" }).click();
    await make(page);
    const all = await frames(page);
    assert.ok(all.every((frame) => !isPlace(frame)) && all.some((frame) => magenta(frame) > 60));
    await page.locator(".given").getByRole("button").click();
    assert.deepEqual(await given(), []);
  });

  it("says so where a file is no picture", async () => {
    await page.setInputFiles("#open-picture", { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
    assert.match(await notice(page, "is no picture"), /“notes.png” is no picture that this browser can show/);
    assert.deepEqual(await given(), []);
    assert.deepEqual(who.defects, []);
  });
});
