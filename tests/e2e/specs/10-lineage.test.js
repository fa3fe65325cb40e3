// From clip to clip: a remix keeps what its words do not change, a continuation begins with the frames of its clip.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { look } from "../lib/look.js";
import { copiedLink, download, DRAFT, fill, frames, make, makesTheSame, notice, ready, SENTENCE, start, state } from "../lib/studio.js";

const BLUE = SENTENCE.replace("red", "blue");

const focused = (page, id) => page.waitForFunction((id) => document.activeElement?.id === id, id);
const lengths = (page) => page.getByRole("group", { name: "Length" }).locator("label").allInnerTexts();
const chosen = (page, name) => page.getByRole("radio", { name, exact: true }).isChecked();

/** The bytes of the recipe of the clip in the player. */
async function recipe(page) {
  const link = await copiedLink(page);
  return Buffer.from(link.split("#r=")[1], "base64url");
}

/** Mean distance of two clips, 0 to 255. */
function distance(a, b) {
  let [sum, count] = [0, 0];
  a.forEach((frame, at) => frame.forEach((value, i) => (count++, (sum += Math.abs(value - b[at][i])))));
  return sum / count;
}

describe("from clip to clip", () => {
  let studio, who, page, hash, first, blue;
  before(async () => {
    studio = await start();
    who = await studio.person();
    page = await who.visit();
    await ready(page);
    await fill(page, DRAFT);
    hash = await make(page);
    first = await frames(page);
  });
  after(() => studio?.close());

  it("fills the form for a remix and says what will happen", async () => {
    await page.click("#remix");
    await focused(page, "prompt");
    const from = await page.innerText("#from");
    assert.match(from, /A remix of “a red rubber ball[^]*Keep what I don’t change[^]*The rest stays as it is/);
    assert.equal(await page.inputValue("#seed"), "7");
    assert.equal(await page.isChecked("#keep-rest"), true);
    await look(page, "made-from-remix");
  });

  it("says that pictures do not fit another shape", async () => {
    await page.getByRole("radio", { name: "wide", exact: true }).check();
    assert.match(await page.innerText("#from"), /another length or shape/);
    await page.getByRole("radio", { name: "square", exact: true }).check();
  });

  it("keeps what the words do not change", async () => {
    await page.fill("#prompt", BLUE);
    const remixed = await make(page);
    blue = await frames(page);
    assert.notEqual(remixed, hash);
    const held = await recipe(page);
    assert.ok(held.includes("remix") && held.includes(BLUE) && held.includes(SENTENCE), "the recipe has its source");
    await page.uncheck("#keep-rest");
    assert.match(await page.innerText("#from"), /everything is drawn anew/);
    await make(page);
    assert.ok(!(await recipe(page)).includes(SENTENCE), "there is no source any more");
    const [kept, anew] = [distance(blue, first), distance(await frames(page), first)];
    assert.ok(kept > 0 && kept < anew, `${kept} with it, ${anew} without`);
  });

  it("gives a link to a remix that makes the same clip, and no remix of a remix", async () => {
    await page.check("#keep-rest");
    const remixed = await make(page);
    await makesTheSame(studio, await copiedLink(page), remixed, async (there) => {
      await there.locator("#linked", { hasText: "This link brought a recipe" }).waitFor();
      await there.locator("#from", { hasText: "A remix of “a red" }).waitFor();
    });
  });

  it("goes on with the very frames of the clip", async () => {
    await page.click("#go-on");
    await focused(page, "prompt");
    assert.match(await page.innerText("#from"), /Goes on from “a blue rubber ball[^]*0\.75 s stay as they are/);
    assert.deepEqual(await lengths(page), ["1.4 s", "2.75 s", "3.1 s", "5.1 s", "8.1 s"]);
    assert.equal(await chosen(page, "3.1 s"), true);
    assert.equal(await page.getByRole("radio", { name: "wide" }).count(), 0);
    await look(page, "made-from-go-on");
    await page.getByRole("radio", { name: "1.4 s", exact: true }).check();
    await page.fill("#prompt", "a blue rubber ball rolls on a wooden floor, cinematic");
    await make(page);
    const longer = await frames(page);
    assert.equal(longer.length, 17);
    assert.deepEqual(longer.slice(0, 9), blue);
    assert.ok(distance(longer.slice(9, 17), blue.slice(0, 8)) > 0);
    const held = await recipe(page);
    assert.ok(held.includes("extend") && held.includes(BLUE));
    await page.getByText("About this clip").click();
    assert.match(await page.innerText(".facts"), /Goes on from\s+a blue rubber ball bounces/);
  });

  it("lets go of the clip", async () => {
    await page.getByRole("button", { name: "Begin anew" }).click();
    await page.locator("#from").waitFor({ state: "detached" });
    await focused(page, "prompt");
    assert.deepEqual(await lengths(page), ["0.75 s", "1.4 s", "2.75 s", "5.1 s", "8.1 s"]);
  });

  it("puts the own words aside and brings them back", async () => {
    await page.fill("#prompt", "my own words");
    await page.click("#remix");
    await notice(page, "Your own words were put aside");
    await page.click("#notice-action");
    assert.equal(await page.inputValue("#prompt"), "my own words");
    assert.equal(await page.locator("#from").count(), 0);
  });

  it("remixes a clip file that is opened", async () => {
    const { path } = await download(page);
    await page.setInputFiles("#open-file", path);
    await page.locator("#from", { hasText: "A remix of the clip file that you opened" }).waitFor();
    assert.equal(await page.isChecked("#keep-rest"), true);
    await page.getByRole("button", { name: "Not a remix" }).click();
    await page.locator("#from").waitFor({ state: "detached" });
  });

  it("is done by the keyboard alone", async () => {
    const tabTo = async (id) => {
      for (let presses = 0; presses < 60; presses++) {
        if (await page.evaluate((id) => document.activeElement?.id === id, id)) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`Tab never reaches #${id}`);
    };
    await page.focus("#player");
    await tabTo("remix");
    await page.keyboard.press("Enter");
    await focused(page, "prompt");
    await page.keyboard.press("Control+A");
    await page.keyboard.type(SENTENCE);
    await tabTo("leave-origin");
    await tabTo("keep-rest");
    await page.keyboard.press("Space");
    assert.equal(await page.isChecked("#keep-rest"), false);
    await page.keyboard.press("Control+Enter");
    await state(page, "working");
    await tabTo("cancel");
    await state(page, "done");
    await focused(page, "player");
    await tabTo("go-on");
  });

  it("says why the longest clip cannot go on", async () => {
    await page.click("#leave-origin");
    await fill(page, { length: "8.1 s", steps: 1, seed: 7 });
    await make(page);
    assert.equal((await frames(page)).length, 97);
    assert.equal(await page.getAttribute("#go-on", "aria-disabled"), "true");
    assert.match(await page.innerText("#no-further"), /as long as a clip can be/);
    await page.click("#go-on", { force: true });
    assert.equal(await page.locator("#from").count(), 0);
    await look(page, "made-from-no-further");
  });

  it("broke nowhere", () => assert.deepEqual(who.defects, []));
});
