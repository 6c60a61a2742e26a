// node test/window/pictures.ts [scene …]: every scene as a picture, in .cache/pictures. Needs dist/window.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type SceneName, scenes } from "../../app/desktop/renderer/testing/scenes.ts";
import { WindowStage } from "./open.ts";

const folder = join(import.meta.dirname, "..", "..", ".cache", "pictures");
const looks = [
  { name: "light-1280", width: 1280, height: 800, colorScheme: "light" },
  { name: "dark-900", width: 900, height: 600, colorScheme: "dark" },
] as const;

const wanted = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const stage = await WindowStage.open();
for (const [name, scene] of Object.entries(scenes) as [SceneName, (typeof scenes)[SceneName]][]) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const look of looks) {
    const { page, complaints, close } = await stage.show(scene, look);
    await page.getByRole("main").waitFor();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await page.screenshot({ path: join(folder, `${name}-${look.name}.png`) });
    for (const complaint of complaints) console.log(`${name}: ${complaint}`);
    await close();
  }
}
await stage.close();
