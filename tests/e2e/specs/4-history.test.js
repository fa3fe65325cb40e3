// What is kept: the history, its links, and what happens when there is no room.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { probe } from "../lib/media.js";
import { copiedLink, download, DRAFT, fill, make, makesTheSame, notice, ready, SENTENCE, start, state } from "../lib/studio.js";

describe("the history", () => {
  let studio, who, page, hash, link;
  before(async () => {
    studio = await start();
    who = await studio.person();
    page = await who.visit();
    await ready(page);
    await fill(page, DRAFT);
    hash = await make(page);
    await page.locator(".tile").waitFor();
  });
  after(() => studio?.close());

  it("survives a reload, with the file and its picture", async () => {
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

  it("gives a link that makes the same clip for somebody else", async () => {
    link = await copiedLink(page);
    assert.match(link, /\/r#r=[\w-]+$/);
    await makesTheSame(studio, link, hash, async (there) => {
      assert.equal(await there.inputValue("#prompt"), SENTENCE);
      assert.equal(await there.inputValue("#seed"), "7");
    });
  });

  it("puts the own words aside for a link and brings them back", async () => {
    await page.fill("#prompt", "my own words");
    await page.goto(link);
    await notice(page, "own words were put aside");
    assert.equal(await page.inputValue("#prompt"), SENTENCE);
    await page.click("#notice-action");
    assert.equal(await page.inputValue("#prompt"), "my own words");
  });

  it("forgets a clip and brings it back", async () => {
    await page.goto(studio.host.origin);
    await page.locator(".tile-delete").click();
    await page.waitForFunction(() => document.activeElement.id === "notice-action");
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

  it("broke nowhere", () => assert.deepEqual(who.defects, []));
});

describe("a full store", () => {
  let studio, who;
  before(async () => {
    studio = await start();
    who = await studio.person();
  });
  after(() => studio?.close());

  it("costs no clip: it is shown, can be saved, and is kept when there is room", async () => {
    const page = await who.visit();
    await ready(page);
    await fill(page, DRAFT);
    const browser = await who.context.newCDPSession(page);
    const quota = (bytes) => browser.send("Storage.overrideQuotaForOrigin", { origin: studio.host.origin, quotaSize: bytes });
    await quota(1);
    await make(page);
    const told = page.locator("#unkept");
    await told.waitFor();
    assert.match(await told.innerText(), /finished but not in your history, because .*full/);
    const { path } = await download(page);
    assert.equal(probe(path).video[0].nb_read_frames, "9");
    assert.equal(await page.locator(".tile").count(), 0);
    await quota(1 << 30);
    await page.click("#notice-action");
    await page.locator(".tile").waitFor();
    await told.waitFor({ state: "detached" });
    assert.deepEqual(who.defects, []);
  });
});
