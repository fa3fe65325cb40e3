// Forced WebGPU on a software adapter: the same picture as the processor's.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { psnr } from "../lib/media.js";
import { DRAFT, fill, frames, make, notice, ready, start, state } from "../lib/studio.js";

/** Frames of one recipe on one device. */
async function made(who, device, recipe) {
  const page = await who.visit(`/?device=${device}`);
  await ready(page);
  await fill(page, recipe);
  const clicked = Date.now();
  await make(page);
  const took = (Date.now() - clicked) / 1000;
  const used = await page.getAttribute("#stage", "data-device");
  const drawn = await frames(page);
  const device_line = await page.innerText("#device");
  await page.close();
  return { used, drawn, device_line, took };
}

describe("WebGPU", () => {
  let studio, who;
  before(async () => {
    studio = await start();
    who = await studio.person();
  });
  after(() => studio?.close());

  it("draws what the processor draws", async () => {
    const recipe = { ...DRAFT, steps: 4 };
    const gpu = await made(who, "webgpu", recipe);
    const cpu = await made(who, "cpu", recipe);
    assert.equal(gpu.used, "webgpu");
    assert.equal(cpu.used, "cpu");
    assert.equal(gpu.drawn.length, 9);
    const likeness = psnr(gpu.drawn, cpu.drawn);
    assert.ok(likeness >= 45, `${likeness} dB`);
    assert.match(gpu.device_line, /only emulated/);
  });

  it("does so for a whole clip too, and says how long it took (budget on a software adapter: 90 seconds)", async (test) => {
    const recipe = { length: "2.75 s", steps: "", seed: 11 };
    const gpu = await made(who, "webgpu", recipe);
    const cpu = await made(who, "cpu", recipe);
    assert.equal(gpu.drawn.length, 33);
    const likeness = psnr(gpu.drawn, cpu.drawn);
    test.diagnostic(`${gpu.took} s on WebGPU, ${cpu.took} s on the processor, ${likeness.toFixed(1)} dB`);
    assert.ok(likeness >= 45, `${likeness} dB`);
  });

  it("goes on where it was when the graphics process dies", async () => {
    const page = await who.visit("/?device=webgpu");
    await ready(page);
    await fill(page, { ...DRAFT, steps: 6 });
    const calm = await make(page);
    await page.evaluate(() => {
      window.told.previews = 0;
    });
    await page.click("#generate");
    await page.waitForFunction(() => window.told.previews >= 2);
    const chromium = await studio.browser.newBrowserCDPSession();
    // The answer cannot come: whoever would give it is gone.
    chromium.send("Browser.crashGpuProcess").catch(() => {});
    await state(page, "done");
    assert.equal(await page.getAttribute("#stage", "data-frames-hash"), calm);
    assert.equal(await page.getAttribute("#stage", "data-device"), "webgpu");
    await notice(page, /goes on where it was/);
    await page.close();
  });

  it("leaves a software adapter alone unless asked, and says so", async () => {
    const page = await who.visit("/?device=auto");
    await ready(page);
    assert.match(await page.innerText("#device"), /only emulates a graphics card .*made on your processor/);
    await fill(page, DRAFT);
    await make(page);
    assert.equal(await page.getAttribute("#stage", "data-device"), "cpu");
  });

  it("broke nowhere", () => assert.deepEqual(who.defects, []));
});
