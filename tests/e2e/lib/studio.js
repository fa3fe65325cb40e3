// The studio in a real Chromium: start it, fill its form, wait for its states. Nothing here sleeps.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { DIST, serve } from "./server.js";

const CHROMIUM = process.env.KINORA_CHROMIUM ?? process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  // Whatever asks for another host gets no answer.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];
/** A clip may take its time on two busy cores; a hang is a failure, and so is a button that does not react. */
const CLIP_MS = 200_000;
const REACTION_MS = 20_000;
export const SENTENCE = "a red rubber ball bounces on a wooden floor, cinematic";
export const WEIGHTS = "/models/starter/starter.safetensors";

export const browse = () => chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });

/** A host and a browser for one file of tests. */
export async function start() {
  if (!existsSync(`${DIST}/index.html`)) throw new Error(`There is no built site in ${DIST}. Run: cargo xtask serve`);
  const host = await serve();
  const browser = await browse();
  const close = async () => {
    await browser.close();
    await host.close();
  };
  return { host, browser, close, person: (options) => person(host, browser, options) };
}

/** Somebody with a browser of their own: storage is theirs, every defect of a page is remembered. */
export async function person(host, browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(REACTION_MS);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: host.origin });
  await context.addInitScript(listen);
  const defects = [];
  const visit = async (path = "/?device=cpu") => {
    const page = await context.newPage();
    page.on("pageerror", (error) => defects.push(String(error)));
    page.on("console", (message) => /panicked/.test(message.text()) && defects.push(message.text()));
    await page.goto(host.origin + path);
    return page;
  };
  return { context, defects, visit, leave: () => context.close() };
}

/** Runs in the page: keeps what the studio tells of its pictures. */
function listen() {
  window.told = { frames: [], previews: 0, clip: null };
  document.addEventListener("kinora:frame", ({ detail }) => {
    if (detail.index === 0) window.told.frames = [];
    window.told.frames[detail.index] = new Uint8Array(detail.rgb);
  });
  document.addEventListener("kinora:preview", () => (window.told.previews += 1));
  document.addEventListener("kinora:clip", ({ detail }) => (window.told.clip = detail));
}

export const ready = (page) => page.waitForSelector('main[data-weights="ready"]', { timeout: CLIP_MS });

/** Waits for one of these states of the run and returns it. */
export async function state(page, ...names) {
  const wanted = names.map((name) => `#stage[data-state="${name}"]`).join(",");
  const stage = await page.waitForSelector(wanted, { state: "attached", timeout: CLIP_MS });
  return stage.getAttribute("data-state");
}

/** Fills the form as a person does. */
export async function fill(page, { prompt = SENTENCE, seed, length, shape, steps } = {}) {
  await page.fill("#prompt", prompt);
  if (length) await page.getByRole("radio", { name: length, exact: true }).check();
  if (shape) await page.getByRole("radio", { name: shape, exact: true }).check();
  if (seed !== undefined) await page.fill("#seed", String(seed));
  if (steps !== undefined) {
    if (!(await page.locator("#steps").isVisible())) await page.getByText("More settings").click();
    await page.fill("#steps", String(steps));
  }
}

/** Presses the button and waits for the end; anything but a clip is an error with the page's own sentence. */
export async function make(page) {
  await page.click("#generate");
  await state(page, "queued", "waiting", "working");
  const end = await state(page, "done", "failed", "cancelled");
  if (end !== "done") throw new Error(`${end}: ${await page.innerText("#outcome")}`);
  return page.getAttribute("#stage", "data-frames-hash");
}

/** A quick clip, for tests that are not about the picture. */
export const DRAFT = { length: "0.75 s", steps: 2, seed: 7 };

/** The RGB frames before encoding. */
export async function frames(page) {
  const coded = await page.evaluate(() =>
    window.told.frames.map((frame) => {
      let text = "";
      for (let at = 0; at < frame.length; at += 8192) text += String.fromCharCode(...frame.subarray(at, at + 8192));
      return btoa(text);
    }),
  );
  return coded.map((text) => Buffer.from(text, "base64"));
}

/** The bytes that "Download MP4" saves. */
export async function download(page) {
  const [saved] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
  return { path: await saved.path(), name: saved.suggestedFilename() };
}

export const notice = async (page, pattern) => {
  const found = page.locator("#notice", { hasText: pattern });
  await found.waitFor();
  return found.innerText();
};

/** The link that "Copy recipe link" copies. */
export async function copiedLink(page) {
  await page.click("#copy-link");
  await notice(page, "Copied");
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Somebody else follows a recipe link, sees what `seen` checks, and makes the very same clip. */
export async function makesTheSame(studio, link, hash, seen = async () => {}) {
  const other = await studio.person();
  const { pathname, hash: recipe } = new URL(link);
  const there = await other.visit(`${pathname}?device=cpu${recipe}`);
  await there.locator("#linked").waitFor();
  await seen(there);
  await ready(there);
  await there.click("#make-linked");
  await state(there, "done");
  assert.equal(await there.getAttribute("#stage", "data-frames-hash"), hash);
  assert.deepEqual(other.defects, []);
  await other.leave();
}
