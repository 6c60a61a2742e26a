import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vite";

/** Of the texts that window and command line share, what catalogues.ts takes; the rest is the command line's alone. */
const sharedTexts: Plugin = {
  name: "shared-texts",
  enforce: "pre",
  transform(code, id) {
    if (!/resources\/locales\/[a-z]{2}\.json$/.test(id)) return null;
    const { causes, states, checks, verdicts } = JSON.parse(code);
    return JSON.stringify({ causes, states, checks, verdicts });
  },
};

// One script and one style, because the program behind the page serves a fixed list of files. Electron 45 carries Chromium 156.
export default defineConfig({
  base: "./",
  plugins: [react(), sharedTexts],
  build: {
    target: "chrome150",
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 2000,
  },
});
