// Screenshots on desktop and phone, light and dark, with checks of accessibility and width.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { findings } from "./axe.js";

export const OUT = new URL("../out/", import.meta.url).pathname;
const SCREENS = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

/** Takes four screenshots of the page; asserts that it does not scroll sideways and, unless `axe` is false, that axe finds nothing. */
export async function screenshots(page, name, { axe = true } = {}) {
  mkdirSync(OUT, { recursive: true });
  for (const [screen, size] of Object.entries(SCREENS)) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      if (axe) assert.deepEqual(await findings(page), [], `${name} on a ${screen}, ${colorScheme}`);
      await page.screenshot({ path: `${OUT}${name}-${screen}-${colorScheme}.png`, fullPage: true });
    }
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= size.width, `${name} scrolls sideways on a ${screen}`);
  }
  await page.setViewportSize(SCREENS.desktop);
}
