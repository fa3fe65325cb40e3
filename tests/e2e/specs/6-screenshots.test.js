// The page on desktop and phone, light and dark: screenshots to review, and nothing wider than the window.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { screenshots } from "../lib/screenshots.js";
import { fill, PROMPT, state, useStudio } from "../lib/studio.js";

describe("the page", () => {
  const suite = useStudio({ deviceScaleFactor: 1 });
  // The accessibility suite runs axe on these states.
  const shoot = (name) => screenshots(suite.page, name, { axe: false });

  it("fits the window when empty", () => shoot("empty"));

  it("shows the button without scrolling", async () => {
    const button = await suite.page.locator("#generate").boundingBox();
    assert.ok(button.y + button.height <= 800, `the button ends at ${button.y + button.height}`);
  });

  it("fits the window during generation", async () => {
    const { page } = suite;
    await fill(page, { prompt: PROMPT, seed: 7 });
    await page.click("#generate");
    await state(page, "working");
    await page.waitForFunction(() => window.observed.previews >= 2, null, { timeout: 100_000 });
    await shoot("generating");
    await state(page, "done");
  });

  it("fits the window with a clip", async () => {
    const { page } = suite;
    await page.locator(".tile").waitFor();
    // At one second the ball is in the air.
    await page.evaluate(async () => {
      const video = document.getElementById("player");
      const seeked = new Promise((seeked) => video.addEventListener("seeked", seeked, { once: true }));
      video.currentTime = 1;
      await seeked;
    });
    await shoot("done");
  });

  it("fits the window with problems", async () => {
    const { page } = suite;
    await page.fill("#prompt", "");
    await page.fill("#seed", "banana");
    await page.click("#generate");
    await page.locator("#prompt-problem:not(:empty)").waitFor();
    await shoot("problem");
  });

  it("accepts input soon after navigation", async (test) => {
    const fresh = await suite.visitor.visit();
    await fresh.waitForSelector("#prompt");
    // Reported, not asserted: the budget is one second on an idle machine.
    test.diagnostic(`${(await fresh.evaluate(() => performance.now())).toFixed(0)} ms`);
    await fresh.fill("#prompt", "typed before the model is ready");
    assert.equal(await fresh.inputValue("#prompt"), "typed before the model is ready");
    await fresh.close();
  });
});
