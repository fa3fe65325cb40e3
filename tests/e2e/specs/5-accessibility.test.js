// Accessibility: axe in every state, the keyboard alone, announcements to screen readers.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findings } from "../lib/axe.js";
import { DRAFT, fill, focused, generate, PROMPT, state, tabTo, useStudio } from "../lib/studio.js";

for (const colorScheme of ["light", "dark"]) {
  describe(`axe, ${colorScheme}`, () => {
    const suite = useStudio({ colorScheme });

    it("finds nothing on the empty page", async () => assert.deepEqual(await findings(suite.page), []));

    it("finds nothing with problems and open settings", async () => {
      const { page } = suite;
      await fill(page, { prompt: "", seed: "x", steps: 0 });
      await page.click("#generate");
      await page.waitForFunction(() => document.getElementById("prompt-problem").innerText);
      assert.deepEqual(await findings(page), []);
    });

    it("finds nothing during generation", async () => {
      const { page } = suite;
      await fill(page, { prompt: "a wooden dragon and a red ball bounce", steps: 64, seed: 1 });
      await page.click("#generate");
      await state(page, "working");
      await page.locator("#unknown").waitFor();
      assert.deepEqual(await findings(page), []);
      await page.keyboard.press("Escape");
      await state(page, "cancelled");
    });

    it("finds nothing with a clip, its history and a notice", async () => {
      const { page } = suite;
      await fill(page, DRAFT);
      await generate(page);
      await page.locator(".tile").waitFor();
      await page.getByText("About this clip").click();
      await page.click("#copy-link");
      await page.locator("#notice").waitFor();
      assert.deepEqual(await findings(page), []);
    });
  });
}

describe("the keyboard alone", () => {
  const suite = useStudio();

  it("reaches the prompt, starts a clip and cancels it", async () => {
    const { page } = suite;
    await tabTo(page, "prompt");
    await page.keyboard.type(PROMPT);
    await tabTo(page, "generate");
    await page.keyboard.press("Enter");
    await state(page, "working");
    await focused(page, "cancel");
    await page.keyboard.press("Enter");
    await state(page, "cancelled");
    await focused(page, "generate");
  });

  it("starts a clip by Ctrl+Enter and moves the focus to the player", async () => {
    const { page } = suite;
    await fill(page, DRAFT);
    await page.focus("#prompt");
    await page.keyboard.press("Control+Enter");
    await state(page, "working");
    await tabTo(page, "cancel");
    await state(page, "done");
    await focused(page, "player");
    await tabTo(page, "download");
    await tabTo(page, "copy-link");
  });
});

describe("a screen reader", () => {
  const suite = useStudio();

  it("receives the progress, unknown words and the end", async () => {
    const { page } = suite;
    const announced = [];
    await page.exposeFunction("announced", (sentence) => announced.push(sentence));
    await page.evaluate(() => {
      const region = document.getElementById("announcement");
      new MutationObserver(() => window.announced(region.innerText)).observe(region, { childList: true, characterData: true, subtree: true });
    });
    await fill(page, { ...DRAFT, prompt: "a dragon bounces" });
    await page.click("#generate");
    await state(page, "working");
    const bar = await page.waitForSelector("#progress[aria-valuetext]");
    assert.equal(await bar.getAttribute("role"), "progressbar");
    await state(page, "done");
    await page.waitForFunction(() => document.getElementById("announcement").innerText.startsWith("The clip is ready"));
    assert.ok(announced.some((sentence) => sentence.includes("dragon")), announced.join(" / "));
    assert.equal(await page.getAttribute("#announcement", "aria-live"), "polite");
  });

  it("causes no page errors", () => assert.deepEqual(suite.errors(), []));
});
