// What a person would see on a desktop and on a phone, by day and by night: pictures, nothing that axe would mind, nothing to scroll sideways.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { findings } from "./axe.js";

const OUT = new URL("../out/", import.meta.url).pathname;
const SCREENS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

/** Four pictures of the page as it is, by this name. */
export async function look(page, name) {
  mkdirSync(OUT, { recursive: true });
  for (const [screen, size] of Object.entries(SCREENS)) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await findings(page), [], `${name} on a ${screen}, ${colorScheme}`);
      await page.screenshot({ path: `${OUT}${name}-${screen}-${colorScheme}.png`, fullPage: true });
    }
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= size.width, `${name} scrolls sideways on a ${screen}`);
  }
  await page.setViewportSize(SCREENS.desktop);
}
