// The library of things: pictures take the place of what the model does not draw.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { copiedLink, DRAFT, fill, frames, generate, generatesTheSame, notice, ready, state, useStudio } from "../lib/studio.js";

const PACK = "**/libraries/things/*.kinlib";
const PROMPT = "a fire engine drives down the street at noon";

const libraryIs = (page, name) => page.waitForSelector(`main[data-library="${name}"]`);
const chip = (page, text) => page.locator("#preview .chip", { hasText: text }).waitFor();

/** Share of pixels that are clearly red, in daylight and in fog. */
const redness = (rgb) => {
  let red = 0;
  for (let at = 0; at < rgb.length; at += 3) red += rgb[at] > 150 && rgb[at] - Math.max(rgb[at + 1], rgb[at + 2]) > 70 ? 1 : 0;
  return (red * 3) / rgb.length;
};

describe("the library of things", () => {
  const suite = useStudio();

  it("shows what the model does not draw, without a request", async () => {
    const { page, host } = suite;
    await libraryIs(page, "ready");
    await fill(page, { ...DRAFT, prompt: PROMPT });
    await chip(page, /^fire engine$/);
    const logged = host.log.length;
    const hash = await generate(page);
    assert.deepEqual(host.log.slice(logged), []);
    // The engine is red, and the street is not.
    const shares = (await frames(page)).map(redness);
    assert.ok(Math.max(...shares) > 0.04, `red: ${shares}`);
    await generatesTheSame(suite, await copiedLink(page), hash);
  });

  it("names its licence on a page that the foot links to", async () => {
    const { page } = suite;
    const [licences] = await Promise.all([page.context().waitForEvent("page"), page.getByRole("link", { name: "Licences" }).click()]);
    await licences.getByText("Copyright (c) Microsoft Corporation").waitFor();
    await licences.close();
  });

  it("leaves everything to the model where that is chosen", async () => {
    const { page } = suite;
    await fill(page, { ...DRAFT, prompt: PROMPT });
    await page.getByRole("radio", { name: "model alone" }).check();
    await chip(page, /^fire engine ≈ car$/);
    await generate(page);
    await page.getByRole("radio", { name: "pictures and model" }).check();
    await chip(page, /^fire engine$/);
  });

  it("is asked for the whole file, whatever is typed, and once", async () => {
    const asked = suite.host.log.filter(({ path }) => path.includes("libraries/"));
    assert.ok(asked.length >= 1);
    for (const { path } of asked) assert.equal(path, "/libraries/things/things.kinlib");
    const before = asked.length;
    const page = await suite.visitor.visit();
    await ready(page);
    await libraryIs(page, "ready");
    assert.equal(suite.host.log.filter(({ path }) => path.includes("libraries/")).length, before);
    await page.close();
  });

  it("is waited for by a clip that shows it", async () => {
    const visitor = await suite.newVisitor();
    let arrive;
    const arrived = new Promise((resolve) => (arrive = resolve));
    await visitor.context.route(PACK, async (route) => {
      await arrived;
      await route.continue();
    });
    const page = await visitor.visit();
    await page.waitForSelector('main[data-weights="ready"][data-library="loading"]');
    await fill(page, { ...DRAFT, prompt: PROMPT });
    await page.getByText("The pictures of this clip are still loading").waitFor();
    await page.click("#generate");
    await state(page, "queued");
    arrive();
    assert.equal(await state(page, "done", "failed"), "done");
    assert.deepEqual(visitor.errors, []);
    await visitor.close();
  });

  it("is done without where it cannot load", async () => {
    const visitor = await suite.newVisitor();
    await visitor.context.route(PACK, (route) => route.abort());
    const page = await visitor.visit();
    await libraryIs(page, "failed");
    await ready(page);
    await fill(page, { ...DRAFT, prompt: PROMPT });
    await chip(page, /^fire engine ≈ car$/);
    await generate(page);
    assert.deepEqual(visitor.errors, []);
    await visitor.close();
  });

  it("is offered to a visitor who saves data", async () => {
    const visitor = await suite.newVisitor();
    await visitor.context.addInitScript(() => {
      Object.defineProperty(navigator, "connection", { value: { saveData: true } });
    });
    const page = await visitor.visit();
    const logged = suite.host.log.length;
    await ready(page);
    await notice(page, /pictures of 800 things/);
    const asked = () => suite.host.log.slice(logged).filter(({ path }) => path.includes("libraries/")).length;
    assert.equal(asked(), 0);
    await page.click("#notice-action");
    await libraryIs(page, "ready");
    assert.equal(asked(), 1);
    await visitor.close();
  });
});
