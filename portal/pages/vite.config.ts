import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vite";

/**
 * TypeBox probes `new Function` and falls back when the page's CSP forbids it; the probe alone would be reported as a
 * violation in every browser console. Pages never evaluate, so the probe is answered at build time.
 */
const neverEvaluate: Plugin = {
  name: "never-evaluate",
  transform(code, id) {
    if (!id.includes("typebox/build/system/environment/evaluate")) return null;
    return code.replace("let supported = undefined;", "let supported = false;");
  },
};

/** The catalogues of agent and command line hold much that no page says: of them only the causes are taken along. */
const causesAlone: Plugin = {
  name: "causes-alone",
  enforce: "pre",
  transform(code, id) {
    if (!/resources\/locales\/(en|de|sv)\.json$/.test(id)) return null;
    const { causes } = JSON.parse(code) as { readonly causes: unknown };
    return { code: JSON.stringify({ causes }), map: null };
  },
};

export default defineConfig({
  base: "/",
  plugins: [react(), neverEvaluate, causesAlone],
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
