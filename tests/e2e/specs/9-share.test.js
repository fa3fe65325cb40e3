// Sharing: publish a clip from the studio, play and embed its link, remix it, hide it, delete it.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { findings } from "../lib/axe.js";
import { CLIP, relay, site } from "../lib/relay.js";
import { DIST } from "../lib/server.js";
import { browse, copiedLink, DRAFT, fill, focused, generate, newVisitor, notice, ready, useStudio } from "../lib/studio.js";

const OUT = new URL("../out/", import.meta.url).pathname;
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, colorScheme: "dark" };
const TITLE = "Ada's red ball";

const shoot = (page, name, options) => page.screenshot({ path: `${OUT}share-${name}.png`, ...options });
/** Takes a screenshot on desktop and one on a phone. */
const shootBoth = async (page, name) => {
  const desktop = page.viewportSize();
  await shoot(page, name, { fullPage: true });
  await page.setViewportSize(PHONE.viewport);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390, `${name} scrolls sideways`);
  await shoot(page, `${name}-phone`, { fullPage: true });
  await page.setViewportSize(desktop);
};
const play = (video) =>
  video.evaluate(async (video) => {
    video.muted = true;
    const ended = new Promise((ended) => video.addEventListener("ended", ended, { once: true }));
    await video.play();
    await ended;
    return video.videoWidth;
  });
/** Fills in the share dialog, publishes, and returns the link. */
async function publish(page, { title, maker, listed }) {
  await page.click("#share-clip");
  await page.fill("#share-name", title);
  await page.fill("#share-maker", maker);
  if (listed) await page.getByRole("radio", { name: "Listed publicly" }).check();
  await page.click("#share-publish");
  await page.locator("#share-link").waitFor();
  return page.inputValue("#share-link");
}

