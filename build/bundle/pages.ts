import { join } from "node:path";
import { build } from "vite";
import { distDir, root } from "../paths.ts";
import { replace } from "../replace.ts";
import type { Built, Step } from "./step.ts";

/** The portal's pages. vite.config.ts beside them says how; only the output folder is set here. */
export const pagesStep: Step = { name: "pages", run: buildPages };

async function buildPages(): Promise<Built> {
  const pages = join(root, "portal", "pages");
  const output = join(distDir, "pages");
  await replace(output, async (temporary) => {
    await build({
      root: pages,
      configFile: join(pages, "vite.config.ts"),
      build: { outDir: temporary, emptyOutDir: true },
      logLevel: "warn",
    });
  });
  const read = ["portal/pages", "ui", "contract", "app/core", "resources"].map((folder) => join(root, folder));
  return { inputs: read, outputs: [join(output, "index.html")] };
}
