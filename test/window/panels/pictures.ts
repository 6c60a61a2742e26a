// node test/window/panels/pictures.ts [screen …]: every screen of the places as a picture, in .cache/pictures. Needs dist/window.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { WindowStage } from "../open.ts";
import { type ScreenName, screens, showScreen } from "./screens.ts";

const folder = join(import.meta.dirname, "..", "..", "..", ".cache", "pictures");
const looks = [
  { name: "light-1280", width: 1280, height: 800, colorScheme: "light" },
  { name: "dark-900", width: 900, height: 600, colorScheme: "dark" },
] as const;

const wanted = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const stage = await WindowStage.open();
for (const name of Object.keys(screens) as ScreenName[]) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const look of looks) {
    const { page, complaints, close } = await showScreen(stage, name, look);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await page.screenshot({ path: join(folder, `panel-${name}-${look.name}.png`) });
    for (const complaint of complaints) console.log(`${name}: ${complaint}`);
    await close();
  }
}
await stage.close();
