// WebGPU on a software adapter: the same frames as on the CPU, and recovery from a lost device.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { psnr } from "../lib/media.js";
import { DRAFT, fill, frames, generate, notice, ready, state, useStudio } from "../lib/studio.js";

describe("WebGPU", () => {
  const suite = useStudio({ load: false });

  /** Generates a recipe on a device in a new page. */
  const generateOn = async (device, recipe) => {
    const page = await suite.visitor.visit(`/?device=${device}`);
    await ready(page);
    await fill(page, recipe);
    const clicked = Date.now();
    await generate(page);
    const seconds = (Date.now() - clicked) / 1000;
    const used = await page.getAttribute("#stage", "data-device");
    const message = await page.innerText("#device");
    const raw = await frames(page);
    await page.close();
    return { used, message, raw, seconds };
  };

  it("generates the frames of the CPU", async () => {
    const recipe = { ...DRAFT, steps: 4 };
    const gpu = await generateOn("webgpu", recipe);
    const cpu = await generateOn("cpu", recipe);
    assert.equal(gpu.used, "webgpu");
    assert.equal(cpu.used, "cpu");
    assert.equal(gpu.raw.length, 9);
    const likeness = psnr(gpu.raw, cpu.raw);
    assert.ok(likeness >= 45, `${likeness} dB`);
    assert.match(gpu.message, /emulates it in software/);
  });

  it("generates the frames of the CPU for a full-length clip", async (test) => {
    const recipe = { length: "2.75 s", steps: "", seed: 11 };
    const gpu = await generateOn("webgpu", recipe);
    const cpu = await generateOn("cpu", recipe);
    assert.equal(gpu.raw.length, 33);
    const likeness = psnr(gpu.raw, cpu.raw);
    // The budget on a software adapter is 90 s.
    test.diagnostic(`${gpu.seconds} s on WebGPU, ${cpu.seconds} s on the CPU, ${likeness.toFixed(1)} dB`);
    assert.ok(likeness >= 45, `${likeness} dB`);
  });

  it("continues a clip after a crash of the GPU process", async () => {
    const page = await suite.visitor.visit("/?device=webgpu");
    await ready(page);
    await fill(page, { ...DRAFT, steps: 6 });
    const undisturbed = await generate(page);
    await page.evaluate(() => {
      window.observed.previews = 0;
    });
    await page.click("#generate");
    await page.waitForFunction(() => window.observed.previews >= 2);
    const chromium = await suite.browser.newBrowserCDPSession();
    // The process that would respond is gone.
    chromium.send("Browser.crashGpuProcess").catch(() => {});
    await state(page, "done");
    assert.equal(await page.getAttribute("#stage", "data-frames-hash"), undisturbed);
    assert.equal(await page.getAttribute("#stage", "data-device"), "webgpu");
    await notice(page, /continues where it was/);
    await page.close();
  });

  it("is not used on a software adapter unless requested", async () => {
    const page = await suite.visitor.visit("/?device=auto");
    await ready(page);
    assert.match(await page.innerText("#device"), /emulates WebGPU in software .*render on the CPU/);
    await fill(page, DRAFT);
    await generate(page);
    assert.equal(await page.getAttribute("#stage", "data-device"), "cpu");
  });

  it("causes no page errors", () => assert.deepEqual(suite.errors(), []));
});
