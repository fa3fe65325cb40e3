// Drives the studio in a real Chromium: opens it, fills its form, waits for its states. Nothing here sleeps.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before } from "node:test";
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
  // Requests to other hosts fail.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];
/** Timeouts of a clip on two busy cores, and of everything else. */
const CLIP_MS = 200_000;
const REACTION_MS = 20_000;
export const PROMPT = "a red rubber ball bounces on a wooden floor, cinematic";
export const MANIFEST = "/models/starter/model.json";
export const WEIGHTS = "/models/starter/starter.safetensors";

export const browse = () => chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });

/** Starts a host and a browser. */
export async function start() {
  if (!existsSync(`${DIST}/index.html`)) throw new Error(`There is no built site in ${DIST}. Run: cargo xtask serve`);
  const host = await serve();
  const browser = await browse();
  const close = async () => {
    await browser.close();
    await host.close();
  };
  return { host, browser, close, newVisitor: (options) => newVisitor(host, browser, options) };
}

/**
 * Sets up a suite: `host`, `browser`, `visitor` and, unless `load` is false, `page`, the studio with its model ready. `errors` returns the
 * page errors of the visitor. Further options are those of the browser context.
 */
export function useStudio({ load = true, ...options } = {}) {
  const suite = { errors: () => suite.visitor.errors };
  before(async () => {
    Object.assign(suite, await start());
    suite.visitor = await suite.newVisitor(options);
    if (load) {
      suite.page = await suite.visitor.visit();
      await ready(suite.page);
    }
  });
  after(() => suite.close?.());
  return suite;
}

/** Creates a visitor with storage of their own; collects page errors and panics in `errors`. */
export async function newVisitor(host, browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(REACTION_MS);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: host.origin });
  await context.addInitScript(observe);
  const errors = [];
  const visit = async (path = "/?device=cpu") => {
    const page = await context.newPage();
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => /panicked/.test(message.text()) && errors.push(message.text()));
    await page.goto(host.origin + path);
    return page;
  };
  return { context, errors, visit, close: () => context.close() };
}

/** Runs in the page: collects the studio's events in `window.observed`. */
function observe() {
  window.observed = { frames: [], previews: 0, clip: null };
  document.addEventListener("kinora:frame", ({ detail }) => {
    if (detail.index === 0) window.observed.frames = [];
    window.observed.frames[detail.index] = new Uint8Array(detail.rgb);
  });
  document.addEventListener("kinora:preview", () => (window.observed.previews += 1));
  document.addEventListener("kinora:clip", ({ detail }) => (window.observed.clip = detail));
}

export const ready = (page) => page.waitForSelector('main[data-weights="ready"]:not([data-reader="loading"]):not([data-library="loading"])', { timeout: CLIP_MS });

/** Waits for one of these states of the run and returns it. */
export async function state(page, ...names) {
  const wanted = names.map((name) => `#stage[data-state="${name}"]`).join(",");
  const stage = await page.waitForSelector(wanted, { state: "attached", timeout: CLIP_MS });
  return stage.getAttribute("data-state");
}

/** Fills the form. */
export async function fill(page, { prompt = PROMPT, seed, length, shape, steps } = {}) {
  await page.fill("#prompt", prompt);
  if (length) await page.getByRole("radio", { name: length, exact: true }).check();
  if (shape) await page.getByRole("radio", { name: shape, exact: true }).check();
  if (seed !== undefined) await page.fill("#seed", String(seed));
  if (steps !== undefined) {
    if (!(await page.locator("#steps").isVisible())) await page.getByText("More settings").click();
    await page.fill("#steps", String(steps));
  }
}

/** Generates a clip and returns its hash; throws the page's message if that fails. */
export async function generate(page) {
  await page.click("#generate");
  await state(page, "queued", "waiting", "working");
  const end = await state(page, "done", "failed", "cancelled");
  if (end !== "done") throw new Error(`${end}: ${await page.innerText("#outcome")}`);
  return page.getAttribute("#stage", "data-frames-hash");
}

/** Options of a quick clip. */
export const DRAFT = { length: "0.75 s", steps: 2, seed: 7 };

/** Returns the RGB frames before encoding. */
export async function frames(page) {
  const coded = await page.evaluate(() =>
    window.observed.frames.map((frame) => {
      let text = "";
      for (let at = 0; at < frame.length; at += 8192) text += String.fromCharCode(...frame.subarray(at, at + 8192));
      return btoa(text);
    }),
  );
  return coded.map((text) => Buffer.from(text, "base64"));
}

/** Clicks "Download MP4" and returns the path and name of the file. */
export async function download(page) {
  const [saved] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
  return { path: await saved.path(), name: saved.suggestedFilename() };
}

/** Waits for a notice and returns its text. */
export const notice = async (page, pattern) => {
  const found = page.locator("#notice", { hasText: pattern });
  await found.waitFor();
  return found.innerText();
};

/** Clicks "Copy recipe link" and returns the link. */
export async function copiedLink(page) {
  await page.click("#copy-link");
  await notice(page, "Copied");
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Another visitor opens a recipe link, `check` inspects the page, and the generated clip has the same hash. */
export async function generatesTheSame(studio, link, hash, check = async () => {}) {
  const other = await studio.newVisitor();
  const { pathname, hash: recipe } = new URL(link);
  const there = await other.visit(`${pathname}?device=cpu${recipe}`);
  await there.locator("#linked").waitFor();
  await check(there);
  await ready(there);
  await there.click("#generate-linked");
  await state(there, "done");
  assert.equal(await there.getAttribute("#stage", "data-frames-hash"), hash);
  assert.deepEqual(other.errors, []);
  await other.close();
}

/** Waits until an element has the focus. */
export const focused = (page, id) => page.waitForFunction((id) => document.activeElement?.id === id, id);

/** Presses Tab until an element has the focus. */
export async function tabTo(page, id) {
  for (let presses = 0; presses < 60; presses++) {
    if (await page.evaluate((id) => document.activeElement?.id === id, id)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab never reaches #${id}`);
}
