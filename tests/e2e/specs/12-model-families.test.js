// A second model family, opened by its manifest: the toy of tests/fixtures/toy makes a clip in the same page and worker.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeFrames, decodeSound, loudness, probe, psnr } from "../lib/media.js";
import { download, fill, frames, generate, ready, state, useStudio } from "../lib/studio.js";

const TOY = "/?device=cpu&model=models/toy/model.json";

describe("a model of another family", () => {
  const suite = useStudio({ load: false });

  it("makes a clip of its own size, rate and length, with silence", async () => {
    const page = await suite.visitor.visit(TOY);
    await ready(page);
    await fill(page, { prompt: "a quiet storm", seed: 3 });
    const hash = await generate(page);
    assert.match(hash, /^[0-9a-f]{64}$/);
    const raw = await frames(page);
    const { path } = await download(page);
    const { video } = probe(path);
    const { width, height, nb_read_frames, avg_frame_rate } = video[0];
    assert.deepEqual({ width, height, nb_read_frames, avg_frame_rate }, { width: 128, height: 96, nb_read_frames: "17", avg_frame_rate: "16/1" });
    // Noise does not survive H.264, but the file resembles its own frames more than the same frames backwards.
    const decoded = decodeFrames(path, 128, 96);
    const [own, backwards] = [psnr(decoded, raw), psnr(decoded, [...raw].reverse())];
    assert.ok(own > backwards + 1, `${own} dB, backwards ${backwards} dB`);
    assert.ok(loudness(decodeSound(path)) < 1e-4);
    // The same recipe gives the same frames.
    assert.equal(await generate(await again(page)), hash);
  });

  it("offers its own shapes and lengths", async () => {
    const page = await suite.visitor.visit(TOY);
    await ready(page);
    const names = (name) => page.locator(`input[name="${name}"]`).evaluateAll((all) => all.map((input) => input.closest("label").innerText.trim()));
    assert.deepEqual(await names("size"), ["wide", "tall"]);
    assert.ok((await names("frames")).includes("5.1 s"), String(await names("frames")));
  });

  it("makes its other shape without errors", async () => {
    const page = await suite.visitor.visit(TOY);
    await ready(page);
    await fill(page, { prompt: "a quiet storm", shape: "tall" });
    await generate(page);
    assert.equal((await frames(page))[0].length, 96 * 128 * 3);
    assert.deepEqual(suite.errors(), []);
  });

  it("is refused by name when this build does not have its family", async () => {
    const page = await suite.visitor.visit("/?device=cpu&model=models/toy/unknown.json");
    await page.waitForSelector('main[data-weights="failed"]');
    assert.match(await page.textContent("main"), /family/);
    await state(page, "idle");
  });
});

/** Keeps the seed of the last clip. */
async function again(page) {
  await page.fill("#seed", "3");
  return page;
}
