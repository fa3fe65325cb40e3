// The history and its recipe links, and a full disk.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { probe } from "../lib/media.js";
import { copiedLink, download, DRAFT, fill, focused, generate, generatesTheSame, notice, PROMPT, ready, useStudio } from "../lib/studio.js";

describe("the history", () => {
  const suite = useStudio();
  let page, hash, link;
  before(async () => {
    ({ page } = suite);
    await fill(page, DRAFT);
    hash = await generate(page);
    await page.locator(".tile").waitFor();
  });

  it("has the clip and its poster after a reload", async () => {
    await page.reload();
    const tile = page.locator(".tile");
    await tile.waitFor();
    await page.waitForFunction(() => document.querySelector(".tile img")?.naturalWidth === 128);
    await tile.locator(".tile-open").click();
    await page.waitForFunction(() => document.getElementById("player")?.videoWidth === 128);
    assert.equal(await page.getAttribute("#stage", "data-frames-hash"), hash);
    const { path } = await download(page);
    assert.equal(probe(path).video[0].nb_read_frames, "9");
  });

  it("gives a recipe link that generates the same clip elsewhere", async () => {
    link = await copiedLink(page);
    assert.match(link, /\/r#r=[\w-]+$/);
    await generatesTheSame(suite, link, hash, async (there) => {
      assert.equal(await there.inputValue("#prompt"), PROMPT);
      assert.equal(await there.inputValue("#seed"), "7");
    });
  });

  it("restores the prompt that a link replaced", async () => {
    await page.fill("#prompt", "my own prompt");
    await page.goto(link);
    await notice(page, "The link replaced your prompt");
    assert.equal(await page.inputValue("#prompt"), PROMPT);
    await page.click("#notice-action");
    assert.equal(await page.inputValue("#prompt"), "my own prompt");
  });

  it("deletes a clip and restores it", async () => {
    await page.goto(suite.host.origin);
    await page.locator(".tile-delete").click();
    await focused(page, "notice-action");
    assert.equal(await page.locator(".tile").count(), 0);
    await page.keyboard.press("Enter");
    await page.locator(".tile").waitFor();
    await page.locator(".tile-delete").click();
    await notice(page, "Deleted");
    await page.reload();
    await page.locator("#generate").waitFor();
    await ready(page);
    assert.equal(await page.locator(".tile").count(), 0, "a deleted clip stays deleted");
  });

  it("causes no page errors", () => assert.deepEqual(suite.errors(), []));
});

describe("a full disk", () => {
  const suite = useStudio();

  it("loses no clip: it can be downloaded, and saved once there is space", async () => {
    const { page } = suite;
    await fill(page, DRAFT);
    const browser = await suite.visitor.context.newCDPSession(page);
    const quota = (bytes) => browser.send("Storage.overrideQuotaForOrigin", { origin: suite.host.origin, quotaSize: bytes });
    await quota(1);
    await generate(page);
    const message = page.locator("#unsaved");
    await message.waitFor();
    assert.match(await message.innerText(), /finished but not saved in your history, because .*full/);
    const { path } = await download(page);
    assert.equal(probe(path).video[0].nb_read_frames, "9");
    assert.equal(await page.locator(".tile").count(), 0);
    await quota(1 << 30);
    await page.click("#notice-action");
    await page.locator(".tile").waitFor();
    await message.waitFor({ state: "detached" });
    assert.deepEqual(suite.errors(), []);
  });
});
