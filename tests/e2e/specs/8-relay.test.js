// A shared clip on the relay: its page, its player on a page of another origin, and hostile messages to the player.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { findings } from "../lib/axe.js";
import { browse } from "../lib/studio.js";
import { CLIP, maker, relay, remix, site } from "../lib/relay.js";

const CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:00.700\n[a ball bounces]\n";
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };
const OUT = new URL("../out/", import.meta.url).pathname;

describe("a shared clip", () => {
  let host, browser, clip, who;
  before(async () => {
    mkdirSync(OUT, { recursive: true });
    host = await relay("--studio", "http://127.0.0.1:9");
    who = await maker(host.origin);
    const poster = execFileSync("ffmpeg", ["-v", "error", "-i", "-", "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "-"], { input: CLIP });
    clip = await who.publish({ poster, captions: CAPTIONS, maker: "Ada" });
    browser = await browse();
  });
  after(async () => {
    await browser?.close();
    await host?.close();
  });

  const open = async (address, options) => {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    const requests = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(address);
    return { context, page, errors, requests };
  };
  const shoot = (page, name) => page.screenshot({ path: `${OUT}relay-${name}.png`, fullPage: true });

  it("plays on its page without scripts", async () => {
    const { context, page, errors } = await open(clip.page);
    assert.equal(await page.locator("script:not([type='application/ld+json'])").count(), 0);
    assert.equal(await page.getByText("Made by AI", { exact: true }).isVisible(), true);
    const played = await page.evaluate(async () => {
      const video = document.querySelector("video");
      video.muted = true;
      await video.play();
      await new Promise((ended) => (video.onended = ended));
      return { seconds: video.duration, width: video.videoWidth, cues: video.textTracks[0].cues.length };
    });
    assert.ok(Math.abs(played.seconds - clip.seconds) < 0.2, `${played.seconds}`);
    assert.deepEqual([played.width, played.cues], [128, 1]);
    const data = JSON.parse(await page.locator("script").first().textContent());
    assert.deepEqual([data["@type"], data.contentUrl, data.name], ["VideoObject", clip.video, clip.title]);
    assert.deepEqual(await findings(page), []);
    assert.deepEqual(errors, []);
    assert.deepEqual(await context.cookies(), []);
    await shoot(page, "clip");
    await context.close();
  });

  for (const [where, path] of [["its page", "page"], ["its frame", "embed"]]) {
    it(`fits a phone in dark mode on ${where}`, async () => {
      const { context, page } = await open(clip[path], { ...PHONE, colorScheme: "dark" });
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390, "the page scrolls sideways");
      assert.deepEqual(await findings(page), []);
      await shoot(page, `${path}-phone`);
      await context.close();
    });
  }

  it("has OpenGraph and oEmbed metadata", async () => {
    const html = await (await fetch(clip.page)).text();
    for (const [name, value] of [["og:type", "video.other"], ["og:video", clip.video], ["og:image", clip.poster], ["og:title", clip.title]]) {
      assert.ok(html.includes(`<meta property="${name}" content="${value}">`), name);
    }
    const address = /<link rel="alternate" type="application\/json\+oembed" href="([^"]+)"/.exec(html)[1].replaceAll("&amp;", "&");
    const oembed = await (await fetch(address)).json();
    assert.deepEqual([oembed.type, oembed.version, oembed.width, oembed.thumbnail_url], ["video", "1.0", 480, clip.poster]);
    assert.ok(oembed.html.includes(`src="${clip.embed}"`));
    const small = await (await fetch(`${address}&maxwidth=200&maxheight=120`)).json();
    assert.ok(small.width <= 200 && small.height <= 120, `${small.width}×${small.height}`);
  });

  it("stays within its size budget in a frame", async () => {
    let bytes = 0;
    for (const path of [clip.embed, "/assets/relay.css", "/assets/embed.js", "/assets/kinora-player.js"]) {
      const answer = await fetch(new URL(path, host.origin));
      bytes += brotliCompressSync(Buffer.from(await answer.arrayBuffer())).length;
    }
    assert.ok(bytes <= 20_000, `${bytes} bytes`);
  });

  describe("in a page of another origin with a strict policy", () => {
    let other, there;
    before(async () => {
      const script = `${host.origin}/assets/kinora-player.js`;
      const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A blog</title><h1>A blog</h1>
        <kinora-player id="framed" src="${clip.page}" poster="${clip.poster}" label="Framed" remix="${clip.remix_link}"></kinora-player>
        <kinora-player id="placed" src="${clip.video}" poster="${clip.poster}" captions="${clip.captions}" label="Placed" muted></kinora-player>
        <kinora-player id="made" recipe="r=abc" studio="${host.origin}" label="Made here"></kinora-player>
        <kinora-player id="broken" src="javascript:alert(1)" label="Broken"></kinora-player>
        <script type="module" src="${script}"></script>`;
      const policy = `default-src 'none'; script-src ${script}; frame-src ${host.origin}; img-src ${host.origin}; media-src ${host.origin}; require-trusted-types-for 'script'`;
      other = await site(html, policy);
      there = await open(other.origin);
      await there.page.locator("kinora-player").first().waitFor();
      await there.page.waitForFunction(() => customElements.get("kinora-player"));
    });
    after(() => other?.close());

    it("requests neither video nor frame before a click, and nothing from other origins", async () => {
      const media = there.requests.filter((address) => /clip\.mp4|embed/.test(address));
      assert.deepEqual(media, []);
      const others = there.requests.filter((address) => !address.startsWith(other.origin) && !address.startsWith(host.origin));
      assert.deepEqual(others, []);
      await shoot(there.page, "blog");
    });

    it("plays in a frame and dispatches events on the element", async () => {
      const { page } = there;
      const outcome = page.evaluate(() => {
        const player = document.getElementById("framed");
        return new Promise((done) => {
          const events = [];
          for (const name of ["play", "timeupdate", "ended"]) player.addEventListener(name, () => events.push(name));
          player.addEventListener("ended", () => done({ events, paused: player.api(1).paused, duration: player.api(1).duration }));
        });
      });
      await page.locator("#framed").getByRole("button", { name: "Play: Framed" }).click();
      const frame = page.frameLocator("#framed iframe");
      // The frame loads after the click.
      await frame.getByText("Made by AI", { exact: true }).waitFor();
      const { events, paused, duration } = await outcome;
      assert.equal(events[0], "play");
      assert.ok(events.includes("timeupdate"), events.join());
      assert.equal(paused, true);
      assert.ok(Math.abs(duration - clip.seconds) < 0.2, `${duration}`);
      await shoot(page, "blog-playing");
    });

    it("plays in place, with captions and keys", async () => {
      const { page } = there;
      const player = page.locator("#placed");
      await page.evaluate(() => {
        const player = document.getElementById("placed");
        return new Promise((done) => {
          player.addEventListener("ended", done, { once: true });
          player.api(1).play();
        });
      });
      assert.equal(await page.evaluate(() => document.getElementById("placed").api(1).paused), true);
      await player.locator("video").focus();
      await page.keyboard.press("m");
      await page.waitForFunction(() => !document.getElementById("placed").api(1).muted);
      const video = () => page.evaluate(() => {
        const { currentTime, paused, textTracks } = document.getElementById("placed").shadowRoot.querySelector("video");
        return { currentTime, paused, captions: textTracks[0].mode };
      });
      assert.equal((await video()).captions, "showing");
      await page.keyboard.press("c");
      assert.equal((await video()).captions, "hidden");
      await page.evaluate(() => document.getElementById("placed").api(1).seek(0));
      await page.waitForFunction(() => document.getElementById("placed").api(1).currentTime === 0);
      await page.keyboard.press("k");
      await page.waitForFunction(() => document.getElementById("placed").api(1).currentTime > 0);
      await page.keyboard.press("f");
      await page.waitForFunction(() => document.fullscreenElement?.id === "placed");
      await page.keyboard.press("f");
      await page.waitForFunction(() => !document.fullscreenElement);
      await page.keyboard.press("i");
      await page.waitForFunction(() => document.pictureInPictureElement?.id === "placed");
      await page.keyboard.press("i");
      await page.waitForFunction(() => !document.pictureInPictureElement);
      await page.evaluate(() => document.getElementById("placed").api(1).fullscreen());
      await page.waitForFunction(() => document.fullscreenElement?.id === "placed");
      await page.evaluate(() => document.exitFullscreen());
      const old = await page.evaluate(() => { try { document.getElementById("placed").api(2); } catch (error) { return error.name; } });
      assert.equal(old, "RangeError");
      assert.equal(await player.getByText("Made by AI").isVisible(), true);
    });

    it("opens the studio for a recipe only on click, and ignores javascript: URLs", async () => {
      const { page } = there;
      await page.locator("#made").getByRole("button", { name: "Generate this clip here" }).click();
      assert.equal(await page.locator("#made iframe").getAttribute("src"), `${host.origin}/r#r=abc`);
      assert.equal(await page.locator("#broken").getByText("Nothing to play").isVisible(), true);
    });

    it("fits a phone", async () => {
      await there.page.setViewportSize(PHONE.viewport);
      assert.ok((await there.page.evaluate(() => document.documentElement.scrollWidth)) <= 390, "the page scrolls sideways");
      await shoot(there.page, "blog-phone");
    });

    it("causes no errors", () => {
      // The relay has no studio, so the frame of the recipe gets a 404.
      const errors = there.errors.filter((defect) => !/status of 404|frame-ancestors/.test(defect));
      assert.deepEqual(errors, []);
    });
  });

  it("loops only without prefers-reduced-motion", async () => {
    const html = `<!doctype html><kinora-player src="${clip.video}" loop></kinora-player><script type="module" src="${host.origin}/assets/kinora-player.js"></script>`;
    const still = await site(html, `default-src 'none'; script-src ${host.origin}; media-src ${host.origin}`);
    for (const [reducedMotion, loops] of [["reduce", false], ["no-preference", true]]) {
      const { context, page } = await open(still.origin, { reducedMotion });
      await page.locator("kinora-player video").waitFor();
      assert.equal(await page.locator("kinora-player video").evaluate((video) => video.loop), loops, reducedMotion);
      await context.close();
    }
    await still.close();
  });

  it("ignores 100,000 hostile messages to its page; two players receive messages of their own frames only", async () => {
    // A frame of another origin next to the players, which sends valid, broken and random messages.
    const stranger = await site(`<!doctype html><title>Stranger</title>`, `default-src 'none'`);
    const html = `<!doctype html><meta charset="utf-8"><title>Two</title><kinora-player id="one" src="${clip.page}" label="One"></kinora-player>
      <kinora-player id="two" src="${clip.page}" label="Two"></kinora-player><iframe src="${stranger.origin}"></iframe>
      <script type="module" src="${host.origin}/assets/kinora-player.js"></script>`;
    const two = await site(html, `default-src 'none'; script-src ${host.origin}; frame-src ${host.origin} ${stranger.origin}`);
    const { context, page, errors } = await open(two.origin);
    for (const name of ["One", "Two"]) await page.getByRole("button", { name: `Play: ${name}` }).click();
    await page.waitForFunction(() => {
      const ended = ["one", "two"].map((id) => document.getElementById(id).api(1));
      return ended.every(({ currentTime, paused }) => currentTime > 0 && paused);
    });
    const before = await page.evaluate(() => {
      window.received = [];
      for (const id of ["one", "two"]) {
        for (const name of ["ready", "play", "pause", "timeupdate", "ended", "error"]) {
          document.getElementById(id).addEventListener(name, () => window.received.push(`${id} ${name}`));
        }
      }
      return ["one", "two"].map((id) => document.getElementById(id).api(1).currentTime);
    });
    const flood = async (target) => {
      const pick = (list) => list[Math.floor(Math.random() * list.length)];
      const odd = [null, 0, NaN, "", [], {}, new Map([[1, 2]]), new ArrayBuffer(8), new Date(0), 2n, /x/, "\u0000", Array(50).fill("x")];
      for (let n = 0; n < 50_000; n++) {
        const message = { context: pick(["player.js", "other", null]), version: pick(["0.0.11", 9, null]), event: pick(["play", "ended", "timeupdate", "ready", "error", "__proto__", pick(odd)]), value: pick([{ seconds: 9, duration: 9 }, 3, pick(odd)]) };
        const text = () => {
          try {
            return JSON.stringify(message);
          } catch {
            return "{";
          }
        };
        target.postMessage(pick([text(), message, pick(odd), `{"context":"player.js","event":"play"`, "x".repeat(3000)]), "*");
        if (n % 5000 === 0) await new Promise((next) => setTimeout(next));
      }
      await new Promise((next) => setTimeout(next, 200));
    };
    await page.evaluate(`(${flood})(window)`);
    const frame = page.frames().find((frame) => frame.url().startsWith(stranger.origin));
    await frame.evaluate(`(${flood})(parent)`);
    const after = await page.evaluate(() => ({ received: window.received, times: ["one", "two"].map((id) => document.getElementById(id).api(1).currentTime) }));
    assert.deepEqual(after, { received: [], times: before });
    await page.evaluate(() => document.getElementById("two").api(1).play());
    await page.waitForFunction(() => window.received.includes("two ended"));
    assert.deepEqual(await page.evaluate(() => window.received.filter((what) => what.startsWith("one"))), []);
    assert.deepEqual(errors, []);
    await context.close();
    await Promise.all([two.close(), stranger.close()]);
  });

  it("ignores 100,000 invalid messages to its frame and answers the next valid one", async () => {
    const html = `<!doctype html><title>Hostile</title><iframe src="${clip.embed}" allow="autoplay"></iframe>`;
    const hostile = await site(html, `default-src 'none'; frame-src ${host.origin}`);
    const { context, page, errors } = await open(hostile.origin);
    const frame = page.frames().find((frame) => frame.url() === clip.embed) ?? (await page.waitForEvent("framenavigated"));
    await frame.waitForFunction(() => document.querySelector("video")?.readyState >= 1);
    const answers = await page.evaluate(async () => {
      const { contentWindow } = document.querySelector("iframe");
      const heard = [];
      addEventListener("message", ({ data }) => heard.push(JSON.parse(data)));
      const words = ["play", "setCurrentTime", "constructor", "__proto__", "toString", "addEventListener", "", null, 7, {}];
      const pick = (list) => list[Math.floor(Math.random() * list.length)];
      for (let n = 0; n < 100_000; n++) {
        const message = { context: pick(["player.js", "other", null]), method: pick(["constructor", "__proto__", "hasOwnProperty", 7, null]), value: pick(words), listener: pick(words) };
        contentWindow.postMessage(pick([JSON.stringify(message), message, `{"context":"player.js"${"[".repeat(n % 50)}`, n, "x".repeat(3000)]), "*");
        if (n % 5000 === 0) await new Promise((next) => setTimeout(next));
      }
      const silence = heard.filter(({ event }) => event !== "ready").length;
      for (;;) {
        contentWindow.postMessage(JSON.stringify({ context: "player.js", version: "0.0.11", method: "getPaused", listener: "mine" }), "*");
        await new Promise((next) => setTimeout(next, 100));
        const answer = heard.find(({ event }) => event === "getPaused");
        if (answer) return { silence, answer };
      }
    });
    assert.equal(answers.silence, 0);
    assert.deepEqual(answers.answer, { context: "player.js", version: "0.0.11", event: "getPaused", value: true, listener: "mine" });
    assert.equal(await frame.evaluate(() => document.querySelector("video").currentTime), 0);
    assert.deepEqual(errors, []);
    await context.close();
    await hostile.close();
  });

  it("shows the lineage and the changes of a remix", async () => {
    const other = await maker(host.origin);
    const child = await other.publish({ title: "A tan ball", maker: "Grace", video: remix(clip, "a red rubber", "a tan rubber") });
    await other.publish({ title: "A wet ball", maker: "Grace", video: remix(child, "a tan rubber", "a wet rubber") });
    const { context, page, errors } = await open(child.page);
    const tree = page.locator(".tree").first();
    assert.equal(await tree.getByRole("link", { name: clip.title }).getAttribute("href"), `/c/${clip.id}`);
    assert.equal(await tree.getByText("A tan ball").getAttribute("aria-current"), "page");
    assert.match(await tree.getByRole("list", { name: "What changed" }).first().innerText(), /prompt: a red tan rubber ball/);
    assert.equal(await tree.getByRole("link", { name: "A wet ball" }).isVisible(), true);
    await shoot(page, "lineage");
    assert.deepEqual(errors, []);
    await context.close();
  });

  it("is deleted only by its key, P-256 included, and leaves a page that states it", async () => {
    const other = await maker(host.origin, "p256");
    const parent = await other.publish({ title: "Short-lived" });
    assert.equal((await who.ask("DELETE", `/api/clips/${parent.id}`)).status, 403);
    assert.equal((await other.ask("DELETE", `/api/clips/${parent.id}`)).status, 204);
    const { context, page } = await open(parent.page);
    assert.equal(await page.getByRole("heading", { name: "This clip was removed" }).isVisible(), true);
    await shoot(page, "removed");
    await context.close();
  });
});
