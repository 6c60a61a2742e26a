import { expect, test } from "vitest";
import { programFolders } from "./program-folders.ts";

test("a checkout's program finds its parts in dist/", () => {
  const folders = programFolders({ isPackaged: false }, "/checkout/dist/desktop/main", "linux");
  expect(folders).toEqual({
    page: "/checkout/dist/window",
    preload: "/checkout/dist/desktop/preload/preload.cjs",
    icons: "/checkout/dist/desktop/icons",
    about: "/checkout/dist/desktop/about.json",
    picture: "/checkout/dist/anslut.png",
    runtime: { node: "/checkout/dist/node", program: "/checkout/dist/agent.mjs" },
  });
});

test("an installed one finds its page in the archive, and beside it what other programs open", () => {
  Object.defineProperty(process, "resourcesPath", { value: "/opt/Anslut/resources", configurable: true });
  const folders = programFolders({ isPackaged: true }, "/opt/Anslut/resources/app.asar/desktop/main", "win32");
  expect(folders.page).toBe("/opt/Anslut/resources/app.asar/window");
  expect(folders.runtime).toEqual({
    node: "/opt/Anslut/resources/anslut/node.exe",
    program: "/opt/Anslut/resources/anslut/agent.mjs",
  });
});
