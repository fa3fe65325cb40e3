// For everybody: axe in every state, the keyboard alone, and what a screen reader is told.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { findings } from "../lib/axe.js";
import { DRAFT, fill, make, ready, SENTENCE, start, state } from "../lib/studio.js";

const focused = (page, id) => page.waitForFunction((id) => document.activeElement?.id === id, id);

for (const colorScheme of ["light", "dark"]) {
  describe(`axe, ${colorScheme}`, () => {
    let studio, who, page;
    before(async () => {
      studio = await start();
      who = await studio.person({ colorScheme });
      page = await who.visit();
      await ready(page);
    });
    after(() => studio?.close());

    it("finds nothing on the empty page", async () => assert.deepEqual(await findings(page), []));

    it("finds nothing with problems shown and settings open", async () => {
      await fill(page, { prompt: "", seed: "x", steps: 0 });
      await page.click("#generate");
      await page.waitForFunction(() => document.getElementById("prompt-problem").innerText);
      assert.deepEqual(await findings(page), []);
    });

    it("finds nothing while a clip is made", async () => {
      await fill(page, { prompt: "a dragon and a red ball bounce", steps: 64, seed: 1 });
      await page.click("#generate");
      await state(page, "working");
      await page.locator("#unknown").waitFor();
      assert.deepEqual(await findings(page), []);
      await page.keyboard.press("Escape");
      await state(page, "cancelled");
    });

    it("finds nothing with a clip, its history and a notice", async () => {
      await fill(page, DRAFT);
      await make(page);
      await page.locator(".tile").waitFor();
      await page.getByText("About this clip").click();
      await page.click("#copy-link");
      await page.locator("#notice").waitFor();
      assert.deepEqual(await findings(page), []);
    });
  });
}

describe("the keyboard alone", () => {
  let studio, who, page;
  before(async () => {
    studio = await start();
    who = await studio.person();
    page = await who.visit();
    await ready(page);
  });
  after(() => studio?.close());

  /** Presses Tab until an element is reached. */
  const tabTo = async (id) => {
    for (let presses = 0; presses < 60; presses++) {
      if (await page.evaluate((id) => document.activeElement?.id === id, id)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab never reaches #${id}`);
  };

  it("types, chooses, makes, cancels", async () => {
    await tabTo("prompt");
    await page.keyboard.type(SENTENCE);
    await tabTo("generate");
    await page.keyboard.press("Enter");
    await state(page, "working");
    await focused(page, "cancel");
    await page.keyboard.press("Enter");
    await state(page, "cancelled");
    await focused(page, "generate");
  });

  it("makes a clip by Ctrl and Enter and lands on the player", async () => {
    await fill(page, DRAFT);
    await page.focus("#prompt");
    await page.keyboard.press("Control+Enter");
    await state(page, "working");
    await tabTo("cancel");
    await state(page, "done");
    await focused(page, "player");
    await tabTo("download");
    await tabTo("copy-link");
  });

  it("tells a screen reader what happens", async () => {
    const said = [];
    await page.exposeFunction("heard", (sentence) => said.push(sentence));
    await page.evaluate(() => {
      const region = document.getElementById("said");
      new MutationObserver(() => window.heard(region.innerText)).observe(region, { childList: true, characterData: true, subtree: true });
    });
    await fill(page, { ...DRAFT, prompt: "a dragon bounces" });
    await page.click("#generate");
    await state(page, "working");
    const bar = await page.waitForSelector("#progress[aria-valuetext]");
    assert.equal(await bar.getAttribute("role"), "progressbar");
    await state(page, "done");
    await page.waitForFunction(() => document.getElementById("said").innerText.startsWith("The clip is ready"));
    assert.ok(said.some((sentence) => sentence.includes("dragon")), said.join(" / "));
    assert.equal(await page.getAttribute("#said", "aria-live"), "polite");
  });

  it("broke nowhere", () => assert.deepEqual(who.defects, []));
});