describe("sharing", () => {
  let host, browser, second, ada, bo, page, hash, recipe, link, child;
  const requests = [];
  /** Creates a visitor that also collects violations of the content security policy. */
  const visitor = async (options, with_ = browser) => {
    const visitor = await newVisitor(host, with_, options);
    visitor.violations = [];
    visitor.context.on("console", (message) => /Content Security Policy/.test(message.text()) && visitor.violations.push(message.text()));
    return visitor;
  };
  before(async () => {
    mkdirSync(OUT, { recursive: true });
    host = await relay("--studio-dir", DIST);
    browser = await browse();
    // Two browsers share no profile, unlike two tabs.
    second = await browse();
    ada = await visitor();
    bo = await visitor({}, second);
    page = await ada.visit();
    await ready(page);
    await fill(page, DRAFT);
    hash = await generate(page);
    await page.locator(".tile").waitFor();
    recipe = new URL(await copiedLink(page)).hash;
    ada.context.on("request", (request) => !request.url().startsWith("blob:") && requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
  });
  after(async () => {
    await browser?.close();
    await second?.close();
    await host?.close();
  });

  it("lists in the dialog what will be sent, and sends nothing yet", async () => {
    await page.click("#share-clip");
    await page.locator("#share-name").waitFor();
    await focused(page, "share-name");
    assert.match(await page.innerText("#share"), /MP4.*contains the recipe[^]*will be sent to 127\.0\.0\.1/);
    assert.deepEqual(await findings(page), []);
    await shoot(page, "dialog");
    await page.keyboard.press("Escape");
    await page.locator("#share-name").waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement.id), "share-clip", "the focus is back");
    assert.deepEqual(requests, ["GET /api/relay"]);
  });

  it("reports an invalid field", async () => {
    await page.click("#share-clip");
    await page.fill("#share-name", " ");
    await page.click("#share-publish");
    assert.match(await page.innerText("#share-failure"), /title must have 1 to 100 characters/);
    await page.keyboard.press("Escape");
    assert.deepEqual([...new Set(requests)], ["GET /api/relay"]);
  });

  it("publishes over a connection that breaks, and gives a link", async () => {
    let breaks = 2;
    await page.route("**/api/uploads/*", (route) => (route.request().method() === "PATCH" && breaks-- > 0 ? route.abort("connectionreset") : route.continue()));
    link = await publish(page, { title: TITLE, maker: "Ada", listed: true });
    assert.ok(breaks <= 0, "the connection never broke");
    assert.ok(requests.some((request) => request.startsWith("HEAD /api/uploads/")), "it asked for the offset to resume at");
    assert.ok(link.startsWith(`${host.origin}/c/`), link);
    await page.getByRole("button", { name: /^Copy.*Link$/ }).click();
    await page.getByText("Copied", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
    assert.deepEqual(await findings(page), []);
    await shoot(page, "published");
  });

  it("has the link after a reload, and a key that is not extractable", async () => {
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

  it("plays for another visitor", async () => {
    const there = await bo.visit(new URL(link).pathname);
    assert.equal(await there.getByRole("heading", { level: 1 }).innerText(), TITLE);
    assert.equal(await play(there.locator("video")), 128);
    await shootBoth(there, "page");
    await there.close();
  });

  it("plays on a page of another origin with a strict policy, in a frame and in the player element", async () => {
    const code = await page.inputValue("#share-embed");
    const script = `${host.origin}/assets/kinora-player.js`;
    const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A blog</title><h1>A blog</h1>
      ${code.replace(/ width="\d+"/, ' width="320"')}<kinora-player src="${link}" label="${TITLE}"></kinora-player><script type="module" src="${script}"></script>`;
    const blog = await site(html, `default-src 'none'; script-src ${script}; frame-src ${host.origin}; require-trusted-types-for 'script'`);
    const there = await bo.context.newPage();
    await there.goto(blog.origin);
    assert.equal(await play(there.frameLocator("body > iframe").locator("video")), 128);
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

  it("is generated from its recipe on a page of another origin, without a request to the relay's API", async () => {
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
    await there.getByRole("button", { name: "Generate this clip here: Made here" }).click();
    const studio = there.frameLocator("kinora-player iframe");
    await studio.locator('main[data-weights="ready"]').waitFor({ timeout: 200_000 });
    await studio.getByText("More settings").click();
    await studio.getByRole("radio", { name: "CPU" }).check();
    await studio.locator("#generate-linked").click();
    await studio.locator('#stage[data-state="done"]').waitFor({ timeout: 200_000 });
    assert.equal(await studio.locator("#stage").getAttribute("data-frames-hash"), hash);
    // The fragment is not sent, and nothing else contains the recipe.
    const leaks = sent.map((request) => request.replace(/#\S*/, "")).filter((request) => /\/(api|c|media|embed)\//.test(request) || request.includes(recipe.slice(3, 40)));
    assert.deepEqual(leaks, []);
    await shoot(there, "made-in-place", { fullPage: true });
    await there.close();
    await blog.close();
  });

  it("is remixed in two clicks, and the remix names its original", async () => {
    const there = await bo.visit(new URL(link).pathname);
    await there.getByRole("link", { name: "Remix" }).click();
    await there.locator("#lineage", { hasText: `“${TITLE}” by Ada` }).waitFor();
    await there.locator("#linked", { hasText: "Remix it" }).waitFor();
    assert.deepEqual(await findings(there), []);
    await shootBoth(there, "remix");
    await there.getByText("More settings").click();
    await there.getByRole("radio", { name: "CPU" }).check();
    await there.fill("#prompt", "a blue rubber ball bounces on a wooden floor, cinematic");
    await ready(there);
    await generate(there);
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

  it("lets its maker hide remixes", async () => {
    const choose = async (label) => {
      await page.selectOption("#share-remixes", label);
      await page.waitForFunction((label) => document.activeElement.id === "share-remixes" && document.activeElement.value === label, label);
    };
    await page.selectOption("#share-remixes", "No remixes; existing ones are hidden");
    const responds = async (status) => {
      for (let tries = 0; tries < 100 && (await fetch(child)).status !== status; tries++) await new Promise((next) => setTimeout(next, 100));
      assert.equal((await fetch(child)).status, status);
    };
    await responds(404);
    const there = await bo.visit(new URL(child).pathname);
    assert.match(await there.locator("main").innerText(), /lets no remixes by others stand/);
    await shootBoth(there, "hidden");
    await there.close();
    assert.deepEqual(await findings(page), []);
    await shoot(page, "remixes");
    await choose("No new remixes; existing ones stay");
    await responds(200);
  });

  it("is deleted by its maker; the remix stays and states it", async () => {
    await page.click("#share-delete");
    assert.match(await page.innerText("#share-delete"), /Confirm/);
    assert.equal((await fetch(link)).status, 200, "one click deletes nothing");
    await page.click("#share-delete");
    await notice(page, "Deleted from the relay");
    assert.equal((await fetch(link)).status, 410);
    assert.equal(await page.locator(".tile-shared").count(), 0);
    assert.equal(await page.locator(".tile").count(), 1, "the local copy stays");
    const there = await bo.visit(new URL(child).pathname);
    await there.locator(".tree", { hasText: "A clip that was removed" }).waitFor();
    assert.equal(await play(there.locator("video")), 128);
    await shootBoth(there, "tombstone");
    await there.close();
  });

  it("fits a phone in dark mode", async () => {
    const eve = await visitor(PHONE);
    const there = await eve.visit();
    await ready(there);
    await fill(there, DRAFT);
    await generate(there);
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
    assert.deepEqual([eve.errors, eve.violations], [[], []]);
    await eve.close();
  });

  it("causes no errors and no policy violations", () => {
    assert.deepEqual([ada.errors, bo.errors], [[], []]);
    assert.deepEqual([ada.violations, bo.violations], [[], []]);
  });
});

describe("a studio without a relay", () => {
  const suite = useStudio();

  it("reads the recipe of a clip file, and refuses other files", async () => {
    const { page } = suite;
    await page.setInputFiles("#open-file", { name: "clip.mp4", mimeType: "video/mp4", buffer: CLIP });
    await page.locator("#lineage", { hasText: "the clip file that you opened" }).waitFor();
    const prompt = await page.inputValue("#prompt");
    assert.ok(prompt.length > 0);
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
    await notice(page, "“notes.txt” has no usable recipe: the file is not an MP4");
    assert.equal(await page.inputValue("#prompt"), prompt);
    await page.getByRole("button", { name: "Not a remix" }).click();
    await page.locator("#lineage").waitFor({ state: "detached" });
  });

  it("offers the recipe link instead", async () => {
    const { page } = suite;
    await fill(page, DRAFT);
    await generate(page);
    await page.click("#share-clip");
    await page.locator("#share-recipe").waitFor();
    assert.match(await page.innerText("#share"), /no relay/);
    assert.match(await page.inputValue("#share-recipe"), /\/r#r=[\w-]+$/);
    assert.deepEqual(await findings(page), []);
    await shoot(page, "no-relay");
    assert.deepEqual(suite.errors(), []);
  });
});
