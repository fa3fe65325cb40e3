// Invalid input and network failures: a clear message each, nothing lost, no panic.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { DRAFT, fill, focused, generate, MANIFEST, notice, PROMPT, ready, start, state, useStudio, WEIGHTS } from "../lib/studio.js";

describe("the form", () => {
  const suite = useStudio();
  let page;
  before(() => ({ page } = suite));

  /** Clicks Generate, expects no run, and returns the text of the element with the message. */
  const refused = async (id) => {
    await page.click("#generate");
    await page.waitForFunction((id) => document.getElementById(id)?.innerText.trim(), id);
    assert.equal(await page.getAttribute("#stage", "data-state"), "idle", "no run was started");
    return page.innerText(`#${id}`);
  };

  for (const [what, prompt] of [["an empty prompt", ""], ["spaces", " \n \t"], ["invisible characters", "\u200b\u2060"]]) {
    it(`refuses ${what}`, async () => {
      await page.fill("#prompt", prompt);
      assert.match(await refused("prompt-problem"), /prompt is empty/i);
      assert.equal(await page.getAttribute("#prompt", "aria-invalid"), "true");
      await focused(page, "prompt");
    });
  }

  it("refuses 10,000 characters and keeps them", async () => {
    const long = "a red ball ".repeat(1000).slice(0, 10_000);
    await page.fill("#prompt", long);
    const message = await refused("prompt-problem");
    assert.match(message, /10000 characters; at most 2000/);
    assert.equal(await page.inputValue("#prompt"), long);
    await page.reload();
    await ready(page);
    assert.equal(await page.inputValue("#prompt"), long, "the draft survives a reload");
  });

  for (const seed of ["-1", "banana", "9007199254740992", "1e400", "99999999999999999999999", "1.5"]) {
    it(`refuses the seed ${seed}`, async () => {
      await fill(page, { prompt: PROMPT, seed });
      assert.match(await refused("seed-help"), /seed .*between 0 and 9007199254740991/i);
      assert.equal(await page.inputValue("#seed"), seed);
    });
  }

  for (const [id, value, message] of [["steps", "0", /between 1 and 64/], ["steps", "65", /between 1 and 64/],
    ["steps", "many", /between 1 and 64/], ["guidance", "-3", /between 0 and 20/], ["guidance", "NaN", /between 0 and 20/]]) {
    it(`refuses ${id} of ${value}`, async () => {
      await fill(page, { prompt: PROMPT, seed: 1, steps: "" });
      await page.fill("#guidance", "");
      await page.fill(`#${id}`, value);
      assert.match(await refused("problem"), message);
    });
  }

  const unknown = [
    ["a wooden dragon and a red ball bounce", /Not shown by this model: “wood”/],
    ["🦊🔥 a blue cube falls 🎉", null],
    ["كرة حمراء تقفز على الأرض", /Not used: “كرة”/],
    ["🦊🦊🦊", null],
  ];
  for (const [prompt, message] of unknown) {
    it(`generates a clip of “${prompt}” and lists its unknown words`, async () => {
      await fill(page, { ...DRAFT, prompt });
      await page.fill("#guidance", "");
      await generate(page);
      if (message) assert.match(await page.innerText("#unknown"), message);
      assert.equal(await page.inputValue("#prompt"), prompt);
      assert.equal(await page.locator("#player").isVisible(), true);
    });
  }

  it("causes no page errors", () => assert.deepEqual(suite.errors(), []));
});

describe("damaged recipe links", () => {
  const suite = useStudio({ load: false });

  for (const [what, fragment, message] of [
    ["a link with a changed letter", "r=pGRzZWVkB2ZwYXJhbXM", /damaged|cut short/],
    ["an empty link", "r=", /no recipe/],
    ["another fragment", "about", /no recipe/],
    ["a link that is too long", `r=${"A".repeat(9000)}`, /at most 8192/],
    ["a link with invalid characters", "r=%F0%9F%A6%8A", /damaged|changed/],
  ]) {
    it(`explains ${what} and keeps the prompt`, async () => {
      const page = await suite.visitor.visit();
      await page.fill("#prompt", "my own prompt");
      await page.goto(`${suite.host.origin}/r#${fragment}`);
      assert.match(await notice(page, "Your prompt is unchanged"), message);
      assert.equal(await page.inputValue("#prompt"), "my own prompt");
      await page.close();
    });
  }

  it("cause no page errors", () => assert.deepEqual(suite.errors(), []));
});

