// What people and networks do wrong: a clear sentence each, nothing lost, no panic.

import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, describe, it } from "node:test";
import { DRAFT, fill, make, notice, ready, SENTENCE, start, state, WEIGHTS } from "../lib/studio.js";

describe("the form", () => {
  let studio, who, page;
  before(async () => {
    studio = await start();
    who = await studio.person();
    page = await who.visit();
    await ready(page);
  });
  after(() => studio?.close());

  const refused = async (where) => {
    await page.click("#generate");
    await page.waitForFunction((id) => document.getElementById(id)?.innerText.trim(), where);
    assert.equal(await page.getAttribute("#stage", "data-state"), "idle", "nothing was started");
    return page.innerText(`#${where}`);
  };

  for (const [what, prompt] of [["an empty prompt", ""], ["spaces", " \n \t"], ["invisible characters", "\u200b\u2060"]]) {
    it(`asks for words instead of ${what}`, async () => {
      await page.fill("#prompt", prompt);
      assert.match(await refused("prompt-problem"), /prompt is empty/i);
      assert.equal(await page.getAttribute("#prompt", "aria-invalid"), "true");
      await page.waitForFunction(() => document.activeElement.id === "prompt");
    });
  }

  it("says how long 10,000 characters are and keeps every one", async () => {
    const long = "a red ball ".repeat(1000).slice(0, 10_000);
    await page.fill("#prompt", long);
    const sentence = await refused("prompt-problem");
    assert.match(sentence, /10000 characters; at most 2000/);
    assert.equal(await page.inputValue("#prompt"), long);
    await page.reload();
    await ready(page);
    assert.equal(await page.inputValue("#prompt"), long, "the draft survives a reload");
  });

  for (const seed of ["-1", "banana", "9007199254740992", "1e400", "99999999999999999999999", "1.5"]) {
    it(`refuses the seed ${seed}`, async () => {
      await fill(page, { prompt: SENTENCE, seed });
      assert.match(await refused("seed-help"), /seed .*between 0 and 9007199254740991/i);
      assert.equal(await page.inputValue("#seed"), seed);
    });
  }

  for (const [id, value, sentence] of [["steps", "0", /between 1 and 64/], ["steps", "65", /between 1 and 64/],
    ["steps", "many", /between 1 and 64/], ["guidance", "-3", /between 0 and 20/], ["guidance", "NaN", /between 0 and 20/]]) {
    it(`refuses ${id} of ${value}`, async () => {
      await fill(page, { prompt: SENTENCE, seed: 1, steps: "" });
      await page.fill("#guidance", "");
      await page.fill(`#${id}`, value);
      assert.match(await refused("problem"), sentence);
    });
  }

  const unknown = [
    ["a dragon and a red ball bounce in a castle", /“dragon”.*“castle” are not in this model's world/],
    ["🦊🔥 a blue cube falls 🎉", null],
    ["كرة حمراء تقفز على الأرض", /not in this model's world/],
    ["🦊🦊🦊", null],
  ];
  for (const [prompt, sentence] of unknown) {
    it(`makes a clip of “${prompt}” and says what it does not know`, async () => {
      await fill(page, { ...DRAFT, prompt });
      await page.fill("#guidance", "");
      await make(page);
      if (sentence) assert.match(await page.innerText("#unknown"), sentence);
      assert.equal(await page.inputValue("#prompt"), prompt);
      assert.equal(await page.locator("#player").isVisible(), true);
    });
  }

  it("broke nowhere", () => assert.deepEqual(who.defects, []));
});

describe("recipe links that were changed by hand", () => {
  let studio, who;
  before(async () => {
    studio = await start();
    who = await studio.person();
  });
  after(() => studio?.close());

  for (const [what, fragment, sentence] of [
    ["one with a letter changed", "r=pGRzZWVkB2ZwYXJhbXM", /damaged|cut short/],
    ["an empty one", "r=", /no recipe/],
    ["another fragment", "about", /no recipe/],
    ["one that is far too long", `r=${"A".repeat(9000)}`, /at most 8192/],
    ["one with strange characters", "r=%F0%9F%A6%8A", /damaged|changed/],
  ]) {
    it(`explains ${what} and keeps the own words`, async () => {
      const page = await who.visit();
      await page.fill("#prompt", "my own words");
      await page.goto(`${studio.host.origin}/r#${fragment}`);
      assert.match(await notice(page, "own words are as you left them"), sentence);
      assert.equal(await page.inputValue("#prompt"), "my own words");
      await page.close();
    });
  }

  it("broke nowhere", () => assert.deepEqual(who.defects, []));
});

describe("weights that do not arrive as they should", () => {
  let studio, who;
  before(async () => (studio = await start()));
  beforeEach(async () => (who = await studio.person()));
  afterEach(async () => {
    assert.deepEqual(who.defects, []);
    studio.host.damage.clear();
    await who.leave();
  });
  after(() => studio?.close());

  /** Visits with damaged weights, reads the sentence, mends the host and tries again. */
  const survives = async (change, sentence) => {
    studio.host.damage.set(WEIGHTS, change);
    const page = await who.visit();
    const told = page.locator("#weights-failed");
    await told.waitFor();
    assert.match(await told.innerText(), sentence);
    studio.host.damage.clear();
    await page.click("#retry");
    await ready(page);
    return page;
  };

  it("names both hashes when a byte was changed", async () => {
    const flip = (bytes) => ({ bytes: Object.assign(Buffer.from(bytes), { [bytes.length >> 1]: bytes[bytes.length >> 1] ^ 1 }) });
    await survives(flip, /expected hash [0-9a-f]{64}, got [0-9a-f]{64}/);
  });

  it("names both hashes when the file is too short", async () => {
    await survives((bytes) => ({ bytes: bytes.subarray(0, bytes.length / 2) }), /expected hash [0-9a-f]{64}, got [0-9a-f]{64} \(\d+ bytes\)/);
  });

  it("goes on where a broken connection stopped", async () => {
    const half = (bytes) => ({ bytes: bytes.subarray(0, bytes.length / 2), announced: bytes.length });
    const page = await survives(half, /connection broke after [\d.]+ of [\d.]+ MB/);
    const asked = studio.host.log.filter((r) => r.path === WEIGHTS).at(-1);
    assert.match(asked.range ?? "", /^bytes=\d{4,}-$/, "the second request asks for the rest only");
    assert.ok(Number(await page.getAttribute("main", "data-weights-downloaded")) > 0);
  });

  it("says what the site answered", async () => {
    await survives(() => ({ bytes: Buffer.from("gone"), status: 503 }), /answered 503/);
  });

  it("fetches nothing on the second visit", async () => {
    const first = await who.visit();
    await ready(first);
    assert.ok(Number(await first.getAttribute("main", "data-weights-downloaded")) > 1e6);
    const before = studio.host.log.filter((r) => r.path === WEIGHTS).length;
    const second = await who.visit();
    await ready(second);
    assert.equal(await second.getAttribute("main", "data-weights-downloaded"), "0");
    assert.equal(studio.host.log.filter((r) => r.path === WEIGHTS).length, before);
  });

  it("starts the clip when it was asked for before the model was there", async () => {
    const page = await who.visit();
    await fill(page, DRAFT);
    await make(page);
  });
});

describe("a worker that cannot start", () => {
  let studio, who;
  before(async () => {
    studio = await start();
    who = await studio.person();
    studio.host.damage.set("/kinora-worker_bg.wasm", (bytes) => ({ bytes: bytes.subarray(0, 1000) }));
  });
  after(() => studio?.close());

  it("is told, and the words stay", async () => {
    const page = await who.visit();
    const told = page.locator("#weights-failed");
    await told.waitFor();
    assert.match(await told.innerText(), /could not start in this browser/);
    await page.fill("#prompt", "still here");
    await page.reload();
    assert.equal(await page.inputValue("#prompt"), "still here");
  });
});

describe("cancelling", () => {
  let studio, who, page;
  before(async () => {
    studio = await start();
    who = await studio.person();
    page = await who.visit();
    await ready(page);
  });
  after(() => studio?.close());

  for (const [what, stop] of [["the button", (p) => p.click("#cancel")], ["Escape", (p) => p.keyboard.press("Escape")]]) {
    it(`stops at once by ${what} and can start again`, async () => {
      await fill(page, { steps: 64, seed: 3 });
      await page.click("#generate");
      await state(page, "working");
      const began = Date.now();
      await stop(page);
      await state(page, "cancelled");
      // Two busy cores and a browser around it; the engine's own answer is measured natively.
      assert.ok(Date.now() - began < 1400, `${Date.now() - began} ms`);
      assert.equal(await page.inputValue("#prompt"), SENTENCE);
    });
  }

  it("leaves a worker that makes the next clip", async () => {
    await fill(page, DRAFT);
    await make(page);
    assert.deepEqual(who.defects, []);
  });
});

describe("two tabs", () => {
  let studio, who;
  before(async () => {
    studio = await start();
    who = await studio.person();
  });
  after(() => studio?.close());

  it("take turns, and a waiting one can leave the queue", async () => {
    const [first, second] = [await who.visit(), await who.visit()];
    await Promise.all([ready(first), ready(second)]);
    await fill(first, { steps: 64, seed: 1 });
    await fill(second, DRAFT);
    await first.click("#generate");
    await state(first, "working");
    await second.click("#generate");
    await state(second, "waiting");
    assert.match(await second.innerText("#stage-line"), /Another tab is making a clip/);
    await second.keyboard.press("Escape");
    await state(second, "cancelled");
    await second.click("#generate");
    await state(second, "waiting");
    await first.click("#cancel");
    await state(second, "done");
    assert.deepEqual(who.defects, []);
  });
});
