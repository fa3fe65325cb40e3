// A clip leaves the tab when its maker says so; one link plays everywhere, is remixed in two clicks, and can be taken back.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { CLIP, relay, site } from "../lib/relay.js";
import { DIST } from "../lib/server.js";
import { browse, DRAFT, fill, make, notice, person, ready, start } from "../lib/studio.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const OUT = new URL("../out/", import.meta.url).pathname;
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, colorScheme: "dark" };
const TITLE = "Ada's red ball";

/** Everything that axe finds. A policy that forbids inline scripts does not hold for a debugger. */
async function findings(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}
const shoot = (page, name, options) => page.screenshot({ path: `${OUT}share-${name}.png`, ...options });
const watch = (video) =>
  video.evaluate(async (video) => {
    video.muted = true;
    const ended = new Promise((ended) => video.addEventListener("ended", ended, { once: true }));
    await video.play();
    await ended;
    return video.videoWidth;
  });
/** Opens the dialog, fills it in, and publishes. */
async function publish(page, { title, maker, listed }) {
  await page.click("#share-clip");
  await page.fill("#share-name", title);
  await page.fill("#share-maker", maker);
  if (listed) await page.getByRole("radio", { name: "Listed for all" }).check();
  await page.click("#share-publish");
  await page.locator("#share-link").waitFor();
  return page.inputValue("#share-link");
}