describe("loading the model", () => {
  let studio, visitor;
  before(async () => (studio = await start()));
  beforeEach(async () => (visitor = await studio.newVisitor()));
  afterEach(async () => {
    assert.deepEqual(visitor.errors, []);
    studio.host.damage.clear();
    await visitor.close();
  });
  after(() => studio?.close());

  /** Visits with a damaged file, expects the message, repairs the host and tries again. */
  const recovers = async (path, damage, expected) => {
    studio.host.damage.set(path, damage);
    const page = await visitor.visit();
    const message = page.locator("#weights-failed");
    await message.waitFor();
    assert.match(await message.innerText(), expected);
    studio.host.damage.clear();
    await page.click("#retry");
    await ready(page);
    return page;
  };
  const flipped = (bytes) => ({ bytes: Object.assign(Buffer.from(bytes), { [bytes.length >> 1]: bytes[bytes.length >> 1] ^ 1 }) });

  it("reports both hashes of a file with a flipped bit", async () => {
    await recovers(WEIGHTS, flipped, /starter\.safetensors.* expected hash [0-9a-f]{64}, got [0-9a-f]{64}/);
  });

  it("verifies the small files too", async () => {
    await recovers("/models/starter/tokenizer.json", flipped, /tokenizer\.json.* expected hash [0-9a-f]{64}, got [0-9a-f]{64}/);
  });

  it("reports both hashes of a truncated file", async () => {
    await recovers(WEIGHTS, (bytes) => ({ bytes: bytes.subarray(0, bytes.length / 2) }), /expected hash [0-9a-f]{64}, got [0-9a-f]{64} \(\d+ bytes\)/);
  });

  it("resumes an interrupted download", async () => {
    const half = (bytes) => ({ bytes: bytes.subarray(0, bytes.length / 2), announced: bytes.length });
    const page = await recovers(WEIGHTS, half, /connection broke after [\d.]+ of [\d.]+ MB/);
    const request = studio.host.log.filter((r) => r.path === WEIGHTS).at(-1);
    assert.match(request.range ?? "", /^bytes=\d{4,}-$/, "the second request is for the rest");
    assert.ok(Number(await page.getAttribute("main", "data-weights-downloaded")) > 0);
  });

  it("reports the status of the site", async () => {
    await recovers(WEIGHTS, () => ({ bytes: Buffer.from("gone"), status: 503 }), /answered 503/);
  });

  it("reports a manifest that is not JSON", async () => {
    await recovers(MANIFEST, () => ({ bytes: Buffer.from("{") }), /model\.json cannot be read/);
  });

  it("reports an unknown model family", async () => {
    const other = (bytes) => ({ bytes: Buffer.from(bytes.toString().replace('"family": "starter"', '"family": "other"')) });
    await recovers(MANIFEST, other, /family other is not known/);
  });

  for (const [model, expected] of [["models/missing/model.json", /answered 404 for model\.json/], ["https://example.com/model.json", /not on this site/]]) {
    it(`reports that ?model=${model} is not available`, async () => {
      const page = await visitor.visit(`/?device=cpu&model=${encodeURIComponent(model)}`);
      const message = page.locator("#weights-failed");
      await message.waitFor();
      assert.match(await message.innerText(), expected);
    });
  }

  it("accepts the manifest of ?model=", async () => {
    await ready(await visitor.visit("/?device=cpu&model=models%2Fstarter%2F..%2Fstarter%2Fmodel.json"));
  });

  it("downloads only the manifest on the second visit", async () => {
    const first = await visitor.visit();
    await ready(first);
    assert.ok(Number(await first.getAttribute("main", "data-weights-downloaded")) > 1e6);
    const files = () => studio.host.log.filter((r) => r.path.startsWith("/models/")).map((r) => r.path);
    const before = files().length;
    const second = await visitor.visit();
    await ready(second);
    assert.equal(await second.getAttribute("main", "data-weights-downloaded"), "0");
    assert.deepEqual(files().slice(before), [MANIFEST]);
  });

  it("uses the cached files without a network", async () => {
    await ready(await visitor.visit());
    studio.host.damage.set(MANIFEST, () => ({ bytes: Buffer.from(""), status: 503 }));
    const second = await visitor.visit();
    await ready(second);
    assert.equal(await second.getAttribute("main", "data-weights-downloaded"), "0");
  });

  it("starts a clip that was requested before the model was ready", async () => {
    const page = await visitor.visit();
    await fill(page, DRAFT);
    await generate(page);
  });
});

describe("a worker that cannot start", () => {
  const suite = useStudio({ load: false });
  before(() => suite.host.damage.set("/kinora-worker_bg.wasm", (bytes) => ({ bytes: bytes.subarray(0, 1000) })));

  it("is reported, and the prompt stays", async () => {
    const page = await suite.visitor.visit();
    const message = page.locator("#weights-failed");
    await message.waitFor();
    assert.match(await message.innerText(), /could not start in this browser/);
    await page.fill("#prompt", "still here");
    await page.reload();
    assert.equal(await page.inputValue("#prompt"), "still here");
  });
});

describe("cancelling", () => {
  const suite = useStudio();

  for (const [what, stop] of [["the button", (p) => p.click("#cancel")], ["Escape", (p) => p.keyboard.press("Escape")]]) {
    it(`by ${what} stops the worker without replacing it`, async () => {
      const { page } = suite;
      const replaced = [];
      page.on("worker", (worker) => replaced.push(worker.url()));
      await fill(page, { steps: 64, seed: 3 });
      await page.click("#generate");
      await state(page, "working");
      await stop(page);
      await state(page, "cancelled");
      assert.equal(await page.inputValue("#prompt"), PROMPT);
      assert.deepEqual(replaced, []);
    });
  }

  it("leaves a worker that generates the next clip", async () => {
    await fill(suite.page, DRAFT);
    await generate(suite.page);
    assert.deepEqual(suite.errors(), []);
  });
});

describe("two tabs", () => {
  const suite = useStudio({ load: false });

  it("generate one after the other, and a waiting one can be cancelled", async () => {
    const { visitor } = suite;
    const [first, second] = [await visitor.visit(), await visitor.visit()];
    await Promise.all([ready(first), ready(second)]);
    await fill(first, { steps: 64, seed: 1 });
    await fill(second, DRAFT);
    await first.click("#generate");
    await state(first, "working");
    await second.click("#generate");
    await state(second, "waiting");
    assert.match(await second.innerText("#stage-line"), /Another tab is generating a clip/);
    await second.keyboard.press("Escape");
    await state(second, "cancelled");
    await second.click("#generate");
    await state(second, "waiting");
    await first.click("#cancel");
    await state(second, "done");
    assert.deepEqual(suite.errors(), []);
  });
});
