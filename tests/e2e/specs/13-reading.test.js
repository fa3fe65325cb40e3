// The reader: what is understood while one types, and what a recipe keeps of it.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { copiedLink, DRAFT, fill, generate, generatesTheSame, ready, useStudio } from "../lib/studio.js";

/** Waits until the preview has these chips. */
const chips = async (page, ...wanted) => {
  const shown = (wanted) => {
    const all = [...document.querySelectorAll("#preview .chip")].map((chip) => chip.innerText.trim());
    return JSON.stringify(all) === JSON.stringify(wanted);
  };
  await page.waitForFunction(shown, wanted);
};

describe("the reading of a prompt", () => {
  const suite = useStudio();

  it("follows what one types, in English and French, without a request", async () => {
    const { page, host } = suite;
    const logged = host.log.length;
    await page.fill("#prompt", "three white bottles topple on a beach");
    await chips(page, "bottle", "3", "white", "topple", "beach");
    await page.fill("#prompt", "un robot bleu danse dans la rue la nuit");
    await chips(page, "robot", "blue", "dance", "street", "night");
    await page.fill("#prompt", "a horse runs in a kitchen, elegantly");
    await chips(page, "horse", "run", "kitchen");
    assert.match(await page.innerText("#preview"), /Not used: “elegantly”/);
    await page.fill("#prompt", "");
    await page.waitForFunction(() => document.querySelectorAll("#preview .chip").length === 0);
    assert.deepEqual(host.log.slice(logged), []);
  });

  it("decides the clip: the same scene in two languages gives the same frames", async () => {
    const { page } = suite;
    await fill(page, { ...DRAFT, prompt: "a red rubber ball rolls on a beach, animated" });
    const english = await generate(page);
    await fill(page, { ...DRAFT, prompt: "un ballon rouge en caoutchouc roule sur une plage, dessin animé" });
    assert.equal(await generate(page), english);
  });

  it("travels in the recipe, which needs no reader", async () => {
    const { page } = suite;
    await fill(page, { ...DRAFT, prompt: "deux cubes verts tombent dans la neige" });
    const hash = await generate(page);
    const link = await copiedLink(page);
    const withoutReader = {
      newVisitor: async () => {
        const visitor = await suite.newVisitor();
        await visitor.context.route("**/lexicon/*", (route) => route.abort());
        return visitor;
      },
    };
    await generatesTheSame(withoutReader, link, hash);
  });

  it("is left to the model where the reader cannot load", async () => {
    const visitor = await suite.newVisitor();
    await visitor.context.route("**/lexicon/*", (route) => route.abort());
    const page = await visitor.visit();
    await ready(page);
    await fill(page, { ...DRAFT, prompt: "a red ball rolls on a beach" });
    await generate(page);
    const read = await page.locator("#stage .chip").allInnerTexts();
    assert.ok(read.includes("ball") && read.includes("beach"), read.join(" "));
    assert.deepEqual(visitor.errors, []);
    await visitor.close();
  });
});
