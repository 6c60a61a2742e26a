import { join } from "node:path";
import { build } from "vite";
import { distDir, root } from "../paths.ts";
import { replace } from "../replace.ts";
import type { Built, Step } from "./step.ts";

/** The desktop program's window. vite.config.ts beside it says how; only the output folder is set here. */
export const windowStep: Step = { name: "window", run: buildWindow };

async function buildWindow(): Promise<Built> {
  const renderer = join(root, "app", "desktop", "renderer");
  const output = join(distDir, "window");
  await replace(output, async (temporary) => {
    await build({
      root: renderer,
      configFile: join(renderer, "vite.config.ts"),
      build: { outDir: temporary, emptyOutDir: true },
      logLevel: "warn",
    });
  });
  const read = ["app/desktop/renderer", "ui", "contract", "app/core", "resources"].map((folder) => join(root, folder));
  return { inputs: read, outputs: [join(output, "index.html")] };
}