describe("sharing", () => {
  let host, browser, ada, bo, page, link, child;
  const asked = [];
  const person_ = async (options) => {
    const who = await person(host, browser, options);
    who.refused = [];
    who.context.on("console", (message) => /Content Security Policy/.test(message.text()) && who.refused.push(message.text()));
    return who;
  };
  before(async () => {
    mkdirSync(OUT, { recursive: true });
    host = await relay("--studio-dir", DIST);
    browser = await browse();
    ada = await person_();
    bo = await person_();
    page = await ada.visit();
    await ready(page);
    await fill(page, DRAFT);
    await make(page);
    await page.locator(".tile").waitFor();
    ada.context.on("request", (request) => !request.url().startsWith("blob:") && asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  });
  after(async () => {
    await browser?.close();
    await host?.close();
  });

  it("opens a dialog that says what will leave, and sends nothing yet", async () => {
    await page.click("#share-clip");
    await page.locator("#share-name").waitFor();
    await page.waitForFunction(() => document.activeElement.id === "share-name");
    assert.match(await page.innerText("#share"), /MP4.*recipe inside[^]*will be sent to 127\.0\.0\.1/);
    assert.deepEqual(await findings(page), []);
    await shoot(page, "dialog");
    await page.keyboard.press("Escape");
    await page.locator("#share-name").waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement.id), "share-clip", "the keyboard is where it was");
    assert.deepEqual(asked, ["GET /api/relay"]);
  });

  it("says which field is wrong and keeps the rest", async () => {
    await page.click("#share-clip");
    await page.fill("#share-name", " ");
    await page.click("#share-publish");
    assert.match(await page.innerText("#share-failure"), /title must have 1 to 100 characters/);
    await page.keyboard.press("Escape");
    assert.deepEqual([...new Set(asked)], ["GET /api/relay"]);
  });

  it("publishes over a line that breaks, and gives a link", async () => {
    let breaks = 2;
    await page.route("**/api/uploads/*", (route) => (route.request().method() === "PATCH" && breaks-- > 0 ? route.abort("connectionreset") : route.continue()));
    link = await publish(page, { title: TITLE, maker: "Ada", listed: true });
    assert.ok(breaks <= 0, "the line never broke");
    assert.ok(asked.some((request) => request.startsWith("HEAD /api/uploads/")), "it asked where to go on");
    assert.ok(link.startsWith(`${host.origin}/c/`), link);
    await page.getByRole("button", { name: /^Copy.*Link$/ }).click();
    await page.getByText("Copied", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
    assert.deepEqual(await findings(page), []);
    await shoot(page, "published");
  });

  it("remembers it after a reload", async () => {
    await page.reload();
    await page.locator(".tile-shared").waitFor();
    await page.locator(".tile-share").click();
    await page.locator("#share-link").waitFor();
    assert.equal(await page.inputValue("#share-link"), link);
    const extractable = await page.evaluate(
      () =>
        new Promise((done) => {
          indexedDB.open("kinora").onsuccess = ({ target }) => {
            const keys = target.result.transaction("keys").objectStore("keys").get("device");
            keys.onsuccess = () => done(keys.result.privateKey.extractable);
          };
        }),
    );
    assert.equal(extractable, false);
  });

  it("plays for somebody else", async () => {
    const there = await bo.visit(new URL(link).pathname);
    assert.equal(await there.getByRole("heading", { level: 1 }).innerText(), TITLE);
    assert.equal(await watch(there.locator("video")), 128);
    await shoot(there, "page", { fullPage: true });
    await there.close();
  });

  it("plays in a page of another origin with a strict policy", async () => {
    const code = await page.inputValue("#share-embed");
    const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A blog</title><h1>A blog</h1>${code}`;
    const blog = await site(html, `default-src 'none'; frame-src ${host.origin}`);
    const there = await bo.context.newPage();
    await there.goto(blog.origin);
    assert.equal(await watch(there.frameLocator("iframe").locator("video")), 128);
    await shoot(there, "embedded");
    await there.close();
    await blog.close();
  });

  it("is remixed in two clicks, and the remix says whose it was", async () => {
    const there = await bo.visit(new URL(link).pathname);
    await there.getByRole("link", { name: "Remix" }).click();
    await there.locator("#from", { hasText: `“${TITLE}” by Ada` }).waitFor();
    await there.locator("#linked", { hasText: "Remix it" }).waitFor();
    assert.deepEqual(await findings(there), []);
    await shoot(there, "remix");
    await there.getByText("More settings").click();
    await there.getByRole("radio", { name: "processor" }).check();
    await there.fill("#prompt", "a blue rubber ball bounces on a wooden floor, cinematic");
    await ready(there);
    await make(there);
    child = await publish(there, { title: "Bo's blue ball", maker: "Bo", listed: true });
    const tree = await bo.visit(new URL(child).pathname);
    await tree.locator(".tree a", { hasText: TITLE }).waitFor();
    await tree.locator(".changes ins", { hasText: "a blue rubber ball" }).first().waitFor();
    await shoot(tree, "tree", { fullPage: true });
    await tree.close();
    const parent = await bo.visit(new URL(link).pathname);
    await parent.locator(".tree a", { hasText: "Bo's blue ball" }).waitFor();
    await parent.close();

    await there.click("#share-hide");
    await there.locator("#share-again").waitFor();
    assert.equal((await fetch(child)).status, 404);
    await there.click("#share-again");
    await there.locator("#share-link").waitFor();
    assert.equal((await fetch(child)).status, 200);
    await there.close();
  });

  it("is deleted by its maker; the remix stands and says so", async () => {
    await page.click("#share-delete");
    assert.match(await page.innerText("#share-delete"), /Really/);
    assert.equal((await fetch(link)).status, 200, "one press deletes nothing");
    await page.click("#share-delete");
    await notice(page, "Deleted from the relay");
    assert.equal((await fetch(link)).status, 410);
    assert.equal(await page.locator(".tile-shared").count(), 0);
    assert.equal(await page.locator(".tile").count(), 1, "the own copy stays");
    const there = await bo.visit(new URL(child).pathname);
    await there.locator(".tree", { hasText: "A clip that was removed" }).waitFor();
    assert.equal(await watch(there.locator("video")), 128);
    await shoot(there, "tombstone", { fullPage: true });
    await there.close();
  });

  it("fits a phone in the dark", async () => {
    const eve = await person_(PHONE);
    const there = await eve.visit();
    await ready(there);
    await fill(there, DRAFT);
    await make(there);
    await there.click("#share-clip");
    await there.locator("#share-name").waitFor();
    await shoot(there, "phone-dialog");
    assert.deepEqual(await findings(there), []);
    await there.click("#share-publish");
    await there.locator("#share-link").waitFor();
    await shoot(there, "phone-published");
    assert.deepEqual(await findings(there), []);
    assert.ok((await there.evaluate(() => document.documentElement.scrollWidth)) <= 390, "the page scrolls sideways");
    await there.keyboard.press("Escape");
    await there.locator(".tile-shared").waitFor();
    await there.locator("#clips").scrollIntoViewIfNeeded();
    await shoot(there, "phone-history");
    assert.deepEqual([eve.defects, eve.refused], [[], []]);
    await eve.leave();
  });

  it("broke nowhere, and no policy was in its way", () => {
    assert.deepEqual([ada.defects, bo.defects], [[], []]);
    assert.deepEqual([ada.refused, bo.refused], [[], []]);
  });
});

describe("a studio without a relay", () => {
  let studio, who, page;
  before(async () => {
    studio = await start();
    who = await studio.person();
    page = await who.visit();
    await ready(page);
  });
  after(() => studio?.close());

  it("takes the recipe out of a clip file, and says what is no clip", async () => {
    await page.setInputFiles("#open-file", { name: "clip.mp4", mimeType: "video/mp4", buffer: CLIP });
    await page.locator("#from", { hasText: "the clip file that you opened" }).waitFor();
    const words = await page.inputValue("#prompt");
    assert.ok(words.length > 0);
    const drop = (name, text) =>
      page.evaluate(
        ([name, text]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([text], name));
          window.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
        },
        [name, text],
      );
    await drop("notes.txt", "just words");
    await notice(page, "“notes.txt” gives no recipe: the file is not an MP4");
    assert.equal(await page.inputValue("#prompt"), words);
    await page.getByRole("button", { name: "Not a remix" }).click();
    await page.locator("#from").waitFor({ state: "detached" });
  });

  it("offers the recipe link instead", async () => {
    await fill(page, DRAFT);
    await make(page);
    await page.click("#share-clip");
    await page.locator("#share-recipe").waitFor();
    assert.match(await page.innerText("#share"), /no relay/);
    assert.match(await page.inputValue("#share-recipe"), /\/r#r=[\w-]+$/);
    assert.deepEqual(await findings(page), []);
    await shoot(page, "no-relay");
    assert.deepEqual(who.defects, []);
  });
});
