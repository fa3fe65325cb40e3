// Lineage: a remix keeps what its prompt does not change; an extension starts with the frames of its clip.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { screenshots } from "../lib/screenshots.js";
import { copiedLink, download, DRAFT, fill, focused, frames, generate, generatesTheSame, notice, PROMPT, state, tabTo, useStudio } from "../lib/studio.js";

const BLUE = PROMPT.replace("red", "blue");

const lengths = (page) => page.getByRole("group", { name: "Length" }).locator("label").allInnerTexts();
const chosen = (page, name) => page.getByRole("radio", { name, exact: true }).isChecked();

/** Returns the bytes of the recipe of the clip in the player. */
async function recipe(page) {
  const link = await copiedLink(page);
  return Buffer.from(link.split("#r=")[1], "base64url");
}

/** Returns the mean absolute difference of two clips, 0 to 255. */
function distance(a, b) {
  let [sum, count] = [0, 0];
  a.forEach((frame, at) => frame.forEach((value, i) => (count++, (sum += Math.abs(value - b[at][i])))));
  return sum / count;
}

describe("remix and extend", () => {
  const suite = useStudio();
  let page, hash, first, blue;
  before(async () => {
    ({ page } = suite);
    await fill(page, DRAFT);
    hash = await generate(page);
    first = await frames(page);
  });

  it("Remix fills the form and explains what is kept", async () => {
    await page.click("#remix");
    await focused(page, "prompt");
    const lineage = await page.innerText("#lineage");
    assert.match(lineage, /Remix of “a red rubber ball[^]*Keep what I don’t change[^]*The rest stays the same/);
    assert.equal(await page.inputValue("#seed"), "7");
    assert.equal(await page.isChecked("#keep-unchanged"), true);
    await screenshots(page, "lineage-remix");
  });

  it("a remix of another shape starts from scratch", async () => {
    await page.getByRole("radio", { name: "wide", exact: true }).check();
    assert.match(await page.innerText("#lineage"), /length or shape differs/);
    await page.getByRole("radio", { name: "square", exact: true }).check();
  });

  it("a remix keeps what the prompt does not change", async () => {
    await page.fill("#prompt", BLUE);
    const remixed = await generate(page);
    blue = await frames(page);
    assert.notEqual(remixed, hash);
    const bytes = await recipe(page);
    assert.ok(bytes.includes("remix") && bytes.includes(BLUE) && bytes.includes(PROMPT), "the recipe contains its source");
    await page.uncheck("#keep-unchanged");
    assert.match(await page.innerText("#lineage"), /everything is generated from scratch/);
    await generate(page);
    assert.ok(!(await recipe(page)).includes(PROMPT), "the recipe contains no source");
    const [kept, scratch] = [distance(blue, first), distance(await frames(page), first)];
    assert.ok(kept > 0 && kept < scratch, `${kept} with the source, ${scratch} without`);
  });

  it("the link of a remix generates the same clip, not a remix of it", async () => {
    await page.check("#keep-unchanged");
    const remixed = await generate(page);
    await generatesTheSame(suite, await copiedLink(page), remixed, async (there) => {
      await there.locator("#linked", { hasText: "This link contains a recipe" }).waitFor();
      await there.locator("#lineage", { hasText: "Remix of “a red" }).waitFor();
    });
  });

  it("an extension starts with the exact frames of the clip", async () => {
    await page.click("#extend");
    await focused(page, "prompt");
    assert.match(await page.innerText("#lineage"), /Extends “a blue rubber ball[^]*Keeps the first 0\.75 s\. Describe what happens next/);
    assert.deepEqual(await lengths(page), ["1.4 s", "2.75 s", "3.1 s", "5.1 s", "8.1 s"]);
    assert.equal(await chosen(page, "3.1 s"), true);
    assert.equal(await page.getByRole("radio", { name: "wide" }).count(), 0);
    await screenshots(page, "lineage-extend");
    await page.getByRole("radio", { name: "1.4 s", exact: true }).check();
    await page.fill("#prompt", "a blue rubber ball rolls on a wooden floor, cinematic");
    await generate(page);
    const longer = await frames(page);
    assert.equal(longer.length, 17);
    assert.deepEqual(longer.slice(0, 9), blue);
    assert.ok(distance(longer.slice(9, 17), blue.slice(0, 8)) > 0);
    const bytes = await recipe(page);
    assert.ok(bytes.includes("extend") && bytes.includes(BLUE));
    await page.getByText("About this clip").click();
    assert.match(await page.innerText(".facts"), /Extends\s+a blue rubber ball bounces/);
  });

  it("the form can be detached from the clip", async () => {
    await page.getByRole("button", { name: "Start from scratch" }).click();
    await page.locator("#lineage").waitFor({ state: "detached" });
    await focused(page, "prompt");
    assert.deepEqual(await lengths(page), ["0.75 s", "1.4 s", "2.75 s", "5.1 s", "8.1 s"]);
  });

  it("a replaced prompt can be restored", async () => {
    await page.fill("#prompt", "my own prompt");
    await page.click("#remix");
    await notice(page, "The clip's prompt replaced yours");
    await page.click("#notice-action");
    assert.equal(await page.inputValue("#prompt"), "my own prompt");
    assert.equal(await page.locator("#lineage").count(), 0);
  });

  it("an opened clip file is remixed", async () => {
    const { path } = await download(page);
    await page.setInputFiles("#open-file", path);
    await page.locator("#lineage", { hasText: "Remix of the clip file that you opened" }).waitFor();
    assert.equal(await page.isChecked("#keep-unchanged"), true);
    await page.getByRole("button", { name: "Not a remix" }).click();
    await page.locator("#lineage").waitFor({ state: "detached" });
  });

  it("the keyboard reaches everything", async () => {
    await page.focus("#player");
    await tabTo(page, "remix");
    await page.keyboard.press("Enter");
    await focused(page, "prompt");
    await page.keyboard.press("Control+A");
    await page.keyboard.type(PROMPT);
    await tabTo(page, "detach-origin");
    await tabTo(page, "keep-unchanged");
    await page.keyboard.press("Space");
    assert.equal(await page.isChecked("#keep-unchanged"), false);
    await page.keyboard.press("Control+Enter");
    await state(page, "working");
    await tabTo(page, "cancel");
    await state(page, "done");
    await focused(page, "player");
    await tabTo(page, "extend");
  });

  it("a clip of maximum length cannot be extended", async () => {
    await page.click("#detach-origin");
    await fill(page, { length: "8.1 s", steps: 1, seed: 7 });
    await generate(page);
    assert.equal((await frames(page)).length, 97);
    assert.equal(await page.getAttribute("#extend", "aria-disabled"), "true");
    assert.match(await page.innerText("#cannot-extend"), /Cannot be extended: it has the maximum length/);
    await page.click("#extend", { force: true });
    assert.equal(await page.locator("#lineage").count(), 0);
    await screenshots(page, "lineage-cannot-extend");
  });

  it("causes no page errors", () => assert.deepEqual(suite.errors(), []));
});
