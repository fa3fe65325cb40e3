// Every kernel, in the browser, on its own WebGPU, against the f64 reference.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { start } from "../lib/studio.js";

describe("the kernels in a browser", () => {
  let studio, who;
  before(async () => {
    studio = await start();
    who = await studio.person();
  });
  after(() => studio?.close());

  it("are right in every case, tiled and direct", async () => {
    await who.context.addInitScript(() => {
      window.tested = new Promise((told) => document.addEventListener("kinora:selftest", (e) => told(e.detail), { once: true }));
    });
    const page = await who.visit("/?selftest=1");
    const outcome = await page.evaluate(() => window.tested); // no limit but the runner's: emulated kernels are slow
    assert.equal(outcome.Err, undefined);
    const cases = outcome.Ok;
    for (const family of ["tiled", "direct"]) {
      assert.ok(cases.filter(({ name }) => name.startsWith(`${family}: `)).length >= 20, `${family} kernels were tested`);
    }
    const wrong = cases.filter(({ passed }) => !passed).map(({ name, error, tolerance }) => `${name}: ${error} > ${tolerance}`);
    assert.deepEqual(wrong, []);
    assert.match(await page.innerText("#notice"), /All \d+ kernel cases are right/);
    assert.deepEqual(who.defects, []);
  });
});
