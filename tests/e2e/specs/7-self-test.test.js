// The self-test: every kernel on the browser's WebGPU against the f64 reference.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { useStudio } from "../lib/studio.js";

describe("the kernels in a browser", () => {
  const suite = useStudio({ load: false });

  it("pass all cases, tiled and direct", async () => {
    const { visitor } = suite;
    await visitor.context.addInitScript(() => {
      window.outcome = new Promise((done) => document.addEventListener("kinora:selftest", (e) => done(e.detail), { once: true }));
    });
    const page = await visitor.visit("/?selftest=1");
    const outcome = await page.evaluate(() => window.outcome); // no limit but the runner's: emulated kernels are slow
    assert.equal(outcome.Err, undefined);
    const cases = outcome.Ok;
    for (const kernels of ["tiled", "direct"]) {
      assert.ok(cases.filter(({ name }) => name.startsWith(`${kernels}: `)).length >= 20, `${kernels} kernels were tested`);
    }
    const failed = cases.filter(({ passed }) => !passed).map(({ name, error, tolerance }) => `${name}: ${error} > ${tolerance}`);
    assert.deepEqual(failed, []);
    assert.match(await page.innerText("#notice"), /All \d+ kernel cases pass/);
    assert.deepEqual(suite.errors(), []);
  });
});
