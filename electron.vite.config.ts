import { defineConfig } from "electron-vite";

// Main and preload. The window's page has a configuration of its own (app/desktop/renderer/vite.config.ts), because the stage shows it too.
export default defineConfig({
  main: {
    build: {
      outDir: "dist/desktop/main",
      emptyOutDir: true,
      minify: false,
      sourcemap: false,
      // One file without packages beside it: what is in the archive is what was built.
      externalizeDeps: false,
      rollupOptions: {
        input: { main: "app/desktop/main/main.ts" },
        external: ["electron", /^node:/],
        output: { format: "es", entryFileNames: "main.mjs", codeSplitting: false },
      },
    },
  },
  preload: {
    build: {
      outDir: "dist/desktop/preload",
      emptyOutDir: true,
      minify: false,
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: "app/desktop/preload/preload.ts" },
        external: ["electron"],
        // A sandboxed preload is no module.
        output: { format: "cjs", entryFileNames: "preload.cjs" },
      },
    },
  },
});
