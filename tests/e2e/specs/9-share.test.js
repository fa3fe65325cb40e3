// A clip leaves the tab when its maker says so; one link plays everywhere, is remixed in two clicks, and can be taken back.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { findings } from "../lib/axe.js";
import { CLIP, relay, site } from "../lib/relay.js";
import { DIST } from "../lib/server.js";
import { browse, copiedLink, DRAFT, fill, make, notice, person, ready, start } from "../lib/studio.js";

const OUT = new URL("../out/", import.meta.url).pathname;
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, colorScheme: "dark" };
const TITLE = "Ada's red ball";

const shoot = (page, name, options) => page.screenshot({ path: `${OUT}share-${name}.png`, ...options });
/** A picture on a desktop and one on a phone, and back. */
const shootBoth = async (page, name) => {
  const desktop = page.viewportSize();
  await shoot(page, name, { fullPage: true });
  await page.setViewportSize(PHONE.viewport);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390, `${name} scrolls sideways`);
  await shoot(page, `${name}-phone`, { fullPage: true });
  await page.setViewportSize(desktop);
};
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
  let host, browser, second, ada, bo, page, hash, recipe, link, child;
  const asked = [];
  const person_ = async (options, with_ = browser) => {
    const who = await person(host, with_, options);
    who.refused = [];
    who.context.on("console", (message) => /Content Security Policy/.test(message.text()) && who.refused.push(message.text()));
    return who;
  };
  before(async () => {
    mkdirSync(OUT, { recursive: true });
    host = await relay("--studio-dir", DIST);
    browser = await browse();
    // Two browsers, not two tabs: nothing of one's profile is the other's.
    second = await browse();
    ada = await person_();
    bo = await person_({}, second);
    page = await ada.visit();
    await ready(page);
    await fill(page, DRAFT);
    hash = await make(page);
    await page.locator(".tile").waitFor();
    recipe = new URL(await copiedLink(page)).hash;
    ada.context.on("request", (request) => !request.url().startsWith("blob:") && asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  });
  after(async () => {
    await browser?.close();
    await second?.close();
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
    await shootBoth(there, "page");
    await there.close();
  });

  it("plays in a page of another origin with a strict policy, by frame and by element", async () => {
    const code = await page.inputValue("#share-embed");
    const script = `${host.origin}/assets/kinora-player.js`;
    const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A blog</title><h1>A blog</h1>
      ${code.replace(/ width="\d+"/, ' width="320"')}<kinora-player src="${link}" label="${TITLE}"></kinora-player><script type="module" src="${script}"></script>`;
    const blog = await site(html, `default-src 'none'; script-src ${script}; frame-src ${host.origin}; require-trusted-types-for 'script'`);
    const there = await bo.context.newPage();
    await there.goto(blog.origin);
    assert.equal(await watch(there.frameLocator("body > iframe").locator("video")), 128);
    const ended = there.evaluate(() => new Promise((done) => document.querySelector("kinora-player").addEventListener("ended", done, { once: true })));
    await there.getByRole("button", { name: `Play: ${TITLE}` }).click();
    await ended;
    const framed = there.frameLocator("kinora-player iframe");
    assert.equal(await framed.getByText("Made by AI", { exact: true }).isVisible(), true);
    assert.match(await framed.getByRole("link", { name: "Remix" }).getAttribute("href"), /\/r#r=[\w-]+$/);
    await shootBoth(there, "embedded");
    await there.close();
    await blog.close();
  });

  it("is made anew by its recipe in a page of another origin, and the relay is told nothing", async () => {
    assert.match(recipe, /^#r=[\w-]+$/);
    assert.ok(recipe.length <= 8192, `${recipe.length} characters`);
    const script = `${host.origin}/assets/kinora-player.js`;
    const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A blog</title><h1>A blog</h1>
      <kinora-player recipe="${recipe}" studio="${host.origin}" label="Made here"></kinora-player><script type="module" src="${script}"></script>`;
    const blog = await site(html, `default-src 'none'; script-src ${script}; frame-src ${host.origin}`);
    const there = await bo.context.newPage();
    const sent = [];
    there.on("request", (request) => sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ""}`));
    await there.goto(blog.origin);
    await there.getByRole("button", { name: "Make this clip here: Made here" }).click();
    const studio = there.frameLocator("kinora-player iframe");
    await studio.locator('main[data-weights="ready"]').waitFor({ timeout: 200_000 });
    await studio.getByText("More settings").click();
    await studio.getByRole("radio", { name: "processor" }).check();
    await studio.locator("#make-linked").click();
    await studio.locator('#stage[data-state="done"]').waitFor({ timeout: 200_000 });
    assert.equal(await studio.locator("#stage").getAttribute("data-frames-hash"), hash);
    // What stands behind "#" is not sent, and nothing else tells it.
    const told = sent.map((request) => request.replace(/#\S*/, "")).filter((request) => /\/(api|c|media|embed)\//.test(request) || request.includes(recipe.slice(3, 40)));
    assert.deepEqual(told, []);
    await shoot(there, "made-in-place", { fullPage: true });
    await there.close();
    await blog.close();
  });

  it("is remixed in two clicks, and the remix says whose it was", async () => {
    const there = await bo.visit(new URL(link).pathname);
    await there.getByRole("link", { name: "Remix" }).click();
    await there.locator("#from", { hasText: `“${TITLE}” by Ada` }).waitFor();
    await there.locator("#linked", { hasText: "Remix it" }).waitFor();
    assert.deepEqual(await findings(there), []);
    await shootBoth(there, "remix");
    await there.getByText("More settings").click();
    await there.getByRole("radio", { name: "processor" }).check();
    await there.fill("#prompt", "a blue rubber ball bounces on a wooden floor, cinematic");
    await ready(there);
    await make(there);
    child = await publish(there, { title: "Bo's blue ball", maker: "Bo", listed: true });
    const tree = await bo.visit(new URL(child).pathname);
    await tree.locator(".tree a", { hasText: TITLE }).waitFor();
    await tree.locator(".changes ins", { hasText: "blue" }).first().waitFor();
    await shootBoth(tree, "tree");
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

  it("lets its maker decide whether remixes stand", async () => {
    const choose = async (words) => {
      await page.selectOption("#share-remixes", words);
      await page.waitForFunction((words) => document.activeElement.id === "share-remixes" && document.activeElement.value === words, words);
    };
    await page.selectOption("#share-remixes", "None: those of others are hidden");
    const gone = async (status) => {
      for (let tries = 0; tries < 100 && (await fetch(child)).status !== status; tries++) await new Promise((next) => setTimeout(next, 100));
      assert.equal((await fetch(child)).status, status);
    };
    await gone(404);
    const there = await bo.visit(new URL(child).pathname);
    assert.match(await there.locator("main").innerText(), /lets no remixes by others stand/);
    await shootBoth(there, "hidden");
    await there.close();
    assert.deepEqual(await findings(page), []);
    await shoot(page, "remixes");
    await choose("No new ones; those that stand remain");
    await gone(200);
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
    await shootBoth(there, "tombstone");
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
